"""Pull policies and pull secrets <-> version consistency and repository credentials."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

from ..converters import images
from ..converters.two_way import TwoWay
from ..trees import Tree, get
from .variables_plan import named
from .variables_secrets import Remote, below, remote_of, value_from

ALWAYS, IF_NOT_PRESENT, NEVER = "Always", "IfNotPresent", "Never"
DOCKER_HUB = ("docker.io", "index.docker.io", "registry-1.docker.io")
PUBLIC = ("public.ecr.aws", "registry.k8s.io", "mcr.microsoft.com")  # registries that anybody may pull from
CONFIG_TYPE, CONFIG_KEY = "kubernetes.io/dockerconfigjson", ".dockerconfigjson"
NAMESPACE_TAG = ("kubernetes.io/namespace", "value")


# --- when --------------------------------------------------------------------------------------


def _to_consistency(policy: Any, image: Any, pinned: Any) -> str | None:
    """Let every task resolve a tag anew where every pod would pull it anew."""
    if pinned or not isinstance(image, str) or images.is_pinned(image):
        return None
    usual = ALWAYS if images.is_latest(image) else IF_NOT_PRESENT
    return "disabled" if (policy or usual) == ALWAYS else None


pull_policy = TwoWay(_to_consistency, lambda consistency: ALWAYS if consistency == "disabled" else None)
never_pulls = TwoWay(lambda policy: policy == NEVER, lambda *given: None)
def _moves(image: str | None, consistency: str | None) -> bool:
    """Whether an image moves under a name that is known: a placeholder at the end may bring a tag."""
    return not str(image).endswith("}") and images.is_latest(image) and consistency != "disabled"


is_latest = TwoWay(lambda *given: None, _moves)


# --- with whose credentials --------------------------------------------------------------------


def hosts_of(secret: Any) -> list[str]:
    """Give the registries that a pull secret of the input is for; its passwords are not looked at."""
    data, plain = get(secret, ("data", CONFIG_KEY)), get(secret, ("stringData", CONFIG_KEY))
    try:
        config = json.loads(plain if isinstance(plain, str) else base64.b64decode(data or ""))
    except (ValueError, binascii.Error, TypeError, RecursionError):
        return []
    auths = config.get("auths") if isinstance(config, dict) else None
    return [host(str(one)) for one in auths] if isinstance(auths, dict) else []


def host(address: str) -> str:
    """Give a registry's host: `https://index.docker.io/v1/` is `docker.io`."""
    found = address.rpartition("://")[2].partition("/")[0]
    return DOCKER_HUB[0] if found in DOCKER_HUB else found


def registry(image: Any) -> str | None:
    """Give the host that an image is pulled from with a password; None for those that need none.

    The official images of Docker Hub (`nginx`) are open to all; ECR asks the execution role.
    """
    found = images.parse(image)
    if found is None or images.ecr(image) is not None or found.registry in PUBLIC:
        return None
    if not found.registry or host(found.registry) == DOCKER_HUB[0]:
        return DOCKER_HUB[0] if "/" in found.repository.removeprefix("library/") else None
    return found.registry


def used(names: Any, more: Any, containers: Any, stored: Any) -> dict[str, str]:
    """Choose a pull secret for each container: the first for its registry, else the first that may be for any."""
    wanted = list(below(names) or below(more))
    known = {name: hosts_of(get(stored, (name,))) for name in wanted}
    made = {}
    for key, container in below(containers).items():
        place = registry(get(container, ("image",)))
        if place is not None:
            fitting = [name for name in wanted if place in known[name]] or [name for name in wanted if not known[name]]
            made.update({key: fitting[0]} if fitting else {})
    return made


def _made_of(name: str, external: Any) -> Remote | None:
    """Find the user name and password that an ExternalSecret makes a Docker configuration of."""
    for own, one in below(external).items():
        sources = get(one, ("spec", "dataFrom"))
        if (get(one, ("spec", "target", "name")) or own) == name and isinstance(sources, list) and len(sources) == 1:
            found = get(sources[0], ("extract", "key"))
            return (
                Remote(found) if isinstance(found, str) and get(one, ("spec", "target", "template", "data")) else None
            )
    return None


def _secret(name: str, environment: Tree) -> str:
    return f"{environment.get('namespace') or 'default'}/{name}"


def _to_credentials(
    names: Any, more: Any, containers: Any, stored: Any, external: Any, environment: Tree
) -> Tree | None:
    chosen = used(names, more, containers, stored)
    remotes = {name: _made_of(name, external) or Remote(_secret(name, environment)) for name in chosen.values()}
    return {
        key: {"credentialsParameter": value_from(remotes[name], environment)} for key, name in chosen.items()
    } or None


def _names(credentials: Any, known: Any, tags: Any, environment: Tree) -> Iterator[tuple[str, str, Remote]]:
    """Give (container, name of the pull secret, where it comes from)."""
    folders = [
        get(tags, NAMESPACE_TAG),
        get(environment, ("kubernetes", "namespace")),
        environment.get("namespace"),
        "default",
    ]
    for key, entry in below(credentials).items():
        text = get(entry, ("credentialsParameter",))
        remote = remote_of(text, environment) if isinstance(text, str) and text else None
        if remote is not None:
            yield key, named(remote.name, known, folders), remote


def _to_pull_secrets(credentials: Any, containers: Any, known: Any, tags: Any, environment: Tree) -> Tree | None:
    return {name: {} for _, name, _ in _names(credentials, known, tags, environment)} or None


pull_secrets = TwoWay(_to_credentials, _to_pull_secrets)
pull_secret_used = TwoWay(
    lambda names, more, containers, stored, external: any(
        _made_of(name, external) is None for name in used(names, more, containers, stored).values()
    ),
    lambda *given: None,
)


def _to_entries(external: Any, names: Any, more: Any, containers: Any, stored: Any, environment: Tree) -> Tree | None:
    chosen = used(names, more, containers, stored).values()
    return {_secret(name, environment): {} for name in chosen if _made_of(name, external) is None} or None


def _to_external(entries: Any, containers: Any, tags: Any, environment: Tree) -> Tree | None:
    """Make a Docker configuration of the user name and password, for every registry they are used with."""
    if get(environment, ("kubernetes", "secrets")) != "external-secrets" or not isinstance(containers, dict):
        return None
    credentials = {key: get(one, ("repositoryCredentials",)) for key, one in containers.items()}
    found: dict[tuple[str, Remote], set[str]] = {}
    for key, name, remote in _names(credentials, entries, tags, environment):
        place = registry(get(containers[key], ("image",))) or DOCKER_HUB[0]
        found.setdefault((name, remote), set()).add("https://index.docker.io/v1/" if place == DOCKER_HUB[0] else place)
    store = get(environment, ("kubernetes", "secretStore"))
    return {name: {"spec": _spec(remote, sorted(places), store)} for (name, remote), places in found.items()} or None


def _spec(remote: Remote, places: list[str], store: Any) -> Tree:
    login = {"username": "{{ .username }}", "password": "{{ .password }}"}
    config = json.dumps({"auths": {place: login for place in places}}, separators=(",", ":"))
    return {
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": store},
        "target": {"template": {"type": CONFIG_TYPE, "data": {CONFIG_KEY: config}}},
        "dataFrom": [{"extract": {"key": remote.name}}],
    }


pull_secret_objects = TwoWay(_to_entries, _to_external)
