"""What subtraction left over -> findings: grouped by cause, with places, worded by the rows."""
from __future__ import annotations

from typing import Any, Iterable, Iterator, NamedTuple

from . import rows
from .engine import OTHER, Fired, Law, fill
from .hubs.application import Application
from .model import INFO, LEVELS, Field, Finding
from .owners import owners
from .rows import Row
from .secrecy import shown
from .trees import Path, get, leaves

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
    named: dict[str, list[Field]] = {}
    speaking: dict[str, Row] = {}
    for one in causes(law, platform):
        if one.path not in accounted:
            speaking.update({one.code: one.row} if one.row else {})
            named.setdefault(one.code, []).append(_field(application, platform, one.path, one.value, one.use))
    shown_of = _Fields(application, platform, law)
    spoken = rows.approximate(platform)
    for use in [*law.fired, *law.said]:
        if use.row in spoken:
            speaking[use.row.code] = use.row
            fields = named.setdefault(use.row.code, [])
            fields.extend(one for one in shown_of(use) if not _is_named(one, fields))
    return [_finding(code, fields, speaking.get(code), application, platform) for code, fields in named.items()]


class Cause(NamedTuple):
    """A leaf that did not come along, the code that says why, and the row and its use where one knows it."""

    path: Path
    value: Any
    code: str
    row: Row | None = None
    use: Fired | None = None

    def becomes(self, platform: str) -> Any:
        """Give the value that stands for it on the other side, where there is one."""
        return _given(self.use, platform)

    def level(self, platform: str) -> str:
        """Give the level at which the leaf is reported."""
        return self.row.level(platform) if self.row else rows.messages()[self.code]["level"]


def causes(law: Law, platform: str) -> Iterator[Cause]:
    """Find, for every lost leaf, the row that knows it."""
    fired = {(use.row.code, use.keys): use for use in law.fired}
    taking = (use for use in law.said if use.row.cells.get("takes", True))
    noticed = {path: use.row for use in taking for path in _paths_of(use, platform)}
    for path, value in law.lost:
        yield _cause(path, value, platform, fired, noticed)


def ways(law: Law, platform: str, accounted: frozenset[Path] = frozenset()) -> dict[Path, str]:
    """Say of every leaf of the input whether it is carried `exact`, `adapted`, or `lost`.

    What the other platform does by itself, and what says no more than a default does, is carried: it runs the same.
    """
    made = dict.fromkeys((path for path, _ in leaves(law.tree)), "exact")
    for use in [*law.fired, *law.said]:
        if use.row in rows.approximate(platform):
            tops = [path for path in _paths_of(use, platform) if not _holds_entries(path, platform)]
            made.update((top + path, "adapted") for top in tops for path, _ in _within(law.tree, top))
    for one in causes(law, platform):
        if one.path not in accounted:
            made[one.path] = _way(one, platform)
    return made


def _holds_entries(path: Path, platform: str) -> bool:
    """Whether a path is that of all containers, or of something else that rows look at one by one."""
    patterns = (pattern for pattern in (scope[platform] for scope in rows.scopes().values()) if pattern)
    return any(
        len(pattern) > len(path) and all(key in ("*", own) for key, own in zip(pattern, path)) for pattern in patterns
    )


def _within(tree: Any, top: Path) -> Iterable[tuple[Path, Any]]:
    """Give the leaves under a path, the paths starting there."""
    value = get(tree, top)
    return leaves(value) if isinstance(value, dict) else () if value is None else [((), value)]


def _way(cause: Cause, platform: str) -> str:
    if cause.level(platform) == INFO:
        return "adapted" if cause.row and cause.row.fidelity(platform) != "none" else "exact"
    return "lost" if cause.becomes(platform) is None else "adapted"


def _is_named(one: Field, fields: list[Field]) -> bool:
    """Whether a finding names a field already, or something within it."""
    within = (one.path + ".", one.path + "[")
    return any(
        other.object == one.object and (other.path == one.path or other.path.startswith(within)) for other in fields
    )


def _cause(path: Path, value: Any, platform: str, fired: dict, noticed: dict[Path, Row]) -> Cause:
    """Find the row that knows a lost leaf; a notice that has something to say about just this value goes first."""
    found = owners(platform).of(path)
    if found is None:
        return Cause(path, value, DEFAULTS if value == {} else UNMAPPED)
    row, keys, depth = found
    row = next((noticed[path[:length]] for length in range(len(path), depth - 1, -1) if path[:length] in noticed), row)
    if is_default(row, platform, path, value):
        return Cause(path, value, DEFAULTS)
    return Cause(path, value, row.code, row, fired.get((row.code, keys)))


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
    was, becomes = shown(path, value), shown(path, _given(use, platform))
    return Field(".".join(path), was=was, becomes=becomes) if part is None else part.field(path, was, becomes)


def _given(use: Fired | None, platform: str) -> Any:
    """Give the one plain value that a use of a row gave for the one field that it has."""
    if use is None or len(use.values) != 1 or isinstance(use.values[0], dict):
        return None
    own = [arg for arg in use.row.side(platform) if not arg.from_top and arg.path != ("@",)]
    return use.values[0] if len(own) == 1 else None


class _Fields:
    """The fields of one application that its approximate rows read."""

    def __init__(self, application: Application, platform: str, law: Law):
        self.application, self.platform, self.law = application, platform, law
        self.gone = {path for path, _ in law.lost}
        self.fired = {(use.row.code, use.keys): use for use in law.fired}

    def __call__(self, use: Fired) -> Iterator[Field]:
        """Give what a use read and is in the input: as changed where it is known what became of it, as gone only where it is."""
        for path in _paths_of(use, self.platform):
            value = get(self.law.tree, path)
            if value is not None:
                carrier = use if use.values else self._carrier(path)
                known = not isinstance(value, dict) and (path in self.gone or _given(carrier, self.platform) is not None)
                yield _field(self.application, self.platform, path, value if known else None, carrier)

    def _carrier(self, path: Path) -> Fired | None:
        """Find the use of the row that carries a field of which another row only speaks."""
        found = owners(self.platform).of(path)
        return self.fired.get((found[0].code, found[1])) if found else None


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
            first.column,
            first.path,
            finding.message,
        )
    return tuple(sorted(findings, key=key))
