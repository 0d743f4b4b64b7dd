"""Templates that we write, created as stacks in ministack, an emulator that knows most of the types.

`python tests/tools.py` brings it into an environment of its own, as it pins botocore; the variable MINISTACK names another. What the emulator does not know is listed here and taken out before the stack is created.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from typing import Any

import pytest
import tools
from cloudformation import NAMES, REGION, document

from translator.writers import cloudformation as writer
from translator.writers.cloudformation_template import Template
from translator.writers.cloudformation_values import Call
from translator.writers.cloudformation_yaml import write_yaml

PROGRAM = tools.program("ministack")
UNKNOWN_TYPES = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::ECS::CapacityProvider",
    "AWS::AutoScaling::AutoScalingGroup",
}
WAIT = 20.0


@pytest.fixture(scope="module")
def aws():
    """Start the emulator; gives a function that makes a client for a service."""
    if PROGRAM is None:
        pytest.skip("ministack is not installed (pip install ministack, or set MINISTACK)")
    boto3 = pytest.importorskip("boto3")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [PROGRAM],
        env={**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _answers(port)
        yield lambda service: boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
    finally:
        process.terminate()
        process.wait(WAIT)


def _answers(port: int) -> None:
    until = time.monotonic() + WAIT
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def surroundings(aws) -> dict[str, str]:
    """Create what the parameters ask for: a VPC, two subnets, a load balancer with a listener."""
    ec2, balancing = aws("ec2"), aws("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]
    balancer = balancing.create_load_balancer(Name="there", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    listener = balancing.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action])[
        "Listeners"
    ][0]["ListenerArn"]
    return {
        "AWS::EC2::VPC::Id": vpc,
        "List<AWS::EC2::Subnet::Id>": ",".join(subnets),
        "Number": "5",
        "LoadBalancerArn": balancer,
        "ListenerArn": listener,
        "ClientCidr": "10.0.0.0/16",
    }


def known(template: Template) -> Template:
    """Take out what the emulator does not know, and put a text where others refer to it."""
    gone = {logical for logical, one in template.resources.items() if one.type in UNKNOWN_TYPES}
    template.resources = {logical: one for logical, one in template.resources.items() if logical not in gone}
    for one in template.resources.values():
        one.properties = _without(one.properties, gone)
        one.depends = [logical for logical in one.depends if logical not in gone]
    return template


def _without(value: Any, gone: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(entry, gone) for key, entry in value.items()}
    if isinstance(value, list):
        return [_without(entry, gone) for entry in value]
    if isinstance(value, Call):
        if isinstance(value.argument, str):
            return "gone" if value.argument.partition(".")[0] in gone else value
        return Call(value.name, _without(value.argument, gone))
    return value


def _events(client: Any, name: str) -> list[dict[str, Any]]:
    """Wait for a stack, and give what happened to its resources."""
    until = time.monotonic() + WAIT
    while "PROGRESS" in client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] and time.monotonic() < until:
        time.sleep(0.1)
    return client.describe_stack_events(StackName=name)["StackEvents"]


@pytest.mark.parametrize("name", NAMES)
def test_the_stack_is_created(name, aws, surroundings):
    """Every resource of the template comes into being, with the parameters that it asks for."""
    template = known(writer.made(document(name), {}))
    parameters = [
        {"ParameterKey": key, "ParameterValue": surroundings.get(key) or surroundings.get(cells["Type"], "value")}
        for key, cells in template.parameters.items()
        if "Default" not in cells
    ]
    client = aws("cloudformation")
    client.create_stack(
        StackName=name, TemplateBody=write_yaml(template, name), Parameters=parameters, Capabilities=["CAPABILITY_IAM"]
    )
    failed = [
        f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason')}"
        for one in _events(client, name)
        if "FAILED" in one["ResourceStatus"]
    ]
    assert failed == []
    created = client.describe_stack_resources(StackName=name)["StackResources"]
    assert {one["LogicalResourceId"] for one in created} == set(template.resources)


def test_what_is_created_is_what_was_written(aws, surroundings):
    """The service runs the task definition of the same stack, in the subnets and groups that the template gave."""
    client = aws("cloudformation")
    if not any(one["StackName"] == "nothing-said" for one in client.list_stacks()["StackSummaries"]):
        pytest.skip("the stack is created by the test before")
    service = aws("ecs").describe_services(cluster="default", services=["game"])["services"][0]
    assert service["desiredCount"] == 1 and ":task-definition/game:" in service["taskDefinition"]
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert (
        network["subnets"] == surroundings["List<AWS::EC2::Subnet::Id>"].split(",")
        and len(network["securityGroups"]) == 1
    )
