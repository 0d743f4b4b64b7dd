"""Target groups of an application <-> the Services and ports that lead to the same containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..trees import Tree, get
from .ingress_actions import Backend, references
from .progressive_steps import rolls_out
from .progressive_traffic import name_of_second
from .services_discovery import find
from .services_targets import Mapped, mapping_at, maps

LAYER_SEVEN = ("HTTP", "HTTPS")


class Behind(NamedTuple):
    """One target group, and the Service's port that takes its place."""

    name: str
    entry: Tree
    service: str
    port: int | str
    number: int

    @property
    def reference(self) -> str:
        """Refer to the target group."""
        return f"${{targetGroups.{self.name}.TargetGroupArn}}"

    @property
    def backend(self) -> Tree:
        """Give the backend of an Ingress."""
        return {
            "service": {"name": self.service, "port": {"name" if isinstance(self.port, str) else "number": self.port}}
        }

    def is_meant(self, reference: Any) -> bool:
        """Whether a reference or an ARN means this target group."""
        return find({self.name: self.entry}, reference, "targetGroups", "TargetGroupArn") is not None


def backends(document: Tree, services: Tree) -> dict[str, Behind]:
    """Give the target groups of an ECS service that take HTTP, by name."""
    made: dict[str, Behind] = {}
    namespace = get(document.get("service"), ("tags", "kubernetes.io/namespace", "value"))
    for entry in maps(get(document.get("service"), ("loadBalancers",))).values():
        found = find(document.get("targetGroups"), get(entry, ("targetGroupArn",)), "targetGroups", "TargetGroupArn")
        container, number = get(entry, ("containerName",)), get(entry, ("containerPort",))
        if (
            found is not None
            and get(found[1], ("Protocol",)) in LAYER_SEVEN
            and isinstance(container, str)
            and isinstance(number, int)
        ):
            chosen = _service(
                found[0], namespace, mapping_at(document.get("taskDefinition"), container, number), services
            )
            if chosen is not None:
                made[found[0]] = Behind(*found, *chosen)
    return {**made, **dict(_seconds(document, made))}


def _seconds(document: Tree, first: dict[str, Behind]) -> Iterator[tuple[str, Behind]]:
    """Give the second target groups that a rule for tests leads to: a Service for the new pods stands for them."""
    strategy = get(document.get("service"), ("deploymentConfiguration", "strategy"))
    if not rolls_out(strategy, document.get("rollouts"), document.get("rolloutsWanted")):
        return
    rules = [*maps(document.get("listenerRules")).values(), *maps(document.get("listeners")).values()]
    asked = [one for rule in rules for key in ("Actions", "DefaultActions") for one in references(get(rule, (key,)))]
    for entry in maps(get(document.get("service"), ("loadBalancers",))).values():
        found, second = (
            find(document.get("targetGroups"), get(entry, path), "targetGroups", "TargetGroupArn")
            for path in (("targetGroupArn",), ("advancedConfiguration", "alternateTargetGroupArn"))
        )
        mine = first.get(found[0]) if found else None
        if mine and second and any(find(dict([second]), one, "targetGroups", "TargetGroupArn") for one in asked):
            yield second[0], Behind(*second, name_of_second(strategy, mine.service), mine.port, mine.number)


def _service(group: str, namespace: Any, port: Mapped, services: Tree) -> tuple[str, int | str, int] | None:
    """Choose the Service whose port leads to a container's port: one that the target group is named after, else the first."""
    found = list(leading(port, services))
    for service, entry in found:
        for spelled in (entry.get("port"), entry.get("name")):
            if spelled is not None and group in (
                Backend(service, spelled, "default").group,
                Backend(service, spelled, str(namespace)).group,
            ):
                return service, spelled, entry["port"]
    return next(((service, entry["port"], entry["port"]) for service, entry in found), None)


def leading(port: Mapped, services: Tree) -> Iterator[tuple[str, Tree]]:
    """Give (Service, its port) for every one that leads to a container's port."""
    for name in sorted(services):
        for entry in maps(get(services[name], ("spec", "ports"))).values():
            if (
                isinstance(entry, dict)
                and entry.get("port")
                and entry.get("targetPort", entry["port"]) in (port.target, port.number)
            ):
                yield name, entry
