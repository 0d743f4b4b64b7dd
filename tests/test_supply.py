"""What is delivered: dependencies with lower bounds, and a wheel that is the same from the same files."""
import hashlib
import os
import shutil
import subprocess
import sys

import bounds

from conftest import ROOT

FILES = ("pyproject.toml", "README.md", "translator", "mappings")


def test_every_dependency_has_a_lower_bound():
    text = bounds.PROJECT.read_text()
    wanted = text.partition("\ndependencies = [")[2].partition("\n]")[0].count('"') // 2
    assert 0 < wanted <= 5 and len(bounds.lowest(text)) == wanted


def wheel(folder, stamp):
    """Build the wheel from a copy whose files are as old as the stamp says; gives its hash."""
    source = folder / "source"
    for name in FILES:
        place = ROOT / name
        (shutil.copytree if place.is_dir() else shutil.copy)(place, source / name, **({"ignore": shutil.ignore_patterns("__pycache__")} if place.is_dir() else {}))
    for file in source.rglob("*"):
        os.utime(file, (stamp, stamp))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})
    (made,) = (folder / "out").glob("*.whl")
    return hashlib.sha256(made.read_bytes()).hexdigest()


def test_the_wheel_is_the_same_every_time(tmp_path):
    """Whoever builds it from the same files gets the same bytes (https://reproducible-builds.org/docs/source-date-epoch/)."""
    made = []
    for number, stamp in enumerate((1_600_000_000, 1_650_000_000)):
        (tmp_path / str(number) / "source").mkdir(parents=True)
        made.append(wheel(tmp_path / str(number), stamp))
    assert made[0] == made[1]
