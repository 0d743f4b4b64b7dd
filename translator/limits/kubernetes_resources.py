"""Resource requests and limits <-> what the API server refuses in them.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""
from __future__ import annotations

from typing import Any, Iterator

from ..converters.quantity import parse
from .rules import Hit, Rules
from .values import mapping, unknown

SIDES = ("requests", "limits")
PLAIN = ("cpu", "memory", "ephemeral-storage")


def quantity_wrong(holder: dict, outer: dict) -> Iterator[Hit]:
    """Refuse what is no amount, or one below zero."""
    resources = mapping(holder["resources"])
    for side in SIDES:
        for name, value in mapping(resources.get(side)).items():
            amount = parse(value)
            if amount is None and not unknown(value) and value is not None:
                yield ("resources", side, name), f"{value!r} is no quantity of {name}: a number with m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei or nothing behind it."
            elif amount is not None and amount < 0:
                yield ("resources", side, name), f"{value} of {name} is below 0."


def request_above_limit(holder: dict, outer: dict) -> Iterator[Hit]:
    """Refuse a request above its limit."""
    resources = mapping(holder["resources"])
    limits = mapping(resources.get("limits"))
    for name, value in mapping(resources.get("requests")).items():
        asked, most = parse(value), parse(limits.get(name))
        if asked is not None and most is not None and asked > most:
            yield ("resources", "requests", name), f"{holder.get('name', 'The pod')} requests {value} of {name}, more than its limit of {limits[name]}."


def device_count(holder: dict, outer: dict) -> Iterator[Hit]:
    """Refuse a part of a device, and devices or huge pages requested without being limited to just that."""
    resources = mapping(holder["resources"])
    requests, limits = mapping(resources.get("requests")), mapping(resources.get("limits"))
    for side, named in (("requests", requests), ("limits", limits)):
        for name, value in named.items():
            amount = parse(value) if isinstance(name, str) and name not in PLAIN else None
            if amount is not None and amount.denominator != 1:
                yield ("resources", side, name), f"{value} of {name} is no whole number."
            elif amount is not None and side == "requests" and not unknown(limits.get(name)) and amount != parse(limits.get(name)):
                yield ("resources", "requests", name), f"{value} of {name} are requested; the limit must be the same."


def memory_slip(holder: dict, outer: dict) -> Iterator[Hit]:
    """Report memory of less than a byte: `m` is a thousandth, `M` or `Mi` was meant."""
    resources = mapping(holder["resources"])
    for side in SIDES:
        value = mapping(resources.get(side)).get("memory")
        amount = parse(value)
        if amount is not None and 0 < amount and amount.denominator != 1:
            yield ("resources", side, "memory"), f"{value} of memory is {float(amount):g} bytes; {str(value).rstrip('mun')}Mi may be meant."


RESOURCES: Rules = {"resources": {
    "quantity-wrong": quantity_wrong, "request-above-limit": request_above_limit, "device-count": device_count, "memory-slip": memory_slip,
}}


def storage_request(holder: dict, outer: Any) -> Iterator[Hit]:
    """Refuse a claim without a size above zero."""
    value = mapping(mapping(holder["resources"]).get("requests")).get("storage")
    amount = parse(value)
    if value is None and isinstance(holder["resources"], dict):
        yield ("resources",), "The claim requests no storage."
    elif amount is not None and amount <= 0:
        yield ("resources", "requests", "storage"), f"The claim requests {value} of storage."
