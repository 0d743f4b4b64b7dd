"""A report <-> plain text: a line for each application first, then the detail."""

from __future__ import annotations

from collections.abc import Iterable

from translator.render.findings import NARROWEST, finding_list, render_findings
from translator.render.report import ApplicationReport, Report, Simulation, Step, heading
from translator.render.summary import VERDICT_STYLES, render_summary
from translator.render.terminal import fill, paint, table, words
from translator.render.words import counted, plural, printable, reason, show

__all__ = ["render_findings", "render_text"]


def render_text(report: Report, color: bool = False, width: int = 80) -> str:
    """Render the whole report as text, with colours and no wider than asked."""
    width = max(width, NARROWEST)
    parts = [_title(report, color), render_summary(report, "text", color)]
    parts += [_application(application, width, color) for application in report.applications]
    if report.findings:
        parts.append(_section("In no application", finding_list(report.findings, width, color), color))
    return "\n".join(parts)


def _title(report: Report, color: bool) -> str:
    source = f", from {printable(' '.join(report.sources))}" if report.sources else ""
    return paint(heading(report) + source, "bold", color) + "\n"


def _section(title: str, body: str, color: bool) -> str:
    return f"{paint(title, 'bold', color)}\n{body}\n"


def _application(application: ApplicationReport, width: int, color: bool) -> str:
    parts = [_headline(application, color), *_share(application)]
    if application.findings:
        parts += ["", finding_list(application.findings, width, color)]
    if application.checklist:
        parts += ["", "  To do by hand", *_steps(application.checklist, width, color)]
    for simulation in application.simulation:
        parts += ["", *_simulation(simulation, width)]
    return "\n".join(parts) + "\n"


def _headline(application: ApplicationReport, color: bool) -> str:
    about = [f"namespace {application.namespace}" if application.namespace else "", application.source]
    told = ", ".join(printable(entry) for entry in about if entry)
    verdict = paint(application.verdict, VERDICT_STYLES[application.verdict], color)
    return f"{paint(printable(application.name), 'bold', color)}{f' ({told})' if told else ''}: {verdict}"


def _share(application: ApplicationReport) -> Iterable[str]:
    share, counts = application.share, counted(application.counts)
    if share.total:
        ways = [f"{share.exact} exactly", f"{share.adapted} adapted", f"{share.lost} lost"]
        yield f"  {plural(share.total, 'field')}: {', '.join(ways)}"
    if counts:
        yield f"  {counts}"


def _steps(steps: Iterable[Step], width: int, color: bool) -> list[str]:
    """Set the remedies as a checklist, each with the finding that asks for it."""
    return [
        line
        for step in steps
        for line in fill(
            [*words(printable(step.text)), *words(f"({reason(step.findings)})", "dim")], width, "  [ ] ", "      ", color
        )
    ]


def _simulation(simulation: Simulation, width: int) -> list[str]:
    header = [printable(column.name) for column in simulation.columns]
    body = [[show(value) for value in row] for row in simulation.rows]
    note = fill(words(printable(simulation.note)), width, "  ", "  ")
    return [
        f"  {printable(simulation.title)}",
        *(f"    {line}" for line in table([header, *body], range(1, len(header)))),
        *note,
    ]
