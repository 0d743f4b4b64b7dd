"""Leaves of a manifest <-> the requests they became: what a reader used, what it reported and what is left.

A reader walks its manifest with nodes and builds requests that hold nodes as their leaves. Settling a request takes the
nodes' values, marks their leaves as used and keeps where each value came from; whatever was neither used nor
reported in a finding is reported at the end. So no leaf is lost because a reader does not know it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..model import Field, Finding, Object, Path, Place, Source
from ..rows import messages

# Maps whose values may be secrets, so that findings never show them.
HIDDEN = frozenset({"variables", "environment", "secrets", "args", "secretOptions", "options", "command", "entrypoint"})


class Ledger:
    """What is known while one manifest is read: its leaves, which of them were used, and what there is to say."""

    def __init__(
        self, table: str, source: Source, application: str, value: Any = None, origins: dict[Path, Path] | None = None
    ):
        self.table, self.source, self.application = table, source, application
        self.value = source.value if value is None else value
        self.origins = origins or {}
        self.accounted: set[Path] = set()
        self.findings: list[Finding] = []
        self.gathered: dict[tuple[str, str], list[tuple[str, Node]]] = {}

    def root(self) -> Node:
        """Give the whole manifest as a node."""
        return Node(self, self.value, ())

    def where(self, path: Path) -> Path:
        """Give the path in the file: a value may have been merged in from elsewhere in it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]] + path[length:]
        return path

    def place(self, path: Path) -> Place | None:
        """Find where a path stands, or the nearest thing above it that stands somewhere."""
        found = self.where(path)
        places = (self.source.locate(found[:length]) for length in range(len(found), -1, -1))
        return next((place for place in places if place is not None), None)

    def field(self, path: Path) -> Field:
        """Give the field that a finding shows for a path."""
        place = self.place(path) or Place(self.source.file, 0, 0)
        found = self.where(path)
        return Field(
            spelled(found), self.application, place.file, place.line, place.column, was=shown(self.source.value, found)
        )

    def say(self, code: str, message: str, *nodes: Node, remedy: str = "") -> None:
        """Report nodes, which accounts for their leaves; level and remedy are the row's."""
        for node in nodes:
            self.accounted.update((node.path, *node.others))
        cells = messages()[f"{self.table}.{code}"]
        fields = tuple(self.field(path) for path in dict.fromkeys(node.path for node in nodes if node))
        said = Finding(
            f"{self.table}.{code}", cells["level"], message, remedy or cells.get("remedy", ""), fields, self.application
        )
        if said not in self.findings:
            self.findings.append(said)

    def gather(self, code: str, message: str, name: str, *nodes: Node) -> None:
        """Report nodes with all others of which the same is said; `{}` in the message stands for their names."""
        self.gathered.setdefault((code, message), []).extend((name, node) for node in nodes)

    def left(self) -> list[Path]:
        """Give the paths of the leaves that were neither used nor reported."""
        return [path for path, _ in leaves(self.value) if not self._covered(path)]

    def _covered(self, path: Path) -> bool:
        return any(path[:length] in self.accounted for length in range(len(path) + 1))

    def close(self) -> tuple[Finding, ...]:
        """Report what is left, and give every finding."""
        for (code, message), found in self.gathered.items():
            self.say(code, message.replace("{}", listed(name for name, _ in found)), *(node for _, node in found))
        left = self.left()
        if left:
            names = listed(spelled(self.where(path)) for path in left)
            self.say("unused", f"Has no effect here: {names}.", *(Node(self, True, path) for path in left))
        return tuple(self.findings)

    def settle(self, tree: Any) -> tuple[Any, dict[Path, Path]]:
        """Take the values of a tree that holds nodes; gives plain data, and where each part of it came from."""
        origins: dict[Path, Path] = {}
        return self._settled(tree, (), origins), origins

    def _settled(self, tree: Any, at: Path, origins: dict[Path, Path]) -> Any:
        if isinstance(tree, Node):
            self.accounted.update((tree.path, *tree.others))
            if tree:
                origins[at] = tree.path
            return self._settled(tree.value, at, origins) if tree else None
        if isinstance(tree, dict):
            entries = ((key, self._settled(entry, at + (key,), origins)) for key, entry in tree.items())
            return {key: entry for key, entry in entries if entry is not None} or None
        if isinstance(tree, (list, tuple)):
            kept: list[Any] = []
            for entry in tree:
                made = self._settled(entry, at + (len(kept),), origins)
                kept += [] if made is None else [made]
            return kept or None
        return tree

    def request(self, kind: str, tree: Any) -> Object:
        """Make one request of a tree that holds nodes."""
        value, origins = self.settle(tree)
        return self.object(kind, value, origins)

    def object(self, kind: str, value: Any, origins: dict[Path, Path]) -> Object:
        """Make one request of plain data whose parts came from `origins`."""

        def locate(path: Path) -> Place | None:
            for length in range(len(path), -1, -1):
                if path[:length] in origins:
                    return self.place(origins[path[:length]])
            return self.place(())

        return Object(kind, value, locate)


@dataclass(frozen=True, eq=False)
class Node:
    """A value of the manifest, or what became of it, with the path it came from; nothing where there is none."""

    ledger: Ledger
    value: Any
    path: Path
    others: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return self.value is not None

    def __getitem__(self, key: str) -> Node:
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(self.ledger, value, self.path + (key,))

    def is_map(self) -> bool:
        """Whether a map stands here: many fields are a map or something shorter."""
        return isinstance(self.value, dict)

    def is_list(self) -> bool:
        """Whether a list stands here."""
        return isinstance(self.value, list)

    def items(self) -> Iterator[tuple[str, Node]]:
        """Walk a map, without what is null."""
        if self and not self.is_map():
            self.wrong("a map")
        for key in self.value if self.is_map() else ():
            if self.value[key] is not None:
                yield str(key), Node(self.ledger, self.value[key], self.path + (key,))

    def each(self) -> Iterator[Node]:
        """Walk a list."""
        if self and not self.is_list():
            self.wrong("a list")
        for position, value in enumerate(self.value if self.is_list() else ()):
            yield Node(self.ledger, value, self.path + (position,))

    def use(self) -> Any:
        """Take the value as it is."""
        self.ledger.accounted.update((self.path, *self.others))
        return self.value

    def to(self, change: Callable[[Any], Any]) -> Node:
        """Give what becomes of the value; nothing stays nothing, and a value that `change` refuses is reported."""
        if not self:
            return self
        try:
            return Node(self.ledger, change(self.value), self.path, self.others)
        except Refused as refused:
            return self.wrong(str(refused))

    def with_(self, *nodes: Node) -> Node:
        """Give the same value as coming from other nodes too."""
        return Node(self.ledger, self.value, self.path, self.others + tuple(node.path for node in nodes))

    def or_(self, other: Any) -> Any:
        """Give what stands in for a value that is not there."""
        return self if self else other

    def wrong(self, wanted: str) -> Node:
        """Report a value of the wrong kind, and give nothing in its place."""
        found = spelled(self.ledger.where(self.path))
        self.ledger.say("ill-typed", f"`{found}` should be {wanted}; it is left out, as if it were not there.", self)
        return Node(self.ledger, None, self.path, self.others)

    def text(self) -> Node:
        """Give a scalar as text."""
        return self.to(text)

    def whole(self) -> Node:
        """Give a whole number."""
        return self.to(whole)

    def port(self) -> Node:
        """Give a port's number."""
        return self.to(port)

    def number(self) -> Node:
        """Give a number."""
        return self.to(number)

    def flag(self) -> Node:
        """Give true or false."""
        return self.to(flag)

    def texts(self) -> list[Node]:
        """Give the entries of a list, or a single scalar, as text."""
        return [entry.text() for entry in self.each()] if self.is_list() else [self.text()] if self else []

    def one_of(self, values: Iterable[str]) -> Node:
        """Give a word out of a closed set, in lower case."""
        known = sorted(values)

        def checked(value: Any) -> str:
            word = text(value).lower()
            if word not in known:
                raise Refused(f"one of {listed(known)}")
            return word

        return self.to(checked)


class Refused(Exception):
    """A value that is not what a field takes; its text says what would be."""


def text(value: Any) -> str:
    """Write a scalar as text, with the booleans as YAML and JSON spell them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise Refused("text")


def whole(value: Any) -> int:
    """Read a whole number that is not negative, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).strip().isdigit():
        raise Refused("a whole number")
    return int(value)


def port(value: Any) -> int:
    """Read a port's number."""
    made = whole(value)
    if not 1 <= made <= 65535:
        raise Refused("a port between 1 and 65535")
    return made


def number(value: Any) -> float:
    """Read a number, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise Refused("a number")
    try:
        made = float(value)
        return int(made) if made == int(made) else made
    except (ValueError, OverflowError):
        raise Refused("a number") from None


def flag(value: Any) -> bool:
    """Read a boolean, or a text that is one."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise Refused("true or false")


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Give every leaf of plain data with its path; what is null or empty has none."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from leaves(entry, path + (key,))
    elif isinstance(value, list):
        for position, entry in enumerate(value):
            yield from leaves(entry, path + (position,))
    elif value is not None:
        yield path, value


def spelled(path: Path) -> str:
    """Spell a path for a person: `sidecars.nginx.mount_points[0].path`."""
    words = ""
    for key in path:
        dotted = "." in str(key) or "[" in str(key)
        words += f"[{key}]" if isinstance(key, int) or dotted else f".{key}" if words else str(key)
    return words


def shown(value: Any, path: Path) -> Any:
    """Give the scalar at a path, unless it may be a secret."""
    if not HIDDEN.isdisjoint(str(key) for key in path):
        return None
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value if isinstance(value, (str, int, float)) else None


def listed(names: Iterable[str], most: int = 8) -> str:
    """Name a few things, and count the others."""
    found = list(dict.fromkeys(names))
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(f"`{name}`" for name in found[:most]) + more
