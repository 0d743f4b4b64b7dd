"""Applications of a report <-> one line each: text, CSV, JSON, JSON lines."""

from __future__ import annotations

from translator.model import ERROR, INFO, WARNING
from translator.render.report import ADAPTED, CANNOT, EXACTLY, LOSSES, ApplicationReport, Report
from translator.render.terminal import paint, table
from translator.render.words import counted, plural, printable, to_json

FORMATS = ("text", "csv", "json", "jsonl")
VERDICT_STYLES = {EXACTLY: "good", ADAPTED: "note", LOSSES: "warning", CANNOT: "error"}


def summary_rows(report: Report) -> list[dict]:
    """Give one row of plain data for each application, its columns in the order of the CSV."""
    return [_row(application) for application in report.applications]


def _row(application: ApplicationReport) -> dict:
    counts, share = application.counts, application.share
    return {
        "application": application.name,
        "namespace": application.namespace,
        "source": application.source,
        "verdict": application.verdict,
        "errors": counts[ERROR],
        "warnings": counts[WARNING],
        "notes": counts[INFO],
        "exact": share.exact,
        "adapted": share.adapted,
        "lost": share.lost,
        "total": share.total,
        "steps": len(application.manual_steps),
    }


def render_summary(report: Report, format: str = "text", color: bool = False) -> str:
    """Render one line per application in one of FORMATS."""
    return {"text": _text, "csv": _csv, "json": _json, "jsonl": _lines}[format](report, color)


def _text(report: Report, color: bool) -> str:
    lines = summary_lines(report, color)
    return "\n".join([*lines, *([""] if lines else []), total(report)]) + "\n"


def summary_lines(report: Report, color: bool = False) -> list[str]:
    """Give a line for each application: name, verdict, what was found, what is carried."""
    lines = table([_cells(application, report) for application in report.applications])
    return [_painted(line, application.verdict, color) for line, application in zip(lines, report.applications)]


def _cells(application: ApplicationReport, report: Report) -> list[str]:
    return [_name(application, report), application.verdict, carried(application), counted(application.counts)]


def _name(application: ApplicationReport, report: Report) -> str:
    """Name an application, with its namespace where the report spans several."""
    several = len({entry.namespace for entry in report.applications}) > 1
    return printable(
        f"{application.namespace}/{application.name}" if several and application.namespace else application.name
    )


def _painted(line: str, verdict: str, color: bool) -> str:
    """Colour the verdict within a line; it is the first one after the name's column."""
    at = line.find(f"  {verdict}") + 2
    return line[:at] + paint(verdict, VERDICT_STYLES[verdict], color) + line[at + len(verdict) :]


def carried(application: ApplicationReport) -> str:
    """Say how much of an application is carried: `97% of 42 fields`."""
    share = application.share
    return f"{share.percent:3d}% of {plural(share.total, 'field')}" if share.total else ""


def total(report: Report) -> str:
    """Count the applications by verdict in one sentence."""
    if not report.applications:
        return "No application found."
    reached = [f"{count} {name}" for name, count in report.verdicts.items() if count]
    return f"{plural(len(report.applications), 'application')}: {', '.join(reached)}."


def _csv(report: Report, color: bool) -> str:
    import csv
    import io

    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_row(ApplicationReport("")))
    rows.writerows([_cell(value) for value in row.values()] for row in summary_rows(report))
    return out.getvalue()


def _cell(value: object) -> object:
    """Keep a spreadsheet from running a name as a formula (OWASP, CSV injection)."""
    text = printable(value) if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(("=", "+", "-", "@")) else text


def _json(report: Report, color: bool) -> str:
    return to_json(summary_rows(report)) + "\n"


def _lines(report: Report, color: bool) -> str:
    return "".join(to_json(row, indent=None) + "\n" for row in summary_rows(report))
