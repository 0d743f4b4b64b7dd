"""A code or a field's name -> the page about it: what happens, why, what to do, examples, sources."""
from __future__ import annotations

import difflib
from typing import Iterator

from . import rows
from .model import ECS, KUBERNETES, TranslatorError
from .render.terminal import fill, words
from .render.words import LEVEL_WORDS, show
from .rows import Arg, Row

SHOWN = {KUBERNETES: "Kubernetes", ECS: "ECS"}
FIDELITY = {"exact": "carried as it is", "approximate": "carried in another form", "none": "not carried"}
NOTICE = "only spoken of; what carries it is another rule"


def explain(name: str, width: int = 100) -> str:
    """Give the row behind a finding's code, or every row about a field such as `livenessProbe` or `resources.limits.cpu`.

    Raises TranslatorError, with the nearest names, where nothing is known under the name.
    """
    by_code = {row.code: row for row in rows.rows()}
    if name in by_code:
        return page(by_code[name], width)
    if name in rows.messages():
        return message_page(name, rows.messages()[name], width)
    found = about(name)
    if not found:
        raise TranslatorError(f"nothing is known about `{name}`; {_nearest(name, [*by_code, *rows.messages()])}")
    return "\n\n\n".join(page(row, width) for row in found)


def about(field: str) -> list[Row]:
    """Give the rows about a field: first those that it is the last word of, then those that look into it."""
    wanted = rows.split(field.lower())
    ends, holds = [], []
    for row in rows.rows() if wanted else ():
        paths = [tuple(key.lower() for key in arg.path) for arg in row.k8s + row.ecs if not arg.from_top]
        if any(path[-len(wanted) :] == wanted for path in paths):
            ends.append(row)
        elif any(path[at : at + len(wanted)] == wanted for path in paths for at in range(len(path))):
            holds.append(row)
    return ends + holds


def _nearest(name: str, known: list[str]) -> str:
    fields = {key for row in rows.rows() for arg in row.k8s + row.ecs for key in arg.path if key not in ("*", "@")}
    lowered = {one.lower(): one for one in [*known, *sorted(fields)]}
    near = [lowered[one] for one in difflib.get_close_matches(name.lower(), lowered, 3, 0.6)]
    return f"did you mean {' or '.join(near)}?" if near else "`k8s-ecs explain` lists every code"


def codes() -> list[str]:
    """Give every code there is."""
    return sorted([*(row.code for row in rows.rows()), *rows.messages()])


def page(row: Row, width: int = 100) -> str:
    """Write what a row says."""
    lines = [row.code, "=" * len(row.code), ""]
    for platform, title in SHOWN.items():
        lines += _filled(", ".join(_paths(row, platform)) or "nothing of the kind", width, f"{title:<12}")
    lines += _filled(_where(row), width, f"{'Where':<12}")
    lines += _filled(_carried(row), width, f"{'Carried':<12}")
    for platform in _spoken(row):
        lines += ["", *_said(row, platform, width, len(list(_spoken(row))) > 1)]
    if row.cells.get("values"):
        lines += ["", "Values (Kubernetes = ECS)", *(f"  {key} = {value}" for key, value in row.cells["values"].items())]
    for one in row.cells.get("example", ()):
        lines += ["", "For example", *_example(row, one, width)]
    return "\n".join(lines + _sources(row.cells))


def _paths(row: Row, platform: str) -> list[str]:
    return [_path(arg) for arg in row.side(platform) if not arg.from_top and arg.path != ("@",)]


def _path(arg: Arg) -> str:
    return "".join(f"[{key}]" if "." in key else f".{key}" for key in arg.path).removeprefix(".") or "(the whole entry)"


def _where(row: Row) -> str:
    places = [(title, rows.scopes()[row.scope][platform]) for platform, title in SHOWN.items()]
    return "; ".join(f"{title}: {'.'.join(at) or 'the application'}" for title, at in places if at is not None)


def _carried(row: Row) -> str:
    """Say for each direction how the field fares: a row that only speaks carries nothing."""
    told = []
    for platform, other in ((KUBERNETES, ECS), (ECS, KUBERNETES)):
        if row.side(platform):
            way = row.fidelity(platform)
            notice = not row.side(other) and way == "approximate"
            told.append(f"to {SHOWN[other]}: {NOTICE if notice else FIDELITY[way]}")
    return "; ".join(told)


def _spoken(row: Row) -> Iterator[str]:
    """Give the platforms whose input the row has words for; one where it says the same of both."""
    said = {platform: (row.said("note", platform), row.said("remedy", platform)) for platform in SHOWN if row.side(platform)}
    for platform in said:
        if any(said[platform]) and (platform == next(iter(said)) or said[platform] != next(iter(said.values()))):
            yield platform


def _said(row: Row, platform: str, width: int, several: bool) -> list[str]:
    """Write level, words and remedy for input of one platform."""
    note, remedy = row.said("note", platform), row.said("remedy", platform)
    of = f" ({SHOWN[platform]} input)" if several else ""
    lines = _filled(note or "", width, f"{LEVEL_WORDS[row.level(platform)].capitalize()}{of}: ", "")
    return [*lines, *(_filled(remedy, width, "To do: ", "") if remedy else [])]


def _example(row: Row, example: dict, width: int) -> Iterator[str]:
    for platform, title in SHOWN.items():
        args, given = row.side(platform), example.get(rows.SIDES[platform])
        values = given if isinstance(given, list) and len(args) > 1 else [given]
        for arg, value in zip(args, values):
            if value is not None and arg.path != ("@",):
                name = ("/" if arg.from_top else "") + _path(arg)
                yield from _filled(f"{name}: {show(value)}", width, f"  {title:<12}", " " * 16)


def message_page(code: str, cells: dict, width: int = 100) -> str:
    """Write what a code that only speaks says."""
    lines = [code, "=" * len(code), "", *_filled(cells["note"], width, f"{LEVEL_WORDS[cells['level']].capitalize()}: ", "")]
    remedy = _filled(cells["remedy"], width, "To do: ", "") if cells.get("remedy") else []
    return "\n".join([*lines, *remedy, *_sources(cells)])


def _filled(text: str, width: int, first: str, rest: str | None = None) -> list[str]:
    return fill(words(text), width, first, " " * len(first) if rest is None else rest) if text else []


def _sources(cells: dict) -> list[str]:
    known = rows.tables()["sources"]
    return ["", *(f"Source: {known[key]}" for key in cells.get("sources", ()))]
