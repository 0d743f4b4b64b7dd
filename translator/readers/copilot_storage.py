"""Copilot's `storage` -> task volumes and EFS access points."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from .copilot_workload import Workload, imported
from .taking import Node

FILE_SYSTEM = "${MANAGED_FILE_SYSTEM_ID}"


def volumes(work: Workload) -> list[dict[str, Any]]:
    """Give the volumes of a task: the environment's own file system first, as Copilot writes them."""
    found = sorted(work.node["storage"]["volumes"].items())
    managed = [_managed_volume(work, name, spec) for name, spec in found if is_managed(spec["efs"])]
    return [*managed, *(_volume(name, spec["efs"]) for name, spec in found if not is_managed(spec["efs"]))]


def is_managed(efs: Node) -> bool:
    """Whether a volume is a folder of the file system that Copilot makes for the environment."""
    return efs.value is True or efs.is_map() and bool(efs["uid"] or efs["gid"])


def _volume(name: str, efs: Node) -> dict[str, Any]:
    if not any(efs[key] for key in ("id", "root_dir", "auth")):
        return {"name": (efs if efs.is_map() else efs.flag()).to(lambda off: name).or_(name)}
    auth = efs["auth"]
    iam = auth["iam"].flag().to(lambda on: "ENABLED" if on else "DISABLED")
    return {
        "name": name,
        "efsVolumeConfiguration": {
            "fileSystemId": imported(efs["id"]).or_("${FILE_SYSTEM_ID}"),
            "rootDirectory": efs["root_dir"].text().or_("/"),
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": auth["access_point_id"].text(), "iam": iam.or_("DISABLED")},
        },
    }


def _managed_volume(work: Workload, name: str, spec: Node) -> dict[str, Any]:
    work.say(
        "managed-file-system",
        f"The volume `{name}` is in the EFS file system of the Copilot environment; `{FILE_SYSTEM}` stands for it.",
        spec["efs"],
    )
    return {
        "name": name,
        "efsVolumeConfiguration": {
            "fileSystemId": spec["efs"].to(lambda on: FILE_SYSTEM),
            "rootDirectory": "/",
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": f"${{accessPoints.{work.name}.AccessPointId}}", "iam": "ENABLED"},
        },
    }


def access_points(work: Workload) -> Iterator[dict[str, Any]]:
    """Give the access point of a managed volume; the owner's number follows from the workload's name."""
    number = zlib.crc32(work.name.encode())
    for _, spec in sorted(work.node["storage"]["volumes"].items()):
        efs = spec["efs"]
        if is_managed(efs):
            uid, gid = efs["uid"].whole(), efs["gid"].whole()
            owner, group = uid.or_(None if gid else number), gid.or_(None if uid else number)
            yield {
                "ClientToken": work.name,
                "FileSystemId": FILE_SYSTEM,
                "PosixUser": {"Uid": owner, "Gid": group},
                "RootDirectory": {
                    "Path": f"/{work.name}",
                    "CreationInfo": {"OwnerUid": owner, "OwnerGid": group, "Permissions": "0755"},
                },
            }
            return


def ephemeral(work: Workload) -> dict[str, Any] | None:
    """Give the ephemeral storage; 20 GiB is what a task has anyway, and ECS refuses to be asked for it."""
    size = work.node["storage"]["ephemeral"].whole()
    if size.value == 20:
        size.use()
        return None
    return {"sizeInGiB": size}
