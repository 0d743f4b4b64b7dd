"""ecspresso's configuration and the files it names -> the requests that ecspresso makes of them.

The files are the AWS API's JSON with Go templates, which stay as placeholders (https://github.com/kayac/ecspresso).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

from ..model import ECS, Document, Field, Finding, Object, Path, Place, ReadError, Source
from ..nodes import root
from ..rows import messages
from ..secrecy import looks_secret
from . import ecs, text
from .ecspresso_templates import Template, untemplated
from .files import content as content_of
from .taking import Ledger, Node, listed

DEFINITIONS = {"task_definition": "taskDefinitions", "service_definition": "services"}
TOOL = ("timeout", "filter_command", "required_version")
FUNCTIONS = ("env", "must_env", "tfstate", "tfstatef", "cfn_output", "cfn_export", "ssm", "secretsmanager_arn")
LOOKED_UP = ("env", "must_env", "block", "ssm", "secretsmanager_arn")


def recognises(value: Any) -> bool:
    """Whether plain data is a configuration of ecspresso."""
    return (
        isinstance(value, dict)
        and any(isinstance(value.get(key), str) for key in DEFINITIONS)
        and not value.keys() & {"kind", "Resources", "type"}
    )


def files(source: Source) -> list[str]:
    """Name the files that a configuration reads, so that nobody reads them a second time."""
    return [str(_beside(source, source.value[key])) for key in DEFINITIONS if isinstance(source.value.get(key), str)]


def read(source: Source) -> Document:
    """Read a configuration and the files beside it; what of them cannot be read is a finding."""
    ledger = Ledger("ecspresso", source, _name(source))
    config = ledger.root()
    findings: list[Finding] = []
    definitions = {key: list(_definition(config[key], kind, findings)) for key, kind in DEFINITIONS.items()}
    tasks, services = definitions["task_definition"], definitions["service_definition"]
    _say_settings(config)
    entries = [*tasks, *(_service(config, entry, tasks) for entry in services)]
    if not services and (config["service"] or config["cluster"]):
        ledger.say(
            "no-service",
            "The configuration names no service definition that could be read; only the task definition was.",
            config["service"],
            config["cluster"],
        )
    kept = [_typed(entry, findings) for entry in entries]
    return Document(ECS, tuple(kept), (*findings, *ledger.close()))


def load(content: str | bytes, file: str) -> tuple[list[Source], list[Finding]]:
    """Load a text that may hold templates: what it means with placeholders, and a finding for the templates.

    Raises ReadError, as for any other text.
    """
    plain, found = untemplated(text.decode(content, file))
    sources, findings = text.load(plain, file)
    return sources, [*findings, *_say_templates(found, file)]


def has_templates(content: str) -> bool:
    """Whether a text calls a function that ecspresso has."""
    return "{{" in content and any(found.function.endswith(FUNCTIONS) for found in untemplated(content)[1])


def _name(source: Source) -> str:
    name = source.value.get("service")
    return name if isinstance(name, str) and name else File(source.file).parent.name


def _beside(source: Source, name: str) -> File:
    return File(source.file).parent / name


def _definition(node: Node, kind: str, findings: list[Finding]) -> Iterator[Object]:
    """Read the file that a key of the configuration names."""
    if not node:
        return
    ledger, name = node.ledger, str(node.use())
    try:
        sources, said = load(content_of(_beside(ledger.source, name), True), str(_beside(ledger.source, name)))
    except ReadError as error:
        _say_unread(node, name, error)
        return
    findings.extend(said)
    for one in sources:
        yield from ecs.read(_whole(one, kind)).entries


def _say_unread(node: Node, name: str, error: ReadError) -> None:
    why = error.message.removeprefix("cannot be read: ")
    if name.endswith(".jsonnet"):
        node.ledger.say(
            "jsonnet", f"`{name}` is a program in Jsonnet, which only Jsonnet can run; it was left out.", node
        )
    else:
        node.ledger.say("unread", f"`{name}` was left out: {why}.", node)


def _whole(source: Source, kind: str) -> Source:
    """Give a bare request its key; what the AWS CLI prints has one."""
    value = source.value
    if not isinstance(value, dict) or any(isinstance(value.get(key), (dict, list)) for key in ("taskDefinition", kind)):
        return source
    return Source({kind: [value]}, source.file, lambda path: source.locate(path[2:]))


def _service(config: Node, entry: Object, tasks: list[Object]) -> Object:
    """Add to a service what ecspresso takes from its configuration and from the task definition."""
    ledger = config.ledger
    family = tasks[0].value.get("family") if tasks else None
    name = config["service"].text()
    if not name and not entry.value.get("serviceName"):
        ledger.say("unnamed", f"The configuration names no service; it is called `{family or ledger.application}`.")
    asked = {"cluster": config["cluster"].text().or_("default"), "serviceName": name.or_(family or ledger.application)}
    own, origins = ledger.settle({**asked, "taskDefinition": family})
    value = {**own, **entry.value}

    def locate(path: Path) -> Place | None:
        named = path[:1] in origins and path[0] not in entry.value
        return ledger.place(origins[path[:1]]) if named else entry.locate(path)

    return Object(entry.kind, value, locate)


def _say_settings(config: Node) -> None:
    """Report what of the configuration is about the tool, and no part of a request."""
    ledger = config.ledger
    settings = [config[key] for key in TOOL if config[key]]
    if settings:
        names = listed(str(node.path[-1]) for node in settings)
        ledger.say("settings", f"{names} tell ecspresso how to run; they are no part of a request.", *settings)
    if config["region"]:
        region = str(config["region"].value)
        ledger.say(
            "region",
            f"The requests are made in the region `{region}`; they do not name it themselves.",
            config["region"],
        )
    if config["plugins"]:
        ledger.say(
            "plugins",
            "Plugins look values up when ecspresso runs; placeholders stand for these values.",
            config["plugins"],
        )
    deploys = [config[key] for key in ("codedeploy", "appspec") if config[key]]
    if deploys:
        ledger.say(
            "codedeploy",
            "CodeDeploy rolls the service out, with hooks of its own; they are no part of a request.",
            *deploys,
        )


def _say_templates(found: list[Template], file: str) -> Iterator[Finding]:
    """Report the templates of a file, by what fills them in."""
    groups = {
        "templates": [one for one in found if one.function in ("env", "must_env")],
        "lookups": [one for one in found if one.function not in LOOKED_UP],
        "secret-arns": [one for one in found if one.function == "secretsmanager_arn"],
        "parameters": [one for one in found if one.function == "ssm"],
        "blocks": [one for one in found if one.function == "block"],
    }
    for code, some in groups.items():
        if some:
            cells = messages()[f"ecspresso.{code}"]
            names = ", ".join(dict.fromkeys(_told(one) for one in some))
            fields = tuple(Field(one.becomes or one.name, "", file, one.line, one.column) for one in some)
            text_ = f"{cells['note'].removesuffix('.')}: {names}."
            yield Finding(f"ecspresso.{code}", cells["level"], text_, cells.get("remedy", ""), fields)


def _told(one: Template) -> str:
    shown = f"`{one.becomes or one.name}`"
    if one.default in (None, "") or looks_secret(one.name):
        return shown
    return f"{shown} (or else `{one.default}`)"


def _typed(entry: Object, findings: list[Finding]) -> Object:
    """Take out placeholders where no text may stand, such as a number that only a variable knows."""
    out: list[Path] = []
    value = _without(entry.value, root(ECS, entry.kind), (), out)
    if out:
        cells = messages()["ecspresso.untyped"]
        fields = tuple(_field(entry, path) for path in out)
        names = listed(field.path for field in fields)
        said = f"A number or a truth value that only a variable knows was left out: {names}."
        findings.append(Finding("ecspresso.untyped", cells["level"], said, cells["remedy"], fields))
    return Object(entry.kind, value, entry.locate)


def _field(entry: Object, path: Path) -> Field:
    place = entry.locate(path) or Place("", 0, 0)
    words = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")
    return Field(words, entry.kind, place.file, place.line, place.column)


def _without(value: Any, node: Any, path: Path, out: list[Path]) -> Any:
    if isinstance(value, dict):
        fields = node.fields if node is not None and node.kind == "object" else {}
        inner = node.item if node is not None and node.kind == "map" else None
        made = {key: _without(entry, fields.get(key, inner), path + (key,), out) for key, entry in value.items()}
        return {key: entry for key, entry in made.items() if path + (key,) not in out}
    if isinstance(value, list):
        item = node.item if node is not None else None
        kept = [_without(entry, item, path + (place,), out) for place, entry in enumerate(value)]
        return [entry for place, entry in enumerate(kept) if path + (place,) not in out]
    if isinstance(value, str) and "${" in value and node is not None and node.kind not in ("string", "any", "json"):
        out.append(path)
    return value
