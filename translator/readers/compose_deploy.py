"""`deploy` of a Compose service -> how many tasks run, how they are replaced and where they are placed.

https://github.com/compose-spec/compose-spec/blob/main/deploy.md
"""

from __future__ import annotations

from typing import Any

from ..converters.rollout import to_ecs
from .compose_ports import Port, service_connect
from .compose_service import Service, pairs
from .taking import Node

SUBNETS = ("${SUBNET_1}", "${SUBNET_2}")
MODES = ("replicated", "global", "replicated-job", "global-job")


def service_request(service: Service, ports: list[Port]) -> dict[str, Any]:
    """Give the request that makes the service."""
    deploy, hosted = service.node["deploy"], service.on_instance
    mode = deploy["mode"].one_of(MODES)
    every = mode.value in ("global", "global-job")
    if mode.value in ("replicated-job", "global-job"):
        service.gather(
            "jobs",
            "{} run to their end; on ECS they are tasks of a service, which starts them again.",
            service.key,
            deploy["mode"],
        )
    return {
        "cluster": "${CLUSTER}",
        "serviceName": service.name,
        "taskDefinition": service.name,
        "desiredCount": None if every else count(service).or_(1),
        "launchType": "EC2" if hosted else "FARGATE",
        "schedulingStrategy": mode.to(lambda word: "DAEMON") if every else mode.to(lambda word: "REPLICA"),
        "deploymentConfiguration": None if every else rollout(service),
        "networkConfiguration": network(service),
        "serviceConnectConfiguration": service_connect(service, ports),
        "tags": [{"key": key, "value": value.text().or_("")} for key, value in pairs(deploy["labels"])],
    }


def count(service: Service) -> Node:
    """Give the number of tasks."""
    return (service.node["deploy"]["replicas"] or service.node["scale"]).whole()


def network(service: Service) -> dict[str, Any] | None:
    """Give the subnets and security groups, which only the environment knows."""
    if service.node["network_mode"].value in ("host", "none", "bridge"):
        return None
    return {"awsvpcConfiguration": {"subnets": list(SUBNETS), "securityGroups": ["${SECURITY_GROUP}"]}}


def rollout(service: Service) -> dict[str, Any] | None:
    """Give the bounds between which tasks are replaced: so many at a time, before or after the old ones stop."""
    spec = service.node["deploy"]["update_config"]
    if not spec:
        return None
    number = count(service).value or 1
    at_once = spec["parallelism"].whole()
    order = spec["order"].one_of(["start-first", "stop-first"])
    many = min(at_once.value if at_once else 1, number) or number
    more, fewer = (many, 0) if order.value == "start-first" else (0, many)
    found = to_ecs(more, fewer, number, number) or (100, 200)
    least, most = (
        at_once.to(lambda value: found[0]).with_(spec["order"]),
        at_once.to(lambda value: found[1]).with_(spec["order"]),
    )
    if order and not at_once:
        least, most = order.to(lambda word: found[0]), order.to(lambda word: found[1])
    action = spec["failure_action"].one_of(["continue", "pause", "rollback"])
    stops = action.value in ("pause", "rollback")
    rest = [spec[key] for key in ("delay", "monitor", "max_failure_ratio") if spec[key]]
    if rest:
        service.gather("rollout-pace", "How long an update waits and watches is ECS's own: {}.", service.key, *rest)
    return {
        "minimumHealthyPercent": least.or_(found[0]),
        "maximumPercent": most.or_(found[1]),
        "deploymentCircuitBreaker": {
            "enable": action.to(lambda word: word != "continue"),
            "rollback": action.to(lambda word: word == "rollback"),
        }
        if action
        else None
        if not stops
        else {},
    }


def say(service: Service) -> None:
    """Report what of `deploy` and of restarts is otherwise on ECS."""
    node, deploy = service.node, service.node["deploy"]
    placed = deploy["placement"]
    if placed:
        service.gather(
            "placement", "Where {} are placed follows rules of Swarm, which ECS does not read.", service.key, placed
        )
    for key in ("endpoint_mode", "rollback_config"):
        if deploy[key]:
            service.gather("deploy-other", "ECS decides this by itself: {}.", f"{service.key}: {key}", deploy[key])
    pids = deploy["resources"]["limits"]["pids"]
    if pids:
        service.gather("deploy-other", "ECS decides this by itself: {}.", f"{service.key}: pids", pids)
    policy, restart = deploy["restart_policy"], node["restart"]
    once = (
        restart.value in ("no", False)
        or str(restart.value).startswith("on-failure")
        or policy["condition"].value in ("none", "on-failure")
    )
    if once:
        service.gather(
            "restart",
            "{} may end by themselves; the tasks of a service are always started again.",
            service.key,
            restart,
            policy,
        )
    elif restart or policy:
        service.gather(
            "restart-always", "ECS always starts the tasks of a service again: {}.", service.key, restart, policy
        )
