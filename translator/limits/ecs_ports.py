"""Port mappings and network modes <-> what ECS refuses and which ports cannot both be bound."""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import containers, port_range
from .rules import Hit, Rules, between, each
from .values import entries, number, text

CONTAINERS = "containerDefinitions"
PORTS = f"{CONTAINERS}.portMappings"
# The agent and SSH hold these on every instance: API_PortMapping, hostPort.
RESERVED = (22, 2375, 2376, 51678, 51679, 51680)
MOST_RANGES = 100


def host_port_differs(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a host port of its own where the container has the task's or the host's network."""
    mode = task.get("networkMode")
    for at, port in entries(container["portMappings"]):
        host, own = number(port.get("hostPort")), number(port.get("containerPort"))
        if mode in ("awsvpc", "host") and host is not None and own is not None and host != own:
            yield ("portMappings", at, "hostPort"), (
                f"Host port {host} for container port {own}: with network mode {mode} they are the same "
                "port."
            )


def port_two_protocols(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse one container port for two protocols; on a bridge it may have several host ports."""
    seen: dict[Any, str] = {}
    for at, port in entries(container["portMappings"]):
        own, protocol = number(port.get("containerPort")), _protocol(port)
        if own is not None and own in seen and (seen[own] != protocol or task.get("networkMode") != "bridge"):
            yield ("portMappings", at, "containerPort"), (
                f"Container {container.get('name')} maps port {own} more than once."
            )
        seen.setdefault(own, protocol)


def port_taken(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse one port for two containers that share a network: only one of them can listen."""
    if task.get("networkMode") not in ("awsvpc", "host"):
        return
    taken = {(number(port.get("containerPort")), _protocol(port)) for _, port in _earlier(container, task)}
    for at, port in entries(container["portMappings"]) if taken else ():
        own, protocol = number(port.get("containerPort")), _protocol(port)
        if own is not None and (own, protocol) in taken:
            yield ("portMappings", at, "containerPort"), (
                f"Two containers of the task listen on port {own}/{protocol}; they share one network."
            )


def host_port_taken(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse one port of the instance for two mappings."""
    if task.get("networkMode", "bridge") != "bridge":
        return
    taken = {(number(port.get("hostPort")), _protocol(port)) for _, port in _earlier(container, task)}
    for at, port in entries(container["portMappings"]):
        host, protocol = number(port.get("hostPort")), _protocol(port)
        if host and (host, protocol) in taken:
            yield ("portMappings", at, "hostPort"), f"Host port {host}/{protocol} is mapped twice in the task."
        taken.add((host, protocol))


def port_name_twice(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse two mappings of one name: services choose a port by its name."""
    taken = {text(port.get("name")) for _, port in _earlier(container, task)}
    for at, port in entries(container["portMappings"]):
        name = text(port.get("name"))
        if name is not None and name in taken:
            yield ("portMappings", at, "name"), f"Two port mappings of the task are named {name}."
        taken.add(name)


def _protocol(port: dict) -> str:
    return text(port.get("protocol")) or "tcp"


def _earlier(container: dict, task: dict) -> list[tuple[int, dict]]:
    """Give the port mappings of the containers before one."""
    ports: list[tuple[int, dict]] = []
    for other in containers(task).values():
        if other is container:
            break
        ports += entries(other.get("portMappings"))
    return ports


def host_port_reserved(container: dict, task: dict) -> Iterator[Hit]:
    """Report a host port that instances keep for themselves."""
    if task.get("networkMode") in ("awsvpc", "none"):
        return
    for at, port in entries(container["portMappings"]):
        if number(port.get("hostPort")) in RESERVED:
            yield ("portMappings", at, "hostPort"), (
                f"Host port {port['hostPort']} is reserved on container instances, so no instance can "
                "place the task."
            )


def port_range_wrong(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a port range that is none, that overlaps, or that stands where ranges do not exist."""
    taken: list[range] = []
    for at, port in entries(container["portMappings"]):
        words = _range_fault(port, task, taken) if text(port.get("containerPortRange")) is not None else ""
        if words:
            yield ("portMappings", at, "containerPortRange"), words
    if len(taken) > MOST_RANGES:
        yield ("portMappings",), (
            f"Container {container.get('name')} maps {len(taken)} port ranges; ECS allows {MOST_RANGES}."
        )


def _range_fault(port: dict, task: dict, taken: list[range]) -> str:
    written, ports = port["containerPortRange"], port_range(port["containerPortRange"])
    if ports is None or not 1 <= ports.start < ports.stop - 1 <= 65535:
        return f"Port range {written} is not FIRST-LAST with both between 1 and 65535 and the first below the last."
    if port.get("containerPort") is not None or port.get("hostPort"):
        return f"A mapping of port range {written} takes neither containerPort nor hostPort."
    if task.get("networkMode") in ("host", "none"):
        return f"Port range {written} needs network mode bridge or awsvpc."
    if any(ports.start < other.stop and other.start < ports.stop for other in taken[:MOST_RANGES]):
        return f"Port range {written} overlaps with another range of the container."
    taken.append(ports)
    return ""


def ports_without_network(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse port mappings where there is no network."""
    if task.get("networkMode") == "none" and container["portMappings"]:
        yield ("portMappings",), f"Container {container.get('name')} maps ports, but network mode none has no network."


def only_bridge(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse links outside network mode bridge."""
    if container["links"] and task.get("networkMode", "bridge") != "bridge":
        yield ("links",), f"Container {container.get('name')} has links, which exist in network mode bridge alone."


def _not_awsvpc(name: str, _: Any) -> Any:
    def rule(container: dict, task: dict) -> Iterator[Hit]:
        if container[name] and task.get("networkMode") == "awsvpc":
            yield (name,), f"Container {container.get('name')} sets {name}, which network mode awsvpc does not have."

    return rule


RULES: Rules = {
    PORTS: {
        "port-taken": port_taken,
        "host-port-taken": host_port_taken,
        "port-name-twice": port_name_twice,
        "host-port-differs": host_port_differs,
        "port-two-protocols": port_two_protocols,
        "host-port-reserved": host_port_reserved,
        "port-range-wrong": port_range_wrong,
        "ports-without-network": ports_without_network,
    },
    f"{CONTAINERS}.links": {"only-bridge": only_bridge},
}
NUMBERS = each({"port-number": {f"{PORTS}.containerPort": (1, 65535), f"{PORTS}.hostPort": (0, 65535)}}, between)
NOT_AWSVPC = each({"not-awsvpc": {f"{CONTAINERS}.hostname": None, f"{CONTAINERS}.extraHosts": None}}, _not_awsvpc)

KINDS = {"taskDefinitions": (RULES, NUMBERS, NOT_AWSVPC)}
