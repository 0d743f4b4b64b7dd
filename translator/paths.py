"""Canonical paths -> the places in a vendor object, and the words, that a person knows them by."""
from __future__ import annotations

from typing import Any

from .identity import position_of
from .model import Path
from .nodes import LIST, MAP, OBJECT, Node, root


def raw_path(platform: str, kind: str, value: Any, path: tuple[str, ...]) -> Path:
    """Give the keys and list indexes in a vendor object for a canonical path, as deep as there is something."""
    version = value.get("apiVersion") if isinstance(value, dict) else None
    node = root(platform, kind, version if isinstance(version, str) else None)
    keys: list[str | int] = []
    for depth, key in enumerate(path):
        at = index_in(node, value, key) if isinstance(value, list) else field_in(node, value, path[depth:depth + 2])
        if at is None:
            break
        value, node = value[at], below(node, at)
        keys.append(at)
    return tuple(keys)


def index_in(node: Node | None, value: list, key: str) -> int | None:
    """Find the entry of a list of objects that a key stands for."""
    return position_of(node.identity, value, key) if node is not None and node.is_map else None


def field_in(node: Node | None, value: Any, keys: tuple[str, ...]) -> str | None:
    """Find a field; of two lists that a tree has as one map, the one that has the entry."""
    if not isinstance(value, dict):
        return None
    names = [keys[0]]
    if node is not None and node.kind == OBJECT and node.merged and keys[0] == node.merged[1]:
        names.append(node.merged[0])
    there = [name for name in names if name in value]
    holding = [name for name in there if isinstance(value[name], list) and keys[1:]
               and index_in(below(node, name), value[name], keys[1]) is not None]
    return next(iter(holding + there), None)


def below(node: Node | None, key: str | int) -> Node | None:
    """Give the node of a field or an entry."""
    if node is None:
        return None
    return node.fields.get(key) if node.kind == OBJECT else node.item if node.kind in (MAP, LIST) else None


def show_path(path: tuple[str, ...], raw: Path = ()) -> str:
    """Write a canonical path for a person: `spec.ports[80/tcp].targetPort`, `metadata.labels[app.kubernetes.io/name]`.

    With the raw path beside it, entries of lists stand in brackets whatever their keys look like, and the names of
    fields are those of the object: `initContainers[migrate]`.
    """
    text = ""
    for depth, key in enumerate(path):
        at = raw[depth] if depth < len(raw) else key
        if isinstance(at, int) or not is_word(at):
            text += f"[{key}]"
        else:
            text += f".{at}" if text else at
    return text


def is_word(key: object) -> bool:
    """Whether a key can stand between dots."""
    # YAML has keys that are no texts.
    return isinstance(key, str) and key.replace("_", "").replace("-", "").isalnum()
