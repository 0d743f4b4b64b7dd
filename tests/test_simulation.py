"""The simulation says what the vendors' rules give, worked out here by hand."""
from __future__ import annotations

import json

import pytest
from conftest import ROOT

from translator import parse, read, translate
from translator.simulation import simulate

ROLLOUT, LOAD = "Copies during a rollout", "Copies by CPU load"


def tables(translation, platform="kubernetes"):
    return {table.title: table for table in simulate(translation.carried[0], platform)}


def workload(kind="Deployment", replicas=4, **spec):
    """A workload that says as little as it may."""
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "nginx:1.27", "resources": {"requests": {"cpu": "1", "memory": "2Gi"}}}]},
            },
            **spec,
        },
    }


def scaler(low, high, target=50):
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "minReplicas": low,
            "maxReplicas": high,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": target}}}],
        },
    }


def of(*objects, platform="kubernetes"):
    return tables(translate(parse(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))), platform)


# Deployment: the surge is rounded up, the unavailable down (Deployment v1, maxSurge and maxUnavailable); where both come to nothing, one
# pod may go. The percentages of the service are of the count, the minimum rounded up, the maximum down (DeploymentConfiguration).
DEPLOYMENTS = {
    # replicas, strategy -> fewest and most on Kubernetes, fewest and most on ECS
    "a quarter of four": (4, {}, (3, 5), (3, 5)),
    "a quarter of one: one more, none fewer": (1, {}, (1, 2), (1, 2)),
    "a quarter of ten: 2.5 is three more, two fewer": (10, {}, (8, 13), (8, 13)),
    "30 % of ten": (10, {"rollingUpdate": {"maxSurge": "30%", "maxUnavailable": "30%"}}, (7, 13), (7, 13)),
    "numbers": (8, {"rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}}, (8, 10), (8, 10)),
    "no more, one fewer": (3, {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}, (2, 3), (2, 3)),
    "both come to nothing": (3, {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "10%"}}, (2, 3), (2, 3)),
    "all at once": (4, {"type": "Recreate"}, (0, 4), (0, 4)),
}


@pytest.mark.parametrize("replicas, strategy, kubernetes, ecs", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_a_deployment_and_its_service(replicas, strategy, kubernetes, ecs):
    made = of(workload(replicas=replicas, **({"strategy": strategy} if strategy else {})))
    assert made[ROLLOUT].rows == ((replicas, *kubernetes, *ecs),)


# StatefulSet: the pod with the highest ordinal stops before its next starts; maxUnavailable, rounded up, stops as many at once.
STATEFUL = {
    "one after the other": (5, {}, (4, 5)),
    "two at once": (5, {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 2}}}, (3, 5)),
    "30 % of five is two": (5, {"updateStrategy": {"rollingUpdate": {"maxUnavailable": "30%"}}}, (3, 5)),
    "one of one": (1, {}, (0, 1)),
    "one of two hundred": (200, {}, (199, 200)),
}


@pytest.mark.parametrize("replicas, spec, kubernetes", STATEFUL.values(), ids=STATEFUL)
def test_a_stateful_set(replicas, spec, kubernetes):
    [row] = of(workload("StatefulSet", replicas, serviceName="web", **spec))[ROLLOUT].rows
    assert row[:3] == (replicas, *kubernetes)


def test_what_waits_for_somebody_or_follows_nodes_has_no_table():
    assert ROLLOUT not in of(workload("StatefulSet", 3, serviceName="web", updateStrategy={"type": "OnDelete"}))
    daemon = workload("DaemonSet")
    del daemon["spec"]["replicas"]
    assert ROLLOUT not in of(daemon)


# 25 % of n, surge up, unavailable down; a whole number of percent holds for all counts, so at some more may run on ECS: 150 %.
QUARTERS = [(2, 2, 3, 2, 3), (3, 3, 4, 3, 4), (4, 3, 5, 3, 6), (5, 4, 7, 4, 7), (6, 5, 8, 5, 9),
            (7, 6, 9, 6, 10), (8, 6, 10, 6, 12), (9, 7, 12, 7, 13), (10, 8, 13, 8, 15)]  # fmt: skip


def test_every_count_that_an_autoscaler_may_choose():
    assert list(tables(translate(read(str(ROOT / "fixtures" / "example" / "web.yaml"))))[ROLLOUT].rows) == QUARTERS


def test_a_long_range_shows_both_ends_and_says_so():
    table = of(workload(), scaler(1, 500))[ROLLOUT]
    assert [row[0] for row in table.rows] == [*range(1, 101), *range(401, 501)]
    assert "Of 500 counts the first and the last hundred are shown." in table.note
    whole = of(workload(), scaler(2, 201))[ROLLOUT]
    assert [row[0] for row in whole.rows] == list(range(2, 202)) and "hundred" not in whole.note


# The task has 1 vCPU, as the pod asks for, so 50 % is 50 % of the same on both sides. Loads from the fewest copies' (2 x 50) to what
# one copy too many would carry (7 x 50), in twelve steps of 20.83. HPA: ceil(copies x value / 50), unless within a tenth of 50.
# Target tracking, assumed: the same proportion above 50, nothing from 45 to 50, in below 45.
SETTLED = [
    # load, HPA, target tracking
    (100, 2, 2),  # 50 each
    (121, 3, 3),  # 120.83 on 2 is 60.4: out to 2.42 -> 3; 40.3 each: HPA 2.4 -> 3, target tracking 2.4 -> 3
    (142, 3, 3),  # 47.2 on 3: within a tenth, and above 45
    (162, 3, 4),  # 162.5 on 3 is 54.2: within a tenth of 50 for the HPA; above it for target tracking: 3.25 -> 4
    (183, 4, 4),  # 183.33 on 3 is 61: 3.67 -> 4; 45.8 on 4: both stay
    (204, 4, 5),  # 204.17 on 4 is 51: within a tenth; above 50: 4.08 -> 5, where 40.8 asks for 4.08 -> 5
    (225, 5, 5),  # 225 on 4 is 56.25: 4.5 -> 5
    (246, 5, 5),  # 245.83 on 5 is 49.2
    (267, 5, 6),  # 266.67 on 5 is 53.3: within a tenth; above 50: 5.33 -> 6
    (288, 6, 6),  # 287.5 on 5 is 57.5: 5.75 -> 6
    (308, 6, 6),  # 308.33 on 6 is 51.4: within a tenth; 6.17 -> 7 is above the most
    (329, 6, 6),
    (350, 6, 6),
]


def test_the_copies_that_a_load_settles_on():
    assert list(of(workload(), scaler(2, 6))[LOAD].rows) == SETTLED


def test_the_way_from_ecs_says_the_same():
    environment = {"ecs": {"cluster": "main"}}
    there = translate(parse(json.dumps(workload(replicas=10))), environment)
    back = translate(there.output)
    assert tables(back, "ecs")[ROLLOUT].rows == ((10, 8, 13, 8, 13),)


def test_blue_green_runs_both_versions_in_full():
    there = translate(parse(json.dumps(workload()))).output.objects()
    there["services"][0]["deploymentConfiguration"] = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5}
    made = tables(translate(parse(json.dumps(there))), "ecs")
    assert all(row[3:] == (row[0], 2 * row[0]) for row in made[ROLLOUT].rows)
