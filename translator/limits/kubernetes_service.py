"""Services, Ingresses and NetworkPolicies <-> what the API server refuses in them, and ports that lead nowhere."""
from __future__ import annotations

from typing import Any, Iterator

from .kubernetes_book import Book, namespace
from .kubernetes_meta import is_dns_label, is_port_name, is_service_name, is_subdomain
from .rules import Hit, Rules, between, choice, each
from .values import entries, joined, mapping, number, repeated, text

OPEN = ("NodePort", "LoadBalancer")
STRANGE = ("//", "/./", "/../", "%2f", "%2F")


def service_ports(spec: dict, service: dict) -> Iterator[Hit]:
    """Refuse ports without names where there are several, names that are none, and what stands twice."""
    ports = entries(spec["ports"])
    for at, port in ports:
        name = text(port.get("name"))
        if len(ports) > 1 and not port.get("name"):
            yield ("ports", at), "A Service with several ports gives each a name."
        elif name and not is_dns_label(name):
            yield ("ports", at, "name"), f"{name} is no name for a Service's port: small letters, digits and hyphens."
    for at, name in repeated([(at, text(port.get("name")) or None) for at, port in ports]):
        yield ("ports", at, "name"), f"Two ports of the Service are named {name}."
    for at, (number_, protocol) in repeated(
        [(at, (number(port.get("port")), str(port.get("protocol") or "TCP"))) for at, port in ports]
    ):
        if number_ is not None:
            yield ("ports", at, "port"), f"Two ports of the Service are {number_}/{protocol}."


def service_port_names(spec: dict, service: dict) -> Iterator[Hit]:
    """Refuse a target that is neither a port's number nor its name."""
    for at, port in entries(spec["ports"]):
        target = port.get("targetPort")
        if number(target) is not None and not 0 <= target <= 65535:
            yield ("ports", at, "targetPort"), f"targetPort is {target}; allowed is 1 to 65535."
        elif text(target) and not is_port_name(target):
            yield ("ports", at, "targetPort"), f"{target!r} is neither a port's number nor its name."


def service_ports_missing(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a Service with an address and no port."""
    spec = mapping(service["spec"])
    if not spec.get("ports") and spec.get("clusterIP") != "None" and spec.get("type") != "ExternalName":
        yield ("spec",), "The Service has no port."


def node_ports(spec: dict, service: dict) -> Iterator[Hit]:
    """Refuse a port of the nodes for a Service that they do not serve, and one port twice."""
    kind = text(spec.get("type", "ClusterIP"))
    given = [(at, port) for at, port in entries(spec["ports"]) if number(port.get("nodePort"))]
    for at, port in given if kind is not None and kind not in OPEN else ():
        yield ("ports", at, "nodePort"), f"A Service of type {kind} takes no nodePort."
    for at, (node, protocol) in repeated(
        [(at, (port["nodePort"], str(port.get("protocol") or "TCP"))) for at, port in given]
    ):
        yield ("ports", at, "nodePort"), f"Two ports of the Service have node port {node}/{protocol}."


def service_type(spec: dict, service: dict) -> Iterator[Hit]:
    """Refuse what a type of Service does not go with."""
    kind, address = spec["type"], spec.get("clusterIP")
    if kind == "ExternalName":
        if address not in (None, "", "None"):
            yield ("clusterIP",), "A Service of type ExternalName has no clusterIP."
        name = text(spec.get("externalName", ""))
        if name is not None and not is_subdomain(name.removesuffix(".")):
            yield ("externalName",) if name else (), (
                "A Service of type ExternalName needs a DNS name as its externalName, not "
                f"{name or 'nothing'}."
            )
    elif kind in OPEN and address == "None":
        yield ("clusterIP",), f"A headless Service (clusterIP None) cannot be of type {kind}."


def only_for(member: str, kinds: tuple[str, ...]) -> Any:
    """Make a rule that a member goes with some types of Service alone."""
    def rule(spec: dict, service: dict) -> Iterator[Hit]:
        kind = text(spec.get("type", "ClusterIP"))
        if kind is not None and kind not in kinds and spec[member] not in ([], "", 0):
            yield (member,), f"{member} is for Services of type {joined(kinds)}; this one is {kind}."

    return rule


def affinity_time(spec: dict, service: dict) -> Iterator[Hit]:
    """Refuse a time for an affinity that the Service does not have."""
    if text(spec.get("sessionAffinity", "None")) == "None":
        yield ("sessionAffinityConfig",), "sessionAffinityConfig needs sessionAffinity ClientIP."


def cidr_wrong(member: str, _: Any) -> Any:
    """Make a rule that a member holds networks."""
    def rule(holder: dict, outer: Any) -> Iterator[Hit]:
        values = holder[member] if isinstance(holder[member], list) else [holder[member]]
        for at, value in enumerate(values):
            if text(value) is not None and not _is_cidr(value.strip()):
                yield (member, at) if isinstance(holder[member], list) else (member,), (
                    f"{value or 'An empty text'} is no network such as 10.0.0.0/8."
                )

    return rule


def _is_cidr(value: str) -> bool:
    import ipaddress

    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return "/" in value


def target_port_unknown(service: dict, book: Book) -> Iterator[Hit]:
    """Report a port's name that no pod behind the Service lists."""
    spec = mapping(service["spec"])
    for at, port in entries(spec.get("ports")):
        name = text(port.get("targetPort"))
        names = book.listed_ports(namespace(service), spec.get("selector")) if name and is_port_name(name) else None
        if names is not None and name not in names:
            yield ("spec", "ports", at, "targetPort"), f"No pod behind the Service lists a port named {name}."


def ingress_empty(ingress: dict, book: Book) -> Iterator[Hit]:
    """Refuse an Ingress that sends nothing anywhere."""
    spec = mapping(ingress["spec"])
    if not spec.get("rules") and not spec.get("defaultBackend"):
        yield ("spec",), "The Ingress has neither rules nor a defaultBackend."


def ingress_host(rule: dict, spec: dict) -> Iterator[Hit]:
    """Refuse a host that no certificate or request can have."""
    host = text(rule["host"])
    if host and not is_subdomain(host.removeprefix("*.")):
        yield ("host",), f"{host} is no host: small letters, digits, hyphens and dots, with *. in front at most."
    elif host and host.replace(".", "").isdecimal() and host.count(".") == 3:
        yield ("host",), f"{host} is an address; an Ingress goes by names."


def ingress_path(http: dict, rule: dict) -> Iterator[Hit]:
    """Refuse a path that is none, or that is said in more than one way."""
    paths = entries(http["paths"])
    if http["paths"] == []:
        yield ("paths",), "A rule of the Ingress has no path."
    for at, entry in paths:
        path, kind = text(entry.get("path") or ""), text(entry.get("pathType") or "")
        if path is None or kind is None:
            continue
        if kind in ("Exact", "Prefix") and not path.startswith("/") or path and not path.startswith("/"):
            yield ("paths", at), f"Path {path or 'nothing'} with pathType {kind} does not begin with a slash."
        elif kind in ("Exact", "Prefix") and (any(part in path for part in STRANGE) or path.endswith(("/.", "/.."))):
            yield ("paths", at, "path"), f"Path {path} holds a part that an address would not keep."


def ingress_backend(holder: dict, outer: Any) -> Iterator[Hit]:
    """Refuse a backend that is nothing, two things, or a Service without exactly one port."""
    for member in ("backend", "defaultBackend"):
        backend = holder.get(member)
        if not isinstance(backend, dict):
            continue
        kinds = [kind for kind in ("service", "resource") if backend.get(kind) is not None]
        service = mapping(backend.get("service"))
        port = mapping(service.get("port"))
        if len(kinds) != 1:
            yield (member,), f"A backend of the Ingress is a service or a resource; there are {joined(kinds)}."
        elif service and text(service.get("name") or "") is not None and not is_service_name(service.get("name") or ""):
            yield (member, "service"), (
                f"The backend names the Service {service.get('name') or 'nothing'}, which none can be "
                "called."
            )
        elif service and bool(port.get("name")) == bool(port.get("number")):
            yield (member, "service"), "The backend's Service has a port by name or by number."


def ingress_class(ingress: dict, book: Book) -> Iterator[Hit]:
    """Refuse two classes that differ: the annotation is the older way to say it."""
    old = text(mapping(mapping(ingress.get("metadata")).get("annotations")).get("kubernetes.io/ingress.class"))
    new = text(mapping(ingress["spec"]).get("ingressClassName"))
    if old is not None and new is not None and old != new:
        yield ("spec", "ingressClassName"), (
            f"The Ingress is of class {new} by its field and of class {old} by its annotation."
        )


def backend_unknown(ingress: dict, book: Book) -> Iterator[Hit]:
    """Report a port that the backend's Service does not have."""
    for path, backend in _backends(mapping(ingress["spec"])):
        named = mapping(backend.get("service"))
        service = book.service(namespace(ingress), named.get("name"))
        ports = entries(mapping(service.get("spec")).get("ports"))
        name, wanted = text(mapping(named.get("port")).get("name")), number(mapping(named.get("port")).get("number"))
        if (
            ports
            and (name or wanted)
            and not any(name and port.get("name") == name or wanted and port.get("port") == wanted for _, port in ports)
        ):
            yield ("spec", *path, "service"), f"Service {named.get('name')} has no port {name or wanted}."


def _backends(spec: dict) -> Iterator[tuple[tuple, dict]]:
    yield ("defaultBackend",), mapping(spec.get("defaultBackend"))
    for at, rule in entries(spec.get("rules")):
        for position, path in entries(mapping(rule.get("http")).get("paths")):
            yield ("rules", at, "http", "paths", position, "backend"), mapping(path.get("backend"))


def policy_port(port: dict, rule: dict) -> Iterator[Hit]:
    """Refuse a range of ports without its beginning, or out of order."""
    first, last = port.get("port"), number(port["endPort"])
    if text(first) is not None or first is None:
        yield ("endPort",), "endPort needs port as a number."
    elif number(first) is not None and last is not None and last < first:
        yield ("endPort",), f"endPort {last} is below port {first}."


def policy_peer(rule: dict, spec: dict) -> Iterator[Hit]:
    """Refuse a peer that is nobody, or an address and pods at once."""
    for member in ("from", "to"):
        for at, peer in entries(rule.get(member)):
            kinds = [kind for kind in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(kind) is not None]
            if not kinds or "ipBlock" in kinds and len(kinds) > 1:
                yield (member, at), (
                    "A peer of the NetworkPolicy is pods, namespaces or an ipBlock; there are "
                    f"{joined(kinds)}."
                )


PROTOCOLS = ("TCP", "UDP", "SCTP")
BACKEND = {"ingress-backend": ingress_backend}
SERVICE: tuple[Rules, ...] = (
    {
        "spec.ports": {"service-ports": service_ports, "target-port": service_port_names, "node-port": node_ports},
        "spec.type": {"service-type": service_type},
        "spec.externalTrafficPolicy": {"service-member": only_for("externalTrafficPolicy", OPEN)},
        "spec.loadBalancerClass": {"service-member": only_for("loadBalancerClass", OPEN[1:])},
        "spec.loadBalancerSourceRanges": {"service-member": only_for("loadBalancerSourceRanges", OPEN[1:])},
        "spec.healthCheckNodePort": {"service-member": only_for("healthCheckNodePort", OPEN[1:])},
        "spec.sessionAffinityConfig": {"affinity-time": affinity_time},
        "spec": {"service-ports-missing": service_ports_missing, "target-port-unknown": target_port_unknown},
    },
    each({"cidr-wrong": {"spec.loadBalancerSourceRanges": None}}, cidr_wrong),
    each({"port-number": {"spec.ports.port": (1, 65535), "spec.ports.nodePort": (0, 65535)}}, between),
    each({"affinity-range": {"spec.sessionAffinityConfig.clientIP.timeoutSeconds": (1, 86400)}}, between),
    each(
        {
            "value-unknown": {
                "spec.type": ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
                "spec.ports.protocol": PROTOCOLS,
                "spec.sessionAffinity": ("None", "ClientIP"),
                "spec.externalTrafficPolicy": ("Cluster", "Local"),
                "spec.internalTrafficPolicy": ("Cluster", "Local"),
                "spec.ipFamilyPolicy": ("SingleStack", "PreferDualStack", "RequireDualStack"),
            }
        },
        choice,
    ),
)
INGRESS: tuple[Rules, ...] = (
    {
        "spec": {"ingress-empty": ingress_empty, "ingress-class": ingress_class, "backend-unknown": backend_unknown},
        "spec.rules.host": {"ingress-host": ingress_host},
        "spec.rules.http.paths": {"ingress-path": ingress_path},
        "spec.rules.http.paths.backend": BACKEND,
        "spec.defaultBackend": BACKEND,
    },
    each({"value-unknown": {"spec.rules.http.paths.pathType": ("Exact", "Prefix", "ImplementationSpecific")}}, choice),
)
NETWORK_POLICY: tuple[Rules, ...] = (
    {
        "spec.ingress.ports.endPort": {"policy-port": policy_port},
        "spec.egress.ports.endPort": {"policy-port": policy_port},
        "spec.ingress.from": {"policy-peer": policy_peer},
        "spec.egress.to": {"policy-peer": policy_peer},
    },
    each({"cidr-wrong": {"spec.ingress.from.ipBlock.cidr": None, "spec.egress.to.ipBlock.cidr": None}}, cidr_wrong),
    each(
        {"value-unknown": {"spec.ingress.ports.protocol": PROTOCOLS, "spec.egress.ports.protocol": PROTOCOLS}}, choice
    ),
)
