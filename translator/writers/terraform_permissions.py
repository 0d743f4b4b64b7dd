"""What a task definition or a schedule uses -> the IAM statements that allow just that, with placeholders for ARNs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..readers.terraform_values import listing, mapping
from .terraform_resources import arn

PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
SUFFIX = "-??????"  # Secrets Manager adds a dash and six characters to a secret's name
Known = dict[str, set[str]]  # the keys of what the document creates, by kind


def statement(actions: list[str], resources: list[Any]) -> dict[str, Any]:
    """Allow actions on resources."""
    return {"Effect": "Allow", "Action": actions, "Resource": list(dict.fromkeys(resources))}


def needs_execution(value: dict[str, Any]) -> bool:
    """Whether ECS refuses a task definition without an execution role.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    fargate = "FARGATE" in listing(value.get("requiresCompatibilities"))
    return any(secrets_of(value)) or fargate and (any(log_groups(value)) or any(repositories(value)))


def execution(value: dict[str, Any], known: Known) -> list[dict[str, Any]]:
    """Allow what ECS needs to start the tasks of a task definition."""
    made = [*_pulls(value, known), *_logs(value, known)]
    secrets = list(secrets_of(value))
    stored = [resource for name in secrets if _is_secret(name) for resource in _secret(name)]
    parameters = [_parameter(name, known) for name in secrets if not _is_secret(name) or _is_either(name)]
    if stored:
        made.append(statement(["secretsmanager:GetSecretValue"], stored))
    if parameters:
        made.append(statement(["ssm:GetParameters"], parameters))
    return made + _files(value)


def containers(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the containers of a task definition."""
    return [one for one in listing(value.get("containerDefinitions")) if isinstance(one, dict)]


def log_groups(value: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Give every log group that containers write to, and whether they create it themselves."""
    for one in containers(value):
        log = mapping(one.get("logConfiguration"))
        options = mapping(log.get("options"))
        if log.get("logDriver") == "awslogs" and isinstance(options.get("awslogs-group"), str):
            yield options["awslogs-group"], options.get("awslogs-create-group") == "true"


def repositories(value: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Give the account, region and name of every repository in ECR: 123.dkr.ecr.eu-west-1.amazonaws.com/web:1."""
    for one in containers(value):
        host, _, rest = str(one.get("image", "")).partition("/")
        account, marked, where = host.partition(".dkr.ecr.")
        name = rest.partition("@")[0]
        if marked and name:
            yield account, where.partition(".amazonaws.")[0], name.rpartition(":")[0] or name


def secrets_of(value: dict[str, Any]) -> Iterator[str]:
    """Give every name or ARN of a secret that ECS reads for the containers."""
    for one in containers(value):
        log = mapping(one.get("logConfiguration"))
        for secret in map(mapping, [*listing(one.get("secrets")), *listing(log.get("secretOptions"))]):
            yield str(secret.get("valueFrom", ""))
        if isinstance(one.get("repositoryCredentials"), dict):
            yield str(one["repositoryCredentials"].get("credentialsParameter", ""))


def _pulls(value: dict[str, Any], known: Known) -> list[dict[str, Any]]:
    found = [
        f"${{repositories.{name}.repositoryArn}}"
        if name in known.get("repositories", ())
        else f"arn:aws:ecr:{region}:{account}:repository/{name}"
        for account, region, name in repositories(value)
    ]
    inside = (str(one.get("image", "")).partition(".repositoryUri}") for one in containers(value))
    found += [
        f"{start}.repositoryArn}}" for start, marked, _ in inside if marked and start.startswith("${repositories.")
    ]
    return [statement(["ecr:GetAuthorizationToken"], ["*"]), statement(PULL, found)] if found else []


def _logs(value: dict[str, Any], known: Known) -> list[dict[str, Any]]:
    groups = [(_log_group(name, known), creates) for name, creates in log_groups(value)]
    made = [statement(["logs:CreateLogStream", "logs:PutLogEvents"], [name for name, _ in groups])] if groups else []
    create = [name for name, creates in groups if creates]
    return made + ([statement(["logs:CreateLogGroup"], create)] if create else [])


def _log_group(name: str, known: Known) -> str:
    """Give a log group's ARN with all its streams."""
    if name in known.get("logGroups", ()):
        return f"${{logGroups.{name}.arn}}:*"
    return f"arn:aws:logs:${{AWS_REGION}}:${{AWS_ACCOUNT_ID}}:log-group:{name}:*"


def _is_secret(name: str) -> bool:
    """Whether a name may be one of Secrets Manager; a placeholder may be one of the Parameter Store too."""
    return ":secretsmanager:" in name or name.startswith("${secrets.") or _is_either(name)


def _is_either(name: str) -> bool:
    return name.startswith("${") and "." not in name.partition("}")[0]


def _secret(name: str) -> list[str]:
    """Give the ARNs that a secret can be read by, without the key and the version after them."""
    if name.startswith("${"):
        return [name.partition("}")[0] + "}"]
    whole = ":".join(name.split(":")[:7])
    tail = whole.rpartition("-")[2]
    return [whole] if len(tail) == 6 and tail.isalnum() and "-" in whole else [whole, whole + SUFFIX]


def _parameter(name: str, known: Known) -> str:
    if name.startswith(("${", "arn:")):
        return name
    return f"${{parameters.{name}.ARN}}" if name in known.get("parameters", ()) else arn("parameters", name)


def _files(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Allow reading environment files from S3."""
    files = [
        str(file.get("value", ""))
        for one in containers(value)
        for file in map(mapping, listing(one.get("environmentFiles")))
    ]
    buckets = [file.partition("/")[0] for file in files if "/" in file]
    made = [statement(["s3:GetObject"], files)] if files else []
    return made + ([statement(["s3:GetBucketLocation"], buckets)] if buckets else [])
