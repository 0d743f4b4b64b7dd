"""Texts of two documents -> the names of the placeholders that a translation put between them."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .model import Document


def added(document: Document, output: Document) -> frozenset[str]:
    """Give the names in `${NAME}` that stand in the output and nowhere in the input.

    `${HOME}` in a command is the author's own text; `${SHOP_URL}` in the place of a ConfigMap that is not there wants
    to be filled in.
    """
    made = names(entry.value for entry in output.entries)
    return frozenset(made - names(entry.value for entry in document.entries)) if made else frozenset()


def names(values: Any) -> set[str]:
    """Give the names of all placeholders in plain data."""
    return {name for value in values for text in texts(value) if "${" in text for name in _within(text)}


# What a shell reads: `${KEY}` there is the variable that `$(KEY)` was.
COMMANDS = ("command", "entryPoint", "healthCheck")


def texts(value: Any) -> Iterator[str]:
    """Give every text of plain data; neither keys nor commands are among them."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [entry for key, entry in one.items() if key not in COMMANDS]
        elif isinstance(one, list):
            waiting += one


def _within(text: str) -> Iterator[str]:
    for part in text.split("${")[1:]:
        name, closed, _ = part.partition("}")
        if closed and name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit():
            yield name
