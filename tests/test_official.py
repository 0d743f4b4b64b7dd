"""The official verifiers: each takes a right document and catches a wrong one."""
import copy

import pytest
from official import aws_errors, cfn_lint_errors, kubectl, kubectl_errors, kubernetes, kubernetes_errors

DEPLOYMENT = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {
        "replicas": 2, "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "initContainers": [{"name": "migrate", "image": "web:1", "command": ["migrate"]}],
                "containers": [{
                    "name": "web", "image": "web:1", "ports": [{"containerPort": 8080, "name": "http"}],
                    "resources": {"limits": {"cpu": 0.5, "memory": "1024Mi"}},
                    "readinessProbe": {"httpGet": {"path": "/", "port": "http"}},
                }],
            },
        },
    },
}
SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
           "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}}
TASK = {
    "family": "web", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
    "executionRoleArn": "${EXECUTION_ROLE_ARN}", "tags": [{"key": "team", "value": "shop"}],
    "volumes": [{"name": "data", "efsVolumeConfiguration": {
        "fileSystemId": "fs-12345678", "transitEncryption": "ENABLED", "authorizationConfig": {"iam": "ENABLED"}}}],
    "containerDefinitions": [{
        "name": "web", "image": "${AWS_ACCOUNT_ID}.dkr.ecr.${AWS_REGION}.amazonaws.com/web:1", "essential": True,
        "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
        "secrets": [{"name": "TOKEN", "valueFrom": "arn:aws:ssm:${AWS_REGION}:${AWS_ACCOUNT_ID}:parameter/token"}],
        "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
        "dockerLabels": {"com.example.owner": "shop"},
    }],
}
REQUEST = {
    "serviceName": "web", "taskDefinition": "web", "desiredCount": 2, "launchType": "FARGATE", "cluster": "${CLUSTER}",
    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["${SUBNET_ID}"], "assignPublicIp": "DISABLED"}},
    "loadBalancers": [
        {"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "web", "containerPort": 8080}],
}

POLICY = {"PolicyName": "cpu", "ServiceNamespace": "ecs", "ResourceId": "service/a/b",
          "ScalableDimension": "ecs:service:DesiredCount"}


def changed(value, path, to):
    """Copy a document with one value changed."""
    value = copy.deepcopy(value)
    *above, last = path
    inner = value
    for key in above:
        inner = inner[key]
    inner[last] = to
    return value


CONTAINER = ("spec", "template", "spec", "containers", 0)
WRONG_DEPLOYMENTS = [
    (("spec", "replica"), 2, "'replica' was unexpected"),
    (("spec", "replicas"), "2", "spec.replicas"),
    (CONTAINER + ("image",), True, "image"),
    (CONTAINER + ("ports", 0), {}, "containerPort"),
    (("apiVersion",), "apps/v9", "apps/v9 Deployment: no such kind"),
    (("kind",), "Deployments", "no such kind"),
]


def test_the_schema_takes_what_is_right():
    assert kubernetes_errors(DEPLOYMENT) == []
    assert kubernetes_errors(SERVICE) == []


@pytest.mark.parametrize(("path", "to", "words"), WRONG_DEPLOYMENTS)
def test_the_schema_catches_what_is_wrong(path, to, words):
    assert any(words in error for error in kubernetes_errors(changed(DEPLOYMENT, path, to)))


@pytest.mark.parametrize("value", [None, [], "Deployment", {}, {"kind": "Deployment"}])
def test_the_schema_catches_what_is_no_object(value):
    assert kubernetes_errors(value) != []


def test_the_slower_validator_says_the_same():
    slower = kubernetes.python_validator({"$ref": f"{kubernetes.HOME}#/$defs/io.k8s.api.apps.v1.Deployment"})
    assert list(slower(DEPLOYMENT)) == []
    assert [list(path) for path, _ in slower(changed(DEPLOYMENT, ("spec", "replicas"), "2"))] == [["spec", "replicas"]]


def test_botocore_takes_what_is_right():
    assert aws_errors("taskDefinitions", TASK) == []
    assert aws_errors("services", REQUEST) == []


@pytest.mark.parametrize(("key", "request_", "path", "to", "words"), [
    ("taskDefinitions", TASK, ("famly",), "web", "famly"),
    ("taskDefinitions", TASK, ("cpu",), 256, "cpu"),
    ("taskDefinitions", TASK, ("containerDefinitions", 0, "memory"), "${MEMORY}", "memory"),
    ("taskDefinitions", TASK, ("containerDefinitions", 0, "healthCheck"), {}, "command"),
    ("taskDefinitions", TASK, ("networkMode",), "overlay", "none of bridge, host, awsvpc, none"),
    ("taskDefinitions", TASK, ("requiresCompatibilities",), ["FARGAT"], "requiresCompatibilities[0]"),
    ("taskDefinitions", TASK, ("tags",), [{"key": f"k{n}"} for n in range(51)], "51 entries are more than 50"),
    ("taskDefinitions", TASK, ("tags", 0, "key"), "a*b", "does not match"),
    ("taskDefinitions", TASK, ("tags", 0, "key"), "k" * 129, "129 characters are more than 128"),
    ("targetGroups", {"Name": "web", "Port": 80}, ("Port",), 70000, "70000 are more than 65535"),
    ("scalingPolicies", POLICY, ("PolicyType",), "Target", "none of StepScaling"),
])
def test_the_models_limits_catch_what_is_wrong(key, request_, path, to, words):
    assert aws_errors(key, request_) == []
    assert any(words in error for error in aws_errors(key, changed(request_, path, to)))


def test_a_placeholder_may_stand_where_a_string_stands():
    assert aws_errors("taskDefinitions", changed(TASK, ("networkMode",), "${MODE}")) == []
    policy = {"RoleName": "${ROLE NAME}", "PolicyName": "p", "PolicyDocument": "${X}"}
    assert aws_errors("rolePolicies", policy) == []


def test_cfn_lint_takes_what_is_right():
    assert cfn_lint_errors([TASK], [REQUEST]) == []


WITHOUT_NETWORK = {key: value for key, value in REQUEST.items() if key != "networkConfiguration"}


@pytest.mark.parametrize(("task", "request_", "rule"), [
    (changed(TASK, ("memory",), "8192"), REQUEST, "E3047"),
    (changed(TASK, ("networkMode",), "bridge"), REQUEST, "E3048"),
    (changed(TASK, ("containerDefinitions", 0, "portMappings", 0, "hostPort"), 80), REQUEST, "E3053"),
    (changed(TASK, ("containerDefinitions", 0, "essential"), False), REQUEST, "E3042"),
    (changed(TASK, ("containerDefinitions", 0, "portBindings"), []), REQUEST, "E3002"),
    (TASK, WITHOUT_NETWORK, "E3052"),
])
def test_cfn_lint_catches_what_is_wrong(task, request_, rule):
    assert rule in {error.partition(" ")[0] for error in cfn_lint_errors([task], [request_])}


def test_kubectl_takes_what_is_right():
    assert kubectl_errors([DEPLOYMENT, SERVICE]) == []


@pytest.mark.parametrize(("value", "words"), [
    (changed(DEPLOYMENT, ("spec", "replicas"), "2"), "cannot unmarshal string into Go struct field DeploymentSpec"),
    (changed(DEPLOYMENT, CONTAINER + ("resources", "limits", "cpu"), "lots"), "quantities must match"),
    (changed(SERVICE, ("spec", "ports", 0, "port"), "80"), "cannot unmarshal string into Go struct field ServicePort"),
    (changed(SERVICE, ("kind",), "Servce"), "no kind \"Servce\" is registered"),
])
def test_kubectl_refuses_what_is_wrong(value, words):
    assert any(words in error for error in kubectl_errors([SERVICE, value]))


@pytest.mark.parametrize(("value", "words"), [
    (changed(DEPLOYMENT, CONTAINER + ("gpu",), 1), "containers[0].gpu: kubectl knows no such field"),
    (changed(SERVICE, ("spec", "ports", 0, "tls"), True), "ports[0].tls: kubectl knows no such field"),
])
def test_kubectl_drops_what_it_does_not_know(value, words):
    errors = kubectl_errors([value])
    if kubectl.minor() < kubectl.MINOR:
        pytest.skip("an older kubectl: what it drops says nothing")
    assert any(words in error for error in errors)
