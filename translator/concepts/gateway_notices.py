"""What is to be said of routes that a load balancer takes otherwise, or not at all."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import get
from .gateway_balancer import LATTICE, PASSTHROUGH
from .gateway_routes import REDIRECTS, entries
from .gateway_settings import certificates, of_gateway, of_listener
from .services_targets import is_port, maps

CARRIED = frozenset({"RequestRedirect", "URLRewrite"})


def _notice(to_ecs: Any) -> TwoWay:
    return TwoWay(to_ecs, lambda *given: None)


def _filters(rules: Any) -> list:
    return [
        one
        for rule in entries(rules)
        for part in (rule, *entries(rule.get("backendRefs")))
        for one in entries(part.get("filters"))
    ]


def _matches(rules: Any) -> list:
    return [one for rule in entries(rules) for one in entries(rule.get("matches"))]


def _redirects(rules: Any) -> bool:
    found = [maps(one.get("requestRedirect")) for one in _filters(rules) if one.get("type") == "RequestRedirect"]
    return any(
        one.get("statusCode") not in (None, *REDIRECTS) or get(one, ("path", "type")) == "ReplacePrefixMatch"
        for one in found
    )


def _elsewhere(rules: Any, metadata: Any) -> bool:
    own = get(metadata, ("namespace",))
    return any(
        one.get("namespace") not in (None, own) for rule in entries(rules) for one in entries(rule.get("backendRefs"))
    )


filters = _notice(lambda rules: any(one.get("type") not in CARRIED for one in _filters(rules)))
redirects = _notice(_redirects)
times = _notice(lambda rules: any("timeouts" in rule or "retry" in rule for rule in entries(rules)))
elsewhere = _notice(_elsewhere)
regular_queries = _notice(
    lambda rules: any(
        query.get("type") == "RegularExpression" for one in _matches(rules) for query in entries(one.get("queryParams"))
    )
)
cases = _notice(
    lambda rules: any(
        header.get("type") in (None, "Exact") for one in _matches(rules) for header in entries(one.get("headers"))
    )
)
lattice = _notice(lambda kind: kind == LATTICE)


def _lacks_certificate(listeners: Any, infrastructure: Any, configurations: Any, environment: Any) -> bool:
    """Whether a listener encrypts and nobody says with which certificate of ACM."""
    settings = of_gateway({"spec": {"infrastructure": infrastructure}}, configurations)
    secure = [
        of_listener(settings, str(one.get("protocol")), one["port"] if is_port(one.get("port")) else 0)
        for one in entries(listeners)
        if one.get("protocol") in ("HTTPS", "TLS") and get(one, ("tls", "mode")) != PASSTHROUGH
    ]
    known = get(environment, ("ecs", "certificateArn"))
    return not known and any(not certificates(one) for one in secure)


encrypted = _notice(_lacks_certificate)
