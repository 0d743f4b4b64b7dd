"""Units and batches <-> what a process of its own makes of them: facts of what it reads, pieces of what it translates."""
from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .. import api, environment, readers
from ..collecting import uncollected
from ..hubs import ecs
from ..hubs.application import identity
from ..hubs.names import FITTING, kind_word
from ..model import ECS, KUBERNETES, Document, Field, Finding, ReadError
from ..readers import text as reader
from ..secrecy import SHORTEST, Veil, composed, secret_values, telling
from .facts import OF_ECS, Facts, divides, facts
from .pieces import Batch, Wanted, pieces
from .units import Unit


class Undivided(Exception):
    """What was read has to be read as one."""


class Survey(NamedTuple):
    """What is known of a unit once it was read: facts of each object, and what goes for all of them."""

    platform: str
    facts: tuple[Facts, ...]
    findings: tuple[Finding, ...]
    secrets: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True)
class Task:
    """What a worker is told once: where everything stands, and what is wanted of it."""

    units: tuple[Unit, ...]
    environment: str | None
    wanted: Wanted
    keep: bool


@dataclass
class State:
    """What a worker remembers: its task, and the objects of units that it has read."""

    task: Task
    read: dict[int, Document] = field(default_factory=dict)

    def document(self, number: int) -> Document:
        """Give what a unit holds, which may have to be read again."""
        if number not in self.read:
            self.remember(number, read(self.task.units[number]))
        return self.read[number]

    def remember(self, number: int, document: Document) -> None:
        """Keep what a unit holds: of all of them, or of the last few."""
        while not self.task.keep and len(self.read) >= RECENT:
            del self.read[next(iter(self.read))]
        self.read[number] = document

    def part(self, platform: str, addresses: list[tuple[int, int]]) -> Document:
        """Give some objects as a document of their own, with what reading said of them."""
        wanted: dict[int, set[int]] = {}
        for number, place in addresses:
            wanted.setdefault(number, set()).add(place)
        entries = tuple(self.document(number).entries[place] for number, place in addresses)
        said = (one for number, places in wanted.items() for place, one in placed(self.document(number)) if place in places)
        return Document(platform, entries, tuple(said))


RECENT = 8  # units; batches follow the order of the input
_STATE: list[State] = []


def begin(task: Task) -> None:
    """Start a worker."""
    _STATE[:] = [State(task)]


def survey(numbers: list[int]) -> list[Survey] | None:
    """Read units and say what they hold; None where one cannot be read on its own."""
    try:
        with uncollected():
            return [_surveyed(_STATE[0], number) for number in numbers]
    except (Undivided, ReadError, OSError):  # all at once, it will be read again, and said in the usual words
        return None


def _surveyed(state: State, number: int) -> Survey:
    document = read(state.task.units[number])
    state.remember(number, document)
    reads = api.canonical(Document(document.platform, document.entries))[0]
    of_kubernetes = document.platform == KUBERNETES
    alone = len(state.task.units) == 1 and {one.kind for one in document.entries} <= OF_ECS
    if not (all(map(divides, reads)) if of_kubernetes else alone):
        raise Undivided
    known = tuple(map(facts, reads)) if of_kubernetes else (Facts(("", "", "")),) * len(reads)
    rest = tuple(one for place, one in placed(document) if place is None)
    return Survey(document.platform, known, rest, frozenset(secret_values(document)), frozenset(composed(document)))


def placed(document: Document) -> Iterator[tuple[int | None, Finding]]:
    """Give what reading said, each with the position of the object that it is about: the nearest of that name before it."""
    where = [(identity(entry), entry.locate(())) for entry in document.entries] if document.findings else []
    for one in document.findings:
        first = one.fields[0] if one.fields else Field("")
        near = [
            (place.line, position) for position, (label, place) in enumerate(where)
            if place and (label, place.file) == (first.object, first.file) and place.line <= first.line
        ]
        yield max(near, default=(0, None))[1], one


def read(unit: Unit) -> Document:
    """Read one unit, as `readers.gather` reads it among others; raises Undivided where that needs more than the unit."""
    try:
        documents = list(_documents(unit))
    except ReadError as error:
        if not unit.in_folder or unit.part:
            raise
        return Document(KUBERNETES, (), (readers._unreadable(error, unit.file),))
    platforms = {document.platform for document in documents if document.entries}
    if len(platforms) > 1:
        raise Undivided
    if platforms == {ECS} and len(documents) > 2:  # what several documents repeat is taken once
        raise Undivided
    entries = tuple(entry for document in documents for entry in document.entries)
    return Document(min(platforms, default=KUBERNETES), entries, tuple(one for document in documents for one in document.findings))


def _documents(unit: Unit) -> Iterator[Document]:
    content = unit.content()
    if readers._templated(content, unit.file):
        raise Undivided
    if unit.start and _says_nothing(content):
        return
    sources, findings = reader.load(content, unit.file)
    yield Document(KUBERNETES, (), tuple(findings))
    for source in sources:
        if _format(source.value) not in ("kubernetes", "ecs", None):
            raise Undivided
        yield readers._of_source(source, {})


def _says_nothing(content: bytes) -> bool:
    """Whether a stretch holds nothing but comments and marks."""
    return all(line.partition(b"#")[0].strip() in (b"", b"---", b"...") for line in content.splitlines())


def _format(value: Any) -> str | None:
    if isinstance(value, dict) and isinstance(value.get("residue"), str):
        raise Undivided
    modules = ((name, importlib.import_module(f"..readers.{name}", __package__)) for name in readers.FORMATS)
    return next((name for name, module in modules if module.recognises(value)), None)


def related(addresses: list[tuple[int, int]]) -> list[list[int]]:
    """Give which requests of an ECS document belong together: what is one application, and what is called the same."""
    state = _STATE[0]
    reads = api.canonical(state.part(ECS, addresses))[0]
    positions = {id(one.entry): position for position, one in enumerate(reads)}
    same: dict[tuple, list[int]] = {}
    for position, one in enumerate(reads):
        if one.entry.kind != "scalingPolicies":  # they are named after what they track, within their service
            same.setdefault((one.entry.kind, _plain(one.key)), []).append(position)
    groups = []
    for one in ecs.group(reads)[0]:
        groups.append([positions[id(part.origin)] for part in one.parts if id(part.origin) in positions])
        for name in {_plain(one.name), _plain(f"{kind_word(one.tree)}-{one.name}")}:
            same.setdefault(("", FITTING[ECS](name)), []).extend(groups[-1][:1])
    return groups + list(same.values())


def _plain(name: str) -> str:
    """Give a name as it was before it was made different from others."""
    while name.endswith("-2"):
        name = name.removesuffix("-2")
    return name


def translate(
    platform: str, addresses: list[tuple[int, int]], texts: frozenset[str], names: frozenset[str],
    more: frozenset[str], tainted: frozenset[str],
) -> Batch:
    """Translate a batch; `texts` and `names` are secret in all that was read, `more` and `tainted` in all that was written."""
    state = _STATE[0]
    with uncollected():
        document = state.part(platform, addresses)
        veil = _veil(texts, names)
        translation = api._translate(document, environment.load(state.task.environment), None, veil)
        own = frozenset(secret_values(translation.output)) - texts
        put_in = frozenset(composed(translation.output)) - names
        beyond = own | more
        whole = _veil(texts | beyond, names | tainted | put_in) if beyond or tainted or put_in else veil
        return pieces(document, translation, whole, state.task.wanted, own, put_in)


def _veil(texts: frozenset[str], names: frozenset[str]) -> Veil:
    return Veil(tuple(filter(telling, texts)), frozenset(text for text in texts if len(text) >= SHORTEST), names)
