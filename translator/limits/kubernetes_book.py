"""A list of Kubernetes objects <-> what they find of each other by name and by label."""
from __future__ import annotations

from functools import cached_property
from typing import Any

from ..model import Document
from .kubernetes_meta import matches
from .values import mapping, text

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

    def selected(self, where: str, selector: Any) -> list[dict]:
        """Give the specs of the pods that a Service's selector selects."""
        labels = mapping(selector)
        first = next(iter(labels.items()), None)
        if first is None or not isinstance(first[1], str):
            return []
        found = self.templates.get((where, *first), ())
        return [
            mapping(pod.get("spec"))
            for pod in found
            if matches({"matchLabels": labels}, mapping(mapping(pod.get("metadata")).get("labels")))
        ]
