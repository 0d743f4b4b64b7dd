"""A security group as describe-security-groups prints it -> the requests that make the group and its rules."""
from __future__ import annotations

from typing import Any

MEMBERS = ("GroupName", "Description", "VpcId", "GroupId")
EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}  # what AWS lets out of a new group
EVERYTHING_6 = {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def requests_of(described: dict[str, Any]) -> list[tuple[str, dict[str, Any], str]]:
    """Give (kind, request, the member that it stands in) of a group, its rules, and what its way out is not."""
    group = {"GroupId": described.get("GroupId")} if described.get("GroupId") else {"GroupName": described.get("GroupName")}
    tags = [{"ResourceType": "security-group", "Tags": described["Tags"]}] if described.get("Tags") else []
    own = {key: described[key] for key in MEMBERS if described.get(key)}
    made = [("securityGroups", {**own, **({"TagSpecifications": tags} if tags else {})}, "")]
    rules = _permissions(described.get("IpPermissions"))
    if rules:
        made.append(("securityGroupIngress", {**group, "IpPermissions": rules}, "IpPermissions"))
    if "IpPermissionsEgress" not in described:
        return made
    out = [one for rule in _permissions(described["IpPermissionsEgress"]) for one in _split(rule)]
    if EVERYTHING not in out:
        made.append(("revokedEgress", {**group, "IpPermissions": [EVERYTHING]}, "IpPermissionsEgress"))
    rules = [one for one in out if one not in (EVERYTHING, EVERYTHING_6)] if EVERYTHING in out else out
    if rules:
        made.append(("securityGroupEgress", {**group, "IpPermissions": rules}, "IpPermissionsEgress"))
    return made


def _permissions(value: Any) -> list[dict[str, Any]]:
    """Give permissions without the empty lists that AWS prints."""
    found = value if isinstance(value, list) else []
    return [{key: part for key, part in one.items() if part not in ([], None)} for one in found if isinstance(one, dict)]


def _split(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """Take a permission of everything apart: AWS prints both kinds of addresses in one."""
    kinds = [key for key in ("IpRanges", "Ipv6Ranges") if key in rule]
    if rule.get("IpProtocol") != "-1" or len(kinds) < 2 or len(rule) > 3:
        return [rule]
    return [{"IpProtocol": "-1", key: rule[key]} for key in kinds]
