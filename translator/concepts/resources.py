"""Resource requests and limits <-> container shares and reservations, and the task's size."""
from __future__ import annotations

from typing import Any

from ..converters import fargate, pod_size, quantity
from ..converters.two_way import TwoWay
from ..remembering import remembered
from ..trees import Tree

FARGATE = "FARGATE"
ORDERS = {"requests": ("requests", "limits"), "limits": ("limits", "requests")}
FREE_GIB, LEAST_GIB = 20, 21
LEAST_MIB = 6  # the least memory of a container (ContainerDefinition.memory)


def _one_shot(container: Any) -> bool:
    """Whether a container only runs before the others: its share would count against theirs for good."""
    return isinstance(container, dict) and bool(container.get("initContainer")) and not pod_size.is_sidecar(container)


def _alone(containers: Any) -> bool:
    return isinstance(containers, dict) and len(containers) == 1


# --- CPU ---------------------------------------------------------------------------------------

def _to_units(request: Any, container: Any, launch: Any) -> int | None:
    if _one_shot(container):
        return None
    resources = container.get("resources") if isinstance(container, dict) else None
    value = request if request is not None else pod_size.amount(resources, "cpu")
    return None if value is None else quantity.cpu_to_units(value)


def _to_request(units: Any, task: Any, containers: Any) -> str | None:
    own = quantity.ecs_cpu(units) if units is not None else None
    if not own:
        own = quantity.ecs_cpu(task) if task is not None and _alone(containers) else None
    return quantity.units_to_cpu(own) if own else None


cpu = TwoWay(_to_units, _to_request)
# The task's own size is the ceiling of its only container; of several, no one has a ceiling.
cpu_limit = TwoWay(
    lambda limit, *rest: (),
    lambda units, task, containers: quantity.units_to_cpu(task) if task is not None and _alone(containers) else None,
)


# --- memory ------------------------------------------------------------------------------------

def _to_memory(request: Any, limit: Any, container: Any, launch: Any) -> tuple | None:
    if _one_shot(container) and launch == FARGATE:
        return None
    hard, soft = _mebibytes(limit), _mebibytes(request)
    if _one_shot(container):  # on an instance every container must reserve something
        return None, LEAST_MIB
    if hard is not None:
        return hard, soft if soft is not None and soft < hard else None
    return None, LEAST_MIB if soft is None and launch != FARGATE and launch is not None else soft


def _mebibytes(value: Any) -> int | None:
    """Count memory in MiB, no less than Docker takes."""
    count = quantity.bytes_to_mebibytes(value) if value is not None else None
    return None if count is None else max(count, LEAST_MIB)


def _from_memory(hard: Any, soft: Any, task: Any, containers: Any) -> tuple | None:
    if hard is None and soft is None and _alone(containers):
        hard = task
    limit = quantity.mebibytes_to_bytes(hard) if hard is not None else None
    request = quantity.mebibytes_to_bytes(soft) if soft is not None else limit
    return request, limit


memory = TwoWay(_to_memory, _from_memory)


# --- the task ----------------------------------------------------------------------------------

def needs(
    resources: Any, overhead: Any, containers: Any, source: str | None = "requests"
) -> tuple[int | None, int | None]:
    """Give (CPU units, MiB) that a pod's task must hold."""
    containers = containers if isinstance(containers, dict) else {}
    return (pod_size.cpu_units(containers, resources, overhead, ORDERS.get(source or "requests", ORDERS["requests"])),
            pod_size.memory_mib(containers, resources, overhead))


def is_windows(selector: Any, name: Any) -> bool:
    """Whether a pod is for Windows nodes: Fargate sells fewer sizes with Windows."""
    chosen = selector.get("kubernetes.io/os") if isinstance(selector, dict) else None
    return "windows" in (chosen, name)


@remembered
def _to_task(
    resources: Any,
    overhead: Any,
    containers: Any,
    launch: str | None,
    source: str | None,
    selector: Any = None,
    system: Any = None,
) -> tuple | None:
    if launch != FARGATE:
        return _to_instance_task(resources, containers)
    if not isinstance(containers, dict):
        return None
    need = tuple(map(max, _whole(resources, overhead, containers, source), _reserved(containers)))
    size = fargate.pick(*need, is_windows(selector, system)) or need
    return str(size[0]), str(size[1])


def _whole(resources: Any, overhead: Any, containers: Any, source: str | None) -> tuple[int, int]:
    cpu_need, memory_need = needs(resources, overhead, containers, source)
    return cpu_need or 0, memory_need or 0


def _reserved(containers: Tree) -> tuple[int, int]:
    """Add up what each container reserves: no task is smaller (RegisterTaskDefinition)."""
    units, mebibytes = 0, 0
    for container in containers.values():
        resources = container.get("resources") if isinstance(container, dict) else None
        units += _to_units(None, container, FARGATE) or 0
        asked = [pod_size.amount(resources, "memory", (kind, kind)) for kind in ("requests", "limits")]
        hard, soft = _to_memory(*asked, container, FARGATE) or (None, None)
        mebibytes += soft or hard or 0
    return units, mebibytes


def _to_instance_task(resources: Any, containers: Any) -> tuple | None:
    """On an instance a task's CPU is the only ceiling there is: the pod's own limit, or its only container's."""
    only = next(iter(containers.values()), {}) if _alone(containers) else {}
    given = resources if isinstance(resources, dict) else (only.get("resources") if isinstance(only, dict) else None)
    limit = pod_size.amount(given, "cpu", ("limits", "limits"))
    units = quantity.cpu_to_units(limit) if limit is not None else None
    whole = pod_size.amount(resources, "memory", ("limits", "requests"))
    mebibytes = quantity.bytes_to_mebibytes(whole) if whole is not None else None
    return (str(units) if units and units >= 128 else None, str(mebibytes) if mebibytes else None)


def _from_task(task_cpu: Any, task_memory: Any, containers: Any, launch: str | None) -> tuple | None:
    """Give the pod's own resources where several containers share the task's size."""
    if not isinstance(containers, dict) or len(containers) < 2:
        return None
    units, mebibytes = quantity.units_to_cpu(task_cpu), quantity.mebibytes_to_bytes(task_memory)
    size = {key: value for key, value in (("cpu", units), ("memory", mebibytes)) if value is not None}
    if not size:
        return None
    unsized = not any(
        isinstance(one, dict) and (one.get("cpu") or one.get("memory") or one.get("memoryReservation"))
        for one in containers.values()
    )
    return ({"limits": size, "requests": dict(size)} if unsized or launch == FARGATE else {"limits": size}), None


task_size = TwoWay(_to_task, _from_task)


def _asks_nothing(containers: Any, resources: Any, launch: str | None) -> bool:
    return launch == FARGATE and isinstance(containers, dict) and needs(resources, None, containers) == (None, None)


smallest_size = TwoWay(_asks_nothing, lambda *given: None)


def _too_small(request: Any, limit: Any) -> bool:
    """Whether memory is said in thousandths of a byte (`100m`), or is less than Docker can give."""
    amounts = [quantity.parse(value) for value in (request, limit) if value is not None]
    return any(amount is not None and 0 < amount < LEAST_MIB << 20 for amount in amounts)


too_small = TwoWay(_too_small, lambda *given: None)
shared_size = TwoWay(
    lambda *given: None, lambda cpu, memory, containers: isinstance(containers, dict) and len(containers) > 1
)
disk_of_instance = TwoWay(
    lambda requests, limits, launch: launch not in (None, FARGATE), lambda *given: None
)


def _to_gibibytes(requests: Any, limits: Any, volumes: Any, launch: str | None) -> int | None:
    """Take the larger of what containers ask for and what volumes on disk may hold; 20 GiB are there anyway."""
    if launch != FARGATE:
        return None
    names = {**(requests or {}), **(limits or {})}
    own = [quantity.parse((limits or {}).get(name, (requests or {}).get(name))) or 0 for name in names]
    disks = [quantity.parse(one["sizeLimit"]) or 0 for one in (volumes or {}).values()
             if isinstance(one, dict) and one.get("sizeLimit") is not None and one.get("medium") != "Memory"]
    size = quantity.bytes_to_gibibytes(quantity.spell(max(sum(own), sum(disks)))) if own or disks else None
    return max(size, LEAST_GIB) if size and size > FREE_GIB else None


def _from_gibibytes(size: int | None, containers: Any) -> tuple | None:
    if size is None or not isinstance(containers, dict) or not containers:
        return None
    first = next(
        (name for name, one in containers.items() if isinstance(one, dict) and one.get("essential") is not False),
        next(iter(containers)),
    )
    return {first: f"{size}Gi"}, None


storage_size = TwoWay(_to_gibibytes, _from_gibibytes)


# --- GPUs --------------------------------------------------------------------------------------

def _to_gpus(limit: Any, request: Any) -> str | None:
    value = (
        quantity.parse(limit if limit is not None else request) if limit is not None or request is not None else None
    )
    return str(value) if value is not None and value.denominator == 1 and value > 0 else None


gpu = TwoWay(_to_gpus, lambda value: (value, value) if isinstance(value, str) and value.isdigit() else None)
