"""Host networks, DNS, host names and aliases of pods <-> network modes, subnets and the same settings of containers."""

from __future__ import annotations

from typing import Any

from ..converters import names
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from .services_targets import maps

AWSVPC, HOST, BRIDGE, NONE = "awsvpc", "host", "bridge", "none"
FARGATE, EXTERNAL = "FARGATE", "EXTERNAL"
# Stand-ins until somebody says which network it is; a list of one such is filled with all subnets by the writers.
INFRASTRUCTURE_ROLE = "${ECS_INFRASTRUCTURE_ROLE_ARN}"  # for disks, load balancers and instances that ECS manages
SUBNETS, PUBLIC_SUBNETS, VPC = ["${SUBNET_IDS}"], ["${PUBLIC_SUBNET_IDS}"], "${VPC_ID}"
LOOPBACK = "127.0.0.1"


def network_mode_of(host_network: Any, launch: Any) -> str:
    """Give the network mode for a pod: an address of its own, as pods have, wherever there is such a thing.

    Instances of one's own (EXTERNAL) have no awsvpc:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html
    """
    if host_network is True and launch != FARGATE:
        return HOST
    return BRIDGE if launch == EXTERNAL else AWSVPC


def awsvpc(ecs: Tree) -> Tree:
    """Give the network that tasks run in, as the environment has it.

    Without security groups the VPC's default one holds (AwsVpcConfiguration.securityGroups).
    """
    public = "ENABLED" if ecs.get("assignPublicIp") else "DISABLED"
    return tree(
        subnets=ecs.get("subnets") or SUBNETS, securityGroups=ecs.get("securityGroups") or None, assignPublicIp=public
    )


# --- network mode ------------------------------------------------------------------------------


def _to_mode(host: Any, policies: Any, services: Any, containers: Any, launch: Any) -> str | None:
    if not isinstance(containers, dict):
        return None
    ports = any(isinstance(one, dict) and one.get("ports") for one in containers.values())
    if launch != FARGATE and not host and not services and not ports and any(map(denies_all, maps(policies).values())):
        return NONE
    return network_mode_of(host, launch)


def denies_all(policy: Any) -> bool:
    """Whether a NetworkPolicy cuts its pods off in both directions."""
    spec = maps(get(policy, ("spec",)))
    return (
        sorted(map(str, spec.get("policyTypes") or ())) == ["Egress", "Ingress"]
        and not spec.get("ingress")
        and not spec.get("egress")
    )


def _from_mode(mode: Any, family: Any, service: Any) -> tuple:
    alone = {f"{service or family or 'app'}-no-network": {"spec": {"policyTypes": ["Ingress", "Egress"]}}}
    return True if mode == HOST else None, alone if mode == NONE else None


network_mode = TwoWay(_to_mode, _from_mode)
host_on_fargate = TwoWay(lambda host, launch: host is True and launch == FARGATE, lambda *given: None)


def _to_network(kind: Any, host: Any, launch: Any, ecs: Any) -> Tree | None:
    """Only a task that has an address of its own takes subnets (CreateService.networkConfiguration)."""
    return (
        {"awsvpcConfiguration": awsvpc(maps(ecs))}
        if kind is not None and network_mode_of(host, launch) == AWSVPC
        else None
    )


network_configuration = TwoWay(_to_network, lambda *given: ())


def _lacks_network(kind: Any, host: Any, launch: Any, ecs: Any) -> bool:
    known = maps(ecs)
    return _to_network(kind, host, launch, ecs) is not None and not (
        known.get("subnets") and known.get("securityGroups")
    )


lacks_network = TwoWay(_lacks_network, lambda *given: None)


# --- DNS and hosts -----------------------------------------------------------------------------


def _to_dns(policy: Any, servers: Any, searches: Any, containers: Any, launch: Any) -> tuple:
    if launch == FARGATE or not isinstance(containers, dict):
        return None, None
    given = servers if policy == "None" else None
    return _each(containers, given), _each(containers, searches)


def _each(containers: Tree, value: Any) -> Tree | None:
    return {name: value for name in containers} if value else None


def _from_dns(servers: Any, searches: Any, containers: Any, mode: Any) -> tuple:
    """Give a pod's DNS; one in its node's network asks the cluster's DNS only if it says so (PodSpec.dnsPolicy)."""
    found = _first(servers)
    return "None" if found else "ClusterFirstWithHostNet" if mode == HOST else None, found, _first(searches)


def _first(column: Any) -> Any:
    """Give what the first container that says anything says: a pod says it once for all."""
    return next((value for value in maps(column).values() if value), None)


dns = TwoWay(_to_dns, _from_dns)


def _to_hosts(aliases: Any, host: Any, containers: Any) -> tuple:
    if host is not True or not isinstance(containers, dict) or not isinstance(aliases, dict):
        return None, None
    pairs = [(name, ip) for ip, entry in aliases.items() for name in get(entry, ("hostnames",)) or ()]
    entries = {str(place): {"hostname": name, "ipAddress": ip} for place, (name, ip) in enumerate(pairs)}
    return ({name: entries for name in containers} if entries else None), None


def _from_hosts(entries: Any, links: Any, containers: Any) -> Tree | None:
    """Give one alias an address; containers that were linked to are reached on the pod's own address."""
    found: dict[str, dict[str, None]] = {}
    for container in maps(entries).values():
        for entry in maps(container).values():
            name, address = get(entry, ("hostname",)), get(entry, ("ipAddress",))
            if isinstance(name, str) and isinstance(address, str):
                found.setdefault(address, {})[name] = None
    for container in maps(links).values():
        for link in container if isinstance(container, list) else ():
            alias = str(link).rpartition(":")[2]
            if names.is_subdomain(alias):
                found.setdefault(LOOPBACK, {})[alias] = None
    return {address: {"hostnames": list(each)} for address, each in found.items()} or None


hosts = TwoWay(_to_hosts, _from_hosts)


def _from_hostname(column: Any, containers: Any) -> str | None:
    found = [value for value in maps(column).values() if isinstance(value, str) and value]
    return names.dns_label(found[0]) if found else None


hostname = TwoWay(lambda *given: None, _from_hostname)
