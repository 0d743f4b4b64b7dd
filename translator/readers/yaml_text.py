"""YAML -> plain data as Kubernetes reads it, and the offset of every key and item.

PyYAML's parser gives events; the tree is built here, because its loader reads other scalars than Kubernetes does,
forgets where things stood, lets repeated keys pass and takes twice the time.
"""
from __future__ import annotations

import base64
import binascii
from math import isfinite
from typing import Any, Iterator, NoReturn

import yaml
from yaml.events import (
    AliasEvent, DocumentStartEvent, Event, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent,
    SequenceStartEvent, StreamEndEvent,
)

from ..model import Field, Finding
from .places import Lines, moved, own
from .scalars import Scalar, resolve, settle, spell
from .tags import GET_ATT, LONG, attribute
from .yaml_errors import TEMPLATE, explain

DEPTH = 200  # Nobody writes manifests this deep, and every later step may recurse.
ALIASED = 400_000  # What aliases may add to one text; go-yaml 2 grows suspicious at the same number.
STANDARD = "tag:yaml.org,2002:"
COLLECTIONS = {"!", *(STANDARD + name for name in ("map", "seq", "set", "omap", "pairs"))}
CASTS = {"int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),), "timestamp": (str,)}
MERGE, OPEN = "<<", object()


def read(lines: Lines) -> tuple[list[tuple[Any, Any]], list[Finding]]:
    """Read every document of a text: its value and its marks (see Locator), and what was found on the way."""
    try:
        builder = Builder(lines)
        return list(builder.documents()), builder.findings
    except yaml.YAMLError as error:
        raise explain(error, lines) from None


class Builder:
    """Builds plain data from the events of one text.

    `known` holds the texts that mean themselves whether they are quoted or not: most scalars repeat, and one look-up
    settles them. `plain` holds what other unquoted texts mean.
    """

    def __init__(self, lines: Lines):
        self.lines, self.event = lines, getattr(yaml, "CSafeLoader", yaml.SafeLoader)(lines.text).get_event
        self.known: dict[str, str] = {}
        self.plain: dict[str, Scalar] = {}
        self.anchors: dict[str, Any] = {}
        self.weights: dict[int, tuple[int, int, Any]] = {}
        self.budget = ALIASED
        self.findings: list[Finding] = []

    def documents(self) -> Iterator[tuple[Any, Any]]:
        """Give the value and the marks of each document."""
        while (event := self.event()).__class__ is not StreamEndEvent:
            if event.__class__ is DocumentStartEvent:
                self.anchors.clear()
                root = self.event()
                yield self.node(root, root.start_mark.index, 1)

    # The next two methods see every event of the text. They are written out for speed: names are local, the common
    # scalar costs one look-up, and everything rare is a call.

    def mapping(self, marks: dict, depth: int) -> dict:
        """Build the map whose start was just read."""
        self.limit(depth, marks)
        here, merged, get, known = {}, set(), self.event, self.known.get
        while (event := get()).__class__ is not MappingEndEvent:
            offset = event.start_mark.index
            key = known(event.value) if event.__class__ is ScalarEvent else None
            if key is None or event.tag is not None or event.anchor is not None:
                if self.is_merge(event):
                    self.merge(here, marks, merged, depth)
                    continue
                key = self.key(event, offset, depth)
            if key in here:
                self.repeat(key, merged, marks, offset)
            event = get()
            kind = event.__class__
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                value = known(event.value)
                here[key] = self.scalar(event) if value is None else value
                marks[key] = offset
            elif kind is MappingStartEvent and event.tag is None and event.anchor is None:
                below = marks[key] = {None: offset}
                here[key] = self.mapping(below, depth + 1)
            elif kind is SequenceStartEvent and event.tag is None and event.anchor is None:
                below = marks[key] = [offset]
                here[key] = self.sequence(below, depth + 1)
            else:
                here[key], marks[key] = self.node(event, offset, depth + 1)
        return here

    def sequence(self, marks: list, depth: int) -> list:
        """Build the list whose start was just read."""
        self.limit(depth, marks)
        here, get, known = [], self.event, self.known.get
        while (event := get()).__class__ is not SequenceEndEvent:
            offset = event.start_mark.index
            kind = event.__class__
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                value = known(event.value)
                here.append(self.scalar(event) if value is None else value)
                marks.append(offset)
            elif kind is MappingStartEvent and event.tag is None and event.anchor is None:
                below = {None: offset}
                marks.append(below)
                here.append(self.mapping(below, depth + 1))
            else:
                value, below = self.node(event, offset, depth + 1)
                marks.append(below)
                here.append(value)
        return here

    def node(self, event: Event, offset: int, depth: int) -> tuple[Any, Any]:
        """Build any node: its value and its marks, which begin at the offset of its key or of itself."""
        if event.__class__ is AliasEvent:
            return self.alias(event, offset, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = OPEN
        if event.tag in LONG:
            built = self.function(LONG[event.tag], event, offset, depth)
        elif event.__class__ is ScalarEvent:
            built = self.scalar(event), offset
        elif event.tag is None or event.tag in COLLECTIONS:
            built = self.collection(event, offset, depth)
        else:
            self.refuse_tag(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = built
            self.weigh(built[0])
        return built

    def collection(self, event: Event, offset: int, depth: int) -> tuple[Any, Any]:
        """Build a map or a list, and its marks."""
        if event.__class__ is MappingStartEvent:
            marks = {None: offset}
            return self.mapping(marks, depth), marks
        marks = [offset]
        return self.sequence(marks, depth), marks

    def function(self, name: str, event: Event, offset: int, depth: int) -> tuple[Any, Any]:
        """Build the long form of one of CloudFormation's short tags."""
        if event.__class__ is not ScalarEvent:
            value, marks = self.collection(event, offset, depth + 1)
        elif name == GET_ATT:
            value = attribute(event.value)
            marks = [offset] * (len(value) + 1)
        else:
            value, marks = event.value, offset
        return {name: value}, {None: offset, name: marks}

    def alias(self, event: Event, offset: int, depth: int) -> tuple[Any, Any]:
        """Give what an anchor named, as long as it does not blow up the document."""
        found = self.anchors.get(event.anchor)
        if found is None:
            # The name is not shown: it may be a password that nobody put quotes around.
            self.fail("this alias refers to an anchor that the document does not have; "
                      "a text that starts with an asterisk needs quotes", event)
        if found is OPEN:
            self.fail("this alias stands inside of what it refers to", event)
        value, marks = found
        size, height = self.weigh(value)
        self.budget -= size
        if self.budget < 0:
            self.fail("the aliases repeat so much that the document would not fit; write it out or generate it", event)
        self.limit(depth + height - 1, offset)
        return value, moved(marks, offset)

    def weigh(self, value: Any) -> tuple[int, int]:
        """Count the nodes of a value, long texts as several, and how deep it nests."""
        if value.__class__ not in (dict, list):
            return 1 + (len(value) // 64 if value.__class__ is str else 0), 0
        if id(value) not in self.weights:
            parts = [*value, *value.values()] if value.__class__ is dict else value
            weights = [self.weigh(part) for part in parts]
            size, height = 1 + sum(size for size, _ in weights), 1 + max((height for _, height in weights), default=0)
            # The value is kept so that its id stays its own.
            self.weights[id(value)] = size, height, value
        return self.weights[id(value)][:2]

    def scalar(self, event: ScalarEvent) -> Scalar:
        """Read a scalar as JSON would carry it."""
        value = self.meaning(event)
        if value.__class__ is float and not isfinite(value):
            self.fail("JSON, and so Kubernetes, has no infinity and no NaN; a text like that needs quotes", event)
        return settle(value)

    def meaning(self, event: ScalarEvent) -> Scalar:
        """Read a scalar as YAML means it, and remember that."""
        if event.tag is not None:
            return self.cast(event)
        text = event.value
        if text in self.plain:
            return text if event.style else self.plain[text]
        value = resolve(text)
        if value is not text:
            self.plain[text] = value
        elif text != MERGE:
            self.known[text] = text
        return text if event.style else value

    def cast(self, event: ScalarEvent) -> Scalar:
        """Read a scalar as its tag says."""
        kind = event.tag.removeprefix(STANDARD)
        if kind in ("!", "str"):
            return event.value
        if kind == "binary":
            return self.binary(event)
        if kind not in CASTS or not event.tag.startswith(STANDARD):
            self.refuse_tag(event)
        value = resolve(event.value)
        if value.__class__ not in CASTS[kind]:
            self.fail(f"the tag !!{kind} does not fit the value", event)
        return value

    def binary(self, event: ScalarEvent) -> str:
        """Decode base64 to a text; like Kubernetes, replace what is no UTF-8."""
        try:
            data = base64.b64decode(event.value.replace("\n", "").encode(), validate=True)
        except (binascii.Error, ValueError):
            self.fail("the value of !!binary is not base64", event)
        if (text := data.decode("utf-8", "replace")).encode() != data:
            self.find("text.binary", event.start_mark.index)
        return text

    def key(self, event: Event, offset: int, depth: int) -> str:
        """Read a key as the string that Kubernetes makes of it."""
        if event.__class__ is AliasEvent:
            value = self.alias(event, offset, depth)[0]
        elif event.__class__ is ScalarEvent:
            value = self.meaning(event)
        else:
            value = {}
        if value.__class__ in (dict, list):
            self.refuse_key(offset)
        if value is None:
            self.fail("a key is missing here, or it is null; a text such as null or ~ needs quotes", event)
        if event.anchor is not None:
            self.anchors[event.anchor] = value, offset
        return spell(value)

    def is_merge(self, event: Event) -> bool:
        if event.__class__ is not ScalarEvent or event.value != MERGE:
            return False
        return event.tag == STANDARD + "merge" or (event.tag is None and not event.style)

    def merge(self, here: dict, marks: dict, merged: set, depth: int) -> None:
        """Merge the maps under `<<` into this one, where it stands: what follows wins, what came before loses."""
        event = self.event()
        value, source = self.node(event, event.start_mark.index, depth + 1)
        maps = list(zip(value, source[1:])) if value.__class__ is list else [(value, source)]
        if any(entry.__class__ is not dict for entry, _ in maps):
            self.fail("<< merges a map or a list of maps, and this is neither", event)
        before, offset = here.keys() - merged, own(marks)
        for entry, places in reversed(maps):
            merged.update(entry)
            here.update(entry)
            marks.update(places)
        marks[None] = offset
        for key in sorted(before & merged):
            text = f"The key {short(key)} was overridden by the merge (<<) that follows it, as kubectl does; " \
                   "most other readers keep the key."
            self.find("text.merge-order", own(marks[key]), text, key)

    def find(self, code: str, offset: int, text: str = "", key: str = "") -> None:
        from ..findings import message

        place = self.lines.place(offset)
        self.findings.append(message(code, text, [Field(key, "", place.file, place.line, place.column)]))

    def limit(self, depth: int, marks: Any) -> None:
        """Refuse what nests too deep, before anything can run out of stack."""
        if depth > DEPTH:
            raise self.lines.error(f"the nesting is deeper than {DEPTH} levels", own(marks))

    def repeat(self, key: str, merged: set, marks: dict, offset: int) -> None:
        """Refuse a repeated key, unless it only overrides one that was merged in."""
        if key in merged:
            return merged.remove(key)
        first = self.lines.place(own(marks[key])).line
        raise self.lines.error(f"the key {short(key)} is repeated; it stands first in line {first}", offset)

    def refuse_key(self, offset: int) -> NoReturn:
        template = self.lines.text[max(0, offset - 1):offset + 1] == "{{"
        message = "a map or a list cannot be a key; a text that starts with { or [ needs quotes"
        raise self.lines.error(TEMPLATE if template else message, offset)

    def refuse_tag(self, event: Event) -> NoReturn:
        if event.__class__ is ScalarEvent and not event.value:
            self.fail("a tag stands here without a value; a text that starts with ! needs quotes", event)
        tag = event.tag.replace(STANDARD, "!!")
        self.fail(f"the tag {short(tag)} is not known here; take it away, or generate plain YAML first", event)

    def fail(self, message: str, event: Event) -> NoReturn:
        raise self.lines.error(message, event.start_mark.index)


def short(name: str) -> str:
    """Give a name from the input so that it fits a message."""
    return name if len(name) <= 80 else name[:77] + "..."
