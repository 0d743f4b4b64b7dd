"""A report as JSON, and the schema published for it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from render_samples import hostile, load, many

from translator.render import render
from translator.render.report import GROUPS, VERDICTS, Report

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "mappings" / "schemas" / "report.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def data(report: Report) -> dict:
    return json.loads(render(report, "json"))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"].startswith("urn:")


def test_the_schema_names_what_the_report_says():
    assert tuple(SCHEMA["$defs"]["application"]["properties"]["verdict"]["enum"]) == VERDICTS
    assert tuple(SCHEMA["properties"]["verdicts"]["required"]) == VERDICTS
    assert tuple(SCHEMA["$defs"]["part"]["properties"]["group"]["enum"]) == GROUPS


@pytest.mark.parametrize(
    "report", [Report(), load("shop"), many(9), Report(platform_from="ecs", platform_to="kubernetes")]
)
def test_reports_are_valid(report):
    VALIDATOR.validate(data(report))


def test_hostile_names_are_data():
    report = hostile()
    safe = replace(
        report, applications=tuple(replace(entry, before=(), after=(), simulation=()) for entry in report.applications)
    )
    VALIDATOR.validate(data(safe))
    assert [entry["name"] for entry in data(report)["applications"]] == [entry.name for entry in report.applications]
    assert render(report, "json").replace("\n", "").isprintable()


def test_what_the_shop_says():
    web, *_, agent = data(load("shop"))["applications"]
    assert web["verdict"] == "with losses"
    assert web["counts"] == {"error": 0, "warning": 4, "info": 4}
    assert web["share"] == {"exact": 34, "adapted": 6, "lost": 3, "total": 43, "percent": 93}
    assert web["outputs"][0]["links"][0] == {
        "line": 2,
        "from": [{"file": "web.yaml", "line": 4}],
        "code": "workload.name",
    }
    assert web["findings"][0]["fields"][0]["was"] == {"path": "/healthz", "port": "http"}
    assert agent["steps"][1] == "Set pidMode to host on EC2 capacity."
    assert agent["before"][1] == {"kind": "Host path", "name": "/sys", "group": "storage"}


def test_texts_stay_out():
    assert "terminationGracePeriodSeconds" not in render(load("shop"), "json")
