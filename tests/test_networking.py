"""Network modes, subnets, DNS and host names."""

import pytest

from translator import parse, translate
from translator.concepts import networking

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]},
        },
    },
}


@pytest.mark.parametrize(
    ("host", "launch", "mode"),
    [
        (None, "FARGATE", "awsvpc"),
        (False, "EC2", "awsvpc"),
        (True, "EC2", "host"),
        (True, "MANAGED_INSTANCES", "host"),
        (True, "FARGATE", "awsvpc"),
        (None, "EXTERNAL", "bridge"),
        (True, "EXTERNAL", "host"),
    ],
)
def test_network_modes(host, launch, mode):
    assert networking.network_mode_of(host, launch) == mode


def test_the_mode_is_always_said_because_the_default_is_bridge():
    assert networking.network_mode.to_ecs(None, None, None, {"web": {}}, "FARGATE") == "awsvpc"


def test_a_pod_that_nothing_may_call_and_that_calls_nothing_has_no_network():
    policies = {"shut": {"spec": {"policyTypes": ["Egress", "Ingress"]}}}
    assert networking.network_mode.to_ecs(None, policies, None, {"web": {}}, "EC2") == "none"
    assert networking.network_mode.to_ecs(None, policies, None, {"web": {"ports": {"80/tcp": {}}}}, "EC2") == "awsvpc"
    assert networking.network_mode.to_ecs(None, policies, {"web": {}}, {"web": {}}, "EC2") == "awsvpc"
    assert networking.network_mode.to_ecs(None, policies, None, {"web": {}}, "FARGATE") == "awsvpc"


@pytest.mark.parametrize(
    "spec", [{"policyTypes": ["Ingress"]}, {"policyTypes": ["Ingress", "Egress"], "egress": {"0": {}}}, {}]
)
def test_a_policy_that_lets_something_through_is_no_missing_network(spec):
    assert not networking.denies_all({"spec": spec})


@pytest.mark.parametrize("mode", ["awsvpc", "host"])
def test_modes_come_back(mode):
    host, policies = networking.network_mode.to_k8s(mode, "web", None)
    assert networking.network_mode.to_ecs(host, policies, None, {"web": {}}, "EC2") == mode


def test_without_an_environment_one_finding_names_every_placeholder():
    translation = translate(parse([DEPLOYMENT]))
    said = [one for one in translation.findings if one.code == "networking.placeholders"]
    assert len(said) == 1 and said[0].level == "warning"
    for placeholder in ("${SUBNET_IDS}", "${PUBLIC_SUBNET_IDS}", "${VPC_ID}"):
        assert placeholder in said[0].message
    service = next(entry.value for entry in translation.output.entries if entry.kind == "services")
    assert service["networkConfiguration"] == {
        "awsvpcConfiguration": {"subnets": ["${SUBNET_IDS}"], "assignPublicIp": "DISABLED"}
    }


def test_with_a_network_in_the_environment_there_is_none():
    translation = translate(parse([DEPLOYMENT]), {"ecs": {"subnets": ["subnet-0a"], "securityGroups": ["sg-01"]}})
    assert not [one for one in translation.findings if one.code.startswith("networking.")]


def test_dns_of_the_first_container_that_says_any():
    assert networking.dns.to_k8s({"b": ["10.0.0.2"]}, None, {"a": {}, "b": {}}, "bridge") == (
        "None",
        ["10.0.0.2"],
        None,
    )
    assert networking.dns.to_k8s(None, None, {"a": {}}, "host") == ("ClusterFirstWithHostNet", None, None)


def test_links_lead_to_the_pod_itself():
    links = {"app": ["database:db", "cache", "queue:my_queue"]}
    assert networking.hosts.to_k8s(None, links, {}) == {"127.0.0.1": {"hostnames": ["db", "cache"]}}
