"""CloudFormation templates -> ECS documents: `cdk synth` output and SAM are read as the templates that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..model import ECS, Document, Object, Path, Place, ReadError, Source
from .cloudformation_cycles import cycles
from .cloudformation_links import by_name, carry
from .cloudformation_names import Names, kind_of, types
from .cloudformation_notes import Notes
from .cloudformation_requests import View, merged, requests
from .cloudformation_shapes import Recased
from .cloudformation_values import Node, Resource, Values

READ_TRANSFORMS = frozenset({"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"})
SILENT_TYPES = frozenset({"AWS::CDK::Metadata"})


def recognises(value: Any) -> bool:
    """Whether one document is a CloudFormation template."""
    if not isinstance(value, dict) or not isinstance(value.get("Resources"), dict):
        return False
    if "AWSTemplateFormatVersion" in value or "Transform" in value:
        return True
    types_ = [one.get("Type") for one in value["Resources"].values() if isinstance(one, dict)]
    return any(isinstance(name, str) and "::" in name for name in types_)


def read(source: Source, parameters: dict[str, Any] | None = None) -> Document:
    """Read a template into an ECS document.

    `parameters` gives values by name: of parameters, pseudo parameters (`AWS::Region`), imports and `Name.Attribute`.
    Raises ReadError for a template whose references cannot be followed.
    """
    try:
        return _read(source, parameters or {})
    except RecursionError:
        raise ReadError("the references of this template lead on too far to follow", source.file) from None


def _read(source: Source, parameters: dict[str, Any]) -> Document:
    notes = Notes(source.locate)
    values = Values(source.value, parameters, notes)
    names = Names(values)
    for chain in cycles(values):
        notes.add(
            "cyclic",
            f"{' -> '.join(chain)}: each waits for the next, so CloudFormation refuses the template.",
            ("Resources", chain[0]),
        )
    made = [
        (one, _recased(one, kind, node, names, notes))
        for one, kind, node in merged(list(_requests(values, names, notes)))
    ]
    carry(made, names)
    _about_template(values, notes)
    entries = tuple(
        Object(recased.kind, recased.value, located(recased.places, one.path, source.locate)) for one, recased in made
    )
    return Document(ECS, entries, notes.findings())


def _requests(values: Values, names: Names, notes: Notes) -> Iterator[tuple[Resource, str, Node]]:
    for one in values.resources.values():
        if not kind_of(one) or not values.exists(one):
            continue
        if values.is_added(one):
            notes.add("added", "", one.path)
            continue
        _about_resource(one, notes)
        properties = values.properties(_without_secrets(one, notes))
        if not isinstance(properties.value, dict):
            notes.add("wrong-type", f"The properties of {one.logical} are no map; it was left out.", properties.path)
            continue
        for kind, node in requests(View(one, names, notes), properties):
            yield one, kind, node


def _without_secrets(one: Resource, notes: Notes) -> Resource:
    """Leave out properties whose values are nobody's to repeat, before anything looks at them."""
    given = one.body.get("Properties")
    secret = [key for key in types()[one.type].get("never-read", ()) if isinstance(given, dict) and key in given]
    for key in secret:
        notes.add("secret-value", f"The value of {one.logical} was not read.", one.path + ("Properties", key))
    return (
        replace(one, body={**one.body, "Properties": {key: given[key] for key in given if key not in secret}})
        if secret
        else one
    )


def _recased(one: Resource, kind: str, node: Node, names: Names, notes: Notes) -> Recased:
    recased = Recased(kind, one.type, notes)
    recased.value = recased.request(node)
    by_name(recased.value, types()[one.type].get("by-name", {}), names)
    return recased


def located(
    places: dict[Path, Path], top: Path, locate: Callable[[Path], Place | None]
) -> Callable[[Path], Place | None]:
    """Give the function that finds a request's path in the template: what stands there, or what it stands in."""

    def place(path: Path) -> Place | None:
        path = tuple(path)
        while path and path not in places:
            path = path[:-1]
        return locate(places[path] if path else top)

    return place


# --- what stays in the template ------------------------------------------------------------------


def _about_resource(one: Resource, notes: Notes) -> None:
    for key in ("DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy"):
        if key in one.body:
            notes.add("policies", "", one.path + (key,))


def _about_template(values: Values, notes: Notes) -> None:
    others: dict[str, list[Resource]] = {}
    for one in values.resources.values():
        if not kind_of(one) and one.type not in SILENT_TYPES and values.exists(one):
            others.setdefault(one.type, []).append(one)
    for type_, listed in sorted(others.items()):
        named = ", ".join(one.logical for one in listed)
        words = f"{type_} ({named}) has no place in an ECS document; it stays in the template."
        for one in listed:
            notes.add(SPEAKING.get(type_, "other-type"), words, one.path)
    if not any(one.type.startswith("AWS::ECS::") for one in values.resources.values()):
        notes.add("no-ecs", "", ("Resources",))
    for section in ("Outputs", "Rules", "Hooks"):
        if values.template.get(section):
            notes.add("outputs", "", (section,))
    for name in _transforms(values.template.get("Transform")):
        if name not in READ_TRANSFORMS:
            notes.add(
                "macro",
                f"The macro {name} changes this template when it is deployed; it was read as it stands.",
                ("Transform",),
            )


SPEAKING = {"AWS::CloudFormation::Stack": "nested-stack", "AWS::EFS::MountTarget": "mount-target"}


def _transforms(written: Any) -> list[str]:
    listed = written if isinstance(written, list) else [written] if written else []
    return [str(one.get("Name") if isinstance(one, dict) else one) for one in listed]
