"""NetworkPolicies and SecurityGroupPolicies <-> the security groups of a service's tasks."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..neighbours import attached
from ..trees import Tree, get, leaves
from .network_policy_back import carries, document_of, groups_of, is_called, lost_of, to_policies
from .network_policy_groups import (
    open_group,
    others_too,
    to_groups,
    unguarded,
    unknown_peer,
    unknown_port,
    way_out,
    whole_cluster,
)
from .network_policy_rules import VPC_CIDR
from .services_targets import maps

__all__ = ["open_group", "others_too", "unguarded", "unknown_peer", "unknown_port", "way_out", "whole_cluster"]
AWSVPC, POLICY = "awsvpc", "policy"
MOST = 5  # Groups of one network interface (AwsVpcConfiguration.securityGroups).

policies = TwoWay(to_groups, to_policies)


def _of_tasks(rule: Any, given: tuple) -> bool:
    """Whether a request is about a group of the tasks whose rules became policies."""
    document = document_of(given)
    group = get(rule, ("GroupId",)) or get(rule, ("GroupName",))
    return carries(document) and any(is_called(key, one, group) for key, one in groups_of(document).known.items())


carried = TwoWay(lambda *given: None, lambda rule, *given: _of_tasks(rule, given))
not_said = TwoWay(
    lambda *given: None,
    lambda permission, rule, *given: _of_tasks(rule, given) and lost_of(permission, document_of(given)),
)
groups_known = TwoWay(
    lambda *given: None, lambda groups, *given: groups is not None and carries(document_of(given))
)


def _is_half_known(*given: Any) -> bool:
    document = document_of(given)
    found = groups_of(document)
    return bool(found.known and found.unknown) and not carries(document)


half_known = TwoWay(lambda *given: None, _is_half_known)


def _names_vpc(*given: Any) -> bool:
    """Whether a policy lets in a load balancer, of which nobody has said where it is."""
    return bool(document_of(given)["loadBalancers"]) and any(
        value == VPC_CIDR for _, value in leaves(to_policies(*given))
    )


balanced = TwoWay(lambda *given: None, _names_vpc)


# --- SecurityGroupPolicies -----------------------------------------------------------------------


def ids_of(policies_: Any) -> list[str]:
    """Give the security groups of all policies that choose a pod, each once."""
    found = [
        get(one, ("spec", "securityGroups", "groupIds"))
        for one in (policies_ if isinstance(policies_, dict) else {}).values()
    ]
    return list(dict.fromkeys(str(group) for groups in found if isinstance(groups, list) for group in groups))


def carries_ids(policies_: Any, host: Any, given: Any) -> bool:
    """Whether the groups of policies can be those of tasks."""
    return not given and host is not True and 0 < len(ids_of(policies_)) <= MOST


def _to_groups(policies_: Any, kind: Any, host: Any, given: Any) -> list[str] | None:
    """What the environment says holds for every service, and goes before what the pods had."""
    return ids_of(policies_) if kind is not None and carries_ids(policies_, host, given) else None


def _from_groups(
    groups: Any, service: Any, settled: Any, wanted: Any, task: Any = None, schedules: Any = None, name: Any = None
) -> Tree | None:
    """Give a policy for the groups of a service, or of a task that is run once or by the clock."""
    if service is None:
        groups, service = attached({"task": maps(task), "schedules": maps(schedules)}), name
    if service is None or POLICY not in (settled, wanted) or not isinstance(groups, list):
        return None
    # What the document describes became a NetworkPolicy, unless pods are to have the very groups.
    kept = [one for one in groups if wanted == POLICY or not str(one).startswith("${securityGroups.")]
    return {str(service): {"spec": {"securityGroups": {"groupIds": kept}}}} if kept else None


security_groups = TwoWay(_to_groups, _from_groups)
left_out = TwoWay(
    lambda policies_, host, given: bool(ids_of(policies_)) and not carries_ids(policies_, host, given),
    lambda *given: None,
)
