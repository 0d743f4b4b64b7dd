"""The tests -> what each of them touches: lines of the product, and codes of the tables. Mutants need only those.

    python tests/mutation/record.py                     # once, some minutes; writes build/touched.json
    python tests/mutation/record.py tests/test_x.py     # the same of some tests alone
"""
from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "build" / "touched.json"
# What these look at is files, programs and processes of their own: a mutant lives in memory and is not seen there.
OUTSIDE = ("test_layout", "test_render_browser", "test_terraform_program", "test_cloudformation_deploy", "test_moto", "test_fuzz",
           "test_faults", "test_secrets", "test_cli")


class Recorder:
    """Notes, while the tests run, which lines and which codes each of them touches, and how long it takes."""

    def __init__(self) -> None:
        self.coverage = coverage.Coverage(data_file=None, source=[str(ROOT / "translator")], config_file=False)
        self.codes: dict[str, set[str]] = {}
        self.seconds: dict[str, float] = {}
        self.broken: set[str] = set()
        self.test = ""

    def watch(self) -> None:
        """Have every finding and every row that applied noted."""
        from translator import api, model

        made, carried = model.Finding.__init__, api.carry

        def init(finding, code, *args, **more):
            self.codes.setdefault(code, set()).add(self.test)
            made(finding, code, *args, **more)

        def carry(*args, **more):
            law = carried(*args, **more)
            for use in (*law.fired, *law.said):
                self.codes.setdefault(use.row.code, set()).add(self.test)
            return law

        model.Finding.__init__, api.carry = init, carry

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item):
        """Run one test under its own name."""
        self.test, started = item.nodeid, time.monotonic()
        self.coverage.switch_context(item.nodeid)
        yield
        if item.nodeid not in self.broken:
            self.seconds[item.nodeid] = round(time.monotonic() - started, 3)

    def pytest_runtest_logreport(self, report):
        """Note what fails as it is: it cannot notice anything."""
        if report.failed:
            self.broken.add(report.nodeid)

    def lines(self) -> dict[str, dict[int, list[str]]]:
        """Give the tests by file and line."""
        data = self.coverage.get_data()
        return {str(Path(file).relative_to(ROOT)): {line: [test for test in tests if test] for line, tests in data.contexts_by_lineno(file).items()}
                for file in data.measured_files()}


def main() -> int:
    """Run the tests once and write what they touch."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    recorder = Recorder()
    recorder.coverage.start()
    recorder.watch()
    skipped = [f"--ignore=tests/{name}.py" for name in OUTSIDE]
    code = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(ROOT), *skipped, *(sys.argv[1:] or [str(ROOT / "tests")])], [recorder])
    recorder.coverage.stop()
    codes = {name: sorted(tests - {""}) for name, tests in recorder.codes.items()}
    names = sorted(recorder.seconds)
    numbers = {name: number for number, name in enumerate(names)}
    lines = {file: {line: [numbers[test] for test in tests if test in numbers] for line, tests in found.items()} for file, found in recorder.lines().items()}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps({"tests": names, "seconds": recorder.seconds, "codes": codes, "lines": lines}))
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
