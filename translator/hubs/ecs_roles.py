"""Roles that nobody named <-> roles of the document that allow what it needs, where the environment asks for them."""
from __future__ import annotations

import json
from typing import Any

from ..converters import permissions
from ..converters.names import ecs_name
from ..converters.permissions import Here
from ..trees import Tree, get, put

EXECUTION, SCHEDULER = "${EXECUTION_ROLE_ARN}", "${SCHEDULER_ROLE_ARN}"
DOCUMENTS = "documents"
LONGEST = 64  # CreateRole.RoleName


def write_roles(tree: Tree, environment: Tree) -> None:
    """Put roles in the place of placeholders."""
    if get(environment, ("ecs", "roles")) != DOCUMENTS:
        return
    ecs = environment["ecs"]
    here = Here(ecs.get("region") or "${AWS_REGION}", ecs.get("account") or "${AWS_ACCOUNT_ID}")
    definition = tree.get("taskDefinition", {})
    if definition.get("executionRoleArn") == EXECUTION and definition.get("family"):
        statements = permissions.execution(definition, here)
        definition["executionRoleArn"] = _add(
            tree, f"{definition['family']}-execution", "ecs-tasks.amazonaws.com", statements
        )
    for name, one in tree.get("schedules", {}).items():
        target = one.get("Target", {})
        if target.get("RoleArn") == SCHEDULER:
            started = str(get(target, ("EcsParameters", "TaskDefinitionArn")) or "")
            passed = [definition.get(key) for key in ("executionRoleArn", "taskRoleArn")]
            statements = permissions.scheduler(started, passed)
            target["RoleArn"] = _add(tree, f"{name}-schedule", "scheduler.amazonaws.com", statements)


def _add(tree: Tree, name: str, service: str, statements: list[Tree]) -> str:
    """Add a role with one policy, and refer to it."""
    name = ecs_name(name, LONGEST)
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    put(tree, ("roles", name, "AssumeRolePolicyDocument"), _document([trust]))
    if statements:
        policy = {"RoleName": name, "PolicyDocument": _document(statements)}
        put(tree, ("rolePolicies", name), policy)
    return f"${{roles.{name}.Arn}}"


def _document(statements: list[Any]) -> str:
    whole = {"Version": "2012-10-17", "Statement": statements}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
