"""Carries an application tree across by the rows, and finds by subtraction what did not come along."""
from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator, NamedTuple

from . import rows as table
from .converters import quantity
from .model import ECS, KUBERNETES
from .rows import Arg, Named, Row
from .trees import Path, Tree, get, lost, patch, put

OTHER = {KUBERNETES: ECS, ECS: KUBERNETES}


QUANTITIES_UNDER = frozenset({"limits", "requests", "overhead", "capacity"})
QUANTITIES = frozenset({"sizeLimit", "averageValue", "divisor", "tolerance", "storage"})
TASK_SIZES = {("taskDefinition", "cpu"): quantity.ecs_cpu, ("taskDefinition", "memory"): quantity.ecs_memory}


def alike(path: Path, value: Any, back: Any) -> bool:
    """Whether two values are the same amount, spelled in two ways: 1024Mi and 1Gi, 0.5 and 500m, 1 vCPU and 1024."""
    if back is None or isinstance(value, (dict, list)):
        return False
    if path in TASK_SIZES:
        return TASK_SIZES[path](value) == TASK_SIZES[path](back)
    if path[-1] in QUANTITIES or path[-2:-1] and path[-2] in QUANTITIES_UNDER:
        return quantity.same(value, back)
    return False


class Fired(NamedTuple):
    """One use of a row: where it applied (the keys that its scope's wildcards stood for) and what it gave."""

    row: Row
    keys: tuple[str, ...]
    values: tuple[Any, ...]


@dataclass
class Law:
    """A tree, what the rows made of it, what they make of that on the way back, and what is missing then."""

    tree: Tree
    there: Tree
    back: Tree
    fired: list[Fired]
    lost: list[tuple[Path, Any]] = field(default_factory=list)
    said: list[Fired] = field(default_factory=list)

    def residue(self) -> Tree:
        """Give the patch that turns what comes back into what was there."""
        return patch(self.back, self.tree)


def carry(tree: Tree, platform: str, environment: Tree, wire: dict[str, Callable[[Tree, Tree], Tree]]) -> Law:
    """Carry a tree of one platform to the other and back, and subtract.

    `wire` fills in, by platform, what follows from a tree itself (selectors, references between its objects).
    """
    there, fired = apply(tree, platform, environment)
    wire[OTHER[platform]](there, environment)
    back, _ = apply(there, OTHER[platform], environment)
    wire[platform](back, environment)
    return Law(tree, there, back, fired, [leaf for leaf in lost(tree, back) if not alike(*leaf, get(back, leaf[0]))],
               notices(tree, platform, environment))


def apply(
    tree: Tree, platform: str, environment: Tree, scopes: "tuple[Scope, ...] | None" = None
) -> tuple[Tree, list[Fired]]:
    """Apply every row to a tree of `platform`; gives the other platform's tree and which rows gave what."""
    top = {**tree, "environment": environment}
    out: Tree = {}
    fired: list[Fired] = []
    _keep_entries(tree, platform, out)
    scopes = scopes or program(platform)
    known = [UNKNOWN] * len(SLOTS)
    for scope in scopes:
        for keys, entry in instances(tree, scope.pattern):
            for rule in scope.candidates(entry):
                _fire(rule, keys, entry, top, known, out, fired)
    return out, fired


def _keep_entries(tree: Tree, platform: str, out: Tree) -> None:
    """Give each entry that always has a counterpart its place, in the order of the input."""
    for pattern, other in kept_scopes(platform):
        for keys, _ in instances(tree, pattern):
            put(out, fill(other, keys), {})


@functools.cache
def kept_scopes(platform: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Give the patterns of scopes that say `kept`."""
    return [(table.scopes()[name][platform], table.scopes()[name][OTHER[platform]])  # type: ignore[misc]
            for name, cells in table.tables()["scopes"].items() if cells.get("kept")]


def notices(tree: Tree, platform: str, environment: Tree) -> list[Fired]:
    """Give the rows that only speak (no other side, fidelity approximate) and have something to say here."""
    top = {**tree, "environment": environment}
    said = []
    scopes = speakers(platform)
    known = [UNKNOWN] * len(SLOTS)
    for scope in scopes:
        for keys, entry in instances(tree, scope.pattern):
            for rule in scope.candidates(entry):
                args = [fetch(entry, top, keys, known) for fetch in rule.fetchers]
                if rule.wants(args) and (rule.row.pair is None or (rule.call or rule.resolve())(*args)):
                    said.append(Fired(rule.row, keys, ()))
    return said


@functools.cache
def speakers(platform: str) -> tuple["Scope", ...]:
    """Compile the rows that only speak about input of one platform."""
    by_scope: dict[str, list[Row]] = {}
    for row in table.rows():
        if row.side(platform) and not row.side(OTHER[platform]) and row.fidelity(platform) == "approximate":
            by_scope.setdefault(row.scope, []).append(row)
    patterns = {name: table.scopes()[name][platform] for name in by_scope}
    return tuple(Scope(pattern, [Rule(row, platform, ()) for row in by_scope[name]], platform)
                 for name, pattern in patterns.items() if pattern is not None)


def _fire(rule: "Rule", keys: tuple[str, ...], entry: Any, top: Tree, known: list, out: Tree, fired: list[Fired]) -> None:
    args = [fetch(entry, top, keys, known) for fetch in rule.fetchers]
    answer = (rule.call or rule.resolve())(*args) if rule.wants(args) else None
    if answer is None:
        if rule.emit is None:
            return
        values = rule.emit
    else:
        values = (answer,) if rule.single else answer
        if rule.emit is not None and all(value is None for value in values):
            values = rule.emit
    written = False
    for target, value in zip(rule.targets, values, strict=True):
        if value is not None:
            written = True
            target(out, keys, value)
    if written:
        fired.append(Fired(rule.row, keys, values))


class Rule:
    """A row made ready for one direction."""

    __slots__ = ("row", "fetchers", "own", "context", "needed", "call", "platform", "targets", "single", "emit")

    def __init__(self, row: Row, platform: str, base: tuple[str, ...]):
        inputs, outputs = (
            row.side(platform),
            [arg for arg in row.side(OTHER[platform]) if not arg.from_top and arg.path != KEY],
        )
        self.row = row
        self.fetchers = [fetcher(arg) for arg in inputs]
        self.own = [position for position, arg in enumerate(inputs) if not arg.from_top and arg.path != KEY]
        self.context = [i for i, arg in enumerate(inputs) if arg.from_top and arg.path[:1] != ("environment",)]
        self.targets = [target(base, arg) for arg in outputs]
        self.single = len(outputs) == 1
        self.needed = (*self.own, *self.context)
        self.platform = platform
        self.call: Callable | None = None
        emitted = row.said("emit", OTHER[platform])
        self.emit = None if emitted is None else (emitted,) if self.single else tuple(emitted)

    def resolve(self) -> Callable:
        """Find the row's function when it is first needed."""
        pair = self.row.pair.found() if isinstance(self.row.pair, Named) else self.row.pair
        self.call = _same if pair is None else pair.to_ecs if self.platform == KUBERNETES else pair.to_k8s
        return self.call

    def wants(self, args: list[Any]) -> bool:
        """Whether there is anything for the row to say something about."""
        for position in self.needed:
            if args[position] is not None:
                return True
        return False

    @property
    def always(self) -> bool:
        """Whether the row may speak where none of its own fields stands."""
        return bool(self.context) or self.emit is not None


KEY = ("@",)


def _same(value: Any, *rest: Any) -> Any:
    return value


# What rows read from the top of the tree is read once: a place for each path.
SLOTS: dict[Path, int] = {}
UNKNOWN = object()


def fetcher(arg: Arg) -> Callable[[Any, Tree, tuple[str, ...], list], Any]:
    """Make the function that gets an argument from (entry, whole tree, keys, what is known of the whole tree)."""
    path = arg.path
    if path == KEY:
        return lambda entry, top, keys, known: keys[-1]
    if "@" in path:
        return lambda entry, top, keys, known: get(top, tuple(keys[0] if key == "@" else key for key in path))
    if arg.from_top:
        return from_top(SLOTS.setdefault(path, len(SLOTS)), path)
    if "*" in path:
        return lambda entry, top, keys, known: at(entry, path)
    if len(path) == 1:
        key = path[0]
        return lambda entry, top, keys, known: entry.get(key)
    return lambda entry, top, keys, known: get(entry, path)


def from_top(slot: int, path: Path) -> Callable[[Any, Tree, tuple[str, ...], list], Any]:
    """Make the function that reads a path of the whole tree, once."""
    def fetch(entry: Any, top: Tree, keys: tuple[str, ...], known: list) -> Any:
        value = known[slot]
        if value is UNKNOWN:
            value = known[slot] = at(top, path)
        return value
    return fetch


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
    found = {key: at(entry, path) for key, entry in entries.items()}
    return {key: value for key, value in found.items() if value is not None} or None


def target(base: tuple[str, ...], arg: Arg) -> Callable[[Tree, tuple[str, ...], Any], None]:
    """Make the function that puts a value where a row says: (tree, keys, value)."""
    whole = base + arg.path
    fixed = base.count("*")
    stars = [position for position, key in enumerate(whole) if key == "*"]
    if not stars:
        return lambda out, keys, value: put(out, whole, value)
    if len(stars) == fixed:
        return lambda out, keys, value: put(out, fill(whole, keys), value)

    def put_column(out: Tree, keys: tuple[str, ...], value: Tree) -> None:
        for path, entry in spread(whole, keys, value):
            put(out, path, entry)
    return put_column


def fill(pattern: tuple[str, ...], keys: tuple[str, ...]) -> Path:
    """Put keys where the wildcards of a pattern stand."""
    given = iter(keys)
    return tuple(next(given) if key == "*" else key for key in pattern)


def spread(pattern: tuple[str, ...], keys: tuple[str, ...], value: Any) -> Iterator[tuple[Path, Any]]:
    """Give each entry of a column with its path."""
    count = pattern.count("*")
    if len(keys) == count:
        if value is not None:
            yield fill(pattern, keys), value
        return
    for key, entry in value.items():
        yield from spread(pattern, keys + (key,), entry)


def instances(tree: Any, pattern: tuple[str, ...], keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
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


class Scope:
    """The rules of one scope in one direction, found by the fields that an entry has."""

    __slots__ = ("pattern", "trie", "always")

    def __init__(self, pattern: tuple[str, ...], rules: list[Rule], platform: str):
        self.pattern = pattern
        self.always = [rule for rule in rules if rule.always]
        self.trie: Trie = Trie()
        for rule in rules:
            if not rule.always:
                for position in rule.own:
                    self.trie.add(rule.row.side(platform)[position].path, rule)

    def candidates(self, entry: Any) -> Iterator[Rule]:
        """Give each rule that may apply, once."""
        yield from self.always
        seen: set[int] = set()
        for rule in self.trie.match(entry):
            if id(rule) not in seen:
                seen.add(id(rule))
                yield rule


class Trie:
    """Rules by path, so that the work grows with the entry and not with the number of rules."""

    __slots__ = ("rules", "below")

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.below: dict[str, Trie] = {}

    def add(self, path: Path, rule: Rule) -> None:
        """Add a rule at a path."""
        node = self
        for key in path:
            if key == "*":
                break
            node = node.below.setdefault(key, Trie())
        node.rules.append(rule)

    def match(self, entry: Any) -> Iterator[Rule]:
        """Give the rules of every path that the entry has."""
        yield from self.rules
        if self.below and isinstance(entry, dict):
            fewer, other = (self.below, entry) if len(self.below) < len(entry) else (entry, self.below)
            for key in fewer:
                if key in other:
                    yield from self.below[key].match(entry[key])


@functools.cache
def program(platform: str) -> tuple[Scope, ...]:
    """Compile the tables for input of one platform."""
    return compiled(table.rows(), platform)


def compiled(all_rows: tuple[Row, ...], platform: str) -> tuple[Scope, ...]:
    """Compile rows, in any order, for input of one platform."""
    by_scope: dict[str, list[Row]] = {}
    for row in all_rows:
        if row.k8s and row.ecs:
            by_scope.setdefault(row.scope, []).append(row)
    made = []
    for name, patterns in table.scopes().items():
        pattern, base = patterns[platform], patterns[OTHER[platform]]
        if pattern is not None and base is not None and name in by_scope:
            made.append(Scope(pattern, [Rule(row, platform, base) for row in by_scope[name]], platform))
    return tuple(made)
