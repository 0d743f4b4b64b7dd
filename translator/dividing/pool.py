"""Workers <-> processes, each with a memory of its own, by the standard library's executors; or this process alone."""
from __future__ import annotations

import contextlib
import multiprocessing
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any, Callable, Iterator

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
    started = [ProcessPoolExecutor(1, context, begin, (task,)) for _ in range(jobs)]
    try:
        yield list(started)
    finally:
        for one in started:
            one.shutdown(wait=False, cancel_futures=True)


def method() -> str:
    """Choose how processes start: forked by a server without threads where there is one, else afresh."""
    known = multiprocessing.get_all_start_methods()
    if "forkserver" not in known:
        return "spawn"
    multiprocessing.set_forkserver_preload(["translator.dividing.preloaded"])
    return "forkserver"
