"""Roles: the task's comes from the service account, the execution role from the environment or nowhere."""
import json

import junk
import pytest
from documents import documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from run_corpus import inexact, unaccounted

from translator import parse, translate
from translator.concepts import identity
from translator.converters import trust
from translator.model import ECS

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
    assert identity.role_unknown.to_ecs(name, account_, None, role) is unknown


def test_every_shape_has_an_answer():
    junk.call_all("identity", [{}, {"name": "web", "ecs": {"taskRoleArn": ROLE}}])


TRUST = '{"Version":"2012-10-17","Statement":%s}'


@pytest.mark.parametrize("statement", [
    {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]},
    {"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::1:oidc-provider/x"}, "Action": "sts:AssumeRoleWithWebIdentity",
     "Condition": {"StringEquals": {"x:sub": "system:serviceaccount:shop:web"}}},
])
def test_tasks_take_the_place_of_pods_in_a_trust_policy(statement):
    made = json.loads(trust.changed(json.dumps({"Statement": statement}), None))
    assert made["Statement"] == [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]


def test_other_statements_of_a_trust_policy_stay():
    other = {"Effect": "Deny", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    shared = {"Effect": "Allow", "Principal": {"Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]}, "Action": "sts:AssumeRole"}
    made = json.loads(trust.changed(json.dumps({"Statement": [other, shared]}), trust.for_association()))
    assert made["Statement"][1:] == [other, shared]


@pytest.mark.parametrize("text", [None, "", "x", "[]", "5", "${POLICY}"])
def test_what_is_no_policy_stays_unread(text):
    assert trust.changed(text, None) is None


def test_a_role_of_rbac_is_no_role_of_aws():
    rbac = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "web"}, "rules": []}
    own = {"apiVersion": "iam.services.k8s.aws/v1alpha1", "kind": "Role", "metadata": {"name": "web"}, "spec": {
        "name": "web", "assumeRolePolicyDocument": json.dumps({"Statement": []})}}
    objects = [deployment(serviceAccountName="a"), account("a", **{"eks.amazonaws.com/role-arn": ROLE}), rbac, own]
    translation = translate(parse(objects))
    output = translation.output.objects()
    assert output["taskDefinitions"][0]["taskRoleArn"] == "${roles.web.Arn}"
    assert [one["RoleName"] for one in output["roles"]] == ["web"]
    assert "objects.rbac" in {one.code for one in translation.findings}
    assert "identity.role-trust" not in {one.code for one in translation.findings}


def test_an_association_gives_the_role_and_its_namespace_counts():
    def link(space):
        return {"apiVersion": "eks.services.k8s.aws/v1alpha1", "kind": "PodIdentityAssociation", "metadata": {"name": "l", "namespace": "x"},
                "spec": {"clusterName": "main", "namespace": space, "serviceAccount": "a", "roleARN": ROLE}}
    for space, role in (("default", ROLE), ("other", None)):
        translation = translate(parse([deployment(serviceAccountName="a"), link(space)]))
        assert translation.output.objects()["taskDefinitions"][0].get("taskRoleArn") == role


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_every_leaf_of_a_role_is_accounted_for_and_comes_back_with_its_residue(data):
    role, policy = data.draw(documents(ECS, "roles")), data.draw(documents(ECS, "rolePolicies"))
    role["RoleName"] = policy["RoleName"] = "web"
    definition = {"family": "web", "taskRoleArn": "${roles.web.Arn}", "containerDefinitions": [{"name": "web", "image": "web:1"}]}
    given_ = parse({"taskDefinitions": [definition], "roles": [role], "rolePolicies": [policy]})
    translation = translate(given_)
    assert not unaccounted(translation) and not inexact(given_, translation)


def test_a_role_of_two_services_lets_both_of_their_accounts_in():
    def taken(name):
        return {"family": name, "taskRoleArn": "${roles.shared.Arn}", "containerDefinitions": [{"name": name, "image": "a:1"}]}
    document = {
        "taskDefinitions": [taken("api"), taken("web")],
        "services": [{"serviceName": name, "taskDefinition": name, "cluster": "shop"} for name in ("api", "web")],
        "roles": [{"RoleName": "shared", "AssumeRolePolicyDocument": TRUST % '[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]'}],
    }
    made = translate(parse(document), {"kubernetes": {"oidcProvider": "oidc"}}).output.objects()
    (role,) = [one for one in made if one["kind"] == "Role"]
    (statement,) = json.loads(role["spec"]["assumeRolePolicyDocument"])["Statement"]
    assert statement["Condition"]["StringEquals"]["oidc:sub"] == ["system:serviceaccount:shop:api", "system:serviceaccount:shop:web"]
