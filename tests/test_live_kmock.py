"""kube:// with the real client against kmock: a namespace is read as its manifests are; progress shows on a terminal."""
from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import tools
import yaml
from conftest import ROOT

from translator import diff, read, translate

pytest.importorskip("kubernetes")
SERVER = Path(__file__).with_name("kmock_server.py")
PATTERNS = ["batch", "microservices", "web-application"]
# Kinds of others, which kmock does not know and a cluster without their controllers does not either.
UNKNOWN = {"ExternalSecret", "ScaledObject", "Rollout", "SecretProviderClass", "TargetGroupBinding"}


def objects(name):
    """Give the objects of a pattern as a cluster keeps them."""
    folder = ROOT / "fixtures" / "patterns" / name / "k8s"
    found = [one for file in sorted(folder.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text()) if one]
    kept = [one for one in found if one["kind"] not in UNKNOWN | {"Namespace"}]
    return [{**one, "metadata": {"namespace": "shop", **one["metadata"], "uid": "1", "resourceVersion": "1"}} for one in kept]


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """Start the mock with objects, and let the user's configuration point to it."""
    program = tools.program("kmock")
    if program is None:
        pytest.skip("kmock is not here: run tests/tools.py, or set KMOCK to a Python that has it")
    started = []

    def start(held):
        process = subprocess.Popen([program, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        process.stdin.write(json.dumps(held) + "\n")
        process.stdin.flush()
        port = int(process.stdout.readline())
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": "dev",
            "contexts": [{"name": "dev", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
            "users": [{"name": "u", "user": {}}],
        }
        (tmp_path / "config").write_text(json.dumps(config))
        monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "config"))
        monkeypatch.setenv("HOME", str(tmp_path))

    yield start
    for process in started:
        process.stdin.close()
        process.wait(20)


@pytest.mark.parametrize("name", PATTERNS)
def test_a_namespace_is_read_as_its_manifests_are(name, cluster, tmp_path):
    held = objects(name)
    cluster(held)
    (tmp_path / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": held}))
    namespace = held[0]["metadata"]["namespace"]
    live, filed = read(f"kube://dev/{namespace}"), read(str(tmp_path / "all.json"))
    assert {(one.kind, one.value["metadata"]["name"]) for one in live.entries} == {(one.kind, one.value["metadata"]["name"]) for one in filed.entries}
    assert not diff(live, filed)
    assert translate(live).output.objects() == translate(filed).output.objects()


def test_progress_shows_on_a_terminal(cluster, tmp_path):
    """One line that is written over while kinds are listed, and gone at the end; nothing of it in a file."""
    cluster(objects("web-application"))
    command = [sys.executable, "-m", "translator", "report", "kube://dev/shop"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KUBECONFIG": str(tmp_path / "config")}
    plain = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert "\r" not in plain.stderr and plain.returncode in (0, 1)
    shown, end = pty.openpty()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=end, env=environment, cwd=ROOT)
    os.close(end)
    text = b""
    while process.poll() is None or not text.endswith(b"\x1b[K"):
        try:
            text += os.read(shown, 4096)
        except OSError:  # the other end is closed
            break
    os.close(shown)
    assert b"kube://dev/shop: Deployment" in text and b"\r\x1b[K" in text
