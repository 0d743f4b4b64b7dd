"""Steps of canaries and the deployments that ECS makes of them, by hand."""
import pytest

from translator import parse, translate
from translator.concepts import progressive


def step(*weights, minutes=6):
    return [one for weight in weights for one in ({"setWeight": weight}, {"pause": {"duration": f"{minutes}m"}})]


@pytest.mark.parametrize(("steps", "expected"), [
    (step(5, minutes=10), ("CANARY", {"canaryPercent": 5, "canaryBakeTimeInMinutes": 10}, None)),
    (step(10, 20, 30, 40, 50, 60, 70, 80, 90), ("LINEAR", None, {"stepPercent": 10, "stepBakeTimeInMinutes": 6})),
    (step(20, 60), ("CANARY", {"canaryPercent": 20, "canaryBakeTimeInMinutes": 6}, None)),
    ([{"setWeight": 20}, {"pause": {}}], ("CANARY", {"canaryPercent": 20, "canaryBakeTimeInMinutes": 1440}, None)),
    ([{"setWeight": 20}, {"pause": {"duration": 90}}], ("CANARY", {"canaryPercent": 20, "canaryBakeTimeInMinutes": 2}, None)),
    ([{"setWeight": 100}], None), ([], None), (None, None), ("odd", None), ([{"pause": {}}], None),
])
def test_steps(steps, expected):
    found = progressive.strategy.to_ecs("Rollout", None, {"steps": steps})
    assert (found and (found[0], *found[2:])) == expected


@pytest.mark.parametrize(("duration", "minutes"), [("10m", 10), ("90s", 2), ("1h", 60), (30, 1), (0, 0), ("", None), ("x", None), (None, None)])
def test_durations(duration, minutes):
    assert progressive._minutes(duration) == minutes


def test_defaults_of_ecs_are_written_out():
    kind, _, canary = progressive.strategy.to_k8s("CANARY", None, None, None, "web", None, "argo")
    assert (kind, canary) == ("Rollout", {"steps": [{"setWeight": 5}, {"pause": {"duration": "10m"}}]})
    _, _, linear = progressive.strategy.to_k8s("LINEAR", None, None, None, "web", None, "argo")
    assert linear == {"steps": step(10, 20, 30, 40, 50, 60, 70, 80, 90)}


def test_parts_of_percents_are_rounded():
    _, _, canary = progressive.strategy.to_k8s("CANARY", None, {"canaryPercent": 0.4}, None, "web", None, "argo")
    assert canary["steps"][0] == {"setWeight": 1}


def test_without_the_controller_it_stays_a_deployment():
    assert progressive.strategy.to_k8s("CANARY", None, None, None, "web", None, "none") is None


def test_a_rollout_comes_back_as_one_whatever_the_environment_says():
    rollout = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "web"}, "spec": {
        "strategy": {"canary": {"steps": step(25, 50, 75)}}, "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]}}}}
    there = translate(parse([rollout]))
    lost = [one.path for finding in there.findings if finding.level != "info" for one in finding.fields if finding.code.startswith("progressive.")]
    assert lost == []
    back = translate(there.output, residue=there.residue).output
    assert [entry.value["spec"]["strategy"] for entry in back.entries if entry.kind == "Rollout"] == [rollout["spec"]["strategy"]]
