"""The product's code with one slip each: the tests that run the line must notice.

    python tests/mutation/record.py                         # once: which tests run which line
    python tests/mutation/code.py --sample 400              # a sample that is the same each time; prints what survived
    python tests/mutation/code.py --only converters/cron    # every slip of the modules whose path holds this
"""
from __future__ import annotations

import argparse
import ast
import gc
import importlib
import json
import math
import random
import sys
import time
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "mutation")]

import judge  # noqa: E402
import record  # noqa: E402
import slips  # noqa: E402

SEED, LONG = 20, 8.0
# What programs of their own run is not seen in memory, and what speaks to AWS or a cluster has no one to speak to.
LEFT_OUT = ("cli.py", "__main__.py", "compile.py")


def modules(only: str) -> list[Path]:
    """Give the modules whose path holds a text."""
    return [file for file in sorted((ROOT / "translator").rglob("*.py")) if only in str(file.relative_to(ROOT)) and file.name not in LEFT_OUT]


def every(only: str) -> list[tuple[Path, slips.Slip]]:
    """Give every slip of the modules."""
    return [(file, slip) for file in modules(only) for slip in slips.slips(ast.parse(file.read_text()))]


def codes(code: types.CodeType) -> list[types.CodeType]:
    """Give a code object and those within it."""
    return [code, *(below for one in code.co_consts if isinstance(one, types.CodeType) for below in codes(one))]


def put_in(file: Path, slip: slips.Slip) -> None:
    """Make the slip in every function that is loaded from the file: whoever holds it, holds the slipped one."""
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    importlib.import_module(name)
    tree = slips.slipped(ast.parse(file.read_text()), slip)
    made = {(one.co_qualname, one.co_firstlineno): one for one in codes(compile(tree, str(file), "exec"))}
    for function in gc.get_objects():
        if isinstance(function, types.FunctionType) and function.__code__.co_filename == str(file):
            code = made.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
            if code is not None and len(code.co_freevars) == len(function.__code__.co_freevars):
                function.__code__ = code


def about(file: Path, slip: slips.Slip, touched: dict) -> list[str]:
    """Give tests that run the line: those named like the module first, then the quick ones."""
    names, seconds = touched["tests"], touched["seconds"]
    found = [names[number] for number in touched["lines"].get(str(file.relative_to(ROOT)), {}).get(str(slip.line), ())]
    total, chosen = 0.0, []
    for test in sorted(found, key=lambda one: (file.stem not in one, seconds[one])):
        total += seconds[test]
        if total > LONG and chosen:
            break
        chosen.append(str(ROOT / test))
    return chosen


def noticed(file: Path, slip: slips.Slip, tests: list[str]) -> str:
    """Give the first test that notices."""
    put_in(file, slip)
    return judge.tests(tests)


def interval(caught: int, count: int) -> str:
    """Give the 95 % interval of a share (Wilson)."""
    share, z = caught / count, 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return f"{100 * share:.1f} % caught (95 %: {100 * (middle - half):.1f} to {100 * (middle + half):.1f})"


def main() -> int:
    """Judge a sample of the slips, or all of some modules."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="a part of the modules' path")
    parser.add_argument("--sample", type=int, default=0, help="how many; 0 for all")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    import pytest  # noqa: F401 - loaded once for all children

    import translator.api  # noqa: F401

    touched, found, started = json.loads(record.FILE.read_text()), every(given.only), time.monotonic()
    chosen = random.Random(given.seed).sample(found, given.sample) if 0 < given.sample < len(found) else found
    caught = unrun = 0
    for file, slip in chosen:
        tests = about(file, slip, touched)
        said = judge.forked(lambda file=file, slip=slip, tests=tests: noticed(file, slip, tests)) if tests else ""
        caught, unrun = caught + bool(said), unrun + (not tests)
        if not said:
            print(f"{'survived' if tests else 'not run '} {file.relative_to(ROOT)}:{slip.line} {slip.what}", flush=True)
    print(f"{caught} of {len(chosen)} (of {len(found)} slips in all, {unrun} on lines that no test runs in this process): "
          f"{interval(caught, len(chosen))}, {time.monotonic() - started:.0f} s")
    return int(caught < 0.9 * len(chosen))


if __name__ == "__main__":
    sys.exit(main())
