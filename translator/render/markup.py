"""Text from manifests <-> HTML in which it can only be text."""

from __future__ import annotations

import html
from typing import Any

from translator.render.words import printable


def esc(text: Any, keep: str = "") -> str:
    """Escape a text for an element or a quoted attribute, with what does not show made visible."""
    return html.escape(printable(text, keep))


def svg_bar(parts: list[tuple[str, int]], label: str) -> str:
    """Draw counts as one bar of stacked pieces, each of its own class."""
    total = sum(count for _, count in parts) or 1
    pieces, at = [], 0.0
    for name, count in parts:
        width = 100 * count / total
        pieces.append(f'<rect class="{name}" x="{at:.4g}" width="{width:.4g}" height="8"/>' if count else "")
        at += width
    return (
        f'<svg class="bar" role="img" aria-label="{esc(label)}" viewBox="0 0 100 8" preserveAspectRatio="none">'
        f"{''.join(pieces)}</svg>"
    )
