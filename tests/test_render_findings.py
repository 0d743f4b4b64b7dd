"""Findings as a terminal shows them."""

from __future__ import annotations

import pytest
from render_samples import FOLDER, HOSTILE, hostile, load

from translator.model import Field, Finding
from translator.render.findings import render_findings
from translator.render.words import LEVEL_WORDS, change, cut, printable, show

SHOP = load("shop")


def test_the_shop_reads_as_expected():
    assert render_findings(SHOP.all_findings, width=90) == (FOLDER / "shop" / "findings.txt").read_text(
        encoding="utf-8"
    )


def test_no_findings_print_nothing():
    assert render_findings(()) == ""


def test_notes_alone_are_one_line():
    notes = [Finding("a.b", "info", "Something."), Finding("a.c", "info", "Something else.")]
    assert render_findings(notes) == "2 notes; -v shows them.\n"
    assert render_findings(notes[:1]) == "1 note; -v shows it.\n"


def test_verbose_shows_the_notes_and_counts_them():
    text = render_findings([Finding("a.b", "info", "Something.", application="web")], verbose=True)
    assert text == "web\n  note: Something. [a.b]\n\n1 note.\n"


def test_errors_come_first_then_the_order_of_the_files():
    findings = [
        Finding("a.note", "warning", "Late.", fields=(Field("x", file="b.yaml", line=3),)),
        Finding("a.none", "warning", "Nowhere."),
        Finding("a.early", "warning", "Early.", fields=(Field("x", file="a.yaml", line=9),)),
        Finding("a.bad", "error", "Bad.", fields=(Field("x", file="z.yaml", line=1),)),
    ]
    text = render_findings(findings)
    assert [text.index(f"[a.{name}]") for name in ("bad", "early", "note", "none")] == sorted(
        text.index(f"[a.{name}]") for name in ("bad", "early", "note", "none")
    )


def test_many_fields_are_three_and_a_count():
    fields = tuple(Field(f"spec.f{number}", file="a.yaml", line=number, was=number) for number in range(1, 9))
    text = render_findings([Finding("a.b", "warning", "Gone.", fields=fields)])
    assert "      spec.f1: 1 -> (none)\n      line 2 spec.f2: 2 -> (none)\n      line 3 spec.f3" in text
    assert "and 5 more\n" in text and "spec.f4" not in text


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_width_is_kept_but_for_words_that_are_longer(width):
    for line in render_findings(SHOP.all_findings, width=width, verbose=True).splitlines():
        assert len(line) <= width or len(line.split()) <= 3, line


def test_colour_only_adds_escapes():
    import re

    plain, coloured = (render_findings(SHOP.all_findings, color=color, verbose=True) for color in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[1;31merror:\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_nothing_in_a_manifest_reaches_the_terminal_as_it_is():
    text = render_findings(hostile().all_findings, verbose=True)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "\\x1b[31mred" in text and "\\u202e" in text


def test_printable_keeps_what_can_be_seen():
    assert printable("Größe 東京 a\u00a0b é") == "Größe 東京 a\u00a0b é"
    assert printable("\x1b\x00\x7f\x9b\u202e\u2069\u200b\ufeff\u2028\ud800\U000e0041\n\t") == (
        "\\x1b\\x00\\x7f\\x9b\\u202e\\u2069\\u200b\\ufeff\\u2028\\ud800\\U000e0041\\n\\t"
    )
    assert printable("a\tb", keep="\t") == "a\tb"


@pytest.mark.parametrize(
    "value, shown",
    [
        ("512Mi", "512Mi"),
        (512, "512"),
        ("512", '"512"'),
        (True, "true"),
        ("true", '"true"'),
        ("", '""'),
        (" a", '" a"'),
        ({"path": "/healthz", "port": "http"}, "{path: /healthz, port: http}"),
        (["a", 1, None], "[a, 1, null]"),
        ({}, "{}"),
        ([], "[]"),
        ("a: b", '"a: b"'),
        ("\x1b", '"\\u001b"'),
        (0.5, "0.5"),
    ],
)
def test_values_are_shown_as_yaml_would(value, shown):
    assert show(value) == shown


def test_a_long_value_loses_its_middle():
    assert cut("abcdefghijklmnopqrstuvwxyz", 12) == "abcdef...xyz"
    assert cut("short", 12) == "short"


def test_a_short_side_leaves_its_room_to_the_long_one():
    entry = Field("a", was="x" * 40, becomes="y")
    assert change(entry, 30) == f"{'x' * 15}...{'x' * 7} -> y"


def test_every_level_has_a_word():
    assert list(LEVEL_WORDS.values()) == ["error", "warning", "note"]


def test_every_hostile_text_is_tried():
    assert len(hostile().applications) == len(HOSTILE)
