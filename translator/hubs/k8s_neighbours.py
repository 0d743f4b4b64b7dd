"""Pods that are to run beside other pods, or apart from them: whose labels they name."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Iterator

from ..converters.node_terms import selector_key
from ..model import KUBERNETES
from ..trees import Path, get
from .application import SHARED, Application, Part
from .k8s_members import Index, labels

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
SIDES = ("podAffinity", "podAntiAffinity")


def show_neighbours(applications: list[Application], index: Index) -> None:
    """Let each application know the names of the others that its terms of affinity choose by labels."""
    for application in applications:
        for path, wanted in _terms(application):
            others = sorted({one.name for one in index.selected(application.namespace, wanted) if one is not application})
            part = application.part(("pod", *path))
            at = (SHARED, "neighbours", selector_key(wanted))
            if others and part is not None and get(application.tree, at) is None:
                within = part.path_of(("pod", *path)) + ("labelSelector",)
                application.add(Part(at, within, replace(part.origin), KUBERNETES), others)


def _terms(application: Application) -> Iterator[tuple[Path, Any]]:
    """Give the labels that each required term names, unless they are the application's own."""
    for side in SIDES:
        at = ("spec", "affinity", side, REQUIRED)
        terms = get(application.tree, ("pod", *at))
        for place, term in terms.items() if isinstance(terms, dict) else ():
            wanted = get(term, ("labelSelector", "matchLabels"))
            if isinstance(wanted, dict) and wanted and not wanted.items() <= labels(application).items():
                yield (*at, place), wanted
