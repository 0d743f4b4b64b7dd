"""The public functions: text and objects in, the other platform's document, findings and residue out."""
from __future__ import annotations

import functools
import os
from dataclasses import dataclass, field, replace
from typing import Any, Iterable, NamedTuple

from . import environment as environments
from . import findings as found
from . import schema
from .collecting import uncollected
from .engine import OTHER, Law, carry
from .hubs import ecs, k8s, names
from .hubs.application import Application, Part, identity
from .model import ECS, KUBERNETES, Document, Field, Finding, Object
from .neighbours import group_of, neighbours
from .objects import code_of
from .placeholders import added
from .residue import Residue, of_applications
from .secrecy import Veil, shown, veil_of
from .settle import launch_type, settle
from .trees import Path, Tree, keyed, leaves, without

HUBS = {KUBERNETES: k8s, ECS: ecs}
WIRE = {KUBERNETES: k8s.wire, ECS: ecs.wire}


class Carried(NamedTuple):
    """One application on its way: as it was read, its law, and as it comes out."""

    application: Application
    law: Law
    output: Application
    renames: names.Renames
    settled: dict[str, str]


@dataclass(frozen=True)
class Translation:
    """What a document became: the other platform's document, what was found, and what did not come along."""

    output: Document
    findings: tuple[Finding, ...]
    platform: str
    carried: tuple[Carried, ...] = field(repr=False, default=())
    loose: tuple[Object, ...] = field(repr=False, default=())

    @functools.cached_property
    def residue(self) -> Residue:
        """Give what the other side cannot say; handed to `translate` on the way back it makes the round trip exact."""
        return of_applications(self.platform, self.carried, self.loose)

    def origin(self, path: Iterable[str | int]) -> tuple[Field, ...]:
        """Find where an output value came from.

        `path` starts with an object as findings name it (`services/web`, `Deployment/web`), then keys and indexes.
        """
        from .provenance import origin

        return origin(self, tuple(path))


def translate(document: Document, environment: dict | str | os.PathLike | None = None, residue: Any = None) -> Translation:
    """Translate a document to the other platform.

    `environment` is a dict or a file (see the environment document); `residue` what an earlier translation the other
    way could not say. Raises ReadError for an environment that is not valid; everything else is a finding.
    """
    with uncollected():
        return _translate(document, environments.load(environment), residue)


def _translate(document: Document, settings: dict, residue: Any, veil: Veil | None = None) -> Translation:
    platform = document.platform
    reads, said, unfilled = canonical(document)
    applications, loose = HUBS[platform].group(reads)
    given = Residue.of(residue)
    fitting = names.fitting(applications, platform, lambda one: _filled(one, unfilled))
    named = [_as_given(one, given) for one in fitting]
    settled = [_settled(one, platform, given) for one in named]
    known = {**settings, "neighbours": neighbours(named, settled, platform, loose, settings)}
    carried = [_carry(one, words, platform, known, given) for one, words in zip(named, settled, strict=True)]
    output = HUBS[OTHER[platform]].ungroup([one.output for one in carried]) + given.loose
    said += _reports(carried, platform) + [about_loose(read) for read in loose]
    result = Document(OTHER[platform], tuple(output))
    result = replace(result, placeholders=added(document, result))
    said += _attributed(result, carried)
    veil = veil_of(document) if veil is None else veil
    said = [*document.findings, *_placed(said, carried)]
    return Translation(result, found.ordered(map(veil.finding, said)), platform, tuple(carried),
                       tuple(read.entry for read in loose))


def canonical(document: Document) -> tuple[list, list[Finding], dict[int, list[Path]]]:
    """Bring every object into canonical form; gives objects, what that form cannot keep, and placeholders by object.

    A placeholder stands where the schema wants a number: nothing can be made of it until it is filled in.
    """
    said: list[Finding] = []
    trees: list[tuple[Object, Tree]] = []
    unfilled: dict[int, list[Path]] = {}
    for entry in document.entries:
        tree, problems = schema.canonical(document.platform, entry.kind, entry.value)
        trees.append((entry, tree))
        for problem in problems:
            said.append(_problem(entry, *problem))
            if problem[1] == "placeholder":
                unfilled.setdefault(id(entry), []).append(_whole(keyed(tree, problem[0])))
    reads = ecs.keyed(trees) if document.platform == ECS else [k8s.Read(entry, tree) for entry, tree in trees]
    return reads, said, unfilled


def _whole(path: Path) -> Path:
    """Give the entry that a placeholder identifies, where it does: without it the entry is nothing."""
    return path[:-1] if path[-2:-1] and path[-2].startswith(("${", "{{", "<")) else path


def _filled(application: Application, unfilled: dict[int, list[Path]]) -> Tree:
    """Give an application's tree without the placeholders that stand for numbers."""
    tree = application.tree
    for part in application.parts if unfilled else ():
        for path in unfilled.get(id(part.origin), ()):
            tree = without(tree, part.at + path)
    return tree


def _problem(entry: Object, path: tuple, code: str, words: str) -> Finding:
    place = entry.locate(path)
    at = {"file": place.file, "line": place.line, "column": place.column} if place else {}
    shown = Field(schema.show_path(path), identity(entry), **at)
    cells_text = f"{shown.path}: {words}" if words else ""
    return found.message(f"translation.{code}", cells_text, [shown])


def _as_given(named: tuple[Application, names.Renames], given: Residue) -> tuple[Application, names.Renames]:
    """Give an application the names of its input where a residue says that the other side took them."""
    application, renames = named
    if renames.name not in given.patches:
        return named
    return Application(renames.name, application.namespace, renames.original, application.parts), renames


def _settled(named: tuple[Application, names.Renames], platform: str, given: Residue) -> dict[str, str]:
    application, renames = named
    settled = settle(application.tree, platform)
    known = given.settled.get(renames.name)
    return settled if known is None else {**settled, "group": "", **known}


def _carry(
    named: tuple[Application, names.Renames], settled: dict[str, str], platform: str, settings: dict, given: Residue
) -> Carried:
    application, renames = named
    tree = HUBS[platform].arranged(application.tree)
    settled = {**without(settled, ("group",)), **group_of(settings["neighbours"], settled["name"])}
    law = carry(tree, platform, {**settings, **_preferred(settled, platform, settings)}, WIRE)
    there = given.back_into(renames.name, law.there)
    return Carried(application, law, Application(application.name, application.namespace, there), renames, settled)


def _preferred(settled: dict[str, str], platform: str, settings: dict) -> dict[str, str]:
    """Let the environment's launch type go before the one that the input suggests."""
    wanted = launch_type(settings) if platform == KUBERNETES else None
    return {**settled, "launchType": wanted} if wanted else settled


def _reports(carried: list[Carried], platform: str) -> list[Finding]:
    said = []
    for one, elsewhere in zip(carried, accounted(carried), strict=True):
        said += found.of_law(one.application, one.law, platform, elsewhere) + one.renames.findings(one.application)
    return said


def accounted(carried: list[Carried]) -> list[frozenset]:
    """Give, by application, the paths of shared objects that did not get lost with every application."""
    by_object: dict[int, list[set]] = {}
    for one in carried:
        for part in one.application.parts:
            if part.shared or len(by_object.get(id(part.origin), ())):
                lost = {path[len(part.at):] for path, _ in one.law.lost if path[:len(part.at)] == part.at}
                by_object.setdefault(id(part.origin), []).append(lost)
    made = []
    for one in carried:
        kept: set = set()
        for part in one.application.parts:
            everywhere = set.intersection(*by_object[id(part.origin)]) if id(part.origin) in by_object else None
            if everywhere is not None:
                kept |= {
                    path
                    for path, _ in one.law.lost
                    if path[: len(part.at)] == part.at and path[len(part.at) :] not in everywhere
                }
        made.append(frozenset(kept))
    return made


def about_loose(read: Any) -> Finding:
    """Report an object that belongs to no application: one finding, whose fields are all that it says."""
    entry, platform = read.entry, KUBERNETES if isinstance(read, k8s.Read) else ECS
    part = Part((), (), entry, platform)
    kind = secret_slot(entry.kind)
    fields = [part.field(path, shown((*kind, *path), value)) for path, value in leaves(read.tree)]
    known = entry.kind in KNOWN or entry.kind in found.rows.tables()["kinds"]
    code = why_loose(read) or code_of(entry) or f"translation.{'no-workload' if known else 'unknown-kind'}"
    words = found.rows.messages()[code]["note"]
    return found.message(code, f"{identity(entry)}: {words}", fields)


def why_loose(read: Any) -> str | None:
    """Tell a workload that runs nothing from an object that nothing runs behind."""
    kind = read.entry.kind
    if kind in k8s.WORKLOADS or kind == "taskDefinitions":
        return f"translation.{'repeated-object' if isinstance(read, k8s.Read) and k8s.runs(read) else 'no-containers'}"
    return "translation.no-task-definition" if kind == "services" else None


def secret_slot(kind: str) -> tuple[str, ...]:
    """Give the path under which values of such an object are known to be secret."""
    return {"Secret": ("secrets", ""), "secrets": ("secrets", ""), "parameters": ("parameters", "")}.get(kind, ())


KNOWN = (
    frozenset(k8s.WORKLOADS)
    | frozenset(k8s.SLOT_OF)
    | frozenset(ecs.SINGLE)
    | frozenset(ecs.REFERRED)
    | frozenset(ecs.REFERRING)
)


def _attributed(output: Document, carried: list[Carried]) -> list[Finding]:
    """Check the output, and say of each finding to which application it belongs."""
    from .limits import broken

    labels = {one.application.name: found.label(one.application) for one in carried}
    return [replace(finding, application=labels.get(entry.application, "")) for entry, finding in broken(output)]


def _placed(said: list[Finding], carried: list[Carried]) -> list[Finding]:
    """Say of findings about an object of the input to which application it belongs, where only one has it."""
    owners: dict[tuple, set[str]] = {}
    for one in carried if any(not finding.application for finding in said) else ():
        for part in one.application.parts:
            owners.setdefault(_begin(part), set()).add(found.label(one.application))
    return [finding if finding.application else replace(finding, application=_owner(finding, owners)) for finding in said]


def _begin(part: Part) -> tuple:
    place = part.origin.locate(())
    return (part.label, place.file, place.line) if place else (part.label, "", 0)


def _owner(finding: Finding, owners: dict[tuple, set[str]]) -> str:
    """Find the application of the object of that name that begins nearest before the first field."""
    first = finding.fields[0] if finding.fields else Field("")
    near = [key for key in owners if key[:2] == (first.object, first.file) and key[2] <= first.line]
    labels = owners[max(near)] if near else set()
    return next(iter(labels)) if len(labels) == 1 else ""


def check(document: Document) -> tuple[Finding, ...]:
    """Find what the document's own platform would refuse."""
    from .limits import check as limits

    return limits(document)
