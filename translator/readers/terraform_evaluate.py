"""Terraform's expressions -> values, as far as they are literal; the rest becomes named placeholders and findings."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ..model import ReadError
from . import terraform_functions
from .terraform_notes import Notes, Unknown, placeholder, settled
from .terraform_syntax import Node
from .terraform_values import text

DEEPEST = 200
LONGEST = 8  # words of an expression that its placeholder is named after
LARGEST = 1_000_000  # characters of one text
SIGNS = {
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "by",
    "%": "modulo",
    "<": "below",
    ">": "above",
    "<=": "at most",
    ">=": "at least",
    "==": "is",
    "!=": "is not",
    "&&": "and",
    "||": "or",
    "!": "not",
    "?": "if",
    "...": "all",
}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
# Functions through which placeholders pass as the texts that they are, and those that move values about without a look.
JOINING = ("join", "format", "tostring")
PASSING = ("merge", "concat", "flatten", "tolist", "toset", "compact", "sensitive", "nonsensitive")
FILES = ("file", "templatefile", "filebase64", "fileset", "templatestring")


@dataclass
class Scope:
    """What names mean where an expression stands: `each` and the like, and a module that knows the rest."""

    refer: Callable[[tuple[str, ...], Node, str], Any]
    notes: Notes
    owner: str = ""
    names: dict[str, Any] = field(default_factory=dict)

    def within(self, **names: Any) -> Scope:
        """Give the scope of something that is repeated."""
        return Scope(self.refer, self.notes, self.owner, {**self.names, **names})

    def note(self, code: str, words: str, node: Node, becomes: str | None = None) -> None:
        """Note something at an expression."""
        self.notes.add(code, words, "", node.source.place(node.at), self.owner, becomes)


def evaluate(node: Node, scope: Scope, depth: int = 0) -> Any:
    """Give an expression's value, with Unknown for every part that is not known."""
    if depth > DEEPEST:
        return _opaque(node, scope)
    if node.kind == "literal":
        return node.value
    return KINDS[node.kind](node, scope, depth + 1)


def _template(node: Node, scope: Scope, depth: int) -> Any:
    values = [evaluate(part, scope, depth) for part in node.below]
    if len(values) == 1:
        return values[0]
    whole = "".join(
        str(value) if isinstance(value, Unknown) else str(text(value)) for value in values if value is not None
    )
    if len(whole) > LARGEST:
        place = node.source.place(node.at)
        raise ReadError("the text that is made here grows beyond measure", place.file, place.line, place.column)
    return whole


def _list(node: Node, scope: Scope, depth: int) -> list:
    made: list[Any] = []
    for part in node.below:
        if part.kind == "operation" and part.value == "...":
            spread = evaluate(part.below[0], scope, depth)
            made.extend(spread if isinstance(spread, list) else [spread])
        else:
            made.append(evaluate(part, scope, depth))
    return made


def _map(node: Node, scope: Scope, depth: int) -> dict:
    keys, values = node.below[::2], node.below[1::2]
    return {
        str(text(evaluate(key, scope, depth))): evaluate(value, scope, depth)
        for key, value in zip(keys, values, strict=True)
    }


def _name(node: Node, scope: Scope, depth: int) -> Any:
    steps = steps_of(node)
    return _walk(steps, node, scope, depth) if steps and len(steps) < DEEPEST else _opaque(node, scope)


def _walk(steps: list[Any], node: Node, scope: Scope, depth: int) -> Any:
    """Follow a reference: what the scope names, or else what the module knows; indexes are evaluated."""
    path = [step if isinstance(step, str) else f"[{_key(evaluate(step, scope, depth))}]" for step in steps]
    if path[0] in scope.names:
        value = scope.names[path[0]]
        for step in path[1:]:
            value = inside(value, step)
        return Unknown(placeholder(*path)) if value is MISSING else value
    return scope.refer(tuple(path), node, scope.owner)


def _key(value: Any) -> str:
    return str(value) if isinstance(value, Unknown) else str(text(value))


class Missing:
    """The answer of a step that leads nowhere."""


MISSING = Missing()


def inside(value: Any, step: str) -> Any:
    """Take one step into a value: `name` or `[index]`; MISSING where there is nothing."""
    key = step[1:-1] if step.startswith("[") else step
    if isinstance(value, dict):
        return value.get(key, MISSING)
    if isinstance(value, list) and key.lstrip("-").isdecimal() and -len(value) <= int(key) < len(value):
        return value[int(key)]
    return value if isinstance(value, Unknown) else MISSING


def steps_of(node: Node) -> list[Any]:
    """Give the names and indexes of a reference, or nothing where it is none."""
    made: list[Any] = []
    while node.kind in ("attribute", "index"):
        made.append(node.value if node.kind == "attribute" else node.below[1])
        node = node.below[0]
    return [node.value, *reversed(made)] if node.kind == "name" else []


def _index(node: Node, scope: Scope, depth: int) -> Any:
    """Follow a reference, or take a part of what another expression gives."""
    if steps_of(node):
        return _name(node, scope, depth)
    of = evaluate(node.below[0], scope, depth)
    step = node.value if node.kind == "attribute" else f"[{_key(evaluate(node.below[1], scope, depth))}]"
    found = inside(of, step)
    return _opaque(node, scope) if found is MISSING else found


def _call(node: Node, scope: Scope, depth: int) -> Any:
    if node.value in ("try", "can"):
        return next(
            (
                value
                for value in (evaluate(part, scope, depth) for part in node.below)
                if not isinstance(value, Unknown)
            ),
            _opaque(node, scope),
        )
    values = _list(node, scope, depth)
    if node.value in FILES:
        return _file(node, values, scope)
    if node.value == "jsonencode" and len(values) == 1:
        return terraform_functions.encoded(values[0]) if not isinstance(values[0], Unknown) else values[0]
    if node.value in JOINING:
        values = settled(values)
    elif _holds_unknown(values) and node.value not in PASSING:
        return _opaque(node, scope)
    try:
        return terraform_functions.call(node.value, values)
    except (LookupError, ValueError):
        return _opaque(node, scope)


def _file(node: Node, values: list[Any], scope: Scope) -> Unknown:
    name = values[0] if values and isinstance(values[0], str) else "a file"
    made = Unknown(placeholder(node.value, name))
    scope.note("file", f"`{node.value}({name})` is not read, so what it holds is missing.", node, str(made))
    return made


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, (list, dict)):
        return any(map(_holds_unknown, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Unknown) or (isinstance(value, str) and "${" in value)


def _operation(node: Node, scope: Scope, depth: int) -> Any:
    if node.value == "?":
        return _choice(node, scope, depth)
    values = [evaluate(part, scope, depth) for part in node.below]
    if any(isinstance(value, Unknown) for value in values):
        return _opaque(node, scope)
    try:
        return _result(node.value, values)
    except (TypeError, ArithmeticError, KeyError):
        return _opaque(node, scope)


def _result(sign: str, values: list[Any]) -> Any:
    if len(values) == 1:
        return not values[0] if sign == "!" else -values[0]
    if sign in ("&&", "||"):
        return all(values) if sign == "&&" else any(values)
    return OPERATORS[sign](*values)


def _choice(node: Node, scope: Scope, depth: int) -> Any:
    condition = evaluate(node.below[0], scope, depth)
    if isinstance(condition, str):
        condition = {"true": True, "false": False}.get(condition, condition)
    if not isinstance(condition, bool):
        return _opaque(node, scope)
    return evaluate(node.below[1 if condition else 2], scope, depth)


def _splat(node: Node, scope: Scope, depth: int) -> Any:
    return _opaque(node, scope)


def _opaque(node: Node, scope: Scope, *rest: Any) -> Unknown:
    """Name an expression that is more than literal after what stands in it."""
    words = list(islice(_words(node), LONGEST + 1))
    if len(words) > LONGEST:  # two of them that begin alike are two
        place = node.source.place(node.at)
        words[LONGEST:] = [str(place.line), str(place.column)]
    made = Unknown(placeholder(*words))
    scope.note("expression", f"An expression is more than literal: `{made}` stands in its place.", node, str(made))
    return made


def _words(node: Node, depth: int = 0) -> Iterator[str]:
    """Give the names, signs and literals of an expression, in their order."""
    steps = [step for step in steps_of(node) if isinstance(step, str)]
    if node.kind == "opaque":
        place = node.source.place(node.at)
        yield from ("for" if node.value == "for" else "template", str(place.line), str(place.column))
    elif steps:
        yield from steps
    elif node.kind == "operation":
        yield SIGNS[node.value]
    elif node.kind in ("call", "literal", "attribute"):
        yield str(node.value)
    for part in node.below if depth < LONGEST and not (steps and len(steps_of(node)) == len(steps)) else ():
        if not steps or part.kind != node.kind:
            yield from _words(part, depth + 1)


KINDS: dict[str, Callable[[Node, Scope, int], Any]] = {
    "template": _template,
    "list": _list,
    "map": _map,
    "name": _name,
    "attribute": _index,
    "index": _index,
    "call": _call,
    "operation": _operation,
    "splat": _splat,
    "opaque": _opaque,
}
