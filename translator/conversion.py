"""What the commands do with the public functions: sources in, files and streams out."""
from __future__ import annotations

import importlib
import json
import os
import sys
from dataclasses import dataclass, replace
from typing import Any

from .api import Translation, translate
from .engine import OTHER
from .findings import ordered
from .model import ECS, Document, ReadError, TranslatorError
from .readers import _files, gather, parse
from .residue import Residue
from .rows import content
from .secrecy import Veil, masked, veil_of
from .writers import FORMATS, unsaid, write

REPORTS = {".json": "json", ".md": "markdown", ".html": "html", ".sarif": "sarif", ".txt": "text"}


@dataclass(frozen=True)
class Done:
    """A conversion: what came in, what came of it, and in which format it is wanted."""

    document: Document
    translation: Translation
    format: str | None
    environment: str | None
    output: Document
    gives_back: bool
    sources: tuple[str, ...]
    veil: Veil
    secrets: bool = False
    built: Any = None  # the report, where it was made in parts


def convert(
    sources: tuple[str, ...],
    format_: str | None = None,
    environment: str | None = None,
    residue: str | None = None,
    secrets: bool = False,
    values: dict[str, str] | None = None,
) -> Done:
    """Read and translate; nothing is written yet."""
    document, given = gather(*sources, given=values)
    if not document.entries:
        raise ReadError("a residue alone cannot be converted; name the document that it belongs to", ", ".join(sources))
    platform = OTHER[document.platform]
    if format_ is not None and format_ not in FORMATS[platform]:
        raise TranslatorError(
            f"the input is {document.platform}, so -f is one of {', '.join(FORMATS[platform])}; not {format_}"
        )
    given = given or _given_back(residue, platform)
    translation = translate(document, environment, given)
    veil = veil_of(document, translation.output, given=(values or {}).values())
    output = translation.output if secrets else masked(translation.output, veil)
    if format_ is not None:
        translation = replace(
            translation, findings=ordered(map(veil.finding, [*translation.findings, *unsaid(output, format_, environment)]))
        )
    return Done(document, translation, format_, environment, output, given is not None, sources, veil, secrets)


PLAIN = (None, "ecs", "kubernetes")
WORTH = 512 * 1024  # bytes of input from which on several processes are sooner done than one
LARGE = 4 * 1024 * 1024  # bytes of input from which on a conversion does not keep all of it in memory


def in_batches(
    sources: tuple[str, ...], environment: str | None, wanted: dict[str, Any], jobs: int | None, reports: tuple[str, ...] = ()
) -> Any:
    """Convert by several processes, or bit by bit; None where it pays, or works, only as a whole."""
    format_ = wanted.get("format")
    plain = format_ in PLAIN
    if jobs is None:
        jobs = 0 if (os.cpu_count() or 1) > 1 and is_large(sources, WORTH) else 1
    if jobs == 1 and not is_large(sources) or reports and not plain:
        return None
    from .dividing.pieces import Wanted
    from .dividing.run import divided

    more: dict[str, Any] = {"texts": True} if plain and not reports else {"objects": True, "findings": True}
    if reports:
        more.update(reports=True, beside=any(os.path.splitext(file)[1] == ".html" for file in reports))
    wanted = wanted if wanted.get("reports") else {**wanted, **more}
    return divided(sources, environment, Wanted(**wanted), jobs or os.cpu_count() or 1, LARGE)


def is_large(sources: tuple[str, ...], bound: int = LARGE) -> bool:
    """Whether files are so many or so large that it pays to look at how they can be divided."""
    files = [file for one in sources if os.path.isdir(one) for file in _files(one)]
    sizes = (os.path.getsize(one) for one in [*files, *sources] if os.path.isfile(one))
    return sum(sizes) > bound


def done_of(whole: Any, environment: str | None) -> Done:
    """Give a conversion that was made in batches as if it had been made at once."""
    from .render.report import Report

    platform, output = OTHER[whole.platform], whole.document()
    findings, format_ = whole.findings, whole.wanted.format
    if format_ is not None:
        findings = ordered([*findings, *map(whole.veil.finding, unsaid(output, format_, environment))])
    built = Report(tuple(whole.reports), whole.rest, platform, whole.platform, whole.sources) if whole.wanted.reports else None
    translation = Translation(output, findings, platform)
    return Done(Document(platform), translation, format_, environment, output, False, whole.sources, whole.veil, built=built)


def _given_back(file: str | None, platform: str) -> Residue | None:
    """Read a residue file where it holds what this conversion's output once lost."""
    if file is None or not os.path.exists(file):
        return None
    document = parse(content(file), file)
    if not isinstance(document, Residue):
        raise ReadError("the file exists and is not a residue", file)
    return document if document.platform == platform else None


def deliver(
    done: Done, folder: str | None, residue: str | None, reports: tuple[str, ...], force: bool, annotate: bool = False
) -> None:
    """Write the output, then the residue and the reports."""
    if annotate and (done.format not in PLAIN or folder is None and done.output.platform == ECS):
        raise TranslatorError("--annotate goes with plain Kubernetes YAML, or with plain ECS JSON and -o")
    for file in reports:
        if os.path.splitext(file)[1] not in REPORTS:
            raise TranslatorError(f"{file}: a report ends in {', '.join(REPORTS)}")
    if folder is None:
        sys.stdout.write(annotated(done) if annotate else stream(done))
        sys.stdout.flush()
        if residue is None and not reports:
            return
    from .output import replace_file, write_folder

    if folder is not None:
        plain_files = write(done.output, done.format, done.environment)
        write_folder(folder, annotated(done, plain_files) if annotate else plain_files, force)
    if residue is not None and not done.gives_back:
        plain = done.translation.residue.to_dict(None if done.secrets else done.veil)
        replace_file(residue, json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
    for file in reports:
        replace_file(file, report(done, REPORTS[os.path.splitext(file)[1]]))


def annotated(done: Done, files: dict[str, str] | None = None) -> Any:
    """Write which line each value came from beside it: in files, or in the whole stream."""
    from . import annotation

    if files is None:
        return annotation.stream(done.output, done.translation)
    return annotation.files(done.output, done.translation, files)


def deliver_whole(whole: Any, folder: str | None, force: bool) -> None:
    """Write the texts of batches, in their order."""
    if folder is not None:
        from .output import write_folder

        write_folder(folder, whole.files(), force)
        return
    for text in whole.stream():
        sys.stdout.write(text)
    sys.stdout.flush()


def stream(done: Done) -> str:
    """Give the whole output as one text: a stream of documents, or the files one after the other."""
    if done.format in PLAIN:
        module = importlib.import_module(f".writers.{FORMATS[done.output.platform][0]}", __package__)
        return module.stream(done.output)
    files = write(done.output, done.format, done.environment)
    if len(files) == 1:
        return next(iter(files.values()))
    return "".join(f"# {name}\n{text}" for name, text in files.items())


def report(
    done: Done, format_: str, width: int = 100, color: bool = False, summary: str | None = None, simulated: bool = False
) -> str:
    """Render the report in a format; with `summary`, one line an application alone, as text, csv, json or jsonl."""
    from . import reporting
    from .render import render
    from .render.summary import render_summary

    whole = done.built or reporting.build(
        done.document, done.translation, done.sources, texts=format_ == "html" and summary is None, simulated=simulated, veil=done.veil
    )
    if summary:
        return render_summary(whole, summary, color)
    options: dict = (
        {"color": color, "width": width}
        if format_ == "text"
        else {"rules": reporting.rules()}
        if format_ == "sarif"
        else {}
    )
    return render(whole, format_, **options)
