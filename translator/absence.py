"""A value <-> nothing said: what a platform takes where a member is absent, assigns itself, or derives from another member."""
from __future__ import annotations

import functools
from typing import Any

from . import rows
from .converters import images
from .findings import is_default
from .model import ECS, KUBERNETES
from .owners import owners
from .trees import Path, Tree, get, same

# Members that the API server fills in; where somebody chose them (`None` for a headless Service), they are said.
ASSIGNED = ("clusterIP", "clusterIPs", "ipFamilies", "healthCheckNodePort")
DAEMON, REPLICA = (0, 100), (100, 200)


def says_nothing(path: Path, value: Any, tree: Tree, platform: str) -> bool:
    """Whether a platform would do the same if a leaf of its tree were not there."""
    known, found = absent(platform).of(path), owners(platform).of(path)
    if known is not None:
        return same(known[0], value)
    return found is not None and is_default(found[0], platform, path, value) or DERIVED[platform](path, value, tree)


class Defaults:
    """Values by pattern."""

    def __init__(self, patterns: dict[str, Any]):
        self.root: dict[str, Any] = {}
        for pattern, value in patterns.items():
            node = self.root
            for key in rows.split(pattern):
                node = node.setdefault(key, {})
            node[None] = [value]

    def of(self, path: Path) -> list | None:
        """Give the value that absence means, in a list; None where nothing is known."""
        nodes = [self.root]
        for key in path:
            nodes = [node[step] for node in nodes for step in (key, "*") if step in node]
        return next((node[None] for node in nodes if None in node), None)


@functools.cache
def absent(platform: str) -> Defaults:
    """Give the table of one platform."""
    return Defaults(rows.tables()["absence"][platform])


def _kubernetes(path: Path, value: Any, tree: Tree) -> bool:
    if path[0] == "services" and path[-1] in ASSIGNED:
        return value not in ("None", ["None"])
    if path[0] == "services" and path[-1] == "targetPort":
        return str(value) == path[-2].partition("/")[0]
    if path[-1] == "imagePullPolicy":
        return value == _pulled(str(get(tree, (*path[:-1], "image")) or ""))
    return path[-1] == "serviceAccount" and value == get(tree, (*path[:-1], "serviceAccountName"))


def _pulled(image: str) -> str:
    return "Always" if images.is_latest(image) else "IfNotPresent"


def _ecs(path: Path, value: Any, tree: Tree) -> bool:
    if path[-1] == "hostPort":
        return value == 0 or str(value) == path[-2].partition("/")[0] and get(tree, ("taskDefinition", "networkMode")) in ("awsvpc", "host")
    if path[:2] == ("service", "deploymentConfiguration") and path[-1] in ("minimumHealthyPercent", "maximumPercent"):
        bounds = DAEMON if get(tree, ("service", "schedulingStrategy")) == "DAEMON" else REPLICA
        return value == bounds[path[-1] == "maximumPercent"]
    return False


DERIVED = {KUBERNETES: _kubernetes, ECS: _ecs}
