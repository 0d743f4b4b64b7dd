"""ECS documents -> templates: valid, with references between resources, and complete where the document is silent."""

from __future__ import annotations

from typing import Any

import pytest
from cloudformation import NAMES, REGION, loaded, properties, said, written

from translator.model import ECS, Document
from translator.writers import cloudformation as writer

VALID = [name for name in NAMES if name != "hostile"]


# --- valid ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_finds_nothing(name):
    """Every template that we write is one that CloudFormation takes."""
    api = pytest.importorskip("cfnlint.api")
    found = api.lint(written(name), config=api.ManualArgs(regions=[REGION]))
    # Names that AWS refuses are the document's own; that a text with a space is no dynamic reference is what we wanted.
    counted = [one for one in found if name != "hostile" or one.rule.id.startswith("E")]
    assert [f"{one.rule.id} {one.linenumber} {one.message}" for one in counted] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_is_to_something_there(name):
    """No Ref and no GetAtt leads out of the template, and no parameter is asked for in vain."""
    template = loaded(name)
    known = set(template["Resources"]) | set(template.get("Parameters", {}))
    used = set(references(template))
    assert used - known <= {"AWS::AccountId", "AWS::Region", "AWS::Partition", "AWS::StackName"}
    assert set(template.get("Parameters", {})) <= used


def references(value: Any):
    """Give every name that a template refers to."""
    if isinstance(value, list):
        for entry in value:
            yield from references(entry)
    elif isinstance(value, dict):
        if "Ref" in value and len(value) == 1:
            yield value["Ref"]
        if "Fn::GetAtt" in value and len(value) == 1:
            yield value["Fn::GetAtt"][0]
        for entry in value.values():
            yield from references(entry)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_document_gives_the_same_bytes(name):
    """Nothing depends on the order of sets or on the run."""
    assert written(name) == written(name)


def test_an_empty_document():
    """A stack without resources is none, so there is no file."""
    assert writer.write(Document(ECS, ()), {}) == {}


def test_a_container_without_an_image():
    """CloudFormation wants one for every container, so it is asked for."""
    template = loaded({"taskDefinitions": [{"family": "web", "containerDefinitions": [{"name": "app"}]}]})
    container = template["Resources"]["WebTaskDefinition"]["Properties"]["ContainerDefinitions"][0]
    assert container == {"Name": "app", "Image": {"Ref": "WebAppImage"}} and "WebAppImage" in template["Parameters"]


# --- references ----------------------------------------------------------------------------------


def test_what_belongs_together_refers_to_each_other():
    """Names of things in the document become references, so that CloudFormation creates them in order."""
    service = properties("fargate-web", "WebService")
    assert service["TaskDefinition"] == {"Ref": "WebTaskDefinition"} and service["Cluster"] == "shop"
    assert service["LoadBalancers"] == [
        {"TargetGroupArn": {"Ref": "WebTargetGroup"}, "ContainerName": "web", "ContainerPort": 8080}
    ]
    assert service["NetworkConfiguration"]["AwsvpcConfiguration"]["SecurityGroups"] == [{"Ref": "WebSecurityGroup"}]
    target = properties("fargate-web", "WebScalableTarget")
    assert target["ResourceId"] == {"Fn::Join": ["", ["service/shop/", {"Fn::GetAtt": ["WebService", "Name"]}]]}
    assert target["ScheduledActions"][0]["ScheduledActionName"] == "morning"
    assert properties("fargate-web", "WebCpuScalingPolicy")["ScalingTargetId"] == {"Ref": "WebScalableTarget"}
    label = properties("fargate-web", "WebRequestsScalingPolicy")["TargetTrackingScalingPolicyConfiguration"][
        "PredefinedMetricSpecification"
    ]["ResourceLabel"]
    assert label == {
        "Fn::Join": [
            "",
            [
                {"Fn::GetAtt": ["WebLoadBalancer", "LoadBalancerFullName"]},
                "/",
                {"Fn::GetAtt": ["WebTargetGroup", "TargetGroupFullName"]},
            ],
        ]
    }


def test_a_service_waits_for_its_listeners():
    """ECS refuses a target group that no load balancer uses."""
    assert loaded("fargate-web")["Resources"]["WebService"]["DependsOn"] == "ListenerRule10"
    assert loaded("ec2-placement")["Resources"]["ApiService"]["DependsOn"] == "ApiListener80"


def test_nodes_and_clusters():
    """A cluster, its capacity providers and their groups refer to each other."""
    resources = loaded("ec2-placement")["Resources"]
    assert resources["FleetCluster"]["Properties"]["CapacityProviders"] == [{"Ref": "ArmCapacityProvider"}]
    provider = resources["ArmCapacityProvider"]["Properties"]["AutoScalingGroupProvider"]
    assert provider["AutoScalingGroupArn"] == {"Fn::GetAtt": ["FleetArmAutoScalingGroup", "AutoScalingGroupARN"]}
    assert resources["FleetArmAutoScalingGroup"]["Properties"]["VPCZoneIdentifier"] == [
        "subnet-0a1b2c3d",
        "subnet-1a2b3c4d",
    ]
    service = resources["ApiService"]["Properties"]
    assert service["Cluster"] == {"Ref": "FleetCluster"} and service["PlacementStrategies"][1] == {
        "Type": "binpack",
        "Field": "memory",
    }


def test_names_of_cloud_map():
    """Service Connect gets the namespace by its ARN, so that the service waits for it."""
    resources = loaded("discovery")["Resources"]
    assert resources["ShopLocalNamespace"]["Properties"]["Vpc"] == {"Ref": "VpcId"}
    assert resources["StockDiscoveryService"]["Properties"]["NamespaceId"] == {"Ref": "ShopLocalNamespace"}
    assert resources["StockService"]["Properties"]["ServiceConnectConfiguration"]["Namespace"] == {
        "Fn::GetAtt": ["ShopLocalNamespace", "Arn"]
    }
    assert resources["StockService"]["Properties"]["ServiceRegistries"] == [
        {"RegistryArn": {"Fn::GetAtt": ["StockDiscoveryService", "Arn"]}}
    ]


# --- what neither manifest says ------------------------------------------------------------------


def test_what_is_not_known_is_a_parameter():
    """Parameters have the type that the console offers choices for; those without a default come first."""
    template = loaded("fargate-web")
    assert {name: cells["Type"] for name, cells in template["Parameters"].items()} == {
        "VpcId": "AWS::EC2::VPC::Id",
        "PublicSubnetIds": "List<AWS::EC2::Subnet::Id>",
        "CertificateArn": "String",
        "SubnetIds": "List<AWS::EC2::Subnet::Id>",
    }
    assert {name: cells.get("Default") for name, cells in loaded("nothing-said")["Parameters"].items()} == {
        "LoadBalancerArn": None,
        "VpcId": None,
        "SubnetIds": None,
        "ClientCidr": None,
        "GameInThreshold": None,
        "Cluster": "default",
        "LogRetentionInDays": 30,
        "GameInNamespace": "AWS/ECS",
        "GameInMetric": "CPUUtilization",
    }


def test_the_environment_fills_parameters():
    """What the environment document knows is the default."""
    parameters = loaded("nothing-said", {"ecs": {"cluster": "main", "subnets": ["subnet-1", "subnet-2"]}})["Parameters"]
    assert parameters["Cluster"]["Default"] == "main" and parameters["SubnetIds"]["Default"] == "subnet-1,subnet-2"


def test_nothing_said_still_deploys():
    """A listener, a security group, an execution role, a log group and an alarm come from nowhere else."""
    resources = loaded("nothing-said")["Resources"]
    assert resources["GameService"]["Properties"]["NetworkConfiguration"]["AwsvpcConfiguration"] == {
        "Subnets": {"Ref": "SubnetIds"},
        "SecurityGroups": [{"Fn::GetAtt": ["GameSecurityGroup", "GroupId"]}],
    }
    assert resources["GameSecurityGroup"]["Properties"]["SecurityGroupIngress"] == [
        {"IpProtocol": "tcp", "FromPort": 7000, "ToPort": 7000, "CidrIp": {"Ref": "ClientCidr"}}
    ]
    assert resources["GameListener"]["Properties"] == {
        "LoadBalancerArn": {"Ref": "LoadBalancerArn"},
        "Port": 7000,
        "Protocol": "TCP",
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": {"Ref": "GameTargetGroup"}}],
    }
    assert resources["GameService"]["DependsOn"] == "GameListener"
    alarm = resources["GameInAlarm"]["Properties"]
    assert alarm["ComparisonOperator"] == "LessThanThreshold" and alarm["AlarmActions"] == [
        {"Ref": "GameInScalingPolicy"}
    ]
    options = resources["GameTaskDefinition"]["Properties"]["ContainerDefinitions"][0]["LogConfiguration"]["Options"]
    assert options["awslogs-group"] == {"Ref": "EcsGameLogGroup"} and options["awslogs-region"] == {
        "Ref": "AWS::Region"
    }


def test_an_http_target_group_without_a_listener():
    """A rule on a listener that exists already forwards to it."""
    resources = loaded(
        {
            "targetGroups": [{"Name": "web", "Protocol": "HTTP", "Port": 80, "TargetType": "ip"}],
            "taskDefinitions": [{"family": "web", "containerDefinitions": []}],
            "services": [
                {
                    "serviceName": "web",
                    "taskDefinition": "web",
                    "loadBalancers": [
                        {
                            "targetGroupArn": "${targetGroups.web.TargetGroupArn}",
                            "containerName": "w",
                            "containerPort": 80,
                        }
                    ],
                }
            ],
        }
    )["Resources"]
    rule = resources["WebListenerRule"]["Properties"]
    assert rule["ListenerArn"] == {"Ref": "ListenerArn"} and rule["Priority"] == {"Ref": "WebPriority"}


def test_a_load_balancer_without_subnets_and_groups():
    """It gets subnets, and a group that lets its listeners' ports in; the tasks let in the load balancer alone."""
    given = {
        "loadBalancers": [{"Name": "web", "Scheme": "internet-facing"}],
        "listeners": [
            {
                "LoadBalancerArn": "${loadBalancers.web.LoadBalancerArn}",
                "Port": 443,
                "Protocol": "HTTPS",
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": "${targetGroups.web.TargetGroupArn}"}],
            }
        ],
        "targetGroups": [{"Name": "web", "Protocol": "HTTP", "Port": 80, "TargetType": "ip"}],
        "taskDefinitions": [
            {
                "family": "web",
                "networkMode": "awsvpc",
                "containerDefinitions": [{"name": "w", "image": "i", "portMappings": [{"containerPort": 80}]}],
            }
        ],
        "services": [
            {
                "serviceName": "web",
                "taskDefinition": "web",
                "loadBalancers": [
                    {"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "w", "containerPort": 80}
                ],
            }
        ],
    }
    resources = loaded(given)["Resources"]
    assert resources["WebLoadBalancer"]["Properties"]["Subnets"] == {"Ref": "PublicSubnetIds"}
    front = resources["WebLoadBalancerSecurityGroup"]["Properties"]["SecurityGroupIngress"]
    assert front == [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}]
    inside = resources["WebSecurityGroup"]["Properties"]["SecurityGroupIngress"]
    assert inside == [
        {
            "IpProtocol": "tcp",
            "FromPort": 80,
            "ToPort": 80,
            "SourceSecurityGroupId": {"Fn::GetAtt": ["WebLoadBalancerSecurityGroup", "GroupId"]},
        }
    ]
    assert resources["WebListener443"]["Properties"]["Certificates"] == [{"CertificateArn": {"Ref": "CertificateArn"}}]


def test_mount_targets():
    """A file system can be mounted from the services' subnets, and the services wait for that."""
    resources = loaded("storage-and-secrets")["Resources"]
    assert resources["MediaFileSystemMountTarget"]["Properties"]["SubnetId"] == {
        "Fn::Select": [0, {"Ref": "SubnetIds"}]
    }
    assert resources["CmsService"]["DependsOn"] == ["MediaFileSystemMountTarget", "MediaFileSystemMountTarget2"]
    assert resources["MediaFileSystemSecurityGroup"]["Properties"]["SecurityGroupIngress"] == [
        {
            "IpProtocol": "tcp",
            "FromPort": 2049,
            "ToPort": 2049,
            "SourceSecurityGroupId": {"Fn::GetAtt": ["CmsSecurityGroup", "GroupId"]},
        }
    ]


def test_a_secret_asks_for_its_value():
    """A task does not start with a secret that has no value, and the value is nothing for a file."""
    template = loaded("storage-and-secrets")
    assert template["Resources"]["CmsDbSecret"]["Properties"]["SecretString"] == {"Ref": "CmsDbSecretValue"}
    assert template["Parameters"]["CmsDbSecretValue"]["NoEcho"] is True


def test_hidden_values_are_asked_for():
    """Where a value was hidden because its name looks secret, the template asks for it."""
    given = {
        "taskDefinitions": [
            {
                "family": "t",
                "containerDefinitions": [
                    {"name": "c", "image": "i", "environment": [{"name": "DB_PASSWORD", "value": "(hidden)"}]}
                ],
            }
        ]
    }
    template = loaded(given)
    ((name, cells),) = template["Parameters"].items()
    assert cells["NoEcho"] is True
    assert template["Resources"]["TTaskDefinition"]["Properties"]["ContainerDefinitions"][0]["Environment"] == [
        {"Name": "DB_PASSWORD", "Value": {"Ref": name}}
    ]


# --- what cannot be said -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"tasks": [{"taskDefinition": "web"}]}, "not-written"),
        ({"parameters": [{"Name": "/a", "Type": "SecureString", "Value": "x"}]}, "secure-string"),
        (
            {
                "schedules": [
                    {
                        "Name": "n",
                        "ScheduleExpression": "rate(1 day)",
                        "FlexibleTimeWindow": {"Mode": "OFF"},
                        "Target": {"Arn": "a", "RoleArn": "r"},
                        "ActionAfterCompletion": "DELETE",
                    }
                ]
            },
            "not-said",
        ),
        ({"lifecyclePolicies": [{"repositoryName": "x", "lifecyclePolicyText": "{}"}]}, "not-written"),
        ({"targetGroupAttributes": [{"TargetGroupArn": "arn:x", "Attributes": []}]}, "not-written"),
        (
            {
                "scheduledActions": [
                    {
                        "ServiceNamespace": "ecs",
                        "ScheduledActionName": "a",
                        "ResourceId": "service/a/b",
                        "ScalableDimension": "ecs:service:DesiredCount",
                    }
                ]
            },
            "not-written",
        ),
        ({"services": [{"serviceName": "a", "desiredCount": "many", "taskDefinition": "x"}]}, "not-said"),
        ({"logGroups": [{"logGroupName": f"/g/{number}"} for number in range(501)]}, "too-many"),
    ],
)
def test_what_a_template_cannot_say_is_said(given, code):
    """Nothing is left out in silence."""
    assert said(given) == [code]


@pytest.mark.parametrize("name", [name for name in VALID if name != "storage-and-secrets"])
def test_nothing_is_said_about_what_can_be_written(name):
    """A document that a template can say has no findings."""
    assert said(name) == []
