"""Container dependencies <-> what cannot start: unknown names, circles, conditions that can never come true."""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import containers
from .rules import Hit, Rules
from .values import entries, joined, text

FINISHED = ("COMPLETE", "SUCCESS")


def depends_on_unknown(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a dependency on a container that is not in the task."""
    named = containers(task)
    for at, need in entries(container["dependsOn"]):
        name = text(need.get("containerName"))
        if name is not None and name not in named:
            yield ("dependsOn", at, "containerName"), (
                f"Container {container.get('name')} waits for {name}, which is no container of the task."
            )


def depends_on_essential(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse waiting for the end of an essential container: its end is the task's end."""
    for at, need, other in _needs(container, task):
        if need.get("condition") in FINISHED and other.get("essential", True) is True:
            yield ("dependsOn", at, "condition"), (
                f"Container {container.get('name')} waits for essential container {other.get('name')} to "
                "end."
            )


def depends_on_health(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse waiting for the health of a container without a health check."""
    for at, need, other in _needs(container, task):
        if need.get("condition") == "HEALTHY" and not other.get("healthCheck"):
            yield ("dependsOn", at, "condition"), (
                f"Container {container.get('name')} waits until {other.get('name')} is healthy, but that "
                "has no health check."
            )


def _needs(container: dict, task: dict) -> Iterator[tuple[int, dict, dict]]:
    """Give each dependency on a container of the task, with that container."""
    named = containers(task)
    for at, need in entries(container["dependsOn"]):
        other = named.get(text(need.get("containerName")))
        if other is not None:
            yield at, need, other


def depends_on_circle(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse containers that wait for each other."""
    graph = {
        name: [text(need.get("containerName")) for _, need in entries(other.get("dependsOn"))]
        for name, other in containers(task).items()
    }
    circle = _circle(graph)
    if container.get("name") in circle:
        yield ("dependsOn",), f"Containers wait for each other in a circle, so none of them starts: {joined(circle)}."


def _circle(graph: dict[Any, list]) -> list[str]:
    from graphlib import CycleError, TopologicalSorter

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return sorted(set(map(str, error.args[1])))
    return []


RULES: Rules = {
    "containerDefinitions.dependsOn": {
        "depends-on-unknown": depends_on_unknown,
        "depends-on-essential": depends_on_essential,
        "depends-on-health": depends_on_health,
        "depends-on-circle": depends_on_circle,
    },
}
KINDS = {"taskDefinitions": (RULES,)}
