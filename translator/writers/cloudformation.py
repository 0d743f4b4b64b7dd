"""ECS documents -> one CloudFormation template that can be deployed as it stands, once its parameters are filled in."""

from __future__ import annotations

from typing import Any

from ..model import Document, Field, Finding
from . import cloudformation_balancing as balancing
from . import cloudformation_network as network
from . import cloudformation_roles as roles
from . import cloudformation_storage as storage
from . import cloudformation_watching as watching
from .cloudformation_resources import write_resources
from .cloudformation_template import Template
from .cloudformation_values import attribute
from .cloudformation_yaml import write_yaml

FILE = "template.yaml"
MOST_RESOURCES = 500  # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
DESCRIPTION_LENGTH = 200


def write(document: Document, environment: dict[str, Any] | None = None) -> dict[str, str]:
    """Give {`template.yaml`: text}; nothing for a document with nothing in it that a stack could hold."""
    template = made(document, environment)
    if not template.resources:
        return {}
    return {FILE: write_yaml(template, description(template))}


def unsaid(document: Document, environment: dict[str, Any] | None = None) -> tuple[Finding, ...]:
    """Find what the template of a document cannot say or says in another way, and what is left to fill in."""
    template = made(document, environment)
    wanted = [name for name, cells in template.parameters.items() if "Default" not in cells]
    if wanted:
        fields = [Field(f"Parameters.{name}", becomes=name) for name in wanted]
        template.say("fill-in", f"Values that the manifest does not say are parameters: {', '.join(wanted)}.", fields)
    return tuple(template.said)


def made(document: Document, environment: dict[str, Any] | None = None) -> Template:
    """Make the template: the document's own resources, then what they need and nobody named."""
    template = Template(document, environment or {})
    write_resources(template)
    balancing.complete(template)
    network.complete(template)
    watching.logs(template)
    roles.complete(template)
    storage.complete(template)
    watching.alarms(template)
    template.settle()
    tell(template)
    template.resources = ordered(template)
    if len(template.resources) > MOST_RESOURCES:
        template.say(
            "too-many",
            f"The template has {len(template.resources)} resources, and CloudFormation takes {MOST_RESOURCES}.",
        )
    return template


def description(template: Template) -> str:
    """Say what the stack is."""
    names = [entry.key for entry in template.of("services") or template.of("taskDefinitions")]
    shown = ", ".join(names)
    if "{" in shown or len(shown) > DESCRIPTION_LENGTH:
        shown = f"{len(names)} services"
    return f"{shown} on Amazon ECS" if shown else "Resources for Amazon ECS"


def tell(template: Template) -> None:
    """Add the outputs that people look for: what to call, and what runs."""
    for entry in template.of("loadBalancers"):
        template.outputs[f"{entry.logical}Address"] = {
            "Description": "The name to call.",
            "Value": attribute(entry.logical, "DNSName"),
        }
    for entry in template.of("services"):
        template.outputs[f"{entry.logical}Name"] = {
            "Description": "The service.",
            "Value": attribute(entry.logical, "Name"),
        }


# The order in which a person reads a stack: who may call whom, what it writes and keeps, what is in front,
# what runs, how it scales.
SECTIONS = (
    "AWS::EC2",
    "AWS::IAM",
    "AWS::Logs",
    "AWS::ECR",
    "AWS::SSM",
    "AWS::SecretsManager",
    "AWS::EFS",
    "AWS::ServiceDiscovery",
    "AWS::AutoScaling",
    "AWS::ElasticLoadBalancingV2",
    "AWS::ECS",
    "AWS::ApplicationAutoScaling",
    "AWS::CloudWatch",
    "AWS::Scheduler",
)


def ordered(template: Template) -> dict:
    """Sort resources by section; within one, what comes first was needed first."""

    def place(logical: str) -> int:
        service = template.resources[logical].type.rpartition("::")[0]
        return SECTIONS.index(service) if service in SECTIONS else len(SECTIONS)

    return {logical: template.resources[logical] for logical in sorted(template.resources, key=place)}
