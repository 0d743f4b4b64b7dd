"""What the other side cannot say: per application a patch that turns what comes back into what was there."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable

from .hubs import ecs, k8s
from .hubs.application import Application
from .model import ECS, KUBERNETES, Document, Object, ReadError
from .secrecy import Veil, masked_object, masked_tree
from .trees import ORDER, Path, Tree, get, patch, patched, put


@dataclass(frozen=True)
class Residue(Document):
    """A document of the leaves that did not come along; `patches` by application, `loose` objects whole.

    `settled` is what the input said of the surroundings (where it runs), by application.
    """

    patches: dict[str, Tree] = field(default_factory=dict)
    loose: list[Object] = field(default_factory=list)
    settled: dict[str, dict[str, str]] = field(default_factory=dict)

    @staticmethod
    def of(given: Any) -> "Residue":
        """Take a residue, or nothing."""
        if given is None:
            return Residue(KUBERNETES)
        if isinstance(given, Residue):
            return given
        raise ReadError("a residue is what `translation.residue` gave, or what `read` makes of a residue file")

    def back_into(self, name: str, tree: Tree) -> Tree:
        """Give an application's tree with its residue put back."""
        return patched(tree, self.patches[name]) if name in self.patches else tree

    def to_dict(self, veil: Veil | None = None) -> dict[str, Any]:
        """Give the plain data that a residue file holds; under a veil, without the values of secrets."""
        patches = self.patches if veil is None else {name: masked_tree(tree, veil) for name, tree in self.patches.items()}
        loose = self.loose if veil is None else [masked_object(entry, veil) for entry in self.loose]
        return {"residue": self.platform, "applications": patches, "settled": self.settled,
                "objects": [{"kind": entry.kind, "value": entry.value} for entry in loose]}

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "Residue":
        """Read the plain data of a residue file."""
        loose = [Object(entry["kind"], entry["value"]) for entry in data.get("objects") or []]
        return Residue(
            data["residue"], tuple(loose), (), data.get("applications") or {}, loose, data.get("settled") or {}
        )


def of_applications(platform: str, carried: Iterable[Any], loose: Iterable[Object]) -> Residue:
    """Gather the residue of every application."""
    patches, settled, parts = {}, {}, []
    for one in carried:
        change = patch(one.law.back, one.renames.original)
        if change:
            patches[one.application.name], settled[one.application.name] = change, one.settled
            parts.append(_partial(platform, one.application, one.renames.original, change))
    entries = (k8s if platform == KUBERNETES else ecs).ungroup(parts) + list(loose)
    return Residue(platform, tuple(entries), (), patches, list(loose), settled)


def _partial(platform: str, application: Application, tree: Tree, change: Tree) -> Application:
    """Give the leaves of a patch as an application of partial objects, each still saying which object it is."""
    left = _without_marks(change)
    for part in application.parts:
        if get(left, part.at) is not None:
            for path in IDENTITY[platform]:
                value = get(tree, part.at + path)
                if value is not None:
                    put(left, part.at + path, value)
    return Application(application.name, application.namespace, left)


IDENTITY: dict[str, tuple[Path, ...]] = {
    KUBERNETES: (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace")),
    ECS: (("family",), ("serviceName",), ("ResourceId",), ("PolicyName",), ("ScheduledActionName",), ("Name",)),
}


def _without_marks(change: Any) -> Any:
    if not isinstance(change, dict):
        return change
    return {key: _without_marks(value) for key, value in change.items() if value is not None and key != ORDER}

