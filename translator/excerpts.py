"""The files that an application stands in -> the stretches of them that are shown beside what became of it.

An application shows its own objects, so that a report of two hundred applications in one file does not hold that file
two hundred times. Where an object ends is read off the text's indentation, so that nothing else has to be known.
"""
from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Sequence

from .hubs.application import Application
from .model import Place
from .render.redact import redact
from .render.report import SourceText
from .secrecy import Veil

Lines = tuple[int, int]
# Stretches that are this near to each other are shown as one.
NEAR = 3
MARKS = ("---", "...")


class Shelf:
    """The texts of files, read once, without what is secret in them."""

    def __init__(self, veil: Veil):
        self.veil = veil
        self.lines = functools.cache(self._lines)

    def excerpts(self, application: Application, spoken: Iterable[tuple[str, int]] = ()) -> Iterator[SourceText]:
        """Give what is shown of every file that the application stands in; lines that are spoken of are shown, too."""
        places = [place for part in application.parts if (place := part.origin.locate(()))]
        spoken = set(spoken)
        for file in dict.fromkeys(place.file for place in places if os.path.isfile(place.file)):
            lines = self.lines(file)
            wanted = [stretch(lines, place) for place in places if place.file == file]
            wanted += [(line, line) for name, line in spoken if name == file]
            for first, last in joined(wanted):
                yield SourceText(file, "\n".join(lines[first - 1 : last]) + "\n", first)

    def _lines(self, file: str) -> list[str]:
        with open(file, encoding="utf-8", errors="replace") as stream:
            return self.veil.text(redact(stream.read())).removesuffix("\n").split("\n")


def stretch(lines: Sequence[str], place: Place) -> Lines:
    """Give the first and the last line of the object that begins at a place."""
    first = lines[place.line - 1] if place.line <= len(lines) else ""
    closing = first.rstrip().endswith(("{", "["))
    edge = _indent(first) if closing else place.column - 1
    last = place.line
    for number, line in enumerate(lines[place.line :], place.line + 1):
        text = line.strip()
        if closing and _indent(line) <= edge and text.startswith(("}", "]")):
            return place.line, number
        if not closing and (line.startswith(MARKS) or text and _indent(line) < edge and not text.startswith("#")):
            break
        last = number if text and not (text.startswith("#") and _indent(line) < edge) else last
    return place.line, last


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def joined(stretches: Iterable[Lines]) -> list[Lines]:
    """Join stretches that overlap or are near to each other."""
    made: list[Lines] = []
    for first, last in sorted(stretches):
        if made and first <= made[-1][1] + NEAR:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return made
