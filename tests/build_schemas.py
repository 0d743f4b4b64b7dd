"""Official schemas -> the compact files in mappings/schemas: run by `make schemas` after an upgrade of either source.

Kubernetes comes from the strict JSON schemas that the package kubernetes-validate carries, AWS from botocore's service
models, and what identifies an entry of a list from mappings/lists.yaml. It stands with the tests because it needs their
packages: the translator itself reads only what is written here.

A node is written as a scalar's name (`integer`, `integer/int32`), a type's name, {"map": node}, {"list": node, "key":
what identifies an entry}, or {"is": scalar} with its limits. A type is {"fields": {name: node}, "required": [names]},
and "union" for one that has exactly one of its fields.
"""
from __future__ import annotations

import collections
import json
import re
from pathlib import Path
from typing import Any

import yaml

MAPPINGS = Path(__file__).resolve().parent.parent / "mappings"
VERSION = "1.37.0"
KINDS = [
    "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod", "PodTemplate", "Job",
    "CronJob", "Service", "Endpoints", "EndpointSlice", "Ingress", "IngressClass", "NetworkPolicy",
    "HorizontalPodAutoscaler", "PodDisruptionBudget", "ConfigMap", "Secret", "ServiceAccount", "PersistentVolume",
    "PersistentVolumeClaim", "StorageClass", "Namespace", "LimitRange", "ResourceQuota", "PriorityClass",
    "RuntimeClass", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding",
]
SCALARS = {"string", "integer", "number", "boolean", "quantity", "int-or-string", "timestamp", "any"}
# Two lists of a type that a canonical tree has as one map, since the API server lets no name stand in both: the list,
# the one that it joins, and the mark that its entries get.
MERGED = {"PodSpec": ("initContainers", "containers", "initContainer")}
SPECIAL = {"Quantity": "quantity", "IntOrString": "int-or-string", "Time": "timestamp", "MicroTime": "timestamp"}


def main() -> None:
    """Write every file anew."""
    for name, text in files().items():
        (MAPPINGS / "schemas" / name).write_text(text)


def files() -> dict[str, str]:
    """Give what each file of mappings/schemas should hold."""
    kinds = _yaml("kinds.yaml")
    made = {"kubernetes": kubernetes()}
    for service in sorted({cells["service"] for cells in kinds.values()}):
        operations = {key: cells["operation"] for key, cells in kinds.items() if cells["service"] == service}
        made[service] = aws(service, operations)
    index = {"kubernetes": {kind: "kubernetes" for kind in made["kubernetes"]["roots"]},
             "ecs": {key: cells["service"] for key, cells in kinds.items()}}
    return {"index.json": _lines(index), **{f"{name}.json": _lines(schema) for name, schema in made.items()}}


def _yaml(name: str) -> Any:
    return yaml.safe_load((MAPPINGS / name).read_text())


def _lines(schema: dict[str, Any]) -> str:
    """Write one type a line, so that a new version's changes can be read."""
    def line(value: Any) -> str:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    parts = []
    for name, value in schema.items():
        rows = ",\n".join(f"{line(key)}:{line(entry)}" for key, entry in value.items())
        parts.append(f"{line(name)}:{{\n{rows}\n}}")
    return "{" + ",\n".join(parts) + "}\n"


class Compiler:
    """What both sources share: types by name, each compiled once, and the identities of list entries."""

    def __init__(self, section: str):
        self.section = section
        self.identities: dict[str, Any] = _yaml("lists.yaml").get(section, {})
        self.types: dict[str, Any] = {}
        self.used: set[str] = set()

    def listed(self, item: Any, at: str, given: list[str] | None = None, **limits: int) -> dict[str, Any]:
        """Make the node of the list `at` a type's field; `given` are the keys that the schema itself names."""
        node: dict[str, Any] = {"list": item, **limits}
        if isinstance(item, str) and item in self.types:
            key = self.identity(item, at, given)
            if key is not None:
                node["key"] = key
        return node

    def identity(self, entry: str, at: str, given: list[str] | None) -> Any:
        """Find what identifies an entry of a type."""
        for name in (at, entry):
            if name in self.identities:
                self.used.add(name)
                return self.identities[name]
        if given:
            return given[0] if len(given) == 1 else given
        raise SystemExit(f"mappings/lists.yaml: {self.section} needs a row for {entry} (at {at}): what identifies one?")

    def done(self, versions: dict[str, str], roots: dict[str, Any]) -> dict[str, Any]:
        """Give the whole file."""
        spare = self.identities.keys() - self.used
        if spare:
            raise SystemExit(f"mappings/lists.yaml: {self.section} has rows that no list needs: {sorted(spare)}")
        clash = self.types.keys() & SCALARS
        assert not clash, f"types named like scalars: {clash}"
        return {"from": versions, "roots": roots, "types": dict(sorted(self.types.items()))}


def limited(scalar: str, **limits: Any) -> Any:
    """Write a scalar with its limits, in the shortest form."""
    limits = {name: limit for name, limit in limits.items() if limit is not None}
    if not limits:
        return scalar
    return f"{scalar}/{limits['format']}" if list(limits) == ["format"] else {"is": scalar, **limits}


# Kubernetes

def kubernetes() -> dict[str, Any]:
    """Compile the kinds of Kubernetes."""
    definitions = kubernetes_definitions()
    compiler = KubernetesCompiler(definitions)
    roots: dict[str, dict[str, str]] = {}
    for full, definition in definitions.items():
        for known in kinds_of(definition):
            version = "/".join(filter(None, (known["group"], known["version"])))
            roots.setdefault(known["kind"], {})[version] = compiler.type(full)
    newest_first = {kind: dict(sorted(versions.items(), reverse=True)) for kind, versions in sorted(roots.items())}
    assert set(roots) == set(KINDS), set(KINDS) ^ set(roots)
    for holder, (early, late, mark) in MERGED.items():
        compiler.types[holder]["merged"] = [early, late, mark]
        compiler.types[compiler.types[holder]["fields"][late]["list"]]["fields"][mark] = "boolean"
    return compiler.done({"kubernetes-validate": VERSION}, newest_first)


def kubernetes_definitions() -> dict[str, Any]:
    """Load the strict definitions of every type."""
    import kubernetes_validate

    folder = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / f"v{VERSION}-local-strict"
    return json.loads((folder / "_definitions.json").read_text())["$defs"]


def kinds_of(definition: dict[str, Any]) -> list[dict[str, str]]:
    """Give the kinds that a definition is of, among those compiled."""
    return [known for known in definition.get("x-kubernetes-group-version-kind", ()) if known["kind"] in KINDS]


def reachable(definitions: dict[str, Any], names: list[str]) -> set[str]:
    """Follow every reference."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(r'"#/\$defs/([^"]+)"', json.dumps(definitions[name]))
    return found


class KubernetesCompiler(Compiler):
    """JSON schema -> nodes."""

    def __init__(self, definitions: dict[str, Any]):
        super().__init__("kubernetes")
        self.definitions = definitions
        roots = [full for full, definition in definitions.items() if kinds_of(definition)]
        shorts = collections.Counter(full.rpartition(".")[2] for full in reachable(definitions, roots))
        self.ambiguous = {short for short, count in shorts.items() if count > 1}

    def type(self, full: str) -> str:
        """Compile a type and give its short name; two types of one name carry their group and version."""
        short = full.rpartition(".")[2]
        name = ".".join(full.split(".")[-3:]) if short in self.ambiguous else short
        if name not in self.types:
            definition = self.definitions[full]
            self.types[name] = made = {}
            made["fields"] = {key: self.node(entry, f"{name}.{key}") for key, entry in definition["properties"].items()}
            if definition.get("required"):
                made["required"] = definition["required"]
        return name

    def node(self, schema: dict[str, Any], at: str) -> Any:
        """Compile one field, which stands `at` a type."""
        if "$ref" in schema:
            return self.reference(schema["$ref"].rpartition("/")[2])
        kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]  # the other is "null"
        if kind == "array":
            return self.listed(self.node(schema["items"], at), at, schema.get("x-kubernetes-list-map-keys"))
        if kind == "object":
            values = schema.get("additionalProperties")
            return {"map": self.node(values, at) if isinstance(values, dict) else "any"}
        return limited(kind, enum=schema.get("enum"), format=schema.get("format"))

    def reference(self, full: str) -> Any:
        """Compile what a field refers to: a scalar, a free map or a type."""
        short = full.rpartition(".")[2]
        if short in SPECIAL:
            return SPECIAL[short]
        return self.type(full) if "properties" in self.definitions[full] else {"map": "any"}


# AWS

def aws(service: str, operations: dict[str, str]) -> dict[str, Any]:
    """Compile the requests of one AWS service."""
    import botocore
    import botocore.loaders

    model = botocore.loaders.Loader().load_service_model(service, "service-2")
    compiler = AwsCompiler(service, model["shapes"])
    roots = {key: compiler.node(model["operations"][name]["input"]["shape"]) for key, name in operations.items()}
    return compiler.done({"botocore": botocore.__version__}, roots)


AWS_SCALARS = {"string": "string", "integer": "integer", "long": "integer", "double": "number", "float": "number",
               "boolean": "boolean", "timestamp": "timestamp", "blob": "string"}


class AwsCompiler(Compiler):
    """botocore shapes -> nodes."""

    def __init__(self, service: str, shapes: dict[str, Any]):
        super().__init__(service)
        self.shapes = shapes

    def node(self, name: str) -> Any:
        """Compile one shape."""
        shape = self.shapes[name]
        limits = {limit: shape[limit] for limit in ("min", "max") if limit in shape}
        if shape["type"] == "structure":
            return "any" if shape.get("document") else self.structure(name, shape)
        if shape["type"] == "list":
            return self.listed(self.node(shape["member"]["shape"]), name, **limits)
        if shape["type"] == "map":
            return {"map": self.node(shape["value"]["shape"]), **limits}
        return limited(AWS_SCALARS[shape["type"]], enum=shape.get("enum"), pattern=shape.get("pattern"), **limits)

    def structure(self, name: str, shape: dict[str, Any]) -> str:
        """Compile a structure and give its name."""
        if name not in self.types:
            self.types[name] = made = {}
            made["fields"] = {key: self.node(member["shape"]) for key, member in shape["members"].items()}
            if shape.get("required"):
                made["required"] = shape["required"]
            if shape.get("union"):
                made["union"] = True
        return name


if __name__ == "__main__":
    main()
