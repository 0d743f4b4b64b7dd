"""What a plan leaves open until it is applied -> the reference that its configuration has there."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import terraform_table as table
from .terraform_evaluate import MISSING
from .terraform_module import Resource
from .terraform_notes import Notes, placeholder, settled

# A configuration tells what an expression refers to, and not whether it stands there alone. Arguments of these names hold
# an identifier and nothing around it.
IDENTIFIERS = ("arn", "arns", "_id", "_ids", "role", "cluster", "task_definition", "groups", "subnets", "actions", "namespace")


class Plan:
    """The configuration and the open values of a plan; of a state, nothing."""

    def __init__(self, value: dict[str, Any], resources: dict[str, Resource], answer: Callable[[Resource, str], Any], notes: Notes):
        self.resources, self.answer, self.notes = resources, answer, notes
        configuration = value.get("configuration") if isinstance(value.get("configuration"), dict) else {}
        self.expressions = dict(_expressions(configuration.get("root_module") or {}, ""))
        changes = [change for change in value.get("resource_changes") or [] if isinstance(change, dict)]
        self.open = {str(change.get("address")): (change.get("change") or {}).get("after_unknown") or {} for change in changes}

    def fill(self, resource: Resource) -> None:
        """Put references in the place of what is not known yet."""
        said = self.expressions.get(without_indexes(resource.address), {})
        schema = table.schemas()[resource.type]
        self._fill(resource, resource.values, self.open.get(resource.address, {}), [said], schema)

    def _fill(self, resource: Resource, values: dict, open_: Any, said: list[dict], schema: dict) -> None:
        for name, unknown in open_.items() if isinstance(open_, dict) else ():
            if name in schema["blocks"] and isinstance(unknown, list):
                self._blocks(resource, values.get(name) or [], unknown, _below(said, name), schema["blocks"][name][2])
            elif _is_open(unknown) and schema["attributes"].get(name, ["", "computed"])[1] != "computed":
                self._argument(resource, values, name, unknown, said)

    def _blocks(self, resource: Resource, entries: list, unknown: list, said: list[dict], schema: dict) -> None:
        for position, open_ in enumerate(unknown):
            if position < len(entries):
                fitting = [one for one in said if _fits(one, entries[position])] or said
                self._fill(resource, entries[position], open_, fitting, schema)

    def _argument(self, resource: Resource, values: dict, name: str, unknown: Any, said: list[dict]) -> None:
        expression = next((one[name] for one in said if isinstance(one.get(name), dict)), None)
        if expression is None:  # nobody set it: the provider makes it up
            return
        references = [text for text in expression.get("references") or [] if isinstance(text, str)]
        whole = [text for text in references if not any(other != text and other.startswith(text) for other in references)]
        data = any(one.name == name and one.via in ("json", "data") for one in table.arguments(resource.type))
        found = self._referred(whole[0], resource.address) if len(whole) == 1 and name.endswith(IDENTIFIERS) and not data else MISSING
        if found is MISSING:
            found = f"${{{placeholder(*(whole[:1] or [resource.address, name]))}}}"
            self.notes.add("unresolved", f"`{resource.address}.{name}` is known only after it is applied: `{found}` stands in its place.",
                           name, resource.place((name,)), resource.address, found)
        values[name] = [settled(found)] if isinstance(unknown, list) else settled(found)

    def _referred(self, text: str, address: str) -> Any:
        """Follow `aws_lb.web.arn` to the resource of that name, in the same module or at the same index."""
        steps = text.split(".")
        if len(steps) < 3:
            return MISSING
        prefix = address[:len(address) - len(".".join(address.split(".")[-2:]))]
        wanted = prefix + ".".join((table.canonical_type(steps[0]), steps[1]))
        found = self.resources.get(wanted) or next(
            (one for name, one in self.resources.items() if without_indexes(name) == without_indexes(wanted)), None)
        return self.answer(found, steps[2]) if found is not None else MISSING


def _expressions(module: dict[str, Any], prefix: str) -> Iterator[tuple[str, dict]]:
    """Give the expressions of every resource, by its address without indexes."""
    for entry in module.get("resources") or []:
        yield prefix + str(entry.get("address")), entry.get("expressions") or {}
    for name, call in (module.get("module_calls") or {}).items():
        yield from _expressions(call.get("module") or {}, f"{prefix}module.{name}.")


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
    entries = [entry for one in said for entry in (one.get(name) if isinstance(one.get(name), list) else [one.get(name)])]
    return [entry for entry in entries if isinstance(entry, dict)]


def _fits(said: dict, values: dict) -> bool:
    """Whether what a block's configuration says in plain words is what stands in the plan."""
    plain = {name: entry["constant_value"] for name, entry in said.items() if isinstance(entry, dict) and "constant_value" in entry}
    return all(values.get(name) == value for name, value in plain.items())


def _is_open(unknown: Any) -> bool:
    return unknown is True or (isinstance(unknown, list) and any(entry is True for entry in unknown))
