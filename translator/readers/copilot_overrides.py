"""Copilot's `taskdef_overrides` -> changes of the finished task definition.

The paths name CloudFormation properties, and are applied one after the other, last of all
(https://aws.github.io/copilot-cli/docs/developing/overrides/taskdef-overrides/).
"""

from __future__ import annotations

from typing import Any

from ..model import Path
from .copilot_workload import Workload

# CloudFormation spells these unlike the API but for the first letter.
API = {
    "EFSVolumeConfiguration": "efsVolumeConfiguration",
    "FSxWindowsFileServerVolumeConfiguration": "fsxWindowsFileServerVolumeConfiguration",
    "FilesystemId": "fileSystemId",
    "FileSystemId": "fileSystemId",
    "IAM": "iam",
    "ProxyConfigurationProperties": "properties",
}
# Maps whose keys are the user's own.
FREE = frozenset({"options", "dockerLabels", "driverOpts", "labels"})
INTEGERS = frozenset(
    {
        "containerPort",
        "hostPort",
        "softLimit",
        "hardLimit",
        "interval",
        "timeout",
        "retries",
        "startPeriod",
        "startTimeout",
        "stopTimeout",
        "memoryReservation",
        "sizeInGiB",
        "sharedMemorySize",
        "maxSwap",
        "swappiness",
        "size",
        "restartAttemptPeriod",
    }
)
BOOLEANS = frozenset(
    {
        "essential",
        "privileged",
        "readOnly",
        "readonlyRootFilesystem",
        "interactive",
        "pseudoTerminal",
        "disableNetworking",
        "initProcessEnabled",
        "autoprovision",
        "enableFaultInjection",
        "configuredAtLaunch",
    }
)


def overridden(work: Workload, definition: dict[str, Any], origins: dict[Path, Path]) -> None:
    """Apply the rules to a task definition that nobody holds yet, and note where the new values came from."""
    for rule in work.node["taskdef_overrides"].each():
        name, value = rule["path"], rule["value"]
        try:
            steps = parsed(str(name.value or ""))
            changed = upsert(definition, steps, fit(value.value, keys(steps)))
        except Unfit as unfit:
            work.say("override", f"The override of `{name.value}` was not applied: {unfit}.", rule)
        else:
            rule.use()
            origins[changed] = value.path


class Unfit(Exception):
    """A rule that cannot be applied, and why."""


def parsed(path: str) -> list[tuple[str, int | str | None]]:
    """Read a path into its steps: a key, and a list's index, `-` for its end, or nothing."""
    steps: list[tuple[str, int | str | None]] = []
    for segment in path.split("."):
        key, bracket, inside = segment.partition("[")
        index, closed, rest = inside.partition("]")
        if not _is_key(key) or bracket and not (closed and not rest and (index == "-" or index.isdigit())):
            raise Unfit("a step of its path is neither `Key`, `Key[0]` nor `Key[-]`")
        within_free = bool(steps) and steps[-1][0] in FREE
        steps.append(
            (key if within_free else api_name(key), None if not bracket else index if index == "-" else int(index))
        )
    if keys(steps) in (["family"], ["containerDefinitions", "name"]):
        raise Unfit("Copilot lets nobody change that name")
    return steps


def _is_key(key: str) -> bool:
    return bool(key) and key.isascii() and all(letter.isalnum() or letter in "_-" for letter in key)


def keys(steps: list[tuple[str, Any]]) -> list[str]:
    """Give the keys of a path alone."""
    return [key for key, _ in steps]


def api_name(name: str) -> str:
    """Spell a CloudFormation property as the API does."""
    return API.get(name, name[:1].lower() + name[1:])


def upsert(tree: dict[str, Any], steps: list[tuple[str, int | str | None]], value: Any) -> Path:
    """Put a value at the end of a path, with what is missing on the way; gives where it stands now."""
    at: Path = ()
    for position, (key, index) in enumerate(steps):
        last = position == len(steps) - 1
        if index is None:
            tree = _in_map(tree, key, value, last)
            at += (key,)
        else:
            tree, found = _in_list(tree, key, index, value, last)
            at += (key, found)
    return at


def _in_map(tree: Any, key: str, value: Any, last: bool) -> Any:
    if not isinstance(tree, dict):
        raise Unfit(f"there is no map that could hold `{key}`")
    if last:
        tree[key] = value
    return tree.setdefault(key, {})


def _in_list(tree: Any, key: str, index: int | str, value: Any, last: bool) -> tuple[Any, int]:
    entries = tree.setdefault(key, []) if isinstance(tree, dict) else None
    if not isinstance(entries, list):
        raise Unfit(f"`{key}` is no list")
    place = len(entries) if index == "-" else int(index)
    if place > len(entries) or place == len(entries) and index != "-":
        raise Unfit(f"`{key}` has {len(entries)} entries, and `[-]` adds one")
    if place == len(entries):
        entries.append({})
    if last:
        entries[place] = value
    return entries[place], place


def fit(value: Any, path: list[str]) -> Any:
    """Spell a value as the API does: its members' names, and numbers that CloudFormation also takes as text."""
    if isinstance(value, dict):
        if any(key == "Ref" or str(key).startswith("Fn::") for key in value):
            raise Unfit("its value is a CloudFormation function")
        free = bool(path) and path[-1] in FREE
        return {
            name: fit(entry, [*path, name])
            for name, entry in ((key if free else api_name(str(key)), entry) for key, entry in value.items())
        }
    if isinstance(value, list):
        return [fit(entry, path) for entry in value]
    return _scalar(value, path)


def _scalar(value: Any, path: list[str]) -> Any:
    key = path[-1]
    counts = key in INTEGERS or key in ("cpu", "memory") and len(path) > 1
    if counts and isinstance(value, str) and value.isdigit():
        return int(value)
    if key in BOOLEANS and isinstance(value, str):
        return value.lower() == "true"
    if (
        key in ("cpu", "memory")
        and len(path) == 1
        or key in ("value", "valueFrom")
        or len(path) > 1
        and path[-2] in FREE
    ):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value
