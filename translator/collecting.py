"""Garbage collection, put off while trees are built: they hold no cycles, and to look for some takes a quarter of the time."""
from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave garbage collection for later."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def put_off() -> None:
    """Leave garbage collection out of a command: what it built goes back to the system when it ends."""
    gc.disable()
