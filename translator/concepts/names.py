"""Object names, namespaces, labels and annotations <-> families, service names, clusters and tags."""
from __future__ import annotations

from typing import Any

from ..converters.names import ALPHANUMERIC, dns_label, labels_from_tags, tags_from_labels
from ..converters.two_way import TwoWay

NAMESPACE_TAG = "kubernetes.io/namespace"
TAG_SIGNS = frozenset(" _.:/=+-@")
PLAIN = TAG_SIGNS | ALPHANUMERIC  # a tag may hold letters of every script; these are found at once


def tag_value(text: str) -> str:
    """Put an underscore for what no tag may hold: letters, spaces, numbers and _ . : / = + - @ are all there is."""
    if PLAIN.issuperset(text):
        return text
    return "".join(letter if letter.isalnum() or letter in TAG_SIGNS else "_" for letter in text)


application_name = TwoWay(
    to_ecs=lambda name, *rest: (name, name),
    to_k8s=lambda family, service, task, schedules: service or (family if task is None and schedules is None else None),
)


def _to_cluster(namespace: str | None, name: Any, cluster: str | None, wanted: str | None) -> tuple:
    return tag_value(namespace) if namespace else None, cluster


def _to_namespace(tag: Any, cluster: Any, given: Any, wanted: Any, task: Any = None, schedules: Any = None, *rest: Any) -> Any:
    """Give the namespace of a workload; what runs once or by the clock has its own row."""
    if tag is None and cluster is None and (task is not None or schedules is not None):
        return None
    if wanted or tag:
        return wanted or tag
    name = cluster.rpartition("/")[2] if cluster and not cluster.startswith("${") else ""
    return dns_label(name) if name and name != "default" else None


namespace = TwoWay(_to_cluster, _to_namespace)


def _to_tags(labels: dict[str, str] | None, annotations: dict[str, str] | None) -> dict | None:
    texts = {key: value for key, value in (labels or {}).items() if isinstance(value, str)}
    tags = tags_from_labels(texts, {key: value for key, value in (annotations or {}).items() if isinstance(value, str)})
    return {tag_value(key): {"value": tag_value(value)} for key, value in tags.items()} or None


def _to_labels(tags: dict[str, Any]) -> tuple[dict | None, dict | None]:
    plain = {
        key: entry.get("value") or "" for key, entry in tags.items() if isinstance(entry, dict) and key != NAMESPACE_TAG
    }
    labels, annotations = labels_from_tags(plain)
    return labels or None, annotations or None


labels = TwoWay(_to_tags, _to_labels)


def _propagated(template: dict | None, own: dict | None) -> str | None:
    """Tasks are to carry the template's labels: from the service where it has them all, else from the task definition."""
    if not template:
        return None
    return "SERVICE" if own and template.items() <= own.items() else "TASK_DEFINITION"


propagate_tags = TwoWay(_propagated, lambda *given: ())
