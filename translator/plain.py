"""Canonical trees -> vendor objects: maps become lists again, in an order of keys that people write.

Kubernetes objects begin with apiVersion, kind and metadata, entries with their name and image, and the rest is
alphabetical, as kubectl prints; AWS requests keep the order of the API's own model.
"""
from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .model import KUBERNETES
from .nodes import MAP, OBJECT, Node, root
from .trees import Tree

FIRST = ("apiVersion", "kind", "metadata", "name", "namespace", "image", "labels", "annotations")
LAST = ("status",)
Writer = Callable[[Any], Any]


def plain(platform: str, kind: str, tree: Tree) -> Any:
    """Give the vendor object of a canonical tree, or of a part of one: the inverse of `canonical`."""
    version = tree.get("apiVersion")
    node = root(platform, kind, version if isinstance(version, str) else None)
    if node is None:
        return in_usual_order(tree) if platform == KUBERNETES else tree
    return writer(node)(tree)


def in_usual_order(tree: Tree) -> Tree:
    """Let an object of a kind without a schema begin as every other does."""
    return {**{key: tree[key] for key in FIRST if key in tree}, **tree}


@functools.cache
def writer(node: Node) -> Writer:
    """Make the function that writes what stands at a node."""
    if node.kind == OBJECT:
        return splitting(node, object_writer(node)) if node.merged else object_writer(node)
    if node.kind == MAP:
        return map_writer(node)
    return list_writer(node) if node.is_map else as_it_is


def as_it_is(value: Any) -> Any:
    """Write a scalar, or a list of them."""
    return value


def object_writer(node: Node) -> Writer:
    """Write an object's fields in their order, unknown ones after those that the schema has."""
    rank = Ranks(node).__getitem__
    below: dict[str, Writer] = {}

    def write(tree: Any) -> Any:
        if not isinstance(tree, dict):
            return tree
        made = {}
        for key in sorted(tree, key=rank):
            entry = tree[key]
            if isinstance(entry, dict) and key in node.fields:
                step = below.get(key)
                if step is None:
                    step = below[key] = writer(node.fields[key])
                entry = step(entry)
            if entry is not None:
                made[key] = entry
        return made
    return write


class Ranks(dict):
    """The place of each field of an object; unknown fields come last, in their own order."""

    def __init__(self, node: Node):
        names = list(node.fields)
        if node.schema.platform == KUBERNETES:
            names.sort(key=lambda name: (name in LAST, FIRST.index(name) if name in FIRST else len(FIRST), name))
        super().__init__({name: place for place, name in enumerate(names)})

    def __missing__(self, key: str) -> int:
        return len(self)


def map_writer(node: Node) -> Writer:
    """Write a map of any keys, in the order that it has."""
    below = writer(node.item)
    if below is as_it_is:
        return as_it_is
    return lambda tree: {key: below(entry) for key, entry in tree.items()} if isinstance(tree, dict) else tree


def list_writer(node: Node) -> Writer:
    """Write the list that a map by key stands for."""
    below, identity = writer(node.item), node.identity

    def write(tree: Any) -> Any:
        if not isinstance(tree, dict):
            return tree
        if identity is None:
            return [below(tree[key]) for key in sorted(tree, key=position)]
        return [below(identity.restore(key, entry)) for key, entry in tree.items()]
    return write


def position(key: str) -> tuple[bool, int]:
    """Order entries that are keyed by position: 10 after 9."""
    return (False, int(key)) if key.isdecimal() else (True, 0)


def splitting(node: Node, write_object: Writer) -> Writer:
    """Write an object two of whose lists are one map: the marked entries into one, the others into the other."""
    early, late, mark = node.merged

    def write(tree: Any) -> Any:
        entries = tree.get(late) if isinstance(tree, dict) else None
        if not isinstance(entries, dict) or not any(mark in entry for entry in entries.values()):
            return write_object(tree)
        sides: dict[bool, Tree] = {True: dict(tree.get(early, {})), False: {}}
        for key, entry in entries.items():
            sides[entry.get(mark) is True][key] = {name: value for name, value in entry.items() if name != mark}
        rest = {name: value for name, value in tree.items() if name not in (early, late)}
        split = {early: sides[True], late: sides[False]}
        return write_object({**rest, **{name: side for name, side in split.items() if side}})
    return write
