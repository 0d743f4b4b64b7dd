"""Texts, names and keys of manifests that would mean something to CloudFormation or to YAML."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from cloudformation import Loader, document, loaded, plain, properties, read_text, said, written

from translator.model import ECS, Document, Object
from translator.writers import cloudformation as writer


def test_texts_of_the_manifest_are_not_live():
    """`${...}` in a text stays what it is; no function has a text of the manifest to search through."""
    text = written("hostile")
    assert not [call for call in calls(yaml.load(text, Loader)) if call not in ("Ref", "Fn::GetAtt", "Fn::Join")]
    container = yaml.load(text, Loader)["Resources"]["EvilTaskDefinition"]["Properties"]["ContainerDefinitions"][0]
    given = plain("hostile")["taskDefinitions"][0]["containerDefinitions"][0]
    assert [deployed(one) for one in container["Command"][:4]] == given["command"][:4] and container[
        "EntryPoint"
    ] == given["entryPoint"]
    values = {one["Name"]: deployed(one["Value"]) for one in container["Environment"]}
    assert {name: value for name, value in values.items() if name != "U"} == {
        one["name"]: one["value"] for one in given["environment"] if one["name"] != "U"
    }
    assert container["LogConfiguration"]["Options"]["awslogs-group"] == {"Ref": "EcsAwsRegionLogGroup"}
    assert yaml.load(text, Loader)["Resources"]["EcsAwsRegionLogGroup"]["Properties"]["LogGroupName"] == {
        "Fn::Join": ["", ["/ecs/$", "{AWS::Region}"]]
    }


def calls(value: Any):
    """Give the name of every function of a template."""
    if isinstance(value, dict):
        yield from (key for key in value if len(value) == 1 and (key == "Ref" or key.startswith("Fn::")))
    for entry in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from calls(entry)


def deployed(value: Any) -> str:
    """Give the text that Fn::Join makes of texts alone; it fails where anything but a text is in it."""
    return "".join(value["Fn::Join"][1]) if isinstance(value, dict) else value


def test_dynamic_references_are_broken_up():
    """CloudFormation has no way to write one down, so a space stands in it; the finding says so for every place."""
    assert "{{resolve:" not in written("hostile")
    finding = next(
        one for one in writer.unsaid(document("hostile")) if one.code == "cloudformation.dynamic-reference-text"
    )
    assert finding.level == "error"
    assert {(field.object, field.path) for field in finding.fields} == {
        ("taskDefinitions/evil", "containerDefinitions.command"),
        ("taskDefinitions/evil", "containerDefinitions.image"),
        ("taskDefinitions/evil", "containerDefinitions.environment.value"),
        ("parameters//evil", "Value"),
    }


def test_keys_that_are_functions_are_left_out():
    """A map with the key `Ref` would be a reference; there is no way to say otherwise."""
    labels = properties("hostile", "EvilTaskDefinition")["ContainerDefinitions"][0]["DockerLabels"]
    assert labels == {"Condition": "y", "on": "off"}
    assert said("hostile").count("function-key") == 3


def test_policies_with_such_keys_stay_texts():
    """A JSON text is written as data only where that is the same."""
    given = {"roles": [{"RoleName": "r", "AssumeRolePolicyDocument": '{"Statement":[{"Ref":"AWS::AccountId"}]}'}]}
    assert properties(given, "RRole")["AssumeRolePolicyDocument"] == '{"Statement":[{"Ref":"AWS::AccountId"}]}'


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "é", "日本", "", "a\nb: c", "x" * 5000, "${X}", "1", "${a", "a.b/c"]
)
def test_names_of_every_kind_make_logical_ids(name):
    """Logical ids are letters and digits, whatever a thing is called."""
    resources = loaded(
        {
            "taskDefinitions": [{"family": name, "containerDefinitions": []}],
            "services": [{"serviceName": name, "taskDefinition": name}],
        }
    )["Resources"]
    assert all(logical.isascii() and logical.isalnum() and len(logical) <= 255 for logical in resources)


def test_things_of_one_name():
    """Two things whose names differ only in punctuation have two logical ids."""
    resources = loaded({"logGroups": [{"logGroupName": "/a-b"}, {"logGroupName": "/a/b"}, {"logGroupName": "/a_b"}]})[
        "Resources"
    ]
    assert list(resources) == ["AbLogGroup", "AbLogGroup2", "AbLogGroup3"]


def test_a_parameter_and_a_resource_of_one_name():
    """They have two names, as CloudFormation has one space for both."""
    given = {
        "taskDefinitions": [
            {"family": "a", "taskRoleArn": "arn:x", "containerDefinitions": [{"name": "c", "image": "${LogGroup}"}]}
        ],
        "logGroups": [{"logGroupName": "/"}],
    }
    template = loaded(given)
    assert list(template["Parameters"]) == ["LogGroupParameter"] and next(iter(template["Resources"])) == "LogGroup"


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        "x",
        [],
        {
            "family": 3,
            "containerDefinitions": [None, {"environment": "x", "logConfiguration": "${X}"}],
            "volumes": {"a": 1},
        },
    ],
)
def test_ill_typed_requests_do_not_raise(value):
    """A document from elsewhere may hold anything."""
    for kind in ("taskDefinitions", "services", "scalableTargets", "listeners", "securityGroupIngress", "schedules"):
        writer.write(Document(ECS, (Object(kind, value),)), {})
        read_text(
            writer.write(Document(ECS, (Object(kind, value), Object("clusters", {"clusterName": "c"}))), {})[
                "template.yaml"
            ]
        )
