"""Carries an application tree across by the rows, and finds by subtraction what did not come along."""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Callable, NamedTuple

from .converters import quantity
from .program import OTHER, Program, Whole, fill, instances, kept_scopes, program, speakers
from .rows import Row
from .trees import Path, Tree, get, lost, patch, put

QUANTITIES_UNDER = frozenset({"limits", "requests", "overhead", "capacity"})
QUANTITIES = frozenset({"sizeLimit", "averageValue", "divisor", "tolerance", "storage"})
TASK_SIZES = {("taskDefinition", "cpu"): quantity.ecs_cpu, ("taskDefinition", "memory"): quantity.ecs_memory}


def alike(path: Path, value: Any, back: Any) -> bool:
    """Whether two values are the same amount, spelled in two ways: 1024Mi and 1Gi, 0.5 and 500m, 1 vCPU and 1024."""
    if back is None or isinstance(value, (dict, list)):
        return False
    if isinstance(value, str) and isinstance(back, str) and value[:1] in ("[", "{"):
        return _same_json(value, back)
    if path in TASK_SIZES:
        return TASK_SIZES[path](value) == TASK_SIZES[path](back)
    if path[-1] in ("ScheduleExpression", "Schedule"):
        from .converters import cron

        return cron.alike(value, back)
    if path[-1] in QUANTITIES or path[-2:-1] and path[-2] in QUANTITIES_UNDER:
        return quantity.same(value, back)
    return False


def _same_json(value: str, back: str) -> bool:
    """Whether two texts hold the same data: annotations of controllers are often JSON."""
    try:
        return bool(json.loads(value) == json.loads(back))
    except (ValueError, RecursionError):
        return False


class Fired(NamedTuple):
    """One use of a row: where it applied (the keys that its scope's wildcards stood for) and what it gave."""

    row: Row
    keys: tuple[str, ...]
    values: tuple[Any, ...]


@dataclass
class Law:
    """A tree, what the rows made of it, what they make of that on the way back, and what is missing then."""

    tree: Tree
    there: Tree
    back: Tree
    fired: list[Fired]
    lost: list[tuple[Path, Any]] = field(default_factory=list)
    said: list[Fired] = field(default_factory=list)

    def residue(self) -> Tree:
        """Give the patch that turns what comes back into what was there."""
        return patch(self.back, self.tree)


def carry(tree: Tree, platform: str, environment: Tree, wire: dict[str, Callable[[Tree, Tree], Tree]]) -> Law:
    """Carry a tree of one platform to the other and back, and subtract.

    `wire` fills in, by platform, what follows from a tree itself (selectors, references between its objects).
    """
    whole = Whole({**tree, "environment": environment})
    there, fired = run(program(platform), whole, platform)
    wire[OTHER[platform]](there, environment)
    back, _ = apply(there, OTHER[platform], environment)
    wire[platform](back, environment)
    missing = [leaf for leaf in lost(tree, back) if not alike(*leaf, get(back, leaf[0]))]
    return Law(tree, there, back, fired, missing, notices(whole, platform))


def apply(tree: Tree, platform: str, environment: Tree, rules: Program | None = None) -> tuple[Tree, list[Fired]]:
    """Apply every row to a tree of `platform`; gives the other platform's tree and which rows gave what."""
    return run(rules or program(platform), Whole({**tree, "environment": environment}), platform)


def run(rules: Program, whole: Whole, platform: str) -> tuple[Tree, list[Fired]]:
    """Run a program over what is to be read."""
    out: Tree = {}
    fired: list[Fired] = []
    _keep_entries(whole.tree, platform, out)
    for keys, view, rule in rules.awake(whole):
        answer = rule.call(*rule.args(view)) if not rule.checks or rule.wanted(view) else None
        if answer is None:
            if rule.emit is None:
                continue
            values = rule.emit
        else:
            values = (answer,) if rule.single else answer
            if rule.emit is not None and all(value is None for value in values):
                values = rule.emit
        written = False
        for target, value in zip(rule.targets, values, strict=True):
            if value is not None:
                written = True
                target(out, keys, value)
        if written:
            fired.append(Fired(rule.row, keys, values))
    return out, fired


def _keep_entries(tree: Tree, platform: str, out: Tree) -> None:
    """Give each entry that always has a counterpart its place, in the order of the input."""
    for pattern, other in kept_scopes(platform):
        for keys, _ in instances(tree, pattern):
            put(out, fill(other, keys), {})


def notices(whole: Whole, platform: str) -> list[Fired]:
    """Give the rows that only speak and have something to say here."""
    return [Fired(rule.row, keys, ()) for keys, view, rule in speakers(platform).awake(whole)
            if rule.wanted(view) and (rule.row.pair is None or rule.call(*rule.args(view)))]
