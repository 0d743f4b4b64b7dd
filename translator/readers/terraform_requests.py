"""A resource's arguments <-> a request's members, by the table: one walk over the same arguments in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model import Path
from ..trees import get, put
from .terraform_table import Argument
from .terraform_values import PAIRS, number, text

SCALARS = {"string": (str, int, float), "number": (int, float, str), "bool": (bool, str)}


def to_arguments(value: Any, arguments: Iterable[Argument]) -> dict[str, Any]:
    """Give what the arguments can say of a request or of a part of it, in its order."""
    made = {}
    members = list(value) if isinstance(value, dict) else []
    for argument in sorted(
        arguments, key=lambda one: members.index(one.to[0]) if one.to and one.to[0] in members else len(members)
    ):
        found = _member(value, argument.to)
        carried = None if found is None else _block(argument, found) if argument.block else _scalar(argument, found)
        if carried is not None:
            made[argument.name] = carried
    return made


def to_request(values: dict[str, Any], arguments: Iterable[Argument]) -> dict[str, Any]:
    """Give the request, or the part of it, that arguments and blocks say."""
    made: dict[str, Any] = {}
    by_name = {argument.name: argument for argument in arguments if argument.to is not None}
    for name, found in values.items():
        carried = _back(by_name[name], found) if name in by_name and found is not None else None
        if carried is None:
            continue
        if by_name[name].to:
            put(made, by_name[name].to, carried)
        else:
            made.update(carried)
    return made


def _member(value: Any, path: Path | None) -> Any:
    return get(value, path) if path is not None and isinstance(value, dict) else None


def _block(argument: Argument, found: Any) -> Any:
    if argument.via:
        return PAIRS[argument.via].write(found)
    if not argument.single:
        return _blocks(argument, found)
    if not isinstance(found, dict):
        return None
    made = to_arguments(found, argument.below)
    return made if _stands(made, argument) else None


def _blocks(argument: Argument, found: Any) -> Any:
    """Give blocks for a list of objects, as many as the provider takes."""
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        return None
    made = [to_arguments(entry, argument.below) for entry in found[: argument.most or None]]
    return [entry for entry in made if _stands(entry, argument)] or None


def _stands(made: dict[str, Any], block: Argument) -> bool:
    """Whether a block can stand: with the blocks that it must have, and, if it is shared, with all it needs."""
    needed = {one.name for one in block.below if one.use == "required" and (one.block or block.shared)}
    return needed <= made.keys() and (bool(made) or not block.shared)


def _scalar(argument: Argument, found: Any) -> Any:
    carried = PAIRS[argument.via].write(found) if argument.via else found
    return carried if argument.via in ("json", "data") or suits(carried, argument.type) else None


def suits(value: Any, kind: Any) -> bool:
    """Whether Terraform takes a value as an argument of a type: it turns numbers into texts and texts into numbers."""
    if isinstance(kind, str):
        return isinstance(value, SCALARS[kind]) and (kind != "number" or not isinstance(value, bool))
    collection, inner = kind
    if collection == "map":
        return isinstance(value, dict) and all(suits(entry, inner) for entry in value.values())
    return isinstance(value, list) and not isinstance(inner, list) and all(suits(entry, inner) for entry in value)


def _back(argument: Argument, found: Any) -> Any:
    if argument.via:
        once = found[0] if argument.block and argument.single and isinstance(found, list) and found else found
        return PAIRS[argument.via].read(once)
    if not argument.block:
        return _typed(found, argument.type)
    entries = [entry for entry in (found if isinstance(found, list) else [found]) if isinstance(entry, dict)]
    made = [to_request(entry, argument.below) for entry in entries]
    if not argument.single:
        return made
    return made[0] if made else None


def _typed(value: Any, kind: Any) -> Any:
    """Give a value as the provider's type makes it: `port = "80"` is the number 80."""
    if isinstance(kind, list):
        inner = kind[1]
        if isinstance(value, dict):
            return {name: _typed(entry, inner) for name, entry in value.items()}
        return [_typed(entry, inner) for entry in value] if isinstance(value, list) else [_typed(value, inner)]
    if kind == "string":
        return text(value)
    return (
        number(value)
        if kind == "number"
        else {"true": True, "false": False}.get(value, value)
        if isinstance(value, str)
        else value
    )


def argument_path(path: Path, arguments: Iterable[Argument], value: Any) -> Path:
    """Find the arguments and blocks where a member of a request stands, as far inwards as they go by themselves."""
    best: Path = ()
    for argument in arguments:
        if argument.to is None or tuple(path[: len(argument.to)]) != argument.to or argument.name not in (value or {}):
            continue
        found = (argument.name, *_inwards(argument, path[len(argument.to) :], value[argument.name]))
        best = max(best, found, key=len)
    return best


def _inwards(argument: Argument, rest: Path, value: Any) -> Path:
    if not argument.block:
        return rest if argument.via in ("", "data") else ()
    if argument.via:
        return ()
    index: Path = ()
    if not argument.single and rest:
        index, rest = rest[:1], rest[1:]
    elif isinstance(value, list):
        index = (0,)
    for key in index:
        value = value[key] if isinstance(value, list) and isinstance(key, int) and key < len(value) else None
    return (*index, *argument_path(rest, argument.below, value)) if rest else index


def unsaid_member(path: Path, arguments: Iterable[Argument]) -> Path:
    """Give the outermost member of a path that no argument says, or the whole path; indexes are left out."""
    names = tuple(step for step in path if isinstance(step, str))
    for length in range(1, len(names) + 1):
        if not _says(names[:length], arguments):
            return names[:length]
    return names


def _says(names: Path, arguments: Iterable[Argument]) -> bool:
    for argument in arguments:
        to = argument.to
        if to is None or to[: len(names)] != names[: len(to)]:
            continue
        if len(names) <= len(to) or not argument.block or argument.via or _says(names[len(to) :], argument.below):
            return True
    return False
