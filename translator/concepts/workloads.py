"""DaemonSets, StatefulSets, Jobs and CronJobs <-> daemon services, services, tasks and schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..converters import cron, rollout
from ..converters.names import dns_label
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from .names import NAMESPACE_TAG, labels
from .names import namespace as namespaces
from .networking import awsvpc

DAEMON, REPLICA = "DAEMON", "REPLICA"
MOST_TASKS = 10  # RunTask starts no more at once
EVENT_AGE = (60, 86400)  # seconds that EventBridge Scheduler takes

kind = TwoWay(
    lambda name, version: None if name is None else DAEMON if name == "DaemonSet" else REPLICA,
    lambda scheduling: ("DaemonSet", None) if scheduling == DAEMON else None,
)
is_stateful = TwoWay(lambda name: name == "StatefulSet", lambda *given: None)
runs_once = TwoWay(lambda name: name == "Pod", lambda *given: None)


def _to_percents(strategy: Any, name: str | None, count: int | None, instances: Any = None) -> tuple | None:
    most = get(strategy, ("rollingUpdate", "maxUnavailable"))
    if name == "DaemonSet":
        return rollout.without_surge(most or 1, instances)  # 0 stands beside a surge, which no daemon of ECS has
    if name == "StatefulSet":
        return rollout.without_surge(1 if most is None else most, 1 if count is None else count)
    return None


def _from_percents(minimum: int | None, maximum: int | None, scheduling: str | None) -> Tree | None:
    if scheduling != DAEMON:
        return None
    return {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": rollout.daemon_to_k8s(minimum)}}


update = TwoWay(_to_percents, _from_percents)
at_once = TwoWay(lambda name, instances: name == "DaemonSet" and not instances, lambda *given: None)


# --- jobs --------------------------------------------------------------------------------------


def _from_family(family: str | None, task: Any, schedules: Any, service: Any) -> tuple | None:
    if family is None or service is not None:
        return None
    if schedules:
        return None, dns_label(min(schedules))
    return (family, None) if task is not None else None


job_name = TwoWay(lambda job, cron_job: cron_job or job, _from_family)
retries = TwoWay(lambda limit: (), lambda task, schedules: 0)


def _to_count(parallel: int | None, completions: int | None, schedule: str | None) -> int | None:
    wanted = parallel if parallel is not None else completions if completions is not None else None
    return wanted if schedule is None and wanted is not None and 0 < wanted <= MOST_TASKS else None


one_by_one = TwoWay(
    lambda completions, parallel: parallel is None and isinstance(completions, int) and 1 < completions <= MOST_TASKS,
    lambda *given: None,
)
count = TwoWay(_to_count, lambda number: (number, number) if number and number > 1 else None)
job_namespace = TwoWay(
    lambda namespace, schedule: (
        labels.to_ecs({"namespace": namespace}, None)["namespace"]["value"] if namespace and schedule is None else None
    ),
    lambda tag: tag,
)
job_labels = TwoWay(
    lambda own, annotations, schedule: labels.to_ecs(own, annotations) if schedule is None else None,
    lambda tags: labels.to_k8s({key: value for key, value in tags.items() if key != NAMESPACE_TAG}),
)


def network(environment: Tree, pascal: bool = False) -> Tree:
    """Give the network of a task that is started by itself, as the environment has it."""
    fields = awsvpc(environment["ecs"])
    return {
        "awsvpcConfiguration": {key[0].upper() + key[1:] if pascal else key: value for key, value in fields.items()}
    }


def _to_run(containers: Any, schedule: str | None, environment: Tree) -> tuple | None:
    if schedule is not None or containers is None:
        return None
    return environment["launchType"], network(environment), environment["ecs"].get("cluster")


run = TwoWay(_to_run, lambda launch, network_, cluster: ())


# --- schedules ---------------------------------------------------------------------------------


def _to_schedules(
    when: Any, zone: Any, suspended: Any, deadline: Any, parallel: Any, namespace: Any, name: Any, environment: Tree
) -> Tree | None:
    found = cron.to_aws(when)
    if found is None or not found.expressions or not isinstance(name, str):
        return None
    target = _target(name, parallel, deadline, environment)
    return {
        key: tree(
            ScheduleExpression=expression,
            ScheduleExpressionTimezone=zone,
            FlexibleTimeWindow={"Mode": "OFF"},
            State="DISABLED" if suspended else "ENABLED",
            GroupName=namespace,
            Target=target,
        )
        for key, expression in zip(_names(name), found.expressions)
    }


def _names(name: str) -> tuple[str, str]:
    return name[:64], f"{name[:62]}-2"


def _target(name: str, parallel: Any, deadline: Any, environment: Tree) -> Tree:
    ecs = environment["ecs"]
    cluster = ecs.get("cluster") or "default"
    region, account = ecs.get("region") or "${AWS_REGION}", ecs.get("account") or "${AWS_ACCOUNT_ID}"
    arn = f"arn:aws:ecs:{region}:{account}:cluster/{cluster}"
    age = None if deadline is None else {"MaximumEventAgeInSeconds": max(EVENT_AGE[0], min(deadline, EVENT_AGE[1]))}
    return tree(
        Arn=arn,
        RoleArn="${SCHEDULER_ROLE_ARN}",
        RetryPolicy=age,
        EcsParameters=tree(
            TaskDefinitionArn=f"${{taskDefinitions.{name}.taskDefinitionArn}}",
            LaunchType=environment["launchType"],
            TaskCount=parallel if isinstance(parallel, int) and 1 < parallel <= MOST_TASKS else None,
            NetworkConfiguration=network(environment, pascal=True),
        ),
    )


def of_date(expression: Any) -> str | None:
    """Give the five fields of the day and time at which `at(2026-01-31T08:30:00)` fires, every year."""
    text = expression[3:-1] if isinstance(expression, str) and expression.startswith("at(") else ""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return f"{when.minute} {when.hour} {when.day} {when.month} *"


def _fields(expression: Any) -> str | None:
    found = cron.to_kubernetes(expression)
    return found.expressions[0] if found is not None and found.expressions else of_date(expression)


def _namespace(schedule: Tree, environment: Any) -> str | None:
    """Give the namespace of a schedule: the environment's, its group's, or that of the cluster that it runs tasks in."""
    wanted, group = get(environment, ("kubernetes", "namespace")), schedule.get("GroupName")
    if wanted or isinstance(group, str) and group not in ("", "default"):
        return wanted or group
    return namespaces.to_k8s(None, str(get(schedule, ("Target", "Arn")) or ""), None, None)


def _from_schedules(schedules: Any, family: Any, environment: Any = None) -> tuple | None:
    chosen = [one for _, one in sorted((schedules or {}).items()) if isinstance(one, dict)]
    read = [_fields(one.get("ScheduleExpression")) for one in chosen]
    usable = [(one, found) for one, found in zip(chosen, read, strict=True) if found is not None]
    if not usable:
        return None
    first, when = usable[0]
    when = joined(when, usable[1][1]) or when if len(usable) == 2 else when
    count_ = get(first, ("Target", "EcsParameters", "TaskCount"))
    age = get(first, ("Target", "RetryPolicy", "MaximumEventAgeInSeconds"))
    return (
        when,
        first.get("ScheduleExpressionTimezone") or "Etc/UTC",
        True if first.get("State") == "DISABLED" else None,
        age,
        count_ if isinstance(count_, int) and count_ > 1 else None,
        _namespace(first, environment),
    )


def joined(one: str, other: str) -> str | None:
    """Join the schedules of a day of the month and of a day of the week, which a CronJob says at once."""
    left, right = one.split(), other.split()
    if len(left) != 5 or len(right) != 5 or left[:2] + left[3:4] != right[:2] + right[3:4]:
        return None
    dates, days = {left[2], right[2]} - {"*"}, {left[4], right[4]} - {"*"}
    if len(dates) != 1 or len(days) != 1 or (left[2] == "*") == (right[2] == "*"):
        return None
    return " ".join([left[0], left[1], dates.pop(), left[3], days.pop()])


schedule = TwoWay(_to_schedules, _from_schedules)
schedule_group = TwoWay(
    lambda namespace, when: {namespace: {"Name": namespace}} if namespace and scheduled.to_ecs(when) else None,
    lambda *given: (),
)
inexact = TwoWay(
    lambda when: (found := cron.to_aws(when)) is not None and len(found.expressions) > 1, lambda *given: None
)
scheduled = TwoWay(
    lambda when: (found := cron.to_aws(when)) is not None and bool(found.expressions), lambda *given: None
)
once = TwoWay(lambda *given: None, lambda expression: of_date(expression) is not None)
