"""What is to be said of Ingresses whose values a load balancer takes otherwise, or not at all."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import get
from . import ingress_annotations as words
from .api_gateway_requests import is_wanted
from .gateway_routes import used as routed
from .ingress_balancer import Fronted, ports
from .ingress_conditions import EXACT, PREFIX, has_wildcard, is_host, values_of
from .ingress_groups import served, target_of
from .ingress_nginx import CARRIED, is_regular
from .ingress_rules import routes, rules
from .services_targets import maps, targets

# Of other controllers, whose annotations are not read at all.
CONTROLLERS = ("traefik.", "haproxy.", "konghq.com/", "nginx.org/", "ingress.kubernetes.io/rewrite")
MOST_RULES = 100  # of a load balancer, default rules not counted (load-balancer-limits)


def _notice(to_ecs: Any) -> TwoWay:
    return TwoWay(to_ecs, lambda *given: None)


def _of_balancer(to_ecs: Any) -> TwoWay:
    """Say something of load balancers, where one is to stand in front: the last argument is the environment."""
    return _notice(lambda *given: not is_wanted(given[-1]) and to_ecs(*given[:-1]))


def _hosts(rules_: Any) -> list[str]:
    return [
        one["host"]
        for one in maps(rules_).values()
        if isinstance(one, dict) and isinstance(one.get("host"), str) and one["host"]
    ]


def _asked(spec: Any, metadata: Any) -> list:
    return routes({"spec": spec, "metadata": metadata})


def _wild_path(spec: Any, metadata: Any) -> bool:
    return any(
        one.entry.get("pathType") in (EXACT, PREFIX)
        and has_wildcard(str(one.entry.get("path") or ""))
        and not is_regular(
            words.noted({"metadata": metadata}, words.NGINX), one.entry.get("path"), one.entry.get("pathType")
        )
        for one in _asked(spec, metadata)
    )


def _regular(spec: Any, metadata: Any) -> bool:
    other = words.noted({"metadata": metadata}, words.NGINX)
    return "rewrite-target" in other or any(
        is_regular(other, one.entry.get("path"), one.entry.get("pathType")) for one in _asked(spec, metadata)
    )


def _unread(annotations: Any) -> bool:
    """Whether an annotation asks a controller for something that is not carried."""
    found = maps(annotations)
    own = {key.removeprefix(words.PREFIX) for key in found if key.startswith(words.PREFIX)}
    other = {key.removeprefix(words.NGINX) for key in found if key.startswith(words.NGINX)}
    more = any(marker in key for key in found for marker in CONTROLLERS)
    return (
        more
        or bool(other - CARRIED)
        or any(key not in words.READ and not key.startswith(words.READ_BY_NAME) for key in own)
    )


def _other_class(spec: Any, metadata: Any) -> bool:
    ingress = {"spec": spec, "metadata": metadata}
    return words.class_of(ingress) is not None and not words.is_alb(ingress)


def _finds_certificate(spec: Any, metadata: Any, environment: Any) -> bool:
    """Whether requests are to be encrypted and nobody says with which certificate."""
    one = Fronted("", {"spec": spec, "metadata": metadata}, "", None)
    secure = any(protocol == "HTTPS" for protocol, _ in ports(one))
    return secure and "certificate-arn" not in one.given and not get(environment, ("ecs", "certificateArn"))


bad_host = _notice(lambda found: any(not is_host(host) for host in _hosts(found)))
wild_host = _of_balancer(lambda found: any(host.startswith("*.") for host in _hosts(found)))
wild_path = _of_balancer(_wild_path)
regular = _of_balancer(_regular)
unread = _notice(_unread)
other_class = _of_balancer(_other_class)
finds_certificate = _notice(_finds_certificate)
is_group = _of_balancer(lambda name: bool(name))
too_many = _of_balancer(lambda spec, metadata: len(rules({"spec": spec, "metadata": metadata})) > MOST_RULES)
oidc = _of_balancer(lambda kind: kind == "oidc")


# --- of load balancers -------------------------------------------------------------------------


def _dead(rule: Any, listener_rules: Any) -> bool:
    """Whether a rule before this one takes every request that it is for."""
    own = get(rule, ("Priority",))
    for other in maps(listener_rules).values():
        before = get(other, ("Priority",))
        if (
            other is not rule
            and isinstance(own, int)
            and isinstance(before, int)
            and before < own
            and get(other, ("ListenerArn",)) == get(rule, ("ListenerArn",))
            and _covers(other, rule)
        ):
            return True
    return False


def _covers(first: Any, second: Any) -> bool:
    for condition in maps(get(first, ("Conditions",))).values():
        field = get(condition, ("Field",))
        mine = values_of(condition)
        same = [values_of(one) for one in maps(get(second, ("Conditions",))).values() if get(one, ("Field",)) == field]
        everything = field == "path-pattern" and isinstance(mine, list) and {"*", "/*"} & set(map(str, mine))
        if not everything and not (
            same and isinstance(mine, list) and all(one in mine or _within(str(one), mine) for one in same[0])
        ):
            return False
    return True


def _within(value: str, patterns: list) -> bool:
    return any(str(one).endswith("/*") and value.startswith(str(one)[:-1]) for one in patterns)


dead = TwoWay(lambda *given: None, _dead)


# --- of containers -----------------------------------------------------------------------------


def _is_behind(
    probe: Any, container: str, ingresses: Any, http: Any, grpc: Any, services: Any, pod: Any, shared: Any
) -> bool:
    """Whether an application load balancer asks a container whether it is ready, as its probe did."""
    if probe is None:
        return False
    containers, elsewhere = get(pod, ("containers",)), get(shared, ("services",))
    if any(one.target.container == container for one in served(ingresses, services, containers, elsewhere)):
        return True
    found = targets(services, containers, elsewhere)
    asked = [backend for route in (*maps(http).values(), *maps(grpc).values()) for backend in routed(route)]
    reached = [target_of(backend, found, services) for backend in asked]
    return any(one is not None and one.container == container for one in reached)


is_behind = _of_balancer(_is_behind)
