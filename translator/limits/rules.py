"""Rules <-> the fields they stand at: one walk over an object calls what stands at the fields that are there.

A module registers rules as data: a place (field names joined by dots, lists are walked through; "" is the object itself)
-> code -> rule.
A rule is called with the object that holds the field and with what holds that object (at the top: the document's
`Book`). It gives hits: a raw path from the object it was given, and what is wrong there in words.
"""
from __future__ import annotations

from typing import Any, Callable, Iterable

from ..model import Path
from .values import joined, text

Hit = tuple[Path, str]
Rule = Callable[[Any, Any], Iterable[Hit]]
Rules = dict[str, dict[str, Rule]]
Broken = list[tuple[str, Path, str]]


class Field:
    """The rules that stand at one field, and the fields below it."""

    __slots__ = ("rules", "fields")

    def __init__(self) -> None:
        self.rules: list[tuple[str, Rule]] = []
        self.fields: dict[str, Field] = {}


def plant(*tables: Rules) -> Field:
    """Join tables of rules into one tree of fields."""
    root = Field()
    for table in tables:
        for place, rules in table.items():
            at = root
            for key in place.split(".") if place else ():
                at = at.fields.setdefault(key, Field())
            at.rules.extend(rules.items())
    return root


def under(place: str, *tables: Rules) -> Rules:
    """Move tables of rules below a field."""
    moved: Rules = {}
    for table in tables:
        for below, rules in table.items():
            moved.setdefault(f"{place}.{below}".rstrip("."), {}).update(rules)
    return moved


def broken_rules(tree: Field, value: dict, book: Any) -> Broken:
    """Give every rule of a tree that an object breaks: code, raw path, words."""
    broken: Broken = [(code, where, words) for code, rule in tree.rules for where, words in rule(value, book)]
    walk(tree, value, book, (), broken)
    return broken


def walk(at: Field, value: dict, holder: Any, path: Path, broken: Broken) -> None:
    """Call every rule that stands at a field of a value, and go on below it."""
    fields = at.fields
    for key, inner in value.items():
        here = fields.get(key)
        if here is None or inner is None:
            continue
        for code, rule in here.rules:
            for where, words in rule(value, holder):
                broken.append((code, path + where, words))
        if here.fields:
            if isinstance(inner, dict):
                walk(here, inner, value, (*path, key), broken)
            elif isinstance(inner, list):
                for position, entry in enumerate(inner):
                    if isinstance(entry, dict):
                        walk(here, entry, value, (*path, key, position), broken)


def each(codes: dict[str, dict[str, Any]], make: Callable[[str, Any], Rule]) -> Rules:
    """Turn code -> place -> limits into rules: `make` builds one from a field's name and its limits."""
    rules: Rules = {}
    for code, places in codes.items():
        for place, limits in places.items():
            rules.setdefault(place, {})[code] = make(place.rpartition(".")[2], limits)
    return rules


def between(name: str, limits: tuple[float, float | None]) -> Rule:
    """Make a rule that a number stands between two limits; None is no upper limit."""
    low, high = limits
    allowed = f"at least {low}" if high is None else f"{low} to {high}"

    def rule(holder: dict, outer: Any) -> tuple[Hit, ...]:
        value = holder[name]
        if type(value) not in (int, float) or (value >= low and (high is None or value <= high)):
            return ()
        return (((name,), f"{name} is {value}; allowed is {allowed}."),)

    return rule


def one_of(name: str, allowed: tuple[str, ...]) -> Rule:
    """Make a rule that a string is one of those allowed."""
    known = frozenset(allowed)

    def rule(holder: dict, outer: Any) -> tuple[Hit, ...]:
        value = holder[name]
        if not isinstance(value, str) or value in known or text(value) is None:
            return ()
        return (((name,), f"{name} is {value or 'empty'}; allowed is {joined(allowed)}."),)

    return rule


def counted(name: str, limits: tuple[int, int]) -> Rule:
    """Make a rule that a list has as many entries as allowed."""
    low, high = limits

    def rule(holder: dict, outer: Any) -> tuple[Hit, ...]:
        value = holder[name]
        if not isinstance(value, list) or low <= len(value) <= high:
            return ()
        return (((name,), f"{name} has {len(value)} entries; allowed is {low} to {high}."),)

    return rule
