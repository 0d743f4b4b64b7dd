"""Hold every file of a collection against itself, and against what it converts to.

python tests/run_diff.py FOLDER... [--show]
"""
from __future__ import annotations

import collections
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from translator import ReadError, diff, read, translate  # noqa: E402


def main() -> int:
    counts: collections.Counter = collections.Counter()
    for folder in [name for name in sys.argv[1:] if os.path.isdir(name)]:
        for file in sorted(Path(folder).rglob("*")):
            if file.suffix in (".yaml", ".yml", ".json", ".template"):
                counts[verdict(str(file))] += 1
    print("diff: " + ", ".join(f"{count} {word}" for word, count in sorted(counts.items())))
    return 1 if counts["differs from itself"] else 0


def verdict(file: str) -> str:
    """Say how a file compares."""
    try:
        document = read(file)
    except ReadError:
        return "refused"
    if diff(document, document):
        return "differs from itself"
    found = diff(document, translate(document).output)
    if found and "--show" in sys.argv:
        print(file)
        for one in found.differences[:4]:
            print("   ", one.code, one.left and (one.left.path, one.left.was), one.right and (one.right.path, one.right.was))
        print("   ", found.only_left, found.only_right)
    return "differs from what it converts to" if found else "same"


if __name__ == "__main__":
    sys.exit(main())
