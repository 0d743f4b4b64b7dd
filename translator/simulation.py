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

# So many counts are computed at both ends of a range; one that is longer has a gap, which the note names.
COUNTS_AT_AN_END, STEPS = 100, 12
ROLLOUT_NOTE = "The fewest copies that are available and the most that run while a new version replaces the old one."
GAP_NOTE = " Of {count:,} counts the first and the last hundred are shown."
SCALING_NOTE = (
    "Each load is held until nothing moves. AWS does not publish how target tracking computes: in proportion to the target, and in "
    "only below nine tenths of it, is an assumption from what its alarms show."
)
RESOURCES = {"cpu": "ECSServiceAverageCPUUtilization", "memory": "ECSServiceAverageMemoryUtilization"}
SHOWN = {"cpu": "CPU", "memory": "memory"}


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
    low, high = _range(kubernetes, ecs)
    every = range(max(low, 1), high + 1)
    shown = every if len(every) <= 2 * COUNTS_AT_AN_END else [*every[:COUNTS_AT_AN_END], *every[-COUNTS_AT_AN_END:]]
    bounds = [(_kubernetes_bounds(kubernetes, count), _ecs_bounds(ecs, count)) for count in shown]
    if not bounds or any(None in pair for pair in bounds):
        return None
    columns = (
        Column("replicas"),
        Column("fewest on Kubernetes", KUBERNETES),
        Column("most on Kubernetes", KUBERNETES),
        Column("fewest on ECS", ECS),
        Column("most on ECS", ECS),
    )
    rows = tuple((count, *own, *other) for count, (own, other) in zip(shown, bounds, strict=True))
    note = ROLLOUT_NOTE + (GAP_NOTE.format(count=len(every)) if len(shown) < len(every) else "")
    return Simulation("Copies during a rollout", columns, rows, note, plot=len(rows) > 1)


def _kubernetes_bounds(tree: Tree, count: int) -> rollout.Bounds | None:
    """Give the bounds of the controllers that replace pods by count; the others' follow nodes, steps or nobody's rule."""
    spec, kind = get(tree, ("workload", "spec")) or {}, get(tree, ("workload", "kind"))
    if kind == "StatefulSet":
        return _one_after_the_other(spec.get("updateStrategy") or {}, count)
    strategy = spec.get("strategy") or {}
    if kind != "Deployment" or not isinstance(strategy, dict):
        return None
    if strategy.get("type") == "Recreate":
        return 0, count
    update = strategy.get("rollingUpdate") if isinstance(strategy.get("rollingUpdate"), dict) else {}
    return rollout.kubernetes_bounds(count, update.get("maxSurge"), update.get("maxUnavailable"))


def _one_after_the_other(strategy: Any, count: int) -> rollout.Bounds | None:
    """Give the bounds of a StatefulSet, which stops a pod before it starts the next; OnDelete waits for somebody."""
    if not isinstance(strategy, dict) or strategy.get("type") == "OnDelete":
        return None
    fewest = rollout.fewest_without_surge(get(strategy, ("rollingUpdate", "maxUnavailable")), count)
    return None if fewest is None else (fewest, count)


def _ecs_bounds(tree: Tree, count: int) -> rollout.Bounds | None:
    """Give a service's bounds; all but rolling updates start the new tasks in full beside the old ones."""
    deployment = get(tree, ("service", "deploymentConfiguration")) or {}
    if deployment.get("strategy", "ROLLING") != "ROLLING":
        return count, 2 * count
    minimum, maximum = deployment.get("minimumHealthyPercent", 100), deployment.get("maximumPercent", 200)
    return rollout.ecs_bounds(count, minimum, maximum)


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
            Column(f"load (% of one copy's {SHOWN[name]} request)"),
            Column("copies on Kubernetes", KUBERNETES),
            Column("copies on ECS", ECS),
        )
        yield Simulation(f"Copies by {SHOWN[name]} load", columns, rows, SCALING_NOTE)


def _tracked(ecs: Tree, name: str) -> Any:
    """Give the target of the policy that tracks a resource."""
    for policy in (ecs.get("scalingPolicies") or {}).values():
        configuration = get(policy, ("TargetTrackingScalingPolicyConfiguration",)) or {}
        if get(configuration, ("PredefinedMetricSpecification", "PredefinedMetricType")) == RESOURCES.get(name):
            return configuration.get("TargetValue")
    return None
