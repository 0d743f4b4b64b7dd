"""Requests that one resource says together, or several resources one request -> the entries of an ECS document.

Terraform writes a target group's attributes in the target group, a cluster's capacity providers beside the cluster, and
a security group's rules one by one; the AWS API does each of these the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .. import rows
from ..trees import copied, get, put
from . import terraform_table as table
from .terraform_module import Resource
from .terraform_notes import placeholder
from .terraform_requests import to_request
from .terraform_table import Argument
from .terraform_values import PAIRS

INGRESS = "securityGroupIngress"
RULE, TARGET = "aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"
# A rule may name several sources: the pseudo member of each, the list it belongs to, and its own member there.
SOURCES = (
    ("CidrIpv4", "IpRanges", "CidrIp"),
    ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
    ("PrefixListId", "PrefixListIds", "PrefixListId"),
    ("ReferencedGroupId", "UserIdGroupPairs", "GroupId"),
)
PORTS = ("IpProtocol", "FromPort", "ToPort")
INLINE = {
    "protocol": "IpProtocol",
    "from_port": "FromPort",
    "to_port": "ToPort",
    "description": "Description",
    "cidr_blocks": "CidrIpv4",
    "ipv6_cidr_blocks": "CidrIpv6",
    "prefix_list_ids": "PrefixListId",
    "security_groups": "ReferencedGroupId",
}


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
    above = _name_in(str(value.get("LoadBalancerArn") or value.get("ListenerArn") or ""))
    return "-".join(str(part) for part in (above or kind, value.get("Port") or value.get("Priority")) if part)


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


def _name_in(reference: str) -> str:
    """Give the name in `${loadBalancers.web.LoadBalancerArn}` or in `...:loadbalancer/app/web/50dc6c495c0c9188`."""
    if reference.startswith("${"):
        return reference.strip("${}").partition(".")[2].rpartition(".")[0]
    return reference.split("/")[2] if reference.count("/") > 1 else ""


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
        elif cells["kind"] == INGRESS:
            own = {"ReferencedGroupId": value.get("GroupId")} if resource.values.get("self") is True else {}
            _add_rule(made, _pseudo_rules({**value, **own}), resource)
        else:
            _add(made, resource, value, cells)
    for resource, value in parts:
        _join(made, resource, value)
    return [*made, *schedules(rules, targets)]


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
    attributes = value.pop("Attributes", None) if "attributes" in cells else None
    made.append(Entry(cells["kind"], value, [resource]))
    if attributes:
        said = cells["attributes"]
        if is_open(cells["kind"], value):
            value.setdefault(said["of"], handle(resource, said["of"]))
        owner = value.get(said["of"]) or f"${{{reference(cells['kind'], value, said['of'])}}}"
        listed = PAIRS["Key-Value"].read(attributes)
        made.append(Entry(said["kind"], {said["of"]: owner, "Attributes": listed}, [resource]))
    if resource.type == "aws_security_group":
        group = value.get("GroupId") or f"${{{reference(cells['kind'], value, 'GroupId')}}}"
        for rule in resource.values.get("ingress", []):
            inline = {
                INLINE[name]: found for name, found in rule.items() if name in INLINE and found not in (None, "", [])
            }
            own = (
                {"ReferencedGroupId": [*inline.get("ReferencedGroupId", []), group]} if rule.get("self") is True else {}
            )
            _add_rule(made, _pseudo_rules({"GroupId": group, **inline, **own}), resource)
    for policy in resource.values.get("inline_policy", []) if resource.type == "aws_iam_role" else ():
        document = PAIRS["json"].read(policy.get("policy"))
        made.append(
            Entry(
                "rolePolicies",
                {"RoleName": value["RoleName"], "PolicyName": policy.get("name"), "PolicyDocument": document},
                [resource],
            )
        )


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


def _pseudo_rules(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Give one rule for every source that a rule names."""
    shared = {key: value[key] for key in ("GroupId", *PORTS, "Description", "TagSpecifications") if key in value}
    made = [
        {**shared, member: source}
        for member, _, _ in SOURCES
        for source in (
            value[member] if isinstance(value.get(member), list) else [value[member]] if member in value else []
        )
    ]
    return made or [shared]


def _add_rule(made: list[Entry], rules: list[dict[str, Any]], resource: Resource) -> None:
    """Add rules to the request for their security group."""
    for rule in rules:
        entry = next(
            (
                one
                for one in made
                if one.kind == INGRESS
                and one.value.get("GroupId") == rule.get("GroupId")
                and one.value.get("TagSpecifications") == rule.get("TagSpecifications")
            ),
            None,
        )
        if entry is None:
            kept = {key: rule[key] for key in ("GroupId", "TagSpecifications") if key in rule}
            entry = Entry(INGRESS, {**kept, "IpPermissions": []})
            made.append(entry)
        entry.value["IpPermissions"].append(permission(rule))
        entry.resources.append(resource)


def permission(rule: dict[str, Any]) -> dict[str, Any]:
    """Give one rule as EC2 takes it."""
    made: dict[str, Any] = {key: rule[key] for key in PORTS if key in rule}
    if made.get("IpProtocol") in (
        "-1",
        "all",
    ):  # all protocols have no ports: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
        made = {"IpProtocol": "-1"}
    for member, listed, own in SOURCES:
        if member in rule:
            made[listed] = [
                {own: rule[member], **({"Description": rule["Description"]} if "Description" in rule else {})}
            ]
    return made


def rules_of(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Give a request's permissions as single rules, the way Terraform has them."""
    permissions = value.get("IpPermissions")
    shared = {key: value[key] for key in ("GroupId", "TagSpecifications") if key in value}
    if not isinstance(permissions, list):
        single = {key: value[key] for key in PORTS if key in value}
        permissions = [{**single, "IpRanges": [{"CidrIp": value["CidrIp"]}]}] if "CidrIp" in value else []
    return [{**shared, **rule} for one in permissions if isinstance(one, dict) for rule in _single_rules(one)]


def _single_rules(one: dict[str, Any]) -> list[dict[str, Any]]:
    ports = {key: one[key] for key in PORTS if key in one}
    made = []
    for member, listed, own in SOURCES:
        for source in one.get(listed) or []:
            if isinstance(source, dict) and own in source:
                described = {"Description": source["Description"]} if "Description" in source else {}
                made.append({**ports, member: source[own], **described})
    return made


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
