"""The command line: streams, exit codes, files, and one line for input that cannot be read."""
import json
import os
import subprocess
import sys

import pytest

from conftest import ROOT

WEB = str(ROOT / "fixtures" / "example" / "web.yaml")
WORKER = str(ROOT / "fixtures" / "example" / "worker.json")


def run(*args, text="", cwd=None, **more):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(
        [sys.executable, "-m", "translator", *args],
        input=text,
        capture_output=True,
        text=True,
        cwd=cwd or ROOT,
        env=environment,
    )


def test_the_output_of_convert_is_its_input():
    there = run("convert", WEB, "--fail-on", "never")
    back = run("convert", "-", "--fail-on", "never", text=there.stdout)
    assert back.returncode == 0, back.stderr
    assert "kind: Deployment" in back.stdout


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("error", 0), ("warning", 1), ("info", 1)])
def test_fail_on(level, code):
    assert run("convert", WEB, "--fail-on", level).returncode == code


def test_the_default_fails_on_errors_alone():
    assert run("convert", WEB).returncode == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("broken.yaml", "a: [1\nb: 2\n", "broken.yaml:"),
        ("repeated.yaml", "kind: Service\nkind: Pod\n", "repeated"),
        ("empty.yaml", "# nothing\n", "empty"),
        ("binary.yaml", b"\xff\xfe\x00\x80", "binary.yaml"),
        (
            "both.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\nfamily: x\ncontainerDefinitions: [{name: a, image: b}]\n",
            "both",
        ),
        ("neither.yaml", "hello: world\n", "nothing of Kubernetes or ECS"),
        ("tag.yaml", "!!python/object:os.system x\n", "tag"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path, name, content, words):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = run("convert", str(file), "-o", str(tmp_path / "out"))
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and words in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "args",
    [
        ("convert", "/nowhere.yaml"),
        ("convert", WEB, "-f", "helm"),
        ("convert", WEB, "-e", "/nowhere"),
        ("convert", WEB, "--report", "x.pdf"),
        ("diff", WEB),
        ("explain", "no.such-code"),
        ("report", WEB, "-f", "csv"),
    ],
)
def test_wrong_calls_are_one_line(args):
    done = run(*args)
    assert done.returncode == 2 and "Traceback" not in done.stderr and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_unknown_key_of_the_environment_gets_a_suggestion(tmp_path):
    (tmp_path / "e.yaml").write_text("ecs: {subnet: [a]}\n")
    done = run("convert", WEB, "-e", str(tmp_path / "e.yaml"))
    assert done.returncode == 2 and "did you mean `ecs.subnets`" in done.stderr


def test_a_folder_an_application_a_file_an_object(tmp_path):
    assert run("convert", WEB, "-o", str(tmp_path / "out"), "--fail-on", "never").returncode == 0
    names = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.json")}
    assert {
        "web/task-definition.json",
        "web/service.json",
        "web/scalable-target.json",
        "web/scaling-policy-cpu.json",
    } <= names
    assert json.loads((tmp_path / "out" / "web" / "task-definition.json").read_text())["family"] == "web"
    assert run("convert", WEB, "-o", str(tmp_path / "out"), "--fail-on", "never").returncode == 0


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    done = run("convert", WEB, "-o", str(tmp_path))
    assert done.returncode == 2 and "mine.txt" in done.stderr and list(tmp_path.iterdir()) == [tmp_path / "mine.txt"]
    assert run("convert", WEB, "-o", str(tmp_path), "--force", "--fail-on", "never").returncode == 0
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_the_residue_makes_the_round_trip_exact(tmp_path):
    residue, there = tmp_path / "residue.json", tmp_path / "there.json"
    there.write_text(run("convert", WEB, "--residue", str(residue), "--fail-on", "never").stdout)
    import yaml

    def objects(text):
        return sorted((json.dumps(one, sort_keys=True) for one in yaml.safe_load_all(text)))
    wanted = objects(open(WEB).read())
    assert objects(run("convert", str(there), "--residue", str(residue), "--fail-on", "never").stdout) == wanted
    assert objects(run("convert", str(there), str(residue), "--fail-on", "never").stdout) == wanted


def test_reports_pick_their_format_from_the_ending(tmp_path):
    files = [tmp_path / f"r{ending}" for ending in (".json", ".md", ".html", ".sarif", ".txt")]
    done = run("convert", WEB, "--fail-on", "never", *(part for file in files for part in ("--report", str(file))))
    assert done.returncode == 0, done.stderr
    assert all(file.stat().st_size > 200 for file in files)
    json.loads(files[0].read_text())


def test_a_closed_pipe_is_nobody_s_fault():
    command = f"{sys.executable} -m translator convert {WEB} 2>/dev/null | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT
    )
    assert "Traceback" not in done.stderr


def test_the_order_of_files_changes_nothing(tmp_path):
    parts = open(WEB).read().split("---\n")
    for number, part in enumerate(parts):
        (tmp_path / f"{number}.yaml").write_text(part)
    names = [str(tmp_path / f"{number}.yaml") for number in range(len(parts))]
    one, other = run("convert", *names), run("convert", *reversed(names))
    assert one.stdout == other.stdout and one.stderr == other.stderr and one.stdout


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "..", "a/../../b", "CON", "."])
def test_no_name_leaves_the_folder(tmp_path, name):
    document = {"taskDefinitions": [{"family": name, "containerDefinitions": [{"name": name, "image": "x"}]}]}
    for format_ in ("kubernetes", "kustomize", "helm"):
        out = tmp_path / "deep" / "er" / format_
        run("convert", "-", "-f", format_, "-o", str(out), "--fail-on", "never", text=json.dumps(document))
        written = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert all((tmp_path / "deep" / "er") in path.parents for path in written)


def test_a_folder_that_may_not_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("x")
    done = run("convert", WEB, "-o", str(tmp_path / "file" / "out"))
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_explain_finds_codes_and_fields():
    assert "Source:" in run("explain", "rollout.bounds").stdout
    assert (
        "probes.health-check" in run("explain", "livenessProbe").stdout
        and "probes.health-check" in run("explain", "healthCheck").stdout
    )
    assert "did you mean" in run("explain", "rollout.bound").stderr


def test_diff_says_by_its_exit_code_whether_there_is_any():
    assert run("diff", WEB, WEB).returncode == 0
    assert run("diff", WEB, WORKER).returncode == 1
    assert run("diff", WEB, "--round-trip").returncode == 1
