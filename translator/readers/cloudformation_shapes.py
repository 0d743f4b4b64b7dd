"""CloudFormation's spelling and types -> those of the AWS API, by the API's own shapes."""

from __future__ import annotations

import functools
import json
from typing import Any

from .. import schema
from ..model import ECS, Path
from .cloudformation_names import types
from .cloudformation_notes import Notes, is_open
from .cloudformation_values import Node, text_of

DROPPED = object()


@functools.cache
def members_of(kind: str, cells_of: str, within: tuple[str, ...]) -> dict[str, str]:
    """Give property -> member for one structure of a request, in small letters."""
    shape = schema.root(ECS, kind)
    for key in within:
        shape = inner(shape.fields[key])
    irregular = types().get(cells_of, {}).get("members", {})
    dotted = ".".join(within) + "." if within else ""
    known = {name.lower(): name for name in shape.fields}
    return known | {irregular[dotted + name].lower(): name for name in shape.fields if dotted + name in irregular}


def inner(shape: Any) -> Any:
    """Give what a list holds."""
    while shape.kind == "list":
        shape = shape.item
    return shape


class Recased:
    """One request in the making, with the template's path behind each of its own."""

    def __init__(self, kind: str, type_name: str, notes: Notes):
        self.kind, self.type, self.notes = kind, type_name, notes
        self.cells = types().get(type_name, {})
        self.places: dict[Path, Path] = {}
        self.value: dict = {}

    def request(self, node: Node) -> dict:
        """Give the request that a resource's properties make."""
        return self._map(node, schema.root(ECS, self.kind), (), ())

    def _value(self, node: Node, shape: Any, within: tuple[str, ...], at: Path) -> Any:
        if shape.kind == "list":
            return self._list(node, shape, within, at)
        if shape.kind == "any":
            return self._placed(node.plain(), node, at)
        if is_open(node.value) and shape.kind in ("object", "map"):
            return self._placed(node.value, node, at)
        if shape.kind == "object":
            return (
                self._map(node, shape, within, at)
                if isinstance(node.value, dict)
                else self._refused(node, "a structure")
            )
        if shape.kind == "map":
            return self._free(node, shape, at)
        return self._scalar(node, shape.kind, within, at)

    def _placed(self, value: Any, node: Node, at: Path) -> Any:
        self.places[at] = node.path
        return value

    def _map(self, node: Node, shape: Any, within: tuple[str, ...], at: Path) -> dict:
        known = members_of(self.kind, self.type, within)
        made = {}
        for key, entry in node.value.items():
            name = known.get(key.lower())
            if name is None:
                self.notes.add(
                    "unknown-property",
                    f"{self.type} has no property {'.'.join([*within, key])}; it was left out.",
                    entry.path,
                )
                continue
            value = self._value(entry, shape.fields[name], within + (name,), at + (name,))
            if value is not DROPPED:
                made[name] = value
        return self._placed(made, node, at)

    def _list(self, node: Node, shape: Any, within: tuple[str, ...], at: Path) -> Any:
        entries = node.value if isinstance(node.value, list) else [node]
        made: list = []
        for entry in entries:
            value = self._value(entry, shape.item, within, at + (len(made),))
            if value is not DROPPED:
                made.append(value)
        return self._placed(made, node, at)

    def _free(self, node: Node, shape: Any, at: Path) -> Any:
        """Keep a map's keys as they are; where the API holds texts, write its values as such."""
        if not isinstance(node.value, dict):
            return self._refused(node, "a map")
        texts = shape.item is not None and shape.item.kind == "string"
        for key, entry in node.value.items():
            self.places[at + (key,)] = entry.path
        return self._placed(
            {key: text_of(entry.plain()) if texts else entry.plain() for key, entry in node.value.items()}, node, at
        )

    def _scalar(self, node: Node, kind: str, within: tuple[str, ...], at: Path) -> Any:
        if isinstance(node.value, (dict, list)):
            if ".".join(within) not in self.cells.get("json", ()):
                return self._refused(node, f"a {kind}")
            return self._placed(json.dumps(node.plain(), separators=(",", ":")), node, at)
        value = node.value if is_open(node.value) else CASTS.get(kind, text_of)(node.value)
        return self._refused(node, f"a {kind}") if value is DROPPED else self._placed(value, node, at)

    def _refused(self, node: Node, wanted: str) -> Any:
        self.notes.add("wrong-type", f"{self.type} wants {wanted} here; the value was left out.", node.path)
        return DROPPED


def _integer(value: Any) -> Any:
    text = text_of(value).strip()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return int(text) if text.removeprefix("-").isdecimal() else DROPPED


def _number(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return DROPPED


def _boolean(value: Any) -> Any:
    return {"true": True, "false": False}.get(text_of(value).lower(), DROPPED)


CASTS = {"integer": _integer, "number": _number, "boolean": _boolean}
