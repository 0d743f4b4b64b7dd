"""An output -> the same files, saying beside each value which file and line of the input it came from."""
from __future__ import annotations

from typing import Any, Iterator

from . import provenance
from .api import Translation
from .model import KUBERNETES, Document
from .readers import text as reader
from .writers import kubernetes
from .writers.text import dump_json, dump_yaml


def files(output: Document, translation: Translation, plain: dict[str, str]) -> dict[str, str]:
    """Give the files of an output with comments (YAML), or with one origins.json beside each application's (JSON)."""
    known = origins(translation)
    if output.platform == KUBERNETES:
        commented = {dump_yaml([entry.value]): "".join(_commented(entry.value, known.get(provenance.label_of(entry), {}))) for entry in output.entries}
        return {name: commented.get(text, text) for name, text in plain.items()}
    folders = {name.partition("/")[0] for name in plain}
    by_folder = {folder: {label: paths for label, paths in known.items() if label in _labels(output, folder)} for folder in folders}
    return {**plain, **{f"{folder}/origins.json": dump_json(_written(found)) for folder, found in by_folder.items() if found}}


def stream(output: Document, translation: Translation) -> str:
    """Give YAML as one stream, with comments."""
    known = origins(translation)
    parts = ("".join(_commented(entry.value, known.get(provenance.label_of(entry), {}))) for entry in output.entries)
    return "---\n".join(parts) if output.entries else kubernetes.stream(output)


def origins(translation: Translation) -> dict[str, dict[tuple, list[str]]]:
    """Give {object: {raw path: [file:line]}} for every value that a row wrote."""
    made: dict[str, dict[tuple, list[str]]] = {}
    for one in translation.carried:
        parts = list(provenance.parts(one.output.tree, translation.output.platform))
        for link in provenance.links(one.law, translation.platform):
            places = [f"{field.file}:{field.line}" for field in provenance.fields_of(link, one) if field.line]
            for kind, name, part in parts if places else ():
                if link.path[:len(part.at)] == part.at:
                    made.setdefault(f"{kind}/{name}", {})[part.raw(link.path)] = list(dict.fromkeys(places))
    return made


def _commented(value: Any, known: dict[tuple, list[str]]) -> Iterator[str]:
    """Write an object with a comment at each line that a known value starts in."""
    text = dump_yaml([value])
    source = reader.load(text, "")[0][0]
    said: dict[int, list[str]] = {}
    for path, places in known.items():
        place = source.locate(path) if path else None
        if place is not None:
            said.setdefault(place.line, []).extend(one for one in places if one not in said.get(place.line, ()))
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.rstrip().endswith(("|", "|-", "|+", ">", ">-"))  # no comment may stand behind a block's header
        yield f"{line}  # {', '.join(said[number])}\n" if number in said and not plain else f"{line}\n"


def _labels(output: Document, folder: str) -> set[str]:
    from .writers.folders import safe

    return {provenance.label_of(entry) for entry in output.entries if safe(entry.application or "cluster") == folder}


def _written(found: dict[str, dict[tuple, list[str]]]) -> dict[str, dict[str, list[str]]]:
    return {label: {".".join(map(str, path)): places for path, places in sorted(paths.items(), key=str)} for label, paths in sorted(found.items())}
