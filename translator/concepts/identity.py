"""Service accounts and their roles <-> task roles; the execution role, which only ECS has."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get

PLACEHOLDER = "${EXECUTION_ROLE_ARN}"


def _to_role(annotation: Any, account: Any, environment: Tree, containers: Any) -> str | None:
    return annotation or get(environment, ("ecs", "taskRoleArn")) or None


def _to_account(role: Any, environment: Tree) -> tuple | None:
    """Give the role a service account of the application's own name: two roles need two accounts."""
    return (role, environment.get("name") or "app") if isinstance(role, str) and role else None


def _is_unknown(name: Any, account: Any, role: Any) -> bool:
    """Whether a pod has a service account of its own, and nothing says which role that has."""
    return isinstance(name, str) and name not in ("", "default") and account is None and not role


task_role = TwoWay(_to_role, _to_account)
role_unknown = TwoWay(_is_unknown, lambda *given: None)
execution_role = TwoWay(lambda containers, role: role or PLACEHOLDER if containers else None, lambda *given: ())
execution_role_unknown = TwoWay(lambda containers, role: bool(containers) and not role, lambda *given: None)
