"""Node selectors for capacity, processor and system <-> launch types, capacity providers and runtime platforms."""
from __future__ import annotations

from typing import Any

from ..converters.node_terms import allowed
from ..converters.names import pool_key
from ..converters.two_way import TwoWay

FARGATE, SPOT = "FARGATE", "FARGATE_SPOT"
POOL, GROUP = "karpenter.sh/nodepool", "eks.amazonaws.com/nodegroup"
CAPACITY_KEYS = ("karpenter.sh/capacity-type", "eks.amazonaws.com/capacityType")
# Windows builds by the family of the operating system (the server's release -> its build).
WINDOWS = {"2016": "10.0.14393", "2019": "10.0.17763", "2022": "10.0.20348", "2025": "10.0.26100"}
ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}
ARCHITECTURE_KEYS = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
SYSTEM_KEYS = ("kubernetes.io/os", "beta.kubernetes.io/os")
NAMES = {value: key for key, value in ARCHITECTURES.items()}


def kinds_of_capacity(selected: tuple, terms: Any) -> set[str]:
    """Give the kinds of capacity, spot and on-demand, that a pod may run on; none where it does not say."""
    named = {value.lower().replace("_", "-") for value in selected if isinstance(value, str)}
    return named or {value.lower().replace("_", "-") for value in allowed(terms, CAPACITY_KEYS) or ()}


def _to_spot(
    karpenter: Any, eks: Any, kind: str | None, launch: str | None, strategy: list | None, terms: Any = None
) -> dict | None:
    kinds = kinds_of_capacity((karpenter, eks), terms)
    if kind is None or strategy or launch != FARGATE or "spot" not in kinds:
        return None
    return {provider: {"weight": 1} for provider in ((SPOT, FARGATE) if len(kinds) > 1 else (SPOT,))}


def _from_spot(strategy: dict, launch: str | None) -> tuple | None:
    return ("spot", None) if set(strategy) == {SPOT} else None


spot = TwoWay(_to_spot, _from_spot)
one_kind = TwoWay(
    lambda *given: None,
    lambda strategy, known: isinstance(strategy, dict)
    and (set(strategy) in ({SPOT}, {FARGATE}) or len(strategy) == 1 and strategy.keys() <= (known or {}).keys()),
)
as_launched = TwoWay(
    lambda karpenter, eks, launch: launch == FARGATE
    and (eks is not None or kinds_of_capacity((karpenter,), None) == {"on-demand"}),
    lambda *given: None,
)


def _to_launch(
    kind: str | None,
    launch: str | None,
    strategy: list | None,
    selector: dict | None,
    terms: Any = None,
    chosen: Any = None,
) -> str | None:
    """A service has a launch type or capacity providers, never both."""
    kinds = kinds_of_capacity(tuple((selector or {}).get(key) for key in CAPACITY_KEYS), terms)
    spotted = launch == FARGATE and "spot" in kinds
    return None if strategy or spotted or kind is None or names_pool(selector, launch, chosen) else launch


launch_type = TwoWay(_to_launch, lambda launch: ())


def _to_providers(kind: str | None, strategy: list | None) -> dict | None:
    if kind is None or not strategy:
        return None
    return {entry["capacityProvider"]: {key: value for key, value in entry.items() if key != "capacityProvider"}
            for entry in strategy if isinstance(entry, dict) and entry.get("capacityProvider")}


providers = TwoWay(_to_providers, lambda strategy: ())


def names_pool(selector: Any, launch: str | None, chosen: Any = None) -> bool:
    """Whether a pod asks for the nodes of one pool or group, and tasks run on instances."""
    named = isinstance(selector, dict) and any(selector.get(key) for key in (POOL, GROUP))
    return launch != FARGATE and (named or isinstance(chosen, str))


def _to_pool(pool: Any, group: Any, kind: Any, launch: Any, strategy: Any, chosen: Any = None) -> dict | None:
    """A service that runs in one pool names its capacity provider."""
    label, _, by_labels = chosen.partition("=") if isinstance(chosen, str) else ("", "", None)
    name = pool or group or by_labels
    if kind in (None, "DaemonSet") or strategy or launch == FARGATE or not isinstance(name, str):
        return None
    return {pool_key(name) if pool or label == POOL else name: {"weight": 1}}


def _from_pool(strategy: Any, known: Any) -> tuple | None:
    """Choose the nodes of the only capacity provider, where the document says what nodes it starts."""
    name = next(iter(strategy)) if isinstance(strategy, dict) and len(strategy) == 1 else None
    kind = known.get(name) if isinstance(known, dict) else None
    return {POOL: (pool_key(str(name)), None), GROUP: (None, name)}.get(kind)


node_pool = TwoWay(_to_pool, _from_pool)
in_pool = TwoWay(_to_pool, lambda *given: None)
by_labels = TwoWay(lambda selector, chosen, launch: bool(selector and chosen and launch != FARGATE), lambda *given: None)


def _to_compatibilities(
    containers: Any, launch: str | None, wanted: str | None, selector: Any = None, chosen: Any = None
) -> list[str] | None:
    return [launch] if launch == FARGATE or wanted or launch and names_pool(selector, launch, chosen) else None


compatibilities = TwoWay(_to_compatibilities, lambda kinds, launch: ())
instances = TwoWay(
    lambda pod, kind, launch, wanted, chosen=None: [launch]
    if launch not in (None, FARGATE) and not wanted and not names_pool((pod or {}).get("nodeSelector"), launch, chosen)
    else None,
    lambda kinds: (),
)


def _to_platform(
    arch: Any, system: Any, name: Any, build: Any, launch: str | None, containers: Any, terms: Any = None
) -> tuple | None:
    """A task runs on one processor and one system: what the pod says, else Fargate's own (x86, Linux)."""
    arch = _one(arch, ARCHITECTURE_KEYS, terms, launch)
    system = _one(system or name, SYSTEM_KEYS, terms, launch)
    if launch != FARGATE and arch is None and system is None:
        return None
    family = {"linux": "LINUX", "windows": _family(build)}.get(system or "linux")
    return ARCHITECTURES.get(arch or "amd64"), family


def _one(named: Any, keys: tuple[str, ...], terms: Any, launch: str | None) -> Any:
    """Give what the pod names; of several that it allows the first by name, where the task must say one."""
    found = sorted(allowed(terms, keys) or ()) if named is None else [named]
    return found[0] if len(found) == 1 or found and launch == FARGATE else None


def _family(build: Any) -> str:
    release = next((year for year, number in WINDOWS.items() if number == build), "2022")
    return f"WINDOWS_SERVER_{release}_CORE"


def _from_platform(arch: str | None, family: str | None) -> tuple:
    system = "linux" if family == "LINUX" else "windows" if str(family).startswith("WINDOWS") else None
    build = next((number for year, number in WINDOWS.items() if f"_{year}_" in str(family)), None)
    return NAMES.get(arch or ""), system, None, build


platform = TwoWay(_to_platform, _from_platform)
