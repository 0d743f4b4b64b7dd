"""Terraform files -> ECS documents: what is literal is read, what is not has a name and a finding, what is wrong has a place."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terraform import codes, read

import translator
from translator.model import Place, ReadError
from translator.readers import terraform as reader
from translator.readers.terraform_document import answer
from translator.readers.terraform_evaluate import evaluate
from translator.readers.terraform_module import Module
from translator.readers.terraform_notes import Notes, settled
from translator.readers.terraform_syntax import parse

SERVICE = 'resource "aws_ecs_service" "web" {{\n  name = "web"\n  {}\n}}\n'


def value_of(expression: str, **names: str):
    """Evaluate one expression; names are variables with their defaults as HCL."""
    module = Module(Notes(), answer)
    module.add(
        parse(
            "".join(f'variable "{name}" {{\n  default = {default}\n}}\n' for name, default in names.items()),
            "variables.tf",
        )
    )
    return settled(evaluate(parse(f"x = {expression}\n", "x.tf").arguments["x"], module.scope()))


# The language: https://developer.hashicorp.com/terraform/language/expressions and /language/functions
@pytest.mark.parametrize(
    "expression, value",
    [
        ("1", 1),
        ("-2.5e1", -25.0),
        ("true", True),
        ("null", None),
        ('"a\\n\\u00e9\\t\\"\\\\"', 'a\né\t"\\'),
        ('"$${HOME} %%{if} $5 $$"', "${HOME} %{if} $5 $$"),
        ('"${1 + 2}x"', "3x"),
        ('"${var.a}"', "here"),
        ('"<${var.a}>"', "<here>"),
        ("[1, 2,\n 3,\n]", [1, 2, 3]),
        ('{ a = 1, "b c" : 2\n (var.a) = 3 }', {"a": 1, "b c": 2, "here": 3}),
        ('var.a == "here" ? "yes" : "no"', "yes"),
        ("!(1 < 2) || 3 >= 3 && 4 != 5", True),
        ("(1 + 2) * 3 - 4 / 2", 7.0),
        ("<<EOT\na ${var.a}\n  b\nEOT\n", "a here\n  b\n"),
        ("<<-EOT\n    a\n      $${b}\n    EOT\n", "a\n  ${b}\n"),
        ("jsonencode([{ a = var.a }])", [{"a": "here"}]),
        ('jsonencode("a")', '"a"'),
        ('jsondecode("[1]")', [1]),
        ("merge({ a = 1 }, { b = 2 }, null)", {"a": 1, "b": 2}),
        ("concat([1], [2, 3])", [1, 2, 3]),
        ("flatten([[1], [[2]]])", [1, 2]),
        ('join("-", ["a", 1, true])', "a-1-true"),
        ('split(",", "a,b")', ["a", "b"]),
        ('format("%s:%d%%", "a", 5)', "a:5%"),
        ('lookup({ a = 1 }, "b", 2)', 2),
        ('element(["a", "b"], 3)', "b"),
        ('coalesce("", null, "x")', "x"),
        ("length([1, 2])", 2),
        ("tostring(5)", "5"),
        ('tonumber("5")', 5),
        ('lower("AB")', "ab"),
        ('replace("a.b", ".", "-")', "a-b"),
        ('try(var.nothing, "b")', "b"),
        ("{ a = { b = [10, 20] } }.a.b[1]", 20),
        ('toset(["a", "a"])', ["a"]),
        ('base64encode("a")', "YQ=="),
        ('"${jsonencode({ a = 1 })}"', {"a": 1}),
        ('"x${jsonencode({ a = 1 })}"', 'x{"a":1}'),
        ("1 # a comment\n", 1),
        ("1 // a comment\n", 1),
        ("1 /* a\n comment */", 1),
    ],
)
def test_what_is_literal_is_read(expression, value):
    assert value_of(expression, a='"here"') == value


@pytest.mark.parametrize(
    "expression, value",
    [
        ("var.nothing", "${NOTHING}"),
        ('"${var.nothing}/x"', "${NOTHING}/x"),
        ("data.aws_vpc.main.id", "${DATA_AWS_VPC_MAIN_ID}"),
        ("module.network.subnets[0]", "${MODULE_NETWORK_SUBNETS_0}"),
        ("terraform.workspace", "${TERRAFORM_WORKSPACE}"),
        ("local.nothing", "${LOCAL_NOTHING}"),
        ("[for s in var.list : s.id]", "${FOR_1_5}"),
        ("aws_subnet.all[*].id", "${AWS_SUBNET_ALL}"),
        ("cidrsubnet(var.nothing, 8, 1)", "${CIDRSUBNET_VAR_NOTHING_8_1}"),
        ('templatefile("app.json", {})', "${TEMPLATEFILE_APP_JSON}"),
        ('format("%s:%s", "web", var.nothing)', "web:${NOTHING}"),
        ('join(",", ["a", var.nothing])', "a,${NOTHING}"),
        ("data.aws_region.here.name", "${AWS_REGION}"),
        ("data.aws_caller_identity.me.account_id", "${AWS_ACCOUNT_ID}"),
        ("1 / 0", "${BY_1_0}"),
        ('-"a"', "${MINUS_A}"),
        ("var.nothing ? 1 : 2", "${IF_VAR_NOTHING_1_2}"),
        ("var.nothing + 1", "${PLUS_VAR_NOTHING_1}"),
    ],
)
def test_what_is_not_literal_has_a_name(expression, value):
    assert value_of(expression) == value


def test_variables_take_defaults_and_values_that_are_given():
    text = 'variable "a" {\n  default = 1\n}\nvariable "b" {\n  default = 1\n}\n' + SERVICE.format(
        "desired_count = var.a + var.b"
    )
    assert read(text)["services"][0]["desiredCount"] == 2
    assert read(text, **{"x.auto.tfvars": "a = 5\n"})["services"][0]["desiredCount"] == 6


def test_a_secret_variable_keeps_its_secret():
    text = 'variable "a" {\n  default   = "hunter2"\n  sensitive = true\n}\n' + SERVICE.format(
        "platform_version = var.a"
    )
    document = reader.read_module({"main.tf": text, "a.auto.tfvars": 'a = "hunter2"\n'})
    assert document.objects() == {"services": [{"serviceName": "web", "platformVersion": "${A}"}]}
    assert "hunter2" not in str(document.findings)


def test_resources_refer_to_each_other_across_files():
    found = read(
        'resource "aws_ecs_service" "web" {\n  name = "web"\n  cluster = aws_ecs_cluster.main.id\n  task_definition = aws_ecs_task_definition.app.arn\n'
        '  load_balancer {\n    target_group_arn = aws_alb_target_group.web.id\n    container_name = "app"\n    container_port = "80"\n  }\n}\n',
        **{
            "cluster.tf": 'resource "aws_ecs_cluster" "main" {\n  name = local.name\n}\nlocals {\n  name = "prod"\n}\n',
            "app.tf": 'resource "aws_ecs_task_definition" "app" {\n  family = "shop"\n  container_definitions = "[]"\n}\n',
            "lb.tf": 'resource "aws_lb_target_group" "web" {\n  port = 80\n}\n',
        },
    )
    assert found["services"] == [
        {
            "serviceName": "web",
            "cluster": "prod",
            "taskDefinition": "shop",
            "loadBalancers": [
                {"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "app", "containerPort": 80}
            ],
        }
    ]
    assert found["targetGroups"] == [{"Name": "web", "Port": 80}]


def test_a_name_that_is_not_known_cannot_be_referred_by():
    found = read(
        'resource "aws_lb_target_group" "web" {\n  name = "${var.env}-web"\n  slow_start = 30\n}\n'
        + SERVICE.format("load_balancer {\n    target_group_arn = aws_lb_target_group.web.arn\n  }")
    )
    handle = "${AWS_LB_TARGET_GROUP_WEB_TARGETGROUPARN}"
    assert found["targetGroups"] == [{"Name": "${ENV}-web", "TargetGroupArn": handle}]
    assert found["targetGroupAttributes"][0]["TargetGroupArn"] == handle
    assert found["services"][0]["loadBalancers"] == [{"targetGroupArn": handle}]


def test_count_and_for_each_and_dynamic_are_written_out():
    found = read("""
variable "ports" {
  default = [80, 443]
}
resource "aws_ecs_service" "none" {
  count = var.ports == [] ? 1 : 0
  name  = "none"
}
resource "aws_ecs_service" "two" {
  count = 2
  name  = "two-${count.index}"
}
resource "aws_lb_target_group" "web" {
  for_each = { blue = 80, green = 81 }
  name     = each.key
  port     = each.value
}
resource "aws_ecs_service" "web" {
  name = "web"
  dynamic "load_balancer" {
    for_each = aws_lb_target_group.web["green"].port == 81 ? var.ports : []
    content {
      target_group_arn = aws_lb_target_group.web["green"].arn
      container_name   = "web"
      container_port   = load_balancer.value
    }
  }
}
""")
    assert [entry["serviceName"] for entry in found["services"]] == ["two-0", "two-1", "web"]
    assert [(entry["Name"], entry["Port"]) for entry in found["targetGroups"]] == [("blue", 80), ("green", 81)]
    assert found["services"][2]["loadBalancers"] == [
        {"targetGroupArn": "${targetGroups.green.TargetGroupArn}", "containerName": "web", "containerPort": port}
        for port in (80, 443)
    ]


def test_container_definitions_in_a_heredoc_with_a_number_that_is_not_known():
    found = read("""
resource "aws_ecs_task_definition" "web" {
  family                = "web"
  container_definitions = <<JSON
[{"name": "web", "image": "${var.image}", "memory": ${var.memory}}]
JSON
}
""")
    assert found["taskDefinitions"][0]["containerDefinitions"] == [
        {"name": "web", "image": "${IMAGE}", "memory": "${MEMORY}"}
    ]


def test_a_policy_document_of_a_data_source():
    found = read("""
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "task" {
  name               = "task"
  assume_role_policy = data.aws_iam_policy_document.assume.json
  inline_policy {
    name   = "own"
    policy = jsonencode({ Statement = [] })
  }
}
""")
    assert found == {
        "roles": [
            {
                "RoleName": "task",
                "AssumeRolePolicyDocument": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
                '"Principal":{"Service":"ecs-tasks.amazonaws.com"}}]}',
            }
        ],
        "rolePolicies": [{"RoleName": "task", "PolicyName": "own", "PolicyDocument": '{"Statement":[]}'}],
    }


def test_security_groups_in_all_three_forms():
    found = read("""
resource "aws_security_group" "web" {
  name = "web"
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group_rule" "self" {
  type              = "ingress"
  security_group_id = aws_security_group.web.id
  from_port         = 0
  to_port           = 0
  protocol          = "-1"
  self              = true
}
resource "aws_vpc_security_group_ingress_rule" "v6" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv6         = "::/0"
}
""")
    group = "${securityGroups.web.GroupId}"
    assert found["securityGroupIngress"] == [
        {
            "GroupId": group,
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
                {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "192.168.0.0/16"}]},
                {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]},
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
            ],
        }
    ]


def test_a_group_that_is_told_no_way_out_has_none():
    """The provider takes away AWS's own rule, which lets everything out: aws_security_group, on egress."""
    found = read("""
resource "aws_security_group" "web" {
  name = "web"
}
resource "aws_security_group" "job" {
  name = "job"
}
resource "aws_vpc_security_group_egress_rule" "web" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_security_group_rule" "job" {
  type              = "egress"
  security_group_id = aws_security_group.job.id
  from_port         = 443
  to_port           = 443
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/16"]
}
""")
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    assert found["revokedEgress"] == [{"GroupId": "${securityGroups.job.GroupId}", "IpPermissions": everything}]
    assert found["securityGroupEgress"] == [
        {
            "GroupId": "${securityGroups.job.GroupId}",
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
            ],
        }
    ]


def test_a_rule_of_eventbridge_is_a_schedule():
    found = read("""
resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "nightly"
  schedule_expression = "rate(1 day)"
}
resource "aws_cloudwatch_event_rule" "uploads" {
  name          = "uploads"
  event_pattern = jsonencode({ source = ["aws.s3"] })
}
resource "aws_cloudwatch_event_target" "nightly" {
  rule     = aws_cloudwatch_event_rule.nightly.name
  arn      = "arn:aws:ecs:eu-west-1:123456789012:cluster/main"
  role_arn = "arn:aws:iam::123456789012:role/events"
  ecs_target {
    task_count          = 1
    task_definition_arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/report"
    launch_type         = "FARGATE"
    network_configuration {
      subnets          = ["subnet-1"]
      assign_public_ip = true
    }
  }
}
""")
    assert found == {
        "schedules": [
            {
                "Name": "nightly",
                "ScheduleExpression": "rate(1 day)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {
                    "Arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/main",
                    "RoleArn": "arn:aws:iam::123456789012:role/events",
                    "EcsParameters": {
                        "TaskCount": 1,
                        "TaskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/report",
                        "LaunchType": "FARGATE",
                        "NetworkConfiguration": {
                            "awsvpcConfiguration": {"Subnets": ["subnet-1"], "AssignPublicIp": "ENABLED"}
                        },
                    },
                },
            }
        ]
    }


def test_places_are_those_of_the_files():
    text = """resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([
    {
      name = "web"
      environment = [
        { name = "A", value = "1" },
      ]
    },
  ])
  volume {
    name      = "data"
    host_path = "/srv"
  }
}
"""
    (entry,) = reader.read_hcl(text, "main.tf").entries
    assert entry.locate(()) == Place("main.tf", 1, 1)
    assert entry.locate(("family",)) == Place("main.tf", 2, 12)
    assert entry.locate(("containerDefinitions", 0, "environment", 0, "value")) == Place("main.tf", 7, 31)
    assert entry.locate(("volumes", 0, "host", "sourcePath")) == Place("main.tf", 13, 17)
    assert entry.locate(("nothing",)) == Place("main.tf", 1, 1)


@pytest.mark.parametrize(
    "text, code",
    [
        (SERVICE.format("cluster = var.cluster"), "unresolved"),
        (SERVICE.format("cluster = var.a ? 1 : 2"), "expression"),
        (SERVICE.format('cluster = file("cluster.txt")'), "file"),
        (SERVICE.format("count = var.a"), "repeated"),
        (SERVICE.format('dynamic "load_balancer" {\n    for_each = var.a\n    content {}\n  }'), "repeated"),
        (SERVICE.format("lifecycle {\n    ignore_changes = [desired_count]\n  }"), "lifecycle"),
        (SERVICE.format("wait_for_steady_state = true"), "own-argument"),
        (SERVICE.format("sigint_rollback = true"), "unknown-argument"),
        (SERVICE.format('deployment_configuration {\n    strategy = "BLUE_GREEN"\n  }'), "unknown-argument"),
        ('module "ecs" {\n  source = "terraform-aws-modules/ecs/aws"\n}\n', "module"),
        ('provider "aws" {\n  default_tags {\n    tags = {}\n  }\n}\n', "default-tags"),
        ('resource "aws_s3_bucket" "a" {}\n', "other-type"),
        ('resource "aws_s3_bucket" "a" {}\n', "no-ecs"),
        ('resource "aws_ecs_task_set" "a" {}\n', "ecs-type"),
        (
            'resource "aws_ecs_task_definition" "a" {\n  family = "a"\n  container_definitions = file("a.json")\n}\n',
            "not-json",
        ),
        ('resource "aws_cloudwatch_event_rule" "a" {\n  event_pattern = "{}"\n}\n', "event-rule"),
    ],
)
def test_what_is_not_read_is_said(text, code):
    assert f"terraform.{code}" in codes(reader.read_hcl(text, "main.tf").findings)


def test_findings_have_places_and_the_placeholder():
    (finding,) = reader.read_hcl(SERVICE.format("cluster = var.cluster"), "main.tf").findings
    (field,) = finding.fields
    assert (field.file, field.line, field.column, field.object, field.becomes) == (
        "main.tf",
        3,
        13,
        "aws_ecs_service.web",
        "${CLUSTER}",
    )


@pytest.mark.parametrize(
    "text, place, words",
    [
        ("a = ", "1:5", "a value must stand"),
        ("a = {", "1:6", "the end of the file"),
        ('a = "x', "1:5", "never closed"),
        ('a "b" 3', "1:7", "or a block"),
        ("x = [1 2]", "1:8", "`,` must stand"),
        ("a = 1 b = 2", "1:7", "ends with its line"),
        ("a = <<E\nfoo", "1:5", "never closed by a line that says E"),
        ("a = 1\na = 2", "2:1", "set twice"),
        ("}", "1:1", "must begin"),
        ('a = "\\q"', "1:6", "no escape"),
        ("b {", "1:1", "never closed"),
        ("a = " + "[" * 3000, "1:104", "too deeply"),
        ("a = " + "-" * 5000 + "1", "1:103", "too deeply"),
        ("/* a", "1:1", "comment"),
        ('a = "\\uzzzz"', "1:6", "no character"),
        ('a = "' + '${"' * 3000, "1:182", "too deeply"),
        ("a = 1e999", "1:5", "too large"),
        ("a = " + "9" * 400, "1:5", "too large"),
        ("a = b.", "1:7", "must come a name"),
    ],
)
def test_what_is_no_terraform_has_a_place(text, place, words):
    with pytest.raises(ReadError) as caught:
        reader.read_hcl(text, "main.tf")
    assert str(caught.value).startswith(f"main.tf:{place.split(':')[0]}:") and words in str(caught.value), str(
        caught.value
    )


@pytest.mark.parametrize(
    "text",
    [
        "locals {\n  a = local.b\n  b = local.a\n}\n" + SERVICE.format("cluster = local.a"),
        'resource "aws_lb" "a" {\n  name = aws_lb.b.name\n}\nresource "aws_lb" "b" {\n  name = aws_lb.a.name\n}\n',
        SERVICE.format("cluster = " + "+".join(["1"] * 5000)),
        SERVICE.format("cluster = a" + ".b" * 5000),
    ],
)
def test_circles_and_chains_end(text):
    assert reader.read_hcl(text, "main.tf").findings


def test_values_that_grow_out_of_themselves_end():
    doubling = "".join(
        f'  a{n} = [local.a{n - 1}, local.a{n - 1}]\n  s{n} = "${{local.s{n - 1}}}${{local.s{n - 1}}}"\n'
        for n in range(1, 60)
    )
    text = f'locals {{\n  a0 = 1\n  s0 = "x"\n{doubling}}}\n' + SERVICE.format(
        "cluster = local.s59\n  propagate_tags = jsonencode(local.a59)"
    )
    with pytest.raises(ReadError) as caught:
        reader.read_hcl(text, "main.tf")
    assert caught.value.file == "main.tf" and caught.value.line


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab1.,"${}[]()<>=?:%!&|+-*/\\\n #~_E', max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        reader.read_hcl(text, "main.tf")
    except ReadError as error:
        assert error.file == "main.tf" and error.line


@pytest.mark.parametrize(
    "text, is_terraform",
    [
        ('resource "aws_lb" "web" {\n}\n', True),
        ('variable "a" {}\n', True),
        ("terraform {\n", True),
        ("locals { # mine\n", True),
        ("resource: a\n", False),
        ("apiVersion: v1\nkind: Pod\n", False),
        ("data:\n  a: {}\n", False),
        ("output = {\n", False),
        ('data: "{"\n', False),
    ],
)
def test_terraform_is_recognised(text, is_terraform):
    assert reader.recognises(text) is is_terraform


MODULE = """variable "image" {}
variable "count_of" { type = number }
resource "aws_ecs_task_definition" "web" {
  family                = "web"
  container_definitions = jsonencode([{ name = "web", image = var.image, memory = var.count_of }])
}
"""


def test_a_folder_s_values_are_terraform_s(tmp_path):
    """terraform.tfvars, then *.auto.tfvars, then what the command line says; others only by name."""
    (tmp_path / "main.tf").write_text(MODULE)
    (tmp_path / "terraform.tfvars").write_text('image = "nginx:1"\ncount_of = 300\n')
    (tmp_path / "prod.tfvars").write_text('image = "nginx:9"\n')
    found = translator.read(str(tmp_path))
    assert container(found) == {"name": "web", "image": "nginx:1", "memory": 300}
    assert [finding.code for finding in found.findings] == ["terraform.values-file"]
    (tmp_path / "b.auto.tfvars").write_text('image = "nginx:2"\n')
    assert container(translator.read(str(tmp_path)))["image"] == "nginx:2"
    given = {"image": "nginx:${X}", "count_of": "512", "environment": "prod"}
    assert container(translator.read(str(tmp_path), given=given)) == {"name": "web", "image": "nginx:${X}", "memory": 512}


def container(document):
    return document.objects()["taskDefinitions"][0]["containerDefinitions"][0]


def test_a_module_is_read_from_standard_input(monkeypatch):
    """What looks like Terraform is, also where YAML would take it for one long word."""
    for text in (MODULE, 'resource "aws_ecs_cluster" "main" {\n  name = "x"\n}\n'):
        monkeypatch.setattr("sys.stdin", type("Stream", (), {"buffer": io.BytesIO(text.encode())}))
        assert translator.read("-").platform == "ecs"


def test_hcl_in_a_manifest_stays_text():
    """A ConfigMap may hold a module; it is read as the ConfigMap that it is."""
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  main.tf: |\n    resource \"a\" \"b\" {\n    }\n"
    assert translator.parse(text).objects()[0]["data"]["main.tf"] == 'resource "a" "b" {\n}\n'


def test_text_that_is_data_already_is_read():
    """A loaded text is no reason for a traceback."""
    assert translator.parse([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}]).entries
    with pytest.raises(translator.ReadError):
        translator.parse('"resource \\"aws_s3_bucket\\" \\"b\\" {}"', "x.json")
