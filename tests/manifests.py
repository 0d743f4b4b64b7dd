"""What tests of manifest readers share: parts of documents, AWS's own validation, the law that no leaf is lost."""

import copy
import json
from pathlib import Path

from official.aws import aws_errors, request_shape

from translator.model import Document, Source
from translator.readers import text
from translator.readers.taking import leaves, spelled
from translator.rows import tables


def load(file: Path) -> Source:
    """Load the one document of a file."""
    return text.load(file.read_bytes(), str(file))[0][0]


def lacking(have, want, path=""):
    """Give where `have` lacks a part that `want` has; lists are compared entry by entry."""
    if isinstance(want, dict):
        inside = have if isinstance(have, dict) else {}
        return [found for key, entry in want.items() for found in lacking(inside.get(key), entry, f"{path}.{key}")]
    if isinstance(want, list) and want and isinstance(want[0], dict):
        if not isinstance(have, list) or len(have) != len(want):
            return [f"{path}: {len(have) if isinstance(have, list) else 'no'} entries, wanted {len(want)}"]
        return [
            found
            for place, (one, other) in enumerate(zip(have, want))
            for found in lacking(one, other, f"{path}[{place}]")
        ]
    return (
        []
        if have == want and isinstance(have, bool) == isinstance(want, bool)
        else [f"{path}: is {have!r}, wanted {want!r}"]
    )


def invalid(document: Document) -> list[str]:
    """Give what AWS's models say against the requests, which may carry the ARN that AWS gave a thing."""
    kinds, found = tables()["kinds"], []
    for entry in document.entries:
        own = kinds[entry.kind]["arn"]
        extra = {own} - set(request_shape(entry.kind).members)
        found += aws_errors(entry.kind, {key: value for key, value in entry.value.items() if key not in extra})
    return found


def said(document: Document) -> list[str]:
    """Give a line for each field of each finding."""
    return sorted(
        {
            f"{one.level} {one.code} {field.path if field else ''}".strip()
            for one in document.findings
            for field in one.fields or [None]
        }
    )


def silent(value, read) -> list[str]:
    """Give the leaves that change neither the requests nor a finding when they change, and that no finding names."""
    before = read(value)
    named = [field.path for one in before.findings for field in one.fields]
    return [
        spelled(path)
        for path, leaf in leaves(value)
        if not _named(spelled(path), named) and _same(before, read(changed(value, path, _other(leaf))))
    ]


def _named(path: str, named: list[str]) -> bool:
    return any(path == name or path.startswith((f"{name}.", f"{name}[")) for name in named)


def _same(one: Document, other: Document) -> bool:
    return _plain(one) == _plain(other)


def _plain(document: Document) -> str:
    return json.dumps([document.objects(), [found.to_dict() for found in document.findings]])


def _other(leaf):
    if isinstance(leaf, bool):
        return not leaf
    return leaf + 1000 if isinstance(leaf, (int, float)) else leaf + "x"


def changed(value, path, leaf):
    """Give a copy with another value at a path."""
    made = copy.deepcopy(value)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = leaf
    return made


def paths(value, path=()):
    """Give every path but the root's."""
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield path + (key,)
        yield from paths(entry, path + (key,))
