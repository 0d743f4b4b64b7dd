"""Two ways to do something -> how many times longer, or larger, the one is: pair by pair, so that both see the same machine."""
from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATHS = os.pathsep.join([str(ROOT), str(ROOT / "benchmarks")])
# As where it is installed, modules stand there compiled.
KEPT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT = {**KEPT, "PYTHONPATH": PATHS}


Act = Callable[[], Any]


def processor(act: Act) -> float:
    """Give the seconds that processors work on something here: others who want them change little about that."""
    start = time.process_time()
    act()
    return time.process_time() - start


def processor_of_processes(act: Act) -> float:
    """Give the seconds that processors work on the processes that something starts and waits for."""
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime


def wall(act: Act) -> float:
    """Give how long something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def process(*command: str, alone: bool = False) -> None:
    """Run a whole process, whose words nobody needs; `alone` without this project's modules."""
    environment = KEPT if alone else ENVIRONMENT
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=True)


def ratio(one: Act, other: Act, runs: int, clock: Callable[[Act], float] = processor) -> tuple[float, float, float]:
    """Give the median ratio of pairs, and the median seconds of each; what runs first changes, the first pair does not count."""
    pairs = []
    for number in range(runs + (runs > 1)):
        order = (one, other) if number % 2 else (other, one)
        times = {id(act): clock(act) for act in order}
        pairs.append((times[id(one)], times[id(other)]))
    pairs = pairs[1:] if runs > 1 else pairs
    ratios = statistics.median(mine / its for mine, its in pairs)
    return ratios, statistics.median(mine for mine, _ in pairs), statistics.median(its for _, its in pairs)


def inside(code: str, *args: object) -> str:
    """Run some code of `work` in a process of its own; gives what it prints."""
    script = f"import sys, json, work; args = json.loads(sys.argv[1]); {code}"
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(args)], capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    return done.stdout.strip().splitlines()[-1]


def peak(command: list[str], input: bytes | None = None) -> tuple[int, float, int]:
    """Give the most memory, in KiB, of a process, the seconds that processors worked on it, and its exit code."""
    done = subprocess.Popen(
        command, stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
    )
    if input is not None and done.stdin:
        try:
            done.stdin.write(input)
            done.stdin.close()
        except BrokenPipeError:  # it has seen enough
            done.stdin = None
    _, status, usage = os.wait4(done.pid, 0)
    done.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss, usage.ru_utime + usage.ru_stime, done.returncode


def own_peak() -> int:
    """Give the most memory, in KiB, that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
