"""Documents -> files: {relative name: text}; nothing here touches the disk."""
from __future__ import annotations

import importlib
from typing import Any

from ..model import ECS, KUBERNETES, Document, Finding, TranslatorError

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


def unsaid(document: Document, format: str, environment: Any = None) -> tuple[Finding, ...]:
    """Find what a format cannot say of a document, or needs filled in."""
    from ..environment import load

    module = importlib.import_module("." + format, __name__)
    if hasattr(module, "unsaid"):
        return module.unsaid(document, load(environment))
    return module.findings(document) if hasattr(module, "findings") else ()
