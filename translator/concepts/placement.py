"""Node selectors, affinity and topology spread <-> placement constraints and strategies."""

from __future__ import annotations

from typing import Any

from ..converters import node_terms
from ..converters.two_way import TwoWay
from ..trees import Tree, get, listed
from . import capacity, placement_neighbours as neighbours, rollout

FARGATE = "FARGATE"
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
ZONE_FIELD, HOST_FIELD = "attribute:ecs.availability-zone", "instanceId"
TOPOLOGIES = {ZONE: ZONE_FIELD, HOST: HOST_FIELD}
DISTINCT = {"type": "distinctInstance"}
NAME_LABEL = "app.kubernetes.io/name"
# Selectors that say where a pod runs in another way: rows of their own carry them.
ELSEWHERE = frozenset(
    {
        "kubernetes.io/arch",
        "kubernetes.io/os",
        "karpenter.sh/capacity-type",
        "eks.amazonaws.com/capacityType",
        "topology.kubernetes.io/region",
        "node.kubernetes.io/windows-build",
        capacity.POOL,
        capacity.GROUP,
    }
)
MOST = 2000  # characters of an expression


# --- nodes -------------------------------------------------------------------------------------


def without_taken(terms: Any) -> Any:
    """Leave out what says the task's one processor or system: that is its platform."""
    keys = [
        keys
        for keys in (capacity.ARCHITECTURE_KEYS, capacity.SYSTEM_KEYS)
        if len(node_terms.allowed(terms, keys) or ()) == 1
    ]
    said = {key for group in keys for key in group}
    return {place: _filtered(term, said) for place, term in terms.items()} if isinstance(terms, dict) else terms


def _filtered(term: Any, said: set[str]) -> Any:
    entries = term.get("matchExpressions") if isinstance(term, dict) else None
    if not isinstance(entries, dict):
        return term
    kept = {place: one for place, one in entries.items() if get(one, ("key",)) not in said}
    return {**term, "matchExpressions": kept}


def _is_taken(terms: Any, launch: str | None) -> bool:
    """Whether node terms ask for nothing but one processor, one system and, on Fargate, kinds of capacity."""
    keys = (capacity.ARCHITECTURE_KEYS, capacity.SYSTEM_KEYS, capacity.CAPACITY_KEYS)[: 3 if launch == FARGATE else 2]
    asked = [
        get(one, ("key",))
        for term in (terms or {}).values()
        for field in (term.values() if isinstance(term, dict) else ())
        if isinstance(field, dict)
        for one in field.values()
    ]
    known = [
        key
        for group in keys
        for key in group
        if node_terms.allowed(terms, group) and (group == keys[-1] or len(node_terms.allowed(terms, group) or ()) == 1)
    ]
    return bool(asked) and all(key in known for key in asked)


taken = TwoWay(_is_taken, lambda *given: None)


def _is_selector(terms: Any, launch: str | None, region: str | None) -> bool:
    """Whether terms on instances ask for single values alone, all of which an expression can say."""
    plain = plain_terms(terms) if isinstance(terms, dict) else []
    operators = [(one.get("operator"), one.get("values")) for term in plain for one in term.get("matchExpressions", [])]
    single = all(operator == "In" and isinstance(values, list) and len(values) == 1 for operator, values in operators)
    return (
        launch != FARGATE
        and len(plain) == 1
        and bool(operators)
        and single
        and not node_terms.to_expression(plain, region)[1]
    )


as_selector = TwoWay(_is_selector, lambda *given: None)
several_processors = TwoWay(
    lambda terms, launch: launch == FARGATE and len(node_terms.allowed(terms, capacity.ARCHITECTURE_KEYS) or ()) > 1,
    lambda *given: None,
)


def plain_terms(terms: Any) -> list[dict]:
    """Give node selector terms as the API writes them: lists, not maps by position."""
    made = []
    for term in (terms or {}).values():
        made.append(
            {
                key: [one for one in entries.values() if isinstance(one, dict)]
                for key, entries in term.items()
                if isinstance(entries, dict)
            }
            if isinstance(term, dict)
            else {}
        )
    return made


def _to_constraints(
    selector: Any, terms: Any, launch: str | None, region: str | None, chosen: Any = None
) -> Tree | None:
    """Managed instances have no attributes of one's own: labels that choose their pool are its capacity provider."""
    if launch == FARGATE:
        return None
    own = {key: value for key, value in (selector or {}).items() if key not in ELSEWHERE and isinstance(value, str)}
    if str(chosen).startswith(capacity.POOL):
        own = {key: value for key, value in own.items() if key in node_terms.SUBJECTS}
    wanted = ([[node_terms.term_of(own)]] if own else []) + ([plain_terms(without_taken(terms))] if terms else [])
    expressions = [node_terms.to_expression(alternatives, region)[0] for alternatives in wanted]
    return listed({"type": "memberOf", "expression": one} for one in expressions if one and len(one) <= MOST) or None


def _from_constraints(constraints: Any, of_service: Any = None) -> tuple | None:
    selector: dict[str, str] = {}
    terms: list[dict] | None = None
    for constraint in [*(constraints or {}).values(), *(of_service or {}).values()]:
        if get(constraint, ("type",)) != "memberOf":
            continue
        found, unsaid = node_terms.to_terms(str(constraint.get("expression") or ""))
        simple = _as_selector(found) if not unsaid else None
        if simple is not None and not simple.keys() & selector.keys():
            selector.update(simple)
        elif found and terms is None:
            terms = found
    return (selector or None, _in_tree(terms) if terms else None) if selector or terms else None


def _all_said(constraints: Any) -> bool:
    """Whether each expression of a service can be said of its pods."""
    members = [one for one in constraints.values() if get(one, ("type",)) == "memberOf"]
    return bool(members) and all(
        found and not unsaid
        for found, unsaid in (node_terms.to_terms(str(one.get("expression") or "")) for one in members)
    )


moved_to_pod = TwoWay(lambda *given: None, _all_said)


def _as_selector(terms: list[dict]) -> dict[str, str] | None:
    """Give a nodeSelector where one term asks only for single values."""
    requirements = terms[0].get("matchExpressions", []) if len(terms) == 1 else []
    simple = {
        one["key"]: one["values"][0] for one in requirements if one["operator"] == "In" and len(one["values"]) == 1
    }
    return simple if requirements and len(simple) == len(requirements) else None


def _in_tree(terms: list[dict]) -> Tree:
    return listed({key: listed(entries) for key, entries in term.items()} for term in terms)


nodes = TwoWay(_to_constraints, _from_constraints)


# --- spreading ---------------------------------------------------------------------------------


def _own(selector: Any, labels: Any) -> bool:
    """Whether a label selector chooses the pod's own kind."""
    wanted = get(selector, ("matchLabels",))
    return (
        isinstance(wanted, dict)
        and bool(wanted)
        and set(selector) == {"matchLabels"}
        and wanted.items() <= (labels or {}).items()
    )


def _to_spread(
    constraints: Any,
    required: Any,
    preferred: Any,
    near: Any,
    labels: Any,
    kind: str | None,
    launch: str | None,
    known: Any = None,
) -> tuple | None:
    if kind in (None, "DaemonSet") or launch == FARGATE:
        return None
    wanted = [
        one.get("topologyKey")
        for one in (constraints or {}).values()
        if isinstance(one, dict) and _own(one.get("labelSelector"), labels)
    ]
    wanted += [
        get(one, ("podAffinityTerm", "topologyKey"))
        for one in (preferred or {}).values()
        if _own(get(one, ("podAffinityTerm", "labelSelector")), labels)
    ]
    apart = [
        one.get("topologyKey")
        for one in (required or {}).values()
        if isinstance(one, dict) and _own(one.get("labelSelector"), labels)
    ]
    wanted += [ZONE for key in apart if key == ZONE]
    fields = [TOPOLOGIES[key] for key in (ZONE, HOST) if key in wanted]
    strategy = listed({"type": "spread", "field": one} for one in fields)
    others = {place: one for place, one in (required or {}).items() if not _own(get(one, ("labelSelector",)), labels)}
    around = neighbours.expressions(near, others, known)
    return strategy or None, listed([*([DISTINCT] if HOST in apart else []), *around]) or None


def _from_spread(
    strategy: Any, constraints: Any, name: str | None, tags: Any, launch: str | None, of_task: Any = None
) -> tuple | None:
    labels = {NAME_LABEL: name} if name else None
    spread = {}
    for one in (strategy or {}).values():
        topology = (
            {ZONE_FIELD: ZONE, HOST_FIELD: HOST, "host": HOST}.get(str(get(one, ("field",))))
            if get(one, ("type",)) == "spread"
            else None
        )
        if topology and labels:
            spread[f"{topology}/ScheduleAnyway"] = {
                "maxSkew": 1,
                "topologyKey": topology,
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": labels},
            }
    distinct = any(get(one, ("type",)) == "distinctInstance" for one in (constraints or {}).values())
    near, apart = neighbours.terms(constraints, of_task)
    own = [{"topologyKey": HOST, "labelSelector": {"matchLabels": labels}}] if distinct and labels else []
    return spread or None, listed(own + apart) or None, None, listed(near) or None


spread = TwoWay(_to_spread, _from_spread)


def _spreads_itself(constraints: Any, required: Any, preferred: Any, labels: Any, kind: Any, launch: Any) -> bool:
    """Whether all that is asked for holds on Fargate, or for a daemon, without being asked for."""
    if not (constraints or required or preferred):
        return False
    if kind == "DaemonSet":
        return True
    over = [one for one in (constraints or {}).values() if not _holds(one, labels)]
    apart = [get(one, ("topologyKey",)) for one in (required or {}).values()]
    rather = [get(one, ("podAffinityTerm", "topologyKey")) for one in (preferred or {}).values()]
    return launch == FARGATE and not over and set(apart) <= {HOST} and set(rather) <= {HOST, ZONE}


def _holds(constraint: Any, labels: Any) -> bool:
    key = get(constraint, ("topologyKey",))
    if not _own(get(constraint, ("labelSelector",)), labels):
        return False
    return key == HOST or key == ZONE and get(constraint, ("whenUnsatisfiable",)) == "ScheduleAnyway"


spread_by_itself = TwoWay(_spreads_itself, lambda *given: None)


def _to_rebalancing(kind: Any, strategy: Any, count: Any, low: Any, high: Any) -> str | None:
    """ECS rebalances unless told otherwise, and cannot where a service never runs more tasks than its count."""
    percents = (0, 100) if kind == "StatefulSet" else rollout.bounds.to_ecs(strategy, kind, count, low, high)
    return "DISABLED" if percents is not None and percents[1] == 100 else None


rebalancing = TwoWay(_to_rebalancing, lambda value: ())
