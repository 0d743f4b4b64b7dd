"""Findings by how grave they are."""

from __future__ import annotations

from collections.abc import Iterable

from translator.model import ERROR, INFO, WARNING, Finding


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
