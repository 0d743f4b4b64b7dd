"""Input larger than what is kept in memory: batch by batch into a folder, and the memory hardly grows with it."""
import os
import subprocess
import sys

import pytest
from conftest import ROOT

MANIFEST = (ROOT / "fixtures" / "example" / "web.yaml").read_text()
SCRIPT = """
import resource, sys
from translator import cli, conversion
conversion.LARGE = int(sys.argv.pop(1))
try:
    cli.main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def peak(folder, out, large=100_000):
    """Give the peak in MB of a conversion that keeps no more input than that."""
    args = [sys.executable, "-c", SCRIPT, str(large), "convert", str(folder), "-o", str(out), "--fail-on", "never"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(args, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    return int(done.stderr.splitlines()[-1]) / 1024, done.stderr.rsplit("\n", 2)[0]


def filled(folder, count):
    """Make files that stand alone, ten services each."""
    folder.mkdir()
    for number in range(count):
        ten = "\n---\n".join(MANIFEST.replace("web", f"a{number}-{one}") for one in range(10))
        (folder / f"{number}.yaml").write_text(ten)
    return folder


def test_memory_hardly_grows_with_the_files(tmp_path):
    if not sys.platform.startswith("linux"):
        pytest.skip("ru_maxrss counts otherwise here")
    few, _ = peak(filled(tmp_path / "few", 20), tmp_path / "a")
    many, _ = peak(filled(tmp_path / "many", 120), tmp_path / "b")
    # 1,000 services more: an index of what was written, a few kilobytes each; as a whole they take some 60 kilobytes each.
    assert many - few < 10


def test_files_and_words_are_those_of_the_whole(tmp_path):
    source = filled(tmp_path / "in", 15)
    _, whole = peak(source, tmp_path / "whole", 1 << 30)
    _, parts = peak(source, tmp_path / "parts", 0)
    assert parts == whole
    files = [{one.relative_to(top): one.read_text() for one in top.rglob("*") if one.is_file()} for top in (tmp_path / "whole", tmp_path / "parts")]
    assert len(files[0]) > 600
    assert files[0] == files[1]
