"""Rules of a NetworkPolicy -> permissions of a security group, and what of them a security group cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters.peers import chosen, is_whole_cluster
from ..trees import Tree, get, listed
from .services_targets import is_port, listed as listed_ports, maps

ALL = "-1"  # IpPermission.IpProtocol: every protocol, on every port
PROTOCOLS = {"TCP": "tcp", "UDP": "udp", "SCTP": "132"}
VPC_CIDR = "${VPC_CIDR}"
EVERYWHERE = {"IpRanges": ["0.0.0.0/0"], "Ipv6Ranges": ["::/0"]}
FIELDS = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "UserIdGroupPairs": "GroupId"}
DNS = 53
# What a rule meets on its way.
UNKNOWN_PEER, UNKNOWN_PORT, WHOLE_CLUSTER = "unknown-peer", "unknown-port", "whole-cluster"


class Around(NamedTuple):
    """What the rules of an application's policies are read with."""

    containers: Tree
    namespace: str
    neighbours: Tree
    vpc: str


class Permission(NamedTuple):
    """One protocol with its ports, and one source or destination: (list of the request, value)."""

    protocol: str
    first: int | None
    last: int | None
    source: tuple[str, str]


class Read(NamedTuple):
    """What the rules of one direction come to: permissions, each with its rule's number, and what could not be said."""

    permissions: dict[Permission, int]
    problems: set[str]


def around(pod: Any, environment: Any) -> Around:
    """Gather what rules are read with."""
    known = maps(get(environment, ("neighbours",)))
    own = maps(get(known, ("applications", str(get(environment, ("name",))))))
    namespace = own.get("namespace")
    vpc = get(environment, ("ecs", "vpcCidr"))
    return Around(
        maps(get(pod, ("containers",))),
        namespace if isinstance(namespace, str) else "",
        known,
        vpc if isinstance(vpc, str) and vpc else VPC_CIDR,
    )


def directions(policy: Any) -> set[str]:
    """Give the directions in which a policy isolates its pods (NetworkPolicySpec.policyTypes)."""
    said = get(policy, ("spec", "policyTypes"))
    if isinstance(said, list) and said:
        return {str(one) for one in said}
    return {"Ingress", "Egress"} if get(policy, ("spec", "egress")) is not None else {"Ingress"}


def isolated(policies: Any, direction: str) -> bool:
    """Whether any policy isolates the pods in a direction."""
    return any(direction in directions(policy) for policy in maps(policies).values())


def read(policies: Any, direction: str, where: Around) -> Read:
    """Read the rules of all policies in one direction: what any of them allows is allowed."""
    made = Read({}, set())
    rules, member = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
    for _, policy in sorted(maps(policies).items()):
        if direction in directions(policy):
            for rule in maps(get(policy, ("spec", rules))).values():
                _add(made, maps(rule), member, where)
    return made


def _add(made: Read, rule: Tree, member: str, where: Around) -> None:
    if member == "to" and asks_names(rule):
        return
    number = len(made.permissions)
    ports = list(_ports(made, rule.get("ports"), member, where))
    sources = list(_sources(made, rule.get(member), where))
    for protocol, first, last in ports:
        for source in sources:
            made.permissions.setdefault(Permission(protocol, first, last, source), number)


def asks_names(rule: Tree) -> bool:
    """Whether a rule lets pods ask the cluster's DNS: tasks ask the VPC's, which no security group filters.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
    """
    ports = list(maps(rule.get("ports")).values())
    numbers = {get(port, ("port",)) for port in ports}
    return bool(ports) and numbers <= {DNS, "dns", "dns-tcp"} and all(
        isinstance(peer, dict) and "ipBlock" not in peer for peer in maps(rule.get("to")).values()
    )


# --- ports -------------------------------------------------------------------------------------


def _ports(made: Read, ports: Any, member: str, where: Around) -> Iterator[tuple[str, int | None, int | None]]:
    if not maps(ports):
        yield ALL, None, None
        return
    for port in maps(ports).values():
        protocol = PROTOCOLS.get(str(get(port, ("protocol",)) or "TCP"))
        found = list(_numbers(maps(port), member, where))
        if protocol is None or not found:
            made.problems.add(UNKNOWN_PORT)
            continue
        for first, last in found:
            yield (protocol, first, last) if protocol != PROTOCOLS["SCTP"] else (protocol, None, None)


def _numbers(port: Tree, member: str, where: Around) -> Iterator[tuple[int, int]]:
    """Give the ranges that a port means; a name is that of a port of the pods themselves, so only of those called."""
    wanted, last = port.get("port"), port.get("endPort")
    if wanted is None:
        yield 0, 65535
    elif is_port(wanted):
        yield wanted, last if is_port(last) else wanted
    elif member == "from":
        for number in {one["containerPort"]: None for _, one in listed_ports(where.containers)
                       if one.get("name") == wanted and is_port(one.get("containerPort"))}:
            yield number, number


# --- peers -------------------------------------------------------------------------------------


def _sources(made: Read, peers: Any, where: Around) -> Iterator[tuple[str, str]]:
    if not maps(peers):
        for key, values in EVERYWHERE.items():
            yield key, values[0]
        return
    for peer in maps(peers).values():
        if is_whole_cluster(peer):
            made.problems.add(WHOLE_CLUSTER)
            yield "IpRanges", where.vpc
        elif isinstance(get(peer, ("ipBlock",)), dict):
            yield from _networks(made, peer["ipBlock"])
        else:
            yield from _groups(made, peer, where)


def _groups(made: Read, peer: Any, where: Around) -> Iterator[tuple[str, str]]:
    found = chosen(peer, where.namespace, where.neighbours)
    groups = [get(where.neighbours, ("applications", name, "group")) for name in found]
    if not found or not all(isinstance(group, str) for group in groups):
        made.problems.add(UNKNOWN_PEER)
    for group in groups:
        if isinstance(group, str):
            yield "UserIdGroupPairs", f"${{securityGroups.{group}.GroupId}}"


def _networks(made: Read, block: Tree) -> Iterator[tuple[str, str]]:
    """Give the networks of a block: where parts are excepted, those that are left, since groups only ever allow."""
    whole, excepted = block.get("cidr"), block.get("except")
    if not isinstance(whole, str) or not whole:
        made.problems.add(UNKNOWN_PEER)
        return
    kind = "Ipv6Ranges" if ":" in whole else "IpRanges"
    left = without(whole, excepted) if isinstance(excepted, list) and excepted else [whole]
    if left is None:
        made.problems.add(UNKNOWN_PEER)
    yield from ((kind, one) for one in left or ())


def without(whole: str, excepted: list[Any]) -> list[str] | None:
    """Give the networks that are left of one; None where a text is no network, or too many would be left."""
    import ipaddress

    try:
        left = [ipaddress.ip_network(whole, strict=False)]
        for one in excepted:
            hole = ipaddress.ip_network(str(one), strict=False)
            left = [part for each in left for part in _minus(each, hole)]
    except (ValueError, TypeError):
        return None
    return [str(one) for one in sorted(left)] if len(left) <= MOST_RULES else None  # type: ignore[type-var]


MOST_RULES = 60  # of one group and direction: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html


def _minus(whole: Any, hole: Any) -> list[Any]:
    if whole.version != hole.version or not whole.overlaps(hole):
        return [whole]
    return [] if whole.subnet_of(hole) else list(whole.address_exclude(hole))


# --- as EC2 has them -----------------------------------------------------------------------------


def to_permissions(found: dict[Permission, int]) -> Tree:
    """Give permissions as AuthorizeSecurityGroupIngress takes them: one for each range of ports of a rule."""
    by_ports: dict[tuple, dict[str, list[str]]] = {}
    for one, rule in found.items():
        by_ports.setdefault((*one[:3], rule), {}).setdefault(one.source[0], []).append(one.source[1])
    return listed(
        {
            "IpProtocol": protocol,
            **({} if first is None else {"FromPort": first, "ToPort": last}),
            **{key: listed({FIELDS[key]: value} for value in values) for key, values in sources.items()},
        }
        for (protocol, first, last, _), sources in by_ports.items()
    )
