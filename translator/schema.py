"""The official schemas: what may stand where on both platforms, and vendor objects <-> canonical trees by them."""
from __future__ import annotations

from collections.abc import Iterator

from .canonical import Problem, canonical
from .nodes import LIST, OBJECT, Node, index, root
from .paths import raw_path, show_path
from .plain import plain

__all__ = ["Node", "Problem", "canonical", "kinds", "known", "leaves", "plain", "raw_path", "root", "show_path"]

Pattern = tuple[str, ...]


def kinds(platform: str) -> tuple[str, ...]:
    """Give every kind of a platform that has a schema."""
    return tuple(index()[platform])


def known(platform: str, kind: str, pattern: Pattern, api_version: str | None = None) -> bool:
    """Whether a canonical tree of a kind can have something at a path; `*` stands for any key of a map."""
    node = root(platform, kind, api_version)
    return node is not None and fits(node, pattern)


def fits(node: Node, pattern: Pattern) -> bool:
    """Whether a path exists below a node."""
    if not pattern or node.kind == "any":
        return True
    if node.kind == OBJECT:
        below = node.fields.get(pattern[0])
        if below is not None and joins(node, pattern[0]):
            return pattern[1:] == ()  # it may be there, but never with entries
        return below is not None and fits(below, pattern[1:])
    if not node.is_map:
        return False
    return not starts_with_key(node, pattern[1:]) and fits(node.item, pattern[1:])


def joins(node: Node, field: str) -> bool:
    """Whether a field's entries stand under another field in a canonical tree."""
    return node.merged is not None and field == node.merged[0]


def starts_with_key(node: Node, pattern: Pattern) -> bool:
    """Whether a path within an entry is the field that its key stands for."""
    key = key_of(node)
    return bool(key) and pattern[:len(key)] == key


def leaves(platform: str, kind: str, api_version: str | None = None) -> Iterator[tuple[Pattern, Node]]:
    """Give every leaf that a canonical tree of a kind can have: its pattern and its node.

    An entry that is nothing but its key (`imagePullSecrets.*`) is a leaf. A type within itself is not gone into again.
    """
    node = root(platform, kind, api_version)
    if node is not None:
        yield from _leaves(node, (), (), ())


def _leaves(node: Node, at: Pattern, inside: Pattern, key: Pattern) -> Iterator[tuple[Pattern, Node]]:
    """Go below a node that stands at a pattern inside of types; `key` is what its entry is known by already."""
    if node.is_map:
        yield from _leaves(node.item, at + ("*",), inside, key_of(node))
        return
    names = [] if node.name in inside else [name for name in node.fields if (name,) != key and not joins(node, name)]
    for name in names:
        below = key[1:] if key[:1] == (name,) else ()
        yield from _leaves(node.fields[name], at + (name,), (*inside, node.name), below)
    if not names:
        yield at, node


def key_of(node: Node) -> Pattern:
    """Give the path of the field that an entry's key stands for, if it is one field."""
    return node.identity.path if node.kind == LIST and node.identity else ()
