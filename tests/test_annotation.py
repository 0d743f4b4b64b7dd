"""Each output value says on request which line of the input it came from."""
import json

from test_cli import WEB, WORKER, run
from translator import parse, read, translate
from translator.annotation import files, stream
from translator.writers import kubernetes


def test_yaml_says_it_in_comments_and_stays_the_same_document():
    translation = translate(read(WORKER))
    text = stream(translation.output, translation)
    assert parse(text).objects() == parse(kubernetes.stream(translation.output)).objects()
    (image,) = [line for line in text.splitlines() if line.strip().startswith("image:")]
    assert image.endswith(f"# {WORKER}:12")


def test_json_says_it_in_a_file_beside(tmp_path):
    done = run("convert", WEB, "--annotate", "-o", str(tmp_path / "out"), "--fail-on", "never")
    assert done.returncode == 0, done.stderr
    known = json.loads((tmp_path / "out" / "web" / "origins.json").read_text())
    assert known["taskDefinitions/web"]["containerDefinitions.0.image"] == [f"{WEB}:12"]


def test_json_on_standard_output_has_no_place_for_it():
    done = run("convert", WEB, "--annotate")
    assert done.returncode == 2 and done.stdout == "" and "-o" in done.stderr


def test_text_blocks_keep_their_text():
    definition = {"family": "a", "containerDefinitions": [{"name": "a", "image": "i", "command": ["sh", "-c", "one\ntwo\n"]}]}
    translation = translate(parse(json.dumps({"taskDefinitions": [definition]}), "a.json"))
    assert parse(stream(translation.output, translation)).objects() == translation.output.objects()
    assert list(files(translation.output, translation, {"a/deployment.yaml": "x"})) == ["a/deployment.yaml"]
