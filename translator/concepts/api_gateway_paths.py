"""Paths of Ingresses and HTTPRoutes -> routes of an HTTP API: a method, a path, and the Service that answers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..trees import get
from . import ingress_annotations as words
from .gateway_routes import backend_of as referred
from .gateway_routes import entries
from .ingress_actions import Backend, backend_of, backends_of
from .ingress_conditions import METHOD, has_wildcard, is_host, path_patterns, values_of
from .ingress_nginx import MARKS, is_regular
from .ingress_rules import Route, namespace_of, routes
from .services_targets import maps

ANY, DEFAULT, PROXY = "ANY", "$default", "{proxy+}"
REST = "$request.path.proxy"  # what a greedy variable stands for, in a path that takes the request's place
KINDS = {"Exact": "Exact", "PathPrefix": "Prefix"}
CAPTURES = "(/|$)(.*)"  # how NGINX's users write a prefix whose rest they keep


class Path(NamedTuple):
    """One route before it has an API: host, route key, the backend, and the path that the backend is to see."""

    host: str | None
    key: str
    backend: Backend
    path: str | None = None


class Seen(NamedTuple):
    """One path of a manifest: its patterns and methods, the backends behind, and what takes the path's place."""

    host: str | None
    patterns: list[str] | None
    methods: list[str] | None
    backends: list[tuple[Backend, int]]
    rewrite: Rewrite | None


class Rewrite(NamedTuple):
    """What a backend sees in a path's place: all of it, or a prefix with the rest behind."""

    full: str | None = None
    prefix: str | None = None

    def of(self, key: str) -> str | None:
        """Give the path for a route."""
        if self.full is not None:
            return self.full
        if self.prefix is None:
            return None
        start = self.prefix.rstrip("/")
        return f"{start}/{REST}" if PROXY in key else f"{start}$request.path" if key == DEFAULT else start or "/"


NOT_SAID = Rewrite(None, None)


def paths(seen: Seen) -> Iterator[Path]:
    """Give the routes for a path; none for one that a route cannot say."""
    backend = heaviest(seen.backends)
    if backend is None or seen.patterns is None or seen.methods is None or seen.rewrite is None:
        return
    for key in dict.fromkeys(key for one in seen.patterns for method in seen.methods for key in keys(method, one)):
        yield Path(seen.host, key, backend, seen.rewrite.of(key))


def heaviest(backends: list[tuple[Backend, int]]) -> Backend | None:
    """Give the backend that most requests go to: an integration has one."""
    found = [one for one in backends if one[1] > 0]
    return max(found, key=lambda one: one[1])[0] if found else None


def keys(method: str, pattern: str) -> list[str]:
    """Give the route keys for a pattern: `/*` is for what is left, `/a/*` ends in a greedy variable."""
    if pattern == "/*":
        return [DEFAULT] if method == ANY else [f"{method} /", f"{method} /{PROXY}"]
    base = pattern.removesuffix("/*")
    if has_wildcard(base) or "{" in base or "}" in base or not base.startswith("/"):
        return []
    return [f"{method} {base}/{PROXY}" if base != pattern else f"{method} {base}"]


# --- of Ingresses ------------------------------------------------------------------------------


def of_ingress(ingress: Any) -> Iterator[Seen]:
    """Give every path of an Ingress in the order in which they are tried, then the default backend."""
    for one in routes(ingress):
        if one.host is None or is_host(one.host):
            yield _of_route(ingress, one)
    default = get(ingress, ("spec", "defaultBackend")) or get(ingress, ("spec", "backend"))
    if default is not None:
        yield Seen(None, ["/*"], [ANY], _backends(ingress, default), NOT_SAID)


def _of_route(ingress: Any, one: Route) -> Seen:
    other = words.noted(ingress, words.NGINX)
    path, kind = one.entry.get("path"), one.entry.get("pathType")
    patterns: list[str] | None
    if is_regular(other, path, kind):
        base = path.removesuffix(CAPTURES).removeprefix("^")
        patterns = [base, f"{base}/*"] if base != path and not MARKS & set(base) else None
    else:
        patterns = path_patterns(path, kind, words.is_alb(ingress))
    backend = one.entry.get("backend")
    return Seen(
        one.host, patterns, _methods(ingress, backend), _backends(ingress, backend), _rewrite(ingress, backend, other)
    )


def _backends(ingress: Any, entry: Any) -> list[tuple[Backend, int]]:
    """Give the Services behind a backend with their weights: itself, or those that an annotation forwards to."""
    namespace, given = namespace_of(ingress), words.noted(ingress)
    backend = backend_of(entry, namespace)
    if backend is None:
        return []
    if backend.port != words.USE_ANNOTATION:
        return [(backend, 1)]
    groups = get(words.to_api(words.parsed(given.get(f"actions.{backend.service}"))), ("ForwardConfig", "TargetGroups"))
    weights = [get(one, ("Weight",)) for one in maps(groups).values()]
    found = list(backends_of(given, backend.service, namespace))
    return [(one, weight if isinstance(weight, int) else 1) for one, weight in zip(found, weights, strict=False)]


def _methods(ingress: Any, entry: Any) -> list[str] | None:
    """Give the methods of a path; None where an annotation asks for more than a method."""
    backend = backend_of(entry, "")
    noted = words.to_api(words.parsed(words.noted(ingress).get(f"conditions.{backend.service if backend else ''}")))
    found = [one for one in maps(noted).values() if isinstance(one, dict)]
    if any(one.get("Field") != METHOD for one in found):
        return None
    return [str(value) for one in found for value in values_of(one)] or [ANY]


def _rewrite(ingress: Any, entry: Any, other: dict[str, str]) -> Rewrite | None:
    """Give what NGINX puts in the place of a path; a load balancer's transforms are expressions."""
    backend = backend_of(entry, "")
    if backend is not None and f"transforms.{backend.service}" in words.noted(ingress):
        return None
    target = other.get("rewrite-target")
    if target is None or "$" not in target:
        return Rewrite(full=target)
    return Rewrite(prefix=target.removesuffix("$2")) if target.endswith("/$2") and target.count("$") == 1 else None


# --- of HTTPRoutes -----------------------------------------------------------------------------


def of_route(route: Any) -> Iterator[Seen]:
    """Give every match of an HTTPRoute."""
    hosts = get(route, ("spec", "hostnames"))
    named = [one for one in hosts if is_host(one)] if isinstance(hosts, list) else []
    for rule in entries(get(route, ("spec", "rules"))):
        for match in entries(rule.get("matches")) or [{}]:
            for host in named or ([None] if not hosts else []):
                yield _of_match(route, rule, match, host)


def _of_match(route: Any, rule: Any, match: Any, host: str | None) -> Seen:
    kind, value = str(get(match, ("path", "type")) or "PathPrefix"), get(match, ("path", "value")) or "/"
    more = match.get("headers") or match.get("queryParams") or kind not in KINDS
    method = match.get("method")
    backends = [
        (backend, weight if isinstance(weight, int) else 1)
        for one in entries(rule.get("backendRefs"))
        for backend, weight in [(referred(one, namespace_of(route)), one.get("weight"))]
        if backend is not None
    ]
    return Seen(
        host,
        None if more else path_patterns(value, KINDS[kind], True),
        [method if isinstance(method, str) else ANY],
        backends,
        _replaced(rule),
    )


def _replaced(rule: Any) -> Rewrite | None:
    """Give what a rule's filters put in the place of a path; None where they do what no API does."""
    found = entries(rule.get("filters"))
    if any(one.get("type") == "RequestRedirect" for one in found):
        return None
    given = next((maps(one.get("urlRewrite")) for one in found if one.get("type") == "URLRewrite"), {})
    path = maps(given.get("path"))
    full, prefix = path.get("replaceFullPath"), path.get("replacePrefixMatch")
    if "hostname" in given:
        return None
    return Rewrite(full if isinstance(full, str) else None, prefix if isinstance(prefix, str) else None)
