"""Charts and kustomizations: what we write renders, with the real programs, to exactly the plain output."""
import os
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
    assert [word(name) for name in ("web-app", "a.b_c", "DB_HOST", "0x", "")] == ["webApp", "aB_c", "DB_HOST", "x0x", "x"]


EVERYTHING = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  selector: {matchLabels: {app: db}}
  serviceName: db
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: "postgres:16", env: [{name: DB_HOST, value: a}], resources: {limits: {memory: 1Gi}}}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: gp3, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shared}
spec: {storageClassName: efs-sc, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: db}
spec:
  ingressClassName: alb
  rules: [{host: db.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: db, port: {number: 80}}}}]}}]
"""
ENVIRONMENT = {"kubernetes": {"namespace": "shop", "storageClass": {"ebs": "gp3", "efs": "efs-sc"}}}


def test_an_overlay_holds_what_the_environment_says():
    """Namespace, images, replicas, and the classes of load balancers and disks."""
    overlay = parse_values(write(parse(EVERYTHING), "kustomize", ENVIRONMENT)["overlays/default/kustomization.yaml"])
    assert (overlay["namespace"], overlay["images"], overlay["replicas"]) == (
        "shop", [{"name": "postgres", "newTag": "16"}], [{"name": "db", "count": 2}]
    )
    said = {one["target"]["kind"]: parse_values(one["patch"]) for one in overlay["patches"]}
    assert said == {
        "Ingress": [{"op": "replace", "path": "/spec/ingressClassName", "value": "alb"}],
        "PersistentVolumeClaim": [{"op": "replace", "path": "/spec/storageClassName", "value": "efs-sc"}],
        "StatefulSet": [{"op": "replace", "path": "/spec/volumeClaimTemplates/0/spec/storageClassName", "value": "gp3"}],
    }


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not here")
def test_an_overlay_changes_what_it_says(tmp_path):
    """A second environment is a copy of the overlay with other values."""
    files = write(parse(EVERYTHING), "kustomize", ENVIRONMENT)
    name = "overlays/default/kustomization.yaml"
    changed = files[name].replace("alb", "nginx").replace("efs-sc", "azure").replace("gp3", "io2").replace("count: 2", "count: 7")
    on_disk({**files, name: changed}, tmp_path)
    done = subprocess.run([KUBECTL, "kustomize", str(tmp_path / "overlays" / "default")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {"ingressClassName: nginx", "storageClassName: azure", "storageClassName: io2", "replicas: 7"} <= {line.strip() for line in done.stdout.splitlines()}


def test_a_chart_s_values_hold_all_that_people_change():
    values = parse_values(write(parse(EVERYTHING), "helm")["values.yaml"])
    assert values["app"]["db"] == {"image": "postgres:16", "env": {"DB_HOST": "a"}, "resources": {"limits": {"memory": "1Gi"}}}
    assert values["app"]["replicas"] == 2 and values["app"]["hosts"] == {"rule0": "db.example.com"}


@pytest.mark.skipif(HELM is None, reason="helm is not here")
def test_a_chart_is_read_with_the_values_that_are_given(tmp_path, monkeypatch):
    on_disk(write(OUTPUTS[0][1], "helm"), tmp_path / "chart")
    monkeypatch.setenv("PATH", os.path.dirname(HELM), prepend=os.pathsep)
    plain, changed = (read(str(tmp_path / "chart"), given=given) for given in (None, {"web.web.image": "nginx:9"}))
    images = [next(entry for entry in document.objects() if entry["kind"] == "Deployment")["spec"]["template"]["spec"]["containers"][0]["image"] for document in (plain, changed)]
    assert images == ["nginx:1.27", "nginx:9"] and not changed.findings
    with pytest.raises(ReadError, match="helm template failed"):
        read(str(tmp_path / "chart"), given={"web": "x"})


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not here")
def test_a_kustomization_is_read(tmp_path, monkeypatch):
    on_disk(write(OUTPUTS[0][1], "kustomize"), tmp_path)
    monkeypatch.setenv("PATH", os.path.dirname(KUBECTL), prepend=os.pathsep)
    assert {entry.kind for entry in read(str(tmp_path / "overlays" / "default")).entries} == {entry.kind for entry in OUTPUTS[0][1].entries}
