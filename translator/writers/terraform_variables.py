"""Values that no manifest says -> Terraform's variables, each with a description of what it is for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..model import Path
from ..readers import terraform_table as table
from .terraform_hcl import Block, Expression

# Names that a module's caller needs for itself: https://developer.hashicorp.com/terraform/language/values/variables
RESERVED = frozenset({"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"})
SEVERAL = ("IDS", "SUBNETS", "GROUPS", "ARNS")


@dataclass
class Variable:
    """One variable: the placeholder it stands for, its type, and where it is used first."""

    name: str
    placeholder: str
    type: str
    used: str
    note: str = ""
    secret: bool = False
    default: Any = None


@dataclass
class Variables:
    """The variables of one module, by placeholder; the environment document may know values for some."""

    environment: dict[str, Any]
    made: dict[str, Variable] = field(default_factory=dict)

    def is_list(self, placeholder: str) -> bool:
        """Whether a placeholder stands for several values."""
        known = table.table()["variables"].get(placeholder)
        return known.get("type") == "list(string)" if known else placeholder.upper().endswith(SEVERAL)

    def use(self, placeholder: str, address: str, path: Path = (), type: str = "string", secret: bool = False) -> str:
        """Give the expression for a placeholder's value."""
        variable = self.made.get(placeholder) or self._add(placeholder, address, path, type)
        variable.secret = variable.secret or secret
        return f"var.{variable.name}"

    def _add(self, placeholder: str, address: str, path: Path, type: str) -> Variable:
        known = table.table()["variables"].get(placeholder, {})
        type = "list(string)" if self.is_list(placeholder) else type
        used = ".".join(str(step) for step in (address, *path) if not isinstance(step, int))
        default = (self.environment.get("ecs") or {}).get(known.get("environment")) if known else None
        made = Variable(
            self._name(placeholder), placeholder, type, used, known.get("note", ""), default=default or None
        )
        self.made[placeholder] = made
        return made

    def _name(self, placeholder: str) -> str:
        wanted = spelled(placeholder)
        wanted = f"{wanted}_value" if wanted in RESERVED else wanted
        taken = {variable.name for variable in self.made.values()}
        name, count = wanted, 1
        while name in taken:
            count += 1
            name = f"{wanted}_{count}"
        return name

    def blocks(self) -> list[Block]:
        """Give the blocks of variables.tf."""
        return [_block(variable) for variable in self.made.values()]


def spelled(placeholder: str) -> str:
    """Spell a name as Terraform's style has it: AWS_REGION and awsRegion are both aws_region."""
    before, words = "", []
    for sign in placeholder:
        words.append("_" if sign.isupper() and (before.islower() or before.isdigit()) else "")
        words.append(sign.lower() if sign.isascii() and sign.isalnum() else "_")
        before = sign
    name = "_".join(word for word in "".join(words).split("_") if word)
    return name if name[:1].isalpha() else f"value_{name}"


def _block(variable: Variable) -> Block:
    note = variable.note or f"Used by {variable.used}"
    arguments: dict[str, Any] = {
        "description": f"{note}. It stands for ${{{variable.placeholder}}}.",
        "type": Expression(variable.type),
    }
    if variable.secret:
        arguments["sensitive"] = True
    if variable.default is not None and not variable.secret:
        arguments["default"] = variable.default
    return Block(f'variable "{variable.name}"', arguments)
