"""What reading a template found -> findings: one a cause, with every place that it touches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .. import rows
from ..model import Field, Finding, Path, Place


def placeholder(name: str) -> str:
    """Give the placeholder of a name: letters, digits and underscores are all that it may have."""
    return "${" + "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter == "_")) + "}"


def is_open(value: Any) -> bool:
    """Whether a value holds something that is not known yet."""
    return isinstance(value, str) and "${" in value


def is_placeholder(value: Any) -> bool:
    """Whether a value is one placeholder and nothing else."""
    return is_open(value) and value.startswith("${") and value.find("}") == len(value) - 1


@dataclass
class Notes:
    """Findings in the making: the same words twice are one finding with two fields."""

    locate: Callable[[Path], Place | None]
    found: dict[tuple[str, str], dict[Path, Field]] = field(default_factory=dict)

    def add(self, code: str, words: str, path: Path = (), becomes: Any = None) -> None:
        """Note what happened at a path of the template."""
        fields = self.found.setdefault((f"cloudformation.{code}", words), {})
        if path and path not in fields:
            fields[path] = self._field(path, becomes)

    def _field(self, path: Path, becomes: Any) -> Field:
        place = self.locate(path)
        at = {"file": place.file, "line": place.line, "column": place.column} if place else {}
        owner = ".".join(map(str, path[:2]))
        return Field(".".join(map(str, path[2:])), owner, becomes=becomes, **at)

    def findings(self) -> tuple[Finding, ...]:
        """Give the findings, in the order in which their causes were met."""
        return tuple(
            Finding(code, cells["level"], words or cells["note"], cells.get("remedy", ""), tuple(fields.values()))
            for (code, words), fields in self.found.items()
            for cells in [rows.messages()[code]]
        )
