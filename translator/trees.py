"""Canonical trees: nested dicts whose lists of objects are maps by key, with tuples of keys as paths.

A tree that was handed out is never changed in place; `put` writes only into trees that its caller is building.
"""
from __future__ import annotations

from typing import Any, Iterable, Iterator

Tree = dict[str, Any]
Path = tuple[str, ...]


def get(tree: Any, path: Iterable[str]) -> Any:
    """Give what stands at a path, or None."""
    for key in path:
        if not isinstance(tree, dict):
            return None
        tree = tree.get(key)
    return tree


def put(tree: Tree, path: Path, value: Any) -> None:
    """Set a value at a path; maps are merged into maps that stand there already, and never shared with them."""
    for key in path[:-1]:
        below = tree.get(key)
        if below is None:
            below = tree[key] = {}
        tree = below
    key = path[-1]
    if isinstance(value, dict):
        here = tree.get(key)
        if isinstance(here, dict):
            for name, entry in value.items():
                put(here, (name,), entry)
            return
        value = copied(value)
    tree[key] = value


def copied(value: Any) -> Any:
    """Copy the maps of a tree; everything else is a value and stays the same."""
    if isinstance(value, dict):
        return {key: copied(entry) for key, entry in value.items()}
    return value


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Give every leaf with its path; an empty map is a leaf."""
    if isinstance(tree, dict) and tree:
        for key, entry in tree.items():
            yield from leaves(entry, path + (key,))
    else:
        yield path, tree


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal as JSON is: 1 and True are not."""
    if left != right:
        return False
    if isinstance(left, dict):
        return all(same(entry, right[key]) for key, entry in left.items())
    if isinstance(left, list):
        return all(map(same, left, right))
    return isinstance(left, bool) == isinstance(right, bool)


def lost(tree: Any, back: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Subtract: give every leaf of a tree that `back` does not hold with the same value."""
    if isinstance(tree, dict) and tree:
        if not isinstance(back, dict):
            yield from leaves(tree, path)
            return
        for key, entry in tree.items():
            other = back.get(key)
            if other is None:
                yield from leaves(entry, path + (key,))
            elif isinstance(entry, dict) or not same(entry, other):
                yield from lost(entry, other, path + (key,))
    elif back != tree or not same(tree, back):
        yield path, tree


ORDER = "$order"


def patch(back: Any, tree: Any) -> Any:
    """Give what turns `back` into `tree`: a merge patch, with `$order` where only the order of a map's keys differs.

    None stands for a key to take away (RFC 7396); canonical trees hold no None of their own.
    """
    if not isinstance(tree, dict) or not isinstance(back, dict):
        return copied(tree)
    made: Tree = {key: None for key in back if key not in tree}
    for key, entry in tree.items():
        if key not in back:
            made[key] = copied(entry)
        elif isinstance(entry, dict) and isinstance(back[key], dict):
            below = patch(back[key], entry)
            if below:
                made[key] = below
        elif not same(entry, back[key]):
            made[key] = copied(entry)
    if [key for key in back if key in tree] + [key for key in tree if key not in back] != list(tree):
        made[ORDER] = list(tree)
    return made


def patched(tree: Any, change: Any) -> Any:
    """Apply what `patch` gave: `patched(back, patch(back, tree)) == tree`, order included."""
    if not isinstance(change, dict):
        return copied(change)
    made = dict(tree) if isinstance(tree, dict) else {}
    for key, entry in change.items():
        if key == ORDER:
            continue
        if entry is None:
            made.pop(key, None)
        else:
            made[key] = patched(made.get(key), entry)
    order = change.get(ORDER)
    if order:
        made = {**{key: made[key] for key in order if key in made}, **made}
    return made


def listed(entries: Iterable[Any]) -> Tree:
    """Make the map that stands for a list without identities: by position."""
    return {str(position): entry for position, entry in enumerate(entries)}


def tree(**fields: Any) -> Tree:
    """Make a map of the fields that are not None."""
    return {key: value for key, value in fields.items() if value is not None}


def compact(fields: Tree) -> Tree | None:
    """Drop what is None from a map; None when nothing is left."""
    kept = {key: value for key, value in fields.items() if value is not None}
    return kept or None


def without(tree: Tree, path: Path) -> Tree:
    """Give a tree without what stands at a path, nor a map that holds nothing else."""
    if path[0] not in tree:
        return tree
    below = without(tree[path[0]], path[1:]) if len(path) > 1 else {}
    return {key: below if key == path[0] else value for key, value in tree.items() if key != path[0] or below}


def keyed(tree: Any, raw: Iterable[str | int]) -> Path:
    """Give the path in a canonical tree for a path with list indexes: maps keep the order of their lists."""
    made: list[str] = []
    for key in raw:
        if isinstance(key, int):
            names = list(tree) if isinstance(tree, dict) else []
            key = names[key] if key < len(names) else str(key)
        made.append(key)
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tuple(made)
