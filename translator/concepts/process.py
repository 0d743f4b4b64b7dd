"""What a container runs: `command` and `args` <-> `entryPoint` and `command`, with variables put in or escaped."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..converters import expansion
from ..converters.two_way import TwoWay
from ..credentials import written_out
from ..trees import get
from .variables_known import Around, Known, credentials, known, texts
from .variables_names import task_names
from .variables_secrets import below

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})


class Run(NamedTuple):
    """A command and its arguments as ECS runs them, and the names that nothing can be put in for."""

    command: list[str] | None
    args: list[str] | None
    unresolved: tuple[str, ...]


def _written(command: Any, args: Any, container: Any, *around: Any) -> Run:
    """Write out every word of a command line."""
    first, rest = _words(command), _words(args)
    if not any("$" in word or ".svc" in word for word in first + rest):
        return Run(first or None, rest or None, ())
    here = Around(*around, container=container)
    env = get(container, ("env",))
    variables = known(env, get(container, ("envFrom",)), here)
    # A command is shown wherever the task definition is: what a credential holds is never written into it.
    variables |= {name: Known() for name in credentials(variables, env)}
    script = script_at(first + rest) if first else None
    done = [_word(word, variables, here, position == script) for position, word in enumerate(first + rest)]
    cut = len(first)
    unresolved = tuple(name for one in done for name in one.unresolved)
    written = [task_names(one.text, here.environment) for one in done]
    return Run(written[:cut] or None, written[cut:] or None, unresolved)


def _words(value: Any) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def _word(word: str, variables: Any, around: Around, shell: bool) -> expansion.Expanded:
    """Write out one word; what a shell can put in itself does not stay unresolved."""
    found = expansion.expand(word, texts(word, variables, around))
    if found.unresolved and shell and is_open(word, found.unresolved):
        return expansion.expand(word, texts(word, variables, around), shell=True)._replace(unresolved=())
    return found


def script_at(words: list[str]) -> int | None:
    """Find the script of `sh -c SCRIPT`, behind further flags if there are any."""
    if not words or words[0].rpartition("/")[2] not in SHELLS:
        return None
    for position, word in enumerate(words[1:], 1):
        if not word.startswith("-"):
            return None
        if word.endswith("c") and not word.startswith("--"):
            return position + 1
    return None


def is_open(script: str, names: tuple[str, ...]) -> bool:
    """Whether a shell puts in every reference to these names: none stands in single quotes."""
    quote, position = "", 0
    while position < len(script):
        sign = script[position]
        if quote == "'" and any(script.startswith(f"$({name})", position) for name in names):
            return False
        position += 2 if sign == "\\" and quote != "'" else 1
        if sign in "'\"" and quote in ("", sign):
            quote = "" if quote else sign
    return True


def _to_ecs(command: Any, args: Any, *rest: Any) -> tuple | None:
    if command is None and args is None:
        return None
    run = _written(command, args, *rest)
    return run.command, run.args


def _to_k8s(entry_point: Any, command: Any, container: Any) -> tuple | None:
    names = {name for key in ("environment", "secrets") for name in below(container, key)}
    return _escaped(entry_point, names), _escaped(command, names)


def _escaped(words: Any, names: set[str]) -> list[str] | None:
    return [expansion.escape(word, names) for word in _words(words)] or None


command = TwoWay(_to_ecs, _to_k8s)
holds_credential = TwoWay(lambda *commands: any(map(written_out, commands)), lambda *commands: any(map(written_out, commands)))
unresolved = TwoWay(lambda *given: bool(_written(*given).unresolved), lambda *given: None)
