"""One source <-> one row for each of its applications, or the reason why there is none."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..model import Finding, TranslatorError
from .sources import digest

# A row without an application says in `error` why a source, or what stands in it, was not read.
COLUMNS: dict[str, Any] = {
    "source": "", "application": "", "namespace": "", "file": "", "verdict": "", "errors": 0, "warnings": 0, "notes": 0, "exact": 0,
    "adapted": 0, "lost": 0, "total": 0, "steps": 0, "codes": "", "error": "",
}
UNREAD = "cannot be read"


@dataclass(frozen=True)
class Outcome:
    """What one source came to."""

    source: str
    digest: str
    rows: tuple[dict[str, Any], ...] = field(default=())
    error: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {"source": self.source, "digest": self.digest, "rows": list(self.rows), "error": self.error}


def summary_of(source: str, environment: str | None, about: str, known: str = "") -> Outcome | None:
    """Summarize a source; None where it is what it was when its digest was `known`. Raises nothing that a source can cause."""
    try:
        now = digest(source, about)
        if known and now == known:
            return None
        return Outcome(source, now, tuple(_rows(source, environment)))
    except TranslatorError as error:
        return failed(source, str(error))
    except Exception as error:  # a mistake of ours must not cost the other sources their rows
        return failed(source, f"{source}: {type(error).__name__} {error}; please report this")


def failed(source: str, error: str) -> Outcome:
    """Give the outcome of a source that cannot be read: it has no digest, so it will be tried again."""
    row = {**COLUMNS, "source": source, "verdict": UNREAD, "errors": 1, "error": " ".join(error.split())}
    return Outcome(source, "", (row,), row["error"])


def _rows(source: str, environment: str | None) -> list[dict[str, Any]]:
    from .. import conversion, reporting
    from ..render.summary import summary_rows

    done = conversion.convert((source,), None, environment)
    whole = reporting.build(done.document, done.translation, (source,), veil=done.veil)
    rows = [_row(source, row, one.findings) for row, one in zip(summary_rows(whole), whole.applications, strict=True)]
    return rows + _outside(source, whole.findings)


def _row(source: str, row: dict[str, Any], findings: tuple[Finding, ...]) -> dict[str, Any]:
    return {**COLUMNS, **row, "source": source, "file": row["source"], "codes": _codes(findings)}


def _outside(source: str, findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Give a row for what is said of no application, files that were left out among it."""
    if not findings:
        return []
    levels = [one.level for one in findings]
    unread = [one.message for one in findings if one.code == "reading.not-readable"]
    counts = {"errors": levels.count("error"), "warnings": levels.count("warning"), "notes": levels.count("info")}
    return [{**COLUMNS, "source": source, **counts, "codes": _codes(findings), "error": " ".join(unread)}]


def _codes(findings: tuple[Finding, ...]) -> str:
    return " ".join(sorted({one.code for one in findings}))


def summaries(sources: list[str], environment: str | None, about: str, known: dict[str, str]) -> list[Outcome | None]:
    """Summarize several sources: one task of an executor."""
    return [summary_of(one, environment, about, known.get(one, "")) for one in sources]

