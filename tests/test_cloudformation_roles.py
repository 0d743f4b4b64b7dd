"""The roles of a template: what each may do is what the document needs, and nothing else."""

from __future__ import annotations

import pytest
from cloudformation import loaded, properties, statements


def test_an_execution_role_may_do_what_the_containers_need():
    """Pull these images, write to these log groups, read these secrets, parameters and files: nothing else."""
    made = {
        (one["Action"] if isinstance(one["Action"], str) else one["Action"][-1]): one["Resource"]
        for one in statements("storage-and-secrets", "CmsExecutionRole")
    }
    ssm = ["arn:", {"Ref": "AWS::Partition"}, ":ssm:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}]
    assert made == {
        "ecr:GetAuthorizationToken": "*",
        "ecr:GetDownloadUrlForLayer": {"Fn::GetAtt": ["ShopCmsRepository", "Arn"]},
        "logs:PutLogEvents": {
            "Fn::Join": [
                "",
                [
                    "arn:",
                    {"Ref": "AWS::Partition"},
                    ":logs:",
                    {"Ref": "AWS::Region"},
                    ":",
                    {"Ref": "AWS::AccountId"},
                    ":log-group:/ecs/cms:*",
                ],
            ]
        },
        "secretsmanager:GetSecretValue": [
            {"Ref": "CmsDbSecret"},
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:maps-AbCdEf",
            {"Ref": "OtherSecretArn"},
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-??????",
        ],
        "ssm:GetParameters": [
            {"Fn::Join": ["", [*ssm, ":parameter", {"Ref": "CmsSettingsParameter"}]]},
            {"Fn::Join": ["", [*ssm, ":parameter/cms/licence"]]},
            {"Ref": "OtherSecretArn"},
        ],
        "s3:GetObject": "arn:aws:s3:::shop-config/cms.env",
        "s3:GetBucketLocation": "arn:aws:s3:::shop-config",
    }


def test_an_image_of_another_account():
    """The repository's ARN is made of the image's own account and region."""
    given = {
        "taskDefinitions": [
            {
                "family": "t",
                "requiresCompatibilities": ["FARGATE"],
                "containerDefinitions": [
                    {"name": "c", "image": "210987654321.dkr.ecr.eu-west-3.amazonaws.com/team/app@sha256:00"}
                ],
            }
        ]
    }
    assert statements(given, "TExecutionRole")[1]["Resource"] == {
        "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":ecr:eu-west-3:210987654321:repository/team/app"]]
    }


@pytest.mark.parametrize(
    ("definition", "wanted"),
    [
        ({"requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "c", "image": "nginx"}]}, False),
        (
            {
                "requiresCompatibilities": ["EC2"],
                "containerDefinitions": [
                    {
                        "name": "c",
                        "image": "nginx",
                        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}},
                    }
                ],
            },
            False,
        ),
        (
            {
                "requiresCompatibilities": ["EC2"],
                "containerDefinitions": [{"name": "c", "image": "nginx", "secrets": [{"name": "A", "valueFrom": "a"}]}],
            },
            True,
        ),
        (
            {
                "requiresCompatibilities": ["FARGATE"],
                "containerDefinitions": [
                    {
                        "name": "c",
                        "image": "nginx",
                        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}},
                    }
                ],
            },
            True,
        ),
    ],
)
def test_an_execution_role_where_a_task_cannot_start_without(definition, wanted):
    """As AWS's page on the task execution role says."""
    assert (
        "ExecutionRoleArn" in properties({"taskDefinitions": [{"family": "t", **definition}]}, "TTaskDefinition")
    ) is wanted


def test_a_role_that_is_known_is_left_alone():
    """Nothing is added beside an ARN that the document has."""
    assert [name for name in loaded("worker-queue")["Resources"] if "Role" in name] == []


def test_the_role_of_a_schedule():
    """It starts tasks of one task definition, and passes on its two roles."""
    assert statements("scheduled-job", "ReportScheduleRole") == [
        {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": {"Ref": "ReportTaskDefinition"}},
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": [{"Fn::GetAtt": ["ReportExecutionRole", "Arn"]}, {"Fn::GetAtt": ["ReportTaskRole", "Arn"]}],
        },
    ]


def test_roles_of_the_infrastructure():
    """Blue/green, volumes and hooks: the policies that AWS keeps for ECS, and one function to call."""
    resources = loaded("blue-green")["Resources"]
    assert resources["PayLoadBalancersRole"]["Properties"]["ManagedPolicyArns"] == [
        {
            "Fn::Join": [
                "",
                [
                    "arn:",
                    {"Ref": "AWS::Partition"},
                    ":iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
                ],
            ]
        }
    ]
    assert resources["PayLoadBalancersRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {
        "Service": "ecs.amazonaws.com"
    }
    assert (
        statements("blue-green", "PayHookRole")[0]["Resource"] == "arn:aws:lambda:eu-west-1:123456789012:function:check"
    )
    service = resources["PayService"]["Properties"]
    assert service["LoadBalancers"][0]["AdvancedConfiguration"] == {
        "AlternateTargetGroupArn": {"Ref": "PayGreenTargetGroup"},
        "ProductionListenerRule": {"Ref": "ListenerRule20"},
        "TestListenerRule": {"Ref": "ListenerRule21"},
        "RoleArn": {"Fn::GetAtt": ["PayLoadBalancersRole", "Arn"]},
    }
    assert service["VolumeConfigurations"][0]["ManagedEBSVolume"]["RoleArn"] == {
        "Fn::GetAtt": ["PayVolumeConfigurationsRole", "Arn"]
    }
