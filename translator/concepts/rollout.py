"""Replicas and rolling updates <-> desired count and deployment configuration."""
from __future__ import annotations

from typing import Any

from ..converters import rollout
from ..converters.two_way import TwoWay
from .progressive_steps import rolls_out

# Kinds whose rollout follows the rules of a Deployment; the others have rows of their own.
LIKE_DEPLOYMENT = ("Deployment", "ReplicaSet", "ReplicationController", "Pod", "Rollout")
DAEMON = "DAEMON"


def _scaled(low: Any, high: Any, events: Any) -> tuple[Any, Any]:
    """Give the bounds of an HPA or, where there is none, of a ScaledObject, whose defaults are 0 and 100."""
    if high is not None or not isinstance(events, dict) or "triggers" not in events:
        return low, high
    return events.get("minReplicaCount", 0), events.get("maxReplicaCount", 100)


def _to_count(
    replicas: int | None, kind: str | None, low: int | None, high: int | None, events: Any = None
) -> int | None:
    low, high = _scaled(low, high, events)
    if kind == "DaemonSet" or kind is None:
        return None
    count = 1 if replicas is None else replicas
    if high is None:
        return count
    return max(1 if low is None else low, min(count, high))


def _to_replicas(count: int | None, service: str | None, scheduling: str | None, low: int | None) -> int | None:
    return None if scheduling == DAEMON or low is not None else count


replicas = TwoWay(_to_count, _to_replicas)


def _to_percents(
    strategy: dict | None, kind: str | None, count: int | None, low: int | None, high: int | None, events: Any = None
) -> tuple | None:
    low, high = _scaled(low, high, events)
    if kind not in LIKE_DEPLOYMENT:
        return None
    strategy = strategy or {}
    if strategy.get("type") == "Recreate":
        return rollout.RECREATE
    update = strategy.get("rollingUpdate")
    update = update if isinstance(update, dict) else {}
    start, end = (1 if low is None else low, high) if high is not None else (count, count)
    return rollout.to_ecs(update.get("maxSurge"), update.get("maxUnavailable"), start, end)


def _to_strategy(minimum: int | None, maximum: int | None, service: str | None, scheduling: str | None,
                 count: Any, low: int | None, high: int | None, kind: Any = None, settled: Any = None,
                 wanted: Any = None) -> dict | None:
    if scheduling == DAEMON or rolls_out(kind, settled, wanted):
        return None
    start, end = (low, high) if high is not None else (count, count)
    if (minimum, maximum) == rollout.RECREATE and end in (None, 1):
        return {"type": "Recreate"}
    shares = rollout.to_k8s(minimum, maximum, start, end)
    if shares is None:
        return None
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": shares[0], "maxUnavailable": shares[1]}}


bounds = TwoWay(_to_percents, _to_strategy)


def _rolls(high: Any, strategy: Any, kind: Any, low: Any) -> bool:
    """Whether a Deployment rolls at counts that an autoscaler chooses."""
    recreates = isinstance(strategy, dict) and strategy.get("type") == "Recreate"
    return isinstance(high, int) and kind in LIKE_DEPLOYMENT and not recreates and high > (1 if low is None else low)


def _is_stuck(minimum: Any, maximum: Any, scheduling: Any, count: Any, low: Any) -> bool:
    """Whether ECS could not deploy at the lowest count; a daemon never runs more than one task on an instance."""
    percents = (100 if minimum is None else minimum, 200 if maximum is None else maximum)
    if scheduling == DAEMON:
        return minimum == 100
    lowest = count if low is None else max(1, low)
    return isinstance(lowest, int) and rollout.stuck(lowest, *percents)


varying_count = TwoWay(_rolls, lambda *given: None)
stuck = TwoWay(lambda *given: None, _is_stuck)
strategy = TwoWay(lambda kind: "ROLLING" if kind == "Recreate" else None, lambda kind: None)


def _to_breaker(deadline: int | None, kind: str | None) -> dict | None:
    return {"enable": True, "rollback": False} if kind in LIKE_DEPLOYMENT else None


def _to_deadline(breaker: dict | None, service: str | None, scheduling: str | None) -> int | None:
    on = isinstance(breaker, dict) and breaker.get("enable") is True
    return 600 if on and scheduling != DAEMON else None


circuit_breaker = TwoWay(_to_breaker, _to_deadline)


def _to_min_ready(service: str | None, balancers: dict | None, checks: dict | None, seconds: int | None) -> int | None:
    """A task that nothing checks counts as healthy 40 s after it runs (ECS, minimumHealthyPercent)."""
    return seconds if service and not balancers and not checks else None


min_ready = TwoWay(lambda seconds: (), _to_min_ready)
