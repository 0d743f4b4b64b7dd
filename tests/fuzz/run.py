"""A long run: read -> translate -> write -> report over mutated manifests; every traceback is printed once, with its seed.

    python tests/fuzz/run.py --seconds 600 [FILE OR FOLDER ...]
"""
from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from pathlib import Path

import yaml

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]
from mutate import mutated  # noqa: E402

FIXTURES = Path(__file__).parents[2] / "fixtures"
SLOW = 10.0


def seeds(names: list[str]) -> list[tuple[str, list]]:
    """Load every seed that is plain YAML or JSON and not large."""
    made = []
    for name in names:
        top = Path(name)
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.suffix in (".yaml", ".yml", ".json") and file.is_file() and file.stat().st_size < 20_000:
                try:
                    made.append((str(file), [one for one in yaml.load_all(file.read_text(), yaml.CSafeLoader) if one]))
                except (yaml.YAMLError, UnicodeDecodeError, ValueError):  # a template, or meant to be wrong
                    continue
    return [(file, documents) for file, documents in made if documents]


def attempt(text: str) -> None:
    """Go the whole way; only what the user can mend may be raised."""
    from translator import conversion, parse, translate
    from translator.model import TranslatorError
    from translator.render import render
    from translator.reporting import build
    from translator.writers import FORMATS, unsaid, write

    try:
        document = parse(text, "fuzz.yaml")
        done = translate(document)
    except TranslatorError:
        return
    assert conversion
    for format_ in FORMATS[done.output.platform]:
        write(done.output, format_)
        unsaid(done.output, format_)
    done.residue.to_dict()
    report = build(document, done, ("fuzz.yaml",))
    for format_ in ("text", "json", "markdown", "html"):
        render(report, format_)


def spelled(documents: list) -> str:
    """Write documents as YAML text; a lone surrogate has no spelling."""
    return yaml.dump_all(documents, Dumper=yaml.SafeDumper, allow_unicode=False, sort_keys=False)


def run(seconds: float, names: list[str], start: int = 0) -> tuple[int, dict[str, str]]:
    """Give how many were tried, and what broke: (place of the traceback -> what it was)."""
    known, broken, number, until = seeds(names), {}, start, time.monotonic() + seconds
    while time.monotonic() < until:
        rng = random.Random(number)
        file, documents = rng.choice(known)
        began = time.monotonic()
        try:
            attempt(spelled(mutated(documents, rng, rng.randrange(1, 5))))
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(last.filename).name}:{last.lineno} {last.name}: {type(error).__name__}"
            broken.setdefault(place, f"seed {number} of {file}: {str(error)[:150]}")
        if time.monotonic() - began > SLOW:
            broken.setdefault(f"slow: {file}", f"seed {number}: {time.monotonic() - began:.0f} s")
        number += 1
    return number - start, broken


def main() -> int:
    """Run for the time that is asked for, and say what broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[str(FIXTURES)])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--start", type=int, default=0)
    given = parser.parse_args()
    count, broken = run(given.seconds, given.names, given.start)
    print(f"{count} manifests in {given.seconds:.0f} s; {len(broken)} kinds of failure")
    for place, words in sorted(broken.items()):
        print(f"  {place}\n    {words}")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
