"""Who may take a role of AWS: ECS's tasks <-> the pods of a cluster, by its OIDC provider or by EKS Pod Identity."""

from __future__ import annotations

import json
from typing import Any

TASKS, PODS = "ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com"
ASSUME, TAG, WEB = "sts:AssumeRole", "sts:TagSession", "sts:AssumeRoleWithWebIdentity"
AUDIENCE = "sts.amazonaws.com"
VERSION = "2012-10-17"


def for_tasks() -> dict[str, Any]:
    """Let tasks in: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html"""
    return {"Effect": "Allow", "Principal": {"Service": TASKS}, "Action": ASSUME}


def for_association() -> dict[str, Any]:
    """Let pods with an association in: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"""
    return {"Effect": "Allow", "Principal": {"Service": PODS}, "Action": [ASSUME, TAG]}


def for_accounts(provider: str, account: str, named: list[tuple[str, str]]) -> dict[str, Any]:
    """Let service accounts in, each (namespace, name).

    https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
    """
    subjects = [f"system:serviceaccount:{namespace}:{name}" for namespace, name in named]
    subject = {f"{provider}:aud": AUDIENCE, f"{provider}:sub": subjects if len(subjects) > 1 else subjects[0]}
    return {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{provider}"},
        "Action": WEB,
        "Condition": {"StringEquals": subject},
    }


def changed(document: Any, cluster: dict[str, Any] | None) -> str | None:
    """Give a trust policy with one statement in the place of those for the other side; None if it is no JSON.

    `cluster` is the statement that lets pods in; without it tasks are let in.
    """
    try:
        whole = json.loads(document)
    except (TypeError, ValueError):
        return None
    statements = whole.get("Statement") if isinstance(whole, dict) else None
    if not isinstance(statements, (list, dict)):
        return None
    listed = statements if isinstance(statements, list) else [statements]
    others = [one for one in listed if not _lets(one, PODS, WEB) and not _lets(one, TASKS)]
    first = for_tasks() if cluster is None else cluster
    return json.dumps({**whole, "Statement": [first, *others]}, separators=(",", ":"), ensure_ascii=False)


def _lets(statement: Any, service: str, action: str = "") -> bool:
    """Whether a statement lets a service in, and nobody else, or is for an action."""
    if not isinstance(statement, dict) or statement.get("Effect", "Allow") != "Allow":
        return False
    principal, actions = statement.get("Principal"), statement.get("Action")
    named = principal.get("Service") if isinstance(principal, dict) else None
    asked = actions if isinstance(actions, list) else [actions]
    return named in (service, [service]) or bool(action) and asked == [action]
