"""HTTP APIs of API Gateway -> Ingresses, or Gateways and HTTPRoutes, to the Services that their integrations reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters import names
from ..trees import Tree, get, tree
from . import ingress_annotations as words
from .api_gateway_routes import Answer, Place, hosts_of, places
from .api_gateway_targets import Answering, answering
from .gateway_routes import transforms
from .ingress_conditions import EXACT, METHOD, PREFIX
from .ingress_document import GATEWAY, INGRESS, own_name, services_of
from .services_targets import maps

OWNED = (
    "serviceRegistries",
    "discoveryServices",
    "apis",
    "vpcLinks",
    "integrations",
    "routes",
    "stages",
    "domainNames",
    "apiMappings",
)
CONTEXT = (
    "targetGroups",
    "targetGroupAttributes",
    "listeners",
    "listenerRules",
    "loadBalancers",
    "loadBalancerAttributes",
    "securityGroups",
    "securityGroupIngress",
    "taskDefinition",
    "service",
    "namespaces",
    "discoveryInstances",
    "shared",
    "ingressClass",
    "gatewayClass",
    "wanted",
    "settled",
)
TYPES = {PREFIX: "PathPrefix", EXACT: "Exact"}


class Front(NamedTuple):
    """One API as a cluster sees it: what stands for it is called so, its hosts, its places, and who answers there."""

    name: str
    hosts: list[str | None]
    places: list[Place]
    certificates: list[str]


def to_kubernetes(*values: Any) -> tuple | None:
    """Give (Ingresses, Gateways, HTTPRoutes)."""
    document = dict(zip((*OWNED, *CONTEXT), values, strict=True))
    if not isinstance(document["apis"], dict) or not isinstance(document["taskDefinition"], dict):
        return None
    own = answering(document, services_of(document))
    fronts = [one for one in _fronts(document) if any(place.answer.integration in own for place in one.places)]
    routing = document["settled"] or document["wanted"] or INGRESS
    if not fronts:
        return None
    if routing == GATEWAY:
        return (None, *_gateways(fronts, own, document))
    return _ingresses(fronts, own, document["ingressClass"] or "alb"), None, None


def _fronts(document: Tree) -> Iterator[Front]:
    for key, api in sorted(maps(document["apis"]).items()):
        if get(api, ("ProtocolType",)) != "WEBSOCKET":
            hosts, certificates = hosts_of((key, api), document)
            tag = get(api, ("Tags", "Name"))
            called = tag if isinstance(tag, str) and tag else str(get(api, ("Name",)) or key)
            yield Front(names.dns_label(called), hosts, places((key, api), document), certificates)


# --- Ingresses ---------------------------------------------------------------------------------


def _ingresses(fronts: list[Front], own: dict[str, Answering], kind: str) -> Tree:
    made: Tree = {}
    for name in dict.fromkeys(one.name for one in fronts):
        same = [one for one in fronts if one.name == name]
        default = _default(same)
        noted: dict[str, str] = {}
        rules = dict(_rules(same, default, own, noted))
        spec = tree(
            ingressClassName=kind,
            rules=rules or None,
            defaultBackend=own[default.integration].backend if default and default.integration in own else None,
        )
        made[name] = {"metadata": {"annotations": words.annotations({**_settings(same), **noted})}, "spec": spec}
    return made


def _default(same: list[Front]) -> Answer | None:
    """Give what answers requests of any host that no rule is for: an API without hosts that has no other route."""
    alone = [one.places[0] for one in same if None in one.hosts and len(one.places) == 1]
    return next((one.answer for one in alone if one.is_default and one.rewrite is None), None)


def _rules(
    same: list[Front], default: Answer | None, own: dict[str, Answering], noted: dict[str, str]
) -> Iterator[tuple[str, Tree]]:
    """Give rules by their place; what other applications answer takes a place and is left out."""
    shown = [(host, one) for one in same for host in one.hosts]
    for number, (host, one) in enumerate(shown):
        paths: Tree = {}
        kept = [place for place in one.places if not (place.is_default and place.answer == default)]
        for count, place in enumerate(kept):
            if place.answer.integration in own:
                answer = own[place.answer.integration]
                backend = _noted(place, answer, f"route-{number}-{count}", noted) or answer.backend
                paths[str(count)] = {"path": place.path, "pathType": place.kind, "backend": backend}
        if paths:
            yield str(number), {**({"host": host} if host else {}), "http": {"paths": paths}}


def _noted(place: Place, answer: Answering, name: str, noted: dict[str, str]) -> Tree | None:
    """Write a method and what takes a path's place into annotations, under a name of their own."""
    if place.method is None and place.rewrite is None:
        return None
    group = {"serviceName": answer.service, "servicePort": str(answer.port)}
    noted[f"actions.{name}"] = words.written({"type": "forward", "forwardConfig": {"targetGroups": [group]}})
    if place.method is not None:
        asked = {"field": METHOD, "httpRequestMethodConfig": {"values": [place.method]}}
        noted[f"conditions.{name}"] = words.written([asked])
    made = transforms({"filters": _filters(place)}, place.path.rstrip("/"))
    if made is not None:
        noted[f"transforms.{name}"] = words.written(words.from_api(made))
    return {"service": {"name": name, "port": {"name": words.USE_ANNOTATION}}}


def _settings(same: list[Front]) -> dict[str, Any]:
    """Give the annotations: an HTTP API is reached from the internet, encrypted, at its hosts."""
    certificates = list(dict.fromkeys(arn for one in same for arn in one.certificates))
    secure = any(host for one in same for host in one.hosts)
    return {
        "scheme": "internet-facing",
        "target-type": "ip",
        "listen-ports": words.written([{"HTTPS": 443} if secure else {"HTTP": 80}]),
        "certificate-arn": ",".join(certificates),
    }


# --- Gateways ----------------------------------------------------------------------------------


def _gateways(fronts: list[Front], own: dict[str, Answering], document: Tree) -> tuple[Tree, Tree]:
    gateways: Tree = {}
    routes: Tree = {}
    for one in fronts:
        gateways[one.name] = {
            "spec": {
                "gatewayClassName": document["gatewayClass"] or "aws-alb",
                "listeners": [_listener(any(other.hosts != [None] for other in fronts if other.name == one.name))],
            }
        }
        rules = [_rule(place, own[place.answer.integration]) for place in one.places if place.answer.integration in own]
        name = own_name(document)
        while name in routes:
            name += "-2"
        hosts = [host for host in one.hosts if host] if None not in one.hosts else []
        if rules:
            routes[name] = {"spec": tree(parentRefs=[{"name": one.name}], hostnames=hosts or None, rules=rules)}
    return gateways, routes


def _listener(secure: bool) -> Tree:
    if not secure:
        return {"name": "http-80", "port": 80, "protocol": "HTTP"}
    tls = {"mode": "Terminate", "certificateRefs": [{"name": "certificate"}]}
    return {"name": "https-443", "port": 443, "protocol": "HTTPS", "tls": tls}


def _rule(place: Place, answer: Answering) -> Tree:
    kind = TYPES.get(place.kind)
    path = {"type": kind, "value": place.path} if kind else {"type": "RegularExpression", "value": place.expression}
    return tree(
        matches=[tree(path=path, method=place.method)],
        filters=_filters(place) or None,
        backendRefs=[{"name": answer.service, "port": answer.number}],
    )


def _filters(place: Place) -> list[Tree]:
    """Give the filter that rewrites a path."""
    rewrite = place.rewrite
    if rewrite is None:
        return []
    full = {"type": "ReplaceFullPath", "replaceFullPath": rewrite.full}
    path = full if rewrite.full is not None else {"type": "ReplacePrefixMatch", "replacePrefixMatch": rewrite.prefix}
    return [{"type": "URLRewrite", "urlRewrite": {"path": path}}]
