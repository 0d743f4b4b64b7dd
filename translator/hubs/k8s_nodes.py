"""What starts nodes in a cluster: each NodePool of Karpenter with its EC2NodeClass is an application of its own."""
from __future__ import annotations

from ..converters.names import pool_key
from ..model import KUBERNETES
from ..trees import Tree, get, without
from .application import Application, Part
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
