"""What the commands do with the public functions: sources in, files and streams out."""
from __future__ import annotations

import importlib
import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path as File

from .api import Translation, translate
from .engine import OTHER
from .findings import ordered
from .model import ECS, Document, ReadError, TranslatorError
from .output import replace_file, write_folder
from .readers import gather, parse
from .residue import Residue
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


def _given_back(file: str | None, platform: str) -> Residue | None:
    """Read a residue file where it holds what this conversion's output once lost."""
    if file is None or not os.path.exists(file):
        return None
    document = parse(File(file).read_bytes(), file)
    if not isinstance(document, Residue):
        raise ReadError("the file exists and is not a residue", file)
    return document if document.platform == platform else None


def deliver(
    done: Done, folder: str | None, residue: str | None, reports: tuple[str, ...], force: bool, annotate: bool = False
) -> None:
    """Write the output, then the residue and the reports."""
    from . import annotation

    if annotate and (done.format not in (None, "ecs", "kubernetes") or folder is None and done.output.platform == ECS):
        raise TranslatorError("--annotate goes with plain Kubernetes YAML, or with plain ECS JSON and -o")
    for file in reports:
        if File(file).suffix not in REPORTS:
            raise TranslatorError(f"{file}: a report ends in {', '.join(REPORTS)}")
    if folder is None:
        sys.stdout.write(annotation.stream(done.output, done.translation) if annotate else stream(done))
        sys.stdout.flush()
    else:
        plain_files = write(done.output, done.format, done.environment)
        write_folder(folder, annotation.files(done.output, done.translation, plain_files) if annotate else plain_files, force)
    if residue is not None and not done.gives_back:
        plain = done.translation.residue.to_dict(None if done.secrets else done.veil)
        replace_file(residue, json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
    for file in reports:
        replace_file(file, report(done, REPORTS[File(file).suffix]))


def stream(done: Done) -> str:
    """Give the whole output as one text: a stream of documents, or the files one after the other."""
    if done.format in (None, "ecs", "kubernetes"):
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

    whole = reporting.build(
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
