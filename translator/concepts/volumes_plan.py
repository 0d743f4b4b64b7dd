"""Where each of a pod's mounts goes in a task: a volume, a part of one as a volume of its own, or memory.

ECS mounts whole volumes at directories. A part of a volume (`subPath`) becomes a volume of its own, and a single
file is put into a volume at the directory that holds it. Memory is a tmpfs of one container.
"""
from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..converters import pod_size, quantity
from ..trees import Tree, get
from .volumes_storage import CONFIGURATIONS, DISK, EFS, NONE, Around, of_claim, of_server

FILE_KINDS = ("configMap", "secret", "downwardAPI", "projected")
SECRETS_DRIVER = "secrets-store.csi.k8s.io"
SHARED_MEMORY = "/dev/shm"
DEFAULT_MEMORY = 64  # MiB, as Docker's /dev/shm has
# Directories that hold an image's own programs and settings: a volume there would hide them all.
SYSTEM_DIRECTORIES = frozenset((
    "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/opt", "/proc", "/root", "/run", "/sbin",
    "/srv", "/sys", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/local/bin", "/usr/local/lib",
    "/usr/sbin", "/usr/share", "/var", "/var/lib", "/var/run",
))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mount goes: a volume at a path, or memory of a size; `part` is what it shows of the pod's volume."""

    path: str
    volume: str | None = None
    read_only: bool | None = None
    memory: int | None = None
    part: str = ""
    file: str = ""


class Pod:
    """A pod's volumes and containers, and what stands around them."""

    def __init__(
        self, spec: Any, around: Around, launch: str | None = None, templates: Any = None, clocked: bool = False
    ):
        self.spec, self.around, self.launch, self.clocked = spec, around, launch, clocked
        made = {name: {"ephemeral": {"volumeClaimTemplate": one}} for name, one in _maps(templates)}
        # A StatefulSet's own volumes go by their templates' names before the pod's.
        self.volumes: Tree = {**dict(_maps(get(spec, ("volumes",)))), **made}
        self.containers: Tree = dict(_maps(get(spec, ("containers",))))

    @functools.cached_property
    def disk(self) -> str | None:
        """Give the volume that becomes the one disk which a task may have; EventBridge Scheduler configures none."""
        if self.launch == "EXTERNAL" or self.clocked:
            return None
        return next((name for name, volume in self.volumes.items() if is_disk(volume, self.around)), None)

    @functools.cached_property
    def used(self) -> dict[Any, list[Tree]]:
        """Give the mounts of each volume."""
        made: dict[Any, list[Tree]] = {}
        for _, _, mount in mounts(self):
            made.setdefault(mount.get("name"), []).append(mount)
        return made


def _maps(entries: Any) -> Iterator[tuple[str, Tree]]:
    for key, entry in entries.items() if isinstance(entries, dict) else ():
        if isinstance(entry, dict):
            yield key, entry


def mounts(pod: Pod, only: str | None = None) -> Iterator[tuple[str, str, Tree]]:
    """Give every mount, or those of one container: container, path, mount."""
    for name in pod.containers if only is None else (only,):
        for path, mount in _maps(get(pod.containers, (name, "volumeMounts"))):
            if isinstance(mount.get("name"), str):
                yield name, path, mount


# --- what a volume is --------------------------------------------------------------------------

def shows_files(volume: Any) -> bool:
    """Whether a volume shows configuration as files."""
    return (
        any(get(volume, (kind,)) is not None for kind in FILE_KINDS) or get(volume, ("csi", "driver")) == SECRETS_DRIVER
    )


def in_memory(pod: Pod, name: Any) -> bool:
    """Whether a volume can be a tmpfs: it is in memory, and mounted once, whole."""
    if get(pod.volumes.get(name), ("emptyDir", "medium")) != "Memory":
        return False
    used = pod.used.get(name, [])
    return len(used) == 1 and not used[0].get("subPath") and not used[0].get("subPathExpr")


def ecs_volume(name: str, pod: Pod) -> Tree | None:
    """Give the ECS volume for one of the pod's; a plain directory of the task where ECS has nothing better."""
    volume = pod.volumes.get(name, {})
    if in_memory(pod, name):
        return None
    path = get(volume, ("hostPath", "path"))
    if path is not None and pod.launch != "FARGATE":
        return {"host": {"sourcePath": path}}
    served = of_server(volume["nfs"]) if "nfs" in volume else None
    if served is not None:
        return {CONFIGURATIONS[EFS]: served}
    claim = get(volume, ("persistentVolumeClaim", "claimName"))
    if claim is not None:
        found = of_claim(claim, pod.around)
        if found.kind not in (DISK, NONE):
            return {CONFIGURATIONS[found.kind]: found.configuration}
    return {"configuredAtLaunch": True} if name == pod.disk else {"host": {}}


def is_disk(volume: Any, around: Around) -> bool:
    """Whether a volume is a disk of its own."""
    if get(volume, ("ephemeral",)) is not None:
        return get(volume, ("ephemeral", "volumeClaimTemplate", "spec", "volumeMode")) != "Block"
    claim = get(volume, ("persistentVolumeClaim", "claimName"))
    return claim is not None and of_claim(claim, around).kind == DISK


# --- where a mount goes ------------------------------------------------------------------------

def places(pod: Pod, only: str | None = None) -> dict[tuple[str, str], Place]:
    """Give the place of each mount that has one, or of one container's, by container and path."""
    taken = {(container, path) for container, path, mount in mounts(pod, only) if not is_file(pod, mount)}
    made = {}
    for container, path, mount in mounts(pod, only):
        found = _place(pod, container, path, mount, taken)
        if found is not None:
            made[container, path] = found
    return made


def _place(pod: Pod, container: str, path: str, mount: Tree, taken: set) -> Place | None:
    name = mount.get("name")
    volume = pod.volumes.get(name)
    if not isinstance(name, str) or volume is None:
        return None
    read_only = _read_only(volume, mount)
    if in_memory(pod, name):
        return Place(path, None, read_only, memory_of(pod, container, volume))
    part = _clean(mount.get("subPath"))
    if not part or name == pod.disk:
        return Place(path, name, read_only)
    if is_file(pod, mount):
        directory, file = posixpath.split(path)
        free = directory not in SYSTEM_DIRECTORIES and (container, directory) not in taken
        return Place(directory, f"{container}_{slug(directory)}", True, part=part, file=file) if free and file else None
    return Place(path, f"{name}_{slug(part)}", read_only, part=part)


def _clean(path: Any) -> str:
    """Give a path within a volume without slashes at its ends; nothing for the volume itself."""
    cleaned = posixpath.normpath(path) if isinstance(path, str) and path else ""
    return "" if cleaned in (".", "/") or cleaned.startswith("..") else cleaned.strip("/")


def _read_only(volume: Tree, mount: Tree) -> bool | None:
    """Configuration is never written to; a claim may be for reading alone."""
    if shows_files(volume) or get(volume, ("persistentVolumeClaim", "readOnly")) is True:
        return True
    return mount.get("readOnly")


def is_file(pod: Pod, mount: Tree) -> bool:
    """Whether a mount shows one file of a configuration."""
    part = _clean(mount.get("subPath"))
    volume = pod.volumes.get(mount.get("name"))
    if not part or not shows_files(volume):
        return False
    return not any(other.startswith(f"{part}/") for other in listed_paths(volume))


def listed_paths(volume: Any) -> Iterator[str]:
    """Give the paths that a volume lists; only listed files lie in directories."""
    sources = [volume, *dict(_maps(get(volume, ("projected", "sources")))).values()]
    for source in sources:
        for kind in ("configMap", "secret", "downwardAPI"):
            yield from dict(_maps(get(source, (kind, "items"))))


def slug(path: str) -> str:
    """Spell a path with what names of volumes may have: `a/b` is `a_b`."""
    letters = (
        letter if letter.isascii() and letter.isalnum() else "_" if letter == "/" else "-" for letter in path.strip("/")
    )
    return "".join(letters)[:200]


def memory_of(pod: Pod, container: str, volume: Tree) -> int:
    """Give the MiB of a volume in memory: its limit, else its container's, which Kubernetes does not let it pass."""
    limit = get(volume, ("emptyDir", "sizeLimit"))
    if limit is None:
        limit = pod_size.amount(get(pod.containers, (container, "resources")), "memory", ("limits", "requests"))
    return (quantity.bytes_to_mebibytes(limit) if limit is not None else None) or DEFAULT_MEMORY


# --- parts of volumes as volumes ---------------------------------------------------------------

def parts(pod: Pod) -> Tree:
    """Give the volumes that stand for parts of volumes, by name."""
    made = {}
    for (container, path), place in places(pod).items():
        if place.part and place.volume is not None:
            name = get(pod.containers, (container, "volumeMounts", path, "name"))
            made[place.volume] = (
                {"host": {}} if place.file else part_of(ecs_volume(name, pod) or {"host": {}}, place.part)
            )
    return made


def part_of(volume: Tree, part: str) -> Tree:
    """Give the ECS volume that shows a directory of another."""
    path = get(volume, ("host", "sourcePath"))
    if path is not None:
        return {"host": {"sourcePath": posixpath.join(path, part)}}
    for kind in ("efsVolumeConfiguration", "s3filesVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"):
        if kind in volume:
            root = volume[kind].get("rootDirectory") or "/"
            return {kind: {**volume[kind], "rootDirectory": posixpath.join(root, part)}}
    return {"host": {}}


def copies(pod: Pod) -> tuple[tuple[str, str], ...]:
    """Give what of the files must be copied into volumes of their own: (from, to)."""
    made = []
    for (container, path), place in places(pod).items():
        name = get(pod.containers, (container, "volumeMounts", path, "name"))
        if place.part and place.volume is not None and shows_files(pod.volumes.get(name)):
            source, target = f"{name}/{place.part}", place.volume
            made.append((source, f"{target}/{place.file}") if place.file else (f"{source}/.", target))
    return tuple(dict.fromkeys(made))


def whole_of(name: str, volumes: Any) -> tuple[str, str] | None:
    """Tell the volume and the directory of it that an ECS volume stands for; None for one that stands for itself."""
    base, line, part = name.partition("_")
    directory = part.replace("_", "/")
    other = get(volumes, (base,))
    if (
        not line
        or not part
        or not isinstance(other, dict)
        or "configuredAtLaunch" in other
        or part_of(other or {"host": {}}, directory) != volumes[name]
    ):
        return None
    return base, directory
