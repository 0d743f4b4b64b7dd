"""ECS documents <-> application trees: what belongs to which service, by name, ARN and reference."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Iterable, Iterator

from .. import rows, schema
from ..keys import referred, unnamed
from ..model import ECS, Object
from ..trees import Tree, get, put
from . import ecs_nodes, file_writer
from .application import SHARED, Application, Part, strings
from .ecs_distinct import distinct
from .ecs_guards import guard
from .ecs_roles import write_roles

# kind -> slot, for kinds of which an application has one; the others stand in maps under their kind's own name
SINGLE = {
    "taskDefinitions": "taskDefinition",
    "services": "service",
    "scalableTargets": "scalableTarget",
    "tasks": "task",
    "daemons": "daemon",
}
KIND_OF = {slot: kind for kind, slot in SINGLE.items()}
SCALING = ("scalableTargets", "scalingPolicies", "scheduledActions")
# kind -> kinds that refer to it: it belongs to the applications whose members do
REFERRED = {
    "targetGroups": ("services",),
    "discoveryServices": ("services",),
    "namespaces": ("discoveryServices", "services"),
    "loadBalancers": ("listeners", "loadBalancerAttributes"),
    "listeners": ("listenerRules", "services"),
    "listenerRules": ("services",),
    "logGroups": ("taskDefinitions",),
    "scheduleGroups": ("schedules",),
    "secrets": ("taskDefinitions",),
    "parameters": ("taskDefinitions",),
    "fileSystems": ("taskDefinitions", "accessPoints"),
    "accessPoints": ("taskDefinitions",),
    "roles": ("taskDefinitions", "schedules"),
    "repositories": ("taskDefinitions",),
    "securityGroups": ("services", "loadBalancers", "tasks", "schedules"),
    "apis": ("integrations",),
    "vpcLinks": ("integrations",),
    "domainNames": ("apiMappings",),
}
# kind -> kinds it refers to: it belongs to the applications of which those are members
REFERRING = {
    "listeners": ("targetGroups",),
    "listenerRules": ("targetGroups",),
    "targetGroupAttributes": ("targetGroups",),
    "loadBalancerAttributes": ("loadBalancers",),
    "discoveryInstances": ("discoveryServices",),
    "alarms": ("scalingPolicies",),
    "schedules": ("taskDefinitions",),
    "tasks": ("taskDefinitions",),
    "accessPoints": ("fileSystems",),
    "rolePolicies": ("roles",),
    "lifecyclePolicies": ("repositories",),
    "retentionPolicies": ("logGroups",),
    "securityGroupIngress": ("securityGroups",),
    "securityGroupEgress": ("securityGroups",),
    "revokedEgress": ("securityGroups",),
    "integrations": ("discoveryServices", "listeners"),
}
# Rules of a security group are of that group alone, whichever groups they let in.
RULES_OF = {kind: ("GroupId", "GroupName") for kind in ("securityGroupIngress", "securityGroupEgress", "revokedEgress")}
# What nothing refers to by its name alone: a service of ECS often has the same one.
BY_IDENTIFIER = frozenset({"discoveryServices"})
# kind -> the member that says what it is part of, in a load balancer or an API
FRONTS = {
    "listeners": "LoadBalancerArn",
    "listenerRules": "ListenerArn",
    "listenerCertificates": "ListenerArn",
    **dict.fromkeys(("integrations", "routes", "stages", "apiMappings"), "ApiId"),
}
WHOLE = ("loadBalancers", "listeners", "apis")
# What a Service of Kubernetes is made of: two applications cannot both be led to by one.
KEPT_BY_ONE = frozenset({"targetGroups", "discoveryServices", "loadBalancers"})
# A policy goes by what it tracks: a service has one of each, whatever it is called.
TRACKED_BY = ("TargetTrackingScalingPolicyConfiguration", "PredefinedMetricSpecification", "PredefinedMetricType")
TRACKED = {
    "ECSServiceAverageCPUUtilization": "cpu",
    "ECSServiceAverageMemoryUtilization": "memory",
    "ALBRequestCountPerTarget": "requests",
}
NAMESPACE, DIMENSION = "ecs", "ecs:service:DesiredCount"


@dataclass
class Read:
    """One request with its canonical tree, the key it goes by, and every string that refers to it."""

    entry: Object
    tree: Tree
    key: str

    @property
    def identifiers(self) -> set[str]:
        """Give the name, the ARN and the `${kind.name` that others may use."""
        cells = rows.tables()["kinds"][self.entry.kind]
        name, arn = None if self.entry.kind in BY_IDENTIFIER else cells["name"], cells["arn"]
        given = (self.tree.get(name) if name else None, self.tree.get(arn) if arn else None)
        return {value for value in given if isinstance(value, str)} | {f"${{{self.entry.kind}.{self.key}"}


def keyed(reads: Iterable[tuple[Object, Tree]]) -> list[Read]:
    """Give every request its key: its name, or its place among the unnamed."""
    made, taken = [], set()
    for entry, tree in reads:
        named = rows.tables()["kinds"][entry.kind]["name"]
        name = tree.get(named) if named else None
        key = TRACKED.get(str(get(tree, TRACKED_BY))) or (str(name) if name else unnamed(entry.kind, tree))
        owner = str(tree.get("ResourceId", ""))
        while (entry.kind, owner, key) in taken:
            key += "-2"
        taken.add((entry.kind, owner, key))
        made.append(Read(entry, tree, key))
    return made


def group(reads: list[Read]) -> tuple[list[Application], list[Read]]:
    """Form applications; gives them and the requests that belong to none."""
    members = Members(reads)
    definitions = {
        read.key: read
        for read in reads
        if read.entry.kind == "taskDefinitions" and read.tree.get("containerDefinitions")
    }
    used = set()
    for read in reads:
        if read.entry.kind == "services":
            family = family_of(read.tree.get("taskDefinition"))
            if family in definitions:
                used.add(family)
                members.join(members.start(read.key, read), definitions[family])
    for family, read in definitions.items():
        if family not in used:
            members.start(family, read)
    for read in reads:
        family = family_of(_run_by(read))
        if read.entry.kind in ("schedules", "tasks") and family in used:  # what a service runs is run once, too
            members.join(members.start(read.key, read), definitions[family])
    ecs_nodes.start_pools(members, _words)
    members.scaling()
    members.spread()
    members.fronts()
    members.names()
    ecs_nodes.show_pools(members)
    for application in members.applications:
        if "service" not in application.tree and application.tree.get("schedules"):
            application.name = min(application.tree["schedules"])
    return members.applications, [read for read in reads if id(read) not in members.placed]


def _run_by(read: Read) -> Any:
    """Give what a schedule or a single run refers to as its task definition."""
    return get(read.tree, ("Target", "EcsParameters", "TaskDefinitionArn")) or read.tree.get("taskDefinition")


def family_of(reference: Any) -> str:
    """Give the family that a task definition's ARN, `family:revision` or reference names."""
    text = str(reference or "").removeprefix("${taskDefinitions.").removesuffix(".taskDefinitionArn}")
    return text.rpartition("task-definition/")[2].partition(":")[0]


class Members:
    """The applications while they form."""

    def __init__(self, reads: list[Read]):
        self.reads = reads
        self.applications: list[Application] = []
        self.placed: dict[int, Application] = {}
        self.members: dict[int, list[Read]] = {}

    def start(self, name: str, read: Read) -> Application:
        """Start an application with a service or a task definition."""
        application = Application(name, "", {})
        self.applications.append(application)
        self.members[id(application)] = []
        self.join(application, read)
        return application

    def join(self, application: Application, read: Read) -> bool:
        """Make a request part of an application; False where it is already, or its place is taken."""
        kind = read.entry.kind
        at = (SINGLE[kind],) if kind in SINGLE else (kind, read.key)
        if read in self.members[id(application)] or get(application.tree, at) is not None:
            return False
        if kind in ("schedules", "tasks") and "service" in application.tree:
            return False
        shared = id(read) in self.placed
        self._add(application, Part(at, (), read.entry, ECS, shared), read.tree)
        for part in self.placed[id(read)].parts if shared else ():
            part.shared = part.shared or part.origin is read.entry
        if shared and kind in KEPT_BY_ONE:
            application.add(Part((SHARED, *at), (), replace(read.entry), ECS), self.placed[id(read)].name)
        self.placed.setdefault(id(read), application)
        self.members[id(application)].append(read)
        return True

    @staticmethod
    def _add(application: Application, part: Part, tree: Tree) -> None:
        """Put a request where its part says; what writes a task's files has a part of its own."""
        rest, writer = file_writer.split(tree) if part.at == ("taskDefinition",) else (tree, None)
        application.add(part, rest)
        if writer is not None:
            application.add(Part((file_writer.SLOT,), file_writer.WITHIN, part.origin, ECS, part.shared), writer)

    def scaling(self) -> None:
        """Give scalable targets, policies and actions to the service that their ResourceId names."""
        by_service = {
            application.name: application for application in self.applications if "service" in application.tree
        }
        for read in self.reads:
            if read.entry.kind in SCALING:
                application = by_service.get(str(read.tree.get("ResourceId", "")).rpartition("/")[2])
                if application is not None:
                    self.join(application, read)

    def names(self) -> None:
        """Let each name of Cloud Map that no service registers with be an application of its own."""
        alone = [read for read in self.reads if read.entry.kind == "discoveryServices" and id(read) not in self.placed]
        for read in alone:
            namespace = referred(str(read.tree.get("NamespaceId") or get(read.tree, ("DnsConfig", "NamespaceId")) or ""))
            self.start(f"{namespace or 'default'}-{read.tree.get('Name') or read.key}", read)
        if alone:
            self.spread()

    def spread(self) -> None:
        """Follow references, from the members and to them, until nothing joins any more."""
        references = {id(read): list(_mentions(read)) for read in self.reads}
        by_identifier: dict[str, list[Read]] = {}
        for read in self.reads:
            for identifier in read.identifiers:
                by_identifier.setdefault(identifier, []).append(read)
        towards: dict[int, list[Read]] = {}
        for read in self.reads:
            for other in self._named(references[id(read)], by_identifier):
                if read.entry.kind in REFERRED.get(other.entry.kind, ()):
                    towards.setdefault(id(read), []).append(other)
                if other.entry.kind in REFERRING.get(read.entry.kind, ()):
                    towards.setdefault(id(other), []).append(read)
        for application in sorted(self.applications, key=lambda one: one.name):
            waiting = list(self.members[id(application)])
            while waiting:
                for other in towards.get(id(waiting.pop()), ()):
                    if self.join(application, other):
                        waiting.append(other)

    def fronts(self) -> None:
        """Show each application the whole of the load balancers before it: every listener and rule, whomever these lead to.

        Their order is the order of all of them, so nothing can be said of one application's rules alone.
        """
        below: dict[str, list[Read]] = {}
        for read in self.reads:
            for word in _words(str(read.tree.get(FRONTS[read.entry.kind]) or "")) if read.entry.kind in FRONTS else ():
                below.setdefault(word, []).append(read)
        for application in sorted(self.applications, key=lambda one: one.name) if below else ():
            waiting = [read for read in self.members[id(application)] if read.entry.kind in WHOLE]
            while waiting:
                for read in [read for word in waiting.pop().identifiers for read in below.get(word, ())]:
                    if self.join(application, read):
                        waiting.append(read)
        if any(read.entry.kind == "apiMappings" for read in self.reads):
            self.spread()  # domain names stand behind mappings

    @staticmethod
    def _named(references: list[str], by_identifier: dict[str, list[Read]]) -> Iterator[Read]:
        for text in references:
            for word in _words(text):
                yield from by_identifier.get(word, ())


def _mentions(read: Read) -> Iterator[str]:
    """Give the strings by which a request may refer to others."""
    members = RULES_OF.get(read.entry.kind)
    return strings(read.tree if members is None else {key: read.tree[key] for key in members if key in read.tree})


def _words(text: str) -> Iterator[str]:
    """Give what a string may name: itself, the parts of an ARN, and `${kind.name` of a reference."""
    yield text
    if text.startswith("arn:"):
        last = text.split(":", 5)[-1]
        yield last.partition("/")[2]  # parameter/a/b, task-definition/web:1
        yield from last.split("/")[1:2]  # targetgroup/web/0123
        yield from last.removeprefix("secret:").split(":")[:1]
        yield last.partition("/")[2].partition(":")[0]
        yield from (text[:-len(tail)] for tail in ("::",) if text.endswith(tail))
    start = text.find("${")
    while start >= 0:
        kind, _, rest = text[start + 2:text.find("}", start)].partition(".")
        yield "${" + kind + "." + rest.rpartition(".")[0]
        start = text.find("${", start + 2)


def arranged(tree: Tree) -> Tree:
    """Put containers behind those they depend on: in ECS their order means nothing, in a pod it does."""
    containers = get(tree, ("taskDefinition", "containerDefinitions"))
    if not isinstance(containers, dict) or not any(
        isinstance(one, dict) and one.get("dependsOn") for one in containers.values()
    ):
        return tree
    order: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in containers and name not in order and name not in above:
            needed = get(containers[name], ("dependsOn",)) or {}
            for other in containers:
                if other in needed:
                    visit(other, above + (name,))
            order[name] = None
    for name in containers:
        visit(name, ())
    definition = {**tree["taskDefinition"], "containerDefinitions": {name: containers[name] for name in order}}
    return {**tree, "taskDefinition": definition}


# --- and back ----------------------------------------------------------------------------------

def wire(tree: Tree, environment: Tree) -> Tree:
    """Fill in what follows from the tree itself: which task definition a service runs, what scaling scales."""
    if not get(tree, ("service", "serviceName")):
        tree.pop("service", None)  # what runs once or by the clock has no service, whatever a pod asks of one
    service, definition = tree.get("service"), tree.get("taskDefinition")
    if definition is not None and service is not None and definition.get("family"):
        service.setdefault("taskDefinition", definition["family"])
    if definition is not None and "task" in tree and definition.get("family"):
        tree["task"].setdefault("taskDefinition", definition["family"])
    ecs_nodes.wire(tree)
    name = get(tree, ("service", "serviceName"))
    if name:
        resource = f"service/{_cluster(service)}/{name}"
        for kind in SCALING:
            slot = SINGLE.get(kind, kind)
            for entry in ([tree[slot]] if slot in tree else []) if kind in SINGLE else tree.get(slot, {}).values():
                entry.setdefault("ServiceNamespace", NAMESPACE)
                entry.setdefault("ResourceId", resource)
                entry.setdefault("ScalableDimension", DIMENSION)
    guard(tree, environment)
    write_roles(tree, environment)
    for kind, cells in rows.tables()["kinds"].items():
        if cells["name"] and kind not in SINGLE:
            for key, entry in tree.get(kind, {}).items():
                entry.setdefault(cells["name"], key)
    return tree


def _cluster(service: Tree) -> str:
    """Give the cluster's name as resource ids have it: ECS's own default is called `default`."""
    return str(service.get("cluster") or "default").rpartition("/")[2]


def _one_default(known: Tree | None, entry: Tree) -> Tree:
    """Let one default action stand where several applications bring a listener along: one that is more than the answer 404."""
    if known is None or "DefaultActions" not in known or "DefaultActions" not in entry or known["DefaultActions"] == entry["DefaultActions"]:
        return entry
    if get(entry, ("DefaultActions", "0", "FixedResponseConfig", "StatusCode")) != "404":
        known["DefaultActions"] = {}
        return entry
    return {key: value for key, value in entry.items() if key != "DefaultActions"}


def _one_forward(entry: Tree) -> Tree:
    """Let an action name its target groups once, where the application behind it says more than its neighbours know."""
    for key in ("Actions", "DefaultActions"):
        actions = entry.get(key)
        for action in actions.values() if isinstance(actions, dict) else ():
            if isinstance(action, dict) and "ForwardConfig" in action:
                action.pop("TargetGroupArn", None)
    return entry


def ungroup(applications: list[Application]) -> list[Object]:
    """Give the requests of applications, in the order in which they can be made; what is shared comes once."""
    made: dict[str, dict[tuple[str, str], Tree]] = {kind: {} for kind in rows.tables()["kinds"]}
    owner: dict[tuple[str, tuple[str, str]], Application] = {}
    for application in sorted(applications, key=lambda found: (found.namespace, found.name)):
        for slot, entries in distinct(file_writer.join(application.tree), made["discoveryServices"]).items():
            if slot == SHARED:
                continue
            kind = KIND_OF.get(slot, slot)
            named = rows.tables()["kinds"][kind]["name"]
            single = {str(entries.get(named) or application.name): entries} if slot in KIND_OF else entries
            for key, entry in single.items():
                identity = (str(entry.get("ResourceId", "")), key)
                entry = _one_default(made[kind].get(identity), entry)
                owner.setdefault((kind, identity), application)
                put(made[kind], (identity,), entry)
    return [
        Object(kind, schema.plain(ECS, kind, _one_forward(tree)), application=owner[kind, identity].name,
               order=(*identity, owner[kind, identity].namespace, owner[kind, identity].name))
        for kind, entries in made.items() for identity, tree in sorted(entries.items())
    ]
