"""The official schemas <-> rules: allowed values, ranges, lengths, patterns and required members as written there."""
from __future__ import annotations

import functools
import re
from typing import Any, Iterator

from ..model import Path
from ..nodes import LIST, OBJECT, Node, root
from .rules import Hit, Rule, Rules, between, counted, one_of
from .values import joined, text

# Longer strings are not matched: no pattern of the schemas means one.
LONGEST_MATCH = 4096
NUMBERS = ("integer", "number")


@functools.cache
def official(platform: str, kind: str, version: str | None = None, covered: frozenset[str] = frozenset()) -> Rules:
    """Give the rules that the schema of a kind holds; `covered` are places that rules of our own speak of."""
    node = root(platform, kind, version)
    rules: Rules = {}
    if node is not None:
        if node.required:
            rules[""] = {"member-missing": _members(node.required)}
        _below(node, "", (), rules, covered)
    return rules


def _below(node: Node, place: str, inside: tuple[str, ...], rules: Rules, covered: frozenset[str]) -> None:
    for name, field in node.fields.items() if node.name not in inside else ():
        at = f"{place}.{name}" if place else name
        if at in covered:
            continue
        found = dict(_of_field(name, field))
        if found:
            rules[at] = found
        entry = field.item if field.kind == LIST else field
        if entry.kind == OBJECT:
            _below(entry, at, (*inside, node.name), rules, covered)


def _of_field(name: str, field: Node) -> Iterator[tuple[str, Rule]]:
    """Give the rules about one field: a scalar, a list, a map or an object."""
    entry = field.item if field.kind == LIST else field
    if entry.kind == OBJECT and entry.required:
        yield "member-missing", _required(name, entry.required)
    if field.kind == LIST and (field.min or field.max):
        yield "entry-count", counted(name, (field.min or 0, field.max or 1 << 31))
    if field.kind == LIST and entry.enum:
        yield "value-unknown", _each_of(name, entry.enum)
    if field.kind in NUMBERS and (field.min is not None or field.max is not None):
        yield "value-range", between(name, (field.min if field.min is not None else -(1 << 63), field.max))
    if field.kind == "string":
        yield from _of_string(name, field)


def _of_string(name: str, field: Node) -> Iterator[tuple[str, Rule]]:
    if field.enum:
        yield "value-unknown", one_of(name, field.enum)
    elif field.min or field.max:
        yield "value-length", _long(name, field.min or 0, field.max or 1 << 31)
    if field.pattern and r"\p{" not in field.pattern and not field.pattern.startswith(r"[\u0020-\uD7FF"):
        yield "value-pattern", _matching(name, field.pattern)


def _each_of(name: str, allowed: tuple[str, ...]) -> Rule:
    known = frozenset(allowed)

    def rule(holder: dict, outer: Any) -> Iterator[Hit]:
        for at, value in enumerate(holder[name]) if isinstance(holder[name], list) else ():
            if text(value) is not None and value not in known:
                yield (name, at), f"{name} has {value or 'an empty value'}; allowed is {joined(allowed)}."

    return rule


def _long(name: str, low: int, high: int) -> Rule:
    def rule(holder: dict, outer: Any) -> Iterator[Hit]:
        value = holder[name]
        if isinstance(value, str) and not low <= len(value) <= high and text(value) is not None:
            yield (name,), f"{name} has {len(value)} characters; allowed is {low} to {high}."

    return rule


@functools.cache
def _compiled(pattern: str) -> re.Pattern:
    return re.compile(pattern, re.ASCII)


def _matching(name: str, pattern: str) -> Rule:
    def rule(holder: dict, outer: Any) -> Iterator[Hit]:
        value = text(holder[name])
        if value is not None and len(value) <= LONGEST_MATCH and not _compiled(pattern).fullmatch(value):
            yield (name,), f"{name} is not of the form `{pattern}`."

    return rule


def _required(name: str, members: tuple[str, ...]) -> Rule:
    def rule(holder: dict, outer: Any) -> tuple[Hit, ...] | list[Hit]:
        value = holder[name]
        if isinstance(value, dict):
            return _missing(value, members, (name,), f"{name}: ")
        if not isinstance(value, list):
            return ()
        return [
            hit
            for at, entry in enumerate(value)
            if isinstance(entry, dict)
            for hit in _missing(entry, members, (name, at), f"{name}: ")
        ]

    return rule


def _members(members: tuple[str, ...]) -> Rule:
    return lambda value, outer: _missing(value, members, (), "")


def _missing(value: dict, members: tuple[str, ...], path: Path, where: str) -> tuple[Hit, ...]:
    for member in members:
        if value.get(member) is None:
            break
    else:
        return ()
    return ((path, f"{where}{joined(member for member in members if value.get(member) is None)} must be given."),)
