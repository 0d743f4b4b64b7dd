"""HorizontalPodAutoscalers and target tracking, through whole translations: shares by hand."""

import json

import pytest
import yaml

from translator import parse, translate

NAMES = {"cpu": "ECSServiceAverageCPUUtilization", "memory": "ECSServiceAverageMemoryUtilization"}
WHERE = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/default/web",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def metric(name, percent=None, value=None):
    target = (
        {"type": "AverageValue", "averageValue": value}
        if percent is None
        else {"type": "Utilization", "averageUtilization": percent}
    )
    return {"type": "Resource", "resource": {"name": name, "target": target}}


def container(requests=None, limits=None, **more):
    return {"name": "web", "image": "x", "resources": {"requests": requests or {}, "limits": limits or {}}, **more}


def scaled(spec, containers=None, init=None, environment=None):
    """Translate a Deployment with an HPA; gives the translation and target values by resource."""
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {
            "containers": containers or [container({"cpu": "500m", "memory": "1Gi"})],
            "initContainers": init or [],
        },
    }
    objects = [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
        },
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "web"},
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
                "maxReplicas": 10,
                **spec,
            },
        },
    ]
    said = translate(parse(yaml.safe_dump_all(objects).encode(), "web.yaml"), environment)
    policies = [
        one.value["TargetTrackingScalingPolicyConfiguration"]
        for one in said.output.entries
        if one.kind == "scalingPolicies"
    ]
    found = {one["PredefinedMetricSpecification"]["PredefinedMetricType"]: one for one in policies}
    return said, {name: found[key] for name, key in NAMES.items() if key in found}


def tracked(policies, task=None, launch="FARGATE", **target):
    """Translate a service with target-tracking policies; gives the translation and the HPA's spec."""
    document = {
        "taskDefinitions": [
            {
                "family": "web",
                "networkMode": "awsvpc",
                "containerDefinitions": [{"name": "web", "image": "x"}],
                **(task if task is not None else {"cpu": "1024", "memory": "2048"}),
            }
        ],
        "services": [{"serviceName": "web", "taskDefinition": "web", "desiredCount": 2, "launchType": launch}],
        "scalableTargets": [{**WHERE, "MinCapacity": 1, "MaxCapacity": 10, **target}],
        "scalingPolicies": [
            {
                **WHERE,
                "PolicyName": f"p{place}",
                "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": policy,
            }
            for place, policy in enumerate(policies)
        ],
    }
    said = translate(parse(json.dumps(document).encode(), "web.json"))
    return said, next((one.value["spec"] for one in said.output.entries if one.kind == "HorizontalPodAutoscaler"), None)


def policy(name, value, **more):
    return {"TargetValue": value, "PredefinedMetricSpecification": {"PredefinedMetricType": NAMES[name]}, **more}


def codes(said):
    return {one.code: one.level for one in said.findings}


@pytest.mark.parametrize(
    ("requests", "metrics", "wanted"),
    [
        ({"cpu": "500m", "memory": "1Gi"}, [metric("cpu", 70)], {"cpu": 70}),
        ({"cpu": "250m", "memory": "3Gi"}, [metric("cpu", 70)], {"cpu": 35}),  # the memory forces 512 units
        ({"cpu": "500m", "memory": "512Mi"}, [metric("cpu", 70), metric("memory", 80)], {"cpu": 70, "memory": 40}),
        (
            {"cpu": "1", "memory": "2Gi"},
            [metric("cpu", value="500m"), metric("memory", value="400Mi")],
            {"cpu": 50, "memory": 19.5},
        ),
    ],
)
def test_shares_of_requests_become_shares_of_the_task(requests, metrics, wanted):
    found = scaled({"metrics": metrics}, [container(requests)])[1]
    assert {name: one["TargetValue"] for name, one in found.items()} == wanted


def test_a_sidecars_requests_count():
    sidecar = {**container({"cpu": "250m", "memory": "512Mi"}, restartPolicy="Always"), "name": "side"}
    own = container({"cpu": "250m", "memory": "512Mi"})
    assert scaled({"metrics": [metric("cpu", 70)]}, [own], [sidecar])[1]["cpu"]["TargetValue"] == 70


def test_on_an_instance_memory_is_measured_against_what_is_reserved():
    own = container({"cpu": "250m", "memory": "256Mi"}, {"memory": "512Mi"})
    found = scaled(
        {"metrics": [metric("cpu", 70), metric("memory", 70)]}, [own], environment={"ecs": {"launchType": "EC2"}}
    )[1]
    assert {name: one["TargetValue"] for name, one in found.items()} == {"cpu": 70, "memory": 70}


def test_no_metric_is_eighty_percent_of_cpu():
    found = scaled({})[1]
    assert found["cpu"]["TargetValue"] == 80
    assert (found["cpu"]["ScaleInCooldown"], found["cpu"]["ScaleOutCooldown"]) == (300, 0)


def test_a_target_beyond_the_task_is_cut_and_said():
    said, found = scaled({"metrics": [metric("cpu", 150)]}, [container({"cpu": "1", "memory": "2Gi"})])
    assert found["cpu"]["TargetValue"] == 100 and codes(said)["autoscaling.metrics"] == "warning"


def test_nothing_to_measure_against():
    bare = {"name": "web", "image": "x"}
    assert codes(scaled({}, [bare])[0])["autoscaling.unmeasured"] == "warning"
    said, found = scaled({"metrics": [metric("cpu", 70)]}, [bare])
    assert not found and codes(said)["autoscaling.metrics"] == "warning"


@pytest.mark.parametrize(
    "other",
    [
        {"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "50"}}},
        {
            "type": "ContainerResource",
            "containerResource": {
                "name": "cpu",
                "container": "web",
                "target": {"type": "Utilization", "averageUtilization": 60},
            },
        },
    ],
)
def test_metrics_that_cloudwatch_does_not_have_are_reported(other):
    said, found = scaled({"metrics": [metric("cpu", 70), other]})
    assert set(found) == {"cpu"} and codes(said)["autoscaling.metrics"] == "warning"


def test_standing_still():
    said, found = scaled({"metrics": [metric("cpu", 70)], "behavior": {"scaleUp": {"selectPolicy": "Disabled"}}})
    target = next(one.value for one in said.output.entries if one.kind == "scalableTargets")
    assert target["SuspendedState"] == {"DynamicScalingOutSuspended": True} and "DisableScaleIn" not in found["cpu"]


def test_bounds_alone_need_no_policy():
    """An HPA without metrics that may go neither way only keeps the bounds."""
    assert not scaled(
        {"behavior": {"scaleDown": {"selectPolicy": "Disabled"}, "scaleUp": {"selectPolicy": "Disabled"}}}
    )[1]


@pytest.mark.parametrize(
    ("task", "value", "percent"),
    [
        ({"cpu": "1024", "memory": "2048"}, 60, 60),
        (
            {"cpu": "1024", "memory": "2048", "containerDefinitions": [{"name": "web", "image": "x", "cpu": 512}]},
            60,
            120,
        ),
        ({"cpu": "1024", "memory": "2048"}, 60.4, 60),
    ],
)
def test_shares_of_the_task_become_shares_of_requests(task, value, percent):
    said, made = tracked([policy("cpu", value)], task)
    assert made["metrics"][0]["resource"]["target"]["averageUtilization"] == percent
    assert made["behavior"]["scaleUp"]["stabilizationWindowSeconds"] == 300  # ECS's own default, written out
    assert "autoscaling.predefined-metric" not in codes(said)


def test_an_hpa_keeps_one():
    said, made = tracked([policy("cpu", 60)], MinCapacity=0)
    assert made["minReplicas"] == 1 and codes(said)["autoscaling.min-replicas"] == "warning"


def test_disabled_scale_in_comes_back():
    assert tracked([policy("cpu", 60, DisableScaleIn=True)])[1]["behavior"]["scaleDown"]["selectPolicy"] == "Disabled"
