"""Services behind Ingresses -> target groups of application load balancers: where requests go, and when a target is healthy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters import probes
from ..trees import Tree, get, tree
from . import ingress_annotations as words
from . import ingress_nginx as nginx
from .ingress_actions import Backend
from .ingress_rules import used
from .probes import port_number
from .services_annotations import pairs
from .services_checks import DELAY, LONGEST_DELAY, sleeps
from .services_targets import TCP, Target, is_port, maps, targets

TRAFFIC = "traffic-port"
GRPC, GRPC_PATH, GRPC_HEALTH = "GRPC", "/AWS.ALB/healthcheck", "/grpc.health.v1.Health/Check"
# Annotation -> member, what the controller takes where nothing is said, and the limits of CreateTargetGroup.
NUMBERS = {
    "healthcheck-interval-seconds": ("HealthCheckIntervalSeconds", 15, 5, 300),
    "healthcheck-timeout-seconds": ("HealthCheckTimeoutSeconds", 5, 2, 120),
    "healthy-threshold-count": ("HealthyThresholdCount", 2, 2, 10),
    "unhealthy-threshold-count": ("UnhealthyThresholdCount", 2, 2, 10),
}


class Served(NamedTuple):
    """A backend whose Service leads to one of this application's containers, with the settings that hold for it."""

    backend: Backend
    target: Target
    given: dict[str, str]
    other: dict[str, str]
    spoken: str | None


def served(ingresses: Any, services: Any, containers: Any, elsewhere: Any) -> list[Served]:
    """Give every backend that is this application's own, once; a Service's annotations go before the Ingress's."""
    found = targets(services, containers, elsewhere)
    made: dict[str, Served] = {}
    for name in sorted(maps(ingresses)):
        for backend in used(ingresses[name]):
            target = target_of(backend, found, services)
            if target is not None and backend.group not in made:
                given = {**words.noted(ingresses[name]), **words.noted(services[backend.service])}
                spoken = get(services, (backend.service, "spec", "ports", target.key, "appProtocol"))
                made[backend.group] = Served(backend, target, given, words.noted(ingresses[name], words.NGINX), spoken)
    return list(made.values())


def target_of(backend: Backend, found: list[Target], services: Any, protocol: str = TCP) -> Target | None:
    """Find the container port behind a backend."""
    for one in found:
        if one.service == backend.service and one.protocol == protocol:
            name = get(services, (one.service, "spec", "ports", one.key, "name"))
            if backend.port in (one.port, name) or backend.port == str(one.port):
                return one
    return None


def group(one: Served, container: Any, ip: bool, vpc: str) -> Tree:
    """Give what CreateTargetGroup takes, health check and all: its defaults are not the controller's."""
    protocol, version = protocol_of(one)
    tags = {key: {"Value": value} for key, value in pairs(one.given.get("tags")).items()}
    return tree(
        Protocol=protocol,
        ProtocolVersion=version,
        Port=one.target.number,
        VpcId=vpc,
        TargetType="ip" if ip else "instance",
        IpAddressType={"ipv6": "ipv6"}.get(one.given.get("target-group-ip-address-type", "")),
        Tags=tags or None,
        HealthCheckEnabled=True,
        **check(one, container, protocol, version),
    )


def protocol_of(one: Served) -> tuple[str, str | None]:
    """Give the protocol of a target group and its version."""
    protocol = str(one.given.get("backend-protocol") or one.other.get("backend-protocol") or "HTTP").upper()
    version = str(one.given.get("backend-protocol-version") or "").upper()
    if protocol in ("GRPC", "GRPCS") or one.spoken == "grpc" and not version:
        version = GRPC
    return "HTTPS" if protocol in ("HTTPS", "GRPCS") else "HTTP", version if version in (
        "HTTP1",
        "HTTP2",
        GRPC,
    ) else None


def check(one: Served, container: Any, protocol: str, version: str | None) -> Tree:
    """Give a target group's health check: what annotations say, else the readiness probe, else what the controller takes."""
    given, probe = one.given, maps(get(container, ("readinessProbe",)))
    web = maps(probe.get("grpc" if version == GRPC else "httpGet"))
    codes = given.get("success-codes")
    usual = ("12", GRPC_PATH) if version == GRPC else ("200", "/")
    if web:
        usual = (
            ("0", GRPC_HEALTH) if version == GRPC else ("200-399", "/" + str(web.get("path") or "").removeprefix("/"))
        )
    said = given.get("healthcheck-protocol", "").upper() or (
        str(web.get("scheme") or "HTTP") if web and version != GRPC else protocol
    )
    return {
        "HealthCheckProtocol": said if said in ("HTTP", "HTTPS") else "HTTP",
        "HealthCheckPort": _port(one, web, container),
        "HealthCheckPath": given.get("healthcheck-path") or usual[1],
        **_times(given, probe if web else {}),
        "Matcher": {"GrpcCode" if version == GRPC else "HttpCode": codes or usual[0]},
    }


def _port(one: Served, web: Tree, container: Any) -> str:
    asked = one.given.get("healthcheck-port")
    number = port_number(
        asked if asked not in (None, TRAFFIC) else web.get("port") if asked is None else None,
        get(container, ("ports",)),
    )
    return TRAFFIC if not is_port(number) or number == one.target.number else str(number)


def _times(given: dict[str, str], probe: Tree) -> Tree:
    """Give the check's times; a probe's are brought into a load balancer's limits."""
    found = (
        probes.target_to_ecs(
            *(probe.get(key) for key in ("periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"))
        )
        if probe
        else None
    )
    made: dict[str, int] = {}
    for (key, (member, usual, low, high)), probed in zip(NUMBERS.items(), found or (None,) * 4, strict=True):
        text = given.get(key, "")
        made[member] = min(high, max(low, int(text))) if text.isdecimal() and len(text) < 9 else probed or usual
    made["HealthCheckTimeoutSeconds"] = max(
        2, min(made["HealthCheckTimeoutSeconds"], made["HealthCheckIntervalSeconds"] - 1)
    )
    return made


def attributes(one: Served, container: Any) -> dict[str, str]:
    """Give a target group's attributes; a target drains as long as its container sleeps before it stops."""
    made = {**nginx.group_attributes(one.other), **pairs(one.given.get("target-group-attributes"))}
    seconds = sleeps(get(container, ("lifecycle", "preStop")))
    if seconds is not None:
        made.setdefault(DELAY, str(min(seconds, LONGEST_DELAY)))
    return made


def targets_of(found: list[Served]) -> Iterator[Tree]:
    """Give the entries of service.loadBalancers."""
    for one in found:
        yield {
            "targetGroupArn": one.backend.reference,
            "containerName": one.target.container,
            "containerPort": one.target.number,
        }
