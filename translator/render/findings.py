"""Findings <-> what a terminal shows: by application, worst first, the place in front so that it can be clicked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from translator.model import INFO, Field, Finding
from translator.render.levels import count_levels, is_whole_object, worst_first
from translator.render.terminal import Word, columns, fill, paint, words
from translator.render.words import LEVEL_WORDS, change, counted, place, plural, printable

SHOWN_FIELDS = 3
NARROWEST = 40


def render_findings(findings: Sequence[Finding], color: bool = False, width: int = 80, verbose: bool = False) -> str:
    """Show findings as `convert` prints them: notes are only counted unless asked for; "" when there are none."""
    shown = (block for _, block in blocks(findings, color, width, verbose))
    applications = len({finding.application for finding in findings if finding.application})
    return "".join([*shown, closing(count_levels(findings), applications, width, verbose, color)])


def blocks(findings: Iterable[Finding], color: bool, width: int, verbose: bool) -> Iterable[tuple[str, str]]:
    """Give each application's name, and its findings as they are shown."""
    shown = [finding for finding in findings if verbose or finding.level != INFO]
    for name, group in _by_application(shown):
        yield name, f"{_group(name, list(group), max(width, NARROWEST), color)}\n\n"


def _by_application(findings: Iterable[Finding]) -> Iterable[tuple[str, Iterable[Finding]]]:
    """Group findings; those of no application come last."""
    ordered = sorted(findings, key=lambda finding: (not finding.application, finding.application))
    return groupby(ordered, key=lambda finding: finding.application)


def _group(name: str, findings: list[Finding], width: int, color: bool) -> str:
    title = paint(printable(name or "No application"), "bold", color)
    return "\n".join([title, finding_list(findings, width, color)])


def finding_list(findings: Iterable[Finding], width: int, color: bool, indent: str = "  ") -> str:
    """Show findings one below the other, worst first."""
    return "\n".join(line for finding in worst_first(findings) for line in finding_lines(finding, width, color, indent))


def finding_lines(finding: Finding, width: int, color: bool, indent: str = "  ") -> list[str]:
    """Show one finding: place, level, message and code; its fields; what to do."""
    deeper = indent + "    "
    return [
        *fill(_sentence(finding), width, indent, deeper, color),
        *_fields(finding, width, color, deeper),
        *(fill(_remedy(finding), width, deeper, deeper + "  ", color) if finding.remedy else ()),
    ]


def _sentence(finding: Finding) -> list[Word]:
    level = LEVEL_WORDS[finding.level]
    where = next(filter(None, map(place, finding.fields)), "")
    return [
        *([(where, "bold")] if where else []),
        (f"{level}:", level),
        *words(printable(finding.message)),
        (f"[{printable(finding.code)}]", "dim"),
    ]


def _remedy(finding: Finding) -> list[Word]:
    return [("To do:", "action"), *words(printable(finding.remedy))]


def _fields(finding: Finding, width: int, color: bool, indent: str) -> list[str]:
    """Show the first fields, and say how many more there are."""
    entries, quiet = () if is_whole_object(finding) else finding.fields, finding.level == INFO
    lines = [
        indent + line
        for entry in entries[:SHOWN_FIELDS]
        for line in _field(entry, entries, width - columns(indent), quiet)
    ]
    more = len(entries) - SHOWN_FIELDS
    return [*lines, *([indent + paint(f"and {more} more", "dim", color)] if more > 0 else [])]


def _field(entry: Field, entries: Sequence[Field], width: int, quiet: bool) -> list[str]:
    """Show one field: its line where that is not the first one's, its path, what it was and becomes."""
    name = " ".join(filter(None, [_other_place(entry, entries[0]), printable(entry.path)]))
    if entry.was is None and entry.becomes is None:
        return [] if len(entries) == 1 and place(entry) else [name]
    line = f"{name}: {change(entry, quiet=quiet)}"
    return [line] if columns(line) <= width else [f"{name}:", f"  {change(entry, width - 2, quiet)}"]


def _other_place(entry: Field, first: Field) -> str:
    """Name the place of a further field, the line alone within the file that was named already."""
    if entry is first or place(entry) == place(first):
        return ""
    return f"line {entry.line}" if entry.file and entry.file == first.file and entry.line else place(entry)


def closing(levels: Mapping[str, int], applications: int, width: int, verbose: bool, color: bool) -> str:
    """Count everything in one sentence or two."""
    sentences = filter(None, [_loud(levels, applications, verbose), "" if verbose else _quiet(levels[INFO])])
    told = "".join(f"{sentence}. " for sentence in sentences)
    return "".join(f"{line}\n" for line in fill(words(told, "bold"), max(width, NARROWEST), color=color))


def _loud(levels: Mapping[str, int], applications: int, verbose: bool) -> str:
    counts = {level: count for level, count in levels.items() if verbose or level != INFO}
    told = f" in {plural(applications, 'application')}" if applications > 1 and any(counts.values()) else ""
    return counted(counts) + told


def _quiet(notes: int) -> str:
    return f"{plural(notes, LEVEL_WORDS[INFO])}; -v shows {'it' if notes == 1 else 'them'}" if notes else ""
