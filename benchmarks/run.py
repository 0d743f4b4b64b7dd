"""Measures, as ratios within one run: start-up against `python -c pass`, throughput against load-and-dump, memory, scaling.

python benchmarks/run.py [SERVICES]
"""
from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MANIFEST = (ROOT / "fixtures" / "example" / "web.yaml").read_text()


def services(count: int) -> str:
    """Give that many services as one stream: a Deployment, a Service and an HPA each."""
    return "\n---\n".join(
        MANIFEST.replace("name: web", f"name: web{i}").replace("app: web", f"app: web{i}") for i in range(count)
    )


def processes(*command: str, runs: int = 9) -> float:
    """Give the median seconds of whole processes, after one that is not counted."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def best(function, *args, runs: int = 3):
    """Give (the shortest seconds of some runs, the last answer)."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        answer = function(*args)
        times.append(time.perf_counter() - start)
    return min(times), answer


def load_and_dump(text: str) -> str:
    """Do nothing but load and dump with PyYAML's C loader and dumper."""
    import yaml

    return yaml.dump_all(list(yaml.load_all(text, yaml.CSafeLoader)), Dumper=yaml.CSafeDumper)


def convert(text: str) -> str:
    """Convert as the command does: read, translate, write."""
    from translator import parse, translate
    from translator.writers import ecs

    return ecs.stream(translate(parse(text, "all.yaml")).output)


def peak(code: str, text: str) -> int:
    """Give the most memory, in KiB, of a process that does something with the text on standard input."""
    script = (f"import sys, resource; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'benchmarks')!r}]; import run; "
              f"text = sys.stdin.read(); run.{code}(text); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)")
    done = subprocess.run([sys.executable, "-c", script], input=text, capture_output=True, text=True, check=True)
    return int(done.stdout)


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    python = sys.executable
    empty = processes(python, "-c", "pass")
    one = str(ROOT / "fixtures" / "example" / "web.yaml")
    lines = [
        (
            "convert one manifest / python -c pass",
            processes(python, "-m", "translator", "convert", one, "--fail-on", "never") / empty,
        ),
        ("--help / python -c pass", processes(python, "-m", "translator", "--help") / empty),
        ("explain / python -c pass", processes(python, "-m", "translator", "explain", "rollout.bounds") / empty),
    ]
    text, few = services(count), services(max(count // 10, 1))
    plain, _ = best(load_and_dump, text)
    whole, _ = best(convert, text)
    tenth, _ = best(convert, few)
    lines += [
        (f"convert {count} services / load and dump them", whole / plain),
        (f"{count} services / a tenth of them", whole / tenth),
        ("memory: convert / load and dump", peak("convert", text) / peak("load_and_dump", text)),
    ]
    print("| what | ratio |\n|---|---|")
    print("\n".join(f"| {what} | {ratio:.2f} |" for what, ratio in lines))


if __name__ == "__main__":
    main()
