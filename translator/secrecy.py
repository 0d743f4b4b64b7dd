"""Which values are secret, and what may be shown of a document that holds them.

A value is secret by where it stands: a Secret's data, a parameter, a variable, header, option or key of a ConfigMap that
is named like a credential. What such a value was put into (a URL, a command) is found by the value itself. In memory all
stays exact; a Veil lies over what leaves the program: files, streams, reports, the residue.
"""
from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from operator import is_
from typing import Any

from .credentials import COMMANDS, HIDDEN, WORDS, in_url, in_words, looks_secret
from .model import Document, Field, Finding, Object
from .trees import Path

# kubectl repeats the whole object here, with every value.
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
OF_SECRET, OF_AWS = ("data", "stringData"), {"secrets": ("SecretString", "SecretBinary"), "parameters": ("Value",)}
# `data` is base64: what stands there must stay decodable.
HIDDEN_DATA = {"data": base64.b64encode(HIDDEN.encode()).decode(), "stringData": HIDDEN}
# Maps of names to values, beside a ConfigMap's data.
NAMED = ("options", "driverOpts", "Options", "DriverOpts")
REFERENCES = ("${", "$(", "{{resolve:")
SHORTEST, TELLING = 6, 8
# Where an application's own words stand: names, images and references of the platform stay what they are.
SPOKEN = frozenset({"command", "args", "entryPoint", "value", "Value", "data", "stringData", "binaryData", "annotations", "labels", "dockerLabels", "Input",
                    "path", "MatcherPath", "systemControls", "options", "Description", "description", "HealthCheckPath", "Values", "input"})


@functools.lru_cache(4096)
def hidden(path: Path) -> bool:
    """Whether what stands at a path of an application tree must not be shown."""
    if path[-1:] == (LAST_APPLIED,):
        return True
    if path[:1] in (("secrets",), ("parameters",)):
        return len(path) > 2 and path[2] in (*OF_SECRET, *OF_AWS[path[0]]) if path[0] == "secrets" else path[2:3] == ("Value",)
    if path[:1] == ("configMaps",):
        return path[2:3] in (("data",), ("binaryData",)) and looks_secret(path[-1])
    for parent in ("env", "environment", "httpHeaders"):
        if parent in path[:-1]:
            position = path.index(parent)
            return path[-1] == "value" and looks_secret(path[position + 1])
    return len(path) > 1 and path[-2] in NAMED and looks_secret(path[-1])


def shown(path: Path, value: Any) -> Any:
    """Give a value as reports may show it."""
    if value is None:
        return None
    return HIDDEN if hidden(path) else value


# --- what is secret in a document --------------------------------------------------------------

def secret_values(document: Document) -> Iterator[str]:
    """Give every secret value of a document, as it stands there and as what it encodes."""
    for entry in document.entries:
        if isinstance(entry.value, dict):
            for value in (*_by_kind(entry.kind, entry.value), *_by_name(entry.value)):
                yield from spellings(value)


def _by_kind(kind: str, value: dict) -> Iterator[Any]:
    if kind == "Secret":
        yield from (one for key in OF_SECRET for one in _values(value.get(key)))
    elif kind == "ConfigMap":
        yield from (one for key in ("data", "binaryData") for name, one in _items(value.get(key)) if looks_secret(name))
    yield from (value.get(key) for key in OF_AWS.get(kind, ()))


def _by_name(value: Any) -> Iterator[Any]:
    """Find values that stand beside a name, or under a key, that says they are secret."""
    for one in _maps(value):
        name = one.get("name")
        if isinstance(name, str) and looks_secret(name):
            yield one.get("value")
        for key in NAMED:
            if key in one and isinstance(one[key], dict):
                yield from (entry for name, entry in _items(one[key]) if looks_secret(name))


def _maps(value: Any) -> Iterator[dict]:
    """Give every map within a value, in any order."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += [entry for entry in one.values() if isinstance(entry, (dict, list))]
        elif isinstance(one, list):
            waiting += [entry for entry in one if isinstance(entry, (dict, list))]


def _items(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), entry) for key, entry in value.items()] if isinstance(value, dict) else []


def _values(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []


def spellings(value: Any) -> Iterator[str]:
    """Give a secret value, its base64, what it is the base64 of, and the parts of it where it is JSON."""
    if not isinstance(value, str) or not value.strip() or value.startswith(REFERENCES) or value in (HIDDEN, HIDDEN_DATA["data"]):
        return
    decoded = _decoded(value)
    for text in (value, decoded) if decoded else (value,):
        yield text
        yield from _parts(text)
    yield base64.b64encode(value.encode("utf-8", "surrogatepass")).decode()


def _decoded(value: str) -> str | None:
    try:
        return base64.b64decode(value, validate=True).decode() if len(value) % 4 == 0 else None
    except ValueError:  # neither base64 nor text
        return None


def _parts(text: str) -> Iterator[str]:
    """Give the leaves of JSON: what `auths` or a database's secret hold."""
    if text[:1] not in "{[":
        return
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):  # no JSON: the whole text stands for itself
        return
    while waiting:
        one = waiting.pop()
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        if isinstance(one, str) and one:
            yield one


def composed(document: Document) -> Iterator[str]:
    """Give the names of variables that a credential is put into: `postgres://web:$(DB_PASSWORD)@db`."""
    for entry in document.entries:
        for variables in _lists(entry.value):
            tainted: set[str] = set()
            for name, value in variables:
                if any(f"$({other})" in value for other in tainted) or any(map(looks_secret, _referred(value))):
                    tainted.add(name)
            yield from tainted


def _lists(value: Any) -> Iterator[list[tuple[str, str]]]:
    """Find the variables of every container."""
    for one in _maps(value):
        variables = one.get("env")
        if isinstance(variables, list):
            yield [(str(entry.get("name")), entry["value"]) for entry in variables
                   if isinstance(entry, dict) and isinstance(entry.get("value"), str)]


def _referred(text: str) -> list[str]:
    return [piece.partition(")")[0] for piece in text.split("$(")[1:]]


def telling(text: str) -> bool:
    """Whether a text is a secret wherever it stands: `postgres` may be a password here and an image's name there."""
    mixed = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    return len(text) >= (TELLING if mixed else 2 * TELLING) and "://" not in text


# --- the veil ----------------------------------------------------------------------------------

@dataclass(frozen=True)
class Veil:
    """What is hidden: texts wherever they stand, `exact` where they are all of a value, and variables by their names."""

    texts: tuple[str, ...] = ()
    exact: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self.texts or self.exact or self.names)

    @functools.cached_property
    def pattern(self) -> re.Pattern | None:
        """Give the pattern of all texts, also as JSON and HTML spell them, the longest first."""
        if not self.texts:
            return None
        from html import escape

        spelled = {form for text in self.texts for form in (text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], escape(text))}
        return re.compile("|".join(map(re.escape, sorted(spelled, key=len, reverse=True))))

    def text(self, text: str) -> str:
        """Hide the secrets of a text, and the passwords of its URLs."""
        return in_url(self.pattern.sub(HIDDEN, text) if self.pattern is not None else text)

    def over(self, value: Any, spoken: bool = False) -> Any:
        """Hide the secrets in the words of an application; what holds none is the same object."""
        if isinstance(value, str):
            return in_url(value) if not spoken else HIDDEN if value in self.exact else self.text(value)
        if isinstance(value, dict):
            return _where_changed(value, lambda key, entry: self.over(in_words(entry) if key in COMMANDS else entry, spoken or key in SPOKEN))
        if isinstance(value, (list, tuple)):
            entries = [self.over(entry, spoken) for entry in value]
            return type(value)(entries) if not all(map(is_, entries, value)) else value
        return value

    def field(self, field: Field | None) -> Field | None:
        """Hide what a field was and becomes."""
        if field is None:
            return None
        put_in = isinstance(field.was, str) and any(map(looks_secret, _referred(field.was)))
        if any(f"[{name}]" in field.path or f".{name}." in field.path for name in self.names) and field.path.endswith("value"):
            return replace(field, was=field.was and HIDDEN, becomes=field.becomes and HIDDEN)
        was, becomes = (in_words(value) if field.path.endswith(tuple(COMMANDS)) else value for value in (field.was, field.becomes))
        was, becomes = self._said(was), HIDDEN if put_in and field.becomes is not None else self._said(becomes)
        return field if was is field.was and becomes is field.becomes else replace(field, was=was, becomes=becomes)

    def _said(self, value: Any) -> Any:
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return self.text(value) if isinstance(value, str) else self.over(_named_values(value, self), True)

    def finding(self, finding: Finding) -> Finding:
        """Hide the secrets of a finding's words and fields."""
        message, remedy, fields = self.text(finding.message), self.text(finding.remedy), tuple(map(self.field, finding.fields))
        if message is finding.message and remedy is finding.remedy and all(map(is_, fields, finding.fields)):
            return finding
        return replace(finding, message=message, remedy=remedy, fields=fields)


def veil_of(*documents: Document, given: Iterable[str] = ()) -> Veil:
    """Find all that is secret in documents, and in values that were given for parameters."""
    found = {text for document in documents for text in secret_values(document)}
    found |= {text for value in given for text in spellings(value)}
    names = frozenset(name for document in documents for name in composed(document))
    return Veil(tuple(filter(telling, found)), frozenset(text for text in found if len(text) >= SHORTEST), names)


def masked(document: Document, veil: Veil | None = None) -> Document:
    """Give a document in which no secret value stands; the veil knows those of the input."""
    own = veil if veil is not None else veil_of(document)
    return replace(document, entries=tuple(masked_object(entry, own) for entry in document.entries))


def masked_object(entry: Object, veil: Veil) -> Object:
    """Give an object in which no secret value stands."""
    value = entry.value
    if isinstance(value, dict):
        value = veil.over(_whole(entry.kind, _named_values(value, veil)))
    return Object(entry.kind, value, entry.locate, entry.application, entry.order)


def _whole(kind: str, value: dict) -> dict:
    """Hide the values of an object that is there to hold them."""
    if kind == "Secret":
        return {key: {name: HIDDEN_DATA[key] for name in data} if key in HIDDEN_DATA and isinstance(data, dict) else data for key, data in value.items()}
    if kind == "ConfigMap":
        return {key: {name: _config(key, name, text) for name, text in data.items()} if key in ("data", "binaryData") and isinstance(data, dict) else data
                for key, data in value.items()}
    return {key: HIDDEN if key in OF_AWS.get(kind, ()) and not _refers(data) else data for key, data in value.items()}


def _config(key: str, name: Any, text: Any) -> Any:
    if not looks_secret(str(name)) or _refers(text):
        return text
    return HIDDEN if key == "data" else HIDDEN_DATA["data"]


def _refers(value: Any) -> bool:
    """Whether a value is nothing but a reference or a placeholder."""
    return isinstance(value, str) and (not value or value.startswith("${") and value.endswith("}") and value.count("}") == 1)


def _named_values(value: Any, veil: Veil) -> Any:
    """Hide the values of what is named like a credential, wherever it stands."""
    if isinstance(value, dict):
        return _where_changed(value, lambda key, entry: _entry(key, entry, value, veil))
    if isinstance(value, list):
        entries = [_named_values(entry, veil) for entry in value]
        return entries if not all(map(is_, entries, value)) else value
    return value


def _where_changed(value: dict, change: Callable[[Any, Any], Any]) -> dict:
    """Give a map with changed entries, or the very same where none changed."""
    made = value
    for key, entry in value.items():
        if entry.__class__ in (int, bool, float):
            continue
        new = change(key, entry)
        if new is not entry:
            made = {**value} if made is value else made
            made[key] = new
    return made


def _entry(key: Any, entry: Any, around: dict, veil: Veil) -> Any:
    if key == LAST_APPLIED:
        return "{}"
    if isinstance(entry, str):
        name = around.get("name") if key == "value" else None
        told = isinstance(name, str) and (looks_secret(name) or name in veil.names)
        return HIDDEN if told and not _refers(entry) else entry
    if key in NAMED and isinstance(entry, dict):
        return {one: HIDDEN if looks_secret(str(one)) and isinstance(text, str) and not _refers(text) else text for one, text in entry.items()}
    return _named_values(entry, veil)


def masked_tree(tree: Any, veil: Veil, path: Path = ()) -> Any:
    """Hide the secret values of an application tree, or of a patch of one."""
    if isinstance(tree, dict):
        return {key: masked_tree(entry, veil, (*path, key)) for key, entry in tree.items()}
    if not isinstance(tree, str) or not tree:
        return veil.over(in_words(tree) if path[-1:] and path[-1] in COMMANDS else tree, not SPOKEN.isdisjoint(path))
    if hidden(path) and not _refers(tree):
        return HIDDEN_DATA["data"] if path[:1] == ("secrets",) and path[2:3] == ("data",) else "{}" if path[-1] == LAST_APPLIED else HIDDEN
    tainted = len(path) > 2 and path[-1] == "value" and path[-3] in ("env", "environment") and path[-2] in veil.names
    return HIDDEN if tainted else veil.over(in_words(tree) if path[-1] in COMMANDS else tree, not SPOKEN.isdisjoint(path))
