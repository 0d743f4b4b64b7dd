"""Disks that a pod has for itself <-> the EBS volume that ECS makes for each task and deletes with it.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ebs-volumes.html
"""
from __future__ import annotations

from typing import Any

from ..converters import quantity
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from .networking import INFRASTRUCTURE_ROLE
from .volumes_mounts import pod_of
from .volumes_plan import Pod
from .volumes_storage import EBS_DRIVERS, Around, claim_name, of_claim

KUBERNETES_FORMAT, ECS_FORMAT = "ext4", "xfs"  # what each side formats a disk with where nothing is said
FORMATS = frozenset({"ext3", "ext4", "xfs", "ntfs"})
FORMAT = "csi.storage.k8s.io/fstype"
KINDS = frozenset({"gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"})
SNAPSHOT = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot"}


# --- to ECS ------------------------------------------------------------------------------------

def _to_disks(pod: Pod, environment: Tree) -> Tree | None:
    """Give the configuration of the one disk that a task may have."""
    volume = pod.volumes.get(pod.disk)
    if volume is None:
        return None
    template = get(volume, ("ephemeral", "volumeClaimTemplate", "spec"))
    spec = (
        template
        if isinstance(template, dict)
        else of_claim(get(volume, ("persistentVolumeClaim", "claimName")), pod.around).spec
    )
    role = get(environment, ("ecs", "infrastructureRoleArn")) or INFRASTRUCTURE_ROLE
    return {pod.disk: {"managedEBSVolume": {**_configuration(spec, pod.around), "roleArn": role}}}


def _configuration(spec: Tree, around: Around) -> Tree:
    found = (
        get(around.classes, (spec.get("storageClassName"),)) if isinstance(spec.get("storageClassName"), str) else None
    )
    parameters = get(found, ("parameters",)) or {}
    size = get(spec, ("resources", "requests", "storage"))
    named = parameters.get("type", spec.get("storageClassName") if found is None else None)
    wanted = parameters.get(FORMAT, parameters.get("fsType", KUBERNETES_FORMAT))
    return tree(
        sizeInGiB=quantity.bytes_to_gibibytes(size) if size is not None else None,
        snapshotId=_snapshot(spec),
        volumeType=named if named in KINDS else "gp3" if found is None else None,
        iops=_number(parameters.get("iops")), throughput=_number(parameters.get("throughput")),
        encrypted={"true": True, "false": False}.get(str(parameters.get("encrypted")).lower()),
        kmsKeyId=parameters.get("kmsKeyId"), filesystemType=wanted if wanted in FORMATS else KUBERNETES_FORMAT)


def _snapshot(spec: Tree) -> str | None:
    """Give the snapshot that a claim starts from: EBS's own where it has that name."""
    source = spec.get("dataSourceRef") or spec.get("dataSource")
    if get(source, ("kind",)) != "VolumeSnapshot":
        return None
    name = get(source, ("name",))
    return name if isinstance(name, str) and name.startswith("snap-") else "${EBS_SNAPSHOT_ID}"


def _number(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10 else None


def _service_disks(*given: Any) -> Tree | None:
    *pod, name, environment = given
    return _to_disks(pod_of(*pod, environment), environment) if name is not None else None


def _task_disks(*given: Any) -> Tree | None:
    *pod, job, environment = given
    return _to_disks(pod_of(*pod, environment), environment) if job is not None else None


# --- to Kubernetes -----------------------------------------------------------------------------

def ephemeral(launched: Any, name: str, service: Any, task: Any, application: Any, environment: Tree) -> Tree | None:
    """Give a volume that lives as long as its pod, as ECS's disks live as long as their task."""
    found = get(service, (name, "managedEBSVolume")) or get(task, (name, "managedEBSVolume"))
    if launched is not True:
        return None
    found = found if isinstance(found, dict) else {}
    size, snapshot = found.get("sizeInGiB"), found.get("snapshotId")
    spec = tree(
        accessModes=["ReadWriteOnce"], storageClassName=_class(application, name, environment) if found else None,
        resources={"requests": {"storage": quantity.gibibytes_to_bytes(size)}} if isinstance(size, int) else None,
        dataSource={**SNAPSHOT, "name": snapshot} if snapshot else None)
    return {"volumeClaimTemplate": {"spec": spec}}


def _class(application: Any, volume: str, environment: Tree) -> str:
    return get(environment, ("kubernetes", "storageClass", "ebs")) or claim_name(application, volume)


def _to_classes(service: Any, task: Any, environment: Tree) -> Tree | None:
    """Give a storage class for each disk, which says in Kubernetes of what kind the disk is."""
    if get(environment, ("kubernetes", "storageClass", "ebs")):
        return None
    made = {}
    for volumes in (task, service):
        for name, one in volumes.items() if isinstance(volumes, dict) else ():
            found = get(one, ("managedEBSVolume",))
            if isinstance(found, dict) and found:
                made[claim_name(environment.get("name"), name)] = _class_of(found)
    return made or None


def _class_of(found: Tree) -> Tree:
    texts = {"type": found.get("volumeType"), "iops": found.get("iops"), "throughput": found.get("throughput"),
             "encrypted": None if found.get("encrypted") is None else str(found["encrypted"]).lower(),
             "kmsKeyId": found.get("kmsKeyId"), FORMAT: found.get("filesystemType") or ECS_FORMAT}
    return {"provisioner": EBS_DRIVERS[0], "volumeBindingMode": "WaitForFirstConsumer", "reclaimPolicy": "Delete",
            "parameters": {key: str(value) for key, value in texts.items() if value is not None}}


service_disks = TwoWay(_service_disks, lambda *given: ())
task_disks = TwoWay(_task_disks, lambda *given: ())
storage_classes = TwoWay(lambda *given: (), _to_classes)
