"""Services behind an API <-> names in Cloud Map by which API Gateway finds the tasks and their port.

API Gateway asks Cloud Map for instances, which have a port only if their service has SRV records; an ECS service has
one registry, so that one port of a service can be behind APIs.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters import names
from ..trees import Tree, get
from .ingress_actions import Backend
from .ingress_behind import leading
from .ingress_groups import target_of
from .services_balanced import balanced
from .services_connect import connected, takes_part
from .services_discovery import Discovered, find, ports_of, registry
from .services_targets import Mapped, Target, mapping_at, maps, targets


class Own(NamedTuple):
    """A backend that is the application's own: the name it has in Cloud Map, and the container port behind."""

    name: str
    target: Target


def discovery_name(backend: Backend) -> str:
    """Name a Service's port as Cloud Map has it for API Gateway, apart from the name that Service Connect makes."""
    return names.ecs_name(f"{backend.service}-{backend.port}", 63)


def reached(wanted: list[Backend], services: Any, pod: Any, shared: Any) -> dict[Backend, Target]:
    """Give the backends whose Services lead to the application's containers."""
    found = targets(services, maps(get(pod, ("containers",))), get(shared, ("services",)))
    made = {backend: target_of(backend, found, services) for backend in wanted}
    return {backend: target for backend, target in made.items() if target is not None}


def can_register(services: Any, pod: Any, workload: Any, shared: Any, environment: Any) -> bool:
    """Whether the one registry of the ECS service is free, in a namespace that is there."""
    kind, elsewhere = get(workload, ("kind",)), get(shared, ("services",))
    found = targets(services, maps(get(pod, ("containers",))), elsewhere)
    chosen = connected(found, services, pod, kind, environment)
    return takes_part(pod, kind, environment) and registry(services, found, chosen, elsewhere) is None


def own_backends(
    wanted: list[Backend], services: Any, pod: Any, workload: Any, shared: Any, environment: Any
) -> dict[Backend, Own]:
    """Give the backends that lead to the one port that is registered."""
    found = reached(wanted, services, pod, shared)
    if not found or not can_register(services, pod, workload, shared, environment):
        return {}
    first = min(found, key=lambda one: (discovery_name(one), one))
    at = (found[first].container, found[first].number)
    return {
        backend: Own(discovery_name(first), found[first])
        for backend, target in found.items()
        if (target.container, target.number) == at
    }


# --- and back ----------------------------------------------------------------------------------


class Answering(NamedTuple):
    """The Service and the port that take the place of an integration."""

    service: str
    port: int | str
    number: int

    @property
    def backend(self) -> Tree:
        """Give the backend of an Ingress."""
        return {
            "service": {"name": self.service, "port": {"name" if isinstance(self.port, str) else "number": self.port}}
        }


def answering(document: Tree, services: Tree) -> dict[str, Answering]:
    """Give the integrations that lead to the application, by key, with the Services that do so in a cluster."""
    made = {}
    for key, one in maps(document.get("integrations")).items():
        uri = get(one, ("IntegrationUri",))
        for name, port in [*_registered(uri, document), *_listening(uri, document)]:
            chosen = _service(name, port, services)
            if chosen is not None:
                made.setdefault(key, chosen)
    return made


def _registered(uri: Any, document: Tree) -> Iterator[tuple[str, Mapped]]:
    """Give the port of the tasks that are registered with the Cloud Map service which an integration asks."""
    asked = find(document.get("discoveryServices"), uri, "discoveryServices", "Arn")
    for one in maps(get(document.get("service"), ("serviceRegistries",))).values():
        arn = get(one, ("registryArn",))
        if isinstance(arn, str) and (arn == uri or asked and find(dict([asked]), arn, "discoveryServices", "Arn")):
            number = get(one, ("containerPort",)) or get(one, ("port",))
            found = Discovered("", False, get(one, ("containerName",)), number)
            for port in ports_of(found, document.get("taskDefinition"))[:1]:
                yield asked[0] if asked else "", port


def _listening(uri: Any, document: Tree) -> Iterator[tuple[str, Mapped]]:
    """Give the port behind the network load balancer's listener that an integration calls."""
    asked = find(document.get("listeners"), uri, "listeners", "ListenerArn")
    for one in balanced(document.get("service"), document) if asked else ():
        if one.listener == asked[1] and one.is_layer_four():
            yield "", mapping_at(document.get("taskDefinition"), one.container, one.number)


def _service(name: str, port: Mapped, services: Tree) -> Answering | None:
    """Choose the Service that leads to a port: the one that the name in Cloud Map is made of, else the first."""
    found = list(leading(port, services))
    for service, entry in found:
        for spelled in (entry.get("port"), entry.get("name")):
            if spelled is not None and discovery_name(Backend(service, spelled, "")) == name:
                return Answering(service, spelled, entry["port"])
    return next((Answering(service, entry["port"], entry["port"]) for service, entry in found), None)
