"""A conversion <-> its batches: survey, plan, translate, and again where two of them touch."""
from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field

from ..engine import OTHER
from ..model import ECS
from ..writers import FORMATS
from .components import Union, batches, components
from .joining import Whole, aside, touching, whole
from .pieces import Batch, Wanted
from .pool import workers
from .spool import Spool
from .units import Unit, units
from .worker import Survey, Task, _veil, related, survey, translate

Address = tuple[int, int]


@dataclass
class Plan:
    """What was found: the objects by address, their facts, and who has read them."""

    units: list[Unit]
    surveys: list[Survey]
    shares: list[list[int]]

    @property
    def platforms(self) -> set[str]:
        """Give the platforms of all that was read."""
        return {one.platform for one in self.surveys if one.facts}

    @property
    def addresses(self) -> list[Address]:
        """Give (unit, position within it) of every object, in the order of the input."""
        return [(number, place) for number, one in enumerate(self.surveys) for place in range(len(one.facts))]

    @property
    def homes(self) -> list[int]:
        """Give the worker who read each object."""
        reader = {number: worker for worker, share in enumerate(self.shares) for number in share}
        return [reader[number] for number, _ in self.addresses]


def divided(sources: tuple[str, ...], environment: str | None, wanted: Wanted, jobs: int, large: int) -> Whole | None:
    """Translate sources in batches; None where they have to be, or may as well be, translated as one.

    With one job that pays only for input of more than `large` bytes, which is then not kept in memory.
    """
    found = units(sources, jobs)
    if found is None or jobs < 2 and sum(one.size for one in found) <= large:
        return None
    task = Task(tuple(found), environment, wanted, keep=sum(one.size for one in found) <= large * jobs)
    try:
        return _in_batches(task, jobs, sources)
    except BrokenExecutor:  # a process was killed: what it did not do is done here
        return None


def _in_batches(task: Task, jobs: int, sources: tuple[str, ...]) -> Whole | None:
    found, wanted = list(task.units), task.wanted
    with workers(task, jobs) as processes:
        plan = _surveyed(found, processes)
        if plan is None or len(plan.platforms) != 1 or not _is_of(wanted.format, plan.platforms):
            return None
        return _translated(plan, task, processes, sources)


def _is_of(format_: str | None, platforms: set[str]) -> bool:
    """Whether a format is one of the other platform's; if not, that is said in the usual words."""
    return format_ is None or all(format_ in FORMATS[OTHER[platform]] for platform in platforms)


def _surveyed(found: list[Unit], processes: list[Executor]) -> Plan | None:
    shares = _shares(found, len(processes))
    answers = [process.submit(survey, share) for process, share in zip(processes, shares)]
    surveys: list[Survey] = []
    for answer in answers:
        one = answer.result()
        if one is None:
            return None
        surveys += one
    return Plan(found, surveys, shares)


def _shares(found: list[Unit], count: int) -> list[list[int]]:
    """Give each worker neighbours, of about as many bytes."""
    whole_size, before = sum(one.size for one in found) or 1, 0
    shares: list[list[int]] = [[] for _ in range(count)]
    for one in found:
        shares[min((before + one.size // 2) * count // whole_size, count - 1)].append(one.number)
        before += one.size
    return shares


def _planned(plan: Plan, processes: list[Executor]) -> list[tuple[int, list[int]]]:
    if plan.platforms == {ECS}:
        union = Union(len(plan.addresses))
        for several in processes[0].submit(related, plan.addresses).result():
            union.unite(several)
        return batches(union.sets(), plan.homes, len(processes))
    return batches(components([one for each in plan.surveys for one in each.facts]), plan.homes, len(processes))


def _translated(plan: Plan, task: Task, processes: list[Executor], sources: tuple[str, ...]) -> Whole:
    platform, = plan.platforms
    texts = frozenset().union(*(one.secrets for one in plan.surveys))
    names = frozenset().union(*(one.names for one in plan.surveys))
    runs = Runs(platform, plan.addresses, texts, names, processes)
    made = runs.all(dict(enumerate(_planned(plan, processes))))
    veil = _veil(texts | runs.more, names | runs.tainted)
    of_findings = veil if task.wanted.format else _veil(texts, names)
    findings = tuple(of_findings.finding(one) for each in plan.surveys for one in each.findings)
    return whole(made, Whole(OTHER[platform], task.wanted, sources, findings=findings, veil=veil))


@dataclass
class Runs:
    """Translates batches until none touches another, and none shows what is secret in another."""

    platform: str
    addresses: list[Address]
    texts: frozenset[str]
    names: frozenset[str]
    processes: list[Executor]
    more: frozenset[str] = frozenset()
    tainted: frozenset[str] = frozenset()
    spool: Spool = field(default_factory=Spool)

    def all(self, waiting: dict[int, tuple[int, list[int]]]) -> dict[int, Batch]:
        """Give the batches' translations by number."""
        plan: dict[int, tuple[int, list[int]]] = dict(waiting)
        made: dict[int, Batch] = {}
        while waiting:
            made |= self._each(waiting)
            groups = touching(made)
            waiting = {}
            for group in groups:
                first = min(group)
                home, members = plan[first][0], sorted(one for number in group for one in plan[number][1])
                for number in group:
                    del plan[number], made[number]
                plan[first] = waiting[first] = home, members
            if not waiting and self._learnt(made):
                waiting = dict(plan)
        return made

    def _learnt(self, made: dict[int, Batch]) -> bool:
        """Whether something turned out to be secret that other batches did not know of."""
        texts = frozenset().union(*(batch.secrets for batch in made.values()))
        tainted = frozenset().union(*(batch.tainted for batch in made.values()))
        new = not (texts <= self.more and tainted <= self.tainted)
        self.more, self.tainted = self.more | texts, self.tainted | tainted
        return new and len(made) > 1

    def _each(self, waiting: dict[int, tuple[int, list[int]]]) -> dict[int, Batch]:
        numbers: dict[Future, int] = {}
        made: dict[int, Batch] = {}
        for number, (home, members) in waiting.items():
            given = self.platform, [self.addresses[one] for one in members], self.texts, self.names, self.more, self.tainted
            future = self.processes[home].submit(translate, *given)
            if future.done():  # one batch after the other: nothing waits in memory
                made[number] = aside(future.result(), self.spool)
            else:
                numbers[future] = number
        while numbers:
            for future in wait(numbers, return_when=FIRST_COMPLETED).done:
                made[numbers.pop(future)] = aside(future.result(), self.spool)
        return dict(sorted(made.items()))
