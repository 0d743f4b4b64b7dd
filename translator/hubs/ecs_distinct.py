"""Names of Cloud Map that several namespaces have -> keys of their own in one document."""
from __future__ import annotations

from typing import Any

from ..trees import Tree


def distinct(tree: Tree, known: dict[tuple[str, str], Tree]) -> Tree:
    """Give names that another namespace has as well keys of their own: a name of Cloud Map is one within its namespace."""
    for name, entry in tree.get("discoveryServices", {}).items():
        key, count = name, 1
        while ("", key) in known and known["", key].get("NamespaceId") != entry.get("NamespaceId"):
            count += 1
            key = f"{name}-{count}"
        if key != name:
            tree = _referring(tree, f"${{discoveryServices.{name}.", f"${{discoveryServices.{key}.")
            others = {other: one for other, one in tree["discoveryServices"].items() if other != name}
            tree = {**tree, "discoveryServices": {**others, key: {"Name": name, **entry}}}
    return tree


def _referring(tree: Any, old: str, new: str) -> Any:
    """Give a tree whose references lead elsewhere."""
    if isinstance(tree, dict):
        return {key: _referring(entry, old, new) for key, entry in tree.items()}
    return new + tree.removeprefix(old) if isinstance(tree, str) and tree.startswith(old) else tree
