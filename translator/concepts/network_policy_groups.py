"""NetworkPolicies -> the security group of an application's tasks, and what its rules leave to be said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..converters.two_way import TwoWay
from ..neighbours import reference
from ..trees import Tree, get, listed, tree
from .network_policy_rules import (
    ALL,
    EVERYWHERE,
    UNKNOWN_PEER,
    UNKNOWN_PORT,
    WHOLE_CLUSTER,
    Permission,
    around,
    isolated,
    read,
    to_permissions,
)
from .networking import FARGATE, NONE, VPC, network_mode

HTTPS = 443
# What a new group has: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
ANYTHING = {"0": {"IpProtocol": ALL, "IpRanges": {"0": {"CidrIp": EVERYWHERE["IpRanges"][0]}}}}


def group_of(environment: Any) -> str | None:
    """Give the name of the security group that an application's tasks have of their own."""
    found = get(environment, ("neighbours", "applications", str(get(environment, ("name",))), "group"))
    return found if isinstance(found, str) else None


def to_groups(policies: Any, pod: Any, environment: Any) -> tuple | None:
    """Give a security group, what it lets in, what it lets out, and the rule that lets everything out, to be revoked."""
    own = group_of(environment)
    if own is None:
        return None
    incoming, outgoing = incoming_of(policies, pod, environment), outgoing_of(policies, pod, environment)
    vpc = get(environment, ("ecs", "vpc")) or VPC
    words = f"Tasks of {get(environment, ('name',))}"
    return (
        {own: tree(Description=words, VpcId=vpc)},
        _request(own, incoming),
        _request(own, outgoing or {}),
        _request(own, ANYTHING) if outgoing is not None else None,
    )


def _request(own: str, permissions: Tree) -> Tree | None:
    return {own: {"GroupId": reference(own), "IpPermissions": permissions}} if permissions else None


def incoming_of(policies: Any, pod: Any, environment: Any) -> Tree:
    """Give who may call the tasks; where no policy isolates the pods, that is everybody in the VPC."""
    where = around(pod, environment)
    if not isolated(policies, "Ingress"):
        return listed([{"IpProtocol": ALL, "IpRanges": listed([{"CidrIp": where.vpc}])}])
    return to_permissions(read(policies, "Ingress", where).permissions)


def outgoing_of(policies: Any, pod: Any, environment: Any) -> Tree | None:
    """Give whom the tasks may call; None where no policy isolates the pods, as a new group lets everything out."""
    if not isolated(policies, "Egress"):
        return None
    found = dict(read(policies, "Egress", around(pod, environment)).permissions)
    if get(environment, ("launchType",)) == FARGATE:
        found.setdefault(Permission("tcp", HTTPS, HTTPS, ("IpRanges", EVERYWHERE["IpRanges"][0])), -1)
    return to_permissions(found)


# --- notices, of one policy each -----------------------------------------------------------------


def _of_one(speaks: Callable[[Tree, Any, Any], bool]) -> TwoWay:
    """Make the pair of a notice about one policy of an application whose tasks have a group."""

    def to_ecs(selector: Any, key: Any, policies: Any, pod: Any, environment: Any) -> bool:
        one = {str(key): get(policies, (str(key),))}
        return group_of(environment) is not None and speaks(one, pod, environment)

    return TwoWay(to_ecs, lambda *given: None)


def _meets(kind: str) -> TwoWay:
    """Make the pair of a notice that speaks where the rules of a policy meet a problem."""

    def speaks(policy: Tree, pod: Any, environment: Any) -> bool:
        where = around(pod, environment)
        return any(kind in read(policy, direction, where).problems for direction in ("Ingress", "Egress"))

    return _of_one(speaks)


unknown_peer, unknown_port, whole_cluster = map(_meets, (UNKNOWN_PEER, UNKNOWN_PORT, WHOLE_CLUSTER))
others_too = _of_one(lambda policy, pod, environment: bool(get(environment, ("ecs", "securityGroups"))))
way_out = _of_one(
    lambda policy, pod, environment: isolated(policy, "Egress") and get(environment, ("launchType",)) == FARGATE
)


def _is_unguarded(selector: Any, policies: Any, services: Any, pod: Any, environment: Any) -> bool:
    """Whether tasks have no network interface that a group could guard, nor are cut off altogether."""
    launch = get(environment, ("launchType",))
    parts = get(pod, ("hostNetwork",)), policies, services, get(pod, ("containers",))
    return group_of(environment) is None and network_mode.to_ecs(*parts, launch) != NONE


def _is_open(pod: Any, policies: Any, environment: Any) -> bool:
    """Whether a group lets in a VPC whose addresses nobody has said."""
    known = get(environment, ("ecs", "vpcCidr"))
    return group_of(environment) is not None and not known and not isolated(policies, "Ingress")


unguarded = TwoWay(_is_unguarded, lambda *given: None)
open_group = TwoWay(_is_open, lambda *given: None)
