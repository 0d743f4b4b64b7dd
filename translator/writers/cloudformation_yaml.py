"""A finished template -> YAML that a person reads: short forms of functions, blank lines, comments where they help."""

from __future__ import annotations

import functools
from typing import Any

from .cloudformation_template import Resource, Template
from .cloudformation_values import Call

WIDTH = 120
WANTED = "Fill in: the stack cannot be created without these."
GIVEN = "Change these where they do not fit."
NUMERIC = frozenset("0123456789+-.:_ eExXoObBaAcCdDfFinNtTzZ")
SPECIAL = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", ""})


def write_yaml(template: Template, description: str) -> str:
    """Write the whole template."""
    parts = [dumped({"AWSTemplateFormatVersion": "2010-09-09", "Description": description})]
    if template.parameters:
        parts.append(parameters(template))
    parts.append(section("Resources", [resource(name, one) for name, one in template.resources.items()], "\n"))
    if template.outputs:
        parts.append(dumped({"Outputs": template.outputs}))
    return "\n".join(parts)


def section(name: str, entries: list[str], between: str) -> str:
    """Write a section of entries that are already text."""
    return f"{name}:\n" + between.join(entries)


def parameters(template: Template) -> str:
    """Write the parameters: those that have to be filled in first."""
    given = {name: cells for name, cells in template.parameters.items() if "Default" in cells}
    wanted = {name: cells for name, cells in template.parameters.items() if name not in given}
    parts = []
    for comment, listed in ((WANTED, wanted), (GIVEN, given)):
        if listed:
            parts.append(
                f"  # {comment}\n" + "".join(indented(dumped({name: cells}), "") for name, cells in listed.items())
            )
    return section("Parameters", parts, "")


def resource(name: str, one: Resource) -> str:
    """Write a resource."""
    body: dict[str, Any] = {"Type": one.type, **one.attributes}
    if one.depends:
        body["DependsOn"] = one.depends if len(one.depends) > 1 else one.depends[0]
    if one.properties:
        body["Properties"] = one.properties
    return indented(dumped({name: body}), one.comment)


def indented(text: str, comment: str) -> str:
    """Move a text one level in, with a comment above it."""
    lines = ([f"# {comment}"] if comment else []) + text.splitlines()
    return "".join(f"  {line}\n" if line else "\n" for line in lines)


def dumped(value: Any) -> str:
    """Write a value as YAML."""
    import yaml

    return yaml.dump(value, Dumper=dumper(), sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=False)


@functools.cache
def dumper() -> type:
    """Make the dumper that knows functions, and quotes every text that some reader of YAML takes for something else."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes functions in their short form."""

        def ignore_aliases(self, data: Any) -> bool:
            """Write everything in full: CloudFormation knows no anchors."""
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            """Indent lists below their key."""
            return super().increase_indent(flow, False)

        def choose_scalar_style(self) -> str:
            """Leave out quotes that a function's argument does not need."""
            if self.event.tag and self.event.tag.startswith("!") and not self.event.style:
                self.analysis = self.analysis or self.analyze_scalar(self.event.value)
                plain = self.analysis.allow_flow_plain if self.flow_level else self.analysis.allow_block_plain
                return "" if plain and self.event.value else "'"
            return super().choose_scalar_style()

    Dumper.add_representer(Call, _call)
    Dumper.add_representer(str, _text)
    return Dumper


def _call(dumper_: Any, call: Call) -> Any:
    tag = "!" + call.name.removeprefix("Fn::")
    if isinstance(call.argument, str):
        return dumper_.represent_scalar(tag, call.argument)
    return dumper_.represent_sequence(tag, call.argument, flow_style=True)


def _text(dumper_: Any, text: str) -> Any:
    style = "|" if _is_block(text) else "'" if _is_doubtful(text) else None
    return dumper_.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _is_block(text: str) -> bool:
    """Whether a text of several lines can stand in lines of its own, without escapes or indentation to count."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and lines[0] == lines[0].lstrip() != ""
        and all(line.isprintable() and line == line.rstrip() for line in lines)
    )


def _is_doubtful(text: str) -> bool:
    """Whether some reader of YAML takes a text for a number, a date, a time, or a boolean."""
    return (
        text.lower() in SPECIAL
        or text[:1] in "0123456789+-."
        and not set(text) - NUMERIC
        and any(map(str.isdigit, text))
    )
