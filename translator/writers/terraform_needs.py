"""Arguments that AWS or the provider asks for and no request says -> variables in their place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..readers import terraform_table as table
from ..readers.terraform_table import Argument
from ..trees import copied, get, put
from .terraform_hcl import Expression
from .terraform_resources import Planned
from .terraform_variables import Variables

TYPES = {"string": "string", "number": "number", "bool": "bool"}


def complete(one: Planned, variables: Variables) -> dict[str, Any]:
    """Give a resource's arguments with a variable for each that is needed and not there."""
    values = copied(one.values)
    for name, said in table.resources()[one.type].get("needed", {}).items():
        if _applies(said, values) and get(values, name.split(".")) is None:
            put(
                values,
                tuple(name.split(".")),
                Expression(variables.use(said["variable"].replace("{label}", one.label.upper()), one.address, (name,))),
            )
    if one.type == "aws_ssm_parameter" and values.get("type") == "SecureString":
        values["value"] = _secret(values["value"], one, variables)
    return _required(values, table.arguments(one.type), one, variables, ())


def _secret(value: Any, one: Planned, variables: Variables) -> Any:
    """Keep a secret out of the files: its value is a variable that Terraform does not show."""
    given = isinstance(value, str) and value.startswith("${") and value.find("}") == len(value) - 1
    name = value[2:-1] if given else f"{one.label}_value".upper()
    return Expression(variables.use(name, one.address, ("value",), secret=True))


def _applies(said: dict[str, Any], values: dict[str, Any]) -> bool:
    when, unless = said.get("when", {}), said.get("unless", {})
    return all(_is(values, *pair) for pair in when.items()) and not any(_is(values, *pair) for pair in unless.items())


def _is(values: dict[str, Any], name: str, wanted: Any) -> bool:
    return name in values if wanted == "any" else values.get(name) in wanted


def _required(
    values: dict[str, Any], arguments: Iterable[Argument], one: Planned, variables: Variables, path: tuple
) -> dict[str, Any]:
    """Fill in what the provider asks for in the resource and in its blocks."""
    made = dict(values)
    for argument in arguments:
        here = (*path, argument.name)
        if argument.block and argument.name in made and argument.below and not argument.via:
            found = made[argument.name]
            entries = [
                _required(entry, argument.below, one, variables, here)
                for entry in (found if isinstance(found, list) else [found])
            ]
            made[argument.name] = entries if isinstance(found, list) else entries[0]
        elif not argument.block and argument.use == "required" and argument.name not in made:
            type_ = TYPES.get(argument.type, "list(string)") if isinstance(argument.type, str) else "list(string)"
            made[argument.name] = Expression(
                variables.use("_".join((one.label, *here)).upper(), one.address, here, type_)
            )
    return made
