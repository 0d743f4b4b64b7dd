"""A service and its scaling -> what a Copilot manifest says of its tasks, its rollouts and its network."""

from __future__ import annotations

from typing import Any

from ..readers.copilot_scaling import COOLDOWN, SPOT, TRAFFIC, USAGE
from ..readers.copilot_service import METRICS, SECURITY_GROUP
from ..readers.copilot_workload import SUBNETS
from .copilot_containers import kept


def service(found: dict[str, Any], scaling: dict[str, list[dict]]) -> dict[str, Any]:
    """Give the manifest's keys for a service; `scaling` holds its targets, policies and alarms."""
    return kept(
        {
            "count": tasks(found, scaling),
            "exec": found.get("enableExecuteCommand") or None,
            "deployment": deployment(found.get("deploymentConfiguration") or {}, scaling.get("alarms", [])),
            "network": kept({**network(found.get("networkConfiguration")), "connect": connect(found)}),
        }
    )


def tasks(found: dict[str, Any], scaling: dict[str, list[dict]]) -> Any:
    """Give the number of tasks, or the range in which it is scaled."""
    strategy = {entry.get("capacityProvider"): entry for entry in found.get("capacityProviderStrategy") or []}
    targets = scaling.get("scalableTargets", [])
    if not targets:
        desired = found.get("desiredCount", 1)
        return {"spot": desired} if SPOT in strategy else desired
    lower, upper = targets[0].get("MinCapacity"), targets[0].get("MaxCapacity")
    start = strategy.get("FARGATE", {}).get("base", 0) + 1 if SPOT in strategy else None
    return kept(
        {
            "range": kept({"min": lower, "max": upper, "spot_from": start}) if start else f"{lower}-{upper}",
            **metrics(scaling.get("scalingPolicies", [])),
        }
    )


def metrics(policies: list[dict]) -> dict[str, Any]:
    """Give the metrics of target tracking policies that Copilot has a word for."""
    made = {}
    for policy in policies:
        spec = policy.get("TargetTrackingScalingPolicyConfiguration") or {}
        key = metric(spec)
        if key and "TargetValue" in spec:
            made[key] = goal(spec, f"{spec['TargetValue']:g}s" if key == "response_time" else spec["TargetValue"])
        elif "BacklogPerTask" in policy.get("PolicyName", "") and "TargetValue" in spec:
            cooldown = goal(spec, None)
            made["queue_delay"] = {
                "acceptable_latency": f"{spec['TargetValue']:g}s",
                "msg_processing_time": "1s",
                **(cooldown or {}),
            }
    return made


def metric(spec: dict[str, Any]) -> str | None:
    """Find Copilot's word for the metric that a policy tracks."""
    predefined = (spec.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType")
    custom = spec.get("CustomizedMetricSpecification") or {}
    words = [key for key, name in USAGE.items() if name == predefined]
    words += [
        key
        for key, (_, name, statistic) in TRAFFIC.items()
        if (name, statistic) == (custom.get("MetricName"), custom.get("Statistic"))
    ]
    return words[0] if words else None


def goal(spec: dict[str, Any], value: Any) -> Any:
    """Give the value to hold, with the cooldown where it is not Copilot's."""
    own = {"in": spec.get("ScaleInCooldown", 300), "out": spec.get("ScaleOutCooldown", 300)}
    cooldown = {way: f"{number}s" for way, number in own.items() if number != COOLDOWN[way]}
    return kept({"value": value, "cooldown": cooldown}) if cooldown else value


def deployment(found: dict[str, Any], alarms: list[dict]) -> dict[str, Any]:
    """Give the rollout's strategy and the alarms that roll it back."""
    recreate = found.get("minimumHealthyPercent") == 0 and found.get("maximumPercent") == 100
    names = (found.get("alarms") or {}).get("alarmNames") or []
    return kept({"rolling": "recreate" if recreate else None, "rollback_alarms": rollback(names, alarms)})


def rollback(names: list[str], alarms: list[dict]) -> Any:
    """Give alarms by their thresholds where Copilot would make the like, and by their names otherwise."""
    suffixes = {suffix: key for key, (suffix, *_) in METRICS.items()}
    made = {alarm.get("AlarmName"): alarm for alarm in alarms}
    keys = {name: next((key for suffix, key in suffixes.items() if name.endswith(suffix)), None) for name in names}
    if names and all(keys[name] and name in made for name in names):
        return {keys[name]: made[name].get("Threshold") for name in names}
    return names


def network(found: dict[str, Any] | None) -> dict[str, Any]:
    """Give the subnets and security groups of the tasks."""
    inside = (found or {}).get("awsvpcConfiguration") or {}
    inside = {key[0].lower() + key[1:]: value for key, value in inside.items()}
    if not inside:
        return {}
    groups = inside.get("securityGroups") or []
    own = [group for group in groups if group != SECURITY_GROUP]
    asked = own if SECURITY_GROUP in groups else {"groups": own, "deny_default": True}
    return kept({"vpc": kept({"placement": placement(inside), "security_groups": asked})})


def placement(inside: dict[str, Any]) -> Any:
    """Give the kind of subnet, or the subnets themselves."""
    subnets = inside.get("subnets") or []
    kinds = [kind for kind, names in SUBNETS.items() if list(names) == subnets]
    if kinds:
        return None if kinds == ["public"] else kinds[0]
    return {"subnets": subnets} if subnets else None


def connect(found: dict[str, Any]) -> Any:
    """Give whether Service Connect is on, and the alias where it is not the service's name."""
    spec = found.get("serviceConnectConfiguration") or {}
    if not spec.get("enabled"):
        return spec.get("enabled")
    offered = (spec.get("services") or [{}])[0]
    alias = (offered.get("clientAliases") or [{}])[0].get("dnsName", found.get("serviceName"))
    return True if alias == found.get("serviceName") else {"alias": alias}
