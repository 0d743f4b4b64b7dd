"""Steps of an Argo Rollout: which weights it goes through, and how long it keeps each."""

from __future__ import annotations

from math import ceil
from typing import Any

from ..trees import get

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


def minutes_of(duration: Any) -> int | None:
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
            minutes = minutes_of(pause.get("duration"))
            kept = read[-1][1]
            read[-1] = (read[-1][0], None if minutes is None or kept is None else kept + minutes)
    return read


def is_linear(read: list[tuple[int, int | None]]) -> bool:
    """Whether steps are of one size and kept for one time, as far as a deployment can tell."""
    step = read[0][0]
    regular = all(weight == step * place and kept == read[0][1] for place, (weight, kept) in enumerate(read, 1))
    return len(read) > 1 and regular and read[-1][0] + step >= WHOLE and step >= 3
