"""ECS documents -> Terraform: main.tf, variables.tf, outputs.tf and versions.tf for the AWS provider 5.100.

What nobody knows yet is a variable, what another resource answers is a reference to it, and what the application's
author wrote is text and nothing else. What the provider cannot say is what `unsaid` gives.
"""

from __future__ import annotations

from typing import Any

from ..model import Document, Finding
from ..readers import terraform_table as table
from .terraform_companions import closed, companions, order
from .terraform_hcl import Block, Expression, file, value_of
from .terraform_law import findings_of
from .terraform_needs import complete
from .terraform_references import References
from .terraform_resources import Planned, canonical, in_order, planned
from .terraform_roles import roles
from .terraform_variables import Variables

PROVIDER = "~> 5.100"
NEEDED = ">= 1.5.0"


def write(document: Document, environment: dict[str, Any] | None = None) -> dict[str, str]:
    """Give the files of one Terraform module: {name: text}; none for a document with nothing in it that one could hold."""
    environment = environment or {}
    references, resources = _resolved(canonical(document), environment)
    if not resources:
        return {}
    data = [Block(f'data "{kind}" "{name}"') for kind, name in sorted(references.data.items())]
    beside = companions(resources, references.variables, closed(document))
    files = {
        "main.tf": file([*data, *(_block(one) for one in resources), *beside]),
        "variables.tf": file(references.variables.blocks()),
        "outputs.tf": file(_outputs(resources)),
        "versions.tf": file(_versions(environment)),
    }
    return {name: text for name, text in files.items() if text}


def unsaid(document: Document, environment: dict[str, Any] | None = None) -> tuple[Finding, ...]:
    """Find what the files do not say of a document, and what is left to fill in."""
    document = canonical(document)
    references, resources = _resolved(document, environment or {})
    companions(resources, references.variables)
    return findings_of(document, planned(document), references)


def _resolved(document: Document, environment: dict[str, Any]) -> tuple[References, list[Planned]]:
    resources = planned(document)
    references = References.of(document, resources, Variables(environment))
    resources = [one for one in resources if not one.missing]
    resources = in_order([*resources, *roles(document, resources, environment)])
    for one in resources:
        one.values = references.resolved(one, complete(one, references.variables))
    order(resources)
    return references, resources


def _block(one: Planned) -> Block:
    made = _filled(
        f'resource "{one.type}" "{one.label}"',
        one.values,
        {argument.name: argument for argument in table.arguments(one.type)},
    )
    if one.after:
        made.last["depends_on"] = [Expression(address) for address in one.after]
    return made


def _filled(header: str, values: dict[str, Any], arguments: dict[str, Any]) -> Block:
    made = Block(header)
    for name, value in values.items():
        argument = arguments.get(name)
        if argument is None or not argument.block:
            made.arguments[name] = _argument(value, argument)
            continue
        below = {inner.name: inner for inner in argument.below}
        made.blocks.extend(_filled(name, entry, below) for entry in (value if isinstance(value, list) else [value]))
    return made


def _argument(value: Any, argument: Any) -> Any:
    """Write data where the provider takes a JSON text as a call of jsonencode."""
    if argument is not None and argument.type == "string" and isinstance(value, (dict, list)):
        return Expression(f"jsonencode({value_of(value, 1)})")
    return value


def _outputs(resources: list[Planned]) -> list[Block]:
    made = []
    for one in resources:
        for attribute, note in table.table()["outputs"].get(one.type, {}).items():
            arguments = {"description": f"{note}.", "value": Expression(f"{one.address}.{attribute}")}
            made.append(Block(f'output "{one.label}_{attribute}"', arguments))
    return made


def _versions(environment: dict[str, Any]) -> list[Block]:
    required = Block("required_providers", {"aws": {"source": "hashicorp/aws", "version": PROVIDER}})
    region = (environment.get("ecs") or {}).get("region")
    provider = [Block('provider "aws"', {"region": region})] if region else []
    return [Block("terraform", {"required_version": NEEDED}, [required]), *provider]
