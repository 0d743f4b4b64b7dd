"""Volumes that show ConfigMaps, Secrets and fields of the pod <-> the container that writes these files first.

https://kubernetes.io/docs/concepts/storage/volumes/#configmap
https://kubernetes.io/docs/concepts/storage/projected-volumes/
"""
from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..converters import file_container, pod_size
from ..converters.file_script import DEFAULT_MODE, Origin, Script, Written
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from . import variables_known as known
from .variables_fields import pod_field, resource_field
from .variables_secrets import Remote, value_from
from .volumes_classes import mounted
from .volumes_plan import SECRETS_DRIVER, Pod, copies, parts, shows_files
from .volumes_storage import Around

KINDS = {"configMap": "ConfigMap", "secret": "Secret", "downwardAPI": "downwardAPI"}
NAME_OF = {"configMap": "name", "secret": "secretName", "downwardAPI": ""}
CLASS = "SecretProviderClass"
FARGATE, RESERVED = "FARGATE", 16


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: a text, or where its secret is; `encoded` in base64."""

    text: str | None = None
    remote: Remote | None = None
    encoded: bool = False
    own: bool = False


@dataclass
class Variables:
    """The variables of the container while its script forms: one for each content."""

    environment: Tree
    names: dict[tuple, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    own: dict[str, Tree] = field(default_factory=dict)

    def name(self, identity: tuple, content: Content) -> str | None:
        """Give the variable for a content, which the same content has already."""
        if identity not in self.names:
            source = value_from(content.remote, self.environment) if content.remote else None
            if source is None and content.text is None:
                return None
            name = self.names[identity] = f"FILE_{len(self.names) + 1}"
            if source is None:
                self.texts[name] = content.text or ""
            else:
                self.secrets[name] = source
                self.own.update({content.remote.name: {}} if content.own and content.remote else {})
        return self.names[identity]


# --- to ECS ------------------------------------------------------------------------------------

def _to_writer(*given: Any) -> tuple | None:
    config_maps, whole, stored, external, classes, environment = given[-6:]
    if not isinstance(whole, dict) or not can_write(whole.get("spec"), get(environment, ("ecs", "configFiles"))):
        return None
    around = known.Around(whole, config_maps, stored, external, classes, None, environment)
    pod = Pod(whole.get("spec"), Around(environment=environment), environment.get("launchType"))
    shown = [name for name, volume in pod.volumes.items() if shows_files(volume)]
    variables = Variables(environment)
    origins = [origin for name in shown for origin in origins_of(name, pod, around, variables)]
    if not origins:
        return None
    return _container(pod, shown, tuple(origins), variables), variables.own or None


def can_write(spec: Any, policy: Any) -> bool:
    """Whether a container may write the files: it has a shell of Linux, and a name that no other container has."""
    windows = "windows" in (get(spec, ("os", "name")), get(spec, ("nodeSelector", "kubernetes.io/os")))
    return policy != "none" and not windows and get(spec, ("containers", file_container.NAME)) is None


def _container(pod: Pod, shown: list[str], origins: tuple[Origin, ...], variables: Variables) -> Tree:
    made = copies(pod)
    filled = list(dict.fromkeys(target.partition("/")[0] for _, target in made))
    own = parts(pod)
    names = [*shown, *(name for name in filled if name in own)]
    group = get(pod.spec, ("securityContext", "fsGroup"))
    script = Script(
        origins, made, group if isinstance(group, int) else None, tuple(names) if isinstance(group, int) else ()
    )
    image = get(variables.environment, ("ecs", "configFilesImage"))
    unsized = pod.launch != FARGATE and pod_size.amount(get(pod.spec, ("resources",)), "memory") is None
    return file_container.container(
        script, image, names, variables.texts, variables.secrets, RESERVED if unsized else None
    )


def origins_of(name: str, pod: Pod, around: known.Around, variables: Variables) -> Iterator[Origin]:
    """Give what the files of a volume come from, with the files."""
    volume = pod.volumes[name]
    for kind in KINDS:
        if get(volume, (kind,)) is not None:
            yield from _origin(name, kind, volume[kind], volume[kind], NAME_OF[kind], None, pod, around, variables)
    projected = get(volume, ("projected",)) or {}
    for position, source in known.in_order(projected.get("sources")):
        for kind in KINDS:
            if get(source, (kind,)) is not None:
                own = NAME_OF[kind] and "name"
                yield from _origin(name, kind, source[kind], projected, own, int(position), pod, around, variables)
    if get(volume, ("csi", "driver")) == SECRETS_DRIVER:
        yield from _class_origin(
            name, get(volume, ("csi", "volumeAttributes", "secretProviderClass")), around, variables
        )


def _origin(
    volume: str,
    kind: str,
    source: Tree,
    modes: Tree,
    named: str,
    position: int | None,
    pod: Pod,
    around: known.Around,
    variables: Variables,
) -> Iterator[Origin]:
    name = source.get(named) if named else ""
    if not isinstance(name, str) or named and not name or not isinstance(source, dict):
        return
    origin = Origin(volume, KINDS[kind], name, position, bool(source.get("items")) and kind != "downwardAPI",
                    source.get("optional") is True, modes.get("defaultMode"), modes.get("defaultUser"))
    files, complete = _files(kind, name, source, origin, pod, around, variables)
    if files or complete is not None:
        yield origin._replace(files=tuple(files), known=bool(complete) or origin.optional)


def _files(
    kind: str, name: str, source: Tree, origin: Origin, pod: Pod, around: known.Around, variables: Variables
) -> tuple[list[Written], bool | None]:
    """Give the files of one source, and whether that is all of them; None for a source with nothing that is known."""
    if kind == "downwardAPI":
        found = [_written(path, *_field(item, around), item, origin, variables) for path, item in _items(source)]
        return [one for one in found if one is not None], True if any(found) else None
    keys = _keys(kind, name, origin.volume, pod, around)
    wanted = _items(source) if origin.chosen else [(key, {"key": key}) for key in keys or ()]
    made, complete = [], keys is not None or origin.chosen
    for path, item in wanted:
        key = item.get("key")
        content = _content(kind, name, key, around) if isinstance(key, str) else Content()
        one = _written(path, key, content, item, origin, variables)
        made, complete = (made + [one], complete) if one is not None else (made, False)
    return made, complete


def _items(source: Tree) -> list[tuple[str, Tree]]:
    items = source.get("items")
    return (
        [(path, one) for path, one in items.items() if isinstance(one, dict) and "\n" not in path]
        if isinstance(items, dict)
        else []
    )


def _written(path: str, key: Any, content: Content, item: Tree, origin: Origin, variables: Variables) -> Written | None:
    if not isinstance(key, str) or ".." in path.split("/") or path.startswith("/"):
        return None
    variable = variables.name((origin.kind, origin.name, key), content)
    modes = [
        mode for mode in (item.get("mode"), origin.mode, DEFAULT_MODE) if isinstance(mode, int) and 0 <= mode <= 0o777
    ]
    return (
        None
        if variable is None
        else Written(path, key, variable, modes[0], item.get("user", origin.user), content.encoded)
    )


# --- contents ----------------------------------------------------------------------------------

def _keys(kind: str, name: str, volume: str, pod: Pod, around: known.Around) -> list[str] | None:
    """Give the keys of a ConfigMap or Secret; of a Secret that is not in the input, those that are mounted by name."""
    if kind == "configMap":
        found = get(around.config_maps, (name,))
        return (
            sorted({**(found.get("data") or {}), **(found.get("binaryData") or {})})
            if isinstance(found, dict)
            else None
        )
    mounted = {mount.get("subPath") for mount in pod.used.get(volume, ())}
    by_mounts = (
        sorted(mounted) if mounted and all(isinstance(one, str) and one and "/" not in one for one in mounted) else None
    )
    return known.secret_keys(name, around) or by_mounts


def _content(kind: str, name: str, key: str, around: known.Around) -> Content:
    if kind == "secret":
        found = known.of_key(name, key, around)
        return Content(remote=found.remote, encoded=_is_binary(get(around.secrets, (name, "data", key))), own=found.own)
    text = get(around.config_maps, (name, "data", key))
    binary = get(around.config_maps, (name, "binaryData", key))
    return (
        Content(binary, encoded=True)
        if isinstance(binary, str)
        else Content(text if isinstance(text, str) and "\0" not in text else None)
    )


def _is_binary(value: Any) -> bool:
    """Whether a Secret's value is no text, which no variable can hold: it must be kept in base64 then."""
    try:
        return isinstance(value, str) and "\0" in base64.b64decode(value, validate=False).decode()
    except ValueError:  # neither base64 nor UTF-8
        return True


def _field(item: Tree, around: known.Around) -> tuple[str | None, Content]:
    """Give (what is read, what it holds) of one file of the downward API."""
    path, resource = get(item, ("fieldRef", "fieldPath")), item.get("resourceFieldRef")
    if isinstance(path, str):
        return path, Content(_whole(path, around) or pod_field(path, around.pod, around.namespace))
    words = [get(resource, (key,)) for key in ("containerName", "resource", "divisor")]
    if not all(isinstance(word, str) for word in words[:2]):
        return None, Content()
    return " ".join(str(word) for word in words if word is not None), Content(
        resource_field(resource, around.pod, None)
    )


def _whole(path: str, around: known.Around) -> str | None:
    """Give all labels or annotations as the kubelet writes them: sorted, `key="value"`, a line each."""
    if path not in ("metadata.labels", "metadata.annotations"):
        return None
    found = get(around.pod, tuple(path.split(".")))
    if not isinstance(found, dict):
        return None
    return "\n".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in sorted(found.items())) or None


def _class_origin(volume: str, name: Any, around: known.Around, variables: Variables) -> Iterator[Origin]:
    """Write one file for each object that a SecretProviderClass of the AWS provider fetches."""
    found = mounted(get(around.classes, (name, "spec"))) if isinstance(name, str) else None
    if not isinstance(name, str) or "\n" in name:
        return
    origin = Origin(volume, CLASS, name, known=bool(found))
    files = [
        _written(file, file, Content(remote=remote), {}, origin, variables) for file, remote in (found or {}).items()
    ]
    yield origin._replace(files=tuple(one for one in files if one is not None))


# --- to Kubernetes -----------------------------------------------------------------------------

def _from_writer(writer: Any, *rest: Any) -> tuple | None:
    script = file_container.script_of(writer)
    if script is None:
        return None
    columns: dict[str, Tree] = {kind: {} for kind in (*KINDS, "projected", "csi")}
    for origin in script.origins:
        if origin.kind == CLASS:
            columns["csi"][origin.volume] = {
                "driver": SECRETS_DRIVER,
                "readOnly": True,
                "volumeAttributes": {"secretProviderClass": origin.name},
            }
        elif origin.position is None:
            kind = _kind(origin)
            columns[kind][origin.volume] = {**_source(origin, NAME_OF[kind]), **_modes(origin)}
        else:
            whole = columns["projected"].setdefault(origin.volume, {**_modes(origin), "sources": {}})
            whole["sources"][str(origin.position)] = {_kind(origin): _source(origin, "name")}
    return (*(column or None for column in columns.values()), *_config_maps(script, writer))


def _kind(origin: Origin) -> str:
    return next(kind for kind, word in KINDS.items() if word == origin.kind)


def _modes(origin: Origin) -> Tree:
    return tree(defaultMode=origin.mode, defaultUser=origin.user)


def _source(origin: Origin, named: str) -> Tree:
    if origin.kind == "downwardAPI":
        return {"items": {one.path: {**_field_of(one.key), **_own(one, origin)} for one in origin.files}}
    items = {one.path: {"key": one.key, **_own(one, origin)} for one in origin.files} if origin.chosen else None
    return tree(**{named: origin.name}, items=items, optional=True if origin.optional else None)


def _own(one: Written, origin: Origin) -> Tree:
    """Give what a file says that its volume does not say."""
    usual = DEFAULT_MODE if origin.mode is None else origin.mode
    return tree(mode=one.mode if one.mode != usual else None, user=one.user if one.user != origin.user else None)


def _field_of(key: str) -> Tree:
    words = key.split(" ")
    if len(words) == 1:
        return {"fieldRef": {"fieldPath": key}}
    return {
        "resourceFieldRef": tree(
            containerName=words[0], resource=words[1], divisor=words[2] if len(words) > 2 else None
        )
    }


def _config_maps(script: Script, writer: Tree) -> tuple[Tree | None, Tree | None]:
    """Give the contents of ConfigMaps: texts and bytes, by name and key."""
    made: dict[bool, Tree] = {False: {}, True: {}}
    for origin in script.origins:
        for one in origin.files if origin.kind == "ConfigMap" else ():
            text = get(writer, ("environment", one.variable, "value"))
            if isinstance(text, str):
                made[one.encoded].setdefault(origin.name, {})[one.key] = text
    return made[False] or None, made[True] or None


writer = TwoWay(_to_writer, _from_writer)
