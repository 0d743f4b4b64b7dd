"""What neither manifest can say: the environment document, checked against its table and filled with defaults."""
from __future__ import annotations

import copy
import os
from typing import Any

from . import rows
from .model import ReadError

TYPES = {"string": str, "boolean": bool, "integer": int, "map": dict, "list": list}


def load(given: dict | str | os.PathLike | None) -> dict[str, dict[str, Any]]:
    """Give the environment with every default filled in.

    `given` is a dict, or the path of a YAML or JSON file. Raises ReadError for a key or a value that is not known.
    """
    name = "environment"
    if isinstance(given, (str, os.PathLike)):
        name = os.fspath(given)
        given = _read(name)
    made = {
        side: {key: copy.deepcopy(cells.get("default")) for key, cells in keys.items()}
        for side, keys in keys_by_side().items()
    }
    for side, values in (given or {}).items():
        _expect(side, made, name, "")
        if not isinstance(values, dict):
            raise ReadError(f"`{side}` holds keys and values", name)
        for key, value in values.items():
            _expect(key, made[side], name, f"{side}.")
            made[side][key] = _checked(value, f"{side}.{key}", keys_by_side()[side][key], name)
    return made


def keys_by_side() -> dict[str, dict[str, dict]]:
    """Give every key there is, with its type, default, values and note."""
    return rows.tables()["environment"]


def _read(file: str) -> Any:
    from .readers import text

    try:
        sources, _ = text.load(rows.content(file), file)
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", file) from error
    if len(sources) != 1 or not isinstance(sources[0].value, dict):
        raise ReadError("an environment document is one map with the keys `ecs` and `kubernetes`", file)
    return sources[0].value


def _expect(key: str, known: dict, name: str, prefix: str) -> None:
    if key in known:
        return
    import difflib

    near = difflib.get_close_matches(str(key), list(known), 1)
    hint = f"; did you mean `{prefix}{near[0]}`?" if near else f"; known are {', '.join(sorted(known))}"
    raise ReadError(f"unknown key `{prefix}{key}`{hint}", name)


def _checked(value: Any, key: str, cells: dict, name: str) -> Any:
    kinds = cells["type"] if isinstance(cells["type"], list) else [cells["type"]]
    if value is not None and not any(isinstance(value, TYPES[kind]) for kind in kinds):
        raise ReadError(f"`{key}` is a {' or a '.join(kinds)}", name)
    if "values" in cells and value not in cells["values"]:
        raise ReadError(f"`{key}` is one of {', '.join(map(str, cells['values']))}", name)
    return value
