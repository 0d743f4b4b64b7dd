"""Texts of an ECS document -> CloudFormation values: what stands in `${...}` becomes a function, all else stays a text.

A function is a class of its own and never a map, so that a map of the manifest cannot pass for one. Texts are joined
with Fn::Join, never with Fn::Sub, so that no text of the manifest is searched for `${...}` when it is deployed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .. import rows

# The placeholders that CloudFormation knows by itself.
PSEUDO = {
    "AWS_ACCOUNT_ID": "AWS::AccountId",
    "AWS_REGION": "AWS::Region",
    "AWS_STACK_NAME": "AWS::StackName",
    "AWS_STACK_ID": "AWS::StackId",
    "AWS_PARTITION": "AWS::Partition",
    "AWS_URL_SUFFIX": "AWS::URLSuffix",
}


@dataclass(frozen=True)
class Call:
    """One intrinsic function."""

    name: str
    argument: Any


def ref(name: str) -> Call:
    """Refer to a parameter or a resource."""
    return Call("Ref", name)


def attribute(logical: str, name: str) -> Call:
    """Refer to an attribute of a resource."""
    return Call("Fn::GetAtt", f"{logical}.{name}")


def joined(parts: list[Any]) -> Any:
    """Join texts and functions; neighbouring texts become one, and a single part stands alone."""
    made: list[Any] = []
    for part in parts:
        if isinstance(part, Call) and part.name == "Fn::Join" and part.argument[0] == "":
            made.extend(part.argument[1])
        elif isinstance(part, str) and made and isinstance(made[-1], str):
            made[-1] += part
        elif part != "":
            made.append(part)
    if len(made) == 1:
        return made[0]
    return Call("Fn::Join", ["", made]) if made else ""


def apart(value: Any, names: set[str]) -> Any:
    """Take `${Name}` in texts apart where Name is something of the template.

    Such a text would mean nothing to CloudFormation outside of Fn::Sub; but people, and cfn-lint (E1029), take it for a
    mistake, and a later hand that adds Fn::Sub would bring it to life.
    """
    if isinstance(value, dict):
        return {key: apart(entry, names) for key, entry in value.items()}
    if isinstance(value, list):
        return [apart(entry, names) for entry in value]
    if isinstance(value, Call):
        if value.name == "Fn::Join" and value.argument[0] == "":
            return Call("Fn::Join", ["", list(_flat(apart(value.argument[1], names)))])
        return value
    if isinstance(value, str) and any(
        _name_at(part) in names or "::" in _name_at(part) for part in value.split("${")[1:]
    ):
        head, *tails = value.split("${")
        parts = [head, *(part for tail in tails for part in ("$", "{" + tail))]
        return Call("Fn::Join", ["", [*_glued(parts)]])
    return value


def _name_at(text: str) -> str:
    """Give the name that a text after `${` begins with."""
    return text.partition("}")[0].partition(".")[0].strip()


def _glued(parts: list[str]) -> Iterator[str]:
    """Join each `$` to what stands before it."""
    text = ""
    for part in parts:
        if part.startswith("{") and text.endswith("$"):
            yield text
            text = part
        else:
            text += part
    yield text


def _flat(parts: list[Any]) -> Iterator[Any]:
    for part in parts:
        if isinstance(part, Call) and part.name == "Fn::Join" and part.argument[0] == "":
            yield from part.argument[1]
        else:
            yield part


def arn(service: str, *rest: Any, region: bool = True, account: bool = True) -> Any:
    """Write the ARN of something in the stack's own account and region."""
    where = [ref("AWS::Region")] if region else [""]
    who = [ref("AWS::AccountId")] if account else [""]
    return joined(["arn:", ref("AWS::Partition"), f":{service}:", *where, ":", *who, ":", *rest])


@dataclass(frozen=True)
class Hole:
    """What stands in `${...}`: a plain name, or a reference `kind.key.member`."""

    name: str = ""
    kind: str = ""
    key: str = ""
    member: str = ""


def pieces(text: str) -> Iterator[str | Hole]:
    """Split a text into texts and holes; `${...}` that is neither a name nor a reference is text."""
    start = 0
    while (opened := text.find("${", start)) >= 0:
        closed = _closing(text, opened)
        found = None if closed < 0 else hole(text[opened + 2 : closed])
        if found is None:
            yield text[start : opened + 2]
            start = opened + 2
            continue
        yield text[start:opened]
        yield found
        start = closed + 1
    yield text[start:]


def _closing(text: str, opened: int) -> int:
    """Find the brace that closes the one opened, as a name within may have placeholders of its own."""
    depth = 0
    for position in range(opened, len(text)):
        depth += (text[position] == "{") - (text[position] == "}")
        if depth == 0 and position > opened + 1:
            return position
    return -1


def hole(inside: str) -> Hole | None:
    """Read what stands in `${...}`."""
    if inside.isascii() and inside.replace("_", "a").isalnum() and not inside[0].isdigit():
        return Hole(name=inside)
    kind, _, rest = inside.partition(".")
    key, _, member = rest.rpartition(".")
    if key and member.isalnum() and kind in rows.tables()["kinds"]:
        return Hole(kind=kind, key=key, member=member)
    return None


def only_hole(text: Any) -> Hole | None:
    """Give the hole that a text is, if it is one and nothing else."""
    if not isinstance(text, str) or not text.startswith("${"):
        return None
    found = [piece for piece in pieces(text) if piece != ""]
    return found[0] if len(found) == 1 and isinstance(found[0], Hole) else None


def is_unknown(text: Any) -> bool:
    """Whether a text is one placeholder for what nobody knows yet."""
    found = only_hole(text)
    return found is not None and bool(found.name) and found.name not in PSEUDO


def pascal(text: str) -> str:
    """Write a name as CloudFormation's names are: letters and digits, each word with a capital."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in text).split()
    return "".join(word[:1].upper() + (word[1:].lower() if word.isupper() else word[1:]) for word in words)
