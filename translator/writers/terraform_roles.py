"""Roles that are only placeholders, or that tasks cannot start without -> IAM roles that may do what is needed.

Their descriptions say what they stand for, so that reading gives the placeholder back.
"""

from __future__ import annotations

from typing import Any

from ..model import Document
from ..readers.terraform_module import STANDS_FOR
from .terraform_hcl import Expression
from .terraform_permissions import Known, execution, needs_execution, statement
from .terraform_resources import Planned, identified

TASKS, SCHEDULER = "ecs-tasks.amazonaws.com", "scheduler.amazonaws.com"
LONGEST_PREFIX = 38  # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role
NOTHING = "nothing that the manifest says"


def roles(document: Document, resources: list[Planned], environment: dict[str, Any]) -> list[Planned]:
    """Make the roles of task definitions and schedules, and have these refer to them."""
    known: Known = {}
    for _, kind, _, key in identified(document):
        known.setdefault(kind, set()).add(key)
    taken = {one.address for one in resources}
    definitions = {one.key: one for one in resources if one.type == "aws_ecs_task_definition"}
    made: list[Planned] = []
    for one in [one for one in resources if one.type == "aws_ecs_task_definition"]:
        made += _of_tasks(one, document.entries[one.entry].value, known, environment, taken)
    for one in resources:
        if one.type == "aws_scheduler_schedule":
            made += _of_schedule(one, definitions, taken)
    return made


def _of_tasks(
    one: Planned, value: dict[str, Any], known: Known, environment: dict[str, Any], taken: set[str]
) -> list[Planned]:
    given = value.get("executionRoleArn")
    known_role = (environment.get("ecs") or {}).get("executionRoleArn")
    statements = execution(value, known)
    if known_role or not statements or not (is_unknown(given) or given is None and needs_execution(value)):
        return []
    made = _role(one, "execution", TASKS, statements, "What ECS needs to start the tasks", given, taken)
    one.values["execution_role_arn"] = Expression(f"{made[0].address}.arn")
    return made


def _of_schedule(one: Planned, definitions: dict[str, Planned], taken: set[str]) -> list[Planned]:
    target = one.values.get("target", {})
    name = str(target.get("ecs_parameters", {}).get("task_definition_arn", ""))
    if not is_unknown(target.get("role_arn")) or not name:
        return []
    definition = definitions.get(name.removeprefix("${taskDefinitions.").removesuffix(".taskDefinitionArn}"))
    passed = [definition.values.get(key) for key in ("execution_role_arn", "task_role_arn")] if definition else []
    passed = [role for role in passed if role is not None]
    statements = [statement(["ecs:RunTask"], [name]), *([statement(["iam:PassRole"], passed)] if passed else [])]
    note = "What EventBridge Scheduler needs to start the task"
    made = _role(one, "schedule", SCHEDULER, statements, note, target["role_arn"], taken)
    one.values["target"] = {**target, "role_arn": Expression(f"{made[0].address}.arn")}
    return made


def is_unknown(value: Any) -> bool:
    """Whether a value is a placeholder that stands for something outside the document: `${EXECUTION_ROLE_ARN}`."""
    return isinstance(value, str) and value.startswith("${") and value.find("}") == len(value) - 1 and "." not in value


def _role(
    one: Planned, purpose: str, service: str, statements: list[dict], note: str, given: Any, taken: set[str]
) -> list[Planned]:
    """Give a role that a service may assume, and the policy of what it may do."""
    wanted = name = f"{one.label}_{purpose}"
    while taken & {f"aws_iam_role.{name}", f"aws_iam_role_policy.{name}"}:
        name += "_2" if name == wanted else "_"
    taken |= {f"aws_iam_role.{name}", f"aws_iam_role_policy.{name}"}
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    values = {
        "name_prefix": f"{one.label[: LONGEST_PREFIX - len(purpose) - 2]}-{purpose}-",
        "description": Expression(f'"{note}. {STANDS_FOR}{_escaped(given)}."'),
        "assume_role_policy": _policy([trust]),
    }
    role = Planned("aws_iam_role", name, values, one.entry)
    allowed = {"name": purpose, "role": Expression(f"{role.address}.name"), "policy": _policy(statements)}
    return [role, Planned("aws_iam_role_policy", name, allowed, one.entry)]


def _escaped(given: Any) -> str:
    return f"${given}" if given else NOTHING


def _policy(statements: list[dict]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
