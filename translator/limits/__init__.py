"""Finished documents -> findings of what AWS or the API server would refuse, or what cannot work."""
from __future__ import annotations

from typing import Iterator

from ..model import ECS, Document, Finding, Object


def check(document: Document) -> tuple[Finding, ...]:
    """Give a finding for each rule of the document's platform that an object breaks, in document order."""
    return tuple(finding for _, finding in broken(document))


def broken(document: Document) -> Iterator[tuple[Object, Finding]]:
    """Give each object that breaks a rule, and the finding that says so."""
    from importlib import import_module

    from .report import findings

    platform = import_module(".ecs" if document.platform == ECS else ".kubernetes", __name__)
    book = platform.Book(document)
    counted: dict[str, int] = {}
    for entry in document.entries:
        ordinal = counted[entry.kind] = counted.get(entry.kind, -1) + 1
        if isinstance(entry.value, dict):
            said = platform.broken(entry, book)
            if said:
                yield from ((entry, finding) for finding in findings(platform.TABLE, entry, said, ordinal))
