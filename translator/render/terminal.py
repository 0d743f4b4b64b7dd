"""Words and their styles <-> lines of a terminal, no wider than asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Select Graphic Rendition numbers, ECMA-48 8.3.117.
STYLES = {"error": "1;31", "warning": "1;33", "note": "1;36", "good": "32", "bold": "1", "dim": "2", "action": "36"}

Word = tuple[str, str]


def paint(text: str, style: str, color: bool) -> str:
    """Colour a text when colour is wanted and the style has one."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if color and style in STYLES else text


def words(text: str, style: str = "") -> list[Word]:
    """Split a text into words of one style."""
    return [(word, style) for word in text.split()]


def columns(text: str) -> int:
    """Count the columns that a text takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def fill(entries: Iterable[Word], width: int, first: str = "", rest: str = "", color: bool = False) -> list[str]:
    """Set words in lines; a word longer than a line stays whole, so that it can be copied."""
    lines, line, used, started = [], first, columns(first), False
    for text, style in entries:
        needed = columns(text)
        if started and used + 1 + needed > width:
            lines.append(line)
            line, used, started = rest, columns(rest), False
        line += (" " if started else "") + paint(text, style, color)
        used += needed + started
        started = True
    return [*lines, line] if started else lines


def table(rows: list[list[str]], right: Iterable[int] = (), gap: str = "  ") -> list[str]:
    """Set cells in columns; those whose index stands in `right` end on one line."""
    right = set(right)
    widths = [max(columns(cell) for cell in column) for column in zip(*rows)]
    return [
        gap.join(_padded(cell, width, index in right) for index, (cell, width) in enumerate(zip(row, widths))).rstrip()
        for row in rows
    ]


def _padded(cell: str, width: int, right: bool) -> str:
    room = " " * (width - columns(cell))
    return room + cell if right else cell + room
