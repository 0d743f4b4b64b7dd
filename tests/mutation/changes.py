"""A table -> its mutants: every small mistake that somebody could make while writing a row."""
from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Iterator

SIDES = ("k8s", "ecs")
LEVELS = {"info": "warning", "warning": "info", "error": "warning"}
FIDELITIES = {"exact": "approximate", "approximate": "exact", "none": "approximate"}


@dataclass(frozen=True)
class Mutant:
    """One mistake: where, what, and which cells stand there instead (None: the row is gone)."""

    table: str
    scope: str
    row: str
    what: str
    cells: dict[str, dict | None] = field(compare=False, default_factory=dict)

    @property
    def name(self) -> str:
        """Name the mutant as lists of survivors do."""
        return f"{self.table}.{self.row}: {self.what}"

    @property
    def codes(self) -> list[str]:
        """Give the codes of the rows that it changes."""
        return [f"{self.table}.{row}" for row in self.cells]

    def apply(self, tables: dict[str, dict]) -> None:
        """Make the mistake in the tables, in place."""
        entries = tables[self.table][self.scope]
        for row, cells in self.cells.items():
            if cells is None:
                del entries[row]
            else:
                entries[row] = cells


def mutants(tables: dict[str, dict], names: list[str]) -> Iterator[Mutant]:
    """Give every mutant of the tables named."""
    for table in names:
        for scope, entries in tables[table].items():
            for row, cells in entries.items():
                for what, changed in changes(row, cells, entries, scope == "message"):
                    yield Mutant(table, scope, row, what, changed)


def changes(row: str, cells: dict, entries: dict, speaks: bool) -> Iterator[tuple[str, dict]]:
    """Give what may go wrong with one row: (what, cells by row)."""
    yield "dropped", {row: None}
    for what, cell, value in altered(cells):
        made = {**cells, cell: value}
        yield what, {row: {key: one for key, one in made.items() if one is not None or key in SIDES}}
    if not speaks:
        yield from exchanged(row, cells, entries)


def altered(cells: dict) -> Iterator[tuple[str, str, Any]]:
    """Give (what, cell, new value) of the changes within one row."""
    for cell, flips in (("level", LEVELS), ("fidelity", FIDELITIES)):
        for where, value in flipped(cells.get(cell), flips):
            yield f"{cell}{where} is {value if isinstance(value, str) else value[where[1:]]}", cell, value
    for cell in ("values", "default", "emit"):
        for where, value in unlike(cells.get(cell)):
            yield f"{cell}{where} changed", cell, value
    for side in SIDES:
        if isinstance(cells.get(side), list):
            yield from listed(side, cells)
    if "via" in cells and all(cells.get(side) for side in SIDES):
        yield "carried as it is", "via", None


def listed(side: str, cells: dict) -> Iterator[tuple[str, str, Any]]:
    """Give the changes of a list of paths: one is gone, or the first two change places where the order counts."""
    paths = cells[side]
    for position, path in enumerate(paths):
        yield f"{side} without {path}", side, paths[:position] + paths[position + 1:]
    if "via" in cells and len(paths) > 1:
        yield f"{side} swapped", side, [paths[1], paths[0], *paths[2:]]


def flipped(value: Any, flips: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Give a level or a fidelity that is another one, of a cell that may differ by side."""
    if isinstance(value, str):
        yield "", flips[value]
    for side, one in value.items() if isinstance(value, dict) else ():
        if one:
            yield f".{side}", {**value, side: flips[one]}


def unlike(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Give a value with one leaf changed: another number, another word, the other truth."""
    if isinstance(value, dict) and value:
        for key, one in value.items():
            for deeper, changed in unlike(one, f"{where}.{key}"):
                yield deeper, {**value, key: changed}
    elif isinstance(value, list) and value:
        for position, one in enumerate(value):
            for deeper, changed in unlike(one, f"{where}.{position}"):
                yield deeper, value[:position] + [changed] + value[position + 1:]
    elif value is not None:
        yield where, not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else "other"


def exchanged(row: str, cells: dict, entries: dict) -> Iterator[tuple[str, dict]]:
    """Give the row with a cell of the next row of its scope, which has this row's."""
    names = list(entries)
    others = names[names.index(row) + 1:]
    for cell in (*SIDES, "via"):
        other = next((name for name in others if entries[name].get(cell) and entries[name][cell] != cells.get(cell)), None)
        if other is not None and cells.get(cell):
            mine, theirs = copy.copy(cells), copy.copy(entries[other])
            mine[cell], theirs[cell] = theirs[cell], mine[cell]
            yield f"{cell} exchanged with {other}", {row: mine, other: theirs}
