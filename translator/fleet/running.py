"""Sources <-> tasks of an executor: batches worth sending, one outcome for each source, whatever dies on the way."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from .outcome import Outcome, failed, summaries
from .sources import about as said_about
from .sources import weight

BYTES, MOST = 100_000, 50  # of a batch: what takes a tenth of a second or two, however small the sources are
AHEAD = 32  # batches at an executor: when a process dies, all of them are tried again


def summarize(
    sources: Iterable[str],
    environment: str | None = None,
    executor: Executor | None = None,
    known: Mapping[str, Outcome] | None = None,
    renewed: Callable[[], Executor] | None = None,
) -> Iterator[Outcome]:
    """Give the outcome of every source, each once, as they come.

    `known` are outcomes of an earlier run: they stand where a source has not changed since. An executor whose process died
    takes no more work; `renewed` makes another. A source that was at work when one died is tried again by itself.
    """
    names, before, about = list(dict.fromkeys(sources)), dict(known or {}), said_about(environment)
    if executor is None:
        for batch in batches(names):
            yield from _named(batch, summaries(batch, environment, about, _digests(batch, before)), before)
        return
    yield from Tasks(executor, renewed, environment, about, before).run(batches(names))


def batches(sources: Iterable[str]) -> Iterator[list[str]]:
    """Put small sources together."""
    batch: list[str] = []
    size = 0
    for one in sources:
        heavy = weight(one)
        if batch and (size + heavy > BYTES or len(batch) >= MOST):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += heavy
    if batch:
        yield batch


def _digests(batch: list[str], before: Mapping[str, Outcome]) -> dict[str, str]:
    return {one: before[one].digest for one in batch if one in before}


def _named(batch: list[str], found: list[Outcome | None], before: Mapping[str, Outcome]) -> Iterator[Outcome]:
    """Give outcomes; where nothing changed, the one that was known."""
    for source, outcome in zip(batch, found, strict=True):
        yield before[source] if outcome is None else outcome


class Tasks:
    """Batches at work."""

    def __init__(
        self, executor: Executor, renewed: Callable[[], Executor] | None, environment: str | None, about: str, before: dict[str, Outcome]
    ):
        self.executor, self.renewed = executor, renewed
        self.environment, self.about, self.before = environment, about, before
        self.waiting: dict[Future, list[str]] = {}
        self.suspects: list[str] = []

    def run(self, more: Iterator[list[str]]) -> Iterator[Outcome]:
        """Keep the executor busy, and give what it has done."""
        try:
            yield from self._run(more)
        finally:
            for future in self.waiting:
                future.cancel()

    def _run(self, more: Iterator[list[str]]) -> Iterator[Outcome]:
        left = True
        while left or self.waiting:
            while left and len(self.waiting) < AHEAD:
                batch = next(more, None)
                left = batch is not None
                yield from self._submitted(batch) if batch is not None else ()
            done, _ = wait(self.waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield from self._finished(future, self.waiting.pop(future))
        yield from self._one_by_one()

    def _submitted(self, batch: list[str]) -> Iterator[Outcome]:
        """Send a batch; an executor that takes nothing any more, and has no successor, costs every source a row."""
        given = batch, self.environment, self.about, _digests(batch, self.before)
        try:
            try:
                future = self.executor.submit(summaries, *given)
            except RuntimeError:  # BrokenExecutor is one: a process died
                if self.renewed is None:
                    raise
                self.executor = self.renewed()
                future = self.executor.submit(summaries, *given)
        except RuntimeError as error:
            yield from (failed(one, _died(one, error)) for one in batch)
            return
        self.waiting[future] = batch

    def _finished(self, future: Future, batch: list[str]) -> Iterator[Outcome]:
        if future.exception() is None:
            yield from _named(batch, future.result(), self.before)
        else:
            self.suspects += batch

    def _one_by_one(self) -> Iterator[Outcome]:
        """Try again what was at work when a process died; what is at work alone then is what kills it."""
        for one in self.suspects:
            yield from self._submitted([one])
            for future in list(self.waiting):
                batch = self.waiting.pop(future)
                error = future.exception()
                yield from _named(batch, future.result(), self.before) if error is None else [failed(one, _died(one, error))]


def _died(source: str, error: BaseException) -> str:
    return f"{source}: the process that read it died: {type(error).__name__} {error}".rstrip()
