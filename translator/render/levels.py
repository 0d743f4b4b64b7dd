"""Findings by how grave they are, and by what they are about."""

from __future__ import annotations

from collections.abc import Iterable

from translator.model import ERROR, INFO, WARNING, Field, Finding


def count_levels(findings: Iterable[Finding]) -> dict[str, int]:
    """Count findings by level, worst first."""
    levels = [finding.level for finding in findings]
    return {level: levels.count(level) for level in (ERROR, WARNING, INFO)}


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings by level, then by where they stand."""
    rank = {ERROR: 0, WARNING: 1, INFO: 2}
    return sorted(
        findings, key=lambda finding: (rank[finding.level], place_of(finding) is None, place_of(finding) or ())
    )


def place_of(finding: Finding) -> tuple[str, int] | None:
    """Give the file and line of the first field that has them."""
    return next(((entry.file, entry.line) for entry in finding.fields if entry.file), None)


def is_gone(entry: Field) -> bool:
    """Tell whether a field was there and has nothing on the other side."""
    return entry.was is not None and entry.becomes is None


def is_whole_object(finding: Finding) -> bool:
    """Tell whether a finding's fields are all that an object says: they need not be listed, the object is named."""
    fields = finding.fields
    paths = {entry.path for entry in fields}
    return (
        len(fields) > 1
        and fields[0].object != ""
        and len({entry.object for entry in fields}) == 1
        and (not finding.application or {"apiVersion", "kind"} <= paths)
        and all(map(is_gone, fields))
    )
