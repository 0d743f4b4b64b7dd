"""What a task definition uses -> the IAM statements that allow just that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cloudformation_template import Entry, Template
from .cloudformation_values import Call, Hole, arn, attribute, joined, pieces, ref

PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
SUFFIX_LENGTH = 6  # Secrets Manager adds a dash and six characters to a secret's name


def statement(actions: list[str], resources: list[Any]) -> dict[str, Any]:
    """Allow actions on resources."""
    return {
        "Effect": "Allow",
        "Action": actions if len(actions) > 1 else actions[0],
        "Resource": resources if len(resources) > 1 else resources[0],
    }


def containers(value: dict) -> list[dict]:
    """Give the containers of a task definition."""
    return [one for one in value.get("containerDefinitions", ()) if isinstance(one, dict)]


def needs_execution(value: dict) -> bool:
    """Whether ECS refuses the task definition without an execution role.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    fargate = "FARGATE" in value.get("requiresCompatibilities", ())
    logs = any(one.get("logConfiguration", {}).get("logDriver") == "awslogs" for one in containers(value))
    private = any(registry(str(one.get("image", ""))) for one in containers(value))
    return bool(list(secrets_of(value))) or fargate and (logs or private)


def execution(template: Template, entry: Entry) -> list[dict]:
    """Allow what ECS needs to start tasks of a task definition."""
    made = [*pulls(template, entry.value), *logs(template, entry.value)]
    secrets, parameters = [], []
    for name in secrets_of(entry.value):
        for resource in secret_resources(template, name):
            kinds = [secrets, parameters] if is_either(name) else [secrets] if is_secret(name) else [parameters]
            for listed in kinds:
                listed.extend([resource] if resource not in listed else [])
    if secrets:
        made.append(statement(["secretsmanager:GetSecretValue"], secrets))
    if parameters:
        made.append(statement(["ssm:GetParameters"], parameters))
    return made + environment_files(template, entry.value)


def pulls(template: Template, value: dict) -> list[dict]:
    """Allow pulling the images that come from ECR."""
    resources: list[Any] = []
    for one in containers(value):
        found = repository(template, str(one.get("image", "")))
        if found is not None and found not in resources:
            resources.append(found)
    if not resources:
        return []
    return [statement(["ecr:GetAuthorizationToken"], ["*"]), statement(PULL, resources)]


def registry(image: str) -> tuple[str, str, str] | None:
    """Give the account, region and repository of an image in ECR: 123.dkr.ecr.eu-west-1.amazonaws.com/web:1."""
    host, _, rest = image.partition("/")
    account, marked, where = host.partition(".dkr.ecr.")
    if not marked or not rest:
        return None
    name = rest.partition("@")[0]
    head, colon, _ = name.rpartition(":")
    return account, where.partition(".amazonaws.")[0], head if colon else name


def repository(template: Template, image: str) -> Any:
    """Give the ARN of the repository that an image is pulled from."""
    for entry in template.of("repositories"):
        if image.startswith(f"${{repositories.{entry.key}.repositoryUri}}"):
            return attribute(entry.logical, "Arn")
    found = registry(image)
    if found is None:
        return None
    account, region, name = found
    inside = template.named("repositories", name)
    if inside is not None:
        return attribute(inside.logical, "Arn")
    return joined(
        [
            "arn:",
            ref("AWS::Partition"),
            ":ecr:",
            template.text(region),
            ":",
            template.text(account),
            ":repository/",
            template.text(name),
        ]
    )


def logs(template: Template, value: dict) -> list[dict]:
    """Allow writing to the log groups, and creating those that containers create themselves."""
    write, create = [], []
    for one in containers(value):
        options = one.get("logConfiguration", {}).get("options") or {}
        if one.get("logConfiguration", {}).get("logDriver") == "awslogs" and options.get("awslogs-group"):
            resource = log_group(template, str(options["awslogs-group"]))
            write += [resource] if resource not in write else []
            if options.get("awslogs-create-group") == "true" and resource not in create:
                create.append(resource)
    made = [statement(["logs:CreateLogStream", "logs:PutLogEvents"], write)] if write else []
    return made + ([statement(["logs:CreateLogGroup"], create)] if create else [])


def log_group(template: Template, name: str) -> Any:
    """Give the ARN of a log group with all its streams."""
    inside = template.named("logGroups", name)
    if inside is not None:
        return attribute(inside.logical, "Arn")
    return arn("logs", "log-group:", template.text(name), ":*")


def secrets_of(value: dict) -> Iterator[str]:
    """Give every name or ARN of a secret that ECS reads for the containers."""
    for one in containers(value):
        listed = [*(one.get("secrets") or ()), *(one.get("logConfiguration", {}).get("secretOptions") or ())]
        yield from (str(secret.get("valueFrom", "")) for secret in listed)
        if one.get("repositoryCredentials"):
            yield str(one["repositoryCredentials"].get("credentialsParameter", ""))


def beginning(name: str) -> Hole | None:
    """Give the placeholder or reference that a name begins with: `${secrets.db.ARN}:password::`."""
    first = next((piece for piece in pieces(name) if piece != ""), "")
    return first if isinstance(first, Hole) else None


def is_secret(name: str) -> bool:
    """Whether a name is one of Secrets Manager; else it is one of Parameter Store."""
    found = beginning(name)
    return ":secretsmanager:" in name or found is not None and found.kind == "secrets"


def is_either(name: str) -> bool:
    """Whether nobody can tell yet what a name is of."""
    found = beginning(name)
    return found is not None and bool(found.name)


def secret_resources(template: Template, name: str) -> list[Any]:
    """Give the ARNs that a name of a secret or a parameter can be read by."""
    name = template.referring(name)
    found = beginning(name)
    if found is not None:
        return [template.fill(found)]
    if ":secretsmanager:" in name:
        whole = _parts(name, 7)
        return (
            [template.text(whole)]
            if _has_suffix(whole)
            else [template.text(whole), template.text(whole + "-" + "?" * SUFFIX_LENGTH)]
        )
    if name.startswith("arn:"):
        return [template.text(name)]
    inside = template.named("parameters", name)
    path: Any = (
        ref(inside.logical) if inside is not None and inside.logical in template.resources else template.text(name)
    )
    return [arn("ssm", "parameter" if name.startswith("/") else "parameter/", path)]


def _parts(text: str, count: int) -> str:
    """Give the first parts of an ARN; colons within placeholders do not count, as none has any."""
    return ":".join(text.split(":")[:count])


def _has_suffix(text: str) -> bool:
    head, dash, tail = text.rpartition("-")
    return bool(dash) and ":secret:" in head and len(tail) == SUFFIX_LENGTH and tail.isalnum()


def environment_files(template: Template, value: dict) -> list[dict]:
    """Allow reading environment files from S3."""
    files: list[Any] = []
    buckets: list[Any] = []
    for one in containers(value):
        for file in one.get("environmentFiles") or ():
            text = str(file.get("value", ""))
            files += [template.text(text)]
            buckets += [template.text(text.partition("/")[0])] if "/" in text else []
    made = [statement(["s3:GetObject"], files)] if files else []
    return made + ([statement(["s3:GetBucketLocation"], buckets)] if buckets else [])


def task(template: Template, entry: Entry) -> list[dict]:
    """Allow what an application needs as far as it shows: a shell into it, file systems that ask for a role."""
    made = []
    if any(
        one.value.get("enableExecuteCommand")
        for one in template.of("services")
        if template.named("taskDefinitions", one.value.get("taskDefinition")) is entry
    ):
        channels = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"]
        made.append(statement([f"ssmmessages:{channel}" for channel in channels], ["*"]))
    for volume in entry.value.get("volumes") or ():
        system = volume.get("efsVolumeConfiguration") or {}
        if (system.get("authorizationConfig") or {}).get("iam") == "ENABLED":
            actions = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
            made.append(statement(actions, [file_system(template, str(system.get("fileSystemId", "")))]))
    return made


def file_system(template: Template, name: str) -> Any:
    """Give the ARN of a file system."""
    inside = template.named("fileSystems", name)
    if inside is not None:
        return attribute(inside.logical, "Arn")
    return arn("elasticfilesystem", "file-system/", template.text(name))


def scheduler(template: Template, entry: Entry) -> list[dict]:
    """Allow starting tasks of one task definition, with its roles."""
    name = entry.value.get("Target", {}).get("EcsParameters", {}).get("TaskDefinitionArn", "")
    definition = template.named("taskDefinitions", name)
    made = [statement(["ecs:RunTask"], [template.text(str(name))])]
    properties = template.resources[definition.logical].properties if definition is not None else {}
    roles = [
        properties[key] for key in ("ExecutionRoleArn", "TaskRoleArn") if isinstance(properties.get(key), (Call, str))
    ]
    return made + ([statement(["iam:PassRole"], roles)] if roles else [])


def lifecycle_hook(template: Template, hook: dict) -> list[dict]:
    """Allow calling the function of a lifecycle hook."""
    return [statement(["lambda:InvokeFunction"], [template.text(str(hook.get("hookTargetArn", "*")))])]
