"""Outcomes <-> a file beside the output: what was done stays done when a run is stopped."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path as File
from typing import Any

from ..model import TranslatorError
from ..output import replace_file
from .outcome import COLUMNS, Outcome


def restored(file: str) -> dict[str, Outcome]:
    """Read what is done already; a line that was not written to its end is as if it were not there."""
    try:
        lines = File(file).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeError) as error:
        raise TranslatorError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}".lower()) from error
    found = [one for one in map(_outcome, lines) if one is not None]
    return {one.source: one for one in found}


def _outcome(line: str) -> Outcome | None:
    try:
        data: Any = json.loads(line)
        rows = tuple({**COLUMNS, **row} for row in data["rows"])
        return Outcome(str(data["source"]), str(data["digest"]), rows, str(data["error"]))
    except (ValueError, KeyError, TypeError):
        return None


@contextmanager
def appending(file: str | None) -> Iterator[Callable[[Outcome], None]]:
    """Give what writes an outcome to its end at once."""
    if file is None:
        yield lambda outcome: None
        return
    try:
        stream = open(file, "a", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115
    except OSError as error:
        raise TranslatorError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    with stream:
        stream.write("\n")  # what a killed run left unfinished ends here

        def write(outcome: Outcome) -> None:
            stream.write(json.dumps(outcome.to_dict(), ensure_ascii=False) + "\n")
            stream.flush()
        yield write


def settle(file: str, outcomes: Iterable[Outcome]) -> None:
    """Write down what there is, each source once."""
    replace_file(file, "".join(json.dumps(one.to_dict(), ensure_ascii=False) + "\n" for one in outcomes))
