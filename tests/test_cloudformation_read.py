"""Templates -> ECS documents: every resource type, what belongs together, names, places, and what stays behind."""
from __future__ import annotations

import json

import pytest

from cloudformation import codes, read, read_text, resource, template
from translator.model import ReadError
from translator.readers import cloudformation as reader

TASK = resource("AWS::ECS::TaskDefinition", Family="web", ContainerDefinitions=[{"Name": "web", "Image": "nginx"}])


def requests(kind: str, resources: dict, **sections) -> list[dict]:
    """Give the requests of a kind that a template makes."""
    return read(template(resources, **sections)).objects().get(kind, [])


@pytest.mark.parametrize(("value", "answer"), [
    (template({"A": resource("AWS::S3::Bucket")}), True),
    ({"Resources": {"A": {"Type": "AWS::ECS::Cluster"}}}, True),
    ({"Transform": "AWS::Serverless-2016-10-31", "Resources": {}}, True),
    ({"Resources": {"Limits": {"Memory": "512"}}}, False),
    ({"apiVersion": "v1", "kind": "Service"}, False),
    ({"taskDefinitions": []}, False),
    ([1], False), ("Resources", False), (None, False),
])
def test_recognises(value, answer):
    """A template is what has resources with types."""
    assert reader.recognises(value) is answer


def test_task_definition_with_irregular_names_and_texts_for_numbers():
    """Members are spelled as the API spells them, maps keep their keys, and texts become numbers where the API has numbers."""
    task = resource(
        "AWS::ECS::TaskDefinition", Family="web", Cpu=256, Memory="512", RequiresCompatibilities=["FARGATE"], NetworkMode="awsvpc",
        ContainerDefinitions=[{
            "Name": "web", "Image": "nginx", "Essential": "true", "Cpu": "10", "PortMappings": [{"ContainerPort": "80"}],
            "DockerLabels": {"Keep.My-Case": 1}, "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "g", "mode": True}},
            "LinuxParameters": {"Tmpfs": [{"ContainerPath": "/t", "Size": 64}]},
        }],
        Volumes=[{"Name": "v", "EFSVolumeConfiguration": {"FilesystemId": "fs-1", "AuthorizationConfig": {"IAM": "ENABLED"}}},
                 {"Name": "w", "FSxWindowsFileServerVolumeConfiguration": {"FileSystemId": "fs-2", "RootDirectory": "/", "AuthorizationConfig": {"Domain": "d", "CredentialsParameter": "p"}}}],
        ProxyConfiguration={"Type": "APPMESH", "ContainerName": "envoy", "ProxyConfigurationProperties": [{"Name": "AppPorts", "Value": "80"}]},
    )
    assert requests("taskDefinitions", {"Task": task}) == [{
        "family": "web", "cpu": "256", "memory": "512", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
        "containerDefinitions": [{
            "name": "web", "image": "nginx", "essential": True, "cpu": 10, "portMappings": [{"containerPort": 80}],
            "dockerLabels": {"Keep.My-Case": "1"}, "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g", "mode": "true"}},
            "linuxParameters": {"tmpfs": [{"containerPath": "/t", "size": 64}]},
        }],
        "volumes": [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1", "authorizationConfig": {"iam": "ENABLED"}}},
                    {"name": "w", "fsxWindowsFileServerVolumeConfiguration": {"fileSystemId": "fs-2", "rootDirectory": "/", "authorizationConfig": {"domain": "d", "credentialsParameter": "p"}}}],
        "proxyConfiguration": {"type": "APPMESH", "containerName": "envoy", "properties": [{"name": "AppPorts", "value": "80"}]},
    }]


def test_service_names_its_task_definition_and_cluster():
    """References between ECS resources are names where the API takes names, and `${kind.name.member}` elsewhere."""
    service = resource(
        "AWS::ECS::Service", ServiceName="web", Cluster={"Fn::GetAtt": "Cluster.Arn"}, TaskDefinition={"Ref": "Task"}, DesiredCount="2",
        PlacementStrategies=[{"Type": "spread", "Field": "instanceId"}],
        LoadBalancers=[{"ContainerName": "web", "ContainerPort": 80, "TargetGroupArn": {"Ref": "Group"}}],
        NetworkConfiguration={"AwsvpcConfiguration": {"Subnets": {"Ref": "Subnets"}, "SecurityGroups": [{"Fn::GetAtt": ["Wall", "GroupId"]}]}},
    )
    resources = {"Task": TASK, "Cluster": resource("AWS::ECS::Cluster", ClusterName="main"), "Web": service,
                 "Group": resource("AWS::ElasticLoadBalancingV2::TargetGroup", Name="web"), "Wall": resource("AWS::EC2::SecurityGroup", GroupDescription="w")}
    parameters = {"Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}}
    assert requests("services", resources, Parameters=parameters) == [{
        "serviceName": "web", "cluster": "main", "taskDefinition": "web", "desiredCount": 2, "placementStrategy": [{"type": "spread", "field": "instanceId"}],
        "loadBalancers": [{"containerName": "web", "containerPort": 80, "targetGroupArn": "${targetGroups.web.TargetGroupArn}"}],
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["${Subnets}"], "securityGroups": ["${securityGroups.Wall.GroupId}"]}},
    }]


def test_scaling():
    """Inline scheduled actions are requests of their own, and ScalingTargetId says what is scaled."""
    resources = {
        "Web": resource("AWS::ECS::Service", ServiceName="web", Cluster="main", TaskDefinition="web"),
        "Target": resource(
            "AWS::ApplicationAutoScaling::ScalableTarget", ServiceNamespace="ecs", ScalableDimension="ecs:service:DesiredCount", MinCapacity=1, MaxCapacity="4",
            ResourceId={"Fn::Join": ["/", ["service", "main", {"Fn::GetAtt": "Web.Name"}]]},
            ScheduledActions=[{"ScheduledActionName": "night", "Schedule": "cron(0 22 * * ? *)", "ScalableTargetAction": {"MaxCapacity": "0"}}]),
        "Policy": resource(
            "AWS::ApplicationAutoScaling::ScalingPolicy", PolicyName="cpu", PolicyType="TargetTrackingScaling", ScalingTargetId={"Ref": "Target"},
            TargetTrackingScalingPolicyConfiguration={"TargetValue": "50", "DisableScaleIn": "false"}),
        "Alarm": resource("AWS::CloudWatch::Alarm", AlarmName="high", EvaluationPeriods="1", ComparisonOperator="GreaterThanThreshold", AlarmActions=[{"Ref": "Policy"}]),
    }
    same = {"ServiceNamespace": "ecs", "ResourceId": "service/main/web", "ScalableDimension": "ecs:service:DesiredCount"}
    assert requests("scalableTargets", resources) == [{**same, "MinCapacity": 1, "MaxCapacity": 4}]
    assert requests("scheduledActions", resources) == [
        {**same, "ScheduledActionName": "night", "Schedule": "cron(0 22 * * ? *)", "ScalableTargetAction": {"MaxCapacity": 0}}]
    assert requests("scalingPolicies", resources) == [
        {**same, "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50.0, "DisableScaleIn": False}}]
    assert requests("alarms", resources)[0]["AlarmActions"] == ["${scalingPolicies.cpu.PolicyARN}"]


def test_balancing():
    """Attributes are requests of their own; listeners go by their port, rules by their priority."""
    resources = {
        "Balancer": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", Name="lb", Subnets=["subnet-1"], LoadBalancerAttributes=[{"Key": "a", "Value": "b"}]),
        "Group": resource("AWS::ElasticLoadBalancingV2::TargetGroup", Name="web", Port="80", VpcId="vpc-1", TargetGroupAttributes=[{"Key": "stickiness.enabled", "Value": True}]),
        "Front": resource("AWS::ElasticLoadBalancingV2::Listener", LoadBalancerArn={"Ref": "Balancer"}, Port=80, Protocol="HTTP", DefaultActions=[{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}]),
        "Rule": resource("AWS::ElasticLoadBalancingV2::ListenerRule", ListenerArn={"Ref": "Front"}, Priority="5", Conditions=[{"Field": "path-pattern", "Values": ["/a"]}], Actions=[{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}]),
        "Policy": resource("AWS::ApplicationAutoScaling::ScalingPolicy", PolicyName="p", PolicyType="TargetTrackingScaling", ResourceId="service/m/w", TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 1, "PredefinedMetricSpecification": {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": {
                "Fn::Join": ["/", [{"Fn::GetAtt": "Balancer.LoadBalancerFullName"}, {"Fn::GetAtt": "Group.TargetGroupFullName"}]]}}}),
    }
    arn = "${targetGroups.web.TargetGroupArn}"
    assert requests("loadBalancers", resources) == [{"Name": "lb", "Subnets": ["subnet-1"]}]
    assert requests("loadBalancerAttributes", resources) == [{"LoadBalancerArn": "${loadBalancers.lb.LoadBalancerArn}", "Attributes": [{"Key": "a", "Value": "b"}]}]
    assert requests("targetGroups", resources) == [{"Name": "web", "Port": 80, "VpcId": "vpc-1"}]
    assert requests("targetGroupAttributes", resources) == [{"TargetGroupArn": arn, "Attributes": [{"Key": "stickiness.enabled", "Value": "true"}]}]
    assert requests("listeners", resources)[0]["LoadBalancerArn"] == "${loadBalancers.lb.LoadBalancerArn}"
    assert requests("listenerRules", resources) == [{
        "ListenerArn": "${listeners.80.ListenerArn}", "Priority": 5, "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}], "Actions": [{"Type": "forward", "TargetGroupArn": arn}]}]
    label = requests("scalingPolicies", resources)[0]["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]["ResourceLabel"]
    assert label == "${loadBalancers.lb.LoadBalancerFullName}/${targetGroups.web.TargetGroupFullName}"


def test_network_and_identity():
    """Rules and policies that stand in a group or a role are requests of their own."""
    resources = {
        "Wall": resource("AWS::EC2::SecurityGroup", GroupName="wall", GroupDescription="d", VpcId="vpc-1", Tags=[{"Key": "k", "Value": "v"}],
                         SecurityGroupIngress=[{"IpProtocol": "tcp", "FromPort": "80", "ToPort": 80, "CidrIp": "10.0.0.0/8", "Description": "in"}]),
        "Self": resource("AWS::EC2::SecurityGroupIngress", GroupId={"Ref": "Wall"}, IpProtocol=-1, SourceSecurityGroupId={"Fn::GetAtt": "Wall.GroupId"}),
        "Role": resource("AWS::IAM::Role", RoleName="r", AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": []}, ManagedPolicyArns=["arn:x"],
                         Policies=[{"PolicyName": "p", "PolicyDocument": {"Statement": [{"Resource": {"Fn::GetAtt": "Wall.GroupId"}}]}}]),
        "More": resource("AWS::IAM::Policy", PolicyName="q", PolicyDocument={"Statement": []}, Roles=[{"Ref": "Role"}]),
        "Task": resource("AWS::ECS::TaskDefinition", Family="t", TaskRoleArn={"Fn::GetAtt": "Role.Arn"}),
    }
    group = "${securityGroups.wall.GroupId}"
    assert requests("securityGroups", resources) == [
        {"GroupName": "wall", "Description": "d", "VpcId": "vpc-1", "TagSpecifications": [{"ResourceType": "security-group", "Tags": [{"Key": "k", "Value": "v"}]}]}]
    assert requests("securityGroupIngress", resources) == [
        {"GroupId": group, "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "in"}]}]},
        {"GroupId": group, "IpPermissions": [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]}]
    assert requests("roles", resources) == [{"RoleName": "r", "AssumeRolePolicyDocument": '{"Version":"2012-10-17","Statement":[]}'}]
    policies = requests("rolePolicies", resources)
    assert [(one["RoleName"], one["PolicyName"]) for one in policies] == [("r", "p"), ("r", "q")]
    assert json.loads(policies[0]["PolicyDocument"]) == {"Statement": [{"Resource": group}]}
    assert requests("taskDefinitions", resources) == [{"family": "t", "taskRoleArn": "${roles.r.Arn}"}]


def test_storage_and_settings():
    """File systems, parameters, log groups, repositories: tags and backups are written as the API writes them."""
    resources = {
        "Data": resource("AWS::EFS::FileSystem", Encrypted="true", BackupPolicy={"Status": "ENABLED"}, FileSystemTags=[{"Key": "a", "Value": "b"}]),
        "Door": resource("AWS::EFS::AccessPoint", FileSystemId={"Ref": "Data"}, PosixUser={"Uid": "1000", "Gid": "1000"}),
        "Target": resource("AWS::EFS::MountTarget", FileSystemId={"Ref": "Data"}, SubnetId="subnet-1", SecurityGroups=["sg-1"]),
        "Setting": resource("AWS::SSM::Parameter", Name="/a", Type="String", Value="v", Tags={"a": "b"}),
        "Logs": resource("AWS::Logs::LogGroup", LogGroupName="/ecs/web", RetentionInDays=7, Tags=[{"Key": "a", "Value": "b"}]),
        "Images": resource("AWS::ECR::Repository", RepositoryName="web", LifecyclePolicy={"LifecyclePolicyText": "{}"},
                           ImageTagMutabilityExclusionFilters=[{"ImageTagMutabilityExclusionFilterType": "WILDCARD", "ImageTagMutabilityExclusionFilterValue": "dev*"}]),
    }
    assert requests("fileSystems", resources) == [{"CreationToken": "Data", "Encrypted": True, "Tags": [{"Key": "a", "Value": "b"}], "Backup": True}]
    assert requests("accessPoints", resources) == [{"ClientToken": "Door", "FileSystemId": "${fileSystems.Data.FileSystemId}", "PosixUser": {"Uid": 1000, "Gid": 1000}}]
    assert requests("parameters", resources) == [{"Name": "/a", "Type": "String", "Value": "v", "Tags": [{"Key": "a", "Value": "b"}]}]
    assert requests("logGroups", resources) == [{"logGroupName": "/ecs/web", "tags": {"a": "b"}}]
    assert requests("repositories", resources) == [{"repositoryName": "web", "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "dev*"}]}]
    assert requests("lifecyclePolicies", resources) == [{"repositoryName": "web", "lifecyclePolicyText": "{}"}]
    assert {"mount-target", "stays"} <= codes(read(template(resources)))


def test_nodes():
    """A cluster knows its capacity providers whichever resource says so, and a provider its group by ARN."""
    resources = {
        "Cluster": resource("AWS::ECS::Cluster", ClusterName="main", ClusterSettings=[{"Name": "containerInsights", "Value": "enabled"}]),
        "Group": resource("AWS::AutoScaling::AutoScalingGroup", MinSize="0", MaxSize="3", VPCZoneIdentifier=["subnet-1", "subnet-2"], Cooldown="60"),
        "Provider": resource("AWS::ECS::CapacityProvider", Name="cp", AutoScalingGroupProvider={"AutoScalingGroupArn": {"Ref": "Group"}}),
        "Join": resource("AWS::ECS::ClusterCapacityProviderAssociations", Cluster={"Ref": "Cluster"}, CapacityProviders=["FARGATE", {"Ref": "Provider"}],
                         DefaultCapacityProviderStrategy=[{"CapacityProvider": {"Ref": "Provider"}, "Weight": 1}]),
    }
    assert requests("clusters", resources) == [{
        "clusterName": "main", "settings": [{"name": "containerInsights", "value": "enabled"}], "capacityProviders": ["FARGATE", "cp"],
        "defaultCapacityProviderStrategy": [{"capacityProvider": "cp", "weight": 1}]}]
    assert requests("capacityProviders", resources) == [{"name": "cp", "autoScalingGroupProvider": {"autoScalingGroupArn": "${autoScalingGroups.Group.AutoScalingGroupARN}"}}]
    assert requests("autoScalingGroups", resources) == [
        {"AutoScalingGroupName": "Group", "MinSize": 0, "MaxSize": 3, "VPCZoneIdentifier": "subnet-1,subnet-2", "DefaultCooldown": 60}]


def test_schedules_and_rules():
    """EventBridge Scheduler as it is; a rule with times becomes a schedule, a rule with events is said."""
    ecs = {"TaskDefinitionArn": {"Ref": "Task"}, "TaskCount": 1, "NetworkConfiguration": {"AwsVpcConfiguration": {"Subnets": ["subnet-1"]}}}
    resources = {
        "Task": TASK, "Cluster": resource("AWS::ECS::Cluster", ClusterName="main"),
        "Night": resource("AWS::Scheduler::Schedule", Name="night", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"},
                          Target={"Arn": {"Fn::GetAtt": "Cluster.Arn"}, "RoleArn": "arn:r", "EcsParameters": ecs}),
        "Hourly": resource("AWS::Events::Rule", Name="hourly", ScheduleExpression="rate(1 hour)", State="DISABLED", Targets=[
            {"Id": "1", "Arn": "arn:c", "RoleArn": "arn:r", "EcsParameters": {**ecs, "TagList": [{"Key": "a", "Value": "b"}]}}, {"Id": "2", "Arn": "arn:lambda"}]),
        "OnUpload": resource("AWS::Events::Rule", EventPattern={"source": ["aws.s3"]}, Targets=[{"Id": "1", "Arn": "arn:c", "EcsParameters": ecs}]),
    }
    made = {"TaskDefinitionArn": "${taskDefinitions.web.taskDefinitionArn}", "TaskCount": 1, "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-1"]}}}
    assert requests("schedules", resources) == [
        {"Name": "night", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"},
         "Target": {"Arn": "${clusters.main.clusterArn}", "RoleArn": "arn:r", "EcsParameters": made}},
        {"Name": "hourly", "ScheduleExpression": "rate(1 hour)", "State": "DISABLED", "FlexibleTimeWindow": {"Mode": "OFF"},
         "Target": {"Arn": "arn:c", "RoleArn": "arn:r", "EcsParameters": {**made, "Tags": [{"key": "a", "value": "b"}]}}}]
    assert "event-rule" in codes(read(template(resources)))


def test_discovery():
    """Cloud Map: the namespace and the service in it; Service Connect takes the namespace's name."""
    resources = {
        "Space": resource("AWS::ServiceDiscovery::PrivateDnsNamespace", Name="shop.local", Vpc="vpc-1"),
        "Stock": resource("AWS::ServiceDiscovery::Service", Name="stock", NamespaceId={"Ref": "Space"}, DnsConfig={"DnsRecords": [{"Type": "A", "TTL": "10"}]}),
        "Web": resource("AWS::ECS::Service", ServiceName="web", TaskDefinition="web", ServiceRegistries=[{"RegistryArn": {"Fn::GetAtt": "Stock.Arn"}}],
                        ServiceConnectConfiguration={"Enabled": True, "Namespace": {"Fn::GetAtt": "Space.Arn"}}),
    }
    assert requests("discoveryServices", resources) == [
        {"Name": "stock", "NamespaceId": "${namespaces.shop.local.Id}", "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]}}]
    service = requests("services", resources)[0]
    assert service["serviceRegistries"] == [{"registryArn": "${discoveryServices.stock.Arn}"}]
    assert service["serviceConnectConfiguration"] == {"enabled": True, "namespace": "shop.local"}


def test_a_secret_comes_without_its_value():
    """No value of a secret is read, wherever it would have come from."""
    found = read(template({"Db": resource("AWS::SecretsManager::Secret", Name="db", SecretString="hunter2", GenerateSecretString={})}))
    assert found.objects()["secrets"] == [{"Name": "db"}]
    assert "hunter2" not in str(found.findings)
    assert {"secret-value", "stays"} <= codes(found)


# --- names ---------------------------------------------------------------------------------------

def test_names_that_cloudformation_makes_up():
    """The logical id stands for a name; a service takes its family's name, which the template has."""
    found = read(template({
        "Task": TASK, "Cluster": resource("AWS::ECS::Cluster"),
        "Service": resource("AWS::ECS::Service", TaskDefinition={"Ref": "Task"}, Cluster={"Ref": "Cluster"}),
        "Other": resource("AWS::ECS::Service", TaskDefinition={"Ref": "Task"})}))
    assert [(one["serviceName"], one.get("cluster")) for one in found.objects()["services"]] == [("web", "Cluster"), ("Other", None)]
    assert "generated-name" in codes(found)


def test_a_name_that_is_not_known_yet():
    """Others refer by an ARN that the entry carries, since `${kind.name.member}` needs a name."""
    resources = {"Group": resource("AWS::ElasticLoadBalancingV2::TargetGroup", Name={"Fn::Sub": "${AWS::StackName}-web"}),
                 "Task": resource("AWS::ECS::TaskDefinition", Family={"Ref": "AWS::StackName"}),
                 "Web": resource("AWS::ECS::Service", ServiceName="web", TaskDefinition={"Ref": "Task"}, LoadBalancers=[{"TargetGroupArn": {"Ref": "Group"}}])}
    made = read(template(resources)).objects()
    assert made["targetGroups"] == [{"Name": "${AWS_STACK_NAME}-web", "TargetGroupArn": "${GroupTargetGroupArn}"}]
    assert made["services"][0]["loadBalancers"] == [{"targetGroupArn": "${GroupTargetGroupArn}"}]
    assert made["services"][0]["taskDefinition"] == "${AWS_STACK_NAME}" and made["taskDefinitions"] == [{"family": "${AWS_STACK_NAME}"}]


def test_a_name_that_is_its_own():
    """A circle of names ends with the logical id and a finding."""
    found = read(template({"A": resource("AWS::ECS::Cluster", ClusterName={"Ref": "B"}), "B": resource("AWS::ECS::Cluster", ClusterName={"Ref": "A"})}))
    assert len(found.objects()["clusters"]) == 2 and "cyclic" in codes(found)


def test_references_in_a_circle():
    """CloudFormation refuses resources that wait for each other; the finding names the chain."""
    one = resource("AWS::EC2::SecurityGroup", GroupDescription="a", SecurityGroupIngress=[{"IpProtocol": "-1", "SourceSecurityGroupId": {"Fn::GetAtt": "B.GroupId"}}])
    two = resource("AWS::EC2::SecurityGroup", {"DependsOn": ["A"]}, GroupDescription="b")
    found = read(template({"A": one, "B": two, "C": resource("AWS::ECS::Cluster")}))
    assert [finding.message for finding in found.findings if finding.code == "cloudformation.cyclic"] == [
        "A -> B -> A: each waits for the next, so CloudFormation refuses the template."]


def test_a_chain_that_is_too_long_to_follow():
    """One line, no traceback."""
    resources = {f"C{place}": resource("AWS::ECS::Cluster", ClusterName={"Ref": f"C{place + 1}"}) for place in range(3000)}
    with pytest.raises(ReadError, match="template.yaml: the references of this template lead on too far"):
        read(template(resources))


# --- what stays in the template ------------------------------------------------------------------

def test_conditions_of_resources():
    """A resource whose condition is not met is not there, and a reference to it is said."""
    found = read(template(
        {"Task": TASK, "Web": resource("AWS::ECS::Service", {"Condition": "Never"}, ServiceName="web", TaskDefinition={"Ref": "Task"}),
         "Out": resource("AWS::ECS::Service", ServiceName="out", TaskDefinition={"Ref": "Task"}, Role={"Ref": "Web"})},
        Conditions={"Never": {"Fn::Equals": ["a", "b"]}}))
    assert [one["serviceName"] for one in found.objects()["services"]] == ["out"]
    assert "unknown-reference" in codes(found)


def test_other_types_are_one_finding_each():
    """What has no place in an ECS document is listed by type."""
    found = read(template({"Task": TASK, "Q1": resource("AWS::SQS::Queue"), "Q2": resource("AWS::SQS::Queue"),
                           "F": resource("AWS::Serverless::Function"), "S": resource("AWS::CloudFormation::Stack", TemplateURL="x"),
                           "CDKMetadata": resource("AWS::CDK::Metadata")}, Transform="AWS::Serverless-2016-10-31"))
    messages = {finding.code.partition(".")[2]: [] for finding in found.findings}
    for finding in found.findings:
        messages[finding.code.partition(".")[2]].append((finding.message, len(finding.fields)))
    assert messages == {
        "other-type": [("AWS::SQS::Queue (Q1, Q2) has no place in an ECS document; it stays in the template.", 2),
                       ("AWS::Serverless::Function (F) has no place in an ECS document; it stays in the template.", 1)],
        "nested-stack": [("AWS::CloudFormation::Stack (S) has no place in an ECS document; it stays in the template.", 1)],
    }


def test_what_is_not_part_of_a_request():
    """Policies of CloudFormation, properties of other calls, outputs, unknown properties and macros are said."""
    cluster = resource("AWS::ECS::Cluster", {"DeletionPolicy": "Retain"}, ClusterName="c", Colour="blue", ClusterSettings="x")
    found = read(template({"C": cluster, "W": resource("AWS::ECS::Service", ForceNewDeployment={"EnableForceNewDeployment": True})},
                          Outputs={"O": {"Value": "x"}}, Transform=["AWS::Include", {"Name": "Own::Macro"}]))
    assert {"policies", "unknown-property", "wrong-type", "stays", "outputs", "macro"} <= codes(found)
    assert found.objects()["clusters"] == [{"clusterName": "c", "settings": []}]


def test_a_template_without_ecs():
    """It is no error, as a folder may hold the network's template too; it is said."""
    found = read(template({"Q": resource("AWS::SQS::Queue")}))
    assert found.entries == () and "no-ecs" in codes(found)


@pytest.mark.parametrize("value", [
    {"Resources": {"A": None, "B": 3, "C": {"Type": "AWS::ECS::Cluster", "Properties": "x"}}, "AWSTemplateFormatVersion": "2010-09-09"},
    template({"A": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": "x", "Volumes": [1, None]}}}),
    template({"A": {"Type": "AWS::ECS::Service", "Properties": {"LoadBalancers": {"Ref": "Nothing"}, "Tags": {"a": 1}}}}, Parameters=[1], Conditions=3, Mappings=None),
    template({"A": {"Type": ["x"], "Condition": 3, "DependsOn": {"a": 1}}}, Parameters={"P": None}),
    template({"Fn::ForEach::X": ["a"], "Fn::ForEach::Y": ["n", {"Ref": "Nope"}, {"Z${n}": {"Type": "AWS::ECS::Cluster"}}]}),
    template({"A": resource("AWS::Events::Rule", ScheduleExpression="rate(1 hour)", Targets=[{"EcsParameters": 3}, 4])}),
    template({"A": resource("AWS::IAM::Role", Policies=[3]), "B": resource("AWS::IAM::Policy"), "C": resource("AWS::EC2::SecurityGroup", Tags=3)}),
    template({"A": resource("AWS::Logs::LogGroup", Tags=[3, {"Key": 1}]), "B": resource("AWS::SSM::Parameter", Tags=[1]), "C": resource("AWS::EFS::FileSystem", BackupPolicy=1)}),
    template({"A": resource("AWS::ApplicationAutoScaling::ScalableTarget", ScheduledActions=[1]), "B": resource("AWS::ApplicationAutoScaling::ScalingPolicy", ScalingTargetId=[1])}),
    template({"A": resource("AWS::ECS::ClusterCapacityProviderAssociations", Cluster=[1]), "B": resource("AWS::ECR::Repository", LifecyclePolicy=1)}),
    template({"A": resource("AWS::ECS::CapacityProvider", AutoScalingGroupProvider="x"), "B": resource("AWS::AutoScaling::AutoScalingGroup", VPCZoneIdentifier={"a": 1})}),
])
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
    assert container == {"name": "web", "image": "nginx:1.27", "environment": [{"name": "ROLE", "value": "${roles.r.Arn}"}]}
    lines = {path: task.locate(path).line for path in [("family",), ("containerDefinitions", 0, "image"), ("containerDefinitions", 0, "environment", 0, "value")]}
    assert lines == {("family",): 8, ("containerDefinitions", 0, "image"): 11, ("containerDefinitions", 0, "environment", 0, "value"): 14}
    assert task.locate(("family",)).file == "template.yaml"
    assert (task.locate(("tags", 3)).line, found.entries[1].locate(()).line) == (5, 15)
