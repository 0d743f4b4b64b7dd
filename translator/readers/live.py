"""Live sources: `kube://CONTEXT/NAMESPACE` and `ecs://CLUSTER/SERVICE` -> documents, by read-only calls alone."""
from __future__ import annotations

import importlib
import sys
from typing import Callable

from ..model import Document

SCHEMES = {"kube": "live_kubernetes", "ecs": "live_ecs"}


def read(source: str) -> Document:
    """Read a live source; raises ReadError where nothing can be read at all."""
    scheme, _, rest = source.partition("://")
    if scheme not in SCHEMES:
        return importlib.import_module(".remote", __package__).read(source)
    first, _, second = rest.partition("/")
    module = importlib.import_module("." + SCHEMES[scheme], __package__)
    return module.read(first, second, progress(source))


def progress(source: str) -> Callable[[str], None]:
    """Give what shows how far reading has come: one line that is written over, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda text: None
    return lambda text: print(f"\r\x1b[K{source}: {text}" if text else "\r\x1b[K", end="", file=sys.stderr, flush=True)
