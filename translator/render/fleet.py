"""Rows of a fleet, one an application <-> text, CSV, JSON, JSON lines, Parquet."""
from __future__ import annotations

import importlib
import io
from typing import Any, Sequence

from translator.model import ERROR, INFO, WARNING, TranslatorError
from translator.render.report import VERDICTS
from translator.render.summary import VERDICT_STYLES, _cell
from translator.render.terminal import paint, table
from translator.render.words import counted, plural, printable, to_json

Rows = Sequence[dict[str, Any]]


def render_fleet(rows: Rows, format: str, color: bool = False) -> str | bytes:
    """Render rows, which all have the same columns."""
    return {"text": _text, "csv": _csv, "json": _json, "jsonl": _lines, "parquet": _parquet}[format](rows, color)


def _text(rows: Rows, color: bool) -> str:
    lines = table([_cells(row) for row in rows]) if rows else []
    painted = [_painted(line, row["verdict"], color) for line, row in zip(lines, rows)]
    return "\n".join([*painted, *([""] if lines else []), total(rows)]) + "\n"


def _cells(row: dict[str, Any]) -> list[str]:
    name = "/".join(filter(None, (row["namespace"], row["application"])))
    counts = {ERROR: row["errors"], WARNING: row["warnings"], INFO: row["notes"]}
    kept = row["exact"] + row["adapted"]
    carried = f"{100 * kept // row['total']:3d}% of {plural(row['total'], 'field')}" if row["total"] else ""
    return [printable(row["source"]), printable(name), row["verdict"], carried, printable(row["error"]) or counted(counts)]


def _painted(line: str, verdict: str, color: bool) -> str:
    return line.replace(f"  {verdict}", f"  {paint(verdict, VERDICT_STYLES.get(verdict, 'error'), color)}", 1) if verdict else line


def total(rows: Rows) -> str:
    """Count sources and applications in one sentence."""
    applications = [row for row in rows if row["application"]]
    unread = sum(not row["application"] and bool(row["verdict"]) for row in rows)
    reached = {name: sum(row["verdict"] == name for row in applications) for name in VERDICTS}
    told = ", ".join(f"{count} {name}" for name, count in reached.items() if count)
    said = f"{plural(len(applications), 'application')} of {plural(len({row['source'] for row in rows}), 'source')}"
    return f"{said}{': ' if told else ''}{told}." + (f" {plural(unread, 'source')} cannot be read." if unread else "")


def _csv(rows: Rows, color: bool) -> str:
    import csv

    from translator.fleet.outcome import COLUMNS

    out = io.StringIO()
    made = csv.writer(out, lineterminator="\n")
    made.writerow(COLUMNS)
    made.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return out.getvalue()


def _json(rows: Rows, color: bool) -> str:
    return to_json(list(rows)) + "\n"


def _lines(rows: Rows, color: bool) -> str:
    return "".join(to_json(row, indent=None) + "\n" for row in rows)


def _parquet(rows: Rows, color: bool) -> bytes:
    """Write Parquet, so that a fleet of any size can be asked questions in SQL; codes are a list."""
    try:
        arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise TranslatorError("Parquet needs pyarrow: pip install 'k8s-ecs-translator[parquet]'") from error
    from translator.fleet.outcome import COLUMNS

    kinds = {name: arrow.int64() if isinstance(value, int) else arrow.string() for name, value in COLUMNS.items()}
    schema = arrow.schema(list({**kinds, "codes": arrow.list_(arrow.string())}.items()))
    plain = [{**row, "codes": row["codes"].split()} for row in rows]
    out = io.BytesIO()
    parquet.write_table(arrow.Table.from_pylist(plain, schema), out)
    return out.getvalue()
