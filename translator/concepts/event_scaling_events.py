"""Policies and scheduled actions of ECS -> which of them ask for KEDA, since no HPA can say them."""

from __future__ import annotations

from typing import Any

from ..trees import Tree, get
from . import event_scaling_cron as clock
from . import event_scaling_metrics as measured

KEDA = "keda"
TRACKING = "TargetTrackingScalingPolicyConfiguration"


def metric_triggers(policies: Any, region: str) -> dict[str, Tree]:
    """Give the triggers that measure something outside of the pods, by the policy's key."""
    found = {
        key: measured.trigger(get(one, (TRACKING,)), region)
        for key, one in (policies if isinstance(policies, dict) else {}).items()
        if get(one, ("PolicyType",)) == "TargetTrackingScaling"
    }
    return {key: one for key, one in found.items() if one is not None}


def wanted(policies: Any, actions: Any, mode: Any) -> bool:
    """Whether a ScaledObject stands for the scaling; an HPA does where it can."""
    return mode == KEDA and bool(clock.windows(actions) or metric_triggers(policies, ""))
