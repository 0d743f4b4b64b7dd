"""Kubernetes objects <-> application trees: what belongs to which workload, by selector and by reference."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterator

from .. import schema
from ..model import KUBERNETES, Object
from ..trees import Path, Tree, get, put
from .application import Application, Part

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
    "gateways": ("Gateway", "gateway.networking.k8s.io/v1", True),
    "targetGroupBindings": ("TargetGroupBinding", "elbv2.k8s.aws/v1beta1", True),
    "securityGroupPolicies": ("SecurityGroupPolicy", "vpcresources.k8s.aws/v1beta1", True),
    "externalSecrets": ("ExternalSecret", "external-secrets.io/v1", True),
    "secretProviderClasses": ("SecretProviderClass", "secrets-store.csi.x-k8s.io/v1", True),
}
SLOT_OF = {kind: slot for slot, (kind, _, _) in SLOTS.items()}
CLUSTER_WIDE = frozenset({"PersistentVolume", "StorageClass"})
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
        return (self.entry.kind, self.namespace, self.name) if self.name else (id(self),)


def group(reads: list[Read]) -> tuple[list[Application], list[Read]]:
    """Form applications; gives them and the objects that belong to none."""
    last = {read.identity: read for read in reads}
    loose = [read for read in reads if last[read.identity] is not read]
    reads = list(last.values())
    workloads = [_application(read) for read in reads if read.entry.kind in WORKLOADS and runs(read)]
    index = Index(workloads)
    loose += [read for read in reads if read.entry.kind in WORKLOADS and not runs(read)]
    for wave in WAVES:
        for read in reads:
            if read.entry.kind in wave and not _place(read, wave[read.entry.kind](index, read)):
                loose.append(read)
    grouped = set(WORKLOADS).union(*WAVES)
    loose.extend(read for read in reads if read.entry.kind not in grouped)
    return workloads, loose


def runs(read: Read) -> bool:
    """Whether a workload says what it runs; a patch for one does not."""
    return bool(get(read.tree, WORKLOADS[read.entry.kind][0] + ("spec", "containers")))


def _application(read: Read) -> Application:
    application = Application(read.name, read.namespace, {})
    for at, within, tree in split(read.entry.kind, read.tree):
        application.add(Part(at, within, read.entry, KUBERNETES), tree)
    return application


def split(kind: str, whole: Tree) -> Iterator[tuple[Path, Path, Tree]]:
    """Split a workload into its slots: (slot, where it stood, tree)."""
    template, slot = WORKLOADS[kind]
    if kind == "Pod":
        metadata = whole.get("metadata", {})
        own = {key: value for key, value in metadata.items() if key in ("name", "generateName", "namespace")}
        rest = {key: value for key, value in metadata.items() if key not in own}
        yield ("workload",), (), {**{key: value for key, value in whole.items() if key != "spec"}, "metadata": own}
        yield ("pod",), (), {**({"metadata": rest} if rest else {}), **({"spec": whole["spec"]} if "spec" in whole else {})}
        return
    rest = without(whole, template)
    if kind == "CronJob":
        yield ("job",), template[:2], get(rest, template[:2]) or {}
        rest = without(rest, template[:2])
    yield (slot,), (), rest
    yield ("pod",), template, get(whole, template) or {}


def join(kind: str, tree: Tree) -> Tree:
    """Put the slots of a workload together: the inverse of `split`."""
    template, slot = WORKLOADS[kind]
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


def without(tree: Tree, path: Path) -> Tree:
    """Give a tree without what stands at a path, nor a map that holds nothing else."""
    if path[0] not in tree:
        return tree
    below = without(tree[path[0]], path[1:]) if len(path) > 1 else {}
    return {key: below if key == path[0] else value for key, value in tree.items() if key != path[0] or below}


class Index:
    """Finds applications by what may refer to them, without looking at all of them."""

    def __init__(self, applications: list[Application]):
        self.by_name: dict[tuple[str, str], list[Application]] = {}
        self.by_label: dict[tuple[str, str, str], list[Application]] = {}
        self.by_reference: dict[tuple[str, str, str], list[Application]] = {}
        for application in applications:
            self.by_name.setdefault((application.namespace, application.name), []).append(application)
            for key, value in labels(application).items():
                self.by_label.setdefault((application.namespace, key, value), []).append(application)
            for kind, name in references(application.tree.get("pod", {}).get("spec", {})):
                self.refer(application, kind, name)

    def refer(self, application: Application, kind: str, name: str) -> None:
        """Note that an application refers to an object."""
        namespace = "" if kind in CLUSTER_WIDE else application.namespace
        found = self.by_reference.setdefault((namespace, kind, name), [])
        if application not in found:
            found.append(application)

    def selected(self, namespace: str, selector: Any) -> list[Application]:
        """Give the applications whose pods carry every label of a selector."""
        if not isinstance(selector, dict) or not selector:
            return []
        first, *rest = selector.items()
        return [application for application in self.by_label.get((namespace, *first), ())
                if all(labels(application).get(key) == value for key, value in rest)]


def labels(application: Application) -> Tree:
    """Give the labels of an application's pods."""
    return get(application.tree, ("pod", "metadata", "labels")) or {}


def references(pod: Tree) -> Iterator[tuple[str, str]]:
    """Give (kind, name) of every object that a pod spec refers to."""
    for container in pod.get("containers", {}).values():
        yield from _container_references(container)
    for volume in pod.get("volumes", {}).values():
        yield from _volume_references(volume)
    for name in pod.get("imagePullSecrets", {}):
        yield "Secret", name
    yield "ServiceAccount", pod.get("serviceAccountName") or pod.get("serviceAccount") or "default"


def _container_references(container: Any) -> Iterator[tuple[str, str]]:
    for entry in (get(container, ("env",)) or {}).values():
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            yield from _named(kind, get(entry, ("valueFrom", key, "name")))
    for entry in (get(container, ("envFrom",)) or {}).values():
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            yield from _named(kind, get(entry, (key, "name")))


def _volume_references(volume: Any) -> Iterator[tuple[str, str]]:
    yield from _named("ConfigMap", get(volume, ("configMap", "name")))
    yield from _named("Secret", get(volume, ("secret", "secretName")))
    yield from _named("PersistentVolumeClaim", get(volume, ("persistentVolumeClaim", "claimName")))
    yield from _named("SecretProviderClass", get(volume, ("csi", "volumeAttributes", "secretProviderClass")))
    for source in (get(volume, ("projected", "sources")) or {}).values():
        yield from _named("ConfigMap", get(source, ("configMap", "name")))
        yield from _named("Secret", get(source, ("secret", "name")))


def _named(kind: str, name: Any) -> Iterator[tuple[str, str]]:
    if isinstance(name, str) and name:
        yield kind, name


# --- what belongs to which workload ------------------------------------------------------------

Finder = Callable[[Index, Read], list[Application]]


def by_selector(*path: str) -> Finder:
    """Belong to the pods that a selector chooses."""
    return lambda index, read: index.selected(read.namespace, get(read.tree, path))


def by_target(*path: str) -> Finder:
    """Belong to the workload that a reference names."""
    def find(index: Index, read: Read) -> list[Application]:
        name, kind = get(read.tree, path + ("name",)), get(read.tree, path + ("kind",)) or "Deployment"
        return [found for found in index.by_name.get((read.namespace, str(name)), ()) if kind_of(found.tree) == kind]
    return find


def by_reference(index: Index, read: Read) -> list[Application]:
    """Belong to the pods that name the object, and refer on to what the object itself needs."""
    found = index.by_reference.get((read.namespace, read.entry.kind, read.name), [])
    for application in found:
        for kind, name in _onward(read):
            index.refer(application, kind, name)
    return found


def _onward(read: Read) -> Iterator[tuple[str, str]]:
    if read.entry.kind == "PersistentVolumeClaim":
        yield from _named("PersistentVolume", get(read.tree, ("spec", "volumeName")))
        yield from _named("StorageClass", get(read.tree, ("spec", "storageClassName")))
    if read.entry.kind == "Service":
        yield "Service", read.name


def by_service(*paths: Path) -> Finder:
    """Belong to the applications behind the Services that an object names, at any of the patterns."""
    def find(index: Index, read: Read) -> list[Application]:
        names = {name for path in paths for name in _values(read.tree, path)}
        found = [application for name in sorted(names) for application in index.by_reference.get((read.namespace, "Service", name), ())]
        return list({id(application): application for application in found}.values())
    return find


def _values(tree: Any, path: Path) -> Iterator[str]:
    for position, key in enumerate(path):
        if not isinstance(tree, dict):
            return
        if key == "*":
            for entry in tree.values():
                yield from _values(entry, path[position + 1:])
            return
        tree = tree.get(key)
    if isinstance(tree, str):
        yield tree


def service_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the pods that a Service selects, which makes it known to what routes to it by name."""
    found = index.selected(read.namespace, get(read.tree, ("spec", "selector")))
    for application in found:
        index.refer(application, "Service", read.name)
    return found


def secret_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the pods that use the Secret which an ExternalSecret makes."""
    name = get(read.tree, ("spec", "target", "name")) or read.name
    return index.by_reference.get((read.namespace, "Secret", str(name)), [])


def gateway_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the applications whose routes attach to a Gateway."""
    return index.by_reference.get((read.namespace, "Gateway", read.name), [])


def route_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the applications that a route sends traffic to."""
    found = by_service(("spec", "rules", "*", "backendRefs", "*", "name"))(index, read)
    for application in found:
        for name in _values(read.tree, ("spec", "parentRefs", "*", "name")):
            index.refer(application, "Gateway", name)
    return found


# Later waves use what earlier ones made known.
WAVES: tuple[dict[str, Finder], ...] = (
    {
        "Service": service_finder,
        "HorizontalPodAutoscaler": by_target("spec", "scaleTargetRef"),
        "ScaledObject": by_target("spec", "scaleTargetRef"),
        "ConfigMap": by_reference, "Secret": by_reference, "ServiceAccount": by_reference,
        "PersistentVolumeClaim": by_reference, "SecretProviderClass": by_reference,
        "ExternalSecret": secret_finder,
        "PodDisruptionBudget": by_selector("spec", "selector", "matchLabels"),
        "NetworkPolicy": by_selector("spec", "podSelector", "matchLabels"),
        "SecurityGroupPolicy": by_selector("spec", "podSelector", "matchLabels"),
    },
    {
        "PersistentVolume": by_reference, "StorageClass": by_reference,
        "Ingress": by_service(("spec", "rules", "*", "http", "paths", "*", "backend", "service", "name"),
                              ("spec", "defaultBackend", "service", "name")),
        "TargetGroupBinding": by_service(("spec", "serviceRef", "name")),
        "HTTPRoute": route_finder, "GRPCRoute": route_finder, "TCPRoute": route_finder,
    },
    {"Gateway": gateway_finder},
)


def _place(read: Read, applications: list[Application]) -> bool:
    """Put an object into the applications it belongs to; False where there is no room in any."""
    slot = SLOT_OF[read.entry.kind]
    several = SLOTS[slot][2]
    at = (slot, read.name) if several else (slot,)
    placed = [application for application in applications if get(application.tree, at) is None]
    for application in placed:
        tree = without(read.tree, ("metadata", "name")) if several else read.tree
        application.add(Part(at, (), read.entry, KUBERNETES, shared=len(placed) > 1), tree)
    return bool(placed)


def arranged(tree: Tree) -> Tree:
    """Give the tree as it is: the order of containers is what the manifest says."""
    return tree


# --- and back ----------------------------------------------------------------------------------

def kind_of(tree: Tree) -> str:
    """Give the kind of an application's workload."""
    if "cronJob" in tree:
        return "CronJob"
    if "job" in tree:
        return "Job"
    return get(tree, ("workload", "kind")) or "Deployment"


def wire(tree: Tree) -> Tree:
    """Fill in what follows from the tree itself: versions, kinds, namespaces, selectors, references to the workload."""
    kind = kind_of(tree)
    slot = WORKLOADS.get(kind, WORKLOADS["Deployment"])[1]
    if slot not in tree and "pod" not in tree:
        return tree
    _init_first(tree)
    head = tree.setdefault(slot, {})
    head.setdefault("kind", kind)
    head.setdefault("apiVersion", WORKLOAD_VERSIONS.get(kind, "apps/v1"))
    metadata = head.setdefault("metadata", {})
    name, namespace = metadata.get("name"), metadata.get("namespace")
    selector = _select(tree, kind, head, name)
    for part, (own_kind, version, several) in SLOTS.items():
        for own_name, entry in (tree.get(part, {}).items() if several else [(name, tree[part])] if part in tree else ()):
            entry.setdefault("apiVersion", version)
            entry.setdefault("kind", own_kind)
            own = entry.setdefault("metadata", {})
            if not several and name:
                own.setdefault("name", name)
            if namespace and own_kind not in CLUSTER_WIDE:
                own.setdefault("namespace", namespace)
            _point(own_kind, entry, head, selector)
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
    spec = entry.setdefault("spec", {}) if kind in ("Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "ScaledObject",
                                                    "NetworkPolicy", "SecurityGroupPolicy") else {}
    if kind == "Service" and spec.get("type") != "ExternalName":
        spec.setdefault("selector", dict(selector))
    elif kind in ("HorizontalPodAutoscaler", "ScaledObject"):
        target = spec.setdefault("scaleTargetRef", {})
        for key, value in (("apiVersion", head["apiVersion"]), ("kind", head["kind"]), ("name", head["metadata"].get("name"))):
            if value:
                target.setdefault(key, value)
    elif kind == "PodDisruptionBudget":
        spec.setdefault("selector", {"matchLabels": dict(selector)})
    elif kind in ("NetworkPolicy", "SecurityGroupPolicy"):
        spec.setdefault("podSelector", {"matchLabels": dict(selector)})


def ungroup(applications: list[Application]) -> list[Object]:
    """Give the objects of applications: the inverse of `group`; what several of them share comes once."""
    made: dict[tuple[str, str, str], Tree] = {}
    owner: dict[tuple[str, str, str], str] = {}
    for application in sorted(applications, key=lambda found: (found.namespace, found.name)):
        for kind, tree in _objects(application.tree):
            metadata = tree.get("metadata", {})
            key = (kind, str(metadata.get("namespace") or ""), str(metadata.get("name") or ""))
            owner.setdefault(key, application.name)
            put(made, (key,), tree)
    return [Object(key[0], schema.plain(KUBERNETES, key[0], tree), application=owner[key]) for key, tree in made.items()]


def _objects(tree: Tree) -> Iterator[tuple[str, Tree]]:
    kind = kind_of(tree)
    if WORKLOADS.get(kind, ((), "workload"))[1] in tree:
        yield kind, join(kind, tree)
    for slot, (own_kind, _, several) in SLOTS.items():
        entries = tree.get(slot)
        if entries is None:
            continue
        for name, entry in sorted(entries.items()) if several else [(None, entries)]:
            metadata = {**({"name": name} if name else {}), **entry.get("metadata", {})}
            yield own_kind, {**entry, "metadata": metadata}
