"""Objects that no application is made of -> what is said of their kind."""
from __future__ import annotations

import functools

from . import rows
from .model import Object
from .nodes import group_of


def code_of(entry: Object) -> str | None:
    """Give the code that speaks of an object's kind; None where nothing is known of it.

    `Kind.group` goes before `Kind`, which goes before `*.group`.
    """
    version = entry.value.get("apiVersion") if isinstance(entry.value, dict) else None
    group = group_of(version) if isinstance(version, str) else ""
    above = group.split(".")
    whole = ["*." + ".".join(above[position:]) for position in range(len(above))]
    found = [codes()[key] for key in (f"{entry.kind}.{group}", entry.kind, *whole) if key in codes()]
    return found[0] if found else None


@functools.cache
def codes() -> dict[str, str]:
    """Give the code for each kind that a row of the table names."""
    return {
        kind: f"objects.{name}"
        for name, cells in rows.tables()["objects"]["message"].items()
        for kind in cells["kinds"]
    }
