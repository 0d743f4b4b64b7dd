"""Intrinsic functions: what a deployment would see, and what stands where only a deployment knows.

Expected values are from the examples of AWS's reference of intrinsic functions.
"""

from __future__ import annotations

from typing import Any

import pytest
from cloudformation import codes, read, resource, template

SECTIONS: dict[str, Any] = {
    "Parameters": {
        "Env": {"Type": "String", "Default": "test"},
        "Unknown": {"Type": "String"},
        "Names": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
        "Count": {"Type": "Number", "Default": 3},
        "Latest": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/images/web"},
        "Password": {"Type": "String", "NoEcho": True, "Default": "hunter2"},
    },
    "Mappings": {"Sizes": {"test": {"cpu": "256"}, "prod": {"cpu": "1024"}}},
    "Conditions": {
        "IsTest": {"Fn::Equals": [{"Ref": "Env"}, "test"]},
        "IsProd": {"Fn::Not": [{"Condition": "IsTest"}]},
        "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "IsTest"}]},
        "Both": {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "IsTest"}]},
        "Given": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Unknown"}, ""]}]},
        "Round": {"Fn::Not": [{"Condition": "Round"}]},
    },
}


def value_of(written: Any, **parameters: Any) -> Any:
    """Give what a value becomes: as the image of a container, and what was found."""
    found = read(web(written), **parameters)
    return found.objects()["taskDefinitions"][0]["containerDefinitions"][0].get("image")


def web(written: Any) -> dict[str, Any]:
    """Make a template with a value in it."""
    containers = [{"Name": "web", "Image": written}]
    cluster = resource("AWS::ECS::Cluster", ClusterName="main")
    queue = resource("AWS::SQS::Queue")
    return template(
        {
            "Task": resource("AWS::ECS::TaskDefinition", Family="web", ContainerDefinitions=containers),
            "Cluster": cluster,
            "Queue": queue,
            "Web": resource(
                "AWS::ECS::Service", ServiceName="web", Cluster={"Ref": "Cluster"}, TaskDefinition={"Ref": "Task"}
            ),
        },
        **SECTIONS,
    )


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("nginx", "nginx"),
        ({"Ref": "Env"}, "test"),
        ({"Ref": "Count"}, "3"),
        ({"Ref": "Cluster"}, "main"),
        ({"Fn::GetAtt": "Cluster.Arn"}, "${clusters.main.clusterArn}"),
        ({"Fn::GetAtt": ["Web", "Name"]}, "web"),
        ({"Fn::Sub": "a-${Env}-${!Env}"}, "a-test-${Env}"),
        ({"Fn::Sub": ["${Host}/${Env}", {"Host": {"Fn::Join": [".", ["x", "y"]]}}]}, "x.y/test"),
        ({"Fn::Sub": "${Web.Name}:${Count}"}, "web:3"),
        ({"Fn::Sub": "open ${brace"}, "open ${brace"),
        ({"Fn::Join": ["/", ["a", {"Ref": "Env"}, {"Ref": "AWS::NoValue"}, "b"]]}, "a/test/b"),
        ({"Fn::Join": ["+", {"Ref": "Names"}]}, "a+b+c"),
        ({"Fn::Select": ["1", {"Ref": "Names"}]}, "b"),
        ({"Fn::Select": [2, {"Fn::Split": ["|", "a|b|c"]}]}, "c"),
        ({"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "Web"}]}]}, "web"),
        ({"Fn::If": ["IsTest", "one", "two"]}, "one"),
        ({"Fn::If": ["IsProd", "one", "two"]}, "two"),
        ({"Fn::If": ["Either", "one", "two"]}, "one"),
        ({"Fn::If": ["Both", "one", "two"]}, "two"),
        ({"Fn::If": ["IsTest", {"Ref": "AWS::NoValue"}, "two"]}, None),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Env"}, "cpu"]}, "256"),
        ({"Fn::FindInMap": ["Sizes", "dev", "cpu", {"DefaultValue": "512"}]}, "512"),
        ({"Fn::Base64": "hello"}, "aGVsbG8="),
        ({"Fn::Length": {"Ref": "Names"}}, "3"),
        ({"Fn::ToJsonString": {"a": {"Ref": "Env"}}}, '{"a":"test"}'),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Fn::Sub": "x.${AWS::URLSuffix}"}, "x.amazonaws.com"),
    ],
)
def test_what_the_template_itself_says(written, becomes):
    """A function whose arguments are known has its value."""
    assert value_of(written) == becomes


@pytest.mark.parametrize(
    ("written", "stands", "code"),
    [
        ({"Ref": "Unknown"}, "${Unknown}", "parameter"),
        ({"Ref": "Latest"}, "${Latest}", "parameter"),
        ({"Ref": "Password"}, "${Password}", "no-echo"),
        ({"Ref": "AWS::Region"}, "${AWS_REGION}", "pseudo-parameter"),
        ({"Fn::Sub": "${AWS::AccountId}.dkr.ecr"}, "${AWS_ACCOUNT_ID}.dkr.ecr", "pseudo-parameter"),
        ({"Fn::ImportValue": {"Fn::Sub": "${Env}-net:Image"}}, "${testnetImage}", "import"),
        ({"Fn::GetAtt": ["Queue", "QueueName"]}, "${QueueQueueName}", "outside"),
        ({"Fn::Sub": "${Queue.Arn}/x"}, "${QueueArn}/x", "outside"),
        ({"Ref": "Nothing"}, "${Nothing}", "unknown-reference"),
        ({"Fn::Select": [1, {"Fn::Split": [",", {"Ref": "Unknown"}]}]}, "${Unknown1}", "function"),
        ({"Fn::Select": [7, {"Ref": "Names"}]}, "${Entry7}", "function"),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "${AvailabilityZones0}", "function"),
        ({"Fn::FindInMap": ["Sizes", "dev", "cpu"]}, "${Sizescpu}", "unknown-reference"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "cpu"]}, "${Sizescpu}", "function"),
        ({"Fn::Transform": {"Name": "Macro"}}, "${TransformMacro}", "function"),
        ({"Fn::Invented": "x"}, "${Invented}", "function"),
        ("{{resolve:ssm:/images/web:3}}", "${SsmImagesWeb3}", "dynamic-reference"),
        (
            {"Fn::Sub": "x:{{resolve:secretsmanager:db:SecretString:${Env}}}"},
            "x:${SecretsmanagerDbSecretStringTest}",
            "dynamic-reference",
        ),
    ],
)
def test_what_only_a_deployment_knows(written, stands, code):
    """What is not known stays as a named placeholder, with a finding that says where and why."""
    found = read(web(written))
    assert found.objects()["taskDefinitions"][0]["containerDefinitions"][0]["image"] == stands
    finding = next(one for one in found.findings if one.code == f"cloudformation.{code}")
    assert finding.fields[0].object == "Resources.Task" and finding.fields[0].path.startswith(
        "Properties.ContainerDefinitions.0.Image"
    )


@pytest.mark.parametrize(
    ("written", "given", "becomes"),
    [
        ({"Ref": "Unknown"}, {"Unknown": "v"}, "v"),
        ({"Ref": "Env"}, {"Env": "prod"}, "prod"),
        ({"Fn::If": ["IsProd", "one", "two"]}, {"Env": "prod"}, "one"),
        ({"Ref": "AWS::Region"}, {"AWS::Region": "eu-west-1"}, "eu-west-1"),
        ({"Fn::ImportValue": "net-Image"}, {"net-Image": "nginx"}, "nginx"),
        ({"Fn::GetAtt": "Queue.Arn"}, {"Queue.Arn": "arn:aws:sqs:x"}, "arn:aws:sqs:x"),
        ({"Fn::Join": ["", {"Ref": "Names"}]}, {"Names": ["p", "q"]}, "pq"),
        ({"Ref": "Password"}, {"Password": "given"}, "given"),
    ],
)
def test_values_given_by_the_caller_come_first(written, given, becomes):
    """Parameters, pseudo parameters, imports and attributes can be given by name."""
    assert value_of(written, **given) == becomes


def test_no_default_of_a_secret_parameter_is_repeated():
    """NoEcho means that nobody is to see the value."""
    found = read(web({"Ref": "Password"}))
    assert "hunter2" not in str(found.objects()) + str(found.findings)


def test_an_unknown_value_equals_nothing_else():
    """A parameter that must be given is taken as given, and the finding says that this was a choice."""
    found = read(web({"Fn::If": ["Given", "yes", "no"]}))
    assert found.objects()["taskDefinitions"][0]["containerDefinitions"][0]["image"] == "yes"
    assert "condition" in codes(found)


def test_a_condition_that_depends_on_itself():
    """It is taken as not met, and said."""
    found = read(web({"Fn::If": ["Round", "one", "two"]}))
    assert found.objects()["taskDefinitions"][0]["containerDefinitions"][0]["image"] in ("one", "two")
    assert "cyclic" in codes(found)


@pytest.mark.parametrize(
    "written",
    [
        {"Fn::Join": "x"},
        {"Fn::Select": []},
        {"Fn::If": ["IsTest"]},
        {"Fn::Split": {}},
        {"Fn::FindInMap": ["Sizes"]},
        {"Fn::Sub": []},
        {"Fn::If": ["NoSuch", "a", "b"]},
        {"Ref": {"Ref": "Env"}},
        {"Fn::GetAtt": []},
        {"Fn::Sub": ["${x}", "y"]},
        {"Fn::Cidr": 3},
        {"Fn::Length": 3},
    ],
)
def test_functions_with_wrong_arguments_are_findings(written):
    """Nothing of this can be deployed, and nothing of it raises."""
    assert codes(read(web(written))) & {"function", "unknown-reference", "wrong-type"}


def test_texts_that_double_with_every_step_are_refused():
    """A small template must not make a large text."""
    from translator.model import ReadError

    nested: Any = "x" * 10
    for _ in range(60):
        nested = {"Fn::Sub": ["${A}${A}", {"A": nested}]}
    with pytest.raises(ReadError, match="characters"):
        read(web(nested))


def test_loops_make_resources():
    """Fn::ForEach: the variable stands in the logical id and in the properties."""
    body = {"${Name}Cluster": resource("AWS::ECS::Cluster", ClusterName={"Fn::Sub": "c-${Name}"})}
    found = read(
        template({"Fn::ForEach::Clusters": ["Name", ["Blue", "Green"], body]}, Transform="AWS::LanguageExtensions")
    )
    assert [one["clusterName"] for one in found.objects()["clusters"]] == ["c-Blue", "c-Green"]
