"""What PyYAML says when it cannot read a text -> what a person needs to hear, and where."""
from __future__ import annotations

import re

import yaml

from ..model import ReadError
from .places import Lines

INDENTATION = "this line does not fit the lines above it: look for wrong indentation, a missing colon or missing quotes"
QUOTES = "quotes are needed around a text that starts with {character}"
ALIAS = "a name is missing after {character}; a text that starts with it needs quotes"
NO_CONTENT = "a value is missing before {character}; a text that starts with it needs quotes"
UNCLOSED = "a comma or the closing bracket of what opens in line {line} is missing"
OPEN_QUOTE = "the quote that opens here is never closed"
TAB = "a tab is used for indentation; YAML takes spaces only"
BLOCK = "a text block starts with | or >, then perhaps + or - and a digit, and goes on in the next line"
ESCAPE = "no such escape in double quotes; write the backslash twice or use single quotes"
SECOND = "a value was complete before this: start another document with ---, or look for wrong indentation"
COLON = "a key cannot stand here: look for wrong indentation, or put quotes around a text that holds ': '"

# A part of PyYAML's message (its C parser's or its Python one's) -> ours. The first that fits is taken.
WORDS = {
    "mapping values are not allowed": COLON,
    "cannot start any token": QUOTES,
    "did not find expected ',' or": UNCLOSED,
    "expected ',' or": UNCLOSED,
    "unexpected end of stream": OPEN_QUOTE,
    "unexpected document": OPEN_QUOTE,
    "alphabetic or numeric character": ALIAS,
    "tab character": TAB,
    "escape": ESCAPE,
    "hexdecimal": ESCAPE,
    "comment or line break": BLOCK,
    "indentation indicator": BLOCK,
    "could not find expected ':'": "this line is neither 'key: value' nor a list item: a colon is missing",
    "node content": NO_CONTENT,
    "<document start>": SECOND,
    "sequence entries are not allowed": "a list item cannot stand here: start the list on a line of its own",
    "mapping keys are not allowed": "a key cannot stand here: start the map on a line of its own",
    "did not find expected": INDENTATION,
    "expected <block end>": INDENTATION,
}
AT_CONTEXT = (OPEN_QUOTE, WORDS["could not find expected ':'"])
TEMPLATE = "a file with {{ }} or {% %} is a template: render it first, for example with helm template"


def explain(error: yaml.YAMLError, lines: Lines) -> ReadError:
    """Make the error that names the place and says what is wrong there."""
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is None:
        return unreadable(error, lines)
    if (conflict := ("\n" + lines.text).find("\n<<<<<<< ")) >= 0:
        return lines.error("the file holds an unresolved merge conflict", conflict)
    offset = min(mark.index, len(lines.text.rstrip()))
    start = (context or mark).index
    message = words(error.problem, lines, start, offset)
    place = start if message in AT_CONTEXT else offset
    return lines.error(TEMPLATE if is_template(lines, start, offset) else message, place)


def words(problem: str, lines: Lines, start: int, offset: int) -> str:
    character = lines.text[offset:offset + 1]
    message = next((ours for theirs, ours in WORDS.items() if theirs in problem), problem)
    if message is QUOTES and character == "\t":
        return TAB
    if message is ALIAS:
        character = lines.text[start:start + 1]
    return message.format(character=character or "the end", line=lines.place(start).line)


def is_template(lines: Lines, start: int, offset: int) -> bool:
    """Whether one of the lines in question, or the one before, holds what a template engine should have replaced."""
    first, last = lines.place(start).line, lines.place(offset).line
    around = lines.text.split("\n")[max(0, first - 2):last]
    return any("{{" in line or "{%" in line for line in around)


def unreadable(error: yaml.YAMLError, lines: Lines) -> ReadError:
    """Name the character that no YAML may hold."""
    found = re.search("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", lines.text)
    if not found:
        return lines.error(getattr(error, "reason", str(error)), 0)
    code = f"U+{ord(found[0]):04X}"
    hint = "; the file is binary, or UTF-16 without a byte order mark" if found[0] == "\0" else ""
    return lines.error(f"the control character {code} cannot stand in YAML{hint}", found.start())
