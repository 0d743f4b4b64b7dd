"""Resource requests and limits <-> what the API server refuses in them.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""
from __future__ import annotations

import functools
from typing import Any, Iterator

from ..converters.quantity import parse
from .rules import Hit, Rules
from .values import mapping, unknown

SIDES = ("requests", "limits")
PLAIN = ("cpu", "memory", "ephemeral-storage")


WRONG, NEGATIVE, PART, WHOLE = "wrong", "negative", "part", "whole"


def sort_of(value: Any) -> str | None:
    """Say what a quantity is; None for one that is not known."""
    if type(value) in (str, int, float):
        return _sort_of(value)
    return None if value is None else WRONG


@functools.lru_cache(4096)
def _sort_of(value: str | float) -> str | None:
    amount = parse(value)
    if amount is None:
        return None if unknown(value) else WRONG
    return NEGATIVE if amount < 0 else WHOLE if amount.denominator == 1 else PART


@functools.lru_cache(4096)
def _above(asked: str | float, most: str | float) -> bool:
    one, other = parse(asked), parse(most)
    return one is not None and other is not None and one > other


@functools.lru_cache(4096)
def _same(asked: str | float, most: str | float) -> bool:
    return parse(asked) == parse(most)


def quantity_wrong(holder: dict, outer: dict) -> Iterator[Hit]:
    """Refuse what is no amount, or one below zero."""
    resources = mapping(holder["resources"])
    for side in SIDES:
        for name, value in mapping(resources.get(side)).items():
            sort = sort_of(value)
            if sort is WRONG:
                yield ("resources", side, name), (
                    f"{value!r} is no quantity of {name}: a number with m, k, M, G, T, P, E, Ki, Mi, Gi, "
                    "Ti, Pi, Ei or nothing behind it."
                )
            elif sort is NEGATIVE:
                yield ("resources", side, name), f"{value} of {name} is below 0."


def request_above_limit(holder: dict, outer: dict) -> Iterator[Hit]:
    """Refuse a request above its limit."""
    resources = mapping(holder["resources"])
    limits = mapping(resources.get("limits"))
    for name, value in mapping(resources.get("requests")).items() if limits else ():
        most = limits.get(name)
        if sort_of(value) in KNOWN and sort_of(most) in KNOWN and _above(value, most):
            yield ("resources", "requests", name), (
                f"{holder.get('name', 'The pod')} requests {value} of {name}, more than its limit of "
                f"{most}."
            )


def device_count(holder: dict, outer: dict) -> Iterator[Hit]:
    """Refuse a part of a device, and devices or huge pages requested without being limited to just that."""
    resources = mapping(holder["resources"])
    for side in SIDES:
        for name, value in mapping(resources.get(side)).items():
            if name not in PLAIN and sort_of(value) is PART:
                yield ("resources", side, name), f"{value} of {name} is no whole number."
            elif name not in PLAIN and side == "requests" and not _limited(resources, name, value):
                yield ("resources", side, name), f"{value} of {name} are requested; the limit must be the same."


def _limited(resources: dict, name: str, value: Any) -> bool:
    """Whether a request has a limit of the same amount, as far as both are known."""
    most = mapping(resources.get("limits")).get(name, "none")
    return sort_of(value) not in KNOWN or unknown(most) or sort_of(most) in KNOWN and _same(value, most)


def memory_slip(holder: dict, outer: dict) -> Iterator[Hit]:
    """Report memory of less than a byte: `m` is a thousandth, `M` or `Mi` was meant."""
    resources = mapping(holder["resources"])
    for side in SIDES:
        value = mapping(resources.get(side)).get("memory")
        if value is not None and sort_of(value) is PART:
            yield ("resources", side, "memory"), (
                f"{value} of memory is no whole number of bytes; {str(value).rstrip('mun')}Mi may be "
                "meant."
            )


KNOWN = (WHOLE, PART, NEGATIVE)
RESOURCES: Rules = {
    "resources": {
        "quantity-wrong": quantity_wrong,
        "request-above-limit": request_above_limit,
        "device-count": device_count,
        "memory-slip": memory_slip,
    }
}


def storage_request(holder: dict, outer: Any) -> Iterator[Hit]:
    """Refuse a claim without a size above zero."""
    value = mapping(mapping(holder["resources"]).get("requests")).get("storage")
    amount = parse(value)
    if value is None and isinstance(holder["resources"], dict):
        yield ("resources",), "The claim requests no storage."
    elif amount is not None and amount <= 0:
        yield ("resources", "requests", "storage"), f"The claim requests {value} of storage."
