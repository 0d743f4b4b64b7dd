"""botocore's service models: its own validator, and the enums, patterns and maxima that it leaves to AWS."""
from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import regex  # what \p{L} needs; cfn-lint brings it
import yaml

KINDS = Path(__file__).resolve().parents[2] / "mappings" / "kinds.yaml"


def aws_errors(key: str, request: Any) -> list[str]:
    """Judge an entry of an ECS document by the call that its key stands for.

    A `${...}` placeholder is what it is until someone fills it in: no limit of a string holds for it.
    """
    from botocore.validate import ParamValidator

    shape = request_shape(key)
    report = ParamValidator().validate(without_placeholders(request, shape), shape)
    said = report.generate_report().splitlines() if report.has_errors() else []
    return said + [f"{path}: {message}" for path, message in limits(request, shape, key)]


@functools.cache
def model(service: str) -> Any:
    """Load a service's model."""
    import botocore.loaders
    import botocore.model

    return botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model(service, "service-2"), service)


@functools.cache
def request_shape(key: str) -> Any:
    """Give the shape of the request that an entry is."""
    cells = yaml.safe_load(KINDS.read_text())[key]
    return model(cells["service"]).operation_model(cells["operation"]).input_shape


def is_placeholder(value: Any) -> bool:
    """Whether a string has a part that is not known yet."""
    return isinstance(value, str) and "${" in value


def without_placeholders(value: Any, shape: Any) -> Any:
    """Make placeholders as long as the model wants a string to be."""
    if shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        return {key: without_placeholders(entry, shape.members[key]) if key in shape.members else entry
                for key, entry in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [without_placeholders(entry, shape.member) for entry in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: without_placeholders(entry, shape.value) for key, entry in value.items()}
    if shape.type_name == "string" and is_placeholder(value):
        return value.ljust(int(shape.metadata.get("min", 0)), "x")
    return value


def limits(value: Any, shape: Any, path: str) -> Iterator[tuple[str, str]]:
    """Give each value that is outside the model's enums, patterns and maxima."""
    yield from LIMITS.get(shape.type_name, scalar_limits)(value, shape, path)


def structure_limits(value: Any, shape: Any, path: str) -> Iterator[tuple[str, str]]:
    """Look into a structure."""
    for key, entry in value.items() if isinstance(value, dict) else ():
        if key in shape.members:
            yield from limits(entry, shape.members[key], f"{path}.{key}")


def list_limits(value: Any, shape: Any, path: str) -> Iterator[tuple[str, str]]:
    """Look into a list, and at its length."""
    if isinstance(value, list):
        yield from too_much(len(value), shape, path, "entries")
        for position, entry in enumerate(value):
            yield from limits(entry, shape.member, f"{path}[{position}]")


def map_limits(value: Any, shape: Any, path: str) -> Iterator[tuple[str, str]]:
    """Look into a map, at its size and its keys."""
    if isinstance(value, dict):
        yield from too_much(len(value), shape, path, "entries")
        for key, entry in value.items():
            yield from limits(key, shape.key, f"{path} key {key!r}")
            yield from limits(entry, shape.value, f"{path}.{key}")


def scalar_limits(value: Any, shape: Any, path: str) -> Iterator[tuple[str, str]]:
    """Look at a number or a string."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from too_much(value, shape, path, "")
    if isinstance(value, str) and not is_placeholder(value):
        yield from too_much(len(value), shape, path, "characters")
        yield from wrong_text(value, shape, path)


def too_much(size: float, shape: Any, path: str, unit: str) -> Iterator[tuple[str, str]]:
    """Compare with the model's maximum; botocore compares with the minimum."""
    most = shape.metadata.get("max")
    if most is not None and size > most:
        yield path, f"{size} {unit} are more than {most}".replace("  ", " ")


def wrong_text(value: str, shape: Any, path: str) -> Iterator[tuple[str, str]]:
    """Compare with the model's enum and pattern."""
    values = shape.metadata.get("enum")
    if values and value not in values:
        yield path, f"{value!r} is none of {', '.join(values)}"
    pattern = shape.metadata.get("pattern")
    if pattern and not compiled(pattern).fullmatch(value):
        yield path, f"{value!r} does not match {pattern}"


@functools.cache
def compiled(pattern: str) -> regex.Pattern:
    """Compile a pattern as Java reads it: a pair of surrogates is one character, which Python has by its number."""
    astral = r"\uD800\uDC00-\uDBFF\uDFFF"
    return regex.compile(pattern.replace(astral, r"\U00010000-\U0010FFFF"))


LIMITS = {"structure": structure_limits, "list": list_limits, "map": map_limits}
