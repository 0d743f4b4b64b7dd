"""A conversion -> where its time goes, by groups of modules; what is built in counts for whoever calls it.

python benchmarks/hotpath.py [SERVICES]
"""
from __future__ import annotations

import cProfile
import pstats
import sys
from pathlib import Path

import work
from manifests import services

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PACKAGE = str(ROOT / "translator")
GROUPS = {
    "reading (with PyYAML's C parser)": ("readers/", "yaml/"),
    "canonical form and schemas": ("canonical.py", "schema.py", "nodes.py", "paths.py", "plain.py"),
    "grouping": ("hubs/",),
    "engine and trees": ("engine.py", "trees.py", "rows.py", "owners.py", "settle.py", "neighbours.py", "program.py", "remembering.py", "api.py", "placeholders.py"),
    "concepts and converters": ("concepts/", "converters/"),
    "findings and places": ("findings.py", "model.py", "provenance.py", "objects.py", "render/"),
    "limits": ("limits/",),
    "secrets": ("secrecy.py", "credentials.py"),
    "writing": ("writers/", "json/"),
}


def profiled(count: int) -> list[tuple[str, float]]:
    """Give (group, its part of all the time) of converting services, the largest first."""
    text, profile = services(count), cProfile.Profile()
    work.convert(services(1))
    profile.runcall(work.convert, text)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    parts: dict[str, float] = {}
    for (file, _, _), (_, _, own, _, callers) in stats.items():
        shares = [(caller[0], times[2]) for caller, times in callers.items()] if file == "~" else [(file, own)]
        for name, share in shares:
            parts[group(name)] = parts.get(group(name), 0) + share
    whole = sum(parts.values())
    return sorted(((name, part / whole) for name, part in parts.items()), key=lambda pair: -pair[1])


def group(file: str) -> str:
    """Name the group of a file."""
    inside = file.removeprefix(PACKAGE).lstrip("/") if file.startswith(PACKAGE) else "/".join(file.split("/")[-2:])
    return next((name for name, begins in GROUPS.items() if inside.startswith(begins)), "all else")


def table(parts: list[tuple[str, float]]) -> str:
    """Lay the groups out as a table."""
    return "\n".join(["| where | share of the time |", "|---|---|", *(f"| {name} | {share:.0%} |" for name, share in parts)]) + "\n"


if __name__ == "__main__":
    print(table(profiled(int(sys.argv[1]) if len(sys.argv) > 1 else 300)), end="")
