"""Object names, labels and annotations <-> families, service names and tags."""
from __future__ import annotations

from ..converters.two_way import TwoWay

application_name = TwoWay(
    to_ecs=lambda name: (name, name),
    to_k8s=lambda family, service: service or family,
)
