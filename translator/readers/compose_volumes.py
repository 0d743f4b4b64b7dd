"""`volumes` and `tmpfs` of a Compose service -> volumes, mount points and memory file systems of its task.

https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from .compose_service import Service, amount, called, size
from .spellings import placeholder
from .taking import Node

MEMORY = 64  # MiB: ECS wants a size, and Compose has none unless it is said


@dataclass
class Mounted:
    """What a task mounts."""

    volumes: dict[str, dict[str, Any]] = field(default_factory=dict)
    mounts: list[dict[str, Any]] = field(default_factory=list)
    memory: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Mount:
    """One entry of `volumes`: what is mounted, where, and whether it may be written to."""

    kind: str
    source: Node
    target: Node
    read_only: Any
    spec: Node


def mounted(service: Service) -> Mounted:
    """Give what a service mounts."""
    made = Mounted()
    for entry in service.node["volumes"].each():
        mount = _long(entry) if entry.is_map() else _short(entry)
        if mount.target:
            MOUNTS.get(mount.kind, _other)(service, mount, made)
        elif entry:
            entry.wrong("a path in the container, alone or after a source")
    for entry in _list(service.node["tmpfs"]):
        made.memory.append(_memory(service, entry))
    return made


def _list(spec: Node) -> list[Node]:
    return list(spec.each()) if spec.is_list() else [spec] if spec else []


def _long(entry: Node) -> Mount:
    kind = str(entry["type"].use() or "volume")
    return Mount(kind, entry["source"].text(), entry["target"].text(), entry["read_only"].flag(), entry)


def _short(entry: Node) -> Mount:
    """Read `[SOURCE:]TARGET[:MODE]`; a source that is a path is the host's."""
    parts = str(entry.value).split(":")
    nothing = Node(entry.ledger, None, entry.path)
    source, target = (parts[0], parts[1]) if len(parts) > 1 else ("", parts[0])
    mode = parts[2].split(",") if len(parts) > 2 else []
    kind = "bind" if source[:1] in ("/", ".", "~") else "volume"
    read_only = entry.to(lambda value: True) if "ro" in mode else None
    return Mount(
        kind,
        entry.to(lambda value: source) if source else nothing,
        entry.to(lambda value: target) if target.startswith("/") else nothing,
        read_only,
        nothing,
    )


def _named(service: Service, mount: Mount, made: Mounted) -> None:
    """Mount a named volume: it outlives its containers, so on ECS it is a file system."""
    if not mount.source:
        _anonymous(service, mount, made)
        return
    key = str(mount.source.value)
    name = called(key)
    reference = f"${{{placeholder(key)}_FILE_SYSTEM_ID}}"
    service.gather(
        "named-volumes",
        "The volumes {} outlive their containers; they became EFS file systems, and placeholders stand for their ids.",
        key,
        mount.source,
    )
    folder = mount.spec["volume"]["subpath"].text().to(lambda path: "/" + path.strip("/"))
    made.volumes[name] = {
        "name": name,
        "efsVolumeConfiguration": {
            "fileSystemId": mount.source.to(lambda value: reference),
            "rootDirectory": folder,
            "transitEncryption": "ENABLED",
        },
    }
    _mount(made, name, mount)


def _anonymous(service: Service, mount: Mount, made: Mounted) -> None:
    """Mount a volume without a name: it goes with its task."""
    name = called(str(mount.target.value).strip("/").replace("/", "-")) or "volume"
    made.volumes[name] = {"name": name}
    _mount(made, name, mount)


def _bound(service: Service, mount: Mount, made: Mounted) -> None:
    """Mount a path of the host, where instances have it; what lies beside the Compose file is on no instance."""
    path = str(mount.source.value or "")
    if not path.startswith("/"):
        nodes = (mount.spec,) if mount.spec else (mount.target,)
        service.gather(
            "bind-mounts",
            "{} lie beside the Compose file, where no task can reach them; they were left out.",
            path,
            *nodes,
        )
        return
    name = called(path.strip("/").replace("/", "-")) or "root"
    made.volumes[name] = {"name": name, "host": {"sourcePath": mount.source}}
    _mount(made, name, mount)


def _in_memory(service: Service, mount: Mount, made: Mounted) -> None:
    asked = size(mount.spec["tmpfs"]["size"])
    if not asked:
        _say_size(service, mount.target)
    mode = mount.spec["tmpfs"]["mode"].text().to(lambda value: [f"mode={value}"])
    made.memory.append({"containerPath": mount.target, "size": asked.or_(MEMORY), "mountOptions": mode})


def _memory(service: Service, entry: Node) -> dict[str, Any]:
    """Read `PATH[:OPTIONS]`."""
    path, _, options = str(entry.value).partition(":")
    words = [word for word in options.split(",") if word]
    asked = next((word.removeprefix("size=") for word in words if word.startswith("size=")), None)
    rest = [word for word in words if not word.startswith("size=")]
    if asked is None:
        _say_size(service, entry)
    made = entry.to(lambda value: math.ceil(amount(asked) / 2**20)) if asked else MEMORY
    return {
        "containerPath": entry.to(lambda value: path),
        "size": made.or_(MEMORY) if isinstance(made, Node) else made,
        "mountOptions": entry.to(lambda value: rest) if rest else None,
    }


def _say_size(service: Service, node: Node) -> None:
    service.gather(
        "tmpfs-size", f"The memory file systems {{}} have no size; they got {MEMORY} MiB.", str(node.value), node
    )


def _other(service: Service, mount: Mount, made: Mounted) -> None:
    service.gather(
        "other-mounts",
        "{} are mounts of a kind that ECS does not have.",
        f"{mount.kind} {mount.target.value}",
        mount.spec,
    )


MOUNTS = {"volume": _named, "bind": _bound, "tmpfs": _in_memory}


def _mount(made: Mounted, name: str, mount: Mount) -> None:
    read_only = mount.read_only if mount.read_only is not None else Node(mount.target.ledger, None, mount.target.path)
    made.mounts.append({"sourceVolume": name, "containerPath": mount.target, "readOnly": read_only.or_(False)})
