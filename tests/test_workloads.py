"""Jobs, schedules and kinds of workloads, through whole translations."""

import json

import pytest
import yaml

from translator import parse, translate

POD = {"spec": {"restartPolicy": "Never", "containers": [{"name": "web", "image": "x"}]}}


def made(value, kind):
    said = translate(parse(yaml.safe_dump(value).encode(), "web.yaml"))
    return said, [one.value for one in said.output.entries if one.kind == kind]


def cron_job(schedule, job=None, **spec):
    value = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "nightly", "namespace": "shop"},
        "spec": {"schedule": schedule, **spec, "jobTemplate": {"spec": {"template": POD, **(job or {})}}},
    }
    return made(value, "schedules")


def job(**spec):
    return made(
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "report"}, "spec": {"template": POD, **spec}},
        "tasks",
    )


def scheduled(expression, **more):
    target = {
        "Arn": "arn:aws:ecs:us-east-1:123456789012:cluster/main",
        "RoleArn": "arn:aws:iam::123456789012:role/s",
        "EcsParameters": {"TaskDefinitionArn": "web", "LaunchType": "FARGATE"},
    }
    document = {
        "taskDefinitions": [
            {
                "family": "web",
                "networkMode": "awsvpc",
                "cpu": "256",
                "memory": "512",
                "containerDefinitions": [{"name": "web", "image": "x"}],
            }
        ],
        "schedules": [
            {
                "Name": "nightly",
                "ScheduleExpression": expression,
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": target,
                **more,
            }
        ],
    }
    said = translate(parse(json.dumps(document).encode(), "web.json"))
    return said, next(one.value["spec"] for one in said.output.entries if one.kind == "CronJob")


def codes(said):
    return {one.code: one.level for one in said.findings}


@pytest.mark.parametrize(
    ("schedule", "expressions"),
    [
        ("*/15 * * * *", ["cron(0/15 * * * ? *)"]),
        ("0 2 * * 0", ["cron(0 2 ? * SUN *)"]),
        ("30 6 * * 1-5", ["cron(30 6 ? * MON-FRI *)"]),
        ("0 0 1 * *", ["cron(0 0 1 * ? *)"]),
        ("0 0 1 * 1", ["cron(0 0 1 * ? *)", "cron(0 0 ? * MON *)"]),
        ("0 9 * * */2", ["cron(0 9 ? * SUN,TUE,THU,SAT *)"]),
        ("@daily", ["cron(0 0 * * ? *)"]),
        ("@weekly", ["cron(0 0 ? * SUN *)"]),
    ],
)
def test_schedules(schedule, expressions):
    said, found = cron_job(schedule)
    assert [one["ScheduleExpression"] for one in found] == expressions
    assert ("workloads.twice" in codes(said)) is (len(expressions) > 1)
    assert all(one["FlexibleTimeWindow"] == {"Mode": "OFF"} and one["GroupName"] == "shop" for one in found)
    assert "workloads.job-name" not in codes(said)


def test_a_schedule_that_cannot_be_read_is_reported():
    said, found = cron_job("sometimes")
    assert not found and codes(said)["workloads.schedule"] == "warning"


@pytest.mark.parametrize(
    ("spec", "path", "value"),
    [
        ({"suspend": True}, ("State",), "DISABLED"),
        ({}, ("State",), "ENABLED"),
        ({"timeZone": "Europe/Paris"}, ("ScheduleExpressionTimezone",), "Europe/Paris"),
        ({"startingDeadlineSeconds": 10}, ("Target", "RetryPolicy", "MaximumEventAgeInSeconds"), 60),
        ({"startingDeadlineSeconds": 600}, ("Target", "RetryPolicy", "MaximumEventAgeInSeconds"), 600),
        ({"job": {"parallelism": 3}}, ("Target", "EcsParameters", "TaskCount"), 3),
    ],
)
def test_settings_of_a_schedule(spec, path, value):
    found = cron_job("@daily", **spec)[1][0]
    for key in path:
        found = found[key]
    assert found == value


@pytest.mark.parametrize(("policy", "said"), [("Allow", False), ("Forbid", True), ("Replace", True)])
def test_nothing_keeps_tasks_from_running_side_by_side(policy, said):
    assert ("workloads.concurrency" in codes(cron_job("@daily", concurrencyPolicy=policy)[0])) is said


@pytest.mark.parametrize(
    ("spec", "count", "code"),
    [
        ({"parallelism": 3, "completions": 3}, 3, None),
        ({}, None, None),
        ({"completions": 3}, 3, "workloads.all-at-once"),
        ({"parallelism": 5, "completions": 20}, 5, "workloads.count"),
        ({"parallelism": 12, "completions": 12}, None, "workloads.count"),
        ({"backoffLimit": 4}, None, "workloads.retries"),
        ({"activeDeadlineSeconds": 60}, None, "workloads.deadline"),
        ({"suspend": True}, None, "workloads.suspended"),
    ],
)
def test_jobs(spec, count, code):
    said, found = job(**spec)
    assert found[0].get("count") == count
    assert {one: level for one, level in codes(said).items() if one.startswith("workloads.") and level != "info"} == (
        {code: "warning"} if code else {}
    )


@pytest.mark.parametrize(
    ("expression", "schedule", "code"),
    [
        ("cron(0 2 ? * SUN *)", "0 2 * * 0", None),
        ("cron(30 6 ? * MON-FRI *)", "30 6 * * 1-5", None),
        ("rate(1 day)", "0 0 * * *", "workloads.schedule"),
        ("cron(0 0 1 1 ? 2030)", "0 0 1 1 *", "workloads.schedule"),
        ("at(2030-01-31T08:30:00)", "30 8 31 1 *", "workloads.once"),
    ],
)
def test_schedules_back(expression, schedule, code):
    said, spec = scheduled(expression)
    assert (spec["schedule"], spec["timeZone"]) == (schedule, "Etc/UTC")
    assert spec["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert code is None or codes(said)[code] == "warning"


def test_a_last_day_is_lost():
    assert codes(scheduled("rate(1 hour)", EndDate="2030-01-01T00:00:00Z")[0])["workloads.span"] == "warning"


@pytest.mark.parametrize(("policy", "kind"), [("Never", "tasks"), ("OnFailure", "tasks"), ("Always", "services")])
def test_pods_that_run_once_are_run_once(policy, kind):
    value = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web"},
        "spec": {**POD["spec"], "restartPolicy": policy},
    }
    said, entries = made(value, kind)
    assert len(entries) == 1 and ("workloads.pod-once" in codes(said)) is (kind == "tasks")
