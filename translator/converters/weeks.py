"""Hours of the week in which something is on <-> the moments at which the highest of several numbers changes.

Minutes count from Sunday at midnight. Only schedules that are the same every week can be added up.
"""
from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from . import cron

DAY, WEEK = 1440, 10080
EVERY_DAY = range(7)


class Span(NamedTuple):
    """From one schedule's times to another's, by the names that both go by: how many copies there are at least."""

    names: tuple[str, str]
    starts: frozenset[int]
    ends: frozenset[int]
    inside: int

    def on(self, minute: int) -> bool:
        """Whether it is on from a minute until the next change: the last thing that happened was a start."""
        since = {(minute - one) % WEEK: True for one in self.ends}
        since = {**{ago: False for ago in since}, **{(minute - one) % WEEK: True for one in self.starts}}
        return since[min(since)]


class Change(NamedTuple):
    """A schedule from which on a number holds, until the next change."""

    name: str
    schedule: str
    level: int


def meet(spans: list[Span]) -> bool:
    """Whether two are on at once, or one begins as another ends."""
    moments = [span.starts | span.ends for span in spans]
    return any(
        moments[one] & moments[other] or any(spans[one].on(minute) for minute in spans[other].starts)
        or any(spans[other].on(minute) for minute in spans[one].starts)
        for one in range(len(spans))
        for other in range(one)
    )


def changes(spans: list[Span], low: int) -> list[Change]:
    """Give the changes of the highest number that holds, at least `low`."""
    moments = sorted({minute for span in spans for minute in span.starts | span.ends})
    levels = [max([low, *(span.inside for span in spans if span.on(minute))]) for minute in moments]
    days: dict[tuple[str, int, int], list[int]] = {}
    for place, (minute, level) in enumerate(zip(moments, levels)):
        if level != levels[place - 1]:
            days.setdefault((_name(spans, minute), level, minute % DAY), []).append(minute // DAY)
    return [Change(name, spelled(minute, on), level) for (name, level, minute), on in days.items()]


def _name(spans: list[Span], minute: int) -> str:
    """Name a change after what begins then, the highest first; else after what ends."""
    begins = sorted((-span.inside, span.names[0]) for span in spans if minute in span.starts)
    ends = sorted((-span.inside, span.names[1]) for span in spans if minute in span.ends)
    return (begins or ends)[0][1]


def spelled(minute: int, days: Iterable[int]) -> str:
    """Write a time of the day on some days of the week as a schedule of five fields."""
    return f"{minute % 60} {minute // 60} * * {cron.weekdays(days)}"


def followed(read: list[tuple[str, frozenset[int], int]]) -> list[tuple[str, str, int]] | None:
    """Give (name, the name of what follows it, its number) for changes above the lowest; None where that differs by day."""
    names = {minute: (name, level) for name, minutes, level in read for minute in minutes}
    if sum(len(minutes) for _, minutes, _ in read) != len(names):
        return None
    moments = sorted(names)
    after = {minute: names[moments[(place + 1) % len(moments)]][0] for place, minute in enumerate(moments)}
    low, made = min(level for _, _, level in read), []
    for name, minutes, level in read:
        nexts = {after[minute] for minute in minutes}
        if len(nexts) != 1:
            return None
        made += [(name, nexts.pop(), level)] if level > low else []
    return made
