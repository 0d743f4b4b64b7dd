"""Autoscaling targets of Kubernetes <-> target tracking policies.

A HorizontalPodAutoscaler counts utilization as a percentage of the requests, ECS as a percentage of the task's size.
The two share a number only where request and size are equal.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
"""
from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from numbers import Rational

from .quantity import parse, spell
from .two_way import TwoWay

DEFAULT_UTILIZATION = 80  # Of an autoscaler without metrics.
SCALE_UP, SCALE_DOWN = 0, 300  # Stabilization windows of an autoscaler that says nothing, in seconds.
COOLDOWN = 300  # Of a target tracking policy that says nothing, in and out.
LONGEST_WINDOW = 3600
SECONDS_PER_MINUTE = 60


def _rounded(value: Fraction, digits: int) -> Fraction:
    """Round half up."""
    return Fraction(floor(value * 10**digits + Fraction(1, 2)), 10**digits)


def _number(value: Fraction) -> int | float:
    """Give a number as the request carries it: whole where it is."""
    return int(value) if value.denominator == 1 else float(value)


def _positive(*values) -> tuple[Fraction, ...] | None:
    """Read exact numbers; a float is taken by its decimal digits, as it stands in the document."""
    known = all(isinstance(value, (Rational, float)) and not isinstance(value, bool) for value in values)
    numbers = tuple(Fraction(str(value)) for value in values) if known and _finite(values) else ()
    return numbers if numbers and all(number > 0 for number in numbers) else None


def _finite(values: tuple) -> bool:
    return all(not isinstance(value, float) or abs(value) < float("inf") for value in values)


def utilization_to_ecs(target, request, size) -> int | float | None:
    """Turn a percentage of the requests into one of the task's size; request and size in one unit, of the whole task.

    70 % of 512 units on a task of 1,024 is 35. One decimal is kept, and more only where fewer would not turn back.
    """
    numbers = _positive(target, request, size)
    if numbers is None:
        return None
    share = numbers[0] * numbers[1] / numbers[2]
    for digits in (1, 2, 3, 4, 5):
        value = _rounded(share, digits)
        if value and utilization_to_k8s(value, request, size) == target:
            return _number(value)
    return _number(max(_rounded(share, 1), Fraction(1, 10)))


def utilization_to_k8s(target, request, size) -> int | None:
    """Turn a percentage of the task's size into a whole one of the requests, which may be above 100."""
    numbers = _positive(target, request, size)
    if numbers is None:
        return None
    return max(1, int(_rounded(numbers[0] * numbers[2] / numbers[1], 0)))


def average_to_ecs(amount, size) -> int | float | None:
    """Turn an amount per pod into a percentage of the task's size, both in one unit: 512 of 1,024 is 50.

    Above 100 it can never be reached where the size is a hard limit, as on Fargate.
    """
    numbers = _positive(amount, size)
    return _number(max(_rounded(100 * numbers[0] / numbers[1], 1), Fraction(1, 10))) if numbers else None


def scale_in_to_ecs(window=None) -> int | None:
    """Give ScaleInCooldown for scaleDown.stabilizationWindowSeconds."""
    return _seconds(SCALE_DOWN if window is None else window)


def scale_out_to_ecs(window=None) -> int | None:
    """Give ScaleOutCooldown for scaleUp.stabilizationWindowSeconds."""
    return _seconds(SCALE_UP if window is None else window)


def cooldown_to_k8s(cooldown=None) -> int | None:
    """Give stabilizationWindowSeconds for a cooldown; the API allows an hour at most."""
    seconds = _seconds(COOLDOWN if cooldown is None else cooldown)
    return None if seconds is None else min(seconds, LONGEST_WINDOW)


def _seconds(value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def rate_to_ecs(per_second) -> int | float | None:
    """Turn requests per second of one pod (a quantity) into requests per minute of one target: `50` is 3000."""
    rate = parse(per_second)
    return _number(_rounded(rate * SECONDS_PER_MINUTE, 1)) if rate is not None and rate > 0 else None


def rate_to_k8s(per_minute) -> str | None:
    """Turn requests per minute of one target into a quantity per second, rounded up: 1000 is `16667m`."""
    numbers = _positive(per_minute)
    return spell(Fraction(ceil(numbers[0] * 1000 / SECONDS_PER_MINUTE), 1000)) if numbers else None


utilization = TwoWay(to_ecs=utilization_to_ecs, to_k8s=utilization_to_k8s)
scale_in = TwoWay(to_ecs=scale_in_to_ecs, to_k8s=cooldown_to_k8s)
scale_out = TwoWay(to_ecs=scale_out_to_ecs, to_k8s=cooldown_to_k8s)
request_rate = TwoWay(to_ecs=rate_to_ecs, to_k8s=rate_to_k8s)
