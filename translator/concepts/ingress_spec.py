"""Listener rules -> rules and paths of an Ingress; what those cannot say stands in annotations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..trees import Tree, get
from . import ingress_annotations as words
from .ingress_actions import forwarded, last_of, noted_forward
from .ingress_behind import Behind
from .ingress_conditions import CONFIG, HOST, PATH, PREFIX, SPECIFIC, is_ingress_host, paths_of, values_of
from .services_targets import maps

NAMES = {"forward": "forward", "redirect": "redirect", "fixed-response": "response"}


class Path(NamedTuple):
    """One path of an Ingress before it has its place."""

    host: str | None
    entry: Tree
    own: bool


def to_rules(rules: list[Tree], known: dict[str, Behind], actions: dict[str, Any]) -> Tree:
    """Give the rules of an Ingress, in the order of priorities; paths to other applications take a place and are left out."""
    made: Tree = {}
    last: tuple[str, str | None] | None = None
    for one in (path for rule in rules for path in _paths(rule, known, actions)):
        if last is None or last[1] != one.host:
            last = (str(0 if last is None else int(last[0]) + 1), one.host)
            count = 0
        if one.own:
            rule = made.setdefault(last[0], {**({"host": one.host} if one.host else {}), "http": {"paths": {}}})
            rule["http"]["paths"][str(count)] = one.entry
        count += 1
    return made


def _paths(rule: Tree, known: dict[str, Behind], actions: dict[str, Any]) -> Iterator[Path]:
    conditions = [one for one in maps(rule.get("Conditions")).values() if isinstance(one, dict)]
    action = last_of(rule.get("Actions"))
    backend, own = forwarded(action, known)
    found = _places(conditions)
    extra = [one for one in conditions if found is None or one.get("Field") not in (HOST, PATH)]
    transforms = maps(rule.get("Transforms"))
    if own and (backend is None or extra or transforms):
        backend = _noted(rule, action, known, extra, transforms, actions)
    for host, path, kind in found or [(None, None, SPECIFIC)]:
        yield Path(
            host,
            {**({"path": path} if path else {}), "pathType": kind, **({"backend": backend} if backend else {})},
            own,
        )


def _places(conditions: list[Tree]) -> list[tuple[str | None, str, str]] | None:
    """Give (host, path, pathType) for conditions; None where an Ingress has no words for them."""
    values: dict[Any, list[str]] = {}
    for one in conditions:
        field = one.get("Field")
        said = values_of(one)
        if field in (HOST, PATH) and (
            field in values or not isinstance(said, list) or get(one, (CONFIG[field], "RegexValues"))
        ):
            return None
        values[field] = [value for value in said if isinstance(value, str)] if isinstance(said, list) else []
    paths = paths_of(values[PATH]) if PATH in values else [("/", PREFIX)]
    hosts: list[str | None] = [*values[HOST]] if HOST in values else [None]
    if paths is None or any(host is not None and not is_ingress_host(host) for host in hosts):
        return None
    return [(host, path, kind) for host in hosts for path, kind in paths]


def _noted(
    rule: Tree, action: Tree, known: dict[str, Behind], extra: list[Tree], transforms: Tree, actions: dict[str, Any]
) -> Tree:
    """Write a rule's action, conditions and transforms into annotations, under a name of their own."""
    name = f"{NAMES.get(str(action.get('Type')), 'rule')}-{rule.get('Priority')}"
    actions[f"actions.{name}"] = words.written(noted_forward(action, known))
    if extra:
        actions[f"conditions.{name}"] = words.written([words.from_api(_full(one)) for one in extra])
    if transforms:
        actions[f"transforms.{name}"] = words.written(words.from_api(transforms))
    return {"service": {"name": name, "port": {"name": words.USE_ANNOTATION}}}


def _full(one: Tree) -> Tree:
    """Write a condition's values in its block, as the controller wants them."""
    key = CONFIG.get(str(one.get("Field")))
    if key is None or one.get(key):
        return {name: value for name, value in one.items() if name != "Values" or key is None}
    return {"Field": one.get("Field"), key: {"Values": values_of(one)}}
