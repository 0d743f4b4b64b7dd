"""Compose files -> ECS documents: a task definition and a service for each Compose service.

Services find each other by their names, through Service Connect in a namespace that is called as the project
(https://github.com/compose-spec/compose-spec/blob/main/spec.md).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from ..model import ECS, Document, Object, Path, Source
from ..rows import tables
from .compose_containers import container, log_group
from .compose_deploy import say as say_deploy
from .compose_deploy import service_request
from .compose_ports import ports
from .compose_service import Service, called, limits, task_size
from .compose_variables import Variables
from .compose_volumes import mounted
from .taking import Ledger, Node, listed

MARKS = frozenset({"image", "build", "extends", "command", "environment", "ports", "deploy", "volumes"})
# Keys of a service that are about building and developing on a machine, and mean nothing in production.
DEVELOPMENT = ("attach", "develop", "pull_policy", "pull_refresh_after", "annotations", "use_api_socket")
# Keys of a service that containers of ECS have nothing for.
NO_COUNTERPART = (
    "blkio_config", "cgroup", "cgroup_parent", "configs", "container_name", "cpu_count", "cpu_percent", "cpu_period",
    "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "cpuset", "credential_spec", "device_cgroup_rules",
    "dns", "dns_opt", "dns_search", "domainname", "external_links", "extra_hosts", "group_add", "hostname", "isolation",
    "label_file", "links", "mac_address", "models", "oom_kill_disable", "oom_score_adj", "pids_limit", "post_start",
    "pre_stop", "provider", "runtime", "stop_signal", "storage_opt", "userns_mode", "uts", "volumes_from",
)  # fmt: skip
ENVIRONMENT = ("CLUSTER", "SUBNET_1", "SUBNET_2", "SECURITY_GROUP", "EXECUTION_ROLE_ARN")
PROCESSORS = {"amd64": "X86_64", "x86_64": "X86_64", "arm64": "ARM64", "aarch64": "ARM64", "arm64/v8": "ARM64"}


def recognises(value: Any) -> bool:
    """Whether plain data is a Compose file."""
    services = value.get("services") if isinstance(value, dict) else None
    if (
        not isinstance(services, dict)
        or not services
        or value.keys() & {"kind", "Resources", "AWSTemplateFormatVersion"}
    ):
        return False
    sections = [entry for entry in services.values() if isinstance(entry, dict)]
    return bool(sections) and any(MARKS & entry.keys() for entry in sections)


def read(source: Source) -> Document:
    """Read one Compose file; what of it ECS has nothing for is a finding."""
    variables, origins = Variables(), {}
    value = variables.fill(extended(source.value, origins))
    ledger = Ledger("compose", source, project(source), value, origins)
    root = ledger.root()
    entries = [entry for service in services(root) for entry in _entries(service)]
    _say_file(root, variables, bool(entries))
    order = list(tables()["kinds"])
    return Document(ECS, tuple(sorted(entries, key=lambda entry: order.index(entry.kind))), ledger.close())


def project(source: Source) -> str:
    """Name the project: as the file does, or as its folder is called."""
    name = source.value.get("name")
    filled = Variables().text(name) if isinstance(name, str) else ""
    return called(filled if "$" not in filled else "") or called(PurePath(source.file).parent.name) or "app"


def extended(value: dict, origins: dict[Path, Path]) -> dict:
    """Merge in the services of the same file that services extend."""
    made = copy.deepcopy(value)
    for name, section in made["services"].items():
        seen = [name]
        while isinstance(section, dict) and (base := _base(section)) is not None and base not in seen:
            seen.append(base)
            below = made["services"].get(base)
            if not isinstance(below, dict):
                break
            section.pop("extends")
            section.update(
                {
                    key: _joined(below[key], section.get(key))
                    for key in below
                    if key != "extends" or "extends" not in section
                }
            )
            origins.update(
                {
                    ("services", name, key): ("services", base, key)
                    for key in below
                    if key not in value["services"][name]
                }
            )
    return made


def _base(section: dict) -> str | None:
    asked = section.get("extends")
    if isinstance(asked, dict) and "file" not in asked:
        asked = asked.get("service")
    return asked if isinstance(asked, str) else None


def _joined(below: Any, own: Any) -> Any:
    if isinstance(below, dict) and isinstance(own, dict):
        return {**below, **{key: _joined(below.get(key), entry) for key, entry in own.items()}}
    if isinstance(below, list) and isinstance(own, list):
        return [*below, *own]
    return copy.deepcopy(below) if own is None else own


def services(root: Node) -> Iterator[Service]:
    """Give the services that are started, with the names that ECS takes."""
    for key, section in root["services"].items():
        name = called(key)
        if name != key:
            root.ledger.gather("renamed", "ECS takes no dots in names: {} are called with dashes.", key)
        if section.is_map():
            yield Service(section, key, name, root.ledger.application)
        else:
            section.wrong("a map")


def _entries(service: Service) -> Iterator[Object]:
    """Give the requests of one service."""
    ledger, node = service.node.ledger, service.node
    found, inside = ports(service), mounted(service)
    asked = limits(service)
    hosted = service.on_instance
    _say_service(service)
    yield ledger.request(
        "taskDefinitions",
        {
            "family": service.name,
            "runtimePlatform": platform(node["platform"]),
            "networkMode": network_mode(service),
            "requiresCompatibilities": ["EC2" if hosted else "FARGATE"],
            **task_size(service, asked),
            "executionRoleArn": "${EXECUTION_ROLE_ARN}",
            "pidMode": _shared(node["pid"]),
            "ipcMode": _shared(node["ipc"]),
            "containerDefinitions": [container(service, found, inside)],
            "volumes": list(inside.volumes.values()),
        },
    )
    yield ledger.request("services", service_request(service, found))
    yield ledger.request("logGroups", {"logGroupName": log_group(service)})


def _shared(spec: Node) -> Node:
    """Give `host`; other values name a container of another task."""
    return spec.text() if spec.value == "host" else Node(spec.ledger, None, spec.path)


def network_mode(service: Service) -> Any:
    """Give the network mode: one of the host's, or an interface of the task's own."""
    spec = service.node["network_mode"]
    return spec.text() if spec.value in ("host", "none", "bridge") else "awsvpc"


def platform(spec: Node) -> dict[str, Any] | None:
    """Give the operating system and the processor of `linux/arm64`."""
    system, _, processor = str(spec.value or "").partition("/")
    if not spec or system not in ("linux", "") or processor not in PROCESSORS:
        return None
    return {"operatingSystemFamily": "LINUX", "cpuArchitecture": spec.to(lambda value: PROCESSORS[processor])}


def _say_service(service: Service) -> None:
    """Report what of a service ECS does otherwise or not at all."""
    node = service.node
    say_deploy(service)
    waits = node["depends_on"]
    if waits:
        service.gather(
            "depends-on", "{} wait for other services to start; services of ECS start in no order.", service.key, waits
        )
    if node["profiles"]:
        names = (
            f"{service.key} ({', '.join(map(str, node['profiles'].value))})"
            if node["profiles"].is_list()
            else service.key
        )
        service.gather(
            "profiles",
            "Compose starts these only for their profiles; here they are services like others: {}.",
            names,
            node["profiles"],
        )
    bridged = node["network_mode"].value == "bridge"
    for key in NO_COUNTERPART:
        if node[key] and not (bridged and key in ("hostname", "dns", "dns_search", "extra_hosts")):
            service.gather("no-counterpart", "ECS has nothing for this: {}.", f"{service.key}: {key}", node[key])
    for key in DEVELOPMENT:
        if node[key]:
            service.gather(
                "development",
                "This is for building and developing, and means nothing on ECS: {}.",
                f"{service.key}: {key}",
                node[key],
            )
    if node["platform"] and platform(node["platform"]) is None:
        service.gather("no-counterpart", "ECS has nothing for this: {}.", f"{service.key}: platform", node["platform"])
    _say_neighbours(service)


def _say_neighbours(service: Service) -> None:
    """Report what a service shares with others: networks, namespaces, the machine."""
    node = service.node
    networks = node["networks"]
    if networks:
        service.gather(
            "networks",
            "{} have networks of their own; on ECS all services of the project find each other.",
            service.key,
            networks,
        )
    elsewhere = [node[key] for key in ("pid", "ipc", "network_mode") if ":" in str(node[key].value)]
    if elsewhere:
        service.gather(
            "shared-namespaces",
            "{} share namespaces with other containers, which tasks of ECS cannot.",
            service.key,
            *elsewhere,
        )
    if service.on_instance:
        service.gather("instances", "{} use what Fargate does not have, so they run on instances (EC2).", service.key)


def _say_file(root: Node, variables: Variables, any_service: bool) -> None:
    """Report what stands beside the services, and what stands for values that nobody knows."""
    ledger = root.ledger
    if called(str(root["name"].value)) == ledger.application:
        root["name"].use()
    elif root["name"]:
        named = f"The project's name is not known; it is called `{ledger.application}`."
        ledger.say("unnamed", named, root["name"])
    if root["version"]:
        ledger.say("version", "`version` is ignored, as Compose ignores it.", root["version"])
    for key in ("networks", "configs", "models", "include"):
        if root[key]:
            ledger.say(f"file-{key}", FILE[key].format(listed(_names(root[key].value))), root[key])
    for key in ("volumes", "secrets"):
        details = [node for _, spec in root[key].items() if spec.is_map() for _, node in spec.items()]
        if details:
            ledger.say(f"file-{key}", FILE[key], *details)
    extensions = [root[key] for key in root.value if str(key).startswith("x-")]
    if extensions:
        ledger.say("extensions", "Keys that begin with `x-` are no part of the application.", *extensions)
    _say_variables(ledger, variables)
    if any_service:
        names = listed(f"${{{name}}}" for name in ENVIRONMENT)
        ledger.say("environment-values", f"{names} stand for what no Compose file names.")
        ledger.say(
            "namespace", f"Services find each other by name in the namespace `{ledger.application}` of Cloud Map."
        )


def _names(section: Any) -> list[str]:
    """Name the entries of a map, or of a list of texts and maps."""
    if isinstance(section, dict):
        return [str(name) for name in section]
    entries = section if isinstance(section, list) else [section]
    return [str(entry.get("path", "a file")) if isinstance(entry, dict) else str(entry) for entry in entries]


FILE = {
    "networks": "The networks {} are not made: the tasks are in the subnets of the environment.",
    "configs": "ECS mounts no files of configuration: {}.",
    "models": "ECS runs no models: {}.",
    "include": "Other Compose files are included, and were not read: {}.",
    "volumes": "How Docker makes the volumes means nothing for the file systems that took their place.",
    "secrets": "Where Compose gets secrets from means nothing for Secrets Manager: their values have to be put there.",
}


def _say_variables(ledger: Ledger, variables: Variables) -> None:
    if variables.open:
        names = listed((f"${{{name}}}" for name in variables.open), len(variables.open))
        ledger.say("variables", f"Compose takes {names} from the shell or from `.env`; they stay as placeholders.")
    if variables.defaults:
        ledger.say(
            "defaults", f"The defaults of variables were taken: {listed(variables.told(), len(variables.defaults))}."
        )
    if variables.escaped:
        ledger.say("escaped", "A text with `$$` before a brace stands for itself; here it looks like a placeholder.")
