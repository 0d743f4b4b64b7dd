"""maxSurge and maxUnavailable <-> minimumHealthyPercent and maximumPercent.

Kubernetes rounds the surge up and the unavailable down; ECS rounds its minimum up and its maximum down. The surge
sides round against each other, so a percentage cannot simply be added to 100: 25 % of one pod is one pod more for
Kubernetes, and none for ECS, whose deployment is then stuck.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/
"""
from __future__ import annotations

from functools import lru_cache

from .two_way import TwoWay

DEFAULT = "25%"  # What a Deployment does when it says nothing; a service does 100/200.
RECREATE = (0, 100)

Share = tuple[int, bool]  # An amount, and whether it is a percentage.
Bounds = tuple[int, int]


def share(value) -> Share | None:
    """Read an int-or-percentage: 3 is three pods, `"25%"` a quarter; a text without the sign is refused."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value, False) if value >= 0 else None
    digits = value[:-1] if isinstance(value, str) and value.endswith("%") else ""
    return (int(digits), True) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _up(part: Share, n: int) -> int:
    return -(-n * part[0] // 100) if part[1] else part[0]


def _down(part: Share, n: int) -> int:
    return n * part[0] // 100 if part[1] else part[0]


def _unavailable(surge: Share, unavailable: Share, n: int) -> int:
    """Round down; where both sides come to nothing, the controller lets one pod go (ResolveFenceposts)."""
    lost = _down(unavailable, n)
    return min(n, lost if lost or _up(surge, n) else 1)


def kubernetes_bounds(n: int, max_surge=None, max_unavailable=None) -> Bounds | None:
    """Give the fewest available and the most pods while a Deployment of n rolls."""
    surge, unavailable = _shares(max_surge, max_unavailable)
    return (n - _unavailable(surge, unavailable, n), n + _up(surge, n)) if surge and unavailable else None


def ecs_bounds(n: int, minimum: int = 100, maximum: int = 200) -> Bounds:
    """Give the fewest and the most tasks while a service of n deploys."""
    return -(-n * minimum // 100), n * maximum // 100


def stuck(n: int, minimum: int = 100, maximum: int = 200) -> bool:
    """Tell whether ECS could neither stop nor start a task; if it can at one n, it can at every larger one."""
    lower, upper = ecs_bounds(n, minimum, maximum)
    return n > 0 and lower >= n and upper <= n


def _shares(max_surge, max_unavailable) -> tuple[Share | None, Share | None]:
    return tuple(share(DEFAULT if value is None else value) for value in (max_surge, max_unavailable))


def _range(low, high) -> Bounds | None:
    """Read a replica range; nothing said is one replica, and none running leaves nothing to roll."""
    low = 1 if low is None else low
    high = low if high is None else high
    if any(isinstance(end, bool) or not isinstance(end, int) for end in (low, high)):
        return None
    return max(1, low), max(1, low, high)


def to_ecs(max_surge=None, max_unavailable=None, low=None, high=None) -> Bounds | None:
    """Give (minimumHealthyPercent, maximumPercent) for replicas low..high; absent strategy fields are 25 %.

    Neither bound is tighter than the Deployment's at any count of the range, and both are as tight as whole
    percentages allow: for one count up to 100 they are exact.
    """
    surge, unavailable = _shares(max_surge, max_unavailable)
    ends = _range(low, high)
    if surge is None or unavailable is None or ends is None:
        return None
    return _minimum(surge, unavailable, *ends), _maximum(surge, *ends)


def _minimum(surge: Share, unavailable: Share, low: int, high: int) -> int:
    """A percentage carries over exactly at every count; whole pods, or the one forced pod, weigh most at the lowest."""
    amount, percent = unavailable
    if percent and (_up(surge, low) or _down(unavailable, low)):
        return 100 - min(amount, 100) if _down(unavailable, high) else 100
    return 100 * (low - _unavailable(surge, unavailable, low)) // low


@lru_cache(maxsize=1024)
def _maximum(surge: Share, low: int, high: int) -> int:
    """Find the smallest maximum that leaves room for the surge at every count.

    A hundred counts are enough: from n to n + 100 the surge grows by its own percentage, so its part of n only falls.
    """
    return 100 + max(-(-100 * _up(surge, n) // n) for n in range(low, min(high, low + 99) + 1))


def to_k8s(minimum=None, maximum=None, low=None, high=None) -> tuple[int | str, int | str] | None:
    """Give (maxSurge, maxUnavailable) for replicas low..high; absent percentages are ECS's 100 and 200.

    A deployment that ECS could not move may start one pod more: Kubernetes refuses two zeros, and would otherwise
    take the only pod down.
    """
    minimum, maximum = 100 if minimum is None else minimum, 200 if maximum is None else maximum
    ends = _range(low, high)
    if ends is None or not _is_percent(minimum) or minimum > 100 or not _is_percent(maximum):
        return None
    surge, unavailable = max(0, maximum - 100), _spell(100 - minimum)
    if ends[0] < ends[1]:
        return (1 if not surge and stuck(ends[0], minimum, maximum) else _spell(surge)), unavailable
    if stuck(ends[0], minimum, maximum):
        return 1, 0
    return (_spell(surge) if ends[0] * surge % 100 == 0 else ends[0] * surge // 100), unavailable


def _is_percent(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _spell(percent: int) -> int | str:
    return f"{percent}%" if percent else 0


def difference(strategy: tuple, percents: Bounds, low=None, high=None) -> tuple[int, Bounds, Bounds] | None:
    """Give the count where (maxSurge, maxUnavailable) and (minimum, maximum) differ most, and both bounds there.

    None when they agree at every count low..high. Differences repeat or grow every hundred counts, so the first and
    the last hundred show the worst.
    """
    first, last = _range(low, high) or (1, 1)
    if None in _shares(*strategy):
        return None
    counts = sorted({*range(first, min(last, first + 99) + 1), *range(max(first, last - 99), last + 1)})
    pairs = [(n, kubernetes_bounds(n, *strategy), ecs_bounds(n, *percents)) for n in counts]
    worst = max(pairs, key=lambda pair: (_apart(*pair[1:]), pair[0]))
    return worst if _apart(*worst[1:]) else None


def _apart(left: Bounds, right: Bounds) -> int:
    return abs(left[0] - right[0]) + abs(left[1] - right[1])


def without_surge(max_unavailable=None, n=None) -> Bounds | None:
    """Give the percentages of a DaemonSet on n nodes or a StatefulSet of n pods: one stops before the next starts.

    With n unknown the minimum is 0, ECS's own for daemons: the only one that is never stuck.
    """
    ends = _range(n, None)
    fewest = fewest_without_surge(max_unavailable, ends[0]) if ends else None
    if fewest is None or ends is None:
        return None
    return (0 if n is None else 100 * fewest // ends[0]), 100


def fewest_without_surge(max_unavailable=None, n: int = 1) -> int | None:
    """Give the fewest pods of n that run while one stops before the next starts; percentages round up to one at least."""
    part = share(1 if max_unavailable is None else max_unavailable)
    return None if part is None else n - min(n, max(1, _up(part, n)))


def daemon_to_k8s(minimum=None) -> int | str | None:
    """Give a DaemonSet's maxUnavailable; a daemon service that says nothing may lose all (0 %)."""
    minimum = 0 if minimum is None else minimum
    return (_spell(100 - minimum) or 1) if _is_percent(minimum) and minimum <= 100 else None


def budget_to_ecs(min_available=None, max_unavailable=None, n=1) -> int | None:
    """Give the minimumHealthyPercent nearest to a PodDisruptionBudget over n pods; its percentages all round up."""
    if (min_available is None) == (max_unavailable is None):
        return None
    part, ends = share(max_unavailable if min_available is None else min_available), _range(n, None)
    if part is None or ends is None:
        return None
    count = ends[0]
    if min_available is not None:
        return min(part[0], 100) if part[1] else 100 * min(part[0], count) // count
    return 100 * (count - min(count, _up(part, count))) // count


def budget_to_k8s(minimum: int) -> dict | None:
    """Give the PodDisruptionBudget that guards what minimumHealthyPercent guards; none for 0.

    At 100 ECS starts a task elsewhere before it drains one, while `minAvailable: 100%` would block every drain: one
    pod at a time is the nearest.
    """
    if not _is_percent(minimum) or not 0 < minimum <= 100:
        return None
    return {"maxUnavailable": 1} if minimum == 100 else {"minAvailable": f"{minimum}%"}


def failure_threshold(n: int, kind: str = "BOUNDED_PERCENT", value: int = 50) -> int | None:
    """Count the failed tasks that trip a service's circuit breaker: half the tasks, from 3 to 200, unless it says else.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    part = -(-n * value // 100)
    counts = {"COUNT": value, "BOUNDED_PERCENT": min(200, max(3, part)), "UNBOUNDED_PERCENT": part}
    return counts.get(kind)


percents = TwoWay(to_ecs=to_ecs, to_k8s=to_k8s)
daemon = TwoWay(to_ecs=without_surge, to_k8s=daemon_to_k8s)
budget = TwoWay(to_ecs=budget_to_ecs, to_k8s=budget_to_k8s)
