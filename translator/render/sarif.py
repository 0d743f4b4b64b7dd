"""A report <-> SARIF 2.1.0, as GitHub code scanning reads it.

The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html.
What GitHub asks for beyond it: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from translator.model import ERROR, INFO, WARNING, Field, Finding
from translator.render.levels import worst_first
from translator.render.report import Report, first_sentence
from translator.render.words import printable, to_json

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {INFO: "note", WARNING: "warning", ERROR: "error"}
RELATED = 50


def render_sarif(
    report: Report, rules: Mapping[str, Mapping[str, Any]] | None = None, version: str = "", base: str = "."
) -> str:
    """Render a report as SARIF.

    `rules` gives what is known of each code: `note`, `remedy`, `level`, `sources` (addresses). Files are named
    relative to the folder `base`.
    """
    findings = worst_first(report.all_findings)
    codes = sorted({finding.code for finding in findings})
    driver = {"name": "k8s-ecs", "rules": [_rule(code, (rules or {}).get(code, {}), findings) for code in codes]}
    run = {
        "tool": {"driver": {**driver, **({"semanticVersion": version} if version else {})}},
        "columnKind": "unicodeCodePoints",
        "results": _results(findings, codes, _fallback(report), base),
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(code: str, row: Mapping[str, Any], findings: Iterable[Finding]) -> dict:
    """Describe one code from its row; a code without one is described by its first finding."""
    example = next(finding for finding in findings if finding.code == code)
    note = row.get("note") or example.message
    sources = [source for source in row.get("sources", ()) if str(source).startswith("https://")]
    rule = {
        "id": code,
        "name": _camel(code),
        "shortDescription": {"text": printable(first_sentence(note))},
        "fullDescription": {"text": printable(note)},
        "help": _help(note, row.get("remedy") or example.remedy, sources),
        "defaultConfiguration": {"level": LEVELS[row.get("level") or example.level]},
    }
    return {**rule, "helpUri": sources[0]} if sources else rule


def _camel(code: str) -> str:
    """Name a rule as SARIF likes it: `probes.http-get` is `ProbesHttpGet`."""
    return "".join(word.capitalize() for word in code.replace(".", "-").replace("_", "-").split("-"))


def _help(note: str, remedy: str, sources: Iterable[str]) -> dict:
    parts = [printable(note), *([f"To do: {printable(remedy)}"] if remedy else [])]
    text = "\n\n".join([*parts, *sources])
    return {
        "text": text,
        "markdown": "\n\n".join([*(_markdown(part) for part in parts), *(f"<{source}>" for source in sources)]),
    }


def _markdown(text: str) -> str:
    from translator.render.markdown import prose

    return prose(text)


def _results(findings: Iterable[Finding], codes: list[str], fallback: str, base: str) -> list[dict]:
    """Give one result for each finding; equal fingerprints are counted apart."""
    seen: dict[str, int] = {}
    results = []
    for finding in findings:
        mark = _fingerprint(finding)
        seen[mark] = seen.get(mark, 0) + 1
        results.append(_result(finding, codes.index(finding.code), f"{mark}:{seen[mark]}", fallback, base))
    return results


def _result(finding: Finding, rule: int, mark: str, fallback: str, base: str) -> dict:
    placed = [entry for entry in finding.fields if entry.file] or [Field("", file=fallback, line=1)]
    first, *others = [_location(entry, base) for entry in placed[: RELATED + 1]]
    related = [{"id": index, **location} for index, location in enumerate(others, 1)]
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": LEVELS[finding.level],
        "message": {"text": _message(finding)},
        "locations": [first],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"primaryLocationLineHash": mark},
    }


def _message(finding: Finding) -> str:
    """Say what happened and what to do; a bracket before a parenthesis would be read as a link."""
    told = " ".join(filter(None, [finding.message, finding.remedy]))
    return printable(told).replace("](", "\\](")


def _fingerprint(finding: Finding) -> str:
    """Mark a finding by its fields' names, so that it stays the same one when lines move."""
    fields = [(entry.file, entry.object, entry.path) for entry in finding.fields]
    text = json.dumps([finding.code, finding.application, fields], default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _location(entry: Field, base: str) -> dict:
    region = {"startLine": max(entry.line, 1), **({"startColumn": entry.column} if entry.column else {})}
    location: dict = {"physicalLocation": {"artifactLocation": _artifact(entry.file, base), "region": region}}
    name = printable("/".join(filter(None, [entry.object, entry.path])))
    return {**location, "logicalLocations": [{"fullyQualifiedName": name}]} if name else location


def _artifact(file: str, base: str) -> dict:
    """Name a file by a relative URI, counted from the root of the checkout; a live source by its own."""
    if "://" in file:
        return {"uri": quote(file.encode("utf-8", "replace"), safe=":/@")}
    relative = os.path.relpath(file, base) if os.path.isabs(file) else os.path.normpath(file)
    return {"uri": quote(relative.replace(os.sep, "/").encode("utf-8", "replace")), "uriBaseId": "%SRCROOT%"}


def _fallback(report: Report) -> str:
    """Name the file that stands for a finding without one: GitHub refuses a result without a location."""
    files = [entry.file for application in report.applications for entry in application.inputs]
    return next(iter(files), "") or next(iter(report.sources), "") or "manifests"
