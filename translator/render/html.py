"""A report <-> one HTML file that needs nothing else: no request, no script to be read, and nothing in it can run.

The script and the style sheet stand in the page and are named by their hashes in its Content-Security-Policy, so a
browser runs those two texts and no other: not one that a manifest smuggled in, were an escape ever forgotten.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from translator.model import ERROR, INFO, WARNING
from translator.render.markup import esc
from translator.render.notes import note
from translator.render.overview import overview, share_bar, tiles, verdict_badge, whole
from translator.render.levels import worst_first
from translator.render.report import ApplicationReport, Report, heading
from translator.render.section import section
from translator.render.summary import total
from translator.render.words import LEVEL_WORDS, plural

# Up to this many applications stand unfolded.
UNFOLDED = 3


def render_html(report: Report) -> str:
    """Render a report as one page."""
    main = [_toolbar(report), overview(report), *_sections(report), _rest(report)]
    body = "\n".join([_header(report), "<main>", *filter(None, main), "</main>"])
    return (
        f"<!doctype html>\n<html lang=en>\n<head>\n{_head(report)}\n</head>\n<body>\n{body}\n"
        f"<script>{_asset('report.js')}</script>\n</body>\n</html>\n"
    )


def _head(report: Report) -> str:
    return "\n".join([
        "<meta charset=utf-8>",
        f'<meta http-equiv=Content-Security-Policy content="{_policy()}">',
        '<meta name=viewport content="width=device-width, initial-scale=1">',
        '<meta name=color-scheme content="light dark">',
        "<meta name=referrer content=no-referrer>",
        # Without an icon of its own, a page from a server makes the browser ask for /favicon.ico.
        '<link rel=icon href="data:,">',
        f"<title>{esc(heading(report))}: {esc(total(report))}</title>",
        f"<style>{_asset('report.css')}</style>",
    ])


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """Allow the page's own script and style by their hashes, and nothing else."""
    own = {"script-src": "report.js", "style-src": "report.css"}
    hashes = [f"{directive} '{_hash(_asset(name))}'" for directive, name in own.items()]
    closed = ["base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"]
    return "; ".join(["default-src 'none'", *hashes, "img-src data:", *closed])


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _header(report: Report) -> str:
    sources = ", ".join(f"<code>{esc(source)}</code>" for source in report.sources)
    told = f"<p class=sources>From {sources}</p>" if sources else ""
    return f"<header><h1>{esc(heading(report))}</h1>{told}{tiles(report)}{whole(report.applications)}</header>"


def _toolbar(report: Report) -> str:
    """Set the filters; those by level need no script, the others appear with it."""
    boxes = "".join(
        f"<label class={level}><input type=checkbox id=show-{level} checked> {word.capitalize()}s"
        f" <small>{report.counts[level]}</small></label>"
        for level, word in LEVEL_WORDS.items()
    )
    choices = "".join(f"<option value=a{index}>{esc(entry.name)}" for index, entry in enumerate(report.applications))
    return (
        f"<div class=toolbar role=search aria-label=Filters><fieldset><legend>Show</legend>{boxes}</fieldset>"
        f"<span class=scripted hidden><label>Application <select id=only><option value=''>All{choices}</select></label>"
        "<label>Text <input type=search id=text placeholder='in findings and names'"
        " autocomplete=off spellcheck=false aria-keyshortcuts=/></label>"
        "<button type=button id=unfold>Unfold all</button><button type=button id=fold>Fold all</button></span>"
        "<p role=status id=status></p></div>"
    )


def _sections(report: Report) -> Iterable[str]:
    unfolded = " open" if len(report.applications) <= UNFOLDED else ""
    for index, application in enumerate(report.applications):
        inside = section(f"a{index}", application, report.platform_from, report.platform_to)
        yield f"<details class=app id=a{index}{unfolded}><summary>{_summary(application)}</summary>\n{inside}</details>"


def _summary(application: ApplicationReport) -> str:
    counts, share = application.counts, application.share
    namespace = f"namespace {application.namespace}" if application.namespace else ""
    about = " · ".join(filter(None, [namespace, application.source]))
    levels = (
        f"<span class={level}>{plural(counts[level], LEVEL_WORDS[level])}</span>"
        for level in (ERROR, WARNING, INFO)
        if counts[level]
    )
    carried = f"<span class=carried>{share_bar(share)} {share.percent}% carried</span>" if share.total else ""
    return (
        f"<h2><bdi>{esc(application.name)}</bdi></h2><span class=about><bdi>{esc(about)}</bdi></span>"
        f"{verdict_badge(application)}<span class=counts>{''.join(levels)}</span>{carried}"
    )


def _rest(report: Report) -> str:
    if not report.findings:
        return ""
    notes = "".join(note(f"rest-{index}", finding) for index, finding in enumerate(worst_first(report.findings)))
    return f"<section class=rest id=rest><h2>In no application</h2><div class=list>{notes}</div></section>"
