"""Charts and kustomizations: what we write renders, with the real programs, to exactly the plain output."""
import subprocess

import pytest

import cases
import tools
from conftest import ROOT
from translator import ReadError, parse, read, translate, write
from translator.writers import kubernetes
from translator.writers.helm import word

HELM, KUBECTL = tools.program("helm"), tools.program("kubectl")
HOSTILE = "{{ .Values.x }}{{ fail \"live\" }}"
ECS = [case for case, direction in cases.cases() if direction == "to-k8s"]


def outputs():
    yield "example", translate(translate(read(str(ROOT / "fixtures" / "example" / "web.yaml"))).output).output
    for case in ECS[:40]:
        yield f"{case.parent.name}/{case.name}", translate(parse((case / "ecs.json").read_bytes(), "ecs.json")).output
    definition = {
        "family": "web",
        "containerDefinitions": [
            {
                "name": "web",
                "image": "nginx",
                "environment": [
                    {"name": "T", "value": HOSTILE},
                    {"name": "N", "value": "1"},
                    {"name": "Q", "value": 'a "quoted" \\ b'},
                    {"name": "L", "value": "a\nb"},
                ],
            }
        ],
    }
    yield "hostile", translate(parse({"taskDefinitions": [definition]})).output


OUTPUTS = list(outputs())


def on_disk(files, folder):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.skipif(HELM is None, reason="helm is not here")
@pytest.mark.parametrize(("name", "output"), OUTPUTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_chart_renders_to_the_plain_output(name, output, tmp_path):
    on_disk(write(output, "helm"), tmp_path / "chart")
    done = subprocess.run([HELM, "template", "x", str(tmp_path / "chart")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rendered = sorted(
        "\n".join(line for line in part.splitlines() if not line.startswith("# Source:")).strip()
        for part in done.stdout.split("---\n")
    )
    plain = sorted(part.strip() for part in kubernetes.stream(output).split("---\n"))
    assert [part for part in rendered if part] == [part for part in plain if part]


@pytest.mark.skipif(HELM is None, reason="helm is not here")
def test_a_chart_lints(tmp_path):
    on_disk(write(OUTPUTS[0][1], "helm"), tmp_path / "chart")
    done = subprocess.run([HELM, "lint", str(tmp_path / "chart")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not here")
def test_a_kustomization_builds_to_the_same_objects(tmp_path, monkeypatch):
    output = OUTPUTS[0][1]
    on_disk(write(output, "kustomize"), tmp_path)
    done = subprocess.run(
        [KUBECTL, "kustomize", str(tmp_path / "overlays" / "default")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    built, plain = (
        {entry["kind"]: entry for entry in parse(text).objects()} for text in (done.stdout, kubernetes.stream(output))
    )
    assert built == plain


def test_without_the_program_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    (tmp_path / "Chart.yaml").write_text("name: x\n")
    with pytest.raises(ReadError, match="install helm"):
        read(str(tmp_path))
    (tmp_path / "Chart.yaml").unlink()
    (tmp_path / "kustomization.yaml").write_text("resources: []\n")
    with pytest.raises(ReadError, match="install kubectl"):
        read(str(tmp_path))


def test_values_hold_what_people_change():
    files = write(OUTPUTS[0][1], "helm")
    values = parse_values(files["values.yaml"])
    assert values["web"]["web"]["image"] == "nginx:1.27"
    assert values["web"]["autoscaling"] == {"minReplicas": 2, "maxReplicas": 10}


def parse_values(text):
    import yaml

    return yaml.safe_load(text)


def test_words_are_identifiers():
    assert [word(name) for name in ("web-app", "a.b_c", "0x", "")] == ["webApp", "aBC", "x0x", "x"]
