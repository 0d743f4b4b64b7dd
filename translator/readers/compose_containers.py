"""A Compose service's section -> the container definition of its task.

https://github.com/compose-spec/compose-spec/blob/main/05-services.md
"""

from __future__ import annotations

import posixpath
from typing import Any

from .compose_ports import Port, mappings
from .compose_service import Service, limits, pairs, size, stop_timeout
from .compose_volumes import Mounted
from .spellings import command, placeholder, seconds
from .taking import Node, Refused, text

# Compose's own defaults, where ECS has others.
CHECK = {"interval": 30, "timeout": 30, "retries": 3, "startPeriod": 0}
DRIVERS = frozenset({"awslogs", "fluentd", "gelf", "journald", "json-file", "splunk", "syslog", "awsfirelens"})
FARGATE_DRIVERS = frozenset({"awslogs", "splunk", "awsfirelens"})
PERMISSIONS = {"r": "read", "w": "write", "m": "mknod"}
SECRET = "arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret:"


def container(service: Service, ports: list[Port], mounted: Mounted) -> dict[str, Any]:
    """Give the container definition, as a tree that holds nodes."""
    node, asked = service.node, limits(service)
    hosted = service.on_instance
    return {
        "name": service.name,
        "image": image(service),
        "essential": True,
        "cpu": asked["kept"].or_(asked["cpu"]),
        "memory": asked["memory"],
        "memoryReservation": asked["reserved"].or_(None if asked["memory"] or not hosted else 512),
        "entryPoint": command(node["entrypoint"]),
        "command": command(node["command"]),
        "workingDirectory": node["working_dir"].text(),
        "user": node["user"].text(),
        "environment": environment(service),
        "environmentFiles": env_files(service),
        "secrets": secrets(service),
        "portMappings": mappings(ports, node["network_mode"].value == "host"),
        "mountPoints": mounted.mounts,
        "healthCheck": health_check(service),
        "stopTimeout": stop_timeout(service),
        "dockerLabels": {key: value.text().or_("") for key, value in pairs(node["labels"])},
        "logConfiguration": logs(service),
        "linuxParameters": linux(service, mounted),
        "ulimits": [ulimit(name, spec) for name, spec in node["ulimits"].items()],
        "systemControls": [{"namespace": key, "value": value.text()} for key, value in pairs(node["sysctls"]) if value],
        "readonlyRootFilesystem": node["read_only"].flag(),
        "privileged": node["privileged"].flag(),
        "interactive": node["stdin_open"].flag(),
        "pseudoTerminal": node["tty"].flag(),
        "dockerSecurityOptions": node["security_opt"].texts(),
        "resourceRequirements": gpus(service),
        **(on_bridge(node) if node["network_mode"].value in ("bridge",) else {}),
    }


def on_bridge(node: Node) -> dict[str, Any]:
    """Give what ECS takes only where tasks share the network of their instance."""
    return {
        "hostname": node["hostname"].text(),
        "dnsServers": node["dns"].texts(),
        "dnsSearchDomains": node["dns_search"].texts(),
        "extraHosts": [
            {"hostname": key, "ipAddress": value.text()} for key, value in pairs(node["extra_hosts"]) if value
        ],
    }


def image(service: Service) -> Any:
    """Give the image; one that is built here has no name anywhere else."""
    node = service.node
    named, build = node["image"].text(), node["build"]
    if build:
        service.gather("build", "Compose builds the images of {}; push them to a registry first.", service.key, build)
    if named:
        return named
    if not build:
        service.gather("image-missing", "{} have neither `image` nor `build`.", service.key, node)
    return f"${{{placeholder(service.key)}_IMAGE}}"


def environment(service: Service) -> list[dict]:
    """Give the variables; one without a value is the shell's, and stays open."""
    made = []
    for name, value in pairs(service.node["environment"]):
        if value:
            made.append({"name": name, "value": value.text()})
        else:
            service.gather("from-shell", "Compose takes {} from the shell; placeholders stand for them.", name, value)
            made.append({"name": name, "value": f"${{{name}}}"})
    return [entry for entry in made if entry["name"]]


def env_files(service: Service) -> list[dict]:
    """Give the env files: of two that set a variable Compose takes the last, and ECS the first."""
    spec = service.node["env_file"]
    entries = list(spec.each()) if spec.is_list() else [spec] if spec else []
    files = [(entry["path"] if entry.is_map() else entry).text() for entry in entries]
    for entry, file in zip(entries, files):
        service.gather(
            "env-file",
            "Compose reads {}; ECS reads them from S3, and `${ENV_FILE_BUCKET}` stands for the bucket.",
            str(file.value),
            entry,
        )
    return [{"type": "s3", "value": file.to(_object)} for file in reversed(files) if file]


def _object(path: str) -> str:
    plain = "/".join(part for part in posixpath.normpath(path).split("/") if part not in ("", ".", ".."))
    return f"arn:aws:s3:::${{ENV_FILE_BUCKET}}/{plain if plain.endswith('.env') else plain + '.env'}"


def secrets(service: Service) -> list[dict]:
    """Give the secrets as variables: ECS mounts no files with secrets."""
    taken = {name for name, _ in pairs(service.node["environment"])}
    made = []
    for entry in service.node["secrets"].each():
        source = (entry["source"] if entry.is_map() else entry).text()
        if source:
            name = placeholder(source.value)
            service.gather(
                "secrets",
                "Compose mounts {} as files; ECS gives their values in variables of like names.",
                source.value,
                entry,
            )
            made.append(
                {
                    "name": f"{name}_SECRET" if name in taken else name,
                    "valueFrom": source.to(lambda key: SECRET + secret_name(service, key)),
                }
            )
    return made


def secret_name(service: Service, key: str) -> str:
    """Give the name of a secret in Secrets Manager: its own, or the project's and its key."""
    spec = service.node.ledger.root()["secrets"][key]
    named = spec["name"] or spec["external"]["name"]
    return str(named.value) if named else key if spec["external"].value else f"{service.project}/{key}"


def health_check(service: Service) -> dict[str, Any] | None:
    """Give the health check, with Compose's defaults for what it does not say."""
    spec = service.node["healthcheck"]
    test = spec["test"].to(_test)
    if spec["disable"].flag().value or test.value == ["NONE"]:
        service.gather(
            "no-health-check",
            "The health checks of {} are off; ECS runs only those that it is told of.",
            service.key,
            spec,
        )
        return None
    if not test:
        return None
    found = {
        "interval": seconds(spec["interval"]),
        "timeout": seconds(spec["timeout"]),
        "retries": spec["retries"].whole(),
        "startPeriod": seconds(spec["start_period"]),
    }
    return {"command": test, **{key: node.or_(CHECK[key]) for key, node in found.items()}}


def _test(value: Any) -> list[str]:
    if value in ([], ""):
        raise Refused("a command")
    return [text(entry) for entry in value] if isinstance(value, list) else ["CMD-SHELL", text(value)]


def logs(service: Service) -> dict[str, Any]:
    """Give the log driver; where Docker keeps logs on its host, they go to CloudWatch."""
    spec = service.node["logging"]
    driver = spec["driver"].text()
    known = DRIVERS if service.on_instance else FARGATE_DRIVERS
    if driver.value in known:
        return {"logDriver": driver, "options": {key: node.text() for key, node in spec["options"].items()}}
    if spec:
        service.gather(
            "logging", "The log settings of {} mean nothing on ECS; the logs go to CloudWatch.", service.key, spec
        )
    options = {
        "awslogs-group": log_group(service),
        "awslogs-region": "${AWS_REGION}",
        "awslogs-stream-prefix": service.name,
    }
    return {"logDriver": "awslogs", "options": options}


def log_group(service: Service) -> str:
    """Name the log group of a service."""
    return f"/ecs/{service.project}/{service.name}"


def linux(service: Service, mounted: Mounted) -> dict[str, Any]:
    """Give what a container may do beyond what containers may."""
    node = service.node
    most, swap = size(node["mem_limit"]), size(node["memswap_limit"])
    spare = swap.to(lambda total: max(total - (most.value or 0), 0)).with_(node["mem_limit"]) if most else swap
    return {
        "capabilities": {"add": _capabilities(node["cap_add"]), "drop": _capabilities(node["cap_drop"])},
        "initProcessEnabled": node["init"].flag(),
        "sharedMemorySize": size(node["shm_size"]),
        "swappiness": node["mem_swappiness"].whole(),
        "maxSwap": spare,
        "tmpfs": mounted.memory,
        "devices": [device(entry) for entry in node["devices"].each()],
    }


def _capabilities(spec: Node) -> list[Node]:
    return [entry.to(lambda word: word.upper().removeprefix("CAP_")) for entry in spec.texts()]


def device(entry: Node) -> dict[str, Any]:
    """Give a device of the host: `host:container:permissions`, or a map."""
    if entry.is_map():
        host, inside, may = (entry[key].text() for key in ("source", "target", "permissions"))
    else:
        parts = (*str(entry.value).split(":"), "", "")[:3]
        host, inside, may = (Node(entry.ledger, part or None, entry.path) for part in parts)
    return {"hostPath": host, "containerPath": inside, "permissions": may.to(_permissions)} if host else {}


def _permissions(letters: str) -> list[str]:
    if not set(letters) <= PERMISSIONS.keys():
        raise Refused("a device whose permissions are of the letters r, w and m")
    return [PERMISSIONS[letter] for letter in letters]


def ulimit(name: str, spec: Node) -> dict[str, Any] | None:
    """Give a limit, for both its bounds or for each."""
    soft, hard = (spec["soft"].whole(), spec["hard"].whole()) if spec.is_map() else (spec.whole(), spec.whole())
    return {"name": name, "softLimit": soft.or_(hard), "hardLimit": hard.or_(soft)} if soft or hard else None


def gpus(service: Service) -> list[dict]:
    """Give the GPUs that are kept for the container; `all` is one, as ECS has to be told a number."""
    node = service.node
    spec = node["gpus"] if node["gpus"].is_list() else node["deploy"]["resources"]["reservations"]["devices"]
    asked = [entry["count"] for entry in spec.each() if "gpu" in (entry["capabilities"].value or ["gpu"])]
    counts = [count.to(lambda value: "1" if value in ("all", -1) else str(value)).or_("1") for count in asked]
    for entry in spec.each() if asked else [node["gpus"]] if node["gpus"] else []:
        service.gather("gpus", "{} ask for GPUs, which instances with GPUs have.", service.key, entry)
    return [{"type": "GPU", "value": count} for count in counts or (["1"] if node["gpus"].value == "all" else [])]
