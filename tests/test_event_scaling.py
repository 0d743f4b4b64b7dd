"""ScaledObjects by hand-written tables: windows of scheduled actions, metrics, and where KEDA is called for."""

import pytest

from translator.concepts import event_scaling
from translator.concepts import event_scaling_cron as clock
from translator.concepts import event_scaling_metrics as measured
from translator.concepts.event_scaling_events import wanted


def action(schedule, least, zone="UTC"):
    return {"Schedule": schedule, "Timezone": zone, "ScalableTargetAction": {"MinCapacity": least}}


UP, DOWN = action("cron(0 8 ? * MON-FRI *)", 10), action("cron(0 20 ? * MON-FRI *)", 2)


def test_a_pair_is_a_window_whatever_stands_first():
    window = clock.Window("up/down", "0 8 * * 1-5", "0 20 * * 1-5", "UTC", 10, 2)
    assert clock.windows({"up": UP, "down": DOWN}) == [window]
    assert clock.windows({"down": DOWN, "up": UP}) == [window]


@pytest.mark.parametrize(
    "other",
    [
        action("cron(0 20 ? * SAT *)", 2),  # other days
        action("cron(0 20 ? * MON-FRI *)", 2, "Europe/Paris"),  # another clock
        action("cron(0 20 ? * MON-FRI *)", 10),  # nothing is lowered
        action("rate(1 day)", 2),
        action("at(2026-01-01T00:00:00)", 2),
        {"Schedule": "cron(0 20 ? * MON-FRI *)"},
        {},
        None,
    ],
)
def test_what_is_no_pair(other):
    assert clock.windows({"up": UP, "other": other}) == []


def test_names_of_actions_come_back():
    assert clock.action_names("cron-0") == ("cron-0-start", "cron-0-end")
    assert clock.trigger_name("cron-0-start", "cron-0-end") == "cron-0"
    assert clock.trigger_name("morning", "evening") == "morning/evening"
    assert clock.action_names("morning/evening") == ("morning", "evening")


def test_alone_the_clock_moves_both_bounds():
    metadata = {"start": "0 8 * * *", "end": "0 20 * * *", "desiredReplicas": "10", "timezone": "UTC"}
    alone = clock.actions("cron-0", metadata, 2, 20, alone=True)
    assert alone["cron-0-start"]["ScalableTargetAction"] == {"MinCapacity": 10, "MaxCapacity": 10}
    assert alone["cron-0-end"]["ScalableTargetAction"] == {"MinCapacity": 2, "MaxCapacity": 2}


def test_a_window_stays_within_the_bounds():
    metadata = {"start": "0 8 * * *", "end": "0 20 * * *", "desiredReplicas": "50"}
    assert clock.actions("c", metadata, 2, 20, alone=False)["c-start"]["ScalableTargetAction"] == {
        "MinCapacity": 20,
        "MaxCapacity": 20,
    }


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"start": "x", "end": "0 1 * * *", "desiredReplicas": "1"},
        {"start": "0 1 * * *", "end": "0 2 * * *", "desiredReplicas": "many"},
    ],
)
def test_a_trigger_that_cannot_be_read_gives_nothing(metadata):
    assert clock.actions("c", metadata, 0, 1, alone=False) is None


def test_a_queue_counts_what_is_being_worked_on_unless_told_otherwise():
    _, metric = measured.queue_metric(
        {"queueURL": "https://sqs.eu-west-1.amazonaws.com/1/jobs", "scaleOnInFlight": "false"}, {}, "main", "web"
    )
    queries = metric["CustomizedMetricSpecification"]["Metrics"]
    assert queries["e1"]["Expression"] == "m1 / m2"
    assert queries["m2"]["MetricStat"]["Metric"]["MetricName"] == "RunningTaskCount"
    assert queries["m1"]["MetricStat"]["Metric"]["Dimensions"] == {"QueueName": {"Value": "jobs"}}


def test_the_queue_may_stand_in_a_variable():
    assert measured.queue_of({"queueURLFromEnv": "Q"}, {"Q": {"value": "https://host/1/jobs"}}) == "jobs"
    assert measured.queue_of({"queueURLFromEnv": "Q"}, {}) is None


@pytest.mark.parametrize(
    "trigger",
    [
        {
            "type": "aws-sqs-queue",
            "metadata": {"queueURL": "jobs", "queueLength": "5", "scaleOnDelayed": "true", "awsRegion": "r"},
        },
        {
            "type": "aws-cloudwatch",
            "metadata": {
                "namespace": "A",
                "metricName": "B",
                "metricStat": "Sum",
                "dimensionName": "X;Y",
                "dimensionValue": "1;2",
                "targetMetricValue": "2.5",
                "awsRegion": "r",
            },
        },
        {
            "type": "aws-cloudwatch",
            "metricType": "Value",
            "metadata": {
                "namespace": "A",
                "metricName": "B",
                "metricStat": "Average",
                "targetMetricValue": "7",
                "awsRegion": "r",
            },
        },
        {
            "type": "aws-cloudwatch",
            "metricType": "Value",
            "metadata": {
                "namespace": "AWS/ApplicationELB",
                "metricName": "RequestCountPerTarget",
                "metricStat": "Sum",
                "metricStatPeriod": "60",
                "dimensionName": "LoadBalancer;TargetGroup",
                "dimensionValue": "app/web/01;targetgroup/web/02",
                "targetMetricValue": "1000",
                "awsRegion": "r",
            },
        },
    ],
)
def test_triggers_come_back(trigger):
    found = event_scaling._metric(trigger["type"], trigger, {}, "main", "web")
    assert measured.trigger({"TargetValue": found[0], **found[1]}, "r") == trigger


def test_requests_per_target_are_the_predefined_metric():
    label = "app/web/0123456789abcdef/targetgroup/web/fedcba9876543210"
    made = measured.trigger(
        {
            "TargetValue": 1000,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "ALBRequestCountPerTarget",
                "ResourceLabel": label,
            },
        },
        "r",
    )
    assert (
        made["metricType"] == "Value"
        and made["metadata"]["metricStat"] == "Sum"
        and made["metadata"]["metricStatPeriod"] == "60"
    )


@pytest.mark.parametrize(
    "configuration",
    [
        None,
        {},
        {"TargetValue": 5},
        {"TargetValue": 0},
        {"TargetValue": 5, "CustomizedMetricSpecification": {"Metrics": {"m1": {"Expression": "RATE(m2)"}}}},
    ],
)
def test_what_keda_cannot_measure(configuration):
    assert measured.trigger(configuration, "r") is None


def test_keda_is_called_for_only_where_an_hpa_has_no_answer():
    cpu = {
        "cpu": {
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": 70,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
            },
        }
    }
    assert not wanted(cpu, None, "keda")
    assert wanted(cpu, {"up": UP, "down": DOWN}, "keda")
    assert not wanted(cpu, {"up": UP, "down": DOWN}, "none")
    assert not wanted(None, {"up": UP}, "keda")
