"""Replicas and rolling updates, through whole translations: the two platforms' arithmetic by hand."""

import json

import pytest
import yaml

from translator import parse, translate


def service(count=None, surge=None, unavailable=None, scaler=None, kind="Deployment", **spec):
    """Give the service that a workload becomes."""
    update = {key: value for key, value in (("maxSurge", surge), ("maxUnavailable", unavailable)) if value is not None}
    strategy = {"strategy": {"rollingUpdate": update}} if update else {}
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "x", "resources": {"requests": {"cpu": "250m"}}}]},
    }
    objects = [
        {
            "apiVersion": "apps/v1",
            "kind": kind,
            "metadata": {"name": "web"},
            "spec": {
                **({} if count is None else {"replicas": count}),
                **strategy,
                **spec,
                "selector": {"matchLabels": {"app": "web"}},
                "template": template,
            },
        }
    ]
    if scaler:
        reference = {"apiVersion": "apps/v1", "kind": kind, "name": "web"}
        objects.append(
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": "web"},
                "spec": {"scaleTargetRef": reference, **scaler},
            }
        )
    return translate(parse(yaml.safe_dump_all(objects).encode(), "web.yaml"))


def percents(said):
    made = next(one.value for one in said.output.entries if one.kind == "services")
    bounds = made["deploymentConfiguration"]
    return bounds["minimumHealthyPercent"], bounds["maximumPercent"]


def workload(count=1, minimum=None, maximum=None, target=None, **more):
    """Give the workload that a service becomes."""
    bounds = {
        key: value
        for key, value in (("minimumHealthyPercent", minimum), ("maximumPercent", maximum))
        if value is not None
    }
    launch = "EC2" if more.get("schedulingStrategy") == "DAEMON" else "FARGATE"
    document = {
        "taskDefinitions": [
            {
                "family": "web",
                "networkMode": "awsvpc",
                "cpu": "256",
                "memory": "512",
                "containerDefinitions": [{"name": "web", "image": "x"}],
            }
        ],
        "services": [
            {
                "serviceName": "web",
                "taskDefinition": "web",
                "launchType": launch,
                **more,
                **({} if count is None else {"desiredCount": count}),
                **({"deploymentConfiguration": bounds} if bounds else {}),
            }
        ],
    }
    if target:
        document["scalableTargets"] = [
            {
                "ServiceNamespace": "ecs",
                "ResourceId": "service/default/web",
                "ScalableDimension": "ecs:service:DesiredCount",
                **target,
            }
        ]
    said = translate(parse(json.dumps(document).encode(), "web.json"))
    return said, next(one.value["spec"] for one in said.output.entries if one.kind in ("Deployment", "DaemonSet"))


def codes(said):
    return {one.code: one.level for one in said.findings}


@pytest.mark.parametrize(
    ("count", "surge", "unavailable", "wanted"),
    [
        (1, None, None, (100, 200)),
        (2, None, None, (100, 150)),
        (3, None, None, (100, 134)),
        (4, None, None, (75, 125)),
        (5, None, None, (75, 140)),
        (10, None, None, (75, 130)),
        (3, 1, 0, (100, 134)),
        (10, 1, 0, (100, 110)),
        (4, 0, 1, (75, 100)),
        (1, 0, "25%", (0, 100)),
        (2, 0, "1%", (50, 100)),
        (None, None, None, (100, 200)),
    ],
)
def test_one_count(count, surge, unavailable, wanted):
    assert percents(service(count, surge, unavailable)) == wanted


@pytest.mark.parametrize(
    ("low", "high", "surge", "unavailable", "wanted"),
    [
        (1, 10, None, None, (75, 200)),
        (2, 10, None, None, (75, 150)),
        (3, 10, None, None, (75, 140)),
        (4, 20, None, None, (75, 140)),
        (10, 50, None, None, (75, 131)),
        (None, 10, None, None, (75, 200)),
        (1, 10, 1, 0, (100, 200)),
        (2, 10, 1, 0, (100, 150)),
        (10, 50, 1, 0, (100, 110)),
        (1, 10, 0, "25%", (0, 100)),
        (2, 10, 0, "25%", (50, 100)),
    ],
)
def test_counts_that_an_autoscaler_chooses(low, high, surge, unavailable, wanted):
    bounds = {"maxReplicas": high, **({} if low is None else {"minReplicas": low})}
    said = service(None, surge, unavailable, bounds)
    assert percents(said) == wanted and codes(said)["rollout.varying-count"] == "info"


def test_an_autoscaler_holds_the_first_count():
    made = service(1, scaler={"minReplicas": 3, "maxReplicas": 5}).output.entries
    assert next(one.value for one in made if one.kind == "services")["desiredCount"] == 3


@pytest.mark.parametrize(
    ("count", "minimum", "maximum", "surge", "unavailable", "stuck"),
    [
        (3, None, None, "100%", 0, False),
        (5, 50, 100, 0, "50%", False),
        (3, 100, 150, 1, 0, False),
        (7, 66, 133, 2, "34%", False),
        (3, 0, 100, 0, "100%", False),
        (1, 50, 100, 1, 0, True),
        (5, 100, 110, 1, 0, True),
        (5, 100, 100, 1, 0, True),
    ],
)
def test_percents_become_pods(count, minimum, maximum, surge, unavailable, stuck):
    said, made = workload(count, minimum, maximum)
    assert made["strategy"]["rollingUpdate"] == {"maxSurge": surge, "maxUnavailable": unavailable}
    assert ("rollout.stuck" in codes(said)) is stuck


def test_a_scaled_service_says_no_replicas():
    said, made = workload(5, 100, 150, {"MinCapacity": 2, "MaxCapacity": 10})
    assert "replicas" not in made and made["strategy"]["rollingUpdate"]["maxSurge"] == "50%"
    assert codes(said)["rollout.replicas"] == "info"


def test_one_task_that_stops_first_is_recreated():
    assert workload(1, 0, 100)[1]["strategy"] == {"type": "Recreate"}


@pytest.mark.parametrize(
    ("unavailable", "instances", "minimum"),
    [(None, None, 0), (1, 3, 66), ("10%", 5, 80), ("10%", 20, 90), (None, 1, 0)],
)
def test_daemons_by_the_number_of_instances(unavailable, instances, minimum):
    update = {} if unavailable is None else {"rollingUpdate": {"maxUnavailable": unavailable}}
    said = service(kind="DaemonSet", updateStrategy=update)
    if instances is not None:
        said = translate(translate_input(update), {"ecs": {"instances": instances}})
    assert percents(said) == (minimum, 100)
    assert ("workloads.daemons-at-once" in codes(said)) is (instances is None)


def translate_input(update):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "x"}]}}
    value = {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "web"},
        "spec": {"updateStrategy": update, "selector": {"matchLabels": {"app": "web"}}, "template": template},
    }
    return parse(yaml.safe_dump(value).encode(), "web.yaml")


@pytest.mark.parametrize(("minimum", "unavailable"), [(None, None), (50, "50%"), (0, "100%"), (100, 1)])
def test_daemons_to_daemon_sets(minimum, unavailable):
    said, made = workload(None, minimum, schedulingStrategy="DAEMON")
    assert made.get("updateStrategy", {}).get("rollingUpdate", {}).get("maxUnavailable") in (unavailable, "100%")
    assert ("rollout.stuck" in codes(said)) is (minimum == 100)


@pytest.mark.parametrize(("count", "wanted"), [(1, (0, 100)), (None, (0, 100)), (3, (66, 100))])
def test_stateful_sets_never_surge(count, wanted):
    assert percents(service(count, kind="StatefulSet", serviceName="web")) == wanted
