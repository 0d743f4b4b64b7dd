"""Input that nobody should have to fear <-> the time and the memory that it takes, and how it ends.

python benchmarks/bounds.py [--short] [--write]     # --write puts the table into docs/bounds.md
"""
from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from manifests import ROOT, services
from measure import peak, process

PAGE = ROOT / "docs" / "bounds.md"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%d}\ndata: {a: b}\n"
HEAD = "| input | size | how it ends | seconds | memory |\n|---|---|---|---|---|"


def of_size(megabytes: int) -> Iterator[str]:
    """Give services until there are so many megabytes."""
    block = services(1000) + "\n---\n"
    for number in range(megabytes * 1_000_000 // len(block)):
        yield block.replace("web", f"w{number}x")


def documents(count: int) -> Iterator[str]:
    """Give that many small documents."""
    yield from (CONFIG % number + "---\n" for number in range(count))


def bomb(levels: int) -> str:
    """Give a text in which each level repeats the one before nine times."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, levels)]
    return "\n".join([*lines, "apiVersion: v1", "kind: ConfigMap"]) + "\n"


def one_line(size: int) -> str:
    """Give a manifest with one very long value."""
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: long}\ndata: {a: " + "x" * size + "}\n"


def cases(short: bool) -> dict[str, tuple[str, Callable[[], Iterator[str]]]]:
    """Give each case: what its file is called, and its text bit by bit."""
    big, many, deep = (10, 20_000, 100_000) if short else (100, 1_000_000, 1_000_000)
    return {
        f"{big} MB of services": ("big.yaml", lambda: of_size(big)),
        f"{many:,} documents": ("many.yaml", lambda: documents(many)),
        "lists nested 10,000 deep, YAML": ("deep.yaml", lambda: iter(["a: " + "[" * 10_000])),
        f"lists nested {deep:,} deep, YAML": ("deeper.yaml", lambda: iter(["a: " + "[" * deep + "]" * deep])),
        f"maps nested {deep:,} deep, JSON": ("deep.json", lambda: iter(['{"a":' * deep + "1" + "}" * deep])),
        "an alias bomb of 9 levels": ("bomb.yaml", lambda: iter([bomb(9)])),
        "an alias bomb of 200 levels": ("bombs.yaml", lambda: iter([bomb(200)])),
        f"one value of {big} MB": ("long.yaml", lambda: iter([one_line(big * 1_000_000)])),
        f"{big} MB of noise": ("noise.yaml", lambda: ("\x00\xff%&*" * 200_000 for _ in range(big))),
    }


def measured(name: str, text: Callable[[], Iterator[str]], folder: Path) -> tuple[int, str, float, int]:
    """Give (bytes, how it ended, seconds, KiB) of converting a text."""
    file = folder / name
    with open(file, "w", encoding="utf-8") as stream:
        stream.writelines(text())
    size, seconds, code = peak([sys.executable, "-m", "translator", "convert", str(file), "-o", str(folder / "out"), "--fail-on", "never"])
    ending = {0: "converted", 2: "one line of error"}.get(code, f"exit code {code}")
    made = file.stat().st_size
    file.unlink()
    return made, ending, seconds, size


def row(what: str, found: tuple[int, str, float, int]) -> str:
    """Lay one case out."""
    made, ending, seconds, size = found
    return f"| {what} | {made / 1e6:,.1f} MB | {ending} | {seconds:,.1f} | {size / 1024:,.0f} MB |"


def main() -> None:
    """Print the table as it grows."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--short", action="store_true", help="a tenth of the size, or less")
    asked.add_argument("--write", action="store_true", help="write docs/bounds.md")
    given = asked.parse_args()
    process(sys.executable, "-m", "compileall", "-q", str(ROOT / "translator"))
    rows = []
    print(HEAD, flush=True)
    for what, (name, text) in cases(given.short).items():
        with tempfile.TemporaryDirectory() as folder:
            rows.append(row(what, measured(name, text, Path(folder))))
        print(rows[-1], flush=True)
    if given.write:
        words = "Written by `python benchmarks/bounds.py --write`: whole processes that convert one file into a folder, the seconds that a\nprocessor works on them, and the most memory that they take."
        PAGE.write_text("\n".join(["# Bounds", "", words, "", HEAD, *rows, ""]))


if __name__ == "__main__":
    main()
