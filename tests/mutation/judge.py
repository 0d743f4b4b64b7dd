"""A mutant -> the first test that notices it, in a process of its own: what is broken there is gone with it."""
from __future__ import annotations

import os
import signal
import sys
from typing import Callable

SECONDS = 120


def forked(judge: Callable[[], str]) -> str:
    """Run a judge in a child; gives what it says: the name of what noticed, or nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _child(judge, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return said or (f"ended by signal {status & 127}" if status & 127 else "")


def _child(judge: Callable[[], str], writing: int) -> None:
    """Say what the judge says, quietly, and end without any clean-up."""
    signal.alarm(SECONDS)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    try:
        said = judge()
    except BaseException as error:  # whatever breaks has noticed
        said = f"{type(error).__name__}: {error}"[:200]
    os.write(writing, said.encode())
    os._exit(0)


def forget() -> None:
    """Empty every cache that was filled from the tables; the tables themselves and the official schemas stay."""
    for name, module in list(sys.modules.items()):
        if name.startswith("translator") and name not in ("translator.nodes", "translator.schema"):
            for attribute in list(vars(module).values()):
                if hasattr(attribute, "cache_clear") and attribute.__name__ != "tables":
                    attribute.cache_clear()


def tests(names: list[str], *more: object) -> str:
    """Run tests by their ids until one fails; gives its name."""
    import pytest

    class First:
        failed = ""

        def pytest_runtest_logreport(self, report):
            if report.failed and not self.failed:
                self.failed = report.nodeid

        def pytest_collectreport(self, report):
            if report.failed and not self.failed:
                self.failed = f"collecting {report.nodeid}"

    first = First()
    code = pytest.main(["-q", "-x", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", *names], [first])
    return first.failed or (f"pytest ended with {code}" if code not in (0, 5) else "")
