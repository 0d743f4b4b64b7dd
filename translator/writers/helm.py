"""Kubernetes objects -> a Helm chart that renders to exactly the plain output; its values hold what people change."""
from __future__ import annotations

from typing import Any, Callable

from ..model import Document, Object
from .folders import files, kebab, safe
from .text import dump_yaml

Path = tuple[str | int, ...]


def write(document: Document, environment: dict[str, Any]) -> dict[str, str]:
    """Give Chart.yaml, values.yaml and a template an object."""
    applications = list(dict.fromkeys(entry.application or "app" for entry in document.entries))
    name = applications[0] if len(applications) == 1 else "applications"
    values: dict[str, Any] = {}
    templates = files(_templated(document, values), lambda entry: kebab(entry.kind), "yaml", _template)
    chart = {
        "apiVersion": "v2",
        "name": safe(name).lower(),
        "description": f"The application {name}." if len(applications) == 1 else "Several applications.",
        "type": "application",
        "version": "0.1.0",
    }
    return {"Chart.yaml": dump_yaml([chart]), "values.yaml": dump_yaml([values]),
            **{"templates/" + path.replace("/", "-"): text for path, text in templates.items()}}


class Value:
    """A leaf that the chart's values hold: where it stands there, and what it is."""

    def __init__(self, path: tuple[str, ...], value: Any):
        self.path, self.value = path, value

    def expression(self, quoted: bool) -> str:
        """Write the template that gives the leaf as it was written."""
        where = ".Values." + ".".join(self.path)
        if isinstance(self.value, str):
            return f"{{{{ {where} | quote }}}}" if quoted else f"{{{{ {where} }}}}"
        return (
            f"{{{{ {where} | int64 }}}}"
            if isinstance(self.value, int) and not isinstance(self.value, bool)
            else f"{{{{ {where} }}}}"
        )


def _templated(document: Document, values: dict[str, Any]) -> Document:
    entries = []
    for entry in document.entries:
        own = values.setdefault(word(entry.application or "app"), {})
        entries.append(
            Object(
                entry.kind, _lifted(entry.value, own, word(entry.application or "app")), entry.locate, entry.application
            )
        )
    return Document(document.platform, tuple(entries))


def _lifted(value: Any, own: dict[str, Any], name: str) -> Any:
    """Put a `Value` where people change something: image, replicas, resources, environment, hosts, scaling."""
    def lift(path: tuple[str, ...], leaf: Any) -> Any:
        if not _liftable(leaf) or not _free(own, path, leaf):
            return leaf
        _put(own, path, leaf)
        return Value((name, *path), leaf)
    return _walk(value, (), lift)


def _liftable(leaf: Any) -> bool:
    """Whether a leaf is written the same by both: a number or one plain line of text."""
    return (
        isinstance(leaf, (int, float))
        or isinstance(leaf, str)
        and leaf.isascii()
        and leaf.isprintable()
        and "{{" not in leaf
        and leaf != ""
    )


def _walk(value: Any, path: Path, lift: Callable[[tuple[str, ...], Any], Any]) -> Any:
    place = _place(path)
    if place is not None and not isinstance(value, (dict, list)):
        return lift(place, value)
    if isinstance(value, dict):
        return {key: _walk(entry, path + (key,), lift) for key, entry in value.items()}
    if isinstance(value, list):
        return [_walk(entry, path + (_key(entry, position),), lift) for position, entry in enumerate(value)]
    return value


def _key(entry: Any, position: int) -> str | int:
    return entry["name"] if isinstance(entry, dict) and isinstance(entry.get("name"), str) else position


def _place(path: Path) -> tuple[str, ...] | None:
    """Say where in an application's values a leaf belongs; None for what stays in the template."""
    keys = tuple(map(str, path))
    for group in ("containers", "initContainers"):
        if group in keys and keys.index(group) + 2 < len(keys):
            at = keys.index(group)
            container, rest = word(keys[at + 1]), keys[at + 2:]
            if rest == ("image",) or rest[0] == "resources" and len(rest) == 3:
                return container, *map(word, rest)
            if rest[0] == "env" and rest[2:] == ("value",):
                return container, "env", word(rest[1])
    fixed = {("spec", "replicas"): ("replicas",), ("spec", "minReplicas"): ("autoscaling", "minReplicas"),
             ("spec", "maxReplicas"): ("autoscaling", "maxReplicas")}
    if keys in fixed:
        return fixed[keys]
    return ("hosts", f"rule{keys[2]}") if keys[:2] == ("spec", "rules") and keys[3:] == ("host",) else None


def word(name: str) -> str:
    """Write a name as a template may refer to it: `web-app` is webApp."""
    parts = [
        part
        for part in "".join(letter if letter.isalnum() and letter.isascii() or letter == "_" else " " for letter in name).split(" ")
        if part
    ]
    joined = "".join([parts[0], *(part[:1].upper() + part[1:] for part in parts[1:])]) if parts else "x"
    return joined if not joined[0].isdigit() else f"x{joined}"


def _free(own: dict[str, Any], path: tuple[str, ...], leaf: Any) -> bool:
    """Whether the values hold nothing else at a path."""
    for key in path[:-1]:
        own = own.get(key, {})
        if not isinstance(own, dict):
            return False
    return path[-1] not in own or own[path[-1]] == leaf and type(own[path[-1]]) is type(leaf)


def _put(own: dict[str, Any], path: tuple[str, ...], leaf: Any) -> None:
    for key in path[:-1]:
        own = own.setdefault(key, {})
    own[path[-1]] = leaf


def _template(value: Any) -> str:
    """Write an object as a template: user text is inert, lifted leaves are expressions."""
    marks: dict[str, Value] = {}
    text = dump_yaml([_marked(value, marks)])
    text = text.replace("{{", '{{ "{{" }}')
    for mark, leaf in marks.items():
        written = dump_yaml([leaf.value]).strip()
        quoted = written.startswith('"')
        if written not in (str(leaf.value), f'"{leaf.value}"') and isinstance(leaf.value, str):
            text = text.replace(mark, written)  # written with escapes: it stays as it is
        else:
            text = text.replace(mark, leaf.expression(quoted))
    return text


def _marked(value: Any, marks: dict[str, Value]) -> Any:
    if isinstance(value, Value):
        mark = f"LIFTED{len(marks):06d}LEAF"
        marks[mark] = value
        return mark
    if isinstance(value, dict):
        return {key: _marked(entry, marks) for key, entry in value.items()}
    return [_marked(entry, marks) for entry in value] if isinstance(value, list) else value
