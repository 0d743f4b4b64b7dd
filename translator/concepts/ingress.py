"""Ingresses <-> application load balancers: listeners, rules, target groups and the tasks behind them."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get
from . import ingress_balancer as balancing
from .api_gateway_requests import is_wanted
from .ingress_back import to_kubernetes
from .ingress_document import GATEWAY, KEYS, document_of, own_name, services_of
from .ingress_groups import Served, attributes, group, served, targets_of
from .ingress_notices import (  # noqa: F401  (pairs that the table names)
    bad_host,
    dead,
    finds_certificate,
    is_behind,
    is_group,
    oidc,
    other_class,
    regular,
    too_many,
    unread,
    wild_host,
    wild_path,
)
from .ingress_rules import used
from .networking import HOST, VPC, network_mode_of
from .progressive_steps import CANARY, LINEAR, rolls_out
from .progressive_traffic import first_service, for_argo, resolved, shift
from .services_balancing import fronts, more_certificates
from .services_discovery import namespace_of
from .services_targets import maps, targets


def _to_ecs(
    ingresses: Any, noted: Any, services: Any, pod: Any, workload: Any, shared: Any, environment: Any
) -> tuple | None:
    """Give service.loadBalancers and every part of the load balancers in front, by KEYS."""
    if not isinstance(ingresses, dict) or not isinstance(services, dict) or get(workload, ("kind",)) is None:
        return None
    if is_wanted(environment):
        return None
    ingresses = resolved(ingresses, workload)
    containers, elsewhere = maps(get(pod, ("containers",))), get(shared, ("services",))
    present = {**services, **maps(get(shared, ("backends",)))}
    own = served(ingresses, services, containers, elsewhere)
    layer_four = fronts(targets(services, containers, elsewhere), services, namespace_of(None, workload))
    parts: dict[str, Tree] = {key: {} for key in KEYS}
    _add_groups(parts, own, pod, environment)
    mine = {one.backend for one in own}
    taken, rooms = {front.balancer for front in layer_four}, get(shared, ("rooms",))
    for one in balancing.fronted(ingresses, taken, present, environment, rooms):
        if mine.intersection(used(one.entry)):
            _add_front(parts, one, environment)
    entries = {str(place): entry for place, entry in enumerate(targets_of(own), len(layer_four))}
    entries = shift(parts, entries, {one.backend.service: one.backend.group for one in own}, workload, environment)
    made = _apart((entries, *(parts[key] for key in KEYS)), {front.group for front in layer_four})
    return tuple(part or None for part in made)


def _apart(value: Any, taken: set[str]) -> Any:
    """Give target groups another name where a network load balancer has one for the same port."""
    if isinstance(value, tuple):
        return tuple(_apart(one, taken) for one in value) if taken else value
    if isinstance(value, dict):
        return {
            f"{key}-http" if key in taken and get(entry, ("HealthCheckPath",)) else _apart(key, taken): _apart(
                entry, taken
            )
            for key, entry in value.items()
        }
    name = (
        value.removeprefix("${targetGroups.").removesuffix(".TargetGroupArn}")
        if isinstance(value, str) and value.startswith("${targetGroups.")
        else ""
    )
    return f"${{targetGroups.{name}-http.TargetGroupArn}}" if name in taken else value


def _add_groups(parts: dict[str, Tree], own: list[Served], pod: Any, environment: Any) -> None:
    ip = network_mode_of(get(pod, ("hostNetwork",)), maps(environment).get("launchType")) != HOST
    vpc = get(environment, ("ecs", "vpc")) or VPC
    for one in own:
        container = get(pod, ("containers", one.target.container))
        parts["targetGroups"][one.backend.group] = group(one, container, ip, vpc)
        given = attributes(one, container)
        if given:
            parts["targetGroupAttributes"][one.backend.reference] = {
                "Attributes": {key: {"Value": value} for key, value in given.items()}
            }


def _add_front(parts: dict[str, Tree], one: balancing.Fronted, environment: Any) -> None:
    """Add a load balancer with its listeners, or rules to a listener that is there."""
    parts["listenerRules"].update(balancing.listener_rules(one))
    if one.listener:
        return
    vpc = get(environment, ("ecs", "vpc")) or VPC
    for protocol, port in balancing.ports(one):
        key = f"{one.balancer}-{port}"
        parts["listeners"].setdefault(key, balancing.listener(one, protocol, port, environment))
        if protocol == balancing.HTTPS:
            made = more_certificates(key, balancing.certificates(one, environment))
            parts["listenerCertificates"].update(made)
    parts["loadBalancers"].setdefault(one.balancer, balancing.balancer(one, environment))
    given = balancing.attributes(one)
    if given:
        parts["loadBalancerAttributes"][one.reference] = {
            "Attributes": {key: {"Value": value} for key, value in given.items()}
        }
    for key, made in zip(("securityGroups", "securityGroupIngress"), balancing.guards(one, vpc), strict=True):
        parts[key].update(made)


def _to_k8s(entries: Any, *rest: Any) -> tuple | None:
    """Give the Ingresses, and the annotations of the Services behind them."""
    document = document_of(rest)
    if not isinstance(entries, dict) or document is None or document["routing"] == GATEWAY:
        return None
    services = services_of(document)
    made, noted = to_kubernetes(document, own_name(document), services, document["kind"] or "alb")
    strategy = get(document["service"], ("deploymentConfiguration", "strategy"))
    if strategy in (CANARY, LINEAR) and rolls_out(strategy, document["rollouts"], document["rolloutsWanted"]):
        made = for_argo(made, str(first_service(services, document)))
    return (made, noted or None) if made else None


ingresses = TwoWay(_to_ecs, _to_k8s)
