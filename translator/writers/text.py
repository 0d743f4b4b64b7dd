"""Plain data -> text: a stream of YAML documents that every reader takes for the same data, or JSON.

Block style, keys in their order, lists at their key's level as kubectl prints them. A text is quoted wherever kubectl,
YAML 1.1 or YAML 1.2 would read it as anything but that text.
"""
from __future__ import annotations

import json
import re
from functools import cache
from json.encoder import encode_basestring as quote
from math import isfinite
from typing import Any

STEP = "  "
LONGEST_KEY = 1000  # characters; the colon of `key: value` stands within 1,024 of them, or no reader finds it
WORDS = frozenset({
    "y", "n", "yes", "no", "on", "off", "true", "false", "null",
    "nan", "inf", ".inf", "+.inf", "-.inf", ".nan", "+.nan", "-.nan",
})
FIRST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/$(\\^;+-.")

UNPRINTABLE = "[^\n\t -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"


def dump_json(value: Any) -> str:
    """Write JSON with an indentation of two and a line break at the end.

    The library's own encoder is written in C only for JSON on one line, so the lines are made here.
    """
    return "".join(indented(value, "\n", [])) + "\n"


def indented(value: Any, line: str, out: list[str]) -> list[str]:
    """Write a value; `line` is a line break and the indentation of what holds it."""
    if value.__class__ is str:
        out.append(quote(value))
    elif isinstance(value, dict) and value:
        inner = line + STEP
        lead = "{" + inner
        for key, entry in value.items():
            name = quote(key if key.__class__ is str else one_line(key))
            if entry.__class__ is str:
                out.append(f"{lead}{name}: {quote(entry)}")
            else:
                out.append(f"{lead}{name}: ")
                indented(entry, inner, out)
            lead = "," + inner
        out.append(line + "}")
    elif isinstance(value, (list, tuple)) and value:
        inner = line + STEP
        lead = "[" + inner
        for entry in value:
            out.append(lead)
            indented(entry, inner, out)
            lead = "," + inner
        out.append(line + "]")
    else:
        out.append(one_line(value))
    return out


def one_line(value: Any) -> str:
    """Write what stands on one line."""
    return str(value) if value.__class__ is int else json.dumps(value, ensure_ascii=False, allow_nan=False)


def dump_yaml(objects: list) -> str:
    """Write a stream of YAML documents, one for each object."""
    writer = Writer()
    return "---\n".join(writer.document(value) for value in objects)


class Writer:
    """Writes documents; remembers how texts and keys are spelled, for most of them repeat."""

    def __init__(self) -> None:
        self.spelled: dict[str, str] = {}
        self.lines: list[str] = []

    def document(self, value: Any) -> str:
        """Write one document."""
        self.lines = []
        if value.__class__ is dict and value:
            self.mapping(value, "", "")
        elif value.__class__ is list and value:
            self.sequence(value, "", "")
        else:
            self.lines.append(self.scalar(value, "") + "\n")
        return "".join(self.lines)

    # `lead` is what stands before the first entry, `- ` of a list for example, and `pad` before all others.

    def mapping(self, value: dict, lead: str, pad: str) -> None:
        """Write the entries of a map that is not empty."""
        out, spelled = self.lines.append, self.spelled.get
        for key, item in value.items():
            name = spelled(key) or self.text(key)
            if len(name) > LONGEST_KEY:
                name = f"? {name}\n{pad}"
            kind = item.__class__
            if kind is str:
                out(f"{lead}{name}: {spelled(item) or self.scalar(item, pad)}\n")
            elif kind is dict and item:
                out(f"{lead}{name}:\n")
                self.mapping(item, pad + STEP, pad + STEP)
            elif kind is list and item:
                out(f"{lead}{name}:\n")
                self.sequence(item, pad, pad)
            else:
                out(f"{lead}{name}: {self.scalar(item, pad)}\n")
            lead = pad

    def sequence(self, value: list, lead: str, pad: str) -> None:
        """Write the items of a list that is not empty."""
        for item in value:
            if item.__class__ is dict and item:
                self.mapping(item, lead + "- ", pad + STEP)
            elif item.__class__ is list and item:
                self.sequence(item, lead + "- ", pad + STEP)
            else:
                self.lines.append(f"{lead}- {self.scalar(item, pad)}\n")
            lead = pad

    def scalar(self, value: Any, pad: str) -> str:
        """Spell anything that is no map and no list with entries."""
        if value.__class__ is str:
            return block(value, pad + STEP) if is_block(value) else self.spelled.get(value) or self.text(value)
        if value.__class__ is float:
            return real(value)
        if value is None or value.__class__ in (bool, int, dict, list):
            return json.dumps(value)
        raise TypeError(f"{type(value).__name__} is not plain data")

    def text(self, value: str) -> str:
        """Spell a text on one line."""
        spelled = self.spelled[value] = value if is_plain(value) else quoted(value)
        return spelled


@cache
def compiled(pattern: str) -> re.Pattern:
    return re.compile(pattern)


def is_printable(text: str) -> bool:
    """Whether every reader and every editor takes each character for itself; line breaks and tabs do not count."""
    return not compiled(UNPRINTABLE).search(text)


def is_plain(text: str) -> bool:
    """Whether a text can stand without quotes."""
    return (
        (text[:1] in FIRST or text[:1] > "\xa0")
        and text[-1] not in ": "
        and ": " not in text and " #" not in text and "\n" not in text and "\t" not in text
        and not text.startswith(("- ", "---", "..."))
        and is_printable(text)
        and not means_more(text)
    )


def means_more(text: str) -> bool:
    """Whether some reader takes the text, unquoted, for a number, a date, a boolean or nothing."""
    if text.lower() in WORDS or text == "-":
        return True
    number = compiled("(?=[^0-9]*[0-9])[-+.0-9][-+.0-9a-fA-FxXoOtTzZ_: ]*").fullmatch(text)
    return bool(number) and not compiled(r"[0-9]+(\.[0-9]+){2,}").fullmatch(text)


def quoted(text: str) -> str:
    """Spell a text in quotes: single ones where double ones would need escapes for what is easy to read."""
    if ('"' in text or "\\" in text) and "\n" not in text and "\t" not in text and is_printable(text):
        return "'" + text.replace("'", "''") + "'"
    return compiled(UNPRINTABLE).sub(escape, json.dumps(text, ensure_ascii=False))


def escape(found: re.Match) -> str:
    """Escape one character; half of a surrogate pair is none, and becomes the character that says so."""
    code = ord(found[0])
    return f"\\u{0xfffd if 0xd800 <= code <= 0xdfff else code:04x}"


def is_block(text: str) -> bool:
    """Whether a text can stand as lines of its own."""
    return "\n" in text and not text.isspace() and is_printable(text)


def block(text: str, pad: str) -> str:
    """Spell a text as lines of its own; the number says where they begin when the first does not show it."""
    start = str(len(STEP)) if text.lstrip("\n")[0] in " \t" else ""
    end = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") else ""
    lines = text.removesuffix("\n").split("\n")
    return f"|{start}{end}\n" + "\n".join(pad + line if line else "" for line in lines)


def real(value: float) -> str:
    """Spell a float; YAML 1.1 wants a point in it."""
    if not isfinite(value):
        raise ValueError("JSON has no infinity and no NaN")
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")
