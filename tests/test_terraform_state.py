"""`terraform show -json` -> ECS documents: plans with what is open, states with what AWS answered, state files."""

from __future__ import annotations

import copy

import pytest
from terraform import codes, load

from translator.model import Place, Source
from translator.readers import terraform as reader

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/50dc6c495c0c9188"
ROLE = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"


def read(value: dict):
    return reader.read(Source(value, "plan.json"))


def state(*resources: dict, **more) -> dict:
    """Make what `terraform show -json` prints of a state."""
    return {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {"root_module": {"resources": list(resources), **more}},
    }


def resource(kind: str, name: str, values: dict, **more) -> dict:
    """Make one resource as `terraform show -json` prints it."""
    return {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "values": values, **more}


def test_a_plan_with_modules_and_what_is_open():
    found = read(load("plan.json")).objects()
    assert found["clusters"] == [{"clusterName": "main"}]
    assert [(entry["serviceName"], entry["cluster"], entry["taskDefinition"]) for entry in found["services"]] == [
        ("direct", "main", "web-blue"),
        ("blue", "main", "web-blue"),
        ("green", "main", "web-green"),
    ]
    assert found["services"][1]["loadBalancers"] == [
        {"containerName": "web", "containerPort": 80, "targetGroupArn": "${targetGroups.web.TargetGroupArn}"}
    ]
    assert found["services"][1]["desiredCount"] == 0
    assert found["taskDefinitions"][0] == {
        "family": "web-blue",
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "essential": True}],
    }
    assert found["targetGroups"] == [
        {"Name": "web", "Port": 80, "Protocol": "HTTP", "TargetType": "ip", "VpcId": "vpc-0123456789abcdef0"}
    ]
    assert "targetGroupAttributes" not in found  # the provider's defaults are nobody's words


def test_a_plan_shows_no_secret():
    document = read(load("plan.json"))
    assert document.objects()["parameters"] == [
        {"Name": "/web/password", "Type": "SecureString", "Value": "${AWS_SSM_PARAMETER_PASSWORD_VALUE}"}
    ]
    assert "hunter2" not in str(document)
    assert codes(document.findings) == ["terraform.secret", "terraform.other-type"]


def test_a_state_gives_the_identifiers_of_aws():
    found = read(
        state(
            resource(
                "aws_alb_target_group",
                "web",
                {
                    "id": ARN,
                    "arn": ARN,
                    "arn_suffix": "targetgroup/web/50dc6c495c0c9188",
                    "name": "web",
                    "port": 80,
                    "tags": {},
                    "tags_all": {"a": "b"},
                    "deregistration_delay": "30",
                    "slow_start": 0,
                    "health_check": [{"enabled": True, "path": "/", "matcher": "200"}],
                    "stickiness": [],
                },
            ),
            resource(
                "aws_ecs_service",
                "web",
                {
                    "id": "arn:aws:ecs:eu-west-1:123456789012:service/main/web",
                    "name": "web",
                    "iam_role": ROLE,
                    "desired_count": 0,
                    "launch_type": "",
                    "platform_version": "",
                    "wait_for_steady_state": False,
                    "force_new_deployment": None,
                    "health_check_grace_period_seconds": 0,
                    "load_balancer": [
                        {"container_name": "web", "container_port": 80, "elb_name": "", "target_group_arn": ARN}
                    ],
                },
            ),
        )
    ).objects()
    assert found["targetGroups"] == [
        {
            "Name": "web",
            "Port": 80,
            "HealthCheckEnabled": True,
            "HealthCheckPath": "/",
            "Matcher": {"HttpCode": "200"},
            "TargetGroupArn": ARN,
        }
    ]
    assert found["targetGroupAttributes"] == [
        {"TargetGroupArn": ARN, "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]}
    ]
    assert found["services"] == [
        {
            "serviceName": "web",
            "desiredCount": 0,
            "serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/main/web",
            "loadBalancers": [{"containerName": "web", "containerPort": 80, "targetGroupArn": ARN}],
        }
    ]


def test_a_state_file_is_read_too():
    document = read(
        {
            "version": 4,
            "terraform_version": "1.11.4",
            "serial": 3,
            "lineage": "x",
            "resources": [
                {
                    "mode": "data",
                    "type": "aws_region",
                    "name": "here",
                    "instances": [{"attributes": {"name": "eu-west-1"}}],
                },
                {
                    "mode": "managed",
                    "type": "aws_ssm_parameter",
                    "name": "key",
                    "instances": [
                        {
                            "attributes": {"name": "/key", "type": "SecureString", "value": "hunter2"},
                            "sensitive_attributes": [[{"type": "get_attr", "value": "value"}]],
                        }
                    ],
                },
                {
                    "mode": "managed",
                    "type": "aws_ecs_cluster",
                    "name": "main",
                    "instances": [
                        {"index_key": "a", "attributes": {"name": "a"}},
                        {"index_key": "b", "attributes": {"name": "b"}},
                    ],
                },
            ],
        }
    )
    assert document.objects()["clusters"] == [{"clusterName": "a"}, {"clusterName": "b"}]
    assert document.objects()["parameters"][0]["Value"] == "${AWS_SSM_PARAMETER_KEY_VALUE}"
    assert "hunter2" not in str(document)


def test_secrets_deep_inside_are_left_out_too():
    action = {
        "type": "authenticate-oidc",
        "authenticate_oidc": [{"client_id": "a", "client_secret": "hunter2", "issuer": "https://a.example.com"}],
    }
    shown = state(
        resource(
            "aws_lb_listener",
            "web",
            {"port": 80, "default_action": [action]},
            sensitive_values={"default_action": [{"authenticate_oidc": [{"client_secret": True}]}]},
        )
    )
    path = [
        {"type": "get_attr", "value": "default_action"},
        {"type": "index", "value": {"value": 0, "type": "number"}},
        {"type": "get_attr", "value": "authenticate_oidc"},
        {"type": "index", "value": {"value": 0, "type": "number"}},
        {"type": "get_attr", "value": "client_secret"},
    ]
    kept = {
        "version": 4,
        "terraform_version": "1.11.4",
        "lineage": "x",
        "resources": [
            {
                "mode": "managed",
                "type": "aws_lb_listener",
                "name": "web",
                "instances": [{"attributes": {"port": 80, "default_action": [action]}, "sensitive_attributes": [path]}],
            }
        ],
    }
    for value in (shown, kept):
        document = read(copy.deepcopy(value))
        (found,) = document.objects()["listeners"][0]["DefaultActions"]
        assert found["AuthenticateOidcConfig"]["ClientSecret"].startswith("${AWS_LB_LISTENER_WEB_DEFAULT_ACTION_0")
        assert "hunter2" not in str(document)


def test_reading_leaves_what_it_reads_as_it_is():
    value = load("plan.json")
    before = copy.deepcopy(value)
    read(value)
    assert value == before


def test_parts_are_joined_to_what_they_are_parts_of():
    found = read(
        state(
            resource(
                "aws_ecs_cluster", "main", {"name": "main", "arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/main"}
            ),
            resource(
                "aws_ecs_cluster_capacity_providers",
                "main",
                {"cluster_name": "main", "capacity_providers": ["FARGATE"]},
            ),
            resource("aws_efs_file_system", "data", {"id": "fs-1", "creation_token": "data"}),
            resource(
                "aws_efs_backup_policy", "data", {"file_system_id": "fs-1", "backup_policy": [{"status": "DISABLED"}]}
            ),
            resource(
                "aws_ecs_cluster_capacity_providers",
                "other",
                {"cluster_name": "other", "capacity_providers": ["FARGATE_SPOT"]},
            ),
        )
    ).objects()
    assert found["clusters"] == [
        {
            "clusterName": "main",
            "clusterArn": "arn:aws:ecs:eu-west-1:123456789012:cluster/main",
            "capacityProviders": ["FARGATE"],
        },
        {"clusterName": "other", "capacityProviders": ["FARGATE_SPOT"]},
    ]
    assert found["fileSystems"] == [{"CreationToken": "data", "FileSystemId": "fs-1", "Backup": False}]


def test_containers_that_are_open_are_reported():
    value = state(resource("aws_ecs_task_definition", "web", {"family": "web"}))
    value["planned_values"] = value.pop("values")
    value["resource_changes"] = [
        {"address": "aws_ecs_task_definition.web", "change": {"after_unknown": {"container_definitions": True}}}
    ]
    value["configuration"] = {
        "root_module": {
            "resources": [
                {
                    "address": "aws_ecs_task_definition.web",
                    "expressions": {
                        "container_definitions": {
                            "references": ["aws_ecr_repository.web.repository_url", "aws_ecr_repository.web"]
                        }
                    },
                }
            ]
        }
    }
    document = read(value)
    assert document.objects() == {"taskDefinitions": [{"family": "web"}]}
    assert codes(document.findings) == ["terraform.unresolved", "terraform.not-json"]


def test_a_text_around_a_reference_is_not_taken_for_the_reference():
    """A plan says that `policy` refers to the log group's ARN, and not what stands around it."""
    value = state(
        resource("aws_cloudwatch_log_group", "web", {"name": "web"}),
        resource("aws_iam_role_policy", "web", {"name": "web", "role": "web"}),
    )
    value["planned_values"] = value.pop("values")
    value["resource_changes"] = [{"address": "aws_iam_role_policy.web", "change": {"after_unknown": {"policy": True}}}]
    value["configuration"] = {
        "root_module": {
            "resources": [
                {
                    "address": "aws_iam_role_policy.web",
                    "expressions": {
                        "policy": {"references": ["aws_cloudwatch_log_group.web.arn", "aws_cloudwatch_log_group.web"]}
                    },
                }
            ]
        }
    }
    document = read(value)
    assert document.objects()["rolePolicies"][0]["PolicyDocument"] == "${AWS_CLOUDWATCH_LOG_GROUP_WEB_ARN}"
    assert "terraform.unresolved" in codes(document.findings)


def test_places_are_those_of_the_json():
    paths = []

    def locate(path):
        paths.append(path)
        return Place("state.json", len(path), 1)

    (entry,) = reader.read(
        Source(
            state(
                resource(
                    "aws_ecs_service", "web", {"name": "web", "network_configuration": [{"subnets": ["subnet-1"]}]}
                )
            ),
            "state.json",
            locate,
        )
    ).entries
    assert entry.locate(("networkConfiguration", "awsvpcConfiguration", "subnets", 0)) == Place("state.json", 9, 1)
    assert paths[-1] == ("values", "root_module", "resources", 0, "values", "network_configuration", 0, "subnets", 0)


@pytest.mark.parametrize(
    "value, is_state",
    [
        (state(), True),
        ({"version": 4, "terraform_version": "1.5.0", "lineage": "x", "resources": []}, True),
        ({"terraform_version": "1.5.0"}, False),
        ({"Resources": {}}, False),
        ([], False),
        (None, False),
        ({"format_version": "1.0"}, False),
    ],
)
def test_states_are_recognised(value, is_state):
    assert reader.recognises(value) is is_state


@pytest.mark.parametrize(
    "value",
    [
        state(None),
        state({}),
        state(resource("aws_ecs_service", "web", None)),
        state(resource("aws_ecs_service", "web", {"load_balancer": {"a": 1}, "name": [1]})),
        state(resource("aws_ecs_task_definition", "web", {"container_definitions": "[1, 2"})),
        state(resource("aws_lb_listener_rule", "a", {"condition": [1]})),
        {"format_version": "1.0", "terraform_version": "1", "values": None},
        {"format_version": "1.0", "terraform_version": "1", "planned_values": []},
        {"terraform_version": "1", "lineage": "x", "resources": [1, {"instances": [{}]}]},
        {
            "format_version": "1.0",
            "terraform_version": "1",
            "configuration": {"root_module": {"resources": [{}], "module_calls": {"a": {}}}},
            "resource_changes": [{}],
        },
    ],
)
def test_odd_states_are_read_as_far_as_they_go(value):
    assert reader.read(Source(value, "state.json")) is not None
