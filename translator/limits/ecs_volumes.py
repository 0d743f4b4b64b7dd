"""Volumes and mounts <-> what ECS refuses in them, in task definitions and in services."""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import MOST_LOOKED_AT, Book, containers
from .rules import Hit, Rules
from .values import entries, items, joined, mapping, number, repeated, text

CONTAINERS = "containerDefinitions"
SOURCES = (
    "host", "dockerVolumeConfiguration", "efsVolumeConfiguration", "s3filesVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration", "configuredAtLaunch",
)
# API_ServiceManagedEBSVolumeConfiguration: GiB, and I/O operations a second where the type has them.
EBS_SIZES = {
    "gp2": (1, 16384), "gp3": (1, 16384), "io1": (4, 16384), "io2": (4, 16384),
    "st1": (125, 16384), "sc1": (125, 16384), "standard": (1, 1024),
}
EBS_IOPS = {"gp3": (3000, 16000), "io1": (100, 64000), "io2": (100, 256000)}
MOST_THROUGHPUT = 1000


def mount_unknown(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a mount of a volume that the task does not have."""
    volumes = {text(volume.get("name")) for _, volume in entries(items(task.get("volumes"))[:MOST_LOOKED_AT])}
    for at, mount in entries(container["mountPoints"]):
        name = text(mount.get("sourceVolume"))
        if name is not None and name not in volumes and len(volumes) < MOST_LOOKED_AT:
            yield ("mountPoints", at, "sourceVolume"), (
                f"Container {container.get('name')} mounts {name}, which is no volume of the task."
            )


def mount_twice(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse two mounts at one path."""
    paths = [(at, text(mount.get("containerPath"))) for at, mount in entries(container["mountPoints"])]
    for at, path in repeated(paths):
        yield ("mountPoints", at, "containerPath"), f"Container {container.get('name')} mounts two volumes at {path}."


def volumes_from_unknown(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse the volumes of a container that is not in the task, or of the container itself."""
    names = containers(task)
    for at, source in entries(container["volumesFrom"]):
        name = text(source.get("sourceContainer"))
        if name is not None and (name not in names or name == container.get("name")):
            yield ("volumesFrom", at, "sourceContainer"), (
                f"Container {container.get('name')} takes the volumes of {name}, which is no other "
                "container of the task."
            )


def volume_kinds(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse a volume that is two things at once, and a second volume that is configured at launch."""
    launched = []
    for at, volume in entries(task["volumes"]):
        kinds = [kind for kind in SOURCES if volume.get(kind)]
        if len(kinds) > 1:
            yield ("volumes", at), f"Volume {volume.get('name')} has {joined(kinds)}; a volume is one of them."
        launched += [at] if volume.get("configuredAtLaunch") is True else []
    for at in launched[1:]:
        yield ("volumes", at, "configuredAtLaunch"), (
            "Two volumes are configured at launch; a task definition may have one."
        )


def efs_encryption(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse an access point, IAM or a port for encryption where transit encryption is off."""
    for at, efs in _efs(task):
        access, needs = mapping(efs.get("authorizationConfig")), []
        needs += ["an access point"] if access.get("accessPointId") else []
        needs += ["IAM authorization"] if access.get("iam") == "ENABLED" else []
        needs += ["a transit encryption port"] if efs.get("transitEncryptionPort") is not None else []
        if needs and efs.get("transitEncryption", "DISABLED") == "DISABLED":
            yield ("volumes", at, "efsVolumeConfiguration"), (
                f"Volume {task['volumes'][at].get('name')} has {joined(needs)}, which needs transit "
                "encryption."
            )


def efs_root(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse a root directory beside an access point, which has one of its own."""
    for at, efs in _efs(task):
        if mapping(efs.get("authorizationConfig")).get("accessPointId") and efs.get("rootDirectory", "/") not in (
            "/",
            "",
            None,
        ):
            yield ("volumes", at, "efsVolumeConfiguration", "rootDirectory"), (
                f"Volume {task['volumes'][at].get('name')} has an access point and a root directory; the "
                "access point brings its own."
            )


def _efs(task: dict) -> Iterator[tuple[int, dict]]:
    for at, volume in entries(task["volumes"]):
        if isinstance(volume.get("efsVolumeConfiguration"), dict):
            yield at, volume["efsVolumeConfiguration"]


def service_volume(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a volume that the task definition does not leave to the service, and one that nobody configures."""
    task, volumes = book.task(service.get("taskDefinition")), entries(service.get("volumeConfigurations"))
    launched = {
        text(volume.get("name")) for _, volume in entries(task.get("volumes")) if volume.get("configuredAtLaunch")
    }
    configured = {text(volume.get("name")) for _, volume in volumes}
    for at, volume in volumes:
        if task and text(volume.get("name")) is not None and volume["name"] not in launched:
            yield ("volumeConfigurations", at, "name"), (
                f"Volume {volume['name']} is none that the task definition configures at launch."
            )
    for name in sorted(launched - configured - {None}) if None not in configured else ():
        yield ("taskDefinition",), (
            f"The task definition leaves volume {name} to the service, which does not configure it."
        )


def service_volume_count(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a second volume."""
    if len(entries(service["volumeConfigurations"])) > 1:
        yield ("volumeConfigurations",), "A service configures one volume at launch."


def ebs_size(volume: dict, service: dict) -> Iterator[Hit]:
    """Refuse a volume without a size or a snapshot, or of a size or speed that its type does not come in."""
    ebs = mapping(volume["managedEBSVolume"])
    kind, name = ebs.get("volumeType", "gp3"), volume.get("name")
    if ebs and ebs.get("sizeInGiB") is None and ebs.get("snapshotId") is None:
        yield ("managedEBSVolume",), f"Volume {name} has neither a size nor a snapshot."
    for member, limits in (("sizeInGiB", EBS_SIZES), ("iops", EBS_IOPS)):
        low, high = limits.get(kind, (0, 1 << 62)) if isinstance(kind, str) else (0, 1 << 62)
        value = number(ebs.get(member))
        if value is not None and not low <= value <= high:
            yield ("managedEBSVolume", member), (
                f"Volume {name}: {member} is {value}; type {kind} allows {low} to {high}."
            )


def ebs_speed(volume: dict, service: dict) -> Iterator[Hit]:
    """Refuse a speed that the volume's type does not have or is not given."""
    ebs = mapping(volume["managedEBSVolume"])
    kind, name, throughput = ebs.get("volumeType", "gp3"), volume.get("name"), number(ebs.get("throughput"))
    if throughput is not None and (kind != "gp3" or throughput > MOST_THROUGHPUT):
        yield ("managedEBSVolume", "throughput"), (
            f"Volume {name}: throughput is for gp3 alone and at most {MOST_THROUGHPUT} MiB/s."
        )
    if kind in ("io1", "io2") and ebs.get("iops") is None:
        yield ("managedEBSVolume",), f"Volume {name}: type {kind} needs iops."
    if kind in ("st1", "sc1", "standard") and ebs.get("iops") is not None:
        yield ("managedEBSVolume", "iops"), f"Volume {name}: type {kind} takes no iops."


TASK: Rules = {
    f"{CONTAINERS}.mountPoints": {"mount-unknown": mount_unknown, "mount-twice": mount_twice},
    f"{CONTAINERS}.volumesFrom": {"volumes-from-unknown": volumes_from_unknown},
    "volumes": {"volume-kinds": volume_kinds, "efs-encryption": efs_encryption, "efs-root": efs_root},
}
SERVICE: Rules = {
    "taskDefinition": {"service-volume": service_volume},
    "volumeConfigurations": {"service-volume-count": service_volume_count},
    "volumeConfigurations.managedEBSVolume": {"ebs-size": ebs_size, "ebs-speed": ebs_speed},
}

KINDS = {"taskDefinitions": (TASK,), "services": (SERVICE,)}
