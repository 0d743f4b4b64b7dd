"""Readiness probes <-> health checks of target groups; time to start <-> grace period; sleep in preStop <-> draining.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
"""

from __future__ import annotations

from typing import Any

from ..converters import probes
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from . import services_annotations as words
from .probes import health_check, port_number
from .progressive_traffic import green_of, turned
from .services_balanced import Balanced, attributes_of, balanced
from .services_balancing import Front, fronts
from .services_discovery import namespace_of
from .services_targets import LOAD_BALANCER, is_port, maps, targets, type_of

TRAFFIC, OK = "traffic-port", "200-399"  # what the kubelet takes for success, and a network load balancer
GRPC_HEALTH = "/grpc.health.v1.Health"
DELAY = "deregistration_delay.timeout_seconds"
LONGEST_DELAY, STOP = 3600, 30
# What the controller's target groups do where nothing is said.
# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/#health-check
INTERVAL, TIMEOUT, THRESHOLD = 10, 10, 3
NUMBERS = {
    "healthcheck-interval": ("HealthCheckIntervalSeconds", INTERVAL, 5, 300),
    "healthcheck-timeout": ("HealthCheckTimeoutSeconds", TIMEOUT, 2, 120),
    "healthcheck-healthy-threshold": ("HealthyThresholdCount", THRESHOLD, 2, 10),
    "healthcheck-unhealthy-threshold": ("UnhealthyThresholdCount", THRESHOLD, 2, 10),
}
MEMBERS = (
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckPath",
    "Matcher",
    *(member for member, *_ in NUMBERS.values()),
)


# --- health checks -----------------------------------------------------------------------------


def _to_checks(column: Any, services: Any, pod: Any, workload: Any, elsewhere: Any) -> Tree | None:
    shifting = turned(workload)
    made: Tree = {}
    for one in _fronts(services, pod, workload, elsewhere):
        made[one.group] = _check(one, services[one.target.service], get(pod, ("containers", one.target.container)))
        if shifting and shifting.root == one.target.service:
            made[green_of(one.group)] = made[one.group]
    return made or None


def _fronts(services: Any, pod: Any, workload: Any, elsewhere: Any) -> list[Front]:
    balanced_ = any(type_of(one) == LOAD_BALANCER for one in maps(services).values())
    if not balanced_ or get(workload, ("kind",)) is None:
        return []
    found = targets(services, get(pod, ("containers",)), elsewhere)
    return fronts(found, services, namespace_of(None, workload))


def behind(probe: Any, container: str, services: Any, pod: Any, workload: Any, elsewhere: Any) -> bool:
    """Whether a container is behind a target group."""
    return probe is not None and any(
        one.target.container == container for one in _fronts(services, pod, workload, elsewhere)
    )


def _check(one: Front, service: Any, container: Any) -> Tree:
    """Give a target group's check: what annotations say, else the readiness probe, else the controller's default."""
    given = words.settings(service)
    if any(key.startswith("healthcheck-") for key in given):
        return _as_noted(given)
    return _as_probed(
        maps(get(container, ("readinessProbe",))), one.target.number, get(container, ("ports",))
    ) or _as_noted({})


def _as_noted(given: dict[str, str]) -> Tree:
    protocol = given.get("healthcheck-protocol", "tcp").upper()
    web = protocol in ("HTTP", "HTTPS")
    times = {member: _number(given.get(key), usual, low, high) for key, (member, usual, low, high) in NUMBERS.items()}
    times["HealthCheckTimeoutSeconds"] = min(times["HealthCheckTimeoutSeconds"], times["HealthCheckIntervalSeconds"])
    return tree(
        HealthCheckProtocol=protocol if web else "TCP",
        HealthCheckPort=given.get("healthcheck-port", TRAFFIC),
        HealthCheckPath=given.get("healthcheck-path", "/") if web else None,
        Matcher={"HttpCode": given.get("healthcheck-success-codes", OK)} if web else None,
        **times,
    )


def _number(text: str | None, usual: int, low: int, high: int) -> int:
    return min(high, max(low, int(text))) if text is not None and text.isdecimal() and len(text) < 9 else usual


def _as_probed(probe: Tree, number: int, ports: Any) -> Tree | None:
    """Give the check for a probe that asks a port; a load balancer can run no command."""
    timing = probes.target_to_ecs(
        *(probe.get(key) for key in ("periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"))
    )
    web, asked = probe.get("httpGet"), probe.get("httpGet") or probe.get("tcpSocket") or probe.get("grpc")
    port = port_number(get(asked, ("port",)), ports)
    if timing is None or not is_port(port):
        return None
    interval, timeout, rising, falling = timing
    return tree(
        HealthCheckProtocol=(get(web, ("scheme",)) or "HTTP") if web else "TCP",
        HealthCheckPort=TRAFFIC if port == number else str(port),
        HealthCheckPath=_path(get(web, ("path",))) if web else None,
        Matcher={"HttpCode": OK} if web else None,
        HealthCheckIntervalSeconds=interval,
        HealthCheckTimeoutSeconds=timeout,
        HealthyThresholdCount=rising,
        UnhealthyThresholdCount=falling,
    )


def _path(path: Any) -> str:
    return "/" + str(path or "").removeprefix("/")


def _from_checks(groups: Any, balancers: Any, definition: Any) -> Tree | None:
    """Give each container behind a target group the probe that asks the same; behind an unknown one, its own check."""
    made: Tree = {}
    for one in balanced({"loadBalancers": balancers}, {"targetGroups": groups}):
        check = get(definition, ("containerDefinitions", one.container, "healthCheck"))
        own = health_check.to_k8s(check, one.container, None) if one.group is None else None
        probe = _probe(one.group[1], one.number) if one.group is not None else own[2] if own else None
        if probe is not None:
            made.setdefault(one.container, probe)
    return made or None


def _probe(group: Tree, number: int) -> Tree:
    timing = probes.target_to_k8s(*(group.get(member) for member, *_ in NUMBERS.values())) or probes.TARGET
    period, timeout, rising, falling = timing
    return {
        **_handler(group, number),
        "periodSeconds": period,
        "timeoutSeconds": timeout,
        "successThreshold": rising,
        "failureThreshold": falling,
    }


def _handler(group: Tree, number: int) -> Tree:
    given, web = str(group.get("HealthCheckPort") or ""), group.get("Protocol") in ("HTTP", "HTTPS")
    port = int(given) if given.isdecimal() else number
    protocol, path = group.get("HealthCheckProtocol") or ("HTTP" if web else "TCP"), group.get("HealthCheckPath")
    if group.get("ProtocolVersion") == "GRPC":
        return {"grpc": {"port": port}} if str(path or "").startswith(GRPC_HEALTH) else {"tcpSocket": {"port": port}}
    if protocol not in ("HTTP", "HTTPS"):
        return {"tcpSocket": {"port": port}}
    return {"httpGet": tree(path=path or "/", port=port, scheme="HTTPS" if protocol == "HTTPS" else None)}


readiness = TwoWay(_to_checks, _from_checks)


def healthy(one: Balanced) -> Tree:
    """Give the annotations that ask for a target group's check."""
    group = one.group[1] if one.group else {}
    protocol = group.get("HealthCheckProtocol") or "TCP"
    return words.annotations(
        {
            "healthcheck-protocol": protocol.lower(),
            "healthcheck-port": group.get("HealthCheckPort") or TRAFFIC,
            "healthcheck-path": group.get("HealthCheckPath"),
            "healthcheck-success-codes": get(group, ("Matcher", "HttpCode")),
            **{key: group.get(member) for key, (member, *_) in NUMBERS.items()},
        }
    )


# --- time to start, time to go -----------------------------------------------------------------


def _to_grace(containers: Any, services: Any, pod: Any, workload: Any, elsewhere: Any) -> int | None:
    """Give the time in which a task may fail its checks: behind a balancer, or where a start period is too short."""
    kind = get(workload, ("kind",))
    budgets = [budget for one in maps(containers).values() for budget in [_start(one)] if budget]
    behind = bool(_fronts(services, pod, workload, elsewhere))
    needed = max(budgets, default=0)
    return needed if kind is not None and needed and (behind or needed > probes.MAX_START) else None


def _start(container: Any) -> int:
    """Count the seconds that a container may take to start."""
    startup, ready = get(container, ("startupProbe",)), get(container, ("readinessProbe", "initialDelaySeconds"))
    budget = (
        probes.startup_budget(
            *(get(startup, (key,)) for key in ("initialDelaySeconds", "periodSeconds", "failureThreshold"))
        )
        if startup
        else 0
    )
    return max(budget or 0, ready if isinstance(ready, int) else 0, 0 if startup else _late(container))


def _late(container: Any) -> int:
    """Count the seconds in which a liveness probe is not asked, where no start period is as long."""
    delay = get(container, ("livenessProbe", "initialDelaySeconds"))
    return delay if isinstance(delay, int) and delay > probes.MAX_START else 0


grace_period = TwoWay(_to_grace, lambda *given: ())


def _to_delay(column: Any, services: Any, pod: Any, workload: Any, elsewhere: Any) -> Tree | None:
    """Let a target drain as long as its container sleeps before it stops, unless an annotation says how long."""
    made: Tree = {}
    for one in _fronts(services, pod, workload, elsewhere):
        seconds = sleeps(get(pod, ("containers", one.target.container, "lifecycle", "preStop")))
        if seconds is not None and DELAY not in words.group_attributes(services[one.target.service], one.protocol):
            made[one.group_reference] = {"Attributes": {DELAY: {"Value": str(min(seconds, LONGEST_DELAY))}}}
    return made or None


def sleeps(hook: Any) -> int | None:
    """Give the seconds of a hook that does nothing but sleep."""
    seconds = get(hook, ("sleep", "seconds"))
    if isinstance(seconds, int):
        return seconds
    command = get(hook, ("exec", "command"))
    said = " ".join(map(str, command)).split() if isinstance(command, list) else []
    said = said[2:] if said[:2] in (["sh", "-c"], ["/bin/sh", "-c"]) else said
    if len(said) == 2 and said[0] in ("sleep", "/bin/sleep") and said[1].isdecimal() and len(said[1]) < 6:
        return int(said[1])
    return None


def _from_delay(attributes: Any, balancers: Any, groups: Any, definition: Any) -> Tree | None:
    """Let a container stay for a while, since pods get SIGTERM when they are taken out of their Services, not after.

    No longer than half of the time that it has to stop in.
    """
    made: Tree = {}
    for one in balanced({"loadBalancers": balancers}, {"targetGroups": groups}):
        seconds = attributes_of(attributes, one.group, "targetGroups", "TargetGroupArn").get(DELAY, "")
        stop = get(definition, ("containerDefinitions", one.container, "stopTimeout"))
        most = (stop if isinstance(stop, int) else STOP) // 2
        if seconds.isdecimal() and len(seconds) < 6 and min(int(seconds), most) > 0:
            made.setdefault(one.container, {"preStop": {"sleep": {"seconds": min(int(seconds), most)}}})
    return made or None


deregistration = TwoWay(_to_delay, _from_delay)
