"""What of a task definition a Copilot manifest cannot say -> `taskdef_overrides`, which can add but not remove."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..readers.copilot_overrides import API, FREE
from ..readers.taking import leaves

CLOUDFORMATION = {name: key for key, name in API.items() if key not in ("FileSystemId", "ProxyConfigurationProperties")}
# What tells the entries of a list apart.
NAMED = {
    "containerDefinitions": "name",
    "environment": "name",
    "secrets": "name",
    "volumes": "name",
    "ulimits": "name",
    "secretOptions": "name",
    "portMappings": "containerPort",
    "mountPoints": "sourceVolume",
    "dependsOn": "containerName",
    "environmentFiles": "value",
    "systemControls": "namespace",
    "resourceRequirements": "type",
    "extraHosts": "hostname",
    "tags": "key",
}
# Copilot lets nobody change these.
FIXED = frozenset({"family"})


def overrides(wanted: Any, made: Any) -> list[dict[str, Any]]:
    """Give the rules that turn the task definition that Copilot makes into the one that is wanted."""
    found = differences(wanted, made, "", "")
    return [{"path": path, "value": value} for path, value in found if not any(map(refers, texts(value)))]


def texts(value: Any) -> list[str]:
    """Give the texts of a value."""
    return [leaf for _, leaf in leaves(value) if isinstance(leaf, str)]


def refers(text: str) -> bool:
    """Whether a text refers to another request of the document, which a manifest cannot."""
    start = text.find("${")
    while start >= 0:
        if "." in text[start : text.find("}", start)]:
            return True
        start = text.find("${", start + 2)
    return False


def differences(wanted: dict, made: dict, path: str, within: str) -> Iterator[tuple[str, Any]]:
    """Give the path and the value of what is missing or other in a map."""
    for key, value in wanted.items():
        if not path and key in FIXED or key == "name" and within == "containerDefinitions":
            continue
        there = made.get(key)
        at = f"{path}.{spelled(key, within)}" if path else spelled(key, within)
        if there == value and isinstance(there, bool) == isinstance(value, bool):
            continue
        if isinstance(value, dict) and isinstance(there, dict):
            yield from differences(value, there, at, key)
        elif isinstance(value, list) and isinstance(there, list) and key in NAMED:
            yield from in_list(value, there, at, key)
        elif isinstance(value, list) and there is None and key in NAMED:
            yield from ((f"{at}[-]", recased(entry, key)) for entry in value)
        else:
            yield at, recased(value, key)


def in_list(wanted: list, made: list, path: str, key: str) -> Iterator[tuple[str, Any]]:
    """Give the rules for the entries of a list, by what tells them apart."""
    places = {entry.get(NAMED[key]): position for position, entry in enumerate(made)}
    for entry in wanted:
        position = places.get(entry.get(NAMED[key]))
        if position is None:
            yield f"{path}[-]", recased(entry, key)
        else:
            yield from differences(entry, made[position], f"{path}[{position}]", key)


def spelled(key: str, within: str) -> str:
    """Spell a member as CloudFormation does; the user's own keys stay."""
    if within in FREE:
        return key
    if within == "proxyConfiguration" and key == "properties":
        return "ProxyConfigurationProperties"
    return CLOUDFORMATION.get(key, key[:1].upper() + key[1:])


def recased(value: Any, within: str) -> Any:
    """Spell the members of a whole value as CloudFormation does."""
    if isinstance(value, dict):
        return {spelled(key, within): recased(entry, key) for key, entry in value.items()}
    if isinstance(value, list):
        return [recased(entry, within) for entry in value]
    return value
