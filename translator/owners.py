"""Which row knows a path of an application tree: it words what is said when something there is lost."""
from __future__ import annotations

import functools
from typing import Any

from . import rows as table
from .program import KEY, OTHER
from .rows import Row
from .trees import Path


def _speaks(row: Row) -> int:
    """Rank rows that own one path: one that only speaks about it before one that carries it, one with words before one without."""
    return 2 * (not row.k8s or not row.ecs) + bool(row.cells.get("note"))


class Owners:
    """Which row knows a path: the one whose pattern is the longest that fits the path's beginning; notices own nothing."""

    def __init__(self, platform: str):
        self.root: dict[str, Any] = {}
        self.platform = platform
        for row in table.rows():
            base = table.scopes()[row.scope][platform]
            notice = not row.side(OTHER[platform]) and row.fidelity(platform) == "approximate"
            for arg in () if notice else row.side(platform):
                if not arg.from_top and arg.path != KEY and base is not None:
                    self._add(base + arg.path, row)

    def _add(self, pattern: Path, row: Row) -> None:
        node = self.root
        for key in pattern:
            node = node.setdefault(key, {})
        kept = node.get(None)
        if kept is None or _speaks(row) > _speaks(kept):
            node[None] = row

    def of(self, path: Path) -> tuple[Row, tuple[str, ...], int] | None:
        """Give the row, the keys at its scope's wildcards, and how much of the path its pattern fits."""
        depth, row = self._longest(self.root, path, 0)
        if row is None:
            return None
        pattern = table.scopes()[row.scope][self.platform] or ()
        return row, tuple(path[i] for i, key in enumerate(pattern) if key == "*"), depth

    def _longest(self, node: dict[str, Any], path: Path, depth: int) -> tuple[int, Row | None]:
        best = (depth, node[None]) if None in node else (-1, None)
        if depth < len(path):
            for key in (path[depth], "*"):
                if key in node:
                    best = max(best, self._longest(node[key], path, depth + 1), key=lambda found: found[0])
        return best


@functools.cache
def owners(platform: str) -> Owners:
    """Give the index of who knows which path of one platform."""
    return Owners(platform)
