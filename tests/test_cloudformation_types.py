"""The table of resource types against both official sources: CloudFormation's schemas, from cfn-lint, and the API's."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest

from translator import rows, schema
from translator.model import ECS

TYPES = rows.tables()["cloudformation-types"]
KINDS = rows.tables()["kinds"]
WRITTEN = {cells["kind"]: name for name, cells in reversed(TYPES.items())}
# What one resource says in several requests, or in another way: tested one by one in test_cloudformation_read.py.
APART = {
    "AWS::ApplicationAutoScaling::ScalableTarget": {"ScheduledActions"},
    "AWS::ApplicationAutoScaling::ScalingPolicy": {"ScalingTargetId"},
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {"LoadBalancerAttributes"},
    "AWS::ElasticLoadBalancingV2::TargetGroup": {"TargetGroupAttributes"},
    "AWS::EFS::FileSystem": {"BackupPolicy"},
    "AWS::ECR::Repository": {"LifecyclePolicy"},
    "AWS::IAM::Role": {"Policies"},
    "AWS::Logs::LogGroup": {"RetentionInDays"},
    "AWS::EC2::SecurityGroup": {"SecurityGroupIngress", "SecurityGroupEgress", "Tags"},
}
WRITTEN_APART = {("fileSystems", "Backup"), ("securityGroups", "TagSpecifications")}


@functools.cache
def official(type_: str) -> dict:
    """Give CloudFormation's schema of a type, as cfn-lint ships it."""
    folder = Path(pytest.importorskip("cfnlint").__file__).parent / "data" / "schemas"
    region = json.loads((folder / "providers" / "us-east-1.json").read_text())
    return json.loads((folder / "resources" / f"{region[type_]}.json").read_text())


def read_only(type_: str) -> set[str]:
    """Give what CloudFormation answers and nobody can say."""
    return {path.split("/")[2] for path in official(type_).get("readOnlyProperties", ())}


def properties(type_: str, path: tuple[str, ...] = ()) -> set[str]:
    """Give the properties of a type, or of what stands at a path of properties within it."""
    node = official(type_)
    for key in path:
        node = resolved(type_, node["properties"][key])
        while node.get("type") == "array":
            node = resolved(type_, node["items"])
    return set(node.get("properties", ()))


def resolved(type_: str, node: dict) -> dict:
    """Follow a reference."""
    while "$ref" in node:
        found = official(type_)
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


def property_of(type_: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """Give the properties that a path of members is called in a template."""
    members = TYPES[type_].get("members", {})
    return tuple(
        members.get(".".join(path[:end])) or path[end - 1][:1].upper() + path[end - 1][1:]
        for end in range(1, len(path) + 1)
    )


def structures(node, path=(), inside=()):
    """Give every structure of a request with its path; a type within itself is not gone into again."""
    while node.kind == "list":
        node = node.item
    if node.kind == "object" and node.name not in inside:
        yield path, node
        for name, below in node.fields.items():
            yield from structures(below, path + (name,), inside + (node.name,))


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_every_member_has_a_property_or_is_known_to_be_absent(kind):
    """What CloudFormation cannot say stands in `absent`; all else of the API has a property of the name we write."""
    type_, wrong = WRITTEN[kind], []
    absent = TYPES[type_].get("absent", {})
    if kind in ("securityGroupIngress", "securityGroupEgress"):
        return  # flat in CloudFormation
    for path, node in structures(schema.root(ECS, kind)):
        if (
            any(".".join(path[:end]) in absent for end in range(1, len(path) + 1))
            or (kind, path[0] if path else "") in WRITTEN_APART
        ):
            continue
        known = properties(type_, property_of(type_, path))
        if not known and path:
            continue  # a free document, such as the details of a hook
        for name in node.fields:
            dotted = ".".join((*path, name))
            is_there = property_of(type_, (*path, name))[-1] in known
            if not is_there and dotted not in absent and (kind, name) not in WRITTEN_APART:
                wrong.append(f"{dotted} is no property")
            if is_there and dotted in absent and not path and property_of(type_, (name,))[-1] not in read_only(type_):
                wrong.append(f"{dotted} is a property")
    # Tags of listeners and rules are in the API and, since lately, in CloudFormation's schemas of some regions only.
    assert [line for line in wrong if line != "Tags is a property"] == []


@pytest.mark.parametrize("type_", sorted(WRITTEN.values()))
def test_every_property_is_read_or_known_to_stay(type_):
    """What CloudFormation can say and the request cannot stands in `stays`, or makes a request of its own."""
    kind, cells = TYPES[type_]["kind"], TYPES[type_]
    if kind in ("securityGroupIngress", "securityGroupEgress"):
        return
    known = {name.lower() for name in schema.root(ECS, kind).fields} | {
        name.lower() for name in cells.get("members", {}).values()
    }
    said = set(cells.get("stays", ())) | APART.get(type_, set()) | read_only(type_) | set(cells.get("never-read", ()))
    assert {name for name in properties(type_) if name.lower() not in known} - said == set()


@pytest.mark.parametrize("type_", sorted(TYPES))
def test_attributes_are_ones_that_get_att_answers(type_):
    """Fn::GetAtt of anything else is refused when the template is deployed."""
    answers = {path.split("/", 2)[2].replace("/", ".") for path in official(type_).get("readOnlyProperties", ())}
    allowed = answers | {"Name", "Arn", "Id"}
    assert set(TYPES[type_].get("attributes", {})) <= allowed


def test_every_cell_is_known():
    """A misspelled cell would be passed over without a word."""
    cells = {
        "kind",
        "name",
        "named-by",
        "ref",
        "attributes",
        "spelled",
        "members",
        "absent",
        "stays",
        "never-read",
        "tags",
        "json",
        "by-name",
        "text",
    }
    assert {cell for row in TYPES.values() for cell in row} <= cells
    assert all(row["kind"] in KINDS and "ref" in row for row in TYPES.values())


@pytest.mark.parametrize(
    ("type_", "cell"),
    [(type_, cell) for type_ in sorted(TYPES) for cell in ("members", "absent", "text", "json", "by-name")],
)
def test_paths_of_the_table_exist(type_, cell):
    """A path in the table is one of the request's schema."""
    kind = TYPES[type_]["kind"]
    if type_ in (
        "AWS::IAM::Role",
        "AWS::EC2::SecurityGroup",
        "AWS::Events::Rule",
        "AWS::ECS::ClusterCapacityProviderAssociations",
        "AWS::IAM::Policy",
    ):
        kind = {"AWS::IAM::Role": "roles"}.get(type_, kind)
    for dotted in TYPES[type_].get(cell, ()):
        node = schema.root(ECS, kind)
        for key in dotted.split("."):
            while node.kind == "list":
                node = node.item
            if node.kind == "map":
                break
            known = node.fields if node.kind == "object" else {}
            assert key in known or dotted == "PolicyDocument", f"{type_}: {cell} has {dotted}"
            node = known.get(key, node)


def test_every_kind_that_cloudformation_has_is_written():
    """Only what belongs into another resource, or has no type, is without one."""
    assert set(KINDS) - set(WRITTEN) == {
        "scheduledActions",
        "targetGroupAttributes",
        "loadBalancerAttributes",
        "lifecyclePolicies",
        "retentionPolicies",
        "revokedEgress",
        "tasks",
    }
