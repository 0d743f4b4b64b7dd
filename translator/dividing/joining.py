"""Batches -> what one translation of everything would have given; says which of them touch."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..findings import ordered
from ..model import ECS, LEVELS, Document, Finding, Object
from ..render.findings import blocks, closing
from ..render.report import ApplicationReport
from ..secrecy import Veil
from ..writers.folders import files
from .pieces import Batch, Piece, Wanted
from .spool import Kept, Spool, joined


def touching(batches: dict[int, Batch]) -> list[set[int]]:
    """Give the batches that have to be translated as one: they have the same thing in two ways, or speak of one that both have."""
    seen: dict[int, tuple[int, int]] = {}
    pairs: list[tuple[int, int]] = []
    for number, batch in batches.items():
        tokens = batch.tokens
        for at in range(0, len(tokens), 2):
            token, value = tokens[at], tokens[at + 1]
            first, known = seen.setdefault(token, (number, value))
            if first != number and (known != value or token in batch.flagged or token in batches[first].flagged):
                pairs.append((first, number))
    if len(batches) > 1 and any(batch.open for batch in batches.values()):
        return [set(batches)]
    return _united(pairs)


def _united(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    groups: list[set[int]] = []
    for pair in pairs:
        near = [group for group in groups if not group.isdisjoint(pair)]
        groups = [group for group in groups if group.isdisjoint(pair)] + [set(pair).union(*near)]
    return groups


@dataclass
class Whole:
    """All that was translated: pieces in their order, findings, and how many there are."""

    platform: str
    wanted: Wanted
    sources: tuple[str, ...]
    pieces: list[Piece] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    blocks: dict[str, Kept] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=lambda: dict.fromkeys(reversed(LEVELS), 0))
    applications: set[str] = field(default_factory=set)
    reports: list[ApplicationReport] = field(default_factory=list)
    rest: tuple[Finding, ...] = ()
    veil: Veil = Veil()
    placeholders: frozenset[str] = frozenset()

    def document(self) -> Document:
        """Give the output as plain data."""
        entries = tuple(Object(one.kind, one.content, application=one.application) for one in self.pieces)
        return Document(self.platform, entries, placeholders=self.placeholders)

    def stream(self) -> Iterable[str]:
        """Give the output as one text, bit by bit."""
        if self.platform != ECS:
            return joined((one.content for one in self.pieces), "---\n")
        return _json(self.pieces)

    def files(self) -> dict[str, Any]:
        """Give the output's files; their texts may still be put aside."""
        ending = "json" if self.platform == ECS else "yaml"
        entries = (Object(one.kind, {"name": one.name, "piece": one}, application=one.application) for one in self.pieces)
        return files(Document(self.platform, tuple(entries)), lambda one: one.value["piece"].stem, ending,
                     lambda value: value["piece"].content)

    def said(self) -> Iterable[str]:
        """Give the findings as a terminal shows them."""
        wanted = self.wanted
        yield from (str(self.blocks[name]) for name in sorted(self.blocks))
        yield from (text for _, text in blocks(self.findings, wanted.color, wanted.width, wanted.verbose))
        yield closing(self.levels, len(self.applications), wanted.width, wanted.verbose, wanted.color)


def _json(pieces: list[Piece]) -> Iterable[str]:
    """Write one JSON document as `json.dumps` would: its kinds, and their requests, in order."""
    if not pieces:
        yield "{}\n"
    kind = ""
    for one in pieces:
        text = str(one.content)[:-1].replace("\n", "\n    ")
        lead = ("\n  ],\n" if kind else "{\n") + f'  "{one.kind}": [\n    ' if one.kind != kind else ",\n    "
        yield lead + text
        kind = one.kind
    if pieces:
        yield "\n  ]\n}\n"


def aside(batch: Batch, spool: Spool) -> Batch:
    """Put the texts of a batch where they do not fill the memory."""
    batch.pieces = [one._replace(content=spool.keep(one.content)) if isinstance(one.content, str) else one for one in batch.pieces]
    batch.blocks = {name: spool.keep(text) for name, text in batch.blocks.items()}  # type: ignore[misc]
    return batch


def whole(batches: dict[int, Batch], about: Whole) -> Whole:
    """Join batches."""
    found: dict[tuple, Piece] = {}
    for batch in batches.values():
        for one in batch.pieces:
            at = one.order[:3] if about.platform == ECS else (one.kind, *one.order)
            if at not in found or one.order < found[at].order:
                found[at] = one
    about.pieces = sorted(found.values(), key=lambda one: one.order)
    _said(batches.values(), about)
    there, made = ([batch.placeholders[side] for batch in batches.values()] for side in (0, 1))
    about.placeholders = frozenset().union(*made) - frozenset().union(*there)
    reports = sorted((pair for batch in batches.values() for pair in batch.reports), key=lambda pair: pair[0])
    about.reports = [report for _, report in reports]
    return about


def _said(batches: Iterable[Batch], about: Whole) -> None:
    findings, rest = list(about.findings), list(about.findings)
    for batch in batches:
        findings += batch.findings
        rest += batch.rest
        about.applications |= batch.applications
        about.blocks.update(batch.blocks)  # type: ignore[arg-type]
        for level, count in batch.levels.items():
            about.levels[level] += count
    for one in about.findings:
        about.levels[one.level] += 1
    about.findings, about.rest = ordered(findings), ordered(rest)
