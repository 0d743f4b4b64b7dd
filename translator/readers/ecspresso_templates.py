"""Go templates in a text -> placeholders: `{{ must_env `TAG` }}` becomes `${TAG}`, on the same line.

The functions are ecspresso's (https://github.com/kayac/ecspresso#template-syntax). A template outside of quotes stands
for a number or a whole value: its default is taken where it has one, and else a quoted placeholder stands there.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field

from .spellings import placeholder

BLOCKS = frozenset({"if", "range", "with", "define", "block"})
SECRET = "arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret:"


@dataclass(frozen=True)
class Template:
    """A template: the function it calls, what stands for it, the default it has, and where it stands."""

    function: str
    name: str
    becomes: str
    default: str | None = None
    line: int = 0
    column: int = 0


@dataclass
class Reading:
    """A text while its templates are replaced."""

    text: str
    made: list[str] = field(default_factory=list)
    found: list[Template] = field(default_factory=list)
    blocks: list[bool] = field(default_factory=list)
    quoted: bool = False

    def plain(self, start: int, end: int) -> None:
        """Keep what stands between templates, but for the parts of blocks that are left out."""
        piece = self.text[start:end]
        if not all(self.blocks):
            piece = "\n" * piece.count("\n")
        for _ in _quotes().finditer(piece):
            self.quoted = not self.quoted
        self.made.append(piece)

    def template(self, found: re.Match) -> None:
        """Replace one template."""
        inside = found[1].strip().removeprefix("-").removesuffix("-").strip()
        words = _words(inside)
        head = words[0] if words else ""
        line = self.text.count("\n", 0, found.start()) + 1
        place = (line, found.start() - self.text.rfind("\n", 0, found.start()))
        if _is_block(head, inside):
            self.block(head, found[0], place)
        elif all(self.blocks):
            made = template(inside, words, *place)
            self.found.append(made)
            self.made.append(self.spelled(made, found.start(), found.end()))

    def block(self, head: str, whole: str, place: tuple[int, int]) -> None:
        """Keep the first part of a block, and leave the others out."""
        if head in BLOCKS:
            self.blocks.append(True)
        elif head == "else" and self.blocks:
            self.blocks[-1] = False
        elif head == "end" and self.blocks:
            self.blocks.pop()
        if head not in ("end", "else") and not whole.startswith(("{{/*", "{{- /*")):
            self.found.append(Template("block", head, "", None, *place))
        self.made.append("\n" * whole.count("\n"))

    def spelled(self, made: Template, start: int, end: int) -> str:
        """Spell what stands for a template, by whether it stands in quotes, in a word or alone."""
        if self.quoted or not self.alone(start, end):
            return made.becomes
        return made.default if _is_json(made.default) else json.dumps(made.becomes)

    def alone(self, start: int, end: int) -> bool:
        """Whether a template outside of quotes is a value by itself."""
        before, after = self.text[:start].rstrip(), self.text[end:].lstrip(" \t")
        spaced = len(before) < start or before[-2:] == '":'
        opens = not before or before[-1] in "[,{" or spaced and before[-1] in ":-"
        return opens and (not after or after[0] in ",]}\r\n")


def untemplated(text: str) -> tuple[str, list[Template]]:
    """Put placeholders in the place of templates; gives the text and the templates that it had."""
    reading = Reading(text)
    position = 0
    for found in _template().finditer(text):
        reading.plain(position, found.start())
        reading.template(found)
        position = found.end()
    reading.plain(position, len(text))
    return "".join(reading.made), reading.found


def template(inside: str, words: list[str], line: int, column: int) -> Template:
    """Tell what a template calls, and what stands for it."""
    head, arguments = words[0] if words else "", [_literal(word) for word in words[1:] if word not in ("(", ")")]
    plain = [word for word in arguments if word]
    if head in ("env", "must_env") and plain:
        names = plain[:-1] if head == "env" and len(arguments) > 1 else plain[:1]
        default = arguments[-1] if head == "env" and len(arguments) > 1 else "" if head == "env" else None
        name = (names or plain)[0]
        return Template(head, name, f"${{{name}}}", default, line, column)
    if head == "secretsmanager_arn" and plain:
        return Template(head, plain[0], SECRET + plain[0], None, line, column)
    if head.endswith("tfstatef") and plain:
        plain = [_formatted(plain)]
    name = placeholder(" ".join(word for word in plain if word not in ("env", "must_env")) or inside) or "TEMPLATE"
    return Template(head, name, f"${{{name}}}", None, line, column)


def _formatted(arguments: list[str]) -> str:
    """Put arguments into a format of Go as far as they are there."""
    made, *rest = arguments
    for argument in rest:
        found = re.search("%[sdvq]", made)
        made = made[: found.start()] + argument + made[found.end() :] if found else made
    return made


def _is_block(head: str, inside: str) -> bool:
    return head in BLOCKS | {"else", "end", "template"} or head.startswith("$") or inside.startswith("/*") or not head


def _is_json(default: str | None) -> bool:
    """Whether a default is a number, a boolean, a list or a map: what may stand outside of quotes."""
    try:
        return default is not None and not isinstance(json.loads(default), (str, type(None)))
    except ValueError:
        return False


def _words(inside: str) -> list[str]:
    """Split an expression up to its pipe into words, strings and parentheses."""
    words = []
    for word in _word().findall(inside):
        if word == "|":
            break
        words.append(word)
    return words


def _literal(word: str) -> str:
    if word[:1] == "`":
        return word[1:-1]
    if word[:1] == '"':
        return word[1:-1].replace('\\"', '"')
    return word


@functools.cache
def _template() -> re.Pattern:
    return re.compile(r"\{\{((?:`[^`]*`|\"(?:\\.|[^\"\\])*\"|[^`\"])*?)\}\}")


@functools.cache
def _word() -> re.Pattern:
    return re.compile(r"`[^`]*`|\"(?:\\.|[^\"\\])*\"|[()|]|[^\s`\"()|]+")


@functools.cache
def _quotes() -> re.Pattern:
    return re.compile(r'(?<!\\)"')
