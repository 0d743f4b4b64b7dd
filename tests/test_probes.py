"""Probes and health checks, through whole translations: times by hand from both platforms' limits."""

import json

import pytest
import yaml

from translator import parse, translate

EXEC = {"exec": {"command": ["cat", "/ok"]}}


def checked(**probes):
    """Give the translation of a pod and its container's health check."""
    container = {"name": "web", "image": "x", "ports": [{"name": "http", "containerPort": 8080}], **probes}
    value = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}},
        },
    }
    said = translate(parse(yaml.safe_dump(value).encode(), "web.yaml"))
    task = next(one.value for one in said.output.entries if one.kind == "taskDefinitions")
    return said, task["containerDefinitions"][0].get("healthCheck")


def probed(check, **service):
    document = {
        "taskDefinitions": [
            {
                "family": "web",
                "networkMode": "awsvpc",
                "cpu": "256",
                "memory": "512",
                "containerDefinitions": [{"name": "web", "image": "x", "healthCheck": check}],
            }
        ],
        "services": [
            {"serviceName": "web", "taskDefinition": "web", "desiredCount": 1, "launchType": "FARGATE", **service}
        ],
    }
    said = translate(parse(json.dumps(document).encode(), "web.json"))
    spec = next(one.value["spec"] for one in said.output.entries if one.kind == "Deployment")
    return said, spec, spec["template"]["spec"]["containers"][0]


def codes(said):
    return {one.code: one.level for one in said.findings}


@pytest.mark.parametrize(
    ("probe", "interval", "timeout", "retries", "start"),
    [
        ({}, 10, 2, 3, None),
        ({"periodSeconds": 2, "failureThreshold": 15}, 5, 2, 6, None),
        ({"periodSeconds": 10, "failureThreshold": 30}, 30, 2, 10, None),
        ({"periodSeconds": 1}, 5, 2, 1, None),
        ({"periodSeconds": 600, "timeoutSeconds": 90}, 300, 60, 6, None),
        ({"initialDelaySeconds": 20}, 10, 2, 3, 20),
        ({"initialDelaySeconds": 400}, 10, 2, 3, 300),
    ],
)
def test_how_long_a_dead_container_goes_unnoticed(probe, interval, timeout, retries, start):
    said, check = checked(livenessProbe={**EXEC, **probe})
    assert (check["interval"], check["timeout"], check["retries"], check.get("startPeriod")) == (
        interval,
        timeout,
        retries,
        start,
    )
    assert "probes.late-start" not in codes(said)  # the service's grace period is as long


@pytest.mark.parametrize(
    ("handler", "command"),
    [
        ({"exec": {"command": ["a", "b"]}}, ["CMD", "a", "b"]),
        ({"exec": {"command": ["sh", "-c", "test -f /ok"]}}, ["CMD-SHELL", "test -f /ok"]),
        ({"tcpSocket": {"port": "http"}}, ["CMD-SHELL", "nc -z localhost 8080"]),
        ({"grpc": {"port": 8080, "service": "S"}}, ["CMD", "grpc_health_probe", "-addr=localhost:8080", "-service=S"]),
    ],
)
def test_handlers(handler, command):
    said, check = checked(livenessProbe=handler)
    assert check["command"] == command
    assert ("probes.image-command" in codes(said)) is ("exec" not in handler)


def test_an_http_probe_asks_as_the_kubelet_does():
    _, check = checked(
        livenessProbe={
            "httpGet": {"path": "/h", "port": "http", "scheme": "HTTPS", "httpHeaders": [{"name": "A", "value": "b"}]}
        }
    )
    assert check["command"][0] == "CMD-SHELL"
    assert all(part in check["command"][1] for part in ("-k", "-H 'A: b'", "https://localhost:8080/h"))


def test_readiness_is_never_a_health_check():
    said, check = checked(readinessProbe=EXEC)
    assert check is None and codes(said)["probes.readiness"] == "warning"


def test_a_startup_probe_of_its_own():
    said, check = checked(livenessProbe=EXEC, startupProbe={"exec": {"command": ["started"]}, "failureThreshold": 6})
    assert check["command"] == ["CMD", "cat", "/ok"] and check["startPeriod"] == 60
    assert codes(said)["probes.startup-handler"] == "warning"
    assert codes(checked(startupProbe=EXEC)[0])["probes.startup-only"] == "warning"


def test_one_check_is_both_probes_with_ecs_own_times():
    said, spec, container = probed({"command": ["CMD-SHELL", "test -f /ok"], "startPeriod": 60})
    handler = {"exec": {"command": ["/bin/sh", "-c", "test -f /ok"]}}
    assert (
        container["livenessProbe"]
        == container["readinessProbe"]
        == {**handler, "periodSeconds": 30, "timeoutSeconds": 5, "failureThreshold": 3}
    )
    assert container["startupProbe"]["failureThreshold"] == 5 and "minReadySeconds" not in spec


def test_no_check_at_all_is_forty_seconds():
    assert probed({"command": ["NONE"]})[2].get("livenessProbe") is None
