"""What a pod's volumes ask for and a task cannot give, or not without a person's help -> whether to say so."""
from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get
from . import variables_known as known
from .volumes_files import Variables, can_write, origins_of
from .volumes_mounts import pod_of
from .volumes_plan import in_memory, is_disk, mounts, places, shows_files
from .volumes_storage import DISK, NONE, Around, Storage, of_claim


def _speaks_of_kubernetes(asked: Any) -> TwoWay:
    return TwoWay(asked, lambda *given: None)


# --- claims ------------------------------------------------------------------------------------

def _claim(name: Any, claims: Any, volumes: Any, classes: Any, environment: Tree) -> Storage | None:
    return of_claim(name, Around(claims, volumes, classes, environment)) if isinstance(name, str) else None


disk_is_lost = _speaks_of_kubernetes(lambda *given: (found := _claim(*given)) is not None and found.kind == DISK)
no_counterpart = _speaks_of_kubernetes(lambda *given: (found := _claim(*given)) is not None and found.kind == NONE)
to_fill_in = _speaks_of_kubernetes(lambda *given: (found := _claim(*given)) is not None and found.fresh)


def _second_disk(claim: Any, disk: Any, name: str, *given: Any) -> bool:
    pod = pod_of(*given)
    return name != pod.disk and is_disk(pod.volumes.get(name), pod.around)


second_disk = _speaks_of_kubernetes(_second_disk)
bare_disk = _speaks_of_kubernetes(lambda mode: mode == "Block")


# --- directories and memory --------------------------------------------------------------------

def _shared_memory(name: str, medium: Any, *given: Any) -> bool:
    return medium == "Memory" and not in_memory(pod_of(*given), name)


shared_memory = _speaks_of_kubernetes(lambda medium, name, *given: _shared_memory(name, medium, *given))
unlimited_memory = _speaks_of_kubernetes(
    lambda medium, limit, name, *given: limit is None and medium == "Memory" and in_memory(pod_of(*given), name))
special_path = _speaks_of_kubernetes(
    lambda kind: kind in ("File", "FileOrCreate", "Socket", "CharDevice", "BlockDevice")
)
names_a_socket = TwoWay(lambda *given: None, lambda path: isinstance(path, str) and path.endswith("docker.sock"))
docker_shared = TwoWay(lambda *given: None, lambda scope: scope == "shared")
empty_on_start = TwoWay(lambda *given: None, lambda others: bool(others))


# --- parts of volumes --------------------------------------------------------------------------

def _file_directory(own: Any, name: str, *given: Any) -> bool:
    """Whether a single file is put into a directory of which a volume hides the rest."""
    return any(place.file for place in places(pod_of(*given), name).values())


def _part_of_disk(own: Any, name: str, *given: Any) -> bool:
    pod = pod_of(*given)
    return any(
        mount.get("name") == pod.disk and mount.get("subPath")
        for _, _, mount in mounts(pod, name)
    )


def _hidden_parts(own: Any, name: str, *given: Any) -> bool:
    """Whether a container mounts a whole scratch directory of which another mount shows a part."""
    pod = pod_of(*given)
    parted = {
        mount.get("name")
        for _, _, mount in mounts(pod)
        if mount.get("subPath") and not shows_files(pod.volumes.get(mount.get("name")))
    }
    shared = {
        one
        for one in parted
        if get(pod.volumes.get(one), ("hostPath",)) is None and get(pod.volumes.get(one), ("emptyDir",)) is not None
    }
    return any(
        mount.get("name") in shared and not mount.get("subPath") for _, _, mount in mounts(pod, name)
    )


file_directory = _speaks_of_kubernetes(_file_directory)
part_of_disk = _speaks_of_kubernetes(_part_of_disk)
hidden_parts = _speaks_of_kubernetes(_hidden_parts)


# --- files -------------------------------------------------------------------------------------

def _writes_files(*given: Any) -> bool:
    *sources, spec, policy = given
    return can_write(spec, policy) and any(source is not None for source in sources)


def _unknown_files(*given: Any) -> bool:
    """Whether the files of a volume are not all known: the container that should write them fails instead."""
    *_, name, whole, config_maps, stored, external, classes, environment = given
    pod = pod_of(get(whole, ("spec",)), None, None, None, None, None, environment)
    around = known.Around(whole, config_maps, stored, external, classes, None, environment)
    found = origins_of(name, pod, around, Variables(environment)) if name in pod.volumes else ()
    return can_write(get(whole, ("spec",)), get(environment, ("ecs", "configFiles"))) and any(
        not origin.known for origin in found
    )


writes_files = _speaks_of_kubernetes(_writes_files)
unknown_files = _speaks_of_kubernetes(_unknown_files)
