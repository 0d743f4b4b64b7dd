"""What containers print, which no manifest speaks of <-> `logConfiguration` and log groups."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get
from .variables_secrets import region

# The mode that ECS takes where nothing is said since June 2025, said all the same: accounts may still have the other.
DRIVER, PREFIX, MODE = "awslogs", "ecs", "non-blocking"


def log_group(environment: Tree) -> str | None:
    """Give the log group's name; None where the environment wants none."""
    form = get(environment, ("ecs", "logGroup"))
    if not isinstance(form, str) or not form:
        return None
    name, namespace = environment.get("name") or "app", environment.get("namespace") or "default"
    return form.replace("{name}", str(name)).replace("{namespace}", str(namespace))


def _to_configuration(container: Any, environment: Tree) -> Tree | None:
    group = log_group(environment)
    if container is None or group is None:
        return None
    options = {
        "awslogs-group": group,
        "awslogs-region": region(environment),
        "awslogs-stream-prefix": PREFIX,
        "mode": MODE,
    }
    return {"logDriver": DRIVER, "options": options}


def _to_groups(containers: Any, environment: Tree) -> Tree | None:
    group = log_group(environment)
    return {group: {}} if group is not None and isinstance(containers, dict) and containers else None


def _to_retention(containers: Any, environment: Tree) -> Tree | None:
    days, groups = get(environment, ("ecs", "logRetentionInDays")), _to_groups(containers, environment)
    return {group: {"retentionInDays": days} for group in groups} if groups and isinstance(days, int) else None


retention = TwoWay(_to_retention, lambda *given: ())
awslogs = TwoWay(_to_configuration, lambda *given: ())
log_groups = TwoWay(_to_groups, lambda *given: ())
adds_logs = TwoWay(lambda containers, region, group: bool(containers) and group is not None, lambda *given: None)
