"""Roles: the task's comes from the service account, the execution role from the environment or nowhere."""
import junk
import pytest

from translator import parse, translate
from translator.concepts import identity

ROLE = "arn:aws:iam::123456789012:role/web"


def deployment(**pod):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}, "spec": {
            "containers": [{"name": "web", "image": "web:1"}], **pod}}}}


def account(name, **annotations):
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "annotations": annotations}}


def codes(translation, level):
    return [finding.code for finding in translation.findings if finding.code.startswith("identity.") and finding.level == level]


@pytest.mark.parametrize(("objects", "environment", "role"), [
    ([deployment(serviceAccountName="a"), account("a", **{"eks.amazonaws.com/role-arn": ROLE})], None, ROLE),
    ([deployment(), account("default", **{"eks.amazonaws.com/role-arn": ROLE})], None, ROLE),
    ([deployment(serviceAccountName="a"), account("a")], {"ecs": {"taskRoleArn": ROLE}}, ROLE),
    ([deployment()], {"ecs": {"taskRoleArn": ROLE}}, ROLE),
    ([deployment(serviceAccountName="a"), account("b", **{"eks.amazonaws.com/role-arn": ROLE})], None, None),
    ([deployment()], None, None),
])
def test_where_the_task_role_comes_from(objects, environment, role):
    made = translate(parse(objects), environment).output.objects()["taskDefinitions"][0]
    assert made.get("taskRoleArn") == role


def test_the_execution_role_is_asked_for_once():
    asked = translate(parse([deployment()]))
    assert asked.output.objects()["taskDefinitions"][0]["executionRoleArn"] == "${EXECUTION_ROLE_ARN}"
    assert codes(asked, "warning") == ["identity.execution-role-needed"]
    given = translate(parse([deployment()]), {"ecs": {"executionRoleArn": ROLE}})
    assert given.output.objects()["taskDefinitions"][0]["executionRoleArn"] == ROLE
    assert codes(given, "warning") == []


@pytest.mark.parametrize(("name", "account_", "role", "unknown"), [
    ("robot", None, None, True), ("default", None, None, False), (None, None, None, False), ("robot", {}, None, False), ("robot", None, ROLE, False),
])
def test_when_a_role_may_be_missing(name, account_, role, unknown):
    assert identity.role_unknown.to_ecs(name, account_, role) is unknown


def test_every_shape_has_an_answer():
    junk.call_all("identity", [{}, {"name": "web", "ecs": {"taskRoleArn": ROLE}}])
