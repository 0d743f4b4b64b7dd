"""What resources need beside them to work, and what must stand before them, though no request says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model import Document
from ..readers.terraform_rules import REVOKED
from .terraform_hcl import Block, Expression
from .terraform_resources import Planned, group_name
from .terraform_variables import Variables

# A service's target group must be behind a listener, and its capacity providers in its cluster, before ECS takes it:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
BEFORE = {
    "aws_lb_target_group": ("aws_lb_listener", "aws_lb_listener_rule"),
    "aws_ecs_capacity_provider": ("aws_ecs_cluster_capacity_providers",),
    "aws_apigatewayv2_api": ("aws_apigatewayv2_stage",),  # a mapping names the stage
}
WAITING = ("aws_ecs_service", "aws_apigatewayv2_api_mapping")


def order(resources: list[Planned]) -> None:
    """Make services and mappings wait for what they need and do not refer to."""
    referred = {one.address: set(_referred(one.values)) for one in resources}
    for one in resources:
        if one.type in WAITING:
            one.after = [
                other.address
                for other in resources
                if any(
                    other.type in BEFORE.get(name.partition(".")[0], ()) and name in referred[other.address]
                    for name in referred[one.address]
                )
            ]


def _referred(value: Any) -> Iterator[str]:
    """Give the addresses that expressions refer to."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            yield from _referred(entry)
    elif isinstance(value, Expression):
        for part in value.text.replace("${", " ").replace("}", " ").split():
            if part.startswith("aws_") and part.count(".") > 1:
                yield ".".join(part.split(".")[:2])


def companions(resources: list[Planned], variables: Variables, closed: frozenset[str] = frozenset()) -> list[Block]:
    """Give mount targets for file systems, and the way out that Terraform takes away from security groups.

    `closed` are the groups whose way out is to be away.
    """
    made = []
    for one in resources:
        if one.type == "aws_efs_file_system":
            made.append(_mount_target(one, variables))
        elif one.type == "aws_security_group" and one.key not in closed:
            made.append(_way_out(one))
    return made


def closed(document: Document) -> frozenset[str]:
    """Give the names of the security groups that lose the rule by which everything is let out."""
    requests = [entry.value for entry in document.entries if entry.kind == REVOKED and isinstance(entry.value, dict)]
    return frozenset(group_name(one.get("GroupId")) for one in requests)


def _mount_target(one: Planned, variables: Variables) -> Block:
    subnets = variables.use("SUBNET_IDS", one.address)
    groups = variables.use("FILE_SYSTEM_SECURITY_GROUP_IDS", one.address)
    return Block(
        f'resource "aws_efs_mount_target" "{one.label}"',
        {
            "count": Expression(f"length({subnets})"),
            "file_system_id": Expression(f"{one.address}.id"),
            "subnet_id": Expression(f"{subnets}[count.index]"),
            "security_groups": Expression(groups),
        },
    )


def _way_out(one: Planned) -> Block:
    # AWS lets all traffic out of a new group; the provider removes that rule:
    # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
    return Block(
        f'resource "aws_vpc_security_group_egress_rule" "{one.label}"',
        {"security_group_id": Expression(f"{one.address}.id"), "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"},
    )
