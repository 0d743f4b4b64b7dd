"""A report <-> text, JSON, Markdown, HTML or SARIF; each format is loaded only when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from translator.render.report import Report

FORMATS = ("text", "json", "markdown", "html", "sarif")
ENDINGS = {".txt": "text", ".json": "json", ".md": "markdown", ".html": "html", ".sarif": "sarif"}


def render(report: Report, format: str, **options: Any) -> str:
    """Render a report in one of FORMATS; the options are those of the format's own function."""
    from importlib import import_module

    module = {"json": "structured"}.get(format, format)
    return getattr(import_module(f"translator.render.{module}"), f"render_{format}")(report, **options)
