"""A translation -> the report that every format is rendered from."""
from __future__ import annotations

import os
from collections import Counter
from typing import Any, Iterator

from . import provenance, rows
from .api import Carried, Translation, accounted
from .findings import label, ways
from .model import KUBERNETES, Document, Finding, Object
from .readers import text as reader
from .render.report import ApplicationReport, Link, OutputText, Part, Report, Share, SourceText
from .secrecy import Veil, masked_object, veil_of
from .simulation import simulate
from .writers.text import dump_json, dump_yaml

# What an object is in the diagram: the way of a request, and what stands beside it.
GROUPS = {
    "Ingress": "entry",
    "Gateway": "entry",
    "HTTPRoute": "entry",
    "loadBalancers": "entry",
    "listeners": "entry",
    "listenerRules": "entry",
    "Service": "network",
    "targetGroups": "network",
    "discoveryServices": "network",
    "namespaces": "network",
    "HorizontalPodAutoscaler": "scaling",
    "ScaledObject": "scaling",
    "scalableTargets": "scaling",
    "scalingPolicies": "scaling",
    "scheduledActions": "scaling",
    "schedules": "scaling",
    "ConfigMap": "configuration",
    "Secret": "configuration",
    "ExternalSecret": "configuration",
    "secrets": "configuration",
    "parameters": "configuration",
    "ServiceAccount": "configuration",
    "PersistentVolumeClaim": "storage",
    "PersistentVolume": "storage",
    "StorageClass": "storage",
    "fileSystems": "storage",
    "services": "workload",
    "taskDefinitions": "workload",
    "tasks": "workload",
}


def build(
    document: Document,
    translation: Translation,
    sources: tuple[str, ...],
    texts: bool = False,
    simulated: bool = False,
    veil: Veil | None = None,
) -> Report:
    """Gather all that is to be said; with `texts`, sources and outputs side by side, with `simulated`, what each side will do."""
    veil = veil if veil is not None else veil_of(document, translation.output)
    by_application: dict[str, list[Finding]] = {}
    for finding in translation.findings:
        by_application.setdefault(finding.application, []).append(finding)
    made = [
        _application(one, by_application.pop(label(one.application), []), translation, veil if texts else None, simulated, elsewhere)
        for one, elsewhere in zip(translation.carried, accounted(translation.carried), strict=True)
    ]
    rest = tuple(finding for findings in by_application.values() for finding in findings)
    return Report(tuple(made), rest, translation.platform, translation.output.platform, sources)


def _application(
    one: Carried,
    findings: list[Finding],
    translation: Translation,
    veil: Veil | None,
    simulated: bool,
    elsewhere: frozenset,
) -> ApplicationReport:
    application = one.application
    before = tuple(dict.fromkeys(_box(part.origin) for part in application.parts))
    produced = {
        id(part.origin): part.origin for _, _, part in provenance.parts(one.output.tree, translation.output.platform)
    }
    return ApplicationReport(
        application.name,
        application.namespace,
        _source(one),
        tuple(findings),
        share(one, translation.platform, elsewhere),
        tuple(_inputs(one, veil)) if veil is not None else (),
        tuple(_outputs(one, translation, veil)) if veil is not None else (),
        before,
        tuple(dict.fromkeys(map(_box, produced.values()))),
        simulate(one, translation.platform) if simulated else (),
    )


def _box(entry: Object) -> Part:
    from .hubs.application import name_of

    return Part(
        entry.kind,
        name_of(entry),
        GROUPS.get(
            entry.kind,
            "workload"
            if entry.kind
            in ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet", "Rollout")
            else "other",
        ),
    )


def _source(one: Carried) -> str:
    place = one.application.parts[0].origin.locate(()) if one.application.parts else None
    return place.file if place else ""


def share(one: Carried, platform: str, accounted: frozenset = frozenset()) -> Share:
    """Count the leaves that came along as they were, in another form, and not at all."""
    found = Counter(ways(one.law, platform, accounted).values())
    return Share(found["exact"], found["adapted"], found["lost"])


def _inputs(one: Carried, veil: Veil) -> Iterator[SourceText]:
    """Give the text of every file that the application stands in, as far as it can still be read."""
    places = [part.origin.locate(()) for part in one.application.parts]
    for file in dict.fromkeys(place.file for place in places if place):
        if os.path.isfile(file):
            with open(file, encoding="utf-8", errors="replace") as stream:
                from .render.redact import redact

                yield SourceText(file, veil.text(redact(stream.read())))


def _outputs(one: Carried, translation: Translation, veil: Veil) -> Iterator[OutputText]:
    platform = translation.output.platform
    seen: set[str] = set()
    for kind, name, part in provenance.parts(one.output.tree, platform):
        if f"{kind}/{name}" in seen:
            continue
        seen.add(f"{kind}/{name}")
        value = masked_object(part.origin, veil).value
        text = dump_yaml([value]) if platform == KUBERNETES else dump_json(value)
        yield OutputText(f"{kind}/{name}", text, tuple(_links(one, part, text, translation, kind, name)))


def _links(one: Carried, part: Any, text: str, translation: Translation, kind: str, name: str) -> Iterator[Link]:
    """Link the lines of an output to the lines of the input that they come from."""
    from . import schema

    positions = reader.load(text, name)[0][0]
    mine = [other for own_kind, own_name, other in provenance.parts(one.output.tree, translation.output.platform)
            if (own_kind, own_name) == (kind, name)]
    for link in provenance.links(one.law, translation.platform):
        for other in mine:
            if link.path[:len(other.at)] == other.at:
                raw = schema.raw_path(other.platform, kind, part.origin.value, other.path_of(link.path))
                place = positions.locate(raw)
                inputs = tuple((field.file, field.line) for field in provenance.fields_of(link, one) if field.line)
                if place is not None and raw:
                    yield Link(place.line, inputs, link.code)


def rules() -> dict[str, dict]:
    """Give what is said of every code: for formats that carry the rules along."""
    known = rows.tables()["sources"]
    made = {}
    for code, cells in [*((row.code, row.cells) for row in rows.rows()), *rows.messages().items()]:
        said = [text for text in (_words(cells.get(cell)) for cell in ("note", "remedy")) if text]
        made[code] = {
            "note": said[0] if said else code,
            "remedy": said[1] if len(said) > 1 else "",
            "level": _words(cells.get("level")) or "warning",
            "sources": [known[key] for key in cells.get("sources", ())],
        }
    return made


def _words(cell: Any) -> str:
    return next(iter(cell.values()), "") if isinstance(cell, dict) else cell or ""
