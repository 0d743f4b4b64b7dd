"""The official schemas: what may stand where on both platforms, and vendor objects <-> canonical trees by them."""
from __future__ import annotations

from collections.abc import Iterator

from .canonical import Problem, canonical
from .nodes import LIST, OBJECT, Node, index, root
from .paths import raw_path, show_path
from .plain import plain

__all__ = ["Node", "Problem", "canonical", "kinds", "known", "leaves", "plain", "raw_path", "root", "show_path"]


def kinds(platform: str) -> tuple[str, ...]:
    """Give every kind of a platform that has a schema."""
    return tuple(index()[platform])


def known(platform: str, kind: str, pattern: tuple[str, ...], api_version: str | None = None) -> bool:
    """Whether a canonical tree of a kind can have something at a path; `*` stands for any key of a map."""
    node = root(platform, kind, api_version)
    return node is not None and fits(node, pattern)


def fits(node: Node, pattern: tuple[str, ...]) -> bool:
    """Whether a path exists below a node."""
    if not pattern or node.kind == "any":
        return True
    if node.kind == OBJECT:
        below = node.fields.get(pattern[0])
        return below is not None and not joins(node, pattern[0]) and fits(below, pattern[1:])
    if not node.is_map:
        return False
    return not starts_with_key(node, pattern[1:]) and fits(node.item, pattern[1:])


def joins(node: Node, field: str) -> bool:
    """Whether a field's entries stand under another field in a canonical tree."""
    return node.merged is not None and field == node.merged[0]


def starts_with_key(node: Node, pattern: tuple[str, ...]) -> bool:
    """Whether a path within an entry is the field that its key stands for."""
    path = node.identity.path if node.kind == LIST and node.identity else ()
    return bool(path) and pattern[:len(path)] == path


def leaves(platform: str, kind: str, api_version: str | None = None) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Give every leaf that a canonical tree of a kind can have: its pattern and its node.

    An entry that is nothing but its key (`imagePullSecrets.*`) is a leaf. A type within itself is not gone into again.
    """
    node = root(platform, kind, api_version)
    if node is not None:
        yield from _leaves(node, (), (), ())


def _leaves(node: Node, at: tuple[str, ...], inside: tuple[str, ...], taken: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    if node.kind == OBJECT and node.name not in inside:
        fields = [(name, below) for name, below in node.fields.items() if (name,) != taken and not joins(node, name)]
        for name, below in fields:
            yield from _leaves(below, at + (name,), inside + (node.name,), taken[1:] if taken[:1] == (name,) else ())
        if not fields:
            yield at, node
    elif node.is_map and node.item is not None:
        yield from _leaves(node.item, at + ("*",), inside, node.identity.path if node.kind == LIST and node.identity else ())
    else:
        yield at, node
