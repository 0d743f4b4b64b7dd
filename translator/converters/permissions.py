"""What a task definition has ECS do -> the statements of IAM that allow just that, as data.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..trees import Tree, get

PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
UNKNOWN = "??????"  # Secrets Manager adds a dash and six characters to a secret's name


class Here(NamedTuple):
    """The region and account that names without them mean."""

    region: str
    account: str


def statement(actions: list[str], resources: list[str]) -> Tree:
    """Allow actions on resources."""
    return {
        "Effect": "Allow",
        "Action": actions if len(actions) > 1 else actions[0],
        "Resource": resources if len(resources) > 1 else resources[0],
    }


def execution(definition: Any, here: Here) -> list[Tree]:
    """Allow what ECS does for a task definition (a canonical tree): pull, log, read secrets and environment files."""
    containers = [one for one in _values(definition, "containerDefinitions")]
    wanted: list[tuple[list[str], list[str]]] = []
    images = _once(_repository(str(get(one, ("image",)) or "")) for one in containers)
    if images:
        wanted += [(["ecr:GetAuthorizationToken"], ["*"]), (PULL, images)]
    logs = [one for one in map(_log_options, containers) if one is not None]
    wanted.append((["logs:CreateLogStream", "logs:PutLogEvents"], _once(_log_group(one, here) for one in logs)))
    made_here = [one for one in logs if str(one.get("awslogs-create-group")).lower() == "true"]
    wanted.append((["logs:CreateLogGroup"], _once(_log_group(one, here) for one in made_here)))
    names = list(_secrets(containers))
    wanted.append((["secretsmanager:GetSecretValue"], _once(_secret(one, here) for one in names)))
    wanted.append((["ssm:GetParameters"], _once(_parameter(one, here) for one in names)))
    files = _once(get(one, ("value",)) for container in containers for one in _values(container, "environmentFiles"))
    wanted.append((["s3:GetObject"], files))
    wanted.append((["s3:GetBucketLocation"], _once(one.partition("/")[0] for one in files)))
    return [statement(actions, resources) for actions, resources in wanted if resources]


def scheduler(definition: str, roles: list[str]) -> list[Tree]:
    """Allow EventBridge Scheduler to start tasks: https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html"""
    passed = [one for one in roles if one]
    return [statement(["ecs:RunTask"], [definition]), *([statement(["iam:PassRole"], passed)] if passed else [])]


def _values(tree: Any, key: str) -> list[Any]:
    found = get(tree, (key,))
    return list(found.values()) if isinstance(found, dict) else found if isinstance(found, list) else []


def _once(found: Any) -> list[str]:
    return list(dict.fromkeys(one for one in found if isinstance(one, str) and one))


def _repository(image: str) -> str | None:
    """Give the ARN of the repository in ECR that an image is pulled from."""
    start = "${repositories."
    if image.startswith(start):
        return "${repositories." + image[len(start):].partition("}")[0].rpartition(".")[0] + ".repositoryArn}"
    host, _, rest = image.partition("/")
    account, marked, where = host.partition(".dkr.ecr.")
    if not marked or not rest:
        return None
    region, _, domain = where.partition(".amazonaws.")
    name = rest.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    partition = "aws-cn" if domain == "com.cn" else "aws"
    return f"arn:{partition}:ecr:{region}:{account}:repository/{head if colon and '/' not in tag else name}"


def _log_options(container: Any) -> Tree | None:
    logs = get(container, ("logConfiguration",))
    options = get(logs, ("options",))
    return options if get(logs, ("logDriver",)) == "awslogs" and isinstance(options, dict) else None


def _log_group(options: Tree, here: Here) -> str | None:
    name = options.get("awslogs-group")
    if not isinstance(name, str):
        return None
    region = options.get("awslogs-region") or here.region
    return f"arn:aws:logs:{region}:{here.account}:log-group:{name}:*"


def _secrets(containers: list[Any]) -> Iterator[str]:
    """Give every name that ECS reads a secret or a parameter by."""
    for one in containers:
        entries = [*_values(one, "secrets"), *_values(get(one, ("logConfiguration",)), "secretOptions")]
        yield from (str(get(entry, ("valueFrom",)) or "") for entry in entries)
        yield str(get(one, ("repositoryCredentials", "credentialsParameter")) or "")


def _is_secret(name: str) -> bool:
    return ":secretsmanager:" in name or name.startswith("${secrets.")


def _secret(name: str, here: Here) -> str | None:
    """Give the secret's own ARN: without the key and version that may follow, with a stand-in for what AWS adds."""
    if not _is_secret(name):
        return None
    if name.startswith("${secrets."):
        return name.partition("}")[0] + "}"
    whole = ":".join(name.split(":")[:7])
    head, dash, tail = whole.rpartition("-")
    return whole if dash and len(tail) == len(UNKNOWN) and tail.isalnum() else f"{whole}-{UNKNOWN}"


def _parameter(name: str, here: Here) -> str | None:
    if not name or _is_secret(name):
        return None
    if name.startswith(("arn:", "${")):
        return name
    return f"arn:aws:ssm:{here.region}:{here.account}:parameter/{name.removeprefix('/')}"
