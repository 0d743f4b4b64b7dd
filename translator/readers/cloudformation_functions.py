"""CloudFormation's intrinsic functions -> values, one function each.

Each takes the template's values, the function's argument and the argument's path; None is AWS::NoValue.
"""

from __future__ import annotations

import json
from typing import Any

from ..model import Path, ReadError
from .cloudformation_notes import is_open, is_placeholder
from .cloudformation_values import Node, Values, grown, text_of

LONGEST = 1_000_000  # CloudFormation takes templates of up to a megabyte


def ref(values: Values, name: Any, path: Path) -> Node | None:
    """`Ref`: a loop's variable, a pseudo parameter, a parameter, or a resource."""
    if not isinstance(name, str):
        node = values.resolve(name, path)
        name = text_of(node.value) if node else ""
    if name in values.bound:
        return Node(values.bound[name], path)
    if name.startswith("AWS::"):
        return values.pseudo(name, path)
    if name in values.parameters:
        return values.parameter(name, path)
    return values.refer(name, None, path)


def get_att(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::GetAtt`: `Name.Attribute`, or both in a list."""
    if isinstance(argument, list):
        parts = [values.text(part, path + (index,)) for index, part in enumerate(argument)]
    else:
        parts = str(argument).split(".", 1)
    return values.refer("".join(parts[:1]), ".".join(parts[1:]), path)


def sub(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::Sub`: a text with `${Name}`, `${Name.Attribute}` and, for a literal, `${!Name}`."""
    text, own = (*argument, None, None)[:2] if isinstance(argument, list) else (argument, None)
    if not isinstance(text, str):
        return values.unknown("function", "Sub", "Fn::Sub wants a text", path)
    texts = {name: values.text(entry, path + (1, name)) for name, entry in own.items()} if isinstance(own, dict) else {}
    made, rest = [], text
    while "${" in rest:
        before, _, after = rest.partition("${")
        name, closed, tail = after.partition("}")
        if not closed:
            break
        made += [before, _substituted(values, name, texts, path)]
        rest = tail
    # Fn::Sub comes before dynamic references, so a reference may have been put together just now.
    return values.resolve(_short("".join((*made, rest))), path) or Node("", path)


def _short(text: str) -> str:
    """Refuse a text that grew out of all proportion: texts made of texts double with every step."""
    if len(text) > LONGEST:
        raise ReadError(f"a function of this template makes a text of more than {LONGEST} characters")
    return text


def _substituted(values: Values, name: str, own: dict[str, str], path: Path) -> str:
    if name.startswith("!"):
        return "${" + name[1:] + "}"
    name = name.strip()
    if name in own:
        return own[name]
    node = get_att(values, name, path) if "." in name and name not in values.bound else ref(values, name, path)
    return "" if node is None else _joined(node, ",")


def _joined(node: Node, between: str) -> str:
    if isinstance(node.value, list):
        return between.join(text_of(part.plain()) for part in node.value)
    return text_of(node.plain())


def join(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::Join`: a separator and a list."""
    if not _pair(values, argument, path, "Fn::Join"):
        return Node("", path)
    parts = values.resolve(argument[1], path + (1,))
    text = _joined(parts, values.text(argument[0], path + (0,))) if parts else ""
    return values.resolve(_short(text), path) or Node("", path)


def split(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::Split`: a separator and a text; what is not known yet stays whole."""
    if not _pair(values, argument, path, "Fn::Split"):
        return Node([], path)
    text = values.spelled(values.text(argument[1], path + (1,)))
    if is_placeholder(text):
        return Node(text, path)
    return grown(text.split(values.text(argument[0], path + (0,)) or ","), path)


def select(values: Values, argument: Any, path: Path) -> Node | None:
    """`Fn::Select`: an index, counted from 0, and a list."""
    if not _pair(values, argument, path, "Fn::Select"):
        return Node("", path)
    index, chosen = values.text(argument[0], path + (0,)), values.resolve(argument[1], path + (1,))
    entries = chosen.value if chosen is not None else []
    entries = (
        entries[0].value
        if isinstance(entries, list) and len(entries) == 1 and is_placeholder(entries[0].value)
        else entries
    )
    if isinstance(entries, str) and is_placeholder(entries):
        return values.unknown("function", entries[2:-1] + index, f"Entry {index} of {entries} is not known", path)
    if isinstance(entries, list) and index.isdigit() and int(index) < len(entries):
        return entries[int(index)]
    return values.unknown("function", f"Entry{index}", f"Fn::Select finds no entry {index} in its list", path)


def choose(values: Values, argument: Any, path: Path) -> Node | None:
    """`Fn::If`: a condition's name, and what holds when it is met and when not."""
    if not (isinstance(argument, list) and len(argument) == 3):
        values.notes.add("function", "Fn::If wants a condition and two values; this one was left out.", path)
        return None
    index = 1 if values.conditions.holds(str(argument[0]), path + (0,)) else 2
    return values.resolve(argument[index], path + (index,))


def find_in_map(values: Values, argument: Any, path: Path) -> Node | None:
    """`Fn::FindInMap`: a map of the template, its two keys, and perhaps a default."""
    if not (isinstance(argument, list) and len(argument) >= 3):
        return values.unknown("function", "FindInMap", "Fn::FindInMap wants a map and two keys", path)
    keys = [values.text(part, path + (index,)) for index, part in enumerate(argument[:3])]
    found: Any = values.mappings
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if found is not None:
        return grown(found, path)
    if len(argument) > 3 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
        return values.resolve(argument[3]["DefaultValue"], path + (3, "DefaultValue"))
    code = "function" if any(map(is_open, keys)) else "unknown-reference"
    return values.unknown(code, keys[0] + keys[2], f"Map {keys[0]} has no {keys[1]}, {keys[2]}", path)


def import_value(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::ImportValue`: what another stack exports."""
    name = values.text(argument, path)
    return values.unknown("import", name, f"{name} is exported by another stack", path)


def zones(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::GetAZs`: the availability zones of a region."""
    return values.unknown("function", "AvailabilityZones", "The availability zones depend on the account", path)


def blocks(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::Cidr`: parts of an address block, which services do not use."""
    return values.unknown("function", "Cidr", "Fn::Cidr is not evaluated here", path)


def base64(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::Base64`: user data; a text with placeholders cannot be encoded yet."""
    text = values.text(argument, path)
    if is_open(text):
        return Node(text, path)
    from base64 import b64encode

    return Node(b64encode(text.encode()).decode(), path)


def length(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::Length`: how many entries a list has."""
    node = values.resolve(argument, path)
    if node is not None and isinstance(node.value, list):
        return Node(len(node.value), path)
    return values.unknown("function", "Length", "The length of a list is not known", path)


def to_json(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::ToJsonString`: a value as one text."""
    node = values.resolve(argument, path)
    return Node(json.dumps(node.plain() if node else None, separators=(",", ":")), path)


def transform(values: Values, argument: Any, path: Path) -> Node:
    """`Fn::Transform`: what a macro of the account would put here."""
    name = str(argument.get("Name", "")) if isinstance(argument, dict) else ""
    return values.unknown("function", f"Transform{name}", f"The macro {name} runs in the account", path)


def _pair(values: Values, argument: Any, path: Path, name: str) -> bool:
    if isinstance(argument, list) and len(argument) == 2:
        return True
    values.notes.add("function", f"{name} wants two arguments; this one was left out.", path)
    return False


FUNCTIONS = {
    "Ref": ref,
    "Fn::GetAtt": get_att,
    "Fn::Sub": sub,
    "Fn::Join": join,
    "Fn::Split": split,
    "Fn::Select": select,
    "Fn::If": choose,
    "Fn::FindInMap": find_in_map,
    "Fn::ImportValue": import_value,
    "Fn::GetAZs": zones,
    "Fn::Cidr": blocks,
    "Fn::Base64": base64,
    "Fn::Length": length,
    "Fn::ToJsonString": to_json,
    "Fn::Transform": transform,
}
