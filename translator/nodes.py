"""Compiled schema files -> nodes: what may stand where in an object of one kind.

The files are made from the official schemas by `make schemas`; each is loaded, and each type unfolded, when it is first
needed. A type that contains itself is no trouble for that reason.
"""
from __future__ import annotations

import functools
import json
import os
from typing import Any

from .identity import Identity, identity
from .model import KUBERNETES

OBJECT, MAP, LIST = "object", "map", "list"
NO_LIMITS: dict[str, Any] = {}


def compiled(name: str) -> Any:
    """Load a compiled file, from inside the installed package, or beside it in a checkout."""
    from . import rows

    return json.loads(rows.content(os.path.join(rows.folder(), "schemas", f"{name}.json")))


class Node:
    """One place of a schema: an object, a map, a list or a scalar, and its limits.

    `kind` is object, map, list, string, integer, number, boolean, quantity, int-or-string, timestamp or any. `item` is
    the node of a map's or a list's entries, `identity` what identifies an entry of a list of objects, if anything does.
    """

    __slots__ = ("fields", "identity", "item", "kind", "limits", "merged", "name", "schema")

    def __init__(self, schema: Schema, kind: str, name: str = "", item: Node | None = None,
                 found: Identity | None = None, limits: dict[str, Any] = NO_LIMITS):
        self.schema, self.kind, self.name = schema, kind, name
        self.item, self.identity, self.limits = item, found, limits
        # Two lists that are one map of a canonical tree, as (list, the list it joins, the mark on its entries).
        found_lists = schema.types[name].get("merged") if kind == OBJECT else None
        self.merged: tuple[str, str, str] | None = tuple(found_lists) if found_lists else None

    def __getattr__(self, name: str) -> Any:
        """Make `fields`, the fields of an object in the order of the official schema, when they are first asked for."""
        if name != "fields":
            raise AttributeError(name)
        named = self.schema.types[self.name]["fields"] if self.kind == OBJECT else {}
        self.fields: dict[str, Node] = {key: self.schema.node(written) for key, written in named.items()}
        return self.fields

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that an object must have."""
        return tuple(self.schema.types[self.name].get("required", ())) if self.kind == OBJECT else ()

    @property
    def union(self) -> bool:
        """Whether an object has exactly one of its fields."""
        return self.kind == OBJECT and self.schema.types[self.name].get("union", False)

    @property
    def enum(self) -> tuple[str, ...]:
        """The values that there are; none means any."""
        return tuple(self.limits.get("enum", ()))

    @property
    def pattern(self) -> str | None:
        """What a string must look like, as the official schema writes it."""
        return self.limits.get("pattern")

    @property
    def min(self) -> int | None:
        """The smallest number, the shortest string or the fewest entries."""
        return self.limits.get("min")

    @property
    def max(self) -> int | None:
        """The largest number, the longest string or the most entries."""
        return self.limits.get("max")

    @property
    def format(self) -> str | None:
        """What a Kubernetes schema adds to a scalar: int32, int64, byte."""
        return self.limits.get("format")

    @property
    def is_map(self) -> bool:
        """Whether a canonical tree has a map with keys of its own here: for a map, and for a list of objects."""
        return self.kind == MAP or self.kind == LIST and self.item.kind in (OBJECT, MAP)


class Schema:
    """One compiled file: the types by name, the roots by kind, and the package and version that it was made from."""

    def __init__(self, platform: str, data: dict[str, Any]):
        self.platform = platform
        self.source: dict[str, str] = data["from"]
        self.types: dict[str, Any] = data["types"]
        self.roots: dict[str, Any] = data["roots"]
        self.made: dict[str, Node] = {}

    def node(self, written: str | dict[str, Any]) -> Node:
        """Make the node that is written so; one that is just a name is made once."""
        if isinstance(written, dict):
            return self._composed(written)
        if written not in self.made:
            self.made[written] = self._named(written)
        return self.made[written]

    def _named(self, written: str) -> Node:
        if written in self.types:
            return Node(self, OBJECT, written)
        kind, _, form = written.partition("/")
        return Node(self, kind, limits={"format": form} if form else NO_LIMITS)

    def _composed(self, written: dict[str, Any]) -> Node:
        for kind in (MAP, LIST):
            if kind in written:
                found = identity(written["key"]) if "key" in written else None
                return Node(self, kind, "", self.node(written[kind]), found, written)
        return Node(self, written["is"], limits=written)


@functools.cache
def load(platform: str, name: str) -> Schema:
    """Load one compiled file."""
    return Schema(platform, compiled(name))


def custom_kinds() -> dict[str, Any]:
    """Give the types of kinds that controllers add to Kubernetes, written by hand."""
    from .rows import tables

    return tables()["custom-kinds"]


@functools.cache
def custom() -> Schema:
    """Join the types of controllers' kinds to those of Kubernetes itself, which they are made of."""
    official = load(KUBERNETES, "kubernetes")
    types = {**official.types, **custom_kinds()["types"]}
    return Schema(KUBERNETES, {"from": official.source, "types": types, "roots": custom_kinds()["roots"]})


@functools.cache
def index() -> dict[str, dict[str, str]]:
    """Give the file that each kind of each platform stands in."""
    return compiled("index")


@functools.lru_cache(4096)
def root(platform: str, kind: str, api_version: str | None = None) -> Node | None:
    """Give the node of a kind; None for one without a schema.

    A Kubernetes kind may come in another version of its group than the schema is of: fields that are gone since are
    unknown then. The same kind of another group (a Service of Knative) is another thing.
    """
    name = index()[platform].get(kind)
    schema = (
        load(platform, name)
        if name
        else custom()
        if platform == KUBERNETES and kind in custom_kinds()["roots"]
        else None
    )
    if schema is None:
        return None
    if platform != KUBERNETES:
        return schema.node(schema.roots[kind])
    found = version_of(schema.roots[kind], api_version)
    return None if found is None else schema.node(found)


def version_of(versions: dict[str, str], api_version: str | None) -> str | None:
    """Choose the type for an apiVersion: exactly that, or the newest of the group."""
    newest = next(iter(versions))
    if api_version is None or api_version in versions:
        return versions[api_version or newest]
    group = group_of(api_version)
    # Groups of others have a domain's name; one without is a mistake, or the `extensions` that Deployments, DaemonSets,
    # ReplicaSets, Ingresses and NetworkPolicies began in.
    return versions[newest] if group == group_of(newest) or "." not in group else None


def group_of(api_version: str) -> str:
    """Give the group of an apiVersion; the core group has no name."""
    return api_version.rpartition("/")[0]
