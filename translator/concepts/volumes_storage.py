"""Claims, persistent volumes and storage classes <-> the file systems and disks that a task's volumes name."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..converters import efs, secrets
from ..converters.names import dns_label
from ..trees import Tree, get

EBS_DRIVERS = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "kubernetes.io/aws-ebs")
EBS_CLASSES = frozenset({"gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"})
SMB = "smb.csi.k8s.io"
EFS, S3_FILES, FSX, DISK, NONE = "efs", "s3files", "fsx", "disk", "none"
SHARED_MODES = frozenset({"ReadWriteMany", "ReadOnlyMany"})
SYSTEM, POINT = "${EFS_FILE_SYSTEM_ID}", "${EFS_ACCESS_POINT_ID}"


@dataclass(frozen=True, slots=True)
class Around:
    """What a pod's claims lead to, and the environment."""

    claims: Any = None
    volumes: Any = None
    classes: Any = None
    environment: Tree = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Storage:
    """What a claim is bound to: its kind, the ECS volume's configuration, and the claim's spec and class.

    `fresh` is a file system or access point that must be named by hand: the cluster made it when the claim was made.
    """

    kind: str
    configuration: Tree = field(default_factory=dict)
    spec: Tree = field(default_factory=dict)
    storage_class: Tree = field(default_factory=dict)
    fresh: bool = False


def of_claim(name: Any, around: Around) -> Storage:
    """Find out what a claim is bound to; a claim that is not in the input is taken for a shared file system."""
    claim = get(around.claims, (name,)) if isinstance(name, str) else None
    if not isinstance(claim, dict):
        return Storage(EFS, unnamed(), fresh=True)
    spec = claim.get("spec") if isinstance(claim.get("spec"), dict) else {}
    volume = bound(name, spec, around.volumes)
    return of_volume(volume, spec, around) if volume is not None else of_spec(spec, around)


def bound(name: Any, spec: Tree, volumes: Any) -> Tree | None:
    """Find the volume that a claim names, that names the claim, or that is alone in the claim's class."""
    known = {key: one for key, one in volumes.items() if isinstance(one, dict)} if isinstance(volumes, dict) else {}
    if spec.get("volumeName"):
        return get(known, (spec["volumeName"], "spec"))
    claimed = [one for one in known.values() if get(one, ("spec", "claimRef", "name")) == name]
    same = [one for one in known.values() if get(one, ("spec", "claimRef")) is None
            and (get(one, ("spec", "storageClassName")) or "") == (spec.get("storageClassName") or "")]
    found = claimed or (same if len(same) == 1 else [])
    return get(found[0], ("spec",)) if found else None


def of_volume(volume: Any, spec: Tree, around: Around) -> Storage:
    """Read a PersistentVolume's spec."""
    csi = get(volume, ("csi",)) or {}
    options = get(volume, ("mountOptions",))
    if csi.get("driver") == efs.DRIVER:
        files = efs.s3_of_volume(csi, options, *_home(around.environment))
        return Storage(S3_FILES, files, spec) if files else Storage(EFS, efs.of_volume(csi, options) or unnamed(), spec)
    if get(volume, ("nfs",)) is not None:
        served = of_server(volume["nfs"])
        return Storage(EFS, served, spec) if served else Storage(NONE, {}, spec)
    if csi.get("driver") == SMB:
        share = of_share(get(csi, ("volumeAttributes", "source")))
        return Storage(FSX, share, spec) if share else Storage(NONE, {}, spec)
    if csi.get("driver") in EBS_DRIVERS or get(volume, ("awsElasticBlockStore",)) is not None:
        return Storage(DISK, {}, spec, _class_of(spec, around))
    return Storage(NONE, {}, spec)


def _home(environment: Tree) -> tuple[str, str]:
    return get(environment, ("ecs", "region")) or secrets.REGION, get(
        environment, ("ecs", "account")
    ) or secrets.ACCOUNT


def of_spec(spec: Tree, around: Around) -> Storage:
    """Tell from a claim's class and access modes what the cluster would make for it."""
    name = spec.get("storageClassName")
    found = _class_of(spec, around)
    provisioner = found.get("provisioner")
    if provisioner == efs.DRIVER or provisioner is None and name is not None and name == _class_name(around, "efs"):
        system = get(found, ("parameters", "fileSystemId"))
        return Storage(EFS, unnamed(system if isinstance(system, str) else SYSTEM, POINT), spec, found, fresh=True)
    if (
        provisioner in EBS_DRIVERS
        or provisioner is None
        and (name in EBS_CLASSES or name == _class_name(around, "ebs") and name is not None)
    ):
        return _disk(spec, found, around)
    if provisioner is not None:
        return Storage(NONE, {}, spec, found)
    modes = spec.get("accessModes") if isinstance(spec.get("accessModes"), list) else []
    shared = SHARED_MODES.intersection(one for one in modes if isinstance(one, str))
    return Storage(EFS, unnamed(), spec, fresh=True) if shared else _disk(spec, found, around)


def _disk(spec: Tree, found: Tree, around: Around) -> Storage:
    """A disk, or a file system instead where the environment wants data to be kept."""
    if get(around.environment, ("ecs", "disks")) == EFS:
        return Storage(EFS, unnamed(), spec, found, fresh=True)
    return Storage(DISK, {}, spec, found)


def _class_of(spec: Tree, around: Around) -> Tree:
    name = spec.get("storageClassName")
    found = get(around.classes, (name,)) if isinstance(name, str) else None
    return found if isinstance(found, dict) else {}


def _class_name(around: Around, kind: str) -> Any:
    return get(around.environment, ("kubernetes", "storageClass", kind))


def unnamed(system: str = SYSTEM, point: str | None = None) -> Tree:
    """Give a file system that must be named by hand, and the access point that the driver made for a claim."""
    access = {"authorizationConfig": {"accessPointId": point}} if point else {}
    return {"fileSystemId": system, "transitEncryption": "ENABLED", **access}


def of_server(nfs: Any) -> Tree | None:
    """Read an NFS server that is a file system of EFS by its DNS name, which is not encrypted in transit."""
    system, _, rest = str(get(nfs, ("server",)) or "").partition(".")
    if (
        not system.startswith("fs-")
        or not rest.startswith("efs.")
        or not rest.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    ):
        return None
    path = get(nfs, ("path",))
    return {
        "fileSystemId": system,
        "transitEncryption": "DISABLED",
        **({"rootDirectory": path} if path not in (None, "/") else {}),
    }


# --- FSx for Windows File Server ---------------------------------------------------------------

CREDENTIALS = "${FSX_CREDENTIALS_ARN}"


def of_share(source: Any) -> Tree | None:
    """Read the share of a file system by its DNS name: `//fs-0123.corp.example.com/share`."""
    host, _, path = str(source or "").replace("\\", "/").lstrip("/").partition("/")
    system, _, domain = host.partition(".")
    if not system.startswith("fs-") or not domain:
        return None
    return {"fileSystemId": system, "rootDirectory": path or "share",
            "authorizationConfig": {"credentialsParameter": CREDENTIALS, "domain": domain}}


def share_of(fsx: Tree) -> Tree:
    """Give the csi source that mounts a share with the credentials of a Secret."""
    domain = get(fsx, ("authorizationConfig", "domain")) or "${FSX_DOMAIN}"
    system, path = (
        fsx.get("fileSystemId") or "${FSX_FILE_SYSTEM_ID}",
        str(fsx.get("rootDirectory") or "share").replace("\\", "/").strip("/"),
    )
    return {
        "driver": SMB,
        "volumeHandle": f"{system}.{domain}/{path}##",
        "volumeAttributes": {"source": f"//{system}.{domain}/{path}"},
        "nodeStageSecretRef": {"name": "fsx-credentials", "namespace": "default"},
    }


# --- what a task's file systems become ---------------------------------------------------------

CONFIGURATIONS = {
    EFS: "efsVolumeConfiguration",
    S3_FILES: "s3filesVolumeConfiguration",
    FSX: "fsxWindowsFileServerVolumeConfiguration",
}
CAPACITY = "5Gi"  # the API wants a size, and a file system has none


def claim_name(application: Any, volume: str) -> str:
    """Name the claim, and its volume, for one volume of an application."""
    return dns_label(f"{application or 'app'}-{volume}")


def claims_of(volumes: Any, application: Any, parts: frozenset[str] = frozenset()) -> tuple[Tree, Tree] | None:
    """Give the claims and persistent volumes for all file systems of a task; `parts` are of other volumes."""
    claims, made = {}, {}
    for name, volume in volumes.items() if isinstance(volumes, dict) else ():
        found = _source_of(volume)
        if found is not None and name not in parts:
            own = claim_name(application, name)
            claims[own], made[own] = _claim(own), _persistent(*found)
    return (claims, made) if claims else None


def _source_of(volume: Any) -> tuple[Tree, list[str]] | None:
    if isinstance(get(volume, (CONFIGURATIONS[EFS],)), dict):
        return efs.volume_of(volume[CONFIGURATIONS[EFS]])
    if isinstance(get(volume, (CONFIGURATIONS[S3_FILES],)), dict):
        return efs.s3_volume_of(volume[CONFIGURATIONS[S3_FILES]])
    if isinstance(get(volume, (CONFIGURATIONS[FSX],)), dict):
        return share_of(volume[CONFIGURATIONS[FSX]]), []
    return None


def _claim(volume: str) -> Tree:
    return {"spec": {"accessModes": ["ReadWriteMany"], "storageClassName": "", "volumeName": volume,
                     "resources": {"requests": {"storage": CAPACITY}}}}


def _persistent(source: Tree, options: list[str]) -> Tree:
    return {
        "spec": {
            "capacity": {"storage": CAPACITY},
            "accessModes": ["ReadWriteMany"],
            "storageClassName": "",
            "persistentVolumeReclaimPolicy": "Retain",
            **({"mountOptions": options} if options else {}),
            "csi": source,
        }
    }
