"""One application: its tree, and which object stands behind each part of the tree."""
from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, Iterator

from .. import schema
from ..model import Field, Object
from ..trees import Path, Tree


# Not an object: what several applications have and only one can keep, by slot and name, with the keeper's name.
SHARED = "shared"


@dataclass(eq=False)
class Part:
    """Where one object stands in a tree: `at` in the tree is `within` in the object."""

    at: Path
    within: Path
    origin: Object
    platform: str
    shared: bool = False

    def path_of(self, path: Path) -> Path:
        """Give the object's own canonical path for a path of the tree."""
        return self.within + path[len(self.at):]

    def field(self, path: Path, was: Any = None, becomes: Any = None) -> Field:
        """Make the field of a finding: how a path of the tree reads within the object, and where it stands in its file."""
        canonical = self.path_of(path)
        raw = schema.raw_path(self.platform, self.origin.kind, self.origin.value, canonical)
        place = self.origin.locate(raw)
        if place is None:
            return Field(schema.show_path(canonical, raw), self.label, "", 0, 0, was, becomes)
        return Field(schema.show_path(canonical, raw), self.label, place.file, place.line, place.column, was, becomes)

    @functools.cached_property
    def label(self) -> str:
        """Name the object as reports do."""
        return identity(self.origin)

    def raw(self, path: Path) -> tuple[str | int, ...]:
        """Give where a path of the tree stands in the object, with list indexes."""
        return schema.raw_path(self.platform, self.origin.kind, self.origin.value, self.path_of(path))

    def show(self, path: Path) -> str:
        """Write a path of the tree as it reads within the object."""
        raw = schema.raw_path(self.platform, self.origin.kind, self.origin.value, self.path_of(path))
        return schema.show_path(self.path_of(path), raw)


@dataclass(eq=False)
class Application:
    """One workload and all that belongs to it: one tree of one platform."""

    name: str
    namespace: str
    tree: Tree
    parts: list[Part] = field(default_factory=list)

    def part(self, path: Path) -> Part | None:
        """Find the object that a path of the tree belongs to."""
        found = None
        for part in self.parts:
            if path[:len(part.at)] == part.at and (found is None or len(part.at) > len(found.at)):
                found = part
        return found

    def add(self, part: Part, tree: Any) -> None:
        """Put an object's canonical tree where the part says."""
        from ..trees import put

        put(self.tree, part.at, tree)
        self.parts.append(part)


def identity(entry: Object) -> str:
    """Name an object as reports do: `Deployment/web`."""
    return f"{entry.kind}/{name_of(entry)}" if name_of(entry) else entry.kind


def name_of(entry: Object) -> str:
    """Give the name that an object goes by."""
    value = entry.value if isinstance(entry.value, dict) else {}
    metadata = value.get("metadata")
    if isinstance(metadata, dict):
        return str(metadata.get("name") or metadata.get("generateName") or "")
    for key in NAMES:
        if isinstance(value.get(key), str):
            return value[key].rpartition("/")[2] if key == "ResourceId" else value[key]
    return ""


NAMES = (
    "serviceName",
    "family",
    "PolicyName",
    "ScheduledActionName",
    "ResourceId",
    "Name",
    "AlarmName",
    "logGroupName",
    "repositoryName",
    "name",
    "clusterName",
    "RoleName",
    "GroupName",
    "AutoScalingGroupName",
    "LaunchTemplateName",
    "daemonName",
)


def strings(tree: Any) -> Iterator[str]:
    """Give every string of a tree."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for entry in tree.values():
            yield from strings(entry)
    elif isinstance(tree, list):
        for entry in tree:
            yield from strings(entry)
