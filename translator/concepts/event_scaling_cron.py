"""KEDA cron triggers <-> pairs of scheduled actions: one raises the bounds, one lowers them again."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..converters import cron
from ..trees import Tree, get

KIND = "cron"
BETWEEN = "/"  # No scheduled action has it in its name, so one trigger can be named after both of its actions.
ENDS = ("-start", "-end")


class Window(NamedTuple):
    """A cron trigger: its name, when it starts and ends, and how many copies run at least in between, and else."""

    name: str
    start: str
    end: str
    zone: str
    inside: int
    outside: int


def action_names(name: str) -> tuple[str, str]:
    """Name the two actions of a trigger."""
    first, _slash, second = name.partition(BETWEEN)
    return (
        (first, second)
        if first and second and BETWEEN not in second
        else (f"{name.replace(BETWEEN, '-')}{ENDS[0]}", f"{name.replace(BETWEEN, '-')}{ENDS[1]}")
    )


def trigger_name(start: str, end: str) -> str:
    """Name the trigger of two actions."""
    base = start.removesuffix(ENDS[0])
    return base if base and start != base and end == base + ENDS[1] else f"{start}{BETWEEN}{end}"


def actions(name: str, metadata: Tree, low: int, high: int, alone: bool) -> Tree | None:
    """Give the scheduled actions of a cron trigger; None where it cannot be read.

    Nothing but the clock scales an application whose only triggers are of this kind, so its upper bound moves, too:
    Application Auto Scaling takes no copy away because the lower one has fallen.
    """
    times = [cron.to_aws(metadata.get(key)) for key in ("start", "end")]
    count = _count(metadata.get("desiredReplicas"))
    if count is None or any(
        time is None or not time.expressions or not time.expressions[0].startswith("cron(") for time in times
    ):
        return None
    inside = max(low, min(count, high))
    made: Tree = {}
    for key, time, least in zip(action_names(name), times, (inside, low), strict=True):
        most = least if alone else high
        for number, expression in enumerate(time.expressions):
            made[key if not number else f"{key}-{number + 1}"] = {
                "Schedule": expression,
                "Timezone": str(metadata.get("timezone") or "UTC"),
                "ScalableTargetAction": {"MinCapacity": least, "MaxCapacity": most},
            }
    return made


def _count(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def windows(scheduled: Tree | None) -> list[Window]:
    """Pair scheduled actions: one that raises the least capacity with one on the same days that lowers it again."""
    read = [
        (name, *found)
        for name, action in (scheduled if isinstance(scheduled, dict) else {}).items()
        if (found := _read(action)) is not None
    ]
    made = []
    while read:
        name, schedule, zone, least = read.pop(0)
        for other in read:
            if (
                other[2] == zone
                and other[3] != least
                and schedule.split()[2:] == other[1].split()[2:]
                and schedule != other[1]
            ):
                read.remove(other)
                up, down = (
                    ((name, schedule, zone, least), other)
                    if least > other[3]
                    else (other, (name, schedule, zone, least))
                )
                made.append(Window(trigger_name(up[0], down[0]), up[1], down[1], zone, up[3], down[3]))
                break
    return made


def _read(action: Any) -> tuple[str, str, int] | None:
    found = cron.to_kubernetes(get(action, ("Schedule",)))
    least = get(action, ("ScalableTargetAction", "MinCapacity"))
    if found is None or not found.exact or len(found.expressions) != 1 or not isinstance(least, int):
        return None
    return found.expressions[0], str(get(action, ("Timezone",)) or "UTC"), least


def trigger(window: Window) -> Tree:
    """Give the cron trigger of a window."""
    times = {"timezone": window.zone, "start": window.start, "end": window.end}
    return {"type": KIND, "metadata": {**times, "desiredReplicas": str(window.inside)}}
