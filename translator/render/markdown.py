"""A report <-> GitHub Flavored Markdown that fits a pull request comment."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from functools import cache

from translator.model import ERROR, INFO, WARNING, Finding
from translator.render.levels import is_whole_object, worst_first
from translator.render.report import VERDICTS, ApplicationReport, Report, Simulation, heading
from translator.render.summary import carried, total
from translator.render.words import LEVEL_WORDS, change, counted, place, plural, printable, reason, show

# GitHub refuses a longer comment body ("Body is too long (maximum is 65536 characters)").
COMMENT_LIMIT = 65_536
SHOWN_FIELDS = 5
TABLE_SHARE = 3

# A bar and a backslash are written as entities: within a table, GFM reads them before anything else.
_ESCAPES = {**{char: f"\\{char}" for char in "`*_{}[]<>~!&"}, "|": "&vert;", "\\": "&bsol;"}


def render_markdown(report: Report, limit: int = COMMENT_LIMIT) -> str:
    """Render a report as Markdown of at most `limit` characters, with a note on what was left out."""
    head = f"## {heading(report)}\n\n{prose(total(report))}\n\n"
    closing = "\n_{} left out here to fit a comment; the full report has them._\n"
    room = limit - len(head) - len(closing) - 200
    table = _table(report.applications, room // TABLE_SHARE if room > 0 else 0)
    blocks, left = _details(report, room - len(table))
    note = closing.format(prose(plural(left, "part"))) if left else ""
    return "".join([head, table, *blocks, note])[:limit]


def _table(applications: Sequence[ApplicationReport], room: int) -> str:
    """Set the applications in a table, as many as fit; the others are counted."""
    lines = (
        ["| Application | Verdict | Carried | Errors | Warnings | Notes |", "|---|---|---:|---:|---:|---:|"]
        if applications
        else []
    )
    for index, application in enumerate(applications):
        line = _table_row(application)
        if sum(map(len, lines)) + len(line) > room:
            lines += ["", f"_and {prose(plural(len(applications) - index, 'more application'))}_"]
            break
        lines.append(line)
    return "\n".join([*lines, ""]) if lines else ""


def _table_row(application: ApplicationReport) -> str:
    counts = application.counts
    numbers = [str(counts[level] or "") for level in (ERROR, WARNING, INFO)]
    name = f"{application.namespace}/{application.name}" if application.namespace else application.name
    cells = [cell_code(name), application.verdict, carried(application).strip(), *numbers]
    return f"| {' | '.join(cells)} |"


def _details(report: Report, room: int) -> tuple[list[str], int]:
    """Give the foldable parts that fit, the worst verdicts first, and count those that do not."""
    worst = sorted(report.applications, key=lambda application: -VERDICTS.index(application.verdict))
    parts = [*map(_application, worst), *([_rest(report.findings)] if report.findings else [])]
    kept: list[str] = []
    for title, blocks in parts:
        block = _fold(title, blocks, room - sum(map(len, kept)))
        if not block:
            break
        kept.append(block)
    return kept, len(parts) - len(kept)


def _fold(title: str, blocks: Iterable[str], room: int) -> str:
    """Fold blocks under a title, as many as fit in the room; "" when the title alone does not."""
    start, end, rest = (
        f"\n<details><summary>{title}</summary>\n",
        "\n</details>\n",
        "\n_The rest is in the full report._\n",
    )
    room -= len(start) + len(end) + len(rest)
    kept: list[str] = []
    for block in blocks:
        if (room := room - len(block) - 1) < 0:
            return "".join([start, *kept, rest, end]) if kept else ""
        kept.append(f"\n{block}")
    return "".join([start, *kept, end])


def _application(application: ApplicationReport) -> tuple[str, list[str]]:
    name = raw(application.name)
    told = ", ".join(filter(None, [application.verdict, counted(application.counts)]))
    return f"<b>{name}</b>: {told}", [
        *_findings(application.findings),
        *_steps(application),
        *map(_simulation, application.simulation),
    ]


def _rest(findings: Sequence[Finding]) -> tuple[str, list[str]]:
    return "<b>In no application</b>", list(_findings(findings))


def _findings(findings: Iterable[Finding]) -> Iterable[str]:
    for finding in worst_first(findings):
        yield "\n".join(_finding(finding)) + "\n"


def _finding(finding: Finding) -> Iterable[str]:
    where = next(filter(None, map(place, finding.fields)), "")
    about = " ".join(filter(None, [f"**{LEVEL_WORDS[finding.level]}**", code(where) if where else ""]))
    yield f"- {about}: {prose(finding.message)} ({code(finding.code)})"
    fields = () if is_whole_object(finding) else finding.fields
    for entry in fields[:SHOWN_FIELDS]:
        told = change(entry, 160, finding.level == INFO)
        yield f"  - {code(entry.path)}" + (f": {code(told)}" if told else "")
    if len(fields) > SHOWN_FIELDS:
        yield f"  - and {len(fields) - SHOWN_FIELDS} more"
    if finding.remedy:
        yield f"  - To do: {prose(finding.remedy)}"


def _steps(application: ApplicationReport) -> Iterable[str]:
    steps = [f"- [ ] {prose(step.text)} ({code(reason(step.findings))})" for step in application.checklist]
    if steps:
        yield "\n".join(["**To do by hand**", "", *steps]) + "\n"


def _simulation(simulation: Simulation) -> str:
    header = [prose(column.name) for column in simulation.columns]
    rows = [[prose(show(value)) for value in row] for row in simulation.rows]
    lines = [" | ".join(cells) for cells in [header, ["---:"] * len(header), *rows]]
    note = ["", prose(simulation.note)] if simulation.note else []
    return "\n".join([f"**{prose(simulation.title)}**", "", *(f"| {line} |" for line in lines), *note]) + "\n"


def code(text: str) -> str:
    """Set a text as code, in which nothing else of Markdown works, whatever backticks it holds."""
    text = printable(text) or " "
    runs = {len(run) for run in _backticks().findall(text)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


@cache
def _backticks() -> re.Pattern:
    return re.compile("`+")


def cell_code(text: str) -> str:
    """Set a text as code within a table, where a bar ends even code."""
    return (
        "<code>"
        + "".join(char if char.isalnum() or char in "-/" else f"&#{ord(char)};" for char in printable(text))
        + "</code>"
    )


def prose(text: str) -> str:
    """Escape a text for a paragraph or a cell: no markup, no HTML, no link, no mention, no reference to an issue."""
    text = printable(text).translate(str.maketrans(_ESCAPES))
    first, space, rest = text.partition(" ")
    if first.rstrip(".)").isdigit() or first in ("-", "+"):
        first = f"{first[:-1]}\\{first[-1]}" if first[-1] in ".)-+" else first
    return unlinked(first + space + rest)


def raw(text: str) -> str:
    """Escape a text for HTML within Markdown."""
    return unlinked(html.escape(printable(text), quote=False))


def unlinked(text: str) -> str:
    """Part what GitHub would turn into a link or a mention with a space of no width."""
    for mark in ("#", "@", "://", "www.", "GH-"):
        text = text.replace(mark, f"{mark[0]}&#8203;{mark[1:]}")
    return text
