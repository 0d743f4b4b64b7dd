"""`$(NAME)` in Kubernetes commands and values <-> plain text in ECS, which expands nothing.

https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""
from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple


class Expanded(NamedTuple):
    """A text, the names that were put in, and the names whose value nobody knows before the container runs."""

    text: str
    used: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()


def _token(text: str, at: int) -> tuple[int, int, str | None] | None:
    """Find what Kubernetes reads next: (start, end, the name it refers to); `$$` and an open `$(` refer to nothing."""
    start = text.find("$", at)
    if start < 0 or start + 1 == len(text):
        return None
    close = text.find(")", start) if text[start + 1] == "(" else -1
    return (start, close + 1, text[start + 2:close]) if close >= 0 else (start, start + 2, None)


def _tokens(text: str) -> Iterator[tuple[int, int, str | None]]:
    at = 0
    while token := _token(text, at):
        yield token
        at = token[1]


def references(text: str) -> tuple[str, ...]:
    """Give the names that a text refers to, each once, in order."""
    return tuple(dict.fromkeys(name for _, _, name in _tokens(text) if name is not None))


def expand(text: str, environment: Mapping[str, str | None], shell: bool = False) -> Expanded:
    """Put values in for `$(NAME)` and `$` for `$$`, as Kubernetes does when it starts the container.

    A name that the environment lacks stays as it is written. A name whose value is None (a secret's) is unresolved:
    it stays too, or becomes `${NAME}` where a shell will read the text.
    """
    written, used, unresolved, at = [], [], [], 0
    for start, end, name in _tokens(text):
        piece = text[start:end]
        value = environment.get(name, piece) if name is not None else "$" if piece == "$$" else piece
        if value is None:
            unresolved.append(name)
            value = f"${{{name}}}" if shell else piece
        elif name in environment:
            used.append(name)
        written += text[at:start], value
        at = end
    return Expanded("".join(written) + text[at:], tuple(dict.fromkeys(used)), tuple(dict.fromkeys(unresolved)))


def expand_environment(
    entries: Iterable[tuple[str, str | None]], before: Mapping[str, str | None] | None = None
) -> dict[str, Expanded]:
    """Expand each (name, value) with the entries above it, and with what stood there before (from envFrom).

    A value of None is known only when the container runs; what refers to it is not known either.
    """
    known, expanded = dict(before or {}), {}
    for name, value in entries:
        result = Expanded(value) if value is None else expand(value, known)
        expanded[name] = result
        known[name] = None if result.unresolved else result.text
    return expanded


def escape(text: str, names: Collection[str] | None = None) -> str:
    """Write a text so that Kubernetes leaves it as it is: `$$` doubled, and `$(NAME)` for these names (or any name)."""
    written, at = [], 0
    while token := _token(text, at):
        start, end, name = token
        refers = name is not None and (names is None or name in names)
        written += text[at:start], "$$$$" if text[start:end] == "$$" else "$$(" if refers else text[start:end]
        # Behind an escaped `$` Kubernetes goes on reading inside the parentheses.
        at = start + 2 if refers else end
    return "".join(written) + text[at:]
