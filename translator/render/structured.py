"""A report <-> JSON, as mappings/schemas/report.schema.json describes it."""

from __future__ import annotations

from collections.abc import Sequence

from translator.render.report import ApplicationReport, OutputText, Part, Report, Simulation
from translator.render.words import to_json

VERSION = 1


def render_json(report: Report) -> str:
    """Render a report as JSON."""
    return to_json(to_data(report)) + "\n"


def to_data(report: Report) -> dict:
    """Give a report as plain data; of the texts it names the files and lines alone."""
    return {
        "version": VERSION,
        "from": report.platform_from,
        "to": report.platform_to,
        "sources": list(report.sources),
        "counts": report.counts,
        "verdicts": report.verdicts,
        "applications": [_application(application) for application in report.applications],
        "findings": [finding.to_dict() for finding in report.findings],
    }


def _application(application: ApplicationReport) -> dict:
    share = application.share
    return {
        "name": application.name,
        "namespace": application.namespace,
        "source": application.source,
        "verdict": application.verdict,
        "counts": application.counts,
        "share": {**vars(share), "total": share.total, "percent": share.percent},
        "findings": [finding.to_dict() for finding in application.findings],
        "steps": list(application.manual_steps),
        "inputs": [{"file": entry.file, "line": entry.first_line} for entry in application.inputs],
        "outputs": [_output(entry) for entry in application.outputs],
        "before": _parts(application.before),
        "after": _parts(application.after),
        "simulation": [_simulation(entry) for entry in application.simulation],
    }


def _output(output: OutputText) -> dict:
    links = [
        {"line": link.line, "from": [{"file": file, "line": line} for file, line in link.inputs], "code": link.code}
        for link in output.links
    ]
    return {"name": output.name, "links": links}


def _parts(parts: Sequence[Part]) -> list[dict]:
    return [dict(vars(part)) for part in parts]


def _simulation(simulation: Simulation) -> dict:
    return {
        "title": simulation.title,
        "columns": [dict(vars(column)) for column in simulation.columns],
        "rows": [list(row) for row in simulation.rows],
        "note": simulation.note,
    }
