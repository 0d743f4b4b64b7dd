"""What kinds of Kubernetes objects there are, where each stands in an application tree, and how workloads are taken apart."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

from ..model import Object
from ..trees import Path, Tree, get, put, without

# kind -> (where the pod template stands in it, its slot in the tree)
WORKLOADS: dict[str, tuple[Path, str]] = {
    "Deployment": (("spec", "template"), "workload"),
    "StatefulSet": (("spec", "template"), "workload"),
    "DaemonSet": (("spec", "template"), "workload"),
    "ReplicaSet": (("spec", "template"), "workload"),
    "ReplicationController": (("spec", "template"), "workload"),
    "Rollout": (("spec", "template"), "workload"),
    "Pod": ((), "workload"),
    "Job": (("spec", "template"), "job"),
    "CronJob": (("spec", "jobTemplate", "spec", "template"), "cronJob"),
}
# slot -> (kind, apiVersion, whether an application may have several, by name)
SLOTS: dict[str, tuple[str, str, bool]] = {
    "services": ("Service", "v1", True),
    "scaler": ("HorizontalPodAutoscaler", "autoscaling/v2", False),
    "configMaps": ("ConfigMap", "v1", True),
    "secrets": ("Secret", "v1", True),
    "disruptionBudget": ("PodDisruptionBudget", "policy/v1", False),
    "serviceAccount": ("ServiceAccount", "v1", False),
    "claims": ("PersistentVolumeClaim", "v1", True),
    "persistentVolumes": ("PersistentVolume", "v1", True),
    "storageClasses": ("StorageClass", "storage.k8s.io/v1", True),
    "ingresses": ("Ingress", "networking.k8s.io/v1", True),
    "networkPolicies": ("NetworkPolicy", "networking.k8s.io/v1", True),
    "scaledObject": ("ScaledObject", "keda.sh/v1alpha1", False),
    "httpRoutes": ("HTTPRoute", "gateway.networking.k8s.io/v1", True),
    "grpcRoutes": ("GRPCRoute", "gateway.networking.k8s.io/v1", True),
    "tcpRoutes": ("TCPRoute", "gateway.networking.k8s.io/v1alpha2", True),
    "tlsRoutes": ("TLSRoute", "gateway.networking.k8s.io/v1alpha3", True),
    "udpRoutes": ("UDPRoute", "gateway.networking.k8s.io/v1alpha2", True),
    "gateways": ("Gateway", "gateway.networking.k8s.io/v1", True),
    "loadBalancerConfigurations": ("LoadBalancerConfiguration", "gateway.k8s.aws/v1beta1", True),
    "targetGroupConfigurations": ("TargetGroupConfiguration", "gateway.k8s.aws/v1beta1", True),
    "serviceExports": ("ServiceExport", "application-networking.k8s.aws/v1alpha1", True),
    "targetGroupBindings": ("TargetGroupBinding", "elbv2.k8s.aws/v1beta1", True),
    "securityGroupPolicies": ("SecurityGroupPolicy", "vpcresources.k8s.aws/v1beta1", True),
    "externalSecrets": ("ExternalSecret", "external-secrets.io/v1", True),
    "clusterConfig": ("ClusterConfig", "eksctl.io/v1alpha5", False),
    "nodePools": ("NodePool", "karpenter.sh/v1", True),
    "nodeClasses": ("EC2NodeClass", "karpenter.k8s.aws/v1", True),
    "endpoints": ("Endpoints", "v1", True),
    "endpointSlices": ("EndpointSlice", "discovery.k8s.io/v1", True),
    "iamRoles": ("Role", "iam.services.k8s.aws/v1alpha1", True),
    "podIdentityAssociations": ("PodIdentityAssociation", "eks.services.k8s.aws/v1alpha1", True),
    "secretProviderClasses": ("SecretProviderClass", "secrets-store.csi.x-k8s.io/v1", True),
}
SLOT_OF = {kind: slot for slot, (kind, _, _) in SLOTS.items()}
CLUSTER_WIDE = frozenset({"PersistentVolume", "StorageClass", "NodePool", "EC2NodeClass", "ClusterConfig"})
WORKLOAD_VERSIONS = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "ReplicaSet": "apps/v1",
                     "ReplicationController": "v1", "Rollout": "argoproj.io/v1alpha1", "Pod": "v1", "Job": "batch/v1",
                     "CronJob": "batch/v1"}


@dataclass
class Read:
    """One object with its canonical tree."""

    entry: Object
    tree: Tree

    @property
    def name(self) -> str:
        """Give metadata.name, or the generated name's beginning."""
        return str(get(self.tree, ("metadata", "name")) or get(self.tree, ("metadata", "generateName")) or "")

    @property
    def namespace(self) -> str:
        """Give metadata.namespace; nothing for what belongs to the whole cluster."""
        return "" if self.entry.kind in CLUSTER_WIDE else str(get(self.tree, ("metadata", "namespace")) or "")

    @property
    def identity(self) -> tuple:
        """Give what no two objects of a cluster share; what has no name shares nothing."""
        kind = f"{self.entry.kind} of AWS" if is_of_aws(self) else self.entry.kind
        return (kind, self.namespace, self.name) if self.name else (id(self),)


ENDS = ("Never", "OnFailure")  # what a Pod that runs once says of starting again


def slot_of(kind: str, tree: Tree) -> str:
    """Give the slot of an application's workload: a Pod that runs once is a job."""
    return "job" if kind == "Pod" and "job" in tree else WORKLOADS.get(kind, WORKLOADS["Deployment"])[1]


def split(kind: str, whole: Tree) -> Iterator[tuple[Path, Path, Tree]]:
    """Split a workload into its slots: (slot, where it stood, tree)."""
    template, slot = WORKLOADS[kind]
    if kind == "Pod":
        metadata = whole.get("metadata", {})
        own = {key: value for key, value in metadata.items() if key in ("name", "generateName", "namespace")}
        rest = {key: value for key, value in metadata.items() if key not in own}
        slot = "job" if get(whole, ("spec", "restartPolicy")) in ENDS else slot
        yield (slot,), (), {**{key: value for key, value in whole.items() if key != "spec"}, "metadata": own}
        yield (
            ("pod",),
            (),
            {**({"metadata": rest} if rest else {}), **({"spec": whole["spec"]} if "spec" in whole else {})},
        )
        return
    rest = without(whole, template)
    if kind == "CronJob":
        yield ("job",), template[:2], get(rest, template[:2]) or {}
        rest = without(rest, template[:2])
    yield (slot,), (), rest
    yield ("pod",), template, get(whole, template) or {}


def join(kind: str, tree: Tree) -> Tree:
    """Put the slots of a workload together: the inverse of `split`."""
    template, slot = WORKLOADS[kind][0], slot_of(kind, tree)
    whole: Tree = {}
    for key, value in tree.get(slot, {}).items():
        put(whole, (key,), value)
    if kind == "Pod":
        for key, value in tree.get("pod", {}).items():
            put(whole, (key,), value)
        return whole
    if kind == "CronJob" and "job" in tree:
        put(whole, template[:2], tree["job"])
    if "pod" in tree:
        put(whole, template, tree["pod"])
    return whole


def kind_of(tree: Tree) -> str:
    """Give the kind of an application's workload."""
    if "cronJob" in tree:
        return "CronJob"
    if "job" in tree:
        return "Pod" if get(tree, ("job", "kind")) == "Pod" else "Job"
    return get(tree, ("workload", "kind")) or "Deployment"


def is_of_aws(read: Read) -> bool:
    """Whether an object is one of AWS's controllers: they have a Role as RBAC has."""
    return str(read.tree.get("apiVersion") or "").partition("/")[0].endswith(".services.k8s.aws")
