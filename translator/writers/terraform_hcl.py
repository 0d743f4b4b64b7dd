"""Arguments and blocks -> HCL text, laid out as `terraform fmt` lays it out, with every text inert.

The layout: https://developer.hashicorp.com/terraform/language/style
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

WIDTH = 100
WORDS = frozenset({"for", "in", "if", "else", "endfor", "endif", "true", "false", "null"})


@dataclass(frozen=True)
class Expression:
    """HCL that stands as it is: a reference, or a template with one in it."""

    text: str


@dataclass
class Block:
    """A block: its header's words, its arguments, and the blocks in it."""

    header: str
    arguments: dict[str, Any] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)  # arguments that come after the blocks: depends_on


def file(blocks: Iterable[Block]) -> str:
    """Give a file's text."""
    return "\n".join(block(one, 0) for one in blocks)


def block(one: Block, depth: int) -> str:
    """Give a block's text, with its last line's end."""
    pad = "  " * depth
    groups = [
        _items(one.arguments, depth + 1),
        *(block(inner, depth + 1) for inner in one.blocks),
        _items(one.last, depth + 1),
    ]
    inside = "\n".join(group for group in groups if group)
    return f"{pad}{one.header} {{\n{inside}{pad}}}\n" if inside else f"{pad}{one.header} {{}}\n"


def _items(entries: dict[str, Any], depth: int) -> str:
    """Lay out `name = value` lines: neighbours of one line each have their signs below each other."""
    pad, made, run = "  " * depth, [], []
    for name, value in entries.items():
        written = value_of(value, depth)
        if "\n" in written:
            made.extend(_aligned(run, pad))
            run = []
            made.append(f"{pad}{name} = {written}\n")
        else:
            run.append((name, written))
    return "".join([*made, *_aligned(run, pad)])


def _aligned(run: list[tuple[str, str]], pad: str) -> list[str]:
    widest = max((_width(name) for name, _ in run), default=0)
    return [f"{pad}{name}{' ' * (widest - _width(name))} = {written}\n" for name, written in run]


def _width(name: str) -> int:
    """Count what a reader sees: combining signs take no room of their own."""
    return sum(not unicodedata.combining(sign) for sign in name)


def value_of(value: Any, depth: int) -> str:
    """Give a value's text; what follows the first line is indented for `depth`."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return _map(value, depth)
    return _list(value, depth) if isinstance(value, list) else _scalar(value)


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else repr(value)


def _map(value: dict, depth: int) -> str:
    if not value:
        return "{}"
    entries = {key_of(str(name)): entry for name, entry in value.items()}
    return f"{{\n{_items(entries, depth + 1)}{'  ' * depth}}}"


def _list(value: list, depth: int) -> str:
    if not value:
        return "[]"
    short = _on_one_line(value)
    if short is not None and len(short) + 2 * depth <= WIDTH:
        return short
    pad = "  " * (depth + 1)
    lines = [f"{pad}{_in_list(entry, depth + 1)},\n" for entry in value]
    return f"[\n{''.join(lines)}{'  ' * depth}]"


def _in_list(entry: Any, depth: int) -> str:
    """Write a small object of a list on one line: `{ name = "PORT", value = "80" }`."""
    if isinstance(entry, dict) and 0 < len(entry) <= 4 and all(_is_short(one) for one in entry.values()):
        inside = ", ".join(f"{key_of(str(name))} = {value_of(one, 0)}" for name, one in entry.items())
        if len(inside) + 2 * depth + 5 <= WIDTH:
            return f"{{ {inside} }}"
    return value_of(entry, depth)


def _on_one_line(value: list) -> str | None:
    return f"[{', '.join(value_of(entry, 0) for entry in value)}]" if all(_is_short(entry) for entry in value) else None


def _is_short(value: Any) -> bool:
    return not isinstance(value, (dict, list)) and "\n" not in value_of(value, 0)


def key_of(name: str) -> str:
    """Write a map's key: bare where it is a name, else as a text."""
    plain = (
        name.isascii() and name.replace("_", "a").replace("-", "a").isalnum() and (name[0].isalpha() or name[0] == "_")
    )
    return name if plain and name not in WORDS else quoted(name)


def quoted(text: str) -> str:
    """Write a text that is nothing but text."""
    return f'"{inert(text)}"'


def inert(text: str) -> str:
    """Escape a text for a place between quotes, so that no part of it is a template."""
    escaped = (
        json.dumps(text, ensure_ascii=False)[1:-1]
        .replace("\\b", "\\u0008")
        .replace("\\f", "\\u000c")
        .replace("\x7f", "\\u007f")
    )
    return escaped.replace("${", "$${").replace("%{", "%%{")


def template(parts: list[str | Expression]) -> str | Expression:
    """Join texts and expressions to one value; an expression alone stands without quotes."""
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    if len(parts) == 1:
        return parts[0]
    written = []
    for position, part in enumerate(parts):
        if isinstance(part, Expression):
            written.append(f"${{{part.text}}}")
            continue
        text = inert(part)
        if text.endswith("$") and position + 1 < len(parts):  # `$` before `${` would escape it
            text = text[:-1] + '${"$"}'
        written.append(text)
    return Expression('"' + "".join(written) + '"')
