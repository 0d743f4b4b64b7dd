"""A task definition <-> the same without the container that writes its configuration files, and that container.

ECS has no volumes that show a ConfigMap or a Secret. The container that writes such files instead is no container of
the application: in the application's tree it has a slot of its own, so that nothing takes it for one.
"""
from __future__ import annotations

from ..converters.file_container import NAME, is_container
from ..trees import Tree, get

SLOT = "fileWriter"
WITHIN = ("containerDefinitions", NAME)
WAITS = {"condition": "SUCCESS"}


def split(definition: Tree) -> tuple[Tree, Tree | None]:
    """Take the container out, with what says that others wait for it; None where there is none of ours."""
    containers = definition.get("containerDefinitions")
    writer = get(containers, (NAME,))
    if not is_container(writer) or not all(_waits(one) for name, one in containers.items() if name != NAME):
        return definition, None
    others = {name: _free(one) for name, one in containers.items() if name != NAME}
    return {**definition, "containerDefinitions": others}, writer


def join(tree: Tree) -> Tree:
    """Put the container back, first; every container that waits for no other waits for it."""
    writer = tree.get(SLOT)
    if writer is None:
        return tree
    rest = {slot: entry for slot, entry in tree.items() if slot != SLOT}
    definition = rest.get("taskDefinition", {})
    others = definition.get("containerDefinitions", {})
    waiting = {
        name: one if one.get("dependsOn") else {**one, "dependsOn": {NAME: WAITS}} for name, one in others.items()
    }
    return {**rest, "taskDefinition": {**definition, "containerDefinitions": {NAME: writer, **waiting}}}


def _waits(container: Tree) -> bool:
    """Whether a container waits for the files as it would here: itself, or through those that it waits for."""
    needed = get(container, ("dependsOn",)) or {}
    return needed == {NAME: WAITS} if len(needed) < 2 and NAME in needed else bool(needed) and NAME not in needed


def _free(container: Tree) -> Tree:
    if NAME not in container.get("dependsOn", {}):
        return container
    return {key: value for key, value in container.items() if key != "dependsOn"}
