"""What we write, before the real terraform and the real AWS provider 5.100: formatted, valid, and applied to a mocked AWS."""

from __future__ import annotations

import json

import pytest
from generate_terraform_schema import TARGET, generate
from terraform import (
    NAMES,
    PLUGINS,
    document,
    initialised,
    needs_provider,
    needs_terraform,
    plain,
    terraform,
    variables,
    written,
)
from test_terraform import canonical

from translator.model import Source
from translator.readers import terraform as reader
from translator.readers import terraform_table as table
from translator.writers import terraform as writer

# The provider checks these before anything is created; a mocked AWS answers with random texts otherwise.
ARNS = {
    "aws_lb": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/x/50dc6c495c0c9188",
    "aws_lb_target_group": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/50dc6c495c0c9188",
    "aws_lb_listener": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/50dc6c495c0c9188/0467ef3c8400ae65",
    "aws_ecs_task_definition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/x:1",
    "aws_ecs_cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/x",
    "aws_iam_role": "arn:aws:iam::123456789012:role/x",
    "aws_autoscaling_group": "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:a:autoScalingGroupName/x",
    "aws_appautoscaling_policy": "arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:a",
    "aws_service_discovery_service": "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1",
    "aws_service_discovery_http_namespace": "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1",
}
DATA = {
    "aws_caller_identity": ("account_id", "123456789012"),
    "aws_region": ("name", "eu-west-1"),
    "aws_partition": ("partition", "aws"),
}
OFFLINE = """provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
"""


@needs_terraform
@pytest.mark.parametrize("name", NAMES)
def test_fmt_leaves_it_as_it_is(name, tmp_path):
    for file, text in written(name, region="eu-west-1").items():
        (tmp_path / file).write_text(text)
    done = terraform(tmp_path, "fmt", "-check", "-diff")
    assert done.returncode == 0, done.stdout


def mocked(name: str) -> str:
    """Write a test that applies everything to a mocked AWS."""
    resources = [f'  mock_resource "{kind}" {{\n    defaults = {{ arn = "{arn}" }}\n  }}' for kind, arn in ARNS.items()]
    data = [
        f'  mock_data "{kind}" {{\n    defaults = {{ {key} = "{value}" }}\n  }}' for kind, (key, value) in DATA.items()
    ]
    given = [f"  {variable} = {value}" for variable, value in variables(written(name)).items()]
    return "\n".join(
        [
            'mock_provider "aws" {',
            *resources,
            *data,
            "}",
            "variables {",
            *given,
            "}",
            'run "apply" {',
            "  command = apply",
            "}\n",
        ]
    )


@needs_provider
@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid_and_applies_to_a_mocked_aws(name, tmp_path):
    folder = initialised(tmp_path, {**written(name), "all.tftest.hcl": mocked(name)})
    valid = terraform(folder, "validate", "-json")
    assert valid.returncode == 0, valid.stdout
    applied = terraform(folder, "test", "-no-color")
    assert applied.returncode == 0, applied.stdout + applied.stderr


def planned(folder, files: dict[str, str]) -> dict:
    """Plan resources that are new, for which the provider asks nothing of AWS, and give `terraform show -json`."""
    initialised(folder, {**files, "provider.tf": OFFLINE})
    done = terraform(folder, "plan", "-no-color", "-out=plan")
    assert done.returncode == 0, done.stderr
    return json.loads(terraform(folder, "show", "-json", "plan").stdout)


@needs_provider
@pytest.mark.parametrize("name", ["discovery", "ec2-placement", "step-scaling", "worker"])
def test_a_plan_is_read_as_the_document(name, tmp_path):
    """What the plan says beyond the document are the provider's own defaults."""
    files = written(name)
    values = "\n".join(f"{variable} = {value}" for variable, value in variables(files).items()) + "\n"
    read = reader.read(Source(planned(tmp_path, {**files, "terraform.tfvars": values}), "plan.json"))
    for kind, entries in canonical(plain(name)).items():
        found = canonical(read.objects())[kind]
        for entry in entries:
            assert any(_within(entry, other) for other in found), (kind, entry, found)


def _within(value, other) -> bool:
    """Whether everything of a value stands in another; a filled-in variable may be anything, and sets have no order."""
    if isinstance(value, str) and "${" in value and not (isinstance(other, str) and "${" in other):
        return other is not None
    if isinstance(value, dict):
        return isinstance(other, dict) and all(_within(entry, other.get(key)) for key, entry in value.items())
    if isinstance(value, list):
        return isinstance(other, list) and all(any(_within(entry, one) for one in other) for entry in value)
    return value == other


@needs_provider
def test_the_provider_keeps_every_member_that_we_write_of_a_container(tmp_path):
    knows = table.resources()["aws_ecs_task_definition"]["knows"]["container_definitions"]
    whole = document({"taskDefinitions": [{"family": "all", "executionRoleArn": ARNS["aws_iam_role"], "containerDefinitions": [_sample("", knows)]}]})
    plan = planned(tmp_path, writer.write(whole))
    entry = reader.read(Source(plan, "plan.json")).objects()["taskDefinitions"][0]["containerDefinitions"][0]
    assert _names(entry) == _names(_sample("", knows))


NUMBERS = {
    "cpu",
    "memory",
    "memoryReservation",
    "startTimeout",
    "stopTimeout",
    "restartAttemptPeriod",
    "containerPort",
    "hostPort",
    "softLimit",
    "hardLimit",
    "interval",
    "timeout",
    "retries",
    "startPeriod",
    "maxSwap",
    "swappiness",
    "sharedMemorySize",
    "size",
}
FLAGS = {
    "essential",
    "disableNetworking",
    "privileged",
    "readonlyRootFilesystem",
    "interactive",
    "pseudoTerminal",
    "enabled",
    "readOnly",
    "initProcessEnabled",
}
LISTS = {
    "command",
    "entryPoint",
    "links",
    "dnsServers",
    "dnsSearchDomains",
    "dockerSecurityOptions",
    "credentialSpecs",
    "add",
    "drop",
    "permissions",
    "mountOptions",
}
OBJECTS = {
    "",
    "restartPolicy",
    "repositoryCredentials",
    "healthCheck",
    "firelensConfiguration",
    "logConfiguration",
    "linuxParameters",
    "capabilities",
}


def _sample(name: str, knows: dict | None):
    """Make a value of the member's type."""
    if knows is not None:
        made = {key: _sample(key, inner) for key, inner in knows.items()}
        return made if name in OBJECTS else [made]
    if name in NUMBERS | FLAGS:
        return 3 if name in NUMBERS else True
    if name == "ignoredExitCodes":
        return [3]
    if name in LISTS:
        return ["x"]
    return {"dockerLabels": {"a": "b"}, "options": {"a": "b"}, "versionConsistency": "enabled"}.get(name, "x")


def _names(value, path: str = "") -> set[str]:
    if isinstance(value, list):
        return {name for entry in value for name in _names(entry, path)}
    return (
        {path} | {name for key, entry in value.items() for name in _names(entry, f"{path}.{key}")}
        if isinstance(value, dict)
        else {path}
    )


@needs_provider
def test_the_schema_is_the_provider_s():
    assert generate(PLUGINS) == TARGET.read_text()
