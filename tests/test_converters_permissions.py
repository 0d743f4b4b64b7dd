"""Statements of IAM for what a task definition has ECS do, by hand from the guide's page on the execution role."""
import pytest

from translator.converters import permissions
from translator.converters.permissions import Here

HERE = Here("eu-west-1", "123456789012")
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db"


def allowed(**container):
    made = permissions.execution({"containerDefinitions": {"web": container}}, HERE)
    return {action: one["Resource"] for one in made for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])}


def test_what_needs_nothing_is_allowed_nothing():
    assert permissions.execution({"containerDefinitions": {"web": {"image": "nginx:1.27"}}}, HERE) == []
    assert permissions.execution(None, HERE) == []


@pytest.mark.parametrize(("image", "repository"), [
    ("123.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1", "arn:aws:ecr:eu-west-1:123:repository/shop/web"),
    ("123.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:00", "arn:aws:ecr:eu-west-1:123:repository/web"),
    ("123.dkr.ecr.cn-north-1.amazonaws.com.cn/web", "arn:aws-cn:ecr:cn-north-1:123:repository/web"),
    ("${repositories.web.repositoryUri}:1", "${repositories.web.repositoryArn}"),
    ("public.ecr.aws/nginx/nginx:1", None),
])
def test_pulls(image, repository):
    assert allowed(image=image).get("ecr:BatchGetImage") == repository
    assert allowed(image=image).get("ecr:GetAuthorizationToken") == ("*" if repository else None)


@pytest.mark.parametrize(("name", "action", "resource"), [
    (f"{SECRET}-AbCdEf:password::", "secretsmanager:GetSecretValue", f"{SECRET}-AbCdEf"),
    (SECRET, "secretsmanager:GetSecretValue", f"{SECRET}-??????"),
    ("${secrets.db.ARN}:password::", "secretsmanager:GetSecretValue", "${secrets.db.ARN}"),
    ("/web/level", "ssm:GetParameters", "arn:aws:ssm:eu-west-1:123456789012:parameter/web/level"),
    ("level", "ssm:GetParameters", "arn:aws:ssm:eu-west-1:123456789012:parameter/level"),
    ("arn:aws:ssm:us-east-1:1:parameter/level", "ssm:GetParameters", "arn:aws:ssm:us-east-1:1:parameter/level"),
])
def test_secrets_and_parameters(name, action, resource):
    assert allowed(secrets={"A": {"valueFrom": name}}) == {action: resource}
    assert allowed(logConfiguration={"logDriver": "splunk", "secretOptions": {"A": {"valueFrom": name}}}) == {action: resource}


def test_credentials_of_a_private_registry():
    assert allowed(repositoryCredentials={"credentialsParameter": SECRET}) == {"secretsmanager:GetSecretValue": f"{SECRET}-??????"}


def test_logs_and_groups_that_containers_make():
    options = {"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1", "awslogs-create-group": "true"}
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/web:*"
    assert allowed(logConfiguration={"logDriver": "awslogs", "options": options}) == {
        "logs:CreateLogStream": group, "logs:PutLogEvents": group, "logs:CreateLogGroup": group}


def test_environment_files():
    assert allowed(environmentFiles={"0": {"value": "arn:aws:s3:::bucket/web.env", "type": "s3"}}) == {
        "s3:GetObject": "arn:aws:s3:::bucket/web.env", "s3:GetBucketLocation": "arn:aws:s3:::bucket"}
