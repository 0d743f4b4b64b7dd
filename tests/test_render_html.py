"""A report as one page, read as text: what a browser makes of it is tested in test_render_browser.py."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from render_samples import HOSTILE, hostile, load, many

from translator.model import Field, Finding
from translator.render.diagram import diagram
from translator.render.html import render_html
from translator.render.panes import coloured, wire
from translator.render.plot import plot
from translator.render.report import (
    ApplicationReport,
    Column,
    Link,
    OutputText,
    Part,
    Report,
    Simulation,
    SourceText,
)

SHOP = load("shop")


class Page(HTMLParser):
    """The tags of a page, its texts, and whether every element is closed."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_nothing_is_loaded():
    page = Page(render_html(SHOP))
    assert not any(
        {"src", "srcset", "poster", "background", "ping", "action"} & set(attributes) for _, attributes in page.tags
    )
    assert [entry["href"] for entry in page.all("link")] == ["data:,"]
    assert all(entry["href"].startswith("#") for entry in page.all("a"))
    assert "url(" not in render_html(SHOP) and "@import" not in render_html(SHOP)


def test_the_policy_names_the_page_s_own_script_and_style():
    text = render_html(SHOP)
    policy = next(
        entry["content"] for entry in Page(text).all("meta") if entry.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        [content] = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        mark = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{mark}'" in policy


def test_every_link_leads_somewhere_and_no_id_stands_twice():
    for report in (SHOP, hostile(), many(8)):
        page = Page(render_html(report))
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert {entry["href"][1:] for entry in page.all("a")} <= set(ids)
        linked = {name for _, attributes in page.tags for name in (attributes.get("data-l") or "").split()}
        assert linked <= set(ids)


def test_hostile_names_add_no_tag_and_no_attribute():
    page = Page(render_html(hostile()))
    assert len(page.all("script")) == len(page.all("style")) == len(page.all("title")) - _svg_titles(page) == 1
    assert not {"img", "iframe", "object", "embed", "form", "base", "textarea"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert not any("style" in attributes for _, attributes in page.tags)
    assert not any("javascript" in (entry["href"] or "") for entry in page.all("a"))
    classes = {name for _, attributes in page.tags for name in (attributes.get("class") or "").split()}
    assert all(re.fullmatch("[a-z]+", name) for name in classes)


def _svg_titles(page: Page) -> int:
    return sum(1 for (tag, _), (after, _) in zip(page.tags[1:], page.tags) if tag == "title" and after == "g")


def test_hostile_names_can_be_read():
    text = Page(render_html(hostile())).text
    for name in HOSTILE[:8]:
        assert name in text
    assert "\\x1b[31mred" in text and "\\u202e" in text and "\u202e" not in text and "\x1b" not in text


def test_lines_lead_both_ways():
    application = ApplicationReport(
        "web",
        inputs=(SourceText("a.yaml", "x: 1\ny: 2\n", 10),),
        outputs=(
            OutputText(
                "b.json",
                '{\n"x": 1,\n"y": 2}\n',
                (Link(2, (("a.yaml", 10),), "a.x"), Link(3, (("a.yaml", 11), ("a.yaml", 10), ("c.yaml", 1)))),
            ),
        ),
    )
    wiring = wire("a0", application)
    assert wiring.back == {"a0o0-2": ("a0i0-10",), "a0o0-3": ("a0i0-11", "a0i0-10")}
    assert wiring.ahead == {"a0i0-10": "a0o0-2", "a0i0-11": "a0o0-3"}
    page = render_html(Report((application,)))
    assert "<div id=a0i0-10><a href=#a0o0-2>10</a><b>x</b>: 1</div>" in page
    assert '<div id=a0o0-2><a href=#a0i0-10 title="a.x">2</a><b>&quot;x&quot;</b>: 1,</div>' in page
    assert '<div id=a0o0-3><a href=#a0i0-11 data-l="a0i0-10">3</a>' in page


def test_a_note_stands_before_its_line():
    finding = Finding("a.b", "warning", "Lost.", "Do it.", (Field("y", file="a.yaml", line=2, was=2),))
    page = render_html(
        Report((ApplicationReport("web", findings=(finding,), inputs=(SourceText("a.yaml", "x: 1\ny: 2\n"),)),))
    )
    assert (
        page.index("<div id=a0i0-1>")
        < page.index('<details class="note warning" id=a0f0')
        < page.index("<div id=a0i0-2 class=warning>")
    )


@pytest.mark.parametrize(
    "line, shown",
    [
        ("  name: web", "  <b>name</b>: web"),
        ("- name: web", "- <b>name</b>: web"),
        ('  "cpu": 250,', "  <b>&quot;cpu&quot;</b>: 250,"),
        ("# a: b", "<q># a: b</q>"),
        ("plain", "plain"),
        ("  url = aws_lb.dns", "  <b>url</b> = aws_lb.dns"),
        ("a\t<b>", "a\t&lt;b&gt;"),
        ("", ""),
        ("http://x", "http://x"),
        ('"a\\": b": c', "<b>&quot;a\\&quot;: b&quot;</b>: c"),
    ],
)
def test_keys_are_set_apart(line, shown):
    assert coloured(line) == shown


def test_a_long_line_is_coloured_quickly():
    import time

    start = time.perf_counter()
    for line in ("a" * 200_000, "- " * 100_000, '"' + "\\" * 200_000, "{" * 200_000 + ":"):
        coloured(line)
    assert time.perf_counter() - start < 2


def test_a_diagram_joins_its_stages():
    parts = (
        Part("Ingress", "shop", "entry"),
        Part("Service", "web", "network"),
        Part("Deployment", "web", "workload"),
        Part("HPA", "web", "scaling"),
    )
    drawn = diagram(parts, "Before")
    assert drawn.count("class=head") == 3
    assert 'aria-label="Before: Ingress shop, Service web, Deployment web, HPA web"' in drawn


def test_a_diagram_of_many_counts_the_rest():
    drawn = diagram([Part("ConfigMap", f"c{number}", "configuration") for number in range(30)], "Before")
    assert "and 25 more" in drawn and drawn.count("<g ") == 6


def test_a_plot_has_a_line_for_each_column_of_numbers():
    columns = (Column("Replicas"), Column("Lowest", "kubernetes"), Column("Highest", "kubernetes"), Column("Why"))
    drawn = plot(Simulation("Rollout", columns, ((1, 1, 2, "a"), (2, 2, 3, "b"))))
    assert (
        drawn.count('<path class="curve kubernetes"') == 2 and drawn.count('<path class="curve kubernetes second"') == 2
    )
    assert plot(Simulation("Rollout", columns, (("a", "b", "c", "d"),))) == ""
    assert plot(Simulation("Rollout", columns, ((1, 1, 2, "a"), (2, 2, 3, "b")), plot=False)) == ""


def test_two_hundred_applications_stay_small():
    assert len(render_html(many(200)).encode()) < 5_000_000


def test_many_applications_start_folded():
    assert (
        len(
            [
                entry
                for entry in Page(render_html(many(3))).all("details")
                if "app" in entry["class"] and "open" in entry
            ]
        )
        == 3
    )
    assert not [
        entry for entry in Page(render_html(many(4))).all("details") if "app" in entry["class"] and "open" in entry
    ]


def test_a_report_of_nothing_is_a_page():
    assert "No application found." in render_html(Report())


def test_a_part_of_no_known_group_is_drawn_all_the_same():
    assert "part other" in diagram([Part("Thing", "x", "elsewhere")], "Before")
