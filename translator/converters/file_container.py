"""The script that writes configuration files <-> the container that runs it before all others."""
from __future__ import annotations

import functools
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
    points, below = get(one, ("mountPoints",)) or {}, f"{file_script.ROOT}/"
    own = all(get(point, ("sourceVolume",)) == path.removeprefix(below) for path, point in points.items())
    return own and script_of(one) is not None and get(one, ("essential",)) is False and "dependsOn" not in one


def script_of(one: Any) -> file_script.Script | None:
    """Read what a container writes."""
    command = get(one, ("command",))
    if get(one, ("entryPoint",)) != SHELL or not isinstance(command, list) or len(command) != 1:
        return None
    return file_script.parse(command[0])


def fills(one: Any, volume: str) -> bool:
    """Whether the container writes into a volume."""
    return get(one, ("mountPoints", f"{file_script.ROOT}/{volume}")) is not None


def copies_into(one: Any, volume: Any) -> list[tuple[str, str]]:
    """Give what the container copies into a volume: (from, to)."""
    return _copies(one["command"][0]).get(volume, []) if script_of(one) is not None else []


@functools.lru_cache(maxsize=16)
def _copies(text: str) -> dict[str, list[tuple[str, str]]]:
    script, made = file_script.parse(text), {}
    for source, target in script.copies if script is not None else ():
        made.setdefault(target.partition("/")[0], []).append((source, target))
    return made
