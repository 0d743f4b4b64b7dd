"""Liveness and startup probes <-> container health checks."""
from __future__ import annotations

from typing import Any

from ..converters import probes, shell
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree

HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")


def handler(probe: Any, ports: Any) -> dict | None:
    """Give a probe's handler as the API writes it, named ports resolved; None where it has none that can run."""
    for kind in HANDLERS:
        action = probe.get(kind) if isinstance(probe, dict) else None
        if isinstance(action, dict):
            made = {key: value for key, value in action.items() if key not in ("port", "httpHeaders")}
            if "port" in action:
                made["port"] = port_number(action["port"], ports)
            headers = action.get("httpHeaders")
            if isinstance(headers, dict):
                made["httpHeaders"] = [
                    {"name": name, **one} if "name" not in one else one
                    for name, one in headers.items()
                    if isinstance(one, dict)
                ]
            return {kind: made}
    return None


def port_number(port: Any, ports: Any) -> Any:
    """Resolve the name of a container's port."""
    if isinstance(port, str) and not port.isdigit():
        for entry in (ports or {}).values():
            if get(entry, ("name",)) == port:
                return entry.get("containerPort")
    return int(port) if isinstance(port, str) and port.isdigit() else port


def _to_check(liveness: Any, startup: Any, readiness: Any, ports: Any) -> Tree | None:
    probe = liveness if liveness is not None else startup
    action = handler(probe, ports)
    if action is None:
        return None
    timeout = probe.get("timeoutSeconds")
    command = shell.handler_to_command(action, timeout)
    timing = probes.timing_to_ecs(probe.get("periodSeconds"), timeout, probe.get("failureThreshold"))
    if command is None or timing is None:
        return None
    return tree(
        command=command, interval=timing[0], timeout=timing[1], retries=timing[2], startPeriod=_start(liveness, startup)
    )


def _start(liveness: Any, startup: Any) -> int | None:
    """Count the seconds in which failures do not matter: the startup probe's, else the liveness probe's delay."""
    if isinstance(startup, dict):
        budget = probes.startup_budget(
            startup.get("initialDelaySeconds"), startup.get("periodSeconds"), startup.get("failureThreshold")
        )
    else:
        budget = liveness.get("initialDelaySeconds")
    started = probes.start_to_ecs(budget) if isinstance(budget, int) and budget > 0 else None
    return started[0] if started else None


def _from_check(check: Any, name: str, balancers: Any, containers: Any = None, grace: Any = None) -> tuple | None:
    command = check.get("command") if isinstance(check, dict) else None
    if not isinstance(command, list) or not command or command[0] == "NONE":
        return None
    known = shell.recognise(command)
    action = known[0] if known else shell.as_exec(command)
    timing = probes.timing_to_k8s(check.get("interval"), check.get("timeout"), check.get("retries"))
    if action is None or timing is None:
        return None
    period, timeout, failures = timing
    probe = {
        **_in_tree(action),
        "periodSeconds": period,
        "timeoutSeconds": (known and known[1]) or timeout,
        "failureThreshold": failures,
    }
    waited = max((one for one in (check.get("startPeriod"), grace) if isinstance(one, int)), default=None)
    start = probes.start_to_k8s(waited, check.get("interval"), check.get("retries"))
    start = (period, failures) if start is None and _awaited(name, containers) else start
    startup = None if start is None else {**probe, "periodSeconds": start[0], "failureThreshold": start[1]}
    balanced = any(get(one, ("containerName",)) == name for one in (balancers or {}).values())
    return probe, startup, None if balanced else probe


def _awaited(name: str, containers: Any) -> bool:
    """Whether another container waits for this one to be healthy: a pod waits for a sidecar's startup probe alone."""
    waiting = containers.values() if isinstance(containers, dict) else ()
    return any(get(one, ("dependsOn", name, "condition")) == "HEALTHY" for one in waiting)


def _in_tree(action: dict) -> Tree:
    """Bring a handler into canonical form: its headers are a map by position."""
    kind, fields = next(iter(action.items()))
    headers = fields.get("httpHeaders")
    if headers is None:
        return {kind: fields}
    return {kind: {**fields, "httpHeaders": {one["name"]: {"value": one.get("value", "")} for one in headers}}}


health_check = TwoWay(_to_check, _from_check)
needs_command = TwoWay(
    lambda liveness, startup: isinstance(liveness or startup, dict) and "exec" not in (liveness or startup),
    lambda *given: None,
)
startup_only = TwoWay(
    lambda startup, liveness: liveness is None and handler(startup, None) is not None, lambda *given: None
)
late_start = TwoWay(
    lambda delay, startup, kind: isinstance(delay, int)
    and delay > probes.MAX_START
    and startup is None
    and kind is None,
    lambda *given: None,
)
