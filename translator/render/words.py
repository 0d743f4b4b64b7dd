"""Values, counts and names <-> words that are safe to show a person.

Names and values come from manifests, so each may hold what moves a cursor, reverses a line or hides: `printable` is
the one place where such characters are made visible.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from translator.model import ERROR, INFO, WARNING, Field, Finding

# What a level is called in front of a person; an info is a note, as compilers call it.
LEVEL_WORDS = {ERROR: "error", WARNING: "warning", INFO: "note"}


def printable(text: Any, keep: str = "") -> str:
    """Show control characters, invisible ones and those that reverse the direction as `\\x1b` or `\\u202e`."""
    text = str(text)
    if text.isprintable():
        return text
    return "".join(char if char in keep or _shows(char) else _escaped(char) for char in text)


def _shows(char: str) -> bool:
    """Tell whether a character shows as itself; spaces other than the plain one do."""
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _escaped(char: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char)
    code = ord(char)
    return short or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def plural(count: int, noun: str) -> str:
    """Count something: `1 error`, `2 errors`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def counted(counts: Mapping[str, int]) -> str:
    """Say how many findings of each level there are: `1 error, 3 notes`."""
    return ", ".join(plural(counts[level], word) for level, word in LEVEL_WORDS.items() if counts.get(level))


def kind_words(kind: str) -> str:
    """Name a kind as people do: `taskDefinitions` is a task definition; Kubernetes' kinds are names already."""
    if not kind[:1].islower():
        return kind
    text = "".join(f" {char.lower()}" if char.isupper() else char for char in kind).capitalize()
    return f"{text[:-3]}y" if text.endswith("ies") else text if text.endswith("ss") else text.removesuffix("s")


def place(entry: Field) -> str:
    """Say where a field stands: `app.yaml:12`, the object where no file is known, or nothing."""
    if not entry.file:
        return printable(entry.object)
    return printable(f"{entry.file}:{entry.line}" if entry.line else entry.file)


def reason(findings: Sequence[Finding]) -> str:
    """Name what a step is for: `web.yaml:18, probes.image-command`, and how many further findings ask for it."""
    first = findings[0]
    where = next(filter(None, map(place, first.fields)), "")
    more = len(findings) - 1
    return ", ".join(filter(None, [where, printable(first.code)])) + (f", and {more} more" if more else "")


def show(value: Any, limit: int = 0) -> str:
    """Show a value on one line as YAML's flow style does, its middle cut out past the limit."""
    return cut(printable(_flow(value)), limit)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str) and _clear(value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _clear(text: str) -> bool:
    """Tell whether a string is read as that string without quotes: `50` and `true` are not."""
    ends = text and text == text.strip() and not text.endswith(":")
    mixed = any(mark in text for mark in (", ", ": ", '"', "{}", "[]")) or text in ("true", "false", "null")
    return bool(ends) and text.isprintable() and not mixed and not text.replace(".", "", 1).isdigit()


def cut(text: str, limit: int) -> str:
    """Shorten a text to a limit by taking out its middle; 0 means no limit."""
    if not limit or len(text) <= limit:
        return text
    tail = (limit - 3) // 3
    return f"{text[: limit - 3 - tail]}...{text[len(text) - tail :]}"


def change(entry: Field, width: int = 0, quiet: bool = False) -> str:
    """Say what a value was and becomes, once where that is the same, no wider than asked; nothing when neither is known.

    `quiet` is for notes: what the other side does in its own way is named, and not said to be gone.
    """
    if entry.was is None and entry.becomes is None:
        return ""
    if entry.was == entry.becomes or quiet and entry.becomes is None:
        return show(entry.was, width)
    was, becomes = ("(none)" if value is None else show(value) for value in (entry.was, entry.becomes))
    return " -> ".join((was, becomes) if not width else _shared(was, becomes, width - len(" -> ")))


def _shared(left: str, right: str, room: int) -> tuple[str, str]:
    """Cut two texts to one room: a short one gives what it does not need to the other."""
    half = room // 2
    return cut(left, max(half, room - len(right), 12)), cut(right, max(half, room - len(left), 12))


def to_json(data: Any, indent: int | None = 2) -> str:
    """Write JSON for people as well: everything is escaped when one character does not show."""
    text = json.dumps(data, indent=indent, ensure_ascii=False, default=str)
    return text if text.replace("\n", "").isprintable() else json.dumps(data, indent=indent, default=str)
