"""The cases under fixtures/: one folder each, input and what must come of it.

    fixtures/<concept>/<case>/k8s.yaml, ecs.json     the same thing on both sides, as far as the case is about it
                              direction.txt          `to-ecs`, `to-k8s` or `both`
                              findings.txt           the concept's findings, one a line: `level code path`
                              origin.txt             the documents that the expectation was written from
                              environment.yaml       optional
Expectations are parts: every leaf that stands there must come out, and what is null must not.
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator

import yaml

from conftest import ROOT
from translator import parse, schema, translate
from translator.model import Document

FIXTURES = ROOT / "fixtures"


def cases() -> Iterator[tuple[Path, str]]:
    """Give every case with every direction it is for."""
    for file in sorted(FIXTURES.glob("*/*/direction.txt")):
        said = file.read_text().strip()
        for direction in ("to-ecs", "to-k8s"):
            if said in (direction, "both"):
                yield file.parent, direction


def run(case: Path, direction: str):
    """Translate a case; gives the translation and what is expected: [(kind, value)]."""
    given, wanted = ("k8s.yaml", "ecs.json") if direction == "to-ecs" else ("ecs.json", "k8s.yaml")
    environment = case / "environment.yaml"
    document = parse((case / given).read_bytes(), str((case / given).relative_to(ROOT)))
    translation = translate(document, environment if environment.exists() else None)
    return translation, expected(case / wanted)


def expected(file: Path) -> list[tuple[str, Any]]:
    """Give what a file expects, by kind."""
    if file.suffix == ".json":
        return [(kind, value) for kind, values in json.loads(file.read_text()).items() for value in values]
    return [(value["kind"], value) for value in yaml.safe_load_all(file.read_text()) if value]


def missing(output: Document, kind: str, wanted: Any) -> list[str]:
    """Give what an expected object has that no output object of its kind has; nothing where one fits."""
    best: list[str] | None = None
    for entry in output.entries:
        if entry.kind == kind:
            lacking = list(_lacking(tree(output.platform, kind, entry.value), tree(output.platform, kind, wanted), ""))
            best = lacking if best is None or len(lacking) < len(best) else best
    return [f"no {kind} in the output"] if best is None else best


def tree(platform: str, kind: str, value: Any) -> Any:
    """Bring a value into canonical form."""
    return schema.canonical(platform, kind, value)[0]


def _lacking(have: Any, want: Any, path: str) -> Iterator[str]:
    if isinstance(want, dict) and want:
        for key, entry in want.items():
            yield from _lacking(have.get(key) if isinstance(have, dict) else None, entry, f"{path}.{key}")
    elif have != want:
        yield f"{path}: is {have!r}, wanted {want!r}"


def absent(file: Path) -> Iterator[tuple[str, tuple]]:
    """Give (kind, path) of every null in an expectation."""
    for kind, value in expected(file):
        for path in _nulls(value, ()):
            yield kind, path


def _nulls(value: Any, path: tuple) -> Iterator[tuple]:
    if value is None:
        yield path
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _nulls(entry, path + (key,))


def at(value: Any, path: tuple) -> Any:
    """Give what stands at a raw path, or None."""
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value
