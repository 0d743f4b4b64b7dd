"""Environment variables, ConfigMaps and Secrets <-> `environment`, `secrets` and `environmentFiles`."""

from __future__ import annotations

from typing import Any

from ..converters import expansion
from ..converters.two_way import TwoWay
from ..trees import Tree, get
from .variables_files import files_of, sources_of
from .variables_known import Around, known
from .variables_names import service_names
from .variables_notices import (
    absent_key,
    agent_words,
    cluster_names,
    credential,
    credentials,
    has_some,
    lost_source,
    missing_source,
    only_running,
    secret_link,
    secret_to_create,
    unknown_keys,
    unresolved,
    unused,
)
from .variables_plan import held
from .variables_secrets import below, value_from
from .variables_stores import classes, external_secrets

# What the table names.
__all__ = [
    "absent_key",
    "agent_words",
    "classes",
    "cluster_names",
    "credential",
    "credentials",
    "external_secrets",
    "has_some",
    "lost_source",
    "missing_source",
    "only_running",
    "secret_link",
    "secret_to_create",
    "service_links",
    "unknown_keys",
    "unresolved",
    "unused",
    "variables",
]
NAMESPACE_TAG = ("kubernetes.io/namespace", "value")


# --- the variables of one container ------------------------------------------------------------


def _to_ecs(env: Any, sources: Any, *around: Any) -> tuple | None:
    if env is None and sources is None:
        return None
    here = Around(*around)
    found = known(env, sources, here)
    references = {
        name: value_from(one.remote, here.environment) for name, one in found.items() if one.remote is not None
    }
    texts = {name: {} if one.bare else {"value": one.text} for name, one in found.items() if one.text is not None}
    listed = {name: {"valueFrom": text} for name, text in references.items() if text is not None}
    return texts or None, listed or None, files_of(sources, here)


def _to_k8s(
    texts: Any,
    listed: Any,
    files: Any,
    containers: Any,
    known_secrets: Any,
    tags: Any,
    namespaces: Any,
    environment: Tree,
) -> tuple | None:
    names = {**below(texts), **below(listed)}
    made = {name: _entry(entry, names, namespaces) for name, entry in below(texts).items()}
    plan = held(containers, environment, known_secrets, get(tags, NAMESPACE_TAG)) if listed else {}
    for name, entry in below(listed).items():
        text = get(entry, ("valueFrom",))
        place = plan.get(text) if isinstance(text, str) else None
        if place is not None:
            made[name] = {"valueFrom": {"secretKeyRef": {"name": place.secret, "key": place.key}}}
    return made or None, sources_of(files)


def _entry(entry: Any, names: Tree, namespaces: Any) -> Tree:
    """Write a value so that Kubernetes leaves it as it is."""
    value = get(entry, ("value",))
    if not isinstance(value, str):
        return {}
    domains = [get(one, ("Name",)) or name for name, one in below(namespaces).items()]
    return {"value": expansion.escape(service_names(value, domains), names)}


variables = TwoWay(_to_ecs, _to_k8s)
# ECS sets no variables for services, so a pod made of a task gets none either.
service_links = TwoWay(lambda given, *rest: (), lambda containers: False)
