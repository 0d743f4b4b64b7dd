"""What AWS takes and prints -> the requests of an ECS document, each with its place."""
from __future__ import annotations

from typing import Any, Iterator

from .. import rows
from ..findings import message
from ..model import ECS, Document, Field, Finding, Object, Path, Source
from .security_groups import requests_of

# What describe-services prints of a deployment and create-service takes of the service.
OF_DEPLOYMENT = ("serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations")


# What describe-security-groups prints within a group, and other calls make.
RULES = ("IpPermissions", "IpPermissionsEgress")


def recognises(value: Any) -> bool:
    """Whether plain data is an ECS document, a request, an answer, or a list of container definitions."""
    if isinstance(value, list):
        return bool(value) and all(
            isinstance(entry, dict) and (_containerish(entry) or _told(entry)) for entry in value
        )
    return isinstance(value, dict) and (_told(value) is not None or any(True for _ in _answers(value)))


def read(source: Source) -> Document:
    """Read one source; members that only AWS sets are left out."""
    entries, findings = [], []
    for kind, path, value in _entries(source):
        for made, aside in _shaped(kind, path, value, source):
            entries.append(made)
            findings.extend(aside)
    return Document(ECS, tuple(entries), tuple(findings))


def _entries(source: Source) -> Iterator[tuple[str, Path, Any]]:
    value = source.value
    if isinstance(value, list):
        if all(_containerish(entry) and _told(entry) is None for entry in value):
            yield "taskDefinitions", (None,), {"family": _family(source.file), "containerDefinitions": value}
            return
        for position, entry in enumerate(value):
            yield _told(entry) or "", (position,), entry
        return
    kind = _told(value)
    if kind is not None:
        yield kind, (), value
        return
    yield from _answers(value)


def _answers(value: dict) -> Iterator[tuple[str, Path, Any]]:
    """Give every entry of a document or an answer with its path."""
    by_key = {key: kind for kind, cells in _described().items() for key in cells.get("answer", ())}
    for key, entries in value.items():
        kind = key if key in rows.tables()["kinds"] else by_key.get(key)
        if kind is None:
            continue
        if isinstance(entries, dict):
            beside = {"tags": value["tags"]} if kind == "taskDefinitions" and value.get("tags") else {}
            yield kind, (key,), {**entries, **beside}
        elif isinstance(entries, list):
            for position, entry in enumerate(entries):
                if isinstance(entry, dict):
                    yield kind, (key, position), entry


def _told(value: Any) -> str | None:
    """Tell the kind of a bare request by the members that only it has."""
    if not isinstance(value, dict) or "apiVersion" in value or "Resources" in value:
        return None
    for kind, cells in _described().items():
        told_by = cells.get("told-by")
        if told_by and all(key in value for key in told_by):
            return kind
    return None


def _containerish(value: Any) -> bool:
    return isinstance(value, dict) and "image" in value and ("name" in value or "essential" in value)


def _described() -> dict[str, dict]:
    return rows.tables()["described"]


def _family(file: str) -> str:
    stem = file.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    return stem if stem and stem not in ("<input>", "-") else "app"


def _shaped(kind: str, path: Path, value: dict, source: Source) -> Iterator[tuple[Object, list[Finding]]]:
    if kind == "securityGroups" and any(key in value for key in RULES):
        for made_kind, made, member in requests_of(value):
            within = {"IpPermissions": (member,)} if member else {}
            yield Object(made_kind, made, _locator(source, path, within)), []
        return
    cells = _described().get(kind, {})
    renamed, ignored = cells.get("renamed", {}), cells.get("ignored", ())
    made: dict[str, Any] = {}
    origin: dict[str, Path] = {}
    for key, entry in value.items():
        name = renamed.get(key, key)
        if key in ignored or (name != key and name in value):
            continue
        made[name] = entry
        origin[name] = (key,)
    if kind == "services":
        _lift(value, made, origin)
    if kind == "loadBalancers":
        _zones(made, origin)
    yield Object(kind, made, _locator(source, path, origin)), _aside(kind, value, path, source)


def _lift(value: dict, made: dict, origin: dict[str, Path]) -> None:
    """Take from the primary deployment what describe-services prints only there."""
    if isinstance(made.get("cluster"), str):
        made["cluster"] = made["cluster"].rpartition("cluster/")[2]
    for position, deployment in enumerate(value.get("deployments") or ()):
        if isinstance(deployment, dict) and deployment.get("status") == "PRIMARY":
            for key in OF_DEPLOYMENT:
                if deployment.get(key) and key not in made:
                    made[key] = deployment[key]
                    origin[key] = ("deployments", position, key)


def _zones(made: dict, origin: dict[str, Path]) -> None:
    """Read the zones that describe-load-balancers prints as the subnets that create-load-balancer takes."""
    zones = made.pop("AvailabilityZones", None)
    if isinstance(zones, list) and not made.get("Subnets"):
        made["Subnets"] = [zone.get("SubnetId") for zone in zones if isinstance(zone, dict) and zone.get("SubnetId")]
        origin["Subnets"] = ("AvailabilityZones",)


def _locator(source: Source, path: Path, origin: dict[str, Path]):
    if path == (None,):  # a list of container definitions stands where its task definition's member would
        return lambda inner: source.locate(tuple(inner[1:]) if inner[:1] == ("containerDefinitions",) else ())
    return lambda inner: source.locate(path + (origin.get(inner[0], inner[:1]) + tuple(inner[1:]) if inner else ()))


def _aside(kind: str, value: dict, path: Path, source: Source) -> list[Finding]:
    """Say that a service of several task sets is read as its primary deployment."""
    if kind != "services" or not value.get("taskSets"):
        return []
    place = source.locate(path + ("taskSets",))
    at = {"file": place.file, "line": place.line, "column": place.column} if place else {}
    return [message("reading.task-sets", fields=[Field("taskSets", f"services/{value.get('serviceName', '')}", **at)])]
