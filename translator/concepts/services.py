"""Services <-> Service Connect, Cloud Map and network load balancers: how clients find and reach an application."""

from __future__ import annotations

from typing import Any

from ..converters import names
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from . import services_balanced as balancing
from .networking import BRIDGE
from .progressive_traffic import of_clients, second_services, shift_connections
from .services_balancing import fronts, to_balancing
from .services_checks import deregistration, grace_period, healthy, readiness  # noqa: F401  (the table names these)
from .services_connect import aliases, connected, endpoints, takes_part, to_connect
from .services_discovery import (
    Discovered,
    alone,
    cloud_namespace,
    discovered,
    find,
    from_alone,
    namespace_of,
    ports_of,
    registry,
    to_registry,
)
from .services_endpoints import kept_addresses  # noqa: F401  (the table names it)
from .services_notices import (  # noqa: F401  (the table names these)
    connects,
    has_listener_attributes,
    has_no_selector,
    is_behind,
    is_external,
    is_node_port,
    is_older,
    is_registered,
    is_unreached,
    lacks_subnets,
    layer_seven,
    names_groups,
    names_subnets,
    unknown_groups,
)
from .services_targets import (
    CARRIED,
    LOAD_BALANCER,
    NODE_PORT,
    Mapped,
    is_port,
    mapped,
    mapping_at,
    maps,
    protocol,
    targets,
)

# What the Service Connect proxy knows -> what a Service says that its port speaks.
SPOKEN = {"http": "http", "http2": "kubernetes.io/h2c", "grpc": "grpc"}
KEYS = (
    "targetGroups",
    "targetGroupAttributes",
    "listeners",
    "listenerCertificates",
    "loadBalancers",
    "loadBalancerAttributes",
    "securityGroups",
    "securityGroupIngress",
)


ROLLOUTS = ("rollouts", "rolloutsWanted")  # what the environment says of Argo Rollouts: settled, and wanted


# --- to ECS ------------------------------------------------------------------------------------


def _to_ecs(services: Any, pod: Any, workload: Any, elsewhere: Any, environment: Any) -> tuple | None:
    """Give endpoints, load balancers, registries, discovery services, instances, and what balancing needs."""
    services = of_clients(services, workload)
    if not isinstance(services, dict):
        return None
    if pod is None:
        made, instances = alone(services)
        return (None, None, None, made or None, instances or None, *(None,) * len(KEYS))
    kind = get(workload, ("kind",))
    if kind is None:
        return None
    containers = maps(get(pod, ("containers",)))
    found = targets(services, containers, elsewhere)
    chosen = connected(found, services, pod, kind, environment)
    namespace = namespace_of(None, workload)
    registries, discovery = to_registry(registry(services, found, chosen, elsewhere), namespace, pod, environment)
    layer_four = fronts(found, services, namespace)
    balancing_ = to_balancing(layer_four, services, pod, environment)
    balancing_ = shift_connections(balancing_, layer_four, workload, environment)
    connect = to_connect(endpoints(chosen, services, containers), namespace, environment)
    return (
        connect,
        balancing_["service"] or None,
        registries,
        discovery,
        None,
        *(balancing_[key] or None for key in KEYS),
    )


# --- to Kubernetes -----------------------------------------------------------------------------


def _to_k8s(connect: Any, balancers: Any, registries: Any, discovery: Any, instances: Any, *rest: Any) -> Tree | None:
    document = dict(zip((*KEYS, "definition", "service", "shared", "integrations", *ROLLOUTS), rest, strict=True))
    document["discoveryServices"] = discovery
    definition, service = document.pop("definition"), document["service"]
    if definition is None and service is None:
        return from_alone(discovery, instances)
    own_name = names.service_name(str(get(service, ("serviceName",)) or get(definition, ("family",)) or "app"))
    made: dict[str, Tree] = {}
    found = balancing.balanced(service, document)
    _from_layer_four(
        made, [one for one in found if one.is_layer_four(document["shared"])], definition, own_name, document
    )
    _from_connect(made, connect, definition, get(service, ("serviceConnectConfiguration", "namespace")))
    _from_others(made, [one for one in found if not one.is_layer_four(document["shared"])], definition, own_name)
    _from_registries(made, service, definition, own_name, document)
    if service is not None:
        _from_host_ports(made, definition, own_name)
    made.update(second_services(made, document, *(document[key] for key in ROLLOUTS)))
    return made or None


def _from_connect(made: dict[str, Tree], connect: Any, definition: Any, namespace: Any) -> None:
    by_name = {one.name: one for one in mapped(definition) if one.name}
    known = list(aliases(connect, namespace))
    for alias in known:
        one = by_name.get(alias.port_name)
        if one is not None:
            several = sum(other.service == alias.service for other in known) > 1
            _add_port(made, alias.service, alias.port or one.number, one, alias.suffix if several else None)


def _from_registries(
    made: dict[str, Tree], service: Any, definition: Any, own_name: str, document: Tree
) -> None:
    shared = get(document["shared"], ("discoveryServices",))
    for one in discovered(service, document["discoveryServices"], own_name, shared):
        if one.service not in made and not _is_for_api(one, made, definition, document):
            spec = _spec(made, one.service)
            if one.headless:
                spec["clusterIP"] = "None"
            for port in ports_of(one, definition):
                _add_port(made, one.service, port.number, port, None)


def _is_for_api(one: Discovered, made: dict[str, Tree], definition: Any, document: Tree) -> bool:
    """Whether only API Gateway finds the tasks by a name: clients have another for the same port."""
    known = {one.service: maps(get(document["discoveryServices"], (one.service,)))}
    asked = any(
        find(known, get(entry, ("IntegrationUri",)), "discoveryServices", "Arn")
        for entry in maps(document["integrations"]).values()
    )
    leads = {entry.get("targetPort") for spec in made.values() for entry in maps(get(spec, ("spec", "ports"))).values()}
    return asked and any(port.target in leads for port in ports_of(one, definition))


def _from_others(made: dict[str, Tree], found: list, definition: Any, own_name: str) -> None:
    """Give a port that something unknown or of layer seven leads to a Service, unless it has one."""
    for one in found:
        port = mapping_at(definition, one.container, one.number)
        if not any(
            entry.get("targetPort") == port.target
            for spec in made.values()
            for entry in maps(get(spec, ("spec", "ports"))).values()
        ):
            _add_port(made, own_name, one.number, port, None)


def _from_layer_four(made: dict[str, Tree], found: list, definition: Any, own_name: str, document: Tree) -> None:
    """Give each network load balancer a Service."""
    by_service: dict[str, list] = {}
    for one in found:
        by_service.setdefault(balancing.service_of(one, own_name, document["shared"]), []).append(one)
    for name, mine in by_service.items():
        for one in mine:
            _add_front(made, name, one, mapping_at(definition, one.container, one.number), len(mine) > 1)
        made[name]["metadata"] = {"annotations": {**balancing.to_annotations(name, mine, document), **healthy(mine[0])}}
        made[name]["spec"].update(
            tree(
                type=LOAD_BALANCER,
                loadBalancerSourceRanges=balancing.guarded(mine[0], document),
                sessionAffinity=_affinity(mine[0], document),
            )
        )


def _affinity(one: Any, document: Tree) -> str | None:
    given = balancing.attributes_of(document.get("targetGroupAttributes"), one.group, "targetGroups", "TargetGroupArn")
    return (
        "ClientIP"
        if given.get("stickiness.enabled") == "true" and given.get("stickiness.type") == "source_ip"
        else None
    )


def _add_front(made: dict[str, Tree], name: str, one: Any, port: Mapped, several: bool) -> None:
    """Add a listener's port, or both where it takes TCP and UDP; of several, each must have a name."""
    number = get(one.listener, ("Port",)) or one.number
    spoken = get(one.listener, ("Protocol",)) or one.group[1].get("Protocol")
    for kind in {"TCP_UDP": ("tcp", "udp"), "UDP": ("udp",)}.get(str(spoken), ("tcp",)):
        _add_port(made, name, number, port._replace(protocol=kind), balancing.port_name(one) if several else None)


def _from_host_ports(made: dict[str, Tree], definition: Any, own_name: str) -> None:
    """Give a port that was open on the instance to a Service, unless it has one; on the nodes where that port may be."""
    if get(definition, ("networkMode",)) not in (None, BRIDGE, "default") or own_name in made:
        return
    led = {entry.get("targetPort") for spec in made.values() for entry in maps(get(spec, ("spec", "ports"))).values()}
    for container, one in maps(get(definition, ("containerDefinitions",))).items():
        for port in maps(get(one, ("portMappings",))).values():
            number, outside = get(port, ("containerPort",)), get(port, ("hostPort",))
            known = mapping_at(definition, container, number).target in led if is_port(number) else True
            if not known and is_port(outside) and protocol(port) in CARRIED:
                on_nodes = outside in NODE_PORTS
                _add_port(made, own_name, number if on_nodes else outside, mapping_at(definition, container, number), None)
                if on_nodes:
                    made[own_name]["spec"]["type"] = NODE_PORT
                    made[own_name]["spec"]["ports"][f"{number}/{protocol(port)}"].setdefault("nodePort", outside)


NODE_PORTS = range(30000, 32768)


def _spec(made: dict[str, Tree], name: str) -> Tree:
    return made.setdefault(name, {}).setdefault("spec", {})


def _add_port(made: dict[str, Tree], service: str, number: int, port: Mapped, name: str | None) -> None:
    """Add a port to a Service, unless it has it; ports of one Service have names that differ."""
    ports = _spec(made, service).setdefault("ports", {})
    key = f"{number}/{port.protocol}"
    if key in ports:
        return
    taken = {one.get("name") for one in ports.values()}
    wanted = next((one for one in (name, port.own_name) if one and one not in taken), None)
    ports[key] = tree(
        port=number,
        targetPort=port.target,
        protocol="UDP" if port.protocol == "udp" else None,
        name=wanted,
        appProtocol=SPOKEN.get(port.application or ""),
    )
    if len(ports) > 1:
        for entry in ports.values():
            entry.setdefault(
                "name", f"port-{entry['port']}" if f"port-{entry['port']}" not in taken else f"port-{entry['port']}-udp"
            )


services = TwoWay(_to_ecs, _to_k8s)


# --- the namespace -----------------------------------------------------------------------------


def _to_membership(kind: Any, workload: Any, pod: Any, environment: Any) -> tuple | None:
    return (True, namespace_of(None, workload)) if takes_part(pod, kind, environment) else None


membership = TwoWay(_to_membership, lambda *given: ())


def _to_namespaces(services: Any, pod: Any, workload: Any, elsewhere: Any, environment: Any) -> Tree | None:
    kind = get(workload, ("kind",))
    if pod is None:
        made: Tree = {}
        for service in maps(services).values():
            made.update(cloud_namespace(namespace_of(service, None), environment))
        return made or None
    if kind is None:
        return None
    services = of_clients(services, workload)
    found = targets(services, get(pod, ("containers",)), elsewhere)
    chosen = connected(found, services, pod, kind, environment)
    if takes_part(pod, kind, environment) or registry(services, found, chosen, elsewhere) is not None:
        return cloud_namespace(namespace_of(None, workload), environment)
    return None


namespaces = TwoWay(_to_namespaces, lambda *given: ())
