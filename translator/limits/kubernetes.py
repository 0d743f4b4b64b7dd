"""Kubernetes objects <-> the rules of each kind, as one tree of fields for each."""
from __future__ import annotations

import functools
from typing import Any, Iterator

from ..model import KUBERNETES, Object
from . import (
    kubernetes_meta, kubernetes_pod, kubernetes_scaling, kubernetes_service, kubernetes_storage, kubernetes_workload,
)
from .kubernetes_book import TEMPLATES, Book
from .official import official
from .rules import Broken, Hit, Planted, Rules, broken_rules, plant, under

__all__ = ["Book", "TABLE", "broken"]

TABLE = "kubernetes-limits"
# What the tree was chosen by, and what the server sets.
COVERED = frozenset(("apiVersion", "kind", "status"))
CURRENT = {
    **dict.fromkeys(
        (
            "Pod",
            "Service",
            "ConfigMap",
            "Secret",
            "Namespace",
            "ServiceAccount",
            "PersistentVolume",
            "PersistentVolumeClaim",
        ),
        "v1",
    ),
    **dict.fromkeys(("LimitRange", "ResourceQuota", "ReplicationController", "Endpoints", "PodTemplate"), "v1"),
    **dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"), "apps/v1"),
    **dict.fromkeys(("Job", "CronJob"), "batch/v1"),
    **dict.fromkeys(("Ingress", "IngressClass", "NetworkPolicy"), "networking.k8s.io/v1"),
    **dict.fromkeys(("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"), "rbac.authorization.k8s.io/v1"),
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1",
    "StorageClass": "storage.k8s.io/v1",
    "PriorityClass": "scheduling.k8s.io/v1",
    "RuntimeClass": "node.k8s.io/v1",
    "EndpointSlice": "discovery.k8s.io/v1",
}
# Versions that the API server has stopped to serve, with the release that did so, and whether the shape is today's.
# https://kubernetes.io/docs/reference/using-api/deprecation-guide/
REMOVED = {
    **{
        ("extensions/v1beta1", kind): ("1.16", True)
        for kind in ("Deployment", "DaemonSet", "ReplicaSet", "NetworkPolicy")
    },
    **{
        (f"apps/v1beta{n}", kind): ("1.16", True)
        for n in (1, 2)
        for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
    },
    **{(version, "Ingress"): ("1.22", False) for version in ("extensions/v1beta1", "networking.k8s.io/v1beta1")},
    ("batch/v1beta1", "CronJob"): ("1.25", True),
    ("policy/v1beta1", "PodDisruptionBudget"): ("1.25", True),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"): ("1.25", False),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"): ("1.26", True),
    **{
        (f"rbac.authorization.k8s.io/v1{beta}", kind): ("1.22", True)
        for beta in ("beta1", "alpha1")
        for kind in ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
    },
    ("storage.k8s.io/v1beta1", "StorageClass"): ("1.22", True),
    ("scheduling.k8s.io/v1beta1", "PriorityClass"): ("1.22", True),
}

REPLICATED = (*kubernetes_workload.REPLICATED, under("template.spec", kubernetes_pod.SERVICE_RESTART))
JOB = (*kubernetes_workload.JOB,)
SPECS: dict[str, tuple[Rules, ...]] = {
    "Deployment": (*REPLICATED, kubernetes_workload.DEPLOYMENT),
    "ReplicaSet": REPLICATED,
    "DaemonSet": (*REPLICATED, kubernetes_workload.DAEMON_SET),
    "StatefulSet": (
        *REPLICATED,
        kubernetes_workload.STATEFUL_SET,
        *(under("volumeClaimTemplates.spec", table) for table in kubernetes_storage.CLAIM),
    ),
    "Job": JOB,
    "CronJob": (*kubernetes_workload.CRON_JOB, *(under("jobTemplate.spec", table) for table in JOB)),
    "Pod": (kubernetes_pod.POD_RESTART,),
    "PersistentVolumeClaim": kubernetes_storage.CLAIM,
}
OBJECTS: dict[str, tuple[Rules, ...]] = {
    "Service": kubernetes_service.SERVICE,
    "Ingress": kubernetes_service.INGRESS,
    "NetworkPolicy": kubernetes_service.NETWORK_POLICY,
    "HorizontalPodAutoscaler": kubernetes_scaling.SCALER,
    "PodDisruptionBudget": kubernetes_scaling.BUDGET,
    "PersistentVolumeClaim": (kubernetes_storage.CLAIM_OBJECT,),
    "PersistentVolume": kubernetes_storage.VOLUME,
    "StorageClass": kubernetes_storage.STORAGE_CLASS,
    "ConfigMap": kubernetes_storage.CONFIG_MAP,
    "Secret": kubernetes_storage.SECRET,
}
SELECTORS = {
    **dict.fromkeys(
        ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "PodDisruptionBudget"), "spec.selector"
    ),
    "NetworkPolicy": "spec.podSelector",
}


def broken(entry: Object, book: Book) -> Broken:
    """Give every rule that a Kubernetes object breaks; an object of a kind that is not known here breaks none."""
    version, kind = entry.value.get("apiVersion"), entry.value.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return []
    return broken_rules(tree(version, kind), entry.value, book)


@functools.lru_cache(1024)
def tree(version: str, kind: str) -> Planted:
    """Give the rules of a kind in a version of its API."""
    removed, same_shape = REMOVED.get(
        (version, kind), ("", version == CURRENT.get(kind) or version == "autoscaling/v1")
    )
    tables: list[Rules] = [{"": {"version-removed": version_removed(kind, version, removed)}}] if removed else []
    if kind in CURRENT and (removed or version == CURRENT[kind] or version == "autoscaling/v1"):
        tables += [kubernetes_meta.OBJECT]
    if kind in CURRENT and same_shape:
        tables += [official(KUBERNETES, kind, version, COVERED), *_shape(kind)]
    return plant(*tables)


def _shape(kind: str) -> Iterator[Rules]:
    """Give every table of rules of a kind, at the places where its pods and its selector stand."""
    yield from OBJECTS.get(kind, ())
    yield from (under("spec", table) for table in (*SPECS.get(kind, ()), kubernetes_workload.VALUES.get(kind, {})))
    if kind in SELECTORS:
        yield under(SELECTORS[kind], kubernetes_meta.SELECTOR)
    if kind in TEMPLATES:
        pod = ".".join((*TEMPLATES[kind], "spec"))
        yield from (under(pod, table) for table in kubernetes_pod.POD)
        yield under(pod, kubernetes_pod.MOUNTS) if kind != "StatefulSet" else {}
    if TEMPLATES.get(kind):
        yield under(".".join((*TEMPLATES[kind], "metadata")), kubernetes_meta.METADATA)


def version_removed(kind: str, version: str, release: str) -> Any:
    """Make the rule that refuses a version that is no longer served."""
    def rule(entry: dict, book: Book) -> Iterator[Hit]:
        yield ("apiVersion",), f"Since Kubernetes {release} there is no {kind} in {version}; it is in {CURRENT[kind]}."

    return rule
