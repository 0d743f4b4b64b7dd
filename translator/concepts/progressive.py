"""Argo Rollouts <-> deployments that shift traffic: blue/green, linear and canary, with their bake times."""

from __future__ import annotations

from math import ceil
from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from .progressive_services import by_endpoint, from_hooks, several_rules, to_hook, traffic  # noqa: F401  (the table names these)
from .progressive_steps import (
    BLUE_GREEN,
    CANARY,
    CANARY_BAKE,
    CANARY_PERCENT,
    LINEAR,
    LONGEST_BAKE,
    ROLLOUT,
    SCALE_DOWN,
    STEP_BAKE,
    STEP_PERCENT,
    WHOLE,
    is_linear,
    rolls_out,
    weights,
)

def _to_strategy(kind: Any, blue: Any, canary: Any) -> tuple | None:
    if kind != ROLLOUT:
        return None
    if blue is not None:
        return BLUE_GREEN, _bake(get(blue, ("scaleDownDelaySeconds",)), SCALE_DOWN), None, None, to_hook(blue)
    read = weights(get(canary, ("steps",)))
    if not read:
        return None
    bake = _bake(get(canary, ("scaleDownDelaySeconds",)), None)
    kept = LONGEST_BAKE if read[0][1] is None else min(read[0][1], LONGEST_BAKE)
    if is_linear(read):
        return LINEAR, bake, None, {"stepPercent": read[0][0], "stepBakeTimeInMinutes": kept}, None
    return CANARY, bake, {"canaryPercent": read[0][0], "canaryBakeTimeInMinutes": kept}, None, None


def _bake(seconds: Any, otherwise: int | None) -> int | None:
    value = seconds if isinstance(seconds, int) and not isinstance(seconds, bool) and seconds >= 0 else otherwise
    return None if value is None else min(ceil(value / 60), LONGEST_BAKE)


# --- and back ----------------------------------------------------------------------------------


def _from_strategy(
    strategy: Any, bake: Any, canary: Any, linear: Any, hooks: Any, settled: Any, wanted: Any
) -> tuple | None:
    if not rolls_out(strategy, settled, wanted):
        return None
    delay = bake * 60 if isinstance(bake, int) and not isinstance(bake, bool) and bake >= 0 else None
    if strategy == BLUE_GREEN:
        return ROLLOUT, tree(**from_hooks(hooks), scaleDownDelaySeconds=delay), None
    shifts = _linear_steps(linear) if strategy == LINEAR else _canary_steps(canary)
    return ROLLOUT, None, tree(steps=shifts, scaleDownDelaySeconds=delay)


def _number(value: Any, otherwise: float) -> float:
    return (
        value if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= WHOLE else otherwise
    )


def _pause(minutes: Any, otherwise: int) -> Tree:
    known = isinstance(minutes, int) and not isinstance(minutes, bool) and minutes >= 0
    return {"pause": {"duration": f"{minutes if known else otherwise}m"}}


def _canary_steps(settings: Any) -> list[Tree]:
    percent = max(1, round(_number(get(settings, ("canaryPercent",)), CANARY_PERCENT)))
    return [{"setWeight": percent}, _pause(get(settings, ("canaryBakeTimeInMinutes",)), CANARY_BAKE)]


def _linear_steps(settings: Any) -> list[Tree]:
    step = max(3, _number(get(settings, ("stepPercent",)), STEP_PERCENT))  # ECS takes no smaller step
    pause = _pause(get(settings, ("stepBakeTimeInMinutes",)), STEP_BAKE)
    places = range(1, ceil(WHOLE / step))
    return [one for place in places for one in ({"setWeight": round(step * place)}, pause)]


strategy = TwoWay(_to_strategy, _from_strategy)


# --- what is said ------------------------------------------------------------------------------


def _irregular(canary: Any, kind: Any) -> bool:
    read = weights(get(canary, ("steps",)))
    return kind == ROLLOUT and len(read) > 1 and not is_linear(read)


irregular = TwoWay(_irregular, lambda *given: None)
waits = TwoWay(
    lambda canary, kind: kind == ROLLOUT and any(kept is None for _, kept in weights(get(canary, ("steps",)))),
    lambda *given: None,
)
carried = TwoWay(lambda *given: None, lambda value, strategy, settled, wanted: rolls_out(strategy, settled, wanted))
