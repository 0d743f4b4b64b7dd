"""Resources of a plan, a state or a folder of files -> one ECS document, with places and findings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from ..model import ECS, Document, Object, Path, Place, Source
from ..trees import get
from . import terraform_table as table
from .terraform_evaluate import MISSING
from .terraform_module import Module, Resource
from .terraform_notes import Notes, Unknown, other_code, other_words
from .terraform_parts import RULE, TARGET, Entry, entries, handle, is_open, reference, request_of
from .terraform_requests import argument_path
from .terraform_state import resources_of
from .terraform_syntax import parse
from .terraform_values import PAIRS

UNREAD = 3  # in the order of files: those of values that Terraform reads only when they are named


def read(source: Source) -> Document:
    """Read what `terraform show -json` prints of a plan or a state, or a state file."""
    notes = Notes()
    resources = resources_of(source, notes, answer)
    return _document(resources, notes, bool(resources))


def read_module(files: dict[str, str], given: dict[str, str]) -> Document:
    """Read the files of one folder together. Raises ReadError, with file and line, for what is not HCL."""
    notes = Notes()
    module = Module(notes, answer)
    for file, text in sorted(files.items(), key=lambda pair: _precedence(pair[0])):
        if _precedence(file)[0] == UNREAD:
            notes.add("values-file", f"{PurePath(file).name} was not read.", "", Place(file, 1, 1))
        else:
            module.add(parse(text, file), file.endswith(".tfvars"))
    module.give(given)
    _about_others(module)
    return _document(list(module.resources()), notes, bool(module.blocks))


def _precedence(file: str) -> tuple[int, str]:
    """Give when Terraform reads a file: of values, the last one wins.

    https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
    """
    name = PurePath(file).name
    if not name.endswith(".tfvars"):
        return 0, ""
    return (1, name) if name == "terraform.tfvars" else (2, name) if name.endswith(".auto.tfvars") else (UNREAD, name)


def _document(resources: list[Resource], notes: Notes, any_resource: bool) -> Document:
    known = [resource for resource in resources if resource.type in table.resources()]
    for resource in known:
        _about(resource, notes)
    if any_resource and not any(resource.type.startswith("aws_ecs_") for resource in known):
        notes.add("no-ecs", "")
    made = entries(_wanted(known, notes))
    return Document(ECS, tuple(_object(entry) for entry in made), notes.findings())


def _object(entry: Entry) -> Object:
    def locate(path: Path) -> Place | None:
        found = [(argument_path(path, table.arguments(one.type), one.values), one) for one in entry.resources]
        best, resource = max(found, key=lambda pair: len(pair[0]), default=((), None))
        return resource.place(best) if resource is not None else None

    return Object(entry.kind, entry.value, locate)


def _wanted(resources: list[Resource], notes: Notes) -> Iterable[Resource]:
    """Leave out what has no place in a document: tasks that events start."""
    for resource in resources:
        if resource.type == RULE and "schedule_expression" not in resource.values:
            notes.add("event-rule", "", "event_pattern", resource.place(()), resource.address)
        elif resource.type == TARGET and not resource.values.get("ecs_target"):
            notes.add(
                "other-type", other_words(resource.type, [resource.label]), "", resource.place(()), resource.address
            )
        else:
            yield resource


def answer(resource: Resource, attribute: str) -> Any:
    """Give what a resource answers when others ask for an attribute: what was set, or the name of what AWS will say."""
    if attribute in resource.known:
        return resource.known[attribute]
    cells = table.resources()[resource.type]
    request = request_of(resource)
    arguments = {one.name: one.to for one in table.arguments(resource.type)}
    member = cells.get("answers", {}).get(attribute)
    path = (member,) if member else arguments.get(attribute)
    if path is None:
        return resource.values.get(attribute, MISSING)
    found = get(request, path)
    if attribute in resource.values and not member:
        return resource.values[attribute]
    if found is not None:
        return found
    if member and is_open(cells["kind"], request):
        return resource.known.setdefault(attribute, handle(resource, member))
    return Unknown(reference(cells["kind"], request, member)) if member else MISSING


def _about(resource: Resource, notes: Notes) -> None:
    """Say which arguments of a resource no request has."""
    mine = {one.name: one for one in table.arguments(resource.type)}
    computed = {name for name, (_, use) in table.schemas()[resource.type]["attributes"].items() if use == "computed"}
    for name, value in resource.values.items():
        if name in computed or name in READ_APART.get(resource.type, ()) or value in (None, [], {}, ""):
            continue
        if name in mine and mine[name].via == "data" and PAIRS["data"].read(value) is None:
            notes.add("not-json", "", name, resource.place((name,)), resource.address)
        if name not in mine:
            notes.add("unknown-argument", "", name, resource.place((name,)), resource.address)
        elif mine[name].to is None:
            notes.add("own-argument", "", name, resource.place((name,)), resource.address)


READ_APART = {
    "aws_security_group": ("ingress",),
    "aws_iam_role": ("inline_policy",),
    "aws_security_group_rule": ("type", "self"),
}


def _about_others(module: Module) -> None:
    others: dict[str, list[str]] = {}
    for name in module.blocks:
        kind, _, label = name.partition(".")
        if kind not in table.resources():
            others.setdefault(kind, []).append(label)
    for kind, labels in sorted(others.items()):
        block = module.blocks[f"{kind}.{labels[0]}"]
        module.notes.add(
            other_code(kind),
            other_words(kind, labels),
            "",
            block.body.source.place(block.body.at),
            f"{kind}.{labels[0]}",
        )
