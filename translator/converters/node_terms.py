"""nodeSelectorTerms <-> expressions of the cluster query language.

Terms are alternatives, the requirements in one hold together. What one side cannot say is given back as it stands,
never dropped.
https://kubernetes.io/docs/reference/labels-annotations-taints/
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from . import query
from .names import is_label_key, is_label_value
from .query import Tree
from .two_way import TwoWay

ZONE, KIND = "attribute:ecs.availability-zone", "attribute:ecs.instance-type"
ARCHITECTURE, SYSTEM = "attribute:ecs.cpu-architecture", "attribute:ecs.os-type"
# The first label of a subject is the one that is written; the others are read.
SUBJECTS = {
    "topology.kubernetes.io/zone": ZONE, "failure-domain.beta.kubernetes.io/zone": ZONE,
    "node.kubernetes.io/instance-type": KIND, "beta.kubernetes.io/instance-type": KIND,
    "kubernetes.io/arch": ARCHITECTURE, "beta.kubernetes.io/arch": ARCHITECTURE,
    "kubernetes.io/os": SYSTEM, "beta.kubernetes.io/os": SYSTEM,
}
LABELS = {subject: label for label, subject in reversed(SUBJECTS.items())}
VALUES = {ARCHITECTURE: {"amd64": "x86_64"}}
REGIONS = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")
FAMILY = "karpenter.k8s.aws/instance-family"
FAMILIES = (FAMILY, "eks.amazonaws.com/instance-family")
ANY_SIZE = (r"\..*", "[.].*", ".*")
# Labels of these domains are set by Kubernetes or its node provisioners; no container instance has them.
OTHERS = ("kubernetes.io", "k8s.io", "karpenter.sh", "karpenter.k8s.aws", "k8s.aws", "eks.amazonaws.com")
ATTRIBUTE_LIMIT = 128
SAID = ("and",)  # An empty conjunction: what the place the task runs in fulfils already.


class Groups(NamedTuple):
    """What an expression asks of other tasks: beside one of each tuple, beside none of `apart`; and all the rest."""

    near: tuple[tuple[str, ...], ...] = ()
    apart: tuple[str, ...] = ()
    rest: str | None = None


def term_of(labels: Mapping[str, str]) -> dict:
    """Give the term that a nodeSelector stands for."""
    requirements = [{"key": key, "operator": "In", "values": [value]} for key, value in labels.items()]
    return {"matchExpressions": requirements}


def to_expression(terms: list[dict], region: str | None = None) -> tuple[str | None, list[dict]]:
    """Give (expression, the requirements that it cannot say) for terms of which one must match.

    A term with nothing that can be said is left out, since it would let every instance in. A requirement for the
    region the cluster is in holds already.
    """
    parts = [_said(term, region) for term in terms]
    if any(tree == SAID and not left for tree, left in parts):
        return None, []
    said = [tree for tree, _ in parts if tree and tree != SAID]
    return (query.spell(_joined("or", said)) if said else None), [each for _, left in parts for each in left]


def _said(term: dict, region: str | None) -> tuple[Tree | None, list[dict]]:
    """Give (what one term says, what it cannot say); nothing for a term without requirements, which lets no node in."""
    requirements = term.get("matchExpressions") or []
    trees = [_to_tree(requirement, region) for requirement in requirements]
    unsaid = [each for each, tree in zip(requirements, trees) if tree is None] + (term.get("matchFields") or [])
    leaves = [leaf for tree in trees if tree for leaf in (tree[1:] if tree[0] == "and" else (tree,))]
    return (_joined("and", leaves) if leaves else SAID if any(trees) else None), unsaid


def _joined(kind: str, trees: list[Tree]) -> Tree:
    return (kind, *trees) if len(trees) > 1 else trees[0]


def _to_tree(requirement: dict, region: str | None) -> Tree | None:
    key, operator = requirement.get("key"), requirement.get("operator")
    values = tuple(requirement.get("values") or ())
    if not isinstance(key, str):
        return None
    if key in REGIONS:
        return SAID if operator == "In" and region and region in values else None
    if key in FAMILIES:
        return _families(operator, values)
    subject = SUBJECTS.get(key) or _attribute(key)
    if subject is None or not all(isinstance(value, str) and value and is_label_value(value) for value in values):
        return None
    return _compared(operator, subject, tuple(VALUES.get(subject, {}).get(value, value) for value in values))


def _attribute(key: str) -> str | None:
    """Name the attribute for a label of one's own; somebody must put it on the container instances."""
    domain = key.rpartition("/")[0]
    known = any(domain == other or domain.endswith(f".{other}") for other in OTHERS)
    return f"attribute:{key}" if is_label_key(key) and not known and len(key) <= ATTRIBUTE_LIMIT else None


def _compared(operator: str, subject: str, values: tuple[str, ...]) -> Tree | None:
    if operator in ("Exists", "DoesNotExist"):
        return ("exists" if operator == "Exists" else "!exists", subject, None)
    if operator == "In" and values:
        return ("in", subject, values) if len(values) > 1 else ("==", subject, values[0])
    if operator == "NotIn" and values:
        return ("lacks", subject, values)
    if operator in ("Gt", "Lt") and len(values) == 1 and values[0].isdecimal():
        return (">" if operator == "Gt" else "<", subject, values[0])
    return None


def _families(operator: str, values: tuple[str, ...]) -> Tree | None:
    if operator not in ("In", "NotIn") or not values or not all(map(_is_family, values)):
        return None
    matches = "=~" if operator == "In" else "!~"
    return _joined("or" if operator == "In" else "and", [(matches, KIND, value + ANY_SIZE[0]) for value in values])


def _is_family(text: str) -> bool:
    """Tell whether a text is an instance family: `g2`, `c7gn`, `u-6tb1`."""
    spelled = is_label_value(text) and text.replace("-", "").isalnum()
    return spelled and text[0].isalpha() and any(map(str.isdigit, text))


def allowed(terms: object, keys: tuple[str, ...]) -> set[str] | None:
    """Give the values of a label that some term lets in (terms as the tree has them); None where a term lets all in."""
    found: set[str] = set()
    for term in terms.values() if isinstance(terms, dict) else ():
        entries = term.get("matchExpressions") if isinstance(term, dict) else None
        values = [one.get("values") for one in (entries.values() if isinstance(entries, dict) else ())
                  if isinstance(one, dict) and one.get("key") in keys and one.get("operator") == "In"]
        if not values or not isinstance(values[0], list):
            return None
        found |= {value for value in values[0] if isinstance(value, str)}
    return found or None


def to_terms(expression: str) -> tuple[list[dict], list[str]]:
    """Give (terms, the comparisons that they cannot say) for an expression; one that cannot be read is unsaid whole."""
    tree = query.parse(expression)
    parts = query.alternatives(tree) if tree else None
    if parts is None:
        return [], [expression]
    terms, unsaid = [], []
    for leaves in parts:
        requirements = [_to_requirements(leaf) for leaf in leaves]
        unsaid += [query.spell(leaf) for leaf, found in zip(leaves, requirements) if not found]
        said = [each for found in requirements for each in found]
        terms += [{"matchExpressions": said}] if said else []
    return _distinct(terms), _distinct(unsaid)


def _distinct(items: list) -> list:
    return [item for at, item in enumerate(items) if item not in items[:at]]


def _to_requirements(leaf: Tree) -> list[dict]:
    operator, subject, argument = leaf
    key = LABELS.get(subject) or _label(subject)
    values = argument if isinstance(argument, tuple) else (argument,) if argument is not None else ()
    if operator in ("=~", "!~"):
        return _family(operator, subject, argument)
    if key is None or not all(value and is_label_value(value) for value in values):
        return []
    names = {ecs: k8s for k8s, ecs in VALUES.get(subject, {}).items()}
    return _required(operator, subject, key, [names.get(value, value) for value in values])


def _label(subject: str) -> str | None:
    """Name the label for an attribute of one's own; those of ECS itself have no other label."""
    key = subject.removeprefix("attribute:")
    return key if subject != key and is_label_key(key) and not key.startswith("ecs.") else None


def _required(operator: str, subject: str, key: str, values: list[str]) -> list[dict]:
    if operator in query.EXISTENCE:
        return [{"key": key, "operator": "Exists" if operator == "exists" else "DoesNotExist"}]
    if operator in ("==", "in"):
        return [{"key": key, "operator": "In", "values": values}]
    if operator in ("!=", "!in", "lacks"):
        # A node without the label fulfils NotIn; an instance without the attribute fails the comparison.
        present = [] if operator == "lacks" or subject in query.ALWAYS else [{"key": key, "operator": "Exists"}]
        return [*present, {"key": key, "operator": "NotIn", "values": values}]
    return _ordered(operator, key, values[0])


def _ordered(operator: str, key: str, value: str) -> list[dict]:
    """Kubernetes compares whole numbers, strictly: at least 3 is more than 2."""
    if not value.isdecimal():
        return []
    bound = int(value) + {">=": -1, "<=": 1}.get(operator, 0)
    if bound < 0:
        return [{"key": key, "operator": "Exists"}]
    return [{"key": key, "operator": "Gt" if operator[0] == ">" else "Lt", "values": [str(bound)]}]


def _family(operator: str, subject: str, pattern: str) -> list[dict]:
    """Read `g2.*` as the family it means."""
    for ending in ANY_SIZE:
        family = pattern.removeprefix("^").removesuffix(ending)
        if subject == KIND and pattern.endswith(ending) and _is_family(family):
            return [{"key": FAMILY, "operator": "In" if operator == "=~" else "NotIn", "values": [family]}]
    return []


def groups(expression: str) -> Groups | None:
    """Split what an expression asks of other tasks (`task:group`) from what it asks of the instance; None for none."""
    tree = query.parse(expression)
    if tree is None:
        return None
    parts = tree[1:] if tree[0] == "and" else (tree,)
    near = tuple(values for part in parts for values in [_group(part, ("==", "in"))] if values)
    apart = tuple(value for part in parts for value in _group(part, ("!=", "!in")))
    rest = [part for part in parts if not _group(part, ("==", "in", "!=", "!in"))]
    return Groups(near, apart, query.spell(_joined("and", rest)) if rest else None)


def _group(part: Tree, operators: tuple[str, ...]) -> tuple[str, ...]:
    turned = part[0] == "not" and part[1][1] == "task:group"
    operator, subject, argument = (query.OPPOSITE[part[1][0]], *part[1][1:]) if turned else (*part, None, None)[:3]
    if subject != "task:group" or operator not in operators:
        return ()
    return argument if isinstance(argument, tuple) else (argument,)


def group_expression(near: tuple = (), apart: tuple = ()) -> str | None:
    """Write what is asked of other tasks: `task:group == service:web and not(task:group == service:db)`."""
    parts = [("in", "task:group", tuple(names)) if names[1:] else ("==", "task:group", names[0]) for names in near]
    parts += [("not", ("==", "task:group", name)) for name in apart]
    return query.spell(_joined("and", parts)) if parts else None


def selector_key(wanted: object) -> str:
    """Write labels as one key: `app=db,tier=data`."""
    return ",".join(f"{key}={value}" for key, value in sorted(wanted.items())) if isinstance(wanted, dict) else ""


terms = TwoWay(to_ecs=to_expression, to_k8s=to_terms)
