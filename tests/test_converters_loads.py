"""Where autoscalers settle: the documented examples, and laws that hold for every load."""
from fractions import Fraction

import pytest

from translator.converters.loads import autoscaler_step, curve, settle, tracking_step


# https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details
@pytest.mark.parametrize("replicas, value, target, next_", [
    (1, 200, 100, 2), (4, 50, 100, 2), (5, 110, 100, 5), (5, 90, 100, 5), (5, 111, 100, 6), (5, 89, 100, 5),
    (5, 80, 100, 4),
])
def test_the_algorithm_of_the_autoscaler(replicas, value, target, next_):
    assert autoscaler_step(replicas, Fraction(value), Fraction(target)) == next_


@pytest.mark.parametrize("replicas, value, target, next_", [
    (4, 71, 70, 5), (4, 70, 70, 4), (4, 63, 70, 4), (4, 62, 70, 4), (4, 52, 70, 3), (10, 140, 70, 20),
])
def test_target_tracking(replicas, value, target, next_):
    assert tracking_step(replicas, Fraction(value), Fraction(target)) == next_


def test_the_two_differ_within_the_tolerance():
    assert settle(autoscaler_step, 530, 50, 1, 100, start=10) == 10, "53 % of 50 % is let be"
    assert settle(tracking_step, 530, 50, 1, 100, start=10) == 11


def test_a_load_that_nobody_can_see_takes_several_steps():
    assert settle(autoscaler_step, 900, 50, 1, 100, ceiling=100) == 18
    assert settle(tracking_step, 900, 50, 1, 100, ceiling=100) == 18
    assert settle(tracking_step, 900, 150, 1, 100, ceiling=100) == 1, "a target above the ceiling never fires"


@pytest.mark.parametrize("step", [autoscaler_step, tracking_step])
def test_every_load_settles_within_the_range_and_near_the_target(step):
    for load in range(0, 3000, 37):
        for target in (10, 50, 70, 100):
            for low, high in ((1, 10), (3, 40), (5, 5)):
                count = settle(step, load, target, low, high)
                assert low <= count <= high
                if low < count < high:
                    assert load / count <= target * 1.1 + 1e-9 and count == settle(step, load, target, low, high, count)


def test_a_curve_goes_on_from_where_it_was():
    assert curve(tracking_step, [100, 700, 650, 70], 70, 1, 20) == [2, 10, 10, 1]
    assert curve(autoscaler_step, [70, 77, 78, 70], 70, 1, 20) == [1, 1, 2, 1]


def test_what_cannot_settle_has_no_answer():
    assert settle(tracking_step, 100, 0, 1, 10) is None and settle(tracking_step, -1, 50, 1, 10) is None
    assert settle(tracking_step, 100, 50, 3, 2) is None and settle(tracking_step, 100, 50, 0, 2) is None
