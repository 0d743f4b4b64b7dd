"""Workers <-> processes, each with a memory of its own, by the standard library's executors; or this process alone."""
from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any

from .worker import Task, begin


class Here(Executor):
    """Runs everything at once, in this process."""

    def submit(self, act: Callable, /, *args: Any, **more: Any) -> Future:
        """Run, and give what is known already."""
        done: Future = Future()
        done.set_result(act(*args, **more))
        return done


@contextlib.contextmanager
def workers(task: Task, jobs: int) -> Iterator[list[Executor]]:
    """Start workers: one executor each, for what a worker has read it shall translate."""
    if jobs < 2:
        begin(task)
        yield [Here()]
        return
    context = multiprocessing.get_context(method())
    started = [ProcessPoolExecutor(1, context, start, (task,)) for _ in range(jobs)]
    try:
        yield list(started)
    finally:
        for one in started:
            one.shutdown(cancel_futures=True)


def start(task: Task | None = None) -> None:
    """Begin a worker's work; Ctrl-C ends it without a word, for the process that started it says that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if task is not None:
        begin(task)


def method() -> str:
    """Choose how processes start: forked by a server without threads where there is one, else afresh."""
    known = multiprocessing.get_all_start_methods()
    if "forkserver" not in known:
        return "spawn"
    multiprocessing.set_forkserver_preload(["translator.dividing.preloaded"])
    return "forkserver"
