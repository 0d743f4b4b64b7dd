"""What rows about load balancers read of an ECS document, and the Services that stand for it."""

from __future__ import annotations

import functools

from .. import rows
from ..converters import names
from ..trees import Tree, get
from .progressive_traffic import settled
from .services_targets import maps

KEYS = (
    "targetGroups",
    "targetGroupAttributes",
    "listeners",
    "listenerRules",
    "listenerCertificates",
    "loadBalancers",
    "loadBalancerAttributes",
    "securityGroups",
    "securityGroupIngress",
)
# `kind` is the class of Ingresses or Gateways; `wanted` what the environment asks for, `settled` what the input itself has.
CONTEXT = (
    "taskDefinition",
    "service",
    "namespaces",
    "discoveryServices",
    "discoveryInstances",
    "shared",
    "kind",
    "wanted",
    "settled",
    "integrations",
    "rollouts",
    "rolloutsWanted",
)
INGRESS, GATEWAY = "ingress", "gateway"


def document_of(values: tuple) -> Tree | None:
    """Give a row's arguments by name, KEYS and CONTEXT; None where nothing runs."""
    document = dict(zip((*KEYS, *CONTEXT), values, strict=True))
    document["routing"] = document.pop("settled") or document.pop("wanted") or INGRESS
    return settled(document) if isinstance(document["taskDefinition"], dict) else None


def own_name(document: Tree) -> str:
    """Give the name of an application as a Service may have it."""
    return names.service_name(
        str(get(document, ("service", "serviceName")) or get(document, ("taskDefinition", "family")) or "app")
    )


def services_of(document: Tree) -> Tree:
    """Give the Services that an application will have, as their own row makes them."""
    row = _services_row()
    return maps(row.pair.to_k8s(*(get(document, arg.path) for arg in row.ecs))) if row.pair else {}


@functools.cache
def _services_row() -> rows.Row:
    return next(row for row in rows.rows() if row.code == "services.services")
