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


# Names as no manifest should have them: markup, scripts, formulas, mentions, escapes, reversed and invisible text.
HOSTILE = (
    "</script><script>window.ran = 1</script>",
    '"><img src=x onerror=window.ran=1>',
    "' onmouseover='window.ran=1",
    "javascript:window.ran=1//",
    "</style><style>body{display:none}</style>",
    "</textarea></select></details></title><svg onload=window.ran=1>",
    "a|b `c` ``d`` <e> @octocat #1 [f](javascript:window.ran=1) ![g](https://example.com/h) www.example.com",
    '=HYPERLINK("https://example.com")',
    "\x1b[31mred\x1b]8;;https://example.com\x07\u202e\u2066\u200b\u2028\x00\x85\r\n- [ ] next\t\ud800",
    "&lt;b&gt; &#60; \\| \\` ~~s~~ **b** _i_ <!-- c -->",
)


def hostile() -> Report:
    """Put each hostile text everywhere a text can stand."""
    return Report(tuple(map(_hostile, HOSTILE)), (_hostile_finding(HOSTILE[0], "warning"),), sources=HOSTILE)


def _hostile(text: str) -> ApplicationReport:
    levels = ("error", "warning", "info")
    parts = tuple(Part(text, text, group) for group in ("entry", "network", "workload", "scaling", text))
    return ApplicationReport(
        text,
        text,
        text,
        tuple(_hostile_finding(text, level) for level in levels),
        Share(1, 1, 1),
        (SourceText(text, f'{text}\n"{text}": {text}\n'),),
        (OutputText(text, f"{text}\n# {text}\n", (Link(1, ((text, 1),), text),)),),
        parts,
        parts,
        (Simulation(text, (Column(text), Column(text, text)), ((1, 2), (2, text), (3, 4)), text),),
    )


def _hostile_finding(text: str, level: str) -> Finding:
    fields = (Field(text, text, text, 1, 1, text, {text: [text]}), Field(text, text, text, 2, 1, None, text))
    return Finding(text, level, text, text, fields, text)
