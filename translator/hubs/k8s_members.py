"""Which objects belong to which workload: by selector, by reference, by the Services that routes name."""
from __future__ import annotations

from typing import Any, Callable, Iterator

from ..trees import Path, Tree, get
from .application import Application
from .k8s_kinds import CLUSTER_WIDE, Read, is_of_aws, kind_of


class Index:
    """Finds applications by what may refer to them, without looking at all of them."""

    def __init__(self, applications: list[Application]):
        self.by_name: dict[tuple[str, str], list[Application]] = {}
        self.by_label: dict[tuple[str, str, str], list[Application]] = {}
        self.by_reference: dict[tuple[str, str, str], list[Application]] = {}
        self.by_namespace: dict[str, list[Application]] = {}
        for application in applications:
            self.by_namespace.setdefault(home(application.namespace), []).append(application)
            self.by_name.setdefault((home(application.namespace), application.name), []).append(application)
            for key, value in labels(application).items():
                self.by_label.setdefault((home(application.namespace), key, value), []).append(application)
            for kind, name in references(get(application.tree, ("pod", "spec"))):
                self.refer(application, kind, name)
            for template in _entries(application.tree, "workload", "spec", "volumeClaimTemplates"):
                for _, name in _named("StorageClass", get(template, ("spec", "storageClassName"))):
                    self.refer(application, "StorageClass", name)

    def refer(self, application: Application, kind: str, name: str) -> None:
        """Note that an application refers to an object."""
        namespace = "" if kind in CLUSTER_WIDE or kind in (OF_CLASS, IAM_ROLE) else home(application.namespace)
        found = self.by_reference.setdefault((namespace, kind, name), [])
        if application not in found:
            found.append(application)

    def matching(self, namespace: str, selector: Any) -> list[Application]:
        """Give the applications of a namespace whose pods fit a whole selector; none at all fits every pod."""
        from ..converters.peers import matches

        wanted = get(selector, ("matchLabels",))
        some = self.selected(namespace, wanted) if wanted else self.by_namespace.get(home(namespace), [])
        return [one for one in some if matches(selector, labels(one))]

    def selected(self, namespace: str, selector: Any) -> list[Application]:
        """Give the applications whose pods carry every label of a selector."""
        if not isinstance(selector, dict) or not selector:
            return []
        first, *rest = selector.items()
        if not isinstance(first[1], str):
            return []
        return [application for application in self.by_label.get((home(namespace), *first), ())
                if all(labels(application).get(key) == value for key, value in rest)]


def home(namespace: str) -> str:
    """Give where an object lives: one that names no namespace lives in `default`, unless kubectl is told otherwise."""
    return "" if namespace == "default" else namespace


def labels(application: Application) -> Tree:
    """Give the labels of an application's pods."""
    found = get(application.tree, ("pod", "metadata", "labels"))
    return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}


def _entries(tree: Any, *path: str) -> list[Any]:
    """Give the entries at a path; custom kinds have no schema that says they are a map."""
    found = get(tree, path)
    return list(found.values()) if isinstance(found, dict) else []


def references(pod: Tree) -> Iterator[tuple[str, str]]:
    """Give (kind, name) of every object that a pod spec refers to."""
    if not isinstance(pod, dict):
        pod = {}
    for container in _entries(pod, "containers"):
        yield from _container_references(container)
    for volume in _entries(pod, "volumes"):
        yield from _volume_references(volume)
    secrets = pod.get("imagePullSecrets")
    for name in secrets if isinstance(secrets, dict) else ():
        yield "Secret", name
    yield "ServiceAccount", str(pod.get("serviceAccountName") or pod.get("serviceAccount") or "default")


def _container_references(container: Any) -> Iterator[tuple[str, str]]:
    for entry in _entries(container, "env"):
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            yield from _named(kind, get(entry, ("valueFrom", key, "name")))
    for entry in _entries(container, "envFrom"):
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            yield from _named(kind, get(entry, (key, "name")))


def _volume_references(volume: Any) -> Iterator[tuple[str, str]]:
    yield from _named("ConfigMap", get(volume, ("configMap", "name")))
    yield from _named("Secret", get(volume, ("secret", "secretName")))
    yield from _named("PersistentVolumeClaim", get(volume, ("persistentVolumeClaim", "claimName")))
    yield from _named("StorageClass", get(volume, ("ephemeral", "volumeClaimTemplate", "spec", "storageClassName")))
    yield from _named("SecretProviderClass", get(volume, ("csi", "volumeAttributes", "secretProviderClass")))
    for source in _entries(volume, "projected", "sources"):
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
        found = index.by_name.get((home(read.namespace), str(name)), ())
        return [application for application in found if kind_of(application.tree) == kind]
    return find


def by_reference(index: Index, read: Read) -> list[Application]:
    """Belong to the pods that name the object, and refer on to what the object itself needs."""
    found = index.by_reference.get((home(read.namespace), read.entry.kind, read.name), [])
    for application in found:
        for kind, name in _onward(read):
            index.refer(application, kind, name)
    return found


def _onward(read: Read) -> Iterator[tuple[str, str]]:
    if read.entry.kind == "PersistentVolumeClaim":
        yield from _named("PersistentVolume", get(read.tree, ("spec", "volumeName")))
        if not get(read.tree, ("spec", "volumeName")):
            yield OF_CLASS, str(get(read.tree, ("spec", "storageClassName")) or "")
        yield from _named("StorageClass", get(read.tree, ("spec", "storageClassName")))
    if read.entry.kind == "Service":
        yield "Service", read.name
    if read.entry.kind == "ServiceAccount":
        arn = get(read.tree, ("metadata", "annotations", "eks.amazonaws.com/role-arn"))
        yield from _named(IAM_ROLE, arn.rpartition("/")[2] if isinstance(arn, str) else None)


IAM_ROLE = "Role of AWS"  # what annotations and associations name


def association_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the pods whose service account an association gives a role."""
    spec = get(read.tree, ("spec",))
    spec = spec if isinstance(spec, dict) else {}
    space, name = str(spec.get("namespace") or read.namespace), str(spec.get("serviceAccount") or "")
    found = index.by_reference.get((home(space), "ServiceAccount", name), []) if is_of_aws(read) else []
    arn, other = spec.get("roleARN"), get(spec, ("roleRef", "from", "name"))
    for application in found:
        for one in (arn, other):
            for kind, role in _named(IAM_ROLE, one.rpartition("/")[2] if isinstance(one, str) else None):
                index.refer(application, kind, role)
    return found


def role_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the pods whose service account has the role; a Role of RBAC is another thing."""
    names = {read.name, str(get(read.tree, ("spec", "name")) or "")} if is_of_aws(read) else set()
    found = [one for name in sorted(names) for one in index.by_reference.get(("", IAM_ROLE, name), ())]
    return list({id(application): application for application in found}.values())


OF_CLASS = "PersistentVolume of class"  # what a claim asks for that names no volume


def volume_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the pods whose claim names the volume, is named by it, or asks for one of its class."""
    claim = get(read.tree, ("spec", "claimRef")) or {}
    if claim.get("name"):
        found = index.by_reference.get(
            (home(str(claim.get("namespace") or "")), "PersistentVolumeClaim", str(claim["name"])), []
        )
    else:
        found = index.by_reference.get(("", OF_CLASS, str(get(read.tree, ("spec", "storageClassName")) or "")), [])
    return by_reference(index, read) or found


def by_service(*paths: Path) -> Finder:
    """Belong to the applications behind the Services that an object names, at any of the patterns."""
    def find(index: Index, read: Read) -> list[Application]:
        names = {name for path in paths for name in _values(read.tree, path)}
        found = [
            application
            for name in sorted(names)
            for application in index.by_reference.get((home(read.namespace), "Service", name), ())
        ]
        return list({id(application): application for application in found}.values())
    return find


def ingress_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the applications behind the Services that an Ingress routes to, by its paths or by actions in its annotations."""
    from ..concepts.ingress_rules import used

    names = sorted({backend.service for backend in used(read.tree)})
    keys = [(home(read.namespace), "Service", name) for name in names]
    found = [application for key in keys for application in index.by_reference.get(key, ())]
    return list({id(application): application for application in found}.values())


def policy_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the pods that a NetworkPolicy chooses: an empty selector means all of its namespace."""
    return index.matching(read.namespace, get(read.tree, ("spec", "podSelector")))


def security_group_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the pods that a SecurityGroupPolicy chooses, by their labels, by those of their service account, or by both.

    https://docs.aws.amazon.com/eks/latest/userguide/sg-pods-example-deployment.html
    """
    from ..converters.peers import matches

    pods, accounts = (get(read.tree, ("spec", key)) for key in ("podSelector", "serviceAccountSelector"))
    if pods is None and accounts is None:
        return []
    living = index.matching(read.namespace, pods)
    if accounts is None:
        return living
    marked = [(one, get(one.tree, ("serviceAccount", "metadata", "labels"))) for one in living]
    return [one for one, found in marked if isinstance(found, dict) and matches(accounts, found)]


def _values(tree: Any, path: Path) -> Iterator[str]:
    for position, key in enumerate(path):
        if key == "*" and isinstance(tree, list):  # a kind without a schema keeps its lists
            tree = dict(enumerate(tree))
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
    return index.by_reference.get((home(read.namespace), "Secret", str(name)), [])


def gateway_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the applications whose routes attach to a Gateway."""
    found = index.by_reference.get((home(read.namespace), "Gateway", read.name), []) if is_gateway_api(read) else []
    settings = get(read.tree, ("spec", "infrastructure", "parametersRef"))
    for application in found if get(settings, ("kind",)) == "LoadBalancerConfiguration" else ():
        index.refer(application, "LoadBalancerConfiguration", str(get(settings, ("name",))))
    return found


def is_gateway_api(read: Read) -> bool:
    """Whether an object is the Gateway API's: Istio and Linkerd have kinds of the same names."""
    return str(read.tree.get("apiVersion") or "").startswith("gateway.networking.k8s.io/")


def route_finder(index: Index, read: Read) -> list[Application]:
    """Belong to the applications that a route sends traffic to."""
    found = by_service(("spec", "rules", "*", "backendRefs", "*", "name"))(index, read) if is_gateway_api(read) else []
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
        "NetworkPolicy": policy_finder,
        "PodIdentityAssociation": association_finder,
    },
    {
        "PersistentVolume": volume_finder, "StorageClass": by_reference,
        "Role": role_finder,
        "SecurityGroupPolicy": security_group_finder,
        "Ingress": ingress_finder,
        "ServiceExport": by_service(("metadata", "name")),
        "TargetGroupBinding": by_service(("spec", "serviceRef", "name")),
        "HTTPRoute": route_finder, "GRPCRoute": route_finder, "TCPRoute": route_finder,
        "TLSRoute": route_finder, "UDPRoute": route_finder,
    },
    {"Gateway": gateway_finder, "TargetGroupConfiguration": by_service(("spec", "targetReference", "name"))},
    {"LoadBalancerConfiguration": by_reference},
)
