"""Services that VPC Lattice leads to <-> the Lattice target groups that tasks are registered with.

https://www.gateway-api-controller.eks.aws.dev/latest/api-types/service-export/
"""

from __future__ import annotations

from typing import Any

from ..converters import names
from ..converters.two_way import TwoWay
from ..trees import Tree, get, listed
from .gateway_balancer import LATTICE, parents
from .gateway_routes import used
from .ingress_actions import Backend
from .ingress_behind import leading
from .ingress_document import document_of, services_of
from .ingress_groups import target_of
from .networking import INFRASTRUCTURE_ROLE
from .services_connect import connected
from .services_targets import TCP, Target, mapped, maps, port_names, targets

FEDERATION = "application-networking.k8s.aws/federation"
PORT = "application-networking.k8s.aws/port"


def placeholder(service: str) -> str:
    """Stand in for a target group of Lattice, which no request of the output makes."""
    return f"${{{names.ecs_name(service).upper().replace('-', '_')}_LATTICE_TARGET_GROUP_ARN}}"


def reached(
    exports: Any, gateways: Any, http: Any, grpc: Any, services: Any, pod: Any, shared: Any
) -> dict[str, Target]:
    """Give the container port behind each Service that Lattice leads to: exported, or behind one of its routes."""
    found = targets(services, maps(get(pod, ("containers",))), get(shared, ("services",)))
    made: dict[str, Target] = {}
    for name, entry in sorted(maps(exports).items()):
        said = get(entry, ("metadata", "annotations", PORT))
        number = int(said) if isinstance(said, str) and said.isdecimal() and len(said) < 6 else None
        own = [one for one in found if one.service == name and one.protocol == TCP and number in (None, one.port)]
        made.update({name: own[0]} if own else {})
    for _, route in sorted([*maps(http).items(), *maps(grpc).items()]):
        if any(
            get(maps(gateways).get(str(one.get("name"))), ("spec", "gatewayClassName")) == LATTICE
            for one in parents(route)
        ):
            for backend in used(route):
                target = target_of(Backend(*backend), found, services)
                made.update({backend.service: target} if target else {})
    return made


def _to_ecs(
    exports: Any,
    gateways: Any,
    http: Any,
    grpc: Any,
    services: Any,
    pod: Any,
    workload: Any,
    shared: Any,
    environment: Any,
) -> Tree | None:
    """Give vpcLatticeConfigurations: the port that is registered, the role, and the target group that is to be made."""
    kind = get(workload, ("kind",))
    found = reached(exports, gateways, http, grpc, services, pod, shared) if kind is not None else {}
    if not found:
        return None
    containers = maps(get(pod, ("containers",)))
    every = targets(services, containers, get(shared, ("services",)))
    chosen = connected(every, services, pod, kind, environment)
    named = port_names(containers, {(one.container, one.number) for one in chosen})
    role = get(environment, ("ecs", "infrastructureRoleArn")) or INFRASTRUCTURE_ROLE
    entries = [
        {"roleArn": role, "targetGroupArn": placeholder(name), "portName": named[one.container, one.number, TCP]}
        for name, one in sorted(found.items())
        if (one.container, one.number, TCP) in named
    ]
    return listed(entries) or None


def _to_k8s(entries: Any, *rest: Any) -> Tree | None:
    """Give an export for the Service behind each port that is registered with Lattice."""
    document = document_of(rest)
    if document is None:
        return None
    services = services_of(document)
    by_name = {one.name: one for one in mapped(document["taskDefinition"]) if one.name}
    made: Tree = {}
    for entry in maps(entries).values():
        port = by_name.get(name) if isinstance(name := get(entry, ("portName",)), str) else None
        for service, one in list(leading(port, services))[:1] if port else ():
            noted = {FEDERATION: LATTICE}
            if len(maps(get(services, (service, "spec", "ports")))) > 1:
                noted[PORT] = str(one["port"])
            made[service] = {"metadata": {"annotations": noted}}
    return made or None


exports = TwoWay(_to_ecs, _to_k8s)


def _is_reached(*given: Any) -> bool:
    return bool(reached(*given))


is_reached = TwoWay(_is_reached, lambda *given: None)
