"""Target groups, listeners and network load balancers -> Services of type LoadBalancer and their annotations."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..converters import names
from ..trees import Tree, get
from . import services_annotations as words
from .names import NAMESPACE_TAG
from .services_balancing import ADDRESSES, balancer_name
from .services_discovery import find
from .services_targets import maps

LAYER_FOUR = ("TCP", "UDP", "TCP_UDP", "TLS")


class Balanced(NamedTuple):
    """One container port behind a target group; the listener and load balancer in front, if they are known."""

    container: str
    number: int
    group: tuple[str, Tree] | None
    listener: Tree | None
    balancer: tuple[str, Tree] | None

    def is_layer_four(self, shared: Any = None) -> bool:
        """Whether a network load balancer is in front, whose target group is not another application's."""
        known = self.group is not None and self.group[0] not in maps(get(shared, ("targetGroups",)))
        return known and self.group[1].get("Protocol") in LAYER_FOUR


def balanced(service: Any, document: Tree) -> list[Balanced]:
    """Give what is behind load balancers; a target group with two listeners counts twice."""
    made = []
    for entry in maps(get(service, ("loadBalancers",))).values():
        container, number = get(entry, ("containerName",)), get(entry, ("containerPort",))
        if not isinstance(container, str) or not isinstance(number, int):
            continue
        group = find(document.get("targetGroups"), get(entry, ("targetGroupArn",)), "targetGroups", "TargetGroupArn")
        listeners = [
            one for one in maps(document.get("listeners")).values() if group is not None and forwards(one, group)
        ]
        for listener in listeners or [None]:
            balancer = find(
                document.get("loadBalancers"), get(listener, ("LoadBalancerArn",)), "loadBalancers", "LoadBalancerArn"
            )
            made.append(Balanced(container, number, group, listener, balancer))
    return made


def forwards(listener: Any, group: tuple[str, Tree]) -> bool:
    """Whether a listener's default action leads to a target group."""
    for action in maps(get(listener, ("DefaultActions",))).values():
        named = [get(action, ("TargetGroupArn",))] + [
            get(one, ("TargetGroupArn",)) for one in maps(get(action, ("ForwardConfig", "TargetGroups"))).values()
        ]
        if any(find({group[0]: group[1]}, one, "targetGroups", "TargetGroupArn") for one in named):
            return True
    return False


def service_of(one: Balanced, own_name: str, shared: Any) -> str:
    """Name the Service for a load balancer: by its tag `Name`, else as itself; as the ECS service if shared."""
    if one.balancer is None or one.balancer[0] in maps(get(shared, ("loadBalancers",))):
        return names.service_name(own_name)
    tag = get(one.balancer[1], ("Tags", "Name", "Value"))
    return names.service_name(tag if isinstance(tag, str) and tag else one.balancer[0])


def port_name(one: Balanced) -> str | None:
    """Give the port's name that a target group's has behind its load balancer's: `web-https` before `web`."""
    if one.group is None or one.balancer is None or not one.group[0].startswith(one.balancer[0] + "-"):
        return None
    suffix = one.group[0][len(one.balancer[0]) + 1 :]
    return suffix if names.is_dns_label(suffix) and not suffix.isdecimal() else None


def to_annotations(name: str, mine: list[Balanced], document: Tree) -> Tree:
    """Give the annotations by which the controller makes the same load balancer."""
    first = mine[0]
    balancer = first.balancer[1] if first.balancer else {}
    group = first.group[1] if first.group else {}
    return words.annotations(
        {
            "type": "external",
            "nlb-target-type": "ip" if group.get("TargetType", "ip") != "instance" else "instance",
            "scheme": balancer.get("Scheme") or "internet-facing",
            "ip-address-type": balancer.get("IpAddressType"),
            "name": _own_balancer_name(name, first, namespace_of(document.get("service"))),
            **_placed(balancer),
            **_tls(mine, document),
            "additional-resource-tags": words.joined(
                {key: str(get(one, ("Value",))) for key, one in maps(balancer.get("Tags")).items() if key != "Name"}
            ),
            "attributes": words.joined(
                attributes_of(
                    document.get("loadBalancerAttributes"), first.balancer, "loadBalancers", "LoadBalancerArn"
                )
            ),
            "target-group-attributes": words.joined(
                attributes_of(document.get("targetGroupAttributes"), first.group, "targetGroups", "TargetGroupArn")
            ),
        }
    )


def _own_balancer_name(name: str, one: Balanced, namespace: str) -> str | None:
    if one.balancer is None or namespace == "default" and one.balancer[0] == balancer_name(name, None):
        return None
    return one.balancer[0]


def namespace_of(service: Any) -> str:
    """Give the namespace that an ECS service's objects will be in: as its tag says, else as its cluster is called."""
    tag = get(service, ("tags", NAMESPACE_TAG, "value"))
    cluster = str(get(service, ("cluster",)) or "").rpartition("/")[2]
    found = tag if isinstance(tag, str) and tag else cluster
    return names.dns_label(found) if found and "${" not in found else "default"


def _placed(balancer: Tree) -> dict[str, str]:
    """Give the subnets, addresses and security groups that are known by their ids."""
    mappings = maps(balancer.get("SubnetMappings"))
    subnets = list(mappings) or balancer.get("Subnets") or []
    made = {
        key: ",".join(str(maps(one)[member]) for one in mappings.values() if maps(one).get(member))
        for key, member in ADDRESSES.items()
    }
    return {**made, "subnets": _ids(subnets), "security-groups": _ids(balancer.get("SecurityGroups"))}


def _ids(values: Any) -> str:
    found = values if isinstance(values, list) else []
    return ",".join(map(str, found)) if not any("${" in str(one) for one in found) else ""


def _tls(mine: list[Balanced], document: Tree) -> dict[str, str]:
    """Give what encrypts, and the ports where it does unless it is all of them."""
    secure = [one for one in mine if get(one.listener, ("Protocol",)) == "TLS"]
    if not secure:
        return {}
    listener = secure[0].listener
    alpn = get(listener, ("AlpnPolicy",))
    return {
        "ssl-cert": ",".join(_certificates(listener, document)),
        "ssl-ports": "" if len(secure) == len(mine) else ",".join(str(get(one.listener, ("Port",))) for one in secure),
        "ssl-negotiation-policy": get(listener, ("SslPolicy",)) or "",
        "alpn-policy": alpn[0] if isinstance(alpn, list) and alpn else "",
        "backend-protocol": "ssl" if secure[0].group and secure[0].group[1].get("Protocol") == "TLS" else "",
    }


def _certificates(listener: Any, document: Tree) -> list[str]:
    """Give the certificates of a listener: its own, then those that were added."""
    known = {key: one for key, one in maps(document.get("listeners")).items() if one == listener}
    added = [
        one
        for one in maps(document.get("listenerCertificates")).values()
        if find(known, get(one, ("ListenerArn",)), "listeners", "ListenerArn")
    ]
    found = [get(entry, ("CertificateArn",)) for one in (listener, *added) for entry in maps(get(one, ("Certificates",))).values()]
    return list(dict.fromkeys(one for one in found if isinstance(one, str)))


def attributes_of(entries: Any, owner: tuple[str, Tree] | None, kind: str, arn: str) -> dict[str, str]:
    """Give the attributes of a target group or load balancer."""
    for reference, entry in maps(entries).items():
        if owner is not None and find({owner[0]: owner[1]}, get(entry, (arn,)) or reference, kind, arn):
            return {key: str(get(one, ("Value",)) or "") for key, one in maps(get(entry, ("Attributes",))).items()}
    return {}


def guarded(one: Balanced, document: Tree) -> list[str] | None:
    """Give the addresses that a load balancer's own security group lets in."""
    found: dict[str, None] = {}
    for reference in get(one.balancer[1], ("SecurityGroups",)) or () if one.balancer else ():
        group = find(document.get("securityGroups"), reference, "securityGroups", "GroupId")
        for rule in maps(document.get("securityGroupIngress")).values() if group else ():
            if find({group[0]: group[1]}, get(rule, ("GroupId",)), "securityGroups", "GroupId"):
                for permission in maps(get(rule, ("IpPermissions",))).values():
                    for member, field in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")):
                        found.update(
                            {str(get(entry, (field,))): None for entry in maps(get(permission, (member,))).values()}
                        )
    return list(found) or None
