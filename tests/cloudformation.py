"""What the tests of CloudFormation share: documents that were written by hand, templates as plain data, and their reading."""
from __future__ import annotations

import json
from typing import Any

from conftest import ROOT
from translator.model import ECS, Document, Object, Source
from translator.readers import cloudformation as reader
from translator.readers import text

FIXTURES = ROOT / "fixtures" / "cloudformation"
NAMES = sorted(file.stem for file in FIXTURES.glob("*.json"))
REGION = "us-east-1"


def plain(name: str) -> dict[str, list[dict]]:
    """Give an ECS document as plain data."""
    return json.loads((FIXTURES / f"{name}.json").read_text())


def document(given: str | dict[str, list[dict]]) -> Document:
    """Make a document of plain data, or of a file."""
    data = plain(given) if isinstance(given, str) else given
    return Document(ECS, tuple(Object(kind, value) for kind, values in data.items() for value in values))


def template(resources: dict[str, Any], **sections: Any) -> dict[str, Any]:
    """Make a template of its resources and further sections."""
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources, **sections}


def resource(type_: str, more: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """Make a resource."""
    return {"Type": type_, "Properties": properties, **(more or {})}


def read(value: dict[str, Any], **parameters: Any) -> Document:
    """Read a template that is plain data."""
    return reader.read(Source(value, "template.yaml"), parameters)


def read_text(content: str) -> Document:
    """Read a template as a file has it."""
    sources, _ = text.load(content, "template.yaml")
    assert reader.recognises(sources[0].value)
    return reader.read(sources[0])


def codes(found: Document) -> set[str]:
    """Give the codes of a document's findings, without the table's name."""
    return {finding.code.removeprefix("cloudformation.") for finding in found.findings}
