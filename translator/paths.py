"""Canonical paths -> the places in a vendor object, and the words, that a person knows them by."""
from __future__ import annotations

from functools import lru_cache
from typing import Any

from .identity import position_of
from .model import Path
from .nodes import Node, root


def raw_path(platform: str, kind: str, value: Any, path: tuple[str, ...]) -> Path:
    """Give the keys and list indexes in a vendor object for a canonical path, as deep as there is something."""
    version = value.get("apiVersion") if isinstance(value, dict) else None
    node = root(platform, kind, version if isinstance(version, str) else None)
    keys: list[str | int] = []
    at: str | int | None
    for depth, key in enumerate(path):
        if not isinstance(value, dict):
            at = index_in(node, value, key) if isinstance(value, list) else None
        elif node is not None and node.merged and key == node.merged[1]:
            at = list_with(node, value, path[depth:depth + 2])
        else:
            at = key if key in value else None
        if at is None:
            break
        keys.append(at)
        value = value[at]
        if node is not None:
            node = node.item or node.fields.get(at)  # type: ignore[arg-type]
    return tuple(keys)


def index_in(node: Node | None, value: list, key: str) -> int | None:
    """Find the entry of a list of objects that a key stands for."""
    return position_of(node.identity, value, key) if node is not None and node.is_map else None


def list_with(node: Node, value: dict, keys: tuple[str, ...]) -> str | None:
    """Find the one that has an entry, of two lists that a tree has as one map."""
    early, late, _ = node.merged  # type: ignore[misc]
    there = [name for name in (late, early) if name in value]
    holding = [name for name in there if isinstance(value[name], list) and keys[1:]
               and index_in(node.fields[name], value[name], keys[1]) is not None]
    return next(iter(holding + there), None)


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


@lru_cache(4096)
def is_word(key: object) -> bool:
    """Whether a key can stand between dots."""
    # YAML has keys that are no texts.
    return isinstance(key, str) and key.replace("_", "").replace("-", "").isalnum()
