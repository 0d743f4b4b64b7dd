"""PyYAML without its C extension: the same documents, places and errors, if slower."""
import pytest
import test_text
import yaml
from texts import problem, read, same


@pytest.fixture(autouse=True)
def without_c(monkeypatch):
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


@pytest.mark.parametrize("text, value", test_text.SCALARS)
def test_scalars(text, value):
    assert same(read(f"v: {text}"), {"v": value})


def test_places():
    test_text.TestPlaces().test_every_key_and_item_has_one(test_text.TestPlaces.TEXT)


@pytest.mark.parametrize("text, words", [
    ("a:\n\tb: c", "a tab is used for indentation"), ("a: b: c", "a key cannot stand here"),
    ("a: @b", "starts with @"),
    ("a:\n    b: 1\n  c: 2", "does not fit the lines above"), ("a: 'b", "never closed"),
    ("a: [1", "what opens in line 1"),
    ("a\nb: c: d", "a key cannot stand here"), ("a: */5 *", "needs quotes"), ("a: ]", "before ]"),
    ("a: \x07", "U+0007"),
    ("a: b\nc: d\na: e", "the key a is repeated"), ("[" * 5000, "deeper than 200"), ('a: "\\d"', "no such escape"),
    ("a: b\n{{ if .c }}\nd: e", "render it first"),
])
def test_errors(text, words):
    assert words in problem(text)[2]
