"""Gateways, their routes and TargetGroupBindings <-> load balancers, listeners, rules and target groups."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get
from . import gateway_balancer as balancing
from . import services_annotations as words
from .api_gateway_requests import is_wanted
from .gateway_back import bindings, to_gateways
from .gateway_notices import (  # noqa: F401  (pairs that the table names)
    cases,
    elsewhere,
    encrypted,
    filters,
    lattice,
    redirects,
    regular_queries,
    times,
)
from .gateway_routes import rules, used, weighted
from .gateway_settings import of_service, pairs
from .ingress_actions import Backend, forward
from .ingress_document import KEYS
from .ingress_groups import Served, group, served, target_of, targets_of
from .ingress_rules import STEP, namespace_of
from .networking import HOST, VPC, network_mode_of
from .services_balancing import fronts, more_certificates
from .services_discovery import namespace_of as namespace_of_workload
from .services_targets import TCP, UDP, Target, maps, targets

WEB_ROUTES = ("httpRoutes", "grpcRoutes")


class Own:
    """What an application has behind routes."""

    def __init__(self, ingresses: Any, services: Tree, pod: Any, workload: Any, shared: Any, configurations: Any):
        self.configurations = configurations
        self.containers = maps(get(pod, ("containers",)))
        self.elsewhere = get(shared, ("services",))
        self.services = services
        self.found = targets(services, self.containers, self.elsewhere)
        self.layer_four = fronts(self.found, services, namespace_of_workload(None, workload))
        self.behind_ingresses = served(ingresses, services, self.containers, self.elsewhere)
        self.present = {**services, **maps(get(shared, ("backends",)))}

    @property
    def taken(self) -> set[str]:
        """Give the target groups that are made already."""
        return {one.group for one in self.layer_four} | {one.backend.group for one in self.behind_ingresses}

    def first_entry(self) -> int:
        """Give the place in service.loadBalancers that is free."""
        return len(self.layer_four) + len(self.behind_ingresses)

    def target(self, backend: Backend, protocol: str = TCP) -> Target | None:
        """Find the container port behind a backend."""
        return target_of(backend, self.found, self.services, protocol)


def _to_ecs(
    gateways: Any,
    http: Any,
    grpc: Any,
    tcp: Any,
    tls: Any,
    udp: Any,
    bound: Any,
    configurations: Any,
    group_configurations: Any,
    ingresses: Any,
    services: Any,
    pod: Any,
    workload: Any,
    shared: Any,
    environment: Any,
) -> tuple | None:
    """Give service.loadBalancers and the parts of the load balancers in front, by KEYS."""
    if not isinstance(services, dict) or get(workload, ("kind",)) is None:
        return None
    own = Own(ingresses, services, pod, workload, shared, group_configurations)
    routes = {"httpRoutes": http, "grpcRoutes": grpc, "tcpRoutes": tcp, "tlsRoutes": tls, "udpRoutes": udp}
    parts: dict[str, Tree] = {key: {} for key in KEYS}
    behind: dict[str, Served] = {}
    for one in balancing.attached(gateways, routes, configurations):
        _add_gateway(parts, behind, one, own, environment)
    ip = network_mode_of(get(pod, ("hostNetwork",)), maps(environment).get("launchType")) != HOST
    vpc = get(environment, ("ecs", "vpc")) or VPC
    for name, each in behind.items():
        container = get(own.containers, (each.target.container,))
        parts["targetGroups"][name] = _group(each, container, ip, vpc)
        said = words.pairs(each.given.get("target-group-attributes"))
        parts["targetGroupAttributes"].update(_attributes(each.backend.reference, said))
    entries = [*targets_of(list(behind.values())), *bindings.to_ecs(bound, own)]
    made = {str(place): entry for place, entry in enumerate(entries, own.first_entry())}
    return (made or None, *(parts[key] or None for key in KEYS))


def _attributes(reference: str, values: dict[str, str]) -> Tree:
    made = {key: {"Value": value} for key, value in values.items()}
    return {reference: {"Attributes": made}} if made else {}


def _group(one: Served, container: Any, ip: bool, vpc: str) -> Tree:
    made = group(one, container, ip, vpc)
    if one.given.get("layer") != "4":
        return made
    rest = {key: value for key, value in made.items() if key not in ("HealthCheckPath", "Matcher", "ProtocolVersion")}
    return {**rest, "Protocol": one.target.protocol.upper(), "HealthCheckProtocol": "TCP"}


def _add_gateway(
    parts: dict[str, Tree], behind: dict[str, Served], one: balancing.Attached, own: Own, environment: Any
) -> None:
    vpc = get(environment, ("ecs", "vpc")) or VPC
    served = () if is_wanted(environment) else balancing.WEB
    web = [port for port in one.listeners if port.protocol in served and one.of(port, WEB_ROUTES)]
    for port in web:
        key = f"{one.balancer(False)}-{port.port}"
        parts["listeners"][key] = balancing.listener(one, port, environment)
        parts["listenerCertificates"].update(more_certificates(key, balancing.certificates(one, port, environment)))
        for place, rule in enumerate(rules(one.of(port, WEB_ROUTES), own.present), 1):
            parts["listenerRules"][f"{key}-{place * STEP}"] = rule.request(
                f"${{listeners.{key}.ListenerArn}}", place * STEP
            )
    if web:
        _add_balancer(parts, one, False, environment)
        for part, made in zip(
            ("securityGroups", "securityGroupIngress"),
            balancing.guards(one, [port.port for port in web], vpc),
            strict=True,
        ):
            parts[part].update(made)
        for kind, _, route in one.routes:
            _serve(
                behind,
                route,
                own,
                {"backend-protocol-version": "GRPC"} if kind == "grpcRoutes" else {},
                kind in WEB_ROUTES,
            )
    _add_layer_four(parts, behind, one, own, environment)


def _add_balancer(parts: dict[str, Tree], one: balancing.Attached, layer_four: bool, environment: Any) -> None:
    name = one.balancer(layer_four)
    parts["loadBalancers"][name] = balancing.balancer(one, layer_four, environment)
    said = pairs(one.settings.get("loadBalancerAttributes"))
    parts["loadBalancerAttributes"].update(_attributes(f"${{loadBalancers.{name}.LoadBalancerArn}}", said))


def _add_layer_four(
    parts: dict[str, Tree], behind: dict[str, Served], one: balancing.Attached, own: Own, environment: Any
) -> None:
    """Add the listeners that pass connections on as they are: each leads to the backends of one route."""
    for port in one.listeners:
        found = one.of(port, balancing.LAYER_FOUR.get(port.protocol, ()))
        backends = [
            backend
            for _, _, route in found
            for rule in balancing.entries(get(route, ("spec", "rules")))
            for backend in weighted(rule, namespace_of(route), own.present)
        ]
        if backends:
            name = one.balancer(True)
            key = f"{name}-{port.port}"
            parts["listeners"][key] = balancing.listener(one, port, environment, forward(backends))
            parts["listenerCertificates"].update(more_certificates(key, balancing.certificates(one, port, environment)))
            _add_balancer(parts, one, True, environment)
            for kind, _, route in found:
                _serve(behind, route, own, {"layer": "4", "protocol": UDP if kind == "udpRoutes" else TCP}, True)


def _serve(behind: dict[str, Served], route: Any, own: Own, given: dict[str, str], wanted: bool) -> None:
    for backend in used(route) if wanted else ():
        target = own.target(backend, UDP if given.get("protocol") == UDP else TCP)
        if target is not None and backend.group not in own.taken:
            spoken = get(own.services, (backend.service, "spec", "ports", target.key, "appProtocol"))
            said = {**of_service(backend.service, own.configurations), **given}
            behind.setdefault(backend.group, Served(backend, target, said, {}, spoken))


def _to_k8s(entries: Any, *rest: Any) -> tuple | None:
    """Give Gateways, routes and bindings."""
    return to_gateways(entries, *rest)


gateways = TwoWay(_to_ecs, _to_k8s)
