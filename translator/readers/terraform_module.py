"""Terraform files -> resources with their arguments: variables filled in, repeated and dynamic blocks written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..model import Path, Place
from . import terraform_table as table
from .terraform_evaluate import MISSING, Scope, evaluate, inside, steps_of
from .terraform_notes import Notes, Unknown, placeholder, settled
from .terraform_syntax import Block, Body, Node, parse
from .terraform_words import Text

# Blocks of a resource that say how Terraform works, not what the resource is.
META_BLOCKS = ("lifecycle", "timeouts", "provisioner", "connection")
# How descriptions of what we write end, where it stands for a placeholder.
STANDS_FOR = "It stands for "
META_ARGUMENTS = ("count", "for_each", "depends_on", "provider")


@dataclass
class Written:
    """A body with everything repeated written out: expressions by argument, bodies by block."""

    body: Body
    scope: Scope
    arguments: dict[str, Node]
    blocks: dict[str, list[Written]]

    def values(self) -> dict[str, Any]:
        """Evaluate every argument; blocks are lists of such values."""
        made = {name: evaluate(node, self.scope) for name, node in self.arguments.items()}
        return {name: value for name, value in made.items() if value is not None} | {
            name: [entry.values() for entry in entries] for name, entries in self.blocks.items()
        }

    def place(self, path: Path) -> Place:
        """Find where a path stands, as far inwards as it is written there."""
        if path and path[0] in self.blocks:
            entries = self.blocks[str(path[0])]
            index = path[1] if len(path) > 1 and isinstance(path[1], int) and path[1] < len(entries) else 0
            return entries[index].place(path[2:])
        if path and path[0] in self.arguments:
            return _place(self.arguments[str(path[0])], path[1:])
        return self.body.source.place(self.body.at)


def _place(node: Node, path: Path) -> Place:
    """Go into a literal, through the function around it."""
    while node.kind == "call" and node.value in ("jsonencode", "tolist", "toset", "sensitive") and node.below:
        node = node.below[0]
    if path and node.kind == "map":
        for key, value in zip(node.below[::2], node.below[1::2], strict=True):
            if key.kind == "literal" and key.value == path[0]:
                return _place(value, path[1:])
    if path and node.kind == "list" and isinstance(path[0], int) and path[0] < len(node.below):
        return _place(node.below[path[0]], path[1:])
    return node.source.place(node.at)


@dataclass
class Resource:
    """One resource, ready to become a request: what was set, and where; `known` is what only AWS can say."""

    type: str
    label: str
    address: str
    values: dict[str, Any]
    place: Callable[[Path], Place | None]
    known: dict[str, Any] = field(default_factory=dict)


@dataclass
class Module:
    """The files of one folder, read together."""

    notes: Notes
    answer: Callable[[Resource, str], Any]
    variables: dict[str, Block] = field(default_factory=dict)
    given: dict[str, Node] = field(default_factory=dict)
    locals: dict[str, Node] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    data: dict[str, Block] = field(default_factory=dict)
    made: dict[str, list[Resource]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    known: dict[str, Any] = field(default_factory=dict)  # local values, each evaluated once

    def add(self, body: Body, is_values: bool = False) -> None:
        """Take a file's blocks; a `.tfvars` file holds the variables' values."""
        if is_values:
            self.given.update(body.arguments)
            return
        for block in body.blocks:
            self._take(block)

    def give(self, values: dict[str, str]) -> None:
        """Take values from the command line, for variables that there are: a text, or HCL where the type says so."""
        for name, variable in self.variables.items():
            if name in values:
                self.given[name] = given(values[name], variable)

    def _take(self, block: Block) -> None:
        if block.type == "locals":
            self.locals.update(block.body.arguments)
        elif block.type == "variable" and block.labels:
            self.variables[block.labels[0]] = block
        elif block.type in ("resource", "data") and len(block.labels) == 2:
            name = f"{table.canonical_type(block.labels[0])}.{block.labels[1]}"
            (self.blocks if block.type == "resource" else self.data)[name] = block
        elif block.type == "module":
            place = block.body.source.place(block.body.at)
            self.notes.add(
                "module",
                f"The module `{' '.join(block.labels)}` is not read: its resources are not among these.",
                "",
                place,
            )
        elif block.type == "provider" and any(below.type == "default_tags" for below in block.body.blocks):
            self.notes.add("default-tags", "", "default_tags", block.body.source.place(block.body.at))

    def scope(self, owner: str = "") -> Scope:
        """Give the scope in which a resource's expressions stand."""
        return Scope(self.refer, self.notes, owner)

    def resources(self) -> Iterable[Resource]:
        """Give every resource that the table knows, in the order of the files."""
        for name, block in self.blocks.items():
            if name.partition(".")[0] in table.resources() and not self._is_stand_in(name, block):
                yield from self.instances(name)

    def _is_stand_in(self, name: str, block: Block) -> bool:
        """Whether a resource is a role that we wrote for a placeholder, or the policy of one."""
        if name.startswith("aws_iam_role_policy."):
            steps = steps_of(block.body.arguments["role"]) if "role" in block.body.arguments else []
            owner = ".".join(step for step in steps[:2] if isinstance(step, str))
            return owner in self.blocks and self._is_stand_in(owner, self.blocks[owner])
        return name.startswith("aws_iam_role.") and STANDS_FOR in _description(block)

    def instances(self, name: str) -> list[Resource]:
        """Evaluate a resource once, for each of its instances."""
        if name not in self.made:
            self.busy.add(name)
            block = self.blocks[name]
            self.made[name] = [self._resource(name, key, block, scope) for key, scope in self._repeated(name, block)]
            self.busy.discard(name)
        return self.made[name]

    def _resource(self, name: str, key: str, block: Block, scope: Scope) -> Resource:
        kind, _, label = name.partition(".")
        address = name + (f"[{key}]" if key else "")
        scope = Scope(scope.refer, scope.notes, address, scope.names)
        written = written_out(block.body, scope)
        clean = key.strip('"')
        place = written.place(())
        return Resource(
            kind, f"{label}-{clean}" if clean else label, address, settled(written.values(), place), written.place
        )

    def _repeated(self, name: str, block: Block) -> list[tuple[str, Scope]]:
        """Give a key and a scope for every instance that `count` or `for_each` asks for."""
        scope = self.scope(name)
        if "count" in block.body.arguments:
            return self._counted(block.body.arguments["count"], scope)
        if "for_each" in block.body.arguments:
            return self._each(block.body.arguments["for_each"], scope)
        return [("", scope)]

    def _counted(self, node: Node, scope: Scope) -> list[tuple[str, Scope]]:
        count = evaluate(node, scope)
        if isinstance(count, (int, float)) and 0 <= count <= 100:
            return [
                (str(index) if count > 1 else "", scope.within(count={"index": index})) for index in range(int(count))
            ]
        scope.note("repeated", "How often this resource stands is not known here: it is read once.", node)
        return [("", scope.within(count={"index": 0}))]

    def _each(self, node: Node, scope: Scope) -> list[tuple[str, Scope]]:
        pairs = repeated(evaluate(node, scope))
        if pairs is not None:
            return [(f'"{key}"', scope.within(each={"key": key, "value": value})) for key, value in pairs]
        scope.note("repeated", "How often this resource stands is not known here: it is read once.", node)
        return [("", scope.within(each={"key": Unknown("EACH_KEY"), "value": Unknown("EACH_VALUE")}))]

    def refer(self, path: tuple[str, ...], node: Node, owner: str) -> Any:
        """Give what a reference means: a variable, a local value, or what a resource answers with."""
        steps = {"var": self._variable, "local": self._local, "data": self._data}
        found = steps.get(path[0], self._resource_answer)(path, node, owner)
        if found is not MISSING:
            return found
        return self._unresolved(f"`{_spelled(path)}` is not known here", placeholder(*path), node, owner)

    def _unresolved(self, what: str, name: str, node: Node, owner: str) -> Unknown:
        made = Unknown(name)
        self.notes.add(
            "unresolved", f"{what}: `{made}` stands in its place.", "", node.source.place(node.at), owner, str(made)
        )
        return made

    def _variable(self, path: tuple[str, ...], node: Node, owner: str) -> Any:
        name = path[1] if len(path) > 1 else ""
        value: Any = MISSING
        block = self.variables.get(name)
        if name in self.given and not _sensitive(block):
            value = evaluate(self.given[name], self.scope())
        elif block is not None and "default" in block.body.arguments and not _sensitive(block):
            value = evaluate(block.body.arguments["default"], self.scope())
        for step in path[2:]:
            value = inside(value, step)
        if value is MISSING:
            return self._unresolved(
                f"`{_spelled(path)}` has no value here",
                _stands_for(block) or placeholder(*(path[1:] or path)),
                node,
                owner,
            )
        return value

    def _local(self, path: tuple[str, ...], node: Node, owner: str) -> Any:
        name = "local." + (path[1] if len(path) > 1 else "")
        if name in self.busy or name[6:] not in self.locals:
            return MISSING
        if name not in self.known:
            self.busy.add(name)
            self.known[name] = evaluate(self.locals[name[6:]], self.scope())
            self.busy.discard(name)
        value = self.known[name]
        for step in path[2:]:
            value = inside(value, step)
        return value

    def _data(self, path: tuple[str, ...], node: Node, owner: str) -> Any:
        """Give the placeholder of what everybody knows by one name, or the policy that a data source writes."""
        kind, name, attribute = (*path[1:], "", "", "")[:3]
        known = table.table()["data"].get(kind, {}).get(path[-1])
        if known:
            return Unknown(known)
        block = self.data.get(f"{kind}.{name}")
        if kind != "aws_iam_policy_document" or attribute != "json" or block is None:
            return MISSING
        from .terraform_policy import document

        return document(written_out(block.body, self.scope(f"data.{kind}.{name}")).values())

    def _resource_answer(self, path: tuple[str, ...], node: Node, owner: str) -> Any:
        name = ".".join((table.canonical_type(path[0]), *path[1:2]))
        if name not in self.blocks or name in self.busy or path[0] not in table.resources() | table.table()["aliases"]:
            return MISSING
        if self._is_stand_in(name, self.blocks[name]):
            found = _stands_for(self.blocks[name])
            return Unknown(found) if found else None
        instances, rest = self.instances(name), path[2:]
        if rest and rest[0].startswith("["):
            instances = [one for one in instances if one.label.endswith("-" + rest[0][1:-1])] or instances
            rest = rest[1:]
        if not instances or not rest:
            return MISSING
        value = self.answer(instances[0], rest[0])
        for step in rest[1:]:
            value = inside(value, step)
        return value


def written_out(body: Body, scope: Scope) -> Written:
    """Write out a body: meta-arguments go, dynamic blocks stand as often as they are asked for."""
    blocks: dict[str, list[Written]] = {}
    for block in body.blocks:
        if block.type == "dynamic" and block.labels:
            blocks.setdefault(block.labels[0], []).extend(_dynamic(block, scope))
        elif block.type not in META_BLOCKS:
            blocks.setdefault(block.type, []).append(written_out(block.body, scope))
        elif any(name == "ignore_changes" for name in block.body.arguments):
            scope.note("lifecycle", "", block.body.arguments["ignore_changes"])
    arguments = {name: node for name, node in body.arguments.items() if name not in META_ARGUMENTS}
    return Written(body, scope, arguments, blocks)


def _dynamic(block: Block, scope: Scope) -> list[Written]:
    content = next((below.body for below in block.body.blocks if below.type == "content"), None)
    each = block.body.arguments.get("for_each")
    if content is None or each is None:
        return []
    name = block.labels[0]
    iterator = block.body.arguments.get("iterator")
    name = iterator.value if iterator is not None and iterator.kind == "name" else name
    pairs = repeated(evaluate(each, scope))
    if pairs is None:
        scope.note(
            "repeated", f"How often the block `{block.labels[0]}` stands is not known here: it is left out.", each
        )
        return []
    return [written_out(content, scope.within(**{name: {"key": key, "value": value}})) for key, value in pairs]


def repeated(value: Any) -> list[tuple[Any, Any]] | None:
    """Give the keys and values that `for_each` goes through, or None where they are not known."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list) and not any(isinstance(entry, Unknown) for entry in value):
        return [(entry if isinstance(entry, (str, int)) else index, entry) for index, entry in enumerate(value)]
    return None


def given(text: str, variable: Block) -> Node:
    """Read a value as `terraform -var` does: https://developer.hashicorp.com/terraform/language/values/variables."""
    of = variable.body.arguments.get("type")
    is_text = of is None or of.kind == "name" and of.value in ("string", "any")
    if is_text:
        return Node("literal", text, (), 0, Text.of(text, "--set"))
    return parse(f"value = {text}\n", "--set").arguments["value"]


def _sensitive(block: Block | None) -> bool:
    """Whether a variable is marked as a secret, so that its value is never read."""
    return (
        block is not None
        and "sensitive" in block.body.arguments
        and block.body.arguments["sensitive"].value is not False
    )


def _stands_for(block: Block | None) -> str:
    """Find the placeholder that a description names, as `write` words it."""
    words = _description(block)
    return words.partition("${")[2].partition("}")[0] if words.count("${") == 1 else ""


def _description(block: Block | None) -> str:
    said = block.body.arguments.get("description") if block is not None else None
    return said.value if said is not None and said.kind == "literal" and isinstance(said.value, str) else ""


def _spelled(path: tuple[str, ...]) -> str:
    return ".".join(path).replace(".[", "[")
