"""`report --summary` over many sources: where they come from, who does the work, how far it is, what is written."""
from __future__ import annotations

import contextlib
import importlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import click

from ..model import TranslatorError
from ..output import replace_file
from ..render.fleet import render_fleet
from .outcome import UNREAD, Outcome
from .running import summarize
from .sources import listed, repositories
from .state import appending, restored, settle

SECONDS = 5  # between two lines that say how far it is


@dataclass(frozen=True)
class Fleet:
    """What is asked for."""

    sources: tuple[str, ...]
    lists: tuple[str, ...] = ()
    environment: str | None = None
    format: str = "text"
    output: str | None = None
    jobs: int = 1
    dask: str | None = None

    @property
    def names(self) -> list[str]:
        """Give every source once."""
        found = [*(one for file in self.lists for one in listed(file)), *(one for each in self.sources for one in repositories(each))]
        return list(dict.fromkeys(found))

    @property
    def state(self) -> str | None:
        """Give the file that says what is done."""
        return f"{self.output}.state" if self.output else None


def run(fleet: Fleet, color: bool = False) -> list[dict[str, Any]]:
    """Summarize every source, write the rows, and give them."""
    names = fleet.names
    if not names:
        raise TranslatorError("there is no source; name one, or a list of them with --sources")
    known = restored(fleet.state) if fleet.state else {}
    found: dict[str, Outcome] = {}
    with workers(fleet) as (executor, renewed), appending(fleet.state) as keep:
        outcomes = summarize(names, fleet.environment, executor, known, renewed)
        for outcome in shown(outcomes, len(names)):
            found[outcome.source] = outcome
            if outcome is not known.get(outcome.source):
                keep(outcome)
    rows = [row for name in names for row in found[name].rows]
    _written(fleet, rows, color)
    if fleet.state:
        settle(fleet.state, (found[name] for name in names))
    return rows


def _written(fleet: Fleet, rows: list[dict[str, Any]], color: bool) -> None:
    content = render_fleet(rows, fleet.format, color)
    if fleet.output:
        replace_file(fleet.output, content)
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        sys.stdout.write(content)
    sys.stdout.flush()


@contextlib.contextmanager
def workers(fleet: Fleet) -> Iterator[tuple[Executor | None, Any]]:
    """Give an executor, and what makes another when its processes die."""
    if fleet.dask is not None:
        with dask_client(fleet.dask) as client:
            yield client.get_executor(), None
    elif fleet.jobs == 1:
        yield None, None
    else:
        with contextlib.ExitStack() as pools:
            yield pools.enter_context(pool(fleet.jobs)), lambda: pools.enter_context(pool(fleet.jobs))


def pool(jobs: int) -> ProcessPoolExecutor:
    """Start processes."""
    import multiprocessing

    from ..dividing.pool import method, start

    return ProcessPoolExecutor(jobs or os.cpu_count() or 1, multiprocessing.get_context(method()), start)


def dask_client(address: str) -> Any:
    """Connect to a Dask scheduler."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise TranslatorError("--dask needs Dask: pip install 'k8s-ecs-translator[dask]'") from error
    try:
        return distributed.Client(address, timeout="5s")
    except (OSError, ValueError, TimeoutError) as error:
        raise TranslatorError(f"{address}: there is no Dask scheduler: {error or type(error).__name__}") from error


def shown(outcomes: Iterable[Outcome], whole: int) -> Iterator[Outcome]:
    """Show how far it is: a bar on a terminal, a line now and then elsewhere."""
    if sys.stderr.isatty():
        with click.progressbar(outcomes, length=whole, label="sources", file=sys.stderr) as bar:
            yield from bar
        return
    last, done, bad = time.monotonic(), 0, 0
    for outcome in outcomes:
        done, bad = done + 1, bad + bool(outcome.error)
        if time.monotonic() - last >= SECONDS:
            last = time.monotonic()
            click.echo(f"{done:,} of {whole:,} sources, {bad:,} cannot be read", err=True)
        yield outcome


def code(rows: list[dict[str, Any]], fail_on: str) -> int:
    """Give 2 where a source cannot be read, 1 where a row has findings at or above a level."""
    if any(row["verdict"] == UNREAD for row in rows):
        return 2
    columns = {"info": ("errors", "warnings", "notes"), "warning": ("errors", "warnings"), "error": ("errors",)}.get(fail_on, ())
    return int(any(row[name] for row in rows for name in columns))
