"""What comes out is made in emulators of AWS, by the real command and by boto3, read back with ecs://, and compared.

moto knows task definitions, scaling and load balancing; ministack knows services, and has no Application Auto Scaling.
What each of them drops stands here by name; everything else has to come back as it was.
"""
from __future__ import annotations

import json

import emulators
import pytest
from conftest import ROOT
from emulators import REGION, create, filled

from translator import read, schema, translate, trees
from translator.model import ECS
from translator.readers.terraform_parts import key_of

boto3 = pytest.importorskip("boto3")
SOURCES = {
    "example": "example/web.yaml",
    "web-application": "patterns/web-application/k8s",
    "microservices": "patterns/microservices/k8s",
    "batch": "patterns/batch/k8s",
    "certificates": "ingress/certificates/k8s.yaml",
    "network-balancer": "services/annotated-load-balancer/k8s.yaml",
    "queue": "event-scaling/queue/k8s.yaml",
}
# ecs:// does not ask for these: task definitions name their log groups, services their namespace, schedules their group.
NOT_ASKED = {"namespaces", "logGroups", "scheduleGroups"}
# AWS answers with the ARN and the revision of what was named.
NAMED = {"services.taskDefinition", "schedules.Target.EcsParameters.TaskDefinitionArn"}
# What moto's CreateService keeps to itself; and it ties no alarm to the policy that it starts.
MOTO = {"services.deploymentConfiguration", "services.serviceConnectConfiguration", "alarms"}
# What ministack drops; it has no Application Auto Scaling, so nothing of it is made there.
SCALING = {"scalableTargets", "scalingPolicies", "scheduledActions", "alarms"}
MINISTACK = {"services.serviceConnectConfiguration"}
# It does not tell that a rule ties a target group to a load balancer, so what is before the group is not found.
BEHIND_RULES = {"loadBalancers", "listeners", "listenerRules", "securityGroups", "securityGroupIngress"}
DROPPED = {"batch": MINISTACK, "network-balancer": MINISTACK, "web-application": MINISTACK | BEHIND_RULES, "microservices": MINISTACK | BEHIND_RULES}


def made(source, call, own):
    """Translate a source for what the emulator has, and make everything; gives the document as AWS knows it now."""
    place = emulators.surroundings(own)
    names = {"vpc": place["vpc"], "subnets": place["subnets"], "publicSubnets": place["subnets"], "securityGroups": [place["group"]]}
    environment = {"cluster": "main", "region": REGION, "account": "123456789012", "executionRoleArn": "arn:aws:iam::123456789012:role/execution"}
    output = translate(read(str(ROOT / "fixtures" / source)), {"ecs": {**environment, **names}}).output
    own("ecs", "CreateCluster", {"clusterName": "main"})
    objects = existing(output.objects(), place, own("acm", "RequestCertificate", {"DomainName": "a.example.com"})["CertificateArn"])
    return objects, create(objects, call)


def existing(objects, place, certificate):
    """Put the emulator's own certificate and subnets in the place of those that a manifest names."""
    text = json.dumps(objects)
    for name, subnet in zip(("subnet-0a", "subnet-0b"), place["subnets"], strict=True):
        text = text.replace(f'"{name}"', f'"{subnet}"')
    while "arn:aws:acm:" in text and (start := text.find("arn:aws:acm:")) >= 0:
        text = text.replace(text[start : text.find('"', start)], "CERTIFICATE")
    return json.loads(text.replace("CERTIFICATE", certificate))


def differing(objects, answered, found):
    """Give, without positions, every path that did not come back."""
    gone = set()
    for kind, entries in filled(objects, answered).items():
        theirs = {key_of(kind, entry): entry for entry in found.get(kind, [])}
        for entry in entries:
            other = theirs.get(key_of(kind, entry))
            trees_ = [schema.canonical(ECS, kind, one)[0] for one in (entry, other or {})]
            gone |= {".".join((kind, *(key for key in path if not key.isdigit()))) for path, _ in trees.lost(*trees_)}
    return {path for path in gone if path.partition(".")[0] not in NOT_ASKED and path not in NAMED}


def beyond(gone, known):
    """Take away what is known to be dropped, with all that is below it."""
    return {path for path in gone if not any(path == one or path.startswith(one + ".") for one in known)}


@pytest.fixture
def account(monkeypatch):
    """Let the real clients of ecs:// talk to an emulator."""
    def use(endpoint):
        for name, value in {**emulators.CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}.items():
            monkeypatch.setenv(name, value)
    return use


@pytest.mark.parametrize("name", SOURCES)
def test_moto_gives_back_what_it_was_given(name, account):
    with emulators.moto() as endpoint:
        account(endpoint)
        call = emulators.by_boto3(endpoint)
        objects, answered = made(SOURCES[name], call, call)
        found = read("ecs://main")
        assert [finding.message for finding in found.findings] == []
        assert beyond(differing(objects, answered, found.objects()), MOTO) == set()


def test_the_aws_command_takes_every_file(account, tmp_path):
    with emulators.moto() as endpoint:
        account(endpoint)
        call = emulators.by_command(endpoint, tmp_path)
        objects, answered = made(SOURCES["web-application"], call, emulators.by_boto3(endpoint))
        assert beyond(differing(objects, answered, read("ecs://main/web").objects()), MOTO) == set()


def without_scaling(call):
    """Leave out what the emulator has no service for; nor does it know what DescribeListenerCertificates asks."""
    return lambda service, *given: {} if service == "application-autoscaling" else call(service, *given)


@pytest.mark.parametrize("name", DROPPED)
def test_ministack_gives_back_what_it_was_given(name, account):
    with emulators.ministack() as endpoint:
        account(endpoint)
        call = emulators.by_boto3(endpoint)
        objects, answered = made(SOURCES[name], without_scaling(call), call)
        found = read("ecs://main")
        assert beyond(differing(objects, answered, found.objects()), DROPPED[name] | SCALING) == set()
        refused = [finding.message for finding in found.findings]
        assert all("application-autoscaling" in words or "listener_certificates" in words for words in refused), refused


def test_ministack_runs_the_services(account):
    """The emulator plays the rollout: every task that was asked for runs."""
    with emulators.ministack() as endpoint:
        account(endpoint)
        call = emulators.by_boto3(endpoint)
        made(SOURCES["microservices"], without_scaling(call), call)
        services = call("ecs", "DescribeServices", {"cluster": "main", "services": ["catalog", "orders", "payments"]})["services"]
        assert [(one["serviceName"], one["runningCount"] == one["desiredCount"] > 0) for one in services] == [
            ("catalog", True), ("orders", True), ("payments", True)
        ]
