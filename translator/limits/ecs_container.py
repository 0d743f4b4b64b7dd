"""One container <-> what ECS or Docker refuses in it: environment, secrets, health checks, limits, logs."""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import containers
from .rules import Hit, Rule, Rules, between, counted, each
from .values import entries, items, joined, mapping, number, text, texts, twice, unknown

CONTAINERS = "containerDefinitions"
HEALTH = f"{CONTAINERS}.healthCheck"
LINUX = f"{CONTAINERS}.linuxParameters"
LOGS = f"{CONTAINERS}.logConfiguration"

# API_KernelCapabilities, the valid values of add and drop.
CAPABILITIES = frozenset(
    "ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER"
    " KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP"
    " SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO"
    " SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM".split()
)
# API_SystemControl, the valid namespaces.
KERNEL = frozenset(
    f"kernel.{name}" for name in "msgmax msgmnb msgmni sem shmall shmmax shmmni shm_rmid_forced".split()
)
AWSLOGS_NEEDS = ("awslogs-group", "awslogs-region")


def env_name_twice(container: dict, task: dict) -> Iterator[Hit]:
    """Report a variable that is set twice: nothing says which value the process sees."""
    for at, name in twice(container["environment"], "name"):
        yield ("environment", at, "name"), f"Container {container.get('name')} sets {name} twice in environment."


def env_name_wrong(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a variable without a name, or with a name that a process cannot be given."""
    for at, entry in entries(container["environment"]):
        name = entry.get("name")
        if isinstance(name, str) and not name.isidentifier() and (not name or "=" in name or "\0" in name):
            yield ("environment", at, "name"), (
                f"Container {container.get('name')} has a variable whose name is empty or holds `=`."
            )


def env_and_secret(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a secret whose name a plain variable has."""
    plain = {text(entry.get("name")) for _, entry in entries(container.get("environment"))}
    for at, entry in entries(container["secrets"]) if plain else ():
        if text(entry.get("name")) is not None and entry["name"] in plain:
            yield ("secrets", at, "name"), (
                f"Container {container.get('name')} sets {entry['name']} both in environment and in "
                "secrets."
            )


def secret_name_twice(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse two secrets of one name."""
    for at, name in twice(container["secrets"], "name"):
        yield ("secrets", at, "name"), f"Container {container.get('name')} has two secrets named {name}."


def secret_reference(member: str, _: Any) -> Rule:
    """Refuse an ARN that is neither a secret nor a parameter, or whose JSON key lacks its two further fields."""
    def rule(holder: dict, outer: dict) -> Iterator[Hit]:
        for at, entry in entries(holder[member]):
            words = _reference_fault(text(entry.get("valueFrom")))
            if words:
                yield (member, at, "valueFrom"), f"Secret {entry.get('name')}: {words}"

    return rule


def _reference_fault(reference: str | None) -> str:
    parts = reference.split(":") if reference else []
    if reference == "":
        return "valueFrom is empty."
    if not parts or parts[0] != "arn" or len(parts) < 6:
        return ""
    if parts[2] == "ssm":
        return "" if parts[5].startswith("parameter/") else "the ARN names no parameter."
    if parts[2] != "secretsmanager":
        return f"the ARN is of {parts[2]}; secrets come from secretsmanager or ssm."
    if len(parts) not in (7, 10):
        return "after the name, an ARN has nothing, or json-key:version-stage:version-id with every colon."
    return (
        "an ARN takes a version stage or a version id, not both." if len(parts) == 10 and parts[8] and parts[9] else ""
    )


def environment_file(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a file of variables that is no `.env` object in S3."""
    for at, entry in entries(container["environmentFiles"]):
        value = text(entry.get("value"))
        if value is not None and not (value.startswith("arn:") and ":s3:" in value and value.endswith(".env")):
            yield ("environmentFiles", at, "value"), (
                f"Container {container.get('name')}: an environment file is the ARN of an S3 object that "
                "ends in .env."
            )


def health_command(check: dict, container: dict) -> Iterator[Hit]:
    """Refuse a health check that does not say how its command is run."""
    command = items(check["command"])
    first = text(command[0]) if command else None
    if first is not None and (first not in ("CMD", "CMD-SHELL") or len(command) == 1):
        yield ("command",), (
            f"The health check of container {container.get('name')} must be CMD or CMD-SHELL and then the "
            "command."
        )


def health_shell(check: dict, container: dict) -> Iterator[Hit]:
    """Report a shell that is given more than one string: it runs the first, the others become its $0, $1, ..."""
    command = items(check["command"])
    if len(command) > 2 and command[0] == "CMD-SHELL":
        yield ("command",), (
            f"The health check of container {container.get('name')} gives CMD-SHELL {len(command) - 1} "
            "strings; the shell runs the first alone."
        )


def capability_unknown(linux: dict, container: dict) -> Iterator[Hit]:
    """Refuse a capability that ECS does not know; names go without CAP_."""
    for member in ("add", "drop"):
        for at, name in texts(mapping(linux["capabilities"]).get(member)):
            if name not in CAPABILITIES:
                yield ("capabilities", member, at), (
                    f"Container {container.get('name')}: {name} is no capability that ECS knows."
                )


def ulimit_order(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a soft limit above its hard limit, and one limit set twice."""
    limits = entries(container["ulimits"])
    for at, limit in limits:
        soft, hard = number(limit.get("softLimit")), number(limit.get("hardLimit"))
        if soft is not None and hard is not None and hard != -1 and soft > hard:
            yield ("ulimits", at), (
                f"Container {container.get('name')}: the soft limit of {limit.get('name')} is above the "
                "hard limit."
            )
    for at, name in twice(container["ulimits"], "name"):
        yield ("ulimits", at), f"Container {container.get('name')} sets the limit {name} twice."


def system_control(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a kernel parameter that no container has of its own in this task."""
    for at, control in entries(container["systemControls"]):
        name = text(control.get("namespace")) or ""
        net, ipc = name.startswith("net."), name in KERNEL or name.startswith("fs.mqueue.")
        if name and not net and not ipc:
            yield ("systemControls", at, "namespace"), f"{name} is no kernel parameter that a container has of its own."
        elif net and task.get("networkMode") == "host" or ipc and task.get("ipcMode") == "host":
            yield ("systemControls", at, "namespace"), (
                f"{name} cannot be set for a container that shares the host's namespace."
            )


def tmpfs_wrong(linux: dict, container: dict) -> Iterator[Hit]:
    """Refuse a tmpfs without a size or an absolute path."""
    for at, mount in entries(linux["tmpfs"]):
        size, path = number(mount.get("size")), text(mount.get("containerPath"))
        if size is not None and size < 1 or path is not None and not path.startswith("/"):
            yield ("tmpfs", at), (
                f"A tmpfs of container {container.get('name')} needs an absolute containerPath and a size "
                "of at least 1 MiB."
            )


def swappiness_unused(linux: dict, container: dict) -> Iterator[Hit]:
    """Report swappiness without maxSwap: it is ignored."""
    if linux.get("maxSwap") is None:
        yield ("swappiness",), f"Container {container.get('name')} sets swappiness without maxSwap, so it is ignored."


def log_options(logs: dict, container: dict) -> Iterator[Hit]:
    """Refuse awslogs without a group or a region, and two ways to find the start of a message."""
    if logs["logDriver"] != "awslogs" or unknown(logs.get("options")):
        return
    options = mapping(logs.get("options"))
    missing = [name for name in AWSLOGS_NEEDS if not options.get(name)]
    if missing:
        yield (), f"The awslogs driver of container {container.get('name')} needs {joined(missing)}."
    if options.get("awslogs-multiline-pattern") and options.get("awslogs-datetime-format"):
        yield ("options",), (
            f"Container {container.get('name')} sets both awslogs-datetime-format and "
            "awslogs-multiline-pattern."
        )


def firelens_missing(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse logs for a FireLens router that the task does not have."""
    if mapping(container["logConfiguration"]).get("logDriver") == "awsfirelens":
        if not any(other.get("firelensConfiguration") for other in containers(task).values()):
            yield ("logConfiguration",), (
                f"Container {container.get('name')} sends its logs to FireLens, but no container has a "
                "firelensConfiguration."
            )


def firelens_twice(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a second log router."""
    routers = [other for other in containers(task).values() if other.get("firelensConfiguration")]
    if routers and routers[0] is not container:
        yield ("firelensConfiguration",), "Two containers have a firelensConfiguration; a task has one log router."


def gpu_count(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a resource requirement that says neither a count nor a share, or both."""
    for at, need in entries(container["resourceRequirements"]):
        value, kind = text(need.get("value")), need.get("type")
        shared = need.get("sharingStrategy") is not None
        if kind == "GPU" and (
            shared == (need.get("value") is not None)
            or value
            and not (value == "ALL" or value.isdecimal() and int(value) > 0)
        ):
            yield ("resourceRequirements", at), (
                f"Container {container.get('name')} needs a number of GPUs, ALL, or a sharing strategy."
            )
        elif kind == "NeuronDevice" and value not in ("ALL", None):
            yield ("resourceRequirements", at, "value"), (
                f"Container {container.get('name')}: the only value of NeuronDevice is ALL."
            )


RULES: Rules = {
    f"{CONTAINERS}.logConfiguration": {"firelens-missing": firelens_missing},
    f"{CONTAINERS}.firelensConfiguration": {"firelens-twice": firelens_twice},
    f"{CONTAINERS}.environment": {"env-name-twice": env_name_twice, "env-name-wrong": env_name_wrong},
    f"{CONTAINERS}.secrets": {"env-and-secret": env_and_secret, "secret-name-twice": secret_name_twice},
    f"{CONTAINERS}.environmentFiles": {"environment-file": environment_file},
    f"{HEALTH}.command": {"health-command": health_command, "health-shell": health_shell},
    f"{LINUX}.capabilities": {"capability-unknown": capability_unknown},
    f"{LINUX}.tmpfs": {"tmpfs-wrong": tmpfs_wrong},
    f"{LINUX}.swappiness": {"swappiness-unused": swappiness_unused},
    f"{CONTAINERS}.ulimits": {"ulimit-order": ulimit_order},
    f"{CONTAINERS}.systemControls": {"system-control": system_control},
    f"{LOGS}.logDriver": {"log-options": log_options},
    f"{CONTAINERS}.resourceRequirements": {"gpu-count": gpu_count},
}

RANGES = each(
    {
        "health-check-range": {
            f"{HEALTH}.interval": (5, 300),
            f"{HEALTH}.timeout": (2, 60),
            f"{HEALTH}.retries": (1, 10),
            f"{HEALTH}.startPeriod": (0, 300),
        },
        "memory-least": {f"{CONTAINERS}.memory": (6, None), f"{CONTAINERS}.memoryReservation": (6, None)},
        "restart-period": {f"{CONTAINERS}.restartPolicy.restartAttemptPeriod": (60, 1800)},
        "linux-range": {
            f"{LINUX}.swappiness": (0, 100),
            f"{LINUX}.maxSwap": (0, None),
            f"{LINUX}.sharedMemorySize": (0, None),
        },
    },
    between,
)

COUNTS = each({
    "restart-codes": {f"{CONTAINERS}.restartPolicy.ignoredExitCodes": (0, 50)},
    "environment-file-count": {f"{CONTAINERS}.environmentFiles": (0, 10)},
    "credential-specs": {f"{CONTAINERS}.credentialSpecs": (0, 1)},
}, counted)

REFERENCES = each(
    {"secret-reference": {f"{CONTAINERS}.secrets": None, f"{LOGS}.secretOptions": None}}, secret_reference
)

KINDS = {"taskDefinitions": (RULES, RANGES, COUNTS, REFERENCES)}
