"""Mutants that change nothing anybody could see, by rule (docs/mutation.md says why)."""
from __future__ import annotations

from typing import Any


def reason(mutant: Any, tables: dict[str, dict]) -> str:
    """Say why a mutant is none; nothing where it is one."""
    cells = tables[mutant.table][mutant.scope][mutant.row]
    for rule, why in RULES.items():
        if why(mutant.what, mutant.scope, cells):
            return rule
    return ""


def _carried_as_it_is(what: str, scope: str, cells: dict) -> bool:
    """The value itself comes back, so that nobody asks what its absence would mean."""
    return what.startswith("default.") and bool(cells.get("k8s") and cells.get("ecs")) and not {"via", "values"} & cells.keys()


def _order_of_alternatives(what: str, scope: str, cells: dict) -> bool:
    """A notice that asks whether any of several fields says something asks the same in any order."""
    return what.endswith(" swapped") and cells.get("via") in ANY_ORDER


# Pairs that are `any` over their arguments.
ANY_ORDER = frozenset({"holds_credential"})
RULES = {"the value comes back, so its default is not asked": _carried_as_it_is, "alternatives have no order": _order_of_alternatives}
