"""A report as a pull request comment."""

from __future__ import annotations

import html
from html.parser import HTMLParser

import pytest
from render_samples import FOLDER, HOSTILE, hostile, load, many

from translator.model import Finding
from translator.render.markdown import COMMENT_LIMIT, cell_code, code, prose, render_markdown
from translator.render.report import ApplicationReport, Report

SHOP = load("shop")


class Page(HTMLParser):
    """What a browser would make of the rendered Markdown: its tags, and its text outside code and within."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.plain = self.coded = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "hr", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        if "code" in self.open:
            self.coded += data
        else:
            self.plain += data


def rendered(text: str) -> Page:
    """Render as GitHub does: tables, strikethrough and bare addresses as links."""
    markdown_it = pytest.importorskip("markdown_it", reason="the package markdown-it-py is not installed")
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return Page(parser.render(text))


def test_the_shop_reads_as_expected():
    assert render_markdown(SHOP) == (FOLDER / "shop" / "report.md").read_text(encoding="utf-8")


def test_the_shop_renders():
    page = rendered(render_markdown(SHOP))
    tags = [tag for tag, _ in page.tags]
    assert page.open == []
    assert tags.count("details") == tags.count("summary") == 5
    assert tags.count("table") == 3
    assert "cannot move" in page.plain and "web.yaml:42" in page.coded


@pytest.mark.parametrize("count", [1, 20, 200, 3000])
def test_a_comment_is_never_too_long(count):
    text = render_markdown(many(count))
    assert len(text) <= COMMENT_LIMIT
    assert ("left out" in text) == (count > 100)
    assert rendered(text).open == []


@pytest.mark.parametrize("limit", [900, 2000, 4000, 7000, 20_000])
def test_any_limit_is_kept(limit):
    text = render_markdown(many(30), limit)
    assert len(text) <= limit
    assert rendered(text).open == []
    assert "the full report" in text


def test_one_application_with_very_many_findings_is_cut_within():
    findings = tuple(Finding(f"a.b{number}", "warning", "Something was lost. " * 9) for number in range(900))
    text = render_markdown(Report((ApplicationReport("web", findings=findings),)))
    assert 50_000 < len(text) <= COMMENT_LIMIT
    assert "The rest is in the full report." in text and rendered(text).open == []


def test_the_worst_stand_first():
    text = render_markdown(SHOP)
    order = [text.index(f"<summary><b>{name}</b>") for name in ("agent", "web", "nightly", "cache")]
    assert order == sorted(order)


def test_hostile_names_are_text():
    page = rendered(render_markdown(hostile(), 10**6))
    allowed = {
        "h2",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "details",
        "summary",
        "b",
        "strong",
        "em",
        "ul",
        "li",
    }
    assert {tag for tag, _ in page.tags} <= allowed
    assert all(set(attributes) <= {"style"} for _, attributes in page.tags)
    assert page.open == []


def test_nothing_is_linked_or_mentioned():
    """GitHub links addresses, mentions and issue numbers in the text of a page, but not in code."""
    plain = rendered(render_markdown(hostile(), 10**6)).plain
    for mark in ("@octocat", "#1", "https://", "www.example", "octocat\\"):
        assert mark not in plain


def test_hostile_names_keep_the_tables_whole():
    page = rendered(render_markdown(hostile(), 10**6))
    tags = [tag for tag, _ in page.tags]
    first = tags[tags.index("table") : tags.index("details")]
    assert first.count("tr") == len(HOSTILE) + 1
    assert first.count("td") == 6 * len(HOSTILE)


@pytest.mark.parametrize(
    "text", [*HOSTILE[:7], "`", "``", "a`b``c", "", " ", "\\", "a\\", "1. one", "- one", "+ one", "12) x", "# h", "> q"]
)
def test_escaped_text_reads_as_it_was(text):
    page = rendered(prose(text))
    assert page.plain.strip().replace("\u200b", "") == text.strip()
    assert [tag for tag, _ in page.tags] in (["p"], [])
    assert rendered(code(text)).coded == (text.strip(" ") and text or " ")
    assert html.unescape(cell_code(text)) == f"<code>{text}</code>"
