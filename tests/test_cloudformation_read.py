"""Templates -> ECS documents: task definitions, services, scaling and balancing, in the spelling of the API."""

from __future__ import annotations

import pytest
from cloudformation import read, resource, template

from translator.readers import cloudformation as reader

TASK = resource("AWS::ECS::TaskDefinition", Family="web", ContainerDefinitions=[{"Name": "web", "Image": "nginx"}])


def requests(kind: str, resources: dict, **sections) -> list[dict]:
    """Give the requests of a kind that a template makes."""
    return read(template(resources, **sections)).objects().get(kind, [])


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (template({"A": resource("AWS::S3::Bucket")}), True),
        ({"Resources": {"A": {"Type": "AWS::ECS::Cluster"}}}, True),
        ({"Transform": "AWS::Serverless-2016-10-31", "Resources": {}}, True),
        ({"Resources": {"Limits": {"Memory": "512"}}}, False),
        ({"apiVersion": "v1", "kind": "Service"}, False),
        ({"taskDefinitions": []}, False),
        ([1], False),
        ("Resources", False),
        (None, False),
    ],
)
def test_recognises(value, answer):
    """A template is what has resources with types."""
    assert reader.recognises(value) is answer


def test_task_definition_with_irregular_names_and_texts_for_numbers():
    """Members are spelled as the API spells them, maps keep their keys, texts become numbers where the API has some."""
    task = resource(
        "AWS::ECS::TaskDefinition",
        Family="web",
        Cpu=256,
        Memory="512",
        RequiresCompatibilities=["FARGATE"],
        NetworkMode="awsvpc",
        ContainerDefinitions=[
            {
                "Name": "web",
                "Image": "nginx",
                "Essential": "true",
                "Cpu": "10",
                "PortMappings": [{"ContainerPort": "80"}],
                "DockerLabels": {"Keep.My-Case": 1},
                "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "g", "mode": True}},
                "LinuxParameters": {"Tmpfs": [{"ContainerPath": "/t", "Size": 64}]},
            }
        ],
        Volumes=[
            {
                "Name": "v",
                "EFSVolumeConfiguration": {"FilesystemId": "fs-1", "AuthorizationConfig": {"IAM": "ENABLED"}},
            },
            {
                "Name": "w",
                "FSxWindowsFileServerVolumeConfiguration": {
                    "FileSystemId": "fs-2",
                    "RootDirectory": "/",
                    "AuthorizationConfig": {"Domain": "d", "CredentialsParameter": "p"},
                },
            },
        ],
        ProxyConfiguration={
            "Type": "APPMESH",
            "ContainerName": "envoy",
            "ProxyConfigurationProperties": [{"Name": "AppPorts", "Value": "80"}],
        },
    )
    assert requests("taskDefinitions", {"Task": task}) == [
        {
            "family": "web",
            "cpu": "256",
            "memory": "512",
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "containerDefinitions": [
                {
                    "name": "web",
                    "image": "nginx",
                    "essential": True,
                    "cpu": 10,
                    "portMappings": [{"containerPort": 80}],
                    "dockerLabels": {"Keep.My-Case": "1"},
                    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g", "mode": "true"}},
                    "linuxParameters": {"tmpfs": [{"containerPath": "/t", "size": 64}]},
                }
            ],
            "volumes": [
                {
                    "name": "v",
                    "efsVolumeConfiguration": {"fileSystemId": "fs-1", "authorizationConfig": {"iam": "ENABLED"}},
                },
                {
                    "name": "w",
                    "fsxWindowsFileServerVolumeConfiguration": {
                        "fileSystemId": "fs-2",
                        "rootDirectory": "/",
                        "authorizationConfig": {"domain": "d", "credentialsParameter": "p"},
                    },
                },
            ],
            "proxyConfiguration": {
                "type": "APPMESH",
                "containerName": "envoy",
                "properties": [{"name": "AppPorts", "value": "80"}],
            },
        }
    ]


def test_service_names_its_task_definition_and_cluster():
    """References between ECS resources are names where the API takes names, and `${kind.name.member}` elsewhere."""
    service = resource(
        "AWS::ECS::Service",
        ServiceName="web",
        Cluster={"Fn::GetAtt": "Cluster.Arn"},
        TaskDefinition={"Ref": "Task"},
        DesiredCount="2",
        PlacementStrategies=[{"Type": "spread", "Field": "instanceId"}],
        LoadBalancers=[{"ContainerName": "web", "ContainerPort": 80, "TargetGroupArn": {"Ref": "Group"}}],
        NetworkConfiguration={
            "AwsvpcConfiguration": {
                "Subnets": {"Ref": "Subnets"},
                "SecurityGroups": [{"Fn::GetAtt": ["Wall", "GroupId"]}],
            }
        },
    )
    resources = {
        "Task": TASK,
        "Cluster": resource("AWS::ECS::Cluster", ClusterName="main"),
        "Web": service,
        "Group": resource("AWS::ElasticLoadBalancingV2::TargetGroup", Name="web"),
        "Wall": resource("AWS::EC2::SecurityGroup", GroupDescription="w"),
    }
    parameters = {"Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}}
    assert requests("services", resources, Parameters=parameters) == [
        {
            "serviceName": "web",
            "cluster": "main",
            "taskDefinition": "web",
            "desiredCount": 2,
            "placementStrategy": [{"type": "spread", "field": "instanceId"}],
            "loadBalancers": [
                {"containerName": "web", "containerPort": 80, "targetGroupArn": "${targetGroups.web.TargetGroupArn}"}
            ],
            "networkConfiguration": {
                "awsvpcConfiguration": {"subnets": ["${Subnets}"], "securityGroups": ["${securityGroups.Wall.GroupId}"]}
            },
        }
    ]


def test_scaling():
    """Inline scheduled actions are requests of their own, and ScalingTargetId says what is scaled."""
    resources = {
        "Web": resource("AWS::ECS::Service", ServiceName="web", Cluster="main", TaskDefinition="web"),
        "Target": resource(
            "AWS::ApplicationAutoScaling::ScalableTarget",
            ServiceNamespace="ecs",
            ScalableDimension="ecs:service:DesiredCount",
            MinCapacity=1,
            MaxCapacity="4",
            ResourceId={"Fn::Join": ["/", ["service", "main", {"Fn::GetAtt": "Web.Name"}]]},
            ScheduledActions=[
                {
                    "ScheduledActionName": "night",
                    "Schedule": "cron(0 22 * * ? *)",
                    "ScalableTargetAction": {"MaxCapacity": "0"},
                }
            ],
        ),
        "Policy": resource(
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            ScalingTargetId={"Ref": "Target"},
            TargetTrackingScalingPolicyConfiguration={"TargetValue": "50", "DisableScaleIn": "false"},
        ),
        "Alarm": resource(
            "AWS::CloudWatch::Alarm",
            AlarmName="high",
            EvaluationPeriods="1",
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[{"Ref": "Policy"}],
        ),
    }
    same = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/main/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    assert requests("scalableTargets", resources) == [{**same, "MinCapacity": 1, "MaxCapacity": 4}]
    assert requests("scheduledActions", resources) == [
        {
            **same,
            "ScheduledActionName": "night",
            "Schedule": "cron(0 22 * * ? *)",
            "ScalableTargetAction": {"MaxCapacity": 0},
        }
    ]
    assert requests("scalingPolicies", resources) == [
        {
            **same,
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50.0, "DisableScaleIn": False},
        }
    ]
    assert requests("alarms", resources)[0]["AlarmActions"] == ["${scalingPolicies.cpu.PolicyARN}"]


def test_balancing():
    """Attributes are requests of their own; listeners go by their port, rules by their priority."""
    resources = {
        "Balancer": resource(
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            Name="lb",
            Subnets=["subnet-1"],
            LoadBalancerAttributes=[{"Key": "a", "Value": "b"}],
        ),
        "Group": resource(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            Name="web",
            Port="80",
            VpcId="vpc-1",
            TargetGroupAttributes=[{"Key": "stickiness.enabled", "Value": True}],
        ),
        "Front": resource(
            "AWS::ElasticLoadBalancingV2::Listener",
            LoadBalancerArn={"Ref": "Balancer"},
            Port=80,
            Protocol="HTTP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}],
        ),
        "Rule": resource(
            "AWS::ElasticLoadBalancingV2::ListenerRule",
            ListenerArn={"Ref": "Front"},
            Priority="5",
            Conditions=[{"Field": "path-pattern", "Values": ["/a"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}],
        ),
        "Policy": resource(
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            PolicyName="p",
            PolicyType="TargetTrackingScaling",
            ResourceId="service/m/w",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 1,
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "ALBRequestCountPerTarget",
                    "ResourceLabel": {
                        "Fn::Join": [
                            "/",
                            [
                                {"Fn::GetAtt": "Balancer.LoadBalancerFullName"},
                                {"Fn::GetAtt": "Group.TargetGroupFullName"},
                            ],
                        ]
                    },
                },
            },
        ),
    }
    arn = "${targetGroups.web.TargetGroupArn}"
    assert requests("loadBalancers", resources) == [{"Name": "lb", "Subnets": ["subnet-1"]}]
    assert requests("loadBalancerAttributes", resources) == [
        {"LoadBalancerArn": "${loadBalancers.lb.LoadBalancerArn}", "Attributes": [{"Key": "a", "Value": "b"}]}
    ]
    assert requests("targetGroups", resources) == [{"Name": "web", "Port": 80, "VpcId": "vpc-1"}]
    assert requests("targetGroupAttributes", resources) == [
        {"TargetGroupArn": arn, "Attributes": [{"Key": "stickiness.enabled", "Value": "true"}]}
    ]
    assert requests("listeners", resources)[0]["LoadBalancerArn"] == "${loadBalancers.lb.LoadBalancerArn}"
    assert requests("listenerRules", resources) == [
        {
            "ListenerArn": "${listeners.lb-80.ListenerArn}",
            "Priority": 5,
            "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}],
            "Actions": [{"Type": "forward", "TargetGroupArn": arn}],
        }
    ]
    label = requests("scalingPolicies", resources)[0]["TargetTrackingScalingPolicyConfiguration"][
        "PredefinedMetricSpecification"
    ]["ResourceLabel"]
    assert label == "${loadBalancers.lb.LoadBalancerFullName}/${targetGroups.web.TargetGroupFullName}"
