"""What comes out is registered, created and scaled as it stands, by boto3 against moto's server."""
import socket

import pytest

from conftest import ROOT
from translator import read, rows, translate

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
