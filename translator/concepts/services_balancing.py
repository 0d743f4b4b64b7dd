"""Services of type LoadBalancer -> network load balancers: a listener and a target group for each port."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..converters import names
from ..remembering import remembered
from ..trees import Tree, get, listed, tree
from . import services_annotations as words
from .networking import HOST, PUBLIC_SUBNETS, SUBNETS, VPC, network_mode_of
from .services_targets import LOAD_BALANCER, TCP, UDP, Target, maps, type_of


class Front(NamedTuple):
    """One listener of a load balancer, the target group behind it, and the container port that is its target."""

    target: Target
    balancer: str
    group: str
    protocol: str
    inner: str

    @property
    def group_reference(self) -> str:
        """Refer to the target group."""
        return f"${{targetGroups.{self.group}.TargetGroupArn}}"

    @property
    def balancer_reference(self) -> str:
        """Refer to the load balancer."""
        return f"${{loadBalancers.{self.balancer}.LoadBalancerArn}}"


def qualified(name: str, namespace: str) -> str:
    """Put the namespace before a name that must be one of a kind in the whole region."""
    return name if namespace == "default" else f"{namespace}-{name}"


def balancer_name(name: str, service: Any) -> str:
    """Name a load balancer: as its Service's annotation says, else as given; no name may begin with `internal-`."""
    wanted = names.target_group_name(words.settings(service).get("name") or name)
    return names.target_group_name(f"lb-{wanted}") if wanted.startswith("internal-") else wanted


@remembered
def fronts(found: list[Target], services: Any, namespace: str) -> list[Front]:
    """Give a listener for each port of each Service of type LoadBalancer; TCP and UDP of one number share theirs."""
    made = []
    both = {(one.service, one.port) for one in found if one.protocol == UDP} & {
        (one.service, one.port) for one in found if one.protocol == TCP
    }
    for one in found:
        service = services[one.service]
        shared = (one.service, one.port) in both
        if type_of(service) != LOAD_BALANCER or (shared and one.protocol == UDP):
            continue
        outer = "TCP_UDP" if shared else one.protocol.upper()
        inner = outer
        if outer == "TCP" and words.is_encrypted(service, get(service, ("spec", "ports", one.key))):
            outer, inner = "TLS", "TLS" if words.settings(service).get("backend-protocol") == "ssl" else "TCP"
        own = get(service, ("spec", "ports", one.key, "name")) or one.port
        group = names.target_group_name(qualified(f"{one.service}-{own}", namespace))
        made.append(Front(one, balancer_name(qualified(one.service, namespace), service), group, outer, inner))
    return made


def to_balancing(made: list[Front], services: Any, pod: Any, environment: Any) -> dict[str, Tree]:
    """Give every part of a service's load balancing, by the key that it has in an ECS document."""
    ip = network_mode_of(get(pod, ("hostNetwork",)), maps(environment).get("launchType")) != HOST
    vpc = get(environment, ("ecs", "vpc")) or VPC
    by_service = {one.target.service: one for one in made}
    parts: dict[str, Tree] = {
        "service": listed(
            {
                "targetGroupArn": one.group_reference,
                "containerName": one.target.container,
                "containerPort": one.target.number,
            }
            for one in made
        ),
        "targetGroups": {one.group: _group(one, services[one.target.service], ip, vpc) for one in made},
        "targetGroupAttributes": {
            one.group_reference: _attributes(words.group_attributes(services[one.target.service], one.protocol))
            for one in made
        },
        "listeners": {
            f"{one.balancer}-{one.target.port}": _listener(one, services[one.target.service]) for one in made
        },
        "listenerCertificates": {
            key: entry
            for one in made
            if one.protocol == "TLS"
            for key, entry in more_certificates(
                f"{one.balancer}-{one.target.port}",
                words.words(words.settings(services[one.target.service]).get("ssl-cert")),
            ).items()
        },
        "loadBalancers": {
            one.balancer: _balancer(name, one, services[name], environment) for name, one in by_service.items()
        },
        "loadBalancerAttributes": {
            one.balancer_reference: _attributes(words.balancer_attributes(services[name]))
            for name, one in by_service.items()
        },
    }
    parts["securityGroups"], parts["securityGroupIngress"] = _guards(made, services, vpc)
    return {key: {name: entry for name, entry in part.items() if entry} for key, part in parts.items()}


def _attributes(values: dict[str, str]) -> Tree | None:
    return {"Attributes": {key: {"Value": value} for key, value in values.items()}} if values else None


def _tags(values: dict[str, str]) -> Tree | None:
    return {key: {"Value": value} for key, value in values.items()} or None


def _group(one: Front, service: Any, ip: bool, vpc: str) -> Tree:
    tags = words.pairs(words.settings(service).get("additional-resource-tags"))
    return tree(
        Protocol=one.inner, Port=one.target.number, VpcId=vpc, TargetType="ip" if ip else "instance", Tags=_tags(tags)
    )


def _listener(one: Front, service: Any) -> Tree:
    """Give a listener; it takes one certificate, the first of the list."""
    given = words.settings(service) if one.protocol == "TLS" else {}
    certificate = words.words(given.get("ssl-cert"))[:1]
    return tree(
        LoadBalancerArn=one.balancer_reference,
        Protocol=one.protocol,
        Port=one.target.port,
        SslPolicy=given.get("ssl-negotiation-policy"),
        Certificates={"0": {"CertificateArn": certificate[0]}} if certificate else None,
        AlpnPolicy=[given["alpn-policy"]] if given.get("alpn-policy") else None,
        DefaultActions={"0": {"Type": "forward", "TargetGroupArn": one.group_reference}},
    )


def more_certificates(listener: str, arns: list[str]) -> dict[str, Tree]:
    """Give the requests that add certificates to a listener, which is made with the first: each adds one."""
    return {
        listener + "-2" * place: {
            "ListenerArn": f"${{listeners.{listener}.ListenerArn}}",
            "Certificates": listed([{"CertificateArn": arn}]),
        }
        for place, arn in enumerate(arns[1:])
    }


def _balancer(name: str, one: Front, service: Any, environment: Any) -> Tree:
    given, scheme = words.settings(service), words.scheme(service)
    tags = words.pairs(given.get("additional-resource-tags"))
    if one.balancer != name:  # so that people find it by the name that the manifest has
        tags = {"Name": name, **tags}
    chosen = [word for word in words.words(given.get("subnets")) if word.startswith("subnet-")]
    mappings = _addresses(chosen, given)
    known = get(environment, ("ecs", "publicSubnets")) if scheme == "internet-facing" else None
    subnets = (
        chosen
        or known
        or get(environment, ("ecs", "subnets"))
        or (PUBLIC_SUBNETS if scheme == "internet-facing" else SUBNETS)
    )
    groups = [word for word in words.words(given.get("security-groups")) if word.startswith("sg-")]
    if not groups and source_ranges(service):
        groups = [f"${{securityGroups.{one.balancer}.GroupId}}"]
    return tree(
        Type="network",
        Scheme=scheme,
        IpAddressType=given.get("ip-address-type"),
        Subnets=None if mappings else subnets,
        SubnetMappings=mappings,
        SecurityGroups=groups or None,
        Tags=_tags(tags),
    )


ADDRESSES = {
    "eip-allocations": "AllocationId",
    "private-ipv4-addresses": "PrivateIPv4Address",
    "ipv6-addresses": "IPv6Address",
}


def _addresses(subnets: list[str], given: dict[str, str]) -> Tree | None:
    """Give each subnet its address, where there are as many of them."""
    made: Tree = {}
    for key, member in ADDRESSES.items():
        values = words.words(given.get(key))
        if values and len(values) == len(subnets):
            for subnet, value in zip(subnets, values, strict=True):
                made.setdefault(subnet, {})[member] = value
    return made or None


def source_ranges(service: Any) -> list[str]:
    """Give the addresses that may call a Service's load balancer."""
    own = get(service, ("spec", "loadBalancerSourceRanges"))
    noted = get(service, ("metadata", "annotations", words.SOURCE_RANGES))
    found = own if isinstance(own, list) else words.words(noted)
    return [word for word in found if isinstance(word, str)]


def _guards(made: list[Front], services: Any, vpc: str) -> tuple[Tree, Tree]:
    """Give a security group for each load balancer that not everybody may call."""
    groups: Tree = {}
    rules: Tree = {}
    for one in made:
        service = services[one.target.service]
        ranges = source_ranges(service)
        if ranges and not words.settings(service).get("security-groups"):
            groups[one.balancer] = {"Description": f"Clients of {one.target.service}", "VpcId": vpc}
            permissions = rules.setdefault(
                one.balancer, {"GroupId": f"${{securityGroups.{one.balancer}.GroupId}}", "IpPermissions": {}}
            )["IpPermissions"]
            for kind in (
                ("tcp", "udp") if one.protocol == "TCP_UDP" else ("udp",) if one.protocol == "UDP" else ("tcp",)
            ):
                permissions[str(len(permissions))] = _permission(kind, one.target.port, ranges)
    return groups, rules


def _permission(kind: str, port: int, ranges: list[str]) -> Tree:
    four = [one for one in ranges if ":" not in one]
    six = [one for one in ranges if ":" in one]
    return tree(
        IpProtocol=kind,
        FromPort=port,
        ToPort=port,
        IpRanges=listed({"CidrIp": one} for one in four) or None,
        Ipv6Ranges=listed({"CidrIpv6": one} for one in six) or None,
    )
