"""Task and container sizes <-> the sizes that ECS and Fargate have."""
from __future__ import annotations

import functools
from typing import Any, Iterator

from ..converters import fargate, quantity
from .ecs_book import is_windows
from .rules import Hit, Rules
from .values import entries, joined, number, unknown

CONTAINERS = "containerDefinitions"
# API_RegisterTaskDefinition, cpu: what a task on instances may ask for, in CPU units.
LEAST_CPU, MOST_CPU = 128, 196608


@functools.lru_cache(1024)
def _cpu(value: str | int) -> int | None:
    return quantity.ecs_cpu(value)


@functools.lru_cache(1024)
def _memory(value: str | int) -> int | None:
    return quantity.ecs_memory(value)


@functools.lru_cache(1024)
def _is_size(cpu: int, memory: int, windows: bool) -> bool:
    return fargate.is_size(cpu, memory, windows)


def ecs_cpu(value: Any) -> int | None:
    """Read CPU units; None for what is none."""
    return _cpu(value) if isinstance(value, (str, int)) else None


def ecs_memory(value: Any) -> int | None:
    """Read MiB; None for what is none."""
    return _memory(value) if isinstance(value, (str, int)) else None


def task_size_unreadable(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse a size that is no number of CPU units, vCPUs, MiB or GB."""
    for member, read in (("cpu", ecs_cpu), ("memory", ecs_memory)):
        value = task.get(member)
        if value is not None and not unknown(value) and read(value) is None:
            yield (member,), f"{member} is {value!r}, which is no size of a task."


def container_sum(member: str) -> Any:
    """Make a rule that the containers ask for no more than the task has."""
    read = ecs_cpu if member == "cpu" else ecs_memory

    def rule(task: dict, book: Any) -> Iterator[Hit]:
        whole = read(task[member])
        parts = [_reserved(container, member) for _, container in entries(task.get(CONTAINERS))]
        if whole is not None and None not in parts and sum(parts) > whole:
            yield (member,), f"The containers reserve {sum(parts)} of {member}, the task has {whole}."

    return rule


def _reserved(container: dict, member: str) -> float | None:
    reserved = container.get("memoryReservation") if member == "memory" else None
    value = container.get(member) if reserved is None else reserved
    return 0 if value is None else number(value)


def container_limit(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse a container that may use more memory than its task has."""
    whole = ecs_memory(task["memory"])
    for at, container in entries(task.get(CONTAINERS)):
        limit = number(container.get("memory"))
        if whole is not None and limit is not None and limit > whole:
            yield (CONTAINERS, at, "memory"), (
                f"Container {container.get('name')} may use {limit} MiB, the task has {whole} MiB."
            )


def task_cpu_range(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse task CPU that no instance has."""
    units = ecs_cpu(task["cpu"])
    if units is not None and not LEAST_CPU <= units <= MOST_CPU:
        yield ("cpu",), f"cpu is {units} units; a task on instances takes {LEAST_CPU} to {MOST_CPU}."


def fargate_size(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse a task size that Fargate does not sell."""
    missing = [member for member in ("cpu", "memory") if task.get(member) is None]
    if missing:
        yield (), f"A task on Fargate says its {joined(missing)}."
        return
    cpu, memory = ecs_cpu(task["cpu"]), ecs_memory(task["memory"])
    windows = is_windows(task)
    if cpu is not None and memory is not None and not _is_size(cpu, memory, windows):
        near = joined(f"{units}/{mib}" for units, mib in fargate.nearest(cpu, memory, windows))
        yield ("memory",), (
            f"Fargate has no {'Windows ' * windows}task of {cpu} CPU units and {memory} MiB; near it are "
            f"{near}."
        )


RULES: Rules = {
    CONTAINERS: {"task-size-unreadable": task_size_unreadable},
    "cpu": {"cpu-sum": container_sum("cpu")},
    "memory": {"memory-sum": container_sum("memory"), "container-limit": container_limit},
}
ON_FARGATE: Rules = {CONTAINERS: {"fargate-size": fargate_size}}
ON_INSTANCES: Rules = {"cpu": {"task-cpu-range": task_cpu_range}}

KINDS = {"taskDefinitions": (RULES,)}
PLATFORMS = {"FARGATE": (ON_FARGATE,), **dict.fromkeys(("EC2", "EXTERNAL", "ANY"), (ON_INSTANCES,))}
