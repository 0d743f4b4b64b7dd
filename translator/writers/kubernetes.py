"""Kubernetes objects -> YAML files, or one stream of documents."""
from __future__ import annotations

from typing import Any

from ..model import Document
from .folders import files, kebab
from .text import dump_yaml


def write(document: Document, environment: dict[str, Any]) -> dict[str, str]:
    """Give a folder an application, a file an object: `web/deployment.yaml`."""
    return files(document, lambda entry: kebab(entry.kind), "yaml", lambda value: dump_yaml([value]))


def stream(document: Document) -> str:
    """Give every object as one YAML stream."""
    return dump_yaml(document.objects())
