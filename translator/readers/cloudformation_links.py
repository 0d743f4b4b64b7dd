"""References between requests -> names where a request wants one, and ARNs where names are not known yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cloudformation_names import Names
from .cloudformation_shapes import Recased
from .cloudformation_values import Resource


def by_name(value: dict, cells: dict[str, str], names: Names) -> None:
    """Take the name out of references where the request wants the name: `taskDefinition: web`."""
    for dotted, kind in cells.items():
        _named(value, dotted.split("."), kind, names)


def _named(value: Any, keys: list[str], kind: str, names: Names) -> None:
    if isinstance(value, list):
        for entry in value:
            _named(entry, keys, kind, names)
    elif isinstance(value, dict) and keys[0] in value:
        below = value[keys[0]]
        if len(keys) > 1:
            _named(below, keys[1:], kind, names)
        elif isinstance(below, list):
            value[keys[0]] = [_name_in(entry, kind, names) for entry in below]
        else:
            value[keys[0]] = _name_in(below, kind, names)


def _name_in(text: Any, kind: str, names: Names) -> Any:
    if not isinstance(text, str):
        return text
    for logical, (_, reference) in names.carried.items():
        if text == reference:
            return names.key(names.values.resources[logical])
    head = "${" + kind + "."
    return text[len(head) :].rpartition(".")[0] if text.startswith(head) and text.endswith("}") else text


def carry(made: list[tuple[Resource, Recased]], names: Names) -> None:
    """Give entries whose name is not known yet the ARN by which others in the document refer to them."""
    if not names.carried:
        return
    used = {text for _, recased in made for text in _texts(recased.value)}
    for one, recased in made:
        member, reference = names.carried.get(one.logical, ("", ""))
        if member and recased.kind == names.kind(one) and any(reference in text for text in used):
            recased.value[member] = reference


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for entry in value.values():
            yield from _texts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, str) and "${" in value:
        yield value
