"""What the EFS CSI driver is told <-> the file system of EFS or S3 Files that an ECS volume names.

https://github.com/kubernetes-sigs/aws-efs-csi-driver#mount-options
https://docs.aws.amazon.com/eks/latest/userguide/s3files-csi.html
"""
from __future__ import annotations

from typing import Any

Tree = dict[str, Any]
DRIVER = "efs.csi.aws.com"
S3 = "s3files:"  # how the driver tells a file system of S3 Files from one of EFS
ENCRYPTED = "encryptInTransit"
TLS, IAM, PORT, POINT = "tls", "iam", "tlsport=", "accesspoint="


def handle(system: str, path: str | None, point: str | None) -> str:
    """Write a volumeHandle: `fs-1`, `fs-1:/path`, `fs-1::fsap-2`."""
    parts = [system, path or "", point or ""]
    while parts[-1] == "":
        parts.pop()
    return ":".join(parts)


def parts(text: str) -> tuple[str, str | None, str | None]:
    """Read a volumeHandle: file system, path, access point."""
    system, _, rest = text.partition(":")
    path, _, point = rest.partition(":")
    return system, path or None, point or None


def of_volume(volume: Any, options: Any) -> Tree | None:
    """Give efsVolumeConfiguration for what a PersistentVolume of the driver says; in transit it encrypts by itself."""
    text = volume.get("volumeHandle") if isinstance(volume, dict) else None
    if not isinstance(text, str) or not text or text.startswith(S3):
        return None
    system, path, point = parts(text)
    words = _words(options)
    point = point or _value(words, POINT)
    plain = str((volume.get("volumeAttributes") or {}).get(ENCRYPTED, "true")).lower() == "false" and TLS not in words
    access = {"accessPointId": point, "iam": "ENABLED" if IAM in words else None}
    port = _value(words, PORT)
    return _without_none({
        "fileSystemId": system, "rootDirectory": None if point and path not in (None, "/") else path,
        "transitEncryption": "DISABLED" if plain and not point and IAM not in words else "ENABLED",
        "transitEncryptionPort": int(port) if port and port.isdecimal() else None,
        "authorizationConfig": _without_none(access) or None,
    })


def volume_of(efs: Tree) -> tuple[Tree, list[str]]:
    """Give the csi source and the mount options of a PersistentVolume."""
    access = efs.get("authorizationConfig") or {}
    encrypted = efs.get("transitEncryption") == "ENABLED"
    text = handle(
        str(efs.get("fileSystemId") or "${EFS_FILE_SYSTEM_ID}"), efs.get("rootDirectory"), access.get("accessPointId")
    )
    source: Tree = {"driver": DRIVER, "volumeHandle": text}
    if not encrypted:
        source["volumeAttributes"] = {ENCRYPTED: "false"}
    port = efs.get("transitEncryptionPort")
    options = (
        [TLS] * encrypted + [IAM] * (access.get("iam") == "ENABLED") + ([f"{PORT}{port}"] if port is not None else [])
    )
    return source, options


# --- S3 Files ----------------------------------------------------------------------------------

def s3_of_volume(volume: Any, options: Any, region: str, account: str) -> Tree | None:
    """Give s3filesVolumeConfiguration for what a PersistentVolume of the driver says."""
    text = volume.get("volumeHandle") if isinstance(volume, dict) else None
    if not isinstance(text, str) or not text.startswith(S3):
        return None
    system, path, point = parts(text.removeprefix(S3))
    arn = f"arn:aws:s3files:{region}:{account}:file-system/{system}"
    port = _value(_words(options), PORT)
    return _without_none(
        {
            "fileSystemArn": arn,
            "rootDirectory": path,
            "transitEncryptionPort": int(port) if port and port.isdecimal() else None,
            "accessPointArn": f"{arn}/access-point/{point}" if point else None,
        }
    )


def s3_volume_of(files: Tree) -> tuple[Tree, list[str]]:
    """Give the csi source and the mount options of a PersistentVolume."""
    system = str(files.get("fileSystemArn") or "${S3_FILES_FILE_SYSTEM_ID}").rpartition("file-system/")[2]
    point = str(files.get("accessPointArn") or "").rpartition("access-point/")[2]
    text = S3 + handle(system, files.get("rootDirectory"), point)
    port = files.get("transitEncryptionPort")
    return {"driver": DRIVER, "volumeHandle": text}, [f"{PORT}{port}"] if port is not None else []


def _words(options: Any) -> list[str]:
    return (
        [word.strip() for one in options or () if isinstance(one, str) for word in one.split(",")]
        if isinstance(options, list)
        else []
    )


def _value(words: list[str], prefix: str) -> str | None:
    return next((word.removeprefix(prefix) for word in words if word.startswith(prefix)), None)


def _without_none(fields: Tree) -> Tree:
    return {key: value for key, value in fields.items() if value is not None}
