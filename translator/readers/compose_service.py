"""One service while a Compose file is read: its section, its names, and what of it needs an instance of one's own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..converters.fargate import pick
from .spellings import duration
from .taking import Node, Refused, text

BYTES = {
    "": 1,
    "b": 1,
    "k": 2**10,
    "kb": 2**10,
    "m": 2**20,
    "mb": 2**20,
    "g": 2**30,
    "gb": 2**30,
    "t": 2**40,
    "tb": 2**40,
}
SMALLEST = (256, 512)
ON_INSTANCES = ("privileged", "devices", "gpus", "security_opt", "shm_size", "mem_swappiness", "memswap_limit")


@dataclass(frozen=True)
class Service:
    """A service's section, its name in the file and on ECS, and the project that it belongs to."""

    node: Node
    key: str
    name: str
    project: str

    def say(self, code: str, message: str, *nodes: Node) -> None:
        """Report nodes of the file."""
        self.node.ledger.say(code, message, *nodes)

    def gather(self, code: str, message: str, name: str, *nodes: Node) -> None:
        """Report nodes with all others of which the same is said."""
        self.node.ledger.gather(code, message, name, *nodes)

    @property
    def on_instance(self) -> bool:
        """Whether the service uses what Fargate does not have, so that it needs an instance."""
        node = self.node
        asked = any(node[key].value not in (None, False, [], {}) for key in ON_INSTANCES)
        host = any(node[key].value == "host" for key in ("network_mode", "pid", "ipc"))
        paths = any(path.startswith("/") for path in bound(node["volumes"]))
        devices = node["deploy"]["resources"]["reservations"]["devices"]
        return asked or host or paths or bool(devices) or node["deploy"]["mode"].value == "global"


def bound(volumes: Node) -> Iterator[str]:
    """Give the paths of the host that a service mounts."""
    for entry in volumes.value if volumes.is_list() else ():
        if isinstance(entry, dict) and entry.get("type") == "bind":
            yield str(entry.get("source", ""))
        elif isinstance(entry, str) and ":" in entry:
            yield entry.split(":")[0]


def called(name: str) -> str:
    """Make a service's name fit for ECS, which has no dots in names."""
    return "".join(letter if letter.isalnum() and letter.isascii() or letter in "_-" else "-" for letter in name)


def pairs(spec: Node) -> Iterator[tuple[str, Node]]:
    """Walk a map, or a list of `KEY=VALUE`; what has no value has none in its node either."""
    if spec.is_map():
        for key, value in spec.value.items():
            yield str(key), Node(spec.ledger, value, spec.path + (key,))
    else:
        for entry in spec.each():
            key, equals, _ = str(entry.value).partition("=")
            yield (
                key,
                entry.to(lambda word: str(word).partition("=")[2]) if equals else Node(spec.ledger, None, entry.path),
            )


def size(node: Node) -> Node:
    """Read an amount of memory as whole MiB, rounded up; a number alone is bytes."""
    return node.to(lambda value: math.ceil(amount(value) / 2**20))


def amount(value: Any) -> float:
    """Read an amount of memory as Docker writes it (`512m`, `1.5gb`), in bytes; all units are binary."""
    words = text(value).strip().lower()
    number = words.rstrip("bkmgt")
    try:
        return float(number) * BYTES[words[len(number) :]]
    except (ValueError, KeyError):
        raise Refused("an amount of memory, like `512m`") from None


def units(node: Node) -> Node:
    """Read a number of CPUs as the units of ECS, 1,024 to a CPU, rounded up."""
    return node.number().to(lambda cpus: math.ceil(round(cpus * 1024, 6)))


def limits(service: Service) -> dict[str, Node]:
    """Give what the containers may use and what is kept for them: `deploy` says it, or else the older keys."""
    node = service.node
    most, least = node["deploy"]["resources"]["limits"], node["deploy"]["resources"]["reservations"]
    return {
        "cpu": units(most["cpus"] or node["cpus"]),
        "memory": size(most["memory"] or node["mem_limit"]),
        "kept": units(least["cpus"]),
        "reserved": size(least["memory"] or node["mem_reservation"]),
    }


def task_size(service: Service, asked: dict[str, Node]) -> dict[str, Any]:
    """Give the size of the task: on Fargate the smallest that holds what the service asks for."""
    if service.on_instance:
        return {}
    cpu, memory = asked["cpu"] or asked["kept"], asked["memory"] or asked["reserved"]
    wanted = (cpu.value or SMALLEST[0], memory.value or SMALLEST[1])
    found = pick(*wanted) or wanted
    if not (cpu or memory):
        service.gather(
            "default-size",
            "No limits are set for {}; their tasks get the smallest size, 0.25 vCPU and 512 MiB.",
            service.key,
        )
    elif (cpu and cpu.value != found[0]) or (memory and memory.value != found[1]):
        service.gather(
            "rounded-size",
            "Fargate sells tasks in sizes; {} got the next one.",
            f"{service.key}: {found[0]} units, {found[1]} MiB",
            cpu,
            memory,
        )
    return {
        "cpu": cpu.to(lambda value: str(found[0])).or_(str(found[0])),
        "memory": memory.to(lambda value: str(found[1])).or_(str(found[1])),
    }


def stop_timeout(service: Service) -> Node:
    """Give the seconds that a container has to stop; Compose's own default is 10."""
    return service.node["stop_grace_period"].to(lambda value: int(duration(value)))
