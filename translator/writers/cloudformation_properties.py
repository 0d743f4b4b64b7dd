"""Requests of the AWS API -> CloudFormation's properties, by the API's own shapes."""

from __future__ import annotations

import json
from typing import Any

from .. import rows, schema
from ..model import ECS, Field
from .cloudformation_template import Entry, Template
from .cloudformation_values import Call, only_hole, pieces, ref

NO_ANSWER = object()


class Properties:
    """Writes one request as a resource's properties."""

    def __init__(self, template: Template, entry: Entry):
        self.template, self.entry = template, entry
        self.cells = rows.tables()["cloudformation-types"][entry.type]
        self.absent = self.cells.get("absent", {})
        self.texts = tuple(self.cells.get("text", ()))
        self.by_name = self.cells.get("by-name", {})
        self.members = self.cells.get("members", {})

    def write(self) -> dict[str, Any]:
        """Give the properties that the request's members become."""
        return self._map(self.entry.value, schema.root(ECS, self.entry.kind), ())

    def _map(self, value: dict, shape: Any, within: tuple[str, ...]) -> dict[str, Any]:
        made = {}
        for member, entry in value.items():
            path = within + (member,)
            if member not in shape.fields or ".".join(path) in self.absent:
                self._leave_out(path)
                continue
            written = self._value(entry, shape.fields[member], path)
            if written is not NO_ANSWER:
                made[self.property(path)] = written
        return made

    def property(self, path: tuple[str, ...]) -> str:
        """Give the property that a member is called in a template."""
        return self.members.get(".".join(path)) or path[-1][:1].upper() + path[-1][1:]

    def _leave_out(self, path: tuple[str, ...]) -> None:
        dotted = ".".join(path)
        what = self.absent.get(dotted, "")
        if what:
            words = f"CloudFormation's {self.entry.type} cannot say {what}; {dotted} was left out."
            self.template.say("not-said", words, [self.field(path)])

    def _value(self, value: Any, shape: Any, path: tuple[str, ...]) -> Any:
        dotted = ".".join(path)
        if isinstance(value, dict) and shape.kind == "object":
            return self._map(value, shape, path)
        if isinstance(value, list) and shape.kind == "list":
            return self._list(value, shape, path)
        if isinstance(value, dict):
            return self._free(value, path)
        if dotted in self.cells.get("json", ()) and isinstance(value, str):
            return self._document(value)
        if isinstance(value, list):
            return [self._value(entry, shape, path) for entry in value]
        return self._named(value, dotted) or self._scalar(value, shape.kind, path)

    def _list(self, value: list, shape: Any, path: tuple[str, ...]) -> Any:
        if not value and path[-1] == "placementConstraints":
            return NO_ANSWER  # Fargate refuses the very word
        if len(value) == 1 and shape.item.kind == "string" and not self.is_text(path):
            found = only_hole(value[0])
            if found is not None and found.name:
                return self.template.fill(found, self.property(path), "list")
        made = [self._value(entry, shape.item, path) for entry in value]
        return [entry for entry in made if entry is not NO_ANSWER]

    def _free(self, value: dict, path: tuple[str, ...]) -> dict[str, Any]:
        """Keep a map's keys; a key that CloudFormation would take for a function cannot stand in a template."""
        made = {}
        for key, entry in value.items():
            if key == "Ref" or key.startswith("Fn::"):
                words = f"{'.'.join((*path, key))} would be taken for a function of CloudFormation; it was left out."
                self.template.say("function-key", words, [self.field((*path, key))])
            else:
                made[key] = self._free_value(entry, path + (key,))
        return made

    def _free_value(self, value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return self._free(value, path)
        if isinstance(value, list):
            return [self._free_value(entry, path) for entry in value]
        return self._named(value, ".".join(path)) or self._scalar(value, "string", path)

    def _named(self, value: Any, dotted: str) -> Any:
        """Refer to a resource of the template where the request has its name."""
        kind = self.by_name.get(dotted)
        found = self.template.named(kind, value) if kind else None
        if found is None or found is self.entry or found.logical not in self.template.resources:
            return None
        if kind == "namespaces":
            return Call("Fn::GetAtt", f"{found.logical}.Arn")
        return ref(found.logical)

    def _scalar(self, value: Any, kind: str, path: tuple[str, ...]) -> Any:
        if not isinstance(value, str):
            return value
        field = self.field(path)
        return (
            self.template.own_text(value, field)
            if self.is_text(path)
            else self.template.text(value, self.property(path), kind, field)
        )

    def field(self, path: tuple[str, ...]) -> Field:
        """Give the field of a finding about a member."""
        return Field(".".join(path), f"{self.entry.kind}/{self.entry.key}")

    def is_text(self, path: tuple[str, ...]) -> bool:
        """Whether a member holds the author's own text, in which `${...}` is content."""
        dotted = ".".join(path)
        return any(dotted == text or dotted.startswith(text + ".") for text in self.texts)

    def _document(self, text: str) -> Any:
        """Write a JSON text as data, which a person reads more easily; one that would not stay the same as a text."""
        try:
            data = json.loads(text)
        except ValueError:
            return self.template.text(text)
        return self._data(data) if isinstance(data, dict) and not has_functions(data) else self.template.literal(text)

    def _data(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._data(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [self._data(entry) for entry in value]
        return self.template.text(value) if isinstance(value, str) else value


def has_functions(value: Any) -> bool:
    """Whether a map somewhere has a key that CloudFormation takes for a function."""
    if isinstance(value, dict):
        return any(key == "Ref" or key.startswith("Fn::") or has_functions(entry) for key, entry in value.items())
    return isinstance(value, list) and any(map(has_functions, value))


def mentions(value: Any) -> set[str]:
    """Give every reference and name that stands in a request's texts."""
    if isinstance(value, dict):
        return set().union(*map(mentions, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(mentions, value)) if value else set()
    return (
        {value, *(piece.key for piece in pieces(value) if not isinstance(piece, str) and piece.key)}
        if isinstance(value, str)
        else set()
    )
