"""Addresses that somebody keeps by hand <-> the Service without a selector that they are of."""
from __future__ import annotations

from ..model import KUBERNETES
from ..trees import get, without
from .application import Application, Part
from .k8s_kinds import SLOT_OF, Read
from .k8s_members import home

OF_SERVICE = "kubernetes.io/service-name"  # the label by which an EndpointSlice belongs to a Service
KINDS = ("Endpoints", "EndpointSlice")


def give_addresses(reads: list[Read], names: list[Application]) -> list[Read]:
    """Put addresses into the applications of the Services that they are of; gives those that are of none.

    What Kubernetes writes itself, for Services that select pods, is of none.
    """
    by_name = {(home(one.namespace), name): one for one in names for name in one.tree.get("services", {})}
    loose = []
    for read in (read for read in reads if read.entry.kind in KINDS):
        application = by_name.get((home(read.namespace), _service(read)))
        at = (SLOT_OF[read.entry.kind], read.name)
        if application is None or get(application.tree, at) is not None:
            loose.append(read)
        else:
            application.add(Part(at, (), read.entry, KUBERNETES), without(read.tree, ("metadata", "name")))
    return loose


def _service(read: Read) -> str:
    if read.entry.kind == "Endpoints":
        return read.name
    return str(get(read.tree, ("metadata", "labels", OF_SERVICE)) or "")
