"""ECS documents <-> the rules of each kind, as one tree of fields for each."""
from __future__ import annotations

import functools
from ..model import ECS, Object
from . import (
    ecs_container,
    ecs_fargate,
    ecs_links,
    ecs_names,
    ecs_order,
    ecs_ports,
    ecs_references,
    ecs_resources,
    ecs_rollout,
    ecs_scaling,
    ecs_schedule,
    ecs_service,
    ecs_size,
    ecs_task,
    ecs_traffic,
    ecs_volumes,
)
from .ecs_book import Book
from .official import official
from .rules import Broken, Planted, Rules, broken_rules, plant
from .values import items, text

__all__ = ["Book", "TABLE", "broken"]

TABLE = "ecs-limits"

KINDS: dict[str, tuple[Rules, ...]] = {
    "taskDefinitions": (
        ecs_task.RULES,
        ecs_size.RULES,
        ecs_order.RULES,
        ecs_ports.RULES,
        ecs_ports.NUMBERS,
        ecs_ports.NOT_AWSVPC,
        ecs_container.RULES,
        ecs_container.RANGES,
        ecs_container.COUNTS,
        ecs_container.REFERENCES,
        ecs_volumes.TASK,
        ecs_fargate.RULES,
        ecs_fargate.ROLES,
        ecs_fargate.STORAGE,
        ecs_service.TASK,
    ),
    "services": (
        ecs_service.RULES,
        ecs_service.COUNTS,
        ecs_rollout.RULES,
        ecs_rollout.RANGES,
        ecs_links.RULES,
        ecs_volumes.SERVICE,
    ),
    "scalableTargets": ecs_scaling.TARGETS,
    "scalingPolicies": ecs_scaling.POLICIES,
    "scheduledActions": (*ecs_scaling.ACTIONS, ecs_schedule.ACTIONS),
    "alarms": ecs_scaling.ALARMS,
    "schedules": ecs_schedule.SCHEDULES,
    "tasks": ecs_schedule.TASKS,
    "targetGroups": ecs_traffic.TARGET_GROUPS,
    "targetGroupAttributes": ecs_traffic.ATTRIBUTE_LISTS,
    "loadBalancerAttributes": ecs_traffic.ATTRIBUTE_LISTS,
    "loadBalancers": ecs_traffic.LOAD_BALANCERS,
    "listeners": ecs_traffic.LISTENERS,
    "listenerRules": ecs_traffic.LISTENER_RULES,
    "discoveryServices": ecs_resources.DISCOVERY,
    "parameters": ecs_resources.PARAMETERS,
    "secrets": ecs_resources.SECRETS,
    "logGroups": ecs_resources.LOG_GROUPS,
    "fileSystems": ecs_resources.FILE_SYSTEMS,
    "autoScalingGroups": ecs_resources.GROUPS,
    "capacityProviders": ecs_resources.PROVIDERS,
    "securityGroupIngress": ecs_resources.INGRESS,
    "roles": ecs_resources.ROLES,
    "rolePolicies": ecs_resources.ROLE_POLICIES,
    "lifecyclePolicies": ecs_resources.LIFECYCLES,
}
# What a task definition is for -> the rules of that platform beside the general ones.
PLATFORMS: dict[str, tuple[Rules, ...]] = {
    "FARGATE": (*ecs_fargate.FARGATE, ecs_size.ON_FARGATE),
    "WINDOWS": ecs_fargate.WINDOWS,
    "MANAGED_INSTANCES": ecs_fargate.MANAGED,
    "EXTERNAL": (*ecs_fargate.EXTERNAL, ecs_task.ON_INSTANCES, ecs_size.ON_INSTANCES),
    "EC2": (*ecs_fargate.INSTANCES, ecs_task.ON_INSTANCES, ecs_size.ON_INSTANCES),
    "ANY": (ecs_task.ON_INSTANCES, ecs_size.ON_INSTANCES),
}


def broken(entry: Object, book: Book) -> Broken:
    """Give every rule that an entry of an ECS document breaks."""
    platforms = _platforms(entry.value, book) if entry.kind == "taskDefinitions" else ()
    return broken_rules(tree(entry.kind, platforms), entry.value, book)


@functools.cache
def tree(kind: str, platforms: tuple[str, ...] = ()) -> Planted:
    """Give the rules of a kind; for a task definition, with those of the platforms that it is for."""
    covered = frozenset(place for places in ecs_names.NAMES.get(kind, {}).values() for place in places)
    covered |= {ecs_names.TAGS[kind][0]} if kind in ecs_names.TAGS else set()
    further = [table for platform in platforms for table in PLATFORMS[platform]]
    return plant(
        ecs_references.RULES, official(ECS, kind, None, covered), *ecs_names.rules(kind), *KINDS.get(kind, ()), *further
    )


def _platforms(task: dict, book: Book) -> tuple[str, ...]:
    """Say what a task definition is for: what it says itself, and where the document's services start it."""
    said = {name for name in items(task.get("requiresCompatibilities")) if text(name) in PLATFORMS}
    if "FARGATE" in said or text(task.get("family")) in book.on_fargate:
        said = said - {"EC2"} | {"FARGATE"}
    return tuple(sorted(said | {"WINDOWS"} if ecs_size.is_windows(task) else said or {"ANY"}))
