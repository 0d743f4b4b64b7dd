"""Copilot's `network`, `deployment`, `exec` and names -> an ECS service, its discovery and its network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .copilot_containers import awslogs
from .copilot_ports import Exposed
from .copilot_workload import APP_RUNNER, SUBNETS, Workload, imported
from .taking import Node

ROLLING = {"default": (100, 200), "recreate": (0, 100)}
SECURITY_GROUP = "${ENVIRONMENT_SECURITY_GROUP}"
CLUSTER = "${CLUSTER}"
METRICS = {
    "cpu_utilization": ("CopilotRollbackCPUAlarm", "AWS/ECS", "CPUUtilization", "Percent"),
    "memory_utilization": ("CopilotRollbackMemAlarm", "AWS/ECS", "MemoryUtilization", "Percent"),
    "messages_delayed": ("CopilotRollbackMsgsDelayedAlarm", "AWS/SQS", "ApproximateNumberOfMessagesDelayed", "Count"),
}


def service(
    work: Workload, capacity: dict[str, Any], attached: list[dict], grace: Any, port: Any, entry: Exposed | None
) -> dict[str, Any]:
    """Give the request that makes the service."""
    registered = port is not None and work.type != APP_RUNNER
    return {
        "cluster": CLUSTER,
        "serviceName": work.label,
        "taskDefinition": work.name,
        **capacity,
        "platformVersion": platform_version(work.node["platform"]),
        "deploymentConfiguration": deployment(work),
        "propagateTags": "SERVICE",
        "enableExecuteCommand": execute(work.node["exec"]),
        "serviceConnectConfiguration": service_connect(work, entry),
        "networkConfiguration": network(work),
        "loadBalancers": attached,
        "healthCheckGracePeriodSeconds": grace if attached else None,
        "serviceRegistries": [{"registryArn": f"${{discoveryServices.{work.name}.Arn}}", "port": port}]
        if registered
        else None,
        "tags": [{"key": key, "value": node.text()} for key, node in work.node["tags"].items()]
        if work.type == APP_RUNNER
        else None,
    }


def execute(spec: Node) -> Node:
    """Give whether commands may be run in the containers."""
    return (spec["enable"] if spec.is_map() else spec).flag()


def discovery(work: Workload) -> dict[str, Any]:
    """Give the name under which the environment's other services find this one."""
    records = [{"Type": kind, "TTL": 10} for kind in ("A", "SRV")]
    return {
        "Name": work.name,
        "NamespaceId": "${SERVICE_DISCOVERY_NAMESPACE_ID}",
        "Description": "Discovery Service for the Copilot services",
        "DnsConfig": {"RoutingPolicy": "MULTIVALUE", "DnsRecords": records},
        "HealthCheckCustomConfig": {"FailureThreshold": 1},
    }


def connected(work: Workload) -> bool:
    """Whether `network.connect` turns Service Connect on."""
    connect = work.node["network"]["connect"]
    return bool(connect["alias"]) if connect.is_map() else bool(connect.flag().value)


def service_connect(work: Workload, entry: Exposed | None) -> dict[str, Any] | None:
    """Give the Service Connect settings: a client of the namespace, and under which name others call it."""
    connect = work.node["network"]["connect"]
    on = connect["alias"].to(lambda alias: True) if connect.is_map() else connect.flag()
    if not connected(work):
        return {"enabled": on} if on else None
    offered = (
        {
            "portName": "target",
            "discoveryName": f"{work.name}-sc",
            "clientAliases": [{"port": entry.port, "dnsName": connect["alias"].text().or_(work.name)}],
        }
        if entry
        else None
    )
    return {
        "enabled": on,
        "namespace": work.endpoint,
        "services": [offered],
        "logConfiguration": awslogs(work),
    }


def network(work: Workload) -> dict[str, Any]:
    """Give the subnets and security groups of the tasks."""
    vpc = work.node["network"]["vpc"]
    return {
        "awsvpcConfiguration": {
            **subnets(work, vpc["placement"]),
            "securityGroups": security_groups(vpc["security_groups"]),
        }
    }


def subnets(work: Workload, placement: Node) -> dict[str, Any]:
    """Give the subnets: those of the environment by kind, or those that the manifest names."""
    named = placement["subnets"]
    if named.is_map():
        work.say(
            "from-tags",
            "Copilot chooses the subnets by their tags; `${SUBNET_1}` and `${SUBNET_2}` stand for them.",
            named,
        )
        return {"subnets": ["${SUBNET_1}", "${SUBNET_2}"], "assignPublicIp": "DISABLED"}
    if named:
        return {"subnets": named.texts(), "assignPublicIp": "DISABLED"}
    kind = placement.one_of(SUBNETS)
    public = kind.to(lambda word: "ENABLED" if word == "public" else "DISABLED")
    return {"subnets": list(SUBNETS[kind.value or "public"]), "assignPublicIp": public.or_("ENABLED")}


def security_groups(spec: Node) -> list[Any]:
    """Give the security groups: the environment's, unless it is denied, and those that the manifest adds."""
    denied = spec["deny_default"].flag()
    denied.use()
    listed = spec["groups"] if spec.is_map() else spec
    return [*([] if denied.value else [SECURITY_GROUP]), *(imported(entry) for entry in listed.each())]


def deployment(work: Workload) -> dict[str, Any]:
    """Give how a rollout goes; Copilot always rolls a failed one back."""
    spec = work.node["deployment"]
    rolling = spec["rolling"].one_of(ROLLING)
    kept = rolling.to(lambda word: ROLLING[word][0]).or_(ROLLING["default"][0])
    names = alarm_names(work)
    return {
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "minimumHealthyPercent": kept,
        "maximumPercent": rolling.to(lambda word: ROLLING[word][1]).or_(ROLLING["default"][1]),
        "alarms": {"alarmNames": names, "enable": True, "rollback": True} if names else None,
    }


def alarm_names(work: Workload) -> list[Any]:
    """Give the alarms that stop a rollout: named in the manifest, or made by Copilot for a threshold."""
    spec = work.node["deployment"]["rollback_alarms"]
    if spec.is_list():
        return spec.texts()
    return [f"{work.prefix}-{METRICS[key][0]}" for key, node in spec.items() if key in METRICS]


def alarms(work: Workload) -> Iterator[dict[str, Any]]:
    """Give the alarms that Copilot makes: twice in three minutes at or above the threshold."""
    spec = work.node["deployment"]["rollback_alarms"]
    for key, (suffix, namespace, metric, unit) in METRICS.items() if spec.is_map() else ():
        if spec[key]:
            of_service = [{"Name": "ClusterName", "Value": CLUSTER}, {"Name": "ServiceName", "Value": work.name}]
            of_queue = [{"Name": "QueueName", "Value": "${COPILOT_QUEUE_NAME}"}]
            yield {
                "AlarmName": f"{work.prefix}-{suffix}",
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": of_queue if namespace == "AWS/SQS" else of_service,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "Threshold": spec[key].number(),
                "DatapointsToAlarm": 2,
                "EvaluationPeriods": 3,
                "Period": 60,
                "Statistic": "Average",
                "Unit": unit,
            }


def platform(spec: Node) -> dict[str, Any]:
    """Give the operating system and the processor; Copilot's default is written out."""
    family = spec["osfamily"].text() if spec.is_map() else spec.to(lambda value: str(value).partition("/")[0])
    processor = spec["architecture"].text() if spec.is_map() else spec.to(lambda value: str(value).partition("/")[2])
    return {
        "operatingSystemFamily": family.one_of(SYSTEMS).to(SYSTEMS.get).or_("LINUX"),
        "cpuArchitecture": processor.one_of(PROCESSORS).to(PROCESSORS.get).or_("X86_64"),
    }


SYSTEMS = {
    "linux": "LINUX",
    "windows": "WINDOWS_SERVER_2019_CORE",
    **{
        name.lower(): name
        for name in (
            "WINDOWS_SERVER_2019_CORE",
            "WINDOWS_SERVER_2019_FULL",
            "WINDOWS_SERVER_2022_CORE",
            "WINDOWS_SERVER_2022_FULL",
        )
    },
}
PROCESSORS = {"x86_64": "X86_64", "amd64": "X86_64", "arm": "ARM64", "arm64": "ARM64"}


def platform_version(spec: Node) -> str:
    """Give the Fargate version that Copilot asks for: Windows has only 1.0.0."""
    family = str(spec["osfamily"].value if spec.is_map() else spec.value or "").lower()
    return "1.0.0" if family.startswith("windows") else "LATEST"
