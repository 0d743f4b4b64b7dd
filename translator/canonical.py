"""Vendor objects -> canonical trees: lists of objects become maps by what identifies an entry, and nulls go.

What cannot stand in a tree is left out and listed: values of the wrong type, entries that a later one shadows. The work
is done by one function for each node of the schema, made when it is first needed.
"""
from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

from . import scalars
from .identity import Name, position_of
from .model import Path
from .nodes import LIST, MAP, OBJECT, Node, root
from .trees import Tree

# Where a value stands: the key under which its holder has it, and where the holder stands.
Where = tuple[Any, Any] | None
Reader = Callable[[Any, Where, list], Any]


class Problem(NamedTuple):
    """What a tree could not take: where it stands in the object, which sort of trouble, and words without values."""

    path: Path
    code: str
    message: str


def canonical(platform: str, kind: str, value: Any) -> tuple[Tree, list[Problem]]:
    """Give the canonical tree of a vendor object, and what had to be left out.

    Codes: wrong-type, repeated-key (shadowed by a later entry of the same identity), missing-key (without identity: the
    entry stands at its position), placeholder (kept, where a number is due). A kind without a schema stays as it is.
    """
    version = value.get("apiVersion") if isinstance(value, dict) else None
    node = root(platform, kind, version if isinstance(version, str) else None)
    read = reader(node) if node else whatever
    found: list[tuple[Where, str, str]] = []
    tree = read(value, None, found)
    return tree or {}, [Problem(path_of(where), code, message) for where, code, message in found]


def path_of(where: Where) -> Path:
    """Write out where a value stands."""
    keys: list[Any] = []
    while where is not None:
        where, key = where
        keys.append(key)
    return tuple(reversed(keys))


def bare(value: Any) -> Any:
    """Drop nulls from maps; nothing else is known of the value."""
    if isinstance(value, dict):
        return {key: bare(entry) for key, entry in value.items() if entry is not None}
    return [bare(entry) for entry in value] if isinstance(value, list) else value


def whatever(value: Any, where: Where, problems: list) -> Tree | None:
    """Read an object of a kind without a schema."""
    return bare(value) if isinstance(value, dict) else scalars.refuse(OBJECT, value, where, problems)


@functools.cache
def reader(node: Node) -> Reader:
    """Make the function that reads what stands at a node: (value, where, problems) -> tree, None for nothing."""
    if node.kind == OBJECT:
        return merging(node, object_reader(node)) if node.merged else object_reader(node)
    if node.kind == MAP:
        return map_reader(node)
    if node.kind == LIST:
        return entries_reader(node) if node.is_map else values_reader(node)
    return scalars.reader(node.kind, node.schema.platform, bare)


def types_of(node: Node) -> frozenset[type]:
    """Give the types that need no reading at all."""
    return scalars.TYPES.get(node.kind, frozenset())


def object_reader(node: Node) -> Reader:
    """Read an object: known fields by their nodes, unknown ones as they are."""
    fields = node.fields
    steps: dict[str, tuple[frozenset[type], Reader]] = {}

    def step_of(key: str) -> tuple[frozenset[type], Reader] | None:
        if key in fields:
            steps[key] = types_of(fields[key]), reader(fields[key])
        return steps.get(key)

    def read(value: Any, where: Where, problems: list) -> Tree | None:
        if not isinstance(value, dict):
            return scalars.refuse(OBJECT, value, where, problems)
        made = {}
        for key, entry in value.items():
            if entry is None:
                continue
            step = steps.get(key) or step_of(key)
            if step is None:
                made[key] = bare(entry)
                continue
            types, below = step
            if entry.__class__ in types:
                made[key] = entry
            else:
                entry = below(entry, (where, key), problems)
                if entry is not None:
                    made[key] = entry
        return made
    return read


def map_reader(node: Node) -> Reader:
    """Read a map of any keys."""
    types, below = types_of(node.item), reader(node.item)

    def read(value: Any, where: Where, problems: list) -> Tree | None:
        if not isinstance(value, dict):
            return scalars.refuse(MAP, value, where, problems)
        made = {}
        for key, entry in value.items():
            if entry is not None and entry.__class__ not in types:
                entry = below(entry, (where, key), problems)
            if entry is not None:
                made[key] = entry
        return made
    return read


def values_reader(node: Node) -> Reader:
    """Read a list of scalars, which is a single value."""
    types, below = types_of(node.item), reader(node.item)

    def read(value: Any, where: Where, problems: list) -> list | None:
        if not isinstance(value, list):
            return scalars.refuse(LIST, value, where, problems)
        for entry in value:
            if entry.__class__ not in types:
                made = [below(entry, (where, position), problems) for position, entry in enumerate(value)]
                return [entry for entry in made if entry is not None]
        return value
    return read


def entries_reader(node: Node) -> Reader:
    """Read a list of objects, which is a map by what identifies an entry."""
    below, identity = reader(node.item), node.identity
    name = identity.field if isinstance(identity, Name) else None

    def read(value: Any, where: Where, problems: list) -> Tree | None:
        if not isinstance(value, list):
            return scalars.refuse(LIST, value, where, problems)
        made: Tree = {}
        for position, entry in enumerate(value):
            entry = below(entry, (where, position), problems)
            if entry is None:
                continue
            key = str(position) if identity is None else entry.pop(name, None) if name else identity.take(entry)
            if key is None:
                problems.append(((where, position), "missing-key", scalars.missing(identity)))
                key = str(position)
            if key in made:
                del made[key]
                words = f"`{key}` comes again further down, and that one counts"
                problems.append(((where, position_of(identity, value[:position], key)), "repeated-key", words))
            made[key] = entry
        return made
    return read


def merging(node: Node, read_object: Reader) -> Reader:
    """Read an object two of whose lists are one map: init containers, each with a mark, and containers."""
    early, late, mark = node.merged

    def read(value: Any, where: Where, problems: list) -> Tree | None:
        made = read_object(value, where, problems)
        if not made:
            return made
        for name in (early, late):
            for key, entry in made.get(name, {}).items():
                if entry.pop(mark, None) is not None:
                    at = position_of(node.fields[name].identity, value[name], key)
                    problems.append(((((where, name), at), mark), "wrong-type", "the API has no field of this name"))
        # An empty list of containers, which no API server takes, would not come back from a merged map.
        if made.get(early) and made.get(late) != {}:
            return merged(made, value, where, problems)
        return made

    def merged(made: Tree, value: Any, where: Where, problems: list) -> Tree:
        first, second = made.pop(early), made.get(late, {})
        for key in [key for key in first if key in second]:
            at = position_of(node.fields[early].identity, value[early], key)
            words = f"`{key}` is among the {late} as well, and that one counts"
            problems.append((((where, early), at), "repeated-key", words))
        marked = {key: {**entry, mark: True} for key, entry in first.items() if key not in second}
        made[late] = {**marked, **second}
        return made
    return read
