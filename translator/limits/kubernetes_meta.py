"""Names, labels and annotations of Kubernetes objects <-> the grammars that the API server holds them to.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""
from __future__ import annotations

import functools
from typing import Any, Callable, Iterator

from ..converters import names
from .rules import Hit, Rules
from .values import entries, items, joined, mapping, text

is_label_key = functools.lru_cache(4096)(names.is_label_key)
is_label_value = functools.lru_cache(4096)(names.is_label_value)
is_dns_label = functools.lru_cache(4096)(names.is_dns_label)
is_subdomain = functools.lru_cache(4096)(names.is_subdomain)
is_port_name = functools.lru_cache(4096)(names.is_port_name)
is_service_name = functools.lru_cache(4096)(names.is_service_name)

MOST_ANNOTATED = 256 * 1024
# Pods are named after a CronJob's jobs (11 characters more), and labelled with their job's name.
LONGEST = {"CronJob": 52, "Job": 63}
SUBDOMAIN = "small letters, digits, hyphens and dots, a letter or digit at each end, at most 253 characters"
LABEL = "small letters, digits and hyphens, a letter or digit at each end, at most 63 characters"
SERVICE = "small letters, digits and hyphens, a letter first and no hyphen last, at most 63 characters"


def is_path_segment(name: str) -> bool:
    """Whether a name can stand in a URL, which is all that RBAC asks of it."""
    return name not in (".", "..") and "/" not in name and "%" not in name


Grammar = tuple[Callable[[str], bool], str]
GRAMMARS: dict[str, Grammar] = {
    **dict.fromkeys(
        (
            "Pod",
            "Deployment",
            "ReplicaSet",
            "StatefulSet",
            "DaemonSet",
            "Job",
            "CronJob",
            "ReplicationController",
            "ConfigMap",
            "Secret",
            "ServiceAccount",
            "Ingress",
            "IngressClass",
            "HorizontalPodAutoscaler",
            "PodDisruptionBudget",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "StorageClass",
            "NetworkPolicy",
            "PriorityClass",
            "LimitRange",
            "ResourceQuota",
            "Endpoints",
            "EndpointSlice",
            "RuntimeClass",
            "PodTemplate",
        ),
        (is_subdomain, SUBDOMAIN),
    ),
    "Service": (is_service_name, SERVICE),
    "Namespace": (is_dns_label, LABEL),
    **dict.fromkeys(
        ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"), (is_path_segment, "no slash and no per cent sign")
    ),
}


def name_wrong(entry: dict, book: Any) -> Iterator[Hit]:
    """Refuse a name that the kind does not allow, and an object without one."""
    metadata, kind = mapping(entry["metadata"]), entry.get("kind")
    grammar, name = GRAMMARS.get(text(kind)), text(metadata.get("name"))
    if name is not None and grammar and not grammar[0](name):
        yield ("metadata", "name"), f"{name or 'An empty text'} is no name for a {kind}: {grammar[1]}."
    elif name is not None and len(name) > LONGEST.get(kind, len(name)):
        yield ("metadata", "name"), f"The name has {len(name)} characters; a {kind}'s has at most {LONGEST[kind]}."


def name_missing(entry: dict, book: Any) -> Iterator[Hit]:
    """Refuse an object without a name."""
    metadata = mapping(entry.get("metadata"))
    if grammar_known(entry) and not metadata.get("name") and not metadata.get("generateName"):
        yield (), f"The {entry['kind']} has no name."


def grammar_known(entry: dict) -> bool:
    """Whether the kind of an object is one whose names are known here."""
    return text(entry.get("kind")) in GRAMMARS


def namespace_wrong(entry: dict, book: Any) -> Iterator[Hit]:
    """Refuse a namespace that none can have."""
    namespace = text(mapping(entry["metadata"]).get("namespace"))
    if namespace and not is_dns_label(namespace):
        yield ("metadata", "namespace"), f"{namespace} is no name for a namespace: {LABEL}."


def label_wrong(metadata: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a label key or value that no selector could name."""
    for key, value in mapping(metadata["labels"]).items():
        if not is_label_key(key) and text(key) is not None:
            yield ("labels", key), (
                f"{key!r} is no label key: [prefix/]name, the name of at most 63 letters, digits and -_. "
                "within them."
            )
        elif text(value) is not None and not is_label_value(value):
            yield ("labels", key), f"The value of label {key} is not at most 63 letters, digits and -_. within them."


def annotation_wrong(metadata: dict, holder: Any) -> Iterator[Hit]:
    """Refuse an annotation key that is none, and more annotations than are kept."""
    annotations = mapping(metadata["annotations"])
    for key in annotations:
        if isinstance(key, str) and not is_label_key(key.lower()) and text(key) is not None:
            yield ("annotations", key), (
                f"{key!r} is no annotation key: [prefix/]name, the name of at most 63 letters, digits and "
                "-_. within them."
            )
    size = sum(
        len(key) + len(value) for key, value in annotations.items() if isinstance(key, str) and isinstance(value, str)
    )
    if size > MOST_ANNOTATED:
        yield ("annotations",), f"The annotations have {size} bytes; the API server keeps {MOST_ANNOTATED}."


def owner_incomplete(metadata: dict, holder: Any) -> Iterator[Hit]:
    """Refuse owner references without what identifies the owner."""
    for at, owner in entries(metadata["ownerReferences"]):
        missing = [member for member in ("apiVersion", "kind", "name", "uid") if not owner.get(member)]
        if missing:
            yield ("ownerReferences", at), f"An owner reference needs {joined(missing)}."


def requirement_wrong(selector: dict, holder: Any) -> Iterator[Hit]:
    """Refuse an expression whose values its operator does not take."""
    for at, need in entries(selector["matchExpressions"]):
        operator, values = need.get("operator"), items(need.get("values"))
        if operator in ("In", "NotIn") and not values and not isinstance(need.get("values"), str):
            yield ("matchExpressions", at), (
                f"The expression on {need.get('key')} has operator {operator} and no values."
            )
        elif operator in ("Exists", "DoesNotExist") and values:
            yield ("matchExpressions", at, "values"), (
                f"The expression on {need.get('key')} has operator {operator}, which takes no values."
            )
        elif text(operator) is not None and operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
            yield ("matchExpressions", at, "operator"), f"{operator} is no operator of a label selector."


def matches(selector: dict, labels: dict) -> bool:
    """Whether a label selector selects labels."""
    pairs, needs = mapping(selector.get("matchLabels")), entries(selector.get("matchExpressions"))
    return pairs.items() <= labels.items() and all(_meets(need, labels) for _, need in needs)


def _meets(need: dict, labels: dict) -> bool:
    operator, value = need.get("operator"), labels.get(text(need.get("key")))
    if operator in ("In", "NotIn"):
        return (value in items(need.get("values"))) == (operator == "In")
    return (value is not None) == (operator != "DoesNotExist")


METADATA: Rules = {"labels": {"label-wrong": label_wrong}, "annotations": {"annotation-wrong": annotation_wrong}}
OBJECT: Rules = {
    "": {"name-missing": name_missing},
    "metadata": {"name-wrong": name_wrong, "namespace-wrong": namespace_wrong},
    "metadata.labels": METADATA["labels"],
    "metadata.annotations": METADATA["annotations"],
    "metadata.ownerReferences": {"owner-incomplete": owner_incomplete},
}
SELECTOR: Rules = {"matchExpressions": {"requirement-wrong": requirement_wrong}}
