"""A text that holds secrets <-> the same lines with their values blotted out, for reports that are passed around."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import yaml

BLOT = "•••"

# Within a Secret, everything under these keys; an applied Secret repeats itself in its annotations.
SECRET_KEYS = ("data", "stringData", "annotations")
AWS_KEYS = ("SecretString", "SecretBinary")


def redact(text: str) -> str:
    """Blot out the values of Kubernetes Secrets, of Secrets Manager secrets and of SecureString parameters.

    A text that is no YAML or JSON and seems to hold a secret is blotted out whole.
    """
    if "Secret" not in text and "SecureString" not in text:
        return text
    try:
        spans = sorted({(node.start_mark.index, node.end_mark.index) for node in _secrets(text)}, reverse=True)
    except yaml.YAMLError:
        return _blotted(text) if _suspicious().search(text) else text
    for start, end in spans:
        text = text[:start] + _blotted(text[start:end]) + text[end:]
    return text


@cache
def _suspicious() -> re.Pattern:
    return re.compile(r"""kind["']?\s*:\s*["']?Secret\b|SecretString|SecretBinary|SecureString""")


def _secrets(text: str) -> Iterable[yaml.ScalarNode]:
    """Find the scalars that are secret."""
    seen: set[int] = set()
    for document in yaml.compose_all(text, Loader=yaml.SafeLoader):
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


def _secret_values(node: yaml.MappingNode) -> list[yaml.Node]:
    """Give what is secret in one mapping, by what the mapping is."""
    entries = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    found = [entries[key] for key in AWS_KEYS if key in entries]
    if _says(entries.get("kind"), "Secret"):
        inside = {**entries, **_entries(entries.get("metadata"))}
        found += [inside[key] for key in SECRET_KEYS if key in inside]
    if _says(entries.get("Type"), "SecureString") and "Value" in entries:
        found.append(entries["Value"])
    return found


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


def _blotted(text: str) -> str:
    """Blot out each line's words, so that every other line keeps its number."""
    lines = (line[: len(line) - len(line.lstrip())] + BLOT if line.strip() else line for line in text.split("\n"))
    return "\n".join(lines)
