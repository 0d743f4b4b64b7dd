"""Mutants that change nothing anybody could see, by rule (docs/mutation.md says why)."""
from __future__ import annotations

from typing import Any


def reason(mutant: Any, tables: dict[str, dict]) -> str:
    """Say why a mutant is none; nothing where it is one."""
    cells = tables[mutant.table][mutant.scope][mutant.row]
    for rule, why in RULES.items():
        if why(mutant.what, mutant.codes[0], cells):
            return rule
    return ""


def _carried_as_it_is(what: str, code: str, cells: dict) -> bool:
    """The value itself comes back, so that nobody asks what its absence would mean."""
    plain = bool(cells.get("k8s") and cells.get("ecs")) and not {"via", "values"} & cells.keys()
    return what.startswith("default.") and (plain or (code, what) in COMES_BACK)


def _order_of_alternatives(what: str, code: str, cells: dict) -> bool:
    """A pair that asks the same of each of two fields answers the same in any order."""
    return what.endswith(" swapped") and cells.get("via") in ANY_ORDER


def _unread(what: str, code: str, cells: dict) -> bool:
    """A pair that answers the same whatever it is given needs none of what stands around it, nor its order."""
    side = UNREAD.get(code)
    return side is not None and (what == f"{side} swapped" or what.startswith(f"{side} without /"))


def _always_lost(what: str, code: str, cells: dict) -> bool:
    """What a notice is about never comes back: it is reported as lost at the notice's level, however near the notice calls it."""
    return what.startswith("fidelity") and code in ALWAYS_LOST and cells.get("ecs" if cells.get("k8s") else "k8s") is None


def _never_given(what: str, code: str, cells: dict) -> bool:
    """How near a row comes is asked where it gives something, and on this side it gives nothing."""
    return (code, what) in NEVER_GIVEN


def _by_hand(what: str, code: str, cells: dict) -> bool:
    """The context decides nothing about the answer; docs/mutation.md says why."""
    return (code, what) in BY_HAND


# Defaults of values that a pair gives back: a RollingUpdate as one, 30 seconds as 30 seconds.
COMES_BACK = frozenset({("rollout.strategy", "default.k8s changed"), ("lifecycle.grace-period", "default.k8s changed")})
# Pairs that are `any` over their first two arguments, look at neither of them, or (GPUs) where Kubernetes wants both to be equal.
ANY_ORDER = frozenset({"holds_credential", "too_small", "disk_of_instance", "shared_size", "gpu"})
# The side on which a pair answers the same whatever stands there.
UNREAD = {"resources.cpu-limit": "k8s", "workloads.retries": "ecs", "disruption.budget": "k8s", "networking.hostname": "k8s"}
# A StatefulSet, a date with a year, COMPLETE, a time beyond Fargate's, a disk's share on an instance, a node's network: none of them comes back.
ALWAYS_LOST = frozenset({"workloads.stateful", "workloads.once", "lifecycle.any-exit-code", "lifecycle.grace-cut", "resources.disk-of-instance",
                         "networking.host-on-fargate"})
# The type of an ECS deployment is never given to a Deployment: `bounds` gives its strategy.
NEVER_GIVEN = frozenset({("rollout.strategy", "fidelity.ecs is approximate")})
BY_HAND = frozenset({
    # Where its namespace is not given it is `default`: a word is known or unknown whatever the environment says.
    ("process.unresolved-reference", "k8s without /environment"),
    # A Job's kind is what makes it one, and the namespace's tag is read back as it was written: neither is ever lost.
    ("workloads.wiring", "k8s without kind"),
    ("workloads.namespace", "level is warning"),
    # The finer rows of autoscaling and event-scaling own each field of it.
    ("autoscaling.suspended", "dropped"),
    # The same of a budget (`minimum`, `object`, `unhealthy-pods`) and of the DNS policy (`node-dns`).
    ("disruption.budget", "level is warning"),
    ("networking.dns", "default.k8s changed"),
})
RULES = {"the value comes back, so its default is not asked": _carried_as_it_is, "alternatives have no order": _order_of_alternatives,
         "the pair reads none of it": _unread, "what is always lost is reported as lost": _always_lost,
         "the row gives nothing on this side": _never_given, "the context decides nothing": _by_hand}
