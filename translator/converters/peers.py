"""Who a NetworkPolicy's peer means: the applications of the input whose pods and namespaces carry its labels."""

from __future__ import annotations

from typing import Any

from ..trees import Tree, get

NAMESPACE_NAME = "kubernetes.io/metadata.name"  # every namespace has this label, whatever its object says


def matches(selector: Any, labels: Tree) -> bool:
    """Whether labels fit a selector, as LabelSelector says; an empty selector fits all."""
    wanted = get(selector, ("matchLabels",))
    plain = all(labels.get(key) == value for key, value in wanted.items()) if isinstance(wanted, dict) else True
    return plain and all(_fits(one, labels) for one in _expressions(selector))


def _expressions(selector: Any) -> list[Any]:
    found = get(selector, ("matchExpressions",))
    return list(found.values()) if isinstance(found, dict) else []


def _fits(one: Any, labels: Tree) -> bool:
    key, operator = get(one, ("key",)), get(one, ("operator",))
    values = get(one, ("values",))
    values = values if isinstance(values, list) else []
    has, value = key in labels, labels.get(key)
    fitting = {
        "In": has and value in values,
        "NotIn": not has or value not in values,
        "Exists": has,
        "DoesNotExist": not has,
    }
    return fitting.get(str(operator), False)


def is_whole_cluster(peer: Any) -> bool:
    """Whether a peer is every pod of every namespace."""
    return isinstance(peer, dict) and peer.get("namespaceSelector") == {} and not peer.get("podSelector")


def chosen(peer: Any, namespace: str, neighbours: Any) -> list[str]:
    """Give the applications of the input that a peer of a policy in a namespace means."""
    spaces, pods = get(peer, ("namespaceSelector",)), get(peer, ("podSelector",))
    objects = get(neighbours, ("namespaces",))
    known = objects if isinstance(objects, dict) else {}
    return [
        name
        for name, one in _candidates(pods, neighbours)
        if matches(pods, one["labels"]) and _is_inside(spaces, one["namespace"], namespace, known)
    ]


def marked(applications: Tree) -> Tree:
    """Give the applications that carry each label: who looks for them need not look at all."""
    made: Tree = {}
    for name, one in applications.items():
        for key, value in one["labels"].items():
            made.setdefault(key, {}).setdefault(value, []).append(name)
    return made


def _candidates(selector: Any, neighbours: Any) -> list[tuple[str, Tree]]:
    """Give the applications that may fit a selector."""
    found = get(neighbours, ("applications",))
    applications = found if isinstance(found, dict) else {}
    by_label, wanted = get(neighbours, ("marked",)), get(selector, ("matchLabels",))
    names = list(applications)
    if isinstance(by_label, dict) and isinstance(wanted, dict) and wanted:
        key, value = next(iter(wanted.items()))
        carriers = get(by_label, (key, value)) if isinstance(value, str) else None
        names = carriers if isinstance(carriers, list) else []
    return [
        (name, one)
        for name in names
        for one in [applications.get(name)]
        if isinstance(one, dict) and isinstance(one.get("labels"), dict) and isinstance(one.get("namespace"), str)
    ]


def _is_inside(selector: Any, there: str, here: str, objects: Tree) -> bool:
    """Whether a namespace is one that a selector means, as far as the input says what labels it has."""
    if selector is None:
        return there == here
    labels = objects.get(there)
    return matches(selector, {**(labels if isinstance(labels, dict) else {}), NAMESPACE_NAME: there or "default"})
