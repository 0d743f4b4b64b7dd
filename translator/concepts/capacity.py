"""Node selectors for capacity, processor and system <-> launch types, capacity providers and runtime platforms."""
from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay

FARGATE, SPOT = "FARGATE", "FARGATE_SPOT"
CAPACITY_KEYS = ("karpenter.sh/capacity-type", "eks.amazonaws.com/capacityType")
# Windows builds by the family of the operating system (the server's release -> its build).
WINDOWS = {"2016": "10.0.14393", "2019": "10.0.17763", "2022": "10.0.20348", "2025": "10.0.26100"}
ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}
NAMES = {value: key for key, value in ARCHITECTURES.items()}


def wants_spot(*given: Any) -> bool:
    """Whether a node selector's capacity type asks for Spot."""
    return any(isinstance(value, str) and value.lower() == "spot" for value in given)


def _to_spot(karpenter: Any, eks: Any, kind: str | None, launch: str | None, strategy: list | None) -> dict | None:
    if kind is None or strategy or launch != FARGATE or not wants_spot(karpenter, eks):
        return None
    return {SPOT: {"weight": 1}}


def _from_spot(strategy: dict, launch: str | None) -> tuple | None:
    return ("spot", None) if set(strategy) == {SPOT} else None


spot = TwoWay(_to_spot, _from_spot)


def _to_launch(kind: str | None, launch: str | None, strategy: list | None, selector: dict | None) -> str | None:
    """A service has a launch type or capacity providers, never both."""
    spotted = launch == FARGATE and wants_spot(*((selector or {}).get(key) for key in CAPACITY_KEYS))
    return None if strategy or spotted or kind is None else launch


launch_type = TwoWay(_to_launch, lambda launch: ())


def _to_providers(kind: str | None, strategy: list | None) -> dict | None:
    if kind is None or not strategy:
        return None
    return {entry["capacityProvider"]: {key: value for key, value in entry.items() if key != "capacityProvider"}
            for entry in strategy if isinstance(entry, dict) and entry.get("capacityProvider")}


providers = TwoWay(_to_providers, lambda strategy: ())


def _to_compatibilities(containers: Any, launch: str | None, wanted: str | None) -> list[str] | None:
    return [launch] if launch == FARGATE or wanted else None


compatibilities = TwoWay(_to_compatibilities, lambda kinds, launch: ())
instances = TwoWay(
    lambda pod, kind, launch, wanted: [launch] if launch not in (None, FARGATE) and not wanted else None,
    lambda kinds: (),
)


def _to_platform(arch: Any, system: Any, name: Any, launch: str | None, containers: Any) -> tuple | None:
    family = {"linux": "LINUX", "windows": "WINDOWS_SERVER_2022_CORE"}.get(system or name)
    if launch != FARGATE and arch is None and family is None:
        return None
    return ARCHITECTURES.get(arch or "amd64"), family or ("LINUX" if not (system or name) else None)


def _from_platform(arch: str | None, family: str | None) -> tuple:
    system = "linux" if family == "LINUX" else "windows" if str(family).startswith("WINDOWS") else None
    return NAMES.get(arch or ""), system, None


platform = TwoWay(_to_platform, _from_platform)
