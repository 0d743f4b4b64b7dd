"""What comes out is registered, created and scaled as it stands, by boto3 against moto's server."""
import socket

import pytest

from conftest import ROOT
from translator import parse, read, rows, translate

moto_server = pytest.importorskip("moto.server")
boto3 = pytest.importorskip("boto3")


@pytest.fixture(scope="module")
def endpoint():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


def client(endpoint, service):
    return boto3.client(
        service, region_name="eu-west-1", endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test"
    )


def test_the_example_is_created_as_it_stands(endpoint):
    network = client(endpoint, "ec2")
    vpc = network.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    blocks = ("10.0.1.0/24", "10.0.2.0/24")
    subnets = [network.create_subnet(VpcId=vpc, CidrBlock=block)["Subnet"]["SubnetId"] for block in blocks]
    group = network.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    environment = {
        "ecs": {
            "vpc": vpc,
            "cluster": "main",
            "region": "eu-west-1",
            "account": "123456789012",
            "subnets": subnets,
            "securityGroups": [group],
            "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        }
    }
    output = translate(read(str(ROOT / "fixtures" / "example" / "web.yaml")), environment).output
    client(endpoint, "ecs").create_cluster(clusterName="main")
    first = ("namespaces", "logGroups", "secrets", "taskDefinitions", "services")
    for entry in sorted(output.entries, key=lambda one: first.index(one.kind) if one.kind in first else len(first)):
        cells = rows.tables()["kinds"][entry.kind]
        operation = "".join(
            f"_{letter.lower()}" if letter.isupper() else letter for letter in cells["operation"]
        ).lstrip("_")
        getattr(client(endpoint, cells["service"]), operation)(**entry.value)
    ecs = client(endpoint, "ecs")
    service = ecs.describe_services(cluster="main", services=["web"])["services"][0]
    assert service["desiredCount"] == 3
    definition = ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"] == "nginx:1.27"
    scaling = client(endpoint, "application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (targets[0]["MinCapacity"], targets[0]["MaxCapacity"]) == (2, 10)
    policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert policies[0]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 70


def fill(value, known):
    """Put what AWS answered in the place of references."""
    if isinstance(value, dict):
        return {key: fill(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [fill(one, known) for one in value]
    for reference, answer in known.items():
        value = value.replace(reference, answer) if isinstance(value, str) else value
    return value


def test_security_groups_and_roles_are_made_as_policies_say_and_read_as_aws_prints_them(endpoint):
    network, roles = client(endpoint, "ec2"), client(endpoint, "iam")
    vpc = network.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    environment = {"ecs": {"vpc": vpc, "vpcCidr": "10.1.0.0/16", "region": "eu-west-1", "account": "123456789012", "roles": "documents"}}
    output = translate(read(str(ROOT / "fixtures" / "network-policy" / "docs-example" / "k8s.yaml")), environment).output.objects()
    known = {}
    for one in output["securityGroups"]:
        known[f"${{securityGroups.{one['GroupName']}.GroupId}}"] = network.create_security_group(**one)["GroupId"]
    for kind, call in (
        ("securityGroupIngress", network.authorize_security_group_ingress),
        ("revokedEgress", network.revoke_security_group_egress),
        ("securityGroupEgress", network.authorize_security_group_egress),
    ):
        for one in output[kind]:
            call(**fill(one, known))
    for one in output["roles"]:
        known[f"${{roles.{one['RoleName']}.Arn}}"] = roles.create_role(**one)["Role"]["Arn"]
    for one in output["rolePolicies"]:
        roles.put_role_policy(**fill(one, known))
    own = known["${securityGroups.test-network-policy.GroupId}"]
    printed = network.describe_security_groups(GroupIds=list(value for value in known.values() if value.startswith("sg-")))
    (group,) = [one for one in printed["SecurityGroups"] if one["GroupId"] == own]
    assert sorted((one["FromPort"], one["IpRanges"][0]["CidrIp"]) for one in group["IpPermissionsEgress"]) == [
        (443, "0.0.0.0/0"), (5978, "10.0.0.0/24")]
    described = {"SecurityGroups": printed["SecurityGroups"], **fill({key: output[key] for key in ("taskDefinitions", "services")}, known)}
    back = [one for one in translate(parse(described), environment).output.objects() if one["kind"] == "NetworkPolicy"]
    assert [one["metadata"]["name"] for one in back] == ["test-network-policy"]
    assert len(back[0]["spec"]["ingress"][0]["from"]) == 10 and back[0]["spec"]["policyTypes"] == ["Ingress", "Egress"]
