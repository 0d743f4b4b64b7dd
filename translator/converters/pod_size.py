"""What a pod takes as the scheduler counts it: running containers together, init containers one after the other.

https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
"""
from __future__ import annotations

from typing import Any, Callable

from . import quantity

Tree = dict[str, Any]


def amount(resources: Any, name: str, order: tuple[str, str] = ("requests", "limits")) -> Any:
    """Give a resource's quantity: the first of requests and limits that is set; a limit alone is the request, too."""
    for kind in order:
        given = resources.get(kind) if isinstance(resources, dict) else None
        if isinstance(given, dict) and given.get(name) is not None:
            return given[name]
    return None


def is_sidecar(container: Tree) -> bool:
    """Whether an init container runs on beside the others."""
    return container.get("restartPolicy") == "Always"


def effective(containers: Tree, count: Callable[[Tree], int | None]) -> int | None:
    """Give the most that is needed at one time; None where no container says anything."""
    running, peak, said = 0, 0, False
    for container in containers.values():
        if not isinstance(container, dict):
            continue
        need = count(container)
        said = said or need is not None
        if container.get("initContainer") and not is_sidecar(container):
            peak = max(peak, running + (need or 0))
        else:
            running += need or 0
    return max(running, peak) if said else None


def cpu_units(
    containers: Tree, pod: Any = None, overhead: Any = None, order: tuple[str, str] = ("requests", "limits")
) -> int | None:
    """Give a pod's CPU in units of 1/1024: of the pod itself where it says so, else of its containers; plus overhead."""
    return _total(containers, pod, overhead, "cpu", order, quantity.cpu_to_units)


def memory_mib(
    containers: Tree, pod: Any = None, overhead: Any = None, order: tuple[str, str] = ("limits", "requests")
) -> int | None:
    """Give a pod's memory in MiB, limits first: a task's memory is a hard cap as the limits are."""
    return _total(containers, pod, overhead, "memory", order, quantity.bytes_to_mebibytes)


def _total(
    containers: Tree, pod: Any, overhead: Any, name: str, order: tuple[str, str], count: Callable[[Any], int | None]
) -> int | None:
    whole = amount(pod, name, order)
    need = count(whole) if whole is not None else effective(containers, lambda one: _counted(one, name, order, count))
    extra = count(overhead[name]) if isinstance(overhead, dict) and overhead.get(name) is not None else None
    return need if extra is None else (need or 0) + extra


def _counted(container: Tree, name: str, order: tuple[str, str], count: Callable[[Any], int | None]) -> int | None:
    value = amount(container.get("resources"), name, order)
    return None if value is None else count(value)
