"""ECS documents <-> the rules of each kind, as one tree of fields for each."""
from __future__ import annotations

import functools
import importlib
from types import ModuleType

from ..model import ECS, Object
from . import ecs_names
from .ecs_book import Book, is_windows
from .ecs_references import RULES as REFERENCES
from .official import official
from .rules import Broken, Planted, broken_rules, plant
from .values import items, text

__all__ = ["Book", "TABLE", "broken"]

TABLE = "ecs-limits"
# The modules that have rules about each kind, in their KINDS; they are imported when an entry of the kind comes.
MODULES = {
    "taskDefinitions": ("task", "size", "order", "ports", "container", "volumes", "fargate", "placement"),
    "services": ("service", "placement", "rollout", "links", "volumes"),
    "scheduledActions": ("scaling", "schedule"),
    "tasks": ("schedule", "placement"),
    "schedules": ("schedule",),
    **dict.fromkeys(("scalableTargets", "scalingPolicies", "alarms"), ("scaling",)),
    **dict.fromkeys(
        (
            "targetGroups",
            "targetGroupAttributes",
            "loadBalancers",
            "loadBalancerAttributes",
            "listeners",
            "listenerRules",
        ),
        ("traffic",),
    ),
    **dict.fromkeys(("routes", "apiMappings"), ("apis",)),
    **dict.fromkeys(
        (
            "discoveryServices",
            "parameters",
            "secrets",
            "logGroups",
            "retentionPolicies",
            "fileSystems",
            "autoScalingGroups",
            "capacityProviders",
            "securityGroupIngress",
            "securityGroupEgress",
            "roles",
            "rolePolicies",
            "lifecyclePolicies",
        ),
        ("resources",),
    ),
}
# What a task definition may be for: further rules about each stand in the PLATFORMS of the modules.
PLATFORMS = ("ANY", "EC2", "EXTERNAL", "FARGATE", "MANAGED_INSTANCES", "WINDOWS")


def broken(entry: Object, book: Book) -> Broken:
    """Give every rule that an entry of an ECS document breaks."""
    platforms = _platforms(entry.value, book) if entry.kind == "taskDefinitions" else ()
    return broken_rules(tree(entry.kind, platforms), entry.value, book)


@functools.cache
def tree(kind: str, platforms: tuple[str, ...] = ()) -> Planted:
    """Give the rules of a kind; for a task definition, with those of the platforms that it is for."""
    covered = frozenset(place for places in ecs_names.NAMES.get(kind, {}).values() for place in places)
    covered |= {ecs_names.TAGS[kind][0]} if kind in ecs_names.TAGS else set()
    modules = [_module(name) for name in MODULES.get(kind, ())]
    tables = [table for module in modules for table in module.KINDS[kind]]
    for platform in platforms:
        tables += [table for module in modules for table in getattr(module, "PLATFORMS", {}).get(platform, ())]
    return plant(REFERENCES, official(ECS, kind, None, covered), *ecs_names.rules(kind), *tables)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f".ecs_{name}", __package__)


def _platforms(task: dict, book: Book) -> tuple[str, ...]:
    """Say what a task definition is for: what it says itself, and where the document's services start it."""
    said = {name for name in items(task.get("requiresCompatibilities")) if text(name) in PLATFORMS}
    if "FARGATE" in said or text(task.get("family")) in book.on_fargate:
        said = said - {"EC2"} | {"FARGATE"}
    return tuple(sorted(said | {"WINDOWS"} if is_windows(task) else said or {"ANY"}))
