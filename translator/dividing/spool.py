"""Texts that wait for their turn <-> a temporary file, so that they do not fill the memory."""
from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO


class Spool:
    """Keeps texts: in memory, or from a size on in a file."""

    def __init__(self, in_memory: int = 1024 * 1024):
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115
        self.end = 0

    def keep(self, text: str) -> "Kept":
        """Put a text aside."""
        content = text.encode("utf-8", "surrogatepass")
        self.file.seek(self.end)
        self.file.write(content)
        kept = Kept(self, self.end, len(content))
        self.end += len(content)
        return kept


@dataclass(frozen=True, eq=False)
class Kept:
    """A text that was put aside."""

    __slots__ = ("spool", "start", "size")
    spool: Spool
    start: int
    size: int

    def __str__(self) -> str:
        """Give the text."""
        self.spool.file.seek(self.start)
        return self.spool.file.read(self.size).decode("utf-8", "surrogatepass")


def joined(texts: Iterable[object], between: str) -> Iterable[str]:
    """Give texts with something between them, one by one."""
    first = True
    for text in texts:
        if not first:
            yield between
        yield str(text)
        first = False
