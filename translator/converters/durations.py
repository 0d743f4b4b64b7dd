"""Go's durations (`1m30s`, as Kubernetes kinds write them) <-> whole seconds."""
from __future__ import annotations

from typing import Any

UNITS = {"h": 3600, "m": 60, "s": 1}


def seconds(text: Any) -> int | None:
    """Count the seconds of a duration of hours, minutes and seconds; None for anything else."""
    if not isinstance(text, str) or not text:
        return None
    total, digits = 0, ""
    for letter in text:
        if letter.isascii() and letter.isdigit():
            digits += letter
        elif letter in UNITS and digits:
            total, digits = total + int(digits) * UNITS[letter], ""
        else:
            return None
    return None if digits else total


def spelled(count: int) -> str:
    """Write seconds in the largest unit that needs no other."""
    unit = next(unit for unit, size in UNITS.items() if count % size == 0 and (count or size == 1))
    return f"{count // UNITS[unit]}{unit}"
