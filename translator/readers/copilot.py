"""AWS Copilot manifests -> the ECS requests that Copilot makes of them.

What stands in the requests is what Copilot deploys, with its own defaults; what belongs to the Copilot application and
environment, and stands in no manifest, is a placeholder (https://aws.github.io/copilot-cli/docs/manifest/overview/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from ..model import ECS, Document, Object, Path, Source
from ..rows import tables
from . import copilot_scaling, copilot_service, copilot_storage
from .copilot_balancing import Balancing, balance, balancer, grace, listeners, rules
from .copilot_containers import collector, containers, topics
from .copilot_environments import Merged, escaped, interpolated, merged, variables
from .copilot_overrides import overridden
from .copilot_ports import Exposed, exposed, main_port, target
from .copilot_schedule import schedule
from .copilot_workload import (
    APP_RUNNER,
    APPLICATION,
    BACKEND,
    ENVIRONMENT,
    ENVIRONMENT_NAME,
    JOB,
    PIPELINE,
    SITE,
    TYPES,
    WEB,
    WORKER,
    Workload,
)
from .taking import Ledger, Node, leaves, listed


def recognises(value: Any) -> bool:
    """Whether plain data is a Copilot manifest."""
    return type_of(value) is not None


def type_of(value: Any) -> str | None:
    """Give a manifest's type; a pipeline's manifest does not say that it is one."""
    if not isinstance(value, dict) or "kind" in value:
        return None
    if value.get("type") in TYPES:
        return value["type"]
    source = value.get("source")
    staged = isinstance(value.get("stages"), list) and isinstance(source, dict) and "provider" in source
    return PIPELINE if staged and "name" in value else None


def read(source: Source, environment_name: str | None = None) -> Document:
    """Read one manifest, for one environment or as its base says; raises nothing for what it recognises."""
    work = workload(source, environment_name)
    ledger = work.node.ledger
    if work.type in NOT_SERVICES:
        code, message = NOT_SERVICES[work.type]
        work.say(
            code, message.format(work.name), *(node for key, node in work.node.items() if key not in ("name", "type"))
        )
        return Document(ECS, (), ledger.close())
    entries = tuple(_ordered(_entries(work)))
    _say_placeholders(work, entries)
    return Document(ECS, entries, ledger.close())


NOT_SERVICES = {
    SITE: (
        "static-site",
        "`{0}` is a static site in S3 behind CloudFront: it runs no container, so nothing is made of it.",
    ),
    ENVIRONMENT: (
        "environment-manifest",
        "`{0}` is an environment: services share its network and load balancers, and nothing is made of it.",
    ),
    PIPELINE: ("pipeline", "`{0}` is the manifest of a release pipeline: nothing is made of it."),
}


def workload(source: Source, environment_name: str | None) -> Workload:
    """Merge the environment's overrides, and give the manifest to read."""
    kind = type_of(source.value) or ""
    made = merged(source.value, environment_name) if kind not in NOT_SERVICES else Merged(source.value)
    origins = dict(made.origins)
    plain = _with_on(made.value, origins)
    known = {ENVIRONMENT_NAME: environment_name} if environment_name else {}
    called = _name(source)
    ledger = Ledger("copilot", source, called, interpolated(plain, known), origins)
    work = Workload(ledger.root(), kind, called, environment_name or f"${{{ENVIRONMENT_NAME}}}")
    work.node["type"].use()
    if work.node["name"].value == called:
        work.node["name"].use()
    elif kind not in NOT_SERVICES:
        work.say(
            "unnamed",
            f"The manifest has no `name` that is a text; its workload is called `{called}`.",
            work.node["name"],
        )
    if made.environments:
        _say_environments(work, source, made.environments, environment_name, made.replaced)
    return work


def _name(source: Source) -> str:
    """Give the workload's name: its own, or that of its folder."""
    name = source.value.get("name")
    return name if isinstance(name, str) and name else PurePath(source.file).parent.name or "workload"


def _with_on(plain: dict, origins: dict[Path, Path]) -> dict:
    """Give the key `on` its name back, which YAML 1.1 reads as true."""
    read_as = next((key for key in plain if key is True or key == "true"), None)
    if read_as is None:
        return plain
    origins.update({("on", *path[1:]): place for path, place in origins.items() if path[:1] == (read_as,)})
    origins.setdefault(("on",), (read_as,))
    return {"on" if key is read_as else key: value for key, value in plain.items()}


def _say_environments(work: Workload, source: Source, found: dict, wanted: str | None, replaced: list[Path]) -> None:
    """Report the environments that the manifest has overrides for, and what the chosen one replaced."""
    raw = Ledger("copilot", source, work.name)
    others = [Node(raw, True, ("environments", name)) for name in found if name != wanted]
    names = listed(str(name) for name in found if name != wanted)
    if wanted is None:
        raw.say(
            "environments",
            f"The manifest overrides its values for {names}; it was read without them, as its base says.",
            *others,
        )
    elif wanted in found:
        also = f" {names} were left aside." if others else ""
        raw.say(
            "environment-applied",
            f"Read for the environment `{wanted}`, whose overrides replace what the base says.{also}",
            *others,
            *(Node(raw, True, path) for path in replaced),
        )
    else:
        raw.say(
            "environment-unknown",
            f"The manifest overrides nothing for `{wanted}`, only for {names}; it was read as its base says.",
            *others,
        )
    work.node.ledger.findings.extend(raw.findings)


def _entries(work: Workload) -> Iterator[Object]:
    """Give the requests of a workload."""
    ledger = work.node.ledger
    ports = exposed(work, rules(work), listeners(work))
    traffic = balance(work, ports, main_port(work, ports))
    offered = _offered(work, ports)
    named = [
        replace(entry, name="target") if entry is offered and copilot_service.connected(work) else entry
        for entry in ports
    ]
    _say_defaults(work)
    yield _definition(work, named, bool(rules(work)))
    if work.type == JOB:
        yield ledger.request("schedules", schedule(work))
    else:
        yield from _service(work, traffic, ports, offered)
    yield from (ledger.request("accessPoints", tree) for tree in copilot_storage.access_points(work))
    yield ledger.request("logGroups", {"logGroupName": work.log_group})


def _definition(work: Workload, ports: list[Exposed], balanced: bool) -> Object:
    ledger, node = work.node.ledger, work.node
    small = ("1024", "2048") if work.type == APP_RUNNER else ("256", "512")
    value, origins = ledger.settle(
        {
            "family": work.label,
            "runtimePlatform": copilot_service.platform(node["platform"]),
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": node["cpu"].whole().text().or_(small[0]),
            "memory": node["memory"].whole().text().or_(small[1]),
            "ephemeralStorage": copilot_storage.ephemeral(work),
            "executionRoleArn": "${EXECUTION_ROLE_ARN}",
            "taskRoleArn": "${TASK_ROLE_ARN}",
            "containerDefinitions": containers(work, ports, balanced),
            "volumes": copilot_storage.volumes(work),
        }
    )
    overridden(work, value, origins)
    return ledger.object("taskDefinitions", value, origins)


def _service(work: Workload, traffic: Balancing, ports: list[Exposed], offered: Exposed | None) -> Iterator[Object]:
    ledger = work.node.ledger
    capacity = copilot_scaling.capacity(work)
    port = _registered(work, ports)
    yield ledger.request(
        "services", copilot_service.service(work, capacity, traffic.attached, grace(work), port, offered)
    )
    scaled = copilot_scaling.target(work)
    if scaled:
        group = (
            next((tree["Name"] for kind, tree in traffic.requests if kind == "targetGroups"), "") if rules(work) else ""
        )
        yield ledger.request("scalableTargets", scaled)
        yield from (
            ledger.request("scalingPolicies", tree) for tree in copilot_scaling.policies(work, balancer(work), group)
        )
    yield from (ledger.request("alarms", tree) for tree in copilot_service.alarms(work))
    yield from (ledger.request(kind, tree) for kind, tree in traffic.requests)
    if port is not None and work.type != APP_RUNNER:
        yield ledger.request("discoveryServices", copilot_service.discovery(work))


def _registered(work: Workload, ports: list[Exposed]) -> Node | None:
    """Give the port under which the service is found: the one that the first rule sends to."""
    if work.type not in (WEB, BACKEND, APP_RUNNER):
        return None
    port = target(work, _first_rule(work), ports, main_port(work, ports))[1]
    return port or None


def _offered(work: Workload, ports: list[Exposed]) -> Exposed | None:
    """Give the port that Service Connect offers; none for workers and for UDP."""
    if work.type not in (WEB, BACKEND):
        return None
    container, port = target(work, _first_rule(work), ports, main_port(work, ports))
    called = container.value if isinstance(container, Node) else container
    found = [entry for entry in ports if port and entry.port.value == port.value and entry.container == called]
    return found[0] if found and found[0].protocol != "udp" else None


def _first_rule(work: Workload) -> Node:
    found = rules(work)
    return found[0] if found else Node(work.node.ledger, None, ("http",))


def _ordered(entries: Iterator[Object]) -> list[Object]:
    """Sort requests into the order in which documents hold them."""
    order = list(tables()["kinds"])
    return sorted(entries, key=lambda entry: order.index(entry.kind))


def _say_defaults(work: Workload) -> None:
    """Report what Copilot does beside the service and the task."""
    node = work.node
    kept = node["logging"]["retention"].whole()
    work.say(
        "log-retention",
        f"Copilot keeps the logs for {kept.value or 30} days; the request for a log group cannot say so.",
        kept,
    )
    if topics(work):
        work.say(
            "publish",
            "Copilot makes the SNS topics that the workload publishes to; they stand in no request here.",
            node["publish"],
        )
    if work.type == WORKER:
        work.say(
            "queue",
            "Copilot makes an SQS queue for the worker, subscribed to topics; `${COPILOT_QUEUE_URI}` stands for it.",
            node["subscribe"],
        )
    if work.type == APP_RUNNER:
        work.say(
            "app-runner",
            "This service runs on App Runner; it was read as an ECS service with one task behind a load balancer.",
            node["count"],
            node["http"]["private"],
        )
    if next(collector(work), None):
        work.say(
            "tracing",
            "Copilot adds the collector of AWS X-Ray as a container, and lets the task's role write traces.",
            node["observability"]["tracing"],
        )


def _say_placeholders(work: Workload, entries: tuple[Object, ...]) -> None:
    """Report what stands for values that no manifest has: the environment's, and those of the shell."""
    own = [(path, value) for path, value in leaves(work.node.ledger.source.value) if isinstance(value, str)]
    shell = {name for _, value in own for name in variables(value)} - {APPLICATION, ENVIRONMENT_NAME}
    kept = [_leaf(work, path) for path, value in own if escaped(value)]
    if shell:
        work.say(
            "shell-variables",
            f"Copilot fills in {_placeholders(shell)} from the shell that deploys; they stay as they are.",
        )
    if kept:
        work.say(
            "escaped-variables",
            "A text with a backslash before `${` stands for itself in Copilot; here it looks like a placeholder.",
            *kept,
        )
    found = {
        name
        for entry in entries
        for _, value in leaves(entry.value)
        if isinstance(value, str)
        for name in variables(value)
    }
    owned = found - shell
    work.say(
        "environment-values",
        f"These belong to the Copilot application and environment, and have to be filled in: {_placeholders(owned)}.",
    )
    work.say(
        "injected-variables",
        "Copilot sets variables like `COPILOT_SERVICE_NAME` in every container; they are written out.",
    )


def _placeholders(names: set[str]) -> str:
    return listed((f"${{{name}}}" for name in sorted(names)), len(names))


def _leaf(work: Workload, path: Path) -> Node:
    return Node(Ledger("copilot", work.node.ledger.source, work.name), True, path)
