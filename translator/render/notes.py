"""Findings <-> notes in the margin, each before the first line that it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from translator.model import ERROR, INFO, WARNING, Field, Finding
from translator.render.markup import esc
from translator.render.levels import is_whole_object, worst_first
from translator.render.words import LEVEL_WORDS, place, plural, show

SHOWN_FIELDS = 8
VALUE_LIMIT = 400

Lines = Mapping[tuple[str, int], str]


def placed(prefix: str, findings: Iterable[Finding], lines: Lines) -> tuple[list[str], dict[str, list[str]]]:
    """Set findings as notes: those of no line, and the others by the id of their line."""
    loose: list[str] = []
    fixed: dict[str, list[str]] = {}
    for index, finding in enumerate(worst_first(findings)):
        targets = _targets(finding, lines)
        (fixed.setdefault(targets[0], []) if targets else loose).append(note(f"{prefix}f{index}", finding, targets))
    return loose, fixed


def marks(findings: Iterable[Finding], lines: Lines) -> dict[str, str]:
    """Give the level that each line is marked with, the worst of those that speak of it."""
    found: dict[str, str] = {}
    for finding in worst_first(findings):
        for target in _targets(finding, lines):
            found.setdefault(target, finding.level)
    return found


def _targets(finding: Finding, lines: Lines) -> list[str]:
    """Give the ids of the lines that a finding speaks of."""
    known = (lines.get((entry.file, entry.line)) for entry in finding.fields)
    return list(dict.fromkeys(target for target in known if target))


def note(name: str, finding: Finding, targets: Sequence[str] = ()) -> str:
    """Set one finding; what is loud stands open."""
    unfolded = " open" if finding.level in (ERROR, WARNING) else ""
    further = f' data-l="{" ".join(targets)}"' if targets else ""
    return (
        f'<details class="note {finding.level}" id={name}{further}{unfolded}>'
        f"<summary><b class=level>{LEVEL_WORDS[finding.level]}</b> {esc(finding.message)}</summary>"
        f"{_fields(finding, targets)}{_remedy(finding)}"
        f"<p class=code><code>{esc(finding.code)}</code></p></details>"
    )


def _remedy(finding: Finding) -> str:
    return f"<p class=remedy><b>To do</b> {esc(finding.remedy)}</p>" if finding.remedy else ""


def _fields(finding: Finding, targets: Sequence[str]) -> str:
    entries = finding.fields
    if not entries:
        return ""
    if is_whole_object(finding):
        return f"<ul><li>{_place(entries[0], targets)}the whole object, {plural(len(entries), 'field')}</ul>"
    items = [
        f"<li>{_place(entry, targets)}<code>{esc(entry.path)}</code>{_change(entry, finding.level == INFO)}"
        for entry in entries[:SHOWN_FIELDS]
    ]
    more = len(entries) - SHOWN_FIELDS
    return f"<ul>{''.join(items)}{f'<li>and {more} more' if more > 0 else ''}</ul>"


def _place(entry: Field, targets: Sequence[str]) -> str:
    """Name a field's place, as a link where its line is shown."""
    where = place(entry)
    target = next((name for name in targets if name.endswith(f"-{entry.line}")), "")
    if not where:
        return ""
    return (
        f"<a href=#{target}>{esc(where)}</a> " if target and entry.file else f"<span class=place>{esc(where)}</span> "
    )


def _change(entry: Field, quiet: bool = False) -> str:
    if entry.was is None and entry.becomes is None:
        return ""
    if entry.was == entry.becomes or quiet and entry.becomes is None:
        return f"<span class=change><code>{esc(show(entry.was, VALUE_LIMIT))}</code></span>"
    was = "<em>nothing</em>" if entry.was is None else f"<del>{esc(show(entry.was, VALUE_LIMIT))}</del>"
    becomes = "<em>nothing</em>" if entry.becomes is None else f"<ins>{esc(show(entry.becomes, VALUE_LIMIT))}</ins>"
    return f"<span class=change>{was} <span aria-label=becomes role=img>→</span> {becomes}</span>"
