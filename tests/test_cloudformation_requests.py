"""Templates -> ECS documents: what stands around services, from networks and roles to storage and schedules."""

from __future__ import annotations

import json

from cloudformation import codes, read, resource, template

TASK = resource("AWS::ECS::TaskDefinition", Family="web", ContainerDefinitions=[{"Name": "web", "Image": "nginx"}])


def requests(kind: str, resources: dict, **sections) -> list[dict]:
    """Give the requests of a kind that a template makes."""
    return read(template(resources, **sections)).objects().get(kind, [])


def test_network_and_identity():
    """Rules and policies that stand in a group or a role are requests of their own."""
    resources = {
        "Wall": resource(
            "AWS::EC2::SecurityGroup",
            GroupName="wall",
            GroupDescription="d",
            VpcId="vpc-1",
            Tags=[{"Key": "k", "Value": "v"}],
            SecurityGroupIngress=[
                {"IpProtocol": "tcp", "FromPort": "80", "ToPort": 80, "CidrIp": "10.0.0.0/8", "Description": "in"}
            ],
        ),
        "Self": resource(
            "AWS::EC2::SecurityGroupIngress",
            GroupId={"Ref": "Wall"},
            IpProtocol=-1,
            SourceSecurityGroupId={"Fn::GetAtt": "Wall.GroupId"},
        ),
        "Role": resource(
            "AWS::IAM::Role",
            RoleName="r",
            AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": []},
            ManagedPolicyArns=["arn:x"],
            Policies=[
                {"PolicyName": "p", "PolicyDocument": {"Statement": [{"Resource": {"Fn::GetAtt": "Wall.GroupId"}}]}}
            ],
        ),
        "More": resource("AWS::IAM::Policy", PolicyName="q", PolicyDocument={"Statement": []}, Roles=[{"Ref": "Role"}]),
        "Task": resource("AWS::ECS::TaskDefinition", Family="t", TaskRoleArn={"Fn::GetAtt": "Role.Arn"}),
    }
    group = "${securityGroups.wall.GroupId}"
    assert requests("securityGroups", resources) == [
        {
            "GroupName": "wall",
            "Description": "d",
            "VpcId": "vpc-1",
            "TagSpecifications": [{"ResourceType": "security-group", "Tags": [{"Key": "k", "Value": "v"}]}],
        }
    ]
    assert requests("securityGroupIngress", resources) == [
        {
            "GroupId": group,
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 80,
                    "ToPort": 80,
                    "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "in"}],
                }
            ],
        },
        {"GroupId": group, "IpPermissions": [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]},
    ]
    assert requests("roles", resources) == [
        {"RoleName": "r", "AssumeRolePolicyDocument": '{"Version":"2012-10-17","Statement":[]}'}
    ]
    policies = requests("rolePolicies", resources)
    assert [(one["RoleName"], one["PolicyName"]) for one in policies] == [("r", "p"), ("r", "q")]
    assert json.loads(policies[0]["PolicyDocument"]) == {"Statement": [{"Resource": group}]}
    assert requests("taskDefinitions", resources) == [{"family": "t", "taskRoleArn": "${roles.r.Arn}"}]


def test_storage_and_settings():
    """File systems, parameters, log groups, repositories: tags and backups are written as the API writes them."""
    resources = {
        "Data": resource(
            "AWS::EFS::FileSystem",
            Encrypted="true",
            BackupPolicy={"Status": "ENABLED"},
            FileSystemTags=[{"Key": "a", "Value": "b"}],
        ),
        "Door": resource(
            "AWS::EFS::AccessPoint", FileSystemId={"Ref": "Data"}, PosixUser={"Uid": "1000", "Gid": "1000"}
        ),
        "Target": resource(
            "AWS::EFS::MountTarget", FileSystemId={"Ref": "Data"}, SubnetId="subnet-1", SecurityGroups=["sg-1"]
        ),
        "Setting": resource("AWS::SSM::Parameter", Name="/a", Type="String", Value="v", Tags={"a": "b"}),
        "Logs": resource(
            "AWS::Logs::LogGroup", LogGroupName="/ecs/web", RetentionInDays=7, Tags=[{"Key": "a", "Value": "b"}]
        ),
        "Images": resource(
            "AWS::ECR::Repository",
            RepositoryName="web",
            LifecyclePolicy={"LifecyclePolicyText": "{}"},
            ImageTagMutabilityExclusionFilters=[
                {"ImageTagMutabilityExclusionFilterType": "WILDCARD", "ImageTagMutabilityExclusionFilterValue": "dev*"}
            ],
        ),
    }
    assert requests("fileSystems", resources) == [
        {"CreationToken": "Data", "Encrypted": True, "Tags": [{"Key": "a", "Value": "b"}], "Backup": True}
    ]
    assert requests("accessPoints", resources) == [
        {
            "ClientToken": "Door",
            "FileSystemId": "${fileSystems.Data.FileSystemId}",
            "PosixUser": {"Uid": 1000, "Gid": 1000},
        }
    ]
    assert requests("parameters", resources) == [
        {"Name": "/a", "Type": "String", "Value": "v", "Tags": [{"Key": "a", "Value": "b"}]}
    ]
    assert requests("logGroups", resources) == [{"logGroupName": "/ecs/web", "tags": {"a": "b"}}]
    assert requests("repositories", resources) == [
        {"repositoryName": "web", "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "dev*"}]}
    ]
    assert requests("lifecyclePolicies", resources) == [{"repositoryName": "web", "lifecyclePolicyText": "{}"}]
    assert requests("retentionPolicies", resources) == [{"logGroupName": "/ecs/web", "retentionInDays": 7}]
    assert "mount-target" in codes(read(template(resources)))


def test_nodes():
    """A cluster knows its capacity providers whichever resource says so, and a provider its group by ARN."""
    resources = {
        "Cluster": resource(
            "AWS::ECS::Cluster", ClusterName="main", ClusterSettings=[{"Name": "containerInsights", "Value": "enabled"}]
        ),
        "Group": resource(
            "AWS::AutoScaling::AutoScalingGroup",
            MinSize="0",
            MaxSize="3",
            VPCZoneIdentifier=["subnet-1", "subnet-2"],
            Cooldown="60",
        ),
        "Provider": resource(
            "AWS::ECS::CapacityProvider", Name="cp", AutoScalingGroupProvider={"AutoScalingGroupArn": {"Ref": "Group"}}
        ),
        "Join": resource(
            "AWS::ECS::ClusterCapacityProviderAssociations",
            Cluster={"Ref": "Cluster"},
            CapacityProviders=["FARGATE", {"Ref": "Provider"}],
            DefaultCapacityProviderStrategy=[{"CapacityProvider": {"Ref": "Provider"}, "Weight": 1}],
        ),
    }
    assert requests("clusters", resources) == [
        {
            "clusterName": "main",
            "settings": [{"name": "containerInsights", "value": "enabled"}],
            "capacityProviders": ["FARGATE", "cp"],
            "defaultCapacityProviderStrategy": [{"capacityProvider": "cp", "weight": 1}],
        }
    ]
    assert requests("capacityProviders", resources) == [
        {
            "name": "cp",
            "autoScalingGroupProvider": {"autoScalingGroupArn": "${autoScalingGroups.Group.AutoScalingGroupARN}"},
        }
    ]
    assert requests("autoScalingGroups", resources) == [
        {
            "AutoScalingGroupName": "Group",
            "MinSize": 0,
            "MaxSize": 3,
            "VPCZoneIdentifier": "subnet-1,subnet-2",
            "DefaultCooldown": 60,
        }
    ]


def test_schedules_and_rules():
    """EventBridge Scheduler as it is; a rule with times becomes a schedule, a rule with events is said."""
    ecs = {
        "TaskDefinitionArn": {"Ref": "Task"},
        "TaskCount": 1,
        "NetworkConfiguration": {"AwsVpcConfiguration": {"Subnets": ["subnet-1"]}},
    }
    resources = {
        "Task": TASK,
        "Cluster": resource("AWS::ECS::Cluster", ClusterName="main"),
        "Night": resource(
            "AWS::Scheduler::Schedule",
            Name="night",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": {"Fn::GetAtt": "Cluster.Arn"}, "RoleArn": "arn:r", "EcsParameters": ecs},
        ),
        "Hourly": resource(
            "AWS::Events::Rule",
            Name="hourly",
            ScheduleExpression="rate(1 hour)",
            State="DISABLED",
            Targets=[
                {
                    "Id": "1",
                    "Arn": "arn:c",
                    "RoleArn": "arn:r",
                    "EcsParameters": {**ecs, "TagList": [{"Key": "a", "Value": "b"}]},
                },
                {"Id": "2", "Arn": "arn:lambda"},
            ],
        ),
        "OnUpload": resource(
            "AWS::Events::Rule",
            EventPattern={"source": ["aws.s3"]},
            Targets=[{"Id": "1", "Arn": "arn:c", "EcsParameters": ecs}],
        ),
    }
    made = {
        "TaskDefinitionArn": "${taskDefinitions.web.taskDefinitionArn}",
        "TaskCount": 1,
        "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-1"]}},
    }
    assert requests("schedules", resources) == [
        {
            "Name": "night",
            "ScheduleExpression": "rate(1 day)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": "${clusters.main.clusterArn}", "RoleArn": "arn:r", "EcsParameters": made},
        },
        {
            "Name": "hourly",
            "ScheduleExpression": "rate(1 hour)",
            "State": "DISABLED",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": "arn:c",
                "RoleArn": "arn:r",
                "EcsParameters": {**made, "Tags": [{"key": "a", "value": "b"}]},
            },
        },
    ]
    assert "event-rule" in codes(read(template(resources)))


def test_discovery():
    """Cloud Map: the namespace and the service in it; Service Connect takes the namespace's name."""
    resources = {
        "Space": resource("AWS::ServiceDiscovery::PrivateDnsNamespace", Name="shop.local", Vpc="vpc-1"),
        "Stock": resource(
            "AWS::ServiceDiscovery::Service",
            Name="stock",
            NamespaceId={"Ref": "Space"},
            DnsConfig={"DnsRecords": [{"Type": "A", "TTL": "10"}]},
        ),
        "Web": resource(
            "AWS::ECS::Service",
            ServiceName="web",
            TaskDefinition="web",
            ServiceRegistries=[{"RegistryArn": {"Fn::GetAtt": "Stock.Arn"}}],
            ServiceConnectConfiguration={"Enabled": True, "Namespace": {"Fn::GetAtt": "Space.Arn"}},
        ),
    }
    assert requests("discoveryServices", resources) == [
        {
            "Name": "stock",
            "NamespaceId": "${namespaces.shop.local.Id}",
            "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]},
        }
    ]
    service = requests("services", resources)[0]
    assert service["serviceRegistries"] == [{"registryArn": "${discoveryServices.stock.Arn}"}]
    assert service["serviceConnectConfiguration"] == {"enabled": True, "namespace": "shop.local"}


def test_a_secret_comes_without_its_value():
    """No value of a secret is read, wherever it would have come from."""
    found = read(
        template(
            {"Db": resource("AWS::SecretsManager::Secret", Name="db", SecretString="hunter2", GenerateSecretString={})}
        )
    )
    assert found.objects()["secrets"] == [{"Name": "db"}]
    assert "hunter2" not in str(found.findings)
    assert {"secret-value", "stays"} <= codes(found)
