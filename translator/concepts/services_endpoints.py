"""Endpoints and EndpointSlices of a Service without pods <-> instances of a name in Cloud Map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters.two_way import TwoWay
from ..trees import Tree, get, listed, tree
from .services_discovery import called, find, namespace_named, namespace_of
from .services_targets import is_port, maps

ADDRESS, PORT = "AWS_INSTANCE_IPV4", "AWS_INSTANCE_PORT"
SERVICE_LABEL = "kubernetes.io/service-name"
LONGEST = 64  # RegisterInstance.InstanceId


class Address(NamedTuple):
    """One address of a Service, with its port if it has one."""

    ip: str
    port: int | None


def _to_instances(endpoints: Any, slices: Any, services: Any) -> Tree | None:
    """Register every address; https://docs.aws.amazon.com/cloud-map/latest/api/API_RegisterInstance.html"""
    made: Tree = {}
    for name, service in maps(services).items():
        space = namespace_of(service, None)
        for one in dict.fromkeys([*_of_endpoints(maps(endpoints).get(name)), *_of_slices(slices)]):
            made[f"{space}.{name}.{one.ip}"[-LONGEST:]] = {
                "ServiceId": f"${{discoveryServices.{name}.Id}}",
                "Attributes": tree(**{ADDRESS: one.ip, PORT: str(one.port) if one.port else None}),
            }
        return made or None
    return None


def _only_port(ports: Any) -> int | None:
    """Give the port, if there is just one: an instance has one."""
    found = [get(one, ("port",)) for one in maps(ports).values()]
    return found[0] if len(found) == 1 and is_port(found[0]) else None


def _of_endpoints(value: Any) -> Iterator[Address]:
    for subset in maps(get(value, ("subsets",))).values():
        for ip in maps(get(subset, ("addresses",))):
            if _is_four(ip):
                yield Address(ip, _only_port(get(subset, ("ports",))))


def _of_slices(value: Any) -> Iterator[Address]:
    for one in maps(value).values():
        for endpoint in maps(get(one, ("endpoints",))).values():
            addresses = get(endpoint, ("addresses",))
            if get(endpoint, ("conditions", "ready")) is False or not isinstance(addresses, list):
                continue
            yield from (Address(ip, _only_port(get(one, ("ports",)))) for ip in addresses if _is_four(ip))


def _is_four(ip: Any) -> bool:
    """Whether a text is an address of IPv4, which the name's records are for."""
    return isinstance(ip, str) and len(ip.split(".")) == 4 and all(one.isdecimal() for one in ip.split("."))


def _to_slices(instances: Any, entries: Any, service: Any, definition: Any) -> tuple | None:
    if service is not None or definition is not None:
        return None
    made = {}
    for key, entry in maps(entries).items():
        mine = [
            maps(get(one, ("Attributes",)))
            for one in maps(instances).values()
            if find({key: entry}, get(one, ("ServiceId",)), "discoveryServices", "Id")
        ]
        known = sorted((one for one in mine if _is_four(one.get(ADDRESS))), key=lambda one: str(one[ADDRESS]))
        if known:
            made[f"{called(key, entry)}-1"] = _slice(called(key, entry), entry, known)
    return (None, made) if made else None


def _slice(name: str, entry: Any, instances: list[Tree]) -> Tree:
    space = namespace_named(get(entry, ("NamespaceId",)) or get(entry, ("DnsConfig", "NamespaceId")))
    ports = {str(one.get(PORT)) for one in instances}
    port = next(iter(ports)) if len(ports) == 1 else ""
    return tree(
        metadata=tree(labels={SERVICE_LABEL: name}, namespace=None if space in (None, "default") else space),
        addressType="IPv4",
        endpoints=listed({"addresses": [str(one[ADDRESS])]} for one in instances),
        ports={"0": {"port": int(port)}} if port.isdecimal() and is_port(int(port)) else None,
    )


kept_addresses = TwoWay(_to_instances, _to_slices)
