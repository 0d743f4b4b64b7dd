"""What is measured: a text loaded and dumped, and a text converted, each as far as the other goes."""
from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from manifests import services
from measure import own_peak, ratio


def load_and_dump(text: str) -> str:
    """Do nothing but load and dump with PyYAML's C loader and dumper."""
    import yaml

    return yaml.dump_all(list(yaml.load_all(text, yaml.CSafeLoader)), Dumper=yaml.CSafeDumper)


def json_load_and_dump(text: str) -> str:
    """Do nothing but load and dump with the standard library's json, laid out as the text is."""
    return json.dumps(json.loads(text), indent=2)


def convert(text: str, name: str = "all.yaml") -> str:
    """Convert as the command does: read, translate, check, hide secrets, write; places and findings included."""
    from translator import parse, translate
    from translator.secrecy import masked, veil_of
    from translator.writers import ecs, kubernetes

    document = parse(text, name)
    translation = translate(document)
    output = masked(translation.output, veil_of(document, translation.output))
    return (ecs if output.platform == "ecs" else kubernetes).stream(output)


def against_yaml(count: int, runs: int) -> tuple[float, float, float]:
    """Compare converting services with loading and dumping them."""
    text = services(count)
    convert(services(1))
    return ratio(lambda: convert(text), lambda: load_and_dump(text), runs)


def against_json(count: int, runs: int) -> tuple[float, float, float]:
    """Compare converting an ECS document to Kubernetes with loading and dumping it."""
    text = convert(services(count))
    return ratio(lambda: convert(text, "all.json"), lambda: json_load_and_dump(text), runs)


def scaling(many: int, few: int, runs: int) -> tuple[float, float, float]:
    """Compare many services with few."""
    texts = services(many), services(few)
    convert(services(1))
    return ratio(lambda: convert(texts[0]), lambda: convert(texts[1]), runs)


def jobs(count: int, several: int) -> tuple[float, float, float]:
    """Compare one job with several, as if each had a processor of its own: by the longest way through them."""
    from translator import conversion
    from translator.render.text import render_findings

    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/all.yaml"
        with open(file, "w") as stream:
            stream.write(services(count))
        start = time.process_time()
        done = conversion.convert((file,))
        text = conversion.stream(done) + render_findings(done.translation.findings)
        one = time.process_time() - start
        del done
        way = longest_way(file, several, len(text))
    return one / way, one, way


def longest_way(file: str, several: int, size: int) -> float:
    """Give the seconds of this process and of the busiest worker."""
    from translator.dividing import pool
    from translator.dividing import run as dividing
    from translator.dividing.pieces import Wanted

    spent: list[float] = []

    @contextlib.contextmanager
    def watched(task: Any, count: int) -> Iterator[Any]:
        with pool.workers(task, count) as started:
            before = [one.submit(time.process_time).result() for one in started]
            yield started
            spent.extend(one.submit(time.process_time).result() - first for one, first in zip(started, before))

    dividing.workers = watched
    start = time.process_time()
    whole = dividing.divided((file,), None, Wanted(texts=True, width=80), several, 1 << 30)
    assert whole is not None and len("".join([*whole.stream(), *whole.said()])) == size
    return time.process_time() - start + max(spent)


def memory(act: str, count: int) -> int:
    """Give the peak, in KiB, of a process that does something with services."""
    text = services(count)
    before = own_peak()
    kept: Any = loaded(text) if act == "load" else convert(text) if act == "convert" else None
    return own_peak() if kept is not None else before


def loaded(text: str) -> list:
    """Load documents with PyYAML's C loader and keep them."""
    import yaml

    return list(yaml.load_all(text, yaml.CSafeLoader))
