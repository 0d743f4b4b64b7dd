"""Pods <-> what the API server refuses in them as a whole: containers, volumes, networks, scheduling."""
from __future__ import annotations

from typing import Any, Iterator

from .kubernetes_container import CONTAINER
from .kubernetes_meta import LABEL, is_dns_label, is_subdomain
from .kubernetes_probes import PROBE, PROBES
from .kubernetes_resources import RESOURCES
from .rules import Hit, Rules, between, choice, counted, each, under
from .values import entries, joined, mapping, number, repeated, text, twice

LISTS = ("initContainers", "containers", "ephemeralContainers")


def containers_missing(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a pod without a container."""
    if pod["containers"] == []:
        yield ("containers",), "The pod has no container."


def container_name_twice(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse two containers of one name, init containers among them."""
    taken = set()
    for member in LISTS:
        for at, container in entries(pod.get(member)) if member in pod else ():
            name = text(container.get("name"))
            if name is not None and name in taken:
                yield (member, at, "name"), f"Two containers of the pod are named {name}."
            taken.add(name)


def port_name_shared(pod: dict, holder: Any) -> Iterator[Hit]:
    """Report one port name in two containers: a Service that names the port finds the first alone."""
    taken: dict[str, Any] = {}
    containers = entries(pod["containers"])
    for at, container in containers if len(containers) > 1 else ():
        for position, port in entries(container.get("ports")):
            name = text(port.get("name"))
            if name and taken.setdefault(name, at) != at:
                yield ("containers", at, "ports", position, "name"), (
                    f"Two containers of the pod have a port named {name}; a Service that names it finds "
                    "the first alone."
                )


def host_port_twice(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse one port of the node for two ports of the pod."""
    taken = set()
    for at, container in entries(pod["containers"]):
        for position, port in entries(container.get("ports")):
            if not number(port.get("hostPort")):
                continue
            key = (port["hostPort"], str(port.get("protocol") or "TCP"), str(port.get("hostIP") or ""))
            if key in taken:
                yield ("containers", at, "ports", position, "hostPort"), (
                    f"Host port {key[0]}/{key[1]} is taken twice by the pod."
                )
            taken.add(key)


def init_container_field(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse probes and hooks of an init container that is to end; a sidecar has restartPolicy Always."""
    for at, container in entries(pod["initContainers"]):
        if text(container.get("restartPolicy", "")) in (None, "Always"):
            continue
        for member in (*PROBES, "lifecycle"):
            if container.get(member) is not None:
                yield ("initContainers", at, member), (
                    f"Init container {container.get('name')} runs to its end, so it takes no {member}; a "
                    "sidecar has restartPolicy Always."
                )


def mount_unknown(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a mount of a volume that the pod does not have."""
    yield from unknown_mounts(pod, frozenset())


def unknown_mounts(pod: dict, claims: frozenset) -> Iterator[Hit]:
    """Give the mounts of volumes that are neither the pod's nor among the claims of its StatefulSet."""
    volumes = {text(volume.get("name")) for _, volume in entries(pod.get("volumes"))} | claims
    for member in LISTS:
        for at, container in entries(pod.get(member)) if member in pod else ():
            for mounts in ("volumeMounts", "volumeDevices"):
                for position, mount in entries(container.get(mounts)) if mounts in container else ():
                    name = text(mount.get("name"))
                    if name is not None and name not in volumes:
                        yield (member, at, mounts, position, "name"), (
                            f"Container {container.get('name')} mounts {name}, which is no volume of the "
                            "pod."
                        )


def volume_name(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a volume name that is none, or that another volume has."""
    for at, volume in entries(pod["volumes"]):
        name = text(volume.get("name"))
        if name is not None and not is_dns_label(name):
            yield ("volumes", at, "name"), f"{name or 'An empty text'} is no name for a volume: {LABEL}."
    for at, name in twice(pod["volumes"], "name"):
        yield ("volumes", at, "name"), f"Two volumes of the pod are named {name}."


def volume_kinds(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a volume that is two things at once."""
    for at, volume in entries(pod["volumes"]):
        kinds = [kind for kind, source in volume.items() if kind != "name" and source is not None]
        if len(kinds) > 1:
            yield ("volumes", at), f"Volume {volume.get('name')} has {joined(sorted(kinds))}; a volume is one of them."


def host_path(volume: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a path on the node that leads upwards."""
    path = text(mapping(volume["hostPath"]).get("path"))
    if path and ".." in path.split("/"):
        yield ("hostPath", "path"), f"Path {path} of volume {volume.get('name')} leads upwards."


def item_path(source: dict, volume: dict) -> Iterator[Hit]:
    """Refuse a file of a volume that would stand outside of it."""
    for at, item in entries(source["items"]):
        path = text(item.get("path"))
        if path is not None and (not path or path.startswith("/") or ".." in path.split("/")):
            yield ("items", at, "path"), f"{path or 'An empty text'} is no path within the volume."


def dns_config(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a pod that is to use its own name servers and has none."""
    if pod["dnsPolicy"] == "None" and not mapping(pod.get("dnsConfig")).get("nameservers"):
        yield ("dnsPolicy",), "dnsPolicy None needs nameservers in dnsConfig."


def host_name(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a host name that is no DNS label."""
    for member in ("hostname", "subdomain"):
        name = text(pod.get(member))
        if name and not is_dns_label(name):
            yield (member,), f"{name} is no {member}: {LABEL}."


def account_name(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a service account that none can be named."""
    name = text(pod["serviceAccountName"])
    if name and not is_subdomain(name):
        yield ("serviceAccountName",), f"{name} is no name for a service account."


def process_sharing(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse sharing processes both within the pod and with the node."""
    if pod["shareProcessNamespace"] is True and pod.get("hostPID") is True:
        yield ("shareProcessNamespace",), "The pod shares its processes both among its containers and with the node."


def topology_spread(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a spread without what it is over, or given twice, and minDomains where nothing is held back."""
    spreads = entries(pod["topologySpreadConstraints"])
    for at, spread in spreads:
        action = text(spread.get("whenUnsatisfiable"))
        if not spread.get("topologyKey"):
            yield ("topologySpreadConstraints", at), "A topology spread constraint needs a topologyKey."
        if spread.get("minDomains") is not None and action is not None and action != "DoNotSchedule":
            yield ("topologySpreadConstraints", at, "minDomains"), "minDomains needs whenUnsatisfiable DoNotSchedule."
    keys = [(at, (text(spread.get("topologyKey")), text(spread.get("whenUnsatisfiable")))) for at, spread in spreads]
    for at, key in repeated([pair for pair in keys if None not in pair[1]]):
        yield ("topologySpreadConstraints", at), f"Two constraints spread over {key[0]} with {key[1]}."


def toleration(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse a toleration that contradicts itself."""
    for at, tolerated in entries(pod["tolerations"]):
        operator, effect = tolerated.get("operator") or "Equal", text(tolerated.get("effect") or "")
        if operator == "Exists" and tolerated.get("value"):
            yield ("tolerations", at, "value"), "A toleration with operator Exists takes no value."
        elif operator == "Equal" and not tolerated.get("key"):
            yield ("tolerations", at), "A toleration of every taint has operator Exists."
        elif tolerated.get("tolerationSeconds") is not None and effect not in (None, "NoExecute"):
            yield ("tolerations", at, "tolerationSeconds"), "tolerationSeconds needs the effect NoExecute."


def node_affinity(node: dict, affinity: dict) -> Iterator[Hit]:
    """Refuse a requirement of no nodes at all."""
    required = node["requiredDuringSchedulingIgnoredDuringExecution"]
    if isinstance(required, dict) and not required.get("nodeSelectorTerms"):
        yield ("requiredDuringSchedulingIgnoredDuringExecution",), (
            "A required node affinity needs a node selector term."
        )


def node_requirement(term: dict, holder: dict) -> Iterator[Hit]:
    """Refuse a requirement whose values its operator does not take."""
    for at, need in entries(term["matchExpressions"]):
        operator, values = need.get("operator"), need.get("values")
        if not isinstance(values, (list, type(None))) or text(operator) is None:
            continue
        count, key = len(values or ()), need.get("key")
        if operator in ("In", "NotIn") and not count:
            yield ("matchExpressions", at), f"The requirement on {key} has operator {operator} and no values."
        elif operator in ("Exists", "DoesNotExist") and count:
            yield ("matchExpressions", at), f"The requirement on {key} has operator {operator}, which takes no values."
        elif operator in ("Gt", "Lt") and (count != 1 or not str(values[0]).lstrip("-").isdecimal()):
            yield ("matchExpressions", at), (
                f"The requirement on {key} has operator {operator}, which takes one whole number."
            )


def sysctl_twice(context: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a kernel parameter that is set twice."""
    for at, name in twice(context["sysctls"], "name"):
        yield ("sysctls", at, "name"), f"Kernel parameter {name} is set twice."


def host_alias(pod: dict, holder: Any) -> Iterator[Hit]:
    """Refuse an entry of the hosts file without an address."""
    import ipaddress

    for at, alias in entries(pod["hostAliases"]):
        address = text(alias.get("ip"))
        try:
            ipaddress.ip_address(address or "127.0.0.1")
        except ValueError:
            yield ("hostAliases", at, "ip"), f"{address} is no IP address."


AFFINITY = "affinity.nodeAffinity"
REQUIRED = f"{AFFINITY}.requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
TERMS = (f"{REQUIRED}.nodeSelectorTerms", f"{AFFINITY}.{PREFERRED}.preference")

CONTAINERS: tuple[Rules, ...] = tuple(under(member, *CONTAINER, *PROBE, RESOURCES) for member in LISTS[:2])
MOUNTS: Rules = {"containers": {"mount-unknown": mount_unknown}}
POD: tuple[Rules, ...] = (
    *CONTAINERS,
    RESOURCES,
    {
        "containers": {
            "containers-missing": containers_missing,
            "container-name-twice": container_name_twice,
            "port-name-shared": port_name_shared,
            "host-port-twice": host_port_twice,
        },
        "initContainers": {"init-container-field": init_container_field},
        "volumes": {"volume-name": volume_name, "volume-kinds": volume_kinds},
        "volumes.hostPath": {"host-path": host_path},
        "volumes.configMap.items": {"item-path": item_path},
        "volumes.secret.items": {"item-path": item_path},
        "dnsPolicy": {"dns-config": dns_config},
        "hostname": {"host-name": host_name},
        "subdomain": {"host-name": host_name},
        "serviceAccountName": {"account-name": account_name},
        "shareProcessNamespace": {"process-sharing": process_sharing},
        "topologySpreadConstraints": {"topology-spread": topology_spread},
        "tolerations": {"toleration": toleration},
        "hostAliases": {"host-alias": host_alias},
        "securityContext.sysctls": {"sysctl-twice": sysctl_twice},
        REQUIRED: {"node-affinity": node_affinity},
        **{f"{term}.matchExpressions": {"node-requirement": node_requirement} for term in TERMS},
    },
    each(
        {
            "pod-range": {
                "terminationGracePeriodSeconds": (0, None),
                "activeDeadlineSeconds": (1, None),
                "topologySpreadConstraints.maxSkew": (1, None),
                "topologySpreadConstraints.minDomains": (1, None),
            }
        },
        between,
    ),
    each(
        {
            "affinity-weight": {
                f"affinity.{kind}.{PREFERRED}.weight": (1, 100)
                for kind in ("nodeAffinity", "podAffinity", "podAntiAffinity")
            }
        },
        between,
    ),
    each(
        {"id-range": {f"securityContext.{name}": (0, 2147483647) for name in ("runAsUser", "runAsGroup", "fsGroup")}},
        between,
    ),
    each({"dns-count": {"dnsConfig.nameservers": (0, 3), "dnsConfig.searches": (0, 32)}}, counted),
    each(
        {
            "value-unknown": {
                "dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
                "preemptionPolicy": ("PreemptLowerPriority", "Never"),
                "tolerations.operator": ("Equal", "Exists", "Lt", "Gt"),
                "tolerations.effect": ("NoSchedule", "PreferNoSchedule", "NoExecute"),
                "topologySpreadConstraints.whenUnsatisfiable": ("DoNotSchedule", "ScheduleAnyway"),
                "topologySpreadConstraints.nodeAffinityPolicy": ("Honor", "Ignore"),
                "topologySpreadConstraints.nodeTaintsPolicy": ("Honor", "Ignore"),
                "securityContext.fsGroupChangePolicy": ("OnRootMismatch", "Always"),
                "initContainers.restartPolicy": ("Always", "OnFailure", "Never"),
                "containers.restartPolicy": ("Always", "OnFailure", "Never"),
                "os.name": ("linux", "windows"),
                "volumes.emptyDir.medium": (
                    "Memory",
                    "HugePages",
                    *(f"HugePages-{size}" for size in ("64Ki", "2Mi", "32Mi", "512Mi", "1Gi", "16Gi")),
                ),
                "volumes.hostPath.type": (
                    "DirectoryOrCreate",
                    "Directory",
                    "FileOrCreate",
                    "File",
                    "Socket",
                    "CharDevice",
                    "BlockDevice",
                ),
                **{
                    f"{term}.matchExpressions.operator": ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")
                    for term in TERMS
                },
            }
        },
        choice,
    ),
)
POD_RESTART = each({"value-unknown": {"restartPolicy": ("Always", "OnFailure", "Never")}}, choice)
SERVICE_RESTART = each({"restart-policy": {"restartPolicy": ("Always",)}}, choice)
