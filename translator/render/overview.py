"""The applications of a report <-> the table that leads to each of them, and what is shown of a verdict everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from translator.model import ERROR, INFO, WARNING
from translator.render.markup import esc, svg_bar
from translator.render.report import ADAPTED, CANNOT, EXACTLY, LOSSES, ApplicationReport, Report, Share
from translator.render.summary import total
from translator.render.words import plural

VERDICT_CLASSES = {EXACTLY: "exact", ADAPTED: "adapted", LOSSES: "losses", CANNOT: "cannot"}
HEADS = ("Application", "Namespace", "Verdict", "Carried", "Errors", "Warnings", "Notes", "By hand")


def tiles(report: Report) -> str:
    """Show how many applications reached each verdict."""
    items = (f'<li class="{VERDICT_CLASSES[name]}"><b>{count}</b> {name}' for name, count in report.verdicts.items())
    return f"<ul class=tiles>{''.join(items)}</ul>"


def whole(applications: Iterable[ApplicationReport]) -> str:
    """Show how much of everything is carried."""
    shares = [application.share for application in applications]
    share = Share(*(sum(getattr(entry, way) for entry in shares) for way in ("exact", "adapted", "lost")))
    if not share.total:
        return ""
    ways = f"{share.exact:,} carried exactly, {share.adapted:,} adapted, {share.lost:,} lost"
    return f"<div class=whole>{share_bar(share)}<p>{plural(share.total, 'field')}: {ways}</p></div>"


def share_bar(share: Share) -> str:
    """Draw what is carried exactly, adapted and lost."""
    label = f"{share.exact} exactly, {share.adapted} adapted, {share.lost} lost"
    return svg_bar([("exact", share.exact), ("adapted", share.adapted), ("losses", share.lost)], label)


def verdict_badge(application: ApplicationReport) -> str:
    """Show the verdict as a badge."""
    return f'<span class="verdict {VERDICT_CLASSES[application.verdict]}">{application.verdict}</span>'


def overview(report: Report) -> str:
    """Set one row for each application."""
    if not report.applications:
        return f"<p>{esc(total(report))}</p>"
    heads = "".join(f"<th scope=col>{name}" for name in HEADS)
    rows = "".join(_row(index, entry) for index, entry in enumerate(report.applications))
    return (
        "<section><h2 id=overview>Applications</h2>"
        "<div class=scroll tabindex=0 role=group aria-labelledby=overview>"
        f"<table class=overview><thead><tr>{heads}</thead><tbody>{rows}</tbody></table></div></section>"
    )


def _row(index: int, application: ApplicationReport) -> str:
    counts, share = application.counts, application.share
    numbers = [counts[ERROR], counts[WARNING], counts[INFO], len(application.manual_steps)]
    carried = f"{share_bar(share)} {share.percent}%" if share.total else ""
    cells = [
        f"<th scope=row><a href=#a{index}><bdi>{esc(application.name)}</bdi></a>",
        f"<td><bdi>{esc(application.namespace)}</bdi>",
        f"<td>{verdict_badge(application)}",
        f"<td class=carried>{carried}",
        *(f"<td class=n>{number or '·'}" for number in numbers),
    ]
    return f"<tr data-a=a{index}>{''.join(cells)}"
