"""ECS documents -> templates: valid, deployable, readable, least in privilege, and deaf to what the manifests say in texts."""
from __future__ import annotations

from typing import Any

import pytest
import yaml

from cloudformation import NAMES, REGION, document, plain, read_text
from translator.model import ECS, Document, Object
from translator.writers import cloudformation as writer

VALID = [name for name in NAMES if name != "hostile"]


class Loader(yaml.SafeLoader):
    """Reads short forms of functions as their long forms."""


def _function(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: text.split(".", 1) if suffix == "GetAtt" else text}
    return {name: loader.construct_sequence(node, deep=True)}


Loader.add_multi_constructor("!", _function)


def written(given: str | dict, environment: dict | None = None) -> str:
    """Write a document, and give the text of its template."""
    files = writer.write(document(given), environment)
    assert list(files) == ["template.yaml"]
    return files["template.yaml"]


def loaded(given: str | dict, environment: dict | None = None) -> dict[str, Any]:
    """Write a document, and load its template with an independent reader of YAML."""
    return yaml.load(written(given, environment), Loader)


def properties(given: str | dict, logical: str) -> dict[str, Any]:
    """Give the properties of one resource of the template."""
    return loaded(given)["Resources"][logical]["Properties"]


def statements(given: str | dict, role: str) -> list[dict[str, Any]]:
    """Give the statements of the permissions of a role."""
    return properties(given, role)["Policies"][0]["PolicyDocument"]["Statement"]


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
    """It has no resources, and nothing raises."""
    assert "Resources:" in writer.write(Document(ECS, ()), {})["template.yaml"]


# --- references ----------------------------------------------------------------------------------

def test_what_belongs_together_refers_to_each_other():
    """Names of things in the document become references, so that CloudFormation creates them in order."""
    service = properties("fargate-web", "WebService")
    assert service["TaskDefinition"] == {"Ref": "WebTaskDefinition"} and service["Cluster"] == "shop"
    assert service["LoadBalancers"] == [{"TargetGroupArn": {"Ref": "WebTargetGroup"}, "ContainerName": "web", "ContainerPort": 8080}]
    assert service["NetworkConfiguration"]["AwsvpcConfiguration"]["SecurityGroups"] == [{"Ref": "WebSecurityGroup"}]
    target = properties("fargate-web", "WebScalableTarget")
    assert target["ResourceId"] == {"Fn::Join": ["", ["service/shop/", {"Fn::GetAtt": ["WebService", "Name"]}]]}
    assert target["ScheduledActions"][0]["ScheduledActionName"] == "morning"
    assert properties("fargate-web", "WebCpuScalingPolicy")["ScalingTargetId"] == {"Ref": "WebScalableTarget"}
    label = properties("fargate-web", "WebRequestsScalingPolicy")["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]["ResourceLabel"]
    assert label == {"Fn::Join": ["", [{"Fn::GetAtt": ["WebLoadBalancer", "LoadBalancerFullName"]}, "/", {"Fn::GetAtt": ["WebTargetGroup", "TargetGroupFullName"]}]]}


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
    assert resources["FleetArmAutoScalingGroup"]["Properties"]["VPCZoneIdentifier"] == ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    service = resources["ApiService"]["Properties"]
    assert service["Cluster"] == {"Ref": "FleetCluster"} and service["PlacementStrategies"][1] == {"Type": "binpack", "Field": "memory"}


def test_names_of_cloud_map():
    """Service Connect gets the namespace by its ARN, so that the service waits for it."""
    resources = loaded("discovery")["Resources"]
    assert resources["ShopLocalNamespace"]["Properties"]["Vpc"] == {"Ref": "VpcId"}
    assert resources["StockDiscoveryService"]["Properties"]["NamespaceId"] == {"Ref": "ShopLocalNamespace"}
    assert resources["StockService"]["Properties"]["ServiceConnectConfiguration"]["Namespace"] == {"Fn::GetAtt": ["ShopLocalNamespace", "Arn"]}
    assert resources["StockService"]["Properties"]["ServiceRegistries"] == [{"RegistryArn": {"Fn::GetAtt": ["StockDiscoveryService", "Arn"]}}]


# --- what neither manifest says ------------------------------------------------------------------

def test_what_is_not_known_is_a_parameter():
    """Parameters have the type that the console offers choices for; those without a default come first."""
    template = loaded("fargate-web")
    assert {name: cells["Type"] for name, cells in template["Parameters"].items()} == {
        "VpcId": "AWS::EC2::VPC::Id", "PublicSubnets": "List<AWS::EC2::Subnet::Id>", "CertificateArn": "String", "Subnets": "List<AWS::EC2::Subnet::Id>"}
    assert {name: cells.get("Default") for name, cells in loaded("nothing-said")["Parameters"].items()} == {
        "LoadBalancerArn": None, "VpcId": None, "Subnets": None, "ClientCidr": None, "GameInThreshold": None,
        "Cluster": "default", "LogRetentionInDays": 30, "GameInNamespace": "AWS/ECS", "GameInMetric": "CPUUtilization"}


def test_the_environment_fills_parameters():
    """What the environment document knows is the default."""
    parameters = loaded("nothing-said", {"ecs": {"cluster": "main", "subnets": ["subnet-1", "subnet-2"]}})["Parameters"]
    assert parameters["Cluster"]["Default"] == "main" and parameters["Subnets"]["Default"] == "subnet-1,subnet-2"


def test_nothing_said_still_deploys():
    """A listener, a security group, an execution role, a log group and an alarm come from nowhere else."""
    resources = loaded("nothing-said")["Resources"]
    assert resources["GameService"]["Properties"]["NetworkConfiguration"]["AwsvpcConfiguration"] == {
        "Subnets": {"Ref": "Subnets"}, "SecurityGroups": [{"Fn::GetAtt": ["GameSecurityGroup", "GroupId"]}]}
    assert resources["GameSecurityGroup"]["Properties"]["SecurityGroupIngress"] == [
        {"IpProtocol": "tcp", "FromPort": 7000, "ToPort": 7000, "CidrIp": {"Ref": "ClientCidr"}}]
    assert resources["GameListener"]["Properties"] == {
        "LoadBalancerArn": {"Ref": "LoadBalancerArn"}, "Port": 7000, "Protocol": "TCP", "DefaultActions": [{"Type": "forward", "TargetGroupArn": {"Ref": "GameTargetGroup"}}]}
    assert resources["GameService"]["DependsOn"] == "GameListener"
    alarm = resources["GameInAlarm"]["Properties"]
    assert alarm["ComparisonOperator"] == "LessThanThreshold" and alarm["AlarmActions"] == [{"Ref": "GameInScalingPolicy"}]
    options = resources["GameTaskDefinition"]["Properties"]["ContainerDefinitions"][0]["LogConfiguration"]["Options"]
    assert options["awslogs-group"] == {"Ref": "EcsGameLogGroup"} and options["awslogs-region"] == {"Ref": "AWS::Region"}


def test_an_http_target_group_without_a_listener():
    """A rule on a listener that exists already forwards to it."""
    resources = loaded({
        "targetGroups": [{"Name": "web", "Protocol": "HTTP", "Port": 80, "TargetType": "ip"}],
        "taskDefinitions": [{"family": "web", "containerDefinitions": []}],
        "services": [{"serviceName": "web", "taskDefinition": "web", "loadBalancers": [{"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "w", "containerPort": 80}]}],
    })["Resources"]
    rule = resources["WebListenerRule"]["Properties"]
    assert rule["ListenerArn"] == {"Ref": "ListenerArn"} and rule["Priority"] == {"Ref": "WebPriority"}


def test_a_load_balancer_without_subnets_and_groups():
    """It gets subnets, and a group that lets its listeners' ports in; the tasks let in the load balancer alone."""
    given = {
        "loadBalancers": [{"Name": "web", "Scheme": "internet-facing"}],
        "listeners": [{"LoadBalancerArn": "${loadBalancers.web.LoadBalancerArn}", "Port": 443, "Protocol": "HTTPS", "DefaultActions": [{"Type": "forward", "TargetGroupArn": "${targetGroups.web.TargetGroupArn}"}]}],
        "targetGroups": [{"Name": "web", "Protocol": "HTTP", "Port": 80, "TargetType": "ip"}],
        "taskDefinitions": [{"family": "web", "networkMode": "awsvpc", "containerDefinitions": [{"name": "w", "image": "i", "portMappings": [{"containerPort": 80}]}]}],
        "services": [{"serviceName": "web", "taskDefinition": "web", "loadBalancers": [{"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "w", "containerPort": 80}]}],
    }
    resources = loaded(given)["Resources"]
    assert resources["WebLoadBalancer"]["Properties"]["Subnets"] == {"Ref": "Subnets"}
    front = resources["WebLoadBalancerSecurityGroup"]["Properties"]["SecurityGroupIngress"]
    assert front == [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}]
    inside = resources["WebSecurityGroup"]["Properties"]["SecurityGroupIngress"]
    assert inside == [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourceSecurityGroupId": {"Fn::GetAtt": ["WebLoadBalancerSecurityGroup", "GroupId"]}}]
    assert resources["WebListener443"]["Properties"]["Certificates"] == [{"CertificateArn": {"Ref": "CertificateArn"}}]


def test_mount_targets():
    """A file system can be mounted from the services' subnets, and the services wait for that."""
    resources = loaded("storage-and-secrets")["Resources"]
    assert resources["MediaFileSystemMountTarget"]["Properties"]["SubnetId"] == {"Fn::Select": [0, {"Ref": "Subnets"}]}
    assert resources["CmsService"]["DependsOn"] == ["MediaFileSystemMountTarget", "MediaFileSystemMountTarget2"]
    assert resources["MediaFileSystemSecurityGroup"]["Properties"]["SecurityGroupIngress"] == [
        {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "SourceSecurityGroupId": {"Fn::GetAtt": ["CmsSecurityGroup", "GroupId"]}}]


def test_a_secret_asks_for_its_value():
    """A task does not start with a secret that has no value, and the value is nothing for a file."""
    template = loaded("storage-and-secrets")
    assert template["Resources"]["CmsDbSecret"]["Properties"]["SecretString"] == {"Ref": "CmsDbSecretValue"}
    assert template["Parameters"]["CmsDbSecretValue"]["NoEcho"] is True


def test_hidden_values_are_asked_for():
    """Where a value was hidden because its name looks secret, the template asks for it."""
    given = {"taskDefinitions": [{"family": "t", "containerDefinitions": [{"name": "c", "image": "i", "environment": [{"name": "DB_PASSWORD", "value": "(hidden)"}]}]}]}
    template = loaded(given)
    (name, cells), = template["Parameters"].items()
    assert cells["NoEcho"] is True
    assert template["Resources"]["TTaskDefinition"]["Properties"]["ContainerDefinitions"][0]["Environment"] == [{"Name": "DB_PASSWORD", "Value": {"Ref": name}}]


# --- roles ---------------------------------------------------------------------------------------

def test_an_execution_role_may_do_what_the_containers_need():
    """Pull these images, write to these log groups, read these secrets, parameters and files: nothing else."""
    made = {(one["Action"] if isinstance(one["Action"], str) else one["Action"][-1]): one["Resource"] for one in statements("storage-and-secrets", "CmsExecutionRole")}
    ssm = ["arn:", {"Ref": "AWS::Partition"}, ":ssm:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}]
    assert made == {
        "ecr:GetAuthorizationToken": "*",
        "ecr:GetDownloadUrlForLayer": {"Fn::GetAtt": ["ShopCmsRepository", "Arn"]},
        "logs:PutLogEvents": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":logs:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}, ":log-group:/ecs/cms:*"]]},
        "secretsmanager:GetSecretValue": [
            {"Ref": "CmsDbSecret"}, "arn:aws:secretsmanager:eu-west-1:123456789012:secret:maps-AbCdEf", {"Ref": "OtherSecretArn"},
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-??????"],
        "ssm:GetParameters": [
            {"Fn::Join": ["", [*ssm, ":parameter", {"Ref": "CmsSettingsParameter"}]]}, {"Fn::Join": ["", [*ssm, ":parameter/cms/licence"]]}, {"Ref": "OtherSecretArn"}],
        "s3:GetObject": "arn:aws:s3:::shop-config/cms.env",
        "s3:GetBucketLocation": "arn:aws:s3:::shop-config",
    }


def test_an_image_of_another_account():
    """The repository's ARN is made of the image's own account and region."""
    given = {"taskDefinitions": [{"family": "t", "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [
        {"name": "c", "image": "210987654321.dkr.ecr.eu-west-3.amazonaws.com/team/app@sha256:00"}]}]}
    assert statements(given, "TExecutionRole")[1]["Resource"] == {
        "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":ecr:eu-west-3:210987654321:repository/team/app"]]}


@pytest.mark.parametrize(("definition", "wanted"), [
    ({"requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "c", "image": "nginx"}]}, False),
    ({"requiresCompatibilities": ["EC2"], "containerDefinitions": [{"name": "c", "image": "nginx", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}}}]}, False),
    ({"requiresCompatibilities": ["EC2"], "containerDefinitions": [{"name": "c", "image": "nginx", "secrets": [{"name": "A", "valueFrom": "a"}]}]}, True),
    ({"requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "c", "image": "nginx", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}}}]}, True),
])
def test_an_execution_role_where_a_task_cannot_start_without(definition, wanted):
    """As AWS's page on the task execution role says."""
    assert ("ExecutionRoleArn" in properties({"taskDefinitions": [{"family": "t", **definition}]}, "TTaskDefinition")) is wanted


def test_a_role_that_is_known_is_left_alone():
    """Nothing is added beside an ARN that the document has."""
    assert [name for name in loaded("worker-queue")["Resources"] if "Role" in name] == []


def test_the_role_of_a_schedule():
    """It starts tasks of one task definition, and passes on its two roles."""
    assert statements("scheduled-job", "ReportScheduleRole") == [
        {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": {"Ref": "ReportTaskDefinition"}},
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": [{"Fn::GetAtt": ["ReportExecutionRole", "Arn"]}, {"Fn::GetAtt": ["ReportTaskRole", "Arn"]}]}]


def test_roles_of_the_infrastructure():
    """Blue/green, volumes and hooks: the policies that AWS keeps for ECS, and one function to call."""
    resources = loaded("blue-green")["Resources"]
    assert resources["PayLoadBalancersRole"]["Properties"]["ManagedPolicyArns"] == [
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"]]}]
    assert resources["PayLoadBalancersRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": "ecs.amazonaws.com"}
    assert statements("blue-green", "PayHookRole")[0]["Resource"] == "arn:aws:lambda:eu-west-1:123456789012:function:check"
    service = resources["PayService"]["Properties"]
    assert service["LoadBalancers"][0]["AdvancedConfiguration"] == {
        "AlternateTargetGroupArn": {"Ref": "PayGreenTargetGroup"}, "ProductionListenerRule": {"Ref": "ListenerRule20"},
        "TestListenerRule": {"Ref": "ListenerRule21"}, "RoleArn": {"Fn::GetAtt": ["PayLoadBalancersRole", "Arn"]}}
    assert service["VolumeConfigurations"][0]["ManagedEBSVolume"]["RoleArn"] == {"Fn::GetAtt": ["PayVolumeConfigurationsRole", "Arn"]}


# --- what cannot be said -------------------------------------------------------------------------

def said(given: str | dict) -> list[str]:
    """Give the codes of what a template cannot say."""
    return [finding.code.removeprefix("cloudformation.") for finding in writer.unsaid(document(given))]


@pytest.mark.parametrize(("given", "code"), [
    ({"tasks": [{"taskDefinition": "web"}]}, "not-written"),
    ({"parameters": [{"Name": "/a", "Type": "SecureString", "Value": "x"}]}, "secure-string"),
    ({"schedules": [{"Name": "n", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": "a", "RoleArn": "r"}, "ActionAfterCompletion": "DELETE"}]}, "not-said"),
    ({"lifecyclePolicies": [{"repositoryName": "x", "lifecyclePolicyText": "{}"}]}, "not-written"),
    ({"targetGroupAttributes": [{"TargetGroupArn": "arn:x", "Attributes": []}]}, "not-written"),
    ({"scheduledActions": [{"ServiceNamespace": "ecs", "ScheduledActionName": "a", "ResourceId": "service/a/b", "ScalableDimension": "ecs:service:DesiredCount"}]}, "not-written"),
    ({"services": [{"serviceName": "a", "desiredCount": "many", "taskDefinition": "x"}]}, "not-said"),
    ({"logGroups": [{"logGroupName": f"/g/{number}"} for number in range(501)]}, "too-many"),
])
def test_what_a_template_cannot_say_is_said(given, code):
    """Nothing is left out in silence."""
    assert said(given) == [code]


@pytest.mark.parametrize("name", [name for name in VALID if name != "storage-and-secrets"])
def test_nothing_is_said_about_what_can_be_written(name):
    """A document that a template can say has no findings."""
    assert said(name) == []


# --- hostile texts -------------------------------------------------------------------------------

def test_texts_of_the_manifest_are_not_live():
    """`${...}` in a text stays what it is; no function has a text of the manifest to search through."""
    text = written("hostile")
    assert not [call for call in calls(yaml.load(text, Loader)) if call not in ("Ref", "Fn::GetAtt", "Fn::Join")]
    container = yaml.load(text, Loader)["Resources"]["EvilTaskDefinition"]["Properties"]["ContainerDefinitions"][0]
    given = plain("hostile")["taskDefinitions"][0]["containerDefinitions"][0]
    assert [deployed(one) for one in container["Command"][:4]] == given["command"][:4] and container["EntryPoint"] == given["entryPoint"]
    values = {one["Name"]: deployed(one["Value"]) for one in container["Environment"]}
    assert {name: value for name, value in values.items() if name != "U"} == {one["name"]: one["value"] for one in given["environment"] if one["name"] != "U"}
    assert container["LogConfiguration"]["Options"]["awslogs-group"] == {"Ref": "EcsAwsRegionLogGroup"}
    assert yaml.load(text, Loader)["Resources"]["EcsAwsRegionLogGroup"]["Properties"]["LogGroupName"] == {"Fn::Join": ["", ["/ecs/$", "{AWS::Region}"]]}


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
    finding = next(one for one in writer.unsaid(document("hostile")) if one.code == "cloudformation.dynamic-reference-text")
    assert finding.level == "error"
    assert {(field.object, field.path) for field in finding.fields} == {
        ("taskDefinitions/evil", "containerDefinitions.command"), ("taskDefinitions/evil", "containerDefinitions.image"),
        ("taskDefinitions/evil", "containerDefinitions.environment.value"), ("parameters//evil", "Value")}


def test_keys_that_are_functions_are_left_out():
    """A map with the key `Ref` would be a reference; there is no way to say otherwise."""
    labels = properties("hostile", "EvilTaskDefinition")["ContainerDefinitions"][0]["DockerLabels"]
    assert labels == {"Condition": "y", "on": "off"}
    assert said("hostile").count("function-key") == 3


def test_policies_with_such_keys_stay_texts():
    """A JSON text is written as data only where that is the same."""
    given = {"roles": [{"RoleName": "r", "AssumeRolePolicyDocument": '{"Statement":[{"Ref":"AWS::AccountId"}]}'}]}
    assert properties(given, "RRole")["AssumeRolePolicyDocument"] == '{"Statement":[{"Ref":"AWS::AccountId"}]}'


@pytest.mark.parametrize("name", ["../../etc/passwd", "é", "日本", "", "a\nb: c", "x" * 5000, "${X}", "1", "${a", "a.b/c"])
def test_names_of_every_kind_make_logical_ids(name):
    """Logical ids are letters and digits, whatever a thing is called."""
    resources = loaded({"taskDefinitions": [{"family": name, "containerDefinitions": []}], "services": [{"serviceName": name, "taskDefinition": name}]})["Resources"]
    assert all(logical.isascii() and logical.isalnum() and len(logical) <= 255 for logical in resources)


def test_things_of_one_name():
    """Two things whose names differ only in punctuation have two logical ids."""
    resources = loaded({"logGroups": [{"logGroupName": "/a-b"}, {"logGroupName": "/a/b"}, {"logGroupName": "/a_b"}]})["Resources"]
    assert list(resources) == ["AbLogGroup", "AbLogGroup2", "AbLogGroup3"]


def test_a_parameter_and_a_resource_of_one_name():
    """They have two names, as CloudFormation has one space for both."""
    given = {"taskDefinitions": [{"family": "a", "taskRoleArn": "arn:x", "containerDefinitions": [{"name": "c", "image": "${LogGroup}"}]}], "logGroups": [{"logGroupName": "/"}]}
    template = loaded(given)
    assert list(template["Parameters"]) == ["LogGroupParameter"] and list(template["Resources"])[0] == "LogGroup"


@pytest.mark.parametrize("value", [None, 3, "x", [], {"family": 3, "containerDefinitions": [None, {"environment": "x", "logConfiguration": "${X}"}], "volumes": {"a": 1}}])
def test_ill_typed_requests_do_not_raise(value):
    """A document from elsewhere may hold anything."""
    for kind in ("taskDefinitions", "services", "scalableTargets", "listeners", "securityGroupIngress", "schedules"):
        writer.write(Document(ECS, (Object(kind, value),)), {})
        read_text(writer.write(Document(ECS, (Object(kind, value), Object("clusters", {"clusterName": "c"}))), {})["template.yaml"])
