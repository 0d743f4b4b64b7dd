"""`${NAME:-default}` in Compose files -> values as far as they are known, and placeholders for the rest.

https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import Any

from ..secrecy import looks_secret


@dataclass
class Variables:
    """The variables of a file: those that have to be filled in, and those whose default was taken."""

    open: dict[str, None] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    escaped: bool = False

    def fill(self, value: Any) -> Any:
        """Put defaults in, in every text of plain data; a variable without one becomes a placeholder."""
        if isinstance(value, dict):
            return {key: self.fill(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [self.fill(entry) for entry in value]
        return self.text(value) if isinstance(value, str) and "$" in value else value

    def text(self, value: str) -> str:
        """Fill one text, from left to right; braces may hold braces."""
        made, position = "", 0
        while (start := value.find("$", position)) >= 0:
            made += value[position:start]
            piece, position = self._piece(value, start)
            made += piece
        return made + value[position:]

    def _piece(self, value: str, start: int) -> tuple[str, int]:
        if value.startswith("$$", start):
            self.escaped = self.escaped or value.startswith("$${", start)
            return "$", start + 2
        if value.startswith("${", start):
            end = _closing(value, start)
            return (self._braced(value[start + 2 : end]), end + 1) if end else ("$", start + 1)
        found = _name().match(value, start + 1)
        return (self._open(found[0]), found.end()) if found else ("$", start + 1)

    def _braced(self, inside: str) -> str:
        found = _name().match(inside)
        if not found:
            return f"${{{inside}}}"
        name, rest = found[0], inside[found.end() :]
        if rest.startswith((":-", "-")):
            return self._default(name, self.text(rest.removeprefix(":")[1:]))
        if rest.startswith((":+", "+")):
            return self._default(name, "")
        return self._open(name)

    def _open(self, name: str) -> str:
        self.open[name] = None
        return f"${{{name}}}"

    def _default(self, name: str, value: str) -> str:
        self.defaults[name] = value
        return value

    def told(self) -> list[str]:
        """Name the variables whose defaults were taken, with the defaults that are no secrets."""
        return [name if looks_secret(name) or not value else f"{name}={value}" for name, value in self.defaults.items()]


def _closing(value: str, start: int) -> int:
    """Find the brace that closes the one after a dollar sign; 0 where none does."""
    depth = 0
    for position in range(start, len(value)):
        if value.startswith("${", position):
            depth += 1
        elif value[position] == "}":
            depth -= 1
            if not depth:
                return position
    return 0


@functools.cache
def _name() -> re.Pattern:
    return re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
