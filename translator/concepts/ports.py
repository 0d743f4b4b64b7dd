"""Container ports <-> port mappings, with the names and the protocols that Services need of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from .networking import BRIDGE, HOST, network_mode_of
from .services_connect import connected
from .services_targets import (
    CARRIED,
    TCP,
    is_generated,
    is_port,
    listed,
    maps,
    port_names,
    protocol,
    resolve,
    running,
    targets,
)

MOST_SINGLE_PORTS = 50  # a longer range is no list that anybody reads
PROBES, HANDLERS = ("livenessProbe", "readinessProbe", "startupProbe"), ("httpGet", "tcpSocket", "grpc")
# What a Service says that its port speaks -> what the Service Connect proxy knows.
# https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
APPLICATIONS = {"http": "http", "kubernetes.io/h2c": "http2", "grpc": "grpc", "kubernetes.io/ws": "http"}

Ports = dict[str, Tree]


# --- to port mappings --------------------------------------------------------------------------


def _to_mappings(column: Any, pod: Any, services: Any, elsewhere: Any, kind: Any, environment: Any) -> Ports | None:
    containers = maps(get(pod, ("containers",)))
    found = targets(services, containers, elsewhere)
    mode = network_mode_of(get(pod, ("hostNetwork",)), maps(environment).get("launchType"))
    used = {(one.container, one.number) for one in connected(found, services, pod, kind, environment)}
    names, spoken = port_names(containers, used), _spoken(found, services)
    wanted = _listed(containers, {(one.container, one.number, one.protocol) for one in found})
    _add(wanted, [(one.container, one.number, one.protocol) for one in found])
    _add(wanted, _probed(containers))
    made = {
        container: {key: _mapping(container, port, mode, names, spoken) for key, port in ports.items()}
        for container, ports in wanted.items()
    }
    return made or None


def _listed(containers: Tree, served: set[tuple[str, int, str]]) -> Ports:
    """Give the ports that containers list, each number once, as ECS maps it.

    One that a Service leads to goes before others, and TCP, by which Service Connect leads to it, before UDP.
    """
    alive = running(containers)
    every = [
        (name, key, port)
        for name in containers
        for key, port in maps(get(containers, (name, "ports"))).items()
        if get(port, ("containerPort",)) is not None and protocol(port) in CARRIED
    ]

    def place(one: tuple[str, str, Tree]) -> tuple[bool, bool, bool]:
        name, _, port = one
        return (
            (name, port["containerPort"], protocol(port)) not in served,
            name not in alive,
            protocol(port) != TCP and bool(served),
        )

    kept: dict[Any, tuple[str, str]] = {}
    for name, key, port in sorted(every, key=place):
        kept.setdefault(port["containerPort"], (name, key))
    made: Ports = {}
    for name, key, port in every:
        if kept[port["containerPort"]] == (name, key):
            made.setdefault(name, {})[key] = port
    return made


def _add(wanted: Ports, more: Iterable[tuple[str, int, str]]) -> None:
    """Add ports that something leads to and no container lists."""
    known = {port["containerPort"] for ports in wanted.values() for port in ports.values()}
    for container, number, kind in more:
        if number not in known:
            known.add(number)
            wanted.setdefault(container, {})[f"{number}/{kind}"] = tree(
                containerPort=number, protocol=None if kind == TCP else kind.upper()
            )


def _probed(containers: Tree) -> Iterator[tuple[str, int, str]]:
    """Give the ports that probes ask: a target group can check no other."""
    for name, container in running(containers).items():
        for probe in PROBES:
            for handler in HANDLERS:
                port = get(container, (probe, handler, "port"))
                found = resolve(port, TCP, {name: container}) if port is not None else None
                if found is not None:
                    yield *found, TCP


def _spoken(found: list, services: Any) -> dict[tuple[str, int], str]:
    """Give what the ports of Services say that is spoken on the ports behind them."""
    made: dict[tuple[str, int], str] = {}
    for one in found:
        said = APPLICATIONS.get(str(get(services, (one.service, "spec", "ports", one.key, "appProtocol"))))
        if said is not None:
            made.setdefault((one.container, one.number), said)
    return made


def _mapping(container: str, port: Tree, mode: str, names: dict, spoken: dict) -> Tree:
    number, kind = port.get("containerPort"), port.get("protocol")
    outside = port.get("hostPort") if mode == BRIDGE or (mode == HOST and port.get("hostPort") == number) else None
    return tree(
        containerPort=number,
        hostPort=outside,
        protocol=kind.lower() if isinstance(kind, str) else None,
        name=names.get((container, number, protocol(port))),
        appProtocol=spoken.get((container, number)),
    )


# --- to container ports ------------------------------------------------------------------------


def _to_ports(column: Any, mode: Any, connect: Any) -> Ports | None:
    made: Ports = {}
    taken: set[str] = set()
    for container, mappings in maps(column).items():
        ports: dict[str, Tree] = {}
        for key, mapping in maps(mappings).items():
            for own, port in _ports(container, key, maps(mapping), mode, maps(connect)):
                if port.get("name") in taken:
                    port.pop("name")
                taken.update(filter(None, [port.get("name")]))
                ports.setdefault(own, port)
        if ports:
            made[container] = ports
    return made or None


def _ports(container: str, key: str, mapping: Tree, mode: Any, connect: Tree) -> Iterator[tuple[str, Tree]]:
    """Give the ports that a mapping maps: one, or each of a range."""
    number, kind = mapping.get("containerPort"), mapping.get("protocol")
    kind = kind.upper() if isinstance(kind, str) and kind else None
    if number is not None:
        name = mapping.get("name")
        made_up = is_port(number) and name in connect and is_generated(name, container, number)
        outside = mapping.get("hostPort") if mode == HOST else None
        yield key, tree(containerPort=number, protocol=kind, name=None if made_up else name, hostPort=outside or None)
        return
    for one in port_range(mapping.get("containerPortRange")) or ():
        yield f"{one}/{protocol(mapping)}", tree(containerPort=one, protocol=kind)


def port_range(text: Any) -> range | None:
    """Read `8080-8090`; None for anything else, and for more ports than a list should have."""
    first, dash, last = text.partition("-") if isinstance(text, str) else ("", "", "")
    if not (dash and first.isdecimal() and last.isdecimal()):
        return None
    found = range(int(first), int(last) + 1)
    return found if 0 < len(found) <= MOST_SINGLE_PORTS and found[-1] < 65536 else None


port_mappings = TwoWay(_to_mappings, _to_ports)


# --- notices -----------------------------------------------------------------------------------


def _taken_twice(number: Any, key: str, mode: Any, containers: Any) -> bool:
    """Whether another container listens on the same port: where each has a network of its own they may."""
    if mode not in (None, BRIDGE, "default"):
        return False
    return sum(key in maps(get(one, ("portMappings",))) for one in maps(containers).values()) > 1


taken_twice = TwoWay(lambda *given: None, _taken_twice)
is_sctp = TwoWay(lambda kind: str(kind).lower() not in CARRIED, lambda *given: None)
is_long = TwoWay(lambda *given: None, lambda text: port_range(text) is None)


def _ambiguous(containers: Any) -> bool:
    """Whether two containers of a pod name their ports alike."""
    found = [port.get("name") for _, port in listed(maps(containers)) if port.get("name")]
    return len(found) != len(set(found))


name_twice = TwoWay(_ambiguous, lambda *given: None)
