"""Secrets do not reach a report."""

from __future__ import annotations

import pytest

from translator.render.html import render_html
from translator.render.redact import redact
from translator.render.report import ApplicationReport, OutputText, Report, SourceText

SECRET = """apiVersion: v1
kind: Secret
metadata:
  name: database
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"data":{"url":"aHVudGVyMg=="}}
data:
  url: aHVudGVyMg==
stringData: {password: "hunter2", long: >-
    hunter2
    hunter2
  }
type: Opaque
---
kind: Deployment
metadata: {name: web, annotations: {note: hunted}}
"""


def test_a_secret_keeps_its_shape_and_loses_its_values():
    text = redact(SECRET.replace(", long: >-\n    hunter2\n    hunter2\n  }", "}"))
    assert (
        text
        == """apiVersion: v1
kind: Secret
metadata:
  name: database
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: •••
      •••
data:
  url: •••
stringData: {password: •••}
type: Opaque
---
kind: Deployment
metadata: {name: web, annotations: {note: hunted}}
"""
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "Secret", "data": {"a": "hunter2"}}',
        '{"kind": "List", "items": [{"kind": "Secret", "stringData": {"a": "hunter2", "b": "hunter2"}}]}',
        '{"secrets": [{"Name": "db", "SecretString": "hunter2"}]}',
        '{"parameters": [{"Name": "/db", "Type": "SecureString", "Value": "hunter2"}]}',
        "kind: Secret\ndata: &all\n  a: hunter2\n---\nkind: Secret\nstringData:\n  b: |\n    hunter2\n    hunter2\n",
        "kind: Secret\ndata:\n  a: hunter2\n\tb: hunter2\n",
        "{{ if x }}\nkind: Secret\ndata:\n  a: hunter2\n",
        "- kind: Secret\n  data: {a: hunter2}\n",
        "kind: Secret\ndata:\n  a: !!binary hunter2\n  b: [hunter2, {c: hunter2}]\n",
    ],
)
def test_no_value_stays(text):
    assert "hunter2" not in redact(text)
    assert redact(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "kind: Deployment\nspec: {valueFrom: {secretKeyRef: {name: a, key: b}}}\n",
        "kind: ExternalSecret\ndata: [{secretKey: a}]\n",
        "{{ broken }}: [Secret\n",
        'resource "aws_secretsmanager_secret" "Secret" {}\n',
    ],
)
def test_what_is_no_secret_stays(text):
    assert redact(text) == text


def test_the_page_holds_no_secret():
    application = ApplicationReport(
        "web", inputs=(SourceText("a.yaml", SECRET),), outputs=(OutputText("b.yaml", SECRET),)
    )
    page = render_html(Report((application,)))
    assert "hunter2" not in page and "aHVudGVyMg" not in page
    assert page.count("•••") >= 8
