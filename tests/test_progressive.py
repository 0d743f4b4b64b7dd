"""Steps of canaries and the deployments that ECS makes of them, by hand."""
import pytest

from conftest import ROOT
from translator import parse, translate
from translator.concepts import progressive, progressive_steps


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
    assert (found and (found[0], *found[2:4])) == expected


@pytest.mark.parametrize(("duration", "minutes"), [("10m", 10), ("90s", 2), ("1h", 60), (30, 1), (0, 0), ("", None), ("x", None), (None, None)])
def test_durations(duration, minutes):
    assert progressive_steps.minutes_of(duration) == minutes


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


def test_several_rules_that_lead_to_what_is_turned_are_an_error():
    case = (ROOT / "fixtures" / "progressive" / "canary-behind-ingress" / "k8s.yaml").read_text()
    ports = "target-type: ip, alb.ingress.kubernetes.io/listen-ports: '[{\"HTTP\": 80}, {\"HTTP\": 81}]'}"
    one, two = (
        {finding.code: finding.level for finding in translate(parse(text, "input.yaml")).findings}
        for text in (case, case.replace("target-type: ip}", ports))
    )
    assert "progressive.several-rules" not in one and two["progressive.several-rules"] == "error"


@pytest.mark.parametrize(("hooks", "expected"), [
    ({"0": {"targetType": "PAUSE", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}}, {"autoPromotionEnabled": False}),
    ({"0": {"targetType": "PAUSE", "lifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"],
            "timeoutConfiguration": {"timeoutInMinutes": 5, "action": "CONTINUE"}}}, {"autoPromotionSeconds": 300}),
    ({"0": {"targetType": "AWS_LAMBDA", "hookTargetArn": "arn", "lifecycleStages": ["POST_SCALE_UP"]}}, {}),
    ({"0": 5}, {}), (5, {}), (None, {}),
])
def test_pauses(hooks, expected):
    found = progressive.strategy.to_k8s("BLUE_GREEN", None, None, None, hooks, None, "argo")
    assert found == ("Rollout", expected, None)


STRATEGY = {"spec": {"strategy": {"canary": 3, "blueGreen": "x"}}}
JUNK = [5, True, "x", [], [1], [None, {}], {}, {"0": 5}, {"spec": []}, STRATEGY]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_no_pair_fails_whatever_it_is_given(junk):
    rollout = {"kind": "Rollout", "spec": {"strategy": {"blueGreen": {"activeService": "web", "previewService": junk}}}}
    canary = {"kind": "Rollout", "spec": {"strategy": {"canary": {
        "stableService": "web", "canaryService": junk, "steps": [{"setWeight": 5}], "trafficRouting": {"alb": junk}}}}}
    services = {"web": {"spec": {"ports": {"80/tcp": {"port": 80}}}}}
    for workload in (rollout, canary, junk):
        for pair in (progressive.several_rules, progressive.by_endpoint):
            pair.to_ecs(workload, {"web": junk}, services, {"containers": {"web": {}}}, junk, {})
    progressive.strategy.to_ecs("Rollout", junk, junk)
    progressive.strategy.to_ecs("Rollout", {"autoPromotionSeconds": junk}, None)
    service = {"serviceName": "web", "deploymentConfiguration": {"strategy": "CANARY"}, "loadBalancers": {
        "0": {"targetGroupArn": "arn", "containerName": "web", "containerPort": 80, "advancedConfiguration": junk}}}
    progressive.traffic.to_k8s(*[junk] * 9, {"family": "web"}, service, *[junk] * 8, "argo", junk)
    progressive.traffic.to_k8s(*[junk] * 21)
