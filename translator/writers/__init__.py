"""Documents -> files: {relative name: text}; nothing here touches the disk."""
from __future__ import annotations

import importlib
from typing import Any

from ..model import ECS, KUBERNETES, Document, TranslatorError

FORMATS = {
    KUBERNETES: ("kubernetes", "kustomize", "helm"),
    ECS: ("ecs", "cloudformation", "terraform", "copilot"),
}


def write(document: Document, format: str | None = None, environment: Any = None) -> dict[str, str]:
    """Write a document in a format of its platform; gives {relative file name: text}.

    Raises TranslatorError for a format of the other platform.
    """
    from ..environment import load

    formats = FORMATS[document.platform]
    chosen = format or formats[0]
    if chosen not in formats:
        raise TranslatorError(f"{document.platform} output is written as {', '.join(formats)}, not as {chosen}")
    return importlib.import_module("." + chosen, __name__).write(document, load(environment))
