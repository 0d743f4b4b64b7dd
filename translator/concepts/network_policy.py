"""SecurityGroupPolicies <-> the security groups of a service's tasks."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get

AWSVPC, POLICY = "awsvpc", "policy"
MOST = 5  # Groups of one network interface (AwsVpcConfiguration.securityGroups).


def groups_of(policies: Any) -> list[str]:
    """Give the security groups of all policies that choose a pod, each once."""
    found = [
        get(one, ("spec", "securityGroups", "groupIds"))
        for one in (policies if isinstance(policies, dict) else {}).values()
    ]
    return list(dict.fromkeys(str(group) for groups in found if isinstance(groups, list) for group in groups))


def _carries(policies: Any, host: Any, given: Any) -> bool:
    return not given and host is not True and 0 < len(groups_of(policies)) <= MOST


def _to_groups(policies: Any, kind: Any, host: Any, given: Any) -> list[str] | None:
    """What the environment says holds for every service, and goes before what the pods had."""
    return groups_of(policies) if kind not in (None, "DaemonSet") and _carries(policies, host, given) else None


def _from_groups(groups: Any, service: Any, settled: Any, wanted: Any) -> Tree | None:
    if service is None or POLICY not in (settled, wanted) or not isinstance(groups, list) or not groups:
        return None
    return {str(service): {"spec": {"securityGroups": {"groupIds": list(groups)}}}}


security_groups = TwoWay(_to_groups, _from_groups)
left_out = TwoWay(
    lambda policies, host, given: bool(groups_of(policies)) and not _carries(policies, host, given),
    lambda *given: None,
)
