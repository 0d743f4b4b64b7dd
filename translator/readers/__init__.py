"""Sources -> one document: files, folders, standard input and text, in any format that is recognised by its content."""
from __future__ import annotations

import importlib
import os
import sys
from typing import Any, Iterator

from ..collecting import uncollected
from ..findings import message
from ..hubs.application import name_of
from ..model import ECS, KUBERNETES, Document, Field, Finding, Object, ReadError, Source, merge
from ..residue import Residue
from .files import content

# The first that recognises a value reads it. Each module has recognises(value) and read(source).
FORMATS = ("kubernetes", "cloudformation", "terraform", "copilot", "ecspresso", "compose", "ecs")
SUFFIXES = (".yaml", ".yml", ".json", ".tf", ".tfvars", ".template")
TERRAFORM = (".tf", ".tfvars")
SKIPPED_FOLDERS = frozenset({".git", "node_modules", "__pycache__", ".terraform", ".venv"})


def read(*sources: str | os.PathLike, given: dict[str, str] | None = None) -> Document:
    """Read files, folders, `-` for standard input, and live sources into one document.

    `given` holds values for parameters of templates, and as `environment` the name of a Copilot environment.
    Raises ReadError, with file and line, where something named cannot be read or used.
    """
    document, residue = gather(*sources, given=given)
    return document if residue is None or document.entries else residue


def gather(*sources: str | os.PathLike, given: dict[str, str] | None = None) -> tuple[Document, Residue | None]:
    """Read sources into one document, and the residue that stands among them, if one does."""
    if not sources:
        raise ReadError("name a file, a folder, or - for standard input")
    values = Given(given or {})
    with uncollected():
        found = [document for source in sources for document in _open(os.fspath(source), values)]
    return _joined(found + values.unasked(), ", ".join(map(str, sources)))


class Given(dict):
    """Values that were given by name, and which of them anybody asked for."""

    def __init__(self, values: dict[str, str]):
        super().__init__(values)
        self.asked: set[str] = set()

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Give a value, and keep in mind that it was asked for."""
        self.asked.add(name)
        return super().get(name, default)

    def unasked(self) -> list[Document]:
        """Say which values nothing asked for."""
        names = [name for name in self if name not in self.asked]
        words = f"Nothing that was read asks for {', '.join(f'`{name}`' for name in names)}, so the value changed nothing."
        return [Document(KUBERNETES, (), (message("reading.unasked", words, [Field(name) for name in names]),))] if names else []


def _first(documents: list[Document]) -> list[str]:
    """Name both platforms, each with the first file that is of it."""
    told = {}
    for platform, shown in ((KUBERNETES, "Kubernetes"), (ECS, "ECS")):
        entry = next(entry for document in documents if document.platform == platform for entry in document.entries)
        place = entry.locate(())
        told[platform] = f"{shown} ({place.file})" if place else shown
    return list(told.values())


def parse(text: Any, name: str = "<input>") -> Document:
    """Read text, or objects that are loaded already: a list of Kubernetes objects or an ECS document."""
    with uncollected():
        whole = isinstance(text, (str, bytes))
        documents = list(_of_text(text, name, {})) if whole else [_of_source(Source(text, name), {})]
    document, residue = _joined(documents, name)
    return document if residue is None or document.entries else residue


def _joined(documents: list[Document], name: str) -> tuple[Document, Residue | None]:
    residues = [document for document in documents if isinstance(document, Residue)]
    rest = [document for document in documents if not isinstance(document, Residue)]
    platforms = {document.platform for document in rest if document.entries}
    if len(platforms) > 1:
        raise ReadError(f"the input holds both {' and '.join(_first(rest))}; name the sources of one platform at a time", name)
    said = tuple(finding for document in rest for finding in document.findings)
    if not platforms and not residues:
        raise ReadError("nothing of Kubernetes or ECS was found" + _why(said), name)
    whole = merge([document for document in rest if document.entries])
    entries = _distinct(whole.entries) if whole.platform == ECS and len(rest) > 1 else whole.entries
    return Document(whole.platform, entries, said), residues[0] if residues else None


def _distinct(entries: tuple[Object, ...]) -> tuple[Object, ...]:
    """Take a request once that several sources repeat: manifests of one environment share its load balancer."""
    seen: dict[tuple[str, str], list[Any]] = {}
    made = []
    for entry in entries:
        known = seen.setdefault((entry.kind, name_of(entry)), [])
        if entry.value not in known:
            known.append(entry.value)
            made.append(entry)
    return tuple(made)


def _why(said: tuple[Finding, ...]) -> str:
    """Say what was found instead, where a reader knew the format."""
    known = [finding for finding in said if finding.code != "reading.not-recognised"]
    return f": {known[0].message}" if known else ""


def _open(source: str, given: dict[str, str]) -> Iterator[Document]:
    if source == "-":
        yield from _of_text(sys.stdin.buffer.read(), "<stdin>", given)
    elif "://" in source:
        yield importlib.import_module(".live", __name__).read(source)
    elif os.path.isdir(source):
        from . import rendered

        yield from (
            _of_text(rendered.render(source, given), source, given) if rendered.recognises(source) else _folder(source, given)
        )
    else:
        yield from _of_text(content(source), source, given)


def _folder(folder: str, given: dict[str, str]) -> Iterator[Document]:
    files = list(_files(folder))
    if not files:
        raise ReadError("the folder holds no .yaml, .yml, .json, .template or .tf file", folder)
    read_elsewhere: set[str] = set()
    for file in sorted(files, key=lambda name: (not os.path.basename(name).startswith("ecspresso"), name)):
        if file.endswith(TERRAFORM) or os.path.normpath(file) in read_elsewhere:
            continue
        try:
            yield from _of_text(content(file, True), file, given, read_elsewhere)
        except ReadError as error:
            yield Document(KUBERNETES, (), (_unreadable(error, file),))
    modules: dict[str, bytes] = {}
    for file in (file for file in files if file.endswith(TERRAFORM)):
        try:
            modules[file] = content(file, True)
        except ReadError as error:
            yield Document(KUBERNETES, (), (_unreadable(error, file),))
    yield from _modules(modules, given)


def _modules(files: dict[str, bytes], given: dict[str, str]) -> Iterator[Document]:
    """Read the .tf and .tfvars files of each folder together, as Terraform does."""
    folders: dict[str, dict[str, str]] = {}
    for file, raw in files.items():
        folders.setdefault(os.path.dirname(file), {})[file] = raw.decode("utf-8", "replace")
    for module in folders.values():
        if any(file.endswith(".tf") for file in module):
            yield importlib.import_module(".terraform", __name__).read_module(module, given)


def _unreadable(error: ReadError, file: str) -> Finding:
    return message("reading.not-readable", f"The file was left out: {error.message}.",
                   [Field("", "", error.file or file, error.line, error.column)])


def _files(folder: str, every: bool = False) -> Iterator[str]:
    """Give the files of a folder that may be manifests, or every file that one of them may refer to."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        yield from (os.path.join(here, name) for name in sorted(files) if every or name.endswith(SUFFIXES))


def _of_text(
    text: str | bytes, name: str, given: dict[str, str], read_elsewhere: set[str] | None = None
) -> Iterator[Document]:
    from . import text as reader

    hcl = _hcl(text, name)
    if hcl is not None:
        yield importlib.import_module(".terraform", __name__).read_module({name: hcl}, given)
        return
    sources, findings = _templated(text, name) or reader.load(text, name)
    if findings:
        yield Document(KUBERNETES, (), tuple(findings))
    for source in sources:
        yield _of_source(source, given, read_elsewhere)


def _hcl(text: str | bytes, name: str) -> str | None:
    """Give Terraform's own text: that of a .tf file, or one without a telling name (standard input) that looks like it."""
    if name.endswith(tuple(set(SUFFIXES) - {".tf"})):
        return None
    from . import terraform

    content = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return content if name.endswith(".tf") or terraform.recognises(content) else None


def _templated(text: str | bytes, name: str) -> tuple[list[Source], list[Finding]] | None:
    """Load ecspresso's JSON, which is JSON only once its templates are taken for strings."""
    mark = (b"{{", b"env", b"tfstate") if isinstance(text, bytes) else ("{{", "env", "tfstate")
    if mark[0] not in text or not (mark[1] in text or mark[2] in text):  # type: ignore[operator]
        return None
    from . import ecspresso

    content = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    looks_json = content.lstrip()[:1] in ("{", "[")
    return ecspresso.load(content, name) if looks_json and ecspresso.has_templates(content) else None


def _of_source(source: Source, given: dict[str, str], read_elsewhere: set[str] | None = None) -> Document:
    if isinstance(source.value, dict) and isinstance(source.value.get("residue"), str):
        return Residue.from_dict(source.value)
    for name in FORMATS:
        module = importlib.import_module("." + name, __name__)
        if module.recognises(source.value):
            if name == "ecspresso" and read_elsewhere is not None:
                read_elsewhere.update(map(os.path.normpath, module.files(source)))
            if name in ("cloudformation", "copilot"):
                return module.read(source, given if name == "cloudformation" else given.get("environment"))
            return module.read(source)
    place = source.locate(())
    at = {"line": place.line, "column": place.column} if place else {}
    return Document(KUBERNETES, (), (message("reading.not-recognised", fields=[Field("", "", source.file, **at)]),))
