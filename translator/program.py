"""Rows -> rules made ready for one direction: what wakes them, what they read, and where they write.

Where a scope has no wildcard its rules read the whole tree and are all found in one walk over it; the others are found
entry by entry. Either way the work grows with the tree and not with the number of rows.
"""
from __future__ import annotations

import functools
from operator import itemgetter
from typing import Any, Callable, Iterable, Iterator

from . import rows as table
from .model import ECS, KUBERNETES
from .rows import Arg, Named, Row
from .trees import Path, Tree, get, put

OTHER = {KUBERNETES: ECS, ECS: KUBERNETES}
KEY = ("@",)

# A place for each path that some rule reads; OWN has those that start at an entry, whose keys are below zero.
SLOTS: dict[tuple[bool, Path], int] = {}
WHOLE: list[Callable[["Whole"], Any]] = []
OWN: list[Callable[["Entry"], Any]] = []


class Whole(dict):
    """What rules read of a whole tree, by slot: each path once."""

    __slots__ = ("tree",)

    def __init__(self, tree: Tree):
        self.tree = tree

    def __missing__(self, slot: int) -> Any:
        value = self[slot] = WHOLE[slot](self)
        return value


class Entry(dict):
    """What rules read of one entry of a scope, by slot, and through it of the whole tree."""

    __slots__ = ("whole", "entry", "keys")

    def __init__(self, whole: Whole, entry: Any, keys: tuple[str, ...]):
        self.whole, self.entry, self.keys = whole, entry, keys  # type: ignore[assignment]

    def __missing__(self, slot: int) -> Any:
        value = self[slot] = self.whole[slot] if slot >= 0 else OWN[-slot - 1](self)
        return value


def slot_of(path: Path, own: bool = False) -> int:
    """Give the place of what stands at a path of the whole tree, or of an entry (`own`)."""
    if own or "@" in path:
        if (True, path) not in SLOTS:
            OWN.append(own_reader(path, own))
            SLOTS[True, path] = -len(OWN)
        return SLOTS[True, path]
    if (False, path) not in SLOTS:
        reader = whole_reader(path)
        SLOTS[False, path] = len(WHOLE)
        WHOLE.append(reader)
    return SLOTS[False, path]


def whole_reader(path: Path) -> Callable[[Whole], Any]:
    """Make the function that reads a path of the whole tree: from what stands above it, which others read as well."""
    if not path:
        return lambda view: view.tree
    if "*" in path:
        star = path.index("*")
        above, rest = slot_of(path[:star]), path[star + 1:]
        return lambda view: column(view[above], rest)
    above, key = slot_of(path[:-1]), path[-1]

    def read(view: Whole) -> Any:
        holder = view[above]
        return holder.get(key) if isinstance(holder, dict) else None
    return read


def own_reader(path: Path, own: bool) -> Callable[[Entry], Any]:
    """Make the function that reads a path of an entry, the entry's key, or a path of the whole tree that has the key."""
    if path == KEY:
        return lambda view: view.keys[-1]  # type: ignore[index]
    if not own:
        def read(view: Entry) -> Any:
            key = view.keys[0]  # type: ignore[index]
            return get(view.whole.tree, [key if part == "@" else part for part in path])
        return read
    if "*" in path:
        return lambda view: at(view.entry, path)
    return lambda view: get(view.entry, path)


def at(tree: Any, path: Path) -> Any:
    """Give what stands at a path, or a column where it has wildcards."""
    if "*" not in path:
        return get(tree, path)
    star = path.index("*")
    return column(get(tree, path[:star]), path[star + 1:])


def column(entries: Any, path: Path) -> Tree | None:
    """Give one field of every entry of a map, by the entry's key; None where no entry has it."""
    if not isinstance(entries, dict):
        return None
    found = {}
    for key, entry in entries.items():
        value = at(entry, path)
        if value is not None:
            found[key] = value
    return found or None


class Rule:
    """A row made ready for one direction.

    `args` reads what the row's function takes; `checks` are the slots of which one must hold something, where the walk
    that found the rule does not say so already; `home` is the slot of the entry that must stand there, `beside` are slots of
    which one must hold something whatever else does.
    """

    __slots__ = ("row", "args", "call", "checks", "home", "wakes", "always", "beside", "targets", "single", "emit")

    def __init__(self, row: Row, platform: str, pattern: Path, base: Path | None):
        self.row = row
        entries = "*" in pattern
        inputs = row.side(platform)
        slots = [_slot(arg, pattern, entries) for arg in inputs]
        self.args = _reader(slots)
        own = [arg.path for arg in inputs if not arg.from_top and arg.path != KEY]
        other = [arg.path for arg in row.wakes(platform)]
        outputs = [arg for arg in row.side(OTHER[platform]) if not arg.from_top and arg.path != KEY]
        self.single = len(outputs) == 1
        self.targets = [target(base, arg) for arg in outputs] if base is not None else []
        emitted = row.said("emit", OTHER[platform])
        self.emit = None if emitted is None or base is None else (emitted,) if self.single else tuple(emitted)
        self.wakes = own if entries else [pattern + path for path in own] + other
        # Among entries, a path of the whole tree wakes a rule everywhere: whether it holds something is checked.
        self.always = bool(entries and other) or self.emit is not None
        if self.emit is not None and not entries:
            self.wakes = [*self.wakes, pattern]
        unsure = self.always or any("*" in path for path in self.wakes)
        self.checks = tuple([slot_of(path, True) if entries else slot_of(pattern + path) for path in own]
                            + [slot_of(path) for path in other]) if unsure else ()
        self.beside = tuple(slot_of(arg.path) for arg in row.beside(platform))
        self.home = None if entries or not other else slot_of(pattern)
        self.call = self._first(row, platform)

    def _first(self, row: Row, platform: str) -> Callable:
        """Give a function that finds the row's own when it is first called: its module is imported then."""
        def call(*args: Any) -> Any:
            pair = row.pair.found() if isinstance(row.pair, Named) else row.pair
            self.call = _same if pair is None else pair.to_ecs if platform == KUBERNETES else pair.to_k8s
            return self.call(*args)
        return call

    def alone(self, view: dict) -> bool:
        """Whether nothing of what must stand beside the row's own fields is there."""
        for slot in self.beside:
            if view[slot] is not None:
                return False
        return bool(self.beside)

    def wanted(self, view: dict) -> bool:
        """Whether there is anything for the row to say something about."""
        for slot in self.checks:
            if view[slot] is not None:
                return True
        return not self.checks


def _slot(arg: Arg, pattern: Path, entries: bool) -> int:
    if arg.from_top:
        return slot_of(arg.path)
    return slot_of(arg.path, True) if entries or arg.path == KEY else slot_of(pattern + arg.path)


def _reader(slots: list[int]) -> Callable[[dict], tuple]:
    """Make the function that reads arguments, in C where there are several."""
    if len(slots) > 1:
        return itemgetter(*slots)
    only = slots[0]
    return lambda view: (view[only],)


def _same(value: Any, *rest: Any) -> Any:
    return value


def target(base: Path, arg: Arg) -> Callable[[Tree, tuple[str, ...], Any], None]:
    """Make the function that puts a value where a row says: (tree, keys, value)."""
    whole = base + arg.path
    fixed = base.count("*")
    stars = whole.count("*")
    if not stars:
        return lambda out, keys, value: put(out, whole, value)
    if stars == fixed:
        return lambda out, keys, value: put(out, fill(whole, keys), value)

    def put_column(out: Tree, keys: tuple[str, ...], value: Tree) -> None:
        for path, entry in spread(whole, keys, value):
            put(out, path, entry)
    return put_column


def fill(pattern: Path, keys: tuple[str, ...]) -> Path:
    """Put keys where the wildcards of a pattern stand."""
    if not keys:
        return pattern
    given = iter(keys)
    return tuple([next(given) if key == "*" else key for key in pattern])


def spread(pattern: Path, keys: tuple[str, ...], value: Any) -> Iterator[tuple[Path, Any]]:
    """Give each entry of a column with its path."""
    if len(keys) == pattern.count("*"):
        if value is not None:
            yield fill(pattern, keys), value
        return
    for key, entry in value.items():
        yield from spread(pattern, keys + (key,), entry)


def instances(tree: Any, pattern: Path, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give each place of a tree that fits a pattern: the keys at its wildcards, and what stands there."""
    for position, key in enumerate(pattern):
        if not isinstance(tree, dict):
            return
        if key == "*":
            for name, entry in tree.items():
                yield from instances(entry, pattern[position + 1:], keys + (name,))
            return
        tree = tree.get(key)
    if isinstance(tree, dict):
        yield keys, tree


class Trie:
    """Rules by the paths that wake them; a wildcard ends a path, for what stands below is looked at later."""

    __slots__ = ("rules", "below")

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.below: dict[str, Trie] = {}

    def add(self, rule: Rule) -> None:
        """Add a rule at every path that wakes it."""
        for path in rule.wakes:
            node = self
            for key in path:
                if key == "*":
                    break
                node = node.below.setdefault(key, Trie())
            node.rules.append(rule)

    def match(self, entry: Any, found: list[Rule]) -> None:
        """Add the rules of every path that an entry has."""
        found += self.rules
        below = self.below
        if below and isinstance(entry, dict):
            for key in below if len(below) < len(entry) else entry:
                if key in below and key in entry:
                    below[key].match(entry[key], found)


class Scope:
    """The rules of one scope with wildcards, found by the fields that an entry has."""

    __slots__ = ("pattern", "trie", "always")

    def __init__(self, pattern: Path, rules: list[Rule]):
        self.pattern = pattern
        self.always = [rule for rule in rules if rule.always]
        self.trie = Trie()
        for rule in rules:
            if not rule.always:
                self.trie.add(rule)

    def awake(self, entry: Any) -> Iterable[Rule]:
        """Give each rule that may apply to an entry, once."""
        found: list[Rule] = []
        self.trie.match(entry, found)
        return dict.fromkeys(self.always + found)


class Program:
    """All rules of one direction."""

    def __init__(self, all_rows: Iterable[Row], platform: str, bases: bool = True):
        by_scope: dict[str, list[Row]] = {}
        for row in all_rows:
            by_scope.setdefault(row.scope, []).append(row)
        self.whole, self.scopes = Trie(), []
        for name, patterns in table.scopes().items():
            pattern, base = patterns[platform], patterns[OTHER[platform]] if bases else None
            if pattern is None or bases and base is None or name not in by_scope:
                continue
            rules = [Rule(row, platform, pattern, base) for row in by_scope[name]]
            if "*" in pattern:
                self.scopes.append(Scope(pattern, rules))
            else:
                for rule in rules:
                    self.whole.add(rule)

    def awake(self, whole: Whole) -> Iterator[tuple[tuple[str, ...], dict, Rule]]:
        """Give each rule that may apply to a tree: the keys of its entry, what it reads, and the rule."""
        found: list[Rule] = []
        self.whole.match(whole.tree, found)
        for rule in dict.fromkeys(found):
            if (rule.home is None or isinstance(whole[rule.home], dict)) and not rule.alone(whole):
                yield (), whole, rule
        for scope in self.scopes:
            for keys, entry in instances(whole.tree, scope.pattern):
                view = Entry(whole, entry, keys)
                for rule in scope.awake(entry):
                    if not rule.alone(view):
                        yield keys, view, rule


@functools.cache
def program(platform: str) -> Program:
    """Compile the rows that carry for input of one platform."""
    return compiled(table.rows(), platform)


def compiled(all_rows: Iterable[Row], platform: str) -> Program:
    """Compile rows, in any order, for input of one platform."""
    return Program([row for row in all_rows if row.k8s and row.ecs], platform)


@functools.cache
def speakers(platform: str) -> Program:
    """Compile the rows that only speak (no other side, fidelity approximate) about input of one platform."""
    speaking = [row for row in table.rows() if row in table.approximate(platform) and not row.side(OTHER[platform])]
    return Program(speaking, platform, bases=False)


@functools.cache
def kept_scopes(platform: str) -> list[tuple[Path, Path]]:
    """Give the patterns of scopes that say `kept`."""
    return [(table.scopes()[name][platform], table.scopes()[name][OTHER[platform]])  # type: ignore[misc]
            for name, cells in table.tables()["scopes"].items() if cells.get("kept")]
