"""Plain data -> YAML that every reader takes for the same data, and JSON."""
import math
import random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import numbers, place, same, through_kubectl

from translator.readers.text import load
from translator.writers.text import dump_json, dump_yaml

MANIFEST = {
    "apiVersion": "apps/v1",
    "metadata": {"name": "web", "annotations": {"prometheus.io/port": "8080", "note": ""}},
    "spec": {
        "replicas": 2,
        "paused": False,
        "containers": [{
            "name": "web",
            "image": "nginx:1.27",
            "command": ["/bin/sh", "-c", "set -e\nexec nginx -g 'daemon off;'\n"],
            "env": [
                {"name": "A", "value": "1"}, {"name": "B", "value": "$(A):b"}, {"name": "JSON", "value": '{"a": "b"}'},
            ],
            "resources": {"limits": {"cpu": "500m", "memory": "512Mi"}, "requests": {"cpu": "1"}},
            "securityContext": {},
            "ports": [],
        }],
        "matrix": [[1, 2], [[3]], []],
        "nothing": None,
        "ratio": 0.5,
    },
}
WRITTEN = """\
apiVersion: apps/v1
metadata:
  name: web
  annotations:
    prometheus.io/port: "8080"
    note: ""
spec:
  replicas: 2
  paused: false
  containers:
  - name: web
    image: nginx:1.27
    command:
    - /bin/sh
    - -c
    - |
      set -e
      exec nginx -g 'daemon off;'
    env:
    - name: A
      value: "1"
    - name: B
      value: $(A):b
    - name: JSON
      value: '{"a": "b"}'
    resources:
      limits:
        cpu: 500m
        memory: 512Mi
      requests:
        cpu: "1"
    securityContext: {}
    ports: []
  matrix:
  - - 1
    - 2
  - - - 3
  - []
  nothing: null
  ratio: 0.5
"""
NASTY = [
    "", "y", "n", "no", "Yes", "on", "1", "1e3", "12e03", "0755", "0o7", "0x1f", "0b1", "1:30", "190:20:30", "1_000",
    "~", "null", "=", "<<", "<", ".5", "1.", ".inf", "-.INF", ".nan", "NaN", "2001-01-01", "2001-12-14 21:59:43.10 -5",
    "1.2", "1.2.3", "-1", "+1", "-", "--", "---", "--- a", "...", "- a", "-a", "? a", "?", ": a", ":", "a: b", "a:",
    "a #b", "#a", "a#b", "a:b", " a", "a ", "\t", "a\tb", "\ta", "{a}", "[a]", "a]", "&a", "*a", "!a", "%a", "@a", "`a",
    "|", "> a", "'a'", '"a"', "a'b", 'a"b', "\\", "a\\nb", "\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\xa0",
    "\u2028", "\u2029", "\ufeff", "\ufffe", "\u200b", "\U0001f600", "é", "日本", "a\x85b", "\ufeffa", "a\r\nb", "a\rb",
    "\n", "\n\n", " \n", "a\n", "\na", "a\n\n", "a\n\n\n", " a\nb", "a\n b\n", "\ta\nb", "a\n\t\n", "a\n  ", "a\n  \n",
    "\n  a\n", "a\n---\nb\n", "---\n", "a\n...\n", "#\na", "a\n#b\n: c\n", "a\nb: c\n", "a\n\u2028b\n",
    "%YAML 1.1\n--- a\n", "a" * 1500, "é" * 1500, "\x01" * 400, "a b " * 400, "$(A)", "${A}", "1,000",
]
QUOTED_NOT = [
    "web", "/bin/sh", "-c", "--port=80", "nginx:1.27", "500m", "1Gi", "10.0.0.1", "10.0.0.0/16",
    "app.kubernetes.io/name", "arn:aws:iam::123456789012:role/a", "${A}", "$(A)", "a b", "http://a/?b=c&d#e", "25%",
    "1.2.3", "é", "日本", "a, b",
]

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=30),
    st.text(alphabet="ab:#- \n\t'\"\\{},&*!|>%@0123.eE_~yn?=<\r", max_size=12),
)
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-2**70, 2**70), st.floats(allow_nan=False, allow_infinity=False), texts,
)
values = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
documents = st.one_of(st.dictionaries(texts, values, max_size=4), st.lists(values, max_size=3))


class TestDump:
    def test_yaml_looks_as_kubectl_prints_it(self):
        assert dump_yaml([MANIFEST]) == WRITTEN
        assert dump_yaml([{"a": 1}, {}, ["b"]]) == "a: 1\n---\n{}\n---\n- b\n"
        assert dump_yaml([]) == ""

    def test_json(self):
        assert dump_json({"b": ["é", {}], "a": None}) == '{\n  "b": [\n    "é",\n    {}\n  ],\n  "a": null\n}\n'

    @pytest.mark.parametrize("text", QUOTED_NOT)
    def test_what_nobody_mistakes_has_no_quotes(self, text):
        assert dump_yaml([{"v": text}]) == f"v: {text}\n"

    @pytest.mark.parametrize("text, written", [
        ("a\nb", "|-\n  a\n  b"), ("a\n", "|\n  a"), ("a\n\n", "|+\n  a\n"), (" a\n\nb\n", "|2\n   a\n\n  b"),
        ("\n", '"\\n"'),
        ("a\rb\n", '"a\\rb\\n"'), ("a\x85", '"a\\u0085"'), ("it's", "it's"), ("'it'", "\"'it'\""),
        ('"it\'s"', "'\"it''s\"'"),
        ("C:\\a", "C:\\a"), ("\\1: a", "'\\1: a'"), ("\ud800", '"\\ufffd"'),
    ])
    def test_quotes_and_blocks(self, text, written):
        assert dump_yaml([{"v": text}]) == f"v: {written}\n"

    @pytest.mark.parametrize("value", [math.inf, math.nan])
    def test_what_json_cannot_hold_is_an_error(self, value):
        for dump in (dump_json, lambda entry: dump_yaml([entry])):
            with pytest.raises(ValueError):
                dump({"v": value})

    def test_what_is_no_plain_data_is_an_error(self):
        with pytest.raises(TypeError):
            dump_yaml([{"v": {1, 2}}])

    @settings(max_examples=300, deadline=None)
    @given(st.lists(documents, min_size=1, max_size=3))
    def test_every_reader_gets_back_what_was_written(self, objects):
        text = dump_yaml(objects)
        assert same([source.value for source in load(text, "app.yaml")[0]], objects)
        assert list(yaml.safe_load_all(text)) == objects
        assert list(yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))) == objects
        assert same([source.value for source in load(dump_json(objects), "app.json")[0]], [objects])

    @settings(max_examples=100, deadline=None)
    @given(st.dictionaries(texts, values, min_size=1, max_size=4))
    def test_every_key_is_found_where_it_was_written(self, value):
        for text in (dump_yaml([value]), dump_json(value)):
            [source], _ = load(text, "app.yaml")
            lines = text.split("\n")
            keys = list(value)
            found = [place(source, key) for key in keys]
            assert found == sorted(found) and len(set(found)) == len(keys)
            for key, (line, column) in zip(keys, found):
                written = lines[line - 1][column - 1:].lstrip("? '\"")
                assert written.startswith(key[:1]) or not key.isalnum()

    def test_kubectl_reads_what_was_written(self):
        objects = [{"v": {text: text, "list": [text, {text: [text]}]}} for text in NASTY]
        objects += [{"v": [number]} for number in (0, -1, 2**53, 2**63 - 1, -2**63, 0.1, 1e16, 1e-7, 1e300, True, None)]
        back = through_kubectl([dump_yaml([entry]) for entry in objects])
        assert [pair for pair in zip(objects, back) if numbers(pair[0]) != numbers(pair[1])] == []

    def test_kubectl_reads_anything_that_was_written(self):
        draw = random.Random(7)
        objects = [{"v": some(draw, 3)} for _ in range(200)]
        back = through_kubectl([dump_yaml([entry]) for entry in objects])
        assert [pair for pair in zip(objects, back) if numbers(pair[0]) != numbers(pair[1])] == []


def some(draw, depth):
    """Draw a value of nasty texts."""
    kind = draw.randrange(3) if depth else 0
    if kind == 1:
        return [some(draw, depth - 1) for _ in range(draw.randrange(4))]
    if kind == 2:
        return {draw.choice(NASTY): some(draw, depth - 1) for _ in range(draw.randrange(4))}
    return draw.choice(NASTY) + draw.choice(["", "", draw.choice(NASTY)])
