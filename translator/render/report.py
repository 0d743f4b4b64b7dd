"""What a report says, application by application <-> every format it is rendered in.

Plain values only: whoever fills a `Report` has translated already, and every renderer reads nothing else.
What follows from the findings (the counts, the verdict, the steps to do by hand) is derived here, so that no two
formats can disagree about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from translator.model import ERROR, WARNING, Field, Finding
from translator.render.levels import count_levels, is_gone, worst_first

EXACTLY, ADAPTED, LOSSES, CANNOT = "carries over exactly", "with adaptations", "with losses", "cannot move"
VERDICTS = (EXACTLY, ADAPTED, LOSSES, CANNOT)
PLATFORMS = {"kubernetes": "Kubernetes", "ecs": "Amazon ECS"}

# The places of the diagram, in the order in which a request passes them; scaling and configuration stand beside.
GROUPS = ("entry", "network", "workload", "scaling", "configuration", "storage", "other")


@dataclass(frozen=True)
class Share:
    """How many leaves of the input are carried as they are, are carried in another form, and are lost."""

    exact: int = 0
    adapted: int = 0
    lost: int = 0

    @property
    def total(self) -> int:
        """Count all leaves."""
        return self.exact + self.adapted + self.lost

    @property
    def percent(self) -> int:
        """Give the part that is carried, rounded down: 100 is said only when nothing is lost."""
        return 100 * (self.exact + self.adapted) // self.total if self.total else 100


@dataclass(frozen=True)
class SourceText:
    """A stretch of an input file, as it was read; secret values are expected to be blotted out already."""

    file: str
    text: str
    first_line: int = 1


@dataclass(frozen=True)
class Link:
    """One line of an output (counted from 1), the input lines it comes from, and the row that carried it."""

    line: int
    inputs: tuple[tuple[str, int], ...] = ()
    code: str = ""


@dataclass(frozen=True)
class OutputText:
    """One output file: its name, its text, and where its lines come from."""

    name: str
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Part:
    """One box of the diagram: `Deployment`, `web`, and one of GROUPS."""

    kind: str
    name: str
    group: str = "other"


@dataclass(frozen=True)
class Column:
    """One column of a simulation's table, and the platform it speaks of, if it speaks of one."""

    name: str
    platform: str = ""


@dataclass(frozen=True)
class Simulation:
    """What each side will do, computed: a table whose first column is plotted against the numeric others."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""
    plot: bool = True


@dataclass(frozen=True)
class Step:
    """One thing to do by hand, and the findings that ask for it."""

    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class ApplicationReport:
    """All that is said of one application."""

    name: str
    namespace: str = ""
    source: str = ""
    findings: tuple[Finding, ...] = ()
    share: Share = Share()
    inputs: tuple[SourceText, ...] = ()
    outputs: tuple[OutputText, ...] = ()
    before: tuple[Part, ...] = ()
    after: tuple[Part, ...] = ()
    simulation: tuple[Simulation, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Count the findings by level, worst first."""
        return count_levels(self.findings)

    @property
    def verdict(self) -> str:
        """Say in one of VERDICTS how the application moves."""
        return verdict(self.findings, self.share)

    @property
    def manual_steps(self) -> tuple[str, ...]:
        """List what is left to do by hand, most pressing first."""
        return tuple(step.text for step in self.checklist)

    @property
    def checklist(self) -> tuple[Step, ...]:
        """List what is left to do by hand, and which findings ask for it."""
        return checklist(self.findings)


@dataclass(frozen=True)
class Report:
    """All applications of the sources, and the findings that belong to none of them."""

    applications: tuple[ApplicationReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    platform_from: str = "kubernetes"
    platform_to: str = "ecs"
    sources: tuple[str, ...] = ()

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Give every finding, those of no application last."""
        return tuple(entry for application in self.applications for entry in application.findings) + self.findings

    @property
    def counts(self) -> dict[str, int]:
        """Count all findings by level, worst first."""
        return count_levels(self.all_findings)

    @property
    def verdicts(self) -> dict[str, int]:
        """Count the applications by verdict."""
        reached = [application.verdict for application in self.applications]
        return {name: reached.count(name) for name in VERDICTS}


def verdict(findings: Iterable[Finding], share: Share = Share()) -> str:
    """Judge how an application moves, from what was found and what was carried.

    An error is a loss of security or data, or output that the platform refuses: as it stands, the application
    cannot move, and its steps say what has to come first. A field that runs something and is gone is a loss. What is
    changed, has to be filled in, or needs a hand is an adaptation; notes about what the other side does by itself are
    not.
    """
    findings = tuple(findings)
    if any(finding.level == ERROR for finding in findings):
        return CANNOT
    loud = [finding for finding in findings if finding.level == WARNING]
    if share.lost or any(is_gone(entry) for finding in loud for entry in finding.fields):
        return LOSSES
    changed = loud or share.adapted or any(_changes(entry) for finding in findings for entry in finding.fields)
    return ADAPTED if changed else EXACTLY


def checklist(findings: Iterable[Finding]) -> tuple[Step, ...]:
    """List the remedies once each, those of errors first."""
    asked: dict[str, list[Finding]] = {}
    for finding in worst_first(findings):
        if finding.remedy:
            asked.setdefault(finding.remedy, []).append(finding)
    return tuple(Step(text, tuple(found)) for text, found in asked.items())


def _changes(entry: Field) -> bool:
    """Tell whether the other side holds a different value."""
    return entry.becomes is not None and entry.becomes != entry.was


def first_sentence(text: str) -> str:
    """Give a text's first sentence."""
    head, dot, _ = text.partition(". ")
    return head + "." if dot else text


def heading(report: Report) -> str:
    """Name the direction: `Kubernetes to Amazon ECS`."""
    return f"{_platform(report.platform_from)} to {_platform(report.platform_to)}"


def _platform(key: str, names: Mapping[str, str] = PLATFORMS) -> str:
    return names.get(key, key)
