"""Health check timing: how long a dead container goes unnoticed is kept, and every limit of ECS."""
import pytest

from translator.converters import probes
from translator.converters.probes import start, target, timing


@pytest.mark.parametrize("probe, check", [
    ((2, 1, 15), (5, 2, 6)), ((10, 1, 30), (30, 2, 10)), ((1, 1, 3), (5, 2, 1)), ((None, None, None), (10, 2, 3)),
    ((10, 5, 3), (10, 5, 3)), ((30, 5, 3), (30, 5, 3)), ((600, 90, 1), (300, 60, 2)), ((3600, 1, 5), (300, 2, 10)),
    ((7, 3, 1), (7, 3, 1)), ((10, 1, 11), (11, 2, 10)),
])
def test_liveness(probe, check):
    assert timing.to_ecs(*probe) == check


def test_detection_takes_no_less_and_hardly_longer():
    for period in range(1, 400):
        for failures in range(1, 60):
            interval, timeout, retries = timing.to_ecs(period, 1, failures)
            assert 5 <= interval <= 300 and 2 <= timeout <= 60 and 1 <= retries <= 10
            if period * failures <= 3000:
                assert period * failures <= interval * retries < period * failures + max(interval, 10)


def test_every_legal_container_check_comes_back():
    for interval in range(5, 301):
        for retries in range(1, 11):
            assert timing.to_ecs(*timing.to_k8s(interval, 5, retries)) == (interval, 5, retries)
    assert timing.to_k8s() == (30, 5, 3)


@pytest.mark.parametrize("given, seconds", [
    ((0, 10, 30), 300), ((5, 2, 10), 25), ((None, None, None), 30), ((60, 10, 1), 70),
])
def test_the_time_to_start(given, seconds):
    assert probes.startup_budget(*given) == seconds


@pytest.mark.parametrize("budget, check", [(0, (0, None)), (60, (60, None)), (300, (300, None)), (500, (300, 500))])
def test_a_start_period_ends_at_five_minutes_and_the_grace_period_takes_over(budget, check):
    assert start.to_ecs(budget) == check


@pytest.mark.parametrize("check, probe", [
    ((60, 30, 3), (30, 5)), ((60, None, None), (30, 5)), ((1, 30, 3), (30, 4)), ((300, 5, 10), (5, 70)),
    ((0, 30, 3), None), ((None, 30, 3), None),
])
def test_a_start_period_is_a_startup_probe(check, probe):
    assert start.to_k8s(*check) == probe


@pytest.mark.parametrize("probe, check", [
    ((None, None, None, None), (10, 2, 2, 3)), ((1, 1, 1, 1), (5, 2, 2, 2)), ((5, 30, 1, 3), (5, 4, 2, 3)),
    ((600, 300, 20, 20), (300, 120, 10, 10)), ((15, 5, 2, 2), (15, 5, 2, 2)),
])
def test_readiness_behind_a_load_balancer(probe, check):
    assert target.to_ecs(*probe) == check


def test_every_legal_target_group_check_comes_back():
    for interval in (5, 6, 30, 300):
        for timeout in (2, 4):
            for healthy in (2, 5, 10):
                check = (interval, timeout, healthy, 2)
                assert target.to_ecs(*target.to_k8s(*check)) == check
    assert target.to_k8s() == (30, 5, 5, 2)


@pytest.mark.parametrize("wrong", [0, -1, "10", 1.5, True, []])
def test_what_is_no_number_of_seconds_has_no_answer(wrong):
    assert timing.to_ecs(wrong) is None and timing.to_k8s(None, wrong) is None
    assert target.to_ecs(wrong) is None and target.to_k8s(None, None, None, wrong) is None
    assert probes.startup_budget(0, wrong, 3) is None and start.to_k8s(10, wrong, 3) is None
    if wrong != 0:
        assert start.to_ecs(wrong) is None and start.to_k8s(wrong, 30, 3) is None
        assert probes.startup_budget(wrong, 10, 3) is None


def test_nothing_said_is_no_start_period():
    assert start.to_ecs(None) is None
