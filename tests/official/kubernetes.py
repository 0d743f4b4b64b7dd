"""The strict JSON schemas of Kubernetes 1.37: unknown fields, wrong types, missing fields."""
from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

VERSION = "1.37.0"
HOME = "https://kubernetes.io/api/_definitions.json"


def kubernetes_errors(value: Any) -> list[str]:
    """Judge an object; a kind that Kubernetes itself does not have is an error."""
    version, kind = (str(value.get(key)) for key in ("apiVersion", "kind")) if isinstance(value, dict) else ("", "")
    name = names().get((version, kind))
    if name is None:
        return [f"{version} {kind}: no such kind in Kubernetes {VERSION}"]
    return [f"{'.'.join(map(str, path))}: {message}" for path, message in validator(name)(value)]


@functools.cache
def definitions() -> dict[str, Any]:
    """Load the definitions of every type."""
    import kubernetes_validate

    folder = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / f"v{VERSION}-local-strict"
    return json.loads((folder / "_definitions.json").read_text())


@functools.cache
def names() -> dict[tuple[str, str], str]:
    """Give the definition of each apiVersion and kind."""
    return {
        ("/".join(filter(None, (known["group"], known["version"]))), known["kind"]): name
        for name, definition in definitions()["$defs"].items()
        for known in definition.get("x-kubernetes-group-version-kind", ())
    }


@functools.cache
def validator(name: str) -> Callable[[Any], Iterable[tuple[Iterable[Any], str]]]:
    """Make the function that gives (path, message) for each error; with jsonschema where jsonschema_rs is missing."""
    schema = {"$ref": f"{HOME}#/$defs/{name}"}
    try:
        import jsonschema_rs
    except ImportError:
        return python_validator(schema)
    checked = jsonschema_rs.validator_for(schema, retriever=lambda uri: definitions())
    return lambda value: [(error.instance_path, error.message) for error in checked.iter_errors(value)]


def python_validator(schema: dict[str, Any]) -> Callable[[Any], Iterable[tuple[Iterable[Any], str]]]:
    """Do the same with jsonschema."""
    import jsonschema
    import referencing

    registry = referencing.Registry().with_resource(HOME, referencing.Resource.from_contents(definitions()))
    checked = jsonschema.Draft202012Validator(schema, registry=registry)
    return lambda value: [(error.absolute_path, error.message) for error in checked.iter_errors(value)]
