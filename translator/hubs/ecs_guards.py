"""The security group of an application's tasks <-> what has it, and the load balancers that must reach the tasks."""
from __future__ import annotations

from typing import Any

from ..neighbours import ATTACHED, SCHEDULED, is_called, reference
from ..trees import Tree, get, put

VPC_CIDR = "${VPC_CIDR}"
BALANCED = {"UDP": ("udp",), "TCP_UDP": ("tcp", "udp")}  # of a target group; all others speak TCP


def guard(tree: Tree, environment: Tree) -> None:
    """Give tasks their own group, and let in what balances their load; nothing is done where they have none."""
    known = get(environment, ("neighbours", "applications", environment.get("name"))) or {}
    for holder, member in _holders(tree) if "service" not in tree else ():
        groups = holder.get(member) or []
        added = [one for one in known.get("given") or () if one not in groups]
        holder.update({member: [*groups, *added]} if added else {})
    own = known.get("group")
    if own is None or own not in tree.get("securityGroups", {}):
        return
    for holder, member in _holders(tree):
        groups = holder.get(member) or []
        if not any(is_called(own, tree["securityGroups"][own], one) for one in groups):
            holder[member] = [*groups, reference(own)]
    if _is_closed(tree, own):
        _let_balancers_in(tree, own, environment)


def _holders(tree: Tree) -> list[tuple[Tree, str]]:
    """Give the networks of services, tasks and schedules, with the member that lists groups."""
    schedules = tree.get("schedules", {})
    found = [(get(tree, path[:-1]), path[-1]) for path in ATTACHED]
    found += [(get(one, SCHEDULED[:-1]), SCHEDULED[-1]) for one in schedules.values()]
    return [(holder, member) for holder, member in found if isinstance(holder, dict)]


def _permissions(tree: Tree, own: str) -> list[Tree]:
    found = get(tree, ("securityGroupIngress", own, "IpPermissions"))
    return list(found.values()) if isinstance(found, dict) else []


def _is_closed(tree: Tree, own: str) -> bool:
    """Whether a group lets not everybody in."""
    return not any(one.get("IpProtocol") == "-1" and "IpRanges" in one for one in _permissions(tree, own))


def _let_balancers_in(tree: Tree, own: str, environment: Tree) -> None:
    sources = _sources(tree, environment)
    for port, protocol in _ports(tree):
        wanted = {"IpProtocol": protocol, "FromPort": port, "ToPort": port, **sources}
        present = _permissions(tree, own)
        if wanted not in present:
            put(tree, ("securityGroupIngress", own, "GroupId"), reference(own))
            put(tree, ("securityGroupIngress", own, "IpPermissions", str(len(present))), wanted)


def _sources(tree: Tree, environment: Tree) -> Tree:
    """Give the groups of the load balancers; one without any, or that stands elsewhere, is somewhere in the VPC."""
    balancers = [one for one in tree.get("loadBalancers", {}).values() if isinstance(one, dict)]
    groups = {group: None for one in balancers for group in one.get("SecurityGroups") or ()}
    if groups and all(one.get("SecurityGroups") for one in balancers):
        return {"UserIdGroupPairs": {str(place): {"GroupId": group} for place, group in enumerate(groups)}}
    return {"IpRanges": {"0": {"CidrIp": get(environment, ("ecs", "vpcCidr")) or VPC_CIDR}}}


def _ports(tree: Tree) -> list[tuple[int, str]]:
    """Give the ports and protocols on which load balancers reach the tasks, health checks among them."""
    found: dict[tuple[int, str], None] = {}
    for one in (get(tree, ("service", "loadBalancers")) or {}).values():
        group = _group(tree, get(one, ("targetGroupArn",)))
        for protocol in BALANCED.get(str(group.get("Protocol")), ("tcp",)):
            found[get(one, ("containerPort",)), protocol] = None
        checked = str(group.get("HealthCheckPort") or "")
        found.update({(int(checked), "tcp"): None} if checked.isdecimal() else {})
    return [(port, protocol) for port, protocol in found if isinstance(port, int)]


def _group(tree: Tree, name: Any) -> Tree:
    for key, group in tree.get("targetGroups", {}).items():
        if isinstance(name, str) and name.startswith(f"${{targetGroups.{key}."):
            return group
    return {}
