"""What is to be said of Ingresses whose values a load balancer takes otherwise, or not at all."""
from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import get
from . import ingress_annotations as words
from .ingress_balancer import Fronted, certificates, ports
from .ingress_conditions import EXACT, PREFIX, has_wildcard, is_host, values_of
from .ingress_nginx import CARRIED, is_regular
from .ingress_rules import routes, rules
from .services_targets import maps

MOST_RULES = 100  # of a load balancer, default rules not counted (load-balancer-limits)


def _notice(to_ecs: Any) -> TwoWay:
    return TwoWay(to_ecs, lambda *given: None)


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


def _uncarried(annotations: Any) -> bool:
    return bool(set(words.noted({"metadata": {"annotations": annotations}}, words.NGINX)) - CARRIED)


def _other_class(spec: Any, metadata: Any) -> bool:
    ingress = {"spec": spec, "metadata": metadata}
    return words.class_of(ingress) is not None and not words.is_alb(ingress)


def _more_certificates(metadata: Any) -> bool:
    return len(certificates(Fronted("", {"metadata": metadata}, "", None), None)) > 1


def _finds_certificate(spec: Any, metadata: Any, environment: Any) -> bool:
    """Whether requests are to be encrypted and nobody says with which certificate."""
    one = Fronted("", {"spec": spec, "metadata": metadata}, "", None)
    secure = any(protocol == "HTTPS" for protocol, _ in ports(one))
    return secure and "certificate-arn" not in one.given and not get(environment, ("ecs", "certificateArn"))


bad_host = _notice(lambda found: any(not is_host(host) for host in _hosts(found)))
wild_host = _notice(lambda found: any(host.startswith("*.") for host in _hosts(found)))
wild_path = _notice(_wild_path)
regular = _notice(_regular)
uncarried = _notice(_uncarried)
other_class = _notice(_other_class)
more_certificates = _notice(_more_certificates)
finds_certificate = _notice(_finds_certificate)
is_group = _notice(lambda name: bool(name))
too_many = _notice(lambda spec, metadata: len(rules({"spec": spec, "metadata": metadata})) > MOST_RULES)
oidc = _notice(lambda kind: kind == "oidc")


# --- of load balancers -------------------------------------------------------------------------

def _dead(rule: Any, listener_rules: Any) -> bool:
    """Whether a rule before this one takes every request that it is for."""
    own = get(rule, ("Priority",))
    for other in maps(listener_rules).values():
        before = get(other, ("Priority",))
        if other is not rule and isinstance(own, int) and isinstance(before, int) and before < own \
                and get(other, ("ListenerArn",)) == get(rule, ("ListenerArn",)) and _covers(other, rule):
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
