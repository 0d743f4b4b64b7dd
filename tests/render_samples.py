"""Reports written as plain data under fixtures/report/ <-> `Report`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import yaml

from translator.model import Field, Finding
from translator.render.report import (
    ApplicationReport,
    Column,
    Link,
    OutputText,
    Part,
    Report,
    Share,
    Simulation,
    SourceText,
)

FOLDER = Path(__file__).parent.parent / "fixtures" / "report"


def load(name: str) -> Report:
    """Load fixtures/report/NAME/report.yaml, with the texts beside it."""
    folder = FOLDER / name
    data = yaml.safe_load((folder / "report.yaml").read_text(encoding="utf-8"))
    data["applications"] = tuple(_application(entry, folder) for entry in data["applications"])
    data["findings"] = tuple(_finding(entry) for entry in data.get("findings", ()))
    return Report(**{**data, "sources": tuple(data.get("sources", ()))})


def _application(data: dict, folder: Path) -> ApplicationReport:
    return ApplicationReport(
        data["name"],
        data.get("namespace", ""),
        data.get("source", ""),
        tuple(replace(_finding(entry), application=data["name"]) for entry in data.get("findings", ())),
        Share(**data.get("share", {})),
        tuple(
            SourceText(entry["file"], (folder / "in" / entry["file"]).read_text(encoding="utf-8"))
            for entry in data.get("inputs", ())
        ),
        tuple(_output(entry, folder) for entry in data.get("outputs", ())),
        tuple(Part(*entry) for entry in data.get("before", ())),
        tuple(Part(*entry) for entry in data.get("after", ())),
        tuple(_simulation(entry) for entry in data.get("simulation", ())),
    )


def _finding(data: dict) -> Finding:
    return Finding(**{**data, "fields": tuple(Field(**entry) for entry in data.get("fields", ()))})


def _output(data: dict, folder: Path) -> OutputText:
    links = tuple(
        Link(line, tuple(tuple(place) for place in inputs), code) for line, inputs, code in data.get("links", ())
    )
    return OutputText(data["name"], (folder / "out" / data["name"]).read_text(encoding="utf-8"), links)


def _simulation(data: dict) -> Simulation:
    columns = tuple(Column(*entry) for entry in data["columns"])
    return Simulation(data["title"], columns, tuple(map(tuple, data["rows"])), data.get("note", ""))


def many(count: int) -> Report:
    """Repeat the applications of the shop until there are `count`, each under a name of its own."""
    shop = load("shop")
    copies = (shop.applications[index % len(shop.applications)] for index in range(count))
    return replace(
        shop, applications=tuple(replace(entry, name=f"{entry.name}-{index}") for index, entry in enumerate(copies))
    )
