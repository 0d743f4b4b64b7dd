"""Translations <-> reports: what is counted, how it is judged, and what is shown of which file."""
from __future__ import annotations

import json

import pytest
import yaml
from conftest import ROOT

from translator import parse, read, translate
from translator.excerpts import stretch
from translator.model import Place
from translator.reporting import build

WEB = ROOT / "fixtures" / "example" / "web.yaml"
SETTLED = {
    "ecs": {"executionRoleArn": "arn:aws:iam::123456789012:role/pull", "subnets": ["subnet-1"], "securityGroups": ["sg-1"], "vpc": "vpc-1"}
}


def report(source, environment=None, **options):
    document = read(str(source)) if not hasattr(source, "entries") else source
    return build(document, translate(document, environment), (str(source),), **options)


def deployment(name, namespace="shop", **pod):
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "containers": [
                        {"name": name, "image": "nginx:1.27", "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}}}
                    ],
                    **pod,
                },
            },
        },
    }


def listed(*objects):
    return parse("---\n".join(yaml.safe_dump(one, sort_keys=False) for one in objects), "all.yaml")


def test_what_only_has_to_be_filled_in_is_no_loss():
    [one] = report(listed(deployment("web"))).applications
    assert {finding.code for finding in one.findings if finding.level == "warning"} == {
        "identity.execution-role-needed",
        "networking.placeholders",
    }
    assert (one.share.lost, one.verdict) == (0, "with adaptations")


def test_a_field_that_is_gone_is_a_loss_and_what_the_other_side_does_by_itself_is_not():
    [one] = report(WEB).applications
    # readinessProbe.httpGet.path: no load balancer asks for it; the selectors and port names are wiring
    assert (one.share.total, one.share.lost, one.verdict) == (39, 1, "with losses")


def test_a_danger_cannot_move():
    [one] = report(listed(deployment("web", volumes=[{"name": "a", "gcePersistentDisk": {"pdName": "d"}}]))).applications
    assert one.verdict == "cannot move" and one.counts["error"] > 0


def test_what_an_object_cannot_keep_is_said_of_its_application():
    twice = deployment("web")
    twice["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    whole = report(listed(twice, deployment("other")))
    assert whole.findings == ()
    assert "translation.repeated-key" in {finding.code for finding in whole.applications[1].findings}


def test_no_finding_says_of_a_field_that_came_along_that_it_is_gone():
    """An autoscaler's highest number is MaxCapacity: what speaks of it says so, or says nothing of its value."""
    [one] = report(WEB, SETTLED).applications
    spoken = [field for finding in one.findings for field in finding.fields if field.path == "spec.maxReplicas"]
    assert spoken and {(field.was, field.becomes) for field in spoken} == {(10, 10)}


def shown(one):
    return {(source.file, source.first_line): source.text for source in one.inputs}


def test_objects_near_each_other_are_shown_as_one():
    [one] = report(WEB, texts=True).applications
    assert shown(one) == {(str(WEB), 1): WEB.read_text(encoding="utf-8")}


TEXTS = {
    # text, line and column where an object begins -> its last line
    "a document": ("a: 1\nb:\n- c\n\n---\nd: 1\n", (1, 1), 3),
    "a list's item": ("items:\n- a: 1\n  b:\n    c: 2\n- a: 3\n", (2, 3), 4),
    "a resource": ("Resources:\n  A:\n    Type: x\n    Properties:\n      b: 1\n  B:\n    Type: y\n", (3, 5), 5),
    "JSON": ('[\n  {\n    "a": {\n      "b": 1\n    }\n  },\n  {\n    "a": 2\n  }\n]\n', (2, 3), 6),
    "a member": ('{\n  "A": {\n    "b": 1\n  },\n  "C": 1\n}\n', (2, 8), 4),
    "HCL": ('resource "a" "b" {\n  c = {\n    d = 1\n  }\n}\n\nresource "e" "f" {\n}\n', (1, 1), 5),
    "one line": ('{"a": 1}\n', (1, 1), 1),
}


@pytest.mark.parametrize("text, place, last", TEXTS.values(), ids=TEXTS)
def test_where_an_object_ends(text, place, last):
    assert stretch(text.removesuffix("\n").split("\n"), Place("a", *place)) == (place[0], last)


def test_of_a_file_of_many_each_application_shows_its_own(tmp_path):
    file = tmp_path / "all.yaml"
    objects = [deployment(f"web-{index}") for index in range(30)]
    file.write_text("---\n".join(yaml.safe_dump(one, sort_keys=False) for one in objects), encoding="utf-8")
    made = report(file, texts=True).applications
    assert len(made) == 30
    for one in made:
        assert len(one.inputs) == 1 and yaml.safe_load(one.inputs[0].text)["metadata"]["name"] == one.name
    lines = file.read_text(encoding="utf-8").split("\n")
    last = made[-1].inputs[0]
    assert lines[last.first_line - 1] == last.text.split("\n")[0]


def test_objects_apart_are_stretches_apart(tmp_path):
    file = tmp_path / "all.yaml"
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "shop"},
               "spec": {"selector": {"app": "a"}, "ports": [{"port": 80}]}}  # fmt: skip
    objects = [deployment("a"), deployment("b"), service]
    file.write_text("---\n".join(yaml.safe_dump(one, sort_keys=False) for one in objects), encoding="utf-8")
    made = {one.name: one for one in report(file, texts=True).applications}
    assert [yaml.safe_load(source.text)["kind"] for source in made["a"].inputs] == ["Deployment", "Service"]
    assert [yaml.safe_load(source.text)["metadata"]["name"] for source in made["b"].inputs] == ["b"]


def test_every_line_of_a_carried_value_is_linked():
    [one] = report(WEB, texts=True).applications
    output = next(output for output in one.outputs if output.name == "taskDefinitions/web")
    lines = output.text.split("\n")
    linked = {lines[link.line - 1].strip(): {line for _, line in link.inputs} for link in output.links}
    assert linked['"containerPort": 8080,'] == {14} and linked['"value": "b"'] == {15}


def test_outputs_stand_in_the_order_of_the_document():
    [one] = report(WEB, texts=True).applications
    assert [output.name.partition("/")[0] for output in one.outputs][:4] == [
        "taskDefinitions",
        "services",
        "scalableTargets",
        "scalingPolicies",
    ]


def test_the_diagram_follows_a_request():
    [one] = report(ROOT / "fixtures" / "patterns" / "web-application" / "k8s").applications
    kinds = [part.kind for part in one.after if part.group in ("entry", "network", "workload")]
    assert kinds == ["loadBalancers", "listeners", "listenerRules", "services", "taskDefinitions", "targetGroups"]
    assert json.dumps([part.name for part in one.after]).find('""') == -1
