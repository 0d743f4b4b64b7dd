"""HorizontalPodAutoscalers and PodDisruptionBudgets <-> what the API server refuses, and what cannot be computed."""
from __future__ import annotations

from typing import Any, Iterator

from ..converters.quantity import parse
from .kubernetes_book import Book, namespace
from .kubernetes_workload import share_wrong
from .rules import Hit, Rules, between, choice, each
from .values import entries, joined, mapping, number, text

SOURCES = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
TARGETS = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}
# Which types of target a metric can have.
ALLOWED = {
    "resource": ("Utilization", "AverageValue"),
    "containerResource": ("Utilization", "AverageValue"),
    "pods": ("AverageValue",),
    "object": ("Value", "AverageValue"),
    "external": ("Value", "AverageValue"),
}


def replica_order(spec: dict, scaler: dict) -> Iterator[Hit]:
    """Refuse a minimum above the maximum."""
    low, high = number(spec.get("minReplicas", 1)), number(spec["maxReplicas"])
    if low is not None and high is not None and low > high:
        yield ("minReplicas",) if "minReplicas" in spec else ("maxReplicas",), (
            f"minReplicas {low} is above maxReplicas {high}."
        )


def replica_zero(spec: dict, scaler: dict) -> Iterator[Hit]:
    """Refuse to scale to nothing by what pods use: with no pod there is nothing to measure."""
    kinds = [metric.get("type") for _, metric in entries(spec.get("metrics"))]
    if spec["minReplicas"] == 0 and not any(kind in ("Object", "External") for kind in kinds):
        yield ("minReplicas",), "minReplicas 0 needs an Object or External metric, and the feature gate HPAScaleToZero."


def metric_source(spec: dict, scaler: dict) -> Iterator[Hit]:
    """Refuse a metric that does not describe what its type says, and a target that it cannot have."""
    for at, metric in entries(spec["metrics"]):
        kind = text(metric.get("type"))
        wanted = SOURCES.get(kind)
        given = [member for member in SOURCES.values() if metric.get(member) is not None]
        if kind is not None and wanted is None:
            yield ("metrics", at, "type"), f"A metric's type is {joined(SOURCES)}, not {kind}."
        elif wanted and given != [wanted]:
            yield ("metrics", at), f"A metric of type {kind} has {wanted} alone; this one has {joined(given)}."
        elif wanted and isinstance(metric[wanted], dict):
            fault = _target_fault(wanted, mapping(metric[wanted].get("target")))
            if fault:
                yield ("metrics", at, wanted, "target"), fault


def _target_fault(source: str, target: dict) -> str:
    kind = text(target.get("type"))
    given = [member for member in TARGETS.values() if target.get(member) is not None]
    if kind is not None and kind not in ALLOWED[source]:
        return f"The target of a {source} metric is of type {joined(ALLOWED[source])}, not {kind}."
    if kind is not None and TARGETS[kind] not in given:
        return f"A target of type {kind} has {TARGETS[kind]}; there is {joined(given)}."
    if len(given) > 1 and source in ("resource", "containerResource"):
        return f"A target has one value; there are {joined(given)}."
    amounts = [
        number(target.get(member)) if member == "averageUtilization" else parse(target.get(member)) for member in given
    ]
    return "A target is above 0." if any(amount is not None and amount <= 0 for amount in amounts) else ""


def behavior_policy(rules: dict, behavior: dict) -> Iterator[Hit]:
    """Refuse a policy that changes nothing or counts in no way, and none at all."""
    if rules["policies"] == [] and rules.get("selectPolicy") != "Disabled":
        yield ("policies",), "Scaling rules need a policy."
    for at, policy in entries(rules["policies"]):
        kind = text(policy.get("type"))
        if kind is not None and kind not in ("Pods", "Percent"):
            yield ("policies", at, "type"), f"A policy counts in Pods or Percent, not in {kind}."


def scaled_unsized(scaler: dict, book: Book) -> Iterator[Hit]:
    """Report utilization of pods that request nothing: it is a share of the requests."""
    spec = mapping(scaler["spec"])
    target = mapping(spec.get("scaleTargetRef"))
    workload = book.get(target.get("kind"), namespace(scaler), target.get("name"))
    pod = mapping(mapping(mapping(workload.get("spec")).get("template")).get("spec"))
    for at, metric in entries(spec.get("metrics")) if pod else ():
        for member in ("resource", "containerResource"):
            source = mapping(metric.get(member))
            asked = mapping(source.get("target")).get("averageUtilization") is not None
            lacking = _unrequested(pod, source) if asked else []
            if lacking:
                yield ("spec", "metrics", at, member), (
                    f"Utilization of {source.get('name')} is a share of what the pods request; "
                    f"{joined(lacking)} requests none."
                )


def _unrequested(pod: dict, source: dict) -> list[str]:
    """Give the containers whose request of a resource is not known."""
    resource, only = text(source.get("name")), source.get("container")
    if _sized(pod.get("resources"), resource):
        return []
    sidecars = [
        container for _, container in entries(pod.get("initContainers")) if container.get("restartPolicy") == "Always"
    ]
    running = [container for _, container in entries(pod.get("containers"))] + sidecars
    return [
        str(container.get("name"))
        for container in running
        if only in (None, container.get("name")) and not _sized(container.get("resources"), resource)
    ]


def _sized(resources: Any, name: str | None) -> bool:
    known = mapping(resources)
    return isinstance(resources, str) or any(
        mapping(known.get(side)).get(name) is not None for side in ("requests", "limits")
    )


def scaled_kind(spec: dict, scaler: dict) -> Iterator[Hit]:
    """Refuse to scale what has no number of replicas."""
    target = mapping(spec["scaleTargetRef"])
    kind = text(target.get("kind"))
    if kind in ("DaemonSet", "Job", "CronJob", "Pod"):
        yield ("scaleTargetRef", "kind"), f"A {kind} has no replicas to scale."


def scaled_twice(scaler: dict, book: Book) -> Iterator[Hit]:
    """Report two autoscalers of one workload: they undo each other's work."""
    target = mapping(mapping(scaler["spec"]).get("scaleTargetRef"))
    key = (namespace(scaler), text(target.get("kind")), text(target.get("name")))
    if None not in key and book.scaled.get(key, scaler) is not scaler:
        yield ("spec", "scaleTargetRef"), f"Another HorizontalPodAutoscaler scales {key[1]} {key[2]}."


def budget_fields(spec: dict, budget: dict) -> Iterator[Hit]:
    """Refuse two ways to say how many pods may be missing."""
    if spec.get("maxUnavailable") is not None:
        yield ("minAvailable",), "A PodDisruptionBudget has minAvailable or maxUnavailable, not both."


BEHAVIOR = ("spec.behavior.scaleUp", "spec.behavior.scaleDown")
SCALER: tuple[Rules, ...] = (
    {
        "spec": {"scaled-unsized": scaled_unsized, "scaled-twice": scaled_twice},
        "spec.maxReplicas": {"replica-order": replica_order},
        "spec.minReplicas": {"replica-zero": replica_zero},
        "spec.scaleTargetRef": {"scaled-kind": scaled_kind},
        "spec.metrics": {"metric-source": metric_source},
        **{f"{place}.policies": {"behavior-policy": behavior_policy} for place in BEHAVIOR},
    },
    each({"replica-range": {"spec.minReplicas": (0, None), "spec.maxReplicas": (1, None)}}, between),
    each({"behavior-range": {
        **{f"{place}.stabilizationWindowSeconds": (0, 3600) for place in BEHAVIOR},
        **{f"{place}.policies.periodSeconds": (1, 1800) for place in BEHAVIOR},
        **{f"{place}.policies.value": (1, None) for place in BEHAVIOR},
    }}, between),
    each({"value-unknown": {f"{place}.selectPolicy": ("Max", "Min", "Disabled") for place in BEHAVIOR}}, choice),
)
BUDGET: tuple[Rules, ...] = (
    {"spec.minAvailable": {"budget-fields": budget_fields}},
    each({"share-wrong": {"spec.minAvailable": None, "spec.maxUnavailable": None}}, share_wrong),
    each({"value-unknown": {"spec.unhealthyPodEvictionPolicy": ("IfHealthyBudget", "AlwaysAllow")}}, choice),
)
