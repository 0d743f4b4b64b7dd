"""JSON -> plain data, and the offset of every key and item, looked for only when somebody asks."""
from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from json.decoder import scanstring
from math import isfinite
from typing import Any, Iterator, NoReturn

from ..model import Path, Place
from .places import Lines
from .yaml_text import DEPTH, short

DIGITS = 300  # of a number; more are beyond what any reader of JSON holds


class Refused(ValueError):
    """JSON as Python reads it, but not as anybody should write it."""


def read(lines: Lines) -> list[tuple[Any, int]] | None:
    """Read every JSON value of a text, with its offset. None where it is no JSON, or nests too deep for it."""
    values, text = [], lines.text
    offset, end = between(text, 0), len(text)
    try:
        while offset < end:
            value, stop = strict().raw_decode(text, offset)
            values.append((value, offset))
            offset = between(text, stop)
    except (json.JSONDecodeError, RecursionError):
        return None
    except Refused:
        return complain(lines, offset)
    refuse_surrogates(lines, values)
    return None if deeper(DEPTH, [value for value, _ in values]) else values


def between(text: str, offset: int) -> int:
    """Skip what may stand between values: space and the separator of YAML documents."""
    return compiled(r"\s*(?:---[ \t\r]*\n\s*)*").match(text, offset).end()


@cache
def compiled(pattern: str) -> re.Pattern:
    return re.compile(pattern)


@cache
def strict() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=unrepeated, parse_constant=refuse, parse_float=finite, parse_int=whole)


@cache
def lenient() -> json.JSONDecoder:
    """Give the decoder that only tells where a value ends."""
    return json.JSONDecoder(parse_int=len, parse_float=len)


def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Refused
    return made


def finite(text: str) -> float:
    return value if isfinite(value := float(text)) else refuse(text)


def whole(text: str) -> int:
    return int(text) if len(text) <= DIGITS else refuse(text)


def refuse(_: str) -> NoReturn:
    raise Refused


def deeper(limit: int, level: list) -> bool:
    """Whether lists and maps nest deeper than a limit."""
    for _ in range(limit):
        level = [
            below
            for value in level if value.__class__ in (dict, list)
            for below in (value.values() if value.__class__ is dict else value)
        ]
    return any(value.__class__ in (dict, list) for value in level)


def refuse_surrogates(lines: Lines, values: list) -> None:
    r"""Refuse half of a surrogate pair, such as a lone \ud800: no text can hold it."""
    found = compiled(r"\\u[dD][89a-fA-F]").search(lines.text)
    try:
        if found:
            json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise lines.error("half of a surrogate pair is no character", found.start()) from None


def complain(lines: Lines, offset: int) -> None:
    """Say what the strict decoder refused, and where; nothing if the text turns out to be no JSON at all."""
    # The YAML reader, which is asked next, knows the place of all this and has the words for it.
    with suppress(ValueError, IndexError, RecursionError):
        inspect(lines, offset)


def inspect(lines: Lines, offset: int) -> None:
    text, first = lines.text, {}
    if text[offset] not in "[{":
        return inspect_number(lines, offset)
    for step, own, value in members(text, offset):
        if step in first:
            line = lines.place(first[step]).line
            raise lines.error(f"the key {short(str(step))} is repeated; it stands first in line {line}", own)
        first[step] = own
        inspect(lines, value)


def inspect_number(lines: Lines, offset: int) -> None:
    text = compiled(r"[-+.\w]*").match(lines.text, offset)[0]
    if text.lstrip("-") in ("NaN", "Infinity"):
        raise lines.error("JSON has no infinity and no NaN; a text that looks like one needs quotes", offset)
    if text and (len(text) > DIGITS or not isfinite(float(text))):
        raise lines.error("the number is too large", offset)


def members(text: str, offset: int) -> Iterator[tuple[str | int, int, int]]:
    """Walk one object or list: each key or index, where it stands, and where its value stands."""
    keyed, count = text[offset] == "{", 0
    offset = space(text, offset + 1)
    while text[offset] not in "]}":
        step, own = count, offset
        if keyed:
            step, offset = scanstring(text, offset + 1, True)
            offset = space(text, space(text, offset) + 1)
        yield step, own, offset
        offset, count = space(text, lenient().raw_decode(text, offset)[1]), count + 1
        if text[offset] == ",":
            offset = space(text, offset + 1)


def space(text: str, offset: int) -> int:
    return compiled(r"[ \t\r\n]*").match(text, offset).end()


@dataclass(frozen=True)
class JsonLocator:
    """Finds the place of a path in a JSON text, and remembers the objects and lists it has walked."""

    lines: Lines
    start: int
    walked: dict[int, dict[str | int, tuple[int, int]]] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, path: Path) -> Place:
        """Give the place of the deepest part of the path that exists."""
        own = offset = self.start
        for step in path:
            found = self.below(offset).get(step)
            if found is None:
                break
            own, offset = found
        return self.lines.place(own)

    def below(self, offset: int) -> dict[str | int, tuple[int, int]]:
        if offset not in self.walked:
            inner = members(self.lines.text, offset) if self.lines.text[offset] in "[{" else ()
            self.walked[offset] = {step: (own, value) for step, own, value in inner}
        return self.walked[offset]
