"""ecspresso's configuration and definitions -> ECS documents, with templates kept as placeholders."""

import json

import pytest
from conftest import ROOT
from manifests import invalid, silent

from translator.model import ReadError, Source
from translator.readers import ecspresso
from translator.readers.ecspresso_templates import untemplated

FOLDER = ROOT / "fixtures" / "ecspresso" / "templates"


@pytest.fixture
def document():
    file = FOLDER / "ecspresso.yml"
    (source,), _ = ecspresso.load(file.read_bytes(), str(file))
    return ecspresso.read(source)


def config(tmp_path, task, service=None, **more):
    (tmp_path / "task.json").write_text(task)
    value = {"service": "web", "cluster": "main", "task_definition": "task.json", **more}
    if service is not None:
        (tmp_path / "service.json").write_text(service)
        value["service_definition"] = "service.json"
    return Source(value, str(tmp_path / "ecspresso.yml"))


def codes(document):
    return {found.code.removeprefix("ecspresso.") for found in document.findings}


# What the functions mean: https://github.com/kayac/ecspresso#template-syntax and #plugins
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('"nginx:{{ must_env `IMAGE_TAG` }}"', '"nginx:${IMAGE_TAG}"'),
        ('"{{ env `NAME` `default value` }}"', '"${NAME}"'),
        ('"{{env "NAME" "a" }}"', '"${NAME}"'),
        ('"{{- must_env `JSON_VALUE` | json_escape -}}"', '"${JSON_VALUE}"'),
        ('{"n": {{ env `N` `3` }}}', '{"n": 3}'),
        ('{"n":{{ env `N` `[1, 2]` }}}', '{"n":[1, 2]}'),
        ('{"n": {{ must_env `N` }}}', '{"n": "${N}"}'),
        ("[{{ must_env `A` }}, {{ env `B` `b` }}]", '["${A}", "${B}"]'),
        ("service: {{ must_env `S` }}\n", 'service: "${S}"\n'),
        ("service: a-{{ must_env `S` }}\n", "service: a-${S}\n"),
        ("- {{ must_env `S` }}\n", '- "${S}"\n'),
        ('"{{ tfstate `data.aws_security_group.default.id` }}"', '"${DATA_AWS_SECURITY_GROUP_DEFAULT_ID}"'),
        ("\"{{ tfstatef `aws_subnet.private['%s'].id` `az-a` }}\"", '"${AWS_SUBNET_PRIVATE_AZ_A_ID}"'),
        ('"{{ cfn_output `ECS-ecspresso` `SubnetAz1` }}"', '"${ECS_ECSPRESSO_SUBNETAZ1}"'),
        ('"{{ cfn_export `ECS-ecspresso-EcsSecurityGroupId` }}"', '"${ECS_ECSPRESSO_ECSSECURITYGROUPID}"'),
        ('"{{ ssm `/path/to/stringlist` 1 }}"', '"${PATH_TO_STRINGLIST_1}"'),
        ('"{{ secretsmanager_arn `foo` }}"', '"arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret:foo"'),
        ("{{/* a remark */}}[1]", "[1]"),
        ("[{{ if env `A` `` }}1{{ else }}2{{ end }}]", "[1]"),
        ("a {{ if x }}\nb\n{{ else }}\nc\n{{ end }}\nd", "a \nb\n\n\n\nd"),
        ('"a }} b {"', '"a }} b {"'),
    ],
)
def test_templates(text, wanted):
    assert untemplated(text)[0] == wanted


def test_a_call_as_an_argument_is_one_placeholder():
    made, (found,) = untemplated("\"{{ tfstatef `aws_subnet.ecs['%s'].id` (must_env `SERVICE`) }}\"")
    assert made == f'"${{{found.name}}}"' and "AWS_SUBNET_ECS" in found.name and "%" not in found.name


def test_templates_know_their_places_and_defaults():
    (first, second) = untemplated('{\n  "a": "{{ env `A` `x` }}",\n  "b": "q{{ must_env `B` }}"\n}')[1]
    assert (first.line, first.column, first.default) == (2, 9, "x")
    assert (second.line, second.column, second.default) == (3, 10, None)


def test_what_is_made_of_the_files(document):
    (task,), (service,) = document.objects()["taskDefinitions"], document.objects()["services"]
    assert task["cpu"] == "${TASK_CPU}"
    assert task["executionRoleArn"] == "arn:aws:iam::${AWS_ACCOUNT_ID}:role/ecsTaskExecutionRole"
    (container,) = task["containerDefinitions"]
    assert container == {
        "name": "shop",
        "image": "${AWS_ECR_REPOSITORY_ALL_SHOP_REPOSITORY_URL}:${TAG}",
        "stopTimeout": 45,
        "environment": [
            {"name": "CONFIG", "value": "${CONFIG}"},
            {"name": "TOKEN", "value": "${TOKEN}"},
            {"name": "LEVEL", "value": "debug"},
        ],
        "secrets": [
            {"name": "PASSWORD", "valueFrom": "arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret:shop/db"}
        ],
    }
    assert service == {
        "cluster": "main",
        "serviceName": "shop-${STAGE}",
        "taskDefinition": "shop",
        "desiredCount": 2,
        "launchType": "FARGATE",
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ["${AWS_SUBNET_PRIVATE_A_ID}", "${NETWORK_SUBNETB}"],
                "assignPublicIp": "DISABLED",
            }
        },
    }
    assert invalid(document) == []


def test_what_is_said(document):
    assert codes(document) == {
        "templates",
        "lookups",
        "secret-arns",
        "blocks",
        "untyped",
        "settings",
        "region",
        "plugins",
    }
    (untyped,) = [found for found in document.findings if found.code == "ecspresso.untyped"]
    assert [(field.path, field.line) for field in untyped.fields] == [("containerDefinitions[0].memoryReservation", 13)]
    assert "hunter2" not in json.dumps([found.to_dict() for found in document.findings])


def test_every_placeholder_is_named_with_its_place(document):
    said = {field.path for found in document.findings for field in found.fields}
    assert {"${TAG}", "${STOP}", "${NETWORK_SUBNETB}", "${AWS_SUBNET_PRIVATE_A_ID}"} <= said
    (image,) = [field for found in document.findings for field in found.fields if field.path == "${TAG}"]
    assert (image.file, image.line) == (str(FOLDER / "ecs-task-def.json"), 11)


def test_places(document):
    task, service = document.entries
    assert task.locate(("containerDefinitions", 0, "name")).line == 10
    assert service.locate(("desiredCount",)).file.endswith("ecs-service-def.json")
    assert (
        service.locate(("serviceName",)).file.endswith("ecspresso.yml") and service.locate(("serviceName",)).line == 3
    )


def test_no_leaf_of_the_configuration_is_lost():
    file = FOLDER / "ecspresso.yml"
    (source,), _ = ecspresso.load(file.read_bytes(), str(file))
    value = {**source.value, "codedeploy": {"application_name": "shop"}, "colour": "blue"}
    assert silent(value, lambda changed: ecspresso.read(Source(changed, str(file)))) == []
    assert "unused" in codes(ecspresso.read(Source(value, str(file))))


def test_what_the_cli_prints_is_read_too(tmp_path):
    found = ecspresso.read(
        config(
            tmp_path,
            '{"taskDefinition": {"family": "a", "revision": 3, "containerDefinitions": []}}',
            '{"services": [{"desiredCount": 1}]}',
        )
    )
    assert found.objects() == {
        "taskDefinitions": [{"family": "a", "containerDefinitions": []}],
        "services": [{"cluster": "main", "serviceName": "web", "taskDefinition": "a", "desiredCount": 1}],
    }


def test_jsonnet_is_reported(tmp_path):
    (tmp_path / "task.jsonnet").write_text("local x = import 'x.libsonnet'; { family: 'a' }")
    found = ecspresso.read(config(tmp_path, "{}", task_definition="task.jsonnet"))
    assert found.entries == () and "jsonnet" in codes(found)


def test_a_file_that_is_missing_or_broken_is_reported(tmp_path):
    assert "unread" in codes(ecspresso.read(config(tmp_path, "{}", task_definition="nowhere.json")))
    assert "unread" in codes(ecspresso.read(config(tmp_path, '{"a": ')))


def test_a_service_without_a_name(tmp_path):
    source = config(tmp_path, '{"family": "a", "containerDefinitions": []}', "{}")
    del source.value["service"]
    found = ecspresso.read(source)
    assert found.objects()["services"][0]["serviceName"] == "a" and "unnamed" in codes(found)


def test_recognises():
    assert ecspresso.recognises({"region": "x", "task_definition": "a.json"})
    assert not ecspresso.recognises({"task_definition": {"family": "a"}})
    assert not ecspresso.recognises({"kind": "Service", "task_definition": "a"})
    assert ecspresso.has_templates("{{ must_env `A` }}") and not ecspresso.has_templates("{{ .Values.image }}")


def test_the_files_that_are_read():
    file = FOLDER / "ecspresso.yml"
    (source,), _ = ecspresso.load(file.read_bytes(), str(file))
    assert ecspresso.files(source) == [str(FOLDER / "ecs-task-def.json"), str(FOLDER / "ecs-service-def.json")]


def test_broken_text_is_an_error_with_a_line():
    with pytest.raises(ReadError) as error:
        ecspresso.load('{\n"a": {{ env `A` `x` }}\n"b": 1}', "a.json")
    assert error.value.line == 3
