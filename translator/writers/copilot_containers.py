"""A task definition -> what a Copilot manifest says of its containers, its volumes and its size."""

from __future__ import annotations

import json
from typing import Any

from ..readers.copilot_containers import CHECK, COLLECTOR_IMAGE, LOG_ROUTER, LOG_ROUTER_IMAGE
from ..readers.copilot_storage import FILE_SYSTEM

INJECTED = (
    "COPILOT_APPLICATION_NAME",
    "COPILOT_SERVICE_DISCOVERY_ENDPOINT",
    "COPILOT_ENVIRONMENT_NAME",
    "COPILOT_SERVICE_NAME",
    "COPILOT_SNS_TOPIC_ARNS",
    "COPILOT_QUEUE_URI",
    "COPILOT_TOPIC_QUEUE_URIS",
    "COPILOT_LB_DNS",
    "COPILOT_MOUNT_POINTS",
)
SECRET = "arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret:"
ENV_FILE = "arn:aws:s3:::${ENV_FILE_BUCKET}/"
COLLECTOR = "aws-otel-collector"


def task(definition: dict[str, Any], main: dict[str, Any], port: Any) -> dict[str, Any]:
    """Give the manifest's keys for a task definition, whose main container is given."""
    others = [entry for entry in definition.get("containerDefinitions", []) if entry is not main]
    router = next((entry for entry in others if entry.get("name") == LOG_ROUTER), None)
    traced = any(entry.get("image") == COLLECTOR_IMAGE for entry in others)
    beside = [entry for entry in others if entry is not router and entry.get("image") != COLLECTOR_IMAGE]
    return kept(
        {
            "image": image(main, port),
            "entrypoint": main.get("entryPoint"),
            "command": main.get("command"),
            "cpu": count(definition.get("cpu")),
            "memory": count(definition.get("memory")),
            "platform": platform(definition.get("runtimePlatform") or {}),
            "variables": variables(main),
            "env_file": env_file(main),
            "secrets": secrets(main.get("secrets")),
            "storage": storage(definition, main),
            "logging": logging(main, router) if router else None,
            "sidecars": {entry["name"]: sidecar(entry) for entry in beside if entry.get("name")},
            "publish": {"topics": topics(main)} if topics(main) else None,
            "observability": {"tracing": "awsxray"} if traced else None,
        }
    )


def kept(tree: dict[str, Any]) -> dict[str, Any]:
    """Drop what is not there."""
    return {key: value for key, value in tree.items() if value is not None and value != {} and value != []}


def image(container: dict[str, Any], port: Any) -> dict[str, Any]:
    """Give the image section of the main container."""
    return kept(
        {
            "location": container.get("image"),
            "port": port,
            "healthcheck": health_check(container.get("healthCheck")),
            "depends_on": depends_on(container),
            "labels": container.get("dockerLabels"),
            "credentials": (container.get("repositoryCredentials") or {}).get("credentialsParameter"),
        }
    )


def sidecar(container: dict[str, Any]) -> dict[str, Any]:
    """Give a sidecar."""
    ports = container.get("portMappings") or [{}]
    number, protocol = ports[0].get("containerPort"), ports[0].get("protocol")
    return kept(
        {
            "image": container.get("image"),
            "port": f"{number}/{protocol}" if number and protocol not in (None, "tcp") else number,
            "essential": None if container.get("essential", True) else False,
            "entrypoint": container.get("entryPoint"),
            "command": container.get("command"),
            "healthcheck": health_check(container.get("healthCheck")),
            "variables": variables(container),
            "env_file": env_file(container),
            "secrets": secrets(container.get("secrets")),
            "labels": container.get("dockerLabels"),
            "depends_on": depends_on(container),
            "credentialsParameter": (container.get("repositoryCredentials") or {}).get("credentialsParameter"),
            "mount_points": [
                kept(
                    {
                        "source_volume": mount.get("sourceVolume"),
                        "path": mount.get("containerPath"),
                        "read_only": writable(mount),
                    }
                )
                for mount in container.get("mountPoints") or []
            ],
        }
    )


def writable(mount: dict[str, Any]) -> bool | None:
    """Give `read_only` where it is not what Copilot takes for granted."""
    return None if mount.get("readOnly") else False


def logging(main: dict[str, Any], router: dict[str, Any]) -> dict[str, Any]:
    """Give the logging section for a log router."""
    driver = main.get("logConfiguration") or {}
    options = (router.get("firelensConfiguration") or {}).get("options") or {}
    return kept(
        {
            "image": router.get("image", LOG_ROUTER_IMAGE),
            "destination": driver.get("options"),
            "enableMetadata": False if options.get("enable-ecs-log-metadata") == "false" else None,
            "configFilePath": options.get("config-file-value"),
            "secretOptions": secrets(driver.get("secretOptions")),
            "variables": variables(router),
            "secrets": secrets(router.get("secrets")),
            "env_file": env_file(router),
        }
    )


def variables(container: dict[str, Any]) -> dict[str, str]:
    """Give the variables but for those that Copilot sets itself."""
    entries = container.get("environment") or []
    return {
        entry["name"]: entry.get("value", "")
        for entry in entries
        if entry.get("name") and entry["name"] not in INJECTED
    }


def environment_of(container: dict[str, Any]) -> dict[str, str]:
    """Give all variables of a container."""
    return {entry.get("name"): entry.get("value", "") for entry in container.get("environment") or []}


def secrets(entries: Any) -> dict[str, Any]:
    """Give secrets: by the name of a secret, by an ARN, or by the name of a parameter."""
    found = {entry.get("name"): entry.get("valueFrom", "") for entry in entries or []}
    return {
        name: {"secretsmanager": value.removeprefix(SECRET)} if value.startswith(SECRET) else value
        for name, value in found.items()
    }


def env_file(container: dict[str, Any]) -> str | None:
    """Give the env file, where it stands in the bucket that stands for Copilot's."""
    files = [entry.get("value", "") for entry in container.get("environmentFiles") or []]
    return next((value.removeprefix(ENV_FILE) for value in files if value.startswith(ENV_FILE)), None)


def depends_on(container: dict[str, Any]) -> dict[str, str]:
    """Give the containers that have to start first."""
    return {
        entry.get("containerName"): str(entry.get("condition")).lower() for entry in container.get("dependsOn") or []
    }


def health_check(check: dict[str, Any] | None) -> dict[str, Any] | None:
    """Give a health check, with ECS's defaults written out where Copilot has others."""
    if not check:
        return None
    found = {"interval": 30, "timeout": 5, "retries": 3, "startPeriod": 0, **check}
    names = {"interval": "interval", "timeout": "timeout", "startPeriod": "start_period"}
    timed = {names[key]: f"{found[key]}s" for key in names if found[key] != CHECK[key]}
    return kept(
        {
            "command": found.get("command"),
            **timed,
            "retries": None if found["retries"] == CHECK["retries"] else found["retries"],
        }
    )


def count(value: Any) -> int | None:
    """Give CPU units or MiB, which a task definition has as text."""
    return int(value) if str(value).isdigit() else None


def platform(found: dict[str, Any]) -> Any:
    """Give the platform where it is not Copilot's default."""
    family, processor = found.get("operatingSystemFamily", "LINUX"), found.get("cpuArchitecture", "X86_64").lower()
    if family == "LINUX":
        return None if processor == "x86_64" else f"linux/{processor}"
    return {"osfamily": family.lower(), "architecture": processor}


def storage(definition: dict[str, Any], main: dict[str, Any]) -> dict[str, Any]:
    """Give the volumes that the main container mounts, and the disk of the task."""
    mounted: dict[str, dict] = {}
    for mount in main.get("mountPoints") or []:
        mounted.setdefault(mount.get("sourceVolume"), mount)
    volumes = {entry["name"]: entry for entry in definition.get("volumes") or [] if entry.get("name") in mounted}
    return kept(
        {
            "ephemeral": (definition.get("ephemeralStorage") or {}).get("sizeInGiB"),
            "readonly_fs": main.get("readonlyRootFilesystem"),
            "volumes": {
                name: kept(
                    {
                        "path": mounted[name].get("containerPath"),
                        "read_only": writable(mounted[name]),
                        "efs": efs(entry),
                    }
                )
                for name, entry in volumes.items()
            },
        }
    )


def efs(volume: dict[str, Any]) -> Any:
    """Give an EFS volume: the environment's own file system, or another by its id."""
    found = volume.get("efsVolumeConfiguration")
    if not found:
        return None
    if found.get("fileSystemId") == FILE_SYSTEM:
        return True
    auth = found.get("authorizationConfig") or {}
    root = found.get("rootDirectory", "/")
    return kept(
        {
            "id": found.get("fileSystemId"),
            "root_dir": None if root == "/" else root,
            "auth": kept(
                {"iam": True if auth.get("iam") == "ENABLED" else None, "access_point_id": auth.get("accessPointId")}
            ),
        }
    )


def topics(main: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the topics that the containers are told of."""
    try:
        found = json.loads(environment_of(main).get("COPILOT_SNS_TOPIC_ARNS", "{}"))
    except ValueError:
        return []
    names = sorted(found) if isinstance(found, dict) else []
    return [
        {"name": name.removesuffix(".fifo"), **({"fifo": True} if name.endswith(".fifo") else {})} for name in names
    ]
