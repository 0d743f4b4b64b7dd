"""Rules of security groups, one for every source, as Terraform has them <-> permissions as EC2 takes them."""

from __future__ import annotations

from typing import Any

from .terraform_values import listing, mapping

INGRESS, EGRESS, REVOKED = "securityGroupIngress", "securityGroupEgress", "revokedEgress"
EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}  # what AWS lets out of a new group
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


def single_rules(value: dict[str, Any]) -> list[dict[str, Any]]:
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


def permission(rule: dict[str, Any]) -> dict[str, Any]:
    """Give one rule as EC2 takes it."""
    made: dict[str, Any] = {key: rule[key] for key in PORTS if key in rule}
    # All protocols have no ports: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    if made.get("IpProtocol") in ("-1", "all"):
        made = {"IpProtocol": "-1"}
    for member, listed, own in SOURCES:
        if member in rule:
            made[listed] = [
                {own: rule[member], **({"Description": rule["Description"]} if "Description" in rule else {})}
            ]
    return made


def rules_of(value: Any) -> list[dict[str, Any]]:
    """Give a request's permissions as single rules, the way Terraform has them."""
    value = mapping(value)
    permissions = value.get("IpPermissions")
    shared = {key: value[key] for key in ("GroupId", "TagSpecifications") if key in value}
    if not isinstance(permissions, list):
        single = {key: value[key] for key in PORTS if key in value}
        permissions = [{**single, "IpRanges": [{"CidrIp": value["CidrIp"]}]}] if "CidrIp" in value else []
    return [{**shared, **rule} for one in permissions if isinstance(one, dict) for rule in _of_permission(one)]


def _of_permission(one: dict[str, Any]) -> list[dict[str, Any]]:
    ports = {key: one[key] for key in PORTS if key in one}
    made = []
    for member, listed, own in SOURCES:
        for source in listing(one.get(listed)):
            if isinstance(source, dict) and own in source:
                described = {"Description": source["Description"]} if "Description" in source else {}
                made.append({**ports, member: source[own], **described})
    return made


def let_out(requests: list[dict[str, Any]], groups: list[str]) -> list[str]:
    """Give the groups that do not let everything out, and take the rules that say what AWS does anyway.

    AWS lets everything out of a new group; the provider takes that away unless a rule says it:
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
    """
    wide = {str(one.get("GroupId")) for one in requests if any(map(_is_everything, one["IpPermissions"]))}
    for one in requests:
        if str(one.get("GroupId")) in wide.intersection(groups):
            one["IpPermissions"] = [rule for rule in one["IpPermissions"] if not _is_everything(rule, ("0.0.0.0/0", "::/0"))]
    return [group for group in groups if group not in wide]


def _is_everything(rule: dict[str, Any], networks: tuple[str, ...] = ("0.0.0.0/0",)) -> bool:
    ends = [one.get("CidrIp") or one.get("CidrIpv6") for key in ("IpRanges", "Ipv6Ranges") for one in rule.get(key, ())]
    return rule.get("IpProtocol") == "-1" and len(ends) == 1 and ends[0] in networks
