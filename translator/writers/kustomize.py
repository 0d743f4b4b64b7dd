"""Kubernetes objects -> a Kustomize base, and an overlay that holds what differs between environments."""
from __future__ import annotations

from typing import Any, Iterator

from ..model import Document
from .folders import files, kebab
from .text import dump_yaml

VERSION = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
SCALED = ("Deployment", "StatefulSet", "ReplicaSet")


def write(document: Document, environment: dict[str, Any]) -> dict[str, str]:
    """Give base/ with every object, and overlays/default/ with namespace, images and replicas to be changed there."""
    base = files(document, lambda entry: kebab(entry.kind), "yaml", lambda value: dump_yaml([value]))
    made = {f"base/{name}": text for name, text in base.items()}
    made["base/kustomization.yaml"] = dump_yaml([{**VERSION, "resources": sorted(base)}])
    made["overlays/default/kustomization.yaml"] = dump_yaml(
        [{**VERSION, "resources": ["../../base"], **_varying(document, environment)}]
    )
    return made


def _varying(document: Document, environment: dict[str, Any]) -> dict[str, Any]:
    namespace = environment["kubernetes"].get("namespace")
    found = sorted({image for entry in document.entries for image in images(entry.value)})
    replicas = [
        {"name": entry.value["metadata"]["name"], "count": entry.value["spec"]["replicas"]}
        for entry in document.entries
        if entry.kind in SCALED and isinstance(entry.value.get("spec", {}).get("replicas"), int)
    ]
    return {
        **({"namespace": namespace} if namespace else {}),
        **({"images": [_image(one) for one in found]} if found else {}),
        **({"replicas": replicas} if replicas else {}),
    }


def images(value: Any) -> Iterator[str]:
    """Give the image of every container that stands in an object."""
    if isinstance(value, dict):
        for key, entry in value.items():
            if key in ("containers", "initContainers") and isinstance(entry, list):
                yield from (
                    one["image"] for one in entry if isinstance(one, dict) and isinstance(one.get("image"), str)
                )
            else:
                yield from images(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from images(entry)


def _image(reference: str) -> dict[str, str]:
    """Name an image and its tag or digest as Kustomize's images field does."""
    name, at, digest = reference.partition("@")
    if at:
        return {"name": name, "digest": digest}
    head, colon, tag = reference.rpartition(":")
    return {"name": head, "newTag": tag} if colon and "/" not in tag else {"name": reference}
