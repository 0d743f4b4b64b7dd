"""volumeMounts of a container <-> its mount points, its tmpfs and its shared memory."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..converters import quantity
from ..converters.file_container import copies_into
from ..converters.names import dns_label
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from .volumes_plan import SHARED_MEMORY, Place, Pod, places, slug, whole_of
from .volumes_storage import Around

EC2 = "EC2"


def pod_of(spec: Any, claims: Any, volumes: Any, classes: Any, templates: Any, clock: Any, environment: Tree) -> Pod:
    """Put together what the mounts of a pod depend on; `clock` is the schedule of what runs by one."""
    return Pod(
        spec, Around(claims, volumes, classes, environment), environment.get("launchType"), templates, clock is not None
    )


# --- to ECS ------------------------------------------------------------------------------------

def _to_mounts(own: Any, name: str, *given: Any) -> tuple:
    pod = pod_of(*given)
    found = list(places(pod, name).values())
    points = {place.path: _point(place) for place in found if place.volume is not None}
    memory = {place.path: place for place in found if place.memory is not None}
    shared = memory.pop(SHARED_MEMORY, None) if pod.launch == EC2 else None
    return (
        points or None,
        {path: _tmpfs(one) for path, one in memory.items()} or None,
        None if shared is None else shared.memory,
        None,
    )


def _point(place: Place) -> Tree:
    return tree(sourceVolume=place.volume, readOnly=place.read_only)


def _tmpfs(place: Place) -> Tree:
    return tree(size=place.memory, mountOptions=["ro"] if place.read_only else None)


# --- to Kubernetes -----------------------------------------------------------------------------

def _from_mounts(
    points: Any, tmpfs: Any, shared: Any, others: Any, name: str, containers: Any, volumes: Any, writer: Any
) -> Tree | None:
    made = _of_others(others, containers, volumes, writer)
    made.update(_of_points(points, volumes, writer))
    names = memory_names(containers, volumes)
    for path, one in tmpfs.items() if isinstance(tmpfs, dict) else ():
        made[path] = tree(
            name=names.get((name, path)), readOnly=True if "ro" in (get(one, ("mountOptions",)) or ()) else None
        )
    if shared is not None:
        made[SHARED_MEMORY] = {"name": names[name, SHARED_MEMORY]}
    return made or None


def _of_points(points: Any, volumes: Any, writer: Any) -> Tree:
    made: Tree = {}
    for path, point in points.items() if isinstance(points, dict) else ():
        made.update(_mounts_of(path, point, volumes, writer))
    return made


def _mounts_of(path: str, point: Any, volumes: Any, writer: Any) -> Iterator[tuple[str, Tree]]:
    """Give the mounts for one mount point: of a volume, of a part of one, or of each file put into a directory."""
    source, read_only = get(point, ("sourceVolume",)), get(point, ("readOnly",))
    copied = copies_into(writer, source)
    for one, target in copied:
        volume, _, part = one.partition("/")
        file = target.partition("/")[2]
        yield f"{path}/{file}" if file else path, tree(name=volume, subPath=part.removesuffix("/."), readOnly=read_only)
    if copied or source is None:
        return
    base = whole_of(source, volumes) if get(volumes, (source,)) is not None else None
    yield (
        path,
        tree(name=base[0], subPath=base[1], readOnly=read_only) if base else tree(name=source, readOnly=read_only),
    )


def _of_others(others: Any, containers: Any, volumes: Any, writer: Any) -> Tree:
    """Mount what other containers mount, at the same paths; for reading only where either side says so."""
    made: Tree = {}
    for source, entry in others.items() if isinstance(others, dict) else ():
        for path, mount in _of_points(get(containers, (source, "mountPoints")), volumes, writer).items():
            made[path] = {**mount, "readOnly": True} if get(entry, ("readOnly",)) else mount
    return made


mounts = TwoWay(_to_mounts, _from_mounts)


# --- memory ------------------------------------------------------------------------------------

def memory_names(containers: Any, volumes: Any) -> dict[tuple[str, str], str]:
    """Name the volumes that stand for memory: a tmpfs has no name."""
    made: dict[tuple[str, str], str] = {}
    taken = set(volumes) if isinstance(volumes, dict) else set()
    for name, path, _ in _memory(containers):
        wanted = dns_label(f"{name}-shm" if path == SHARED_MEMORY else f"{name}-tmpfs-{slug(path).lower()}".strip("-_"))
        while wanted in taken:
            wanted = dns_label(f"{wanted}-2")
        taken.add(wanted)
        made[name, path] = wanted
    return made


def _memory(containers: Any) -> Iterator[tuple[str, str, int | None]]:
    """Give (container, path, MiB) of all memory that containers mount."""
    for name, container in containers.items() if isinstance(containers, dict) else ():
        linux = get(container, ("linuxParameters",)) or {}
        for path, one in linux.get("tmpfs", {}).items() if isinstance(linux.get("tmpfs"), dict) else ():
            yield name, path, get(one, ("size",))
        if linux.get("sharedMemorySize") is not None:
            yield name, SHARED_MEMORY, linux["sharedMemorySize"]


def _memory_volumes(containers: Any, volumes: Any) -> Tree | None:
    names = memory_names(containers, volumes)
    sizes = {names[name, path]: size for name, path, size in _memory(containers)}
    return {
        name: tree(medium="Memory", sizeLimit=quantity.mebibytes_to_bytes(size) if size else None)
        for name, size in sizes.items()
    } or None


memory_volumes = TwoWay(lambda *given: (), _memory_volumes)


