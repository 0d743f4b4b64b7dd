"""CloudFormation's parameters, conditions and references -> the values that a deployment would see.

What only a deployment knows stays as a placeholder `${Name}`, and is noted once with every place that uses it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..model import Path, ReadError
from .cloudformation_conditions import Conditions
from .cloudformation_notes import Notes, placeholder

LOOP = "Fn::ForEach::"
MOST_TURNS = 10_000  # a stack has at most 500 resources, so no template that works comes near
# Pseudo parameters: the placeholder that other formats use for the same thing, or what holds for nearly every account.
PSEUDO = {
    "AWS::AccountId": "AWS_ACCOUNT_ID",
    "AWS::Region": "AWS_REGION",
    "AWS::StackName": "AWS_STACK_NAME",
    "AWS::StackId": "AWS_STACK_ID",
    "AWS::NotificationARNs": "AWS_NOTIFICATION_ARNS",
}
ASSUMED = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}


class Node(NamedTuple):
    """A value with the path of the template that it came from; lists and maps hold nodes."""

    value: Any
    path: Path

    def plain(self) -> Any:
        """Give the value without paths."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def get(self, key: str) -> Node | None:
        """Give what a map holds under a key."""
        return self.value.get(key) if isinstance(self.value, dict) else None


def grown(value: Any, path: Path) -> Node:
    """Give plain data as nodes that all came from one path."""
    if isinstance(value, dict):
        return Node({str(key): grown(entry, path) for key, entry in value.items()}, path)
    if isinstance(value, list):
        return Node([grown(entry, path) for entry in value], path)
    return Node(value, path)


def text_of(value: Any) -> str:
    """Write a scalar as CloudFormation does when a text is made of it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


# The key of a resource's Metadata that says why a template that we wrote has it although nobody asked for it.
ADDED = "Added"
# How the description of a parameter ends that we wrote for a placeholder.
STANDS_FOR = "It stands for "


@dataclass(frozen=True)
class Resource:
    """One resource as the template declares it."""

    logical: str
    type: str
    body: dict
    path: Path
    bound: tuple[tuple[str, str], ...] = ()


class Values:
    """Everything of a template that a value can depend on."""

    def __init__(self, template: dict, given: dict[str, Any], notes: Notes):
        self.template, self.given, self.notes = template, given, notes
        self.parameters = section(template, "Parameters")
        self.mappings = section(template, "Mappings")
        self.bound: dict[str, str] = {}
        self.refer: Callable[[str, str | None, Path], Node] = lambda name, attribute, path: self.unknown(
            "unknown-reference", name, f"{name} is not known yet", path
        )
        self.spelled: Callable[[str], str] = lambda text: text
        self._turns = 0
        self.conditions = Conditions(self, section(template, "Conditions"))
        self.resources = {
            one.logical: one for one in self._declared(section(template, "Resources"), ("Resources",), ())
        }

    # --- resources -------------------------------------------------------------------------------

    def _declared(self, declared: dict, path: Path, bound: tuple[tuple[str, str], ...]) -> list[Resource]:
        """List the resources, with those that a Fn::ForEach makes."""
        made = []
        for name, body in declared.items():
            if name.startswith(LOOP):
                for inner, at, more in self.turns(body, path + (name,), bound):
                    made += self._declared(inner, at, more)
            elif isinstance(body, dict):
                made.append(
                    Resource(swapped(name, dict(bound)), str(body.get("Type", "")), body, path + (name,), bound)
                )
        return made

    def turns(self, body: Any, path: Path, bound: tuple[tuple[str, str], ...]) -> list[tuple[dict, Path, tuple]]:
        """Give the map that each turn of a Fn::ForEach makes, and the variables that hold in it."""
        if not (isinstance(body, list) and len(body) == 3 and isinstance(body[2], dict)):
            self.notes.add("function", "Fn::ForEach wants a name, a list and a map; this one was left out.", path)
            return []
        outer, self.bound = self.bound, dict(bound)
        collection = self.resolve(body[1], path + (1,))
        self.bound = outer
        values = (
            collection.value
            if collection and isinstance(collection.value, list)
            else [collection]
            if collection
            else []
        )
        self._turns += len(values)
        if self._turns > MOST_TURNS:
            raise ReadError(f"the loops of this template take more than {MOST_TURNS} turns")
        return [(body[2], path + (2,), (*bound, (str(body[0]), text_of(one.plain())))) for one in values]

    def properties(self, one: Resource) -> Node:
        """Resolve the properties of a resource."""
        return self.within(one, one.body.get("Properties") or {}, one.path + ("Properties",)) or Node({}, one.path)

    def within(self, one: Resource, value: Any, path: Path) -> Node | None:
        """Resolve a value as it stands in a resource."""
        outer, self.bound = self.bound, dict(one.bound)
        try:
            return self.resolve(value, path)
        finally:
            self.bound = outer

    def exists(self, one: Resource) -> bool:
        """Whether a resource's condition, if it has one, holds."""
        condition = one.body.get("Condition")
        return not isinstance(condition, str) or self.conditions.holds(condition, one.path + ("Condition",))

    def is_added(self, one: Resource) -> bool:
        """Whether a security group stands in a template that we wrote because CloudFormation wants one there."""
        said = one.body.get("Metadata")
        return one.type == "AWS::EC2::SecurityGroup" and isinstance(said, dict) and isinstance(said.get(ADDED), str)

    # --- values ----------------------------------------------------------------------------------

    def resolve(self, value: Any, path: Path) -> Node | None:
        """Give the value that a deployment would see; None is AWS::NoValue."""
        from .cloudformation_functions import FUNCTIONS

        if isinstance(value, dict):
            name = next(iter(value)) if len(value) == 1 else None
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, value[name], path + (name,))
            if isinstance(name, str) and name.startswith("Fn::") and not name.startswith(LOOP):
                return self.unknown("function", name[4:], f"{name} is not evaluated here", path)
            return Node(dict(self._entries(value, path)), path)
        if isinstance(value, list):
            nodes = (self.resolve(entry, path + (index,)) for index, entry in enumerate(value))
            return Node([node for node in nodes if node is not None], path)
        return self._scalar(value, path)

    def _entries(self, value: dict, path: Path):
        for key, entry in value.items():
            if isinstance(key, str) and key.startswith(LOOP):
                for inner, at, bound in self.turns(entry, path + (key,), tuple(self.bound.items())):
                    outer, self.bound = self.bound, dict(bound)
                    yield from self._entries(inner, at)
                    self.bound = outer
                continue
            node = self.resolve(entry, path + (key,))
            if node is not None:
                yield swapped(str(key), self.bound), node

    def _scalar(self, value: Any, path: Path) -> Node:
        if isinstance(value, str) and "{{resolve:" in value:
            return Node(self._looked_up(value, path), path)
        return Node(value, path)

    def _looked_up(self, text: str, path: Path) -> str:
        """Put placeholders where CloudFormation would look a value up in SSM or Secrets Manager."""
        before, _, rest = text.partition("{{resolve:")
        reference, closed, after = rest.partition("}}")
        if not closed:
            return text
        name = placeholder(
            "".join(part[:1].upper() + part[1:] for part in reference.replace("/", ":").replace("-", ":").split(":"))
        )
        self.notes.add(
            "dynamic-reference",
            f"{{{{resolve:{reference}}}}} is looked up by CloudFormation when it deploys; {name} stands for it.",
            path,
            name,
        )
        return before + name + (self._looked_up(after, path) if "{{resolve:" in after else after)

    def text(self, value: Any, path: Path) -> str:
        """Resolve a value to a text."""
        node = self.resolve(value, path)
        return "" if node is None else text_of(node.plain())

    def unknown(self, code: str, name: str, why: str, path: Path) -> Node:
        """Leave a placeholder for what only a deployment knows, unless the caller gave its value."""
        if name in self.given:
            return self.known(self.given[name], path)
        stands = placeholder(name)
        self.notes.add(code, f"{why}; {stands} stands for it.", path, stands)
        return Node(stands, path)

    @staticmethod
    def known(value: Any, path: Path) -> Node:
        """Give a value from outside the template."""
        return grown(value, path)

    # --- parameters ------------------------------------------------------------------------------

    def parameter(self, name: str, path: Path) -> Node:
        """Give a parameter: the value given, its default, or a placeholder."""
        cells = self.parameters[name] if isinstance(self.parameters[name], dict) else {}
        kind = str(cells.get("Type", "String"))
        if name in self.given:
            return self.known(_listed(self.given[name], kind), path)
        if kind.startswith("AWS::SSM::Parameter::Value"):
            return self.unknown(
                "parameter",
                name,
                f"Parameter {name} is read from Systems Manager ({cells.get('Default', 'name not given')})",
                path,
            )
        if "Default" not in cells:
            return self.unknown("parameter", _stands_for(cells) or name, f"Parameter {name} has no default and was not given", path)
        if text_of(cells.get("NoEcho")).lower() == "true":
            return self.unknown(
                "no-echo", name, f"Parameter {name} is secret (NoEcho), so its default is not repeated", path
            )
        return self.known(_listed(cells["Default"], kind), path)

    def pseudo(self, name: str, path: Path) -> Node | None:
        """Give a pseudo parameter."""
        if name == "AWS::NoValue":
            return None
        if name in self.given:
            return self.known(self.given[name], path)
        if name in ASSUMED:
            self.notes.add("assumed", f"{name} was taken as {ASSUMED[name]}.", path, ASSUMED[name])
            return Node(ASSUMED[name], path)
        return self.unknown(
            "pseudo-parameter",
            PSEUDO.get(name, name.replace("AWS::", "AWS_")),
            f"{name} depends on where the template is deployed",
            path,
        )


def _stands_for(cells: dict) -> str:
    """Find the placeholder that a parameter's description names, as we word it."""
    _, found, name = text_of(cells.get("Description")).rpartition(STANDS_FOR)
    return name[:-1] if found and name.endswith(".") and name[:-1].replace("_", "a").isalnum() else ""


def swapped(text: str, bound: dict[str, str]) -> str:
    """Put the variables of the loops around it into a key."""
    for name, value in bound.items():
        plain = "".join(letter for letter in value if letter.isalnum())
        text = text.replace("${" + name + "}", value).replace("&{" + name + "}", plain)
    return text


def section(template: dict, name: str) -> dict:
    """Give a section of a template; what is none is an empty one."""
    found = template.get(name)
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}


def _listed(value: Any, kind: str) -> Any:
    """Split the value of a parameter that is a list."""
    if isinstance(value, str) and (kind == "CommaDelimitedList" or kind.startswith("List<")):
        return [part.strip() for part in value.split(",")]
    return value
