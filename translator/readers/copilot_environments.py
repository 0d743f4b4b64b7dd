"""A Copilot manifest's base and one environment's overrides -> the manifest that Copilot deploys there.

Maps are merged key by key; scalars and lists replace what the base says
(https://aws.github.io/copilot-cli/docs/manifest/lb-web-service/#environments). Of fields that exclude each other, the
override's stays.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import Any

from ..model import Path

# Under these keys, a field of one group in the override takes away the base's fields of the other.
EXCLUSIVE: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "image": (frozenset({"build"}), frozenset({"location"})),
    "count": (
        frozenset({"spot"}),
        frozenset(
            {"range", "cooldown", "cpu_percentage", "memory_percentage", "requests", "response_time", "queue_delay"}
        ),
    ),
    "efs": (frozenset({"uid", "gid"}), frozenset({"id", "root_dir", "auth"})),
}
SECRET = (frozenset({"secretsmanager"}), frozenset({"from_cfn"}))
SECRETS = frozenset({"secrets", "secretOptions", "variables"})


@dataclass
class Merged:
    """A manifest for one environment: where in the file its parts stand, and what of the base is no longer in it."""

    value: dict
    origins: dict[Path, Path] = field(default_factory=dict)
    replaced: list[Path] = field(default_factory=list)
    environments: dict = field(default_factory=dict)

    def over(self, base: Any, override: Any, at: Path, source: Path) -> Any:
        """Give what becomes of a part of the base."""
        if not (isinstance(base, dict) and isinstance(override, dict)):
            self.origins[at] = source
            self.replaced += [at] if base is not None else []
            return override
        gone = excluded(at, override) & base.keys()
        self.replaced += [at + (key,) for key in sorted(gone)]
        made = {key: value for key, value in base.items() if key not in gone}
        for key, value in override.items():
            if value is not None:
                made[key] = self.over(made.get(key), value, at + (key,), source + (key,))
        return made


def merged(base: dict, name: str | None) -> Merged:
    """Merge the overrides of an environment over the base."""
    found = base.get("environments")
    if not isinstance(found, (dict, type(None))):
        return Merged(base)
    made = Merged({key: value for key, value in base.items() if key != "environments"}, environments=found or {})
    override = made.environments.get(name)
    if isinstance(override, dict):
        made.value = made.over(made.value, override, (), ("environments", name))
    return made


def excluded(at: Path, override: dict) -> frozenset[str]:
    """Give the fields of the base that do not go with what the override says there."""
    groups = EXCLUSIVE.get(str(at[-1])) if at else None
    if len(at) > 1 and at[-2] in SECRETS:
        groups = SECRET
    if groups is None:
        return frozenset()
    first, second = groups
    if not first.isdisjoint(override):
        return second
    return first if not second.isdisjoint(override) else frozenset()


@functools.cache
def _variable() -> re.Pattern:
    """Match what Copilot interpolates: `${NAME}`, and with a backslash before it what it leaves alone."""
    return re.compile(r"(\\?)\$\{([_a-zA-Z][_a-zA-Z0-9]*)\}")


def interpolated(value: Any, known: dict[str, str]) -> Any:
    """Put in the values of known variables, in every text of plain data; others stay as placeholders."""
    if isinstance(value, dict):
        return {key: interpolated(entry, known) for key, entry in value.items()}
    if isinstance(value, list):
        return [interpolated(entry, known) for entry in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    return _variable().sub(lambda found: _filled(found, known), value)


def _filled(found: re.Match, known: dict[str, str]) -> str:
    escaped, name = found.groups()
    return known.get(name, f"${{{name}}}") if not escaped else f"${{{name}}}"


def variables(text: str) -> list[str]:
    """Give the names of the variables in a text that Copilot would fill in."""
    return [found[2] for found in _variable().finditer(text) if not found[1]] if "${" in text else []


def escaped(text: str) -> bool:
    """Whether a text holds `\\${NAME}`, which Copilot leaves alone."""
    return any(found[1] for found in _variable().finditer(text)) if "${" in text else False
