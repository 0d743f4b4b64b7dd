"""A list of Kubernetes objects <-> what they find of each other by name and by label."""
from __future__ import annotations

from functools import cached_property
from typing import Any, Iterator

from ..model import Document
from .values import entries, mapping, text

# Where the labels and the spec of an object's pods stand.
TEMPLATES = {
    **dict.fromkeys(
        ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"), ("spec", "template")
    ),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}


def namespace(entry: dict) -> str:
    """Give an object's namespace; one that says none is in the one that it is applied to."""
    return text(mapping(entry.get("metadata")).get("namespace")) or ""


class Book:
    """Everything in the document, found by what refers to it."""

    def __init__(self, document: Document):
        self.document = document
        self._listed: dict[tuple, frozenset[str] | None] = {}

    @cached_property
    def objects(self) -> dict[tuple, dict]:
        """Objects by kind, namespace and name."""
        found: dict[tuple, dict] = {}
        for entry in self.document.entries:
            if isinstance(entry.value, dict):
                name = text(mapping(entry.value.get("metadata")).get("name"))
                found.setdefault((entry.kind, namespace(entry.value), name), entry.value)
        return found

    @cached_property
    def templates(self) -> dict[tuple, list[dict]]:
        """Pod templates by namespace and each of their labels."""
        found: dict[tuple, list[dict]] = {}
        for (kind, where, _), entry in self.objects.items():
            template: Any = entry if kind in TEMPLATES else {}
            for key in TEMPLATES.get(kind, ()):
                template = mapping(mapping(template).get(key))
            for key, value in mapping(mapping(template.get("metadata")).get("labels")).items():
                if isinstance(value, str):
                    found.setdefault((where, key, value), []).append(template)
        return found

    @cached_property
    def scaled(self) -> dict[tuple, dict]:
        """The first autoscaler of each workload."""
        found: dict[tuple, dict] = {}
        for (kind, where, _), entry in self.objects.items():
            target = (
                mapping(mapping(entry.get("spec")).get("scaleTargetRef")) if kind == "HorizontalPodAutoscaler" else {}
            )
            if target:
                found.setdefault((where, text(target.get("kind")), text(target.get("name"))), entry)
        return found

    def get(self, kind: Any, where: str, name: Any) -> dict:
        """Give an object; {} for one not here."""
        return self.objects.get((text(kind), where, text(name)), {})

    def service(self, where: str, name: Any) -> dict:
        """Give a Service; {} for one not here."""
        return self.get("Service", where, name)

    def listed_ports(self, where: str, selector: Any) -> frozenset[str] | None:
        """Give the names of the ports that the pods behind a Service list; None where no pod of the document is."""
        labels = {key: value for key, value in mapping(selector).items() if isinstance(value, str)}
        key = (where, *labels.items())
        if key not in self._listed:
            specs = self._selected(where, labels)
            self._listed[key] = frozenset(name for pod in specs for name in _port_names(pod)) if specs else None
        return self._listed[key]

    def _selected(self, where: str, labels: dict[str, str]) -> list[dict]:
        found = self.templates.get((where, *next(iter(labels.items()))), ()) if labels else ()
        carried = [(pod, mapping(mapping(pod.get("metadata")).get("labels"))) for pod in found]
        return [mapping(pod.get("spec")) for pod, own in carried if labels.items() <= own.items()]


def _port_names(pod: dict) -> Iterator[str]:
    for member in ("containers", "initContainers"):
        for _, container in entries(pod.get(member)):
            yield from (port["name"] for _, port in entries(container.get("ports")) if text(port.get("name")))
