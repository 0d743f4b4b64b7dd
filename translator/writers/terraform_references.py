"""Placeholders and names in arguments -> Terraform's references, data sources and variables."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .. import rows
from ..model import Document, Path
from ..readers import terraform_table as table
from ..readers.terraform_parts import closed
from .terraform_hcl import Expression, template
from .terraform_resources import Planned, identified
from .terraform_variables import Variables

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/")


@dataclass
class References:
    """What may be referred to in a document: its resources by key, by name and by ARN, and variables for the rest."""

    variables: Variables
    resources: dict[tuple[str, str], Planned] = field(default_factory=dict)
    by_arn: dict[str, Planned] = field(default_factory=dict)
    meant: frozenset[str] = frozenset()
    data: dict[str, str] = field(default_factory=dict)  # data sources that are used, by type
    texts: list[tuple[Planned, Path]] = field(default_factory=list)
    decomposed: list[tuple[Planned, Path]] = field(default_factory=list)

    @staticmethod
    def of(document: Document, planned: list[Planned], variables: Variables) -> References:
        """Collect what a document's resources are known by."""
        made = References(variables, meant=_meant(document))
        entries = {position: (kind, value, key) for position, kind, value, key in identified(document)}
        for one in planned:
            kind, value, key = entries[one.entry]
            if one.missing or "part" in table.resources()[one.type]:
                continue
            made.resources.setdefault((kind, key), one)
            arn = value.get(rows.tables()["kinds"][kind]["arn"])
            if isinstance(arn, str) and "${" not in arn:
                made.by_arn[arn] = one
        return made

    def resolved(self, one: Planned, value: Any, path: Path = ()) -> Any:
        """Give an argument's value with references in the place of placeholders and of names."""
        if isinstance(value, dict):
            return {name: self.resolved(one, entry, (*path, name)) for name, entry in value.items()}
        if isinstance(value, list):
            whole = self._whole_list(value, one, path)
            return whole or [self.resolved(one, entry, (*path, index)) for index, entry in enumerate(value)]
        if not isinstance(value, str):
            return value
        if not unicodedata.is_normalized("NFC", value):
            self.decomposed.append((one, path))
        return self._named(one, value, path) or self._text(one, value, path)

    def _whole_list(self, value: list, one: Planned, path: Path) -> Expression | None:
        """Write a list that holds one placeholder of many values as a variable that is a list: `${SUBNET_IDS}`."""
        name = _whole(value[0]) if len(value) == 1 and isinstance(value[0], str) else ""
        if name and not self._is_text(one, path) and self.variables.is_list(name) and _is_list_argument(one, path):
            return Expression(self.variables.use(name, one.address, path))
        return None

    def _named(self, one: Planned, value: str, path: Path) -> Expression | None:
        """Write a reference where a plain value names, or is the ARN of, something in the document."""
        said = (
            table.resources()[one.type]
            .get("refers", {})
            .get(".".join(str(step) for step in path if not isinstance(step, int)))
        )
        if isinstance(said, dict) and "path" in said:
            return self._path(value, said["path"], one, path)
        kind = said.get("kind") if isinstance(said, dict) else said
        found = self.resources.get((kind, closed(value))) if kind else None
        if found is not None and found is not one:
            return Expression(
                f"{found.address}.{_identifier(found) if isinstance(said, dict) else table.name_argument(found.type)}"
            )
        by_arn = self.by_arn.get(value)
        return (
            Expression(f"{by_arn.address}.{_identifier(by_arn)}") if by_arn is not None and by_arn is not one else None
        )

    def _path(self, value: str, kinds: list[str], one: Planned, path: Path) -> Expression | None:
        """Write the steps of `service/main/web` that name something as references."""
        steps = value.split("/")
        if len(steps) != len(kinds):
            return None
        parts: list[Any] = []
        for kind, step in zip(kinds, steps, strict=True):
            found = self.resources.get((kind, closed(step)))
            named = Expression(f"{found.address}.{table.name_argument(found.type)}") if found is not None else None
            parts.extend(["/"] if parts else [])
            parts.extend([named] if named else self._parts(one, step, path))
        made = template(_merged(parts))
        return made if isinstance(made, Expression) else None

    def _text(self, one: Planned, value: str, path: Path) -> Any:
        if "${" not in value:
            return value
        parts = self._parts(one, value, path)
        if self._is_text(one, path) and any(isinstance(part, str) and "${" in part for part in parts):
            self.texts.append((one, path))
        return template(_merged(parts))

    def _parts(self, one: Planned, value: str, path: Path) -> list[Any]:
        return [
            part if is_text else self._expression(part, one, path) or f"${{{part}}}" for is_text, part in pieces(value)
        ]

    def _expression(self, name: str, one: Planned, path: Path) -> Expression | None:
        """Give what a placeholder's name stands for; nothing where it is the author's own text."""
        kind, _, rest = name.partition(".")
        key, _, member = rest.rpartition(".")
        found = self.resources.get((kind, key))
        attribute = _attribute(found, member) if found is not None else ""
        if attribute:
            return Expression(f"{found.address}.{attribute}")
        if self._is_text(one, path) and name not in self.meant:
            return None
        known = self._data(name)
        if known:
            return Expression(known)
        if kind not in rows.tables()["kinds"] and not _is_name(name):
            return None
        return Expression(self.variables.use(name, one.address, path))

    def _data(self, name: str) -> str:
        for source, answers in table.table()["data"].items():
            attribute = next((attribute for attribute, known in answers.items() if known == name), "")
            if attribute:
                self.data[source] = "current"
                return f"data.{source}.current.{attribute}"
        return ""

    def _is_text(self, one: Planned, path: Path) -> bool:
        said = ".".join(str(step) for step in path if not isinstance(step, int)) + "."
        return any(said.startswith(text + ".") for text in table.resources()[one.type].get("text", ()))


def pieces(value: str) -> Iterator[tuple[bool, str]]:
    """Cut a text at its `${...}`: (True, text) and (False, the name within)."""
    while value:
        start = value.find("${")
        end = value.find("}", start)
        if start < 0 or end < 0:
            yield True, value
            return
        inner = value.rfind("${", 0, end)
        yield from [(True, value[:inner])] if inner else []
        yield False, value[inner + 2 : end]
        value = value[end + 1 :]


def _merged(parts: list[Any]) -> list[Any]:
    made: list[Any] = []
    for part in parts:
        if made and isinstance(part, str) and isinstance(made[-1], str):
            made[-1] += part
        else:
            made.append(part)
    return made


def _whole(value: str) -> str:
    """Give the name of a value that is one placeholder and nothing else."""
    cut = list(pieces(value))
    return cut[0][1] if len(cut) == 1 and not cut[0][0] else ""


def _is_name(name: str) -> bool:
    """Whether a placeholder's name is one of ours; `${aws:username}` is IAM's own."""
    return name[:1].isalpha() and PLAIN.issuperset(name)


def _is_list_argument(one: Planned, path: Path) -> bool:
    """Whether a list is an argument of the resource, not a list in a JSON text."""
    return not any(
        argument.name == path[0] and argument.via in ("json", "data") for argument in table.arguments(one.type)
    )


def _meant(document: Document) -> frozenset[str]:
    """Give the names of placeholders that findings say were put into the texts of an application."""
    fields = [field_ for finding in document.findings for field_ in finding.fields]
    names = {_whole(one.becomes) for one in fields if isinstance(one.becomes, str) and one.becomes != one.was}
    return frozenset(names - {""}) | document.placeholders


def _identifier(one: Planned) -> str:
    """Give the attribute that holds what AWS identifies a resource by."""
    cells = table.resources()[one.type]
    return _attribute(one, rows.tables()["kinds"][cells["kind"]]["arn"]) or "id"


def _attribute(one: Planned, member: str) -> str:
    """Give the attribute that holds what AWS answers with under a member's name, or the argument that the member is."""
    answers = table.resources()[one.type].get("answers", {})
    found = next((attribute for attribute, name in answers.items() if name == member), "")
    return found or next(
        (argument.name for argument in table.arguments(one.type) if argument.to == (member,) and not argument.block), ""
    )
