"""One container of a pod <-> what the API server refuses in it: ports, environment, mounts, lifecycle, security."""
from __future__ import annotations

from typing import Any, Iterator

from .kubernetes_meta import LABEL, is_dns_label, is_port_name
from .rules import Hit, Rule, Rules, between, choice, each
from .values import entries, items, joined, mapping, number, repeated, text, twice

PORT_NAME = "at most 15 small letters, digits and single hyphens within them, and a letter among them"
LONGEST_GRACE = 30
SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
# https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
FIELDS = frozenset(
    (
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    )
)
HANDLERS = ("exec", "httpGet", "tcpSocket", "sleep")


def container_name(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a container name that is no DNS label, and a container without an image."""
    name = text(container["name"])
    if name is not None and not is_dns_label(name):
        yield ("name",), f"{name or 'An empty text'} is no name for a container: {LABEL}."


def image_missing(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a container without an image."""
    if not container.get("image"):
        yield (), f"Container {container['name']} has no image."
    elif isinstance(container["image"], str) and container["image"] != container["image"].strip():
        yield ("image",), f"The image of container {container['name']} begins or ends with a space."


def port_name(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a port name that is none, or that another port of the container has."""
    for at, port in entries(container["ports"]):
        name = text(port.get("name"))
        if name and not is_port_name(name):
            yield ("ports", at, "name"), f"{name} is no name for a port: {PORT_NAME}."
    for at, name in twice(container["ports"], "name"):
        yield ("ports", at, "name"), f"Two ports of container {container.get('name')} are named {name}."


def port_twice(container: dict, pod: dict) -> Iterator[Hit]:
    """Report a port that a container lists twice: updates mix the two up."""
    listed = entries(container["ports"])
    ports = (
        [(at, (number(port.get("containerPort")), port.get("protocol") or "TCP")) for at, port in listed]
        if len(listed) > 1
        else []
    )
    for at, (own, protocol) in repeated([(at, key) for at, key in ports if key[0] is not None and text(key[1])]):
        yield ("ports", at, "containerPort"), f"Container {container.get('name')} lists port {own}/{protocol} twice."


def host_port_differs(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a host port that is not the container's where the pod has the host's network."""
    for at, port in entries(container["ports"]) if pod.get("hostNetwork") is True else ():
        host, own = number(port.get("hostPort")), number(port.get("containerPort"))
        if host and own is not None and host != own:
            yield ("ports", at, "hostPort"), (
                f"The pod has the host's network, so host port {host} and container port {own} must be the "
                "same."
            )


def env_name(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a variable without a name, or with one that no process can be given."""
    for at, entry in entries(container["env"]):
        name = entry.get("name")
        if (
            isinstance(name, str)
            and not (name.isidentifier() and name.isascii())
            and text(name) is not None
            and not _is_env_name(name)
        ):
            yield ("env", at, "name"), (
                f"Container {container.get('name')} has a variable whose name is empty, or not printable "
                "ASCII without `=`."
            )


def _is_env_name(name: str) -> bool:
    return bool(name) and name.isascii() and name.isprintable() and "=" not in name


def env_twice(container: dict, pod: dict) -> Iterator[Hit]:
    """Report a variable that is set twice: the last value counts, and updates mix the two up."""
    for at, name in twice(container["env"], "name"):
        yield ("env", at, "name"), f"Container {container.get('name')} sets {name} twice."


def env_source(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a variable with two sources, with none where it says it has one, or with a field that pods do not have."""
    for at, entry in [
        (at, entry)
        for at, entry in enumerate(items(container["env"]))
        if isinstance(entry, dict) and entry.get("valueFrom") is not None
    ]:
        source = mapping(entry["valueFrom"])
        kinds = [kind for kind in SOURCES if source.get(kind) is not None]
        if entry.get("value"):
            yield ("env", at), f"Variable {entry.get('name')} has both a value and a valueFrom."
        elif isinstance(entry["valueFrom"], dict) and len(kinds) != 1:
            yield ("env", at, "valueFrom"), (
                f"Variable {entry.get('name')} takes its value from one source; there are {joined(kinds)}."
            )
        elif kinds == ["fieldRef"] and not _is_field(text(mapping(source["fieldRef"]).get("fieldPath"))):
            yield ("env", at, "valueFrom", "fieldRef"), (
                f"Variable {entry.get('name')} reads {mapping(source['fieldRef']).get('fieldPath')}, which "
                "a pod does not tell its containers."
            )


def _is_field(path: str | None) -> bool:
    return (
        path is None
        or path in FIELDS
        or path.startswith(("metadata.labels['", "metadata.annotations['"))
        and path.endswith("']")
    )


def env_from(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse variables from nothing or from two things at once, and a prefix that no name can begin with."""
    for at, source in entries(container["envFrom"]):
        kinds = [kind for kind in ("configMapRef", "secretRef") if source.get(kind) is not None]
        if len(kinds) != 1:
            yield ("envFrom", at), (
                f"envFrom of container {container.get('name')} takes a configMapRef or a secretRef; there "
                f"are {joined(kinds)}."
            )
        prefix = text(source.get("prefix"))
        if prefix and not _is_env_name(prefix):
            yield ("envFrom", at, "prefix"), f"No variable's name can begin with {prefix!r}."


def mount_path(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse two mounts at one path, and a mount at none."""
    for at, path in twice(container["volumeMounts"], "mountPath"):
        yield ("volumeMounts", at, "mountPath"), f"Container {container.get('name')} mounts two volumes at {path}."
    for at, mount in entries(container["volumeMounts"]):
        if mount.get("mountPath") == "":
            yield ("volumeMounts", at), f"A mount of container {container.get('name')} has no mountPath."


def sub_path(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a path within a volume that leads out of it, or that is said twice over."""
    for at, mount in entries(container["volumeMounts"]):
        below, expression = text(mount.get("subPath")), mount.get("subPathExpr")
        if below and (below.startswith("/") or ".." in below.split("/")):
            yield ("volumeMounts", at, "subPath"), f"subPath {below} leads out of the volume."
        elif below and expression:
            yield ("volumeMounts", at), (
                f"A mount of container {container.get('name')} has both subPath and subPathExpr."
            )


def mount_propagation(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse mounts that reach the host from a container without its privileges."""
    for at, mount in entries(container["volumeMounts"]):
        if (
            mount.get("mountPropagation") == "Bidirectional"
            and mapping(container.get("securityContext")).get("privileged") is not True
        ):
            yield ("volumeMounts", at, "mountPropagation"), (
                f"Container {container.get('name')} is not privileged, so its mounts cannot be "
                "Bidirectional."
            )


def hook_handler(member: str, _: Any) -> Rule:
    """Make a rule that a hook does one thing."""
    def rule(lifecycle: dict, container: dict) -> Iterator[Hit]:
        hook = lifecycle[member]
        kinds = [kind for kind in HANDLERS if isinstance(hook, dict) and hook.get(kind) is not None]
        if isinstance(hook, dict) and len(kinds) != 1:
            yield (member,), (
                f"The {member} hook of container {container.get('name')} does one thing; there are "
                f"{joined(kinds)}."
            )

    return rule


def hook_sleep(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a sleep that is longer than the time the pod is given to end."""
    lifecycle = mapping(container["lifecycle"])
    grace = number(pod.get("terminationGracePeriodSeconds", LONGEST_GRACE))
    for member in ("postStart", "preStop"):
        seconds = number(mapping(mapping(lifecycle.get(member)).get("sleep")).get("seconds"))
        if seconds is not None and grace is not None and not 0 <= seconds <= grace:
            yield ("lifecycle", member, "sleep", "seconds"), (
                f"The {member} hook of container {container.get('name')} sleeps {seconds} s; the pod has "
                f"{grace} s to end."
            )


def privilege(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse privileges that the container may not use."""
    context = mapping(container["securityContext"])
    added = items(mapping(context.get("capabilities")).get("add"))
    if context.get("allowPrivilegeEscalation") is not False:
        return
    if context.get("privileged") is True:
        yield ("securityContext", "allowPrivilegeEscalation"), (
            f"Container {container.get('name')} is privileged and may not escalate privileges."
        )
    elif "CAP_SYS_ADMIN" in added:
        yield ("securityContext", "allowPrivilegeEscalation"), (
            f"Container {container.get('name')} adds CAP_SYS_ADMIN and may not escalate privileges."
        )


def profile(member: str, _: Any) -> Rule:
    """Make a rule that a profile of the node has a name, and no other has one."""
    def rule(context: dict, holder: dict) -> Iterator[Hit]:
        kind = mapping(context[member])
        if text(kind.get("type")) is not None and (kind["type"] == "Localhost") != bool(kind.get("localhostProfile")):
            yield (member,), f"{member} has a localhostProfile with type Localhost, and with no other."

    return rule


PROFILES = {"securityContext.seccompProfile": None, "securityContext.appArmorProfile": None}
CONTAINER: tuple[Rules, ...] = (
    {
        "name": {"container-name": container_name, "image-missing": image_missing},
        "ports": {"port-name": port_name, "port-twice": port_twice, "host-port-differs": host_port_differs},
        "env": {"env-name": env_name, "env-twice": env_twice, "env-source": env_source},
        "envFrom": {"env-from": env_from},
        "volumeMounts": {"mount-path": mount_path, "sub-path": sub_path, "mount-propagation": mount_propagation},
        "lifecycle": {"hook-sleep": hook_sleep},
        "securityContext": {"privilege": privilege},
    },
    each({"hook-handler": {"lifecycle.postStart": None, "lifecycle.preStop": None}}, hook_handler),
    each({"profile": PROFILES}, profile),
    each({"port-number": {"ports.containerPort": (1, 65535), "ports.hostPort": (0, 65535)}}, between),
    each(
        {"id-range": {"securityContext.runAsUser": (0, 2147483647), "securityContext.runAsGroup": (0, 2147483647)}},
        between,
    ),
    each(
        {
            "value-unknown": {
                "ports.protocol": ("TCP", "UDP", "SCTP"),
                "imagePullPolicy": ("Always", "IfNotPresent", "Never"),
                "terminationMessagePolicy": ("File", "FallbackToLogsOnError"),
                "securityContext.seccompProfile.type": ("Localhost", "RuntimeDefault", "Unconfined"),
                "securityContext.appArmorProfile.type": ("Localhost", "RuntimeDefault", "Unconfined"),
                "securityContext.procMount": ("Default", "Unmasked"),
                "volumeMounts.mountPropagation": ("None", "HostToContainer", "Bidirectional"),
            }
        },
        choice,
    ),
)
