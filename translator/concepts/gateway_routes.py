"""HTTPRoutes and GRPCRoutes -> rules of listeners in the order that the Gateway API gives them.

https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any, NamedTuple

from ..trees import Tree, get, listed, tree
from .ingress_actions import Backend, forward
from .ingress_conditions import HEADER, HOST, METHOD, PATH, QUERY, condition, is_host, path_patterns, split
from .ingress_nginx import MARKS, regular_path
from .ingress_rules import Rule, namespace_of
from .services_targets import is_port, maps

HEAVIEST = 999  # weight of a target group in a rule (TargetGroupTuple)
KINDS = {"Exact": "Exact", "PathPrefix": "Prefix"}
NO_BACKEND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"ContentType": "text/plain", "StatusCode": "500"},
}  # as the Gateway API wants
REDIRECTS = {301: "HTTP_301", 302: "HTTP_302"}


class Match(NamedTuple):
    """One alternative of a route's rule for one host name, with what decides which of several goes first."""

    rank: tuple
    conditions: list[Tree]
    rule: Tree
    prefix: str


def entries(value: Any) -> list[Tree]:
    """Give the maps of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def matches(name: str, route: Any, grpc: bool) -> Iterator[Match]:
    """Give every alternative of a route that a load balancer can tell."""
    hosts = (
        [one for one in get(route, ("spec", "hostnames")) or [] if isinstance(one, str)]
        if isinstance(get(route, ("spec", "hostnames")), list)
        else []
    )
    for place, rule in enumerate(entries(get(route, ("spec", "rules")))):
        for number, match in enumerate(entries(rule.get("matches")) or [{}]):
            found = _grpc(match) if grpc else _http(match)
            for host in hosts or [None]:
                if found is not None and (host is None or is_host(host)):
                    conditions = ([condition(HOST, Values=[host])] if host else []) + found
                    yield Match(
                        (*_host_rank(host), *_rank(match, grpc), name, place, number), conditions, rule, _prefix(match)
                    )


def _host_rank(host: str | None) -> tuple[int, int]:
    """Put exact host names before those with a wildcard, longer ones before shorter ones."""
    return (2, 0) if host is None else (int(host.startswith("*")), -len(host))


def _rank(match: Tree, grpc: bool) -> tuple:
    """Put exact paths first, then the longest; then what asks for a method, then for more headers and parameters."""
    path = maps(match.get("method") if grpc else match.get("path"))
    text = "".join(str(path.get(key) or "") for key in ("service", "method", "value"))
    order = {"Exact": 0, "RegularExpression": 2}.get(str(path.get("type")), 0 if grpc and path.get("method") else 1)
    asked = not grpc and "method" in match
    return order, -len(text), not asked, -len(entries(match.get("headers"))), -len(entries(match.get("queryParams")))


def _prefix(match: Tree) -> str:
    found = get(match, ("path", "value"))
    return found.rstrip("/") if isinstance(found, str) and get(match, ("path", "type")) in (None, "PathPrefix") else ""


def _http(match: Tree) -> list[Tree] | None:
    kind, value = get(match, ("path", "type")) or "PathPrefix", get(match, ("path", "value")) or "/"
    if not isinstance(value, str):
        return None
    if kind == "RegularExpression":
        made = [condition(PATH, RegexValues=[regular_path(value)])]
    else:
        patterns = path_patterns(value, KINDS.get(str(kind)), True)
        if patterns is None or kind not in KINDS:
            return None
        made = [condition(PATH, Values=patterns)]
    method = match.get("method")
    if isinstance(method, str):
        made.append(condition(METHOD, Values=[method]))
    return _more(match, made)


def _grpc(match: Tree) -> list[Tree] | None:
    """Give the conditions for a gRPC method: it is a path, `/package.Service/Method`."""
    asked = maps(match.get("method"))
    service, method = asked.get("service"), asked.get("method")
    if asked.get("type") == "RegularExpression":
        return _more(match, [condition(PATH, RegexValues=[f"^/{service or '[^/]+'}/{method or '.*'}$"])])
    pattern = f"/{service}/{method or '*'}" if service else f"/*/{method}" if method else "/*"
    return _more(match, [condition(PATH, Values=[pattern])])


def _more(match: Tree, made: list[Tree]) -> list[Tree] | None:
    for header in entries(match.get("headers")):
        member = "RegexValues" if header.get("type") == "RegularExpression" else "Values"
        value = str(header.get("value") or "")
        made.append(
            condition(
                HEADER,
                HttpHeaderName=header.get("name"),
                **{member: [value if member == "RegexValues" else _literal(value)]},
            )
        )
    for query in entries(match.get("queryParams")):
        if query.get("type") == "RegularExpression":
            return None
        pair = {"Key": query.get("name"), "Value": _literal(str(query.get("value") or ""))}
        made.append(condition(QUERY, Values=listed([pair])))
    return made


def _literal(text: str) -> str:
    """Write a value in which * and ? are no wildcards."""
    return "".join(f"\\{letter}" if letter in "*?\\" else letter for letter in text)


# --- what becomes of a request -----------------------------------------------------------------


def backend_of(reference: Any, namespace: str) -> Backend | None:
    """Read a backendRef that is a Service."""
    name, port = get(reference, ("name",)), get(reference, ("port",))
    if not isinstance(name, str) or not is_port(port) or get(reference, ("kind",)) not in (None, "Service"):
        return None
    return Backend(name, port, str(get(reference, ("namespace",)) or namespace))


def used(route: Any) -> Iterator[Backend]:
    """Give every backend of a route."""
    for rule in entries(get(route, ("spec", "rules"))):
        for reference in entries(rule.get("backendRefs")):
            backend = backend_of(reference, namespace_of(route))
            if backend is not None:
                yield backend


def weighted(rule: Tree, namespace: str, present: Container[str]) -> list[tuple[Backend, int | None]]:
    """Give a rule's backends with weights that a load balancer takes: 999 at most, in the same ratio."""
    found = [(backend_of(one, namespace), one.get("weight")) for one in entries(rule.get("backendRefs"))]
    given = [
        (one, weight if isinstance(weight, int) else 1)
        for one, weight in found
        if one is not None and one.service in present
    ]
    if len(given) == 1:
        return [(given[0][0], None)] if given[0][1] else []
    most = max((weight for _, weight in given), default=0)
    scale = HEAVIEST / most if most > HEAVIEST else 1
    return [(one, max(1, int(weight * scale)) if weight > 0 else 0) for one, weight in given]


def action(rule: Tree, namespace: str, present: Container[str]) -> Tree | None:
    """Give the action of a route's rule: a redirect, a forward, or the answer for what leads nowhere."""
    redirect = next(
        (
            maps(one.get("requestRedirect"))
            for one in entries(rule.get("filters"))
            if one.get("type") == "RequestRedirect"
        ),
        None,
    )
    if redirect is not None:
        return _redirect(redirect)
    backends = weighted(rule, namespace, present)
    if backends:
        return forward(backends)
    return None if entries(rule.get("backendRefs")) else dict(NO_BACKEND)


def _redirect(given: Tree) -> Tree:
    scheme, port, path = given.get("scheme"), given.get("port"), get(given, ("path", "replaceFullPath"))
    usual = {"https": "443", "http": "80"}.get(str(scheme)) if port is None else None
    return {
        "Type": "redirect",
        "RedirectConfig": tree(
            Protocol=str(scheme).upper() if scheme else None,
            Port=str(port) if port is not None else usual,
            Host=given.get("hostname"),
            Path=path if isinstance(path, str) else None,
            StatusCode=REDIRECTS.get(
                given.get("statusCode") if isinstance(given.get("statusCode"), int) else 302, "HTTP_302"
            ),
        ),
    }


def transforms(rule: Tree, prefix: str) -> Tree | None:
    """Give the transforms for a rule's URL rewrite."""
    rewrite = next(
        (maps(one.get("urlRewrite")) for one in entries(rule.get("filters")) if one.get("type") == "URLRewrite"), {}
    )
    made = []
    host, path = rewrite.get("hostname"), maps(rewrite.get("path"))
    if isinstance(host, str):
        made.append(
            {
                "Type": "host-header-rewrite",
                "HostHeaderRewriteConfig": {"Rewrites": listed([{"Regex": "^.*$", "Replace": host}])},
            }
        )
    full, start = path.get("replaceFullPath"), path.get("replacePrefixMatch")
    if isinstance(full, str):
        made.append(_url("^.*$", full))
    elif isinstance(start, str):
        made.append(_url(f"^{_quoted(prefix)}(/|$)(.*)$", f"{start.rstrip('/')}/$2"))
    return listed(made) or None


def _url(regular: str, replacement: str) -> Tree:
    return {
        "Type": "url-rewrite",
        "UrlRewriteConfig": {"Rewrites": listed([{"Regex": regular, "Replace": replacement}])},
    }


def _quoted(text: str) -> str:
    return "".join(f"\\{letter}" if letter in MARKS or letter in ".*?" else letter for letter in text)


def rules(found: list[tuple[str, str, Tree]], present: Container[str]) -> list[Rule]:
    """Give the rules of all routes that are attached to a listener, in order: (kind, name, route)."""
    every = [
        (match, namespace_of(route))
        for kind, name, route in found
        for match in matches(name, route, kind == "grpcRoutes")
    ]
    made = []
    for match, namespace in sorted(every, key=lambda one: one[0].rank):
        said = action(match.rule, namespace, present)
        if said is not None:
            made += [
                Rule(listed(part), listed([said]), transforms(match.rule, match.prefix))
                for part in split(match.conditions)
            ]
    return made
