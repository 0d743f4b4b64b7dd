"""Raw values <-> what a rule may rely on: a placeholder or an ill-typed value is unknown, never wrong."""
from __future__ import annotations

import json
import marshal
from math import isfinite
from typing import Any


def unknown(value: Any) -> bool:
    """Whether a value stands for one that somebody fills in later."""
    return isinstance(value, str) and ("${" in value or "{{" in value)


def number(value: Any) -> int | float | None:
    """Give a plain, finite number, or None."""
    return value if type(value) is int or type(value) is float and isfinite(value) else None


def text(value: Any) -> str | None:
    """Give a string that is known, or None."""
    return value if isinstance(value, str) and "${" not in value and "{{" not in value else None


def mapping(value: Any) -> dict:
    """Give a dict, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list:
    """Give a list, or an empty one."""
    return value if isinstance(value, list) else []


def entries(value: Any) -> list[tuple[int, dict]]:
    """Give the objects of a list with their positions."""
    return [(at, entry) for at, entry in enumerate(value) if isinstance(entry, dict)] if isinstance(value, list) else []


def texts(value: Any) -> list[tuple[int, str]]:
    """Give the known strings of a list with their positions."""
    return [(at, entry) for at, entry in enumerate(items(value)) if text(entry) is not None]


def repeated(pairs: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Give each pair whose second part an earlier pair had; None is no value."""
    seen, again = set(), []
    for at, value in pairs:
        if value is not None and value in seen:
            again.append((at, value))
        seen.add(value)
    return again


def twice(value: Any, member: str) -> list[tuple[int, str]]:
    """Give the position and the known text of each entry of a list whose member an earlier entry has the same of."""
    if not isinstance(value, list) or len(value) < 2:
        return []
    found = [entry.get(member) for entry in value if isinstance(entry, dict)]
    known = [name for name in found if isinstance(name, str)]
    if len(set(known)) == len(known):
        return []
    return repeated([(at, text(entry.get(member))) for at, entry in entries(value)])


def joined(values: Any) -> str:
    """Name values in a sentence: `a`, `a and b`, `a, b and c`."""
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "none"


def packed(value: Any) -> bytes:
    """Give all of a value in one piece, about as long as its JSON and in a third of the time; b"" where that fails."""
    try:
        return marshal.dumps(value, 2)
    except ValueError:
        # Marshal knows plain data alone; a caller's own objects may hold a date.
        return b""


def size_above(value: Any, most: int, length: int) -> int:
    """Give the bytes of a value as compact JSON where they are more than `most`, else 0.

    `length` is the value's packed one: a byte takes at most six characters of JSON (`\\u0001`), so most values need not
    be written out.
    """
    if 0 < length < most // 6:
        return 0
    try:
        written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    except RecursionError:
        # Nothing that a platform takes is nested a thousand deep; its size is its least trouble.
        return 0
    size = len(written.encode(errors="replace"))
    return size if size > most else 0
