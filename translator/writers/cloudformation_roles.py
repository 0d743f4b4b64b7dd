"""Roles that nobody named -> IAM roles that may do what the document needs, and nothing else."""

from __future__ import annotations

from typing import Any

from .cloudformation_permissions import execution, lifecycle_hook, needs_execution, scheduler, task
from .cloudformation_template import Entry, Template
from .cloudformation_values import Call, attribute, is_unknown, joined, pascal, ref

TASKS, ECS, SCHEDULER = "ecs-tasks.amazonaws.com", "ecs.amazonaws.com", "scheduler.amazonaws.com"
# Where a service names a role of the infrastructure -> the policy that AWS keeps for it.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html
MANAGED = {
    ("LoadBalancers", "AdvancedConfiguration", "RoleArn"): "AmazonECSInfrastructureRolePolicyForLoadBalancers",
    ("VolumeConfigurations", "ManagedEBSVolume", "RoleArn"): "service-role/AmazonECSInfrastructureRolePolicyForVolumes",
    ("VpcLatticeConfigurations", "RoleArn"): "AmazonECSInfrastructureRolePolicyForVpcLattice",
    (
        "ServiceConnectConfiguration",
        "Services",
        "Tls",
        "RoleArn",
    ): "service-role/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity",
}


def complete(template: Template) -> None:
    """Add the roles that are only placeholders, and the execution role that a task cannot start without."""
    for entry in template.of("taskDefinitions"):
        definition(template, entry)
    for entry in template.of("services"):
        service(template, entry)
    for entry in template.of("capacityProviders"):
        infrastructure(template, entry)
    for entry in template.of("schedules"):
        schedule(template, entry)


def definition(template: Template, entry: Entry) -> None:
    """Give a task definition its two roles."""
    properties = template.resources[entry.logical].properties
    given = entry.value.get("executionRoleArn")
    if is_unknown(given) or given is None and needs_execution(entry.value):
        comment = (
            "What ECS needs to start the tasks. Add kms:Decrypt where a key of your own encrypts images or secrets."
        )
        properties["ExecutionRoleArn"] = role(
            template, f"{entry.key} ExecutionRole", TASKS, execution(template, entry), comment
        )
    if is_unknown(entry.value.get("taskRoleArn")):
        comment = "What the application itself may do in AWS: add the permissions that it uses."
        properties["TaskRoleArn"] = role(template, f"{entry.key} TaskRole", TASKS, task(template, entry), comment)
    if "ContainerDefinitions" in properties:  # the longest part reads best at the end
        properties["ContainerDefinitions"] = properties.pop("ContainerDefinitions")


def service(template: Template, entry: Entry) -> None:
    """Give a service the roles with which ECS handles its load balancers, volumes and hooks."""
    properties = template.resources[entry.logical].properties
    for path, managed in MANAGED.items():
        for holder, given in _holders(properties, entry.value, path):
            if is_unknown(given):
                holder[path[-1]] = managed_role(template, f"{entry.key} {path[0]} Role", managed)
    hooks = entry.value.get("deploymentConfiguration", {}).get("lifecycleHooks", ())
    for place, hook in enumerate(hooks):
        if is_unknown(hook.get("roleArn")):
            written = properties["DeploymentConfiguration"]["LifecycleHooks"][place]
            written["RoleArn"] = role(
                template,
                f"{entry.key} HookRole",
                ECS,
                lifecycle_hook(template, hook),
                "Calls the functions that check a deployment.",
            )


def _holders(properties: Any, value: Any, path: tuple[str, ...]):
    """Give each structure that holds the last part of a path, and what the document has there."""
    if isinstance(properties, list) and isinstance(value, list):
        for written, given in zip(properties, value, strict=False):
            yield from _holders(written, given, path)
    elif isinstance(properties, dict) and isinstance(value, dict):
        member = path[0][:1].lower() + path[0][1:]
        if len(path) == 1:
            yield properties, value.get(member)
        elif path[0] in properties:
            yield from _holders(properties[path[0]], value.get(member), path[1:])


def infrastructure(template: Template, entry: Entry) -> None:
    """Give managed instances the role with which ECS starts them."""
    provider = template.resources[entry.logical].properties.get("ManagedInstancesProvider")
    if provider is not None and is_unknown(entry.value["managedInstancesProvider"].get("infrastructureRoleArn")):
        provider["InfrastructureRoleArn"] = managed_role(
            template, f"{entry.key} InfrastructureRole", "AmazonECSInfrastructureRolePolicyForManagedInstances"
        )


def schedule(template: Template, entry: Entry) -> None:
    """Give a schedule the role with which it starts tasks."""
    target = template.resources[entry.logical].properties.get("Target", {})
    if is_unknown(entry.value.get("Target", {}).get("RoleArn")):
        target["RoleArn"] = role(
            template,
            f"{entry.key} ScheduleRole",
            SCHEDULER,
            scheduler(template, entry),
            "Starts the tasks of the schedule.",
        )


def role(template: Template, name: str, principal: str, statements: list[dict], comment: str) -> Call:
    """Add a role, and refer to its ARN."""
    policies = (
        [{"PolicyName": "permissions", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}]
        if statements
        else []
    )
    properties = {"AssumeRolePolicyDocument": trust(principal), **({"Policies": policies} if policies else {})}
    return attribute(template.add(pascal(name), "AWS::IAM::Role", properties, comment), "Arn")


def managed_role(template: Template, name: str, managed: str) -> Call:
    """Add a role with a policy that AWS keeps, and refer to its ARN."""
    policy = joined(["arn:", ref("AWS::Partition"), f":iam::aws:policy/{managed}"])
    properties = {"AssumeRolePolicyDocument": trust(ECS), "ManagedPolicyArns": [policy]}
    return attribute(
        template.add(pascal(name), "AWS::IAM::Role", properties, "What ECS itself does for the service."), "Arn"
    )


def trust(principal: str) -> dict[str, Any]:
    """Say who may take a role."""
    statement = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}
