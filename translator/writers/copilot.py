"""ECS documents -> AWS Copilot manifests, one for each service and each scheduled task.

What a manifest says is found out by reading it back: what of a task definition is then missing goes into
`taskdef_overrides`, and what is still missing, or what Copilot adds by itself, is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..model import ECS, Document, Field, Finding, Path, Source
from ..readers import copilot as reader
from ..readers.copilot_workload import BACKEND, ENVIRONMENT_NAME, JOB, WEB, WORKER
from ..readers.taking import leaves, listed, spelled
from ..rows import messages, tables
from .copilot_containers import environment_of, kept, task
from .copilot_overrides import NAMED, overrides
from .copilot_service import network, service
from .copilot_traffic import Traffic
from .text import dump_yaml

HEADER = "# AWS ended its support for Copilot on 2026-06-12.\n"


@dataclass(frozen=True)
class Manifest:
    """A manifest as plain data, and the requests that it says."""

    name: str
    value: dict[str, Any]
    said: dict[str, list[dict]]
    environment: str | None


def write(document: Document, environment: dict[str, Any] | None = None) -> dict[str, str]:
    """Give a manifest for each service and each scheduled task: {relative path: text}."""
    return {
        f"copilot/{manifest.name}/manifest.yml": HEADER + dump_yaml([manifest.value])
        for manifest in manifests(document)
    }


def findings(document: Document) -> tuple[Finding, ...]:
    """Say what the manifests leave out, what they say by overrides, and what Copilot adds."""
    found = manifests(document)
    if not found:
        return (
            _finding(
                "nothing-written", "The document has no service and no schedule of a task, so no manifest was written."
            ),
        )
    made = [
        _finding(
            "written",
            f"AWS ended its support for Copilot on 2026-06-12; written are {listed(one.name for one in found)}.",
        )
    ]
    said = {entry for manifest in found for entry in _identities(manifest.said)}
    for manifest in found:
        made.extend(_subtracted(manifest))
    workers = [manifest.name for manifest in found if manifest.value["type"] == WORKER]
    if workers:
        made.append(_finding("subscribe", f"No request names the topics that these subscribe to: {listed(workers)}."))
    left = [name for name in _identities(document.objects()) if name not in said]
    if left:
        made.append(
            _finding(
                "not-written-requests",
                f"No manifest says these requests: {listed(f'{kind} {name}' for kind, name in left)}.",
            )
        )
    return tuple(made)


def manifests(document: Document) -> list[Manifest]:
    """Make the manifests of a document."""
    requests = document.objects() if document.platform == ECS else {}
    definitions = {entry.get("family"): entry for entry in requests.get("taskDefinitions", [])}
    made = [_of_service(requests, entry, definitions) for entry in requests.get("services", [])]
    made += [_of_schedule(requests, entry, definitions) for entry in requests.get("schedules", [])]
    return [manifest for manifest in made if manifest]


def family(reference: Any) -> str:
    """Give the family that a reference, an ARN or a revision names."""
    plain = str(reference or "").removeprefix("${taskDefinitions.").removesuffix(".taskDefinitionArn}")
    return plain.rpartition("task-definition/")[2].partition(":")[0]


def _of_service(requests: dict, found: dict[str, Any], definitions: dict) -> Manifest | None:
    name, definition = found.get("serviceName"), definitions.get(family(found.get("taskDefinition")))
    if not name or not definition or not definition.get("containerDefinitions"):
        return None
    own = _own(requests, found, definition)
    main = _main(definition, name)
    called = _renamed(own, main.get("name"), name)
    definition, found = called["taskDefinitions"][0], called["services"][0]
    main = _main(definition, name)
    port = _port(main, found)
    traffic = Traffic(called, found, port)
    scaling = {kind: called.get(kind, []) for kind in ("scalableTargets", "scalingPolicies", "alarms")}
    value = kept(
        {
            "name": name,
            "type": _type(traffic, main),
            **task(definition, main, port),
            "http": traffic.http(),
            "nlb": traffic.nlb(),
            **service(found, scaling),
        }
    )
    if value["type"] == WEB and "http" not in value:
        value["http"] = False
    return _overridden(Manifest(name, value, called, _environment(main)))


def _of_schedule(requests: dict, found: dict[str, Any], definitions: dict) -> Manifest | None:
    parameters = (found.get("Target") or {}).get("EcsParameters") or {}
    name, definition = found.get("Name"), definitions.get(family(parameters.get("TaskDefinitionArn")))
    if not name or not definition or not definition.get("containerDefinitions"):
        return None
    own = {"taskDefinitions": [definition], "schedules": [found], "logGroups": _log_groups(requests, definition)}
    called = _renamed(own, _main(definition, name).get("name"), name)
    definition = called["taskDefinitions"][0]
    main = _main(definition, name)
    when = "none" if found.get("State") == "DISABLED" else found.get("ScheduleExpression")
    value = kept(
        {
            "name": name,
            "type": JOB,
            "on": {"schedule": when},
            **task(definition, main, None),
            "network": network(parameters.get("NetworkConfiguration")),
        }
    )
    return _overridden(Manifest(name, value, called, _environment(main)))


def _environment(main: dict[str, Any]) -> str | None:
    """Give the environment that a document was read for."""
    name = environment_of(main).get(ENVIRONMENT_NAME)
    return name if name and "${" not in name else None


def _main(definition: dict[str, Any], name: str) -> dict[str, Any]:
    """Give the container that has the workload's name, or the first that the task needs."""
    found = definition["containerDefinitions"]
    called = [entry for entry in found if entry.get("name") == name]
    return (called or [entry for entry in found if entry.get("essential", True)] or found)[0]


def _renamed(requests: dict[str, list[dict]], container: Any, name: str) -> dict[str, list[dict]]:
    """Give the requests with the main container called as the workload is, which Copilot does."""

    def change(value: Any, key: str = "", within: str = "") -> Any:
        if isinstance(value, dict):
            return {inner: change(entry, inner, key or within) for inner, entry in value.items()}
        if isinstance(value, list):
            return [change(entry, "", key) for entry in value]
        renames = key == "containerName" or key == "name" and within == "containerDefinitions"
        return name if renames and value == container else value

    return requests if container == name else change(requests)


def _own(requests: dict, found: dict[str, Any], definition: dict) -> dict[str, list[dict]]:
    """Give the requests that belong to a service, by the names that they use of each other."""
    own: dict[str, list[dict]] = {
        "taskDefinitions": [definition],
        "services": [found],
        "logGroups": _log_groups(requests, definition),
    }
    for kind in ("scalableTargets", "scalingPolicies"):
        own[kind] = [
            entry
            for entry in requests.get(kind, [])
            if str(entry.get("ResourceId")).rpartition("/")[2] == found.get("serviceName")
        ]
    used = set(_texts([definition, found, own["scalingPolicies"]]))
    waiting = [(kind, entry) for kind in FOLLOWED for entry in requests.get(kind, [])]
    joined = True
    while joined:
        joined = False
        for kind, entry in list(waiting):
            if _identity(kind, entry) & used or kind in TOWARDS and used & set(_texts(entry)):
                waiting.remove((kind, entry))
                own.setdefault(kind, []).append(entry)
                used |= {text for text in _texts(entry) if text.startswith("$")} | _identity(kind, entry)
                joined = True
    order = {kind: requests.get(kind, []) for kind in FOLLOWED}
    return {
        kind: sorted(entries, key=order[kind].index) if kind in FOLLOWED else entries for kind, entries in own.items()
    }


FOLLOWED = (
    "alarms",
    "targetGroups",
    "targetGroupAttributes",
    "loadBalancers",
    "listeners",
    "listenerRules",
    "discoveryServices",
    "accessPoints",
    "securityGroups",
    "securityGroupIngress",
    "securityGroupEgress",
    "revokedEgress",
)
# These name what they belong to, and nothing names them.
TOWARDS = (
    "targetGroupAttributes",
    "listeners",
    "listenerRules",
    "securityGroupIngress",
    "securityGroupEgress",
    "revokedEgress",
)


def _identity(kind: str, entry: dict[str, Any]) -> set[str]:
    cells = tables()["kinds"][kind]
    name, arn = entry.get(cells["name"] or ""), entry.get(cells["arn"] or "")
    return {
        text
        for text in (name if kind == "alarms" else None, arn, f"${{{kind}.{name}.{cells['arn']}}}" if name else None)
        if text
    }


def _texts(value: Any) -> Iterable[str]:
    return [leaf for _, leaf in leaves(value) if isinstance(leaf, str) and leaf]


def _log_groups(requests: dict, definition: dict[str, Any]) -> list[dict]:
    used = set(_texts(definition))
    return [entry for entry in requests.get("logGroups", []) if entry.get("logGroupName") in used]


def _port(main: dict[str, Any], found: dict[str, Any]) -> Any:
    """Give the port of the main container: the one that others find it by, or the first."""
    ports = [entry.get("containerPort") for entry in main.get("portMappings") or []]
    registered = [entry.get("port") for entry in found.get("serviceRegistries") or []]
    return next((port for port in registered if port in ports), ports[0] if ports else None)


def _type(traffic: Traffic, main: dict[str, Any]) -> str:
    """Choose the type of workload."""
    routed = [entry for entry in traffic.attached if not traffic.is_network(entry)]
    if len(routed) < len(traffic.attached) or routed and traffic.scheme() != "internal":
        return WEB
    return WORKER if "COPILOT_QUEUE_URI" in environment_of(main) else BACKEND


def _overridden(manifest: Manifest) -> Manifest:
    """Add the overrides that the task definition needs beyond what the manifest says."""
    made = back(manifest)["taskDefinitions"][0]
    rules = overrides(manifest.said["taskDefinitions"][0], made)
    return Manifest(
        manifest.name, kept({**manifest.value, "taskdef_overrides": rules}), manifest.said, manifest.environment
    )


def back(manifest: Manifest) -> dict[str, list[dict]]:
    """Give the requests that Copilot would make of a manifest."""
    return reader.read(Source(manifest.value, f"copilot/{manifest.name}/manifest.yml"), manifest.environment).objects()


def _subtracted(manifest: Manifest) -> list[Finding]:
    """Report what of the requests does not come back from the manifest, and what comes back beside them."""
    wanted, made = _keyed(manifest.said), _keyed(back(manifest))
    lost = whole([path for path, value in wanted.items() if made.get(path) != value], made)
    added = whole([path for path in made if path not in wanted], wanted)
    rules = manifest.value.get("taskdef_overrides")
    found = []
    if rules:
        paths = listed(rule["path"] for rule in rules)
        found.append(
            _finding(
                "overrides",
                f"What the manifest of `{manifest.name}` has no field for is said by overrides: {paths}.",
                manifest.name,
            )
        )
    if lost:
        found.append(
            _finding(
                "not-written",
                f"The manifest of `{manifest.name}` cannot say this: {listed(map(spelled, lost))}.",
                manifest.name,
                lost,
            )
        )
    if added:
        found.append(
            _finding(
                "added",
                f"Copilot adds this to `{manifest.name}` by itself: {listed(map(spelled, added))}.",
                manifest.name,
                added,
            )
        )
    return found


def whole(paths: list[Path], other: dict[Path, Any]) -> list[Path]:
    """Name a request, a container or another part as a whole where the other side has nothing of it."""
    parts = {path[:length] for path in other for length in range(1, len(path) + 1)}
    return list(
        dict.fromkeys(
            next(
                path[:length] for length in range(1, len(path) + 1) if path[:length] not in parts or length == len(path)
            )
            for path in paths
        )
    )


def _keyed(requests: dict[str, list[dict]]) -> dict[Path, Any]:
    """Give the leaves of requests by paths in which names stand in the place of positions, where there are names."""
    return {
        path: value
        for kind, entries in requests.items()
        for position, entry in enumerate(entries)
        for path, value in _leaves(entry, (kind, position))
    }


def _leaves(value: Any, path: Path) -> Iterable[tuple[Path, Any]]:
    if isinstance(value, dict):
        return [found for key, entry in value.items() for found in _leaves(entry, path + (key,))]
    if isinstance(value, list):
        named = NAMED.get(str(path[-1]))
        keys = [
            entry.get(named, position) if named and isinstance(entry, dict) else position
            for position, entry in enumerate(value)
        ]
        return [found for key, entry in zip(keys, value) for found in _leaves(entry, path + (key,))]
    return [(path, value)]


def _identities(requests: dict[str, list[dict]]) -> list[tuple[str, str]]:
    kinds = tables()["kinds"]
    return [
        (kind, str(entry.get(kinds[kind]["name"] or "", position)))
        for kind, entries in requests.items()
        for position, entry in enumerate(entries)
    ]


def _finding(code: str, text: str, application: str = "", paths: Iterable[Path] = ()) -> Finding:
    cells = messages()[f"copilot.{code}"]
    fields = tuple(Field(spelled(path), application) for path in paths)
    return Finding(f"copilot.{code}", cells["level"], text, cells.get("remedy", ""), fields, application)
