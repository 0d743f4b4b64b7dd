"""Names, namespaces, labels and tags, through whole translations."""

import json

import pytest
import yaml

from translator import parse, translate


def translated(*metadata):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "x"}]}}
    objects = [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": one,
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
        }
        for one in metadata
    ]
    said = translate(parse(yaml.safe_dump_all(objects).encode(), "web.yaml"))
    return said, [one.value for one in said.output.entries if one.kind == "services"]


def back(environment=None, **service):
    document = {
        "taskDefinitions": [
            {
                "family": "web",
                "networkMode": "awsvpc",
                "cpu": "256",
                "memory": "512",
                "containerDefinitions": [{"name": "web", "image": "x"}],
            }
        ],
        "services": [
            {"serviceName": "web", "taskDefinition": "web", "desiredCount": 1, "launchType": "FARGATE", **service}
        ],
    }
    said = translate(parse(json.dumps(document).encode(), "web.json"), environment)
    return said, next(one.value for one in said.output.entries if one.kind == "Deployment")


@pytest.mark.parametrize(("name", "service"), [("web", "web"), ("api.v2", "api-v2")])
def test_names_that_ecs_takes(name, service):
    assert translated({"name": name})[1][0]["serviceName"] == service


@pytest.mark.parametrize(("service", "name"), [("My_Service", "my-service"), ("web", "web"), ("_x_", "x")])
def test_names_that_kubernetes_takes(service, name):
    assert back(serviceName=service)[1]["metadata"]["name"] == name


def test_one_cluster_has_one_service_of_a_name():
    said, services = translated({"name": "web", "namespace": "a"}, {"name": "web", "namespace": "b"})
    assert sorted(one["serviceName"] for one in services) == ["b-web", "web"]
    assert any(one.code == "translation.renamed" for one in said.findings)


@pytest.mark.parametrize(
    ("cluster", "environment", "namespace"),
    [
        ("Shop", None, "shop"),
        ("arn:aws:ecs:us-east-1:123456789012:cluster/Shop_A", None, "shop-a"),
        ("default", None, None),
        ("Shop", {"kubernetes": {"namespace": "other"}}, "other"),
    ],
)
def test_a_clusters_name_is_the_namespace(cluster, environment, namespace):
    assert back(environment, cluster=cluster)[1]["metadata"].get("namespace") == namespace


def test_tags_that_no_label_holds_are_annotations():
    tags = [{"key": "team", "value": "x"}, {"key": "owner", "value": "a b@example.com"}, {"key": "aws:x", "value": "1"}]
    metadata = back(tags=tags)[1]["metadata"]
    assert metadata["labels"] == {"team": "x"}
    assert metadata["annotations"]["owner"] == "a b@example.com"


def test_labels_come_back():
    said, services = translated(
        {"name": "web", "namespace": "shop", "labels": {"app.kubernetes.io/part-of": "shop", "team": "x"}}
    )
    again = next(one.value for one in translate(said.output).output.entries if one.kind == "Deployment")
    assert again["metadata"]["labels"] == {"app.kubernetes.io/part-of": "shop", "team": "x"}
    assert again["metadata"]["namespace"] == "shop"


def test_a_long_name_that_was_made_up_for_a_port_is_no_loss():
    """Service Connect wants port names; one of a container's name and number stands in no manifest."""
    task = {
        "family": "reporting-backend",
        "containerDefinitions": [
            {
                "name": "reporting-backend",
                "image": "reporting:1",
                "memory": 128,
                "portMappings": [{"name": "reporting-backend-8080", "containerPort": 8080, "protocol": "tcp"}],
            }
        ],
    }
    alias = {"port": 8080, "dnsName": "reporting-backend"}
    endpoint = {"portName": "reporting-backend-8080", "discoveryName": "reporting-backend", "clientAliases": [alias]}
    connect = {"enabled": True, "namespace": "shop", "services": [endpoint]}
    service = {
        "serviceName": "reporting-backend",
        "taskDefinition": "reporting-backend",
        "serviceConnectConfiguration": connect,
    }
    said = {one.code for one in translate(parse({"taskDefinitions": [task], "services": [service]})).findings}
    assert not said & {"translation.renamed", "ports.port-mappings", "services.alias-name", "services.alias-port"}
