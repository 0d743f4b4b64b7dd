"""Terraform's functions of values that are known -> their results; the rest of them is reported where it stands."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from .terraform_values import number, text


def encoded(value: Any) -> Any:
    """Keep what `jsonencode` is given: a text is made of it only where one is asked for."""
    return value if isinstance(value, (dict, list)) else json.dumps(value)


def _merge(*maps: Any) -> dict:
    return {key: value for entry in maps if entry is not None for key, value in entry.items()}


def _concat(*lists: list) -> list:
    return [entry for one in lists for entry in one]


def _flatten(values: list) -> list:
    return [inner for value in values for inner in (_flatten(value) if isinstance(value, list) else [value])]


def _format(pattern: str, *values: Any) -> str:
    """Fill `%s`, `%d`, `%v` and `%%`; any other verb is not known here."""
    pieces = pattern.replace("%%", "\0").split("%")
    if len(pieces) != len(values) + 1 or any(piece[:1] not in ("s", "d", "v") for piece in pieces[1:]):
        raise ValueError("a verb that is not known")
    filled = pieces[0] + "".join(str(text(value)) + piece[1:] for value, piece in zip(values, pieces[1:], strict=True))
    return filled.replace("\0", "%")


def _lookup(entries: dict, key: str, *default: Any) -> Any:
    return entries[key] if key in entries or not default else default[0]


def _coalesce(*values: Any) -> Any:
    return next(value for value in values if value not in (None, ""))


def _unique(values: list) -> list:
    return [value for position, value in enumerate(values) if value not in values[:position]]


def _boolean(value: Any) -> bool:
    return {"true": True, "false": False, True: True, False: False}[value]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "jsonencode": encoded,
    "jsondecode": lambda value: json.loads(value) if isinstance(value, str) else value,
    "tostring": text,
    "tonumber": number,
    "tobool": _boolean,
    "tolist": list,
    "tomap": dict,
    "toset": _unique,
    "distinct": _unique,
    "sensitive": lambda value: value,
    "nonsensitive": lambda value: value,
    "merge": _merge,
    "concat": _concat,
    "flatten": _flatten,
    "compact": lambda values: [value for value in values if value not in (None, "")],
    "keys": sorted,
    "values": lambda entries: [entries[key] for key in sorted(entries)],
    "length": len,
    "lookup": _lookup,
    "coalesce": _coalesce,
    "element": lambda values, index: values[index % len(values)],
    "contains": lambda values, value: value in values,
    "join": lambda sign, values: values if isinstance(values, str) else sign.join(str(text(value)) for value in values),
    "split": lambda sign, value: value.split(sign),
    "format": _format,
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "trimspace": str.strip,
    "trimprefix": str.removeprefix,
    "trimsuffix": str.removesuffix,
    "replace": lambda value, old, new: value.replace(old, new),
    "substr": lambda value, start, size: value[start : start + size] if size >= 0 else value[start:],
    "base64encode": lambda value: base64.b64encode(value.encode()).decode(),
    "max": max,
    "min": min,
    "abs": abs,
}


def call(name: str, values: list[Any]) -> Any:
    """Call a function. Raises LookupError for one that is not known here and ValueError for values it does not take."""
    if name == "replace" and values[1:2] and str(values[1]).startswith("/"):
        raise LookupError("a regular expression")
    function = FUNCTIONS[name]
    try:
        return function(*values)
    except (
        TypeError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        StopIteration,
        ZeroDivisionError,
        RecursionError,
    ) as error:
        raise ValueError(str(error)) from error
