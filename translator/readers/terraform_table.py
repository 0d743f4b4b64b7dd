"""Terraform's resource types <-> the requests of an ECS document: the table, joined to the provider's schema.

An argument is a member in Terraform's spelling (`task_role_arn`, `taskRoleArn`) unless a row of
mappings/terraform-resources.yaml says otherwise, so the table holds irregularities alone.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from .. import rows
from ..trees import Path

Schema = dict[str, Any]


@dataclass(frozen=True)
class Argument:
    """One argument or block of a resource, and the member of the request that it stands for."""

    name: str
    to: Path | None  # None: Terraform's own, no member says it
    type: Any = None  # of an argument: "string", ["set", "string"], ...
    use: str = "optional"  # or required, or either: set by a person or else by AWS
    via: str = ""
    block: bool = False
    single: bool = False  # a block that stands at most once is an object, any other a list of objects
    most: int = 0  # how many such blocks the provider takes; 0 for any number
    below: tuple[Argument, ...] = ()

    @property
    def shared(self) -> bool:
        """Whether the block has no member of its own: its arguments lie among others."""
        return self.block and self.to in ((), ("Attributes",))


@functools.cache
def table() -> dict[str, Any]:
    """Load what the table says of all resources and of each."""
    return rows.tables()["terraform-resources"]


@functools.cache
def schemas() -> dict[str, Schema]:
    """Load the provider's schema of the resources that the table knows."""
    return json.loads((File(rows.folder()) / "schemas" / "terraform.json").read_bytes())["resources"]


def resources() -> dict[str, dict]:
    """Give the table's cells of each resource type."""
    return table()["resources"]


def canonical_type(name: str) -> str:
    """Give a type's first name: `aws_alb` is `aws_lb`."""
    return table()["aliases"].get(name, name)


def types_of(kind: str) -> list[str]:
    """Give the resource types that are written for requests of one kind, preferred ones first."""
    return [name for name, cells in resources().items() if cells["kind"] == kind and not cells.get("only-read")]


def name_argument(resource: str) -> str:
    """Give the argument that names a resource, or an empty string."""
    kind = resources()[resource]["kind"]
    member = rows.tables()["kinds"][kind]["name"]
    return next((argument.name for argument in arguments(resource) if argument.to == (member,)), "")


@functools.cache
def arguments(resource: str) -> tuple[Argument, ...]:
    """Give every argument of a resource type that a person can set."""
    cells = resources()[resource]
    own = dict.fromkeys(table()["own"])  # of the resource itself: a block's `id` is an argument like any other
    return _expanded(schemas()[resource], {**own, **cells.get("rows", {})}, cells.get("case", "Pascal"))


def _expanded(schema: Schema, said: dict[str, Any], case: str) -> tuple[Argument, ...]:
    made = []
    for name, (kind, use) in schema["attributes"].items():
        if use != "computed":
            made.append(_argument(name, said.get(name, ...), case, type=kind, use=use))
    for name, (least, most, below) in schema["blocks"].items():
        made.append(_block(name, said.get(name, ...), case, (least, most), below))
    return tuple(made)


def _argument(name: str, row: Any, case: str, **fields: Any) -> Argument:
    cells = row if isinstance(row, dict) else {"to": row}
    to = cells.get("to", ...)
    path = None if to is None else rows.split(to) if to is not ... else (spelled(name, case),)
    return Argument(name, path, via=cells.get("via", ""), **fields)


def _block(name: str, row: Any, case: str, often: tuple[int, int], schema: Schema) -> Argument:
    cells = row if isinstance(row, dict) else {}
    below = _expanded(schema, cells.get("rows", {}), cells.get("case", case))
    single = cells.get("single", often[1] == 1)
    return _argument(
        name,
        row,
        case,
        use="required" if often[0] else "optional",
        block=True,
        single=single,
        most=often[1],
        below=below,
    )


def spelled(name: str, case: str) -> str:
    """Spell an argument's name as AWS does: `task_role_arn` is `taskRoleArn` or `TaskRoleArn`."""
    words = "".join(word[:1].upper() + word[1:] for word in name.split("_"))
    return words[:1].lower() + words[1:] if case == "camel" else words
