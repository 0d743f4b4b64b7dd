"""Objects -> file names that a person finds: a folder an application, a file an object."""
from __future__ import annotations

from collections import Counter
from typing import Any, Callable

from ..hubs.application import name_of
from ..model import Document, Object

SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def safe(name: str) -> str:
    """Make a name that can only be a file's: no separators, no leading dots, at most 100 characters."""
    kept = "".join(character if character in SAFE else "-" for character in name)[:100].lstrip(".-")
    return kept or "unnamed"


def kebab(name: str) -> str:
    """Write `HorizontalPodAutoscaler` or `taskDefinition` as a file name does."""
    made = "".join(f"-{character.lower()}" if character.isupper() else character for character in name)
    return made.lstrip("-")


def files(document: Document, stem: Callable[[Object], str], ending: str, dump: Callable[[Any], str]) -> dict[str, str]:
    """Give {folder/file: text} for every object: named by its kind, and by its own name where a folder has several."""
    several = Counter((entry.application, stem(entry)) for entry in document.entries)
    made: dict[str, str] = {}
    taken: set[str] = set()
    for entry in document.entries:
        name = stem(entry)
        if several[entry.application, name] > 1:
            name += "-" + name_of(entry)
        path = unused(f"{safe(entry.application or name_of(entry) or 'cluster')}/{safe(name)}", taken)
        made[f"{path}.{ending}"] = dump(entry.value)
    return made


def unused(path: str, taken: set[str]) -> str:
    """Give a path that no other file has, on file systems that fold case too."""
    chosen, count = path, 1
    while chosen.lower() in taken:
        count += 1
        chosen = f"{path}-{count}"
    taken.add(chosen.lower())
    return chosen
