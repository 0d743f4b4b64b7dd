"""Converts applications between Kubernetes and Amazon ECS, and says exactly what does not transfer.

    from translator import read, translate, write

    translation = translate(read("manifests/"))
    translation.output.objects()     # an ECS document: plain data
    translation.findings             # what does not transfer, with file and line
"""
from __future__ import annotations

import importlib
from typing import Any

_WHERE = {
    "read": "readers",
    "parse": "readers",
    "translate": "api",
    "check": "api",
    "write": "writers",
    "explain": "explanation",
    "diff": "comparison",
    "Translation": "api",
    "Document": "model",
    "Finding": "model",
    "Field": "model",
    "Residue": "residue",
    "TranslatorError": "model",
    "ReadError": "model",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: starting up costs nothing that the call does not need."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module("." + _WHERE[name], __name__), name)
    globals()[name] = value
    return value
