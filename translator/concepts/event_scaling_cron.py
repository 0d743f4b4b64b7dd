"""KEDA cron triggers <-> pairs of scheduled actions: one raises the bounds, one lowers them again."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..converters import cron, weeks
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


def swept(triggers: list[tuple[str, Tree]], low: int, high: int, alone: bool) -> Tree | None:
    """Give the scheduled actions of triggers whose hours meet: one at each time when the highest of them changes.

    None where none meet, or weeks and time zones differ: then the triggers' own actions are all there is.
    """
    spans = _spans(triggers, low, high)
    zones = {str(metadata.get("timezone") or "UTC") for _, metadata in triggers}
    if spans is None or len(spans) < 2 or len(zones) != 1 or not weeks.meet(spans):
        return None
    made: Tree = {}
    for change in weeks.changes(spans, low):
        key, number = change.name, 1
        while key in made:
            number += 1
            key = f"{change.name}-{number}"
        time = cron.to_aws(change.schedule)
        bounds = {"MinCapacity": change.level, "MaxCapacity": change.level if alone else high}
        made[key] = {"Schedule": time.expressions[0] if time else "", "Timezone": min(zones), "ScalableTargetAction": bounds}
    return made


def may_meet(triggers: list[tuple[str, Tree]]) -> bool:
    """Whether hours may meet and nobody can tell: in several time zones, or in weeks that differ."""
    zones = {str(metadata.get("timezone") or "UTC") for _, metadata in triggers}
    return len(triggers) > 1 and (len(zones) > 1 or _spans(triggers, 0, 1) is None)


def _spans(triggers: list[tuple[str, Tree]], low: int, high: int) -> list[weeks.Span] | None:
    made = []
    for name, metadata in triggers:
        starts, ends = (cron.week(metadata.get(key)) for key in ("start", "end"))
        count = _count(metadata.get("desiredReplicas"))
        if not starts or not ends or count is None:
            return None
        made.append(weeks.Span(action_names(name), starts, ends, max(low, min(count, high))))
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
    made, read = _by_level(read)
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


def _by_level(read: list[tuple[str, str, str, int]]) -> tuple[list[Window], list[tuple[str, str, str, int]]]:
    """Give a window from each change to the next, where a zone has more than two; and what is left to be paired."""
    made: list[Window] = []
    for zone in sorted({one[2] for one in read}):
        here = [one for one in read if one[2] == zone]
        times = [(name, cron.week(schedule), least) for name, schedule, _, least in here]
        found = weeks.followed(times) if len(here) > 2 and all(one[1] for one in times) else None
        if found is not None:
            by_name, low = {one[0]: one[1] for one in here}, min(one[3] for one in here)
            made += [
                Window(trigger_name(up, down), by_name[up], by_name[down], zone, level, low) for up, down, level in found
            ]
            read = [one for one in read if one[2] != zone]
    return made, read


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
