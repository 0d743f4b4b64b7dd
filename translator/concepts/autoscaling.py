"""HPA metrics and behavior <-> target tracking policies; utilization is of requests here, of the task's size there."""

from __future__ import annotations

from typing import Any

from ..converters import pod_size, quantity
from ..converters.two_way import TwoWay
from ..trees import Tree, get, listed, tree
from .event_scaling_events import wanted
from .resources import task_size

FARGATE = "FARGATE"
PREDEFINED = {"cpu": "ECSServiceAverageCPUUtilization", "memory": "ECSServiceAverageMemoryUtilization"}
RESOURCES = {
    **{name: key for key, name in PREDEFINED.items()},
    "ECSServiceAverageCPUUtilizationHighResolution": "cpu",
    "ECSServiceAverageMemoryUtilizationHighResolution": "memory",
}
# What an HPA does that says nothing (HorizontalPodAutoscalerSpec, HPAScalingRules), and what a policy does.
DEFAULT_METRICS = {
    "0": {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
}
SCALE_DOWN_WINDOW, SCALE_UP_WINDOW, COOLDOWN, LONGEST_WINDOW = 300, 0, 300, 3600
DISABLED = "Disabled"


def _from_low(low: Any, high: Any, policies: Any = None, actions: Any = None, mode: Any = None) -> int | None:
    return None if low is None or wanted(policies, actions, mode) else max(low, 1)


def _from_high(high: Any, policies: Any = None, actions: Any = None, mode: Any = None) -> Any:
    return None if wanted(policies, actions, mode) else high


min_replicas = TwoWay(lambda low, high: 1 if low is None else low, _from_low)
max_replicas = TwoWay(lambda high: high, _from_high)


# --- what a percentage is of -------------------------------------------------------------------


def _requests(pod: Tree, name: str) -> int | None:
    """Add up what the pod's running containers request of a resource, in units or MiB."""
    count = quantity.cpu_to_units if name == "cpu" else quantity.bytes_to_mebibytes
    containers = get(pod, ("containers",)) or {}
    values = [
        pod_size.amount(one.get("resources"), name)
        for one in containers.values()
        if isinstance(one, dict) and not (one.get("initContainer") and not pod_size.is_sidecar(one))
    ]
    whole = pod_size.amount(get(pod, ("resources",)), name)
    if whole is not None:
        return count(whole)
    counted = [count(value) for value in values if value is not None]
    return sum(counted) if counted and len(counted) == len(values) and None not in counted else None


def _base_to_ecs(pod: Tree, name: str, launch: str | None, source: str | None) -> tuple[int | None, int | None]:
    """Give (what the pod requests, what ECS measures against) of a resource."""
    requested = _requests(pod, name)
    size = task_size.to_ecs(
        get(pod, ("resources",)),
        get(pod, ("overhead",)),
        get(pod, ("containers",)),
        launch,
        source,
        get(pod, ("nodeSelector",)),
        get(pod, ("os", "name")),
    )
    read = quantity.ecs_cpu if name == "cpu" else quantity.ecs_memory
    task = read(size[0 if name == "cpu" else 1]) if size and size[0 if name == "cpu" else 1] else None
    return requested, task or requested


def _base_to_k8s(definition: Tree, name: str) -> tuple[int | None, int | None]:
    """Give (what the containers will request, what ECS measures against) of a resource."""
    read = quantity.ecs_cpu if name == "cpu" else quantity.ecs_memory
    task = read(definition.get(name)) if definition.get(name) is not None else None
    containers = [one for one in (definition.get("containerDefinitions") or {}).values() if isinstance(one, dict)]
    if name == "cpu":
        own = [one.get("cpu") for one in containers if isinstance(one.get("cpu"), int) and one.get("cpu")]
    else:
        own = [
            one.get("memoryReservation") or one.get("memory")
            for one in containers
            if one.get("memoryReservation") or one.get("memory")
        ]
    requested = sum(value for value in own if isinstance(value, int)) or task
    return requested, task or requested


# --- metrics -----------------------------------------------------------------------------------


def _target(metric: Any, pod: Tree, launch: str | None, source: str | None) -> tuple[str, float] | None:
    """Give (resource, percent of what ECS measures against) for one metric; None where there is no such thing."""
    name = get(metric, ("resource", "name"))
    if get(metric, ("type",)) != "Resource" or name not in PREDEFINED:
        return None
    requested, base = _base_to_ecs(pod, name, launch, source)
    aim = get(metric, ("resource", "target")) or {}
    percent, value = aim.get("averageUtilization"), aim.get("averageValue")
    if isinstance(percent, int) and requested and base:
        share = percent * requested / base
    elif value is not None and base:
        amount = quantity.cpu_to_units(value) if name == "cpu" else quantity.bytes_to_mebibytes(value)
        share = 100 * amount / base if amount else 0
    else:
        return None
    percent = round(min(share, 100) if launch == FARGATE else share, 1)  # no task exceeds its size
    return (name, int(percent) if percent == int(percent) else percent) if percent > 0 else None


def _is_unmeasured(high: Any, spec: Any, pod: Any, launch: str | None, source: str | None) -> bool:
    """Whether the metric that an HPA takes by default has nothing to be measured against."""
    named = isinstance(spec, dict) and bool(spec.get("metrics"))
    return high is not None and isinstance(pod, dict) and not named and not _requests(pod, "cpu")


unmeasured = TwoWay(_is_unmeasured, lambda *given: None)


def _to_policies(
    metrics: dict | None,
    down: Any,
    up: Any,
    select: Any,
    out: Any,
    high: Any,
    pod: Any,
    launch: str | None,
    source: str | None,
) -> tuple | None:
    if high is None or pod is None:
        return None
    if select == DISABLED and out == DISABLED and not metrics:
        return None, None
    made: Tree = {}
    for metric in (metrics or DEFAULT_METRICS).values():
        target = _target(metric, pod, launch, source)
        if target is not None and target[0] not in made:
            made[target[0]] = {
                "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": tree(
                    TargetValue=target[1],
                    PredefinedMetricSpecification={"PredefinedMetricType": PREDEFINED[target[0]]},
                    ScaleInCooldown=SCALE_DOWN_WINDOW if down is None else down,
                    ScaleOutCooldown=SCALE_UP_WINDOW if up is None else up,
                    DisableScaleIn=True if select == DISABLED else None,
                ),
            }
    return made or None, True if out == DISABLED else None


def _tracking(policies: dict | None) -> dict[str, Tree]:
    """Give what tracks CPU or memory, by resource; a policy without a type is a step policy."""
    found: dict[str, Tree] = {}
    for key in sorted(policies or {}):
        if get(policies, (key, "PolicyType")) != "TargetTrackingScaling":
            continue
        configuration = get(policies, (key, "TargetTrackingScalingPolicyConfiguration"))
        name = RESOURCES.get(str(get(configuration, ("PredefinedMetricSpecification", "PredefinedMetricType"))))
        if (
            name is not None
            and isinstance(configuration, dict)
            and isinstance(configuration.get("TargetValue"), (int, float))
        ):
            found.setdefault(name, configuration)
    return found


def _to_metrics(
    policies: dict | None,
    out: Any,
    high: Any,
    definition: Any,
    launch: str | None,
    actions: Any = None,
    mode: Any = None,
) -> tuple | None:
    if high is None or wanted(policies, actions, mode):
        return None
    tracking = {name: one for name, one in _tracking(policies).items() if all(_base_to_k8s(definition or {}, name))}
    if not tracking:  # an HPA without metrics would follow CPU; this one only keeps the bounds
        return None, None, None, DISABLED, DISABLED
    metrics = [_metric(name, one, definition) for name, one in tracking.items()]
    windows = [
        max(min(_seconds(one.get(key)), LONGEST_WINDOW) for one in tracking.values())
        for key in ("ScaleInCooldown", "ScaleOutCooldown")
    ]
    select = DISABLED if all(one.get("DisableScaleIn") is True for one in tracking.values()) else None
    return listed(metrics), windows[0], windows[1], select, DISABLED if out is True else None


def _seconds(cooldown: Any) -> int:
    return cooldown if isinstance(cooldown, int) else COOLDOWN


def _metric(name: str, configuration: Tree, definition: Tree) -> Tree:
    requested, base = _base_to_k8s(definition, name)
    percent = max(1, round(configuration["TargetValue"] * base / requested))
    return {
        "type": "Resource",
        "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}},
    }


metrics = TwoWay(_to_policies, _to_metrics)
