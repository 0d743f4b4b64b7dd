"""Gateways and the routes attached to them -> load balancers and listeners."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..converters import names
from ..trees import Tree, get, listed, tree
from . import gateway_settings as configured
from .gateway_routes import entries
from .ingress_actions import NOT_FOUND
from .ingress_balancer import ANYWHERE, CERTIFICATE
from .ingress_rules import namespace_of
from .networking import PUBLIC_SUBNETS, SUBNETS
from .services_balancing import qualified
from .services_targets import is_port, maps

WEB = {"HTTP": "HTTP", "HTTPS": "HTTPS"}
# The protocol of a listener -> the routes that may be attached to it.
LAYER_FOUR = {"TCP": ("tcpRoutes",), "UDP": ("udpRoutes",), "TLS": ("tlsRoutes", "tcpRoutes")}
PASSTHROUGH = "Passthrough"
LATTICE = "amazon-vpc-lattice"
# Classes of the AWS Load Balancer Controller, whose load balancers are internal unless a configuration says otherwise.
OURS = "aws-"


class Listener(NamedTuple):
    """One listener of a Gateway."""

    name: str
    port: int
    protocol: str
    passes_on: bool = False  # what is encrypted stays so


class Attached(NamedTuple):
    """One Gateway with the routes that are attached to it: (kind, name, route)."""

    name: str
    entry: Tree
    namespace: str
    routes: list[tuple[str, str, Tree]]
    settings: Tree = {}  # what a LoadBalancerConfiguration says

    def balancer(self, layer_four: bool) -> str:
        """Name the load balancer; a Gateway with both sorts of routes has two."""
        both = layer_four and any(one.protocol in WEB for one in self.listeners)
        said = self.settings.get("loadBalancerName")
        if isinstance(said, str) and said and not both:
            return names.target_group_name(said)
        return names.target_group_name(qualified(f"{self.name}-nlb" if both else self.name, self.namespace))

    @property
    def listeners(self) -> list[Listener]:
        """Give the listeners; a Gateway that is not in the input has what its routes need."""
        found = [
            Listener(
                str(one.get("name") or ""),
                one["port"],
                str(one.get("protocol") or "HTTP").upper(),
                get(one, ("tls", "mode")) == PASSTHROUGH,
            )
            for one in entries(get(self.entry, ("spec", "listeners")))
            if is_port(one.get("port"))
        ]
        layer_four = [kind for kind, *_ in self.routes if kind in ("tcpRoutes", "tlsRoutes", "udpRoutes")]
        return found or [Listener("", 80, "HTTP")] if not layer_four or found else []

    def of(self, one: Listener, kinds: tuple[str, ...]) -> list[tuple[str, str, Tree]]:
        """Give the routes of some kinds that are attached to a listener: by its name, by its port, or to all."""
        return [
            route
            for route in self.routes
            if route[0] in kinds and any(self._meant(parent, one) for parent in parents(route[2]))
        ]

    def _meant(self, parent: Tree, one: Listener) -> bool:
        return (
            parent.get("name") == self.name
            and parent.get("sectionName") in (None, one.name)
            and parent.get("port") in (None, one.port)
        )


def parents(route: Any) -> list[Tree]:
    """Give the Gateways that a route names."""
    return [one for one in entries(get(route, ("spec", "parentRefs"))) if one.get("kind") in (None, "Gateway")]


def attached(gateways: Any, routes: dict[str, Any], configurations: Any = None) -> list[Attached]:
    """Give every Gateway that routes name, with those; Gateways of VPC Lattice are none of a load balancer's."""
    found: dict[str, list[tuple[str, str, Tree]]] = {}
    for kind, several in routes.items():
        for name in sorted(maps(several)):
            for parent in parents(several[name]) if isinstance(several[name], dict) else ():
                if isinstance(parent.get("name"), str) and (kind, name) not in [
                    one[:2] for one in found.get(parent["name"], ())
                ]:
                    found.setdefault(parent["name"], []).append((kind, name, several[name]))
    made = []
    for name, every in sorted(found.items()):
        entry = maps(maps(gateways).get(name))
        if get(entry, ("spec", "gatewayClassName")) != LATTICE:
            namespace = namespace_of(entry or every[0][2])
            made.append(Attached(name, entry, namespace, every, configured.of_gateway(entry, configurations)))
    return made


def scheme(one: Attached) -> str:
    """Give who reaches a Gateway's load balancer."""
    if one.settings.get("scheme") in ("internal", "internet-facing"):
        return str(one.settings["scheme"])
    return "internal" if str(get(one.entry, ("spec", "gatewayClassName")) or "").startswith(OURS) else "internet-facing"


def balancer(one: Attached, layer_four: bool, environment: Any) -> Tree:
    """Give what CreateLoadBalancer takes."""
    kind, own = scheme(one), one.balancer(layer_four)
    chosen, mappings = configured.placed(one.settings)
    kinds = one.settings.get("ipAddressType")
    tags = {key: {"Value": str(value)} for key, value in maps(one.settings.get("tags")).items()}
    known = get(environment, ("ecs", "publicSubnets")) if kind == "internet-facing" else None
    subnets = (
        chosen or known or get(environment, ("ecs", "subnets")) or (PUBLIC_SUBNETS if kind == "internet-facing" else SUBNETS)
    )
    return tree(
        Type="network" if layer_four else "application",
        Scheme=kind,
        IpAddressType=kinds if isinstance(kinds, str) else None,
        Subnets=None if mappings else subnets,
        SubnetMappings=mappings,
        SecurityGroups=groups(one) or (None if layer_four else [f"${{securityGroups.{own}.GroupId}}"]),
        Tags={**({"Name": {"Value": one.name}} if own != one.name else {}), **tags} or None,
    )


def groups(one: Attached) -> list[str]:
    """Give the security groups that are named by id."""
    return [word for word in configured.strings(one.settings.get("securityGroups")) if word.startswith("sg-")]


def certificates(one: Attached, port: Listener, environment: Any) -> list[str]:
    """Give the certificates of a listener that encrypts."""
    if port.protocol not in ("HTTPS", "TLS") or port.passes_on:
        return []
    said = configured.certificates(configured.of_listener(one.settings, port.protocol, port.port))
    return said or [get(environment, ("ecs", "certificateArn")) or CERTIFICATE]


def listener(one: Attached, port: Listener, environment: Any, action: Tree | None = None) -> Tree:
    """Give what CreateListener takes: what no rule is for is answered with 404."""
    arns = certificates(one, port, environment)
    said = configured.of_listener(one.settings, port.protocol, port.port) if arns else {}
    alpn, policy = said.get("alpnPolicy"), said.get("sslPolicy")
    return tree(
        LoadBalancerArn=f"${{loadBalancers.{one.balancer(action is not None)}.LoadBalancerArn}}",
        Protocol="TCP" if port.protocol == "TLS" and port.passes_on else port.protocol,
        Port=port.port,
        SslPolicy=policy if isinstance(policy, str) else None,
        AlpnPolicy=[alpn] if isinstance(alpn, str) and port.protocol == "TLS" else None,
        Certificates=listed([{"CertificateArn": arns[0]}]) if arns else None,
        MutualAuthentication=configured.mutual(said) if port.protocol == "HTTPS" else None,
        DefaultActions=listed([action or dict(NOT_FOUND)]),
    )


def guards(one: Attached, ports: list[int], vpc: str) -> tuple[Tree, Tree]:
    """Give the security group that lets clients in."""
    own, ranges = one.balancer(False), configured.strings(one.settings.get("sourceRanges")) or ANYWHERE
    if groups(one):
        return {}, {}
    four, six = ([word for word in ranges if (":" in word) == wanted] for wanted in (False, True))
    permissions = listed(
        tree(
            IpProtocol="tcp",
            FromPort=port,
            ToPort=port,
            IpRanges=listed([{"CidrIp": word} for word in four]) or None,
            Ipv6Ranges=listed([{"CidrIpv6": word} for word in six]) or None,
        )
        for port in ports
    )
    return (
        {own: {"Description": f"Clients of {own}", "VpcId": vpc}},
        {own: {"GroupId": f"${{securityGroups.{own}.GroupId}}", "IpPermissions": permissions}},
    )
