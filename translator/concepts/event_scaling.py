"""KEDA ScaledObjects <-> scalable targets with scheduled actions, metric math and the alarm that wakes a service."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get, listed
from . import autoscaling
from . import event_scaling_cron as clock
from . import event_scaling_metrics as measured
from .event_scaling_events import TRACKING, metric_triggers, wanted

LOW, HIGH = 0, 100  # What a ScaledObject does that says nothing (minReplicaCount, maxReplicaCount).
REGION = "${AWS_REGION}"
RESOURCES = ("cpu", "memory")
# What a policy is called whose trigger has no name: its word and its place among the triggers.
WORDS = {clock.KIND: "cron", measured.QUEUE: "queue", measured.CLOUDWATCH: "metric"}
WAKE = "-wake"
WAKING = {
    "PolicyType": "StepScaling",
    "StepScalingPolicyConfiguration": {
        "AdjustmentType": "ExactCapacity",
        "StepAdjustments": {"0": {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}},
    },
}


def _count(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else otherwise


def _triggers(triggers: Any) -> list[tuple[str, str, Tree]]:
    """Give (name, type, trigger) of every trigger that is converted."""
    read = []
    for place, one in (triggers or {}).items() if isinstance(triggers, dict) else ():
        kind = get(one, ("type",))
        if _known(kind):
            read.append((str(one.get("name") or f"{WORDS.get(kind, kind)}-{place}"), kind, one))
    return read


def _metadata(one: Tree) -> Tree:
    found = one.get("metadata")
    return found if isinstance(found, dict) else {}


def _known(kind: Any) -> bool:
    return isinstance(kind, str) and (kind in WORDS or kind in RESOURCES)


# --- there -------------------------------------------------------------------------------------


def _to_bounds(low: Any, high: Any, triggers: Any) -> tuple | None:
    if triggers is None:
        return None
    least = _count(low, LOW)
    return least, max(least, _count(high, HIGH))


bounds = TwoWay(
    _to_bounds,
    lambda low, high, policies, actions, mode: (
        (low, high) if high is not None and wanted(policies, actions, mode) else None
    ),
)


def _to_scaling(
    triggers: Any, down: Any, up: Any, low: Any, high: Any, pod: Any, service: Any, launch: Any, ecs: Any
) -> tuple | None:
    limits = _to_bounds(low, high, triggers)
    if limits is None or not isinstance(service, str) or not isinstance(pod, dict):
        return None
    read, settings = _triggers(triggers), ecs if isinstance(ecs, dict) else {}
    cluster = str(settings.get("cluster") or "default").rpartition("/")[2]
    cooldown = {
        "ScaleInCooldown": _count(down, autoscaling.SCALE_DOWN_WINDOW),
        "ScaleOutCooldown": _count(up, autoscaling.SCALE_UP_WINDOW),
    }
    policies, alarms = {**_resource_policies(read, down, up, limits[1], pod, launch, settings)}, {}
    for name, kind, one in read:
        found = _metric(kind, one, pod, cluster, service)
        if found is not None:
            policies[name] = _tracking(*found, cooldown)
            waking = measured.waiting(found[1]) if limits[0] == 0 else None
            if waking is not None:
                policies[name + WAKE] = WAKING
                alarms[f"{service}-{name}{WAKE}"] = _alarm(name + WAKE, *waking, one)
    return policies or None, _to_actions(read, *limits), alarms or None


def _metric(kind: str, one: Tree, pod: Tree, cluster: str, service: str) -> tuple[Any, Tree] | None:
    metadata = _metadata(one)
    if kind == measured.QUEUE:
        return measured.queue_metric(metadata, _variables(pod), cluster, service)
    return (
        measured.cloudwatch_metric(metadata, one.get("metricType"), cluster, service)
        if kind == measured.CLOUDWATCH
        else None
    )


def _variables(pod: Tree) -> Tree:
    """Give the variables of the first container: where KEDA looks up what a trigger takes from the environment."""
    containers = [
        one
        for one in (get(pod, ("containers",)) or {}).values()
        if isinstance(one, dict) and not one.get("initContainer")
    ]
    found = containers[0].get("env") if containers else None
    return found if isinstance(found, dict) else {}


def _tracking(target: Any, metric: Tree, cooldown: Tree) -> Tree:
    return {"PolicyType": "TargetTrackingScaling", TRACKING: {"TargetValue": target, **metric, **cooldown}}


def _alarm(policy: str, queries: Tree, expression: str, one: Tree) -> Tree:
    """Give the alarm that starts the first copy: target tracking multiplies what runs, which is nothing."""
    metadata = _metadata(one)
    activation = metadata.get("activationQueueLength") or metadata.get("activationTargetMetricValue")
    return {
        "AlarmActions": [f"${{scalingPolicies.{policy}.PolicyARN}}"],
        "EvaluationPeriods": 1,
        "Threshold": measured.number(activation) or 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "Metrics": {**queries, "e1": {"Expression": expression, "ReturnData": True}},
    }


def _to_actions(read: list[tuple[str, str, Tree]], low: int, high: int) -> Tree | None:
    alone = all(kind == clock.KIND for _, kind, _ in read)
    by_clock = [(name, _metadata(one)) for name, kind, one in read if kind == clock.KIND]
    made: Tree = clock.swept(by_clock, low, high, alone) or {}
    for name, kind, one in read if not made else ():
        if kind == clock.KIND:
            made.update(clock.actions(name, _metadata(one), low, high, alone) or {})
    return made or None


def _resource_policies(read: list, down: Any, up: Any, high: int, pod: Tree, launch: Any, settings: Tree) -> Tree:
    """Let CPU and memory triggers become what the same metrics of an HPA become."""
    metrics = listed(_as_metric(kind, one) for _, kind, one in read if kind in RESOURCES)
    if not metrics:
        return {}
    made = autoscaling.metrics.to_ecs(metrics, down, up, None, None, high, pod, launch, settings.get("cpuFrom"))
    return (made and made[0]) or {}


def _as_metric(kind: str, one: Tree) -> Tree:
    """Read a cpu or memory trigger as an HPA's metric; older ones say the type among the metadata."""
    metadata = _metadata(one)
    sort, value = one.get("metricType") or metadata.get("type"), metadata.get("value")
    text = str(value)
    percent = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
    target = (
        {"averageValue": value if isinstance(value, str) else None}
        if sort == "AverageValue"
        else {"averageUtilization": percent}
    )
    whole = {"type": "Resource", "resource": {"name": kind, "target": {"type": sort, **target}}}
    return {} if metadata.get("containerName") else whole


# --- and back ----------------------------------------------------------------------------------


def _from_scaling(
    policies: Any, actions: Any, alarms: Any, definition: Any, high: Any, launch: Any, mode: Any, region: Any
) -> tuple | None:
    if high is None or not wanted(policies, actions, mode):
        return None
    found = metric_triggers(policies, region if isinstance(region, str) and region else REGION)
    made: dict[str, Tree] = {}
    for window in clock.windows(actions):
        _add(made, window.name, clock.trigger(window), clock.KIND)
    for key, one in found.items():
        _add(made, key, _woken(one, key, policies, alarms), one["type"])
    hpa = autoscaling.metrics.to_k8s(policies, None, high, definition, launch) or (None, None, None)
    for metric in (hpa[0] or {}).values():
        _place(made, _resource_trigger(metric), None)
    cooldowns = [get(policies, (key, TRACKING)) for key in found]
    windows = [
        _window([hpa[place + 1], *(get(one, (key,)) for one in cooldowns)])
        for place, key in enumerate(("ScaleInCooldown", "ScaleOutCooldown"))
    ]
    return {place: made[place] for place in sorted(made, key=int)}, *windows


def _window(cooldowns: list[Any]) -> int | None:
    """Give the longest of several cooldowns; the API takes an hour at most."""
    known = [_count(one, autoscaling.COOLDOWN) for one in cooldowns if one is not None]
    return min(max(known), autoscaling.LONGEST_WINDOW) if known else None


def _add(made: dict[str, Tree], key: str, one: Tree, kind: str) -> None:
    """Put a trigger in its place: one that we named by its place goes there, any other is called by its name."""
    word, _, place = key.rpartition("-")
    numbered = word == WORDS[kind] and place.isascii() and place.isdigit() and str(int(place)) == place
    _place(made, one if numbered else {**one, "name": key}, place if numbered else None)


def _place(made: dict[str, Tree], one: Tree, place: str | None) -> None:
    free = (str(number) for number in range(len(made) + 1) if str(number) not in made)
    made[place if place is not None and place not in made else next(free)] = one


def _resource_trigger(metric: Tree) -> Tree:
    target = metric["resource"]["target"]
    return {
        "type": metric["resource"]["name"],
        "metricType": "Utilization",
        "metadata": {"value": str(target["averageUtilization"])},
    }


def _woken(one: Tree, key: str, policies: Any, alarms: Any) -> Tree:
    """Add from how much on the first copy is started, where an alarm says it."""
    reference = f"${{scalingPolicies.{key}{WAKE}.PolicyARN}}"
    for alarm in (alarms or {}).values() if get(policies, (key + WAKE,)) else ():
        threshold = get(alarm, ("Threshold",))
        if reference in (get(alarm, ("AlarmActions",)) or ()) and isinstance(threshold, (int, float)) and threshold > 0:
            name = "activationQueueLength" if one["type"] == measured.QUEUE else "activationTargetMetricValue"
            return {**one, "metadata": {**one["metadata"], name: measured.spell(threshold)}}
    return one


scaling = TwoWay(_to_scaling, _from_scaling)


# --- pausing -----------------------------------------------------------------------------------

SUSPENDED = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


def _to_suspended(paused: Any, triggers: Any) -> tuple | None:
    return (True, True, True) if paused in ("true", True) and triggers is not None else None


def _from_suspended(scale_in: Any, out: Any, scheduled: Any, policies: Any, actions: Any, mode: Any) -> str | None:
    return "true" if scale_in is out is scheduled is True and wanted(policies, actions, mode) else None


paused = TwoWay(_to_suspended, _from_suspended)


# --- what is said ------------------------------------------------------------------------------


def _by_clock(triggers: Any) -> list[tuple[str, Tree]]:
    return [(name, _metadata(one)) for name, kind, one in _triggers(triggers) if kind == clock.KIND]


added_up = TwoWay(lambda triggers: clock.swept(_by_clock(triggers), 0, HIGH, True) is not None, lambda *given: None)
overlap = TwoWay(lambda triggers: clock.may_meet(_by_clock(triggers)), lambda *given: None)
other_trigger = TwoWay(lambda kind: not _known(kind), lambda *given: None)
needs_insights = TwoWay(
    lambda kind, metric_type: kind == measured.QUEUE or kind == measured.CLOUDWATCH and metric_type != "Value",
    lambda *given: None,
)
metric_carried = TwoWay(
    lambda *given: None,
    lambda metric, key, policies, actions, mode: (
        wanted(policies, actions, mode) and key in metric_triggers(policies, "")
    ),
)
action_carried = TwoWay(
    lambda *given: None,
    lambda action, key, actions, mode: (
        mode == "keda" and any(key in clock.action_names(one.name) for one in clock.windows(actions))
    ),
)
becomes_keda = TwoWay(
    lambda *given: None, lambda high, policies, actions, mode: high is not None and wanted(policies, actions, mode)
)
