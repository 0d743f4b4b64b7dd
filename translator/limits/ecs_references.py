"""`${kind.name.member}` <-> the entry of the document that it stands for."""
from __future__ import annotations

from typing import Any, Iterator

from ..model import Path
from .ecs_book import Book
from .rules import Hit, Rules


def reference_unknown(entry: dict, book: Book) -> Iterator[Hit]:
    """Refuse a reference to an entry that the document does not have."""
    # Most entries refer to nothing, or to what is there: the strings are looked through only for one that is not.
    if _strangers(book.packed(entry).decode(errors="replace"), book):
        for path, value in _strings(entry):
            for name in _strangers(value, book):
                yield path, f"${{{name}}} stands for an entry that the document does not have."


def _strangers(written: str, book: Book) -> list[str]:
    """Give every reference in a text whose entry is not in the document."""
    if "${" not in written:
        return []
    inside = (part.partition("}") for part in written.split("${")[1:])
    return [name for name, brace, _ in inside if brace and name.count(".") > 1 and not _known(name, book)]


def _known(name: str, book: Book) -> bool:
    kind, _, rest = name.partition(".")
    return kind not in book.names or rest.rpartition(".")[0] in book.names[kind]


def _strings(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _strings(inner, (*path, key))


RULES: Rules = {"": {"reference-unknown": reference_unknown}}
