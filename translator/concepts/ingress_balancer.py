"""Ingresses -> application load balancers, their listeners and the security group that lets clients in."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, NamedTuple
from zlib import crc32

from ..converters import names
from ..trees import Tree, get, listed, tree
from . import ingress_annotations as words
from .ingress_actions import NOT_FOUND, authentication, in_order, to_https
from .ingress_rules import STEP, action_of, namespace_of, rules
from .networking import PUBLIC_SUBNETS, SUBNETS
from .services_annotations import pairs
from .services_annotations import words as listed_words
from .services_balancing import qualified
from .services_targets import is_port, maps

CERTIFICATE = "${CERTIFICATE_ARN}"
ANYWHERE = ["0.0.0.0/0"]
STACK = "ingress.k8s.aws/stack"  # the tag by which the controller knows whose load balancer it is
HTTP, HTTPS = "HTTP", "HTTPS"
GROUP_ROOM, MOST_GROUPS = 1000, 49  # a group's Ingresses have a thousand priorities each; 50000 is the highest


class Fronted(NamedTuple):
    """One Ingress with its name and the name of its load balancer."""

    name: str
    entry: Tree
    balancer: str
    listener: str | None  # an existing one to add rules to
    present: Container[str] | None = None  # the Services that there are
    room: int | None = None  # within a group, where others of it want the same

    @property
    def given(self) -> dict[str, str]:
        """Give the controller's annotations."""
        return words.noted(self.entry)

    @property
    def reference(self) -> str:
        """Refer to the load balancer."""
        return f"${{loadBalancers.{self.balancer}.LoadBalancerArn}}"


def balancer_name(name: str, ingress: Any, taken: Any = ()) -> str:
    """Name an Ingress's load balancer: as annotations say, else as the Ingress; none may begin with `internal-`."""
    given = words.noted(ingress)
    wanted = names.target_group_name(
        given.get("load-balancer-name") or given.get("group.name") or qualified(name, namespace_of(ingress))
    )
    wanted = names.target_group_name(f"lb-{wanted}") if wanted.startswith("internal-") else wanted
    return names.target_group_name(f"{wanted}-alb") if wanted in taken else wanted


def ports(one: Fronted) -> list[tuple[str, int]]:
    """Give (protocol, port) of each listener; with a certificate requests are encrypted unless the Ingress says otherwise."""
    said = words.parsed(one.given.get("listen-ports"))
    found = (
        [(str(key).upper(), port) for entry in said if isinstance(entry, dict) for key, port in entry.items()]
        if isinstance(said, list)
        else []
    )
    found = [(protocol, port) for protocol, port in found if protocol in (HTTP, HTTPS) and is_port(port)]
    if found:
        return list(dict.fromkeys(found))
    if listed_words(one.given.get("certificate-arn")):
        return [(HTTPS, 443)]
    return [(HTTP, 80), (HTTPS, 443)] if get(one.entry, ("spec", "tls")) else [(HTTP, 80)]


def redirect_port(one: Fronted) -> str | None:
    """Give the port that unencrypted requests are sent to.

    NGINX sends them there wherever there is a certificate, unless it is told not to.
    """
    said = one.given.get("ssl-redirect")
    if said and said.isdecimal():
        return said
    other = words.noted(one.entry, words.NGINX).get("ssl-redirect")
    both = "listen-ports" not in one.given and len(ports(one)) == 2
    return "443" if both and other != "false" else None


def certificates(one: Fronted, environment: Any) -> list[str]:
    """Give the certificates of an Ingress."""
    return listed_words(one.given.get("certificate-arn")) or [
        get(environment, ("ecs", "certificateArn")) or CERTIFICATE
    ]


def listener(one: Fronted, protocol: str, port: int, environment: Any) -> Tree:
    """Give what CreateListener takes; it has one certificate, the first of the list."""
    secure = protocol == HTTPS
    redirect = redirect_port(one)
    action = in_order(None, to_https(redirect)) if redirect and not secure else _default(one)
    return tree(
        LoadBalancerArn=one.reference,
        Protocol=protocol,
        Port=port,
        SslPolicy=one.given.get("ssl-policy") if secure else None,
        Certificates=listed([{"CertificateArn": certificates(one, environment)[0]}]) if secure else None,
        MutualAuthentication=_mutual(one.given, port) if secure else None,
        DefaultActions=action,
    )


def _default(one: Fronted) -> Tree:
    """Give what becomes of a request that no rule is for: the default backend, else the answer 404."""
    entry = get(one.entry, ("spec", "defaultBackend")) or get(one.entry, ("spec", "backend"))
    action = action_of(one.given, entry, namespace_of(one.entry), one.present)
    return in_order(authentication(one.given), action) if action is not None else in_order(None, dict(NOT_FOUND))


def _mutual(given: dict[str, str], port: int) -> Tree | None:
    """Give how a listener asks clients for certificates of their own."""
    said = words.parsed(given.get("mutual-authentication"))
    for entry in said if isinstance(said, list) else ():
        if isinstance(entry, dict) and entry.get("port") in (port, str(port)):
            found = words.to_api(entry)
            return (
                tree(
                    Mode=found.get("Mode"),
                    TrustStoreArn=found.get("TrustStore"),
                    IgnoreClientCertificateExpiry=found.get("IgnoreClientCertificateExpiry"),
                    AdvertiseTrustStoreCaNames=found.get("AdvertiseTrustStoreCaNames"),
                )
                or None
            )
    return None


def listener_rules(one: Fronted) -> dict[str, Tree]:
    """Give the rules of every listener that routes, numbered over the whole Ingress."""
    made: dict[str, Tree] = {}
    found, base = rules(one.entry, one.present), first_priority(one)
    own = f"-{one.name}" if base else ""
    for protocol, port in [("", 0)] if one.listener else ports(one):
        if one.listener or protocol == HTTPS or not redirect_port(one):
            key = f"{one.balancer}{own}" if one.listener else f"{one.balancer}-{port}{own}"
            arn = one.listener or f"${{listeners.{one.balancer}-{port}.ListenerArn}}"
            for place, rule in enumerate(found, 1):
                made[f"{key}-{base + place * STEP}"] = rule.request(arn, base + place * STEP)
    return made


def first_priority(one: Fronted) -> int:
    """Give the number that an Ingress's priorities start behind: Ingresses of a group have one listener, and each its own room."""
    if "group.name" not in one.given:
        return 0
    return (one.room or room(one.name, one.given)) * GROUP_ROOM


def room(name: str, given: dict[str, str]) -> int:
    """Give the room of a group's Ingress that is seen alone: its order, else a number that its name gives."""
    order = given.get("group.order", "")
    if order.isdecimal() and 0 < int(order[:6]) <= MOST_GROUPS:
        return int(order)
    return 1 + crc32(name.encode("utf-8", "surrogatepass")) % (MOST_GROUPS - 1)


def rooms(group: dict[tuple[str, str], dict[str, str]]) -> dict[tuple[str, str], int]:
    """Give each Ingress of a group, by namespace and name, a room of its own.

    Each keeps the one that it would have alone, as the group may be converted in parts. Where two want the same, one
    without an order goes to the next that is free; where orders are said of some alone, or twice, all are numbered as
    the controller has them, whose order is 0 where none is said.
    """
    said = [given["group.order"] for given in group.values() if "group.order" in given]
    if said and (len(said) < len(group) or len(set(said)) < len(said)):
        ordered = sorted(group, key=lambda key: (_order_of(group[key]), key))
        return {key: place for place, key in enumerate(ordered, 1)}
    made: dict[tuple[str, str], int] = {}
    for key in sorted(group):
        wanted = room(key[1], group[key])
        while wanted in made.values() and len(made) < MOST_GROUPS:
            wanted = wanted % MOST_GROUPS + 1
        made[key] = wanted
    return made


def scheme(ingress: Any) -> str:
    """Give who can reach a load balancer: the controller's are internal unless they say otherwise, other controllers' are not."""
    said = words.noted(ingress).get("scheme")
    return (
        said if said in ("internal", "internet-facing") else "internal" if words.is_alb(ingress) else "internet-facing"
    )


def balancer(one: Fronted, environment: Any) -> Tree:
    """Give what CreateLoadBalancer takes."""
    given, kind = one.given, scheme(one.entry)
    chosen = [word for word in listed_words(given.get("subnets")) if word.startswith("subnet-")]
    known = get(environment, ("ecs", "publicSubnets")) if kind == "internet-facing" else None
    subnets = (
        chosen
        or known
        or get(environment, ("ecs", "subnets"))
        or (PUBLIC_SUBNETS if kind == "internet-facing" else SUBNETS)
    )
    return tree(
        Type="application",
        Scheme=kind,
        IpAddressType=given.get("ip-address-type"),
        Subnets=subnets,
        SecurityGroups=_groups(given) or [f"${{securityGroups.{one.balancer}.GroupId}}"],
        Tags=_tags(one) or None,
    )


def _groups(given: dict[str, str]) -> list[str]:
    return [word for word in listed_words(given.get("security-groups")) if word.startswith("sg-")]


def _tags(one: Fronted) -> Tree:
    """Give the load balancer's tags: whose it is, as the controller itself notes it, and the name within a group."""
    group = one.given.get("group.name")
    own = {"Name": one.name, STACK: group} if group else {STACK: f"{namespace_of(one.entry)}/{one.name}"}
    return {key: {"Value": value} for key, value in {**own, **pairs(one.given.get("tags"))}.items()}


def guards(one: Fronted, vpc: str) -> tuple[Tree, Tree]:
    """Give the security group that the controller would make, and whom it lets in."""
    if _groups(one.given):
        return {}, {}
    noted = words.noted(one.entry, words.NGINX)
    ranges = (
        listed_words(
            one.given.get("inbound-cidrs") or noted.get("whitelist-source-range") or noted.get("allowlist-source-range")
        )
        or ANYWHERE
    )
    four = listed({"CidrIp": word} for word in ranges if ":" not in word)
    six = listed({"CidrIpv6": word} for word in ranges if ":" in word)
    permissions = listed(
        tree(IpProtocol="tcp", FromPort=port, ToPort=port, IpRanges=four or None, Ipv6Ranges=six or None)
        for _, port in ports(one)
    )
    return (
        {one.balancer: {"Description": f"Clients of {one.balancer}", "VpcId": vpc}},
        {one.balancer: {"GroupId": f"${{securityGroups.{one.balancer}.GroupId}}", "IpPermissions": permissions}},
    )


def attributes(one: Fronted) -> dict[str, str]:
    """Give the load balancer's attributes."""
    seconds = words.noted(one.entry, words.NGINX).get("proxy-read-timeout", "")
    usual = {"idle_timeout.timeout_seconds": seconds} if seconds.isdecimal() and 0 < int(seconds[:5]) <= 4000 else {}
    return {**usual, **pairs(one.given.get("load-balancer-attributes"))}


def fronted(
    ingresses: Any, taken: Any, present: Container[str], environment: Any, rooms_: Any = None
) -> list[Fronted]:
    """Give every Ingress with its load balancer; in a group, by its order."""
    existing = get(environment, ("ecs", "loadBalancer", "listenerArn"))
    found = sorted(maps(ingresses).items(), key=lambda one: (_order(one[1]), one[0]))
    return [
        Fronted(
            name,
            entry,
            balancer_name(name, entry, taken),
            existing if isinstance(existing, str) else None,
            present,
            maps(rooms_).get(name),
        )
        for name, entry in found
        if isinstance(entry, dict)
    ]


def _order(ingress: Any) -> int:
    return _order_of(words.noted(ingress))


def _order_of(given: dict[str, str]) -> int:
    text = given.get("group.order", "0")
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 9 else 0
