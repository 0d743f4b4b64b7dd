"""What starts instances for tasks: each capacity provider that no service brings along is an application of its own."""
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..converters.names import pool_key
from ..model import ECS
from ..trees import get
from .application import SHARED, Part
from .k8s_nodes import application_name

if TYPE_CHECKING:
    from .ecs import Members

# What a capacity provider starts instances with -> the label of the nodes that stand for them.
PROVIDERS = {"managedInstancesProvider": "karpenter.sh/nodepool"}


def start_pools(members: "Members") -> None:
    """Start an application with each capacity provider that says which instances it starts."""
    for read in members.reads:
        if read.entry.kind == "capacityProviders" and any(key in read.tree for key in PROVIDERS):
            read.key = pool_key(read.key)
            members.start(application_name(read.key), read)


def show_pools(members: "Members") -> None:
    """Let each service know which of its capacity providers the document tells of, and what their nodes go by."""
    known = {
        str(read.tree.get("name")): label
        for read in members.reads
        if read.entry.kind == "capacityProviders"
        for key, label in PROVIDERS.items()
        if key in read.tree
    }
    for application in members.applications if known else ():
        part = application.part(("service",))
        named = get(application.tree, ("service", "capacityProviderStrategy"))
        for name in named if part is not None and isinstance(named, dict) else ():
            if name in known:
                within = Part((SHARED, "nodePools", name), ("capacityProviderStrategy", name), replace(part.origin), ECS)
                application.add(within, known[name])
