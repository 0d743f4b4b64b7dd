"""Kubernetes resource quantities <-> CPU units and mebibytes.

ECS counts 1,024 CPU units to a vCPU and whole MiB; Kubernetes counts millicores and bytes. Rounding up to ECS and
down from it brings every millicore count back unchanged.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache, lru_cache, wraps
from math import ceil, floor

from .two_way import TwoWay

# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
MIB, GIB = 1 << 20, 1 << 30
UNITS_PER_VCPU = 1024
LEAST_UNITS = 2  # Linux gives no container fewer CPU shares.
# Far above the 2^63 - 1 at which Kubernetes caps a quantity: longer input is no quantity and is not computed.
LONGEST, GREATEST_EXPONENT = 64, 63


def _on_scalars(function: Callable) -> Callable:
    """Cache a function of one text, and let it take numbers; anything else has no answer."""
    cached = lru_cache(maxsize=4096)(function)

    @wraps(function)
    def call(value):
        if isinstance(value, str):
            return cached(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and -1e30 < value < 1e30:
            return cached(repr(value))
        return None

    return call


@cache
def _grammar() -> re.Pattern:
    return re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d{1,3})|([a-zA-Z]*))", re.ASCII)


@_on_scalars
def parse(value) -> Fraction | None:
    """Read a quantity (`500m`, `1.5Gi`, `1e3`, 2, 0.5) exactly; None for what the API refuses (`1K`, `1 Gi`)."""
    match = _grammar().fullmatch(value) if len(value) <= LONGEST else None
    scale = _scale(match[2], match[3]) if match else None
    return Fraction(match[1].rstrip(".")) * scale if scale else None


def _scale(exponent: str | None, suffix: str | None) -> Fraction | None:
    if exponent is not None:
        return Fraction(10) ** int(exponent) if abs(int(exponent)) <= GREATEST_EXPONENT else None
    if suffix in BINARY:
        return Fraction(1 << BINARY[suffix])
    return Fraction(10) ** DECIMAL[suffix] if suffix in DECIMAL else None


def same(a, b) -> bool:
    """Tell whether two quantities are the same amount (`500m` and `0.5`); what is no quantity equals only itself."""
    left, right = parse(a), parse(b)
    return a == b if left is None or right is None else left == right


def in_units_of(value, divisor="1") -> int | None:
    """Count a quantity in a divisor, rounded up, as a resourceFieldRef does (`250m` by `1` is 1, by `1m` is 250)."""
    amount, unit = parse(value), parse(divisor)
    if amount is None or unit is None or unit < 0:
        return None
    return ceil(amount / (unit or 1))


def millicores(value) -> int | None:
    """Count a CPU quantity in thousandths of a core, rounded up as the API server does; None below zero."""
    cores = parse(value)
    return ceil(cores * 1000) if cores is not None and cores >= 0 else None


@_on_scalars
def cpu_to_units(value) -> int | None:
    """Turn a CPU quantity into CPU units, rounded up: `100m` is 103, `1` is 1024, `1m` is 2."""
    count = millicores(value)
    return max(LEAST_UNITS, -(-count * UNITS_PER_VCPU // 1000)) if count else count


@_on_scalars
def units_to_cpu(value) -> str | None:
    """Turn CPU units (256, `"1024"`, `".25 vCPU"`) into a CPU quantity, rounded down: 103 is `100m`, 1024 is `1`."""
    units = ecs_cpu(value)
    if units is None:
        return None
    count = units * 1000 // UNITS_PER_VCPU
    return f"{count}m" if count % 1000 else str(count // 1000)


def ecs_cpu(value) -> int | None:
    """Read CPU as ECS takes it: units (`"1024"`, 256) or vCPUs (`"1 vCPU"`, `".25 vcpu"`)."""
    return _ecs_number(value, "vcpu", UNITS_PER_VCPU)


def ecs_memory(value) -> int | None:
    """Read memory as ECS takes it, in MiB: `"512"`, 512, `"3 GB"`, `"0.5GB"`; a GB is 1,024 MiB here."""
    return _ecs_number(value, "gb", 1024)


def _ecs_number(value, unit: str, factor: int) -> int | None:
    if not isinstance(value, str):
        return _whole(parse(value))
    text = value.strip().lower()
    if not text.endswith(unit):
        return _whole(parse(text)) if text.isdecimal() else None
    amount = text[: -len(unit)].rstrip()
    number = parse(amount) if amount.replace(".", "", 1).isdecimal() else None
    return ceil(number * factor) if number is not None else None


def _whole(number: Fraction | None) -> int | None:
    return int(number) if number is not None and number >= 0 and number.denominator == 1 else None


def _bytes(value) -> Fraction | None:
    """Read bytes; less than a MiB with a fraction of a byte is a slip of the pen (`100m` for `100Mi`): no answer."""
    size = parse(value)
    if size is None or size < 0 or (size.denominator != 1 and size < MIB):
        return None
    return size


@_on_scalars
def bytes_to_mebibytes(value) -> int | None:
    """Turn a memory quantity into MiB, rounded up: `128Mi` is 128, `128M` is 123."""
    size = _bytes(value)
    return None if size is None else ceil(size / MIB)


@_on_scalars
def bytes_to_gibibytes(value) -> int | None:
    """Turn a storage quantity into GiB, rounded up: `10Gi` is 10, `20.5Gi` is 21, `1M` is 1."""
    size = _bytes(value)
    return None if size is None else ceil(size / GIB)


@_on_scalars
def mebibytes_to_bytes(value) -> str | None:
    """Spell MiB (512, `"1024"`, `"3 GB"`) as a person would: `512Mi`, `1Gi`, `1536Mi`."""
    count = ecs_memory(value)
    return None if count is None else _binary(count, ("Mi", "Gi", "Ti"))


def gibibytes_to_bytes(value) -> str | None:
    """Spell GiB as a quantity: 21 is `21Gi`."""
    count = _whole(parse(value))
    return None if count is None else f"{count}Gi"


def _binary(count: int, suffixes: tuple[str, ...]) -> str:
    """Take the largest unit that leaves a whole number."""
    larger = suffixes[1:]
    if count and count % 1024 == 0 and larger:
        return _binary(count // 1024, larger)
    return f"{count}{suffixes[0]}" if count else "0"


def spell(amount: Fraction) -> str:
    """Spell an amount as a decimal quantity to the thousandth, rounded down: 1/2 is `500m`, 3 is `3`."""
    thousandths = floor(amount * 1000)
    return f"{thousandths}m" if thousandths % 1000 else str(thousandths // 1000)


cpu_units = TwoWay(to_ecs=cpu_to_units, to_k8s=units_to_cpu)
mebibytes = TwoWay(to_ecs=bytes_to_mebibytes, to_k8s=mebibytes_to_bytes)
gibibytes = TwoWay(to_ecs=bytes_to_gibibytes, to_k8s=gibibytes_to_bytes)
