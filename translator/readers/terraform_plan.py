"""What a plan leaves open until it is applied -> the reference that its configuration has there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import terraform_table as table
from .terraform_evaluate import MISSING
from .terraform_module import Resource
from .terraform_notes import Notes, placeholder, settled
from .terraform_values import listing, mapping

EACH = "for_each"
# A configuration tells what an expression refers to, and not whether it stands there alone. Arguments of these names
# hold an identifier and nothing around it.
IDENTIFIERS = (
    "arn",
    "arns",
    "_id",
    "_ids",
    "role",
    "cluster",
    "task_definition",
    "groups",
    "subnets",
    "actions",
    "namespace",
)


DEEPEST = 20  # modules in modules; a plan can hold no circle


@dataclass
class Configuration:
    """What a plan's configuration says, by module and by address without indexes."""

    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: dict[str, dict[str, Any]] = field(default_factory=dict)  # what a module is called with
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, module: Any, prefix: str) -> Configuration:
        """Take a module and the modules that it calls."""
        for entry in map(mapping, listing(mapping(module).get("resources"))):
            each = {EACH: entry["for_each_expression"]} if "for_each_expression" in entry else {}
            self.resources[prefix + str(entry.get("address"))] = {**mapping(entry.get("expressions")), **each}
        outputs = mapping(mapping(module).get("outputs"))
        self.outputs[prefix] = {name: mapping(said).get("expression") for name, said in outputs.items()}
        for name, call in mapping(mapping(module).get("module_calls")).items():
            inner = f"{prefix}module.{name}."
            self.given[inner] = mapping(mapping(call).get("expressions"))
            self.add(mapping(call).get("module"), inner)
        return self


class Plan:
    """The configuration and the open values of a plan; of a state, nothing."""

    def __init__(
        self,
        value: dict[str, Any],
        resources: dict[str, Resource],
        answer: Callable[[Resource, str], Any],
        notes: Notes,
    ):
        self.resources, self.answer, self.notes = resources, answer, notes
        self.configuration = Configuration().add(mapping(value.get("configuration")).get("root_module"), "")
        changes = map(mapping, listing(value.get("resource_changes")))
        self.open = {str(one.get("address")): mapping(one.get("change")).get("after_unknown") for one in changes}

    def fill(self, resource: Resource) -> None:
        """Put references in the place of what is not known yet."""
        said = self.configuration.resources.get(without_indexes(resource.address), {})
        schema = table.schemas()[resource.type]
        self._fill(resource, resource.values, self.open.get(resource.address, {}), [said], schema)

    def _fill(self, resource: Resource, values: dict, open_: Any, said: list[dict], schema: dict) -> None:
        for name, unknown in open_.items() if isinstance(open_, dict) else ():
            if name in schema["blocks"] and isinstance(unknown, list):
                below = schema["blocks"][name][2]
                self._blocks(resource, listing(values.get(name)), unknown, _below(said, name), below)
            elif _is_open(unknown) and schema["attributes"].get(name, ["", "computed"])[1] != "computed":
                self._argument(resource, values, name, unknown, said)

    def _blocks(self, resource: Resource, entries: list, unknown: list, said: list[dict], schema: dict) -> None:
        for position, open_ in enumerate(unknown):
            if position < len(entries) and isinstance(entries[position], dict):
                fitting = [one for one in said if _fits(one, entries[position])] or said
                self._fill(resource, entries[position], open_, fitting, schema)

    def _argument(self, resource: Resource, values: dict, name: str, unknown: Any, said: list[dict]) -> None:
        expression = next((one[name] for one in said if isinstance(one.get(name), dict)), None)
        if expression is None:  # nobody set it: the provider makes it up
            return
        whole = _references(expression)
        data = any(one.name == name and one.via in ("json", "data") for one in table.arguments(resource.type))
        found = (
            self._referred(whole[0], resource.address, 0)
            if len(whole) == 1 and name.endswith(IDENTIFIERS) and not data
            else MISSING
        )
        if found is MISSING:
            found = f"${{{placeholder(*(whole[:1] or [resource.address, name]))}}}"
            self.notes.add(
                "unresolved",
                f"`{resource.address}.{name}` is known only after it is applied: `{found}` stands in its place.",
                name,
                resource.place((name,)),
                resource.address,
                found,
            )
        values[name] = [settled(found)] if isinstance(unknown, list) else settled(found)

    def _referred(self, text: str, address: str, depth: int) -> Any:
        """Follow `aws_lb.web.arn` to the resource, through what modules are given and what they put out."""
        steps, prefix = text.split("."), module_of(address)
        if depth > DEEPEST or len(steps) < 2:
            return MISSING
        if steps[0] == "var":
            return self._follow(
                self.configuration.given.get(without_indexes(prefix), {}).get(steps[1]), module_of(prefix[:-1]), depth
            )
        if steps[0] == "module" and len(steps) > 2:
            inner = f"{prefix}module.{steps[1]}."
            return self._follow(self.configuration.outputs.get(without_indexes(inner), {}).get(steps[2]), inner, depth)
        if steps[:2] == ["each", "value"] and len(steps) > 2:
            each = _references(self.configuration.resources.get(without_indexes(address), {}).get(EACH))
            key = address[address.rfind("[") :] if address.endswith("]") else ""
            return self._referred(f"{each[0]}{key}.{steps[2]}", address, depth + 1) if len(each) == 1 else MISSING
        return self._resource(steps, prefix)

    def _follow(self, expression: Any, prefix: str, depth: int) -> Any:
        """Follow an expression that refers to one thing, from within a module."""
        whole = _references(expression)
        return self._referred(whole[0], prefix, depth + 1) if len(whole) == 1 else MISSING

    def _resource(self, steps: list[str], prefix: str) -> Any:
        if len(steps) < 3:
            return MISSING
        wanted = prefix + ".".join((table.canonical_type(steps[0]), steps[1]))
        found = self.resources.get(wanted) or next(
            (one for name, one in self.resources.items() if without_indexes(name) == without_indexes(wanted)), None
        )
        return self.answer(found, steps[2]) if found is not None else MISSING


def _references(expression: Any) -> list[str]:
    """Give what an expression refers to, without the steps on the way: `aws_lb.web` beside `aws_lb.web.arn`."""
    texts = [text for text in listing(mapping(expression).get("references")) if isinstance(text, str)]
    return [text for text in texts if not any(other != text and other.startswith(text) for other in texts)]


def module_of(address: str) -> str:
    """Give the module that a resource, or a module, lies in: `module.app.aws_lb.web` lies in `module.app.`."""
    end, position, bare = 0, 0, address
    while bare.startswith("module.", position):
        position += len("module.")
        while position < len(bare) and bare[position] not in ".[":
            position += 1
        if bare[position : position + 1] == "[":
            position = bare.find("]", position) + 1 or len(bare)
        if bare[position : position + 1] != ".":
            break
        position += 1
        end = position
    return address[:end]


def without_indexes(address: str) -> str:
    """Drop the indexes of an address: `aws_lb.web["a"]` is `aws_lb.web`."""
    kept, inside = [], 0
    for sign in address:
        inside += sign == "["
        if not inside:
            kept.append(sign)
        inside -= sign == "]"
    return "".join(kept)


def _below(said: list[dict], name: str) -> list[dict]:
    entries = [
        entry for one in said for entry in (one.get(name) if isinstance(one.get(name), list) else [one.get(name)])
    ]
    return [entry for entry in entries if isinstance(entry, dict)]


def _fits(said: dict, values: dict) -> bool:
    """Whether what a block's configuration says in plain words is what stands in the plan."""
    plain = {
        name: entry["constant_value"]
        for name, entry in said.items()
        if isinstance(entry, dict) and "constant_value" in entry
    }
    return all(values.get(name) == value for name, value in plain.items())


def _is_open(unknown: Any) -> bool:
    return unknown is True or (isinstance(unknown, list) and any(entry is True for entry in unknown))
