"""What subtraction left over -> findings: grouped by cause, with places, worded by the rows."""
from __future__ import annotations

from typing import Any, Iterable

from . import rows
from .engine import OTHER, Fired, Law, fill
from .hubs.application import Application
from .model import LEVELS, Field, Finding
from .owners import owners
from .rows import Row
from .secrecy import shown
from .trees import Path, get

UNMAPPED, DEFAULTS = "translation.unmapped", "translation.default-values"


def message(code: str, text: str = "", fields: Iterable[Field] = (), application: str = "", level: str = "") -> Finding:
    """Make a finding of a code that only speaks; its table gives level, words and remedy."""
    cells = rows.messages()[code]
    return Finding(
        code, level or cells["level"], text or cells["note"], cells.get("remedy", ""), tuple(fields), application
    )


def of_law(
    application: Application, law: Law, platform: str, accounted: frozenset[Path] = frozenset()
) -> list[Finding]:
    """Report what a law lost, and every approximate row that applied.

    `accounted` are paths of shared objects that came along with another application.
    """
    causes: dict[str, list[Field]] = {}
    fired = {(use.row.code, use.keys): use for use in law.fired}
    noticed = {path: use.row for use in law.said for path in _paths_of(use, platform)}
    speaking: dict[str, Row] = {}
    for path, value in law.lost:
        if path in accounted:
            continue
        code, use = _cause(path, value, platform, fired, noticed, speaking)
        causes.setdefault(code, []).append(_field(application, platform, path, value, use))
    for use in [*law.fired, *law.said]:
        if use.row.fidelity(platform) == "approximate":
            speaking[use.row.code] = use.row
            fields = causes.setdefault(use.row.code, [])
            fields.extend(one for one in _fields_of(application, platform, law, use) if not _is_named(one, fields))
    return [_finding(code, fields, speaking.get(code), application, platform) for code, fields in causes.items()]


def _is_named(one: Field, fields: list[Field]) -> bool:
    """Whether a finding names a field already, or something within it."""
    within = (one.path + ".", one.path + "[")
    return any(
        other.object == one.object and (other.path == one.path or other.path.startswith(within)) for other in fields
    )


def _cause(
    path: Path, value: Any, platform: str, fired: dict, noticed: dict[Path, Row], speaking: dict[str, Row]
) -> tuple[str, Fired | None]:
    """Find the row that knows a lost leaf; a notice that has something to say about just this value goes first."""
    found = owners(platform).of(path)
    if found is None:
        return DEFAULTS if value == {} else UNMAPPED, None
    row, keys, depth = found
    row = next((noticed[path[:length]] for length in range(len(path), depth - 1, -1) if path[:length] in noticed), row)
    if is_default(row, platform, path, value):
        return DEFAULTS, None
    speaking[row.code] = row
    return row.code, fired.get((row.code, keys))


def is_default(row: Row, platform: str, path: Path, value: Any) -> bool:
    """Whether a value is what the platform takes where the field is absent."""
    defaults = row.cells.get("default") or {}
    side = rows.SIDES[platform]
    if side not in defaults or value == {} and not _is_own(row, platform, path):
        return False
    return defaults[side] == value and isinstance(defaults[side], bool) == isinstance(value, bool)


def _is_own(row: Row, platform: str, path: Path) -> bool:
    """Whether a path is a field of a row, and not an entry within it: an empty map is empty, its entry `{}` is there."""
    base = rows.scopes()[row.scope][platform] or ()
    return any(len(base) + len(arg.path) == len(path) for arg in row.side(platform) if not arg.from_top)


def _field(application: Application, platform: str, path: Path, value: Any, use: Fired | None = None) -> Field:
    part = application.part(path)
    becomes = (
        use.values[0] if use is not None and len(use.values) == 1 and not isinstance(use.values[0], dict) else None
    )
    was, becomes = shown(path, value), shown(path, becomes)
    return Field(".".join(path), was=was, becomes=becomes) if part is None else part.field(path, was, becomes)


def _fields_of(application: Application, platform: str, law: Law, use: Fired) -> Iterable[Field]:
    """Give the fields that an approximate row read, as far as they stand in the input."""
    for path in _paths_of(use, platform):
        value = get(law.tree, path)
        if value is not None:
            yield _field(application, platform, path, None if isinstance(value, dict) else value, use)


def _paths_of(use: Fired, platform: str) -> Iterable[Path]:
    """Give the paths that a row's use owns on one platform, as far as they are the same for every entry."""
    base = fill(rows.scopes()[use.row.scope][platform] or (), use.keys)
    for arg in use.row.side(platform):
        if not arg.from_top and not {"*", "@"}.intersection(arg.path):
            yield base + arg.path


def _finding(code: str, fields: list[Field], row: Row | None, application: Application, platform: str) -> Finding:
    if row is None:
        return message(code, fields=fields, application=label(application))
    level = row.level(platform)
    return Finding(
        code,
        level,
        row.said("note", platform) or default_words(row, platform),
        row.said("remedy", platform) or "",
        tuple(fields),
        label(application),
    )


def label(application: Application) -> str:
    """Name an application as reports do: `shop/web`."""
    return f"{application.namespace}/{application.name}" if application.namespace else application.name


def default_words(row: Row, platform: str) -> str:
    """Word a finding for a row that has no note for this direction: an exact row met a value it cannot carry."""
    other = "ECS" if OTHER[platform] == "ecs" else "Kubernetes"
    return f"{other} has no equal for this value, so it was left out."


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by application, gravest first, then by code and place; one cause once."""
    def key(finding: Finding) -> tuple:
        first = finding.fields[0] if finding.fields else Field("")
        return (
            finding.application,
            -LEVELS.index(finding.level),
            finding.code,
            first.file,
            first.line,
            first.path,
            finding.message,
        )
    return tuple(sorted(findings, key=key))
