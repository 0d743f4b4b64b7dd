"""Downward API: fields of the pod and resources of its containers -> the texts that are known before it runs.

https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
"""

from __future__ import annotations

from typing import Any

from ..converters import quantity
from ..trees import get


def pod_field(path: Any, pod: Any, namespace: str) -> str | None:
    """Give the text of a `fieldRef`; None for what only the running pod has (its name, addresses, node, added labels)."""
    if not isinstance(path, str):
        return None
    if path == "metadata.namespace":
        return namespace
    if path == "spec.serviceAccountName":
        spec = get(pod, ("spec",))
        return str(get(spec, ("serviceAccountName",)) or get(spec, ("serviceAccount",)) or "default")
    for kind in ("labels", "annotations"):
        if path.startswith(f"metadata.{kind}['") and path.endswith("']"):
            value = get(pod, ("metadata", kind, path[len(f"metadata.{kind}['") : -2]))
            return value if isinstance(value, str) else None
    return None


def resource_field(reference: Any, pod: Any, container: Any) -> str | None:
    """Give the number of a `resourceFieldRef`, rounded up to its divisor; None where the container says no amount.

    A limit that is not set is all that the node has, which nobody knows.
    """
    name = get(reference, ("containerName",))
    kind, _, wanted = str(get(reference, ("resource",))).partition(".")
    resources = get(get(pod, ("spec", "containers", name)) if name else container, ("resources",))
    amount = get(resources, (kind, wanted))
    if amount is None and kind == "requests":
        amount = get(resources, ("limits", wanted))
    counted = quantity.in_units_of(amount, get(reference, ("divisor",)) or "1") if amount is not None else None
    return None if counted is None else str(counted)
