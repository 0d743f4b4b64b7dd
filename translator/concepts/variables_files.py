"""ConfigMaps read whole and not in the input <-> environment files in S3.

Of two files the first one's value counts, of two ConfigMaps the last one's: the order turns around.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
"""

from __future__ import annotations

from typing import Any

from ..converters.names import dns_label, is_subdomain
from ..trees import Tree, get, listed
from .variables_known import Around, in_order

BUCKET, S3, ENDING = "${CONFIG_BUCKET}", "arn:aws:s3:::", ".env"


def files_of(sources: Any, around: Around) -> Tree | None:
    """Give the files for ConfigMaps that must be there and are not in the input; a prefix cannot be said."""
    bucket = get(around.environment, ("ecs", "configBucket")) or BUCKET
    made = []
    for _, source in in_order(sources):
        name = get(source, ("configMapRef", "name"))
        wanted = isinstance(name, str) and not get(source, ("configMapRef", "optional")) and not source.get("prefix")
        if wanted and get(around.config_maps, (name,)) is None:
            made.append(f"{S3}{bucket}/{around.namespace}/{name}{ENDING}")
    return {file: {"type": "s3"} for file in reversed(made)} or None


def sources_of(files: Any) -> Tree | None:
    """Give a ConfigMap for each file, named after it."""
    if not isinstance(files, dict) or not files:
        return None
    return listed({"configMapRef": {"name": config_map(file)}} for file in reversed(files))


def config_map(file: str) -> str:
    """Name a ConfigMap: `arn:aws:s3:::config/shop/web.env` is `web`."""
    name = file.rpartition("/")[2].removesuffix(ENDING)
    return name if is_subdomain(name) else dns_label(name or file)
