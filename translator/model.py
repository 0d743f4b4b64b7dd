"""The few dataclasses of our own: places, findings, sources, objects, documents, errors.

Vendor objects stay plain data in the vendor's spelling; only what we say about them has a class.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, NamedTuple

KUBERNETES, ECS = "kubernetes", "ecs"
INFO, WARNING, ERROR = "info", "warning", "error"
LEVELS = (INFO, WARNING, ERROR)

# Keys and list indexes from the top of one object, as it stands in the vendor's own spelling.
Path = tuple[str | int, ...]


class TranslatorError(Exception):
    """The base of every error that a caller can do something about."""


class ReadError(TranslatorError):
    """Input that cannot be read: says the file, the line and what is wrong there."""

    def __init__(self, message: str, file: str = "", line: int = 0, column: int = 0):
        self.message, self.file, self.line, self.column = message, file, line, column
        place = ":".join(
            [file or "<input>", *([str(line)] if line else []), *([str(column)] if line and column else [])]
        )
        super().__init__(f"{place}: {message}")


class Place(NamedTuple):
    """Where a value stands: a file, and a line and column counted from 1."""

    file: str
    line: int
    column: int


def nowhere(path: Path) -> Place | None:
    """Locate nothing: for objects that came from memory."""
    return None


class Source(NamedTuple):
    """One document as a text reader loaded it: plain data, and where each path of it stands."""

    value: Any
    file: str
    locate: Callable[[Path], Place | None] = nowhere


@dataclass(frozen=True)
class Field:
    """One field that a finding is about: `path` within `object`, what it was and what it becomes."""

    path: str
    object: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    was: Any = None
    becomes: Any = None

    def to_dict(self) -> dict:
        """Give the field as plain data, without what is not known."""
        known = {key: value for key, value in vars(self).items() if value not in (None, "", 0)}
        return {
            "path": self.path,
            **known,
            **{key: getattr(self, key) for key in ("was", "becomes") if getattr(self, key) is not None},
        }


@dataclass(frozen=True)
class Finding:
    """What happened, what it means and what to do, for one cause in one application."""

    code: str
    level: str
    message: str
    remedy: str = ""
    fields: tuple[Field, ...] = ()
    application: str = ""

    def to_dict(self) -> dict:
        """Give the finding as the plain data that reports carry."""
        return {
            "code": self.code, "level": self.level, "message": self.message, "remedy": self.remedy,
            "application": self.application, "fields": [entry.to_dict() for entry in self.fields],
        }


@dataclass(frozen=True)
class Object:
    """One vendor object: a Kubernetes object (kind `Deployment`) or an AWS request (kind `taskDefinitions`)."""

    kind: str
    value: Any
    locate: Callable[[Path], Place | None] = nowhere
    application: str = ""
    order: tuple = ()  # what a translation sorted it by, for whoever joins several


@dataclass(frozen=True)
class Document:
    """The objects of one platform, from any number of files, and what reading them found.

    `placeholders` names those in texts of the application that a translation put there: they want to be filled in,
    where every other `${...}` is the author's own.
    """

    platform: str
    entries: tuple[Object, ...] = ()
    findings: tuple[Finding, ...] = ()
    placeholders: frozenset[str] = field(default=frozenset(), kw_only=True)

    def objects(self) -> Any:
        """Give plain data: a list of Kubernetes objects, or one ECS document (request lists by key)."""
        if self.platform == KUBERNETES:
            return [entry.value for entry in self.entries]
        document: dict[str, list] = {}
        for entry in self.entries:
            document.setdefault(entry.kind, []).append(entry.value)
        return document


def merge(documents: Iterable[Document]) -> Document:
    """Join documents of one platform into one, in their order."""
    documents = [document for document in documents]
    platform = documents[0].platform if documents else KUBERNETES
    return Document(
        platform,
        tuple(entry for document in documents for entry in document.entries),
        tuple(finding for document in documents for finding in document.findings),
    )
