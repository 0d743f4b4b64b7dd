"""Ports of Services <-> the containers and container ports behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters import names
from ..remembering import remembered
from ..trees import Tree, get

EXTERNAL_NAME, LOAD_BALANCER, NODE_PORT, CLUSTER_IP = "ExternalName", "LoadBalancer", "NodePort", "ClusterIP"
TCP, UDP = "tcp", "udp"
LONGEST_PORT_NAME = 64  # PortMapping.name
CARRIED = (TCP, UDP)  # what a port mapping of ECS can say (PortMapping.protocol)


class Target(NamedTuple):
    """One port of a Service and where it leads: a container and its port's number."""

    service: str
    key: str
    port: int
    protocol: str
    container: str
    number: int


def maps(value: Any) -> Tree:
    """Give a map, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def is_port(value: Any) -> bool:
    """Whether a value is a port's number."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536


def protocol(port: Any) -> str:
    """Give a port's protocol as ECS spells it."""
    return str(get(port, ("protocol",)) or TCP).lower()


def type_of(service: Any) -> str:
    """Give a Service's type; what says nothing is ClusterIP."""
    return str(get(service, ("spec", "type")) or CLUSTER_IP)


def is_headless(service: Any) -> bool:
    """Whether a Service has no address of its own, so that its name stands for all of its pods."""
    return get(service, ("spec", "clusterIP")) == "None" and type_of(service) != EXTERNAL_NAME


@remembered
def running(containers: Any) -> Tree:
    """Give the containers that run as long as the pod: all but init containers that end."""
    return {
        name: one
        for name, one in maps(containers).items()
        if isinstance(one, dict) and (not one.get("initContainer") or one.get("restartPolicy") == "Always")
    }


def listed(containers: Tree) -> Iterator[tuple[str, Tree]]:
    """Give every port that containers list, with the container's name."""
    for name, container in containers.items():
        for port in maps(get(container, ("ports",))).values():
            if isinstance(port, dict):
                yield name, port


def main_container(containers: Tree) -> str | None:
    """Give the container that a port belongs to which none lists: the first that is no sidecar."""
    first = [name for name, one in containers.items() if not one.get("initContainer")]
    return (first or list(containers) or [None])[0]


def resolve(wanted: Any, kind: str, containers: Tree) -> tuple[str, int] | None:
    """Find the container and the number behind a target port, given by number or by name."""
    number = int(wanted) if isinstance(wanted, str) and wanted.isdecimal() else wanted
    if is_port(number):
        owners = [name for name, port in listed(containers) if port.get("containerPort") == number]
        exact = [
            name for name, port in listed(containers) if port.get("containerPort") == number and protocol(port) == kind
        ]
        name = (exact or owners or [main_container(containers)])[0]
        return None if name is None else (name, number)
    for name, port in listed(containers):
        if isinstance(wanted, str) and port.get("name") == wanted and is_port(port.get("containerPort")):
            return name, port["containerPort"]
    return None


@remembered
def targets(services: Any, containers: Any, elsewhere: Any = None) -> list[Target]:
    """Give where the ports of Services lead, by name; `elsewhere` are those whose name another application has."""
    alive = running(containers)
    made = []
    for name in sorted(maps(services)):
        service = services[name]
        if name in maps(elsewhere) or type_of(service) == EXTERNAL_NAME:
            continue
        for key, port in maps(get(service, ("spec", "ports"))).items():
            number = get(port, ("port",))
            found = resolve(port.get("targetPort", number), protocol(port), alive) if is_port(number) else None
            if found is not None and protocol(port) in CARRIED:
                made.append(Target(name, key, number, protocol(port), *found))
    return made


def generated(container: str, number: int) -> str:
    """Name a container's port that has no name."""
    return names.ecs_name(f"{container}-{number}", LONGEST_PORT_NAME)


def is_generated(name: str | None, container: str, number: int) -> bool:
    """Whether a name is one that was made for the want of any, or what Kubernetes' shorter names left of it."""
    made = generated(container, number)
    return name in (made, names.port_name(made))


def port_names(containers: Any, used: set[tuple[str, int]]) -> dict[tuple[str, int, str], str]:
    """Give the name of every container port that has one or, being used by name, needs one; all of them differ."""
    made: dict[tuple[str, int, str], str] = {}
    taken: set[str] = set()
    for container, port in listed(maps(containers)):
        name, at = port.get("name"), (container, port.get("containerPort"), protocol(port))
        if isinstance(name, str) and name and name not in taken and at not in made:
            made[at] = name
            taken.add(name)
    for container, number in sorted(used):
        made.setdefault((container, number, TCP), generated(container, number))
    return made


# --- seen from the task definition -------------------------------------------------------------


class Mapped(NamedTuple):
    """One port mapping of a task definition: its container, number, protocol, name and application protocol."""

    container: str
    number: int
    protocol: str
    name: str | None
    application: str | None

    @property
    def own_name(self) -> str | None:
        """Give the name, unless it is one that was made for the want of any."""
        return None if is_generated(self.name, self.container, self.number) else self.name

    @property
    def target(self) -> int | str:
        """Give the port as a Service's targetPort: by name where it has one of its own."""
        return self.own_name or self.number


@remembered
def mapped(definition: Any) -> list[Mapped]:
    """Give the port mappings of a task definition that are of one port each."""
    made = []
    for container, one in maps(get(definition, ("containerDefinitions",))).items():
        for port in maps(get(one, ("portMappings",))).values():
            number = get(port, ("containerPort",))
            if is_port(number):
                name, application = port.get("name"), port.get("appProtocol")
                made.append(
                    Mapped(
                        container,
                        number,
                        protocol(port) if protocol(port) in CARRIED else TCP,
                        name if isinstance(name, str) else None,
                        application if isinstance(application, str) else None,
                    )
                )
    return made


def mapping_at(definition: Any, container: Any, number: Any) -> Mapped:
    """Give a container's port mapping, or what it would be if it were there."""
    for one in mapped(definition):
        if (one.container, one.number) == (container, number):
            return one
    return Mapped(str(container), number, TCP, None, None)
