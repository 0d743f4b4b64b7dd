"""A translated batch <-> what is kept of it: texts of the output and of the findings, and by what it could touch others."""
from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

from ..api import Carried, Translation
from ..hubs.application import name_of
from ..limits.ecs_links import CONNECT, connect_names
from ..limits.values import entries, mapping
from ..model import ECS, Document, Finding, Object
from ..placeholders import names
from ..render.findings import blocks
from ..render.report import ApplicationReport
from ..rows import tables
from ..secrecy import Veil, masked
from ..writers.text import Writer, dump_json

# Said of what is not there: it may stand in another batch.
ABSENT = frozenset({"ecs-limits.reference-unknown", "ecs-limits.scaled-service", "ecs-limits.target-missing"})
LIMITS = ("ecs-limits.", "kubernetes-limits.")
# kind -> members of which no two requests may have the same values
ALONE = {
    "listeners": ("LoadBalancerArn", "Port"), "listenerRules": ("ListenerArn", "Priority"), "targetGroups": ("Name",),
    "services": ("cluster", "serviceName"),
}
NAME_LABEL = "app.kubernetes.io/name"


@dataclass(frozen=True)
class Wanted:
    """What a conversion wants of its batches."""

    secrets: bool = False
    format: str | None = None
    objects: bool = False  # plain data, for formats that look at all of it
    texts: bool = False  # plain text, ready to be joined
    findings: bool = False
    reports: bool = False
    beside: bool = False  # sources and outputs in the reports
    simulated: bool = False
    width: int = 100
    color: bool = False
    verbose: bool = False


class Piece(NamedTuple):
    """One object of the output: where it stands among all others, what it is, its text or its value."""

    order: tuple
    kind: str
    name: str
    stem: str
    application: str
    content: Any


@dataclass
class Batch:
    """What one batch came to."""

    pieces: list[Piece] = field(default_factory=list)
    tokens: array = field(default_factory=lambda: array("Q"))  # of what it has, and of what that is, in turn
    flagged: frozenset[int] = frozenset()
    open: bool = False
    secrets: frozenset[str] = frozenset()
    tainted: frozenset[str] = frozenset()
    blocks: dict[str, str] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    applications: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    reports: list[tuple[tuple, ApplicationReport]] = field(default_factory=list)
    rest: tuple[Finding, ...] = ()
    placeholders: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())  # of the input, of the output


def pieces(
    document: Document, translation: Translation, veil: Veil, wanted: Wanted, secrets: frozenset[str], tainted: frozenset[str]
) -> Batch:
    """Give what is kept of a translation; `secrets` and `tainted` are what its output alone showed to be secret."""
    output = translation.output if wanted.secrets else masked(translation.output, veil)
    said = tuple(map(veil.finding, translation.findings)) if wanted.format else translation.findings
    made = list(_pieces(output, wanted))
    numbers = array("Q", (digest(part) for pair in tokens(output, made) for part in pair))
    batch = Batch(made, numbers, _flagged(output, made, said), any(one.code in ABSENT for one in said), secrets, tainted)
    _findings(batch, said, wanted)
    if wanted.objects:
        batch.placeholders = _placeholders(document), _placeholders(output)
    if not (wanted.objects or wanted.texts):
        batch.pieces = []
    if wanted.reports:
        _reports(batch, document, translation, said, veil, wanted)
    return batch


def _placeholders(document: Document) -> frozenset[str]:
    return frozenset(names(entry.value for entry in document.entries))


def _findings(batch: Batch, said: tuple[Finding, ...], wanted: Wanted) -> None:
    """Keep findings as they are, or as a terminal shows them; those of no application are sorted among all others."""
    own = tuple(one for one in said if one.application)
    batch.findings = said if wanted.findings else tuple(one for one in said if not one.application)
    batch.applications = frozenset(one.application for one in own)
    for one in said:
        batch.levels[one.level] = batch.levels.get(one.level, 0) + 1
    if not wanted.findings:
        batch.blocks = dict(blocks(own, wanted.color, wanted.width, wanted.verbose))


def _reports(
    batch: Batch, document: Document, translation: Translation, said: tuple[Finding, ...], veil: Veil, wanted: Wanted
) -> None:
    from dataclasses import replace

    from .. import reporting

    whole = reporting.build(document, replace(translation, findings=said), (), wanted.beside, wanted.simulated, veil)
    batch.reports = list(zip(map(rank, translation.carried), whole.applications))
    batch.rest = whole.findings


def rank(one: Carried) -> tuple:
    """Give where an application stands among all: see hubs.names.fitting."""
    return one.application.namespace, one.renames.name, sorted(one.renames.original)


def _pieces(output: Document, wanted: Wanted) -> Iterator[Piece]:
    stem = _stems(output.platform)
    dump = dump_json if output.platform == ECS else Writer().document
    for position, entry in enumerate(output.entries):
        content = dump(entry.value) if wanted.texts else entry.value
        yield Piece(_order(entry, position), entry.kind, name_of(entry), stem(entry), entry.application, content)


def _stems(platform: str) -> Any:
    from ..writers import ecs
    from ..writers.folders import kebab

    return ecs._stem if platform == ECS else lambda entry: kebab(entry.kind)


def _order(entry: Object, position: int) -> tuple:
    kinds = tables()["kinds"]
    return (list(kinds).index(entry.kind), *entry.order) if entry.kind in kinds else (*entry.order, position)


# --- by what an output could touch another -----------------------------------------------------

def tokens(output: Document, made: list[Piece]) -> Iterator[tuple[Any, Any]]:
    """Give what no other batch may have, unless it has the very same."""
    for entry, piece in zip(output.entries, made):
        at = _place(output, entry, piece)
        yield at, piece.content if isinstance(piece.content, str) else dump_json(piece.content)
        for token in _tokens(entry.kind, mapping(entry.value)):
            yield token, at


def _place(output: Document, entry: Object, piece: Piece) -> tuple:
    """Give what no two objects of a document share."""
    own = entry.order[:2] if output.platform == ECS else (_namespace(mapping(entry.value)), piece.name)
    return (entry.kind, *own)


def _tokens(kind: str, value: dict) -> Iterator[tuple]:
    if kind in ALONE:
        yield (kind, "alone", *(str(value.get(member)) for member in ALONE[kind]))
    if kind == "services":
        for at, link in entries(mapping(value.get(CONNECT)).get("services")):
            yield from (("connect", *map(str, name)) for _, name in connect_names(value, at, link))
    elif kind == "HorizontalPodAutoscaler":
        target = mapping(mapping(value.get("spec")).get("scaleTargetRef"))
        yield "scales", _namespace(value), str(target.get("kind")), str(target.get("name"))
    elif kind == "Service":
        selector = mapping(mapping(value.get("spec")).get("selector"))
        yield from (("selects", _namespace(value), str(key), str(entry)) for key, entry in selector.items() if key == NAME_LABEL)


def _namespace(value: dict) -> str:
    return str(mapping(value.get("metadata")).get("namespace") or "")


def digest(value: Any) -> int:
    """Give a number that only the same value has."""
    content = (value if isinstance(value, str) else repr(value)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big")


def _flagged(output: Document, made: list[Piece], said: tuple[Finding, ...]) -> frozenset[int]:
    """Give the objects that a rule about the platform's limits speaks of."""
    labels = {one.object for found in said if found.code.startswith(LIMITS) for one in found.fields}
    objects = zip(output.entries, made)
    return frozenset(digest(_place(output, *one)) for one in objects if f"{one[1].kind}/{one[1].name}" in labels)
