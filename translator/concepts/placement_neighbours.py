"""Affinity to the pods of another application <-> constraints by the group of tasks that a service is.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""
from __future__ import annotations

from typing import Any

from ..converters import node_terms
from ..trees import Tree, get

HOST, NAME_LABEL, SERVICE = "kubernetes.io/hostname", "app.kubernetes.io/name", "service:"


def groups_of(term: Any, known: Any) -> list[str]:
    """Give the groups of tasks that a term of affinity chooses on one host; none where nobody knows."""
    wanted = get(term, ("labelSelector", "matchLabels"))
    plain = isinstance(term, dict) and set(term) == {"topologyKey", "labelSelector"} and set(term["labelSelector"] or ()) == {"matchLabels"}
    if not plain or term["topologyKey"] != HOST or not isinstance(wanted, dict) or not wanted:
        return []
    named = known.get(node_terms.selector_key(wanted)) if isinstance(known, dict) else None
    if not named and set(wanted) == {NAME_LABEL}:
        named = [wanted[NAME_LABEL]]
    return [SERVICE + name for name in named or () if isinstance(name, str)]


def expressions(near: Any, apart: Any, known: Any) -> list[dict]:
    """Give the constraints for what a pod is to be near to and apart from."""
    beside = [groups_of(term, known) for term in (near or {}).values()] if isinstance(near, dict) else []
    without = [groups_of(term, known) for term in (apart or {}).values()] if isinstance(apart, dict) else []
    made = [node_terms.group_expression(near=(tuple(one),)) for one in beside if one]
    made += [node_terms.group_expression(apart=tuple(one)) for one in without if one]
    return [{"type": "memberOf", "expression": one} for one in made if one]


def terms(*constraints: Any) -> tuple[list[Tree], list[Tree]]:
    """Give what constraints say of other services, as terms of affinity and of anti-affinity."""
    near: list[Tree] = []
    apart: list[Tree] = []
    for one in [one for each in constraints if isinstance(each, dict) for one in each.values()]:
        found = node_terms.groups(str(one.get("expression") or "")) if get(one, ("type",)) == "memberOf" else None
        for names in found.near if found else ():
            near += [_term(names)] if all(name.startswith(SERVICE) for name in names) else []
        apart += [_term((name,)) for name in (found.apart if found else ()) if name.startswith(SERVICE)]
    return near, apart


def _term(groups: tuple[str, ...]) -> Tree:
    names = [name.removeprefix(SERVICE) for name in groups]
    if len(names) == 1:
        return {"topologyKey": HOST, "labelSelector": {"matchLabels": {NAME_LABEL: names[0]}}}
    entry = {"key": NAME_LABEL, "operator": "In", "values": names}
    return {"topologyKey": HOST, "labelSelector": {"matchExpressions": {"0": entry}}}
