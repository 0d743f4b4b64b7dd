"""The input and the output of one application <-> two panes of lines that lead to each other.

Each line has an id; the number of a linked line is a link to the line it comes from or becomes, so the two panes are
joined without any script. The script only adds the highlight, and the further lines of a link (`data-l`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from translator.render.markup import esc
from translator.render.redact import redact
from translator.render.report import ApplicationReport, OutputText, SourceText


@dataclass(frozen=True)
class Wiring:
    """The ids of the input lines by place, and the links between ids in both directions."""

    ids: Mapping[tuple[str, int], str]
    ahead: Mapping[str, str]
    back: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, str]


def wire(prefix: str, application: ApplicationReport) -> Wiring:
    """Give every line of an application an id, and join outputs to inputs."""
    ids = {
        (source.file, source.first_line + offset): f"{prefix}i{index}-{source.first_line + offset}"
        for index, source in enumerate(application.inputs)
        for offset in range(source.text.count("\n") + 1)
    }
    back, codes, ahead = {}, {}, {}
    for index, output in enumerate(application.outputs):
        for link in output.links:
            line = f"{prefix}o{index}-{link.line}"
            back[line] = tuple(dict.fromkeys(ids[place] for place in link.inputs if place in ids))
            codes[line] = link.code
            ahead.update({source: line for source in back[line] if source not in ahead})
    return Wiring(ids, ahead, back, codes)


def _lines(text: str) -> list[str]:
    """Split a text at line feeds alone, as the readers count lines; what is secret does not reach the page."""
    return redact(text).removesuffix("\n").split("\n")


def source_files(
    prefix: str,
    application: ApplicationReport,
    wiring: Wiring,
    notes: Mapping[str, list[str]],
    marks: Mapping[str, str],
) -> str:
    """Set the input files, the notes standing before the line they speak of."""
    return "".join(
        _source_file(f"{prefix}i{index}", source, wiring, notes, marks)
        for index, source in enumerate(application.inputs)
    )


def _source_file(
    name: str, source: SourceText, wiring: Wiring, notes: Mapping[str, list[str]], marks: Mapping[str, str]
) -> str:
    rows = []
    for number, text in enumerate(_lines(source.text), source.first_line):
        line = f"{name}-{number}"
        rows.append(
            "".join(notes.get(line, ()))
            + _line(line, number, text, wiring.ahead.get(line, ""), mark=marks.get(line, ""))
        )
    return _file(source.file, rows)


def output_files(prefix: str, application: ApplicationReport, wiring: Wiring) -> str:
    """Set the output files."""
    return "".join(
        _output_file(f"{prefix}o{index}", output, wiring) for index, output in enumerate(application.outputs)
    )


def _output_file(name: str, output: OutputText, wiring: Wiring) -> str:
    rows = []
    for number, text in enumerate(_lines(output.text), 1):
        line = f"{name}-{number}"
        first, *others = wiring.back.get(line, ()) or ("",)
        rows.append(_line(line, number, text, first, others, wiring.codes.get(line, "")))
    return _file(output.name, rows)


def _file(name: str, rows: Iterable[str]) -> str:
    return f'<h4><bdi>{esc(name)}</bdi></h4><div class="lines" translate="no">{"".join(rows)}</div>'


def _line(
    line: str, number: int, text: str, target: str, others: Iterable[str] = (), code: str = "", mark: str = ""
) -> str:
    """Set one line: its number, a link where it leads somewhere, and its text."""
    title = f' title="{esc(code)}"' if code else ""
    further = f' data-l="{" ".join(others)}"' if others else ""
    head = f"<a href=#{target}{title}{further}>{number}</a>" if target else f"<i{title}>{number}</i>"
    return f"<div id={line}{f' class={mark}' if mark else ''}>{head}{coloured(text)}</div>"


def coloured(text: str) -> str:
    """Set a line's key apart from its value, and a comment from both."""
    if text.lstrip().startswith("#"):
        return f"<q>{esc(text, keep=chr(9))}</q>"
    found = _key().match(text)
    if not found:
        return esc(text, keep="\t")
    start, end = found.span(1)
    return f"{esc(text[:start], keep=chr(9))}<b>{esc(found[1])}</b>{esc(text[end:], keep=chr(9))}"


@cache
def _key() -> re.Pattern:
    """Match the key that a line of YAML, JSON or HCL starts with."""
    return re.compile(r'[\s\-{]*("(?:[^"\\]|\\.){1,200}"|[\w./-]{1,200})(?=:(?:\s|$)| += )')
