"""cfn-lint over task definitions and services: the API's JSON is recased into a template, by botocore's shapes."""
from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from .aws import request_shape

REGION = "us-east-1"
# Where CloudFormation's spelling is not the API's with a capital: (structure, member) -> property.
SPELLINGS = {
    ("Volume", "efsVolumeConfiguration"): "EFSVolumeConfiguration",
    ("Volume", "s3filesVolumeConfiguration"): "S3FilesVolumeConfiguration",
    ("Volume", "fsxWindowsFileServerVolumeConfiguration"): "FSxWindowsFileServerVolumeConfiguration",
    ("EFSVolumeConfiguration", "fileSystemId"): "FilesystemId",
    ("EFSAuthorizationConfig", "iam"): "IAM",
    ("ProxyConfiguration", "properties"): "ProxyConfigurationProperties",
    ("CreateServiceRequest", "placementStrategy"): "PlacementStrategies",
}
# What the API has and the resource types do not.
WITHOUT_PROPERTY = {
    ("CreateServiceRequest", "clientToken"),
    ("RegisterTaskDefinitionRequest", "trustedExecutionConfiguration"),
    ("GatewayConnector", "deregistrationDelay"),
}
KNOWN = {"AWS_ACCOUNT_ID": "123456789012", "AWS_REGION": REGION}
PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


def cfn_lint_errors(task_definitions: Iterable[dict], services: Iterable[dict] = ()) -> list[str]:
    """Judge requests as one template; only cfn-lint's errors count, not its advice."""
    from cfnlint.api import ManualArgs, lint

    found = lint(json.dumps(template(list(task_definitions), list(services))), config=ManualArgs(regions=[REGION]))
    return [f"{match.rule.id} {'/'.join(map(str, match.path or ()))}: {match.message}"
            for match in found if match.rule.id.startswith("E")]


def template(task_definitions: list[dict], services: list[dict]) -> dict[str, Any]:
    """Write the template: one resource a request, and a parameter for each placeholder that is a whole value."""
    parameters: dict[str, Any] = {}
    resources = {
        **{f"TaskDefinition{number}": resource("TaskDefinition", "taskDefinitions", request, parameters)
           for number, request in enumerate(task_definitions)},
        **{f"Service{number}": resource("Service", "services", request, parameters)
           for number, request in enumerate(services)},
    }
    families = {request.get("family"): f"TaskDefinition{number}" for number, request in enumerate(task_definitions)}
    for made in resources.values():
        family = made["Properties"].get("TaskDefinition")
        if isinstance(family, str) and family in families:
            made["Properties"]["TaskDefinition"] = {"Ref": families[family]}
    given = {"Parameters": parameters} if parameters else {}
    return {"AWSTemplateFormatVersion": "2010-09-09", **given, "Resources": resources}


def resource(name: str, key: str, request: dict, parameters: dict[str, Any]) -> dict[str, Any]:
    """Write one request as a resource."""
    return {"Type": f"AWS::ECS::{name}", "Properties": recased(request, request_shape(key), parameters)}


def recased(value: Any, shape: Any, parameters: dict[str, Any]) -> Any:
    """Write a value as CloudFormation spells it; the keys of maps stay."""
    kind = shape.type_name if shape is not None else ""
    if kind == "structure" and isinstance(value, dict) and not shape.is_document_type:
        return {spelling(shape.name, key): recased(entry, shape.members.get(key), parameters)
                for key, entry in value.items() if (shape.name, key) not in WITHOUT_PROPERTY}
    if isinstance(value, list):
        return [recased(entry, shape.member if kind == "list" else None, parameters) for entry in value]
    if kind == "map" and isinstance(value, dict):
        return {key: recased(entry, shape.value, parameters) for key, entry in value.items()}
    return filled(value, parameters) if isinstance(value, str) else value


def spelling(structure: str, member: str) -> str:
    """Give the property that a member is."""
    return SPELLINGS.get((structure, member)) or member[:1].upper() + member[1:]


def filled(text: str, parameters: dict[str, Any]) -> Any:
    """Fill in placeholders: a Ref where it is the whole value, something plausible where it is a part of one."""
    whole = PLACEHOLDER.fullmatch(text)
    if whole and whole[1] not in KNOWN:
        name = "Given" + re.sub(r"\W|_", "", whole[1])
        parameters[name] = {"Type": "String"}
        return {"Ref": name}
    return PLACEHOLDER.sub(lambda found: KNOWN.get(found[1], re.sub(r"\W|_", "-", found[1]).lower()), text)
