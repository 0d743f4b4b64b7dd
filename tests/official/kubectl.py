"""The real kubectl, without a cluster: what its Go types refuse to decode, and what they drop.

`set image --local` decodes every built-in kind and prints those with a pod template; `set selector --local` prints
Services. What comes back without a field of ours did not know it.
"""
from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from translator import schema

# Younger clients than the schemas do not know the newest fields, and may drop them.
MINOR = 37
MARK = "translator.test/position"


@functools.cache
def program() -> str | None:
    """Find the program: $KUBECTL, or the one on the path."""
    return os.environ.get("KUBECTL") or shutil.which("kubectl")


def kubectl_errors(objects: list[dict]) -> list[str]:
    """Judge objects; skips the test where there is no kubectl."""
    if program() is None:
        pytest.skip("no kubectl: set KUBECTL to the program, or put it on the path")
    numbered = {str(position): value for position, value in enumerate(objects)}
    printed, said = run(["set", "image", "*=x"], numbered) if objects else ({}, [])
    refused = [line for line in said if "unable to decode" in line]
    if refused or minor() < MINOR:
        return refused
    services = {position: value for position, value in numbered.items() if value["kind"] == "Service"}
    printed |= run(["set", "selector", "a=b"], services)[0] if services else {}
    return [error for position, back in printed.items() for error in dropped(numbered[position], back)]


def run(command: list[str], objects: dict[str, dict]) -> tuple[dict[str, dict], list[str]]:
    """Pass objects through a command; give what it prints of each and the lines that it says."""
    given = "\n".join(f"---\n{json.dumps(marked(value, position))}" for position, value in objects.items())
    done = subprocess.run([program(), *command, "--local", "-o", "json", "-f", "-"], input=given, text=True, timeout=60,
                          capture_output=True, check=False, env={**os.environ, "KUBECONFIG": os.devnull})
    return {value["metadata"]["annotations"][MARK]: value for value in decoded(done.stdout)}, done.stderr.splitlines()


def marked(value: dict, position: str) -> dict:
    """Mark an object, so that it is known again in the output, whatever its name."""
    metadata = value.get("metadata") or {}
    return {**value, "metadata": {**metadata, "annotations": {**(metadata.get("annotations") or {}), MARK: position}}}


def decoded(text: str) -> Iterator[dict]:
    """Read JSON documents that follow each other."""
    decoder = json.JSONDecoder()
    text = text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:].lstrip()


@functools.cache
def minor() -> int:
    """Give the client's minor version."""
    said = subprocess.run([program(), "version", "--client", "-o", "json"], capture_output=True, text=True, timeout=60,
                          check=True).stdout
    return int(json.loads(said)["clientVersion"]["minor"].rstrip("+"))


def dropped(value: dict, back: dict) -> Iterator[str]:
    """Give each leaf that did not come back; Go leaves out what is zero or empty, and writes quantities its own way."""
    node = schema.root("kubernetes", value["kind"], value["apiVersion"])
    was_set = "selector" if value["kind"] == "Service" else "image"
    yield from missing(value, back, node, f"{value['kind']}/{value.get('metadata', {}).get('name')}", was_set)


def missing(value: Any, back: Any, node: Any, path: str, was_set: str) -> Iterator[str]:
    """Compare what was there with what came back."""
    kind = node.kind if node is not None else ""
    if isinstance(value, dict) and isinstance(back, dict):
        for key, entry in value.items():
            below = node.fields.get(key) if kind == "object" else node.item if kind == "map" else None
            if key != was_set and entry not in (None, "", 0, False, [], {}):
                yield from missing(entry, back.get(key), below, f"{path}.{key}", was_set)
    elif isinstance(value, list) and isinstance(back, list) and len(value) == len(back):
        for position, (entry, other) in enumerate(zip(value, back)):
            yield from missing(entry, other, node.item if kind == "list" else None, f"{path}[{position}]", was_set)
    elif back is None:
        yield f"{path}: kubectl knows no such field"
    elif kind != "quantity" and value != back:
        yield f"{path}: {value!r} came back as {back!r}"
