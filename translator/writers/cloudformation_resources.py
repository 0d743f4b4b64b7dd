"""Requests of an ECS document -> CloudFormation resources: what was several requests is one resource again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import Field
from .cloudformation_properties import Properties
from .cloudformation_template import Entry, Resource, Template
from .cloudformation_values import Call, attribute, is_unknown, joined, ref

# What is made first, so that what refers to it finds a resource; also the order in which a person reads a stack.
ORDER = (
    "securityGroups",
    "securityGroupIngress",
    "revokedEgress",
    "securityGroupEgress",
    "roles",
    "rolePolicies",
    "logGroups",
    "repositories",
    "retentionPolicies",
    "lifecyclePolicies",
    "parameters",
    "secrets",
    "fileSystems",
    "accessPoints",
    "namespaces",
    "discoveryServices",
    "discoveryInstances",
    "clusters",
    "launchTemplates",
    "autoScalingGroups",
    "capacityProviders",
    "loadBalancers",
    "loadBalancerAttributes",
    "targetGroups",
    "targetGroupAttributes",
    "listeners",
    "listenerCertificates",
    "listenerRules",
    "taskDefinitions",
    "services",
    "expressGatewayServices",
    "apis",
    "vpcLinks",
    "integrations",
    "routes",
    "stages",
    "domainNames",
    "apiMappings",
    "daemonTaskDefinitions",
    "daemons",
    "scalableTargets",
    "scheduledActions",
    "scalingPolicies",
    "alarms",
    "scheduleGroups",
    "schedules",
    "tasks",
)


def write_resources(template: Template) -> None:
    """Make a resource of every request that CloudFormation has a type for."""
    ordered = sorted(template.entries, key=lambda entry: ORDER.index(entry.kind) if entry.kind in ORDER else len(ORDER))
    for entry in ordered:
        if entry.type and entry.kind not in JOINED and not refused(template, entry):
            template.resources[entry.logical] = Resource(entry.type, {})
    for entry in ordered:
        if entry.logical in template.resources:
            properties = Properties(template, entry).write()
            template.resources[entry.logical].properties = FINISHED.get(entry.kind, lambda *given: given[2])(
                template, entry, properties
            )
    for entry in ordered:
        if entry.logical not in template.resources and entry.kind in JOINED:
            JOINED[entry.kind](template, entry)


def refused(template: Template, entry: Entry) -> bool:
    """Whether CloudFormation cannot make this one, although it has the type."""
    if entry.kind == "parameters" and entry.value.get("Type") == "SecureString":
        words = f"CloudFormation cannot create {entry.key}, as it is a SecureString."
        template.say("secure-string", words, [Field("Type", f"parameters/{entry.key}")])
        return True
    return False


# --- one request, with something of CloudFormation's own -----------------------------------------


def pairs(tags: dict[str, Any]) -> list[dict[str, Any]]:
    """Write a map of tags as a list."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def log_group(template: Template, entry: Entry, properties: dict) -> dict:
    """Write tags as a list."""
    if isinstance(properties.get("Tags"), dict):
        properties["Tags"] = pairs(properties["Tags"])
    return properties


def parameter(template: Template, entry: Entry, properties: dict) -> dict:
    """Write tags as a map."""
    if isinstance(properties.get("Tags"), list):
        properties["Tags"] = {str(tag["Key"]): tag.get("Value", "") for tag in properties["Tags"] if "Key" in tag}
    return properties


def secret(template: Template, entry: Entry, properties: dict) -> dict:
    """Ask for the value of a secret: a task cannot start with a secret that has none."""
    if "SecretString" not in properties:
        properties["SecretString"] = template.parameter(
            f"{entry.logical}Value", description="The value of the secret.", NoEcho=True
        )
    return properties


def file_system(template: Template, entry: Entry, properties: dict) -> dict:
    """Say in CloudFormation's words that a file system is backed up."""
    if "Backup" in properties:
        properties["BackupPolicy"] = {"Status": "ENABLED" if properties.pop("Backup") else "DISABLED"}
    return properties


def scaling_group(template: Template, entry: Entry, properties: dict) -> dict:
    """Write subnets as a list."""
    subnets = properties.get("VPCZoneIdentifier")
    if isinstance(subnets, str):
        properties["VPCZoneIdentifier"] = subnets.split(",")
    elif entry.value.get("VPCZoneIdentifier") == LIST:
        properties["VPCZoneIdentifier"] = template.subnets()
    elif isinstance(subnets, Call):
        properties["VPCZoneIdentifier"] = Call("Fn::Split", [",", subnets])
    for holder in (properties, properties.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})):
        for key in ("LaunchTemplate", "LaunchTemplateSpecification"):
            newest(template, entry, holder.get(key))
    return properties


LIST = "${SUBNET_IDS}"  # a parameter that is a list already
VERSIONS = {"$Latest": "LatestVersionNumber", "$Default": "DefaultVersionNumber"}


def newest(template: Template, entry: Entry, written: Any) -> None:
    """Say the newest version of a launch template as a template can: it takes numbers alone."""
    version = written.get("Version") if isinstance(written, dict) else None
    if not isinstance(version, str) or version not in VERSIONS:
        return
    found = template.named("launchTemplates", entry.key)
    if found is not None:
        written["Version"] = attribute(found.logical, VERSIONS[version])


def security_group(template: Template, entry: Entry, properties: dict) -> dict:
    """Write tags as every other resource does."""
    tags = [tag for specification in properties.pop("TagSpecifications", ()) for tag in specification.get("Tags", ())]
    return {
        **properties,
        **({"Tags": tags} if tags else {}),
        **({} if "VpcId" in properties else {"VpcId": template.vpc()}),
    }


def service(template: Template, entry: Entry, properties: dict) -> dict:
    """Name the cluster, and the task definition that stands in the same template."""
    definition = template.named("taskDefinitions", entry.value.get("taskDefinition"))
    if definition is not None:
        properties["TaskDefinition"] = ref(definition.logical)
    properties.setdefault("Cluster", template.cluster())
    return {
        key: properties[key]
        for key in sorted(properties, key=lambda key: key not in ("ServiceName", "Cluster", "TaskDefinition"))
    }


def scalable_target(template: Template, entry: Entry, properties: dict) -> dict:
    """Scale the service that stands in the template; the role is AWS's own where none is known."""
    properties["ResourceId"] = resource_id(template, entry)
    if is_unknown(entry.value.get("RoleARN")):
        properties.pop("RoleARN")
    if isinstance(properties.get("Tags"), dict):
        properties["Tags"] = pairs(properties["Tags"])
    return properties


def resource_id(template: Template, entry: Entry) -> Any:
    """Name a service as Application Auto Scaling does, by way of the service's own resource."""
    text = entry.value.get("ResourceId", "")
    found = template.named("services", str(text).rpartition("/")[2])
    if found is None:
        return template.text(text)
    cluster = template.resources[found.logical].properties.get("Cluster") or cluster_of(template, found)
    if not isinstance(cluster, Call):
        cluster = str(cluster).rpartition("/")[2]
    return joined(["service/", cluster, "/", attribute(found.logical, "Name")])


def cluster_of(template: Template, found: Entry) -> Any:
    """Name the cluster of a service."""
    given = found.value.get("cluster")
    inside = template.named("clusters", given)
    return ref(inside.logical) if inside else template.text(given) if given else template.cluster()


def scaling_policy(template: Template, entry: Entry, properties: dict) -> dict:
    """Say by reference what a policy scales, where that stands in the template."""
    target = template.named("scalableTargets", entry.value.get("ResourceId"))
    if target is None:
        return {**properties, "ResourceId": resource_id(template, entry)}
    for key in ("ServiceNamespace", "ResourceId", "ScalableDimension"):
        properties.pop(key, None)
    properties.setdefault("PolicyType", "StepScaling")
    name = {"PolicyName": properties.pop("PolicyName")} if "PolicyName" in properties else {}
    return {**name, "ScalingTargetId": ref(target.logical), **properties}


def task_definition(template: Template, entry: Entry, properties: dict) -> dict:
    """Ask for the images that nobody named: CloudFormation wants one for every container."""
    for container in properties.get("ContainerDefinitions", ()):
        if "Image" not in container:
            name = f"{entry.key} {container.get('Name', '')} image"
            container["Image"] = template.parameter(name, description="The image of the container.")
    return properties


FINISHED: dict[str, Callable[[Template, Entry, dict], dict]] = {
    "autoScalingGroups": scaling_group,
    "fileSystems": file_system,
    "logGroups": log_group,
    "parameters": parameter,
    "scalableTargets": scalable_target,
    "scalingPolicies": scaling_policy,
    "secrets": secret,
    "securityGroups": security_group,
    "services": service,
    "taskDefinitions": task_definition,
}


# --- requests that are part of another resource ---------------------------------------------------


def attributes(kind: str, member: str, property_name: str) -> Callable[[Template, Entry], None]:
    """Put attributes into the resource that they are of."""

    def put(template: Template, entry: Entry) -> None:
        owner = template.named(kind, entry.value.get(member))
        if owner is None:
            return not_written(template, entry)
        written = Properties(template, owner)
        template.resources[owner.logical].properties[property_name] = [
            {"Key": attribute_["Key"], "Value": written.template.text(str(attribute_.get("Value", "")))}
            for attribute_ in entry.value.get("Attributes", ())
        ]
        return None

    return put


def not_written(template: Template, entry: Entry) -> None:
    """Report a request that a template cannot make."""
    name = f"{entry.kind}/{entry.key}"
    words = f"{name} has no place in a template, or belongs to what is not in the document; it was left out."
    template.say("not-written", words, [Field("", f"{entry.kind}/{entry.key}")])


def scheduled_action(template: Template, entry: Entry) -> None:
    """Put a scheduled action into what it scales."""
    target = template.named("scalableTargets", entry.value.get("ResourceId"))
    if target is None:
        return not_written(template, entry)
    entry.type = target.type
    written = Properties(template, entry).write()
    for key in ("ServiceNamespace", "ResourceId", "ScalableDimension"):
        written.pop(key, None)
    template.resources[target.logical].properties.setdefault("ScheduledActions", []).append(written)
    return None


def role_policy(template: Template, entry: Entry) -> None:
    """Put a policy into its role, or make it a resource where the role exists already."""
    owner = template.named("roles", entry.value.get("RoleName"))
    written = Properties(template, entry).write()
    if owner is None:
        template.resources[entry.logical] = Resource(entry.type, written)
        return
    written.pop("RoleName")
    template.resources[owner.logical].properties.setdefault("Policies", []).append(written)


def lifecycle_policy(template: Template, entry: Entry) -> None:
    """Put a lifecycle policy into its repository."""
    owner = template.named("repositories", entry.value.get("repositoryName"))
    if owner is None:
        return not_written(template, entry)
    text = template.literal(str(entry.value.get("lifecyclePolicyText", "")))
    template.resources[owner.logical].properties["LifecyclePolicy"] = {"LifecyclePolicyText": text}
    return None


def retention(template: Template, entry: Entry) -> None:
    """Put how long logs are kept into their log group."""
    owner = template.named("logGroups", entry.value.get("logGroupName"))
    if owner is None:
        return not_written(template, entry)
    days = entry.value.get("retentionInDays")
    written = template.text(days, "RetentionInDays", "integer") if isinstance(days, str) else days
    template.resources[owner.logical].properties["RetentionInDays"] = written
    return None


# The list of the request -> the member of its entries and the property of a rule for traffic in, and of one for out.
SOURCES = {
    "IpRanges": ("CidrIp", "CidrIp", "CidrIp"),
    "Ipv6Ranges": ("CidrIpv6", "CidrIpv6", "CidrIpv6"),
    "PrefixListIds": ("PrefixListId", "SourcePrefixListId", "DestinationPrefixListId"),
    "UserIdGroupPairs": ("GroupId", "SourceSecurityGroupId", "DestinationSecurityGroupId"),
}


def group_rules(type_: str, place: int) -> Callable[[Template, Entry], None]:
    """Make a rule of every source of every permission."""

    def put(template: Template, entry: Entry) -> None:
        group = template.text(str(entry.value.get("GroupId", "")), "SecurityGroups")
        for permission in entry.value.get("IpPermissions", ()):
            ports = {key: permission[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in permission}
            for listed, names in SOURCES.items():
                for source in permission.get(listed, ()):
                    told = {"Description": template.literal(source["Description"])} if "Description" in source else {}
                    end = {names[place]: template.text(str(source.get(names[0], "")))}
                    template.add(entry.logical, type_, {"GroupId": group, **ports, **end, **told})

    return put


def revoked_egress(template: Template, entry: Entry) -> None:
    """Let a group's own rule take the place of the one that lets everything out: it goes where another stands.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
    """
    owner = template.named("securityGroups", entry.value.get("GroupId"))
    if owner is None:
        return not_written(template, entry)
    nowhere = {"IpProtocol": "-1", "CidrIp": "127.0.0.1/32", "Description": "Nothing is let out but by other rules"}
    template.resources[owner.logical].properties["SecurityGroupEgress"] = [nowhere]
    return None


JOINED: dict[str, Callable[[Template, Entry], None]] = {
    "lifecyclePolicies": lifecycle_policy,
    "retentionPolicies": retention,
    "loadBalancerAttributes": attributes("loadBalancers", "LoadBalancerArn", "LoadBalancerAttributes"),
    "rolePolicies": role_policy,
    "scheduledActions": scheduled_action,
    "revokedEgress": revoked_egress,
    "securityGroupEgress": group_rules("AWS::EC2::SecurityGroupEgress", 2),
    "securityGroupIngress": group_rules("AWS::EC2::SecurityGroupIngress", 1),
    "targetGroupAttributes": attributes("targetGroups", "TargetGroupArn", "TargetGroupAttributes"),
    "tasks": not_written,
}
