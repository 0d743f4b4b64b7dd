"""PodDisruptionBudgets <-> the minimum healthy percent, which also guards the draining of instances."""

from __future__ import annotations

from typing import Any

from ..converters import rollout as shares
from ..converters.two_way import TwoWay
from ..trees import Tree
from . import rollout

EC2, DAEMON = "EC2", "DAEMON"
MINIMUM = 100  # Of a service that says nothing.


def _from_percent(service: Any, minimum: Any, scheduling: Any, launch: Any) -> Tree | None:
    """Only who drains instances, or nodes, needs a budget: Fargate has none."""
    if service is None or launch != EC2 or scheduling == DAEMON:
        return None
    return shares.budget_to_k8s(MINIMUM if minimum is None else minimum)


budget = TwoWay(lambda *given: None, _from_percent)


def _weaker(least: Any, most: Any, strategy: Any, kind: Any, count: Any, low: Any, high: Any, events: Any) -> bool:
    """Whether the service may lose more tasks than the budget lets a drain take."""
    copies = low if isinstance(low, int) and high is not None else 1 if count is None else count
    wanted = shares.budget_to_ecs(least, most, copies)
    kept = rollout.bounds.to_ecs(strategy, kind, count, low, high, events)
    return wanted is not None and kept is not None and kept[0] < wanted


weaker = TwoWay(_weaker, lambda *given: None)
blocks_drains = TwoWay(
    lambda *given: None,
    lambda minimum, scheduling, launch: minimum == MINIMUM and launch == EC2 and scheduling != DAEMON,
)
