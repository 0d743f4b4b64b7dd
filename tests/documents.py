"""Documents generated from the official schemas: `documents("kubernetes", "Deployment")` is a hypothesis strategy.

They have every required field, some of the others, and entries that differ in what identifies them; they know nothing
of the tables. Values are of the right type and within the schema's limits, but mean nothing.
"""
from __future__ import annotations

import functools
from typing import Any

from hypothesis import strategies as st

from translator import schema
from translator.identity import Below, Identity, Joined

TEXTS = st.sampled_from(
    ["web", "a-b", "x", "1", "true", "/data", "8080", "${NAME}", "a=b c", "öß", "{{ x }}", "nginx:1.2", "~"])
NUMBERS = {"int32": 2**31 - 1, "int64": 2**53}
DEEPEST = 9
OUR_OWN = {"initContainer", "selfManaged"}  # marks of canonical trees, no fields of the API


def documents(platform: str, kind: str, api_version: str | None = None) -> st.SearchStrategy[dict]:
    """Generate objects of a kind."""
    node = schema.root(platform, kind, api_version)
    if platform == "kubernetes":
        head = {"apiVersion": node.fields["apiVersion"].enum[0], "kind": kind}
        return objects(node, 0).map(lambda value: {**value, **head})
    return objects(node, 0)


@functools.cache
def values(node: schema.Node, depth: int) -> st.SearchStrategy[Any]:
    """Generate what may stand at a node."""
    if node.kind == "object":
        return objects(node, depth)
    if node.kind == "map":
        return st.dictionaries(keys(node), values(node.item, depth + 1), max_size=3)
    if node.kind == "list":
        return entries(node, depth) if node.is_map else lists(node, values(node.item, depth + 1))
    return SCALARS[node.kind](node)


def keys(node: schema.Node) -> st.SearchStrategy[str]:
    """Generate the keys of a map."""
    return st.sampled_from(["app", "app.kubernetes.io/name", "a b", "0", "cpu", "x/y"])


def lists(node: schema.Node, of: st.SearchStrategy[Any]) -> st.SearchStrategy[list]:
    """Generate a list as long as the schema wants; an empty one comes up, but not often."""
    least, most = max(1, node.min or 0), min(node.max or 3, max(3, node.min or 0))
    some = st.lists(of, min_size=least, max_size=most)
    return some if node.min else st.one_of(some, some, some, st.just([]))


@st.composite
def objects(draw: st.DrawFn, node: schema.Node, depth: int) -> dict:
    """Generate an object: fewer fields the deeper it is."""
    optional = sorted(node.fields.keys() - set(node.required) - OUR_OWN)
    least, most = (1, 1) if node.union else (0, 0 if depth > DEEPEST else 8 if depth < 8 else 3)
    chosen = draw(st.lists(st.sampled_from(optional), unique=True, min_size=least, max_size=most)) if optional else []
    names = dict.fromkeys([*node.required, *(["spec"] if depth == 0 and "spec" in node.fields else []), *chosen])
    made = {name: draw(values(node.fields[name], depth + 1)) for name in names}
    return apart(node, made)


def apart(node: schema.Node, made: dict) -> dict:
    """Take out what no API server allows: one name in both of two lists that are one map."""
    if node.merged and node.merged[0] in made:
        early, late, _ = node.merged
        taken = {entry["name"] for entry in made.get(late, ())}
        made[early] = [entry for entry in made[early] if entry["name"] not in taken]
    return made


def entries(node: schema.Node, depth: int) -> st.SearchStrategy[list]:
    """Generate a list of objects, each with an identity of its own."""
    found = node.identity
    if found is None:
        return lists(node, values(node.item, depth + 1))
    some = lists(node, identified(node.item, found, depth + 1))
    return some.map(lambda made: list({found.of(entry): entry for entry in made}.values()))


@st.composite
def identified(draw: st.DrawFn, node: schema.Node, found: Identity, depth: int) -> dict:
    """Generate an entry with the fields that identify it."""
    made = draw(values(node, depth))
    if isinstance(found, Below):
        return {**made, found.outer: {**made.get(found.outer, {}), found.field: draw(TEXTS)}}
    for field in [part.fields[0] for part in found.parts] if isinstance(found, Joined) else [found.field]:
        made.setdefault(field, draw(values(node.fields[field], depth + 1)))
    return made


def text(node: schema.Node) -> st.SearchStrategy[str]:
    """Generate a string: one of the enum, or one of the right length."""
    if node.enum:
        return st.sampled_from(node.enum)
    return TEXTS.map(lambda made: made.ljust(node.min or 0, "x")[:node.max])


def whole(node: schema.Node) -> st.SearchStrategy[int]:
    """Generate a whole number within the limits."""
    most = node.max if node.max is not None else NUMBERS.get(node.format, 10_000)
    return st.integers(node.min if node.min is not None else 0, most)


SCALARS = {
    "string": text,
    "integer": whole,
    "number": lambda node: st.sampled_from([0, 1.5, 70, 0.25]).map(lambda made: max(made, node.min or 0)),
    "boolean": lambda node: st.booleans(),
    "quantity": lambda node: st.sampled_from(["500m", "1Gi", 2, 0.5, "1e3"]),
    "int-or-string": lambda node: st.sampled_from([8080, "http", "25%", 0]),
    "timestamp": lambda node: st.just("2026-01-02T03:04:05Z"),
    "any": lambda node: st.sampled_from(["x", 1, True, [1, "a"], {"a": {"b": "c"}}]),
}
