"""Input that is wrong, in every format: one line and exit code 2, or a finding and the rest converted; nothing half-written."""
from __future__ import annotations

import http.server
import json
import threading

import pytest
from test_cli import run

CONTAINERS = "ContainerDefinitions: [{Name: web, Image: 'nginx:1'}]"
UNRESOLVED = f"Resources:\n  T:\n    Type: AWS::ECS::TaskDefinition\n    Properties: {{Family: !Ref Nope, {CONTAINERS}}}\n"
CYCLIC = f"""Resources:
  T: {{Type: AWS::ECS::TaskDefinition, Properties: {{Family: !Ref S, {CONTAINERS}}}}}
  S: {{Type: AWS::ECS::Service, Properties: {{TaskDefinition: !Ref T}}}}
"""
NO_ECS = 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  B: {Type: AWS::S3::Bucket}\n'
COPILOT = "name: web\ntype: Backend Service\nimage: {location: 'nginx:1', port: 80}\nfrobnicate: 3\n"
HCL_CYCLE = 'locals {\n  a = local.b\n  b = local.a\n}\nresource "aws_ecs_task_definition" "w" {\n  family = local.a\n  container_definitions = jsonencode([{ name = "w", image = "nginx:1" }])\n}\n'
HCL_BROKEN = 'resource "aws_ecs_task_definition" "w" {\n  family = \n'


def converted(tmp_path, name, text, *options):
    """Convert one file into a folder beside it; gives what happened and whether the folder is there."""
    (tmp_path / name).write_text(text)
    done = run("convert", str(tmp_path / name), "-o", str(tmp_path / "out"), *options)
    assert "Traceback" not in done.stderr
    return done, (tmp_path / "out").exists()


def every(value):
    """Give every map of plain data."""
    if isinstance(value, dict):
        yield value
    for entry in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every(entry)


def refused(done, there, *words):
    assert done.returncode == 2 and not there
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and all(word in lines[0] for word in words), done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(("name", "text", "code"), [
    ("unresolved.yaml", UNRESOLVED, "cloudformation.unknown-reference"),
    ("cyclic.yaml", CYCLIC, "cloudformation.cyclic"),
    ("copilot.yaml", COPILOT, "copilot.unused"),
    ("cyclic.tf", HCL_CYCLE, "terraform.unresolved"),
])
def test_what_can_be_read_is_converted_and_the_rest_is_said(tmp_path, name, text, code):
    done, there = converted(tmp_path, name, text, "--report", str(tmp_path / "report.json"))
    report = json.loads((tmp_path / "report.json").read_text())
    levels = [finding["level"] for finding in every(report) if finding.get("code") == code]
    assert there and levels
    level = levels[0]
    assert done.returncode == (1 if level == "error" else 0)


@pytest.mark.parametrize(("name", "text", "words"), [
    ("none.yaml", NO_ECS, ["nothing of Kubernetes or ECS was found", "AWS::S3::Bucket"]),
    ("broken.tf", HCL_BROKEN, ["broken.tf:2"]),
    ("none.tf", 'resource "aws_s3_bucket" "b" {}\n', ["nothing of Kubernetes or ECS was found"]),
    ("broken.yaml", "Resources: {T: [}\n", ["broken.yaml:1"]),
    ("pipeline.yaml", "name: p\nsource: {provider: GitHub}\nstages: []\n", ["nothing of Kubernetes or ECS was found", "pipeline"]),
])
def test_what_cannot_be_read_is_one_line(tmp_path, name, text, words):
    refused(*converted(tmp_path, name, text), *words)


def test_a_format_of_the_other_platform_is_one_line(tmp_path):
    refused(*converted(tmp_path, "copilot.yaml", COPILOT, "-f", "terraform"), "kubernetes, kustomize, helm")


def test_templates_that_import_each_other_s_values_are_read(tmp_path):
    """A value that another stack exports has a placeholder of its name."""
    text = UNRESOLVED.replace("!Ref Nope", "!ImportValue shared-family")
    done, there = converted(tmp_path, "import.yaml", text)
    assert there and done.returncode == 0


class Expired(http.server.BaseHTTPRequestHandler):
    """Answers as AWS does to a session that is over."""

    def do_POST(self):
        body = json.dumps({"__type": "ExpiredTokenException", "message": "The security token included in the request is expired"}).encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Print nothing."""


@pytest.fixture
def expired():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Expired)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def live(tmp_path, monkeypatch, source, endpoint="http://127.0.0.1:9"):
    """Read a live source with credentials that nobody knows; nothing listens at port 9 (discard)."""
    settings = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1"}
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "dev",
        "contexts": [{"name": "dev", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:9"}}], "users": [{"name": "u", "user": {}}],
    }
    (tmp_path / "config").write_text(json.dumps(config))
    for name, value in {**settings, "KUBECONFIG": str(tmp_path / "config"), "NO_PROXY": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    done = run("convert", source, "-o", str(tmp_path / "out"))
    return done, (tmp_path / "out").exists()


def test_an_expired_session_is_one_line(tmp_path, monkeypatch, expired):
    refused(*live(tmp_path, monkeypatch, "ecs://main", expired), "ecs://main", "expired")


def test_an_account_that_does_not_answer_is_one_line_and_soon(tmp_path, monkeypatch):
    refused(*live(tmp_path, monkeypatch, "ecs://main"), "ecs://main", "cannot connect")


@pytest.mark.parametrize(("source", "words"), [("kube://dev/shop", "does not answer"), ("kube://other/shop", "other"), ("nowhere://x", "kube:// and ecs://")])
def test_a_cluster_that_does_not_answer_is_one_line(tmp_path, monkeypatch, source, words):
    refused(*live(tmp_path, monkeypatch, source), words)
