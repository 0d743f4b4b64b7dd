"""Service accounts and their roles <-> task roles; the execution role, which only ECS has."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get
from .identity_roles import (
    arn_of,
    association_needed,
    found,
    is_associated,
    makes_objects,
    platform_policy,
    platform_role,
    provider_needed,
    role_arn,
    roles,
    trust_changed,
    trust_needed,
)

__all__ = [
    "association_needed",
    "platform_policy",
    "platform_role",
    "provider_needed",
    "roles",
    "trust_changed",
    "trust_needed",
]
PLACEHOLDER, DOCUMENTS = "${EXECUTION_ROLE_ARN}", "documents"


def _to_role(annotation: Any, account: Any, objects: Any, associations: Any, environment: Tree, containers: Any) -> str | None:
    return role_arn(objects, associations, annotation) or get(environment, ("ecs", "taskRoleArn")) or None


def _to_account(role: Any, roles_: Any, environment: Tree) -> tuple | None:
    """Give the role a service account of the application's own name: two roles need two accounts."""
    if not isinstance(role, str) or not role:
        return None
    key = found(roles_, role)
    arn = arn_of(key, environment, get(roles_, (key, "Path"))) if key is not None and makes_objects(environment) else role
    return None if is_associated(environment) else arn, environment.get("name") or "app"


def _is_unknown(name: Any, account: Any, associations: Any, role: Any) -> bool:
    """Whether a pod has a service account of its own, and nothing says which role that has."""
    return isinstance(name, str) and name not in ("", "default") and account is None and not associations and not role


task_role = TwoWay(_to_role, _to_account)
role_unknown = TwoWay(_is_unknown, lambda *given: None)
execution_role = TwoWay(lambda containers, role: role or PLACEHOLDER if containers else None, lambda *given: ())
execution_role_unknown = TwoWay(
    lambda containers, role, roles_: bool(containers) and not role and roles_ != DOCUMENTS, lambda *given: None
)
execution_role_written = TwoWay(
    lambda containers, role, roles_: bool(containers) and not role and roles_ == DOCUMENTS, lambda *given: None
)
