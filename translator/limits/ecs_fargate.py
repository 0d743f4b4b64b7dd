"""Task definitions <-> what Fargate, Windows, Managed Instances and external instances do not have.

Fargate: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import containers
from .rules import Hit, Rule, Rules, between, each, one_of
from .values import entries, joined, mapping, text, texts, unknown

CONTAINERS = "containerDefinitions"
LINUX = f"{CONTAINERS}.linuxParameters"
DRIVER = f"{CONTAINERS}.logConfiguration.logDriver"

FARGATE_FIELDS = dict.fromkeys(
    (
        "ipcMode",
        "placementConstraints",
        "inferenceAccelerators",
        "volumes.dockerVolumeConfiguration",
        "volumes.host.sourcePath",
        *(
            f"{CONTAINERS}.{name}"
            for name in (
                "disableNetworking",
                "dnsSearchDomains",
                "dnsServers",
                "dockerSecurityOptions",
                "extraHosts",
                "links",
                "privileged",
                "resourceRequirements",
            )
        ),
        *(f"{LINUX}.{name}" for name in ("devices", "maxSwap", "swappiness", "sharedMemorySize")),
    ),
    "Fargate does not have, since the host belongs to AWS",
)
# API_ContainerDefinition and API_RegisterTaskDefinition: "not supported for Windows containers".
WINDOWS_FIELDS = dict.fromkeys((
    "pidMode", "ipcMode",
    *(f"{CONTAINERS}.{name}" for name in (
        "links", "user", "disableNetworking", "privileged", "readonlyRootFilesystem", "dnsServers", "dnsSearchDomains",
        "extraHosts", "ulimits", "linuxParameters", "systemControls",
    )),
), "Windows containers do not have")
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-tasks-services.html
# without tmpfs, which came to Managed Instances in January 2026.
MANAGED_FIELDS = dict.fromkeys(
    (
        "ephemeralStorage",
        "ipcMode",
        "proxyConfiguration",
        "inferenceAccelerators",
        "volumes.dockerVolumeConfiguration",
        "volumes.fsxWindowsFileServerVolumeConfiguration",
        "volumes.host.sourcePath",
        *(
            f"{CONTAINERS}.{name}"
            for name in (
                "disableNetworking",
                "dnsSearchDomains",
                "dnsServers",
                "dockerLabels",
                "dockerSecurityOptions",
                "extraHosts",
                "hostname",
                "links",
            )
        ),
        *(f"{LINUX}.{name}" for name in ("maxSwap", "swappiness", "sharedMemorySize")),
    ),
    "ECS Managed Instances do not have",
)
EXTERNAL_FIELDS = dict.fromkeys((
    "proxyConfiguration", "inferenceAccelerators", "volumes.efsVolumeConfiguration",
    f"{CONTAINERS}.resourceRequirements.sharingStrategy",
), "external instances do not have")
INSTANCE_FIELDS = {"ephemeralStorage": "instances do not have: they bring their own disk"}


def _absent(name: str, why: str) -> Rule:
    def rule(holder: dict, outer: Any) -> Iterator[Hit]:
        # An empty value or `false` asks for nothing; zero is a setting (maxSwap, swappiness).
        if holder[name] or holder[name] == 0 and holder[name] is not False:
            yield (name,), f"The task definition sets what {why}."

    return rule


def network_mode(allowed: tuple[str, ...], where: str) -> Rule:
    """Make a rule that the network mode is one that a launch type has; without one it is bridge."""
    def rule(task: dict, book: Any) -> Iterator[Hit]:
        mode = text(task.get("networkMode") or "bridge")
        if mode is not None and mode not in allowed:
            yield ("networkMode",), (
                f"The network mode is {mode}; {where} {'have' if where.endswith('s') else 'has'} "
                f"{joined(allowed)}."
            )

    return rule


def fargate_pid_mode(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse the host's processes."""
    if task["pidMode"] == "host":
        yield ("pidMode",), "The task shares the host's processes; on Fargate pidMode is task or absent."


def fargate_capability(linux: dict, container: dict) -> Iterator[Hit]:
    """Refuse every further capability but SYS_PTRACE."""
    for at, name in texts(mapping(linux["capabilities"]).get("add")):
        if name != "SYS_PTRACE":
            yield ("capabilities", "add", at), (
                f"Container {container.get('name')} adds {name}; Fargate adds SYS_PTRACE alone."
            )


def fargate_firelens_file(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a FireLens configuration from S3."""
    if mapping(mapping(container["firelensConfiguration"]).get("options")).get("config-file-type") == "s3":
        yield ("firelensConfiguration", "options"), (
            f"Container {container.get('name')} reads its FireLens configuration from S3; Fargate reads "
            "files of the image alone."
        )


def fargate_windows(task: dict, book: Any) -> Iterator[Hit]:
    """Refuse the platforms that Fargate has no hosts for."""
    platform = mapping(task["runtimePlatform"])
    family = text(platform.get("operatingSystemFamily")) or ""
    if family.startswith("WINDOWS"):
        if any(version in family for version in ("_2016_", "_2004_", "_20H2_")):
            yield ("runtimePlatform", "operatingSystemFamily"), f"Fargate does not run {family}."
        if platform.get("cpuArchitecture") == "ARM64":
            yield ("runtimePlatform", "cpuArchitecture"), "Fargate runs Windows on X86_64 alone."


def log_prefix(logs: dict, container: dict) -> Iterator[Hit]:
    """Refuse awslogs without a prefix for its streams."""
    options = logs.get("options")
    if logs["logDriver"] == "awslogs" and not unknown(options) and not mapping(options).get("awslogs-stream-prefix"):
        yield (), f"The awslogs driver of container {container.get('name')} needs awslogs-stream-prefix on Fargate."


def _role_for(name: str, what: str) -> Rule:
    """Make a rule that somebody has the role to read what a member refers to."""
    def rule(container: dict, task: dict) -> Iterator[Hit]:
        if container[name] and not task.get("executionRoleArn"):
            yield (name,), f"The task definition has no executionRoleArn, which {what} need."

    return rule


def private_image(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse an image of a private ECR repository that nobody has the role to pull."""
    if isinstance(container["image"], str) and ".dkr.ecr." in container["image"] and not task.get("executionRoleArn"):
        yield ("image",), "The task definition has no executionRoleArn, which images of a private ECR repository need."


def log_role(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse CloudWatch logs that nobody has the role to write."""
    if mapping(container["logConfiguration"]).get("logDriver") == "awslogs" and not task.get("executionRoleArn"):
        yield ("logConfiguration",), "The task definition has no executionRoleArn, which the awslogs driver needs."


def log_secrets_role(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse secrets of a log driver that nobody has the role to read."""
    if mapping(container["logConfiguration"]).get("secretOptions") and not task.get("executionRoleArn"):
        yield ("logConfiguration", "secretOptions"), "The task definition has no executionRoleArn, which secrets need."


def neuron_twice(container: dict, task: dict) -> Iterator[Hit]:
    """Refuse a second container with Neuron devices."""
    holders = [other for other in containers(task).values() if _has_neuron(other)]
    if len(holders) > 1 and _has_neuron(container):
        yield ("resourceRequirements",), "Two containers ask for Neuron devices; one container of a task may have them."


def _has_neuron(container: dict) -> bool:
    return any(need.get("type") == "NeuronDevice" for _, need in entries(container.get("resourceRequirements")))


RULES: Rules = {
    f"{CONTAINERS}.resourceRequirements": {"neuron-twice": neuron_twice},
    f"{CONTAINERS}.logConfiguration": {"execution-role": log_secrets_role},
}
ROLES: Rules = each({"execution-role": {
    f"{CONTAINERS}.secrets": "secrets", f"{CONTAINERS}.environmentFiles": "environment files",
    f"{CONTAINERS}.repositoryCredentials": "registry credentials",
}}, _role_for)

FARGATE: tuple[Rules, ...] = (
    {
        CONTAINERS: {"fargate-network-mode": network_mode(("awsvpc",), "Fargate")},
        DRIVER: {"log-prefix": log_prefix},
        f"{CONTAINERS}.image": {"execution-role": private_image},
        f"{CONTAINERS}.logConfiguration": {"execution-role": log_role},
        "pidMode": {"fargate-pid-mode": fargate_pid_mode},
        "runtimePlatform": {"fargate-windows": fargate_windows},
        f"{LINUX}.capabilities": {"fargate-capability": fargate_capability},
        f"{CONTAINERS}.firelensConfiguration": {"fargate-firelens-file": fargate_firelens_file},
    },
    each({"fargate-field": FARGATE_FIELDS}, _absent),
    each({"fargate-log-driver": {DRIVER: ("awslogs", "splunk", "awsfirelens")}}, one_of),
    each({"fargate-timeout": {f"{CONTAINERS}.startTimeout": (2, 120), f"{CONTAINERS}.stopTimeout": (2, 120)}}, between),
)
WINDOWS: tuple[Rules, ...] = (each({"windows-field": WINDOWS_FIELDS}, _absent),)
MANAGED: tuple[Rules, ...] = (
    {CONTAINERS: {"managed-network-mode": network_mode(("awsvpc", "host"), "ECS Managed Instances")}},
    each({"managed-field": MANAGED_FIELDS}, _absent),
    each({"managed-log-driver": {DRIVER: ("awslogs", "splunk", "awsfirelens", "json-file")}}, one_of),
)
EXTERNAL: tuple[Rules, ...] = (
    {CONTAINERS: {"external-network-mode": network_mode(("bridge", "host", "none"), "external instances")}},
    each({"external-field": EXTERNAL_FIELDS}, _absent),
)
INSTANCES: tuple[Rules, ...] = (each({"instance-field": INSTANCE_FIELDS}, _absent),)
STORAGE: Rules = each({"ephemeral-storage-range": {"ephemeralStorage.sizeInGiB": (21, 200)}}, between)

KINDS = {"taskDefinitions": (RULES, ROLES, STORAGE)}
PLATFORMS = {
    "FARGATE": FARGATE,
    "WINDOWS": WINDOWS,
    "MANAGED_INSTANCES": MANAGED,
    "EXTERNAL": EXTERNAL,
    "EC2": INSTANCES,
}
