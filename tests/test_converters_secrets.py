"""Secret and parameter references: every form the ECS guide lists, in every partition, there and back."""
import pytest

from translator.converters import secrets
from translator.converters.secrets import Parameter, Secret, parse, spell

DB = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
WHERE = {"suffix": "AbCdEf", "region": "eu-west-1", "account": "123456789012"}


@pytest.mark.parametrize("rest, parts", [
    ("", {}), (":user::", {"key": "user"}), ("::AWSPREVIOUS:", {"stage": "AWSPREVIOUS"}),
    (":::9d4cb84b-ad69-40c0-a0ab-cead36b967e8", {"version": "9d4cb84b-ad69-40c0-a0ab-cead36b967e8"}),
    (":user:AWSPREVIOUS:", {"key": "user", "stage": "AWSPREVIOUS"}),
    (":user::9d4c", {"key": "user", "version": "9d4c"}),
])
def test_the_forms_of_the_guide(rest, parts):
    assert parse(DB + rest) == Secret("db", **parts, **WHERE)
    assert spell(parse(DB + rest)) == DB + rest


@pytest.mark.parametrize("partition", [
    "aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc", "${AWS_PARTITION}",
])
def test_every_partition(partition):
    arn = DB.replace("arn:aws:", f"arn:{partition}:")
    assert parse(arn).partition == partition and spell(parse(arn)) == arn
    arn = f"arn:{partition}:ssm:eu-west-1:123456789012:parameter/shop/db"
    assert parse(arn).partition == partition and spell(parse(arn)) == arn


@pytest.mark.parametrize("full, name, suffix", [
    ("db-AbCdEf", "db", "AbCdEf"), ("shop/db-a1b2c3", "shop/db", "a1b2c3"), ("db-secret", "db-secret", ""),
    ("db-202401", "db-202401", ""), ("db", "db", ""), ("db-AbCdE", "db-AbCdE", ""), ("a-b-XyZ123", "a-b", "XyZ123"),
    ("-AbCdEf", "-AbCdEf", ""), ("shop/${NAME}", "shop/${NAME}", ""),
])
def test_the_random_suffix(full, name, suffix):
    arn = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{full}"
    assert (parse(arn).name, parse(arn).suffix) == (name, suffix)
    assert spell(parse(arn)) == arn


def test_a_secret_that_is_yet_to_be_made_has_placeholders():
    arn = "arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret:shop/db:password::"
    assert spell(Secret("shop/db", key="password")) == arn
    assert parse(arn) == Secret("shop/db", key="password")


@pytest.mark.parametrize("text, parameter", [
    ("arn:aws:ssm:eu-west-1:123456789012:parameter/shop/db", Parameter("/shop/db", "eu-west-1", "123456789012", "aws")),
    ("arn:aws:ssm:eu-west-1:123456789012:parameter/db", Parameter("db", "eu-west-1", "123456789012", "aws")),
    ("/shop/db", Parameter("/shop/db")), ("db.password_1-x", Parameter("db.password_1-x")),
    ("${NAME}", Parameter("${NAME}")),
])
def test_parameters(text, parameter):
    assert parse(text) == parameter and spell(parameter) == text


@pytest.mark.parametrize("text", [
    DB + ":user", DB + ":user:", DB + "::AWSCURRENT:9d4c", DB + ":a:b:c:d",
    "arn:aws:secretsmanager:eu-west-1:1:secret:",
    "arn:aws:secretsmanager:eu-west-1:1:db", "arn:aws:secretsmanager:::secret:db", "arn:aws:s3:::bucket/x.env",
    "arn:aws", "arn:",
    "arn:gcp:secretsmanager:a:1:secret:db", "arn:aws:ssm:a:1:parameter/", "arn:aws:ssm:a:1:document/x", "", "a b",
    "a:b",
    "arn:aws:ssm:a:1:parameter/x:3", None, 3, [], {},
])
def test_what_ecs_would_refuse_has_no_answer(text):
    assert parse(text) is None and spell(text) is None


@pytest.mark.parametrize("secret, version", [
    (Secret("x"), ""), (Secret("x", stage="AWSPREVIOUS"), "AWSPREVIOUS"), (Secret("x", version="9d4c"), "uuid/9d4c"),
])
def test_versions_of_external_secrets(secret, version):
    assert secrets.external_version(secret) == version
    assert secrets.stage_and_version(version) == (secret.stage, secret.version)
