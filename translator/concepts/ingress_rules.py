"""Ingresses -> rules in the order in which a load balancer tries them.

https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/spec/
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

from ..trees import Tree, get, listed, tree
from . import ingress_annotations as words
from .ingress_actions import Backend, authentication, backend_of, backends_of, forward, in_order, noted_action
from .ingress_conditions import EXACT, HOST, PATH, PREFIX, condition, is_host, path_patterns, split, united
from .ingress_nginx import is_regular, regular_path, rewrite
from .services_targets import maps

STEP = 10  # between priorities, so that there is room for more


class Route(NamedTuple):
    """One path of an Ingress: where it stands, its host, itself and its backend."""

    rule: str
    path: str
    host: str | None
    entry: Tree


class Rule(NamedTuple):
    """One listener rule without its number."""

    conditions: Tree
    actions: Tree
    transforms: Tree | None

    def request(self, listener: str, priority: int) -> Tree:
        """Give what CreateRule takes."""
        return tree(
            ListenerArn=listener,
            Priority=priority,
            Conditions=self.conditions,
            Actions=self.actions,
            Transforms=self.transforms,
        )


def routes(ingress: Any) -> list[Route]:
    """Give the paths of an Ingress in the order that they are tried.

    Hosts: named ones, then those with a wildcard, then none, each as listed. Within a host: exact paths, then prefixes,
    the longest first, then the others as listed.
    """
    made = []
    for key, rule in maps(get(ingress, ("spec", "rules"))).items():
        host = get(rule, ("host",)) or None
        for place, path in maps(get(rule, ("http", "paths"))).items():
            if isinstance(path, dict):
                made.append(Route(key, place, host if isinstance(host, str) else None, path))
    return _within_hosts(sorted(made, key=lambda one: _host_rank(one.host)))


def _host_rank(host: str | None) -> int:
    return 2 if host is None else 1 if host.startswith("*") else 0


def _within_hosts(found: list[Route]) -> list[Route]:
    by_host: dict[str | None, list[Route]] = {}
    for one in found:
        by_host.setdefault(one.host, []).append(one)
    return [one for same in by_host.values() for one in sorted(same, key=_path_rank)]


def _path_rank(one: Route) -> tuple[int, int]:
    kind, path = one.entry.get("pathType"), str(one.entry.get("path") or "")
    return (0, 0) if kind == EXACT else (1, -len(path.rstrip("/"))) if kind == PREFIX else (2, 0)


def rules(ingress: Any, present: Container[str] | None = None) -> list[Rule]:
    """Give the rules of an Ingress; a path that needs more values than one rule may have becomes several.

    `present` are the Services that there are; what leads to others is left out.
    """
    given, other = words.noted(ingress), words.noted(ingress, words.NGINX)
    verbatim = words.is_alb(ingress)
    first = authentication(given)
    made = []
    for one in routes(ingress):
        action, conditions = (
            action_of(given, one.entry.get("backend"), namespace_of(ingress), present),
            _conditions(given, other, one, verbatim),
        )
        if action is not None and conditions is not None:
            transforms = _transforms(given, other, one)
            made += [Rule(listed(part), in_order(first, action), transforms) for part in split(conditions)]
    return made


def namespace_of(ingress: Any) -> str:
    """Give the namespace of an Ingress and of the Services that it names."""
    found = get(ingress, ("metadata", "namespace"))
    return found if isinstance(found, str) and found else "default"


def _name(one: Route) -> str | None:
    backend = backend_of(one.entry.get("backend"), "")
    return backend.service if backend else None


def action_of(given: dict[str, str], entry: Any, namespace: str, present: Container[str] | None) -> Tree | None:
    """Give what a backend means: a Service's port, or what an annotation says under its name."""
    backend = backend_of(entry, namespace)
    if backend is None or present is not None and not all(one.service in present for one in _services(given, backend)):
        return None
    return (
        noted_action(given, backend.service, namespace)
        if backend.port == words.USE_ANNOTATION
        else forward([(backend, None)])
    )


def _services(given: dict[str, str], backend: Backend) -> Iterable[Backend]:
    """Give the Services behind a backend: itself, or those that its annotation names, if that is written already."""
    noted = backend.port == words.USE_ANNOTATION and f"actions.{backend.service}" in given
    return backends_of(given, backend.service, backend.namespace) if noted else [backend]


def _conditions(given: dict[str, str], other: dict[str, str], one: Route, verbatim: bool) -> list[Tree] | None:
    """Give the conditions of a path; None where they cannot be said."""
    made = [condition(HOST, Values=[one.host])] if one.host else []
    if one.host and not is_host(one.host):
        return None
    noted = words.to_api(words.parsed(given.get(f"conditions.{_name(one)}")))
    noted = [entry for entry in maps(noted).values() if isinstance(entry, dict) and isinstance(entry.get("Field"), str)]
    path, kind = one.entry.get("path"), one.entry.get("pathType")
    if is_regular(other, path, kind):
        made.append(condition(PATH, RegexValues=[regular_path(path)]))
    elif path or not (made or noted):
        patterns = path_patterns(path, kind, verbatim)
        if patterns is None:
            return None
        made.append(condition(PATH, Values=patterns))
    return united(made + noted)


def _transforms(given: dict[str, str], other: dict[str, str], one: Route) -> Tree | None:
    noted = words.to_api(words.parsed(given.get(f"transforms.{_name(one)}")))
    return (
        noted if isinstance(noted, dict) and noted else rewrite(other, one.entry.get("path"), one.entry.get("pathType"))
    )


def used(ingress: Any) -> Iterator[Backend]:
    """Give every backend that an Ingress routes to, in its order."""
    given, namespace = words.noted(ingress), namespace_of(ingress)
    entries = [one.entry.get("backend") for one in routes(ingress)] + [
        get(ingress, ("spec", "defaultBackend")) or get(ingress, ("spec", "backend"))
    ]
    for entry in entries:
        backend = backend_of(entry, namespace)
        if backend is not None:
            yield from _services(given, backend)
