"""What manifests spell as text -> durations, commands and placeholder names."""

from __future__ import annotations

import functools
import re
import shlex
from typing import Any

from .taking import Node, Refused, text

UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(node: Node) -> Node:
    """Read a duration as whole seconds; what is less is cut off."""
    return node.to(lambda value: int(duration(value)))


def duration(value: Any) -> float:
    """Read a duration as Go writes it (`1h30m`, `250ms`), in seconds."""
    words = value.strip() if isinstance(value, str) else ""
    parts = _part().findall(words)
    if not parts or "".join(amount + unit for amount, unit in parts) != words:
        raise Refused("a duration with its unit, like `30s` or `1h30m`")
    return sum(float(amount) * UNITS[unit] for amount, unit in parts)


@functools.cache
def _part() -> re.Pattern:
    return re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)")


def command(node: Node) -> Node:
    """Read a command: a list stays as it is, a string is split as a shell splits it."""
    return node.to(split)


def split(value: Any) -> list[str]:
    """Split a command that is one text; a list is taken word by word."""
    if isinstance(value, list):
        return [text(entry) for entry in value]
    try:
        return shlex.split(text(value), comments=True)
    except ValueError:
        raise Refused("a command whose quotes are closed") from None


def placeholder(name: str) -> str:
    """Make a name fit to stand in `${...}`."""
    return "_".join(filter(None, re.split(r"[^A-Za-z0-9]+", name))).upper()
