"""Strings, numbers and truth values as people write them -> as the schema has them.

Kubernetes takes them as they are. For ECS, documents come from templates and other tools where everything is a string,
so "256" is taken for a number, "true" for a truth value, and 256 for a string where one is due.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .identity import Identity, Joined
from .model import ECS

TYPES: dict[str, frozenset[type]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
    "quantity": frozenset({str, int, float}),
    "int-or-string": frozenset({int, str}),
    "timestamp": frozenset({str, int, float}),
    "any": frozenset({str, int, float, bool}),
}
DUE = {
    "string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
    "quantity": "a quantity such as 500m or 1Gi", "int-or-string": "a whole number or text", "timestamp": "a time",
    "object": "a map", "map": "a map", "list": "a list",
}
FOUND = {str: "text", bool: "true or false", int: "a number", float: "a number", dict: "a map", list: "a list",
         type(None): "empty"}


def reader(kind: str, platform: str, bare: Callable[[Any], Any]) -> Callable[[Any, Any, list], Any]:
    """Make the function that reads a scalar; `bare` is what reads a value of any kind."""
    types, lenient = TYPES[kind], platform == ECS

    def read(value: Any, where: Any, problems: list) -> Any:
        if value.__class__ in types:
            return value
        if kind == "any" and value is not None:
            return bare(value)
        made = whole(value) if "int" in kind else None
        if made is None and lenient:
            made = LENIENT.get(kind, nothing)(value)
        if made is None and lenient and kind != "string" and isinstance(value, str) and is_placeholder(value):
            problems.append((where, "placeholder", f"a placeholder stands where {DUE[kind]} is due"))
            made = value
        return refuse(kind, value, where, problems) if made is None else made
    return read


def refuse(kind: str, value: Any, where: Any, problems: list) -> None:
    """List a value of the wrong type, without saying the value."""
    words = f"{DUE[kind]} belongs here, but this is {FOUND.get(type(value), type(value).__name__)}"
    quoted = "; put it in quotes" if kind == "string" and isinstance(value, (bool, int, float)) else ""
    problems.append((where, "wrong-type", words + quoted))


def missing(identity: Identity) -> str:
    """Say which field would identify an entry."""
    named = identity.parts[0].fields if isinstance(identity, Joined) else [".".join(identity.path)]
    return f"the entry has no {' or '.join(f'`{name}`' for name in named)} to tell it from others"


def whole(value: Any) -> int | None:
    """Take 8080.0 for 8080, as JSON does."""
    return int(value) if isinstance(value, float) and value.is_integer() else None


def integer(value: Any) -> int | None:
    """Take "256" for 256."""
    return int(value) if isinstance(value, str) and value.removeprefix("-").isdecimal() else None


def number(value: Any) -> int | float | None:
    """Take "0.5" for 0.5, but no word that Python knows as a number."""
    if not isinstance(value, str) or not value.removeprefix("-").replace(".", "", 1).isdecimal():
        return None
    return float(value) if "." in value else int(value)


def boolean(value: Any) -> bool | None:
    """Take "true" for true."""
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def string(value: Any) -> str | None:
    """Take 256 for "256" and true for "true", as CloudFormation does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else None


def nothing(value: Any) -> None:
    """Take nothing for anything."""


LENIENT: dict[str, Callable[[Any], Any]] = {"integer": integer, "number": number, "boolean": boolean, "string": string}


def is_placeholder(text: str) -> bool:
    """Whether a text is a name for a value that someone fills in later: ${PORT}, {{ port }}, <PORT>."""
    return "${" in text or "{{" in text or (text.startswith("<") and text.endswith(">"))
