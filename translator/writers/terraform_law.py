"""A document minus what its resources say when they are read back -> findings: nothing is left out without a word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import rows
from ..hubs.application import identity
from ..model import Document, Field, Finding, Object, Path
from ..readers import terraform_table as table
from ..readers.terraform_module import Resource
from ..readers.terraform_parts import entries, key_of
from ..readers.terraform_requests import unsaid_member
from ..readers.terraform_rules import EGRESS, INGRESS, PORTS, REVOKED, SOURCES, rules_of
from ..readers.terraform_values import mapping, parsed, text
from ..secrecy import HIDDEN, shown
from .terraform_references import References
from .terraform_resources import Planned, group_name, kept
from .terraform_variables import Variables

EMPTY = (None, [], {})
SECRET = (("secrets", "SecretString"), ("secrets", "SecretBinary"))


Cause = tuple[str, str, str]  # the application, the code, and the words for it


def findings_of(document: Document, planned: list[Planned], references: References) -> tuple[Finding, ...]:
    """Report what resources do not say of a document, what is text, and which variables want values."""
    said: dict[Cause, list[Field]] = {}
    for entry, (path, value, code, words) in _lost(document, planned):
        said.setdefault((entry.application, code, words), []).append(_field(entry, path, value))
    for code, places in (("text", references.texts), ("decomposed", references.decomposed)):
        for one, path in places:
            entry = document.entries[one.entry]
            found = Field(_spelled(path), one.address, _file(entry))
            said.setdefault((entry.application, code, ""), []).append(found)
    return (*(_finding(*cause, fields) for cause, fields in said.items()), *_about(references.variables))


def _about(variables: Variables) -> list[Finding]:
    made = list(variables.made.values())
    fields = [Field(one.used, was=f"${{{one.placeholder}}}", becomes=f"var.{one.name}") for one in made]
    names = ", ".join(f"var.{one.name}" for one in made)
    words = f"Values that the manifest does not say are variables: {names}."
    return [_finding("", "variables", words, fields)] if made else []


def _file(entry: Object) -> str:
    place = entry.locate(())
    return place.file if place else ""


def _finding(application: str, code: str, words: str, fields: list[Field]) -> Finding:
    cells = rows.messages()[f"terraform.{code}"]
    text, remedy = words or cells["note"], cells.get("remedy", "")
    return Finding(f"terraform.{code}", cells["level"], text, remedy, tuple(dict.fromkeys(fields)), application)


def _field(entry: Object, path: Path, value: Any) -> Field:
    place = next((found for length in range(len(path), -1, -1) if (found := entry.locate(path[:length]))), None)
    at = {"file": place.file, "line": place.line, "column": place.column} if place else {}
    was = (
        value
        if isinstance(value, (str, int, float)) and not _secret(entry, path)
        else HIDDEN
        if _secret(entry, path)
        else None
    )
    return Field(_spelled(path), identity(entry), was=was, **at)


def _secret(entry: Object, path: Path) -> bool:
    names = tuple(str(step) for step in path)
    return (
        shown((entry.kind, "", *names), "") == HIDDEN
        or {"value", "Value", "SecretString", "SecretBinary", "command", "Input"} & set(names) != set()
    )


def _spelled(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


Loss = tuple[Path, Any, str, str]  # where, what, the code, and the words for it


def _lost(document: Document, planned: list[Planned]) -> Iterator[tuple[Object, Loss]]:
    """Give every leaf that is not said."""
    attributes = _attributes_back(document, planned)
    by_entry: dict[int, list[Planned]] = {}
    for one in planned:
        by_entry.setdefault(one.entry, []).append(one)
    groups = {one.key for one in planned if one.type == "aws_security_group"}
    for position, entry in enumerate(document.entries):
        mine = by_entry.get(position, [])
        if entry.kind in attributes and isinstance(entry.value, dict):
            found = attributes[entry.kind].get(str(entry.value.get(_owner(entry.kind))), {})
            losses = _subtracted(entry, found)
        elif entry.kind == REVOKED and group_name(mapping(entry.value).get("GroupId")) in groups:
            losses = []  # the provider revokes it by itself
        elif entry.kind == "retentionPolicies":
            losses = [*_subtracted(entry, _retained(document, entry))]
        elif mine or (entry.kind in (INGRESS, EGRESS) and rules_of(entry.value)):
            losses = [*_incomplete(mine), *_subtracted(entry, _back(mine, entry.kind))]
        else:
            losses = [((), None, "no-resource", f"{entry.kind}: no resource of the AWS provider 5.100 is written for it.")]
        yield from ((entry, loss) for loss in losses)


def _retained(document: Document, entry: Object) -> dict[str, Any]:
    """Give what log groups say of how long they keep what is written to them."""
    name = key_of(entry.kind, entry.value)
    found = kept(document).get(name)
    return {**found, "logGroupName": entry.value.get("logGroupName")} if found else {}


def _incomplete(mine: list[Planned]) -> Iterator[Loss]:
    for one in mine:
        if one.missing:
            words = f"{one.type}: the provider has no way to say its `{one.missing}`, so it is left out."
            yield (), None, "incomplete", words


def _subtracted(entry: Object, back: dict[str, Any]) -> Iterator[Loss]:
    """Take what was read back from an entry."""
    if entry.kind == "parameters" and is_secret(entry.value):
        yield ("Value",), None, "secret-value", ""
    for path, value in lost(_comparable(entry.kind, entry.value), _comparable(entry.kind, back)):
        yield path, value, *_cause(entry, path)


def is_secret(value: dict[str, Any]) -> bool:
    """Whether a parameter holds a secret that stands in the document itself."""
    return (
        value.get("Type") == "SecureString"
        and isinstance(value.get("Value"), str)
        and not value["Value"].startswith("${")
    )


def _cause(entry: Object, path: Path) -> tuple[str, str]:
    types = table.types_of(entry.kind)
    said = max((unsaid_member(path, table.arguments(one)) for one in types), key=len, default=path)
    name = ".".join(str(step) for step in said if isinstance(step, str))
    if (entry.kind, name) in SECRET:
        return "secret-value", ""
    if path == (rows.tables()["kinds"][entry.kind]["arn"],):
        return "given-identifier", ""
    if name in table.table()["tokens"]:
        return "token", ""
    return "no-argument", f"{entry.kind}: the AWS provider 5.100 has no argument for `{name}`."


def _back(mine: list[Planned], kind: str) -> dict[str, Any]:
    """Read an entry's resources back."""
    read = entries(_resource(one, one.label) for one in mine if not one.missing)
    if kind in (INGRESS, EGRESS):
        return {
            "IpPermissions": [permission for one in read for permission in one.value["IpPermissions"]],
            **_without_permissions(read),
        }
    return next((one.value for one in read if one.kind == kind), {})


def _resource(one: Planned, label: str) -> Resource:
    return Resource(one.type, label, one.address, one.values, lambda path: None)


def _without_permissions(read: list) -> dict[str, Any]:
    return {key: value for one in read for key, value in one.value.items() if key != "IpPermissions"}


def _attributes_back(document: Document, planned: list[Planned]) -> dict[str, dict[str, Any]]:
    """Read back what resources say of load balancers and target groups by calls of their own, by the owner's names."""
    made: dict[str, dict[str, Any]] = {
        cells["attributes"]["kind"]: {} for cells in table.resources().values() if "attributes" in cells
    }
    for one in planned:
        said = table.resources()[one.type].get("attributes")
        if said is None or one.missing:
            continue
        kind, member = table.resources()[one.type]["kind"], said["of"]
        owners = (f"${{{kind}.{one.key}.{member}}}", str(document.entries[one.entry].value.get(member)))
        for entry in entries([_resource(one, one.key)]):
            if entry.kind == said["kind"]:
                made[entry.kind] |= {owner: {**entry.value, member: owner} for owner in owners}
    return made


def _owner(kind: str) -> str:
    return next(
        cells["attributes"]["of"]
        for cells in table.resources().values()
        if cells.get("attributes", {}).get("kind") == kind
    )


def _comparable(kind: str, value: Any) -> Any:
    """Bring a request into the form in which two spellings of one thing are equal."""
    if not isinstance(value, dict):
        return value
    if kind in (INGRESS, EGRESS):
        return _single_permissions(value)
    if isinstance(value.get("Attributes"), list):
        pairs = {str(mapping(pair).get("Key")): mapping(pair).get("Value") for pair in value["Attributes"]}
        return {**value, "Attributes": pairs}
    if kind == "services" and isinstance(value.get("taskDefinition"), str):
        return {
            **value,
            "taskDefinition": value["taskDefinition"]
            .removeprefix("${taskDefinitions.")
            .removesuffix(".taskDefinitionArn}"),
        }
    return value


def _single_permissions(value: dict[str, Any]) -> dict[str, Any]:
    """Write a request for a security group with one source in each permission, as Terraform has them."""
    if "CidrIp" in value and "IpPermissions" not in value:
        short = {**{key: value[key] for key in PORTS if key in value}, "IpRanges": [{"CidrIp": value["CidrIp"]}]}
        value = {
            **{key: found for key, found in value.items() if key not in (*PORTS, "CidrIp")},
            "IpPermissions": [short],
        }
    made = []
    for one in value.get("IpPermissions") or []:
        lists = {key: found for key, found in one.items() if isinstance(found, list)} if isinstance(one, dict) else {}
        plain = {key: found for key, found in one.items() if key not in lists} if isinstance(one, dict) else one
        sources = [{key: [source]} for _, key, _ in SOURCES for source in lists.get(key, [])]
        made.extend({**plain, **source} for source in sources)
        made.extend([] if sources else [plain])
    return {**value, "IpPermissions": made}


def lost(value: Any, back: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Subtract: give every leaf of a value that `back` does not hold; what is empty says nothing."""
    if value in EMPTY:
        return
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from lost(entry, back.get(key) if isinstance(back, dict) else None, (*path, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            there = isinstance(back, list) and index < len(back)
            yield from lost(entry, back[index] if there else None, (*path, index))
    elif not _same(value, back):
        yield path, value


def _same(value: Any, back: Any) -> bool:
    """Whether two leaves are equal, or are texts of one JSON value, or a number and its text."""
    if value == back and isinstance(value, bool) == isinstance(back, bool):
        return True
    if isinstance(value, str) and isinstance(back, str) and value[:1] in "{[":
        return parsed(value) == parsed(back)
    return back is not None and not isinstance(back, (dict, list)) and text(value) == text(back)
