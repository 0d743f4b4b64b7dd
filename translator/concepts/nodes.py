"""NodePools and EC2NodeClasses of Karpenter <-> capacity providers of ECS Managed Instances.

Both choose instances by what they must offer, and start and stop them as what runs needs.
https://karpenter.sh/docs/concepts/nodepools/
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ManagedInstances.html
"""
from __future__ import annotations

from typing import Any

from ..converters import durations, instances, quantity
from ..converters.two_way import TwoWay
from ..trees import Tree, get, listed
from .networking import INFRASTRUCTURE_ROLE, SUBNETS

INSTANCE_PROFILE = "${ECS_INSTANCE_PROFILE_ARN}"
NODE_ROLE = "${KARPENTER_NODE_ROLE}"
DISCOVERY = {"karpenter.sh/discovery": "${CLUSTER_NAME}"}
ALIAS = "bottlerocket@latest"  # the operating system of managed instances
DATA = "/dev/xvdb"
LONGEST, NEVER = 3600, "Never"


def _to_requirements(requirements: Any, pool: Any) -> tuple | None:
    return None if pool is None else (instances.to_ecs(requirements), instances.option(requirements))


def _from_requirements(asked: Any, kind: Any, provider: Any) -> Tree | None:
    return None if provider is None else instances.to_k8s(asked, kind)


requirements = TwoWay(_to_requirements, _from_requirements)


# --- what is asked of an instance in other words, or not at all ----------------------------------

CARRIED = {
    **dict.fromkeys(instances.RANGES, ("Gt", "Lt", "Gte", "Lte", "In")),
    **dict.fromkeys((instances.TYPE, instances.FAMILY, instances.SIZE, instances.CATEGORY), ("In", "NotIn", "Exists")),
    **dict.fromkeys((instances.ARCH, instances.MAKER, *instances.NAMED), ("In",)),
    instances.SYSTEM: ("In",),
    instances.GENERATION: ("Gt", "Lt", "Gte", "Lte", "In"),
    instances.GPUS: ("Gt", "Lt", "Gte", "Lte", "In", "Exists"),
    instances.DISK: ("Gt", "Lt", "Gte", "Lte", "In", "Exists", "DoesNotExist"),
}


def _is_restated(requirement: Any) -> bool:
    """Whether a requirement is carried, and comes back in other words if it does not come back as it is."""
    key, operator = (get(requirement, (field,)) for field in ("key", "operator"))
    if key == instances.SYSTEM:
        return get(requirement, ("values",)) == ["linux"]
    return operator in CARRIED.get(str(key), ())


restated = TwoWay(_is_restated, lambda *given: None)
several_kinds = TwoWay(
    lambda key, values: key == instances.CAPACITY and isinstance(values, list) and len(values) > 1, lambda *given: None
)
zones = TwoWay(lambda key: key in ("topology.kubernetes.io/zone", "topology.k8s.aws/zone-id"), lambda *given: None)
windows = TwoWay(lambda key, values: key == instances.SYSTEM and values != ["linux"], lambda *given: None)


# --- a capacity provider's own settings ----------------------------------------------------------


def _scale_in(after: Any) -> int | None:
    if after == NEVER:
        return -1
    waited = durations.seconds(after)
    return None if waited is None else min(waited, LONGEST)


def _consolidate(seconds: Any) -> str | None:
    if not isinstance(seconds, int) or seconds < -1:
        return None
    return NEVER if seconds == -1 else durations.spelled(seconds)


consolidation = TwoWay(_scale_in, _consolidate)


def given_or(value: Any, placeholder: Any) -> Any:
    """Give what the environment says, else a placeholder."""
    return value or placeholder


cluster = TwoWay(lambda pool, name: None if pool is None else given_or(name, "default"), lambda *given: ())
infrastructure = TwoWay(
    lambda pool, role: None if pool is None else given_or(role, INFRASTRUCTURE_ROLE), lambda *given: ()
)
profile = TwoWay(
    lambda pool, profile: None if pool is None else given_or(profile, INSTANCE_PROFILE), lambda *given: ()
)
node_role = TwoWay(lambda *given: (), lambda provider, role: None if provider is None else given_or(role, NODE_ROLE))


# --- where instances are, and what they have ------------------------------------------------------


def _ids(terms: Any) -> list[str]:
    """Give the ids that terms choose by, if that is all they choose by."""
    entries = list(terms.values()) if isinstance(terms, dict) else []
    ids = [one.get("id") for one in entries if isinstance(one, dict) and set(one) == {"id"}]
    return ids if len(ids) == len(entries) else []


def _terms(ids: Any) -> Tree:
    """Give a term for each id; what nobody knows yet is found by the tag that Karpenter's guide uses."""
    known = [one for one in ids or () if isinstance(one, str) and "$" not in one]
    return listed({"id": one} for one in known) if known else listed([{"tags": dict(DISCOVERY)}])


subnets = TwoWay(
    lambda terms, pool, given: None if pool is None else _ids(terms) or given_or(given, list(SUBNETS)),
    lambda ids, provider: None if provider is None else _terms(ids),
)
groups = TwoWay(
    lambda terms, pool, given: None if pool is None else _ids(terms) or given,
    lambda ids, provider: None if provider is None else _terms(ids),
)
images = TwoWay(
    lambda *given: (), lambda provider: None if provider is None else listed([{"alias": ALIAS}])
)


def _are_own(terms: Any) -> bool:
    """Whether images are not those that AWS makes for EKS."""
    entries = list(terms.values()) if isinstance(terms, dict) else []
    return any("alias" not in one for one in entries if isinstance(one, dict))


own_images = TwoWay(_are_own, lambda *given: None)


def _data_disk(devices: Any) -> dict | None:
    """Find the disk that containers write to: the one marked, the second of Bottlerocket, or the only one."""
    entries = [one for one in devices.values() if isinstance(one, dict)] if isinstance(devices, dict) else []
    marked = [one for one in entries if one.get("rootVolume")]
    second = [one for one in entries if one.get("deviceName") == DATA]
    return next(iter(marked or second or entries), None)


def _to_storage(devices: Any) -> int | None:
    return quantity.bytes_to_gibibytes(get(_data_disk(devices), ("ebs", "volumeSize")))


def _from_storage(size: Any) -> Tree | None:
    if not isinstance(size, int):
        return None
    return listed([{"deviceName": DATA, "ebs": {"volumeSize": f"{size}Gi"}}])


storage = TwoWay(_to_storage, _from_storage)


MONITORED = {True: "DETAILED", False: "BASIC"}
monitoring = TwoWay(
    lambda detailed: MONITORED[detailed] if isinstance(detailed, bool) else None,
    lambda level: {"DETAILED": True, "BASIC": False}.get(level),
)


def _to_tags(tags: Any) -> tuple | None:
    kept = {key: {"value": value} for key, value in (tags or {}).items() if isinstance(value, str)}
    return (kept, "CAPACITY_PROVIDER") if kept else None


def _from_tags(tags: Any, spread: Any) -> Tree | None:
    """Only tags that go on to the instances are a node class's."""
    if spread != "CAPACITY_PROVIDER" or not tags:
        return None
    return {key: str(get(one, ("value",)) or "") for key, one in tags.items()}


tags = TwoWay(_to_tags, _from_tags)
