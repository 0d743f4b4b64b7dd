"""Entries of lists <-> the keys that stand for them in a canonical tree: `env[PATH]`, `ports[80/tcp]`.

An identity takes a key from an entry (`take`), reads it from one in the vendor's own form (`of`), and gives an entry
back what its key says (`restore`). None is the key of an entry that has no identity.
"""
from __future__ import annotations

from typing import Any

from .trees import Tree


class Name:
    """One field that identifies an entry; a canonical tree has it as the key alone."""

    __slots__ = ("field",)

    def __init__(self, field: str):
        self.field = field

    def take(self, entry: Tree) -> str | None:
        """Take the key out of an entry."""
        return entry.pop(self.field, None)

    def of(self, entry: Any) -> str | None:
        """Give the key of an entry."""
        return entry.get(self.field) if isinstance(entry, dict) else None

    def restore(self, key: str, entry: Any) -> Any:
        """Give the entry with its key as a field, first."""
        return {self.field: key, **entry} if isinstance(entry, dict) else entry

    @property
    def path(self) -> tuple[str, ...]:
        """The field, as a path within the entry: no canonical tree has anything there."""
        return (self.field,)


class Below:
    """One field inside another that identifies an entry: `metadata.name`."""

    __slots__ = ("field", "outer")

    def __init__(self, outer: str, field: str):
        self.outer, self.field = outer, field

    def take(self, entry: Tree) -> str | None:
        """Take the key out of an entry, and the outer map with it if nothing else is there."""
        outer = entry.get(self.outer)
        key = outer.pop(self.field, None) if isinstance(outer, dict) else None
        if key is not None and not outer:
            del entry[self.outer]
        return key

    def of(self, entry: Any) -> str | None:
        """Give the key of an entry."""
        outer = entry.get(self.outer) if isinstance(entry, dict) else None
        return outer.get(self.field) if isinstance(outer, dict) else None

    def restore(self, key: str, entry: Any) -> Any:
        """Give the entry with its key as a field."""
        if not isinstance(entry, dict):
            return entry
        return {**entry, self.outer: {self.field: key, **entry.get(self.outer, {})}}

    @property
    def path(self) -> tuple[str, ...]:
        """The field, as a path within the entry: no canonical tree has anything there."""
        return (self.outer, self.field)


class Joined:
    """Several fields that identify an entry together and stay in it: `80/tcp`."""

    __slots__ = ("parts",)
    path: tuple[str, ...] = ()

    def __init__(self, parts: list[Any]):
        self.parts = [Part(part) for part in parts]

    def take(self, entry: Tree) -> str | None:
        """Give the key of an entry."""
        texts = [part.of(entry) for part in self.parts]
        return None if None in texts else "/".join(texts)

    of = take

    def restore(self, key: str, entry: Any) -> Any:
        """Give the entry with what its key says and its own fields do not, as in a part of a tree."""
        texts = key.rsplit("/", len(self.parts) - 1)
        if not isinstance(entry, dict) or len(texts) != len(self.parts):
            return entry
        missing = [part.field_of(text) for part, text in zip(self.parts, texts) if part.of(entry, strict=True) is None]
        return {**dict(filter(None, missing)), **entry}


class Part:
    """One part of a joined key: a field, or whichever of several is there, and what a missing one means."""

    __slots__ = ("default", "fields")

    def __init__(self, written: str | list[str] | dict[str, str]):
        self.default = None
        if isinstance(written, dict):
            (written, self.default), = written.items()
        self.fields = [written] if isinstance(written, str) else written

    def of(self, entry: Any, strict: bool = False) -> str | None:
        """Give the text of an entry's part; `strict` is without the default. An empty text says as little as none."""
        for field in self.fields:
            value = entry.get(field) if isinstance(entry, dict) else None
            if value is not None and (strict or value != "" or self.default is None):
                return self._text(value)
        return None if self.default is None or strict else self.default.lower()

    def _text(self, value: Any) -> str:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return str(value) if self.default is None else str(value).lower()

    def field_of(self, text: str) -> tuple[str, Any] | None:
        """Give the field that a text of a key stands for; None for the default."""
        if self.default is not None:
            text = text.upper() if self.default.isupper() else text
            return None if text == self.default else (self.fields[0], text)
        if text.isdecimal():
            return self.fields[0], int(text)
        return self.fields[-1], text


Identity = Name | Below | Joined


def identity(written: str | list[Any]) -> Identity:
    """Read an identity as mappings/lists.yaml writes it."""
    if isinstance(written, list):
        return Joined(written)
    outer, dot, field = written.partition(".")
    return Below(outer, field) if dot else Name(written)


def position_of(found: Identity | None, entries: list[Any], key: str) -> int | None:
    """Find the entry that a key stands for: the last with that identity, or the one at that position."""
    if found is not None:
        for position in range(len(entries) - 1, -1, -1):
            if found.of(entries[position]) == key:
                return position
    position = int(key) if key.isdecimal() else len(entries)
    return position if position < len(entries) else None
