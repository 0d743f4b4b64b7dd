"""File systems -> the mount targets by which tasks reach them."""

from __future__ import annotations

from typing import Any

from .cloudformation_network import group, task_groups
from .cloudformation_template import Entry, Template
from .cloudformation_values import Call, attribute, ref

NFS = 2049


def complete(template: Template) -> None:
    """Add mount targets for every file system of the document, and let what uses it wait for them."""
    for entry in template.of("fileSystems"):
        users = services_with(template, entry)
        subnets, groups = _subnets(template, users), _groups(template, users)
        targets = [_mount_target(template, entry, subnet, _group(template, entry, groups)) for subnet in subnets]
        for user in users:
            template.resources[user.logical].depends += targets


def services_with(template: Template, entry: Entry) -> list[Entry]:
    """Give the services whose tasks mount a file system."""
    made = []
    for one in template.of("services"):
        definition = template.named("taskDefinitions", one.value.get("taskDefinition"))
        volumes = (definition.value.get("volumes") or ()) if definition is not None else ()
        systems = [(volume.get("efsVolumeConfiguration") or {}).get("fileSystemId") for volume in volumes]
        if any(template.named("fileSystems", name) is entry for name in systems):
            made.append(one)
    return made


def _subnets(template: Template, users: list[Entry]) -> list[Any]:
    """Give the subnets one by one; of a list that only the parameter knows, the first two."""
    given = [
        template.resources[user.logical]
        .properties.get("NetworkConfiguration", {})
        .get("AwsvpcConfiguration", {})
        .get("Subnets")
        for user in users
    ]
    subnets = next((one for one in given if one), template.subnets())
    return subnets if isinstance(subnets, list) else [Call("Fn::Select", [place, subnets]) for place in range(2)]


def _groups(template: Template, users: list[Entry]) -> list[Any]:
    made: list[Any] = []
    for user in users:
        made += [one for one in task_groups(template, user) if one not in made]
    return made


def _group(template: Template, entry: Entry, groups: list[Any]) -> Any:
    name = f"{entry.logical}SecurityGroup"
    if name not in template.resources:
        rules = [{"IpProtocol": "tcp", "FromPort": NFS, "ToPort": NFS, "SourceSecurityGroupId": one} for one in groups]
        group(template, entry.logical, f"Clients of {entry.logical}", rules, "Who may mount the file system.")
    return attribute(name, "GroupId")


def _mount_target(template: Template, entry: Entry, subnet: Any, group_: Any) -> str:
    properties = {"FileSystemId": ref(entry.logical), "SubnetId": subnet, "SecurityGroups": [group_]}
    return template.add(
        f"{entry.logical}MountTarget",
        "AWS::EFS::MountTarget",
        properties,
        "Makes the file system reachable from one subnet.",
    )
