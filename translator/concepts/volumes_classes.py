"""The files that a SecretProviderClass of the AWS provider mounts -> the secrets and parameters that they hold.

https://github.com/aws/secrets-store-csi-driver-provider-aws#secretproviderclass-options
"""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..converters.secrets import BY_ID
from ..trees import Tree, get
from .variables_secrets import Remote

LONGEST = 1 << 16


def mounted(spec: Any) -> dict[str, Remote]:
    """Give every file of a class by name: whole secrets and parameters, and parts of their JSON."""
    if get(spec, ("provider",)) != "aws":
        return {}
    return {
        name.replace("/", "_"): remote
        for entry in _objects(get(spec, ("parameters", "objects")))
        for name, remote in _files(entry)
    }


def _objects(text: Any) -> list[Tree]:
    import yaml

    try:
        found = yaml.safe_load(text) if isinstance(text, str) and len(text) < LONGEST else None
    except (yaml.YAMLError, RecursionError):
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _files(entry: Tree) -> Iterator[tuple[str, Remote]]:
    name = entry.get("objectName")
    if not isinstance(name, str) or not name:
        return
    parameter = entry.get("objectType") == "ssmparameter" or ":ssm:" in name
    pinned = (
        f"{BY_ID}{entry['objectVersion']}" if entry.get("objectVersion") else str(entry.get("objectVersionLabel") or "")
    )
    yield str(entry.get("objectAlias") or name), Remote(name, "", pinned, parameter)
    for part in entry.get("jmesPath") or () if isinstance(entry.get("jmesPath"), list) else ():
        alias, path = get(part, ("objectAlias",)), get(part, ("path",))
        if isinstance(alias, str) and isinstance(path, str) and not parameter:
            yield alias, Remote(name, path.strip('"'), pinned)
