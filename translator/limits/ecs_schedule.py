"""Schedules and tasks that they start <-> what EventBridge Scheduler and RunTask refuse."""
from __future__ import annotations

import json
from typing import Any, Iterator

from ..converters import cron
from .ecs_book import Book, containers, ecs_parameters
from .rules import Hit, Rule, Rules, between, each
from .values import entries, items, mapping, text

PARAMETERS = "Target.EcsParameters"


def expression(member: str, _: Any) -> Rule:
    """Make a rule that a schedule is a cron, rate or at expression as AWS reads them."""
    def rule(holder: dict, outer: Any) -> Iterator[Hit]:
        written = text(holder[member])
        if written is not None and (
            cron.to_kubernetes(written) is None or written.startswith("at(") and not _is_moment(written[3:-1])
        ):
            yield (member,), (
                f"{written or 'An empty text'} is no schedule: cron() with six fields and one ? for a day, "
                "rate(5 minutes), or at(2026-01-31T08:00:00)."
            )

    return rule


def _is_moment(written: str) -> bool:
    from datetime import datetime

    try:
        datetime.strptime(written, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return False
    return True


def schedule_window(schedule: dict, book: Book) -> Iterator[Hit]:
    """Refuse a flexible window without its length, and a length without a window."""
    window = mapping(schedule["FlexibleTimeWindow"])
    flexible, minutes = window.get("Mode") == "FLEXIBLE", window.get("MaximumWindowInMinutes")
    if text(window.get("Mode")) is not None and flexible != (minutes is not None):
        yield ("FlexibleTimeWindow",), "A flexible window has MaximumWindowInMinutes; with mode OFF there is none."


def schedule_network(schedule: dict, book: Book) -> Iterator[Hit]:
    """Refuse awsvpc tasks without subnets."""
    run = ecs_parameters(schedule)
    task = book.task(run.get("TaskDefinitionArn"))
    if run and task.get("networkMode") == "awsvpc" and not run.get("NetworkConfiguration"):
        yield ("Target", "EcsParameters"), (
            "The tasks have network mode awsvpc, so the schedule needs a NetworkConfiguration with "
            "subnets."
        )


def schedule_capacity(run: dict, target: dict) -> Iterator[Hit]:
    """Refuse a launch type beside a capacity provider strategy."""
    if items(run.get("CapacityProviderStrategy")):
        yield ("LaunchType",), "The schedule has both a launch type and a capacity provider strategy."


def schedule_platform(run: dict, target: dict) -> Iterator[Hit]:
    """Refuse a platform version that is no number: LATEST is what comes without one."""
    version = text(run["PlatformVersion"])
    if version is not None and not version.replace(".", "").isdecimal():
        yield ("PlatformVersion",), (
            f"Platform version {version} is no number such as 1.4.0; for the latest, leave it out."
        )


def schedule_input(schedule: dict, book: Book) -> Iterator[Hit]:
    """Refuse overrides that are no JSON, or that are for containers that the task does not have."""
    run, written = ecs_parameters(schedule), mapping(schedule["Target"]).get("Input")
    if not run or not isinstance(written, str):
        return
    try:
        overrides = mapping(json.loads(written))
    except ValueError:
        if text(written) is not None:
            yield ("Target", "Input"), "The input of a task is JSON with its overrides; this is no JSON."
        return
    yield from _overridden(book.task(run.get("TaskDefinitionArn")), overrides, ("Target", "Input"))


def _overridden(task: dict, overrides: dict, path: tuple) -> Iterator[Hit]:
    named = containers(task)
    for _, override in entries(overrides.get("containerOverrides")) if task else ():
        name = text(override.get("name"))
        if name is not None and name not in named:
            yield path, f"The overrides are for container {name}, which the task definition does not have."


def task_network(run: dict, book: Book) -> Iterator[Hit]:
    """Refuse awsvpc tasks without subnets."""
    if book.task(run["taskDefinition"]).get("networkMode") == "awsvpc" and not run.get("networkConfiguration"):
        yield (), "The task has network mode awsvpc, so it needs a networkConfiguration with subnets."


def task_capacity(run: dict, book: Book) -> Iterator[Hit]:
    """Refuse a launch type beside a capacity provider strategy."""
    if items(run.get("capacityProviderStrategy")):
        yield ("launchType",), "The task has both a launch type and a capacity provider strategy."


def task_overrides(run: dict, book: Book) -> Iterator[Hit]:
    """Refuse overrides for containers that the task does not have, and too long ones."""
    overrides = mapping(run["overrides"])
    yield from _overridden(book.task(run.get("taskDefinition")), overrides, ("overrides",))
    if len(json.dumps(overrides, default=str)) > 8192:
        yield ("overrides",), "The overrides have more than 8192 characters."


SCHEDULES: tuple[Rules, ...] = (each({"schedule-expression": {"ScheduleExpression": None}}, expression), {
    "FlexibleTimeWindow": {"schedule-window": schedule_window},
    "Target": {"schedule-network": schedule_network, "schedule-input": schedule_input},
    f"{PARAMETERS}.LaunchType": {"capacity-choice": schedule_capacity},
    f"{PARAMETERS}.PlatformVersion": {"schedule-platform": schedule_platform},
},)
TASKS: tuple[Rules, ...] = (
    {
        "taskDefinition": {"network-configuration": task_network},
        "launchType": {"capacity-choice": task_capacity},
        "overrides": {"task-overrides": task_overrides},
    },
    each({"task-count": {"count": (1, 10)}}, between),
)
ACTIONS: Rules = each({"schedule-expression": {"Schedule": None}}, expression)

KINDS = {"schedules": SCHEDULES, "tasks": TASKS, "scheduledActions": (ACTIONS,)}
