"""A text that holds secrets <-> the same lines with their values blotted out, for reports that are passed around."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import yaml

from ..credentials import COMMANDS, in_command, in_words
from ..secrecy import LAST_APPLIED, WORDS, looks_secret

BLOT = "•••"

# Within a Secret, everything under these keys; an applied Secret repeats itself in its annotations.
SECRET_KEYS = ("data", "stringData", "annotations")
AWS_KEYS = ("SecretString", "SecretBinary", "secret_string", "secret_binary")
# A parameter's value is not shown, whatever its type is.
PARAMETERS = ("SecureString", "String", "StringList")
# Maps, or lists of NAME=VALUE, whose entries are secret by their names.
NAMED = ("environment", "Environment", "env", "variables", "default_environment", "options", "Options", "driverOpts")


def redact(text: str) -> str:
    """Blot out the values of Secrets, secrets and parameters, and of all that is named like a credential.

    A text that is no YAML or JSON (HCL, a template) is searched by its words; one that is no YAML and seems to hold a
    Secret is blotted out whole.
    """
    if not _worth_a_look(text):
        return text
    try:
        nodes = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError):  # no YAML, or none that can be walked
        return _blotted(text) if _suspicious().search(text) else _by_words(text)
    if not any(isinstance(node, yaml.CollectionNode) for node in nodes):
        return _by_words(text)
    spans = sorted({(node.start_mark.index, node.end_mark.index) for node in _secrets(nodes)}, reverse=True)
    for start, end in spans:
        text = text[:start] + _blotted(text[start:end]) + text[end:]
    return text


def _worth_a_look(text: str) -> bool:
    upper = text.upper().replace("-", "_")
    return any(word in upper for word in (*WORDS, "STRING", "NOECHO", "LAST_APPLIED"))


@cache
def _suspicious() -> re.Pattern:
    return re.compile(r"""kind["']?\s*:\s*["']?Secret\b|SecretString|SecretBinary|SecureString""")


# --- texts with structure ----------------------------------------------------------------------


def _secrets(nodes: Iterable[yaml.Node | None]) -> Iterable[yaml.ScalarNode]:
    """Find the scalars that are secret."""
    seen: set[int] = set()
    for document in nodes:
        for node in _mappings(document, seen):
            for value in _secret_values(node):
                yield from _scalars(value)


def _mappings(node: yaml.Node | None, seen: set[int]) -> Iterable[yaml.MappingNode]:
    """Walk all mappings once, though aliases may lead to one several times."""
    waiting = [node] if node else []
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield node
        waiting += _children(node)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _secret_values(node: yaml.MappingNode) -> Iterator[yaml.Node]:
    """Give what is secret in one mapping, by what the mapping is."""
    entries = _entries(node)
    yield from (entries[key] for key in (*AWS_KEYS, LAST_APPLIED) if key in entries)
    if _says(entries.get("kind"), "Secret"):
        inside = {**entries, **_entries(entries.get("metadata"))}
        yield from (inside[key] for key in SECRET_KEYS if key in inside)
    if _says(entries.get("kind"), "ConfigMap"):
        yield from _named(entries.get("data"))
    for kind, value in (("Type", "Value"), ("type", "value")):
        if value in entries and any(_says(entries.get(kind), word) for word in PARAMETERS):
            yield entries[value]
    if _says(entries.get("NoEcho"), "true") and "Default" in entries:
        yield entries["Default"]
    for name, value in (("name", "value"), ("Name", "Value"), ("key", "value")):
        if value in entries and isinstance(entries.get(name), yaml.ScalarNode) and looks_secret(entries[name].value):
            yield entries[value]
    yield from (one for key in NAMED for one in _named(entries.get(key)))
    yield from (one for key in COMMANDS if key in entries for one in _words(entries[key]))
    yield from (value for value in entries.values() if _is_json_with_secrets(value))


def _named(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Give the values of a map, or of a list of NAME=VALUE, that are secret by their names."""
    for name, value in _entries(node).items():
        if looks_secret(name) and isinstance(value, yaml.ScalarNode):
            yield value
    for entry in node.value if isinstance(node, yaml.SequenceNode) else ():
        if isinstance(entry, yaml.ScalarNode) and "=" in entry.value and looks_secret(entry.value.partition("=")[0]):
            yield entry


def _words(node: yaml.Node) -> Iterator[yaml.Node]:
    """Give the words of a command that hold a credential."""
    words = [one for one in (node.value if isinstance(node, yaml.SequenceNode) else [node]) if isinstance(one, yaml.ScalarNode)]
    said = [one.value for one in words]
    yield from (one for one, shown in zip(words, in_words(said), strict=True) if shown != one.value)


def _is_json_with_secrets(node: yaml.Node) -> bool:
    """Whether a text is itself JSON that holds a secret, as a task definition's containers in a Terraform state."""
    if not isinstance(node, yaml.ScalarNode) or node.value.lstrip()[:1] not in ("[", "{") or not _worth_a_look(node.value):
        return False
    try:
        json.loads(node.value)
    except (ValueError, RecursionError):  # no JSON
        return False
    return redact(node.value) != node.value


def _entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}


def _says(node: yaml.Node | None, word: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value == word


def _scalars(node: yaml.Node) -> Iterable[yaml.ScalarNode]:
    """Walk the values below a node, its keys left alone."""
    seen, waiting = set(), [node]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield node
        waiting += _children(node)


# --- texts without -----------------------------------------------------------------------------


def _by_words(text: str) -> str:
    """Blot out `name = "X"` ... `value = "…"` and `X = "…"` whose names are those of credentials."""
    text = _pairs().sub(_hide(lambda name: looks_secret(name)), text)
    text = _declared().sub(_hide_default, text)
    text = _next_word().sub(_hide(looks_secret), "\n".join(map(in_command, text.split("\n"))))
    return _assigned().sub(_hide(lambda name: name in AWS_KEYS or looks_secret(name)), text)


def _hide(secret: Callable[[str], bool]) -> Callable[[re.Match], str]:
    def replaced(match: re.Match) -> str:
        before, name, between, value = match.group("before", "name", "between", "value")
        return f'{before}{name}{between}"{BLOT}"' if secret(name) and value != '""' else match.group(0)

    return replaced


def _hide_default(match: re.Match) -> str:
    name, body = match.group("name", "body")
    if not match.group("parameter") and not looks_secret(name) and not re.search(r"sensitive\s*=\s*true", body):
        return match.group(0)
    hidden = re.sub(rf'(\b(?:default|value)\s*=\s*){QUOTED}', rf'\g<1>"{BLOT}"', body)
    return match.group(0).replace(body, hidden)


QUOTED = r'"(?:[^"\\\n]|\\.)*"'


@cache
def _pairs() -> re.Pattern:
    return re.compile(
        rf'(?P<before>\b[Nn]ame"?\s*[:=]\s*")(?P<name>[^"\n]*)(?P<between>"\s*,?\s*"?[Vv]alue"?\s*[:=]\s*)(?P<value>{QUOTED})'
    )


@cache
def _next_word() -> re.Pattern:
    return re.compile(rf'(?P<before>")(?P<name>--?[\w.-]+)(?P<between>"\s*,\s*)(?P<value>{QUOTED})')


@cache
def _declared() -> re.Pattern:
    return re.compile(r'\b(?:variable|(?P<parameter>resource\s+"aws_ssm_parameter"))\s+"(?P<name>[^"\n]+)"\s*\{(?P<body>[^}]*)\}')


@cache
def _assigned() -> re.Pattern:
    return re.compile(rf'(?P<before>(?<![\w.-]))(?P<name>[A-Za-z_][\w.-]*)(?P<between>"?\s*[:=]\s*)(?P<value>{QUOTED})')


def _blotted(text: str) -> str:
    """Blot out each line's words, so that every other line keeps its number."""
    lines = (line[: len(line) - len(line.lstrip())] + BLOT if line.strip() else line for line in text.split("\n"))
    return "\n".join(lines)
