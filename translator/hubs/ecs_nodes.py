"""What starts instances for tasks: capacity providers with their Auto Scaling groups are applications of their own.

A group and its launch template stand in the tree under the key of the provider that they belong to.
"""
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Iterator

from ..converters.names import pool_key
from ..model import ECS
from ..trees import get
from .application import SHARED, Application, Part, strings
from .k8s_nodes import application_name, cluster_application

if TYPE_CHECKING:
    from .ecs import Members, Read

# What a capacity provider starts instances with -> the label of the nodes that stand for them.
MANAGED, GROUP = "managedInstancesProvider", "autoScalingGroupProvider"
PROVIDERS = {MANAGED: "karpenter.sh/nodepool", GROUP: "eks.amazonaws.com/nodegroup"}
Words = Callable[[str], Iterator[str]]


def start_pools(members: "Members", words: Words) -> None:
    """Start an application with each capacity provider, or with the cluster that several belong to."""
    for read in _of(members, "capacityProviders"):
        if MANAGED in read.tree:
            read.key = pool_key(read.key)
            members.start(application_name(read.key), read)
    groups = {id(one): found for one in _of(members, "capacityProviders") for found in [_group(members, one, words)] if found}
    for cluster in _of(members, "clusters"):
        named = [one for one in _of(members, "capacityProviders") if id(one) in groups and _place(cluster, one) is not None]
        named.sort(key=lambda one: _place(cluster, one) or 0)
        if named:
            application = members.start(cluster_application(cluster.key), cluster)
            for read in named:
                _join_group(members, application, read, groups.pop(id(read)), words)
    alone = [(read, groups[id(read)]) for read in _of(members, "capacityProviders") if id(read) in groups]
    if alone:
        application = members.start(cluster_application(UNKNOWN), alone[0][0])
        for provider, group in alone:
            _join_group(members, application, provider, group, words)


UNKNOWN = "${CLUSTER_NAME}"


def _of(members: "Members", kind: str) -> list["Read"]:
    return [read for read in members.reads if read.entry.kind == kind]


def _place(cluster: "Read", provider: "Read") -> int | None:
    """Give the place of a provider among those of a cluster; None for one of another cluster."""
    listed = cluster.tree.get("capacityProviders")
    ends = ("name}", "capacityProviderArn}")
    known = {str(provider.tree.get("name")), *(f"${{capacityProviders.{provider.key}.{end}" for end in ends)}
    return next((at for at, one in enumerate(listed) if one in known), None) if isinstance(listed, list) else None


def _group(members: "Members", provider: "Read", words: Words) -> "Read | None":
    """Find the Auto Scaling group of a provider, if the document has it."""
    found = _named(members, "autoScalingGroups", get(provider.tree, (GROUP,)), words)
    return found[0] if found else None


def _join_group(members: "Members", application: Application, provider: "Read", group: "Read", words: Words) -> None:
    members.join(application, provider)
    if id(group) not in members.placed:
        group.key = provider.key
        members.join(application, group)
        _join_template(members, application, group, words)


# Where a group says which launch template it starts instances from.
CHOSEN = (("LaunchTemplate",), ("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification"))


def _join_template(members: "Members", application: Application, group: "Read", words: Words) -> None:
    chosen = [get(group.tree, path) for path in CHOSEN]
    for template in _named(members, "launchTemplates", chosen, words):
        if id(template) not in members.placed:
            template.key = group.key
            members.join(application, template)


def _named(members: "Members", kind: str, tree: Any, words: Words) -> list["Read"]:
    """Give the requests of a kind that the strings of a tree refer to."""
    texts = list(strings(tree))
    said = {word for text in texts for word in words(text)}
    return [
        read
        for read in _of(members, kind)
        if read.identifiers & said or any(text.startswith(f"${{{kind}.{read.key}.") for text in texts)
    ]


def show_pools(members: "Members") -> None:
    """Let each service know which of its capacity providers the document tells of, and what their nodes go by."""
    known = {
        str(read.tree.get("name")): label
        for read in _of(members, "capacityProviders")
        for key, label in PROVIDERS.items()
        if key in read.tree and id(read) in members.placed
    }
    for application in members.applications if known else ():
        part = application.part(("service",))
        named = get(application.tree, ("service", "capacityProviderStrategy"))
        for name in named if part is not None and isinstance(named, dict) else ():
            if name in known:
                within = Part((SHARED, "nodePools", name), ("capacityProviderStrategy", name), replace(part.origin), ECS)
                application.add(within, known[name])


def wire(tree: dict) -> None:
    """Point providers at their groups, and groups at their launch templates."""
    templates = tree.get("launchTemplates", {})
    for key, group in tree.get("autoScalingGroups", {}).items():
        if key in templates:
            mixed = group.get("MixedInstancesPolicy")
            at = mixed.setdefault("LaunchTemplate", {}).setdefault("LaunchTemplateSpecification", {}) if mixed else group.setdefault("LaunchTemplate", {})
            at.setdefault("LaunchTemplateId", f"${{launchTemplates.{key}.LaunchTemplateId}}")
            at.setdefault("Version", "$Latest")
    for key, provider in tree.get("capacityProviders", {}).items():
        if GROUP in provider and key in tree.get("autoScalingGroups", {}):
            provider[GROUP].setdefault("autoScalingGroupArn", f"${{autoScalingGroups.{key}.AutoScalingGroupARN}}")
