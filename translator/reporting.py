"""A translation -> the report that every format is rendered from."""
from __future__ import annotations

from collections import Counter
from typing import Any, Iterable, Iterator

from . import provenance, rows
from .api import Carried, Translation, accounted
from .excerpts import Shelf
from .findings import label, ways
from .hubs.application import name_of
from .hubs.k8s import WORKLOADS
from .model import KUBERNETES, Document, Finding, Object, Source
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
    "namespaces": "configuration",
    "logGroups": "configuration",
    "roles": "configuration",
    "rolePolicies": "configuration",
    "securityGroups": "configuration",
    "securityGroupIngress": "configuration",
    "ServiceAccount": "configuration",
    "PersistentVolumeClaim": "storage",
    "PersistentVolume": "storage",
    "StorageClass": "storage",
    "fileSystems": "storage",
    "accessPoints": "storage",
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
    shelf = Shelf(veil) if texts else None
    by_application: dict[str, list[Finding]] = {}
    for finding in translation.findings:
        by_application.setdefault(finding.application, []).append(finding)
    made = [
        _application(one, by_application.pop(label(one.application), []), translation, shelf, simulated, elsewhere)
        for one, elsewhere in zip(translation.carried, accounted(translation.carried), strict=True)
    ]
    rest = tuple(finding for findings in by_application.values() for finding in findings)
    return Report(tuple(made), rest, translation.platform, translation.output.platform, sources)


def _application(
    one: Carried,
    findings: list[Finding],
    translation: Translation,
    shelf: Shelf | None,
    simulated: bool,
    elsewhere: frozenset,
) -> ApplicationReport:
    application = one.application
    outputs = tuple(_outputs(one, translation, shelf.veil)) if shelf else ()
    spoken = {(field.file, field.line) for finding in findings for field in finding.fields}
    spoken.update(place for output in outputs for link in output.links for place in link.inputs)
    return ApplicationReport(
        application.name,
        application.namespace,
        _source(one),
        tuple(findings),
        share(one, translation.platform, elsewhere),
        tuple(shelf.excerpts(application, spoken)) if shelf else (),
        outputs,
        _boxes((part.origin.kind, name_of(part.origin)) for part in application.parts),
        _boxes((kind, name) for kind, name, _ in provenance.parts(one.output.tree, translation.output.platform)),
        simulate(one, translation.platform) if simulated else (),
    )


# In the way of a request: a balancer, its listeners, their rules; a service and the task definition that it runs.
FIRST = ("loadBalancers", "listeners", "listenerRules", "services", "tasks", "schedules")


def _boxes(named: Iterable[tuple[str, str]]) -> tuple[Part, ...]:
    """Give a box for each object, once."""
    ranked = sorted(dict.fromkeys(named), key=lambda one: FIRST.index(one[0]) if one[0] in FIRST else len(FIRST))
    return tuple(Part(kind, name, _group(kind)) for kind, name in ranked)


def _group(kind: str) -> str:
    return GROUPS.get(kind, "workload" if kind in WORKLOADS else "other")


def _source(one: Carried) -> str:
    place = one.application.parts[0].origin.locate(()) if one.application.parts else None
    return place.file if place else ""


def share(one: Carried, platform: str, accounted: frozenset = frozenset()) -> Share:
    """Count the leaves that came along as they were, in another form, and not at all."""
    found = Counter(ways(one.law, platform, accounted).values())
    return Share(found["exact"], found["adapted"], found["lost"])


def _outputs(one: Carried, translation: Translation, veil: Veil) -> Iterator[OutputText]:
    """Give every object that the application became, in the order in which documents list them, with its links."""
    platform = translation.output.platform
    made: dict[tuple[str, str], list] = {}
    for kind, name, part in provenance.parts(one.output.tree, platform):
        made.setdefault((kind, name), []).append(part)
    order = list(rows.tables()["kinds"])
    for (kind, name), mine in sorted(made.items(), key=lambda entry: order.index(entry[0][0]) if entry[0][0] in order else 0):
        value = masked_object(mine[0].origin, veil).value
        text = dump_yaml([value]) if platform == KUBERNETES else dump_json(value)
        yield OutputText(f"{kind}/{name}", text, tuple(_links(one, mine, text, translation, kind)))


def _links(one: Carried, mine: list, text: str, translation: Translation, kind: str) -> Iterator[Link]:
    """Link the lines of an output to the lines of the input that they come from, each value with all of its lines."""
    from . import schema

    source = reader.load(text, kind)[0][0]
    linked: dict[int, tuple[int, Link]] = {}
    for link in provenance.links(one.law, translation.platform):
        inputs = tuple((field.file, field.line) for field in provenance.fields_of(link, one) if field.line)
        for part in mine:
            if link.path[: len(part.at)] == part.at:
                raw = schema.raw_path(part.platform, kind, mine[0].origin.value, part.path_of(link.path))
                for line in _lines(source, raw, _at(source.value, raw)) if raw else ():
                    if len(raw) > linked.get(line, (0, None))[0]:
                        linked[line] = len(raw), Link(line, inputs, link.code)
    yield from (link for _, (_, link) in sorted(linked.items(), key=lambda entry: entry[0]))


def _at(value: Any, path: tuple) -> Any:
    """Give what stands at a raw path, None where nothing does."""
    for key in path:
        if isinstance(value, dict) and key in value or isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def _lines(source: Source, path: tuple, value: Any) -> Iterator[int]:
    """Give the lines on which a value, and each value within it, begins."""
    place = source.locate(path)
    if place is not None:
        yield place.line
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _lines(source, (*path, key), inner)


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
