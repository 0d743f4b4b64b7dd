"""Application load balancers -> Gateways and HTTPRoutes; target groups that exist already <-> TargetGroupBindings."""

from __future__ import annotations

from itertools import product
from typing import Any

from ..converters import names
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from .gateway_settings import reference, to_configuration, to_group_configuration
from .ingress_actions import Backend, last_of, redirects_to_https
from .ingress_back import Front, Seen, alike, fronts, see
from .ingress_behind import Behind, backends, leading
from .ingress_conditions import CONFIG, HEADER, HOST, METHOD, PATH, PREFIX, QUERY, has_wildcard, paths_of, values_of
from .ingress_document import GATEWAY, document_of, own_name, services_of
from .ingress_settings import further, group_settings
from .services_balanced import attributes_of
from .services_discovery import find
from .services_targets import is_port, mapping_at, maps

ARN = "arn:"
TYPES = {PREFIX: "PathPrefix", "Exact": "Exact"}
MARKS = frozenset("()[]{}^$|\\+.")


def to_gateways(entries: Any, *rest: Any) -> tuple | None:
    """Give (Gateways, HTTPRoutes, GRPCRoutes, TCPRoutes, TLSRoutes, UDPRoutes, bindings, configurations of both kinds)."""
    document = document_of(rest)
    if not isinstance(entries, dict) or document is None:
        return None
    services = services_of(document)
    bound = bindings.to_k8s(entries, document, services) or None
    if document["routing"] != GATEWAY:
        return None, None, None, None, None, None, bound, None, None
    made: dict[str, Tree] = {"gateways": {}, "httpRoutes": {}, "grpcRoutes": {}, "configurations": {}}
    behind = backends(document, services)
    for front in fronts(document, behind):
        _add(made, front, behind, document)
    return made["gateways"] or None, made["httpRoutes"] or None, made["grpcRoutes"] or None, None, None, None, bound, *_settings(made, behind, document)


def _add(made: dict[str, Tree], front: Front, behind: dict[str, Behind], document: Tree) -> None:
    name = front.name or own_name(document)
    made["gateways"][name] = {
        "spec": {
            "gatewayClassName": document["kind"] or "aws-alb",
            "listeners": [_listener(one) for one in front.listeners.values()],
        }
    }
    if front.balancer is not None:
        made["gateways"][name]["spec"]["infrastructure"] = reference(name)
        made["configurations"][name] = _configuration(front, document)
    for keys in alike(front):
        seen = see(front, keys, behind)
        keeps = get(document, ("shared", "loadBalancers", front.balancer[0] if front.balancer else "")) is None
        for key, listener in seen.listeners.items() if keeps else ():
            port = redirects_to_https(listener.get("DefaultActions")) if not front.rules.get(key) else None
            if port:
                _put(
                    made["httpRoutes"],
                    f"{own_name(document)}-redirect",
                    name,
                    [listener],
                    None,
                    [{"filters": [_redirect(last_of(listener["DefaultActions"]))]}],
                )
        _add_routes(made, seen.alone(keeps), name, document)


def _configuration(front: Front, document: Tree) -> Tree:
    """Give the settings of a load balancer and its listeners."""
    more = {
        one["Port"]: further({key: one}, document) for key, one in front.listeners.items() if is_port(one.get("Port"))
    }
    said = attributes_of(document.get("loadBalancerAttributes"), front.balancer, "loadBalancers", "LoadBalancerArn")
    balancer = front.balancer[1] if front.balancer else {}
    return to_configuration(balancer, list(front.listeners.values()), more, said)


def _settings(made: dict[str, Tree], behind: dict[str, Behind], document: Tree) -> tuple[Tree | None, Tree | None]:
    """Give the configurations of the load balancers, and of the target groups by Service."""
    groups = {one.service: to_group_configuration(one.service, group_settings(one, document)) for one in behind.values()}
    return made["configurations"] or None, groups or None


def _add_routes(made: dict[str, Tree], seen: Seen, gateway: str, document: Tree) -> None:
    routing = [one for one in seen.listeners.values() if not redirects_to_https(one.get("DefaultActions"))] or list(
        seen.listeners.values()
    )
    by_hosts: dict[tuple[str, ...], list[Tree]] = {}
    for rule in seen.rules:
        said = _rule(rule, seen.known)
        if said is not None:
            by_hosts.setdefault(_hosts(rule), []).append(said)
    default = _references(last_of(seen.default), seen.known)
    if default:
        by_hosts.setdefault((), []).append({"backendRefs": default})
    slot = (
        "grpcRoutes"
        if seen.known and all(one.entry.get("ProtocolVersion") == "GRPC" for one in seen.known.values())
        else "httpRoutes"
    )
    for hosts, rules in by_hosts.items():
        if slot == "grpcRoutes":
            rules = [{**rule, **({"matches": _grpc(rule["matches"])} if "matches" in rule else {})} for rule in rules]
        _put(made[slot], own_name(document), gateway, routing, hosts, rules)


def _put(routes: Tree, wanted: str, gateway: str, listeners: list[Tree], hosts: Any, rules: list[Tree]) -> None:
    name = wanted
    while name in routes:
        name += "-2"
    parents = [tree(name=gateway, sectionName=_section(one) if one.get("Port") else None) for one in listeners]
    routes[name] = {"spec": tree(parentRefs=parents, hostnames=list(hosts) if hosts else None, rules=rules)}


def _section(listener: Tree) -> str:
    return f"{str(listener.get('Protocol') or 'HTTP').lower()}-{listener.get('Port')}"


def _listener(one: Tree) -> Tree:
    secure = one.get("Protocol") == "HTTPS"
    port = one.get("Port") or 80
    tls = {"mode": "Terminate", "certificateRefs": [{"name": "certificate"}]} if secure else None
    return tree(name=_section({**one, "Port": port}), port=port, protocol="HTTPS" if secure else "HTTP", tls=tls)


def _hosts(rule: Tree) -> tuple[str, ...]:
    return tuple(
        value
        for one in maps(rule.get("Conditions")).values()
        if get(one, ("Field",)) == HOST
        for value in values_of(one)
        if isinstance(value, str)
    )


def _rule(rule: Tree, known: dict[str, Behind]) -> Tree | None:
    """Give a route's rule; None where its conditions or its action have no words there."""
    found = _matches(rule)
    action = last_of(rule.get("Actions"))
    filters = [_redirect(action)] if action.get("Type") == "redirect" else []
    references = _references(action, known)
    if found is None or not (filters or references):
        return None
    return tree(matches=found or None, filters=filters or None, backendRefs=references or None)


def _matches(rule: Tree) -> list[Tree] | None:
    """Give every combination of the alternatives that a rule's conditions leave."""
    choices: list[list[Tree]] = []
    for one in maps(rule.get("Conditions")).values():
        field, said = get(one, ("Field",)), values_of(one)
        if field == HOST:
            continue
        if field == PATH:
            choices.append(_paths(said, get(one, (CONFIG[PATH], "RegexValues"))))
        elif field == METHOD:
            choices.append([{"method": value} for value in said])
        elif field == HEADER:
            choices.append(
                [
                    {"headers": [_header(maps(one.get(CONFIG[HEADER])).get("HttpHeaderName"), str(value))]}
                    for value in said
                ]
            )
        elif field == QUERY:
            choices.append(
                [
                    {"queryParams": [_valued(get(pair, ("Key",)), str(get(pair, ("Value",)) or ""))]}
                    for pair in maps(said).values()
                ]
            )
        else:
            return None
    return [_joined(parts) for parts in product(*choices)] if choices else []


def _joined(parts: tuple[Tree, ...]) -> Tree:
    made: Tree = {}
    for part in parts:
        for key, value in part.items():
            made[key] = made[key] + value if isinstance(value, list) and key in made else value
    return made


def _paths(said: Any, regular: Any) -> list[Tree]:
    patterns = [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
    found = paths_of(patterns) if patterns else []
    made = [
        {
            "path": {"type": TYPES[kind], "value": path}
            if kind in TYPES
            else {"type": "RegularExpression", "value": _regular(path)}
        }
        for path, kind in found or []
    ]
    if found is None:
        made = [{"path": {"type": "RegularExpression", "value": _regular(one)}} for one in patterns]
    return made + [{"path": {"type": "RegularExpression", "value": one}} for one in regular or []]


def _regular(pattern: str) -> str:
    return (
        "^"
        + "".join({"*": ".*", "?": "."}.get(letter, f"\\{letter}" if letter in MARKS else letter) for letter in pattern)
        + "$"
    )


def _header(name: Any, value: str) -> Tree:
    return _valued(name, value)


def _valued(name: Any, value: str) -> Tree:
    """Give a name and its value: as it is, or as an expression where the load balancer's has wildcards."""
    plain = value.replace("\\*", "").replace("\\?", "")
    if has_wildcard(plain):
        return {"type": "RegularExpression", "name": name, "value": _regular(value)}
    return {"name": name, "value": value.replace("\\*", "*").replace("\\?", "?").replace("\\\\", "\\")}


def _grpc(matches: list[Tree]) -> list[Tree]:
    """Give gRPC methods for paths: `/package.Service/Method`."""
    made = []
    for one in matches:
        service, _, method = str(get(one, ("path", "value")) or "").strip("/").partition("/")
        asked = tree(service=service or None, method=method or None)
        made.append(tree(method=asked or None, headers=one.get("headers")))
    return [one for one in made if one]


def _redirect(action: Tree) -> Tree:
    given = maps(action.get("RedirectConfig"))
    said = {
        key: None if "#{" in str(given.get(key) or "#{") else given[key] for key in ("Protocol", "Port", "Host", "Path")
    }
    port = int(said["Port"]) if str(said["Port"]).isdecimal() else None
    path = {"type": "ReplaceFullPath", "replaceFullPath": said["Path"]} if said["Path"] else None
    return {
        "type": "RequestRedirect",
        "requestRedirect": tree(
            scheme=str(said["Protocol"]).lower() if said["Protocol"] else None,
            hostname=said["Host"],
            port=port,
            path=path,
            statusCode=301 if given.get("StatusCode") == "HTTP_301" else 302,
        ),
    }


def _references(action: Tree, known: dict[str, Behind]) -> list[Tree]:
    """Give backendRefs for a forward to an application's target groups."""
    if action.get("Type") != "forward":
        return []
    groups = [maps(one) for one in maps(get(action, ("ForwardConfig", "TargetGroups"))).values()] or [
        {"TargetGroupArn": action.get("TargetGroupArn")}
    ]
    return [
        tree(name=one.service, port=one.number, weight=group.get("Weight"))
        for group in groups
        for one in known.values()
        if one.is_meant(group.get("TargetGroupArn"))
    ]


# --- target groups that exist ------------------------------------------------------------------


def _from_bindings(bound: Any, own: Any) -> list[Tree]:
    """Give the entries of service.loadBalancers for bindings: the target group is there, and ECS registers its tasks with it."""
    made = []
    for name in sorted(maps(bound)):
        spec = get(bound[name], ("spec",))
        arn, port = get(spec, ("targetGroupARN",)), get(spec, ("serviceRef", "port"))
        service = get(spec, ("serviceRef", "name"))
        port = int(port) if isinstance(port, str) and port.isdecimal() else port
        if isinstance(arn, str) and isinstance(service, str) and (is_port(port) or isinstance(port, str)):
            target = own.target(Backend(service, port, "default"))
            if target is not None:
                made.append({"targetGroupArn": arn, "containerName": target.container, "containerPort": target.number})
    return made


def _to_bindings(entries: Tree, document: Tree, services: Tree) -> Tree:
    """Bind the Service to a target group of which only the ARN is known."""
    made: Tree = {}
    for entry in entries.values():
        arn, container, number = (get(entry, (key,)) for key in ("targetGroupArn", "containerName", "containerPort"))
        known = find(document.get("targetGroups"), arn, "targetGroups", "TargetGroupArn")
        if (
            not isinstance(arn, str)
            or not arn.startswith(ARN)
            or known
            or not isinstance(container, str)
            or not isinstance(number, int)
        ):
            continue
        found = next(leading(mapping_at(document.get("taskDefinition"), container, number), services), None)
        if found is not None:
            name = names.dns_label((arn.split("/") + ["", ""])[1] or own_name(document))
            while name in made:
                name += "-2"
            spec = {
                "serviceRef": {"name": found[0], "port": found[1]["port"]},
                "targetGroupARN": arn,
                "targetType": "ip",
            }
            made[name] = {"spec": spec}
    return made


bindings = TwoWay(_from_bindings, _to_bindings)
