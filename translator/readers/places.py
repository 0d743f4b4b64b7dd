"""Offsets in a text -> file, line and column."""
from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from ..model import Path, Place, ReadError


class Lines:
    """A text and its name; knows the line of an offset, and counts lines only when somebody asks."""

    def __init__(self, text: str, file: str):
        self.text, self.file = text, file

    @cached_property
    def starts(self) -> list[int]:
        newline = "\n" if "\n" in self.text else "\r"
        ends = accumulate(len(line) + 1 for line in self.text.split(newline))
        return [0, *(end for end in ends if end < len(self.text))]

    def place(self, offset: int) -> Place:
        """Give the place of an offset; line and column count from 1."""
        line = bisect_right(self.starts, offset)
        return Place(self.file, line, offset - self.starts[line - 1] + 1)

    def error(self, message: str, offset: int) -> ReadError:
        """Make the error that says what is wrong at an offset."""
        place = self.place(offset)
        return ReadError(message, self.file, place.line, place.column)


class Locator(NamedTuple):
    """Finds the place of a path in marks, a tree of offsets in the shape of the value.

    A map's marks are `{None: its offset, key: marks}`, a list's `[its offset, marks...]`, a scalar's its offset.
    """

    lines: Lines
    marks: Any

    def __call__(self, path: Path) -> Place:
        """Give the place of the deepest part of the path that exists."""
        marks = self.marks
        for step in path:
            below = child(marks, step)
            if below is None:
                break
            marks = below
        return self.lines.place(own(marks))


def child(marks: Any, step: str | int) -> Any:
    """Give the marks of one key or list item, or None."""
    if marks.__class__ is dict and step is not None:
        return marks.get(step)
    if marks.__class__ is list and isinstance(step, int) and 0 <= step < len(marks) - 1:
        return marks[step + 1]
    return None


def own(marks: Any) -> int:
    """Give the offset where a value stands: of its key, or of the item itself."""
    if marks.__class__ is dict:
        return marks[None]
    return marks[0] if marks.__class__ is list else marks


def moved(marks: Any, offset: int) -> Any:
    """Give marks whose own offset is another; what stands below keeps its offsets."""
    if marks.__class__ is dict:
        return {**marks, None: offset}
    return [offset, *marks[1:]] if marks.__class__ is list else offset
