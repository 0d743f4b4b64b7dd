"""How containers start, stop and are restarted, through whole translations."""

import json

import pytest
import yaml

from translator import parse, translate


def containers(spec, environment=None, job=False):
    """Give the translation of a pod and its container definitions by name."""
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "x"}], **spec}}
    value = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
    }
    if job:
        value = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "web"}, "spec": {"template": template}}
    said = translate(parse(yaml.safe_dump(value).encode(), "web.yaml"), environment)
    task = next(one.value for one in said.output.entries if one.kind == "taskDefinitions")
    return said, {one["name"]: one for one in task["containerDefinitions"]}


def pod(definitions, service=True):
    """Give the translation of a task definition and the pod that it becomes."""
    document = {
        "taskDefinitions": [
            {
                "family": "web",
                "networkMode": "awsvpc",
                "cpu": "256",
                "memory": "512",
                "containerDefinitions": [{"image": "x", **one} for one in definitions],
            }
        ]
    }
    if service:
        document["services"] = [
            {"serviceName": "web", "taskDefinition": "web", "desiredCount": 1, "launchType": "FARGATE"}
        ]
    else:
        document["tasks"] = [{"taskDefinition": "web"}]
    said = translate(parse(json.dumps(document).encode(), "web.json"))
    return said, next(
        one.value["spec"]["template"]["spec"] for one in said.output.entries if one.kind in ("Deployment", "Job")
    )


def needs(name, condition):
    return [{"containerName": name, "condition": condition}]


def codes(said):
    return {one.code: one.level for one in said.findings}


@pytest.mark.parametrize(
    ("seconds", "launch", "wanted", "cut"),
    [
        (60, "FARGATE", 60, False),
        (120, "FARGATE", 120, False),
        (300, "FARGATE", 120, True),
        (1, "FARGATE", 2, True),
        (0, "FARGATE", 2, True),
        (300, "EC2", 300, False),
    ],
)
def test_how_long_a_container_may_take_to_stop(seconds, launch, wanted, cut):
    said, made = containers({"terminationGracePeriodSeconds": seconds}, {"ecs": {"launchType": launch}})
    assert made["web"]["stopTimeout"] == wanted and ("lifecycle.grace-cut" in codes(said)) is cut


def test_times_to_stop_add_up_along_a_chain():
    assert (
        pod(
            [
                {"name": "web", "stopTimeout": 30, "dependsOn": needs("proxy", "START")},
                {"name": "proxy", "stopTimeout": 20},
            ]
        )[1]["terminationGracePeriodSeconds"]
        == 50
    )


def test_a_chain_of_inits_and_sidecars_comes_back():
    first = [
        {"name": "a", "image": "x"},
        {"name": "b", "image": "x", "restartPolicy": "Always"},
        {
            "name": "c",
            "image": "x",
            "restartPolicy": "Always",
            "livenessProbe": {"exec": {"command": ["ok"]}},
            "startupProbe": {"exec": {"command": ["ok"]}},
        },
        {"name": "d", "image": "x"},
    ]
    said, made = containers({"initContainers": first})
    assert {name: one.get("dependsOn") for name, one in made.items()} == {
        "a": None,
        "b": needs("a", "SUCCESS"),
        "c": needs("b", "START"),
        "d": needs("c", "HEALTHY"),
        "web": needs("d", "SUCCESS"),
    }
    assert {name: one["essential"] for name, one in made.items()} == {
        "a": False,
        "b": True,
        "c": True,
        "d": False,
        "web": True,
    }
    assert "lifecycle.start-order" not in codes(said)


@pytest.mark.parametrize(
    ("policy", "restarts"),
    [("Never", None), ("OnFailure", {"enabled": True, "restartAttemptPeriod": 60, "ignoredExitCodes": [0]})],
)
def test_what_runs_once_is_restarted_as_its_pod_says(policy, restarts):
    said, made = containers({"restartPolicy": policy}, job=True)
    assert made["web"].get("restartPolicy") == restarts
    assert ("lifecycle.restarted-in-place" in codes(said)) is (policy != "Never")


def test_a_jobs_sidecar_does_not_keep_it_running():
    sidecar = {"name": "log", "image": "x", "restartPolicy": "Always"}
    said, made = containers({"restartPolicy": "Never", "initContainers": [sidecar]}, job=True)
    assert (made["log"]["essential"], made["web"]["essential"]) == (False, True)
    assert "lifecycle.init-retry" not in codes(said)
    _, spec = pod([{"name": "web"}, {"name": "log", "essential": False}], service=False)
    assert [one["name"] for one in spec["containers"]] == ["web"]
    assert (spec["initContainers"][0]["name"], spec["initContainers"][0]["restartPolicy"]) == ("log", "Always")


def test_waiting_for_any_exit_code_is_not_waiting_for_success():
    said, spec = pod([{"name": "web", "dependsOn": needs("once", "COMPLETE")}, {"name": "once", "essential": False}])
    assert [one["name"] for one in spec["initContainers"]] == ["once"]
    assert codes(said)["lifecycle.any-exit-code"] == "warning"


def test_what_is_waited_for_becomes_a_sidecar_even_if_only_one_waits():
    _, spec = pod([{"name": "web", "dependsOn": needs("proxy", "START")}, {"name": "proxy"}, {"name": "other"}])
    assert [(one["name"], one["restartPolicy"]) for one in spec["initContainers"]] == [("proxy", "Always")]


def test_a_pod_waits_for_health_by_a_startup_probe():
    check = {"command": ["CMD", "ready"], "interval": 10, "timeout": 2, "retries": 4}
    _, spec = pod([{"name": "web", "dependsOn": needs("proxy", "HEALTHY")}, {"name": "proxy", "healthCheck": check}])
    probe = spec["initContainers"][0]["startupProbe"]
    assert (probe["periodSeconds"], probe["failureThreshold"]) == (10, 4)


def test_a_circle_still_has_a_container():
    _, spec = pod([{"name": "a", "dependsOn": needs("b", "START")}, {"name": "b", "dependsOn": needs("a", "START")}])
    assert spec["containers"]


def test_a_helper_that_may_end_is_spoken_of():
    assert codes(pod([{"name": "web"}, {"name": "log", "essential": False}])[0])["lifecycle.not-essential"] == "warning"
