"""`ports` and `expose` of a Compose service -> port mappings and Service Connect.

https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .compose_service import Service
from .taking import Node, Refused, port, text

PROTOCOLS = ("tcp", "udp")
APPLICATION = frozenset({"http", "http2", "grpc"})
MOST = 100


@dataclass(frozen=True)
class Port:
    """One port of a container: its number, protocol and names, and where it is published on the host."""

    number: Node
    protocol: str
    name: str
    application: Node | None = None
    published: int | None = None


def ports(service: Service) -> list[Port]:
    """Give the ports of a service, each once."""
    found: dict[tuple[int, str], Port] = {}
    for entry in service.node["ports"].each():
        for one in _published(service, entry):
            found.setdefault((one.number.value, one.protocol), one)
    for entry in service.node["expose"].each():
        for one in _short(service, entry):
            found.setdefault((one.number.value, one.protocol), one)
    return list(found.values())


def _published(service: Service, entry: Node) -> Iterator[Port]:
    made = list(_long(service, entry) if entry.is_map() else _short(service, entry))
    if any(one.published for one in made):
        names = f"{service.key}:" + ",".join(str(one.number.value) for one in made[:3])
        service.gather(
            "published",
            "Compose publishes ports on its host ({}); on ECS only other services reach them, without a load balancer.",
            names,
            entry,
        )
    yield from made


def _short(service: Service, entry: Node) -> Iterator[Port]:
    parsed = entry.to(parse)
    for number, protocol, published in parsed.value or ():
        yield _port(service, Node(entry.ledger, number, entry.path), protocol, None, published)


def _long(service: Service, entry: Node) -> Iterator[Port]:
    number = entry["target"].port()
    protocol = entry["protocol"].one_of(PROTOCOLS)
    if number:
        used = number.with_(entry["protocol"])
        application = entry["app_protocol"].text()
        yield _port(service, used, protocol.value or "tcp", entry["name"].text(), entry["published"].value, application)


def _port(
    service: Service, number: Node, protocol: str, name: Node | None, published: Any, application: Node | None = None
) -> Port:
    called = (
        str(name.value).lower()
        if name
        else f"{service.name}-{number.value}{'' if protocol == 'tcp' else '-' + protocol}".lower()
    )
    number = number.with_(name) if name else number
    known = application if application and application.value in APPLICATION else None
    return Port(number, protocol, called, known, published)


def parse(value: Any) -> list[tuple[int, str, int | None]]:
    """Read `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, with ranges; gives (port, protocol, port on the host)."""
    words, _, protocol = text(value).partition("/")
    protocol = protocol.lower() or "tcp"
    if protocol not in PROTOCOLS:
        raise Refused("a port with the protocol tcp or udp")
    host, colon, inside = words.rpartition(":")
    targets = span(inside)
    hosts: list[Any] = [None] * len(targets)
    if colon and "${" not in host:
        named = host.rpartition(":")[2]
        hosts = span(named) if named and len(span(named)) == len(targets) else [0] * len(targets)
    return [(number, protocol, published) for number, published in zip(targets, hosts)]


def span(words: str) -> list[int]:
    """Read a port, or a range of them."""
    first, dash, last = words.partition("-")
    start = port(first)
    end = port(last) if dash else start
    if not start <= end < start + MOST:
        raise Refused("a range of at most a hundred ports")
    return list(range(start, end + 1))


def mappings(found: list[Port], on_host: bool) -> list[dict[str, Any]]:
    """Give the port mappings; their names are what Service Connect calls them by."""
    return [
        {
            "name": one.name,
            "containerPort": one.number,
            "hostPort": one.number if on_host else None,
            "protocol": one.protocol,
            "appProtocol": one.application,
        }
        for one in found
    ]


def service_connect(service: Service, found: list[Port]) -> dict[str, Any] | None:
    """Give Service Connect: a client of the project's namespace, in which others find the service by its name."""
    if service.node["network_mode"].value in ("host", "none", "bridge"):
        return None
    offered = [one for one in found if one.protocol == "tcp"]
    names = [service.key, *aliases(service)]
    return {
        "enabled": True,
        "namespace": service.project,
        "services": [
            {
                "portName": one.name,
                "discoveryName": one.name,
                "clientAliases": [{"port": one.number, "dnsName": name} for name in names],
            }
            for one in offered
        ],
    }


def aliases(service: Service) -> list[Any]:
    """Give the other names that a service has in its networks."""
    networks = service.node["networks"]
    specs = [spec for _, spec in networks.items()] if networks.is_map() else []
    return [alias for spec in specs for alias in spec["aliases"].texts()]
