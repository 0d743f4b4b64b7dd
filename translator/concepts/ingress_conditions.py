"""Hosts and paths of routes <-> conditions of listener rules: what a request must be like.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..trees import Tree, get, listed
from .services_targets import maps

EXACT, PREFIX, SPECIFIC = "Exact", "Prefix", "ImplementationSpecific"
HOST, PATH, HEADER, METHOD, QUERY, SOURCE = (
    "host-header",
    "path-pattern",
    "http-header",
    "http-request-method",
    "query-string",
    "source-ip",
)
CONFIG = {
    HOST: "HostHeaderConfig",
    PATH: "PathPatternConfig",
    HEADER: "HttpHeaderConfig",
    METHOD: "HttpRequestMethodConfig",
    QUERY: "QueryStringConfig",
    SOURCE: "SourceIpConfig",
}
MOST_VALUES = 5  # in the conditions of one rule (load-balancer-limits)
EVERYTHING = "/*"


def has_wildcard(text: str) -> bool:
    """Whether a load balancer reads a pattern in a text."""
    return "*" in text or "?" in text


def path_patterns(path: Any, kind: Any, verbatim: bool) -> list[str] | None:
    """Give the patterns of a path; None for one that cannot be said.

    A prefix is made of whole words of a path, so `/foo` is `/foo` and `/foo/*`, never `/foo*`, which is `/foobar`, too.
    `verbatim`: whether what is implementation specific is a pattern already, as it is for the AWS controller.
    """
    text = path if isinstance(path, str) else ""
    if not text:
        return [EVERYTHING]
    if kind == EXACT:
        return None if has_wildcard(text) else [text]
    if kind != PREFIX and (verbatim or has_wildcard(text)):
        return [text]
    base = text.rstrip("/")
    return None if has_wildcard(text) else [base, f"{base}/*"] if base else [EVERYTHING]


def paths_of(patterns: list[str]) -> list[tuple[str, str]] | None:
    """Give (path, pathType) for patterns; None where a path cannot say one of them."""
    made: list[tuple[str, str]] = []
    for one in patterns:
        if one in (EVERYTHING, "*"):
            made.append(("/", PREFIX))
        elif one.endswith("/*") and one[:-2] in patterns and not has_wildcard(one[:-2]):
            continue
        elif not one.startswith("/"):
            return None
        elif has_wildcard(one):
            made.append((one, SPECIFIC))
        else:
            made.append((one, PREFIX if f"{one}/*" in patterns else EXACT))
    return made


def is_host(text: Any) -> bool:
    """Whether a load balancer takes a host: it holds a dot, and letters come behind the last one."""
    last = text.rpartition(".")[2] if isinstance(text, str) else ""
    return isinstance(text, str) and "." in text and last.isascii() and last.isalpha() and len(text) <= 128


def is_ingress_host(text: str) -> bool:
    """Whether an Ingress can say a host: a name in DNS, or one after `*.`."""
    rest = text.removeprefix("*.")
    words = rest.lower().split(".")
    return rest == rest.lower() and all(
        word and word.replace("-", "a").isalnum() and word.isascii() and word[0] != "-" and word[-1] != "-"
        for word in words
    )


def condition(field: str, **members: Any) -> Tree:
    """Give one condition."""
    return {"Field": field, CONFIG[field]: {key: value for key, value in members.items() if value is not None}}


def values_of(one: Any) -> Any:
    """Give the values of a condition, however it is written: short or in a block of its own."""
    block = maps(get(one, (CONFIG.get(str(get(one, ("Field",))), ""),)))
    return block.get("Values") or get(one, ("Values",)) or []


def united(given: list[Tree]) -> list[Tree]:
    """Put all hosts into one condition and all paths into one, as the controller does; the others stay."""
    made: list[Tree] = []
    for field in (HOST, PATH):
        same = [one for one in given if one.get("Field") == field]
        plain = list(dict.fromkeys(value for one in same for value in values_of(one) if isinstance(value, str)))
        regular = [value for one in same for value in get(one, (CONFIG[field], "RegexValues")) or []]
        if plain or regular:
            made.append(condition(field, Values=plain or None, RegexValues=regular or None))
    return made + [one for one in given if one.get("Field") not in (HOST, PATH)]


def split(conditions: list[Tree]) -> Iterator[list[Tree]]:
    """Give as many lists of conditions as rules need that hold five values each; the values of one condition are alternatives."""
    counts = [_count(one) for one in conditions]
    if sum(counts) <= MOST_VALUES or max(counts) < 2:
        yield conditions
        return
    place = counts.index(max(counts))
    for half in _halves(conditions[place]):
        yield from split([*conditions[:place], half, *conditions[place + 1 :]])


def _count(one: Tree) -> int:
    block = maps(one.get(CONFIG.get(str(one.get("Field")), "")))
    return len(block.get("Values") or ()) + len(block.get("RegexValues") or ())


def _halves(one: Tree) -> list[Tree]:
    key = CONFIG[one["Field"]]
    block = one[key]
    member = max(("Values", "RegexValues"), key=lambda name: len(block.get(name) or ()))
    found = block[member]
    entries = list(found.values()) if isinstance(found, dict) else list(found)
    middle = (len(entries) + 1) // 2
    parts = entries[:middle], entries[middle:]
    rest = {name: value for name, value in block.items() if name not in ("Values", "RegexValues")}
    other = {name: block[name] for name in ("Values", "RegexValues") if name in block and name != member}
    made = [{**one, key: {**rest, member: listed(part) if isinstance(found, dict) else part}} for part in parts]
    return [*made[:1], *made[1:]] if not other else [*made, {**one, key: {**rest, **other}}]
