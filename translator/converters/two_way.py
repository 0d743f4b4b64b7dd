"""One value <-> one value: the pair of pure functions that carries a field to ECS and back."""
from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class TwoWay(NamedTuple):
    """Both directions of one conversion; each answers None for what it cannot carry."""

    to_ecs: Callable
    to_k8s: Callable
