"""Requests that one resource says together, or several resources one request -> the entries of an ECS document.

Terraform writes a target group's attributes in the target group, a cluster's capacity providers beside the cluster, and
a security group's rules one by one; the AWS API does each of these the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .. import rows
from ..keys import unnamed
from ..trees import copied, get, put
from . import terraform_table as table
from .terraform_module import Resource
from .terraform_notes import placeholder
from .terraform_requests import to_request
from .terraform_rules import EGRESS, EVERYTHING, INGRESS, INLINE, REVOKED, let_out, permission, single_rules
from .terraform_table import Argument
from .terraform_values import PAIRS, listing, mapping

RETENTION = "retentionInDays"  # a member of a call of its own, which Terraform says with the log group
RULE, TARGET = "aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"


@dataclass
class Entry:
    """One request in the making, and the resources that say it."""

    kind: str
    value: dict[str, Any]
    resources: list[Resource] = field(default_factory=list)


def key_of(kind: str, value: dict[str, Any]) -> str:
    """Give the key by which others refer to a request: its name, or a listener's port and a rule's priority."""
    name = rows.tables()["kinds"][kind]["name"]
    if name and isinstance(value.get(name), str):
        return closed(value[name])
    return unnamed(kind, value)


def closed(name: str) -> str:
    """Give a name with which a reference can be made: a placeholder in it stands without its signs."""
    return name.replace("${", "").replace("}", "")


def is_open(kind: str, value: dict[str, Any]) -> bool:
    """Whether a request's name is not wholly known, so that others cannot refer to it by that."""
    name = rows.tables()["kinds"][kind]["name"]
    return bool(name) and "${" in str(value.get(name))


def handle(resource: Resource, member: str) -> str:
    """Give a placeholder that a request carries in the place of its ARN, and that others refer to it by."""
    return f"${{{placeholder(resource.address, member)}}}"


def request_of(resource: Resource) -> dict[str, Any]:
    """Give the request that a resource says; one without a name goes by its label."""
    kind = table.resources()[resource.type]["kind"]
    made = to_request(resource.values, table.arguments(resource.type))
    name = rows.tables()["kinds"][kind]["name"]
    if name and name not in made and resource.type != TARGET and "part" not in table.resources()[resource.type]:
        made = {name: resource.label, **made}
    return _grpc(_given(made, resource, kind))


def _given(made: dict[str, Any], resource: Resource, kind: str) -> dict[str, Any]:
    """Add the identifier that AWS gave, where a state tells it."""
    member = rows.tables()["kinds"][kind]["arn"]
    answers = table.resources()[resource.type].get("answers", {})
    found = next(
        (
            resource.known[attribute]
            for attribute, name in answers.items()
            if name == member and attribute in resource.known
        ),
        None,
    )
    return {**made, member: found} if isinstance(found, str) else made


def _grpc(made: dict[str, Any]) -> dict[str, Any]:
    """A target group that speaks gRPC matches gRPC codes."""
    match made:
        case {"ProtocolVersion": "GRPC", "Matcher": {"HttpCode": codes}}:
            return {**made, "Matcher": {"GrpcCode": codes}}
    return made


def reference(kind: str, value: dict[str, Any], member: str) -> str:
    """Give the name of what AWS will answer: `targetGroups.web.TargetGroupArn`."""
    return f"{kind}.{key_of(kind, value)}.{member}"


def entries(resources: Iterable[Resource]) -> list[Entry]:
    """Give the entries that resources say, parts joined to what they are parts of."""
    made: list[Entry] = []
    parts: list[tuple[Resource, dict[str, Any]]] = []
    rules: dict[str, Resource] = {}
    targets: list[tuple[Resource, dict[str, Any]]] = []
    for resource in resources:
        cells = table.resources()[resource.type]
        value = _by_name(request_of(resource), cells)
        if "part" in cells:
            parts.append((resource, value))
        elif resource.type == RULE:
            rules[key_of("schedules", value)] = resource
        elif resource.type == TARGET:
            targets.append((resource, value))
        elif cells["kind"] in (INGRESS, EGRESS):
            own = {"ReferencedGroupId": value.get("GroupId")} if resource.values.get("self") is True else {}
            kind = EGRESS if resource.values.get("type") == "egress" else cells["kind"]
            _add_rule(made, kind, single_rules({**value, **own}), resource)
        else:
            _add(made, resource, value, cells)
    for resource, value in parts:
        _join(made, resource, value)
    groups = {_group(one.value): one.resources for one in made if one.kind == "securityGroups"}
    for group in let_out([one.value for one in made if one.kind == EGRESS], list(groups)):
        made.append(Entry(REVOKED, {"GroupId": group, "IpPermissions": [EVERYTHING]}, groups[group]))
    made = [one for one in made if one.kind != EGRESS or one.value["IpPermissions"]]
    return [*made, *schedules(rules, targets)]


def _group(value: dict[str, Any]) -> str:
    return value.get("GroupId") or f"${{{reference('securityGroups', value, 'GroupId')}}}"


def schedules(rules: dict[str, Resource], targets: list[tuple[Resource, dict[str, Any]]]) -> list[Entry]:
    """Make a schedule of every task that a rule of EventBridge starts at given times, which are in UTC."""
    made = []
    for resource, value in targets:
        rule = rules.get(str(value.pop("Rule", "")).rpartition("/")[2])
        said = request_of(rule) if rule is not None else {}
        if rule is None or "ScheduleExpression" not in said or "EcsParameters" not in value.get("Target", {}):
            continue
        target = {key: entry for key, entry in value.items() if key == "Target"}
        own = {key: entry for key, entry in said.items() if key != "EventPattern"}
        made.append(Entry("schedules", {**own, "FlexibleTimeWindow": {"Mode": "OFF"}, **target}, [rule, resource]))
    for one in made:
        several = [other for other in made if other.value["Name"] == one.value["Name"]]
        if len(several) > 1:
            for number, other in enumerate(several, 1):
                other.value["Name"] += f"-{number}"
    return made


def _add(made: list[Entry], resource: Resource, value: dict[str, Any], cells: dict[str, Any]) -> None:
    """Add a resource's request, and those of other calls that it says with it."""
    attributes = value.pop("Attributes", None) if "attributes" in cells else None
    made.append(Entry(cells["kind"], value, [resource]))
    if attributes:
        made.append(_attributes(resource, value, cells, attributes))
    if resource.type == "aws_security_group":
        _add_inline(made, resource, value)
    if RETENTION in value:
        made.append(Entry("retentionPolicies", {"logGroupName": value["logGroupName"], RETENTION: value.pop(RETENTION)}, [resource]))
    if resource.type == "aws_iam_role":
        made.extend(_policies(resource, value))


def _attributes(resource: Resource, value: dict[str, Any], cells: dict[str, Any], attributes: dict) -> Entry:
    """Give the request for the attributes of a load balancer or of a target group."""
    said = cells["attributes"]
    if is_open(cells["kind"], value):
        value.setdefault(said["of"], handle(resource, said["of"]))
    owner = value.get(said["of"]) or f"${{{reference(cells['kind'], value, said['of'])}}}"
    return Entry(said["kind"], {said["of"]: owner, "Attributes": PAIRS["Key-Value"].read(attributes)}, [resource])


def _add_inline(made: list[Entry], resource: Resource, value: dict[str, Any]) -> None:
    """Add the rules that stand in a security group itself."""
    group = _group(value)
    for argument, kind in (("ingress", INGRESS), ("egress", EGRESS)):
        for rule in map(mapping, listing(resource.values.get(argument))):
            inline = {
                INLINE[name]: found for name, found in rule.items() if name in INLINE and found not in (None, "", [])
            }
            sources = listing(inline.get("ReferencedGroupId"))
            own = {"ReferencedGroupId": [*sources, group]} if rule.get("self") is True else {}
            _add_rule(made, kind, single_rules({"GroupId": group, **inline, **own}), resource)


def _policies(resource: Resource, value: dict[str, Any]) -> Iterator[Entry]:
    """Give the policies that stand in a role itself."""
    for policy in map(mapping, listing(resource.values.get("inline_policy"))):
        document = PAIRS["json"].read(policy.get("policy"))
        own = {"PolicyName": policy.get("name"), "PolicyDocument": document}
        yield Entry("rolePolicies", {"RoleName": value["RoleName"], **own}, [resource])


def _by_name(value: dict[str, Any], cells: dict[str, Any]) -> dict[str, Any]:
    """Read a whole reference as the name of what it refers to, where a request takes the name."""
    for argument, said in cells.get("refers", {}).items():
        if not isinstance(said, dict) or said.get("by") != "arn":
            continue
        member = member_path(argument.split("."), table.arguments(_type_of(cells)))
        start, end = f"${{{said['kind']}.", f".{rows.tables()['kinds'][said['kind']]['arn']}}}"
        found = get(value, member)
        if isinstance(found, str) and found.startswith(start) and found.endswith(end):
            value = copied(value)
            put(value, member, found[len(start) : -len(end)])
    return value


def member_path(names: list[str], arguments: Iterable[Argument]) -> tuple[str, ...]:
    """Give the member that an argument within blocks stands for."""
    argument = next(one for one in arguments if one.name == names[0])
    return (*(argument.to or ()), *(member_path(names[1:], argument.below) if names[1:] else ()))


def _type_of(cells: dict[str, Any]) -> str:
    return next(name for name, others in table.resources().items() if others is cells)


def _add_rule(made: list[Entry], kind: str, rules: list[dict[str, Any]], resource: Resource) -> None:
    """Add rules to the request for their security group."""
    for rule in rules:
        entry = next(
            (
                one
                for one in made
                if one.kind == kind
                and one.value.get("GroupId") == rule.get("GroupId")
                and one.value.get("TagSpecifications") == rule.get("TagSpecifications")
            ),
            None,
        )
        if entry is None:
            kept = {key: rule[key] for key in ("GroupId", "TagSpecifications") if key in rule}
            entry = Entry(kind, {**kept, "IpPermissions": []})
            made.append(entry)
        entry.value["IpPermissions"].append(permission(rule))
        entry.resources.append(resource)


def _join(made: list[Entry], resource: Resource, value: dict[str, Any]) -> None:
    """Put a part into the entry that it is a part of, or let it stand alone."""
    kind = table.resources()[resource.type]["kind"]
    cells = rows.tables()["kinds"][kind]
    owner = next((one for one in made if one.kind == kind and _named_by(one, value, cells)), None)
    if owner is None:
        made.append(Entry(kind, value, [resource]))
        return
    identifiers = (cells["name"], cells["arn"])
    owner.value.update({key: found for key, found in value.items() if key not in identifiers})
    owner.resources.append(resource)


def _named_by(entry: Entry, value: dict[str, Any], cells: dict[str, Any]) -> bool:
    own = {
        entry.value.get(cells["name"]),
        entry.value.get(cells["arn"]),
        f"${{{reference(entry.kind, entry.value, cells['arn'])}}}",
    }
    return any(value.get(member) in own - {None} for member in (cells["name"], cells["arn"]))
