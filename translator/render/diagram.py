"""The parts of an application <-> a small diagram of it: what a request passes from top to bottom, the rest beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from translator.render.markup import esc
from translator.render.report import Part
from translator.render.words import cut, kind_words, printable

MAIN = ("entry", "network", "workload", "storage", "other")
SIDE = ("scaling", "configuration")

WIDTH, HEIGHT, GAP, STEP, BETWEEN, MARGIN = 168, 46, 8, 26, 40, 4
SHOWN = 6
NAME_LENGTH = 22

Spot = tuple[Part, int, int]


def diagram(parts: Sequence[Part], label: str) -> str:
    """Draw the parts of one side; an arrow joins each stage to the next, and what stands beside to the workload."""
    side = [part for group in SIDE for part in _few(parts, group)]
    x = MARGIN + (WIDTH + BETWEEN if side else 0)
    main, ends = _main(parts, x)
    beside = _stack(side, MARGIN, _top(main))
    spots = [*main, *beside]
    height = max((y + HEIGHT for _, _, y in spots), default=0) + MARGIN
    drawing = [*_falls(ends, x + WIDTH // 2), *_reaches(beside, main, x), *map(_box, spots)]
    named = ", ".join(f"{kind_words(part.kind)} {part.name}" for part in parts)
    return (
        f'<svg class=diagram role=img aria-label="{esc(f"{label}: {named}")}" '
        f'viewBox="0 0 {x + WIDTH + MARGIN} {height}" width="{x + WIDTH + MARGIN}">{"".join(drawing)}</svg>'
    )


def _few(parts: Iterable[Part], group: str) -> list[Part]:
    """Give the parts of a group, the last ones as one box when they are many."""
    found = [part for part in parts if _group(part) == group]
    if len(found) <= SHOWN:
        return found
    return [*found[: SHOWN - 1], Part("", f"and {len(found) - SHOWN + 1} more", group)]


def _group(part: Part) -> str:
    """Give the group that a part is drawn in."""
    return part.group if part.group in MAIN + SIDE else "other"


def _stack(parts: Iterable[Part], x: int, top: int) -> list[Spot]:
    return [(part, x, top + index * (HEIGHT + GAP)) for index, part in enumerate(parts)]


def _main(parts: Sequence[Part], x: int) -> tuple[list[Spot], list[tuple[int, int]]]:
    """Place the stages one below the other; also give where each begins and ends."""
    spots: list[Spot] = []
    ends: list[tuple[int, int]] = []
    for stage in filter(None, (_few(parts, group) for group in MAIN)):
        top = ends[-1][1] + STEP if ends else MARGIN
        spots += _stack(stage, x, top)
        ends.append((top, spots[-1][2] + HEIGHT))
    return spots, ends


def _top(main: Iterable[Spot]) -> int:
    """Find where the workload begins: what stands beside it begins there."""
    return next((y for part, _, y in main if part.group == "workload"), MARGIN)


def _falls(ends: Sequence[tuple[int, int]], x: int) -> Iterable[str]:
    for (_, bottom), (top, _) in pairwise(ends):
        yield f'<path class=edge d="M{x} {bottom}V{top - 5}"/><path class=head d="M{x - 5} {top - 7}h10l-5 7z"/>'


def _reaches(beside: Sequence[Spot], main: Sequence[Spot], x: int) -> Iterable[str]:
    """Lead from each box beside to the workload: what scales to its first box, what configures to its last."""
    rows = [y + HEIGHT // 2 for part, _, y in main if part.group == "workload"]
    for part, left, y in beside if rows else ():
        start, scales = y + HEIGHT // 2, part.group == "scaling"
        row, bend = rows[0 if scales else -1], left + WIDTH + BETWEEN // (4 if scales else 2)
        yield f'<path class=edge d="M{left + WIDTH} {start}H{bend}V{row}H{x - 5}"/>'
        yield f'<path class=head d="M{x - 7} {row - 5}v10l7 -5z"/>'


def _box(spot: Spot) -> str:
    part, x, y = spot
    middle = y + HEIGHT // 2 + 5
    name = esc(cut(printable(part.name), NAME_LENGTH))
    words = (
        f'<text class=kind x="{x + 14}" y="{y + 18}">{esc(cut(printable(kind_words(part.kind)), NAME_LENGTH + 4))}</text>'
        f'<text x="{x + 14}" y="{y + 35}">{name}</text>'
        if part.kind
        else f'<text x="{x + 14}" y="{middle}">{name}</text>'
    )
    return (
        f'<g class="part {_group(part)}"><title>{esc(f"{kind_words(part.kind)} {part.name}".strip())}</title>'
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="7"/>'
        f'<rect class=strip x="{x}" y="{y + 7}" width="4" height="{HEIGHT - 14}" rx="2"/>{words}</g>'
    )
