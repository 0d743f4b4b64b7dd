"""What each side will do, computed: copies during a rollout for every replica count, copies that autoscaling settles on for a load.

Sources and assumptions stand in docs/simulation.md.
"""
from __future__ import annotations

from fractions import Fraction
from typing import Any, Iterator

from .api import Carried
from .converters import loads, rollout
from .model import ECS, KUBERNETES
from .render.report import Column, Simulation
from .trees import Tree, get

MOST_ROWS, STEPS = 50, 12
ROLLOUT_NOTE = "The fewest copies that are available and the most that run while a new version replaces the old one."
SCALING_NOTE = (
    "Each load is held until nothing moves. AWS does not publish how target tracking computes: in proportion to the target, and in "
    "only below nine tenths of it, is an assumption from what its alarms show."
)
RESOURCES = {"cpu": "ECSServiceAverageCPUUtilization", "memory": "ECSServiceAverageMemoryUtilization"}


def simulate(one: Carried, platform: str) -> tuple[Simulation, ...]:
    """Give the tables of one application; none for what no service keeps running."""
    kubernetes, ecs = (one.law.tree, one.law.there) if platform == KUBERNETES else (one.law.there, one.law.tree)
    if "service" not in ecs or "workload" not in kubernetes:
        return ()
    return tuple(
        found for found in (_rollout(kubernetes, ecs), *_scaling(kubernetes, ecs, one.settled)) if found is not None
    )


def _range(kubernetes: Tree, ecs: Tree) -> tuple[int, int]:
    low, high = get(ecs, ("scalableTarget", "MinCapacity")), get(ecs, ("scalableTarget", "MaxCapacity"))
    count = get(ecs, ("service", "desiredCount"))
    count = count if isinstance(count, int) else 1
    return (max(low, 1), high) if isinstance(low, int) and isinstance(high, int) else (count, count)


def _rollout(kubernetes: Tree, ecs: Tree) -> Simulation | None:
    strategy = get(kubernetes, ("workload", "spec", "strategy")) or {}
    update = strategy.get("rollingUpdate") if isinstance(strategy.get("rollingUpdate"), dict) else {}
    deployment = get(ecs, ("service", "deploymentConfiguration")) or {}
    minimum, maximum = deployment.get("minimumHealthyPercent", 100), deployment.get("maximumPercent", 200)
    low, high = _range(kubernetes, ecs)
    rows = []
    for count in range(max(low, 1), min(high, low + MOST_ROWS - 1) + 1):
        own = (
            (0, count)
            if strategy.get("type") == "Recreate"
            else rollout.kubernetes_bounds(count, update.get("maxSurge"), update.get("maxUnavailable"))
        )
        if own is None:
            return None
        rows.append((count, *own, *rollout.ecs_bounds(count, minimum, maximum)))
    columns = (
        Column("replicas"),
        Column("fewest", KUBERNETES),
        Column("most", KUBERNETES),
        Column("fewest", ECS),
        Column("most", ECS),
    )
    return (
        Simulation("Copies during a rollout", columns, tuple(rows), ROLLOUT_NOTE, plot=len(rows) > 1) if rows else None
    )


def _scaling(kubernetes: Tree, ecs: Tree, settled: dict[str, str]) -> Iterator[Simulation]:
    low, high = _range(kubernetes, ecs)
    for metric in (get(kubernetes, ("scaler", "spec", "metrics")) or {}).values():
        name, target = get(metric, ("resource", "name")), get(metric, ("resource", "target", "averageUtilization"))
        aim = _tracked(ecs, str(name))
        if not isinstance(target, int) or aim is None or low >= high:
            continue
        ceiling = 100 if settled.get("launchType") == "FARGATE" else None
        series = [Fraction(target) * (low + Fraction((high + 1 - low) * step, STEPS)) for step in range(STEPS + 1)]
        ratio = Fraction(str(aim)) / target
        hpa = loads.curve(loads.autoscaler_step, series, target, low, high)
        tracking = loads.curve(
            loads.tracking_step, [load * ratio for load in series], Fraction(str(aim)), low, high, ceiling
        )
        rows = tuple((round(float(load)), *counts) for load, *counts in zip(series, hpa, tracking, strict=True))
        columns = (
            Column(f"load (% of one copy's {name} request)"),
            Column("copies", KUBERNETES),
            Column("copies", ECS),
        )
        yield Simulation(f"Copies by {name} load", columns, rows, SCALING_NOTE)


def _tracked(ecs: Tree, name: str) -> Any:
    """Give the target of the policy that tracks a resource."""
    for policy in (ecs.get("scalingPolicies") or {}).values():
        configuration = get(policy, ("TargetTrackingScalingPolicyConfiguration",)) or {}
        if get(configuration, ("PredefinedMetricSpecification", "PredefinedMetricType")) == RESOURCES.get(name):
            return configuration.get("TargetValue")
    return None
