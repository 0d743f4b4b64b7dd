"""Services and Ingresses that Argo turns <-> the second target group and the listener's rules that ECS turns.

https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/alb/
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..converters import names
from ..trees import Tree, get, listed, tree
from . import ingress_annotations as words
from .networking import INFRASTRUCTURE_ROLE
from .progressive_steps import BLUE_GREEN, CANARY, LINEAR, ROLLOUT, rolls_out, weights
from .services_discovery import find
from .services_targets import maps

RULE = "${PRODUCTION_LISTENER_RULE_ARN}"  # a listener's default rule has no request that could be referred to
ROLES = {"-active": "-preview", "-stable": "-canary"}


class Turned(NamedTuple):
    """The Services of a Rollout: the one that clients call, those of the old and of the new pods, and the port."""

    root: str
    first: str
    second: str | None
    port: int | None

    @property
    def hidden(self) -> set[str]:
        """Give the Services that stand for some of the pods alone; ECS has target groups for that."""
        return {one for one in (self.first, self.second) if one and one != self.root}


def turned(workload: Any) -> Turned | None:
    """Read what a Rollout says of its Services; None where it shifts no traffic."""
    if get(workload, ("kind",)) != ROLLOUT:
        return None
    blue, canary = (get(workload, ("spec", "strategy", key)) for key in ("blueGreen", "canary"))
    first = get(blue, ("activeService",)) or get(canary, ("stableService",))
    second = get(blue, ("previewService",)) or get(canary, ("canaryService",))
    if not isinstance(first, str) or blue is None and not weights(get(canary, ("steps",))):
        return None
    root, port = (get(canary, ("trafficRouting", "alb", key)) for key in ("rootService", "servicePort"))
    named = root if isinstance(root, str) and root else first
    return Turned(named, first, second if isinstance(second, str) else None, port if isinstance(port, int) else None)


def of_clients(services: Any, workload: Any) -> Any:
    """Give the Services that clients call, without those for the old or the new pods alone."""
    one = turned(workload) if isinstance(services, dict) else None
    return {name: entry for name, entry in services.items() if name not in one.hidden} if one else services


def resolved(ingresses: Any, workload: Any) -> Any:
    """Give Ingresses whose paths name the Service and its port, where Argo itself writes the annotation that they name."""
    one = turned(workload)
    if one is None or one.port is None:
        return ingresses
    return {name: _with_port(entry, one) for name, entry in maps(ingresses).items()}


def _with_port(value: Any, one: Turned) -> Any:
    if not isinstance(value, dict):
        return value
    named = get(value, ("name",)) in (one.root, one.first)
    if named and get(value, ("port", "name")) == words.USE_ANNOTATION:
        return {**value, "name": one.root, "port": {"number": one.port}}
    return {key: _with_port(entry, one) for key, entry in value.items()}


# --- to ECS ------------------------------------------------------------------------------------


def shift(parts: dict[str, Tree], entries: Tree, groups: dict[str, str], workload: Any, environment: Any) -> Tree:
    """Add a second target group and say which rules ECS turns; gives the entries of service.loadBalancers.

    `groups` are the target groups' names by Service.
    """
    one = turned(workload)
    blue = groups.get(one.root) if one else None
    if one is None or blue is None:
        return entries
    green = groups.get(one.second or "") or green_of(blue)
    test = _leading(parts, green)
    if green not in parts["targetGroups"]:
        parts["targetGroups"][green] = dict(parts["targetGroups"][blue])
        _copy_attributes(parts, blue, green)
    for kind, key in (("listenerRules", "Actions"), ("listeners", "DefaultActions")):
        parts[kind] = {name: _weighted(rule, key, blue, green) for name, rule in parts[kind].items()}
    production = _leading(parts, blue)
    said = tree(
        alternateTargetGroupArn=_reference(green),
        productionListenerRule=production[0] if production else RULE,
        testListenerRule=test[0] if test else None,
        roleArn=get(environment, ("ecs", "infrastructureRoleArn")) or INFRASTRUCTURE_ROLE,
    )
    kept = [entry for entry in entries.values() if entry["targetGroupArn"] != _reference(green)]
    first = next(iter(entries), "0")
    return {
        str(int(first) + place): {**entry, "advancedConfiguration": said}
        if entry["targetGroupArn"] == _reference(blue)
        else entry
        for place, entry in enumerate(kept)
    }


def green_of(group: str) -> str:
    """Name the second target group."""
    return names.target_group_name(f"{group}-green")


def shift_connections(parts: dict[str, Tree], found: list, workload: Any, environment: Any) -> dict[str, Tree]:
    """Add a second target group for each listener of a network load balancer, which ECS turns as a whole."""
    one = turned(workload)
    made = dict(parts)
    for place, front in enumerate(found if one else ()):
        if one and front.target.service == one.root:
            green = green_of(front.group)
            made["targetGroups"] = {**made["targetGroups"], green: dict(made["targetGroups"][front.group])}
            said = {
                "alternateTargetGroupArn": _reference(green),
                "productionListenerRule": f"${{listeners.{front.balancer}-{front.target.port}.ListenerArn}}",
                "roleArn": get(environment, ("ecs", "infrastructureRoleArn")) or INFRASTRUCTURE_ROLE,
            }
            entry = {**made["service"][str(place)], "advancedConfiguration": said}
            made["service"] = {**made["service"], str(place): entry}
    return made


def _reference(group: str) -> str:
    return f"${{targetGroups.{group}.TargetGroupArn}}"


def _copy_attributes(parts: dict[str, Tree], blue: str, green: str) -> None:
    if _reference(blue) in parts["targetGroupAttributes"]:
        parts["targetGroupAttributes"][_reference(green)] = dict(parts["targetGroupAttributes"][_reference(blue)])


def _leading(parts: dict[str, Tree], group: str) -> list[str]:
    """Give the rules that lead to a target group, encrypted listeners' first."""
    secure = {key for key, one in parts["listeners"].items() if get(one, ("Protocol",)) == "HTTPS"}
    found = [
        (not any(key.startswith(f"{above}-") for above in secure), get(one, ("Priority",)) or 0, key)
        for key, one in parts["listenerRules"].items()
        if any(_reference(group) in _named(action) for action in maps(get(one, ("Actions",))).values())
    ]
    return [f"${{listenerRules.{key}.RuleArn}}" for _, _, key in sorted(found)]


def _named(action: Any) -> list[Any]:
    groups = maps(get(action, ("ForwardConfig", "TargetGroups"))).values()
    return [get(action, ("TargetGroupArn",)), *(get(one, ("TargetGroupArn",)) for one in groups)]


def _weighted(rule: Tree, key: str, blue: str, green: str) -> Tree:
    """Let a forward to the first target group name the second, too, with nothing for it yet."""
    made = {}
    for place, action in maps(rule.get(key)).items():
        if get(action, ("TargetGroupArn",)) == _reference(blue):
            both = [{"TargetGroupArn": _reference(blue), "Weight": 1}, {"TargetGroupArn": _reference(green), "Weight": 0}]
            rest = {name: value for name, value in action.items() if name != "TargetGroupArn"}
            action = {**rest, "ForwardConfig": {"TargetGroups": listed(both)}}
        made[place] = action
    return {**rule, key: made} if made else rule


# --- to Kubernetes -----------------------------------------------------------------------------


def second_of(service: str) -> str:
    """Name the Service for the new pods after the one for the old ones: `web-active` has `web-preview`."""
    for first, second in ROLES.items():
        if service.endswith(first):
            return service.removesuffix(first) + second
    return names.service_name(f"{service}-preview")


def canary_of(service: str) -> str:
    """Name the Service for a canary's pods."""
    return second_of(service) if service.endswith("-stable") else names.service_name(f"{service}-canary")


def name_of_second(strategy: Any, service: str) -> str:
    """Give the Service for the new pods in a deployment of a strategy."""
    return second_of(service) if strategy == BLUE_GREEN else canary_of(service)


def second_services(made: dict[str, Tree], document: Tree, settled: Any, wanted: Any) -> dict[str, Tree]:
    """Give the Service for the new pods of a Rollout: it has the ports of the one that clients call."""
    strategy = get(document.get("service"), ("deploymentConfiguration", "strategy"))
    first = first_service(made, document)
    if not rolls_out(strategy, settled, wanted) or first is None:
        return {}
    if strategy in (CANARY, LINEAR) and not is_routed(document):
        return {}
    name = name_of_second(strategy, first)
    ports = get(made[first], ("spec", "ports"))
    return {name: {"spec": {"ports": {key: dict(one) for key, one in ports.items()}}}} if name not in made and ports else {}


def is_routed(document: Tree) -> bool:
    """Whether a load balancer of layer seven leads to the tasks."""
    for entry in maps(get(document.get("service"), ("loadBalancers",))).values():
        found = find(document.get("targetGroups"), get(entry, ("targetGroupArn",)), "targetGroups", "TargetGroupArn")
        if found is not None and get(found[1], ("Protocol",)) in ("HTTP", "HTTPS"):
            return True
    return False


def first_service(made: Any, document: Tree) -> str | None:
    """Choose the Service that clients call: one that leads to a port behind a load balancer, else the first with ports."""
    numbers = [get(one, ("containerPort",)) for one in maps(get(document.get("service"), ("loadBalancers",))).values()]
    open_ = [name for name in sorted(maps(made)) if get(made[name], ("spec", "ports")) and not _is_headless(made[name])]
    ports = {name: maps(get(made[name], ("spec", "ports"))).values() for name in open_}
    behind = [name for name in open_ if any(get(one, ("targetPort",)) in numbers for one in ports[name])]
    return next(iter(behind or open_), None)


def _is_headless(service: Any) -> bool:
    return get(service, ("spec", "clusterIP")) == "None"


def settled(document: Tree) -> Tree:
    """Give a document whose rules lead to the first target groups alone: the second ones get what ECS shifts."""
    seconds = [
        get(one, ("advancedConfiguration", "alternateTargetGroupArn"))
        for one in maps(get(document.get("service"), ("loadBalancers",))).values()
    ]
    known = {arn for arn in seconds if isinstance(arn, str)}
    if not known:
        return document
    made = dict(document)
    for kind, key in (("listenerRules", "Actions"), ("listeners", "DefaultActions")):
        made[kind] = {name: _first_alone(one, key, known) for name, one in maps(document.get(kind)).items()} or None
    return made


def _first_alone(rule: Any, key: str, seconds: set[str]) -> Any:
    if not isinstance(rule, dict):
        return rule
    made = {}
    for place, action in maps(rule.get(key)).items():
        groups = maps(get(action, ("ForwardConfig", "TargetGroups")))
        kept = [one for one in groups.values() if get(one, ("TargetGroupArn",)) not in seconds]
        if 0 < len(kept) < len(groups):
            rest = {name: value for name, value in action.items() if name not in ("ForwardConfig", "TargetGroupArn")}
            action = {**rest, "TargetGroupArn": get(kept[0], ("TargetGroupArn",))}
            if len(kept) > 1:
                action = {**rest, "ForwardConfig": {"TargetGroups": listed(kept)}}
        made[place] = action
    return {**rule, key: made} if made else rule


def for_argo(ingresses: Tree, service: str) -> Tree:
    """Let the paths to a Service name an annotation, which Argo writes with the shares of the old and the new pods."""
    made = {}
    for name, entry in ingresses.items():
        spec = dict(maps(entry.get("spec")))
        default = get(spec, ("defaultBackend", "service", "name"))
        if default == service and not spec.get("rules"):
            path = {"path": "/", "pathType": "Prefix", "backend": spec.pop("defaultBackend")}
            spec["rules"] = {"0": {"http": {"paths": {"0": path}}}}
        made[name] = {**entry, "spec": {**spec, **({"rules": _noted(spec["rules"], service)} if spec.get("rules") else {})}}
    return made


def _noted(value: Any, service: str) -> Any:
    if not isinstance(value, dict):
        return value
    if value.get("name") == service and "port" in value:
        return {**value, "port": {"name": words.USE_ANNOTATION}}
    return {key: _noted(entry, service) for key, entry in value.items()}


def leads(ingresses: Any, service: str) -> list[str]:
    """Give the Ingresses that lead to a Service."""
    return [name for name, entry in sorted(maps(ingresses).items()) if _names(get(entry, ("spec",)), service)]


def _names(value: Any, service: str) -> bool:
    if not isinstance(value, dict):
        return False
    return value.get("name") == service and "port" in value or any(_names(one, service) for one in value.values())
