"""Volumes of a pod and what they are bound to <-> volumes of a task: directories, file systems, disks."""
from __future__ import annotations

from typing import Any

from ..converters.file_container import fills
from ..converters.two_way import TwoWay
from ..trees import Tree, get
from .volumes_disks import ephemeral, service_disks, storage_classes, task_disks
from .volumes_files import writer
from .volumes_mounts import memory_volumes, mounts, pod_of
from .volumes_notices import (
    bare_disk,
    disk_is_lost,
    docker_shared,
    empty_on_start,
    file_directory,
    hidden_parts,
    names_a_socket,
    no_counterpart,
    part_of_disk,
    second_disk,
    shared_memory,
    special_path,
    to_fill_in,
    unknown_files,
    unlimited_memory,
    writes_files,
)
from .volumes_plan import ecs_volume, parts, whole_of
from .volumes_storage import CONFIGURATIONS, claim_name, claims_of

__all__ = [
    "bare_disk",
    "claims",
    "disk_is_lost",
    "docker_shared",
    "empty_on_start",
    "file_directory",
    "hidden_parts",
    "made",
    "memory_volumes",
    "mounts",
    "names_a_socket",
    "no_counterpart",
    "part_of_disk",
    "second_disk",
    "service_disks",
    "shared_memory",
    "source",
    "special_path",
    "storage_classes",
    "task_disks",
    "to_fill_in",
    "unknown_files",
    "unlimited_memory",
    "writer",
    "writes_files",
]
DOCKER = "/var/lib/docker/volumes"
# Files that people mount, which a directory must not be made for.
FILES = frozenset({"/etc/localtime", "/etc/hostname", "/etc/hosts", "/etc/passwd", "/etc/group", "/etc/timezone"})


# --- one volume --------------------------------------------------------------------------------

def _to_ecs(volume: Any, name: str, *given: Any) -> Tree | None:
    return ecs_volume(name, pod_of(*given))


def _to_kubernetes(volume: Any, name: str, filled_by: Any, volumes: Any, service: Any, task: Any,
                   application: Any, environment: Tree) -> Tree | None:
    if not isinstance(volume, dict) or fills(filled_by, name) or whole_of(name, volumes) is not None:
        return None
    if any(isinstance(volume.get(kind), dict) for kind in CONFIGURATIONS.values()):
        return {"persistentVolumeClaim": {"claimName": claim_name(application, name)}}
    launched = ephemeral(volume.get("configuredAtLaunch"), name, service, task, application, environment)
    if launched is not None:
        return {"ephemeral": launched}
    path = get(volume, ("host", "sourcePath"))
    if get(volume, ("dockerVolumeConfiguration", "scope")) == "shared":
        path = f"{DOCKER}/{name}/_data"
    return {"hostPath": _host_path(path)} if path else {"emptyDir": {}}


def _host_path(path: str) -> Tree:
    """Docker makes a directory where nothing is; what looks like a file is mounted as it is."""
    file = "." in path.rpartition("/")[2].lstrip(".") or path.startswith("/dev/") or path in FILES
    return {"path": path} if file else {"path": path, "type": "DirectoryOrCreate"}


source = TwoWay(_to_ecs, _to_kubernetes)


# --- volumes that follow from others -----------------------------------------------------------

def _made(*given: Any) -> Tree | None:
    """Give the volumes for a StatefulSet's own disks, and for parts of volumes."""
    pod = pod_of(*given)
    own = given[4] if isinstance(given[4], dict) else {}
    templates = {name: volume for name in own if (volume := ecs_volume(name, pod)) is not None}
    return {**templates, **parts(pod)} or None


made = TwoWay(_made, lambda *given: ())


def _claims(volumes: Any, application: Any) -> tuple | None:
    known = volumes if isinstance(volumes, dict) else {}
    return claims_of(known, application, frozenset(name for name in known if whole_of(name, known) is not None))


claims = TwoWay(lambda *given: (), _claims)
