"""What is to be said of routes that an HTTP API cannot have, and of what it does that a cluster does not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..converters.two_way import TwoWay
from ..trees import get
from . import ingress_annotations as words
from .api_gateway_paths import Seen, of_ingress, of_route, paths
from .api_gateway_requests import CONNECTION, STAGE, apis, is_wanted
from .api_gateway_targets import own_backends, reached
from .services_annotations import pairs
from .services_discovery import find
from .services_targets import maps

LONGEST = 30  # seconds that an integration may take (quotas of HTTP APIs)
SIGN_INS = ("auth-type", "jwt-validation")
GUARDS = ("inbound-cidrs", "security-groups")
RANGES = ("whitelist-source-range", "allowlist-source-range")


def _of(spec: Any, metadata: Any) -> dict[str, Any]:
    return {"spec": spec, "metadata": metadata}


def _lacks_route(found: Iterable[Seen]) -> bool:
    return any(not list(paths(one)) for one in found)


def _left_out(spec: Any, metadata: Any, environment: Any) -> bool:
    return is_wanted(environment) and _lacks_route(of_ingress(_of(spec, metadata)))


def _left_out_of_route(spec: Any, metadata: Any, environment: Any) -> bool:
    return is_wanted(environment) and _lacks_route(of_route(_of(spec, metadata)))


def _one_of_several(spec: Any, metadata: Any, environment: Any) -> bool:
    found = [*of_ingress(_of(spec, metadata))] if is_wanted(environment) else []
    return any(sum(weight > 0 for _, weight in one.backends) > 1 for one in found)


def _signs_in(metadata: Any, environment: Any) -> bool:
    given = words.noted({"metadata": metadata})
    return is_wanted(environment) and any(given.get(key) not in (None, "none") for key in SIGN_INS)


def _guarded(metadata: Any, environment: Any) -> bool:
    given, other = (words.noted({"metadata": metadata}, prefix) for prefix in (words.PREFIX, words.NGINX))
    asked = any(given.get(key) for key in GUARDS) or any(other.get(key) for key in RANGES)
    return is_wanted(environment) and asked


def _is_slow(metadata: Any, environment: Any) -> bool:
    given, other = (words.noted({"metadata": metadata}, prefix) for prefix in (words.PREFIX, words.NGINX))
    seconds = pairs(given.get("load-balancer-attributes")).get("idle_timeout.timeout_seconds", "")
    found = [one for one in (seconds, other.get("proxy-read-timeout", "")) if one.isdecimal() and len(one) < 9]
    return is_wanted(environment) and any(int(one) > LONGEST for one in found)


def _is_internal(metadata: Any, environment: Any) -> bool:
    return is_wanted(environment) and words.noted({"metadata": metadata}).get("scheme") == "internal"


def _unregistered(
    ingresses: Any, gateways: Any, http: Any, services: Any, pod: Any, workload: Any, shared: Any, environment: Any
) -> bool:
    """Whether routes would lead to a port of the application that cannot be registered beside what is."""
    if not is_wanted(environment) or get(workload, ("kind",)) is None:
        return False
    wanted = [path.backend for api in apis(ingresses, gateways, http, environment) for path in api.paths]
    found = reached(wanted, services, pod, shared)
    return len(own_backends(wanted, services, pod, workload, shared, environment)) < len(found)


def _wanted(*given: Any) -> bool:
    return is_wanted(given[-1])


def _notice(to_ecs: Any) -> TwoWay:
    return TwoWay(to_ecs, lambda *given: None)


left_out = _notice(_left_out)
left_out_of_route = _notice(_left_out_of_route)
one_of_several = _notice(_one_of_several)
signs_in = _notice(_signs_in)
guarded = _notice(_guarded)
is_slow = _notice(_is_slow)
is_internal = _notice(_is_internal)
unregistered = _notice(_unregistered)
stands_for = _notice(_wanted)
speaks_grpc = _notice(_wanted)


# --- of APIs -----------------------------------------------------------------------------------


def _said(to_k8s: Any) -> TwoWay:
    return TwoWay(lambda *given: None, to_k8s)


def _is_elsewhere(uri: Any, connection: Any, listeners: Any) -> bool:
    """Whether an integration leads to no task by itself: to Lambda, the internet, or a listener with rules."""
    if connection != CONNECTION:
        return True
    found = find(listeners, uri, "listeners", "ListenerArn")
    return found is not None and get(found[1], ("Protocol",)) in ("HTTP", "HTTPS")


is_api = _said(lambda kind: kind is not None)
is_elsewhere = _said(_is_elsewhere)
authorized = _said(lambda kind: kind not in (None, "NONE"))
names_stage = _said(lambda name: name != STAGE)
with_stages = _said(lambda key, mappings: isinstance(key, str) and bool(key) and bool(maps(mappings)))
