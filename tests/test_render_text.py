"""A report as text and as one line per application, and what both are derived from."""

from __future__ import annotations

import csv
import io
import json

import pytest
from render_samples import FOLDER, HOSTILE, hostile, load

from translator.model import Field, Finding
from translator.render import ENDINGS, FORMATS, render
from translator.render.report import ApplicationReport, Report, Share, checklist, verdict
from translator.render.summary import render_summary, summary_rows

SHOP = load("shop")
LOST = Field("spec.a", file="a.yaml", line=1, was=1)
ADDED = Field("executionRoleArn", becomes="${EXECUTION_ROLE_ARN}")
CHANGED = Field("spec.b", was="500M", becomes=477)


def expected(name: str) -> str:
    return (FOLDER / "shop" / name).read_text(encoding="utf-8")


def test_the_shop_reads_as_expected():
    assert render(SHOP, "text", width=90) == expected("report.txt")


@pytest.mark.parametrize("format, name", [("text", "summary.txt"), ("csv", "summary.csv"), ("jsonl", "summary.jsonl")])
def test_the_summary_has_a_line_for_each_application(format, name):
    assert render_summary(SHOP, format) == expected(name)


def test_the_summary_is_the_same_in_json_and_json_lines():
    lines = [json.loads(line) for line in render_summary(SHOP, "jsonl").splitlines()]
    assert json.loads(render_summary(SHOP, "json")) == lines == summary_rows(SHOP)


@pytest.mark.parametrize(
    "findings, share, reached",
    [
        ((), Share(), "carries over exactly"),
        ((), Share(exact=9), "carries over exactly"),
        ((), Share(exact=9, adapted=1), "with adaptations"),
        ((Finding("a.b", "info", "", fields=(LOST,)),), Share(exact=9), "carries over exactly"),
        ((Finding("a.b", "info", "", fields=(CHANGED,)),), Share(exact=9), "with adaptations"),
        ((Finding("a.b", "warning", "", fields=(ADDED,)),), Share(exact=9), "with adaptations"),
        ((Finding("a.b", "warning", "", fields=(ADDED, LOST)),), Share(exact=9), "with losses"),
        ((Finding("a.b", "warning", ""),), Share(exact=9), "with adaptations"),
        ((), Share(exact=9, lost=1), "with losses"),
        ((Finding("a.b", "error", ""), Finding("a.c", "warning", "")), Share(exact=9), "cannot move"),
    ],
)
def test_the_verdict_follows_from_the_findings(findings, share, reached):
    assert verdict(findings, share) == reached


def test_steps_are_said_once_and_those_of_errors_first():
    findings = [
        Finding("a.b", "info", "", "third"),
        Finding("a.c", "warning", "", "second"),
        Finding("a.d", "error", "", "first"),
        Finding("a.e", "warning", "", "second"),
        Finding("a.f", "warning", ""),
    ]
    assert [(step.text, [finding.code for finding in step.findings]) for step in checklist(findings)] == [
        ("first", ["a.d"]),
        ("second", ["a.c", "a.e"]),
        ("third", ["a.b"]),
    ]


def test_a_hundred_percent_means_that_nothing_is_lost():
    assert Share(exact=999, lost=1).percent == 99
    assert Share(exact=1, adapted=2).percent == 100
    assert Share(lost=3).percent == 0


def test_a_report_of_nothing_says_so():
    assert render_summary(Report()) == "No application found.\n"
    assert "No application found." in render(Report(), "text")
    assert json.loads(render_summary(Report(), "json")) == []
    assert render_summary(Report(), "csv").count("\n") == 1


def test_a_namespace_is_named_only_where_there_are_several():
    applications = (ApplicationReport("web", "shop"), ApplicationReport("api", "shop"))
    assert render_summary(Report(applications)).startswith("web  carries")
    assert render_summary(Report((*applications, ApplicationReport("job", "batch")))).startswith("shop/web   carries")


def test_colour_only_adds_escapes():
    import re

    coloured = render(SHOP, "text", color=True)
    assert "\x1b[1;31mcannot move\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(SHOP, "text")


def test_hostile_names_are_made_visible_in_text():
    for text in (render(hostile(), "text"), render_summary(hostile())):
        assert all(char.isprintable() or char == "\n" for char in text)


def test_hostile_names_are_no_formulas_in_a_spreadsheet():
    rows = list(csv.reader(io.StringIO(render_summary(hostile(), "csv"))))
    assert len(rows) == 1 + len(HOSTILE)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)


def test_json_lines_are_one_line_each_whatever_the_names():
    assert len(render_summary(hostile(), "jsonl").split("\n")) == len(HOSTILE) + 1


def test_every_format_and_ending_renders():
    assert set(ENDINGS.values()) == set(FORMATS)
    for report in (Report(), SHOP, hostile()):
        for format in FORMATS:
            render(report, format).encode("utf-8")


def test_rendering_twice_gives_the_same():
    for format in FORMATS:
        assert render(SHOP, format) == render(load("shop"), format)


def test_no_format_loads_the_vendors_packages():
    import subprocess
    import sys

    code = (
        "import sys; from translator.render import FORMATS, render; from translator.render.report import Report\n"
        "[render(Report(), format) for format in FORMATS]\n"
        "print({'boto3', 'botocore', 'kubernetes', 'deepdiff', 'jinja2'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
