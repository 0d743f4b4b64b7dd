"""Broken rules -> findings: names the object and its fields, and finds where they stand."""
from __future__ import annotations

from typing import Any, Iterator

from ..hubs.application import identity, name_of
from ..model import Field, Finding, Object, Path, Place
from ..paths import is_word
from ..rows import messages
from .rules import Broken

# Fields whose value may be a secret, so that it is never shown.
HIDDEN = frozenset(
    {"value", "Value", "data", "stringData", "binaryData", "SecretString", "SecretBinary", "command", "args"}
)


def findings(table: str, entry: Object, broken: Broken, ordinal: int) -> Iterator[Finding]:
    """Give one finding for each rule and wording, with all the fields that it was said of."""
    said: dict[tuple[str, str], list[Path]] = {}
    for code, path, words in broken:
        said.setdefault((code, words), []).append(path)
    if not said:
        return
    name = object_name(entry, ordinal)
    for (code, words), paths in said.items():
        cells = messages()[f"{table}.{code}"]
        fields = tuple(field(entry, name, path) for path in dict.fromkeys(paths))
        yield Finding(f"{table}.{code}", cells["level"], words, cells.get("remedy", ""), fields)


def field(entry: Object, name: str, path: Path) -> Field:
    """Give the field at a raw path of an object: what it is called, what it was, and where it stands."""
    place = located(entry, path) or Place("", 0, 0)
    value = shown(entry.value, path)
    return Field(spelled(entry.value, path), name, place.file, place.line, place.column, value, value)


def located(entry: Object, path: Path) -> Place | None:
    """Find where a path stands, or the nearest thing above it that stands somewhere."""
    for length in range(len(path), -1, -1):
        place = entry.locate(path[:length])
        if place is not None:
            return place
    return None


def spelled(value: Any, path: Path) -> str:
    """Spell a raw path for a person: `spec.containers[web].ports[0]`."""
    words = ""
    for key in path:
        value = value[key] if _has(value, key) else None
        if isinstance(key, int):
            name = value.get("name") if isinstance(value, dict) else None
            words += f"[{name if isinstance(name, str) and name else key}]"
        elif not is_word(key):
            words += f"[{key}]"
        else:
            words += f".{key}" if words else key
    return words


def shown(value: Any, path: Path) -> Any:
    """Give the plain value at a path, unless it may be a secret."""
    if not HIDDEN.isdisjoint(path):
        return None
    for key in path:
        if not _has(value, key):
            return None
        value = value[key]
    return value if isinstance(value, (str, int, float)) else None


def _has(value: Any, key: str | int) -> bool:
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and key < len(value)


def object_name(entry: Object, ordinal: int) -> str:
    """Name an object as all reports do, `Deployment/web`; without a name, by its position among its kind."""
    return identity(entry) if name_of(entry) else f"{entry.kind}/{ordinal}"
