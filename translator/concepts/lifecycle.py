"""Init containers, sidecars, restart policies, grace periods <-> dependsOn, essential, restartPolicy, stopTimeout."""

from __future__ import annotations

from typing import Any

from ..converters.pod_size import is_sidecar
from ..converters.two_way import TwoWay
from ..trees import Tree, get

FARGATE = "FARGATE"
STOP_RANGE = (2, 120)  # seconds that Fargate waits before it kills (ContainerDefinition.stopTimeout)
RESTART_PERIOD = 60  # the shortest restartAttemptPeriod that ECS takes


# --- stopping ----------------------------------------------------------------------------------


def _to_timeouts(seconds: int | None, containers: Any, launch: str | None) -> dict[str, int] | None:
    if seconds is None or not isinstance(containers, dict):
        return None
    low, high = STOP_RANGE if launch == FARGATE else (STOP_RANGE[0], seconds)
    return {name: max(low, min(seconds, high)) for name in containers} or None


def _from_timeouts(timeouts: dict[str, int] | None, containers: Any) -> int | None:
    """Take the longest way through the containers: they stop one after the other, against the order of dependsOn."""
    if not timeouts or not isinstance(containers, dict):
        return None

    def way(name: str, above: tuple[str, ...]) -> int:
        own = timeouts.get(name, 30)
        needed = [
            other
            for other in get(containers.get(name), ("dependsOn",)) or {}
            if other in containers and other not in above
        ]
        return own + max(
            (way(other, above + (name,)) for other in needed if not _one_shot(containers, other)), default=0
        )

    return max(way(name, ()) for name in containers)


grace_period = TwoWay(_to_timeouts, _from_timeouts)


# --- starting ----------------------------------------------------------------------------------


def _to_order(
    init: dict | None, own: dict | None, pod: str | None, containers: Any, kind: str | None, in_place: bool | None
) -> tuple | None:
    if not isinstance(containers, dict):
        return None
    depends, essential, restarts = {}, {}, {}
    previous: tuple[str, str] | None = None
    for name, container in containers.items():
        starts_first = bool((init or {}).get(name))
        if previous is not None:
            depends[name] = {previous[0]: {"condition": previous[1]}}
        if starts_first:
            previous = (name, _condition(container))
        once = starts_first and not is_sidecar(container)
        essential[name] = not once and (not starts_first or kind is not None)
        if not once and in_place and _restarts(pod, kind, starts_first):
            restarts[name] = {
                "enabled": True,
                "restartAttemptPeriod": RESTART_PERIOD,
                **({"ignoredExitCodes": [0]} if pod == "OnFailure" and not starts_first else {}),
            }
    return depends or None, essential, restarts or None


def _condition(container: Any) -> str:
    """What the next container waits for: that an init container is done, that a sidecar runs or passes its check."""
    if not is_sidecar(container):
        return "SUCCESS"
    return "HEALTHY" if "startupProbe" in container else "START"


def _restarts(pod: str | None, kind: str | None, sidecar: bool) -> bool:
    return sidecar or pod == "OnFailure" or (pod in (None, "Always") and kind is not None)


def _one_shot(containers: Any, name: str) -> bool:
    """Whether others wait for a container to be done, which only one that is not essential may be."""
    return get(containers.get(name), ("essential",)) is False and any(
        get(one, ("dependsOn", name, "condition")) in ("SUCCESS", "COMPLETE") for one in containers.values()
    )


def _sidecar(containers: Tree, name: str, ends: bool) -> bool:
    """Whether a container runs beside the others: others wait for its start or health, or a task ends without it."""
    waiting = [one for one in containers.values() if get(one, ("dependsOn", name, "condition")) in ("START", "HEALTHY")]
    return bool(waiting) or ends and get(containers.get(name), ("essential",)) is False


def _from_order(
    depends: dict | None,
    essential: dict | None,
    restarts: dict | None,
    containers: Any,
    service: str | None,
    task: Any,
    schedules: Any,
) -> tuple | None:
    if not isinstance(containers, dict):
        return None
    ends = service is None and (task is not None or schedules is not None)
    once = [name for name in containers if _one_shot(containers, name)]
    beside = [name for name in containers if name not in once and _sidecar(containers, name, ends)]
    if len(once) + len(beside) == len(containers):  # in a circle: a pod needs a container that is none of these
        return None
    init = dict.fromkeys((*once, *beside), True)
    policies = dict.fromkeys(beside, "Always")
    return init or None, policies or None, _pod_policy(restarts, init) if ends else None


def _pod_policy(restarts: dict | None, init: dict) -> str:
    """A pod that runs to its end is restarted only where its containers say so."""
    own = [
        one
        for name, one in (restarts or {}).items()
        if name not in init and isinstance(one, dict) and one.get("enabled")
    ]
    return "OnFailure" if own else "Never"


start_order = TwoWay(_to_order, _from_order)
restarts = TwoWay(lambda containers, policy: isinstance(containers, dict) and policy != "Never", lambda *given: None)
runs_first = TwoWay(
    lambda init, policies: any((policies or {}).get(name) != "Always" for name in init or {}), lambda *given: None
)
grace_cut = TwoWay(
    lambda seconds, launch: (
        launch == FARGATE and isinstance(seconds, int) and not STOP_RANGE[0] <= seconds <= STOP_RANGE[1]
    ),
    lambda *given: None,
)
any_exit_code = TwoWay(
    lambda *given: None,
    lambda depends: any(
        get(one, ("condition",)) == "COMPLETE"
        for waits in (depends or {}).values()
        if isinstance(waits, dict)
        for one in waits.values()
    ),
)
