"""Ports that sidecars, routing rules, listeners and the image name -> which container listens on which port.

A port belongs to the container that names it first, in Copilot's order: sidecars, rules, listeners, the image.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .copilot_workload import Workload
from .taking import Node, Refused, port, text

PROTOCOLS = ("tcp", "udp", "tls")


@dataclass(frozen=True)
class Exposed:
    """A port of a container, and whether the container's own section names it."""

    container: str
    port: Node
    protocol: str
    own: bool = False
    name: str | None = None


def exposed(work: Workload, rules: list[Node], listeners: list[Node]) -> list[Exposed]:
    """Give the ports of all containers, sorted as Copilot sorts them."""
    found: dict[int, Exposed] = {}
    for name, spec in sorted(work.node["sidecars"].items()):
        own, protocol = split(spec["port"])
        if own:
            found[own.value] = Exposed(name, own, protocol, True)
    for rule in rules:
        sent = rule["target_port"].port()
        if sent and sent.value not in found:
            found[sent.value] = Exposed(_container(work, rule), sent, "tcp")
    for listener in listeners:
        _expose_listener(work, listener, found)
    _expose_image(work, found)
    return [found[port] for port in sorted(found)]


def _expose_listener(work: Workload, listener: Node, found: dict[int, Exposed]) -> None:
    listening, protocol = split(listener["port"])
    sent = listener["target_port"].port().or_(listening)
    protocol = "tcp" if protocol == "tls" else protocol
    known = found.get(sent.value)
    if sent and not (known and known.protocol == protocol):
        found[sent.value] = Exposed(_container(work, listener), sent, protocol)


def _expose_image(work: Workload, found: dict[int, Exposed]) -> None:
    own = work.node["image"]["port"].port()
    if own:
        known = found.get(own.value)
        found[own.value] = (
            replace(known, own=True, port=known.port.with_(own)) if known else Exposed(work.name, own, "tcp", True)
        )


def _container(work: Workload, target: Node) -> str:
    named = (target["target_container"] or target["targetContainer"]).text()
    return named.value if named else work.name


def split(node: Node) -> tuple[Node, str]:
    """Split `443/tls` into its port and its protocol; tcp where it names none."""
    made = node.to(lambda value: _split(value)[0])
    return made, _split(node.value)[1] if made else "tcp"


def _split(value: Any) -> tuple[int, str]:
    number, _, protocol = text(value).partition("/")
    protocol = protocol.lower() or "tcp"
    if protocol not in PROTOCOLS:
        raise Refused("a port, alone or with its protocol, like `80` or `443/tls`")
    return port(number), protocol


def target(work: Workload, spec: Node, ports: list[Exposed], fallback: Node) -> tuple[Any, Node]:
    """Give the container and the port that a rule or a listener sends traffic to."""
    sent = spec["target_port"].port()
    named = (spec["target_container"] or spec["targetContainer"]).text()
    if named and sent:
        return named, sent
    if sent:
        owners = [entry.container for entry in ports if entry.port.value == sent.value]
        return owners[0] if owners else work.name, sent
    if named:
        own = [entry.port for entry in ports if entry.container == named.value and entry.own]
        return named, own[0] if own and named.value != work.name else fallback
    return work.name, fallback


def main_port(work: Workload, ports: list[Exposed]) -> Node:
    """Give the port that the workload's own container names."""
    own = [entry.port for entry in ports if entry.container == work.name and entry.own]
    return own[0] if own else Node(work.node.ledger, None, ("image", "port"))


def of_container(ports: list[Exposed], container: str) -> list[dict]:
    """Give the port mappings of one container."""
    return [
        {"name": entry.name, "containerPort": entry.port, "protocol": entry.protocol}
        for entry in ports
        if entry.container == container
    ]
