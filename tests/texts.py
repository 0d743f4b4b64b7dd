"""What the tests of text share: reading, comparing as JSON does, and the real kubectl."""
import os
import subprocess

import pytest
from official.kubectl import decoded, program

from translator.model import ReadError
from translator.readers.text import load


def read(text):
    """Give the value of the only document, of which nothing was to be said."""
    sources, findings = load(text, "app.yaml")
    assert len(sources) == 1 and findings == []
    return sources[0].value


def same(one, other):
    """Compare as JSON does, where 1 is not true; 1 and 1.0 are the same number."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other and isinstance(one, bool) == isinstance(other, bool)
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def problem(text):
    """Give what is said about a text that cannot be read: line, column, message."""
    with pytest.raises(ReadError) as caught:
        load(text, "app.yaml")
    error = caught.value
    assert error.file == "app.yaml" and str(error).startswith("app.yaml:")
    return error.line, error.column, error.message


def place(source, *path):
    found = source.locate(path)
    assert found.file == source.file
    return found.line, found.column


def through_kubectl(texts):
    """Let the real kubectl read documents; skips where there is none."""
    if program() is None:
        pytest.skip("no kubectl: set KUBECTL to the program, or put it on the path")
    head = "apiVersion: example.org/v1\nkind: Example\nmetadata: {name: example}\n"
    done = subprocess.run([program(), "annotate", "--local", "-o", "json", "-f", "-",
        "a=b"], capture_output=True, timeout=60,
                          check=False, input="---\n".join(head + text for text in texts).encode(),
                          env={**os.environ, "KUBECONFIG": os.devnull})
    assert done.returncode == 0, done.stderr
    return [{key: value[key] for key in value if key not in ("apiVersion", "kind", "metadata")}
            for value in decoded(done.stdout.decode())]


def numbers(value):
    """Give the value with every number a float, for kubectl prints large ones with other digits."""
    if isinstance(value, dict):
        return {key: numbers(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [numbers(entry) for entry in value]
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
