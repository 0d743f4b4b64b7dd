"""The benchmarks run, and say of each goal whether it is met."""
import importlib
import subprocess
import sys

import pytest

from conftest import ROOT

FOLDER = ROOT / "benchmarks"


@pytest.fixture(scope="module")
def benchmarks():
    """Give the way to import a benchmark's module: other folders have modules of the same names."""
    names = {file.stem for file in FOLDER.glob("*.py")}
    others = {name: sys.modules.pop(name) for name in names & sys.modules.keys()}
    sys.path.insert(0, str(FOLDER))
    yield importlib.import_module
    sys.path.remove(str(FOLDER))
    for name in names & sys.modules.keys():
        del sys.modules[name]
    sys.modules.update(others)


@pytest.mark.parametrize(
    ("ratio", "goal", "least", "words"),
    [(0.9, 1.0, False, "met"), (1.1, 1.0, False, "**not met**"), (1.8, 1.7, True, "met"), (1.6, 1.7, True, "**not met**"), (3.0, None, False, "")],
)
def test_a_line_says_whether_its_goal_is_met(benchmarks, ratio, goal, least, words):
    run = benchmarks("run")
    line = run.Line("something / something else", ratio, goal, "1 s / 2 s", least)
    assert line.verdict == words
    assert run.row(line).count("|") == 6


def test_pairs_are_compared_one_by_one(benchmarks):
    seconds = iter([9, 9, 4, 2, 3, 6, 8, 4])  # the first pair warms up; then 2, 2 and 2 times as long, in turns
    found = benchmarks("measure").ratio(lambda: None, lambda: None, 3, lambda act: next(seconds))
    assert found == (2.0, 6, 3)


def test_the_time_goes_somewhere():
    done = subprocess.run([sys.executable, str(ROOT / "benchmarks" / "hotpath.py"), "3"], capture_output=True, text=True, check=True)
    shares = [int(line.split("|")[2].strip().rstrip("%")) for line in done.stdout.splitlines()[2:]]
    assert 95 <= sum(shares) <= 105
    assert shares == sorted(shares, reverse=True)


def test_bad_input_of_every_kind_can_be_made(benchmarks):
    for name, text in benchmarks("bounds").cases(True).values():
        assert next(text()), name
