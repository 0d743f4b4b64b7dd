"""Secrets and parameters of AWS that a task reads <-> what fills the Kubernetes Secrets of the same pods."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..converters import file_container, secrets
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from .variables_known import Around, known
from .variables_plan import Held, held
from .variables_secrets import Remote, below, remote_of

NAMESPACE_TAG = ("kubernetes.io/namespace", "value")
DRIVER, MOUNT = "secrets-store.csi.k8s.io", "/mnt/secrets-store"


def _policy(environment: Tree) -> str:
    return get(environment, ("kubernetes", "secrets")) or "plain"


def by_secret(plan: dict[str, Held]) -> dict[str, dict[str, Remote]]:
    """Gather the keys of each Secret."""
    made: dict[str, dict[str, Remote]] = {}
    for place in plan.values():
        made.setdefault(place.secret, {})[place.key] = place.remote
    return {name: dict(sorted(keys.items())) for name, keys in sorted(made.items())}


# --- Secrets Manager entries <-> ExternalSecrets -----------------------------------------------


def _to_entries(
    external: Any, containers: Any, pod: Any, config_maps: Any, stored: Any, provided: Any, environment: Tree
) -> Tree | None:
    """Give the secrets that must be created: those that nothing in the input fills from AWS."""
    around = Around(pod, config_maps, stored, external, provided, None, environment)
    names = set()
    for container in below(containers).values():
        if get(container, ("env",)) or get(container, ("envFrom",)):
            found = known(container.get("env"), container.get("envFrom"), around).values()
            names |= {one.remote.name for one in found if one.own and one.remote is not None}
    return {name: {} for name in sorted(names)} or None


def _to_external(known_secrets: Any, containers: Any, tags: Any, environment: Tree, writer: Any = None) -> Tree | None:
    if _policy(environment) != "external-secrets":
        return None
    plan = held(containers, environment, known_secrets, get(tags, NAMESPACE_TAG))
    read, shown = by_secret(plan), in_files(writer, environment)
    return {
        name: {"spec": _external_spec({**shown.get(name, {}), **read.get(name, {})}, environment, name in shown)}
        for name in [*read, *(name for name in shown if name not in read)]
    } or None


def in_files(writer: Any, environment: Tree) -> dict[str, dict[str, Remote]]:
    """Gather the keys of the Secrets whose values are written as files."""
    made: dict[str, dict[str, Remote]] = {}
    script = file_container.script_of(writer)
    for origin in script.origins if script is not None else ():
        for one in origin.files if origin.kind == "Secret" else ():
            remote = remote_of(get(writer, ("secrets", one.variable, "valueFrom")), environment)
            if remote is not None:
                made.setdefault(origin.name, {})[one.key] = remote
    return made


def _external_spec(keys: dict[str, Remote], environment: Tree, listed: bool = False) -> Tree:
    """Fill a Secret with every key of one secret where the keys have its names, else key by key.

    Where keys are names of files, they are `listed`: whoever reads this must know them.
    """
    first = next(iter(keys.values()))
    store = get(environment, ("kubernetes", "parameterStore" if first.parameter else "secretStore"))
    spec: Tree = {"secretStoreRef": {"kind": "ClusterSecretStore", "name": store}}
    if not listed and all(remote.key == key for key, remote in keys.items()):
        extract = tree(key=first.name, version=first.version or None)
        return {**spec, "dataFrom": [{"extract": extract}]}
    return {**spec, "data": [{"secretKey": key, "remoteRef": _remote_ref(remote)} for key, remote in keys.items()]}


def _remote_ref(remote: Remote) -> Tree:
    return tree(key=remote.name, property=remote.key or None, version=remote.version or None)


external_secrets = TwoWay(_to_entries, _to_external)


# --- the CSI driver ----------------------------------------------------------------------------


def _to_class(containers: Any, known_secrets: Any, tags: Any, environment: Tree) -> tuple | None:
    """Give a class, the volume that mounts it, and where: the driver makes Secrets only of what a pod mounts."""
    if _policy(environment) != "csi":
        return None
    plan = held(containers, environment, known_secrets, get(tags, NAMESPACE_TAG))
    if not plan:
        return None
    name = f"{environment.get('name') or 'app'}-secrets"
    volume = {"csi": {"driver": DRIVER, "readOnly": True, "volumeAttributes": {"secretProviderClass": name}}}
    mounts = {
        key: {MOUNT: {"name": name, "readOnly": True}} for key, one in containers.items() if get(one, ("secrets",))
    }
    return {name: {"spec": _class_spec(by_secret(plan))}}, {name: volume}, mounts


def _class_spec(held_by: dict[str, dict[str, Remote]]) -> Tree:
    import yaml

    objects = [entry for name, keys in held_by.items() for entry in _objects(name, keys)]
    return {
        "provider": "aws",
        "parameters": {"objects": yaml.safe_dump(objects, sort_keys=False)},
        "secretObjects": [
            {
                "secretName": name,
                "type": "Opaque",
                "data": [{"objectName": f"{name}_{key}", "key": key} for key in keys],
            }
            for name, keys in held_by.items()
        ],
    }


def _objects(name: str, keys: dict[str, Remote]) -> Iterable[Tree]:
    """List what the driver fetches: each parameter, each secret as a whole or by the keys of its JSON."""
    for key, remote in keys.items():
        if remote.parameter or not remote.key:
            kind = "ssmparameter" if remote.parameter else "secretsmanager"
            name_there = getattr(secrets.parse(remote.name), "name", remote.name) if remote.parameter else remote.name
            yield {"objectName": name_there, "objectType": kind, "objectAlias": f"{name}_{key}", **_pinned(remote)}
    parts = [(key, remote) for key, remote in keys.items() if remote.key and not remote.parameter]
    if parts:
        paths = [{"path": f'"{remote.key}"', "objectAlias": f"{name}_{key}"} for key, remote in parts]
        first = parts[0][1]
        yield {
            "objectName": first.name,
            "objectType": "secretsmanager",
            "objectAlias": name,
            "jmesPath": paths,
            **_pinned(first),
        }


def _pinned(remote: Remote) -> Tree:
    stage, version = secrets.stage_and_version(remote.version)
    return tree(objectVersion=version or None, objectVersionLabel=stage or None)


classes = TwoWay(lambda *given: (), _to_class)
