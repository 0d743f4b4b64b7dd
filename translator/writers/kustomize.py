"""Kubernetes objects -> a Kustomize base, and an overlay that holds what differs between environments."""
from __future__ import annotations

from typing import Any, Iterator

from ..model import Document, Object
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
        **_patched(document, environment["kubernetes"]),
    }


def _patched(document: Document, settings: dict[str, Any]) -> dict[str, Any]:
    """Patch each class that the environment chose with itself, so that another environment changes it here."""
    chosen = {settings.get("ingressClass"), *(settings.get("storageClass") or {}).values()} - {None}
    made = [
        {
            "target": {"kind": entry.kind, "name": entry.value["metadata"]["name"]},
            "patch": dump_yaml([[{"op": "replace", "path": path, "value": value} for path, value in found]]),
        }
        for entry in document.entries
        for found in [[(path, value) for path, value in _classes(entry) if value in chosen]]
        if found
    ]
    return {"patches": made} if made else {}


def _classes(entry: Object) -> Iterator[tuple[str, Any]]:
    """Give where an object names the class of what provides it, and which."""
    spec = entry.value.get("spec") or {}
    if entry.kind == "Ingress":
        yield "/spec/ingressClassName", spec.get("ingressClassName")
    if entry.kind == "PersistentVolumeClaim":
        yield "/spec/storageClassName", spec.get("storageClassName")
    for position, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
        yield f"/spec/volumeClaimTemplates/{position}/spec/storageClassName", (claim.get("spec") or {}).get("storageClassName")


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
