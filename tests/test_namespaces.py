"""Where objects live: what names no namespace is in `default`, next to what says so, and in no other."""

import pytest

from translator import parse, translate
from run_corpus import inexact, unaccounted


def application(workload, others):
    """Give a Deployment in one namespace, its Service, HPA and ConfigMap in another; None is no namespace."""

    def place(namespace):
        return {"namespace": namespace} if namespace else {}

    pod = {
        "containers": [
            {
                "name": "web",
                "image": "web:1",
                "ports": [{"containerPort": 8080}],
                "env": [{"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "level"}}}],
            }
        ]
    }
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", **place(workload)},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod},
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web", **place(others)},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
        },
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "web", **place(others)},
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
                "maxReplicas": 5,
            },
        },
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "settings", **place(others)},
            "data": {"level": "debug"},
        },
    ]


@pytest.mark.parametrize(("workload", "others"), [("default", None), (None, "default"), (None, None), ("shop", "shop")])
def test_objects_of_one_namespace_are_one_application(workload, others):
    document = parse(application(workload, others))
    translation = translate(document)
    output = translation.output.objects()
    assert output["services"][0]["serviceConnectConfiguration"]["services"][0]["clientAliases"] == [
        {"port": 80, "dnsName": "web"}
    ]
    assert output["scalableTargets"][0]["MaxCapacity"] == 5
    assert output["taskDefinitions"][0]["containerDefinitions"][0]["environment"] == [
        {"name": "LEVEL", "value": "debug"}
    ]
    assert not translation.loose and not unaccounted(translation) and not inexact(document, translation)


@pytest.mark.parametrize(
    ("workload", "others"), [("shop", None), ("shop", "default"), (None, "shop"), ("default", "shop")]
)
def test_objects_of_two_namespaces_are_not(workload, others):
    translation = translate(parse(application(workload, others)))
    assert {entry.kind for entry in translation.loose} == {"Service", "HorizontalPodAutoscaler", "ConfigMap"}
    assert "scalableTargets" not in translation.output.objects()


def scheduled(group, cluster):
    """Give a task that runs by the clock in a group of schedules and a cluster."""
    target = {
        "Arn": f"arn:aws:ecs:eu-west-1:123456789012:cluster/{cluster}",
        "RoleArn": "arn:aws:iam::123456789012:role/s",
        "EcsParameters": {"TaskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/report"},
    }
    return {
        "taskDefinitions": [{"family": "report", "containerDefinitions": [{"name": "report", "image": "busybox:1.37"}]}],
        "schedules": [
            {"Name": "report", "ScheduleExpression": "rate(1 hour)", "GroupName": group, "Target": target,
             "FlexibleTimeWindow": {"Mode": "OFF"}}
        ],
    }


@pytest.mark.parametrize(
    ("group", "cluster", "wanted", "namespace"),
    [("default", "shop", None, "shop"), ("jobs", "shop", None, "jobs"), ("jobs", "shop", "all", "all"), ("default", "default", None, None)],
)
def test_where_a_schedule_s_job_lives(group, cluster, wanted, namespace):
    environment = {"kubernetes": {"namespace": wanted}} if wanted else None
    (made,) = [one for one in translate(parse(scheduled(group, cluster)), environment).output.objects() if one["kind"] == "CronJob"]
    assert made["metadata"].get("namespace") == namespace
