"""Tables -> rows: what mappings/*.yaml say, ready for the engine.

A table maps a scope to its rows. The scope `message` holds what readers, limits and the engine itself say.
"""
from __future__ import annotations

import functools
import importlib
import json
import os
import zlib
from typing import Any, Callable, NamedTuple

from .converters.two_way import TwoWay
from .model import ECS, INFO, KUBERNETES, WARNING

CELLS = frozenset(
    {"k8s", "ecs", "via", "values", "default", "emit", "when", "beside", "takes", "fidelity", "level", "note", "remedy", "sources", "example"}
)
FIDELITIES = ("exact", "approximate", "none")
NOT_TABLES = (
    "absence",
    "described",
    "scopes",
    "lists",
    "sources",
    "kinds",
    "environment",
    "cloudformation-types",
    "terraform-resources",
    "custom-kinds",
)
SIDES = {KUBERNETES: "k8s", ECS: "ecs"}


@functools.cache
def folder() -> str:
    """Find the tables: inside the installed package, or beside it in a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(here, "mappings")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(here), "mappings")


def written() -> list[str]:
    """Give the tables as they are written, in a checkout; an installed package has the compiled ones alone."""
    return sorted(os.path.join(folder(), name) for name in os.listdir(folder()) if name.endswith(".yaml"))


def content(file: str) -> bytes:
    """Read a file."""
    with open(file, "rb") as stream:
        return stream.read()


class Arg(NamedTuple):
    """One path of a row: relative to its scope (owned) or from the top (`/`, read only)."""

    path: tuple[str, ...]
    from_top: bool = False

    @staticmethod
    @functools.cache
    def parse(text: str) -> "Arg":
        """Read `a.b`, `containers.*.ports`, `/pod.spec.containers.@.env`, `.` (the whole entry) or `@` (its key)."""
        return Arg(split(text.removeprefix("/")), text.startswith("/"))


def split(text: str) -> tuple[str, ...]:
    """Split a path at its dots; a key that holds dots stands in brackets: `labels[app.kubernetes.io/name]`."""
    if text in (".", ""):
        return ()
    keys: list[str] = []
    for position, part in enumerate(text.split("[")):
        inside, bracket, rest = part.partition("]") if position else ("", "", part)
        keys.extend([inside] if bracket else [])
        keys.extend(key for key in rest.split(".") if key)
    return tuple(keys)


class Row:
    """One row of a table: two sides, how the value is carried, and what the user is told."""

    __slots__ = ("code", "scope", "k8s", "ecs", "pair", "cells")

    def __init__(self, code: str, scope: str, k8s: tuple[Arg, ...], ecs: tuple[Arg, ...],
                 pair: TwoWay | Named | None = None, cells: dict[str, Any] | None = None):
        self.code, self.scope, self.k8s, self.ecs, self.pair, self.cells = code, scope, k8s, ecs, pair, cells or {}

    def side(self, platform: str) -> tuple[Arg, ...]:
        """Give the paths of one platform."""
        return self.k8s if platform == KUBERNETES else self.ecs

    def wakes(self, platform: str) -> tuple[Arg, ...]:
        """Give the paths of the whole tree that make the row speak, beside its own fields.

        Without the cell `when` these are all that it reads, except the environment, which is always there.
        """
        said = self.said("when", platform)
        if said is not None:
            return _args(said)
        return tuple(arg for arg in self.side(platform) if arg.from_top and arg.path[:1] != ("environment",))

    def beside(self, platform: str) -> tuple[Arg, ...]:
        """Give the paths of the whole tree one of which must hold something, or the row has nothing to say."""
        return _args(self.said("beside", platform))

    def said(self, cell: str, platform: str) -> Any:
        """Give a cell for input of a platform: a cell may differ by side, as {k8s: ..., ecs: ...}."""
        value = self.cells.get(cell)
        if isinstance(value, dict) and value.keys() <= {"k8s", "ecs"}:
            return value.get(SIDES[platform])
        return value

    def fidelity(self, platform: str) -> str:
        """Give exact, approximate or none for input of a platform."""
        other = self.ecs if platform == KUBERNETES else self.k8s
        return self.said("fidelity", platform) or ("exact" if other else "none")

    def level(self, platform: str) -> str:
        """Give the level at which a loss of this row's fields is reported."""
        return self.said("level", platform) or (INFO if self.fidelity(platform) == "approximate" else WARNING)


@functools.cache
def tables() -> dict[str, dict]:
    """Load every table: compiled, or from YAML where a table changed since it was compiled."""
    compiled = os.path.join(folder(), "compiled.json")
    data = json.loads(content(compiled)) if os.path.isfile(compiled) else {}
    sources = written()
    if sources and data.get("digest") != digest(sources):
        return read_tables(sources)
    return data["tables"]


def digest(files: list[str]) -> int:
    """Tell one state of the tables from another."""
    whole = 0
    for file in files:
        whole = zlib.crc32(content(file), zlib.crc32(os.path.basename(file).encode(), whole))
    return whole


def read_tables(files: list[str]) -> dict[str, dict]:
    """Read the tables as they are written."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {os.path.basename(file).removesuffix(".yaml"): yaml.load(content(file), loader) or {} for file in files}


@functools.cache
def rows() -> tuple[Row, ...]:
    """Give every row that joins two trees, sorted by code."""
    made = [
        _row(f"{name}.{code}", scope, cells)
        for name, table in tables().items() if name not in NOT_TABLES
        for scope, entries in table.items() if scope != "message"
        for code, cells in entries.items()
    ]
    return tuple(sorted(made, key=lambda row: row.code))


@functools.cache
def approximate(platform: str) -> frozenset[Row]:
    """Give the rows that speak whenever they apply to input of a platform."""
    return frozenset(row for row in rows() if row.fidelity(platform) == "approximate")


@functools.cache
def messages() -> dict[str, dict]:
    """Give the cells of every code that only speaks."""
    return {
        f"{name}.{code}": cells
        for name, table in tables().items() if name not in NOT_TABLES
        for code, cells in table.get("message", {}).items()
    }


def _row(code: str, scope: str, cells: dict[str, Any]) -> Row:
    return Row(code, scope, _args(cells.get("k8s")), _args(cells.get("ecs")), _pair(code, cells), cells)


def _args(cell: str | list[str] | None) -> tuple[Arg, ...]:
    paths = cell if isinstance(cell, list) else [] if cell is None else [cell]
    return tuple(Arg.parse(path) for path in paths)


def _pair(code: str, cells: dict[str, Any]) -> TwoWay | Named | None:
    if "values" in cells:
        forth = cells["values"]
        return TwoWay(_lookup(forth), _lookup({value: key for key, value in forth.items()}))
    if "via" in cells:
        return Named(code.partition(".")[0], cells["via"])
    return None


def _lookup(values: dict[Any, Any]) -> Callable[[Any], Any]:
    return lambda value, *rest: values.get(value) if isinstance(value, (str, int)) else None


class Named:
    """A pair that is found when it is first needed: `name` in the concept's module, or `module.name` in converters."""

    def __init__(self, concept: str, name: str):
        self.concept, self.name = concept, name

    def found(self) -> TwoWay:
        """Import the pair's module and give the pair."""
        module, _, attribute = self.name.rpartition(".")
        where = f"translator.converters.{module}" if module else f"translator.concepts.{self.concept.replace('-', '_')}"
        return getattr(importlib.import_module(where), attribute)

    def to_ecs(self, *args: Any) -> Any:
        """Call the pair."""
        return self.found().to_ecs(*args)

    def to_k8s(self, *args: Any) -> Any:
        """Call the pair."""
        return self.found().to_k8s(*args)


@functools.cache
def scopes() -> dict[str, dict[str, tuple[str, ...] | None]]:
    """Give each scope's pattern on each platform; None where the platform has nothing of the kind."""
    return {
        name: {platform: None if cells.get(side) is None else split(cells[side]) for platform, side in SIDES.items()}
        for name, cells in tables()["scopes"].items()
    }
