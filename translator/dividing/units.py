"""Sources <-> units: pieces of input that can be read on their own, files or some documents of a large file."""
from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from ..readers import _files, rendered

SMALLEST, LARGEST = 64 * 1024, 4 * 1024 * 1024
# An alias counts against a budget of the whole text; a directive speaks of what follows.
UNDIVIDED = (b": *", b"- *", b"[*", b", *", b"\n%")


@dataclass(frozen=True)
class Unit:
    """A stretch of a file: `lines` stand before it; in a folder, what cannot be read is left out."""

    number: int
    file: str
    start: int
    stop: int
    lines: int
    in_folder: bool
    part: bool

    @property
    def size(self) -> int:
        """Give its length in bytes."""
        return self.stop - self.start

    def content(self) -> bytes:
        """Give its text, with empty lines for what stands before: so every line keeps its number."""
        with open(self.file, "rb") as stream:
            stream.seek(self.start)
            return b"\n" * self.lines + stream.read(self.size)


def units(sources: tuple[str, ...], jobs: int) -> list[Unit] | None:
    """Cut sources into units, in the order in which they are read; None where only the whole can be read."""
    found = [one for source in sources for one in _sized(source) or (None,)]
    if any(one is None for one in found):
        return None
    whole = sum(size for _, size, _ in found)  # type: ignore[misc]
    most = min(max(whole // (4 * jobs), SMALLEST), LARGEST) if jobs > 1 else 4 * SMALLEST
    stretches = [(file, in_folder, *part) for file, size, in_folder in found for part in cut(file, size, most)]  # type: ignore[misc]
    return [Unit(number, file, start, stop, lines, in_folder, part)
            for number, (file, in_folder, start, stop, lines, part) in enumerate(stretches)]


def _sized(source: str) -> list[tuple[str, int, bool]] | None:
    """Give (file, size, whether a folder holds it) of each file; None for what has to be read as one."""
    if os.path.isdir(source):
        return _folder(source)
    if source == "-" or "://" in source or source.endswith(".tf"):
        return None
    try:
        state = os.stat(source)
    except OSError:  # to be said in the usual words
        return None
    return [(source, state.st_size, False)] if stat.S_ISREG(state.st_mode) else None


def _folder(folder: str) -> list[tuple[str, int, bool]] | None:
    files = sorted(_files(folder))
    foreign = any(name.endswith(".tf") or os.path.basename(name).startswith("ecspresso") for name in files)
    if not files or foreign or rendered.recognises(folder):
        return None
    try:
        states = [os.stat(name) for name in files]
    except OSError:  # a broken link: to be said in the usual words
        return None
    regular = all(stat.S_ISREG(state.st_mode) for state in states)
    return [(name, state.st_size, True) for name, state in zip(files, states)] if regular else None


def cut(file: str, size: int, most: int) -> Iterator[tuple[int, int, int, bool]]:
    """Give (start, stop, lines before, whether there are others) of stretches of a file that begin with a document's mark."""
    if size <= 2 * most:
        yield 0, size, 0, False
        return
    with open(file, "rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        start, lines = 0, 0
        stops = [*_marks(text, size, most), size] if _divides(text) else [size]
        for stop in stops:
            yield start, stop, lines, len(stops) > 1
            lines += text[start:stop].count(b"\n")
            start = stop


def _divides(text: mmap.mmap) -> bool:
    """Whether the documents of a text mean the same one by one: YAML in UTF-8, without aliases and directives."""
    head = text[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return head not in (b"{", b"[", b"%", b"\xff", b"\xfe") and all(text.find(word) < 0 for word in UNDIVIDED)


def _marks(text: mmap.mmap, size: int, most: int) -> Iterator[int]:
    """Give where documents begin, at least so many bytes apart."""
    at = text.find(b"\n---", most)
    while 0 <= at < size - most // 2:
        if text[at + 4:at + 5] in (b"\n", b"\r", b" ", b"\t"):
            yield at + 1
            at += most
        at = text.find(b"\n---", at + 1)
