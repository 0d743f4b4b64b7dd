"""What starts nodes in a cluster: each NodePool of Karpenter with its EC2NodeClass is an application of its own."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Iterator

from ..converters.names import pool_key
from ..model import KUBERNETES
from ..trees import Tree, get, without
from .application import SHARED, Application, Part
from .k8s_kinds import Read

CLASS_GROUP = "karpenter.k8s.aws"

def application_name(key: str) -> str:
    """Name the application of a pool apart from workloads of the same name."""
    return f"nodes-{key}"


def cluster_application(name: str) -> str:
    """Name the application of a cluster with its node groups; one that nobody has named yet is just that."""
    return "cluster" if "$" in name else f"cluster-{name}"


def clusters(reads: list[Read]) -> tuple[list[Application], list[Read]]:
    """Form the applications of eksctl's clusters that have node groups; gives them and the objects they are made of."""
    used = [read for read in reads if read.entry.kind == "ClusterConfig" and read.tree.get("managedNodeGroups")]
    made = []
    for read in used:
        application = Application(cluster_application(read.name), "", {})
        application.add(Part(("clusterConfig",), (), read.entry, KUBERNETES), read.tree)
        made.append(application)
    return made, used


def pools(reads: list[Read]) -> tuple[list[Application], list[Read]]:
    """Form the applications of node pools; gives them and the objects that they are made of."""
    used: dict[int, Read] = {}
    classes = {read.name: read for read in reads if read.entry.kind == "EC2NodeClass"}
    shared: dict[str, int] = {}
    made = []
    for read in reads:
        if read.entry.kind != "NodePool" or "template" not in (read.tree.get("spec") or {}):
            continue
        key = pool_key(read.name)
        application = Application(application_name(key), "", {})
        application.add(Part(("nodePools", key), (), read.entry, KUBERNETES), _named(read.tree, key))
        used[id(read)] = read
        found = classes.get(str(get(read.tree, (*REFERENCE, "name"))))
        if found is not None:
            part = Part(("nodeClasses", key), (), found.entry, KUBERNETES, found.name in shared)
            application.add(part, _named(found.tree, key))
            shared[found.name] = shared.get(found.name, 0) + 1
            used[id(found)] = found
        made.append(application)
    for part in (part for application in made for part in application.parts):
        part.shared = part.shared or shared.get(str(get(part.origin.value, ("metadata", "name"))), 0) > 1 and part.at[0] == "nodeClasses"
    of_clusters, configs = clusters(reads)
    return made + of_clusters, [*used.values(), *configs]


POOL, GROUP = "karpenter.sh/nodepool", "eks.amazonaws.com/nodegroup"
# Labels of these domains say what nodes are like, and not which pool they are of.
COMMON = ("kubernetes.io", "k8s.io", "karpenter.sh", "karpenter.k8s.aws", "eks.amazonaws.com")


def show_pool(workloads: list[Application], made: list[Application]) -> None:
    """Let each workload know the one pool or group whose labels its pods choose nodes by."""
    known = [(label, key, labels) for one in made for label, key, labels in _labels(one)]
    for application in workloads if known else ():
        selector = get(application.tree, ("pod", "spec", "nodeSelector"))
        own = {key: value for key, value in (selector or {}).items() if not _is_common(key)} if isinstance(selector, dict) else {}
        found = [(label, key) for label, key, labels in known if own and own.items() <= labels.items()]
        part = application.part(("pod", "spec", "nodeSelector"))
        if len(found) == 1 and part is not None and not {POOL, GROUP} & selector.keys():
            within = part.path_of(("pod", "spec", "nodeSelector"))
            application.add(Part((SHARED, "chosenPool"), within, replace(part.origin), KUBERNETES), "=".join(found[0]))


def _is_common(key: str) -> bool:
    domain = key.rpartition("/")[0]
    return any(domain == one or domain.endswith(f".{one}") for one in COMMON)


def _labels(application: Application) -> Iterator[tuple[str, str, Tree]]:
    """Give (label of a pool's name, its name, the labels of its nodes) for the pools and groups of an application."""
    for key, pool in application.tree.get("nodePools", {}).items():
        yield POOL, key, _texts(get(pool, ("spec", "template", "metadata", "labels")))
    for key, group in (get(application.tree, ("clusterConfig", "managedNodeGroups")) or {}).items():
        yield GROUP, key, _texts(get(group, ("labels",)))


def _texts(labels: Any) -> Tree:
    return {key: value for key, value in labels.items() if isinstance(value, str)} if isinstance(labels, dict) else {}


REFERENCE = ("spec", "template", "spec", "nodeClassRef")


def _named(tree: Tree, key: str) -> Tree:
    """Leave out the name where it is the key already."""
    return without(tree, ("metadata", "name")) if get(tree, ("metadata", "name")) == key else tree


def wire(tree: Tree) -> None:
    """Say what clusters and pools are, and which class each pool refers to."""
    if "clusterConfig" in tree:
        tree["clusterConfig"].setdefault("apiVersion", "eksctl.io/v1alpha5")
        tree["clusterConfig"].setdefault("kind", "ClusterConfig")
    for key, pool in tree.get("nodePools", {}).items():
        pool.setdefault("apiVersion", "karpenter.sh/v1")
        pool.setdefault("kind", "NodePool")
        found = tree.get("nodeClasses", {}).get(key)
        spec = pool.setdefault("spec", {}).setdefault("template", {}).setdefault("spec", {})
        if found is not None:
            found.setdefault("apiVersion", f"{CLASS_GROUP}/v1")
            found.setdefault("kind", "EC2NodeClass")
            name = get(found, ("metadata", "name")) or key
            for field, value in (("group", CLASS_GROUP), ("kind", "EC2NodeClass"), ("name", name)):
                spec.setdefault("nodeClassRef", {}).setdefault(field, value)
