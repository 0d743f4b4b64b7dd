"""Node groups of an eksctl ClusterConfig <-> capacity providers over Auto Scaling groups with launch templates.

https://eksctl.io/usage/nodegroups/
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
"""
from __future__ import annotations

from typing import Any

from ..converters import instance_data
from ..converters.two_way import TwoWay
from ..trees import Tree, get, listed, tree
from .networking import SUBNETS
from .nodes import INSTANCE_PROFILE, given_or

COUNT = 2  # nodes of a group that says nothing
TYPE = "m5.large"  # their type, likewise
CLUSTER, REGION = "${CLUSTER_NAME}", "${AWS_REGION}"
FARGATE = ("FARGATE", "FARGATE_SPOT")
GROUP = "autoScalingGroupProvider"


# --- the cluster -------------------------------------------------------------------------------


def _to_clusters(name: Any, profiles: Any, tags: Any, groups: Any, given: Any) -> Tree | None:
    if not isinstance(groups, dict):
        return None
    kept = {key: {"value": value} for key, value in (tags or {}).items() if isinstance(value, str)}
    providers = [*groups, *(FARGATE if profiles else ())]
    return {str(given or name or "default"): tree(capacityProviders=providers, tags=kept or None)}


def _from_clusters(clusters: Any, providers: Any, groups: Any) -> tuple | None:
    if not groups and not any(GROUP in one for one in (providers or {}).values() if isinstance(one, dict)):
        return None
    name, found = next(iter((clusters or {}).items()), (CLUSTER, {}))
    listed_ = get(found, ("capacityProviders",))
    fargate = isinstance(listed_, list) and any(one in FARGATE for one in listed_)
    profiles = {"fargate": {"selectors": [{"namespace": name}]}} if fargate else None
    tags = {key: str(get(one, ("value",)) or "") for key, one in (get(found, ("tags",)) or {}).items()}
    return name, profiles, tags or None


cluster = TwoWay(_to_clusters, _from_clusters)
region = TwoWay(
    lambda *given: (),
    lambda providers, groups, given: given_or(given, REGION)
    if _from_clusters(None, providers, groups) is not None
    else None,
)


# --- the group ---------------------------------------------------------------------------------


def _to_sizes(least: Any, most: Any, wanted: Any, group: Any) -> tuple | None:
    if group is None:
        return None
    low = least if isinstance(least, int) else wanted if isinstance(wanted, int) else COUNT
    high = most if isinstance(most, int) else max(low, wanted if isinstance(wanted, int) else low)
    return low, high, wanted


sizes = TwoWay(_to_sizes, lambda least, most, wanted: (least, most, wanted))


def _to_mixed(types: Any, spot: Any) -> Tree | None:
    """Several types, or Spot, need a policy; a launch template alone has one type, on demand."""
    overrides = listed({"InstanceType": one} for one in types or ())
    if not overrides and not spot:
        return None
    shares = {"OnDemandBaseCapacity": 0, "OnDemandPercentageAboveBaseCapacity": 0 if spot else 100}
    return tree(LaunchTemplate={"Overrides": overrides} if overrides else None, InstancesDistribution=shares)


def _from_mixed(policy: Any) -> tuple | None:
    overrides = get(policy, ("LaunchTemplate", "Overrides"))
    entries = overrides.values() if isinstance(overrides, dict) else ()
    types = [one["InstanceType"] for one in entries if isinstance(one, dict) and isinstance(one.get("InstanceType"), str)]
    shares = get(policy, ("InstancesDistribution",)) or {}
    on_demand = shares.get("OnDemandPercentageAboveBaseCapacity", 100), shares.get("OnDemandBaseCapacity", 0)
    return types or None, True if on_demand == (0, 0) else None


mixed = TwoWay(_to_mixed, _from_mixed)


def _to_zones(subnets: Any, group: Any, given: Any) -> str | None:
    if group is None:
        return None
    ids = [one for one in subnets or () if isinstance(one, str) and one.startswith("subnet-")]
    return ",".join(ids or given_or(given, SUBNETS))


def _from_zones(subnets: Any) -> list[str] | None:
    known = [one.strip() for one in subnets.split(",")] if isinstance(subnets, str) else []
    return [one for one in known if one and "$" not in one] or None


subnets = TwoWay(_to_zones, _from_zones)


def _to_tags(tags: Any) -> Tree | None:
    return {
        key: {"Value": value, "PropagateAtLaunch": True} for key, value in (tags or {}).items() if isinstance(value, str)
    } or None


tags = TwoWay(_to_tags, lambda tags: {key: str(get(one, ("Value",)) or "") for key, one in (tags or {}).items()} or None)


# --- its capacity provider -----------------------------------------------------------------------

scaling = TwoWay(lambda group: None if group is None else ("ENABLED", "ENABLED"), lambda *given: ())


# --- its launch template -------------------------------------------------------------------------


def _to_type(kind: Any, group: Any) -> str | None:
    return kind or (TYPE if group is not None and not get(group, ("instanceTypes",)) else None)


instance_type = TwoWay(_to_type, lambda kind: kind)


def _to_image(ami: Any, family: Any, group: Any) -> str | None:
    return None if group is None else ami or instance_data.image(family)


def _from_image(image: Any) -> tuple:
    family = instance_data.family(image)
    return (None, family) if family else (image if isinstance(image, str) and image.startswith("ami-") else None, None)


image = TwoWay(_to_image, _from_image)
profile = TwoWay(lambda group, arn: None if group is None else given_or(arn, INSTANCE_PROFILE), lambda *given: ())


def _to_data(labels: Any, group: Any, config: Any, given: Any) -> str | None:
    if group is None:
        return None
    return instance_data.write(labels, str(given or config or "default"), get(group, ("amiFamily",)))


user_data = TwoWay(_to_data, lambda data: instance_data.labels(data))


def _to_disks(size: Any, kind: Any, encrypted: Any, iops: Any, throughput: Any) -> Tree | None:
    disk = tree(VolumeSize=size, VolumeType=kind, Encrypted=encrypted, Iops=iops, Throughput=throughput)
    return listed([{"DeviceName": "/dev/xvda", "Ebs": disk}]) if disk else None


def _from_disks(devices: Any) -> tuple | None:
    disk = get(next(iter(devices.values()), None), ("Ebs",)) if isinstance(devices, dict) else None
    members = ("VolumeSize", "VolumeType", "Encrypted", "Iops", "Throughput")
    return tuple(disk.get(key) for key in members) if isinstance(disk, dict) else None


disks = TwoWay(_to_disks, _from_disks)
groups = TwoWay(
    lambda ids, group, given: None if group is None else [one for one in ids or () if isinstance(one, str)] or given,
    lambda ids: ids or None,
)
