"""Every row of every table, broken in every small way: some test must notice each.

    python tests/mutation/tables.py [TABLE...]       # prints the survivors, and fails if there are any that nobody argues
"""
from __future__ import annotations

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
LONG = 20.0


def noticed(mutant: changes.Mutant, touched: dict) -> str:
    """Give the first thing that notices: examples, lines, whether paths are there at all, cases, then the tests about it."""
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
    test_layout.test_every_path_of_a_table_exists_in_the_official_schema()
    for case, direction in ordered(mutant, touched):
        try:
            test_fixtures.test_case(case, direction)
        except BaseException as error:
            return f"{case.parent.name}/{case.name} {direction}: {error}"[:200]
    return judge.tests(about(mutant, touched))


def ordered(mutant: changes.Mutant, touched: dict) -> list:
    """Give the cases, those that the rows have part in first."""
    known = {test for code in mutant.codes for test in touched["codes"].get(code, ())}
    return sorted(CASES, key=lambda one: (f"tests/test_fixtures.py::test_case[{one[0].parent.name}/{one[0].name}-{one[1]}]" not in known,
                                          one[0].parent.name != mutant.table))


def about(mutant: changes.Mutant, touched: dict) -> list[str]:
    """Give the tests that touched the rows, the quick ones first, and all of the table's own files."""
    seconds, total, chosen = touched["seconds"], 0.0, []
    found = {test for code in mutant.codes for test in touched["codes"].get(code, ()) if "test_fixtures" not in test}
    for test in sorted(found & seconds.keys(), key=lambda one: seconds[one]):
        total += seconds[test]
        if total < LONG:
            chosen.append(str(ROOT / test))
    own = [str(file) for file in sorted((ROOT / "tests").glob(f"test_{mutant.table.replace('-', '_')}*.py"))]
    return [*[test for test in chosen if test.partition("::")[0] not in own], *own]


def main(names: list[str]) -> int:
    """Judge every mutant of the tables named, or of all."""
    touched = json.loads(record.FILE.read_text()) if record.FILE.is_file() else {"codes": {}, "seconds": {}}
    names = names or [name for name in rows.tables() if name not in rows.NOT_TABLES]
    started, counts, survivors = time.monotonic(), Counter(), []
    for mutant in changes.mutants(rows.tables(), names):
        reason = argued.reason(mutant, rows.tables())
        said = "" if reason else judge.forked(lambda mutant=mutant: noticed(mutant, touched))
        counts[reason or ("caught" if said else "survived")] += 1
        if not reason and not said:
            survivors.append(mutant.name)
            print("survived", mutant.name, flush=True)
    for reason, count in sorted(counts.items()):
        print(f"{count:6} {reason}")
    print(f"{sum(counts.values()):6} mutants in {time.monotonic() - started:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
