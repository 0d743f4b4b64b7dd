"""What the tests of CloudFormation share: documents written by hand, templates as plain data, reading and writing."""

from __future__ import annotations

import json
from typing import Any

import yaml
from conftest import ROOT

from translator.model import ECS, Document, Object, Source
from translator.readers import cloudformation as reader
from translator.readers import text
from translator.writers import cloudformation as writer

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


# --- what is written, loaded by an independent reader of YAML ---------------------------------------


class Loader(yaml.SafeLoader):
    """Reads short forms of functions as their long forms."""


def _function(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: text.split(".", 1) if suffix == "GetAtt" else text}
    return {name: loader.construct_sequence(node, deep=True)}


Loader.add_multi_constructor("!", _function)


def written(given: str | dict, environment: dict | None = None) -> str:
    """Write a document, and give the text of its template."""
    files = writer.write(document(given), environment)
    assert list(files) == ["template.yaml"]
    return files["template.yaml"]


def loaded(given: str | dict, environment: dict | None = None) -> dict[str, Any]:
    """Write a document, and load its template with an independent reader of YAML."""
    return yaml.load(written(given, environment), Loader)


def properties(given: str | dict, logical: str) -> dict[str, Any]:
    """Give the properties of one resource of the template."""
    return loaded(given)["Resources"][logical]["Properties"]


def statements(given: str | dict, role: str) -> list[dict[str, Any]]:
    """Give the statements of the permissions of a role."""
    return properties(given, role)["Policies"][0]["PolicyDocument"]["Statement"]


def said(given: str | dict) -> list[str]:
    """Give the codes of what a template cannot say; what it asks for stands in its parameters."""
    codes_ = [finding.code.removeprefix("cloudformation.") for finding in writer.unsaid(document(given))]
    return [code for code in codes_ if code != "fill-in"]
