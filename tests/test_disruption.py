"""Disruption budgets and minimum healthy percents, by hand."""
import pytest

from translator.concepts import disruption


@pytest.mark.parametrize(("minimum", "launch", "spec"), [
    (50, "EC2", {"minAvailable": "50%"}),
    (None, "EC2", {"maxUnavailable": 1}),  # ECS's own 100 %
    (100, "EC2", {"maxUnavailable": 1}),
    (0, "EC2", None),
    (50, "FARGATE", None),
    ("half", "EC2", None),
])
def test_what_guards_a_drain(minimum, launch, spec):
    assert disruption.budget.to_k8s("web", minimum, "REPLICA", launch) == spec


def test_daemons_go_with_their_node():
    assert disruption.budget.to_k8s("web", 50, "DAEMON", "EC2") is None


@pytest.mark.parametrize(("least", "most", "rolling", "weaker"), [
    (3, None, {"maxSurge": 1, "maxUnavailable": 2}, True),
    (2, None, {"maxSurge": 1, "maxUnavailable": 2}, False),
    (None, 0, {"maxSurge": 1, "maxUnavailable": 0}, False),
    (None, 0, {"maxSurge": 0, "maxUnavailable": 1}, True),
    (None, None, {}, False),
    ("odd", None, {}, False),
])
def test_a_budget_above_what_the_rollout_keeps_is_spoken_of(least, most, rolling, weaker):
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    assert disruption.weaker.to_ecs(least, most, strategy, "Deployment", 4, None, None, None) is weaker
