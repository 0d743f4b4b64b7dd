"""One application <-> its part of the page: steps, diagrams, the two panes with their notes, simulations."""

from __future__ import annotations

from translator.model import Finding
from translator.render.diagram import diagram
from translator.render.markup import esc
from translator.render.notes import marks, placed
from translator.render.panes import output_files, source_files, wire
from translator.render.plot import plot
from translator.render.levels import worst_first
from translator.render.report import PLATFORMS, ApplicationReport, Part, Simulation
from translator.render.words import show

SHOWN_CAUSES = 3


def section(prefix: str, application: ApplicationReport, platform_from: str, platform_to: str) -> str:
    """Set what is inside an application's fold."""
    before, after = (PLATFORMS.get(key, key) for key in (platform_from, platform_to))
    parts = [
        _steps(prefix, application),
        _diagrams(application, before, after),
        _code(prefix, application, before, after),
    ]
    return "\n".join(filter(None, [*parts, *map(_simulation, application.simulation)]))


def _steps(prefix: str, application: ApplicationReport) -> str:
    """Set the checklist; each step leads to the notes of the findings that ask for it."""
    notes = {id(finding): f"{prefix}f{index}" for index, finding in enumerate(worst_first(application.findings))}
    items = "".join(
        f"<li><label><input type=checkbox> <span>{esc(step.text)}</span></label>"
        f" <small>{', '.join(_cause(notes[id(finding)], finding) for finding in step.findings[:SHOWN_CAUSES])}</small>"
        for step in application.checklist
    )
    return f"<section class=steps><h3>To do by hand</h3><ul>{items}</ul></section>" if items else ""


def _cause(note: str, finding: Finding) -> str:
    return f"<a href=#{note}>{esc(finding.code)}</a>"


def _diagrams(application: ApplicationReport, before: str, after: str) -> str:
    if not application.before and not application.after:
        return ""
    figures = (_figure(application.before, f"Before, on {before}"), _figure(application.after, f"After, on {after}"))
    pair = "<span class=to aria-hidden=true>→</span>".join(figures)
    return f"<section><h3>Before and after</h3><div class=pair>{pair}</div></section>"


def _figure(parts: tuple[Part, ...], label: str) -> str:
    drawn = diagram(parts, label) if parts else "<p class=empty>Nothing, as it stands.</p>"
    return f"<figure><figcaption>{esc(label)}</figcaption>{drawn}</figure>"


def _code(prefix: str, application: ApplicationReport, before: str, after: str) -> str:
    """Set the input with the notes in its margin, and the output beside it."""
    wiring = wire(prefix, application)
    loose, fixed = placed(prefix, application.findings, wiring.ids)
    source = source_files(prefix, application, wiring, fixed, marks(application.findings, wiring.ids))
    output = output_files(prefix, application, wiring)
    general = f"<div class=list>{''.join(loose)}</div>" if loose else ""
    if not source and not output:
        return f"<section><h3>Findings</h3>{general}</section>" if general else ""
    title = "Line by line" if fixed or not general else "Findings, line by line"
    shape = " ".join(filter(None, ["panes", "margin" if fixed else "", "" if output else "single"]))
    return (
        f'<section><h3>{title}</h3>{general}<div class="{shape}">'
        f"{_pane('source', f'{before}, as it is', source, prefix)}"
        f"{_pane('output', f'{after}, as it would be', output, prefix)}</div></section>"
    )


def _pane(name: str, title: str, body: str, prefix: str) -> str:
    if not body:
        return ""
    scrolls = " tabindex=0" if name == "output" else ""
    side = f"<p class=side id={prefix}{name}>{esc(title)}</p>"
    return f"<div class={name} role=group aria-labelledby={prefix}{name}{scrolls}>{side}{body}</div>"


def _simulation(simulation: Simulation) -> str:
    heads = "".join(f"<th scope=col>{esc(column.name)}" for column in simulation.columns)
    rows = "".join(f"<tr>{''.join(f'<td class=n>{esc(show(value))}' for value in row)}" for row in simulation.rows)
    note = f"<p>{esc(simulation.note)}</p>" if simulation.note else ""
    drawn = plot(simulation)
    return (
        f"<section class=simulation><h3>{esc(simulation.title)}</h3>{f'<figure>{drawn}</figure>' if drawn else ''}"
        f'<div class=scroll tabindex=0 role=group aria-label="{esc(simulation.title)}">'
        f"<table><thead><tr>{heads}</thead><tbody>{rows}</tbody></table></div>{note}</section>"
    )
