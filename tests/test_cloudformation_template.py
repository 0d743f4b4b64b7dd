"""Templates as wholes: what things are called, what refers to nothing or in a circle, what stays behind, and places."""

from __future__ import annotations

import pytest
from cloudformation import codes, read, read_text, resource, template

from translator.model import ReadError
from translator.readers import cloudformation as reader

TASK = resource("AWS::ECS::TaskDefinition", Family="web", ContainerDefinitions=[{"Name": "web", "Image": "nginx"}])


# --- names ---------------------------------------------------------------------------------------


def test_names_that_cloudformation_makes_up():
    """The logical id stands for a name; a service takes its family's name, which the template has."""
    found = read(
        template(
            {
                "Task": TASK,
                "Cluster": resource("AWS::ECS::Cluster"),
                "Service": resource("AWS::ECS::Service", TaskDefinition={"Ref": "Task"}, Cluster={"Ref": "Cluster"}),
                "Other": resource("AWS::ECS::Service", TaskDefinition={"Ref": "Task"}),
            }
        )
    )
    assert [(one["serviceName"], one.get("cluster")) for one in found.objects()["services"]] == [
        ("web", "Cluster"),
        ("Other", None),
    ]
    assert "generated-name" in codes(found)


def test_a_name_that_is_not_known_yet():
    """Others refer by an ARN that the entry carries, since `${kind.name.member}` needs a name."""
    resources = {
        "Group": resource("AWS::ElasticLoadBalancingV2::TargetGroup", Name={"Fn::Sub": "${AWS::StackName}-web"}),
        "Task": resource("AWS::ECS::TaskDefinition", Family={"Ref": "AWS::StackName"}),
        "Web": resource(
            "AWS::ECS::Service",
            ServiceName="web",
            TaskDefinition={"Ref": "Task"},
            LoadBalancers=[{"TargetGroupArn": {"Ref": "Group"}}],
        ),
    }
    made = read(template(resources)).objects()
    assert made["targetGroups"] == [{"Name": "${AWS_STACK_NAME}-web", "TargetGroupArn": "${GroupTargetGroupArn}"}]
    assert made["services"][0]["loadBalancers"] == [{"targetGroupArn": "${GroupTargetGroupArn}"}]
    assert made["services"][0]["taskDefinition"] == "${AWS_STACK_NAME}" and made["taskDefinitions"] == [
        {"family": "${AWS_STACK_NAME}"}
    ]


def test_a_name_that_is_its_own():
    """A circle of names ends with the logical id and a finding."""
    found = read(
        template(
            {
                "A": resource("AWS::ECS::Cluster", ClusterName={"Ref": "B"}),
                "B": resource("AWS::ECS::Cluster", ClusterName={"Ref": "A"}),
            }
        )
    )
    assert len(found.objects()["clusters"]) == 2 and "cyclic" in codes(found)


def test_references_in_a_circle():
    """CloudFormation refuses resources that wait for each other; the finding names the chain."""
    one = resource(
        "AWS::EC2::SecurityGroup",
        GroupDescription="a",
        SecurityGroupIngress=[{"IpProtocol": "-1", "SourceSecurityGroupId": {"Fn::GetAtt": "B.GroupId"}}],
    )
    two = resource("AWS::EC2::SecurityGroup", {"DependsOn": ["A"]}, GroupDescription="b")
    found = read(template({"A": one, "B": two, "C": resource("AWS::ECS::Cluster")}))
    assert [finding.message for finding in found.findings if finding.code == "cloudformation.cyclic"] == [
        "A -> B -> A: each waits for the next, so CloudFormation refuses the template."
    ]


def test_a_chain_that_is_too_long_to_follow():
    """One line, no traceback."""
    resources = {
        f"C{place}": resource("AWS::ECS::Cluster", ClusterName={"Ref": f"C{place + 1}"}) for place in range(3000)
    }
    with pytest.raises(ReadError, match="template.yaml: the references of this template lead on too far"):
        read(template(resources))


# --- what stays in the template ------------------------------------------------------------------


def test_conditions_of_resources():
    """A resource whose condition is not met is not there, and a reference to it is said."""
    found = read(
        template(
            {
                "Task": TASK,
                "Web": resource(
                    "AWS::ECS::Service", {"Condition": "Never"}, ServiceName="web", TaskDefinition={"Ref": "Task"}
                ),
                "Out": resource(
                    "AWS::ECS::Service", ServiceName="out", TaskDefinition={"Ref": "Task"}, Role={"Ref": "Web"}
                ),
            },
            Conditions={"Never": {"Fn::Equals": ["a", "b"]}},
        )
    )
    assert [one["serviceName"] for one in found.objects()["services"]] == ["out"]
    assert "unknown-reference" in codes(found)


def test_other_types_are_one_finding_each():
    """What has no place in an ECS document is listed by type."""
    found = read(
        template(
            {
                "Task": TASK,
                "Q1": resource("AWS::SQS::Queue"),
                "Q2": resource("AWS::SQS::Queue"),
                "F": resource("AWS::Serverless::Function"),
                "S": resource("AWS::CloudFormation::Stack", TemplateURL="x"),
                "CDKMetadata": resource("AWS::CDK::Metadata"),
            },
            Transform="AWS::Serverless-2016-10-31",
        )
    )
    messages = {finding.code.partition(".")[2]: [] for finding in found.findings}
    for finding in found.findings:
        messages[finding.code.partition(".")[2]].append((finding.message, len(finding.fields)))
    assert messages == {
        "other-type": [
            ("AWS::SQS::Queue (Q1, Q2) has no place in an ECS document; it stays in the template.", 2),
            ("AWS::Serverless::Function (F) has no place in an ECS document; it stays in the template.", 1),
        ],
        "nested-stack": [
            ("AWS::CloudFormation::Stack (S) has no place in an ECS document; it stays in the template.", 1)
        ],
    }


def test_what_is_not_part_of_a_request():
    """Policies of CloudFormation, properties of other calls, outputs, unknown properties and macros are said."""
    cluster = resource(
        "AWS::ECS::Cluster", {"DeletionPolicy": "Retain"}, ClusterName="c", Colour="blue", ClusterSettings="x"
    )
    found = read(
        template(
            {"C": cluster, "W": resource("AWS::ECS::Service", ForceNewDeployment={"EnableForceNewDeployment": True})},
            Outputs={"O": {"Value": "x"}},
            Transform=["AWS::Include", {"Name": "Own::Macro"}],
        )
    )
    assert {"policies", "unknown-property", "wrong-type", "stays", "outputs", "macro"} <= codes(found)
    assert found.objects()["clusters"] == [{"clusterName": "c", "settings": []}]


def test_a_template_without_ecs():
    """It is no error, as a folder may hold the network's template too; it is said."""
    found = read(template({"Q": resource("AWS::SQS::Queue")}))
    assert found.entries == () and "no-ecs" in codes(found)


@pytest.mark.parametrize(
    "value",
    [
        {
            "Resources": {"A": None, "B": 3, "C": {"Type": "AWS::ECS::Cluster", "Properties": "x"}},
            "AWSTemplateFormatVersion": "2010-09-09",
        },
        template(
            {
                "A": {
                    "Type": "AWS::ECS::TaskDefinition",
                    "Properties": {"ContainerDefinitions": "x", "Volumes": [1, None]},
                }
            }
        ),
        template(
            {"A": {"Type": "AWS::ECS::Service", "Properties": {"LoadBalancers": {"Ref": "Nothing"}, "Tags": {"a": 1}}}},
            Parameters=[1],
            Conditions=3,
            Mappings=None,
        ),
        template({"A": {"Type": ["x"], "Condition": 3, "DependsOn": {"a": 1}}}, Parameters={"P": None}),
        template(
            {
                "Fn::ForEach::X": ["a"],
                "Fn::ForEach::Y": ["n", {"Ref": "Nope"}, {"Z${n}": {"Type": "AWS::ECS::Cluster"}}],
            }
        ),
        template(
            {"A": resource("AWS::Events::Rule", ScheduleExpression="rate(1 hour)", Targets=[{"EcsParameters": 3}, 4])}
        ),
        template(
            {
                "A": resource("AWS::IAM::Role", Policies=[3]),
                "B": resource("AWS::IAM::Policy"),
                "C": resource("AWS::EC2::SecurityGroup", Tags=3),
            }
        ),
        template(
            {
                "A": resource("AWS::Logs::LogGroup", Tags=[3, {"Key": 1}]),
                "B": resource("AWS::SSM::Parameter", Tags=[1]),
                "C": resource("AWS::EFS::FileSystem", BackupPolicy=1),
            }
        ),
        template(
            {
                "A": resource("AWS::ApplicationAutoScaling::ScalableTarget", ScheduledActions=[1]),
                "B": resource("AWS::ApplicationAutoScaling::ScalingPolicy", ScalingTargetId=[1]),
            }
        ),
        template(
            {
                "A": resource("AWS::ECS::ClusterCapacityProviderAssociations", Cluster=[1]),
                "B": resource("AWS::ECR::Repository", LifecyclePolicy=1),
            }
        ),
        template(
            {
                "A": resource("AWS::ECS::CapacityProvider", AutoScalingGroupProvider="x"),
                "B": resource("AWS::AutoScaling::AutoScalingGroup", VPCZoneIdentifier={"a": 1}),
            }
        ),
    ],
)
def test_templates_with_values_of_the_wrong_type_are_read_as_far_as_they_go(value):
    """Nothing that a template can hold raises."""
    assert reader.recognises(value)
    read(value)


# --- text ----------------------------------------------------------------------------------------

SHORT = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Image: {Type: String, Default: nginx}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: web
      ContainerDefinitions:
        - Name: web
          Image: !Sub "${Image}:1.27"
          Essential: !If [Never, "a", !Ref "AWS::NoValue"]
          Environment:
            - {Name: ROLE, Value: !GetAtt Role.Arn}
  Role:
    Type: AWS::IAM::Role
    Properties: {RoleName: r, AssumeRolePolicyDocument: {}}
Conditions:
  Never: !Equals [a, b]
"""


def test_short_forms_and_places():
    """Short tags are read as the long forms are, and every value knows its line."""
    found = read_text(SHORT)
    task = found.entries[0]
    container = task.value["containerDefinitions"][0]
    assert container == {
        "name": "web",
        "image": "nginx:1.27",
        "environment": [{"name": "ROLE", "value": "${roles.r.Arn}"}],
    }
    lines = {
        path: task.locate(path).line
        for path in [
            ("family",),
            ("containerDefinitions", 0, "image"),
            ("containerDefinitions", 0, "environment", 0, "value"),
        ]
    }
    assert lines == {
        ("family",): 8,
        ("containerDefinitions", 0, "image"): 11,
        ("containerDefinitions", 0, "environment", 0, "value"): 14,
    }
    assert task.locate(("family",)).file == "template.yaml"
    assert (task.locate(("tags", 3)).line, found.entries[1].locate(()).line) == (5, 15)


def test_what_cdk_synthesizes_is_a_template():
    """Hashed logical ids, policies apart from their roles, images in the asset repository, and CDK's own housekeeping."""
    image = {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/cdk-assets-${AWS::AccountId}:0a1b"}
    stack = {
        "Resources": {
            "ClusterEB0386A7": resource("AWS::ECS::Cluster"),
            "TaskDefExecutionRoleB4775C97": resource("AWS::IAM::Role", AssumeRolePolicyDocument={"Statement": []}),
            "TaskDefExecutionRoleDefaultPolicy0DBB737A": resource(
                "AWS::IAM::Policy",
                PolicyName="TaskDefExecutionRoleDefaultPolicy0DBB737A",
                PolicyDocument={"Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]},
                Roles=[{"Ref": "TaskDefExecutionRoleB4775C97"}],
            ),
            "TaskDef54694570": resource(
                "AWS::ECS::TaskDefinition",
                Family="StackTaskDef7B2D9F0C",
                ExecutionRoleArn={"Fn::GetAtt": ["TaskDefExecutionRoleB4775C97", "Arn"]},
                ContainerDefinitions=[{"Name": "web", "Image": image}],
            ),
            "ServiceD69D759B": resource(
                "AWS::ECS::Service",
                {"DependsOn": ["TaskDefExecutionRoleDefaultPolicy0DBB737A"]},
                Cluster={"Ref": "ClusterEB0386A7"},
                TaskDefinition={"Ref": "TaskDef54694570"},
            ),
            "CDKMetadata": resource(
                "AWS::CDK::Metadata", {"Condition": "CDKMetadataAvailable"}, Analytics="v2:deflate64:x"
            ),
        },
        "Conditions": {"CDKMetadataAvailable": {"Fn::Or": [{"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}]}},
        "Parameters": {
            "BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/version"}
        },
        "Rules": {"CheckBootstrapVersion": {"Assertions": []}},
    }
    assert reader.recognises(stack)
    found = read(stack)
    made = found.objects()
    assert made["services"] == [
        {"serviceName": "StackTaskDef7B2D9F0C", "cluster": "ClusterEB0386A7", "taskDefinition": "StackTaskDef7B2D9F0C"}
    ]
    definition = made["taskDefinitions"][0]
    assert definition["executionRoleArn"] == "${roles.TaskDefExecutionRoleB4775C97.Arn}"
    assert definition["containerDefinitions"][0]["image"] == (
        "${AWS_ACCOUNT_ID}.dkr.ecr.${AWS_REGION}.amazonaws.com/cdk-assets-${AWS_ACCOUNT_ID}:0a1b"
    )
    assert made["rolePolicies"][0]["RoleName"] == "TaskDefExecutionRoleB4775C97"
    assert codes(found) == {"generated-name", "pseudo-parameter", "assumed", "outputs"}
