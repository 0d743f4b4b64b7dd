"""Probe timing <-> health check timing, of containers and of target groups.

Times are whole seconds. What is preserved is how long a dead container goes unnoticed (period times failures), since
ECS allows only some periods and ten retries.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
"""
from __future__ import annotations

from .two_way import TwoWay

PERIOD, TIMEOUT, SUCCESSES, FAILURES = 10, 1, 1, 3  # What a probe does when it says nothing.
INTERVAL, CHECK_TIMEOUT, RETRIES = 30, 5, 3  # What a container health check does.
# What a target group does. The vendor's pages give 5 and 6 seconds for its timeout: write it, never rely on it.
TARGET = (30, 5, 5, 2)
MAX_RETRIES, MAX_INTERVAL, MAX_START = 10, 300, 300
# A task with no check of any kind counts as healthy after 40 seconds
# (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html).
HEALTHY_WITHOUT_CHECK = 40


def _clamp(value: int, low: int, high: int) -> int:
    return min(high, max(low, value))


def _seconds(values: tuple, defaults: tuple, least: int = 1) -> tuple[int, ...] | None:
    """Fill in the defaults; None when a value is no whole number from `least` up."""
    filled = tuple(default if value is None else value for value, default in zip(values, defaults))
    whole = all(isinstance(value, int) and not isinstance(value, bool) and value >= least for value in filled)
    return filled if whole else None


def timing_to_ecs(period=None, timeout=None, failures=None) -> tuple[int, int, int] | None:
    """Give (interval, timeout, retries) for a liveness probe: 2 s and 15 failures are 5 s and 6 retries."""
    probe = _seconds((period, timeout, failures), (PERIOD, TIMEOUT, FAILURES))
    if probe is None:
        return None
    unnoticed, interval = probe[0] * probe[2], _clamp(probe[0], 5, MAX_INTERVAL)
    if -(-unnoticed // interval) > MAX_RETRIES:
        interval = min(MAX_INTERVAL, -(-unnoticed // MAX_RETRIES))
    return interval, _clamp(probe[1], 2, 60), min(MAX_RETRIES, -(-unnoticed // interval))


def timing_to_k8s(interval=None, timeout=None, retries=None) -> tuple[int, int, int] | None:
    """Give (periodSeconds, timeoutSeconds, failureThreshold) for a container health check."""
    return _seconds((interval, timeout, retries), (INTERVAL, CHECK_TIMEOUT, RETRIES))


def startup_budget(delay=None, period=None, failures=None) -> int | None:
    """Count the seconds that a startupProbe lets a container take to start."""
    probe, first = _seconds((period, failures), (PERIOD, FAILURES)), _seconds((delay,), (0,), least=0)
    return first[0] + probe[0] * probe[1] if probe and first else None


def start_to_ecs(budget: int) -> tuple[int, int | None] | None:
    """Give (startPeriod, healthCheckGracePeriodSeconds) for the seconds a container may take to start.

    A start period ends at 300 s. The grace period of a service ignores container checks as well, from the start of
    the task, so beyond that it holds the whole budget.
    """
    if _seconds((budget,), (None,), least=0) is None:
        return None
    return min(budget, MAX_START), budget if budget > MAX_START else None


def start_to_k8s(start, interval=None, retries=None) -> tuple[int, int] | None:
    """Give a startupProbe's (periodSeconds, failureThreshold) for a start period; None for no start period.

    ECS kills after the start period and then as many failures as it retries: 60 s, 30 s, 3 retries are 5 failures.
    """
    check = _seconds((interval, retries), (INTERVAL, RETRIES))
    if not start or check is None or _seconds((start,), (None,)) is None:
        return None
    return check[0], -(-start // check[0]) + check[1]


def target_to_ecs(period=None, timeout=None, successes=None, failures=None) -> tuple[int, int, int, int] | None:
    """Give a target group's (interval, timeout, healthy threshold, unhealthy threshold) for a readiness probe."""
    probe = _seconds((period, timeout, successes, failures), (PERIOD, TIMEOUT, SUCCESSES, FAILURES))
    if probe is None:
        return None
    interval = _clamp(probe[0], 5, MAX_INTERVAL)
    return interval, _clamp(probe[1], 2, min(120, interval - 1)), _clamp(probe[2], 2, 10), _clamp(probe[3], 2, 10)


def target_to_k8s(interval=None, timeout=None, healthy=None, unhealthy=None) -> tuple[int, int, int, int] | None:
    """Give a readiness probe's (period, timeout, successThreshold, failureThreshold) for a target group's check."""
    return _seconds((interval, timeout, healthy, unhealthy), TARGET)


timing = TwoWay(to_ecs=timing_to_ecs, to_k8s=timing_to_k8s)
start = TwoWay(to_ecs=start_to_ecs, to_k8s=start_to_k8s)
target = TwoWay(to_ecs=target_to_ecs, to_k8s=target_to_k8s)
