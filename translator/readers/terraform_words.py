"""Terraform's text -> its words: names, numbers, signs, and templates with the words of what stands inside `${...}`.

Our own, because the product has no HCL library among its dependencies, python-hcl2 needs a second to build its grammar
and gives no columns, and only what is literal has to be understood; everything else is kept and reported.
The grammar is HCL's native syntax: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from ..model import Place, ReadError

NAME, NUMBER, SIGN, LINE, TEMPLATE, END = "name", "number", "sign", "line", "template", "end"
SIGNS = ("...", "==", "!=", "<=", ">=", "&&", "||", "=>", "::")
DIGITS = "0123456789"
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
DEEPEST = 60  # templates in templates; what people write has three


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its kind, what it says, and the offsets between which it stands.

    A template's value is a list of texts and of lists of words; one that begins with `%` is a directive.
    """

    kind: str
    value: Any
    at: int
    end: int


@dataclass(frozen=True)
class Text:
    """One file's text, and where its lines begin."""

    text: str
    file: str
    starts: tuple[int, ...]

    @staticmethod
    def of(text: str, file: str) -> Text:
        """Prepare a text; a byte order mark is no part of it."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        starts = [0]
        starts.extend(position + 1 for position, letter in enumerate(text) if letter == "\n")
        return Text(text, file, tuple(starts))

    def place(self, at: int) -> Place:
        """Give the place of an offset."""
        line = bisect_right(self.starts, at)
        return Place(self.file, line, at - self.starts[line - 1] + 1)

    def error(self, message: str, at: int) -> ReadError:
        """Make the error for something that is no HCL."""
        place = self.place(min(at, len(self.text)))
        return ReadError(message, self.file, place.line, place.column)


class Scanner:
    """Cuts a text into words."""

    def __init__(self, source: Text):
        self.source, self.text, self.position, self.depth = source, source.text, 0, 0

    def words(self, closing: str = "") -> list[Word]:
        """Give the words up to the end, or up to the brace that closes a template's `${`."""
        made: list[Word] = []
        opened = 0
        while True:
            word = self.word()
            if word.kind == END:
                if closing:
                    raise self.source.error("`${` is never closed", word.at)
                return [*made, word]
            if word.kind == SIGN and word.value in "{}":
                opened += 1 if word.value == "{" else -1
                if opened < 0 and closing:
                    return [*made, Word(END, "", word.at, word.at)]
            made.append(word)

    def word(self) -> Word:
        """Cut the next word."""
        self._skip()
        start, text = self.position, self.text
        letter = text[start : start + 1]
        if not letter:
            return Word(END, "", start, start)
        if letter == "\n":
            return self._cut(LINE, start + 1)
        if letter.isalpha() or letter == "_":
            return self._cut(NAME, self._while(start, lambda sign: sign.isalnum() or sign in "_-"))
        if letter in DIGITS:
            return self._number(start)
        if letter == '"':
            return self._quoted(start)
        if text.startswith("<<", start) and text[start + 2 : start + 3] not in ("", "=", " "):
            return self._heredoc(start)
        sign = next((sign for sign in SIGNS if text.startswith(sign, start)), letter)
        return self._cut(SIGN, start + len(sign))

    def _cut(self, kind: str, end: int) -> Word:
        start, self.position = self.position, end
        return Word(kind, self.text[start:end], start, end)

    def _while(self, position: int, wanted: Any) -> int:
        while position < len(self.text) and wanted(self.text[position]):
            position += 1
        return position

    def _skip(self) -> None:
        """Pass over blanks and comments."""
        while True:
            self.position = self._while(self.position, lambda sign: sign in " \t\r")
            if self.text.startswith(("#", "//"), self.position):
                end = self.text.find("\n", self.position)
                self.position = len(self.text) if end < 0 else end
            elif self.text.startswith("/*", self.position):
                end = self.text.find("*/", self.position)
                if end < 0:
                    raise self.source.error("a comment is never closed", self.position)
                self.position = end + 2
            else:
                return

    def _number(self, start: int) -> Word:
        end = self._while(start, DIGITS.__contains__)
        if self.text[end : end + 1] == "." and self.text[end + 1 : end + 2] in tuple(DIGITS):
            end = self._while(end + 1, DIGITS.__contains__)
        exponent = end + 1 + (self.text[end + 1 : end + 2] in ("+", "-"))
        if self.text[end : end + 1] in ("e", "E") and self.text[exponent : exponent + 1] in tuple(DIGITS):
            end = self._while(exponent, DIGITS.__contains__)
        self.position = end
        digits = self.text[start:end]
        if len(digits) > 300 or float(digits) == float("inf"):
            raise self.source.error(f"`{digits[:20]}` is too large for a number", start)
        return Word(NUMBER, int(digits) if digits.isdecimal() else float(digits), start, end)

    def _quoted(self, start: int) -> Word:
        parts: list[Any] = []
        piece: list[str] = []
        self.position = start + 1
        while True:
            letter = self.text[self.position : self.position + 1]
            if letter in ("", "\n"):
                raise self.source.error("a string is never closed", start)
            if letter == '"':
                self.position += 1
                return Word(TEMPLATE, _joined(parts, piece), start, self.position)
            if letter == "\\":
                piece.append(self._escape())
            elif not self._template(parts, piece):
                piece.append(letter)
                self.position += 1

    def _escape(self) -> str:
        letter = self.text[self.position + 1 : self.position + 2]
        digits = {"u": 4, "U": 8}.get(letter)
        if digits is None:
            if letter not in ESCAPES:
                raise self.source.error(f"`\\{letter}` is no escape of a Terraform string", self.position)
            self.position += 2
            return ESCAPES[letter]
        code = self.text[self.position + 2 : self.position + 2 + digits]
        try:
            made = chr(int(code, 16))
        except (ValueError, OverflowError) as error:
            raise self.source.error(f"`\\{letter}{code}` is no character", self.position) from error
        self.position += 2 + digits
        return made

    def _template(self, parts: list[Any], piece: list[str]) -> bool:
        """Take an interpolation or directive, or its escaped form; False where neither stands."""
        text, here = self.text, self.position
        if text.startswith(("$${", "%%{"), here):
            piece.append(text[here + 1 : here + 3])
            self.position += 3
            return True
        if not text.startswith(("${", "%{"), here):
            return False
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.source.error("templates are nested too deeply", here)
        self.position += 2
        words = self.words(closing="}")
        self.depth -= 1
        if piece:
            parts.append("".join(piece))
            piece.clear()
        parts.append([Word(SIGN, "%", here, here), *words] if text[here] == "%" else words)
        return True

    def _heredoc(self, start: int) -> Word:
        first = self.text.find("\n", start)
        marker = self.text[start + 2 : first].strip() if first >= 0 else ""
        name = marker.removeprefix("-")
        if not name:
            raise self.source.error("`<<` begins a text that never ends", start)
        end = self._last_line(name, first + 1, start)
        parts, self.position, piece = [], first + 1, []
        while self.position < end:
            if not self._template(parts, piece):
                piece.append(self.text[self.position])
                self.position += 1
        self.position = self.text.find(name, max(end, self.position)) + len(name)
        parts = _joined(parts, piece)
        return Word(TEMPLATE, _unindented(parts) if marker.startswith("-") else parts, start, self.position)

    def _last_line(self, name: str, position: int, start: int) -> int:
        """Find where the line begins that holds a heredoc's marker alone."""
        while position < len(self.text):
            end = self.text.find("\n", position)
            end = len(self.text) if end < 0 else end
            if self.text[position:end].strip() == name:
                return position
            position = end + 1
        raise self.source.error(f"the text after `<<{name}` is never closed by a line that says {name}", start)


def _joined(parts: list[Any], piece: list[str]) -> list[Any]:
    return [*parts, "".join(piece)] if piece or not parts else parts


def _unindented(parts: list[Any]) -> list[Any]:
    """Take away what all lines of a `<<-` heredoc are indented by; a line that begins with `${` counts too."""
    marked = "".join(part if isinstance(part, str) else "\0" for part in parts)
    lines = [line for line in marked.split("\n") if line.strip(" ")]
    depth = min((len(line) - len(line.lstrip(" ")) for line in lines), default=0)
    shifted = "\n".join(line[min(depth, len(line) - len(line.lstrip(" "))) :] for line in marked.split("\n"))
    templates = [part for part in parts if not isinstance(part, str)]
    made: list[Any] = []
    for position, piece in enumerate(shifted.split("\0")):
        made.extend([templates[position - 1]] if position else [])
        made.extend([piece] if piece else [])
    return made or [""]
