"""The text of YAML scalars -> the values that Kubernetes reads.

kubectl and the API server read YAML with go-yaml 2 through sigs.k8s.io/yaml, whose rules are neither those of YAML 1.1
nor of 1.2: `y` is a boolean, `1e3` a number, `0755` octal, `1:30` and dates are strings.
https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
"""
from __future__ import annotations

import re
import struct
from functools import cache
from math import inf, isfinite, nan
from typing import Any

Scalar = str | int | float | bool | None
LARGEST = 3.4028234663852886e38  # of 32-bit floats

WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), nan),
}


@cache
def grammar() -> tuple[re.Pattern, re.Pattern, re.Pattern]:
    """Compile how integers and floats look without underscores, and an underscore not between digits."""
    integer = r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))"
    decimal = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    return re.compile(integer), re.compile(decimal), re.compile(r"_(?![0-9])|(?<![0-9])_")


def resolve(text: str) -> Scalar:
    """Give what an unquoted scalar means; a whole float stays one, for as a key it is spelled otherwise."""
    if text in WORDS:
        return WORDS[text]
    return number(text) if text[0] in "+-.0123456789" else text


def number(text: str) -> Scalar:
    """Read a scalar that starts like a number: an int, a float, or after all a string."""
    integer, decimal, stray = grammar()
    if text[0] == "." and stray.search(text):
        return text
    plain = text.replace("_", "")
    if match := integer.fullmatch(plain):
        value = whole(match)
        if -2**63 <= value < 2**64:
            return value
    return real(plain, text) if decimal.fullmatch(plain) else text


def whole(match: re.Match) -> int:
    sign, *digits = match.groups()
    base, figures = next((base, found) for base, found in zip((16, 2, 8, 10), digits) if found)
    # More than 30 figures are out of range in any base; Python would refuse to read thousands of them.
    return int(sign + figures[:100], base)


def real(plain: str, text: str) -> Scalar:
    """Read digits as a float. What no float can hold is a string; an integer beyond 64 bits keeps all its digits."""
    value = float(plain)
    if not isfinite(value):
        return text
    return int(plain) if plain.lstrip("+-").isdigit() and abs(value) >= 2**63 else value


def settle(value: Scalar) -> Scalar:
    """Give the number as JSON carries it: `1e3` and `1.0` are the integers 1000 and 1.

    Beyond 53 bits a float stands for several integers, and stays a float.
    """
    whole = value.__class__ is float and value.is_integer() and abs(value) < 2**53
    return int(value) if whole else value


def spell(value: Any) -> str:
    """Spell a key as a string, as Kubernetes does: 1 is "1", y is "true", 1.10 is "1.1"."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -2**63 <= value < 2**63:
        return str(value)
    return spell_float(float(value))


def spell_float(value: float) -> str:
    """Spell a float with the fewest digits that tell it from every other 32-bit float, as Go's FormatFloat does."""
    if value != value:
        return ".nan"
    if abs(value) >= 2.0**128:
        return ".inf" if value > 0 else "-.inf"
    value = single(value)
    digits = next(n for n in range(9) if n == 8 or single(float(f"{value:.{n}e}")) == value)
    short = float(f"{value:.{digits}e}")
    if short and not 1e-4 <= abs(short) < 1e6:
        return f"{short:.{digits}e}"
    return repr(short).removesuffix(".0")


def single(value: float) -> float:
    """Give the nearest 32-bit float."""
    return struct.unpack("f", struct.pack("f", max(-LARGEST, min(LARGEST, value))))[0]
