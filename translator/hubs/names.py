"""Names that the other platform refuses -> names it takes, changed wherever they stand in a tree."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

from ..converters import names
from ..converters.file_container import fills
from ..findings import label, message
from ..model import ECS, KUBERNETES, Finding
from ..trees import Path, Tree, get, patched
from .application import Application

CONTAINERS: Path = ("taskDefinition", "containerDefinitions", "*")
PORTS: Path = CONTAINERS + ("portMappings", "*", "name")
CONNECT: Path = ("service", "serviceConnectConfiguration", "services", "*")  # keyed by portName
# what is named -> (the rule for the other side, where it stands: a pattern that ends in * means the keys themselves)
ECS_NAMES: dict[str, tuple[Callable[[str], str], tuple[Path, ...]]] = {
    "container": (names.dns_label, (
        CONTAINERS, CONTAINERS + ("dependsOn", "*"), CONTAINERS + ("volumesFrom", "*", "sourceContainer"),
        ("service", "loadBalancers", "*", "containerName"), ("service", "serviceRegistries", "*", "containerName"),
        ("taskDefinition", "proxyConfiguration", "containerName"), ("task", "overrides", "containerOverrides", "*"))),
    "volume": (names.dns_label, (
        ("taskDefinition", "volumes", "*"), CONTAINERS + ("mountPoints", "*", "sourceVolume"),
        ("service", "volumeConfigurations", "*"), ("task", "volumeConfigurations", "*"))),
    "port": (names.port_name, (PORTS, CONNECT)),
}
LONGEST_PORT_NAME = 64
# The name that an application itself goes by, on each side.
OWN: dict[str, tuple[Path, ...]] = {
    KUBERNETES: (("workload", "metadata", "name"), ("job", "metadata", "name"), ("cronJob", "metadata", "name"),
                 ("scaler", "spec", "scaleTargetRef", "name")),
    ECS: (("service", "serviceName"), ("taskDefinition", "family")),
}
FITTING: dict[str, Callable[[str], str]] = {KUBERNETES: names.ecs_name, ECS: names.dns_label}


@dataclass
class Renames:
    """What was renamed in one application, and the tree before."""

    name: str
    original: Tree
    changes: list[tuple[Path, str, str]] = field(default_factory=list)

    def findings(self, application: Application) -> list[Finding]:
        """Report every rename, as one finding."""
        parts = [(application.part(path), path, old, new) for path, old, new in self.changes]
        fields = [part.field(path, old, new) for part, path, old, new in parts if part is not None]
        return [message("translation.renamed", fields=fields, application=label(application))] if fields else []


def fitting(
    applications: list[Application], platform: str, prepared: Callable[[Application], Tree] = lambda one: one.tree
) -> list[tuple[Application, Renames]]:
    """Give every application a name that is its own, and names within it that the other platform takes."""
    taken: dict[str, str] = {}
    made = []
    for application in sorted(applications, key=lambda one: (one.namespace, one.name, sorted(one.tree))):
        wanted = FITTING[platform](application.name or "app")
        if wanted in taken:
            wanted = FITTING[platform](f"{application.namespace or kind_word(application.tree)}-{application.name}")
        while wanted in taken:
            wanted += "-2"
        taken[wanted] = application.name
        renames = Renames(application.name, application.tree)
        tree = _with_name(prepared(application), platform, wanted)
        if wanted != application.name:
            tree = _own(tree, platform, application.name, wanted, renames)
        if platform == ECS:
            tree = _inner(tree, renames)
        made.append((Application(wanted, application.namespace, tree, application.parts), renames))
    return made


def kind_word(tree: Tree) -> str:
    """Tell applications of one name apart by what they are."""
    for slot in ("cronJob", "job", "workload"):
        if slot in tree:
            return str(tree[slot].get("kind") or slot).lower()
    return "task"


def _with_name(tree: Tree, platform: str, name: str) -> Tree:
    """Name what has no name: nothing could be made of it on the other side."""
    unnamed = {"scaler", "job"} if "cronJob" in tree else {"scaler"}  # a CronJob names its Jobs itself
    for path in OWN[platform]:
        if path[0] in tree and path[0] not in unnamed and get(tree, path) is None:
            change: Any = name
            for key in reversed(path):
                change = {key: change}
            tree = patched(tree, change)
    return tree


def _own(tree: Tree, platform: str, old: str, new: str, renames: Renames) -> Tree:
    for path in OWN[platform]:
        standing = get(tree, path)
        if standing in (old, ""):
            tree = _renamed(tree, path, {standing: new})
            renames.changes.append((path, standing, new))
    return tree


def _inner(tree: Tree, renames: Renames) -> Tree:
    for kind, (rule, patterns) in ECS_NAMES.items():
        standing = list(dict.fromkeys(found for pattern in patterns[:1] for _, found in standing_at(tree, pattern)))
        standing = [name for name in standing if not (kind == "volume" and stays_here(name, tree) or kind == "port" and is_made_up(name, tree))]
        if all(rule(name) == name for name in standing):
            continue
        mapping = {old: new for old, new in names.unique(standing, rule).items() if old != new}
        for path, name in standing_at(tree, patterns[0]):
            if name in mapping:
                renames.changes.append((path, name, mapping[name]))
        for pattern in patterns:
            tree = _renamed(tree, pattern, mapping)
    return tree


def stays_here(volume: str, tree: Tree) -> bool:
    """Whether a volume has no name on the other side: a part of another, or one that files are written to."""
    return (
        fills(tree.get("fileWriter"), volume)
        or "_" in volume and get(tree, ("taskDefinition", "volumes", volume.partition("_")[0])) is not None
    )


def is_made_up(port: str, tree: Tree) -> bool:
    """Whether a port has its container's name and number for a name: no manifest calls it so, however long it is."""
    for path, name in standing_at(tree, PORTS):
        if name == port:
            return name == names.ecs_name(f"{path[2]}-{path[4].partition('/')[0]}", LONGEST_PORT_NAME)
    return False


def standing_at(tree: Any, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Give every name at a pattern with its path."""
    if not pattern:
        if isinstance(tree, str):
            yield path, tree
        return
    if not isinstance(tree, dict):
        return
    key, rest = pattern[0], pattern[1:]
    if key != "*":
        if key in tree:
            yield from standing_at(tree[key], rest, path + (key,))
    elif rest:
        for name, entry in tree.items():
            yield from standing_at(entry, rest, path + (name,))
    else:
        for name in tree:
            yield path + (name,), name


def _renamed(tree: Any, pattern: Path, mapping: dict[str, str]) -> Any:
    if not pattern:
        return mapping.get(tree, tree) if isinstance(tree, str) else tree
    if not isinstance(tree, dict):
        return tree
    key, rest = pattern[0], pattern[1:]
    if key == "*" and not rest:
        return {mapping.get(name, name): entry for name, entry in tree.items()}
    return {name: _renamed(entry, rest, mapping) if key in ("*", name) else entry for name, entry in tree.items()}
