"""A key of a Kubernetes Secret, and what fills it <-> a `valueFrom` of a container: a secret or parameter of AWS.

An ExternalSecret or SecretProviderClass says which secret of AWS a key comes from; without one the key `password` of
the Secret `db` in the namespace `shop` is the JSON key `password` of the secret `shop/db`.
https://external-secrets.io/latest/provider/aws-secrets-manager/
https://github.com/aws/secrets-store-csi-driver-provider-aws
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters import secrets
from ..trees import Tree, get

ALL_KEYS = "value"  # The key under which a secret that is no JSON stands in a Kubernetes Secret.
PARAMETER_STORES = ("parameter", "ssm")  # What the name of a store over the SSM Parameter Store has in it.


class Remote(NamedTuple):
    """A value of AWS as operators name it: by name or ARN, with a key of its JSON and a stage or `uuid/<id>`."""

    name: str
    key: str = ""
    version: str = ""
    parameter: bool = False


def region(environment: Tree) -> str:
    """Give the region that ARNs name."""
    return get(environment, ("ecs", "region")) or secrets.REGION


def account(environment: Tree) -> str:
    """Give the account that ARNs name."""
    return get(environment, ("ecs", "account")) or secrets.ACCOUNT


def below(tree: Any, *path: str) -> Tree:
    """Give the map at a path; an empty one where nothing or something else is."""
    found = get(tree, path)
    return found if isinstance(found, dict) else {}


# --- `valueFrom` <-> Remote --------------------------------------------------------------------


def value_from(remote: Remote, environment: Tree) -> str | None:
    """Write what a container definition says; None for a part of a parameter, which ECS cannot take."""
    if remote.parameter:
        return None if remote.key or remote.version else remote.name
    stage, version = secrets.stage_and_version(remote.version)
    if remote.name.startswith(("arn:", "${")):
        tail = (remote.key, stage, version)
        return ":".join((remote.name, *tail)) if any(tail) else remote.name
    return secrets.spell(
        secrets.Secret(remote.name, remote.key, stage, version, "", region(environment), account(environment))
    )


def remote_of(text: Any, environment: Tree) -> Remote | None:
    """Read what a container definition says; a secret of the environment's own region and account goes by its name."""
    if not isinstance(text, str):
        return None
    if text.startswith("${"):
        return _of_placeholder(text)
    found = secrets.parse(text)
    if not isinstance(found, secrets.Secret):
        return Remote(text, parameter=found is not None)
    at_home = (found.partition, found.region, found.account, found.suffix) == (
        "aws",
        region(environment),
        account(environment),
        "",
    )
    whole = secrets.spell(found._replace(key="", stage="", version=""))
    return Remote(found.name if at_home else whole, found.key, secrets.external_version(found))


def _of_placeholder(text: str) -> Remote:
    """Read `${NAME}` or a reference to an entry of the document, with the parts that may follow it."""
    base, brace, tail = text.partition("}")
    parts = tail.split(":")
    key, stage, version = parts[1:] if len(parts) == 4 and not parts[0] else ("", "", "")
    kind, _, name = base.removeprefix("${").partition(".")
    if kind == "parameters":
        return Remote(name.rpartition(".")[0] or name, parameter=True)
    if tail and not (key or stage or version):
        return Remote(text)
    named = name.rpartition(".")[0] if kind == "secrets" else base + brace
    return Remote(named, key, f"{secrets.BY_ID}{version}" if version else stage)


# --- what fills a Kubernetes Secret ------------------------------------------------------------


def filled_by(name: str, key: str, external: Any, classes: Any) -> Remote | None:
    """Find where a key of a Secret comes from; None where nothing in the input says so."""
    for own, one in _maps(external):
        spec = one.get("spec")
        if isinstance(spec, dict) and (get(spec, ("target", "name")) or own) == name:
            return _of_external(spec, key)
    for _, one in _maps(classes):
        found = _of_class(one.get("spec"), name, key)
        if found is not None:
            return found
    return None


def _maps(entries: Any) -> Iterator[tuple[str, Tree]]:
    for key, entry in below(entries).items():
        if isinstance(entry, dict):
            yield key, entry


def _entries(value: Any) -> list[Tree]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _of_external(spec: Tree, key: str) -> Remote | None:
    """Read one key of an ExternalSecret; what a template makes of several values cannot be read by ECS."""
    if key in below(spec, "target", "template", "data"):
        return None
    in_store = any(word in str(get(spec, ("secretStoreRef", "name"))).lower() for word in PARAMETER_STORES)
    for entry in _entries(spec.get("data")):
        if entry.get("secretKey") == key:
            return _reference(entry.get("remoteRef"), in_store)
    for entry in _entries(spec.get("dataFrom")):
        found = None if "rewrite" in entry else _reference(entry.get("extract"), in_store)
        if found is not None and not found.key:
            return found._replace(key=key)
    return None


def _reference(reference: Any, in_store: bool) -> Remote | None:
    name = get(reference, ("key",))
    if not isinstance(name, str) or reference.get("decodingStrategy") not in (None, "None"):
        return None
    in_store = in_store or name.startswith("/") or ":ssm:" in name
    return Remote(name, str(reference.get("property") or ""), str(reference.get("version") or ""), in_store)


def _of_class(spec: Any, name: str, key: str) -> Remote | None:
    """Read one key of a Secret that a SecretProviderClass of the AWS provider keeps in step."""
    for secret in _entries(get(spec, ("secretObjects",))):
        if secret.get("secretName") != name:
            continue
        for entry in _entries(secret.get("data")):
            if entry.get("key") == key:
                return _of_object(get(spec, ("parameters", "objects")), entry.get("objectName"))
    return None


def _of_object(text: Any, name: Any) -> Remote | None:
    """Find an object, or a part of one, by the name or alias that it has as a file."""
    for entry in _objects(text):
        known, stored = entry.get("objectName"), entry.get("objectType") == "ssmparameter"
        version = entry.get("objectVersionLabel") or (
            f"{secrets.BY_ID}{entry['objectVersion']}" if entry.get("objectVersion") else ""
        )
        if isinstance(known, str) and name == (entry.get("objectAlias") or known):
            return Remote(known, "", str(version), stored)
        for part in _entries(entry.get("jmesPath")):
            if isinstance(known, str) and part.get("objectAlias") == name:
                return Remote(known, str(part.get("path", "")).strip('"'), str(version), stored)
    return None


def _objects(text: Any) -> list[Tree]:
    """Read the list that stands as YAML text in a SecretProviderClass."""
    import yaml

    try:
        return _entries(yaml.safe_load(text)) if isinstance(text, str) and len(text) < 1 << 16 else []
    except (yaml.YAMLError, RecursionError):
        return []
