"""Emulators of AWS, and a caller that makes the requests of a document there as a person would: one after the other."""
from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import tools

from translator import rows
from translator.readers.terraform_parts import key_of

REGION = "eu-west-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
WAIT = 20.0
# What others refer to comes first; a service is there before something scales it.
ORDER = (
    "clusters", "namespaces", "securityGroups", "securityGroupIngress", "logGroups", "roles", "rolePolicies", "secrets",
    "parameters", "fileSystems", "accessPoints", "repositories", "lifecyclePolicies", "discoveryServices", "loadBalancers",
    "loadBalancerAttributes", "targetGroups", "targetGroupAttributes", "listeners", "listenerCertificates", "listenerRules", "taskDefinitions",
    "services", "scalableTargets", "scalingPolicies", "scheduledActions", "alarms", "scheduleGroups", "schedules",
)
Call = Callable[[str, str, dict], dict]


def free_port() -> int:
    """Find a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def moto() -> Iterator[str]:
    """Run moto's server; gives its address."""
    server_of = pytest.importorskip("moto.server")
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    try:
        address = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
        urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset", method="POST")).close()
        yield address
    finally:
        server.stop()


@contextmanager
def ministack() -> Iterator[str]:
    """Run ministack; gives its address."""
    program = tools.program("ministack")
    if program is None:
        pytest.skip("ministack is not here: run tests/tools.py, or set MINISTACK")
    port = free_port()
    process = subprocess.Popen(
        [program],
        env={**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        answers(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(WAIT)


def answers(port: int) -> None:
    """Wait until somebody listens at a port."""
    until = time.monotonic() + WAIT
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def by_boto3(endpoint: str) -> Call:
    """Give a caller that makes requests with boto3."""
    boto3 = pytest.importorskip("boto3")
    clients: dict[str, Any] = {}

    def call(service: str, operation: str, request: dict) -> dict:
        if service not in clients:
            clients[service] = boto3.client(
                service, region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test"
            )
        return getattr(clients[service], spelled(operation, "_"))(**request)

    return call


def by_command(endpoint: str, folder: Path) -> Call:
    """Give a caller that makes requests with the AWS CLI, each from a file."""
    program = tools.program("aws")
    if program is None:
        pytest.skip("the aws command is not here (pip install awscli)")

    def call(service: str, operation: str, request: dict) -> dict:
        file = folder / f"{operation}.json"
        file.write_text(json.dumps(request))
        done = subprocess.run(
            [program, service, spelled(operation, "-"), "--cli-input-json", f"file://{file}", "--output", "json"],
            env={**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": endpoint, "AWS_PAGER": ""},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{service} {operation}: {done.stderr}\n{request}"
        return json.loads(done.stdout or "{}")

    return call


def spelled(operation: str, sign: str) -> str:
    """Spell RegisterTaskDefinition as register_task_definition or register-task-definition."""
    return "".join(sign + letter.lower() if letter.isupper() else letter for letter in operation).lstrip(sign)


def surroundings(call: Call) -> dict[str, str]:
    """Create what no manifest says: a VPC, two subnets, a security group."""
    vpc = call("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"})["Vpc"]["VpcId"]
    subnets = [
        call("ec2", "CreateSubnet", {"VpcId": vpc, "CidrBlock": f"10.0.{number}.0/24", "AvailabilityZone": f"{REGION}{zone}"})
        for number, zone in enumerate("ab")
    ]
    group = call("ec2", "CreateSecurityGroup", {"GroupName": "given", "Description": "given", "VpcId": vpc})["GroupId"]
    return {"vpc": vpc, "subnets": [one["Subnet"]["SubnetId"] for one in subnets], "group": group}


def create(objects: dict[str, list[dict]], call: Call, kinds: tuple[str, ...] = ORDER) -> dict[str, dict[str, Any]]:
    """Make every request of a document, with what AWS answered in the place of references; gives the answers."""
    answered: dict[str, Any] = {}
    for kind in (kind for kind in ORDER if kind in objects and kind in kinds):
        cells = rows.tables()["kinds"][kind]
        for entry in objects[kind]:
            request = {key: value for key, value in filled(entry, answered).items() if key != cells["arn"]}
            answer = _one(call(cells["service"], cells["operation"], request))
            handles = {str(entry.get(cells["arn"])): answer.get(cells["arn"])} if cells["arn"] in entry else {}
            answered |= handles | {f"${{{kind}.{key_of(kind, entry)}.{member}}}": value for member, value in answer.items()}
    return answered


def _one(answer: Any) -> dict:
    """Give the thing that an answer is about: in some it stands alone, in some within a list."""
    inner = next((value for key, value in answer.items() if isinstance(value, (dict, list)) and key != "ResponseMetadata"), answer)
    return answer | (inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], dict) else inner if isinstance(inner, dict) else {})


def filled(value: Any, answered: dict[str, Any]) -> Any:
    """Put what AWS answered in the place of references."""
    if isinstance(value, dict):
        return {key: filled(entry, answered) for key, entry in value.items()}
    if isinstance(value, list):
        return [filled(entry, answered) for entry in value]
    if isinstance(value, str) and "${" in value:
        for reference, answer in answered.items():
            value = value.replace(reference, str(answer))
    return value
