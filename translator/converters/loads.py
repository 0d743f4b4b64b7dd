"""How many replicas a HorizontalPodAutoscaler and a target tracking policy settle on for one load.

For reports that compare the two; nothing here is written into an output. A load is what one replica would measure if
it carried everything: 450 is four and a half replicas at 100 %. What is assumed: the load spreads evenly and stands
still, every replica starts, and no window, policy or cooldown is waited for.

HorizontalPodAutoscaler, the algorithm and its tolerance:
https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details
Target tracking, out in proportion and in only when it is clear that there is too much:
https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
The proportion and the 90 % below which it scales in are what its alarms show; AWS does not publish the formula.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import ceil

TOLERANCE = Fraction(1, 10)
SCALE_IN_BELOW = Fraction(9, 10)

Step = Callable[[int, Fraction, Fraction], int]


def autoscaler_step(replicas: int, value: Fraction, target: Fraction) -> int:
    """Give a HorizontalPodAutoscaler's next count: in proportion, unless the value is within a tenth of its target."""
    ratio = value / target
    return replicas if abs(ratio - 1) <= TOLERANCE else ceil(replicas * ratio)


def tracking_step(replicas: int, value: Fraction, target: Fraction) -> int:
    """Give target tracking's next count: out as soon as the value is above its target, in below nine tenths of it."""
    if SCALE_IN_BELOW * target <= value <= target:
        return replicas
    return ceil(replicas * value / target)


def settle(step: Step, load, target, low: int, high: int, start: int | None = None, ceiling=None) -> int | None:
    """Give the count at which nothing moves any more, from `start` (the lowest, unless it says) and within low..high.

    `ceiling` is the most that a replica can measure, 100 where its size is a hard limit: what is above it, nobody sees.
    None where a target is not above zero or the range is empty.
    """
    if not (target > 0 and load >= 0 and 1 <= low <= high):
        return None
    most = Fraction(load if ceiling is None else ceiling)
    count, seen = min(high, max(low, start or low)), set()
    while count not in seen:
        seen.add(count)
        value = min(Fraction(load) / count, most)
        count = min(high, max(low, step(count, value, Fraction(target))))
    return count


def curve(step: Step, loads: Iterable, target, low: int, high: int, ceiling=None) -> list[int | None]:
    """Give the count for each load in turn, each from where the one before it settled."""
    counts: list[int | None] = []
    for load in loads:
        counts.append(settle(step, load, target, low, high, counts[-1] if counts else None, ceiling))
    return counts
