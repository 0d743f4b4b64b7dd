"""ECS documents -> Terraform: what is written, what is said of the rest, and that reading it back gives the document."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from documents import documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terraform import NAMES, codes, document, main, plain, written

from translator import rows
from translator.model import ECS, Document, Field, Finding, Object
from translator.readers import terraform as reader
from translator.readers import terraform_table as table
from translator.readers.terraform_values import parsed
from translator.writers import terraform as writer
from translator.writers.terraform_hcl import quoted, value_of
from translator.writers.terraform_permissions import execution

# What the provider 5.100 cannot say, by fixture: the code and the members, by hand from its documentation.
UNSAID: dict[str, set[tuple[str, str]]] = {
    "blue-green": {
        ("token", "clientToken"),
        ("no-argument", "deploymentConfiguration.strategy"),
        ("no-argument", "deploymentConfiguration.bakeTimeInMinutes"),
        ("no-argument", "deploymentConfiguration.lifecycleHooks[0].hookTargetArn"),
        ("no-argument", "deploymentConfiguration.lifecycleHooks[0].roleArn"),
        ("no-argument", "deploymentConfiguration.lifecycleHooks[0].lifecycleStages[0]"),
        ("no-argument", "loadBalancers[0].advancedConfiguration.alternateTargetGroupArn"),
        ("no-argument", "loadBalancers[0].advancedConfiguration.productionListenerRule"),
        ("no-argument", "loadBalancers[0].advancedConfiguration.roleArn"),
    },
    "files-and-secrets": {("secret-value", "SecretString"), ("secret-value", "Value")},
    "network-balancer": {("no-argument", "Attributes.something.new")},
    "scheduled-job": {("no-resource", "")},
}
SPEAKING = ("terraform.variables", "terraform.text")


def canonical(value: Any) -> Any:
    """Bring a document into the form in which reading gives it: what is empty says nothing, attributes have no order."""
    if isinstance(value, dict):
        made = {key: canonical(entry) for key, entry in value.items()}
        if isinstance(made.get("Attributes"), list):
            made["Attributes"] = sorted(made["Attributes"], key=lambda pair: pair["Key"])
        return {key: entry for key, entry in made.items() if entry not in ({}, None)}
    return [canonical(entry) for entry in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", [name for name in NAMES if name not in UNSAID])
def test_reading_back_gives_the_document(name):
    assert canonical(reader.read_module(written(name)).objects()) == canonical(plain(name))


@pytest.mark.parametrize("name", UNSAID)
def test_what_is_not_said_is_reported(name):
    said = [finding for finding in writer.unsaid(document(name)) if finding.code not in SPEAKING]
    assert {
        (finding.code.removeprefix("terraform."), field.path) for finding in said for field in finding.fields
    } == UNSAID[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_leaf_is_said_or_reported(name):
    _assert_law(document(name))


KINDS = sorted({cells["kind"] for cells in table.resources().values()} | {"tasks", "daemons"})


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_every_leaf_of_any_document_is_said_or_reported(kind, data):
    _assert_law(Document(ECS, (Object(kind, data.draw(documents("ecs", kind))),)))


def _assert_law(whole: Document) -> None:
    """Subtract what the text says from the document; every leaf that is left is in a finding."""
    findings = writer.unsaid(whole)
    reported = {(field.object.partition("/")[0], field.path) for finding in findings for field in finding.fields}
    back = reader.read_module(writer.write(whole)).objects()
    for entry in whole.entries:
        others = [canonical(other) for other in back.get(entry.kind, [])]
        for path, value in _leaves(canonical(entry.value)):
            if not any(
                _same(_get(other, path), value) or _elsewhere(entry.kind, other, path, value) for other in others
            ):
                assert _reported(entry.kind, path, reported, entry.value), (entry.kind, path, value, back)


def _leaves(value: Any, path: tuple = ()) -> Iterator[tuple[tuple, Any]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _leaves(entry, (*path, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _leaves(entry, (*path, index))
    else:
        yield path, value


def _get(value: Any, path: tuple) -> Any:
    for step in path:
        there = (
            step in value
            if isinstance(value, dict)
            else isinstance(value, list) and isinstance(step, int) and step < len(value)
        )
        value = value[step] if there else None
    return value


def _same(found: Any, value: Any) -> bool:
    if isinstance(found, str) and found.startswith("arn:aws:iam::") and found.endswith(f"/{value}"):
        return True  # a role by its name
    family = str(value).removeprefix("${taskDefinitions.").removesuffix(".taskDefinitionArn}")
    return found == value or parsed(found) == parsed(value) or str(found) in (str(value), family)


def _elsewhere(kind: str, other: Any, path: tuple, value: Any) -> bool:
    """Whether a leaf of a permission stands in another permission: Terraform has one for each source."""
    return kind in ("securityGroupIngress", "securityGroupEgress") and any(
        found[-1] == path[-1] and _same(leaf, value) for found, leaf in _leaves(other)
    )


def _reported(kind: str, path: tuple, reported: set[tuple[str, str]], value: dict) -> bool:
    """Whether a finding names a leaf, or what it stands in; permissions and attributes are reported as single ones."""
    if kind in ("securityGroupIngress", "securityGroupEgress") or path[0] == "Attributes":
        return any(found == kind for found, _ in reported)
    spelled = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    return any(found == kind and (where == "" or spelled.startswith(where)) for found, where in reported)


# --- single cases, by hand from the provider's documentation ----------------------------------------------------------


def test_a_worker_by_hand():
    assert (
        main(
            {
                "taskDefinitions": [
                    {
                        "family": "worker",
                        "cpu": "256",
                        "containerDefinitions": [
                            {
                                "name": "worker",
                                "image": "${REGISTRY}/worker:1",
                                "essential": True,
                                "command": ["run", "${HOME}"],
                            }
                        ],
                    }
                ],
                "services": [
                    {
                        "serviceName": "worker",
                        "cluster": "${CLUSTER}",
                        "taskDefinition": "worker",
                        "desiredCount": 2,
                        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": False}},
                    }
                ],
            }
        )
        == """\
resource "aws_ecs_task_definition" "worker" {
  family = "worker"
  cpu    = "256"
  container_definitions = jsonencode([
    {
      name      = "worker"
      image     = "${var.registry}/worker:1"
      essential = true
      command   = ["run", "$${HOME}"]
    },
  ])
}

resource "aws_ecs_service" "worker" {
  name            = "worker"
  cluster         = var.cluster
  task_definition = aws_ecs_task_definition.worker.arn
  desired_count   = 2

  deployment_circuit_breaker {
    enable   = true
    rollback = false
  }
}
"""
    )


def test_a_service_waits_for_its_listener():
    assert "depends_on = [aws_lb_listener_rule.web_443_10, aws_lb_listener_rule.web_443_20]" in main("fargate-web")


def test_variables_have_descriptions_and_known_values_are_their_defaults():
    assert (
        written({"services": [{"serviceName": "web", "cluster": "${CLUSTER}"}]}, cluster="main")["variables.tf"]
        == """\
variable "cluster" {
  description = "The cluster that services run in. It stands for $${CLUSTER}."
  type        = string
  default     = "main"
}
"""
    )


def test_a_region_that_is_known_is_the_provider_s():
    files = written({"services": [{"serviceName": "web"}]}, region="eu-west-1")
    assert 'provider "aws" {\n  region = "eu-west-1"\n}' in files["versions.tf"]


def test_what_account_and_region_are_is_asked_of_aws():
    text = main(
        {"services": [{"serviceName": "web", "cluster": "arn:aws:ecs:${AWS_REGION}:${AWS_ACCOUNT_ID}:cluster/main"}]}
    )
    assert 'data "aws_caller_identity" "current" {}' in text
    assert (
        '"arn:aws:ecs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:cluster/main"'
        in text
    )


def test_secrets_never_stand_in_the_files():
    files = written("files-and-secrets")
    assert "do-not-show" not in "".join(files.values()) + str(writer.unsaid(document("files-and-secrets")))
    assert "sensitive   = true" in files["variables.tf"]


@pytest.mark.parametrize(
    "text, hcl",
    [
        ("${HOME}", '"$${HOME}"'),
        ("%{if}", '"%%{if}"'),
        ("$${X}", '"$$${X}"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("a\nb\tc", '"a\\nb\\tc"'),
        ("$5 100%", '"$5 100%"'),
        ("\u0007\x7f", '"\\u0007\\u007f"'),
        ("Zürich", '"Zürich"'),
    ],
)
def test_texts_are_inert(text, hcl):
    assert quoted(text) == hcl


def test_a_dollar_before_a_variable_does_not_escape_it():
    assert '"${var.a}${"$"}${var.b}"' in main({"services": [{"serviceName": "web", "cluster": "${A}$${B}"}]})


@pytest.mark.parametrize(
    "value, hcl",
    [
        ([], "[]"),
        ({}, "{}"),
        ([1, 2.5, True, None], "[1, 2.5, true, null]"),
        (1e20, "100000000000000000000"),
        ({"for": 1, "a b": 2}, '{\n  "for" = 1\n  "a b" = 2\n}'),
        ([{"name": "A", "value": "1"}], '[\n  { name = "A", value = "1" },\n]'),
    ],
)
def test_values(value, hcl):
    assert value_of(value, 0) == hcl


def test_an_arn_of_something_in_the_document_is_a_reference():
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef"
    whole = {
        "targetGroups": [{"Name": "web", "TargetType": "lambda", "TargetGroupArn": arn}],
        "services": [
            {
                "serviceName": "web",
                "loadBalancers": [{"targetGroupArn": arn, "containerName": "web", "containerPort": 80}],
            }
        ],
    }
    assert "target_group_arn = aws_lb_target_group.web.arn" in main(whole)
    assert "terraform.given-identifier" in codes(writer.unsaid(document(whole)))


def test_a_placeholder_that_a_reader_put_into_a_text_is_a_variable():
    finding = Finding("x.y", "info", "", fields=(Field("", becomes="${DB_HOST}"),))
    entry = Object(
        "taskDefinitions",
        {
            "family": "web",
            "containerDefinitions": [
                {
                    "name": "web",
                    "environment": [{"name": "DB", "value": "${DB_HOST}"}, {"name": "OTHER", "value": "${OTHER}"}],
                }
            ],
        },
    )
    text = writer.write(Document(ECS, (entry,), (finding,)))["main.tf"]
    assert '{ name = "DB", value = var.db_host }' in text
    assert '{ name = "OTHER", value = "$${OTHER}" }' in text


def test_an_arn_that_is_put_together_of_a_name_is_a_reference():
    arn = "arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret"
    text = main(
        {
            "secrets": [{"Name": "shop/db"}],
            "parameters": [{"Name": "/shop/mode", "Type": "String", "Value": "a"}],
            "taskDefinitions": [
                {
                    "family": "web",
                    "containerDefinitions": [
                        {
                            "name": "web",
                            "secrets": [
                                {"name": "A", "valueFrom": f"{arn}:shop/db:password::"},
                                {"name": "B", "valueFrom": f"{arn}:shop/db-2"},
                                {
                                    "name": "C",
                                    "valueFrom": "arn:aws:ssm:${AWS_REGION}:${AWS_ACCOUNT_ID}:parameter/shop/mode",
                                },
                            ],
                        }
                    ],
                }
            ],
        }
    )
    assert 'valueFrom = "${aws_secretsmanager_secret.shop_db.arn}:password::"' in text
    assert ':secret:shop/db-2"' in text
    assert "valueFrom = aws_ssm_parameter.shop_mode.arn" in text


def test_a_role_may_be_named():
    text = main(
        {
            "roles": [{"RoleName": "pull", "AssumeRolePolicyDocument": "{}"}],
            "taskDefinitions": [{"family": "web", "executionRoleArn": "pull", "taskRoleArn": "Other.Role"}],
        }
    )
    assert "execution_role_arn    = aws_iam_role.pull.arn" in text
    assert (
        'task_role_arn         = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/Other.Role"' in text
    )


def test_a_placeholder_for_an_arn_that_requests_share_is_a_reference():
    whole = {
        "targetGroups": [{"Name": "${ENV}-web", "TargetType": "lambda", "TargetGroupArn": "${WebArn}"}],
        "targetGroupAttributes": [
            {"TargetGroupArn": "${WebArn}", "Attributes": [{"Key": "slow_start.duration_seconds", "Value": "30"}]}
        ],
        "services": [
            {
                "serviceName": "web",
                "loadBalancers": [{"targetGroupArn": "${WebArn}", "containerName": "web", "containerPort": 80}],
            }
        ],
    }
    text = main(whole)
    assert "target_group_arn = aws_lb_target_group.ENV_web.arn" in text and "slow_start  = 30" in text
    assert codes(writer.unsaid(document(whole))) == ["terraform.variables"]


ROLES = {
    "logGroups": [{"logGroupName": "/ecs/web"}],
    "secrets": [{"Name": "db"}],
    "taskDefinitions": [
        {
            "family": "web",
            "executionRoleArn": "${EXECUTION_ROLE_ARN}",
            "containerDefinitions": [
                {
                    "name": "web",
                    "image": "${AWS_ACCOUNT_ID}.dkr.ecr.${AWS_REGION}.amazonaws.com/web:1",
                    "secrets": [
                        {"name": "A", "valueFrom": "${secrets.db.ARN}:password::"},
                        {"name": "B", "valueFrom": "/web/b"},
                    ],
                    "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::files/web.env"}],
                    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web"}},
                }
            ],
        }
    ],
    "schedules": [
        {
            "Name": "web",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "RoleArn": "${SCHEDULER_ROLE_ARN}",
                "EcsParameters": {"TaskDefinitionArn": "${taskDefinitions.web.taskDefinitionArn}"},
            },
        }
    ],
}


def test_roles_that_nobody_named_are_made_and_may_do_what_is_needed():
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html"""
    here = "${AWS_REGION}:${AWS_ACCOUNT_ID}"
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    expected = [
        (["ecr:GetAuthorizationToken"], ["*"]),
        (pull, [f"arn:aws:ecr:{here}:repository/web"]),
        (["logs:CreateLogStream", "logs:PutLogEvents"], ["${logGroups./ecs/web.arn}:*"]),
        (["secretsmanager:GetSecretValue"], ["${secrets.db.ARN}"]),
        (["ssm:GetParameters"], [f"arn:aws:ssm:{here}:parameter/web/b"]),
        (["s3:GetObject"], ["arn:aws:s3:::files/web.env"]),
        (["s3:GetBucketLocation"], ["arn:aws:s3:::files"]),
    ]
    found = execution(ROLES["taskDefinitions"][0], {"logGroups": {"/ecs/web"}, "secrets": {"db"}})
    assert [(one["Action"], one["Resource"]) for one in found] == expected
    text = main(ROLES)
    assert "Resource = [aws_secretsmanager_secret.db.arn]" in text
    assert 'Resource = ["${aws_cloudwatch_log_group.ecs_web.arn}:*"]' in text
    assert 'Action   = ["ecs:RunTask"]' in text and "Resource = [aws_iam_role.web_execution.arn]" in text
    assert "execution_role_arn = aws_iam_role.web_execution.arn" in text
    assert reader.read_module(written(ROLES)).objects()["taskDefinitions"] == ROLES["taskDefinitions"]


def test_a_role_that_the_environment_names_is_a_variable_with_that_value():
    files = written(ROLES, executionRoleArn="arn:aws:iam::123456789012:role/mine")
    assert "execution_role_arn = var.execution_role_arn" in files["main.tf"]
    assert 'default     = "arn:aws:iam::123456789012:role/mine"' in files["variables.tf"]


def test_a_role_without_which_tasks_do_not_start_is_made():
    containers = [{"name": "web", "secrets": [{"name": "A", "valueFrom": "a"}]}]
    whole = {"taskDefinitions": [{"family": "web", "containerDefinitions": containers}]}
    assert "execution_role_arn = aws_iam_role.web_execution.arn" in main(whole)
    assert reader.read_module(written(whole)).objects() == whole


def test_a_rule_without_its_conditions_is_not_written():
    whole = document(
        {
            "listenerRules": [
                {
                    "ListenerArn": "${LISTENER_ARN}",
                    "Priority": 1,
                    "Actions": [{"Type": "forward"}],
                    "Conditions": [{"Field": "host-header", "HostHeaderConfig": {"RegexValues": [".*"]}}],
                }
            ]
        }
    )
    assert "main.tf" not in writer.write(whole)
    assert "terraform.incomplete" in codes(writer.unsaid(whole))


def test_what_the_provider_drops_from_containers_is_reported():
    whole = document(
        {
            "taskDefinitions": [
                {
                    "family": "gpu",
                    "containerDefinitions": [
                        {
                            "name": "gpu",
                            "resourceRequirements": [
                                {"type": "GPU", "value": "1", "sharingStrategy": {"nvidiaMps": {"memory": 1}}}
                            ],
                        }
                    ],
                }
            ]
        }
    )
    assert "sharingStrategy" not in writer.write(whole)["main.tf"]
    found = next(finding for finding in writer.unsaid(whole) if finding.code == "terraform.no-argument")
    assert found.fields[0].path == "containerDefinitions[0].resourceRequirements[0].sharingStrategy.nvidiaMps.memory"


def test_labels_are_names_and_each_its_own():
    text = main({"logGroups": [{"logGroupName": "/ecs/a-b"}, {"logGroupName": "/ecs/a_b"}, {"logGroupName": "7"}]})
    assert [line.split('"')[3] for line in text.splitlines() if line.startswith("resource")] == [
        "ecs_a_b",
        "ecs_a_b_2",
        "_7",
    ]


def test_listeners_go_by_their_port_too():
    whole = {
        "listeners": [
            {
                "LoadBalancerArn": "${loadBalancers.web.LoadBalancerArn}",
                "Port": 80,
                "Protocol": "HTTP",
                "DefaultActions": [{"Type": "forward"}],
            }
        ],
        "listenerRules": [
            {
                "ListenerArn": "${listeners.80.ListenerArn}",
                "Priority": 1,
                "Actions": [{"Type": "forward"}],
                "Conditions": [{"Field": "host-header", "Values": ["a.example.com"]}],
            }
        ],
    }
    assert "listener_arn = aws_lb_listener.web_80.arn" in main(whole)


def test_every_code_is_in_the_table():
    said = {finding.code for name in NAMES for finding in writer.unsaid(document(name))}
    assert said <= rows.messages().keys()


WRONG = st.sampled_from(
    [None, "x", "${A}", 1, 1.5, True, [], {}, [1], ["a", None], {"a": 1}, {"a": {"b": [1]}}, '{"a":']
)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_documents_with_values_of_the_wrong_type_are_written_as_far_as_they_go(data):
    value = plain(data.draw(st.sampled_from(NAMES)))
    for _ in range(3):
        paths = [path for path, _ in _leaves(value) if len(path) > 2]
        path = data.draw(st.sampled_from(paths))
        outer = _get(value, path[: data.draw(st.integers(2, len(path) - 1))])
        outer[data.draw(st.sampled_from(list(outer) if isinstance(outer, dict) else range(len(outer))))] = (
            copy.deepcopy(data.draw(WRONG))
        )
    whole = document(value)
    assert reader.read_module(writer.write(whole)) and writer.unsaid(whole) is not None
