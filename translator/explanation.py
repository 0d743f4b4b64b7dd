"""A code or a field's name -> the page about it: what happens, why, examples, sources."""
from __future__ import annotations

import difflib

from . import rows
from .model import ECS, KUBERNETES, TranslatorError
from .rows import Row


def explain(name: str) -> str:
    """Give the row behind a finding's code, or every row about a field such as `livenessProbe`.

    Raises TranslatorError, with the nearest names, where nothing is known under the name.
    """
    by_code = {row.code: row for row in rows.rows()}
    if name in by_code:
        return page(by_code[name])
    if name in rows.messages():
        return message_page(name, rows.messages()[name])
    found = [row for row in rows.rows() if any(name in arg.path for arg in row.k8s + row.ecs)]
    if not found:
        near = difflib.get_close_matches(name, [*by_code, *rows.messages()], 3, 0.5)
        raise TranslatorError(
            f"nothing is known about `{name}`" + (f"; did you mean {' or '.join(near)}?" if near else "")
        )
    return "\n\n".join(page(row) for row in found)


def codes() -> list[str]:
    """Give every code there is."""
    return sorted([*(row.code for row in rows.rows()), *rows.messages()])


def page(row: Row) -> str:
    """Write what a row says."""
    lines = [row.code, "=" * len(row.code), ""]
    for title, platform in (("Kubernetes", KUBERNETES), ("ECS", ECS)):
        paths = [".".join(arg.path) or "(the whole entry)" for arg in row.side(platform) if not arg.from_top]
        lines.append(f"{title:<11} {', '.join(paths) if paths else 'nothing of the kind'}")
    lines += [f"Scope       {row.scope}", f"To ECS      {row.fidelity(KUBERNETES)}", f"To k8s      {row.fidelity(ECS)}"]
    for cell in ("note", "remedy"):
        said = list(dict.fromkeys(text for text in (row.said(cell, KUBERNETES), row.said(cell, ECS)) if text))
        lines += [f"\n{text}" for text in said]
    if row.cells.get("values"):
        lines.append("\nValues: " + ", ".join(f"{key} = {value}" for key, value in row.cells["values"].items()))
    lines += [
        f"\nExample: Kubernetes {one.get('k8s')!r}, ECS {one.get('ecs')!r}" for one in row.cells.get("example", ())
    ]
    return "\n".join(lines + _sources(row.cells))


def message_page(code: str, cells: dict) -> str:
    """Write what a code that only speaks says."""
    remedy = ["", cells["remedy"]] if cells.get("remedy") else []
    return "\n".join(
        [code, "=" * len(code), "", f"Level       {cells['level']}", "", cells["note"], *remedy, *_sources(cells)]
    )


def _sources(cells: dict) -> list[str]:
    known = rows.tables()["sources"]
    return ["", *(f"Source: {known[key]}" for key in cells.get("sources", ()))]
