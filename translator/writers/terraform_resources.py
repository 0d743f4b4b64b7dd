"""The requests of an ECS document -> Terraform resources with plain arguments; placeholders still stand in them.

What the arguments cannot say is not kept here: reading the resources back shows it (terraform_law).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from .. import rows
from ..model import Document
from ..readers import terraform_table as table
from ..readers.terraform_parts import RETENTION, key_of
from ..readers.terraform_requests import to_arguments
from ..readers.terraform_rules import EGRESS, INGRESS, rules_of
from ..readers.terraform_values import listing, mapping


@dataclass
class Planned:
    """One resource to write: its arguments, and the entry of the document that it says."""

    type: str
    label: str
    values: dict[str, Any]
    entry: int
    key: str = ""
    missing: str = ""  # why it cannot be written
    after: list[str] = field(default_factory=list)  # addresses that must stand before it

    @property
    def address(self) -> str:
        """Give the name by which Terraform knows it."""
        return f"{self.type}.{self.label}"


def planned(document: Document) -> list[Planned]:
    """Plan the resources of a document, in the table's order, each with a label of its own."""
    attributes = {**_attributes(document), **kept(document)}
    return _labelled(in_order([one for entry in identified(document) for one in _of_entry(*entry, attributes)]))


def in_order(resources: list[Planned]) -> list[Planned]:
    """Sort resources as the table has their types: what others refer to comes first."""
    order = {name: position for position, name in enumerate(table.resources())}
    return sorted(resources, key=lambda one: order[one.type])


def identified(document: Document) -> Iterator[tuple[int, str, dict[str, Any], str]]:
    """Give every entry that is a request, with the key by which others refer to it."""
    for position, entry in enumerate(document.entries):
        if isinstance(entry.value, dict) and entry.kind in rows.tables()["kinds"]:
            yield position, entry.kind, entry.value, key_of(entry.kind, entry.value)


def canonical(document: Document) -> Document:
    """Spell references in one way.

    `${listeners.443.ListenerArn}` is the listener at port 443; an ARN that is put together of a name here, in
    an account and a region that nobody knows yet, is the ARN that AWS will give; a role's name is its ARN.
    """
    names = {**_numbered(document), **_spelled(document), **_carried(document)}
    entries = (
        replace(one, value=_with_arns(one.kind, _without_handle(one.kind, one.value))) for one in document.entries
    )
    return replace(document, entries=tuple(replace(one, value=_renamed(one.value, names)) for one in entries))


def _without_handle(kind: str, value: Any) -> Any:
    """Drop a placeholder in the place of the ARN that AWS will give: Terraform's reference says the same."""
    member = rows.tables()["kinds"].get(kind, {}).get("arn")
    return {key: entry for key, entry in value.items() if key != member} if _is_handle(value, member) else value


def _is_handle(value: Any, member: str | None) -> bool:
    found = value.get(member) if isinstance(value, dict) and member else None
    return isinstance(found, str) and found.startswith("${") and found.find("}") == len(found) - 1


def _with_arns(kind: str, value: Any) -> Any:
    """Write ARNs where members hold names of what the provider takes by its ARN alone."""
    named = next((table.resources()[one].get("named", {}) for one in table.types_of(kind)), {})
    found = {
        member: other for member, other in named.items() if isinstance(value, dict) and _is_role(value.get(member))
    }
    return {**value, **{member: arn(other, value[member]) for member, other in found.items()}} if found else value


def _is_role(name: Any) -> bool:
    """Whether a text is a role's name: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""
    return (
        isinstance(name, str)
        and bool(name)
        and all(sign.isascii() and sign.isalnum() or sign in "+=,.@-_" for sign in name)
    )


def arn(kind: str, key: str) -> str:
    """Put together the ARN of what has a name, in an account and a region that nobody knows yet."""
    service, resource = next(
        cells["spelled"] for cells in table.resources().values() if cells["kind"] == kind and "spelled" in cells
    )
    region = "" if service == "iam" else "${AWS_REGION}"
    sign = "" if resource.endswith(":") or key.startswith("/") else "/"
    return f"arn:aws:{service}:{region}:${{AWS_ACCOUNT_ID}}:{resource}{sign}{key}"


def _numbered(document: Document) -> dict[str, str]:
    """Give the references to listeners by port and to rules by priority, and what they are spelled as."""
    names: dict[str, str] = {}
    for _, kind, value, key in identified(document):
        short = str(value.get("Port") or value.get("Priority") or "") if kind in ("listeners", "listenerRules") else ""
        while short and f"${{{kind}.{short}." in names:
            short += "-2"
        if short and short != key:
            names[f"${{{kind}.{short}."] = f"${{{kind}.{key}."
    return names


def _spelled(document: Document) -> dict[str, str]:
    """Give the ARNs that are put together of names in the document, and the references that they are spelled as."""
    kinds = {cells["kind"] for cells in table.resources().values() if "spelled" in cells}
    return {
        arn(kind, key): f"${{{kind}.{key}.{rows.tables()['kinds'][kind]['arn']}}}"
        for _, kind, _, key in identified(document)
        if kind in kinds
    }


def _carried(document: Document) -> dict[str, str]:
    """Give the placeholders that requests carry in the place of the ARN that AWS will give, which others refer to."""
    arns = {kind: cells["arn"] for kind, cells in rows.tables()["kinds"].items()}
    return {
        value[arns[kind]]: f"${{{kind}.{key}.{arns[kind]}}}"
        for _, kind, value, key in identified(document)
        if _is_handle(value, arns[kind])
    }


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(entry, names) for key, entry in value.items()}
    if isinstance(value, list):
        return [_renamed(entry, names) for entry in value]
    if isinstance(value, str) and "${" in value:
        for old, new in names.items():
            value = _replaced(value, old, new)
    return value


def _replaced(value: str, old: str, new: str) -> str:
    """Replace a reference, or a whole ARN at the beginning: `...:secret:db` is no part of `...:secret:db-2`."""
    if not old.startswith("arn:"):
        return value.replace(old, new)
    rest = value[len(old) :] if value.startswith(old) else "-"
    return new + rest if rest[:1] in ("", ":") else value


def _attributes(document: Document) -> dict[str, dict[str, str]]:
    """Collect what is said of load balancers and target groups by calls of their own, by the ARN or reference."""
    kinds = {
        cells["attributes"]["kind"]: cells["attributes"]["of"]
        for cells in table.resources().values()
        if "attributes" in cells
    }
    made: dict[str, dict[str, str]] = {}
    for entry in document.entries:
        if entry.kind in kinds and isinstance(entry.value, dict):
            pairs = map(mapping, listing(entry.value.get("Attributes")))
            said = {pair["Key"]: pair.get("Value") for pair in pairs if isinstance(pair.get("Key"), str)}
            made.setdefault(str(entry.value.get(kinds[entry.kind])), {}).update(said)
    return made


def kept(document: Document) -> dict[str, dict[str, Any]]:
    """Collect how long log groups keep what is written to them, by their names: calls of their own say it."""
    groups = {key for _, kind, _, key in identified(document) if kind == "logGroups"}
    return {
        key: {RETENTION: value[RETENTION]}
        for _, kind, value, key in identified(document)
        if kind == "retentionPolicies" and key in groups and RETENTION in value
    }


def _of_entry(
    position: int, kind: str, value: dict[str, Any], key: str, attributes: dict[str, dict[str, str]]
) -> Iterator[Planned]:
    if kind in (INGRESS, EGRESS):
        for index, rule in enumerate(rules_of(value)):
            yield _planned(table.types_of(kind)[0], rule, position, f"{group_name(rule.get('GroupId'))}-{index + 1}")
        return
    if kind == "logGroups" and key in attributes:
        value = {**value, **attributes[key]}
    for resource in _types(kind, value):
        cells = table.resources()[resource]
        if "attributes" in cells:
            member = cells["attributes"]["of"]
            own = {**attributes.get(str(value.get(member)), {}), **attributes.get(f"${{{kind}.{key}.{member}}}", {})}
            value = {**value, "Attributes": own} if own else value
        if "part" not in cells:
            yield _planned(resource, value, position, key)
        elif _says_more(resource, value):
            yield _planned(resource, _with_owner(value, kind, key), position, key)


def _planned(resource: str, value: dict[str, Any], position: int, key: str) -> Planned:
    values = to_arguments(value, table.arguments(resource))
    for name, members in table.resources()[resource].get("knows", {}).items():
        values |= {name: known(values[name], members)} if name in values else {}
    ordered = {name: values[name] for name in sorted(values, key=lambda name: _rank(name, resource))}
    return Planned(resource, "", ordered, position, key, _missing(resource, values))


def _rank(name: str, resource: str) -> int:
    """Put what names a resource first and tags last; between them arguments stand as in the request."""
    if name == table.name_argument(resource) or name == table.resources()[resource].get("part"):
        return 0
    return 2 if name == "tags" else 1


def known(value: Any, members: dict[str, Any] | None) -> Any:
    """Keep what the provider lets through of data: it drops members that it does not know."""
    if members is None or not isinstance(value, (dict, list)):
        return value
    if isinstance(value, list):
        return [known(entry, members) for entry in value]
    return {name: known(entry, members[name]) for name, entry in value.items() if name in members}


def _types(kind: str, value: dict[str, Any]) -> list[str]:
    """Give the resource types that say a request: a namespace without a VPC is one of another type."""
    types = [
        name
        for name in table.types_of(kind)
        if all(member in value for member in table.resources()[name].get("when", ()))
    ]
    whole = [name for name in types if "part" not in table.resources()[name]]
    return [*whole[:1], *(name for name in types if "part" in table.resources()[name])]


def _says_more(resource: str, value: dict[str, Any]) -> bool:
    """Whether a part has anything to say besides what it is a part of."""
    said = to_arguments(value, table.arguments(resource))
    return bool(said.keys() - {table.resources()[resource]["part"]})


def _with_owner(value: dict[str, Any], kind: str, key: str) -> dict[str, Any]:
    """Add the reference to what a part is a part of, where the request has no member for it."""
    arn = rows.tables()["kinds"][kind]["arn"]
    return value if arn in value else {**value, arn: f"${{{kind}.{key}.{arn}}}"}


def _missing(resource: str, values: dict[str, Any]) -> str:
    """Name the first block without which the provider does not take a resource."""
    needed = (
        one.name for one in table.arguments(resource) if one.block and one.use == "required" and one.name not in values
    )
    return next(needed, "")


def group_name(reference: Any) -> str:
    """Give the name within a reference: `web` of `${securityGroups.web.GroupId}`."""
    text = str(reference or "rule")
    return (
        text.strip("${}").partition(".")[2].rpartition(".")[0]
        if text.startswith("${") and text.count(".") > 1
        else text
    )


def _labelled(resources: list[Planned]) -> list[Planned]:
    taken: set[str] = set()
    for one in resources:
        one.label = wanted = label(one.type, one.key)
        count = 1
        while one.address in taken:
            count += 1
            one.label = f"{wanted}_{count}"
        taken.add(one.address)
    return resources


def label(resource: str, key: str) -> str:
    """Make a resource's label of its key: letters, digits and underscores, as Terraform's style guide has it.

    A request whose name is no argument goes by the label, so that one keeps its hyphens.
    """
    key = key.rpartition("/")[2] if resource == "aws_appautoscaling_target" else key
    named = rows.tables()["kinds"][table.resources()[resource]["kind"]]["name"]
    keep = "-_" if named and not table.name_argument(resource) else "_"
    words = "".join(sign if sign.isascii() and sign.isalnum() or sign in keep else "_" for sign in key).strip("_")
    return words if words[:1].isalpha() else f"_{words}"
