"""Writes docs/*.md from the tables: a page a table, generated whole. `--check` says which are stale."""
from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from translator import rows  # noqa: E402
from translator.model import ECS, KUBERNETES  # noqa: E402


def pages() -> dict[str, str]:
    """Give {file name: text} for every table that says something, and an index."""
    made = {}
    for name, table in rows.tables().items():
        if name not in rows.NOT_TABLES:
            made[f"{name}.md"] = page(name, table)
    made["environment.md"] = environment()
    made["README.md"] = index(made)
    return made


def index(made: dict[str, str]) -> str:
    """Write the index of all pages."""
    lines = [
        "# What transfers, and how",
        "",
        "Generated from `mappings/` by `make docs`: a page a table, an entry a row.",
        "",
    ]
    lines += [f"- [{name.removesuffix('.md')}]({name})" for name in sorted(made)]
    return "\n".join(lines) + "\n"


def page(name: str, table: dict) -> str:
    """Write one table's page."""
    lines = [f"# {name}", ""]
    by_code = {row.code: row for row in rows.rows()}
    for scope, entries in table.items():
        for code, cells in entries.items():
            row = by_code.get(f"{name}.{code}")
            lines += [f'<a id="{code}"></a>', f"## {name}.{code}", ""]
            lines += _message(cells) if row is None else _row(row)
            lines += ["", *_sources(cells), ""]
    return "\n".join(lines).rstrip() + "\n"


def _message(cells: dict) -> list[str]:
    return [
        f"Level {cells['level']}.",
        "",
        escaped(cells["note"]),
        *(["", escaped(cells["remedy"])] if cells.get("remedy") else []),
    ]


def _row(row: rows.Row) -> list[str]:
    lines = ["| | Kubernetes | ECS |", "|---|---|---|"]
    paths = [
        ", ".join(f"`{'.'.join(arg.path) or '(the whole entry)'}`" for arg in row.side(side) if not arg.from_top)
        or "nothing of the kind"
        for side in (KUBERNETES, ECS)
    ]
    lines.append(f"| fields (scope `{row.scope}`) | {paths[0]} | {paths[1]} |")
    lines.append(f"| from here | {row.fidelity(KUBERNETES)} | {row.fidelity(ECS)} |")
    for cell in ("note", "remedy"):
        said = list(dict.fromkeys(text for text in (row.said(cell, KUBERNETES), row.said(cell, ECS)) if text))
        lines += [line for text in said for line in ("", escaped(text))]
    if row.cells.get("values"):
        lines += [
            "",
            "Values: " + ", ".join(f"`{key}` = `{value}`" for key, value in row.cells["values"].items()) + ".",
        ]
    return lines


def _sources(cells: dict) -> list[str]:
    known = rows.tables()["sources"]
    return (
        ["Sources: " + ", ".join(f"[{key}]({known[key]})" for key in cells.get("sources", ())) + "."]
        if cells.get("sources")
        else []
    )


def environment() -> str:
    """Write the page of the environment document."""
    lines = ["# The environment document", "", "What neither manifest can say. Every key is optional.", ""]
    for side, keys in rows.tables()["environment"].items():
        lines += [f"## {side}", "", "| key | default | what it says |", "|---|---|---|"]
        for key, cells in keys.items():
            default = f"`{cells['default']}`" if cells.get("default") is not None else ""
            values = (
                " One of " + ", ".join(f"`{value}`" for value in cells["values"]) + "." if cells.get("values") else ""
            )
            lines.append(f"| `{key}` | {default} | {escaped(cells['note'])}{values} |")
        lines.append("")
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Keep what Markdown would read as markup."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def stale() -> list[str]:
    """Give the pages that are not as the tables say, and those of tables that are gone."""
    made = pages()
    wrong = [
        name
        for name, text in made.items()
        if not (HERE / name).is_file() or (HERE / name).read_text(encoding="utf-8") != text
    ]
    return sorted(wrong) + sorted(
        file.name for file in HERE.glob("*.md") if file.name not in made and file.name not in KEPT
    )


# Pages that people write.
KEPT = ("fuzzing.md", "mutation.md", "benchmarks.md", "bounds.md", "live.md", "scale.md", "simulation.md")


def main() -> int:
    """Write every page, or only say which are stale."""
    if "--check" in sys.argv:
        print("\n".join(stale()) or "docs are fresh")
        return 1 if stale() else 0
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
