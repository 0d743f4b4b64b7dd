"""Placement of tasks on instances <-> constraints and strategies that ECS refuses."""
from __future__ import annotations

from typing import Any, Iterator

from .rules import Hit, Rules
from .values import entries, text


def placement_constraint(holder: dict, outer: Any) -> Iterator[Hit]:
    """Refuse a constraint without its expression, with one it does not take, or with one that is too long."""
    for at, constraint in entries(holder["placementConstraints"]):
        kind, expression = constraint.get("type"), constraint.get("expression")
        if kind == "memberOf" and not expression:
            yield ("placementConstraints", at), "A memberOf constraint needs an expression."
        elif kind == "distinctInstance" and expression:
            yield ("placementConstraints", at, "expression"), "A distinctInstance constraint takes no expression."
        elif text(expression) is not None and len(expression) > 2000:
            yield ("placementConstraints", at, "expression"), (
                f"The expression has {len(expression)} characters; ECS takes 2000."
            )


def placement_strategy(holder: dict, outer: Any) -> Iterator[Hit]:
    """Refuse a strategy without the field that it goes by, or with one that it cannot go by."""
    for at, strategy in entries(holder["placementStrategy"]):
        kind, field = strategy.get("type"), strategy.get("field")
        if kind == "binpack" and text(field or "") is not None and str(field).lower() not in ("cpu", "memory"):
            yield ("placementStrategy", at), "A binpack strategy goes by cpu or memory."
        elif kind == "spread" and not field:
            yield ("placementStrategy", at), "A spread strategy needs the field that it spreads over."
        elif kind == "random" and field:
            yield ("placementStrategy", at, "field"), "A random strategy takes no field."


CONSTRAINTS: Rules = {"placementConstraints": {"placement-constraint": placement_constraint}}
STRATEGIES: Rules = {"placementStrategy": {"placement-strategy": placement_strategy}}

KINDS = {"taskDefinitions": (CONSTRAINTS,), **dict.fromkeys(("services", "tasks"), (CONSTRAINTS, STRATEGIES))}
