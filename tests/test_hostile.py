"""Values of a manifest that would mean something to a format: one test for each value and format, in every place at once."""
import json
import pathlib

import pytest
import yaml
from cloudformation import Loader

from translator import parse, translate, write
from translator.render import render
from translator.reporting import build, rules

HOSTILE = {
    "path": "../../etc/cron.d/x", "pseudo": "${AWS::AccountId}", "reference": "${aws_iam_role.x.arn}", "template": "%{if true}x%{endif}",
    "resolve": "{{resolve:secretsmanager:x}}", "helm": "{{ .Values.x }}", "must-env": '{{ must_env "X" }}', "shell": "$(rm -rf /)", "backticks": "`rm -rf /`",
    "quotes": "'\"\\", "newline": "a\nb: c\n---\nkind: Secret", "escape": "\x1b[2J\x07", "bidi": "a\u202eb\u2066", "script": "</script><script>alert(1)</script>",
    "markdown": "[x](javascript:alert(1)) ![i](http://e.example/i.png) | <b>", "yaml": "!!python/object:os.system [*a, &b, ? : - #]",
}
FORMATS = {"kubernetes": ("ecs", "cloudformation", "terraform", "copilot"), "ecs": ("kubernetes", "kustomize", "helm")}
REPORTS = ("text", "markdown", "html", "sarif", "json")


def inputs(value):
    """Plant a value wherever a text may stand."""
    container = {
        "name": value, "image": value, "args": [value], "env": [{"name": "X", "value": value}],
        "livenessProbe": {"httpGet": {"path": value, "port": 80, "httpHeaders": [{"name": value, "value": value}]}},
    }
    meta = {"name": value, "labels": {"a": value}, "annotations": {"b": value}}
    pod = {"metadata": {"labels": {"a": value}}, "spec": {"containers": [container]}}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": {"selector": {"matchLabels": {"a": value}}, "template": pod}}
    settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": value}, "data": {"k": value}}
    task = {
        "family": value, "tags": [{"key": "a", "value": value}],
        "containerDefinitions": [{"name": value, "image": value, "command": [value], "environment": [{"name": "X", "value": value}],
                                  "dockerLabels": {"a": value}, "healthCheck": {"command": ["CMD-SHELL", value]}}],
    }
    return {"kubernetes": [deployment, settings], "ecs": {"taskDefinitions": [task], "services": [{"serviceName": value, "taskDefinition": value}]}}


def done(side, value):
    document = parse(inputs(value)[side], "hostile.yaml")
    return document, translate(document)


@pytest.mark.parametrize("format_", [one for formats in FORMATS.values() for one in formats])
@pytest.mark.parametrize("name", HOSTILE)
def test_written(name, format_):
    """The files stay in their folder, can be read by the format's own syntax, and hold nothing live."""
    side = next(side for side, formats in FORMATS.items() if format_ in formats)
    files = write(done(side, HOSTILE[name])[1].output, format_)
    assert files
    for file, text in files.items():
        assert ".." not in pathlib.PurePosixPath(file).parts and not file.startswith("/") and file.isprintable()
        # Marks of direction are data like other letters there; reports, which people read, show them as escapes.
        assert all(sign not in text for sign in ("\x1b", "\x07"))
        CHECKS.get(format_, lambda file, text: None)(file, text)


def check_kubernetes(file, text):
    if file.endswith((".yaml", ".yml")):
        assert all(one is None or one.get("kind") != "Secret" for one in yaml.safe_load_all(text))


def check_json(file, text):
    assert file.endswith(".json") is False or isinstance(json.loads(text), (dict, list))


def check_cloudformation(file, text):
    """A text is never searched by Fn::Sub, and no dynamic reference stands in one."""
    assert "{{resolve:" not in text and "Fn::Sub" not in text and "!Sub" not in text
    assert isinstance(yaml.load(text, Loader), dict)


def check_terraform(file, text):
    """Every `${` of the manifest is doubled, and so is `%{`."""
    for live in ("${AWS::AccountId}", "${aws_iam_role.x.arn}", "%{if true}"):
        assert live not in text.replace("$" + live, "").replace("%" + live, "")


def check_helm(file, text):
    """In templates a text of the manifest is quoted by Helm's own means; values and files are never rendered."""
    if file.startswith("templates/"):
        assert all(live not in text for live in ("{{ .Values.x }}", '{{ must_env "X" }}', "{{resolve:"))


CHECKS = {"kubernetes": check_kubernetes, "kustomize": check_kubernetes, "ecs": check_json, "cloudformation": check_cloudformation,
          "terraform": check_terraform, "helm": check_helm}


def check_markdown(text):
    """As GitHub would render it: no image, no link by a script, no tag of the manifest."""
    from markdown_it import MarkdownIt

    tokens = [inner for token in MarkdownIt("commonmark", {"html": True}).parse(text) for inner in (token, *(token.children or ()))]
    assert not [token for token in tokens if token.type == "image"]
    assert not [token for token in tokens if "javascript" in str(token.attrs.get("href", ""))]
    assert not [token for token in tokens if token.type.startswith("html") and any(tag in token.content for tag in ("<script", "<img", "<a "))]


@pytest.mark.parametrize("format_", REPORTS)
@pytest.mark.parametrize("name", HOSTILE)
def test_reported(name, format_):
    """No control character, tag, link or fence of a manifest is one in a report."""
    for side in FORMATS:
        document, translation = done(side, HOSTILE[name])
        options = {"rules": rules()} if format_ == "sarif" else {}
        text = render(build(document, translation, ("hostile.yaml",), texts=format_ == "html"), format_, **options)
        assert all(sign not in text for sign in ("\x1b", "\x07"))
        if format_ in ("text", "markdown", "html"):
            assert all(sign not in text for sign in ("\u202e", "\u2066"))
        if format_ == "html":
            assert "<script>alert" not in text
        if format_ == "markdown":
            check_markdown(text)
        if format_ in ("sarif", "json"):
            json.loads(text)
