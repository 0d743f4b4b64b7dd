"""Variables that cannot be what they were, or need something done: what the notices of the table ask."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..credentials import in_url, looks_secret
from ..trees import Tree, get
from .variables_fields import pod_field, resource_field
from .variables_known import Around, Known, expanded, in_order, known, secret_keys
from .variables_names import unreachable
from .variables_secrets import below, filled_by


def _above(name: str, env: Any, sources: Any, around: Around) -> dict[str, Known]:
    """Give the variables that an entry may refer to."""
    before: Tree = {}
    for other, entry in below(env).items():
        if other == name:
            break
        before[other] = entry
    return known(before, sources, around)


def _refers_to_unknown(value: Any, name: str, container: Any, *around: Any) -> bool:
    """Whether a value needs what nobody knows before the container runs: a secret in the middle of a URL."""
    if not isinstance(value, str) or "$(" not in value or not isinstance(container, dict):
        return False
    here = Around(*around)
    return bool(expanded(value, _above(name, container.get("env"), container.get("envFrom"), here), here).unresolved)


def _only_running(reference: Any, resource: Any, pod: Any, environment: Tree, container: Any) -> bool:
    """Whether only the running pod has this field."""
    if reference is not None:
        return pod_field(get(reference, ("fieldPath",)), pod, environment.get("namespace") or "default") is None
    return resource is not None and resource_field(resource, pod, container) is None


def _is_absent(reference: Any, config_maps: Any) -> bool:
    """Whether a variable needs a key of a ConfigMap that is not in the input."""
    name, key = get(reference, ("name",)), get(reference, ("key",))
    if name is None:
        return False
    found = get(config_maps, (str(name), "data", str(key)))
    return not get(reference, ("optional",)) and not isinstance(found, str)


def _to_create(reference: Any, stored: Any, external: Any, provided: Any) -> bool:
    """Whether a variable reads a Secret that is not in the input and that nothing there fills."""
    name, key = get(reference, ("name",)), get(reference, ("key",))
    return isinstance(name, str) and name not in below(stored) and filled_by(name, str(key), external, provided) is None


def _missing_source(reference: Any, prefix: Any, config_maps: Any) -> bool:
    """Whether all keys of a ConfigMap that is not in the input are read, and an environment file can stand for it."""
    return _lacks(reference, config_maps) and not prefix


def _lost_source(reference: Any, prefix: Any, config_maps: Any) -> bool:
    """The same where no file can: ECS puts no prefix before the names in it."""
    return _lacks(reference, config_maps) and bool(prefix)


def _lacks(reference: Any, config_maps: Any) -> bool:
    name = get(reference, ("name",))
    return isinstance(name, str) and name not in below(config_maps) and not get(reference, ("optional",))


def _unknown_keys(reference: Any, stored: Any, external: Any) -> bool:
    """Whether all keys of a Secret are read and nobody knows which there are."""
    name = get(reference, ("name",))
    return isinstance(name, str) and secret_keys(name, Around(secrets=stored, external=external)) is None


def _is_credential(value: Any, name: Any) -> bool:
    """Whether a variable holds a credential in plain text: it is named like one, or has the password of a URL."""
    if not isinstance(value, str) or value.strip() == "" or value.startswith(("$(", "${")):
        return False
    return looks_secret(str(name)) or in_url(value) != value


def _holds_credentials(config_map: Any) -> bool:
    return any(_is_credential(value, key) for key, value in below(config_map, "data").items())


def _is_unused(config_map: Any, name: Any, pod: Any) -> bool:
    """Whether a ConfigMap has keys that no container reads as variables and no volume shows as files."""
    used = _reads_of(name, get(pod, ("containers",)))
    if used is None or any(name in _volume_names(volume) for volume in below(pod, "volumes").values()):
        return False
    return not {*below(config_map, "data"), *below(config_map, "binaryData")} <= used


def _reads_of(name: Any, containers: Any) -> set[str] | None:
    """Give the keys of a ConfigMap that containers read one by one; None where one of them reads all."""
    used = set()
    for container in below(containers).values():
        if any(get(source, ("configMapRef", "name")) == name for _, source in in_order(get(container, ("envFrom",)))):
            return None
        for entry in below(container, "env").values():
            reference = get(entry, ("valueFrom", "configMapKeyRef"))
            used |= {str(get(reference, ("key",)))} if get(reference, ("name",)) == name else set()
    return used


def _volume_names(volume: Any) -> list:
    sources = below(volume, "projected", "sources").values()
    return [get(volume, ("configMap", "name")), *(get(source, ("configMap", "name")) for source in sources)]


def _names_the_agent(container: Any) -> bool:
    """Whether a container's settings speak of the endpoints that only the ECS agent offers."""
    paths = (("environment",), ("command",), ("entryPoint",), ("healthCheck", "command"))
    texts = [str(get(container, path)) for path in paths]
    return any(word in text for text in texts for word in AGENT_WORDS)


AGENT_WORDS = ("ECS_CONTAINER_METADATA_URI", "ECS_AGENT_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "169.254.170.2")


def _names_the_cluster(value: Any, environment: Tree) -> bool:
    """Whether a value has a name of the cluster's DNS that tasks cannot reach."""
    return isinstance(value, str) and unreachable(value, environment)


def _says(function: Any) -> TwoWay:
    return TwoWay(function, function)


unresolved = _says(_refers_to_unknown)
only_running = _says(_only_running)
absent_key = _says(_is_absent)
secret_to_create = _says(_to_create)
missing_source = _says(_missing_source)
lost_source = _says(_lost_source)
unknown_keys = _says(_unknown_keys)
credential = _says(_is_credential)
credentials = _says(_holds_credentials)
unused = _says(_is_unused)
agent_words = _says(_names_the_agent)
cluster_names = _says(_names_the_cluster)
secret_link = _says(lambda text: isinstance(text, str) and text.startswith("${secrets."))
has_some = _says(lambda entries: bool(entries))
