"""Rollout bounds: the tables worked out from both vendors' formulas, and the same by brute force."""
from fractions import Fraction
from math import ceil, floor

import pytest

from translator.converters import rollout
from translator.converters.rollout import ecs_bounds, kubernetes_bounds, stuck, to_ecs, to_k8s

SURGES = [0, 1, 2, 3, 5, 10, "0%", "1%", "10%", "25%", "30%", "33%", "50%", "100%", "200%"]
LOSSES = [0, 1, 2, 3, 5, "0%", "1%", "10%", "25%", "30%", "33%", "50%", "100%"]


def by_hand(n, surge, loss):
    """The Deployment controller's rounding, from its documentation, in fractions."""
    up = surge if isinstance(surge, int) else ceil(Fraction(int(surge[:-1]) * n, 100))
    down = loss if isinstance(loss, int) else floor(Fraction(int(loss[:-1]) * n, 100))
    return n - min(n, down or (0 if up else 1)), n + up


@pytest.mark.parametrize("n, surge, loss, bounds, percents", [
    (1, "25%", "25%", (1, 2), (100, 200)), (2, "25%", "25%", (2, 3), (100, 150)), (3, "25%", "25%", (3, 4), (100, 134)),
    (4, "25%", "25%", (3, 5), (75, 125)), (5, "25%", "25%", (4, 7), (75, 140)), (10, "25%", "25%", (8, 13), (75, 130)),
    (3, 1, 0, (3, 4), (100, 134)), (10, 1, 0, (10, 11), (100, 110)), (4, 0, 1, (3, 4), (75, 100)),
    (1, 0, "25%", (0, 1), (0, 100)), (2, 0, "1%", (1, 2), (50, 100)),
])
def test_one_count(n, surge, loss, bounds, percents):
    assert kubernetes_bounds(n, surge, loss) == bounds
    assert to_ecs(surge, loss, n) == percents
    assert ecs_bounds(n, *percents) == bounds
    assert rollout.difference((surge, loss), percents, n) is None


@pytest.mark.parametrize("low, high, surge, loss, percents", [
    (1, 10, "25%", "25%", (75, 200)), (2, 10, "25%", "25%", (75, 150)), (3, 10, "25%", "25%", (75, 140)),
    (4, 20, "25%", "25%", (75, 140)), (10, 50, "25%", "25%", (75, 131)), (1, 10, 1, 0, (100, 200)),
    (2, 10, 1, 0, (100, 150)), (10, 50, 1, 0, (100, 110)), (1, 10, 0, "25%", (0, 100)), (2, 10, 0, "25%", (50, 100)),
    (0, 10, "25%", "25%", (75, 200)), (None, None, None, None, (100, 200)), (0, 0, None, None, (100, 200)),
])
def test_a_range_of_counts(low, high, surge, loss, percents):
    assert to_ecs(surge, loss, low, high) == percents


def test_the_worst_count_of_a_range():
    assert rollout.difference(("25%", "25%"), (75, 150), 2, 10) == (10, (8, 13), (8, 15))


def test_a_fixed_count_is_exact_up_to_a_hundred():
    for surge in SURGES:
        for loss in LOSSES:
            for n in range(1, 101):
                bounds = by_hand(n, surge, loss)
                assert kubernetes_bounds(n, surge, loss) == bounds == ecs_bounds(n, *to_ecs(surge, loss, n))


def test_no_count_of_a_range_is_stuck_or_tighter_and_the_maximum_is_the_smallest():
    for low, high in [(1, 1), (1, 10), (2, 10), (3, 7), (4, 20), (10, 50), (1, 300), (7, 250), (90, 310), (200, 450)]:
        for surge in SURGES:
            for loss in LOSSES:
                minimum, maximum = to_ecs(surge, loss, low, high)
                pairs = [(by_hand(n, surge, loss), ecs_bounds(n, minimum, maximum)) for n in range(low, high + 1)]
                assert all(ecs[0] <= k8s[0] and ecs[1] >= k8s[1] for k8s, ecs in pairs)
                assert not any(stuck(n, minimum, maximum) for n in range(low, high + 1))
                assert any(n * (maximum - 1) // 100 < by_hand(n, surge, loss)[1] for n in range(low, high + 1))


def test_a_lost_percentage_is_exact_at_every_count_unless_it_came_to_no_pod_at_the_lowest():
    for loss in ("1%", "10%", "25%", "33%", "50%", "100%"):
        minimum, _ = to_ecs(1, loss, 1, 1000)
        assert all(ecs_bounds(n, minimum, 100)[0] == by_hand(n, 1, loss)[0] for n in range(1, 1001))


def test_ten_thousand_counts_take_no_ten_thousand_steps():
    assert to_ecs("33%", "25%", 1, 10000) == (75, 200)
    assert rollout.difference(("33%", "25%"), (75, 200), 1, 10000) == (10000, (7500, 13300), (7500, 20000))


def test_the_worst_difference_is_the_worst_of_all_counts():
    for surge, loss in [("25%", "25%"), (1, 0), ("33%", 2), (0, "10%"), (2, "1%")]:
        for low, high in [(1, 10), (1, 450), (30, 333)]:
            percents = to_ecs(surge, loss, low, high)
            gaps = [sum(abs(a - b) for a, b in zip(by_hand(n, surge, loss), ecs_bounds(n, *percents)))
                    for n in range(low, high + 1)]
            found = rollout.difference((surge, loss), percents, low, high)
            assert max(gaps) == (sum(abs(a - b) for a, b in zip(found[1], found[2])) if found else 0)


@pytest.mark.parametrize("minimum, maximum, n, bounds, strategy", [
    (100, 200, 3, (3, 6), ("100%", 0)), (100, 200, 7, (7, 14), ("100%", 0)), (50, 100, 5, (3, 5), (0, "50%")),
    (100, 150, 3, (3, 4), (1, 0)), (66, 133, 7, (5, 9), (2, "34%")), (75, 125, 4, (3, 5), ("25%", "25%")),
    (0, 100, 4, (0, 4), (0, "100%")), (50, 200, 4, (2, 8), ("100%", "50%")),
])
def test_services_that_move(minimum, maximum, n, bounds, strategy):
    assert ecs_bounds(n, minimum, maximum) == bounds
    assert to_k8s(minimum, maximum, n) == strategy
    assert kubernetes_bounds(n, *strategy) == bounds


@pytest.mark.parametrize("minimum, maximum, n", [
    (100, 100, 4), (100, 110, 5), (50, 100, 1), (100, 125, 3), (75, 125, 2),
])
def test_services_that_are_stuck_may_start_one_pod(minimum, maximum, n):
    assert stuck(n, minimum, maximum)
    assert to_k8s(minimum, maximum, n) == (1, 0)


def test_a_range_keeps_percentages():
    assert to_k8s(100, 150, 1, 10) == ("50%", 0)
    assert to_k8s(66, 133, 2, 10) == ("33%", "34%")
    assert to_k8s(100, 110, 1, 10) == ("10%", 0)
    assert to_k8s(50, 100, 2, 10) == (0, "50%")
    assert to_k8s(50, 100, 1, 10) == (1, "50%"), "one task alone would be taken down"
    assert to_k8s(100, 100, 1, 10) == (1, 0), "the API server refuses two zeros"


def test_absent_percentages_are_those_of_ecs():
    assert to_k8s(None, None, 3) == ("100%", 0)
    assert to_k8s() == ("100%", 0)


def test_every_service_that_moves_keeps_its_bounds_and_comes_back():
    for minimum in (0, 1, 33, 50, 66, 75, 90, 99, 100):
        for maximum in (100, 101, 110, 125, 133, 150, 199, 200, 250):
            for n in range(1, 101):
                strategy = to_k8s(minimum, maximum, n)
                assert kubernetes_bounds(n, *strategy)[0] >= 1 or minimum == 0
                if not stuck(n, minimum, maximum):
                    assert kubernetes_bounds(n, *strategy) == ecs_bounds(n, minimum, maximum)
                    assert ecs_bounds(n, *to_ecs(*strategy, n)) == ecs_bounds(n, minimum, maximum)


def test_a_range_overshoots_by_one_pod_at_most_and_never_undershoots():
    for minimum, maximum in [(100, 150), (66, 133), (100, 110), (75, 125), (50, 100), (0, 100)]:
        strategy = to_k8s(minimum, maximum, 1, 200)
        for n in range(1, 201):
            (lower, upper), (least, most) = kubernetes_bounds(n, *strategy), ecs_bounds(n, minimum, maximum)
            assert lower == least and most <= upper <= most + 1


@pytest.mark.parametrize("loss, n, percents", [
    ("10%", 5, (80, 100)), ("10%", 20, (90, 100)), (1, 3, (66, 100)), (None, 3, (66, 100)), (None, None, (0, 100)),
    (2, None, (0, 100)), (1, 1, (0, 100)), ("100%", 4, (0, 100)), (9, 4, (0, 100)), (0, 4, (75, 100)),
    ("0%", 2, (50, 100)),
])
def test_sets_that_never_surge(loss, n, percents):
    assert rollout.without_surge(loss, n) == percents


def test_sets_that_never_surge_are_never_stuck():
    for n in range(1, 250):
        for loss in LOSSES:
            assert not stuck(n, *rollout.without_surge(loss, n))


@pytest.mark.parametrize("minimum, loss", [
    (None, "100%"), (0, "100%"), (50, "50%"), (90, "10%"), (100, 1), (101, None),
])
def test_daemons_back(minimum, loss):
    assert rollout.daemon_to_k8s(minimum) == loss


@pytest.mark.parametrize("available, unavailable, n, minimum", [
    ("50%", None, 7, 50), (2, None, 3, 66), (5, None, 3, 100), (None, 0, 4, 100), ("100%", None, 4, 100),
    (None, "30%", 7, 57), (None, 1, 4, 75), (None, None, 4, None), (1, 1, 4, None), ("x", None, 4, None),
    (0, None, 4, 0),
])
def test_budgets(available, unavailable, n, minimum):
    assert rollout.budget_to_ecs(available, unavailable, n) == minimum


def test_budgets_keep_as_many_pods():
    for n in range(1, 101):
        for k in range(n + 1):
            assert ecs_bounds(n, rollout.budget_to_ecs(k, None, n))[0] == k
            assert ecs_bounds(n, rollout.budget_to_ecs(None, k, n))[0] == n - k
        for part in (1, 10, 33, 50, 99, 100):
            assert ecs_bounds(n, rollout.budget_to_ecs(f"{part}%", None, n))[0] == ceil(Fraction(n * part, 100))
            assert ecs_bounds(n, rollout.budget_to_ecs(None, f"{part}%", n))[0] == n - ceil(Fraction(n * part, 100))


def test_budgets_back():
    assert rollout.budget_to_k8s(50) == {"minAvailable": "50%"}
    assert rollout.budget_to_k8s(100) == {"maxUnavailable": 1}
    assert [rollout.budget_to_k8s(wrong) for wrong in (0, 101, "50")] == [None] * 3


@pytest.mark.parametrize("n, threshold", [(1, 3), (10, 5), (25, 13), (1000, 200)])
def test_the_circuit_breaker_counts(n, threshold):
    assert rollout.failure_threshold(n) == threshold
    assert rollout.failure_threshold(n, "COUNT", 7) == 7
    assert rollout.failure_threshold(n, "OTHER") is None


@pytest.mark.parametrize("wrong", ["25", "x%", "%", "-1%", "2.5%", -1, 1.5, True, [], {}, "²%", "9" * 20 + "%"])
def test_what_is_no_share_has_no_answer(wrong):
    assert to_ecs(wrong, 1, 3) is None and to_ecs(1, wrong, 3) is None
    assert kubernetes_bounds(3, wrong, 1) is None and rollout.without_surge(wrong, 3) is None
    assert rollout.difference((wrong, 1), (100, 200), 3) is None


@pytest.mark.parametrize("wrong", ["100", -1, 1.5, True, [], {}])
def test_what_is_no_percent_or_count_has_no_answer(wrong):
    assert to_k8s(wrong, 200, 3) is None and to_k8s(100, wrong, 3) is None and to_k8s(101, 200, 3) is None
    if wrong != -1:
        assert to_ecs(1, 1, wrong) is None and to_k8s(100, 200, 1, wrong) is None
