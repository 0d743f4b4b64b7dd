"""Measures speed and memory as ratios within one run, and says of each goal whether it is met.

python benchmarks/run.py [--short] [--write]     # --write puts the table into docs/benchmarks.md
"""
from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import hotpath
import other
from manifests import EXAMPLE, ROOT, services
from measure import inside, peak, process, processor_of_processes, ratio, wall

PAGE = ROOT / "docs" / "benchmarks.md"
PYTHON = sys.executable
TOOL = (PYTHON, "-m", "translator")


class Line(NamedTuple):
    """One ratio; `goal` is the most it may be, or with `least` the least."""

    what: str
    ratio: float
    goal: float | None = None
    times: str = ""
    least: bool = False

    @property
    def verdict(self) -> str:
        """Say whether the goal is met."""
        if self.goal is None:
            return ""
        return "met" if (self.ratio >= self.goal if self.least else self.ratio <= self.goal) else "**not met**"


def timed(what: str, measured: tuple[float, float, float], goal: float | None = None, least: bool = False) -> Line:
    """Make a line of a ratio and its seconds."""
    found, mine, its = measured
    return Line(what, found, goal, f"{mine:.3g} s / {its:.3g} s", least)


def start_up(runs: int) -> Iterator[Line]:
    """Whole processes against an empty one."""
    calls = {
        "convert one manifest": (("convert", str(EXAMPLE), "--fail-on", "never"), 8),
        "--help": (("--help",), 6),
        "explain a code": (("explain", "rollout.bounds"), 6),
    }
    for name, (args, goal) in calls.items():
        found = ratio(lambda args=args: process(*TOOL, *args), lambda: process(PYTHON, "-c", "pass"), runs, processor_of_processes)
        yield timed(f"start: {name} / `python -c pass`", found, goal)


def throughput(count: int, runs: int) -> Iterator[Line]:
    """Translations against what loads and dumps the same documents."""
    words = "against_yaml(*args)", "against_json(*args)"
    yaml, plain = (tuple(json.loads(inside(f"print(json.dumps(work.{word}))", count, runs))) for word in words)
    yield timed(f"Kubernetes to ECS, {count:,} services / PyYAML's C loader and dumper", yaml, 1.0)
    yield timed(f"ECS to Kubernetes, {count:,} services / json load and dump", plain, 3.0)


def scaling(steps: list[tuple[int, int]]) -> Iterator[Line]:
    """Ten times the services against a tenth of them."""
    for many, runs in steps:
        found = tuple(json.loads(inside("print(json.dumps(work.scaling(*args)))", many, many // 10, runs)))
        yield timed(f"{many:,} services / {many // 10:,}", found, 10.5 if many == 10_000 else None)


def memory(count: int) -> Iterator[Line]:
    """The peak of a conversion against that of the loaded documents."""
    mine, loaded = (int(inside("print(work.memory(*args))", act, count)) for act in ("convert", "load"))
    yield Line(f"peak memory: convert {count:,} services / the loaded documents", mine / loaded, 2.0, megabytes(mine, loaded))


def megabytes(mine: int, its: int) -> str:
    """Spell two sizes that were given in KiB."""
    return f"{mine / 1024:.0f} MB / {its / 1024:.0f} MB"


def streaming(few: int, many: int) -> Iterator[Line]:
    """The peak with -o and files that stand alone, of many against few."""
    with tempfile.TemporaryDirectory() as folder:
        found = [_streamed(Path(folder), count) for count in (few, many)]
    yield Line(f"peak memory: -o, {many:,} files / {few:,}, each of ten services", found[1] / found[0], None, megabytes(found[1], found[0]))


def _streamed(folder: Path, count: int) -> int:
    source = folder / f"in{count}"
    source.mkdir()
    text = services(10)
    for number in range(count):
        (source / f"{number}.yaml").write_text(text.replace("web", f"a{number}-"))
    code = "import sys; from translator import conversion, cli; conversion.LARGE = 200_000; cli.main()"
    size, _, _ = peak([PYTHON, "-c", code, "convert", str(source), "-o", str(folder / f"out{count}"), "--fail-on", "never"])
    return size


def jobs(count: int, runs: int) -> Iterator[Line]:
    """One process against two."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all.yaml"
        file.write_text(services(count))
        call = (*TOOL, "convert", str(file), "--fail-on", "never")
        found = ratio(lambda: process(*call, "--jobs", "1"), lambda: process(*call, "--jobs", "2"), runs, wall)
    yield timed(f"one job / two jobs, {count:,} services, by the clock", found, 1.7, least=True)
    way = tuple(json.loads(inside("print(json.dumps(work.jobs(*args)))", count, 2)))
    yield timed(f"one job / the longest way through two, {count:,} services, by what processors worked", way, 1.7, least=True)


def against_specctl(counts: tuple[int, ...], runs: int) -> Iterator[Line]:
    """Whole processes that convert the same file."""
    tool = other.command()
    if tool is None:
        print("specctl cannot be installed here; these lines are left out", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            file = Path(folder) / f"{count}.yaml"
            file.write_text(services(count))
            mine = (*TOOL, "convert", str(file), "-o", f"{folder}/mine{count}", "--fail-on", "never")
            its = (*tool, "-s", str(file), "-o", f"{folder}/its")
            found = ratio(lambda mine=mine: process(*mine), lambda its=its: process(*its, alone=True), runs, processor_of_processes)
            yield timed(f"convert {count:,} {'service' if count == 1 else 'services'} / specctl {other.VERSION}", found)


def measured(short: bool) -> Iterator[Line]:
    """Measure everything, or little of it."""
    yield from start_up(5 if short else 21)
    yield from throughput(200 if short else 1000, 1 if short else 5)
    yield from scaling([(100, 3), (1000, 1)] if short else [(100, 5), (1000, 3), (10_000, 1)])
    yield from memory(200 if short else 1000)
    yield from streaming(*((10, 40) if short else (40, 400)))
    yield from jobs(1000 if short else 10_000, 1 if short else 2)
    yield from against_specctl((1,) if short else (1, 100, 1000), 1 if short else 2)


def row(line: Line) -> str:
    """Lay one line out."""
    goal = "" if line.goal is None else f"{'at least' if line.least else 'at most'} {line.goal:g}"
    return f"| {line.what} | {line.ratio:.2f} | {goal} | {line.verdict} | {line.times} |"


HEAD = "| what | ratio | goal | | |\n|---|---|---|---|---|"


def page(lines: list[Line], parts: list[tuple[str, float]], count: int) -> str:
    """Write the page."""
    machine = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    return "\n".join([
        "# Benchmarks", "", f"Written by `make bench` ({machine}). Each line is the median of pairs that ran one after the other, so the",
        "ratio holds where the seconds do not. Seconds are those that processors worked, so that a busy machine changes little, but for",
        "jobs, where they are those of the clock.", "", HEAD, *map(row, lines), "",
        "Converting includes reading with places, translating there and back, checking the output against the platform's limits,",
        "hiding secrets and writing. A service is a Deployment, a Service and a HorizontalPodAutoscaler.", "",
        "## Where the time goes", "", f"{count:,} services from Kubernetes to ECS, under cProfile:", "", hotpath.table(parts),
        "How bad input is bounded: [bounds](bounds.md).", "",
    ])


def main() -> None:
    """Print the table as it grows."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--short", action="store_true", help="fewer runs of smaller inputs: a minute or two")
    asked.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = asked.parse_args()
    process(PYTHON, "-m", "compileall", "-q", str(ROOT / "translator"))
    print(HEAD, flush=True)
    lines = []
    for line in measured(given.short):
        print(row(line), flush=True)
        lines.append(line)
    count = 100 if given.short else 300
    parts = hotpath.profiled(count)
    print("\n" + hotpath.table(parts), end="")
    if given.write:
        PAGE.write_text(page(lines, parts, count))


if __name__ == "__main__":
    main()
