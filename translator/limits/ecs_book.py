"""An ECS document <-> what its entries mean by their references: task definitions, services, target groups."""
from __future__ import annotations

from functools import cached_property
from typing import Any

from ..model import Document
from ..rows import tables
from .values import entries, items, mapping, number, packed, repeated, text


# Rules compare containers with each other; a task with more of them is refused for that alone.
MOST_LOOKED_AT = 20
FARGATE_PROVIDERS = ("FARGATE", "FARGATE_SPOT")


class Book:
    """Everything in the document, found by what refers to it."""

    def __init__(self, document: Document):
        self.document = document
        self._packed: tuple[Any, bytes] = (None, b"")

    def packed(self, entry: dict) -> bytes:
        """Give an entry in one piece, packed once for all the rules that look at the whole of it."""
        if self._packed[0] is not entry:
            self._packed = entry, packed(entry)
        return self._packed[1]

    @cached_property
    def kinds(self) -> dict[str, list[dict]]:
        """The entries of each kind, in order."""
        kinds: dict[str, list[dict]] = {}
        for entry in self.document.entries:
            if isinstance(entry.value, dict):
                kinds.setdefault(entry.kind, []).append(entry.value)
        return kinds

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """The names that references may use, for each kind whose entries have one."""
        members = {kind: cells["name"] for kind, cells in tables()["kinds"].items() if cells["name"]}
        return {
            kind: {str(entry.get(member)) for entry in self.kinds.get(kind, ())} for kind, member in members.items()
        }

    @cached_property
    def tasks(self) -> dict[str, dict]:
        """Task definitions by family; of several revisions, the last."""
        return {text(task.get("family")): task for task in self.kinds.get("taskDefinitions", ())}

    @cached_property
    def services(self) -> dict[str, dict]:
        """Services by name."""
        return {text(service.get("serviceName")): service for service in self.kinds.get("services", ())}

    @cached_property
    def ranges(self) -> dict[str, tuple[int, int]]:
        """The task counts that scalable targets allow, by the name of the service."""
        ends = (
            (target, number(target.get("MinCapacity")), number(target.get("MaxCapacity")))
            for target in self.kinds.get("scalableTargets", ())
        )
        return {
            service_name(target.get("ResourceId")): (low, high)
            for target, low, high in ends
            if low is not None and high is not None
        }

    @cached_property
    def scaled(self) -> frozenset[str]:
        """The services that a scalable target registers."""
        return frozenset(service_name(target.get("ResourceId")) for target in self.kinds.get("scalableTargets", ()))

    @cached_property
    def followed(self) -> dict[tuple, int]:
        """The first target tracking policy on each metric of each service."""
        from .ecs_scaling import followed

        return followed(self.kinds.get("scalingPolicies", []))

    @cached_property
    def repeated_services(self) -> dict[int, bool]:
        """Whether a service, by its identity, has the name of an earlier one of its cluster."""
        return self._repeated("services", "cluster", "serviceName")

    @cached_property
    def repeated_groups(self) -> dict[int, bool]:
        """Whether a target group has the name of an earlier one."""
        return self._repeated("targetGroups", "", "Name")

    @cached_property
    def repeated_listeners(self) -> dict[int, bool]:
        """Whether a listener has the port of an earlier one of its load balancer."""
        return self._repeated("listeners", "LoadBalancerArn", "Port")

    @cached_property
    def repeated_priorities(self) -> dict[int, bool]:
        """Whether a rule has the priority of an earlier one of its listener."""
        return self._repeated("listenerRules", "ListenerArn", "Priority")

    @cached_property
    def repeated_routes(self) -> dict[int, bool]:
        """Whether a route has the key of an earlier one of its API."""
        return self._repeated("routes", "ApiId", "RouteKey")

    @cached_property
    def repeated_mappings(self) -> dict[int, bool]:
        """Whether an API is mapped to a path of a domain name to which an earlier one is."""
        return self._repeated("apiMappings", "ApiMappingKey", "DomainName")

    def _repeated(self, kind: str, owner: str, member: str) -> dict[int, bool]:
        keys = [
            (id(entry), (text_or_reference(entry.get(owner)), entry.get(member))) for entry in self.kinds.get(kind, ())
        ]
        known = [(at, key) for at, key in keys if number(key[1]) is not None or text(key[1]) is not None]
        return dict.fromkeys((at for at, _ in repeated(known)), True)

    @cached_property
    def connect_names(self) -> dict[tuple, list]:
        """The services that take each name in a Service Connect namespace."""
        from .ecs_links import CONNECT, connect_names

        names: dict[tuple, list] = {}
        for service in self.kinds.get("services", ()):
            for at, link in entries(mapping(service.get(CONNECT)).get("services")):
                for _, name in connect_names(service, at, link):
                    names.setdefault(name, []).append(at)
        return names

    @cached_property
    def discoveries(self) -> dict[str, dict]:
        """Cloud Map services by every reference to them."""
        found = self.kinds.get("discoveryServices", ())
        named = {f"${{discoveryServices.{service.get('Name')}.Arn}}": service for service in found}
        return named | {text(service.get("Arn")): service for service in found if service.get("Arn")}

    @cached_property
    def on_fargate(self) -> frozenset[str]:
        """The families that services, tasks and schedules of the document start on Fargate."""
        starts = [
            (run, run.get("taskDefinition")) for kind in ("services", "tasks") for run in self.kinds.get(kind, ())
        ]
        schedules = [ecs_parameters(schedule) for schedule in self.kinds.get("schedules", ())]
        starts += [(run, run.get("TaskDefinitionArn")) for run in schedules]
        return frozenset(name_in(task) for run, task in starts if is_fargate_start(run))

    def task(self, reference: Any) -> dict:
        """Give the task definition that a family, `family:revision`, ARN or `${...}` names; {} for one not here."""
        return self.tasks.get(name_in(reference), {})

    def service_of(self, resource: Any) -> dict:
        """Give the service of a resource id, `service/cluster/name`; {} for one not here."""
        return self.services.get(service_name(resource), {})

    @cached_property
    def target_groups(self) -> dict[str, dict]:
        """Target groups by every reference to them: ARN or `${targetGroups.web.TargetGroupArn}`."""
        groups = self.kinds.get("targetGroups", ())
        named = {f"${{targetGroups.{group.get('Name')}.TargetGroupArn}}": group for group in groups}
        return named | {text(group.get("TargetGroupArn")): group for group in groups if group.get("TargetGroupArn")}

    def discovery(self, reference: Any) -> dict:
        """Give the Cloud Map service of a reference; {} for one not here."""
        return self.discoveries.get(text_or_reference(reference), {})

    def target_group(self, reference: Any) -> dict:
        """Give the target group of a reference; {} for one not here."""
        return self.target_groups.get(text_or_reference(reference), {})


def text_or_reference(value: Any) -> str:
    """Give a string as it stands, placeholders included; "" for anything else."""
    return value if isinstance(value, str) else ""


def name_in(reference: Any) -> str:
    """Give the name inside a reference: `web` of `web:3`, of `arn:…:task-definition/web:3`, of `${kind.web.member}`."""
    if not isinstance(reference, str):
        return ""
    if reference.startswith("${") and reference.count(".") >= 2:
        return reference[2:].partition(".")[2].rpartition(".")[0]
    return reference.rpartition("/")[2].partition(":")[0]


def service_name(resource: Any) -> str:
    """Give the service's name at the end of a resource id, which may itself be a reference."""
    if not isinstance(resource, str):
        return ""
    start = resource.rfind("${services.")
    return name_in(resource[start:]) if start >= 0 else resource.rpartition("/")[2]


def ecs_parameters(schedule: dict) -> dict:
    """Give what a schedule says of the tasks it starts."""
    return mapping(mapping(schedule.get("Target")).get("EcsParameters"))


def is_fargate_start(run: dict) -> bool:
    """Whether a service, task or schedule starts its tasks on Fargate."""
    launch_type = run.get("launchType", run.get("LaunchType"))
    strategy = run.get("capacityProviderStrategy", run.get("CapacityProviderStrategy"))
    providers = [item.get("capacityProvider") for _, item in entries(strategy)]
    return launch_type == "FARGATE" or any(name in FARGATE_PROVIDERS for name in providers)


def is_fargate(task: dict) -> bool:
    """Whether a task definition says that it is for Fargate."""
    return "FARGATE" in items(task.get("requiresCompatibilities"))


def is_windows(task: dict) -> bool:
    """Whether a task runs Windows containers."""
    family = mapping(task.get("runtimePlatform")).get("operatingSystemFamily")
    return isinstance(family, str) and family.startswith("WINDOWS")


def containers(task: dict) -> dict[str, dict]:
    """Give the containers of a task definition by name; of the many more than ECS takes, the first."""
    found = items(task.get("containerDefinitions"))[:MOST_LOOKED_AT]
    return {text(container.get("name")): container for container in found if isinstance(container, dict)}


def maps(container: dict, port: Any) -> bool:
    """Whether a container maps a container port, alone or in a range."""
    for _, entry in entries(container.get("portMappings")):
        if entry.get("containerPort") == port or port in (port_range(entry.get("containerPortRange")) or ()):
            return True
    return False


def port_range(value: Any) -> range | None:
    """Read `8080-8090`; None for anything else."""
    first, dash, last = value.partition("-") if isinstance(value, str) else ("", "", "")
    if not (dash and first.isdecimal() and last.isdecimal()):
        return None
    return range(int(first), int(last) + 1)
