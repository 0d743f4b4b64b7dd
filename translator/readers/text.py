"""Text, YAML or JSON -> documents: plain data as Kubernetes reads it, and the place of each part."""
from __future__ import annotations

import codecs

from ..model import Finding, ReadError, Source
from . import json_text, yaml_text
from .places import Lines, Locator

MARK = "\ufeff"


def load(text: str | bytes, file: str) -> tuple[list[Source], list[Finding]]:
    """Load every document of a text that holds anything; `file` is the name that places carry.

    Raises ReadError, with line and column, for what cannot be read: bad syntax, repeated keys, an empty file, ...
    """
    lines = Lines(decode(text, file), file)
    sources, findings = from_json(lines) or from_yaml(lines)
    if not sources:
        raise ReadError("the file is empty" if not lines.text.strip() else "the file is empty but for comments", file)
    return sources, findings


def from_json(lines: Lines) -> tuple[list[Source], list[Finding]] | None:
    if lines.text[:1000].lstrip()[:1] not in ("{", "["):
        return None
    values = json_text.read(lines)
    if values is None:
        return None
    return [Source(value, lines.file, json_text.JsonLocator(lines, offset)) for value, offset in values], []


def from_yaml(lines: Lines) -> tuple[list[Source], list[Finding]]:
    documents, findings = yaml_text.read(lines)
    sources = [Source(value, lines.file, Locator(lines, marks)) for value, marks in documents if value is not None]
    return sources, findings


def decode(text: str | bytes, file: str) -> str:
    """Give the text without byte order marks: UTF-8, or UTF-16 that begins with one."""
    utf16 = isinstance(text, bytes) and text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-16" if utf16 else "utf-8")
        else:
            text.encode()
    except UnicodeError as error:
        raise not_utf8(error, utf16, file) from None
    if MARK in text:
        # Files joined by tools of Windows have a mark at the start of each.
        text = text.removeprefix(MARK).replace("\n" + MARK, "\n")
    # As kubectl does: the last line of a text block has its line break even where the file has none.
    return text if text.endswith(("\n", "\r")) else text + "\n"


def not_utf8(error: UnicodeError, utf16: bool, file: str) -> ReadError:
    name = "UTF-16, although it begins as such" if utf16 else "UTF-8"
    before = error.object[:error.start]
    line = before.count(b"\n" if isinstance(before, bytes) else "\n") + 1
    return ReadError(f"the text is not {name}; save it as UTF-8", file, line)
