"""CronJob schedules <-> cron(), rate() and at() expressions of EventBridge Scheduler and Application Auto Scaling.

Kubernetes has five fields, Sunday is 0, and two restricted day fields mean either. AWS has six fields, Sunday is 1,
and one of the day fields is always `?`.
https://pkg.go.dev/github.com/robfig/cron/v3 (what the CronJob controller reads schedules with)
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""
from __future__ import annotations

import re
from fractions import Fraction
from functools import cache, lru_cache
from math import ceil
from typing import NamedTuple

from .two_way import TwoWay

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
MACROS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}
# Seconds in the units of a Go duration.
UNITS = {
    "h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 10**3), "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6), "ns": Fraction(1, 10**9),
}
MINUTES = {"minute": 1, "hour": 60, "day": 1440}
LONGEST = 512

TWICE = "It fires twice at a time that matches both the day of the month and the day of the week; a CronJob fires once."
WHOLE_MINUTES = "A rate counts whole minutes, so the interval was rounded up."
CLOCK = "A rate counts from when the schedule is made, a cron schedule by the clock."
EVERY = "No cron schedule has this interval; `@every` counts it from when the CronJob is made."
ONCE = "It runs once, and a CronJob runs again: use a Job."
YEARS = "A CronJob knows no years, so it goes on running in all of them."


class Cron(NamedTuple):
    """The schedules that together stand for one (none where there is no way), whether exactly, and if not, why."""

    expressions: tuple[str, ...]
    exact: bool = True
    why: str = ""


class Kind(NamedTuple):
    """The numbers and names that a field takes; names count from the lowest number."""

    low: int
    high: int
    names: tuple[str, ...] = ()


class Field(NamedTuple):
    """What a field lists, each (first, last, step); whether it is any value at all; whether it was written in names."""

    parts: tuple[tuple[int, int, int], ...]
    star: bool = False
    named: bool = False

    def values(self) -> frozenset[int]:
        """Give the numbers it stands for."""
        return frozenset(value for first, last, step in self.parts for value in range(first, last + 1, step))


MINUTE, HOUR, DATE, MONTH, YEAR = Kind(0, 59), Kind(0, 23), Kind(1, 31), Kind(1, 12, MONTHS), Kind(1970, 2199)
WEEKDAY, AWS_WEEKDAY = Kind(0, 6, DAYS), Kind(1, 7, DAYS)
KUBERNETES = (MINUTE, HOUR, DATE, MONTH, WEEKDAY)
ANY_DATE = Field(((1, 31, 1),), star=True)


def alike(left: object, right: object) -> bool:
    """Whether two cron() expressions differ only in how a step from the beginning is spelled: `*/2` and `0/2`."""
    if not (isinstance(left, str) and isinstance(right, str) and left.startswith("cron(") and right.startswith("cron(")):
        return False
    return _stepped(left) == _stepped(right)


def _stepped(expression: str) -> list[str]:
    """Write the lowest value of a field for the star that a step starts from."""
    fields = expression.removeprefix("cron(").removesuffix(")").split()
    kinds = (MINUTE, HOUR, DATE, MONTH, AWS_WEEKDAY, YEAR)
    return [f"{kind.low}{text[1:]}" if text.startswith("*/") else text for text, kind in zip(fields, kinds)]


def _number(text: str, kind: Kind) -> int | None:
    if text.upper() in kind.names:
        return kind.names.index(text.upper()) + kind.low
    plain = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if plain and kind.low <= int(text) <= kind.high else None


def _part(text: str, kind: Kind, wraps: bool) -> list[tuple[int, int, int]] | None:
    """Read `*`, `3`, `1-5`, each with or without `/step`; a number with a step goes on to the highest."""
    span, slash, pace = text.partition("/")
    step = _number(pace, Kind(1, 999)) if slash else 1
    first, dash, last = span.partition("-")
    if span == "*":
        ends = (kind.low, kind.high)
    else:
        ends = (_number(first, kind), _number(last, kind) if dash else kind.high if slash else _number(first, kind))
    if step is None or None in ends:
        return None
    if ends[0] <= ends[1]:
        return [(*ends, step)] if ends[0] + step <= ends[1] else [(ends[0], ends[0], 1)]
    return _wrapped(*ends, step, kind) if wraps else None


def _wrapped(first: int, last: int, step: int, kind: Kind) -> list[tuple[int, int, int]]:
    size = kind.high - kind.low + 1
    return _runs(sorted((value - kind.low) % size + kind.low for value in range(first, last + size + 1, step)))


def _field(text: str, kind: Kind, wraps: bool = False) -> Field | None:
    parts = [_part(piece, kind, wraps) for piece in text.split(",")]
    if None in parts:
        return None
    star = any(piece.partition("/")[0] == "*" and piece in ("*", "*/1") for piece in text.split(","))
    return Field(tuple(sum(parts, [])), star, any(name in text.upper() for name in kind.names))


def _spell(field: Field, kind: Kind, names: bool, lowest: str) -> str:
    """Write a field in numbers or names, as it was listed where that is plain; `lowest` is what a step starts from."""
    if field.star or len(field.values()) == kind.high - kind.low + 1:
        return "*"
    parts = field.parts
    if len(parts) == 1 and parts[0][2] > 1 and parts[0][1] == kind.high and parts[0][0] < kind.high:
        return f"{lowest if parts[0][0] == kind.low else parts[0][0]}/{parts[0][2]}"
    if any(step > 1 and first < last for first, last, step in parts):
        parts = _runs(sorted(field.values()))
    word = (lambda value: kind.names[value - kind.low]) if names else str
    return ",".join(word(first) if first == last else f"{word(first)}-{word(last)}" for first, last, _ in parts)


def _runs(values: list[int]) -> list[tuple[int, int, int]]:
    """Join neighbours, three or more: 1, 2, 3, 7 are 1-3 and 7."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return [part for run in runs for part in
            ([(run[0], run[-1], 1)] if len(run) > 2 else [(value, value, 1) for value in run])]


@lru_cache(maxsize=1024)
def _kubernetes(schedule: str) -> tuple[Field, ...] | None:
    """Read the five fields; `?` is `*`, and empty places in a list are skipped, as the controller does."""
    texts = MACROS.get(schedule.strip(), schedule).replace("?", "*").split()
    if len(texts) != len(KUBERNETES):
        return None
    fields = tuple(_field(",".join(filter(None, text.split(","))), kind) for text, kind in zip(texts, KUBERNETES))
    return None if None in fields else fields


def _day_fields(date: Field, weekday: Field) -> list[tuple[Field | None, Field | None]]:
    """Give the (date, weekday) pairs that together are the days: either, where both are restricted."""
    every_date, every_weekday = len(date.values()) == 31, len(weekday.values()) == 7
    if date.star or weekday.star:
        return [(None, weekday)] if not every_weekday else [(date, None)]
    return [(ANY_DATE, None)] if every_date or every_weekday else [(date, None), (None, weekday)]


def to_aws(schedule) -> Cron | None:
    """Give the cron() or rate() expressions for a CronJob's schedule: `30 6 * * 1-5` is `cron(30 6 ? * MON-FRI *)`.

    Two where both day fields are restricted, since AWS takes one of them at a time.
    """
    if not isinstance(schedule, str) or len(schedule) > LONGEST:
        return None
    if schedule.strip().startswith("@every "):
        return _every_to_rate(schedule.strip().removeprefix("@every ").strip())
    fields = _kubernetes(schedule)
    if fields is None:
        return None
    days = _day_fields(fields[2], fields[4])
    expressions = tuple(_aws_cron(fields, *pair) for pair in days)
    return Cron(expressions, len(days) == 1, "" if len(days) == 1 else TWICE)


def _aws_cron(fields: tuple[Field, ...], date: Field | None, weekday: Field | None) -> str:
    minute, hour = (_spell(field, kind, False, "0") for field, kind in zip(fields, (MINUTE, HOUR)))
    month = _spell(fields[3], MONTH, fields[3].named, "1")
    day = _spell(date, DATE, False, "1") if date else "?"
    return f"cron({minute} {hour} {day} {month} {_aws_weekday(weekday) if weekday else '?'} *)"


def _aws_weekday(field: Field) -> str:
    """Write names, which cannot be mistaken, and no steps, which AWS does not take here."""
    listed = Field(tuple(_runs(sorted(field.values())))) if any(step > 1 for _, _, step in field.parts) else field
    return _spell(listed, WEEKDAY, True, "")


def _every_to_rate(duration: str) -> Cron | None:
    seconds = _go_duration(duration)
    if seconds is None:
        return None
    minutes = max(1, ceil(seconds / 60))
    unit = next(unit for unit in ("day", "hour", "minute") if minutes % MINUTES[unit] == 0)
    count = minutes // MINUTES[unit]
    exact = seconds == minutes * 60
    return Cron((f"rate({count} {unit}{'s' if count > 1 else ''})",), exact, "" if exact else WHOLE_MINUTES)


@cache
def _piece() -> re.Pattern:
    return re.compile(r"(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|ns)", re.ASCII)


def _go_duration(text: str) -> Fraction | None:
    """Read `1h30m` in seconds; the controller counts whole seconds, and no fewer than one."""
    pieces = list(_piece().finditer(text))
    if not pieces or "".join(piece[0] for piece in pieces) != text:
        return None
    return Fraction(max(1, int(sum(Fraction(piece[1].rstrip(".")) * UNITS[piece[2]] for piece in pieces))))


def to_kubernetes(expression) -> Cron | None:
    """Give the CronJob schedule for a cron(), rate() or at() expression; no schedules where there is none."""
    if not isinstance(expression, str) or len(expression) > LONGEST:
        return None
    call, _, rest = expression.strip().partition("(")
    readers = {"cron": _cron_to_kubernetes, "rate": _rate_to_kubernetes, "at": _at_to_kubernetes}
    return readers[call](rest[:-1].split()) if call in readers and rest.endswith(")") else None


def _at_to_kubernetes(texts: list[str]) -> Cron | None:
    return Cron((), False, ONCE) if len(texts) == 1 and "T" in texts[0] else None


def _rate_to_kubernetes(texts: list[str]) -> Cron | None:
    count = _number(texts[0], Kind(1, 10**9)) if len(texts) == 2 else None
    unit = texts[1].removesuffix("s") if count else ""
    if unit not in MINUTES:
        return None
    minutes = count * MINUTES[unit]
    hours, odd = divmod(minutes, 60)
    if odd and 60 % minutes == 0:
        return Cron((f"*/{minutes} * * * *" if minutes > 1 else "* * * * *",), False, CLOCK)
    if not odd and 24 % hours == 0:
        return Cron((f"0 {'0' if hours == 24 else f'*/{hours}' if hours > 1 else '*'} * * *",), False, CLOCK)
    return Cron((f"@every {minutes}m" if odd else f"@every {hours}h",), False, EVERY)


def _cron_to_kubernetes(texts: list[str]) -> Cron | None:
    if len(texts) != 6 or (texts[2] == "?") == (texts[4] == "?"):
        return None
    fields = [_field(text, kind, wraps=True) for text, kind in zip(texts, (MINUTE, HOUR))]
    month, year = _field(texts[3], MONTH, wraps=True), _field(texts[5], YEAR)
    day, why = _aws_date(texts[2]) if texts[4] == "?" else _aws_weekdays(texts[4])
    if None in (*fields, month, year, day):
        return None
    spelled = [_spell(field, kind, False, "*") for field, kind in zip(fields, (MINUTE, HOUR))]
    date, weekday = (day, "*") if texts[4] == "?" else ("*", day)
    schedule = " ".join((*spelled, date, _spell(month, MONTH, month.named, "*"), weekday))
    reasons = " ".join(filter(None, (why, "" if year.star else YEARS)))
    return Cron((schedule,), not reasons, reasons)


def _aws_date(text: str) -> tuple[str | None, str]:
    """Give (the day of the month, why it is not the same); a day that only AWS knows becomes all that it can be."""
    days = _last_or_workday(text)
    if days:
        return f"{days[0]}-{days[1]}", _guard(text, f"every day from {days[0]} to {days[1]}")
    field = _field(text, DATE, wraps=True)
    return (_spell(field, DATE, False, "*") if field else None), ""


def _last_or_workday(text: str) -> tuple[int, int] | None:
    """Give the first and last day that `L`, `L-3`, `LW` and `15W` can be; a workday moves by two at a month's edges."""
    if text == "LW":
        return 26, 31
    if text == "L":
        return 28, 31
    before = _number(text.removeprefix("L-"), Kind(1, 27)) if text.startswith("L-") else None
    if before:
        return 28 - before, 31 - before
    day = _number(text.removesuffix("W"), DATE) if text.endswith("W") else None
    if day is None:
        return None
    return (1, 3) if day == 1 else (day - (2 if day >= 28 else 1), min(31, day + 1))


def _aws_weekdays(text: str) -> tuple[str | None, str]:
    """Give (the day of the week, why it is not the same); Sunday is 1 on AWS and 0 in Kubernetes."""
    if text == "L":  # The last day of the week.
        return "6", ""
    name, mark, nth = text.partition("#")
    last = not mark and text.endswith("L")
    if last or mark:
        day = _number(name.removesuffix("L") if last else name, AWS_WEEKDAY)
        known = day is not None and (last or _number(nth, Kind(1, 5)))
        return (str(day - 1), _guard(text, "every week")) if known else (None, "")
    field = _field(text, AWS_WEEKDAY, wraps=True) if "/" not in text else None
    if field is None:
        return None, ""
    moved = Field(tuple((first - 1, last - 1, step) for first, last, step in field.parts), field.star)
    return _spell(moved, WEEKDAY, False, "*"), ""


def _guard(text: str, superset: str) -> str:
    return f"A CronJob cannot say `{text}`: it runs {superset}, so the job must check the date and stop on the others."


def week(schedule) -> frozenset[int] | None:
    """Give the minutes of a week, from Sunday at midnight, at which a schedule fires; None where weeks differ."""
    fields = _kubernetes(schedule) if isinstance(schedule, str) and len(schedule) <= LONGEST else None
    if fields is None or len(fields[2].values()) != 31 or len(fields[3].values()) != 12:
        return None
    days, hours, minutes = (fields[place].values() for place in (4, 1, 0))
    return frozenset(day * 1440 + hour * 60 + minute for day in days for hour in hours for minute in minutes)


def weekdays(days) -> str:
    """Write days of the week, Sunday as 0, as the field of a schedule: `1-5`, or `*`."""
    return _spell(Field(tuple(_runs(sorted(days)))), WEEKDAY, False, "*")


def same(a, b) -> bool:
    """Tell whether two CronJob schedules run at the same times, however they are written."""
    left, right = (_kubernetes(text) if isinstance(text, str) and len(text) <= LONGEST else None for text in (a, b))
    return a == b if left is None or right is None else _meaning(left) == _meaning(right)


def _meaning(fields: tuple[Field, ...]) -> tuple:
    pairs = _day_fields(fields[2], fields[4])
    days = [(date and date.values(), weekday and weekday.values()) for date, weekday in pairs]
    return fields[0].values(), fields[1].values(), fields[3].values(), days


schedule = TwoWay(to_ecs=to_aws, to_k8s=to_kubernetes)
