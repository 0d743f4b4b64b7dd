"""What a container's variables hold before it runs: literals, ConfigMaps, fields of the pod; secrets by reference.

The order is the kubelet's: `envFrom` first, the last source of a name wins; then `env`, whose entries win over those
and may refer to what stands above them.
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..converters import expansion
from ..secrecy import looks_secret
from ..trees import Tree, get
from .variables_fields import pod_field, resource_field
from .variables_names import task_names
from .variables_secrets import Remote, below, filled_by

HOST, PORT = "_SERVICE_HOST", "_SERVICE_PORT"


class Around(NamedTuple):
    """What stands around a container: its pod, what the pod refers to, and the environment."""

    pod: Any = None
    config_maps: Any = None
    secrets: Any = None
    external: Any = None
    classes: Any = None
    services: Any = None
    environment: Tree = {}
    container: Any = None

    @property
    def namespace(self) -> str:
        """Give the namespace that the pod runs in."""
        return self.environment.get("namespace") or "default"


class Known(NamedTuple):
    """One variable: its text, or where its secret is; neither where nobody knows the value beforehand.

    `own` is a secret named after a Kubernetes Secret, because nothing in the input says where that comes from.
    `unresolved` are the names that the text still refers to, because their values are not known. `bare` is an entry
    that says nothing but its name.
    """

    text: str | None = None
    remote: Remote | None = None
    own: bool = False
    unresolved: tuple[str, ...] = ()
    bare: bool = False


def known(env: Any, sources: Any, around: Around) -> dict[str, Known]:
    """Give every variable that a container has, in the order in which the names come up."""
    made: dict[str, Known] = {}
    for _, source in in_order(sources):
        made.update(of_source(source, around))
    for name, entry in below(env).items():
        found = _of_entry(entry, made, around) if isinstance(entry, dict) else None
        if found is not None:
            made[name] = found
    return made


def credentials(variables: Mapping[str, Known], env: Any) -> frozenset[str]:
    """Give the names of the variables that hold a credential: by their own name, by their key's, or put in from another."""
    found: set[str] = set()
    for name in variables:
        entry = get(env, (name,))
        words = (name, str(get(entry, ("valueFrom", "configMapKeyRef", "key")) or ""))
        value = get(entry, ("value",))
        put_in = expansion.references(value) if isinstance(value, str) else ()
        if any(map(looks_secret, words)) or found.intersection(put_in):
            found.add(name)
    return frozenset(found)


def in_order(entries: Any) -> Iterator[tuple[str, Any]]:
    """Give the entries of a list that is keyed by position."""
    if isinstance(entries, dict):
        yield from sorted(entries.items(), key=lambda one: int(one[0]) if one[0].isdecimal() else 0)


# --- envFrom -----------------------------------------------------------------------------------


def of_source(source: Any, around: Around) -> dict[str, Known]:
    """Give the variables of one `envFrom`, sorted by key; nothing where its ConfigMap or Secret is not in the input."""
    prefix = get(source, ("prefix",)) or ""
    name, secret = get(source, ("configMapRef", "name")), get(source, ("secretRef", "name"))
    if isinstance(secret, str):
        return {f"{prefix}{key}": of_key(secret, key, around) for key in secret_keys(secret, around) or ()}
    data = below(around.config_maps, name, "data") if isinstance(name, str) else {}
    return {f"{prefix}{key}": Known(value) for key, value in sorted(data.items()) if isinstance(value, str)}


def secret_keys(name: str, around: Around) -> list[str] | None:
    """Give the keys of a Secret that the input has, or that an ExternalSecret lists; None where nobody knows them."""
    secret = get(around.secrets, (name,))
    if isinstance(secret, dict):
        return sorted({**below(secret, "data"), **below(secret, "stringData")})
    for own, one in below(around.external).items():
        spec = get(one, ("spec",))
        if (
            (get(spec, ("target", "name")) or own) == name
            and isinstance(get(spec, ("data",)), list)
            and "dataFrom" not in spec
        ):
            return sorted(
                str(entry["secretKey"]) for entry in spec["data"] if isinstance(entry, dict) and "secretKey" in entry
            )
    return None


def of_key(name: str, key: str, around: Around) -> Known:
    """Find where a key of a Secret comes from: as the input says, else the JSON key of a secret of the Secret's name."""
    found = filled_by(name, key, around.external, around.classes)
    return Known(remote=found or Remote(f"{around.namespace}/{name}", key), own=found is None)


# --- env ---------------------------------------------------------------------------------------


def _of_entry(entry: Tree, above: Mapping[str, Known], around: Around) -> Known | None:
    """Give what one entry holds; None where Kubernetes makes no variable of it, as its optional source is not there."""
    if "valueFrom" not in entry:
        value = entry.get("value")
        return expanded(value, above, around) if isinstance(value, str) else Known("", bare=True)
    given = entry["valueFrom"] if isinstance(entry["valueFrom"], dict) else {}
    if "secretKeyRef" in given:
        return _of_secret(given["secretKeyRef"], around)
    if "configMapKeyRef" in given:
        return _of_config(given["configMapKeyRef"], around)
    if "fieldRef" in given:
        return Known(pod_field(get(given, ("fieldRef", "fieldPath")), around.pod, around.namespace))
    return Known(resource_field(given.get("resourceFieldRef"), around.pod, around.container))


def _of_secret(reference: Any, around: Around) -> Known:
    name, key = get(reference, ("name",)), get(reference, ("key",))
    return of_key(name, key, around) if isinstance(name, str) and isinstance(key, str) else Known()


def _of_config(reference: Any, around: Around) -> Known | None:
    """Give a key of a ConfigMap; a placeholder for one that is not in the input and must be there."""
    name, key = get(reference, ("name",)), get(reference, ("key",))
    value = get(around.config_maps, (str(name), "data", str(key)))
    if isinstance(value, str):
        return Known(value)
    return None if get(reference, ("optional",)) else Known(placeholder(f"{name}_{key}"))


def placeholder(name: str) -> str:
    """Write a placeholder that says what to fill in: `${SETTINGS_LOG_LEVEL}`."""
    word = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name).upper()
    return f"${{{word if not word[:1].isdigit() else 'CONFIG_' + word}}}"


# --- `$(NAME)` ---------------------------------------------------------------------------------


def expanded(text: str, above: Mapping[str, Known], around: Around) -> Known:
    """Put in what a text refers to, and names that tasks know for names of the cluster's own DNS."""
    if "$" not in text:
        return Known(task_names(text, around.environment))
    found = expansion.expand(text, texts(text, above, around))
    return Known(task_names(found.text, around.environment), unresolved=found.unresolved)


def texts(text: str, above: Mapping[str, Known], around: Around) -> dict[str, str | None]:
    """Give the values of the names that a text refers to; None for those that only the running container knows."""
    made: dict[str, str | None] = {}
    for name in expansion.references(text):
        if name in above:
            made[name] = None if above[name].unresolved else above[name].text
        elif name.endswith((HOST, PORT)) and get(around.pod, ("spec", "enableServiceLinks")) is not False:
            made[name] = link(name, around.services)
    return made


def link(name: str, services: Any) -> str | None:
    """Give what Kubernetes sets for a Service: its name for `WEB_SERVICE_HOST`, its first port for `WEB_SERVICE_PORT`."""
    service = name[: -len(HOST)].lower().replace("_", "-")
    if name.endswith(HOST):
        return None if service == "kubernetes" else service
    ports = get(services, (service, "spec", "ports"))
    first = next(iter(ports.values()), None) if isinstance(ports, dict) else None
    return str(first["port"]) if isinstance(first, dict) and isinstance(first.get("port"), int) else None
