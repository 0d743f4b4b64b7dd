"""One object <-> the little that says with which others it is read: what it offers, what it looks for, what it is called."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..hubs import k8s
from ..hubs.k8s_kinds import CLUSTER_WIDE, Read
from ..hubs.k8s_members import OF_CLASS, WAVES, home, references
from ..hubs.k8s_neighbours import REQUIRED, SIDES
from ..hubs.names import FITTING
from ..model import KUBERNETES
from ..trees import get

Key = tuple[str, str, str]  # namespace, kind, name

# Where the labels stand by which a kind chooses pods.
SELECTORS = {
    "Service": ("spec", "selector"),
    "PodDisruptionBudget": ("spec", "selector", "matchLabels"),
}
# What has one name in a namespace and none beyond it: nothing on the other side is called after it.
NAMELESS = frozenset({
    "ConfigMap", "ServiceAccount", "HorizontalPodAutoscaler", "PodDisruptionBudget",
})
# What is translated with its application alone, or with those that `facts` unites it with. Of other kinds that the hubs know
# nobody has shown that they do not look further (a NetworkPolicy looks at all pods): a document with one stays whole.
OF_KUBERNETES = frozenset({
    "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod", "Job", "CronJob", "Service",
    "HorizontalPodAutoscaler", "ConfigMap", "Secret", "ServiceAccount", "PodDisruptionBudget", "PersistentVolumeClaim",
    "PersistentVolume", "StorageClass", "Ingress", "ExternalSecret", "SecretProviderClass",
})
OF_ECS = frozenset({
    "taskDefinitions", "services", "scalableTargets", "scalingPolicies", "scheduledActions", "namespaces", "discoveryServices",
    "targetGroups", "logGroups", "secrets", "parameters", "roles", "rolePolicies", "repositories", "fileSystems", "tasks",
    "schedules",
})
GROUP = "alb.ingress.kubernetes.io/group.name"  # Ingresses of a group share listeners


class Facts(NamedTuple):
    """What an object is known by (`same` unites whoever has it), offers and seeks; `names` are what it wants to be called."""

    same: Key
    offers: tuple[Key, ...] = ()
    seeks: tuple[Key, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    selector: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()


def divides(read: Read) -> bool:
    """Whether an object says nothing that is about more than what `facts` unites it with."""
    kind = read.entry.kind
    if kind in k8s.WORKLOADS:
        return kind in OF_KUBERNETES and not _looks_at_others(get(read.tree, k8s.WORKLOADS[kind][0]))
    known = kind in k8s.SLOT_OF or kind in CLUSTER_WIDE or any(kind in wave for wave in WAVES)
    return not known or kind in OF_KUBERNETES


def _looks_at_others(pod: Any) -> bool:
    """Whether pods are to run beside pods of another application, or apart from them."""
    own = get(pod, ("metadata", "labels")) or {}
    terms = [get(pod, ("spec", "affinity", side, REQUIRED)) for side in SIDES]
    wanted = [get(one, ("labelSelector", "matchLabels")) for each in terms if isinstance(each, dict) for one in each.values()]
    return any(isinstance(labels, dict) and not labels.items() <= own.items() for labels in wanted)


def facts(read: Read) -> Facts:
    """Give what an object of Kubernetes has to do with others."""
    kind, where = read.entry.kind, home(read.namespace)
    same = (read.namespace if kind in NAMELESS or not read.name else "*", kind, read.name or f"{id(read)}")
    if k8s.is_foreign(read):
        return Facts(same)
    if kind in k8s.WORKLOADS:
        return _workload(read, where, same) if k8s.runs(read) else Facts(same)
    if k8s.is_name_alone(read):
        return Facts(same, names=_wanted(f"{read.namespace or 'default'}-{read.name}", read.namespace, "task"))
    own = ("" if kind in CLUSTER_WIDE else where, kind, read.name)
    selector = get(read.tree, SELECTORS[kind]) if kind in SELECTORS else None
    return Facts(same, (own, *_offers(read, where)), (own, *_seeks(read, where)), (), _texts(selector, where))


def _workload(read: Read, where: str, same: Key) -> Facts:
    pod = get(read.tree, k8s.WORKLOADS[read.entry.kind][0]) or {}
    templates = get(read.tree, ("spec", "volumeClaimTemplates"))
    classes = [get(one, ("spec", "storageClassName")) for one in templates.values()] if isinstance(templates, dict) else []
    sought = [("" if kind in CLUSTER_WIDE else where, kind, name) for kind, name in references(pod.get("spec") or {})]
    sought += [("", "StorageClass", str(name)) for name in classes if name]
    labels = _texts(get(pod, ("metadata", "labels")), where)
    names = _wanted(read.name, read.namespace, read.entry.kind.lower())
    return Facts(same, ((where, "workload", read.name),), tuple(sought), labels, (), names)


def _wanted(name: str, namespace: str, kind: str) -> tuple[str, ...]:
    """Give the names that an application asks for, the second where another has the first."""
    fitting = FITTING[KUBERNETES]
    return fitting(name or "app"), fitting(f"{namespace or kind}-{name}")


def _texts(labels: Any, where: str) -> tuple[tuple[str, str], ...]:
    """Give labels, and the namespace as if it were one."""
    known = [(key, value) for key, value in labels.items() if isinstance(value, str)] if isinstance(labels, dict) else []
    return (("", where), *known) if known else ()


def _offers(read: Read, where: str) -> Iterator[Key]:
    if read.entry.kind == "PersistentVolumeClaim":
        wanted = get(read.tree, ("spec", "storageClassName")) or ""
        yield "", OF_CLASS, str(wanted)
    if read.entry.kind == "Ingress" and get(read.tree, ("metadata", "annotations", GROUP)):
        yield "", "group", str(get(read.tree, ("metadata", "annotations", GROUP)))


def _seeks(read: Read, where: str) -> Iterator[Key]:
    kind, spec = read.entry.kind, get(read.tree, ("spec",)) or {}
    if kind == "HorizontalPodAutoscaler":
        yield where, "workload", str(get(spec, ("scaleTargetRef", "name")))
    elif kind == "ExternalSecret":
        yield where, "Secret", str(get(spec, ("target", "name")) or read.name)
    elif kind == "PersistentVolumeClaim":
        yield "", "PersistentVolume", str(spec.get("volumeName"))
        yield "", "StorageClass", str(spec.get("storageClassName"))
    elif kind == "PersistentVolume":
        claim = spec.get("claimRef") or {}
        yield home(str(claim.get("namespace") or "")), "PersistentVolumeClaim", str(claim.get("name"))
        yield "", OF_CLASS, str(spec.get("storageClassName") or "")
    else:
        yield from _routed(read, where)


def _routed(read: Read, where: str) -> Iterator[Key]:
    """Give the Services that an Ingress names, and its group."""
    if read.entry.kind == "Ingress":
        from ..concepts.ingress_rules import used

        yield from ((where, "Service", backend.service) for backend in used(read.tree))
        yield "", "group", str(get(read.tree, ("metadata", "annotations", GROUP)))
