"""Two documents, of one platform or of both -> the differences that mean something, in both vendors' terms."""
from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Iterable, Iterator

from . import provenance
from .absence import says_nothing
from .api import Carried, translate
from .converters import quantity
from .engine import alike
from .hubs.application import SHARED, Application
from .model import Document, Field, TranslatorError
from .owners import owners
from .secrecy import shown, veil_of
from .trees import Path, Tree, get, leaves, put

NOT_COMPARED = ("apiVersion", "kind")
# Longer values lose their middle where a person reads them; JSON has them whole.
VALUE_LIMIT = 200
# Where an application says its own name: of two that were matched all the same, it differs.
NAMES = (("service", "serviceName"), ("service", "taskDefinition"), ("taskDefinition", "family"), ("workload", "metadata", "name"))
NAMED_AFTER = ("deployment", "taskdefinition", "taskdef", "service", "svc")


@dataclass(frozen=True)
class Difference:
    """One field that says one thing on the left and another, or nothing, on the right."""

    application: str
    left: Field | None
    right: Field | None
    code: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the difference as plain data."""
        sides = {
            name: side.to_dict() for name, side in (("left", self.left), ("right", self.right)) if side is not None
        }
        return {"application": self.application, "code": self.code, **sides}


@dataclass(frozen=True)
class Comparison:
    """What differs, and which applications stand on one side only."""

    differences: tuple[Difference, ...]
    only_left: tuple[str, ...] = ()
    only_right: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.differences or self.only_left or self.only_right)

    def to_dict(self) -> dict[str, Any]:
        """Give the comparison as plain data."""
        return {
            "differences": [one.to_dict() for one in self.differences],
            "onlyLeft": list(self.only_left),
            "onlyRight": list(self.only_right),
        }


def diff(left: Document, right: Document, environment: Any = None, names: dict[str, str] | None = None) -> Comparison:
    """Compare two documents; `names` says which application on the left is which on the right."""
    one, other = translate(left, environment).carried, translate(right, environment).carried
    pairs, only_left, only_right = matched(one, other, _known(names or {}, one, other))
    across = left.platform != right.platform
    common = _namespaces(one, across), _namespaces(other, False)
    found = [
        difference for pair in pairs for difference in _compared(*pair, left.platform, right.platform, across, common)
    ]
    return Comparison(_veiled(found, left, right), tuple(only_left), tuple(only_right))


def _namespaces(side: Iterable[Carried], across: bool) -> frozenset[str]:
    """Give the Cloud Map namespaces of one side: they are all applications', whichever of them names one."""
    trees = [one.law.there if across else one.law.tree for one in side]
    return frozenset(name for tree in trees for name in tree.get("namespaces") or ())


def _known(names: dict[str, str], left: Iterable[Carried], right: Iterable[Carried]) -> dict[str, str]:
    """Give names as applications have them; a name that none has is the user's to mend."""
    sides = [{one.application.name.lower(): one.application.name for one in side} for side in (left, right)]
    for pair in names.items():
        for name, side, where in zip(pair, sides, ("left", "right")):
            if name.lower() not in side:
                told = ", ".join(sorted(side.values())) or "none"
                raise TranslatorError(f"no application {name} stands on the {where}; there are {told}")
    return {sides[0][name.lower()]: sides[1][other.lower()] for name, other in names.items()}


def _veiled(found: Iterable[Difference], *documents: Document) -> tuple[Difference, ...]:
    """Hide what is secret: that two values differ may be said, the values may not."""
    veil = veil_of(*documents)
    return tuple(replace(one, left=veil.field(one.left), right=veil.field(one.right)) for one in found)


def round_trip(document: Document, environment: Any = None) -> Comparison:
    """Show what a way there and back loses."""
    found = []
    for one in translate(document, environment).carried:
        for path, value in one.law.lost:
            field = _field(one.application, path, value)
            back = get(one.law.back, path)
            found.append(
                Difference(
                    one.application.name,
                    field,
                    replace(field, was=shown(path, back)) if back is not None else None,
                    _code(path, document.platform),
                )
            )
    return Comparison(_veiled(found, document))


# --- which application is which ----------------------------------------------------------------

def matched(
    left: Iterable[Carried], right: Iterable[Carried], names: dict[str, str]
) -> tuple[list[tuple[Carried, Carried]], list[str], list[str]]:
    """Pair applications by the names given, by their own, by names that say the same, then by images, then by ports as well."""
    alone, waiting = list(left), list(right)
    pairs: list[tuple[Carried, Carried]] = []
    for fits in (partial(_named, names), _alike, _run_alike, _open_alike):
        for one in list(alone):
            fitting = [other for other in waiting if fits(one, other)]
            rivals = [rival for rival in alone if rival is not one and any(fits(rival, other) for other in fitting)]
            if fitting and (len(fitting) == 1 and not rivals or fits not in (_alike, _run_alike, _open_alike)):
                pairs.append((one, fitting[0]))
                alone.remove(one)
                waiting.remove(fitting[0])
    return pairs, [one.application.name for one in alone], [other.application.name for other in waiting]


def _named(names: dict[str, str], one: Carried, other: Carried) -> bool:
    return other.application.name == names.get(one.application.name, one.application.name)


def _alike(one: Carried, other: Carried) -> bool:
    """Whether two names differ only in how they are spelled, or in a word that says what is named."""
    return _plain(one.application.name) == _plain(other.application.name) != ""


def _plain(name: str) -> str:
    text = "".join(char for char in name.lower() if char.isalnum())
    return next((text.removesuffix(word) for word in NAMED_AFTER if text.endswith(word)), text)


def _run_alike(one: Carried, other: Carried) -> bool:
    return bool(images(one)) and images(one) == images(other)


def _open_alike(one: Carried, other: Carried) -> bool:
    return _run_alike(one, other) and ports(one) == ports(other)


def ports(one: Carried) -> frozenset[str]:
    """Give the ports that an application's containers open."""
    found = (container.get("ports") or container.get("portMappings") or {} for container in _containers(one).values())
    return frozenset(port for each in found for port in each)


def _containers(one: Carried) -> Tree:
    tree = one.law.tree
    return get(tree, ("pod", "spec", "containers")) or get(tree, ("taskDefinition", "containerDefinitions")) or {}


def images(one: Carried) -> frozenset[str]:
    """Give the images that an application runs, without tags."""
    named = (str(get(container, ("image",)) or "").partition("@")[0] for container in _containers(one).values())
    return frozenset(name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name for name in named if name)


# --- what differs ------------------------------------------------------------------------------

def _compared(
    left: Carried, right: Carried, platform: str, other: str, across: bool, common: tuple[frozenset[str], frozenset[str]]
) -> Iterator[Difference]:
    """Compare on one side: the right's own.

    Across platforms a value may also agree with what the right says after a way there and back, which spells its
    defaults out.
    """
    here = _meaningful(left.law.there if across else left.law.tree, other)
    links = {link.path: link for link in provenance.links(left.law, platform)} if across else {}
    renamed = left.application.name != right.application.name
    for path, was, becomes in changes(here, _meaningful(right.law.tree, other)):
        if across and was is not None and same_amount(path, was, get(right.law.back, path)) or renamed and path in NAMES:
            continue
        if path[0] == "namespaces" and path[1] in common[was is not None] and None in (was, becomes):
            continue
        field = _linked(left, links, path, was, other, becomes is not None) if across else _field(left.application, path, was)
        there = _field(right.application, path, becomes)
        yield Difference(
            left.application.name,
            None if was is None else field,
            None if becomes is None else there,
            _code(path, other),
        )


def changes(left: Tree, right: Tree) -> Iterator[tuple[Path, Any, Any]]:
    """Give (path, left, right) of every leaf that differs; the order of plain lists is kept, amounts are compared as amounts."""
    from deepdiff import DeepDiff

    flat = ({path: value for path, value in leaves(left)}, {path: value for path, value in leaves(right)})
    keys = [{"\x00".join(path): value for path, value in side.items()} for side in flat]
    found = DeepDiff(keys[0], keys[1], view="tree", threshold_to_diff_deeper=0)
    touched = {item.path(output_format="list")[0] for items in found.values() for item in items}
    for key in sorted(touched):
        path = tuple(key.split("\x00"))
        was, becomes = keys[0].get(key), keys[1].get(key)
        if was is None or becomes is None or not same_amount(path, was, becomes):
            yield path, was, becomes


def same_amount(path: Path, left: Any, right: Any) -> bool:
    """Whether two values are equal, or the same amount spelled in two ways."""
    sized = path[-1] in ("cpu", "memory", "memoryReservation", "storage") and quantity.same(left, right)
    return left == right or sized or alike(path, left, right)


def _meaningful(tree: Tree, platform: str) -> Tree:
    """Leave out what the platform does anyway, and what only says which object it is."""
    def kept(path: Path, value: Any) -> bool:
        if path[-1] in NOT_COMPARED or path[0] == SHARED or value == {}:
            return False
        return not says_nothing(path, value, tree, platform)

    made: Tree = {}
    for path, value in leaves(tree):
        if path and kept(path, value):
            put(made, path, value)
    return made


def _code(path: Path, platform: str) -> str:
    found = owners(platform).of(path)
    return found[0].code if found else ""


def _linked(
    one: Carried, links: dict[Path, provenance.Link], path: Path, value: Any, platform: str, told_there: bool
) -> Field:
    """Give the input field that an output path came from, in its own platform's terms; else what was made of which line.

    `told_there`: the other side says something else, so that both can be told in their own terms.
    """
    for length in range(len(path), 0, -1):
        link = links.get(path[:length])
        fields = list(provenance.fields_of(link, one)) if link else []
        if link and fields:
            source = _source(link, one.law.tree, value)
            if source is not None and told_there:
                field = fields[link.inputs.index(source)] if len(fields) == len(link.inputs) else fields[0]
                return replace(field, was=shown(source, get(one.law.tree, source)), becomes=shown(path, value))
            place = {"file": fields[0].file, "line": fields[0].line, "column": fields[0].column}
            return replace(_made(one, path, platform), becomes=shown(path, value), **place)
    return replace(_made(one, path, platform), becomes=shown(path, value))


def _source(link: provenance.Link, tree: Tree, value: Any) -> Path | None:
    """Give the one plain field that a value came from; of several, the one that says the same."""
    plain = [path for path in link.inputs if not isinstance(get(tree, path), dict)] if link.own else []
    return plain[0] if len(link.inputs) == len(plain) == 1 else next((path for path in plain if get(tree, path) == value), None)


def _made(one: Carried, path: Path, platform: str) -> Field:
    """Name a path of what an application became, as its object there would say it."""
    parts = [part for _, _, part in provenance.parts(one.output.tree, platform) if path[: len(part.at)] == part.at]
    return max(parts, key=lambda part: len(part.at)).field(path) if parts else Field(dotted(path))


def _field(application: Application, path: Path, value: Any) -> Field:
    part = application.part(path)
    value = shown(path, value)
    return part.field(path, value) if part is not None else Field(dotted(path), was=value)


def dotted(path: Path) -> str:
    """Write a path of a tree where no object stands behind it."""
    return ".".join(path)


# --- words -------------------------------------------------------------------------------------

def render(comparison: Comparison, format: str) -> str:
    """Write a comparison as text, json, markdown or html."""
    import json

    from .render.words import printable

    if format == "json":
        return json.dumps(comparison.to_dict(), indent=2, ensure_ascii=False, default=str) + "\n"
    if format == "text":
        return "".join(_lines(comparison))
    table = [("application", "left", "right", "rule")] + [
        (one.application, _words(one.left), _words(one.right), one.code) for one in comparison.differences
    ]
    table += [(name, "is here", "is not there", "") for name in comparison.only_left] + [
        (name, "is not here", "is there", "") for name in comparison.only_right
    ]
    shown = [tuple(printable(text) for text in row) for row in table]
    return _markdown(shown) if format == "markdown" else _html(shown)


def _lines(comparison: Comparison) -> Iterator[str]:
    from .render.words import printable

    last = None
    for one in comparison.differences:
        if one.application != last:
            last = one.application
            yield f"{printable(last)}\n"
        yield from (printable(f"  {sign} {_words(side)}") + "\n" for sign, side in zip("<>", (one.left, one.right)) if side)
    yield from (f"only on the left: {printable(name)}\n" for name in comparison.only_left)
    yield from (f"only on the right: {printable(name)}\n" for name in comparison.only_right)


def _words(field: Field | None) -> str:
    from .render.words import show

    if field is None:
        return "(nothing)"
    told = [show(value, VALUE_LIMIT) for value in (field.was, field.becomes) if value is not None]
    value = " = ".join(dict.fromkeys(told))  # what it is, and what that is on the other platform
    where = f" ({field.file}:{field.line})" if field.file else ""
    return f"{field.object + ' ' if field.object else ''}{field.path}: {value}{where}"


def _markdown(table: list[tuple[str, ...]]) -> str:
    def cell(text: str) -> str:
        return (
            text.replace("\\", "\\\\")
            .replace("|", "\\|")
            .replace("<", "&lt;")
            .replace("`", "\\`")
            .replace("\n", " ")
            .replace("@", "&#64;")
        )
    head, *rest = table
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(cell, row)) + " |" for row in rest]) + "\n"


def _html(table: list[tuple[str, ...]]) -> str:
    from html import escape

    head, *rest = table
    rows_ = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>\n" for row in rest)
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Differences</title>"
        "<style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui;margin:2rem}table{border-collapse:collapse}"
        "td,th{overflow-wrap:anywhere;border:1px solid #999;padding:.3rem .6rem;text-align:left;vertical-align:top}</style>\n<h1>Differences</h1>\n<table>\n<thead><tr>"
        + "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
        + f"</tr></thead>\n<tbody>\n{rows_}</tbody></table></html>\n"
    )

