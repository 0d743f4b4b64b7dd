"""Coverage-guided fuzzing of the readers: bytes -> read -> translate -> write; a traceback or ten seconds are a find.

    python tests/fuzz/guided.py terraform --seconds 600     # one reader, or `all`: each in turn
    python tests/fuzz/guided.py --replay                    # every seed once, without atheris

Seeds are the fixtures of each format and what stands in tests/fuzz/seeds/<reader>. What libFuzzer adds goes to build/fuzz.
"""
from __future__ import annotations

import argparse
import random
import subprocess
import sys
from pathlib import Path
from typing import Callable

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]
SEEDS, GROWN = HERE / "seeds", ROOT / "build" / "fuzz"
# reader -> the fixtures that are its seeds
FIXTURES = {
    "text": ("*/*/*.yaml", "*/*/*.json"), "kubernetes": ("*/*/k8s.yaml",), "ecs": ("*/*/ecs.json",), "cloudformation": ("cloudformation/*.json",),
    "terraform": ("terraform/*/*.tf",), "terraform-plan": ("terraform/*.json", "terraform/*/*.json"), "copilot": ("copilot/*/*.yml", "copilot/*/*.yaml"),
    "compose": ("compose/*/*.y*ml",), "ecspresso": ("ecspresso/*/*",), "environment": ("*/*/environment.yaml",), "residue": (),
}
LARGEST = 20_000


def whole_way(name: str) -> Callable[[bytes], None]:
    """Give what reads bytes as a file of a name, translates what comes of them and writes it in every format."""
    def attempt(data: bytes) -> None:
        from translator import parse, translate
        from translator.writers import FORMATS, write

        done = translate(parse(data, name))
        for format_ in FORMATS[done.output.platform]:
            write(done.output, format_)
    return attempt


def text(data: bytes) -> None:
    """Read YAML or JSON, and nothing else."""
    from translator.readers.text import load

    load(data, "fuzz.yaml")


def environment(data: bytes) -> None:
    """Read an environment document."""
    import tempfile

    from translator.environment import load

    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(data)
        file.flush()
        load(file.name)


def residue(data: bytes) -> None:
    """Read a residue, and use it."""
    from translator import parse, translate
    from translator.residue import Residue

    read = parse(data, "fuzz.json")
    if isinstance(read, Residue):
        for file in ("k8s.yaml", "ecs.json"):
            translate(parse((ROOT / "fixtures" / "probes" / "http" / file).read_bytes(), file), residue=read)


TARGETS = {name: whole_way("fuzz.yaml") for name in FIXTURES} | {
    "terraform": whole_way("fuzz.tf"), "text": text, "environment": environment, "residue": residue}


def attempt(reader: str, data: bytes) -> None:
    """Try bytes on a reader; what the user can mend is no find."""
    from translator.model import TranslatorError

    try:
        TARGETS[reader](data)
    except TranslatorError:
        return


def seeds(reader: str) -> list[bytes]:
    """Give what a reader's fuzzing starts from."""
    files = [file for pattern in FIXTURES[reader] for file in sorted((ROOT / "fixtures").glob(pattern)) if file.is_file()]
    files += sorted(file for file in (SEEDS / reader).glob("*") if file.is_file())
    return [content for content in (file.read_bytes() for file in files) if len(content) < LARGEST]


def replay(readers: list[str]) -> int:
    """Try every seed once; gives how many there are."""
    tried = [attempt(reader, data) for reader in readers for data in seeds(reader)]
    return len(tried)


def structured(data: bytes, most: int, seed: int) -> bytes:
    """Change plain data now and then, and bytes otherwise: bytes alone seldom stay YAML."""
    import atheris
    import yaml
    from mutate import mutated

    rng = random.Random(seed)
    if rng.random() < 0.5:
        try:
            made = mutated(list(yaml.load_all(data, yaml.CSafeLoader)), rng, rng.randrange(1, 4))
            return yaml.dump_all(made, Dumper=yaml.SafeDumper, sort_keys=False).encode("utf-8", "replace")[:most]
        except Exception:  # noqa: BLE001 - it was no YAML, or nothing that has a spelling
            pass
    return atheris.Mutate(data, len(data))


def guided(reader: str, seconds: int) -> None:
    """Hand a reader over to libFuzzer; never comes back."""
    import atheris

    with atheris.instrument_imports(include=["translator"]):
        import translator.api  # noqa: F401
        import translator.readers.text  # noqa: F401
        import translator.writers  # noqa: F401
        for name in ("cloudformation", "compose", "copilot", "ecs", "ecspresso", "kubernetes", "terraform", "terraform_plan", "terraform_state"):
            __import__(f"translator.readers.{name}")
    grown = GROWN / reader
    start = grown / "seeds"
    start.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds(reader)):
        (start / str(number)).write_bytes(content)
    (grown / "more").mkdir(exist_ok=True)
    options = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", f"-max_len={LARGEST}", f"-artifact_prefix={grown}/", "-verbosity=0",
               "-print_final_stats=1"]
    arguments = [sys.argv[0], *options, str(grown / "more"), str(start)]
    more = {} if reader in ("terraform", "text") else {"custom_mutator": structured}
    atheris.Setup(arguments, lambda data: attempt(reader, data), **more)
    atheris.Fuzz()


def main() -> int:
    """Fuzz one reader, or all of them, each in a process of its own; gives how many broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader", nargs="?", default="all", choices=["all", *FIXTURES])
    parser.add_argument("--seconds", type=int, default=60, help="for each reader")
    parser.add_argument("--replay", action="store_true")
    given = parser.parse_args()
    readers = list(FIXTURES) if given.reader == "all" else [given.reader]
    if given.replay:
        print(f"{replay(readers)} seeds")
        return 0
    if given.reader != "all":
        guided(given.reader, given.seconds)
    return sum(bool(subprocess.run([sys.executable, __file__, name, "--seconds", str(given.seconds)], check=False).returncode) for name in readers)


if __name__ == "__main__":
    sys.exit(main())
