"""Routes of one Gateway or Ingress and the applications behind them: each sees the whole, since its order is that of all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..model import KUBERNETES
from ..trees import get, without
from .application import SHARED, Application, Part
from .k8s_kinds import SLOT_OF, Read
from .k8s_members import Index, home

GATEWAY_ROUTES = ("httpRoutes", "grpcRoutes", "tcpRoutes", "tlsRoutes", "udpRoutes")
ROUTES = ("ingresses", *GATEWAY_ROUTES)


def mark_backends(read: Read, behind: list[Application]) -> None:
    """Let applications behind one route know each other's Services: what the route leads to is there, if not here."""
    for application in behind:
        own = application.tree.get("services", {})
        for name, other in [
            (name, other) for other in behind if other is not application for name in other.tree.get("services", {})
        ]:
            at = (SHARED, "backends", name)
            if name not in own and get(application.tree, at) is None:
                application.add(Part(at, ("spec", "rules"), replace(read.entry), KUBERNETES, True), other.name)


def number_groups(reads: list[Read], applications: list[Application]) -> None:
    """Let the Ingresses of a group, which share listeners, know their rooms where two would take the same one."""
    from ..concepts.ingress_annotations import noted
    from ..concepts.ingress_balancer import room, rooms

    groups: dict[str, dict[tuple[str, str], Read]] = {}
    for read in reads:
        group = noted(read.tree).get("group.name") if read.entry.kind == "Ingress" else None
        if group:
            groups.setdefault(group, {})[read.namespace, read.name] = read
    for same in groups.values():
        for key, number in rooms({key: noted(read.tree) for key, read in same.items()}).items():
            if number != room(key[1], noted(same[key].tree)):
                _mark_room(same[key], number, applications)


def _mark_room(read: Read, number: int, applications: list[Application]) -> None:
    for application in applications:
        if any(part.origin is read.entry for part in application.parts):
            part = Part((SHARED, "rooms", read.name), ("metadata", "annotations"), replace(read.entry), KUBERNETES, True)
            application.add(part, number)


def show_whole_gateways(reads: list[Read], index: Index, loose: list[Read]) -> list[Read]:
    """Give each application every route of its Gateways; gives what is still loose."""
    placed: set[int] = set()
    for read in reads:
        slot = SLOT_OF.get(read.entry.kind)
        behind = _behind(index, read) if slot in GATEWAY_ROUTES else []
        if behind:
            placed.add(id(read))
            _show(read, str(slot), behind)
    return [read for read in loose if id(read) not in placed]


def _behind(index: Index, read: Read) -> list[Application]:
    """Give the applications behind the Gateways that a route names."""
    parents: Any = get(read.tree, ("spec", "parentRefs"))
    names = [one.get("name") for one in parents if isinstance(one, dict)] if isinstance(parents, list) else []
    found = [one for name in names for one in index.by_reference.get((home(read.namespace), "Gateway", str(name)), ())]
    return list({id(one): one for one in found}.values())


def _show(read: Read, slot: str, behind: list[Application]) -> None:
    at = (slot, read.name)
    for application in behind:
        if get(application.tree, at) is None:
            application.add(Part(at, (), read.entry, KUBERNETES), without(read.tree, ("metadata", "name")))
        for part in application.parts:
            part.shared = part.shared or len(behind) > 1 and part.origin is read.entry
    if len(behind) > 1:
        mark_backends(read, behind)
