"""Terraform's words -> bodies and expressions: what is written, not yet what it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .terraform_words import END, LINE, NAME, NUMBER, SIGN, TEMPLATE, Scanner, Text, Word

DEEPEST = 100
LEVELS = (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
LEVEL = {sign: level for level, signs in enumerate(LEVELS) for sign in signs}
CONSTANTS = {"true": True, "false": False, "null": None}
OPEN, CLOSE = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Node:
    """One expression: `kind` is literal, template, list, map, name, attribute, index, splat, call, operation or opaque.

    `value` is what the kind needs: a literal's value, a name, an operator, an opaque expression's text; `below` are the
    expressions inside; a map's alternate between key and value.
    """

    kind: str
    value: Any
    below: tuple[Node, ...]
    at: int
    source: Text


@dataclass
class Body:
    """Arguments by name, blocks in their order, and where all this begins."""

    at: int
    source: Text
    arguments: dict[str, Node] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Block:
    """A block with its type, its labels and what is in it."""

    type: str
    labels: tuple[str, ...]
    body: Body


def parse(text: str, file: str) -> Body:
    """Read a file. Raises ReadError, with line and column, for what is no HCL."""
    source = Text.of(text, file)
    return Parser(source, Scanner(source).words()).body(END)


class Parser:
    """Reads a list of words."""

    def __init__(self, source: Text, words: list[Word], depth: int = 0):
        self.source, self.words, self.position, self.depth = source, words, 0, depth
        self.loose = 0  # within brackets, ends of lines mean nothing

    def body(self, closing: str) -> Body:
        """Read arguments and blocks up to a closing brace, or to the end."""
        made = Body(self.peek().at, self.source)
        while True:
            self.lines()
            word = self.peek()
            if word.kind == END or (word.kind == SIGN and word.value == closing):
                if word.kind == END and closing != END:
                    raise self.source.error("a block is never closed", made.at)
                self.position += 1
                return made
            self._item(made)

    def _item(self, body: Body) -> None:
        word = self.take()
        if word.kind != NAME:
            raise self.source.error(f"here an argument or a block must begin, not `{_shown(word)}`", word.at)
        if self._is("="):
            self.position += 1
            if word.value in body.arguments:
                raise self.source.error(f"`{word.value}` is set twice", word.at)
            body.arguments[word.value] = self.expression()
            self._end_of_line()
        else:
            body.blocks.append(self._block(word))

    def _block(self, word: Word) -> Block:
        labels = []
        while self.peek().kind in (NAME, TEMPLATE):
            label = self.take()
            labels.append(
                label.value if label.kind == NAME else "".join(part for part in label.value if isinstance(part, str))
            )
        if not self._is("{"):
            raise self.source.error(f"after `{word.value}` must come `=` or a block", self.peek().at)
        self.position += 1
        self._deeper(word.at)
        loose, self.loose = self.loose, 0
        made = Block(word.value, tuple(labels), self.body("}"))
        self.loose, self.depth = loose, self.depth - 1
        made.body.at = word.at
        return made

    def _end_of_line(self) -> None:
        word = self.peek()
        if word.kind not in (LINE, END) and not (word.kind == SIGN and word.value == "}"):
            raise self.source.error(f"an argument ends with its line, but `{_shown(word)}` follows", word.at)

    def expression(self) -> Node:
        """Read a whole expression, with `? :`."""
        self._deeper(self.peek().at)
        made = self._binary(0)
        if self._is("?"):
            self.position += 1
            yes = self.expression()
            self._expect(":")
            made = self._node("operation", "?", (made, yes, self.expression()), made.at)
        self.depth -= 1
        return made

    def _binary(self, least: int) -> Node:
        """Read operations that bind at least as closely as a level says."""
        left = self._unary()
        while self.peek().kind == SIGN and LEVEL.get(self.peek().value, -1) >= least:
            sign = self.take().value
            left = self._node("operation", sign, (left, self._binary(LEVEL[sign] + 1)), left.at)
        return left

    def _unary(self) -> Node:
        word = self.peek()
        if word.kind == SIGN and word.value in ("-", "!"):
            self.position += 1
            self._deeper(word.at)
            made = self._node("operation", word.value, (self._unary(),), word.at)
            self.depth -= 1
            return made
        return self._postfix(self._primary())

    def _primary(self) -> Node:
        word = self.take()
        if word.kind == NUMBER:
            return self._node("literal", word.value, (), word.at)
        if word.kind == TEMPLATE:
            return self._template(word)
        if word.kind == NAME:
            return self._named(word)
        if word.kind == SIGN and word.value in OPEN:
            return {"(": self._group, "[": self._list, "{": self._map}[word.value](word)
        raise self.source.error(f"here a value must stand, not `{_shown(word)}`", word.at)

    def _named(self, word: Word) -> Node:
        if self._is("::"):  # a provider's function: provider::aws::arn_parse(...)
            name = word.value
            while self._is("::"):
                self.position += 1
                name += "::" + str(self.take().value)
            word = Word(NAME, name, word.at, word.end)
        if self._is("("):
            self.position += 1
            return self._node("call", word.value, tuple(self._items(")")), word.at)
        if word.value in CONSTANTS:
            return self._node("literal", CONSTANTS[word.value], (), word.at)
        return self._node("name", word.value, (), word.at)

    def _group(self, word: Word) -> Node:
        self.loose += 1
        made = self.expression()
        self.loose -= 1
        self.lines()
        self._expect(")")
        return made

    def _list(self, word: Word) -> Node:
        if self._for():
            return self._opaque(word)
        return self._node("list", None, tuple(self._items("]")), word.at)

    def _items(self, closing: str) -> list[Node]:
        """Read expressions between commas up to a closing sign."""
        made: list[Node] = []
        self.loose += 1
        while not self._is(closing):
            made.append(self.expression())
            if self._is("..."):
                self.position += 1
                made[-1] = self._node("operation", "...", (made[-1],), made[-1].at)
            if not self._is(closing):
                self._expect(",")
        self.loose -= 1
        self.position += 1
        return made

    def _map(self, word: Word) -> Node:
        if self._for():
            return self._opaque(word)
        made: list[Node] = []
        loose, self.loose = self.loose, 0
        self.lines()
        while not self._is("}"):
            made.append(self._key())
            if not (self._is("=") or self._is(":")):
                raise self.source.error("between a key and its value must stand `=` or `:`", self.peek().at)
            self.position += 1
            self.lines()
            made.append(self.expression())
            if not self._is("}") and not self._is(",") and self.peek().kind != LINE:
                raise self.source.error(
                    f"an entry ends with its line or a comma, but `{_shown(self.peek())}` follows", self.peek().at
                )
            self.position += self._is(",")
            self.lines()
        self.loose = loose
        self.position += 1
        return self._node("map", None, tuple(made), word.at)

    def _key(self) -> Node:
        """Read a key: a bare name is its own text."""
        word = self.peek()
        following = self.words[self.position + 1] if self.position + 1 < len(self.words) else word
        if word.kind == NAME and following.kind == SIGN and following.value in ("=", ":"):
            self.position += 1
            return self._node("literal", word.value, (), word.at)
        return self.expression()

    def _postfix(self, made: Node) -> Node:
        while True:
            word = self.peek()
            if word.kind != SIGN or word.value not in (".", "["):
                return made
            self.position += 1
            made = self._attribute(made) if word.value == "." else self._index(made)

    def _attribute(self, of: Node) -> Node:
        word = self.take()
        if word.kind == SIGN and word.value == "*":
            return self._node("splat", None, (of,), of.at)
        if word.kind == NUMBER:
            return self._node("index", None, (of, self._node("literal", word.value, (), word.at)), of.at)
        if word.kind != NAME:
            raise self.source.error(f"after a dot must come a name, not `{_shown(word)}`", word.at)
        return self._node("attribute", word.value, (of,), of.at)

    def _index(self, of: Node) -> Node:
        self.loose += 1
        if self._is("*"):
            self.position += 1
            made = self._node("splat", None, (of,), of.at)
        else:
            made = self._node("index", None, (of, self.expression()), of.at)
        self.loose -= 1
        self._expect("]")
        return made

    def _template(self, word: Word) -> Node:
        parts = []
        for part in word.value:
            if isinstance(part, str):
                parts.append(self._node("literal", part, (), word.at))
            elif part[0].value == "%" and part[0].kind == SIGN:
                parts.append(self._node("opaque", "%{", (), part[0].at))
            else:
                parts.append(self._inside([one for one in part if not (one.kind == SIGN and one.value == "~")]))
        if len(parts) == 1 and parts[0].kind == "literal":
            return parts[0]
        return self._node("template", None, tuple(parts), word.at)

    def _inside(self, words: list[Word]) -> Node:
        """Read what stands between `${` and `}`."""
        self._deeper(words[0].at)
        inner = Parser(self.source, words, self.depth)
        inner.loose = 1
        made = inner.expression()
        inner.lines()
        if inner.peek().kind != END:
            raise self.source.error(f"`{_shown(inner.peek())}` is too much here", inner.peek().at)
        self.depth -= 1
        return made

    def _for(self) -> bool:
        self.lines()
        return self.peek().kind == NAME and self.peek().value == "for"

    def _opaque(self, start: Word) -> Node:
        """Pass over a `for` expression to its closing bracket."""
        opened = 1
        while opened:
            word = self.take()
            if word.kind == END:
                raise self.source.error("a bracket is never closed", start.at)
            if word.kind == SIGN:
                opened += (word.value in OPEN) - (word.value in CLOSE)
        return self._node("opaque", "for", (), start.at)

    def _node(self, kind: str, value: Any, below: tuple[Node, ...], at: int) -> Node:
        return Node(kind, value, below, at, self.source)

    def _deeper(self, at: int) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.source.error("expressions are nested too deeply", at)

    def _is(self, sign: str) -> bool:
        word = self.peek()
        return word.kind == SIGN and word.value == sign

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise self.source.error(f"here `{sign}` must stand, not `{_shown(self.peek())}`", self.peek().at)
        self.position += 1

    def peek(self) -> Word:
        """Give the next word, past ends of lines where they mean nothing."""
        if self.loose:
            self.lines()
        return self.words[self.position]

    def take(self) -> Word:
        """Give the next word and go past it; the end stays."""
        word = self.peek()
        self.position += word.kind != END
        return word

    def lines(self) -> None:
        """Go past ends of lines."""
        while self.words[self.position].kind == LINE:
            self.position += 1


def _shown(word: Word) -> str:
    if word.kind == LINE:
        return "the end of the line"
    return "the end of the file" if word.kind == END else '"…"' if word.kind == TEMPLATE else str(word.value)
