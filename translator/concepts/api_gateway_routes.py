"""Routes of an HTTP API -> paths as a cluster has them: a route and its greedy neighbour are one prefix."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..trees import Tree, get
from .api_gateway_paths import ANY, DEFAULT, PROXY, REST, Rewrite
from .api_gateway_requests import OVERWRITE
from .ingress_conditions import EXACT, PREFIX, SPECIFIC
from .services_discovery import find
from .services_targets import maps


class Answer(NamedTuple):
    """What answers at a route: the integration's key, where that leads, and what the backend sees of the path."""

    integration: str
    uri: Any
    overwrite: str | None


class Place(NamedTuple):
    """One path with its type and method (none: any), who answers there, and what takes the path's place."""

    path: str
    kind: str
    method: str | None
    answer: Answer
    rewrite: Rewrite | None = None

    @property
    def is_default(self) -> bool:
        """Whether this is what no other route is for."""
        return (self.path, self.kind, self.method) == ("/", PREFIX, None)

    @property
    def expression(self) -> str:
        """Write the path as a regular expression: a variable is one segment, a greedy one all that follow."""
        text = "".join(f"\\{letter}" if letter in ".+?()[]{}|^$" else letter for letter in self.path)
        return "^" + text.removesuffix("/*").replace("*", "[^/]+") + ("/.+" if text.endswith("/*") else "") + "$"


def places(api: tuple[str, Tree], document: Tree) -> list[Place]:
    """Give the places of an API, the most exact first."""
    found = _found(api, document)
    made: list[Place] = []
    for (method, path), answer in found.items():
        asked = None if method == ANY else method
        if method == DEFAULT:
            made.append(Place("/", PREFIX, None, answer, _rewrite(answer, None)))
        elif path.endswith(f"/{PROXY}"):
            base = path.removesuffix(f"/{PROXY}")
            made.append(_greedy(base, asked, answer, found.get((method, base or "/"))))
        elif not _is_covered(method, path, answer, found):
            made.append(Place(_variables(path), _kind(path), asked, answer, _rewrite(answer, None)))
    return sorted(made, key=_rank)


def _found(api: tuple[str, Tree], document: Tree) -> dict[tuple[str, str], Answer]:
    made = {}
    for one in maps(document.get("routes")).values():
        if find(dict([api]), get(one, ("ApiId",)), "apis", "ApiId"):
            target = str(get(one, ("Target",)) or "").removeprefix("integrations/")
            integration = find(document.get("integrations"), target, "integrations", "IntegrationId")
            method, _, path = str(get(one, ("RouteKey",)) or "").partition(" ")
            if integration and (method == DEFAULT or path.startswith("/")):
                given = get(integration[1], ("RequestParameters", OVERWRITE))
                overwrite = given if isinstance(given, str) and given != "$request.path" else None
                made[method, path] = Answer(integration[0], get(integration[1], ("IntegrationUri",)), overwrite)
    return made


def _greedy(base: str, method: str | None, answer: Answer, exact: Answer | None) -> Place:
    """Give a prefix where the path itself is answered in the same way, else the pattern that is left."""
    whole = exact is not None and _agree(exact, answer)
    if not base and whole:
        return Place("/", PREFIX, method, answer, _rewrite(answer, exact))
    kind = PREFIX if whole and "{" not in base else SPECIFIC
    path = base if kind == PREFIX else f"{_variables(base)}/*"
    return Place(path, kind, method, answer, _rewrite(answer, exact if whole else None))


def _is_covered(method: str, path: str, answer: Answer, found: dict[tuple[str, str], Answer]) -> bool:
    """Whether a path is part of a prefix already."""
    greedy = found.get((method, f"{path.rstrip('/')}/{PROXY}"))
    return greedy is not None and "{" not in path and _agree(answer, greedy)


def _agree(exact: Answer, greedy: Answer) -> bool:
    """Whether two routes do the same with a prefix and with what is below it."""
    same = exact.overwrite is None and greedy.overwrite is None
    return exact.uri == greedy.uri and (same or _rewrite(greedy, exact) is not None)


def _rewrite(answer: Answer, exact: Answer | None) -> Rewrite | None:
    """Give what takes a path's place; with the route of the prefix itself, what holds for both."""
    given = answer.overwrite
    if given is None:
        return None
    for rest in (f"/{REST}", "$request.path"):
        if given.endswith(rest) and "$" not in given.removesuffix(rest):
            start = given.removesuffix(rest) or "/"
            return Rewrite(prefix=start) if exact is None or exact.overwrite == start else None
    return Rewrite(full=given) if "$" not in given and (exact is None or exact.overwrite == given) else None


def _variables(path: str) -> str:
    """Write each variable of a path as a pattern."""
    return "/".join("*" if part.startswith("{") and part.endswith("}") else part for part in path.split("/"))


def _kind(path: str) -> str:
    return SPECIFIC if "{" in path else EXACT


def _rank(one: Place) -> tuple:
    order = {EXACT: 0, PREFIX: 1}.get(one.kind, 2)
    return order, -len(one.path.rstrip("/")), one.path, one.method or "~"


# --- hosts -------------------------------------------------------------------------------------


def hosts_of(api: tuple[str, Tree], document: Tree) -> tuple[list[str | None], list[str]]:
    """Give the hosts that are mapped to an API (None: the API's own), and their certificates."""
    hosts: list[str | None] = []
    certificates: list[str] = []
    for _, one in sorted(maps(document.get("apiMappings")).items()):
        domain = find(document.get("domainNames"), get(one, ("DomainName",)), "domainNames", "DomainName")
        name = domain[0] if domain else get(one, ("DomainName",))
        if isinstance(name, str) and find(dict([api]), get(one, ("ApiId",)), "apis", "ApiId"):
            hosts.append(name)
            given = maps(get(domain[1], ("DomainNameConfigurations",))) if domain else {}
            certificates += [str(get(entry, ("CertificateArn",)) or "") for entry in given.values()]
    own = [] if get(api[1], ("DisableExecuteApiEndpoint",)) is True or hosts and not _answers(api[1]) else [None]
    return hosts + own or [None], [arn for arn in dict.fromkeys(certificates) if arn and "${" not in arn]


def _answers(api: Any) -> bool:
    """Whether an API with hosts is meant to answer to its own name, too."""
    return get(api, ("DisableExecuteApiEndpoint",)) is False
