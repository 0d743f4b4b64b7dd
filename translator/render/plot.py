"""A simulation's table <-> a plot: the first column against the others, one colour a platform."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from numbers import Real

from translator.render.markup import esc
from translator.render.report import Simulation

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 250, 40, 12, 12, 40
TICKS = 4

Points = list[tuple[float, float]]


def plot(simulation: Simulation) -> str:
    """Draw a simulation, or nothing when its columns are no numbers."""
    series = [_points(simulation.rows, index) for index in range(1, len(simulation.columns))]
    if not simulation.plot or not any(len(points) > 1 for points in series):
        return ""
    xs, top = (
        sorted({x for points in series for x, _ in points}),
        _ceiling(max(y for points in series for _, y in points)),
    )
    across, down = _scale(xs[0], xs[-1], LEFT, WIDTH - RIGHT), _scale(0, top, HEIGHT - BOTTOM, TOP)
    drawing = [*_grid(top, down), *_marks(xs, across), _label(simulation), *_curves(simulation, series, across, down)]
    head = f'<svg class=plot role=img aria-label="{esc(simulation.title)}" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return f"{head}{''.join(drawing)}</svg>{_legend(simulation)}"


def _points(rows: Sequence[Sequence], index: int) -> Points:
    """Give the points of one column, leaving out what is no number."""
    return [(row[0], row[index]) for row in rows if _number(row[0]) and _number(row[index])]


def _number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _ceiling(value: float) -> int:
    """Round up so that the ticks are whole numbers."""
    return max(TICKS, ceil(value / TICKS) * TICKS)


def _scale(low: float, high: float, start: float, end: float):
    return lambda value: start + (value - low) / ((high - low) or 1) * (end - start)


def _grid(top: int, down) -> Iterable[str]:
    for value in range(0, top + 1, top // TICKS):
        y = f"{down(value):.1f}"
        yield f'<path class=grid d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
        yield f'<text class=y x="{LEFT - 8}" y="{y}" dy="4">{value}</text>'


def _marks(xs: Sequence[float], across) -> Iterable[str]:
    """Name every so many values of the first column, so that the names keep apart."""
    every = ceil(len(xs) / 12)
    for x in xs[::every]:
        yield f'<text class=x x="{across(x):.1f}" y="{HEIGHT - BOTTOM + 17}">{x:g}</text>'


def _label(simulation: Simulation) -> str:
    return f'<text class=x x="{(WIDTH + LEFT) // 2}" y="{HEIGHT - 5}">{esc(simulation.columns[0].name)}</text>'


def _curves(simulation: Simulation, series: Sequence[Points], across, down) -> Iterable[str]:
    for name, points in zip(_styles(simulation), series):
        path = "L".join(f"{across(x):.1f} {down(y):.1f}" for x, y in points)
        yield f'<path class="{name}" d="M{path}"/>' if points else ""


def _styles(simulation: Simulation) -> list[str]:
    """Give each column the class of its platform, and the further ones of a platform a broken line."""
    platforms = [
        column.platform if column.platform in ("kubernetes", "ecs") else "neither" for column in simulation.columns[1:]
    ]
    return [f"curve {name}{' second' if name in platforms[:index] else ''}" for index, name in enumerate(platforms)]


def _legend(simulation: Simulation) -> str:
    keys = [
        f'<li><svg aria-hidden=true viewBox="0 0 28 8" width="28" height="8"><path class="{name}" d="M0 4H28"/></svg>'
        f" {esc(column.name)}"
        for name, column in zip(_styles(simulation), simulation.columns[1:])
    ]
    return f"<ul class=legend>{''.join(keys)}</ul>"
