"""What the tests of Terraform share: hand-made ECS documents, their Terraform, and the real program where it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT

from translator.model import ECS, Document, Object
from translator.readers import terraform as reader
from translator.readers.terraform_syntax import parse
from translator.writers import terraform as writer

FIXTURES = ROOT / "fixtures" / "terraform"
NAMES = sorted(folder.name for folder in FIXTURES.iterdir() if (folder / "document.yaml").is_file())
PLUGINS = os.environ.get("TF_PLUGIN_DIR", "")


def plain(name: str) -> dict[str, list[dict]]:
    """Give an ECS document as plain data."""
    return yaml.safe_load((FIXTURES / name / "document.yaml").read_text())


def document(given: str | dict[str, list[dict]]) -> Document:
    """Make a document of plain data, or of a fixture."""
    data = plain(given) if isinstance(given, str) else given
    return Document(ECS, tuple(Object(kind, value) for kind, values in data.items() for value in values))


def written(given: str | dict[str, list[dict]], **environment: Any) -> dict[str, str]:
    """Write a document."""
    return writer.write(document(given), {"ecs": environment})


def main(given: str | dict[str, list[dict]]) -> str:
    """Give main.tf of a document."""
    return written(given)["main.tf"]


def read(text: str, **files: str) -> dict[str, list[dict]]:
    """Read one file, and others by name, and give plain data."""
    return reader.read_module({"main.tf": text, **files}).objects()


def codes(found: Any) -> list[str]:
    """Give the codes of findings."""
    return [finding.code for finding in found]


needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on the PATH")
needs_provider = pytest.mark.skipif(
    shutil.which("terraform") is None or not PLUGINS,
    reason="needs terraform on the PATH and TF_PLUGIN_DIR, a folder of provider plugins with hashicorp/aws 5.100",
)


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run terraform in a folder, without this machine's own settings."""
    environment = {key: value for key, value in os.environ.items() if key != "TF_CLI_CONFIG_FILE"}
    return subprocess.run(
        ["terraform", *arguments],
        cwd=folder,
        env={**environment, "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )


def initialised(folder: Path, files: dict[str, str]) -> Path:
    """Put files into a folder and initialise it with the provider's plugin."""
    for name, text in files.items():
        (folder / name).write_text(text)
    done = terraform(folder, "init", "-input=false", f"-plugin-dir={PLUGINS}")
    assert done.returncode == 0, done.stderr
    return folder


def variables(files: dict[str, str]) -> dict[str, str]:
    """Give a value, as HCL, for every variable that files declare."""
    blocks = parse(files.get("variables.tf", ""), "variables.tf").blocks
    return {block.labels[0]: _sample(block.labels[0], block.body.arguments["type"].kind == "call") for block in blocks}


def _sample(name: str, several: bool) -> str:
    if several:
        return '["subnet-0a1b2c3d", "subnet-1a2b3c4d"]'
    known = {"launch_template_id": '"lt-0123456789abcdef0"', "vpc_id": '"vpc-0123456789abcdef0"'}
    return known.get(name, '"arn:aws:iam::123456789012:role/x"' if name.endswith("arn") else '"value"')


def load(name: str) -> Any:
    """Give a JSON file of the fixtures."""
    return json.loads((FIXTURES / name).read_text())
