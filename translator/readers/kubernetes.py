"""Kubernetes manifests -> objects: lists opened, older versions brought up to date, what the server set left out."""
from __future__ import annotations

from typing import Any, Iterator

from ..model import KUBERNETES, Document, Object, Path, Source
from .versions import upgraded

SERVER_METADATA = frozenset(
    {
        "managedFields",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "resourceVersion",
        "selfLink",
        "uid",
        "ownerReferences",
    }
)
SERVER_ANNOTATIONS = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "deployment.kubernetes.io/revision",
        "deprecated.daemonset.template.generation",
        "autoscaling.alpha.kubernetes.io/conditions",
        "autoscaling.alpha.kubernetes.io/current-metrics",
        "pv.kubernetes.io/bind-completed",
        "pv.kubernetes.io/bound-by-controller",
    }
)
# What the API server allocates in an object that it has stored; a manifest that someone wrote may ask for it.
ALLOCATED = {
    "Service": ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"),
    "Pod": ("nodeName",),
}
TEMPLATES = (("spec", "template"), ("spec", "jobTemplate"), ("spec", "jobTemplate", "spec", "template"))


def recognises(value: Any) -> bool:
    """Whether plain data is a Kubernetes object or a list of such."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(entry, dict) and recognises(entry) for entry in value)
    return isinstance(value, dict) and isinstance(value.get("apiVersion"), str) and isinstance(value.get("kind"), str)


def read(source: Source) -> Document:
    """Read one source into its objects."""
    entries, findings = [], []
    for path, value in _items(source.value, ()):
        entry, said = upgraded(Object(str(value["kind"]), cleaned(value), _locator(source, path)))
        entries.append(entry)
        findings.extend(said)
    return Document(KUBERNETES, tuple(entries), tuple(findings))


def _items(value: Any, path: Path) -> Iterator[tuple[Path, dict]]:
    if isinstance(value, list):
        for position, entry in enumerate(value):
            yield from _items(entry, path + (position,))
    elif (
        isinstance(value, dict) and isinstance(value.get("items"), list) and str(value.get("kind", "")).endswith("List")
    ):
        for position, entry in enumerate(value["items"]):
            if isinstance(entry, dict):
                kind = str(value["kind"]).removesuffix("List")
                known = entry if "kind" in entry else {"apiVersion": value.get("apiVersion"), "kind": kind, **entry}
                if isinstance(known.get("kind"), str):
                    yield from _items(known, path + ("items", position))
    elif isinstance(value, dict):
        yield path, value


def _locator(source: Source, path: Path):
    return source.locate if not path else lambda inner: source.locate(path + tuple(inner))


def cleaned(value: dict) -> dict:
    """Leave out what only the API server writes."""
    made = {key: entry for key, entry in value.items() if key != "status"} if "status" in value else dict(value)
    metadata = value.get("metadata")
    if not isinstance(metadata, dict):
        return made
    stored = "uid" in metadata or "resourceVersion" in metadata
    if metadata.keys() & SERVER_METADATA or "annotations" in metadata:
        made["metadata"] = _metadata(metadata)
    if stored and isinstance(made.get("spec"), dict):
        made["spec"] = _spec(str(value.get("kind")), made["spec"])
    return made


def _metadata(metadata: dict) -> dict:
    made = {key: entry for key, entry in metadata.items() if key not in SERVER_METADATA}
    annotations = made.get("annotations")
    if isinstance(annotations, dict) and annotations.keys() & SERVER_ANNOTATIONS:
        kept = {key: entry for key, entry in annotations.items() if key not in SERVER_ANNOTATIONS}
        made = (
            {**made, "annotations": kept}
            if kept
            else {key: entry for key, entry in made.items() if key != "annotations"}
        )
    return made


def _spec(kind: str, spec: dict) -> dict:
    allocated = ALLOCATED.get(kind, ())
    kept = {
        key: entry
        for key, entry in spec.items()
        if key not in allocated or (key.startswith("clusterIP") and entry in ("None", ["None"]))
    }
    if kind == "Service" and isinstance(kept.get("ports"), list) and kept.get("type", "ClusterIP") != "NodePort":
        kept["ports"] = [
            {key: entry for key, entry in port.items() if key != "nodePort"} if isinstance(port, dict) else port
            for port in kept["ports"]
        ]
    return kept
