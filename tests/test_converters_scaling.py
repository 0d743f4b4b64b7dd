"""Autoscaling targets: the base of a percentage, cooldowns, request rates."""
from fractions import Fraction

import pytest

from translator.converters import scaling
from translator.converters.scaling import request_rate, scale_in, scale_out, utilization


@pytest.mark.parametrize("target, requested, size, ecs", [
    (70, 512, 1024, 35), (70, 256, 512, 35), (70, 256, 256, 70), (80, 512, 512, 80), (50, 200, 2048, 4.9),
    (90, 1024, 2048, 45), (120, 512, 1024, 60), (70, Fraction(512, 5), 256, 28), (75, 300, 512, 43.9),
])
def test_a_percentage_of_requests_is_another_of_the_task(target, requested, size, ecs):
    assert utilization.to_ecs(target, requested, size) == ecs
    assert utilization.to_k8s(ecs, requested, size) == target


@pytest.mark.parametrize("target, requested, size, k8s", [
    (60, 1024, 1024, 60), (60, 512, 1024, 120), (35.5, 512, 1024, 71), (33.3, 1024, 1024, 33), (0.1, 1024, 1024, 1),
])
def test_a_percentage_of_the_task_is_another_of_requests(target, requested, size, k8s):
    assert utilization.to_k8s(target, requested, size) == k8s


def test_every_target_comes_back():
    for target in range(1, 201):
        for base in [(1, 16384), (64, 256), (103, 256), (300, 512), (1000, 1024), (2000, 1024), (7, 30720)]:
            assert utilization.to_k8s(utilization.to_ecs(target, *base), *base) == target


@pytest.mark.parametrize("amount, size, percent", [
    (512, 1024, 50), (400, 2048, 19.5), (2048, 1024, 200), (1, 16384, 0.1),
])
def test_an_amount_is_a_percentage_of_the_task(amount, size, percent):
    assert scaling.average_to_ecs(amount, size) == percent


@pytest.mark.parametrize("wrong", [0, -1, "70", None, True, [], float("nan"), float("inf")])
def test_what_is_no_amount_has_no_answer(wrong):
    assert utilization.to_ecs(wrong, 1, 1) is None and utilization.to_k8s(1, wrong, 1) is None
    assert utilization.to_ecs(1, 1, wrong) is None and scaling.average_to_ecs(wrong, 1) is None
    assert request_rate.to_k8s(wrong) is None


def test_cooldowns_carry_their_seconds_and_each_sides_own_default():
    assert scale_in.to_ecs(120) == 120 and scale_out.to_ecs(0) == 0 and scale_in.to_k8s(60) == 60
    assert (scale_in.to_ecs(), scale_out.to_ecs()) == (300, 0)
    assert (scale_in.to_k8s(), scale_out.to_k8s()) == (300, 300)
    assert scale_in.to_k8s(7200) == 3600
    assert all(scale_in.to_k8s(scale_in.to_ecs(seconds)) == seconds for seconds in range(3601))
    assert all(pair.to_ecs(wrong) is None for pair in (scale_in, scale_out) for wrong in (-1, "5", 1.5, True, []))
    assert scale_in.to_k8s("5") is None


@pytest.mark.parametrize("per_second, per_minute", [("50", 3000), ("500m", 30), (10, 600), ("1k", 60000), ("1m", 0.1)])
def test_requests_a_second_are_requests_a_minute(per_second, per_minute):
    assert request_rate.to_ecs(per_second) == per_minute


@pytest.mark.parametrize("per_minute, per_second", [(3000, "50"), (1000, "16667m"), (30, "500m"), (1.5, "25m")])
def test_requests_a_minute_are_requests_a_second(per_minute, per_second):
    assert request_rate.to_k8s(per_minute) == per_second


def test_every_rate_a_minute_comes_back():
    assert all(request_rate.to_ecs(request_rate.to_k8s(rate)) == rate for rate in range(1, 5000))
    assert request_rate.to_ecs("x") is None and request_rate.to_ecs("0") is None
