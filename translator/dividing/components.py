"""What objects have to do with each other -> those that belong together, and batches of them."""
from __future__ import annotations

from collections.abc import Iterable, Sequence

from .facts import Facts

# Objects of a batch: worth a task of its own (a tenth of a second), and not so many that they fill the memory.
FEWEST, MOST = 120, 2000


class Union:
    """Sets that grow together: who is united with whom."""

    def __init__(self, count: int):
        self.above = list(range(count))

    def find(self, one: int) -> int:
        """Give the one that stands for all of a set."""
        above = self.above
        while above[one] != one:
            above[one] = one = above[above[one]]
        return one

    def unite(self, several: Iterable[int]) -> None:
        """Make one set of several."""
        first = None
        for one in several:
            top = self.find(one)
            if first is None:
                first = top
            self.above[max(first, top)] = first = min(first, top)

    def sets(self) -> list[list[int]]:
        """Give the members of each set, in their order."""
        found: dict[int, list[int]] = {}
        for one in range(len(self.above)):
            found.setdefault(self.find(one), []).append(one)
        return list(found.values())


def components(known: Sequence[Facts]) -> list[list[int]]:
    """Give the objects that have to be read together, by their positions."""
    union = Union(len(known))
    offered: dict[tuple, list[int]] = {}
    sought: dict[tuple, list[int]] = {}
    same: dict[tuple, list[int]] = {}
    for position, one in enumerate(known):
        same.setdefault(one.same, []).append(position)
        for key in one.offers:
            offered.setdefault(key, []).append(position)
        for key in one.seeks:
            sought.setdefault(key, []).append(position)
    for several in same.values():
        union.unite(several)
    for key, several in offered.items():
        if key in sought:
            union.unite([*several, *sought[key]])
    _by_labels(known, union)
    _by_names(known, union)
    return union.sets()


def _by_labels(known: Sequence[Facts], union: Union) -> None:
    """Unite what selects pods with those that it selects."""
    carriers: dict[tuple, list[int]] = {}
    for position, one in enumerate(known):
        for label in one.labels[1:]:
            carriers.setdefault((one.labels[0], label), []).append(position)
    for position, one in enumerate(known):
        if one.selector:
            wanted = set(one.selector)
            lists = [carriers.get((one.selector[0], label), ()) for label in one.selector[1:]]
            chosen = [other for other in min(lists, key=len) if wanted.issubset(known[other].labels)]
            union.unite([position, *chosen])


def _by_names(known: Sequence[Facts], union: Union) -> None:
    """Unite applications that want one name: who gets it depends on all of them."""
    wanted: dict[str, list[int]] = {}
    for position, one in enumerate(known):
        for name in one.names:
            wanted.setdefault(name, []).append(position)
    for several in wanted.values():
        union.unite(several)


def batches(found: list[list[int]], homes: Sequence[int], jobs: int) -> list[tuple[int, list[int]]]:
    """Form batches: (the worker who has read most of it, the positions of its objects, in their order)."""
    waiting: dict[int, list[list[int]]] = {}
    for members in found:
        near = [homes[one] for one in members]
        waiting.setdefault(max(set(near), key=near.count), []).append(members)
    whole = sum(map(len, found))
    size = min(max(whole // (8 * jobs), FEWEST), MOST) if jobs > 1 else FEWEST
    return [(home, batch) for home, several in sorted(waiting.items()) for batch in _packed(several, size)]


def _packed(several: list[list[int]], size: int) -> Iterable[list[int]]:
    batch: list[int] = []
    for members in several:
        batch += members
        if len(batch) >= size:
            yield sorted(batch)
            batch = []
    if batch:
        yield sorted(batch)
