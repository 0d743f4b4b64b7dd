"""The table of Terraform's resources <-> the provider's schema <-> the AWS API: names and types, without any program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from terraform import NAMES, written

from translator import rows
from translator.readers import terraform_table as table
from translator.readers.terraform_parts import RETENTION
from translator.readers.terraform_syntax import Body, Node, parse
from translator.readers.terraform_table import Argument
from translator.readers.terraform_values import PAIRS

# Members that stand for others on the way: attributes by key, one source of a permission, what only rules have.
PSEUDO = {
    "Attributes",
    "CidrIpv4",
    "CidrIpv6",
    "PrefixListId",
    "ReferencedGroupId",
    "Description",
    "EventPattern",
    "Rule",
}
TYPES = {
    "string": {"string", "timestamp"},
    "number": {"integer", "long", "double", "float"},
    "bool": {"boolean"},
    "set": {"list"},
    "list": {"list"},
    "map": {"map"},
}
# Members of the API that the provider 5.100 has no argument for, as botocore 1.44 names them.
UNSAID = {
    "launchTemplates": {
        "ClientToken",
        "DryRun",
        "LaunchTemplateData.BlockDeviceMappings.Ebs.EbsCardIndex",
        "LaunchTemplateData.CpuOptions.NestedVirtualization",
        "LaunchTemplateData.ElasticInferenceAccelerators",
        "LaunchTemplateData.InstanceRequirements.BaselinePerformanceFactors",
        "LaunchTemplateData.InstanceRequirements.RequireEncryptionInTransit",
        "LaunchTemplateData.Monitoring.MetricCategoryIds",
        "LaunchTemplateData.NetworkInterfaces.ConnectionTrackingSpecification",
        "LaunchTemplateData.NetworkInterfaces.EnaQueueCount",
        "LaunchTemplateData.NetworkInterfaces.EnaSrdSpecification",
        "LaunchTemplateData.NetworkInterfaces.Ipv4Prefixes",
        "LaunchTemplateData.NetworkInterfaces.Ipv6Addresses",
        "LaunchTemplateData.NetworkInterfaces.Ipv6Prefixes",
        "LaunchTemplateData.NetworkInterfaces.PrivateIpAddresses",
        "LaunchTemplateData.NetworkPerformanceOptions",
        "LaunchTemplateData.Operator",
        "LaunchTemplateData.Placement.AvailabilityZoneId",
        "LaunchTemplateData.Placement.GroupId",
        "LaunchTemplateData.SecondaryInterfaces",
        "Operator",
        "TagSpecifications",
    },
    "taskDefinitions": {"volumes.s3filesVolumeConfiguration", "trustedExecutionConfiguration"},
    "services": {
        "clientToken",
        "loadBalancers.advancedConfiguration",
        "gatewayConnectors",
        "monitoring",
        "vpcLatticeConfigurations.advancedConfiguration",
        "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask",
        "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration",
        "deploymentConfiguration.strategy",
        "deploymentConfiguration.bakeTimeInMinutes",
        "deploymentConfiguration.lifecycleHooks",
        "deploymentConfiguration.linearConfiguration",
        "deploymentConfiguration.canaryConfiguration",
        "deploymentConfiguration.earlySuccessCriteria",
        "serviceConnectConfiguration.services.clientAliases.testTrafficRules",
        "serviceConnectConfiguration.accessLogConfiguration",
        "serviceConnectConfiguration.containerConfigurations",
    },
    "scalingPolicies": {"PredictiveScalingPolicyConfiguration"},
    "alarms": {
        "EvaluationWindow",
        "WarmUpConfiguration",
        "EvaluationCriteria",
        "EvaluationInterval",
        "ActionConfiguration",
    },
    "targetGroups": {"TargetControlPort"},
    "loadBalancers": {"SubnetMappings.SourceNatIpv6Prefix", "EnablePrefixForIpv6SourceNat"},
    "listeners": {
        "DefaultActions.AuthenticateOidcConfig.UseExistingClientSecret",
        "DefaultActions.JwtValidationConfig",
        "MutualAuthentication.TrustStoreAssociationStatus",
    },
    "listenerRules": {
        "Actions.AuthenticateOidcConfig.UseExistingClientSecret",
        "Actions.JwtValidationConfig",
        "Transforms",
    },
    "namespaces": {"CreatorRequestId", "Properties"},
    "discoveryServices": {"CreatorRequestId"},
    "scheduleGroups": {"ClientToken"},
    "schedules": {
        "ClientToken",
        "ActionAfterCompletion",
        "Target.EventBridgePutEventsV2Parameters",
        "Target.EventBridgePutRawEventsParameters",
    },
    "parameters": {"Policies"},
    "secrets": {"ClientRequestToken", "SecretBinary", "SecretString", "Type", "CrossAccountPrimaryARN"},
    "accessPoints": {"ClientToken"},
    "logGroups": {"deletionProtectionEnabled"},
    "repositories": {"registryId", "imageTagMutabilityExclusionFilters"},
    "lifecyclePolicies": {"registryId"},
    "capacityProviders": {"cluster", "managedInstancesProvider"},
    "autoScalingGroups": {
        "MixedInstancesPolicy.LaunchTemplate.Overrides.InstanceRequirements.BaselinePerformanceFactors",
        "MixedInstancesPolicy.LaunchTemplate.Overrides.ImageId",
        "MixedInstancesPolicy.InstancesDistribution.DistributionSegments",
        "InstanceId",
        "AvailabilityZoneIds",
        "DeletionProtection",
        "Tags.ResourceId",
        "Tags.ResourceType",
        "AvailabilityZoneImpairmentPolicy",
        "SkipZonalShiftValidation",
        "InstanceLifecyclePolicy",
        "Operator",
    },
    "securityGroups": {"DryRun"},
    "apis": {"DisableSchemaValidation"},
    "integrations": {"ResponseParameters"},
    "routes": {"RequestParameters"},
    "stages": {"RouteSettings"},
    "domainNames": {
        "RoutingMode",
        "DomainNameConfigurations.ApiGatewayDomainName",
        "DomainNameConfigurations.CertificateName",
        "DomainNameConfigurations.CertificateUploadDate",
        "DomainNameConfigurations.DomainNameStatus",
        "DomainNameConfigurations.DomainNameStatusMessage",
        "DomainNameConfigurations.HostedZoneId",
    },
}


@pytest.fixture(scope="module")
def shapes():
    """Give the shape of each kind's call, as botocore knows it."""
    model = pytest.importorskip("botocore.model")
    loader = pytest.importorskip("botocore.loaders").Loader()

    def shape(kind: str) -> Any:
        cells = rows.tables()["kinds"][kind]
        service = model.ServiceModel(loader.load_service_model(cells["service"], "service-2"), cells["service"])
        return service.operation_model(cells["operation"]).input_shape

    return shape


def at(shape: Any, path: tuple[str, ...]) -> Any:
    """Go into a shape, through lists."""
    for step in path:
        while shape.type_name == "list":
            shape = shape.member
        if shape.type_name != "structure" or step not in shape.members:
            return None
        shape = shape.members[step]
    return shape


def members(arguments: tuple[Argument, ...], shape: Any, path: tuple = ()) -> Iterator[tuple[Argument, tuple, Any]]:
    """Give every argument with its member's path and shape."""
    for argument in arguments:
        if argument.to is None or (argument.to and argument.to[0] in PSEUDO and at(shape, argument.to) is None):
            continue
        found = at(shape, argument.to)
        yield argument, path + argument.to, found
        if found is not None and argument.block and not argument.via:
            yield from members(argument.below, found, path + argument.to)


@pytest.mark.parametrize("resource", table.resources())
def test_every_argument_is_a_member_of_the_same_type(resource, shapes):
    kind = table.resources()[resource]["kind"]
    own = {rows.tables()["kinds"][kind]["arn"], RETENTION}  # what a part is a part of, and what a call of its own says
    for argument, path, shape in members(table.arguments(resource), shapes(kind)):
        assert shape is not None or path[0] in own, (argument.name, path)
        if shape is None or argument.via:
            continue
        if argument.block:
            assert argument.single == (shape.type_name == "structure"), (argument.name, path)
        else:
            outer = argument.type if isinstance(argument.type, str) else argument.type[0]
            assert shape.type_name in TYPES[outer], (argument.name, path)


@pytest.mark.parametrize(
    "kind", sorted({cells["kind"] for cells in table.resources().values()} - {"securityGroupIngress", "securityGroupEgress"})
)
def test_every_member_is_said_or_listed(kind, shapes):
    said = {
        path
        for resource in table.types_of(kind)
        for _, path, shape in members(table.arguments(resource), shapes(kind))
        if shape is not None
    }
    whole = {
        path
        for resource in table.types_of(kind)
        for argument, path, _ in members(table.arguments(resource), shapes(kind))
        if not argument.block or argument.via
    }
    assert set(_unsaid(shapes(kind), said, whole)) == UNSAID.get(kind, set())


def _unsaid(shape: Any, said: set, whole: set, path: tuple = (), seen: tuple = ()) -> Iterator[str]:
    while shape.type_name == "list":
        shape = shape.member
    for name, member in shape.members.items() if shape.type_name == "structure" and shape.name not in seen else ():
        here = (*path, name)
        if not any(one[: len(here)] == here for one in said):
            yield ".".join(here)
        elif here not in whole:
            yield from _unsaid(member, said, whole, here, (*seen, shape.name))


def test_the_provider_knows_the_containers_members(shapes):
    """All but one: its library is older than sharing a GPU."""
    knows = table.resources()["aws_ecs_task_definition"]["knows"]["container_definitions"]
    assert set(_unknown(at(shapes("taskDefinitions"), ("containerDefinitions",)), knows)) == {
        "resourceRequirements.sharingStrategy"
    }


def _unknown(shape: Any, knows: dict | None, path: tuple = ()) -> Iterator[str]:
    while shape.type_name == "list":
        shape = shape.member
    for name, member in shape.members.items() if shape.type_name == "structure" else ():
        if name not in (knows or {}):
            yield ".".join((*path, name))
        else:
            yield from _unknown(member, knows[name], (*path, name))


@pytest.mark.parametrize("resource", table.resources())
def test_the_table_names_what_the_schema_has(resource):
    cells, schema = table.resources()[resource], table.schemas()[resource]
    _assert_named(cells.get("rows", {}), schema, resource)
    assert cells.get("answers", {}).keys() <= schema["attributes"].keys()
    for path in [*cells.get("refers", {}), *cells.get("text", ()), *cells.get("needed", {}), *cells.get("unset", {})]:
        assert _has(path.split("."), schema), (resource, path)


def _assert_named(said: dict, schema: dict, where: str) -> None:
    for name, cells in said.items():
        assert name in schema["attributes"] or name in schema["blocks"], (where, name)
        via = cells.get("via") if isinstance(cells, dict) else None
        assert via is None or via in PAIRS, (where, via)
        if isinstance(cells, dict) and "rows" in cells:
            _assert_named(cells["rows"], schema["blocks"][name][2], f"{where}.{name}")


def _has(path: list[str], schema: dict) -> bool:
    name, rest = path[0], path[1:]
    if name in schema["blocks"]:
        return not rest or _has(rest, schema["blocks"][name][2])
    return name in schema["attributes"]  # what is inside an argument, the provider's schema does not say


def test_variables_and_outputs_name_what_there_is():
    environment = rows.tables()["environment"]["ecs"]
    assert {
        cells["environment"] for cells in table.table()["variables"].values() if "environment" in cells
    } <= environment.keys()
    for resource, attributes in table.table()["outputs"].items():
        assert attributes.keys() <= table.schemas()[resource]["attributes"].keys()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_fits_the_schema(name):
    for file, text in written(name).items():
        for block in parse(text, file).blocks:
            if block.type == "resource":
                _assert_fits(block.body, table.schemas()[block.labels[0]], ".".join(block.labels))


def _assert_fits(body: Body, schema: dict, where: str) -> None:
    """Check a block's names and types, and that everything required stands there."""
    attributes, blocks = schema["attributes"], schema["blocks"]
    found = [block.type for block in body.blocks]
    for name, node in body.arguments.items():
        assert name in attributes or name in ("count", "depends_on"), (where, name)
        assert name not in attributes or attributes[name][1] != "computed" and _suits(node, attributes[name][0]), (
            where,
            name,
        )
    for name, (_, use) in attributes.items():
        assert use != "required" or name in body.arguments, (where, name)
    for name, (least, most, _) in blocks.items():
        assert least <= found.count(name) <= (most or 1000), (where, name)
    for block in body.blocks:
        assert block.type in blocks, (where, block.type)
        _assert_fits(block.body, blocks[block.type][2], f"{where}.{block.type}")


def _suits(node: Node, kind: Any) -> bool:
    if node.kind not in ("literal", "list", "map"):
        return True  # a reference or a function's result
    if isinstance(kind, list):
        return node.kind == ("map" if kind[0] == "map" else "list") and all(
            _suits(part, kind[1]) for part in (node.below[1::2] if kind[0] == "map" else node.below)
        )
    return node.kind == "literal" and isinstance(
        node.value, {"string": (str,), "number": (int, float), "bool": (bool,)}[kind]
    )
