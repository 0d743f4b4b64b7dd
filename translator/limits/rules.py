"""Rules <-> the fields they stand at: one walk over an object calls what stands at the fields that are there.

A module registers rules as data: a place (field names joined by dots; lists are walked through, and "" is the object
itself) -> code -> rule.
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


# Field name -> the rules that stand at it, and the fields below it (None where there are none).
Tree = dict[str, tuple[list[tuple[str, Rule]], Any]]
# The rules of an object itself, and its fields.
Planted = tuple[list[tuple[str, Rule]], Tree]


def plant(*tables: Rules) -> Planted:
    """Join tables of rules into the rules of an object itself and the tree of its fields."""
    tree: Tree = {}
    own: list[tuple[str, Rule]] = []
    for table in tables:
        for place, rules in table.items():
            (_at(tree, place.split(".")) if place else own).extend(rules.items())
    return own, tree


def _at(tree: Tree, keys: list[str]) -> list[tuple[str, Rule]]:
    rules, below = tree.setdefault(keys[0], ([], None))
    if not keys[1:]:
        return rules
    if below is None:
        below = {}
        tree[keys[0]] = rules, below
    return _at(below, keys[1:])


def under(place: str, *tables: Rules) -> Rules:
    """Move tables of rules below a field."""
    moved: Rules = {}
    for table in tables:
        for below, rules in table.items():
            moved.setdefault(f"{place}.{below}".rstrip("."), {}).update(rules)
    return moved


def broken_rules(planted: Planted, value: dict, book: Any) -> Broken:
    """Give every rule that an object breaks: code, raw path, words."""
    own, tree = planted
    broken: Broken = [(code, where, words) for code, rule in own for where, words in rule(value, book)]
    walk(tree, value, book, (), broken)
    return broken


def walk(tree: Tree, value: dict, holder: Any, path: Path, broken: Broken) -> None:
    """Call every rule that stands at a field of a value, and go on below it."""
    for key, inner in value.items():
        here = tree.get(key)
        if here is None or inner is None:
            continue
        rules, below = here
        for code, rule in rules:
            for where, words in rule(value, holder):
                broken.append((code, path + where, words))
        if below is None:
            continue
        if isinstance(inner, dict):
            walk(below, inner, value, (*path, key), broken)
        elif isinstance(inner, list):
            for position, entry in enumerate(inner):
                if isinstance(entry, dict) and not below.keys().isdisjoint(entry):
                    walk(below, entry, value, (*path, key, position), broken)


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


def choice(name: str, allowed: tuple[str, ...]) -> Rule:
    """Make a rule that a string is one of those allowed or empty, which the API server takes for absent."""
    known = one_of(name, allowed)
    return lambda holder, outer: known(holder, outer) if holder[name] != "" else ()


def counted(name: str, limits: tuple[int, int]) -> Rule:
    """Make a rule that a list has as many entries as allowed."""
    low, high = limits

    def rule(holder: dict, outer: Any) -> tuple[Hit, ...]:
        value = holder[name]
        if not isinstance(value, list) or low <= len(value) <= high:
            return ()
        return (((name,), f"{name} has {len(value)} entries; allowed is {low} to {high}."),)

    return rule
