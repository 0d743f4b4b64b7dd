"""`terraform show -json` -> resources with their arguments: a plan's, a state's, or a state file's.

The format: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..model import Path, Place, Source
from . import terraform_table as table
from .terraform_module import Resource
from .terraform_notes import Notes, other_code, other_words, placeholder
from .terraform_plan import Plan
from .terraform_values import listing, mapping

Found = tuple[dict[str, Any], Path]
EMPTY = (None, "", [], {})
SERVICE_LINKED = "aws-service-role/"  # a role that AWS made for itself, and that no request can name


def resources_of(source: Source, notes: Notes, answer: Callable[[Resource, str], Any]) -> list[Resource]:
    """Give every managed resource that the table knows; the others are noted."""
    found = [pair for pair in _found(source.value) if pair[0].get("mode", "managed") == "managed"]
    made = {
        str(entry.get("address")): _resource(entry, path, source, notes)
        for entry, path in found
        if _type(entry) in table.resources()
    }
    _note_others([entry for entry, _ in found if _type(entry) not in table.resources()], notes)
    plan = Plan(source.value, made, answer, notes)
    order = list(table.resources())
    for resource in sorted(made.values(), key=lambda one: order.index(one.type)):  # what names others comes first
        plan.fill(resource)
    return list(made.values())


def _type(entry: dict[str, Any]) -> str:
    return table.canonical_type(str(entry.get("type")))


def _found(value: dict[str, Any]) -> Iterator[Found]:
    """Give every resource with its path: planned ones, those of a shown state, or those of a state file."""
    for top in (("planned_values", "root_module"), ("values", "root_module")):
        module = _inside(value, top)
        if isinstance(module, dict):
            yield from _of_module(module, top)
            return
    for index, entry in enumerate(map(mapping, listing(value.get("resources")))):
        for position, instance in enumerate(map(mapping, listing(entry.get("instances")))):
            yield _of_file(entry, instance), ("resources", index, "instances", position, "attributes")


def _of_module(module: dict[str, Any], path: Path) -> Iterator[Found]:
    for index, entry in enumerate(listing(module.get("resources"))):
        if isinstance(entry, dict):
            yield entry, (*path, "resources", index, "values")
    for index, child in enumerate(listing(module.get("child_modules"))):
        if isinstance(child, dict):
            yield from _of_module(child, (*path, "child_modules", index))


def _of_file(entry: dict[str, Any], instance: dict[str, Any]) -> dict[str, Any]:
    """Give an instance of a state file in the form in which `terraform show -json` has it."""
    key = instance.get("index_key")
    module = f"{entry['module']}." if entry.get("module") else ""
    address = f"{module}{entry.get('type')}.{entry.get('name')}" + (f"[{key!r}]" if key is not None else "")
    hidden: dict[Any, Any] = {}
    for steps in listing(instance.get("sensitive_attributes")):
        _mark(hidden, [_step(step) for step in listing(steps)])
    return {
        "address": address,
        "mode": entry.get("mode"),
        "type": entry.get("type"),
        "name": entry.get("name"),
        "index": key,
        "values": instance.get("attributes"),
        "sensitive_values": hidden,
    }


def _step(step: Any) -> Any:
    """Give the name or the index that a step of a state file's path holds."""
    value = mapping(step).get("value")
    return mapping(value).get("value") if isinstance(value, dict) else value


def _mark(hidden: dict[Any, Any], steps: list[Any]) -> None:
    for step in steps[:-1]:
        hidden = hidden.setdefault(str(step), {})
        if not isinstance(hidden, dict):
            return
    if steps:
        hidden[str(steps[-1])] = True


def _inside(value: Any, path: Path) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _resource(entry: dict[str, Any], path: Path, source: Source, notes: Notes) -> Resource:
    kind, values = _type(entry), copy.deepcopy(mapping(entry.get("values")))
    schema = table.schemas()[kind]
    label = str(entry.get("name"))
    if entry.get("index") is not None:
        label += f"-{entry['index']}"

    def place(inner: Path) -> Place | None:
        return source.locate((*path, *inner))

    unset = table.resources()[kind].get("unset", {})
    kept = {name: _kept(value, schema, name, unset) for name, value in values.items()}
    kept = {name: value for name, value in kept.items() if value not in EMPTY and name not in SHADOWS}
    address = str(entry.get("address"))
    _hide(kept, entry.get("sensitive_values"), Marked(address, place, notes))
    answered = {
        *table.resources()[kind].get("answers", {}),
        *(name for name, (_, use) in schema["attributes"].items() if use == "computed"),
    }
    arguments = {one.name: one for one in table.arguments(kind)}
    known = {
        name: value
        for name, value in kept.items()
        if name in answered and (name not in arguments or not arguments[name].to)
    }
    kept = {
        name: value for name, value in kept.items() if name not in known and not _nobody_set(value, arguments.get(name))
    }
    return Resource(kind, label, address, kept, place, known)


def _nobody_set(value: Any, argument: table.Argument | None) -> bool:
    """Whether a state shows an argument of Terraform's own, or a role, that the provider or AWS filled in."""
    if isinstance(value, str) and SERVICE_LINKED in value:
        return True
    return argument is not None and argument.to is None and (argument.use == "either" or value is False or value == 0)


# What stands beside an argument: tags with the provider's own, and the prefix of a name that is there whole.
SHADOWS = ("tags_all", "name_prefix")


def _kept(value: Any, schema: dict[str, Any], name: str, unset: dict[str, Any]) -> Any:
    """Drop what a state shows of arguments that nobody set: empty texts and lists, and the table's own zeros."""
    if name in schema["blocks"] and isinstance(value, list):
        below = schema["blocks"][name][2]
        inner = {key.partition(".")[2]: said for key, said in unset.items() if key.startswith(name + ".")}
        return [_kept_block(entry, below, inner) for entry in value if isinstance(entry, dict)]
    return (
        None
        if name in unset and unset[name] == value and isinstance(unset[name], bool) == isinstance(value, bool)
        else value
    )


def _kept_block(entry: dict[str, Any], schema: dict[str, Any], unset: dict[str, Any]) -> dict[str, Any]:
    made = {name: _kept(value, schema, name, unset) for name, value in entry.items()}
    needed = {name for name, (_, use) in schema["attributes"].items() if use == "required"}
    return {name: value for name, value in made.items() if value not in EMPTY or (value == "" and name in needed)}


@dataclass(frozen=True)
class Marked:
    """The resource in which secrets are left out."""

    address: str
    place: Callable[[Path], Place | None]
    notes: Notes

    def placeholder(self, path: Path) -> str:
        """Give what stands in the place of a secret, and note it."""
        made = f"${{{placeholder(self.address, *map(str, path))}}}"
        words = f"A secret value is left out: `{made}` stands in its place."
        self.notes.add("secret", words, ".".join(map(str, path)), self.place(path), self.address, made)
        return made


def _hide(values: Any, hidden: Any, marked: Marked, path: Path = ()) -> None:
    """Put placeholders in the place of what Terraform marks as secret, in maps and lists of the same form."""
    for key in list(values) if isinstance(values, dict) else range(len(listing(values))):
        mark = _mark_of(hidden, key)
        if mark is True and not _is_open_parameter(values, key, marked.address):
            values[key] = marked.placeholder((*path, key))
        elif isinstance(mark, (dict, list)):
            _hide(values[key], mark, marked, (*path, key))


def _mark_of(hidden: Any, key: Any) -> Any:
    if isinstance(hidden, list):
        return hidden[key] if isinstance(key, int) and key < len(hidden) else None
    return mapping(hidden).get(str(key))


def _is_open_parameter(values: dict[str, Any], name: str, address: str) -> bool:
    """The provider marks every parameter's value as secret; those that are no SecureString are read by anybody."""
    return name == "value" and "aws_ssm_parameter." in address and values.get("type") in ("String", "StringList")


def _note_others(others: list[dict[str, Any]], notes: Notes) -> None:
    by_type: dict[str, list[str]] = {}
    for entry in others:
        by_type.setdefault(str(entry.get("type")), []).append(str(entry.get("name")))
    for kind, labels in sorted(by_type.items()):
        notes.add(other_code(kind), other_words(kind, labels), owner=f"{kind}.{labels[0]}")
