"""Which values are secret: a Secret's data, parameters, and variables or keys of a ConfigMap named like credentials."""
from __future__ import annotations

from typing import Any

from .model import Document, Object
from .trees import Path

HIDDEN = "(hidden)"
WORDS = ("PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY", "API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL", "PASSPHRASE", "_PWD", "_PASS", "AUTH_KEY")
# An env variable called so names where a secret is, not what it is.
HARMLESS = ("_FILE", "_PATH", "_ARN", "_NAME", "_URL", "_DIR", "_ENABLED", "_TTL", "_EXPIRY", "_LENGTH", "_TYPE")


def looks_secret(name: str) -> bool:
    """Whether an environment variable's name says that its value is a credential."""
    upper = name.upper().replace("-", "_").replace(".", "_")
    return any(word in upper for word in WORDS) and not upper.endswith(HARMLESS)


def hidden(path: Path) -> bool:
    """Whether what stands at a path of an application tree must not be shown."""
    if path[:1] == ("secrets",):
        return len(path) > 2 and path[2] in ("data", "stringData", "SecretString", "SecretBinary")
    if path[:1] == ("parameters",):
        return path[2:3] == ("Value",)
    if path[:1] == ("configMaps",):
        return path[2:3] == ("data",) and looks_secret(path[-1])
    for parent in ("env", "environment"):
        if parent in path[:-1]:
            position = path.index(parent)
            return path[-1] == "value" and looks_secret(path[position + 1])
    return False


def shown(path: Path, value: Any) -> Any:
    """Give a value as reports may show it."""
    if value is None:
        return None
    return HIDDEN if hidden(path) else value


def masked(document: Document) -> Document:
    """Give a document in which no secret value stands."""
    return Document(document.platform, tuple(map(_masked_object, document.entries)), document.findings)


def _masked_object(entry: Object) -> Object:
    value = _environment(entry.value)
    if entry.kind == "Secret" and isinstance(value, dict):
        value = {key: {name: HIDDEN_DATA[key] for name in data} if key in HIDDEN_DATA and isinstance(data, dict) else data
                 for key, data in value.items()}
    elif entry.kind in ("secrets", "parameters"):
        value = {key: HIDDEN if key in ("SecretString", "SecretBinary", "Value") else data for key, data in value.items()}
    return entry if value is entry.value else Object(entry.kind, value, entry.locate, entry.application)


# `data` is base64: what stands there must stay decodable.
HIDDEN_DATA = {"data": "KGhpZGRlbik=", "stringData": HIDDEN}


def _environment(value: Any) -> Any:
    """Hide the values of variables named like credentials, wherever lists of them stand."""
    if isinstance(value, dict):
        if isinstance(value.get("value"), str) and isinstance(value.get("name"), str) and looks_secret(value["name"]):
            return {**value, "value": HIDDEN} if not value["value"].startswith("${") else value
        made = {key: _environment(entry) for key, entry in value.items()}
        return made if any(made[key] is not value[key] for key in made) else value
    if isinstance(value, list):
        entries = [_environment(entry) for entry in value]
        return entries if any(one is not other for one, other in zip(entries, value, strict=True)) else value
    return value
