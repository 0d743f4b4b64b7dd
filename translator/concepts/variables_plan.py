"""The secrets that a task's containers read -> the Kubernetes Secrets their keys stand in, under names of their own."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_letters, digits
from typing import Any, NamedTuple
from zlib import crc32

from ..converters import names, secrets
from ..trees import Tree, get
from .variables_secrets import ALL_KEYS, Remote, below, remote_of

KEY_SIGNS = frozenset(ascii_letters + digits + "-_.")


class Held(NamedTuple):
    """Where a value stands in Kubernetes (a Secret and a key of it), and where it comes from."""

    secret: str
    key: str
    remote: Remote


def held(containers: Any, environment: Tree, known: Any = None, namespace: Any = None) -> dict[str, Held]:
    """Give, by `valueFrom`, the Secret and key for everything that containers of one task read as a variable.

    `known` are the names of the document's own secrets; a name in the namespace's own folder loses the folder.
    """
    found = {text: remote_of(text, environment) for text in dict.fromkeys(_texts(containers))}
    remotes = {text: remote for text, remote in found.items() if remote is not None}
    folders = [namespace, get(environment, ("kubernetes", "namespace")), environment.get("namespace"), "default"]
    taken: dict[Any, Any] = {}
    made = {}
    for text, remote in sorted(remotes.items()):
        group = ("parameters",) if remote.parameter else (remote.name, remote.version, bool(remote.key))
        name = _free(taken, (), _name(remote, environment, known, folders), group)
        made[text] = Held(name, _free(taken, (name,), _key(remote, remotes), remote), remote)
    return made


def _free(taken: dict, within: tuple, name: str, holder: Any) -> str:
    """Give a name that nothing else has within the same Secret, or the same application."""
    while taken.setdefault((*within, name), holder) != holder:
        name = f"{name}-{crc32(repr(holder).encode()):08x}"
    return name


def _texts(containers: Any) -> Iterator[str]:
    for container in below(containers).values():
        for entry in below(container, "secrets").values():
            text = get(entry, ("valueFrom",))
            if isinstance(text, str):
                yield text


def _name(remote: Remote, environment: Tree, known: Any, folders: list) -> str:
    """Name a Secret: by the secret of AWS, or by the application where it gathers parameters."""
    if remote.parameter:
        return names.dns_label(f"{environment.get('name') or 'app'}-parameters")
    return named(remote.name, known, folders) + (f"-{names.dns_label(remote.version)}" if remote.version else "")


def named(text: str, known: Any, folders: list) -> str:
    """Give a readable name for a secret's name or ARN."""
    found = secrets.parse(text) if text.startswith("arn:") else None
    name = getattr(found, "name", text)
    whole = f"{name}-{found.suffix}" if isinstance(found, secrets.Secret) and found.suffix else name
    name = whole if whole in below(known) else name
    folder, slash, rest = name.partition("/")
    name = rest if slash and folder in folders and names.is_subdomain(rest) else name
    return name if names.is_subdomain(name) else names.dns_label(name)


def _key(remote: Remote, remotes: dict[str, Remote]) -> str:
    """Name a key: as in the secret's JSON, or by the last part of a parameter's name unless another ends so, too."""
    if not remote.parameter:
        return _spelled(remote.key) or ALL_KEYS
    last = remote.name.rpartition("/")[2]
    same = [one for one in remotes.values() if one.parameter and one.name.rpartition("/")[2] == last]
    return _spelled(last if len(same) < 2 else remote.name.rpartition(":")[2].strip("/").replace("/", ".")) or ALL_KEYS


def _spelled(text: str) -> str:
    """Put an underscore for what a key of a Secret may not have."""
    return "".join(letter if letter in KEY_SIGNS else "_" for letter in text)
