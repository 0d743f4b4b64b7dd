"""Older API versions of Kubernetes objects -> the versions of today."""
from __future__ import annotations

from typing import Any, Callable

from ..findings import message
from ..model import Field, Finding, Object

# Versions whose shape is today's: the version alone changes.
SAME_SHAPE = {
    "Deployment": ("apps/v1", ("extensions/v1beta1", "apps/v1beta1", "apps/v1beta2")),
    "DaemonSet": ("apps/v1", ("extensions/v1beta1", "apps/v1beta2")),
    "ReplicaSet": ("apps/v1", ("extensions/v1beta1", "apps/v1beta2")),
    "StatefulSet": ("apps/v1", ("apps/v1beta1", "apps/v1beta2")),
    "CronJob": ("batch/v1", ("batch/v1beta1", "batch/v2alpha1")),
    "PodDisruptionBudget": ("policy/v1", ("policy/v1beta1",)),
    "NetworkPolicy": ("networking.k8s.io/v1", ("extensions/v1beta1",)),
    "StorageClass": ("storage.k8s.io/v1", ("storage.k8s.io/v1beta1",)),
}


def upgraded(entry: Object) -> tuple[Object, list[Finding]]:
    """Bring an object to its kind's version of today, and say so where the API server no longer serves the old one."""
    version = str(entry.value.get("apiVersion", ""))
    today, older = SAME_SHAPE.get(entry.kind, ("", ()))
    change: Callable[[dict], dict] | None = (
        (lambda value: value) if version in older else RESHAPED.get((entry.kind, version))
    )
    if change is None:
        return entry, []
    value = {**change(entry.value), "apiVersion": today or RESHAPED_TO[entry.kind]}
    if version in SERVED:
        return Object(entry.kind, value, entry.locate), []
    place = entry.locate(("apiVersion",))
    at = {"file": place.file, "line": place.line, "column": place.column} if place else {}
    name = (entry.value.get("metadata") or {}).get("name", "") if isinstance(entry.value.get("metadata"), dict) else ""
    field = Field("apiVersion", f"{entry.kind}/{name}", was=version, becomes=value["apiVersion"], **at)
    return Object(entry.kind, value, entry.locate), [message("reading.old-version", fields=[field])]


def _scaler_v1(value: dict) -> dict:
    spec = value.get("spec")
    if not isinstance(spec, dict):
        return value
    percent = spec.get("targetCPUUtilizationPercentage")
    rest = {key: entry for key, entry in spec.items() if key != "targetCPUUtilizationPercentage"}
    if percent is not None:
        rest["metrics"] = [_utilization("cpu", percent)]
    return {**value, "spec": rest}


def _utilization(name: str, percent: Any) -> dict:
    return {
        "type": "Resource",
        "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}},
    }


def _scaler_v2beta1(value: dict) -> dict:
    spec = value.get("spec")
    if not isinstance(spec, dict) or not isinstance(spec.get("metrics"), list):
        return value
    return {**value, "spec": {**spec, "metrics": [_metric_v2beta1(metric) for metric in spec["metrics"]]}}


def _metric_v2beta1(metric: Any) -> Any:
    """Gather the targets that v2beta1 spelled out: targetAverageUtilization, targetAverageValue, targetValue."""
    kind = str(metric.get("type", "")) if isinstance(metric, dict) else ""
    source = metric.get(kind[:1].lower() + kind[1:]) if kind else None
    if not isinstance(source, dict):
        return metric
    made = {key: entry for key, entry in source.items() if not key.startswith("target") or key == "target"}
    for key, kind_of_target, field in (
        ("targetAverageUtilization", "Utilization", "averageUtilization"),
        ("targetAverageValue", "AverageValue", "averageValue"),
        ("targetValue", "Value", "value"),
    ):
        if key in source:
            made["target"] = {"type": kind_of_target, field: source[key]}
    if "metricName" in made:
        selector = made.pop("metricSelector", made.pop("selector", None))
        made["metric"] = {"name": made.pop("metricName"), **({"selector": selector} if selector else {})}
    if kind == "Object" and isinstance(source.get("target"), dict) and "kind" in source["target"]:
        made["describedObject"] = source["target"]
        value = source.get("targetValue", source.get("averageValue"))
        made["target"] = {"type": "Value" if "targetValue" in source else "AverageValue",
                          "value" if "targetValue" in source else "averageValue": value}
        made.pop("averageValue", None)
    return {**metric, kind[:1].lower() + kind[1:]: made}


def _ingress_v1beta1(value: dict) -> dict:
    spec = value.get("spec")
    if not isinstance(spec, dict):
        return value
    made = {key: entry for key, entry in spec.items() if key not in ("backend", "rules")}
    if "backend" in spec:
        made["defaultBackend"] = _backend(spec["backend"])
    if isinstance(spec.get("rules"), list):
        made["rules"] = [_rule(rule) for rule in spec["rules"]]
    return {**value, "spec": made}


def _rule(rule: Any) -> Any:
    http = rule.get("http") if isinstance(rule, dict) else None
    if not isinstance(http, dict) or not isinstance(http.get("paths"), list):
        return rule
    paths = [
        {"pathType": "ImplementationSpecific", **path, "backend": _backend(path.get("backend"))}
        if isinstance(path, dict)
        else path
        for path in http["paths"]
    ]
    return {**rule, "http": {**http, "paths": paths}}


def _backend(backend: Any) -> Any:
    if not isinstance(backend, dict) or "serviceName" not in backend:
        return backend
    port = backend.get("servicePort")
    return {
        "service": {
            "name": backend["serviceName"],
            "port": {"number": port} if isinstance(port, int) else {"name": port},
        }
    }


RESHAPED: dict[tuple[str, str], Callable[[dict], dict]] = {
    ("HorizontalPodAutoscaler", "autoscaling/v1"): _scaler_v1,
    ("HorizontalPodAutoscaler", "autoscaling/v2beta1"): _scaler_v2beta1,
    ("HorizontalPodAutoscaler", "autoscaling/v2beta2"): lambda value: value,
    ("Ingress", "extensions/v1beta1"): _ingress_v1beta1,
    ("Ingress", "networking.k8s.io/v1beta1"): _ingress_v1beta1,
}
# Older, and good all the same: nothing needs to be said.
SERVED = ("autoscaling/v1",)
RESHAPED_TO = {"HorizontalPodAutoscaler": "autoscaling/v2", "Ingress": "networking.k8s.io/v1"}
