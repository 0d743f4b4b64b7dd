"""Differences that mean something, of one platform and across; none where there are none."""
import json

import pytest

import cases
from conftest import ROOT
from translator import diff, parse, read, translate
from translator.comparison import render, round_trip
from translator.model import TranslatorError

WEB = (ROOT / "fixtures" / "example" / "web.yaml").read_text()
INPUTS = sorted({case / name for case, _ in cases.cases() for name in ("k8s.yaml", "ecs.json") if (case / name).exists()})


def said(comparison):
    return [(one.left and one.left.path, one.right and one.right.path) for one in comparison.differences]


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: "/".join(file.parts[-3:]))
def test_nothing_differs_from_itself(file):
    document = read(str(file))
    assert not diff(document, document)


def test_units_order_and_defaults_are_no_difference():
    other = WEB.replace("512Mi", "0.5Gi").replace("cpu: 250m", "cpu: 0.25").replace("replicas: 3", "replicas: 3\n  revisionHistoryLimit: 10")
    assert not diff(parse(WEB, "a.yaml"), parse(other, "b.yaml"))
    parts = WEB.split("---\n")
    assert not diff(parse(WEB, "a.yaml"), parse("---\n".join(reversed(parts)), "b.yaml"))


def test_a_difference_across_is_told_in_both_vendors_terms_with_both_places():
    ecs = translate(parse(WEB, "web.yaml")).output.objects()
    assert not diff(parse(WEB, "web.yaml"), parse(json.dumps(ecs, indent=1), "web.json"))
    ecs["taskDefinitions"][0]["containerDefinitions"][0]["image"] = "nginx:1.28"
    (one,) = diff(parse(WEB, "web.yaml"), parse(json.dumps(ecs, indent=1), "web.json")).differences
    assert (one.left.path, one.left.was, one.left.file) == ("spec.template.spec.containers[web].image", "nginx:1.27", "web.yaml")
    assert (one.right.path, one.right.was, one.right.file) == ("containerDefinitions[web].image", "nginx:1.28", "web.json")
    assert one.left.line and one.right.line and one.code == "process.image"


def test_names_that_differ_are_matched_by_images_or_by_hand():
    other = parse(WEB.replace("name: web\n", "name: shop-web\n").replace("name: web,", "name: shop-web,").replace("app: web", "app: shop-web"))
    assert diff(parse(WEB), other).only_left == ()
    two = parse({"taskDefinitions": [{"family": name, "containerDefinitions": [{"name": "x", "image": "i"}]} for name in ("b", "c")]})
    one = parse({"taskDefinitions": [{"family": "a", "containerDefinitions": [{"name": "x", "image": "i"}]}]})
    assert diff(one, two).only_left == ("a",)
    assert diff(one, two, names={"a": "c"}).only_right == ("b",)


def test_a_round_trip_shows_what_is_lost():
    paths = [left for left, _ in said(round_trip(parse(WEB)))]
    assert "spec.selector.matchLabels.app" in paths


@pytest.mark.parametrize("format_", ["text", "json", "markdown", "html"])
def test_names_are_data_in_every_format(format_):
    bad = "<script>alert(1)</script>|`x`\x1b[31m"
    left, right = ({"taskDefinitions": [{"family": "a", "containerDefinitions": [{"name": "x", "image": image}]}]} for image in (bad, "i"))
    text = render(diff(parse(left), parse(right)), format_)
    assert "\x1b" not in text
    if format_ == "html":
        assert "<script>" not in text
    if format_ == "markdown":
        assert "<script>" not in text and "\\|" in text


LIVE = {
    "Deployment": {
        "spec": {"progressDeadlineSeconds": 600, "revisionHistoryLimit": 10,
                 "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}},
        "pod": {"dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler", "securityContext": {},
                "terminationGracePeriodSeconds": 30},
        "container": {"imagePullPolicy": "IfNotPresent", "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"},
        "probe": {"failureThreshold": 3, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1},
    },
    "Service": {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"],
                "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None", "type": "ClusterIP"},
}  # fmt: skip


def test_what_the_api_server_fills_in_is_no_difference():
    """As `kubectl get -o yaml` prints what a manifest left out."""
    objects = parse(WEB, "web.yaml").objects()
    for entry in objects:
        entry["metadata"].update({"uid": "1", "resourceVersion": "2", "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z"})
        entry["status"] = {"conditions": []}
        if entry["kind"] == "Deployment":
            live, pod = LIVE["Deployment"], entry["spec"]["template"]["spec"]
            entry["spec"].update(live["spec"])
            pod.update(live["pod"])
            pod["containers"][0].update(live["container"])
            pod["containers"][0]["ports"][0]["protocol"] = "TCP"
            for probe in ("livenessProbe", "readinessProbe"):
                pod["containers"][0][probe].update(live["probe"])
                pod["containers"][0][probe]["httpGet"]["scheme"] = "HTTP"
        if entry["kind"] == "Service":
            entry["spec"].update(LIVE["Service"])
            entry["spec"]["ports"][0]["protocol"] = "TCP"
    assert said(diff(parse(WEB, "web.yaml"), parse(objects, "live"))) == []
    assert said(diff(parse(objects, "live"), parse(WEB, "web.yaml"))) == []


BARE = {
    "taskDefinitions": [{"family": "web", "networkMode": "awsvpc", "cpu": "256", "memory": "512", "requiresCompatibilities": ["FARGATE"],
                         "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "portMappings": [{"containerPort": 80}]}]}],
    "services": [{"serviceName": "web", "taskDefinition": "web", "desiredCount": 1, "launchType": "FARGATE"}],
}  # fmt: skip


def described(**service):
    """The same as `describe-task-definition` and `describe-services` print it."""
    document = json.loads(json.dumps(BARE))
    container = document["taskDefinitions"][0]["containerDefinitions"][0]
    container.update({"cpu": 0, "essential": True, "environment": [], "mountPoints": [], "volumesFrom": [], "systemControls": []})
    container["portMappings"][0].update({"hostPort": 80, "protocol": "tcp"})
    document["services"][0].update({
        "schedulingStrategy": "REPLICA", "deploymentController": {"type": "ECS"}, "enableECSManagedTags": False,
        "enableExecuteCommand": False, "propagateTags": "NONE", "platformVersion": "LATEST", "availabilityZoneRebalancing": "ENABLED",
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": False, "rollback": False}, "maximumPercent": 200,
                                    "minimumHealthyPercent": 100, "strategy": "ROLLING"}, **service,
    })  # fmt: skip
    return document


def test_what_aws_fills_in_is_no_difference():
    assert said(diff(parse(BARE), parse(described()))) == []


def test_another_value_than_the_one_that_is_filled_in_is_a_difference():
    other = described(availabilityZoneRebalancing="DISABLED", propagateTags="SERVICE")
    assert said(diff(parse(BARE), parse(other))) == [(None, "availabilityZoneRebalancing"), (None, "propagateTags")]
    other = described(deploymentConfiguration={"maximumPercent": 100, "minimumHealthyPercent": 0})
    assert [right for _, right in said(diff(parse(BARE), parse(other)))] == [
        "deploymentConfiguration.maximumPercent", "deploymentConfiguration.minimumHealthyPercent"]  # fmt: skip


def named(*names, image="i", port=80):
    definitions = [
        {"family": name, "containerDefinitions": [{"name": "x", "image": image, "portMappings": [{"containerPort": at}]}]}
        for name, at in (one if isinstance(one, tuple) else (one, port) for one in names)
    ]
    return parse({"taskDefinitions": definitions})


def test_names_that_say_the_same_are_matched():
    found = diff(named("front", "color"), named("FrontService", "color-svc", image="j"))
    assert (found.only_left, found.only_right) == ((), ())
    assert {right for _, right in said(found)} == {"containerDefinitions[x].image"}


def test_of_several_with_one_image_the_ports_decide():
    found = diff(named(("a", 80), ("b", 81)), named(("c", 81), ("d", 80)))
    assert (found.only_left, found.only_right, said(found)) == ((), (), [])
    found = diff(named(("a", 80), ("b", 80)), named(("c", 80)))
    assert found.only_right == ("c",)


def test_a_name_that_nothing_has_is_said():
    with pytest.raises(TranslatorError, match="no application shop stands on the right; there are b, c"):
        diff(named("a"), named("b", "c"), names={"a": "shop"})


def test_one_side_alone_is_one_line():
    text = render(diff(named("a"), named("a", image="j")), "text")
    assert text == "a\n  < taskDefinitions/a containerDefinitions[x].image: i\n  > taskDefinitions/a containerDefinitions[x].image: j\n"
    bare = parse({"taskDefinitions": [{"family": "a", "containerDefinitions": [{"name": "x", "image": "i"}]}]})
    assert render(diff(bare, named("a")), "text") == "a\n  > taskDefinitions/a containerDefinitions[x].portMappings[80/tcp].containerPort: 80\n"


def test_a_namespace_is_everybodys():
    """Which of two applications names the Cloud Map namespace is no difference."""
    job = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "worker", "namespace": "shop"}, "spec": {
        "selector": {"matchLabels": {"app": "worker"}}, "template": {"metadata": {"labels": {"app": "worker"}}, "spec": {
            "containers": [{"name": "worker", "image": "w:1", "env": [{"name": "WEB", "value": "http://web"}]}]}}}}  # fmt: skip
    both = [*parse(WEB, "web.yaml").objects(), job]
    document = parse(both, "all")
    assert said(diff(document, translate(document).output)) == []
    found = diff(document, parse(parse(WEB, "web.yaml").objects(), "web"))
    assert found.only_left == ("worker",)
