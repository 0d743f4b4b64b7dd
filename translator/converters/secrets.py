"""What a container's `secrets[].valueFrom` says <-> which secret or parameter, which key and which version.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
"""
from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from .two_way import TwoWay

REGION, ACCOUNT = "${AWS_REGION}", "${AWS_ACCOUNT_ID}"
SUFFIX = 6  # Secrets Manager adds a dash and six random letters or digits to a name in its full ARN.
BY_ID = "uuid/"  # How the External Secrets Operator marks a version's id, rather than its stage.


class Secret(NamedTuple):
    """A secret in Secrets Manager: the whole of it, or one key of its JSON; the current version, or a stage or id."""

    name: str
    key: str = ""
    stage: str = ""
    version: str = ""
    suffix: str = ""
    region: str = REGION
    account: str = ACCOUNT
    partition: str = "aws"


class Parameter(NamedTuple):
    """A parameter in the SSM Parameter Store; without a region and account it is one of the task's own region."""

    name: str
    region: str = ""
    account: str = ""
    partition: str = ""


@lru_cache(maxsize=4096)
def _parse(text: str) -> Secret | Parameter | None:
    parts = text.split(":")
    if parts[0] != "arn":
        return Parameter(text) if _parameter_name().fullmatch(text) else None
    if len(parts) < 6 or not _is_partition(parts[1]) or not parts[3] or not parts[4]:
        return None
    where = {"partition": parts[1], "region": parts[3], "account": parts[4]}
    if parts[2] == "secretsmanager" and parts[5] == "secret":
        return _secret(parts[6:], where)
    if parts[2] == "ssm" and len(parts) == 6 and parts[5].startswith("parameter/"):
        return _parameter(parts[5].removeprefix("parameter/"), where)
    return None


def parse(value_from) -> Secret | Parameter | None:
    """Read a `valueFrom`; None for what ECS would refuse: too few colons, or both a version's stage and its id."""
    return _parse(value_from) if isinstance(value_from, str) else None


def _is_partition(text: str) -> bool:
    """Take `aws`, every `aws-…` (China, GovCloud, the isolated and the sovereign regions) and a placeholder."""
    return text == "aws" or text.startswith(("aws-", "${"))


@cache
def _parameter_name() -> re.Pattern:
    return re.compile(r"(?:[A-Za-z0-9_./-]|\$\{[^}]+\})+")


def _secret(parts: list[str], where: dict) -> Secret | None:
    """Read what follows `secret:`: a name alone, or a name, key, stage and id with every colon kept."""
    if len(parts) not in (1, 4) or not parts[0]:
        return None
    full, key, stage, version = (*parts, "", "", "")[:4]
    if stage and version:
        return None
    name, suffix = _split_suffix(full)
    return Secret(name, key, stage, version, suffix, **where)


def _split_suffix(full: str) -> tuple[str, str]:
    """Split off the random suffix, which partial ARNs lack: `db-AbCdEf` has one, `db-secret` and `db-202401` not."""
    name, dash, suffix = full.rpartition("-")
    if not name or len(suffix) != SUFFIX or not (suffix.isascii() and suffix.isalnum()):
        return full, ""
    random = suffix.lower() != suffix or not (suffix.isalpha() or suffix.isdigit())
    return (name, suffix) if random else (full, "")


def _parameter(path: str, where: dict) -> Parameter | None:
    """Read what follows `parameter/`; a name with levels starts with a slash, which the ARN leaves out."""
    if not _parameter_name().fullmatch(path):
        return None
    return Parameter(f"/{path}" if "/" in path else path, **where)


def spell(reference: Secret | Parameter) -> str | None:
    """Write a `valueFrom`; None for what is neither."""
    if not isinstance(reference, Secret):
        return _spell_parameter(reference) if isinstance(reference, Parameter) else None
    full = f"{reference.name}-{reference.suffix}" if reference.suffix else reference.name
    part = (reference.key, reference.stage, reference.version)
    arn = f"arn:{reference.partition}:secretsmanager:{reference.region}:{reference.account}:secret:{full}"
    return ":".join((arn, *part)) if any(part) else arn


def _spell_parameter(parameter: Parameter) -> str:
    if not (parameter.region or parameter.account):
        return parameter.name
    path = parameter.name.removeprefix("/")
    return f"arn:{parameter.partition or 'aws'}:ssm:{parameter.region}:{parameter.account}:parameter/{path}"


def external_version(secret: Secret) -> str:
    """Give the version as the External Secrets Operator spells it: a stage, `uuid/<id>`, or nothing for the current.

    https://external-secrets.io/latest/provider/aws-secrets-manager/
    """
    return BY_ID + secret.version if secret.version else secret.stage


def stage_and_version(external: str) -> tuple[str, str]:
    """Give (stage, id) for a version as the External Secrets Operator spells it."""
    return ("", external.removeprefix(BY_ID)) if external.startswith(BY_ID) else (external, "")


value_from = TwoWay(to_ecs=spell, to_k8s=parse)
