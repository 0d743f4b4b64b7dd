"""Services with an address of their own <-> Service Connect: a name and a port for clients, on a named port mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters import names
from ..remembering import remembered
from ..trees import Tree, get
from .networking import AWSVPC, EXTERNAL, network_mode_of
from .services_targets import CLUSTER_IP, TCP, Target, is_headless, maps, port_names, type_of

CONNECT, CLOUD_MAP = "service-connect", "cloud-map"
DOMAIN = "svc.cluster.local"
LONGEST_NAME = 64  # of a discoveryName (ServiceConnectService)
# The name of a port goes to the Services that promise no more than a name and an address first.
RANK = {CLUSTER_IP: 0, "NodePort": 1, "LoadBalancer": 2}


class Endpoint(NamedTuple):
    """One port of a Service as Service Connect has it: the port mapping's name and the name to discover it by."""

    target: Target
    port_name: str
    discovery: str


def takes_part(pod: Any, kind: Any, environment: Any) -> bool:
    """Whether an application's tasks can have the Service Connect proxy, and are to have it.

    It needs a service that ECS keeps running, Linux, and awsvpc or bridge:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
    """
    launch = maps(environment).get("launchType")
    wanted = (get(environment, ("ecs", "discovery")) or CONNECT) == CONNECT
    linux = get(pod, ("os", "name")) != "windows"
    return (
        wanted
        and linux
        and kind is not None
        and launch != EXTERNAL
        and network_mode_of(get(pod, ("hostNetwork",)), launch) == AWSVPC
    )


@remembered
def connected(found: list[Target], services: Any, pod: Any, kind: Any, environment: Any) -> list[Target]:
    """Choose which ports of Services become Service Connect endpoints: TCP, and one for each port of a container.

    A port mapping's name stands once in a service's list, with one alias (ServiceConnectService.clientAliases).
    """
    if not takes_part(pod, kind, environment):
        return []
    taken: dict[tuple[str, int], Target] = {}
    for one in sorted(found, key=lambda one: (RANK.get(type_of(services[one.service]), 3), one.service)):
        if one.protocol == TCP and not is_headless(services[one.service]):
            taken.setdefault((one.container, one.number), one)
    chosen = set(taken.values())
    return [one for one in found if one in chosen]


def endpoints(chosen: list[Target], services: Any, containers: Any) -> list[Endpoint]:
    """Give each port its names: the Service's own where it has one port, else with the port's name behind."""
    named = port_names(containers, {(one.container, one.number) for one in chosen})
    taken = set(maps(services))
    made = []
    for one in chosen:
        alone = sum(other.service == one.service for other in chosen) == 1
        discovery = one.service if alone else _several(one, services, taken)
        taken.add(discovery)
        made.append(Endpoint(one, named[one.container, one.number, TCP], names.ecs_name(discovery, LONGEST_NAME)))
    return made


def _several(one: Target, services: Any, taken: set[str]) -> str:
    own = get(services, (one.service, "spec", "ports", one.key, "name")) or one.port
    wanted = f"{one.service}-{own}"
    return wanted if wanted not in taken else f"{wanted}-{one.port}"


def alias(service: str, namespace: str, environment: Any) -> str:
    """Give the name that clients call: `api`, or `api.shop.svc.cluster.local` where they use the whole name."""
    full = get(environment, ("ecs", "aliasNames")) == "full"
    return f"{service}.{namespace}.{DOMAIN}" if full else service


def to_connect(made: list[Endpoint], namespace: str, environment: Any) -> Tree | None:
    """Give serviceConnectConfiguration.services."""
    return {
        one.port_name: {
            "discoveryName": one.discovery,
            "clientAliases": {
                "0": {"port": one.target.port, "dnsName": alias(one.target.service, namespace, environment)}
            },
        }
        for one in made
    } or None


# --- and back ----------------------------------------------------------------------------------


class Alias(NamedTuple):
    """One Service Connect endpoint as clients see it: the Service's name, its port and that port's name."""

    service: str
    port: int
    port_name: str
    suffix: str | None


def aliases(connect: Any, namespace: str | None) -> Iterator[Alias]:
    """Give the endpoints of serviceConnectConfiguration.services that a Service can stand for."""
    for port_name, one in maps(connect).items():
        for entry in maps(get(one, ("clientAliases",))).values() or [{}]:
            discovery = str(get(one, ("discoveryName",)) or port_name)
            called = str(get(entry, ("dnsName",)) or discovery)
            name = service_name(called, namespace, discovery)
            suffix = discovery.removeprefix(f"{name}-") if discovery.startswith(f"{name}-") else None
            yield Alias(name, get(entry, ("port",)), port_name, suffix)


def service_name(called: str, namespace: str | None, discovery: str) -> str:
    """Give a Service's name for what clients call: a name in the namespace, without it; else the discovery name."""
    first, dot, rest = called.partition(".")
    if dot and rest not in (namespace, f"{namespace}.svc", f"{namespace}.{DOMAIN}"):
        first = discovery
    return names.service_name(first)
