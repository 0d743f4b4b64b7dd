"""Terraform -> ECS documents: recognised at once, read by modules that load only when they are needed."""
from __future__ import annotations

from typing import Any

from ..model import Document, Source

BLOCKS = ("resource", "variable", "module", "provider", "data", "locals", "terraform", "output")


def recognises(value: Any) -> bool:
    """Whether plain data is Terraform's JSON, or a text looks like its files."""
    return _looks_written(value) if isinstance(value, str) else _is_state(value)


def _looks_written(text: str) -> bool:
    """Whether a line opens a block as only Terraform's files have it: `resource "aws_lb" "web" {`."""
    heads = (line.partition("{")[0].split() for line in text.splitlines() if line.startswith(BLOCKS) and "{" in line)
    return any(words and words[0] in BLOCKS and all(word.startswith('"') for word in words[1:]) for words in heads)


def _is_state(value: Any) -> bool:
    """Whether plain data is what Terraform prints, or keeps, of its resources."""
    if not isinstance(value, dict) or "terraform_version" not in value:
        return False
    return "format_version" in value or (isinstance(value.get("resources"), list) and "lineage" in value)


def read(source: Source) -> Document:
    """Read what `terraform show -json` prints of a plan or a state, or a state file; or a module that is one text."""
    from . import terraform_document

    if isinstance(source.value, str):
        return read_hcl(source.value, source.file)
    return terraform_document.read(source)


def read_hcl(text: str, file: str) -> Document:
    """Read one `.tf` file by itself. Raises ReadError, with file and line, for what is not HCL."""
    return read_module({file: text})


def read_module(files: dict[str, str], given: dict[str, str] | None = None) -> Document:
    """Read the files of one folder together: {name: text}; `.tfvars` files and `given` give variables their values.

    Terraform reads `terraform.tfvars` and `*.auto.tfvars` by itself; any other such file is a finding.

    Raises ReadError, with file and line, for what is not HCL.
    """
    from . import terraform_document

    return terraform_document.read_module(files, given or {})
