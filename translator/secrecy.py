"""Which values are secret: a Secret's data, parameters, and environment variables named like credentials."""
from __future__ import annotations

from typing import Any

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
