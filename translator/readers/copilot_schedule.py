"""Copilot's `on.schedule`, `retries` and `timeout` -> an EventBridge schedule that runs the task."""

from __future__ import annotations

from typing import Any

from .copilot_service import CLUSTER, network
from .copilot_workload import Workload
from .spellings import duration
from .taking import Refused, text

PRESETS = {
    "@hourly": "cron(0 * * * ? *)",
    "@daily": "cron(0 0 * * ? *)",
    "@midnight": "cron(0 0 * * ? *)",
    "@weekly": "cron(0 0 ? * 1 *)",
    "@monthly": "cron(0 0 1 * ? *)",
    "@yearly": "cron(0 0 1 1 ? *)",
    "@annually": "cron(0 0 1 1 ? *)",
}
# What Copilot sets for a job that is switched off, beside the state.
NEVER = "rate(5 minutes)"


def schedule(work: Workload) -> dict[str, Any]:
    """Give the schedule of a job; the state machine that Copilot puts between has no counterpart."""
    when = work.node["on"]["schedule"]
    _said(work)
    return {
        "Name": work.label,
        "ScheduleExpression": when.to(expression).or_(NEVER),
        "State": when.to(lambda value: "DISABLED" if value == "none" else "ENABLED").or_("DISABLED"),
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": f"arn:aws:ecs:${{AWS_REGION}}:${{AWS_ACCOUNT_ID}}:cluster/{CLUSTER}",
            "RoleArn": "${SCHEDULER_ROLE_ARN}",
            "EcsParameters": {
                "TaskDefinitionArn": f"${{taskDefinitions.{work.name}.taskDefinitionArn}}",
                "TaskCount": 1,
                "LaunchType": "FARGATE",
                "PropagateTags": "TASK_DEFINITION",
                "NetworkConfiguration": _recased(network(work)),
            },
        },
    }


def _said(work: Workload) -> None:
    when, retries, timeout = work.node["on"]["schedule"], work.node["retries"].whole(), work.node["timeout"]
    if not when:
        work.say(
            "schedule-missing",
            "The job has no `on.schedule`; its schedule is written as switched off.",
            work.node["on"],
        )
    elif _steps(when.value):
        work.say(
            "schedule-step",
            f"Copilot turns the days of `{when.value}` into every day: it takes no step there.",
            when,
        )
    if retries.value:
        work.say(
            "retries",
            f"Copilot starts a failed job again up to {retries.value} times; a schedule on ECS does not.",
            retries,
        )
    elif retries:
        retries.use()
    limit = timeout.to(lambda value: int(duration(value)))
    if limit:
        work.say("timeout", f"Copilot stops the job after {limit.value} seconds; a schedule on ECS does not.", timeout)


def expression(value: Any) -> str:
    """Write a schedule as AWS does, exactly as Copilot writes it."""
    words = text(value).strip()
    if words.startswith(("rate(", "cron(")):
        return words
    if words == "none":
        return NEVER
    if words.startswith("@every "):
        return rate(words.removeprefix("@every "))
    if words.startswith("@"):
        if words not in PRESETS:
            raise Refused(
                "a schedule that Copilot knows: `@daily`, `@every 1h`, `rate(...)`, `cron(...)`, five fields, or `none`"
            )
        return PRESETS[words]
    return cron(words.split())


def rate(words: str) -> str:
    """Write an interval in minutes."""
    length = duration(words)
    if length < 60 or length % 60:
        raise Refused("an interval of whole minutes")
    minutes = int(length // 60)
    return f"rate({minutes} minute)" if minutes == 1 else f"rate({minutes} minutes)"


def cron(fields: list[str]) -> str:
    """Write five fields as the six of AWS, where one of the days is `?` and Sunday is 1."""
    if len(fields) != 5:
        raise Refused("five fields: minute, hour, day of the month, month, day of the week")
    minute, hour, of_month, month, of_week = fields
    if _said_day(of_month) and _said_day(of_week):
        raise Refused("a schedule with a day of the month or a day of the week: Copilot does not take both")
    if _said_day(of_week):
        of_month = "?"
    else:
        of_month, of_week = of_month if _said_day(of_month) else "*", "?"
    shifted = "".join(str(int(letter) + 1) if letter.isdigit() else letter for letter in of_week)
    return f"cron({minute} {hour} {of_month} {month} {shifted} *)"


def _said_day(field: str) -> bool:
    return not set(field) & set("*?")


def _steps(value: Any) -> bool:
    """Whether a day's field has a star and something more, which Copilot takes for any day."""
    fields = str(value).split()
    return len(fields) == 5 and any("*" in fields[place] and fields[place] != "*" for place in (2, 4))


def _recased(tree: dict[str, Any]) -> dict[str, Any]:
    """Spell the members of a network configuration as EventBridge does."""
    inside = tree["awsvpcConfiguration"]
    return {"awsvpcConfiguration": {key[0].upper() + key[1:]: value for key, value in inside.items()}}
