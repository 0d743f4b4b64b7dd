"""The script that writes configuration files <-> the container that runs it before all others."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..trees import Tree, get
from . import file_script

NAME = "config-files"
SHELL = ["sh", "-c"]


def container(
    script: file_script.Script,
    image: str,
    volumes: Iterable[str],
    texts: dict[str, str],
    secrets: dict[str, str],
    memory: int | None = None,
) -> Tree:
    """Give the container: `texts` and `secrets` are its variables, `memory` MiB that instances set aside for it."""
    made: Tree = {
        "image": image, "essential": False, "entryPoint": list(SHELL), "command": [file_script.spell(script)],
        "mountPoints": {f"{file_script.ROOT}/{volume}": {"sourceVolume": volume} for volume in volumes},
    }
    if memory is not None:
        made["memoryReservation"] = memory
    if texts:
        made["environment"] = {name: {"value": text} for name, text in texts.items()}
    if secrets:
        made["secrets"] = {name: {"valueFrom": text} for name, text in secrets.items()}
    return made


def is_container(one: Any) -> bool:
    """Whether a container does nothing but write files, by a script of ours."""
    return script_of(one) is not None and get(one, ("essential",)) is False and "dependsOn" not in one


def script_of(one: Any) -> file_script.Script | None:
    """Read what a container writes."""
    command = get(one, ("command",))
    if get(one, ("entryPoint",)) != SHELL or not isinstance(command, list) or len(command) != 1:
        return None
    return file_script.parse(command[0])


def volumes_of(one: Any) -> frozenset[str]:
    """Give the names of the volumes that the container fills."""
    points = get(one, ("mountPoints",))
    names = [get(point, ("sourceVolume",)) for point in points.values()] if isinstance(points, dict) else []
    return frozenset(name for name in names if isinstance(name, str))
