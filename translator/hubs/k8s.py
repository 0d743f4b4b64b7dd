"""Kubernetes objects <-> application trees: what belongs to which workload, by selector and by reference."""
from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from .. import schema
from ..model import KUBERNETES, Object
from ..trees import Tree, get, put, without
from . import k8s_nodes
from .application import SHARED, Application, Part
from .k8s_endpoints import KINDS as ADDRESSES
from .k8s_endpoints import give_addresses
from .k8s_kinds import (
    CLUSTER_WIDE, SLOT_OF, SLOTS, WORKLOAD_VERSIONS, WORKLOADS, Read, join, kind_of, slot_of, split,
)
from .k8s_members import WAVES, Index
from .k8s_neighbours import show_neighbours
from .k8s_routes import ROUTES, mark_backends, number_groups, show_whole_gateways

__all__ = [
    "CLUSTER_WIDE",
    "SLOTS",
    "SLOT_OF",
    "WORKLOADS",
    "Read",
    "arranged",
    "group",
    "join",
    "kind_of",
    "runs",
    "split",
    "ungroup",
    "wire",
]


def group(reads: list[Read]) -> tuple[list[Application], list[Read]]:
    """Form applications; gives them and the objects that belong to none."""
    last = {read.identity: read for read in reads}
    loose = [read for read in reads if last[read.identity] is not read]
    loose += [read for read in last.values() if is_foreign(read)]
    reads = [read for read in last.values() if not is_foreign(read)]
    pools, of_pools = k8s_nodes.pools(reads)
    reads = [read for read in reads if not any(read is one for one in of_pools)]
    workloads = [_application(read) for read in reads if read.entry.kind in WORKLOADS and runs(read)]
    index = Index(workloads)
    show_neighbours(workloads, index)
    k8s_nodes.show_pool(workloads, pools)
    loose += [read for read in reads if read.entry.kind in WORKLOADS and not runs(read)]
    names = [_name_alone(read) for read in reads if is_name_alone(read)]
    for wave in WAVES:
        for read in reads:
            if (
                read.entry.kind in wave
                and not is_name_alone(read)
                and not _place(read, wave[read.entry.kind](index, read))
            ):
                loose.append(read)
    loose = show_whole_gateways(reads, index, loose) + give_addresses(reads, names)
    number_groups(reads, workloads)
    grouped = set(WORKLOADS).union(*WAVES, ADDRESSES)
    loose.extend(read for read in reads if read.entry.kind not in grouped)
    return workloads + names + pools, loose


def is_foreign(read: Read) -> bool:
    """Whether an object shares no more than its kind with one of Kubernetes: a Service of Knative is another thing."""
    version, kind = read.tree.get("apiVersion"), read.entry.kind
    if not isinstance(version, str) or "." not in version.rpartition("/")[0]:
        return False
    if version.partition("/")[0] in OF_AWS:
        return False
    return schema.root(KUBERNETES, kind, version) is None and schema.root(KUBERNETES, kind) is not None


OF_AWS = {SLOTS[slot][1].partition("/")[0] for slot in ("iamRoles", "podIdentityAssociations")}


def is_name_alone(read: Read) -> bool:
    """Whether a Service is a name for something outside: it selects no pods."""
    spec = read.tree.get("spec", {})
    return read.entry.kind == "Service" and (spec.get("type") == "ExternalName" or not spec.get("selector"))


def _name_alone(read: Read) -> Application:
    namespace = "default" if "$" in read.namespace else read.namespace or "default"
    application = Application(f"{namespace}-{read.name}", read.namespace, {})
    application.add(Part(("services", read.name), (), read.entry, KUBERNETES), without(read.tree, ("metadata", "name")))
    return application


def runs(read: Read) -> bool:
    """Whether a workload says what it runs; a patch for one does not."""
    return bool(get(read.tree, WORKLOADS[read.entry.kind][0] + ("spec", "containers")))


def _application(read: Read) -> Application:
    application = Application(read.name, read.namespace, {})
    for at, within, tree in split(read.entry.kind, read.tree):
        application.add(Part(at, within, read.entry, KUBERNETES), tree)
    return application

def _place(read: Read, applications: list[Application]) -> bool:
    """Put an object into the applications it belongs to; False where there is no room in any."""
    slot = SLOT_OF[read.entry.kind]
    several = SLOTS[slot][2]
    at = (slot, read.name) if several else (slot,)
    placed = [application for application in applications if get(application.tree, at) is None]
    for application in placed:
        tree = without(read.tree, ("metadata", "name")) if several else read.tree
        application.add(Part(at, (), read.entry, KUBERNETES, shared=len(placed) > 1), tree)
    if slot in ROUTES and len(placed) > 1:
        mark_backends(read, placed)
    if slot == "services" and len(placed) > 1:
        _mark_shared(slot, read, *sorted(placed, key=lambda one: one.name))
    return bool(placed)


def _mark_shared(slot: str, read: Read, keeper: Application, *others: Application) -> None:
    """Let all but the first application by name know that a Service's name is another's, and whose."""
    for application in others:
        part = Part((SHARED, slot, read.name), ("spec", "selector"), replace(read.entry), KUBERNETES)
        application.add(part, keeper.name)


def arranged(tree: Tree) -> Tree:
    """Give the tree as it is: the order of containers is what the manifest says."""
    return tree


# --- and back ----------------------------------------------------------------------------------
def wire(tree: Tree, environment: Tree) -> Tree:
    """Fill in what follows from the tree itself: versions, kinds, namespaces, selectors, references to the workload."""
    kind = kind_of(tree)
    slot = slot_of(kind, tree)
    if slot not in tree and "pod" not in tree:
        return _wire_names(tree)
    _init_first(tree)
    head = tree.setdefault(slot, {})
    head.setdefault("kind", kind)
    head.setdefault("apiVersion", WORKLOAD_VERSIONS.get(kind, "apps/v1"))
    metadata = head.setdefault("metadata", {})
    name, namespace = metadata.get("name"), metadata.get("namespace")
    selector = _select(tree, kind, head, name)
    for part, (own_kind, version, several) in SLOTS.items():
        for own_name, entry in tree.get(part, {}).items() if several else [(name, tree[part])] if part in tree else ():
            entry.setdefault("apiVersion", version)
            entry.setdefault("kind", own_kind)
            own = entry.setdefault("metadata", {})
            if not several and name:
                own.setdefault("name", name)
            if namespace and own_kind not in CLUSTER_WIDE:
                own.setdefault("namespace", namespace)
            _point(own_kind, entry, head, selector)
    return tree


def _wire_names(tree: Tree) -> Tree:
    """Say what Services are that select nothing, and what starts nodes."""
    k8s_nodes.wire(tree)
    for slot in ("services", "endpoints", "endpointSlices"):
        kind, version, _ = SLOTS[slot]
        for entry in tree.get(slot, {}).values():
            entry.setdefault("apiVersion", version)
            entry.setdefault("kind", kind)
    return tree


def _init_first(tree: Tree) -> None:
    """Put init containers before the others, as the manifest will list them."""
    containers = get(tree, ("pod", "spec", "containers"))
    if isinstance(containers, dict):
        first = {name: one for name, one in containers.items() if isinstance(one, dict) and one.get("initContainer")}
        tree["pod"]["spec"]["containers"] = {**first, **containers}


def _select(tree: Tree, kind: str, head: Tree, name: str | None) -> Tree:
    """Give the labels that choose the application's pods; made from the name where there are none."""
    carried = get(tree, ("pod", "metadata", "labels")) or {}
    given = get(head, ("spec", "selector", "matchLabels")) if kind not in ("Job", "CronJob", "Pod") else None
    if given:
        return given
    made = {"app.kubernetes.io/name": (carried.get("app.kubernetes.io/name") or name or "app")[:63]}
    if kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"):
        put(head, ("spec", "selector", "matchLabels"), made)
    elif kind == "ReplicationController":
        put(head, ("spec", "selector"), made)
    put(tree, ("pod", "metadata", "labels"), made)
    return made


def _point(kind: str, entry: Tree, head: Tree, selector: Tree) -> None:
    """Point an object at the workload it belongs to."""
    spec = (
        entry.setdefault("spec", {})
        if kind
        in (
            "Service",
            "HorizontalPodAutoscaler",
            "PodDisruptionBudget",
            "ScaledObject",
            "NetworkPolicy",
            "SecurityGroupPolicy",
        )
        else {}
    )
    if kind == "Service" and spec.get("type") != "ExternalName":
        spec.setdefault("selector", dict(selector))
    elif kind in ("HorizontalPodAutoscaler", "ScaledObject"):
        target = spec.setdefault("scaleTargetRef", {})
        for key, value in (
            ("apiVersion", head["apiVersion"]),
            ("kind", head["kind"]),
            ("name", head["metadata"].get("name")),
        ):
            if value:
                target.setdefault(key, value)
    elif kind == "PodDisruptionBudget":
        spec.setdefault("selector", {"matchLabels": dict(selector)})
    elif kind in ("NetworkPolicy", "SecurityGroupPolicy"):
        spec.setdefault("podSelector", {"matchLabels": dict(selector)})


def ungroup(applications: list[Application]) -> list[Object]:
    """Give the objects of applications: the inverse of `group`; what several of them share comes once."""
    made: dict[tuple[str, str, str], Tree] = {}
    owner: dict[tuple[str, str, str], Application] = {}
    for application in sorted(applications, key=lambda found: (found.namespace, found.name)):
        for kind, tree in _objects(application.tree):
            space, name = (str(get(tree, ("metadata", part)) or "") for part in ("namespace", "name"))
            key = (kind, space, name)
            owner.setdefault(key, application)
            put(made, (key,), tree)
    return [
        Object(key[0], schema.plain(KUBERNETES, key[0], tree), application=owner[key].name,
               order=(owner[key].namespace, owner[key].name))
        for key, tree in made.items()
    ]


def _objects(tree: Tree) -> Iterator[tuple[str, Tree]]:
    kind = kind_of(tree)
    if slot_of(kind, tree) in tree:
        yield kind, join(kind, tree)
    for slot, (own_kind, _, several) in SLOTS.items():
        entries = tree.get(slot)
        if entries is None:
            continue
        for name, entry in sorted(entries.items()) if several else [(None, entries)]:
            own = entry.get("metadata", {})
            named = {**({"name": name} if name else {}), **own} if isinstance(own, dict) else own  # no schema sets a text aside
            yield own_kind, {**entry, "metadata": named}
