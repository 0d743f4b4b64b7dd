"""Every row of every table, broken in every small way: some test must notice each.

    python tests/mutation/tables.py [TABLE...]       # prints the survivors, and fails if there are any that nobody argues
"""
from __future__ import annotations

import functools
import json
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "mutation")]

import argued  # noqa: E402
import cases  # noqa: E402
import changes  # noqa: E402
import judge  # noqa: E402
import record  # noqa: E402
import said  # noqa: E402
import test_fixtures  # noqa: E402
import test_layout  # noqa: E402
import test_rows  # noqa: E402

from translator import rows  # noqa: E402

CASES = list(cases.cases())
LINES = list(said.lines())
LONG = 5.0


def at_once(mutant: changes.Mutant, touched: dict) -> str:
    """Give the first thing in this process that notices: examples, lines, whether paths are there at all, cases."""
    mutant.apply(rows.tables())
    judge.forget()
    test_rows.test_rows_are_well_formed()
    for row in rows.rows():
        if row.code in mutant.codes:
            for number, example in enumerate(row.cells.get("example", ())):
                test_rows.test_example(row, number, example)
    for line in LINES:
        if line.code in mutant.codes and not said.is_said(line):
            return f"said {line.code}"
    nowhere = list(test_layout.nowhere(row for row in rows.rows() if row.code in mutant.codes))
    if nowhere:
        return nowhere[0]
    for case, direction in near(mutant, touched):
        try:
            test_fixtures.test_case(case, direction)
        except BaseException as error:
            return f"{case.parent.name}/{case.name} {direction}: {error}"[:200]
    return ""


def by_tests(mutant: changes.Mutant, touched: dict) -> str:
    """Give the first test that notices, among those that are about the rows."""
    mutant.apply(rows.tables())
    judge.forget()
    return judge.tests(about(mutant, touched))


def near(mutant: changes.Mutant, touched: dict) -> list:
    """Give the cases that the rows have part in, then the other ones of the table."""
    known = {test for code in mutant.codes for test in touched["codes"].get(code, ())}
    about = [(f"tests/test_fixtures.py::test_case[{case.parent.name}/{case.name}-{direction}]" in known, case, direction) for case, direction in CASES]
    chosen = [one for one in about if one[0] or one[1].parent.name == mutant.table]
    return [(case, direction) for _, case, direction in sorted(chosen, key=lambda one: not one[0])]


def warm() -> None:
    """Load all that every mutant needs, once: modules, what the cases expect, and what they are of."""
    cases.expected = functools.cache(cases.expected)
    cases.absent = functools.cache(lambda file, found=cases.absent: tuple(found(file)))
    cases.parse = functools.cache(cases.parse)
    for case, direction in CASES:
        test_fixtures.test_case(case, direction)


def about(mutant: changes.Mutant, touched: dict) -> list[str]:
    """Give the tests that touched the rows, those of the table's own files first, then the quick ones."""
    seconds, total, chosen = touched["seconds"], 0.0, []
    own = f"tests/test_{mutant.table.replace('-', '_')}"
    found = {test for code in mutant.codes for test in touched["codes"].get(code, ()) if "test_fixtures" not in test}
    for test in sorted(found & seconds.keys(), key=lambda one: (not one.startswith(own), seconds[one])):
        total += seconds[test]
        if total < LONG:
            chosen.append(str(ROOT / test))
    return chosen or [str(file) for file in sorted(ROOT.glob(f"{own}*.py"))]


def survivors(mutants: list, judged, touched: dict) -> list:
    """Give the mutants that a judge does not notice; a dot for each hundred."""
    left = []
    for number, mutant in enumerate(mutants):
        if not judge.forked(lambda mutant=mutant: judged(mutant, touched)):
            left.append(mutant)
        if number % 100 == 99:
            print(".", end="", flush=True)
    print(f" {len(mutants) - len(left)} of {len(mutants)} noticed", flush=True)
    return left


def control(every: list, touched: dict) -> str:
    """Judge each row as it is: nothing may be noticed."""
    for mutant in {mutant.codes[0]: mutant for mutant in every}.values():
        same = changes.Mutant(mutant.table, mutant.scope, mutant.row, "as it is", {mutant.row: rows.tables()[mutant.table][mutant.scope][mutant.row]})
        said_of_it = at_once(same, touched)
        if said_of_it:
            return said_of_it
    return ""


def main(names: list[str]) -> int:
    """Judge every mutant of the tables named, or of all."""
    touched = json.loads(record.FILE.read_text()) if record.FILE.is_file() else {"codes": {}, "seconds": {}}
    names = names or [name for name in rows.tables() if name not in rows.NOT_TABLES]
    warm()
    started, every = time.monotonic(), list(changes.mutants(rows.tables(), names))
    reasons = Counter(argued.reason(mutant, rows.tables()) for mutant in every)
    if judge.forked(lambda: control(every, touched)):
        print("a mutant that changes nothing is noticed: the tests fail as they are")
        return 2
    left = survivors([mutant for mutant in every if not argued.reason(mutant, rows.tables())], at_once, touched)
    left = survivors(left, by_tests, touched)
    for mutant in left:
        print("survived", mutant.name)
    for reason, count in sorted(reasons.items()):
        print(f"{count:6} {reason or 'judged'}")
    print(f"{len(every):6} mutants in {time.monotonic() - started:.0f} s, {len(left)} survived")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
