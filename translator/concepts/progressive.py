"""Argo Rollouts <-> deployments that shift traffic: blue/green, linear and canary, with their bake times."""

from __future__ import annotations

from math import ceil
from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree

ROLLOUT, ARGO = "Rollout", "argo"
BLUE_GREEN, LINEAR, CANARY = "BLUE_GREEN", "LINEAR", "CANARY"
STRATEGIES = (BLUE_GREEN, LINEAR, CANARY)
SECONDS = {"s": 1, "m": 60, "h": 3600}
SCALE_DOWN = 30  # Seconds that Argo keeps the old pods after a switch (blueGreen.scaleDownDelaySeconds).
CANARY_PERCENT, CANARY_BAKE, STEP_PERCENT, STEP_BAKE = 5, 10, 10, 6  # What ECS does that says nothing.
LONGEST_BAKE = 1440  # Minutes, of a canary (CanaryConfiguration) and of a step (LinearConfiguration).
WHOLE = 100


def rolls_out(strategy: Any, settled: Any, wanted: Any) -> bool:
    """Whether a service that shifts traffic becomes a Rollout: the environment asks for it, or it came from one."""
    return strategy in STRATEGIES and ARGO in (settled, wanted)


# --- there -------------------------------------------------------------------------------------


def _minutes(duration: Any) -> int | None:
    """Read `10m`, `90s`, `1h` or a number of seconds, in whole minutes."""
    text = str(duration) if isinstance(duration, (int, str)) and not isinstance(duration, bool) else ""
    digits = text[:-1] if text[-1:] in SECONDS else text
    if not digits.isascii() or not digits.isdigit() or len(digits) > 6:
        return None
    return ceil(int(digits) * SECONDS.get(text[-1:], 1) / 60)


def weights(steps: Any) -> list[tuple[int, int | None]]:
    """Read a canary's steps: each weight below the whole, and how many minutes it is kept (None: until somebody says)."""
    read: list[tuple[int, int | None]] = []
    for step in steps if isinstance(steps, list) else ():
        weight, pause = get(step, ("setWeight",)), get(step, ("pause",))
        if isinstance(weight, int) and not isinstance(weight, bool) and 0 < weight < WHOLE:
            read.append((weight, 0))
        elif isinstance(pause, dict) and read:
            minutes = _minutes(pause.get("duration"))
            kept = read[-1][1]
            read[-1] = (read[-1][0], None if minutes is None or kept is None else kept + minutes)
    return read


def _is_linear(read: list[tuple[int, int | None]]) -> bool:
    step = read[0][0]
    regular = all(weight == step * place and kept == read[0][1] for place, (weight, kept) in enumerate(read, 1))
    return len(read) > 1 and regular and read[-1][0] + step >= WHOLE and step >= 3


def _to_strategy(kind: Any, blue: Any, canary: Any) -> tuple | None:
    if kind != ROLLOUT:
        return None
    if blue is not None:
        return BLUE_GREEN, _bake(get(blue, ("scaleDownDelaySeconds",)), SCALE_DOWN), None, None
    read = weights(get(canary, ("steps",)))
    if not read:
        return None
    bake = _bake(get(canary, ("scaleDownDelaySeconds",)), None)
    kept = LONGEST_BAKE if read[0][1] is None else min(read[0][1], LONGEST_BAKE)
    if _is_linear(read):
        return LINEAR, bake, None, {"stepPercent": read[0][0], "stepBakeTimeInMinutes": kept}
    return CANARY, bake, {"canaryPercent": read[0][0], "canaryBakeTimeInMinutes": kept}, None


def _bake(seconds: Any, otherwise: int | None) -> int | None:
    value = seconds if isinstance(seconds, int) and not isinstance(seconds, bool) and seconds >= 0 else otherwise
    return None if value is None else min(ceil(value / 60), LONGEST_BAKE)


# --- and back ----------------------------------------------------------------------------------


def _from_strategy(
    strategy: Any, bake: Any, canary: Any, linear: Any, service: Any, settled: Any, wanted: Any
) -> tuple | None:
    if not rolls_out(strategy, settled, wanted):
        return None
    delay = bake * 60 if isinstance(bake, int) and not isinstance(bake, bool) and bake >= 0 else None
    if strategy == BLUE_GREEN:
        return ROLLOUT, tree(activeService=service, scaleDownDelaySeconds=delay), None
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
    return kind == ROLLOUT and len(read) > 1 and not _is_linear(read)


irregular = TwoWay(_irregular, lambda *given: None)
waits = TwoWay(
    lambda canary, kind: kind == ROLLOUT and any(kept is None for _, kept in weights(get(canary, ("steps",)))),
    lambda *given: None,
)
shifts = TwoWay(lambda kind, balancers: kind == ROLLOUT, lambda *given: None)
carried = TwoWay(lambda *given: None, lambda value, strategy, settled, wanted: rolls_out(strategy, settled, wanted))
