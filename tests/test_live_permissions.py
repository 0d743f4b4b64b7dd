"""The permissions in docs/live.md are those that are used: no call without one, and none that nothing calls."""
from __future__ import annotations

import json
import re

import emulators
import pytest
import yaml
from conftest import ROOT

from translator import read
from translator.readers import live_ecs_parts, live_kubernetes

boto3 = pytest.importorskip("boto3")
PAGE = (ROOT / "docs" / "live.md").read_text()
# How IAM calls the services that boto3 calls otherwise.
PREFIXES = {"elbv2": "elasticloadbalancing"}
DEFINITION = {"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx", "memory": 64}]}
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"


def section(start: str, end: str) -> str:
    return PAGE.partition(start)[2].partition(end)[0]


def allowed() -> set[str]:
    return set(json.loads(section("## The least IAM policy", "A service that"))["Statement"][0]["Action"])


class Account:
    """Answers every call as an account would in which everything there is to read is there; keeps what was called."""

    ANSWERS = {
        "ListSchedules": [{"Name": "job", "GroupName": "g", "Target": {"Arn": "arn:aws:ecs:eu-west-1:1:cluster/main"}}],
        "GetSchedule": {"Name": "job", "Target": {"EcsParameters": {"TaskDefinitionArn": "web:1"}}},
        "DescribeTaskDefinition": DEFINITION,
        "DescribeScalingPolicies": [{"ResourceId": "service/main/web", "PolicyName": "p", "StepScalingPolicyConfiguration": {"Cooldown": 1}, "Alarms": [{"AlarmName": "a"}]}],
        "DescribeTargetGroups": [{"TargetGroupArn": f"{ARN}targetgroup/t/1", "LoadBalancerArns": [f"{ARN}loadbalancer/app/l/1"]}],
        "DescribeLoadBalancers": [{"LoadBalancerArn": f"{ARN}loadbalancer/app/l/1", "SecurityGroups": ["sg-1"]}],
        "DescribeListeners": [{"ListenerArn": f"{ARN}listener/app/l/1/2", "Certificates": [{"CertificateArn": "c"}]}],
        "GetService": {"Id": "srv-1", "NamespaceId": "ns-1"},
        "DescribeCapacityProviders": [{"name": "own", "autoScalingGroupProvider": {"autoScalingGroupArn": "a:autoScalingGroupName/g"}}],
        "DescribeSecurityGroups": [{"GroupId": "sg-1", "GroupName": "x"}],
    }
    SERVICE = {
        "serviceName": "web",
        "taskDefinition": "web:1",
        "loadBalancers": [{"targetGroupArn": f"{ARN}targetgroup/t/1"}],
        "serviceRegistries": [{"registryArn": "arn:aws:servicediscovery:eu-west-1:1:service/srv-1"}],
        "capacityProviderStrategy": [{"capacityProvider": "own"}],
        "networkConfiguration": {"awsvpcConfiguration": {"securityGroups": ["sg-1"]}},
    }

    def __init__(self):
        self.called, self.answers = set(), {}

    def add(self, kind, entries):
        self.answers.setdefault(kind, []).extend(entries)

    def pages(self, service, operation, key, **given):
        return list(self.answer(service, operation, []))

    def one(self, service, operation, key, **given):
        return dict(self.answer(service, operation, {}))

    def answer(self, service, operation, nothing):
        name = "".join(word.capitalize() for word in operation.split("_"))
        self.called.add(f"{PREFIXES.get(service, service)}:{name}")
        return self.ANSWERS.get(name, nothing)


def test_the_policy_is_what_is_called():
    account = Account()
    live_ecs_parts.gather(account, "main", [account.SERVICE], False)
    assert account.called | {"ecs:ListServices", "ecs:DescribeServices"} == allowed()


def test_the_real_clients_call_nothing_else(monkeypatch):
    """What boto3 really sends stands in the policy, too: there is no call behind our backs."""
    sent, original = set(), boto3.session.Session

    def recording():
        session = original()
        session.events.register("before-call", lambda model, **rest: sent.add(f"{PREFIXES.get(model.service_model.service_name, model.service_model.service_name)}:{model.name}"))
        return session

    with emulators.moto() as endpoint:
        for name, value in {**emulators.CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}.items():
            monkeypatch.setenv(name, value)
        ecs = boto3.client("ecs")
        ecs.create_cluster(clusterName="main")
        ecs.register_task_definition(**DEFINITION)
        ecs.create_service(cluster="main", serviceName="web", taskDefinition="web", desiredCount=1)
        monkeypatch.setattr("boto3.session.Session", recording)
        read("ecs://main")
    assert {"ecs:DescribeServices", "scheduler:ListSchedules"} <= sent <= allowed()


def test_the_actions_are_iam_s_own():
    """Every action is an operation of its service that only reads."""
    names = {"elasticloadbalancing": "elbv2"}
    for action in allowed():
        service, _, operation = action.partition(":")
        client = boto3.client(names.get(service, service), region_name="eu-west-1")
        assert operation in client.meta.service_model.operation_names
        assert re.match("Describe|List|Get", operation)


def plural(kind: str) -> str:
    """Give the resource's name, as the API server has it."""
    name = kind.lower()
    return name[:-1] + "ies" if name.endswith("cy") else name + ("es" if name.endswith("s") else "s")


def test_the_role_allows_the_kinds_that_are_listed():
    """Every resource that is read in its group, no other, and no verb but list."""
    role = yaml.safe_load(section("## The least RBAC role", "Bind it"))
    told = {(group, name) for rule in role["rules"] for group in rule["apiGroups"] for name in rule["resources"]}
    assert told == {(version.rpartition("/")[0], plural(kind)) for version, kind in live_kubernetes.KINDS}
    assert all(rule["verbs"] == ["list"] for rule in role["rules"])
