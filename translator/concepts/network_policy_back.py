"""Security groups of an application's tasks -> NetworkPolicies, and what of their rules no policy can say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters import names
from ..converters.peers import NAMESPACE_NAME
from ..neighbours import NAME_LABEL, attached, is_called, own_group
from ..trees import Tree, get, listed, tree
from .network_policy_rules import ALL, EVERYWHERE, FIELDS, VPC_CIDR
from .services_targets import is_port, maps

KINDS = ("securityGroups", "securityGroupIngress", "securityGroupEgress", "revokedEgress")
AROUND = ("service", "task", "schedules", "loadBalancers", "environment")
POLICY = "policy"
SAID = {"tcp": "TCP", "6": "TCP", "udp": "UDP", "17": "UDP", "132": "SCTP"}
DNS = {
    "to": {"0": {
        "namespaceSelector": {"matchLabels": {NAMESPACE_NAME: "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }},
    "ports": {"0": {"protocol": "UDP", "port": 53}, "1": {"protocol": "TCP", "port": 53}},
}


class Groups(NamedTuple):
    """The security groups of an application's tasks: those of the document by name, and those that nobody knows."""

    known: dict[str, Tree]
    unknown: list[str]


def document_of(given: tuple) -> Tree:
    """Name what a pair was given."""
    return dict(zip((*KINDS, *AROUND), given, strict=True))


def groups_of(document: Tree) -> Groups:
    """Give the groups of the tasks; what the environment gives every service says nothing about this one."""
    tasks = {key: maps(document.get(key)) for key in ("service", "task", "schedules", "securityGroups")}
    settled = get(document, ("environment", "ecs", "securityGroups"))
    known: dict[str, Tree] = {}
    unknown = []
    for name in attached(tasks):
        key = next((key for key, one in tasks["securityGroups"].items() if is_called(key, one, name)), None)
        if key is not None:
            known[key] = maps(tasks["securityGroups"][key])
        elif not (isinstance(settled, list) and name in settled):
            unknown.append(name)
    return Groups(known, unknown)


def carries(document: Tree) -> bool:
    """Whether policies are made: of all groups or of none, unless a SecurityGroupPolicy keeps those that are unknown."""
    found, environment = groups_of(document), maps(document.get("environment"))
    if get(environment, ("kubernetes", "securityGroups")) == POLICY:
        return False
    return bool(found.known) and (not found.unknown or environment.get("securityGroups") == POLICY)


def to_policies(*given: Any) -> Tree | None:
    """Give a NetworkPolicy for each group, or None where everybody may call and be called."""
    document = document_of(given)
    if not carries(document):
        return None
    known = groups_of(document).known
    closed = {key: _is_closed(document, key) for key in known}
    limited = {key: _is_limited(document, key) for key in known}
    types = [*(["Ingress"] if all(closed.values()) else []), *(["Egress"] if all(limited.values()) else [])]
    if not types:
        return None
    return {_name(key, document): {"spec": _spec(key, types, document)} for key in known}


def _name(key: str, document: Tree) -> str:
    """Name a policy after its group; one that several applications have makes one for each."""
    environment = maps(document.get("environment"))
    own = str(environment.get("name") or "app")
    shared = get(environment, ("neighbours", "applications", own, "shared"))
    if key == own_group(own):
        return names.dns_label(own)
    return names.dns_label(f"{key}-{own}" if isinstance(shared, list) and key in shared else key)


def _spec(key: str, types: list[str], document: Tree) -> Tree:
    incoming = listed(rules_of(_permissions(document, "securityGroupIngress", key), "from", document))
    outgoing = listed(rules_of(_permissions(document, "securityGroupEgress", key), "to", document))
    return tree(
        policyTypes=types,
        ingress=incoming or None if "Ingress" in types else None,
        egress={**outgoing, str(len(outgoing)): DNS} if "Egress" in types else None,
    )


def _requests(document: Tree, kind: str, key: str) -> Iterator[Tree]:
    group = maps(get(document, ("securityGroups", key)))
    for one in maps(document.get(kind)).values():
        if is_called(key, group, get(one, ("GroupId",)) or get(one, ("GroupName",))):
            yield one


def _permissions(document: Tree, kind: str, key: str) -> list[Tree]:
    """Give what the rules of a group permit; those of the same ports that follow each other are one."""
    made: list[Tree] = []
    for one in (one for request in _requests(document, kind, key) for one in permissions_of(request)):
        if made and all(made[-1].get(part) == one.get(part) for part in ("IpProtocol", "FromPort", "ToPort")):
            made[-1] = {**made[-1], **{part: _joined(made[-1].get(part), one.get(part)) for part in SOURCES}}
        else:
            made.append(one)
    return made


SOURCES = (*FIELDS, "PrefixListIds")


def _joined(one: Any, other: Any) -> Tree:
    found = [*maps(one).values(), *maps(other).values()]
    return listed(entry for place, entry in enumerate(found) if entry not in found[:place])


def permissions_of(request: Tree) -> list[Tree]:
    """Give the permissions of a request, which may say a single one by itself."""
    made = [one for one in maps(request.get("IpPermissions")).values() if isinstance(one, dict)]
    if request.get("CidrIp"):
        ports = {key: request[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in request}
        made.append({**ports, "IpRanges": {"0": {"CidrIp": request["CidrIp"]}}})
    return made


def _is_open(permissions: list[Tree], document: Tree) -> bool:
    """Whether everybody is let through on every port."""
    vpc = get(document, ("environment", "ecs", "vpcCidr"))
    return any(
        one.get("IpProtocol") == ALL and _is_wide(get(each, ("CidrIp",)), vpc)
        for one in permissions
        for each in maps(one.get("IpRanges")).values()
    )


def _is_wide(network: Any, vpc: Any) -> bool:
    """Whether a network is all that there is, or all of the VPC: by its number or as templates name that parameter."""
    text = str(network)
    placeholder = text.lower() if text.startswith("${") else ""
    return text in (EVERYWHERE["IpRanges"][0], vpc) or "vpc" in placeholder and "cidr" in placeholder


def _is_closed(document: Tree, key: str) -> bool:
    return not _is_open(_permissions(document, "securityGroupIngress", key), document)


def _is_limited(document: Tree, key: str) -> bool:
    """Whether the rule that every new group has, and that lets everything out, was taken away."""
    return any(_requests(document, "revokedEgress", key)) and not _is_open(
        _permissions(document, "securityGroupEgress", key), document
    )


# --- rules -------------------------------------------------------------------------------------


def rules_of(permissions: list[Tree], member: str, document: Tree) -> list[Tree]:
    """Give rules: permissions that follow each other and have the same peers are one."""
    made: list[tuple[Tree | None, list[Tree]]] = []
    for one in permissions:
        port, found = port_of(one), peers_of(one, document)
        if port is None or found is None:
            continue
        peers = None if not found else listed(found)
        if made and made[-1][0] == peers and made[-1][1] and port:
            if port not in made[-1][1]:
                made[-1][1].append(port)
        elif (peers, [port] if port else []) not in made:
            made.append((peers, [port] if port else []))
    return [tree(**{member: peers}, ports=listed(ports) or None) for peers, ports in made]


def port_of(permission: Tree) -> Tree | None:
    """Give a rule's port; nothing for all of them, None for a protocol that policies do not know, such as ICMP."""
    protocol = str(permission.get("IpProtocol", ALL))
    if protocol in (ALL, "all"):
        return {}
    first, last = permission.get("FromPort"), permission.get("ToPort")
    if protocol not in SAID:
        return None
    said = SAID[protocol]
    if said == "SCTP" or first is None or (first, last) in ((0, 65535), (-1, -1), (1, 65535)):
        return {"protocol": said}
    if not is_port(first) or not (is_port(last) and last >= first):
        return None
    return {"protocol": said, "port": first, **({"endPort": last} if last != first else {})}


def peers_of(permission: Tree, document: Tree) -> list[Tree] | None:
    """Give a rule's peers; none for everybody, None where none of them can be said."""
    networks = {
        key: [str(get(one, (FIELDS[key],))) for one in maps(permission.get(key)).values()]
        for key in ("IpRanges", "Ipv6Ranges")
    }
    if networks == EVERYWHERE:
        return []
    made = [{"ipBlock": {"cidr": one}} for values in networks.values() for one in values]
    for pair in maps(permission.get("UserIdGroupPairs")).values():
        made.extend(one for one in members(get(pair, ("GroupId",)), document) if one not in made)
    return made or None


def members(group: Any, document: Tree) -> list[Tree]:
    """Give the pods that stand for the members of a group: applications that have it, or what balances the load."""
    environment = maps(document.get("environment"))
    applications = maps(get(environment, ("neighbours", "applications")))
    own = maps(applications.get(str(environment.get("name")))).get("namespace")
    found = [one for one in applications.values() if isinstance(get(one, ("groups",)), list) and group in one["groups"]]
    if not found and is_of_balancer(group, document):
        cidr = get(environment, ("ecs", "vpcCidr")) or VPC_CIDR
        return [{"ipBlock": {"cidr": cidr}}]
    fixed = get(environment, ("kubernetes", "namespace"))
    return [_pods(one, one.get("namespace") if not fixed and one.get("namespace") != own else None) for one in found]


def _pods(one: Tree, namespace: Any) -> Tree:
    spaces = None if namespace is None else {"matchLabels": {NAMESPACE_NAME: str(namespace or "default")}}
    return tree(namespaceSelector=spaces, podSelector={"matchLabels": {NAME_LABEL: str(one.get("name"))}})


def is_of_balancer(group: Any, document: Tree) -> bool:
    """Whether a group is a load balancer's."""
    return any(
        group in (get(one, ("SecurityGroups",)) or ())
        for one in maps(document.get("loadBalancers")).values()
        if isinstance(get(one, ("SecurityGroups",)), list)
    )


def lost_of(permission: Tree, document: Tree) -> bool:
    """Whether something that a permission lets through is not in the policy."""
    pairs = [get(one, ("GroupId",)) for one in maps(permission.get("UserIdGroupPairs")).values()]
    return port_of(permission) is None or bool(maps(permission.get("PrefixListIds"))) or not all(
        members(one, document) for one in pairs
    )


