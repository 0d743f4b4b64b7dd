"""Copilot's `count` -> desired count, capacity, scalable target and scaling policies.

Cooldowns without a value are Copilot's: 120 seconds in, 60 seconds out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from .copilot_containers import topic_queues
from .copilot_service import CLUSTER
from .copilot_workload import APP_RUNNER, WORKER, Workload
from .spellings import duration, seconds
from .taking import Node, Refused, text

SPOT, FARGATE = "FARGATE_SPOT", "FARGATE"
USAGE = {"cpu_percentage": "ECSServiceAverageCPUUtilization", "memory_percentage": "ECSServiceAverageMemoryUtilization"}
TRAFFIC = {
    "requests": ("ALBSumRequestCountPerTarget", "RequestCountPerTarget", "Sum"),
    "response_time": ("ALBAverageResponseTime", "TargetResponseTime", "Average"),
}
COOLDOWN = {"in": 120, "out": 60}


def capacity(work: Workload) -> dict[str, Any]:
    """Give how many tasks run at first, and on what."""
    count = work.node["count"]
    if work.type == APP_RUNNER:
        return {"desiredCount": 1, "launchType": FARGATE}
    if not count.is_map():
        return {"desiredCount": count.whole().or_(1), "launchType": FARGATE}
    spot = count["spot"].whole()
    if spot:
        return {"desiredCount": spot, "capacityProviderStrategy": [{"capacityProvider": SPOT, "weight": 1}]}
    lower, _ = bounds(count)
    return {"desiredCount": lower.or_(1), **_providers(count["range"], lower)}


def _providers(spec: Node, lower: Node) -> dict[str, Any]:
    start = spec["spot_from"].whole()
    if not start:
        return {"launchType": FARGATE}
    first = {"capacityProvider": SPOT, "weight": start.to(lambda number: 1)}
    if lower and start.value < lower.value:
        return {"capacityProviderStrategy": [first]}
    base = start.to(lambda number: max(number - 1, 0))
    return {"capacityProviderStrategy": [first, {"capacityProvider": FARGATE, "weight": 0, "base": base}]}


def bounds(count: Node) -> tuple[Node, Node]:
    """Give the least and the greatest number of tasks."""
    spec = count["range"]
    if spec.is_map():
        return spec["min"].whole(), spec["max"].whole()
    return spec.to(lambda value: _bounds(value)[0]), spec.to(lambda value: _bounds(value)[1])


def _bounds(value: Any) -> tuple[int, int]:
    lower, dash, upper = text(value).partition("-")
    if not (dash and lower.strip().isdigit() and upper.strip().isdigit()):
        raise Refused("two whole numbers with a dash between, like `1-10`")
    return int(lower), int(upper)


def target(work: Workload) -> dict[str, Any] | None:
    """Give the scalable target of a `count` that has a range."""
    count = work.node["count"]
    lower, upper = bounds(count)
    if work.type == APP_RUNNER or not count.is_map() or count["spot"]:
        return None
    if not (lower and upper):
        work.say(
            "no-range",
            "`count` scales, but has no `range` with a minimum and a maximum; the service is not scaled.",
            count,
        )
        return None
    return {**dimension(work), "MinCapacity": lower, "MaxCapacity": upper}


def dimension(work: Workload) -> dict[str, str]:
    """Give what is scaled: the service's desired count."""
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{CLUSTER}/{work.name}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }


def policies(work: Workload, balancer: str, group: str) -> Iterator[dict[str, Any]]:
    """Give a target tracking policy for each metric that `count` names."""
    count = work.node["count"]
    for key, metric in USAGE.items():
        if goal(count[key]):
            yield policy(
                work,
                f"{metric}-ScalingPolicy",
                count[key],
                {"PredefinedMetricSpecification": {"PredefinedMetricType": metric}},
            )
    for key, (name, metric, statistic) in TRAFFIC.items():
        if goal(count[key]) and group:
            names = {
                "LoadBalancer": f"${{{balancer}_FULL_NAME}}",
                "TargetGroup": f"${{targetGroups.{group}.TargetGroupFullName}}",
            }
            yield policy(
                work,
                f"{name}-ScalingPolicy",
                count[key],
                {
                    "CustomizedMetricSpecification": {
                        "Namespace": "AWS/ApplicationELB",
                        "MetricName": metric,
                        "Statistic": statistic,
                        "Dimensions": _named(names),
                    }
                },
            )
    if count["queue_delay"] and work.type == WORKER:
        yield from backlog(work, count["queue_delay"])


def policy(work: Workload, name: str, spec: Node, metric: dict[str, Any], value: Node | None = None) -> dict[str, Any]:
    """Give one policy; its own cooldown goes before the one that `count` has for all."""
    read = value or goal(spec)
    return {
        "PolicyName": f"{work.name}-{name}",
        "PolicyType": "TargetTrackingScaling",
        **dimension(work),
        "TargetTrackingScalingPolicyConfiguration": {
            **metric,
            "TargetValue": read,
            "ScaleInCooldown": cooldown(work, spec, "in"),
            "ScaleOutCooldown": cooldown(work, spec, "out"),
        },
    }


def goal(spec: Node) -> Node:
    """Give the value to hold: it stands alone, or beside a cooldown."""
    wanted = spec["value"] if spec.is_map() else spec
    return wanted.to(duration) if spec.path[-1] == "response_time" else wanted.number()


def cooldown(work: Workload, spec: Node, way: str) -> Any:
    """Give the seconds after which scaling goes on in a direction."""
    own = seconds(spec["cooldown"][way])
    return own.or_(seconds(work.node["count"]["cooldown"][way]).or_(COOLDOWN[way]))


def backlog(work: Workload, spec: Node) -> Iterator[dict[str, Any]]:
    """Give the policies that keep the messages per task at what the acceptable latency allows."""
    latency, each = spec["acceptable_latency"], spec["msg_processing_time"]
    allowed = latency.to(lambda value: messages(value, each.value)).with_(each) if each else each
    if not allowed:
        work.say(
            "queue-delay-unread",
            "`count.queue_delay` needs `acceptable_latency` and `msg_processing_time`; the queue is not scaled on.",
            spec,
        )
        return
    work.say(
        "queue-delay",
        "Copilot measures the backlog per task with a function; here it is computed from the queue's length and the"
        f" running tasks, to stay at {allowed.value} messages a task.",
        spec,
    )
    for queue in ("COPILOT_QUEUE", *topic_queues(work.node["subscribe"])):
        yield policy(
            work,
            f"BacklogPerTask-{queue}",
            spec,
            {"CustomizedMetricSpecification": {"Metrics": metrics(work, queue)}},
            allowed,
        )


def messages(latency: Any, each: Any) -> int:
    """Give how many messages a task may have waiting."""
    taken = duration(each)
    if not taken:
        raise Refused("a latency over a processing time that is not nothing")
    return math.ceil(round(duration(latency) / taken, 9))


def metrics(work: Workload, queue: str) -> list[dict[str, Any]]:
    """Give the sum behind a backlog per task.

    https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
    """
    waiting = {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": _named({"QueueName": f"${{{queue}_NAME}}"}),
    }
    running = {
        "Namespace": "ECS/ContainerInsights",
        "MetricName": "RunningTaskCount",
        "Dimensions": _named({"ClusterName": CLUSTER, "ServiceName": work.name}),
    }
    return [
        {
            "Id": "m1",
            "Label": "Messages that wait in the queue",
            "MetricStat": {"Metric": waiting, "Stat": "Average"},
            "ReturnData": False,
        },
        {
            "Id": "m2",
            "Label": "Running tasks",
            "MetricStat": {"Metric": running, "Stat": "Average"},
            "ReturnData": False,
        },
        {"Id": "e1", "Label": "Backlog per task", "Expression": "m1 / m2", "ReturnData": True},
    ]


def _named(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]
