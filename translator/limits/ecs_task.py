"""Task definitions <-> what RegisterTaskDefinition refuses in the task as a whole."""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import Book
from .rules import Hit, Rules
from .values import entries, items, joined, mapping, number, size_above, text, twice

CONTAINERS = "containerDefinitions"
MOST_CONTAINERS = 10
LARGEST = 64 * 1024


def containers_count(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse an eleventh container: the quota is fixed."""
    count = len(items(task[CONTAINERS]))
    if count > MOST_CONTAINERS:
        yield (CONTAINERS,), f"The task has {count} containers; ECS allows {MOST_CONTAINERS} in a task definition."


def essential_missing(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse a task in which nothing is essential."""
    containers = entries(task[CONTAINERS])
    if containers and all(container.get("essential") is False for _, container in containers):
        yield (CONTAINERS,), "No container is essential, so nothing says when the task has ended."


def container_name_twice(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse two containers of one name."""
    for at, name in twice(task[CONTAINERS], "name"):
        yield (CONTAINERS, at, "name"), f"Two containers are named {name}."


def container_incomplete(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse a container without a name or an image: optional in the API's model, required by the service."""
    for at, container in entries(task[CONTAINERS]):
        for member in ("name", "image"):
            if container.get(member) in (None, ""):
                yield (CONTAINERS, at), f"Container {container.get('name') or at} has no {member}."


def definition_size(task: dict, book: Book) -> Iterator[Hit]:
    """Refuse a request of more than 64 KiB."""
    size = size_above(task, LARGEST, len(book.packed(task)))
    if size:
        yield (), f"The task definition has {size} bytes; ECS takes {LARGEST}."


def memory_order(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a hard limit that is not above the reservation."""
    limit, reserved = number(container.get("memory")), number(container["memoryReservation"])
    if limit is not None and reserved is not None and limit <= reserved:
        yield ("memory",), (
            f"Container {container.get('name')} may use {limit} MiB, which is not more than the {reserved} "
            "MiB it reserves."
        )


def memory_missing(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a container on an instance with no memory value, its own or the task's."""
    if task.get("memory") is None and container.get("memory") is None and container.get("memoryReservation") is None:
        yield (), f"Neither the task nor container {container['name']} says how much memory it needs."


def volume_name_twice(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse two volumes of one name."""
    for at, name in twice(task["volumes"], "name"):
        yield ("volumes", at, "name"), f"Two volumes are named {name}."


def proxy_container(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse a proxy that is no container of the task."""
    name = text(mapping(task["proxyConfiguration"]).get("containerName"))
    names = [container.get("name") for _, container in entries(task.get(CONTAINERS))]
    if name and name not in names:
        yield ("proxyConfiguration", "containerName"), f"The proxy is container {name}; the task has {joined(names)}."


RULES: Rules = {
    CONTAINERS: {
        "containers-count": containers_count,
        "essential-missing": essential_missing,
        "container-name-twice": container_name_twice,
        "container-incomplete": container_incomplete,
        "definition-size": definition_size,
    },
    f"{CONTAINERS}.memoryReservation": {"memory-order": memory_order},
    "volumes": {"volume-name-twice": volume_name_twice},
    "proxyConfiguration": {"proxy-container": proxy_container},
}

ON_INSTANCES: Rules = {f"{CONTAINERS}.name": {"memory-missing": memory_missing}}

KINDS = {"taskDefinitions": (RULES,)}
PLATFORMS = dict.fromkeys(("EC2", "EXTERNAL", "ANY"), (ON_INSTANCES,))
