"""Run every file of a collection of manifests: no traceback, valid output, every leaf accounted for, exact round trip.

    python tests/run_corpus.py FOLDER... [--kind NAME] [--show]
"""
from __future__ import annotations

import argparse
import collections
import json
import os
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from translator import ReadError, read, schema, translate  # noqa: E402
from translator.hubs.application import identity  # noqa: E402


def main() -> int:
    options = _options()
    counts: collections.Counter = collections.Counter()
    for folder in options.folders:
        if not os.path.isdir(folder):
            print(f"{folder} is not here: nothing to check")
            continue
        for file in sorted(Path(folder).rglob("*")):
            if file.is_file() and file.suffix in (".yaml", ".yml", ".json", ".template"):
                verdict, detail = check(str(file))
                counts[verdict] += 1
                if detail and (options.show or verdict == "traceback"):
                    print(f"{verdict:10} {file}\n    " + "\n    ".join(detail[:options.lines]))
    bad = sum(counts[verdict] for verdict in ("traceback", "invalid", "unaccounted", "inexact"))
    print(
        f"corpus: {sum(counts.values())} files, "
        + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    )
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--show", action="store_true", help="say what is wrong with which file")
    parser.add_argument("--lines", type=int, default=6)
    return parser.parse_args()


def check(file: str) -> tuple[str, list[str]]:
    """Give a verdict on one file, and what is wrong."""
    try:
        document = read(file)
    except ReadError as error:
        return "refused", [str(error)]
    except Exception:
        return "traceback", traceback.format_exc().splitlines()[-6:]
    try:
        translation = translate(document)
        wrong = unaccounted(translation)
        if wrong:
            return "unaccounted", wrong
        wrong = inexact(document, translation)
        if wrong:
            return "inexact", wrong
        wrong = invalid(translation)
        return ("invalid", wrong) if wrong else ("good", [])
    except Exception:
        return "traceback", traceback.format_exc().splitlines()[-6:]


def unaccounted(translation) -> list[str]:
    """Give every lost leaf that no finding names."""
    reported = {(field.object, field.path) for finding in translation.findings for field in finding.fields}
    missing = []
    for one in translation.carried:
        for path, _ in one.law.lost:
            part = one.application.part(path)
            if part is not None and not part.shared and (identity(part.origin), part.show(path)) not in reported:
                missing.append(f"{identity(part.origin)} {part.show(path)}")
    return missing


def inexact(document, translation) -> list[str]:
    """Give the objects that do not come back with the residue."""
    back = translate(translation.output, residue=translation.residue)
    have, want = plain(back.output), plain(document)
    return [f"is   {one}" for one in have if one not in want][:2] + [f"want {one}" for one in want if one not in have][
        :2
    ]


def plain(document) -> list[str]:
    """Write every object down in canonical form."""
    trees = [
        (entry.kind, schema.canonical(document.platform, entry.kind, entry.value)[0]) for entry in document.entries
    ]
    return sorted(json.dumps(numbers(schema.plain(document.platform, kind, tree)), sort_keys=True) for kind, tree in trees)


def numbers(value):
    """Write whole numbers alike: 2 and 2.0 are the same in JSON."""
    if isinstance(value, dict):
        return {key: numbers(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [numbers(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def invalid(translation) -> list[str]:
    """Give what the official schemas say against the output."""
    import official

    if translation.output.platform == "kubernetes":
        return [
            f"{entry.kind}: {error}"
            for entry in translation.output.entries
            for error in official.kubernetes_errors(entry.value)
            if "no such kind" not in error
        ]
    return [
        f"{entry.kind}: {error}"
        for entry in translation.output.entries
        for error in official.aws_errors(entry.kind, entry.value)
    ]


if __name__ == "__main__":
    sys.exit(main())
