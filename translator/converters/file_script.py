"""Files that a pod's volumes show (of ConfigMaps, Secrets, fields of the pod) <-> the shell script that writes them.

The script runs in a container of its own before all others, with every volume mounted below /files and every content in
an environment variable. It says in its log what it writes and where that comes from, and that is all that is needed to
read it back.
"""
from __future__ import annotations

import functools
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

ROOT = "/files"
# No braces around names of variables: `${NAME}` means something else to what reads and writes ECS documents.
PREAMBLE = f"""set -eu
umask 022
cd {ROOT}
from() {{ echo "$1"; }}
finish() {{ chmod "$2" "$1"; if [ "$#" -gt 3 ]; then chown "$4" "$1"; fi; echo "$1: $3"; }}
put() {{ mkdir -p "$(dirname "$2")"; printf %s "$1" > "$2"; shift; finish "$@"; }}
put64() {{ mkdir -p "$(dirname "$2")"; printf %s "$1" | base64 -d > "$2"; shift; finish "$@"; }}
fail() {{ echo "$1" >&2; exit 1; }}
give() {{ chgrp -R "$1" "$2"; chmod -R g+rX "$2"; }}
"""
DEFAULT_MODE = 0o644
CHOSEN, OPTIONAL, MODE, USER = "chosen keys", "optional", "mode ", "user "
UNKNOWN = " is not known: put its files here"


class Written(NamedTuple):
    """One file: where in its volume, from which variable and key, and who may read it."""

    path: str
    key: str
    variable: str
    mode: int = DEFAULT_MODE
    user: int | None = None
    encoded: bool = False


class Origin(NamedTuple):
    """What the files of a volume, or of one source of a projected volume, come from."""

    volume: str
    kind: str
    name: str = ""
    position: int | None = None
    chosen: bool = False
    optional: bool = False
    mode: int | None = None
    user: int | None = None
    known: bool = True
    files: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """All that the script does: files by origin, copies for parts of volumes, and the group that owns volumes."""

    origins: tuple[Origin, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    group: int | None = None
    volumes: tuple[str, ...] = field(default=(), compare=False)


# --- writing -----------------------------------------------------------------------------------

def spell(script: Script) -> str:
    """Write the script."""
    return PREAMBLE + "".join(f"{line}\n" for line in _lines(script))


def _lines(script: Script) -> Iterator[str]:
    for origin in script.origins:
        yield _call("from", heading(origin))
        if not origin.known:
            yield _call("fail", _source(origin) + UNKNOWN)
        for one in origin.files:
            owner = [] if one.user is None else [str(one.user)]
            words = [f"{origin.volume}/{one.path}", f"{one.mode:04o}", one.key, *owner]
            yield f'{"put64" if one.encoded else "put"} "${one.variable}" {shlex.join(words)}'
    for source, target in script.copies:
        yield _call("cp", "-pR", source, target)
    if script.group is not None:
        for volume in script.volumes:
            yield _call("give", str(script.group), volume)


def _call(*words: str) -> str:
    return shlex.join(words)


def _source(origin: Origin) -> str:
    return f"{origin.kind} {origin.name}".rstrip()


def heading(origin: Origin) -> str:
    """Say where files come from: `config[0]: ConfigMap web (chosen keys, mode 0400)`."""
    position = "" if origin.position is None else f"[{origin.position}]"
    flags = [CHOSEN] * origin.chosen + [OPTIONAL] * origin.optional
    flags += [] if origin.mode is None else [f"{MODE}{origin.mode:04o}"]
    flags += [] if origin.user is None else [f"{USER}{origin.user}"]
    said = f" ({', '.join(flags)})" if flags else ""
    return f"{origin.volume}{position}: {_source(origin)}{said}"


# --- reading -----------------------------------------------------------------------------------

def parse(text: object) -> Script | None:
    """Read a script; None for one that was not written here."""
    return _parse(text) if isinstance(text, str) and text.startswith(PREAMBLE) else None


@functools.lru_cache(maxsize=16)
def _parse(text: str) -> Script | None:
    try:
        script = _read(text.removeprefix(PREAMBLE).splitlines())
    except (ValueError, IndexError):  # what shlex, int and a wrong number of words raise
        return None
    return script if spell(script) == text else None


def _read(lines: list[str]) -> Script:
    origins: list[Origin] = []
    copies: list[tuple[str, str]] = []
    group, volumes = None, []
    for name, *words in map(shlex.split, lines):
        if name == "from":
            origins.append(_origin(words[0]))
        elif name == "fail":
            origins[-1] = origins[-1]._replace(known=False)
        elif name in ("put", "put64"):
            last = origins[-1]
            origins[-1] = last._replace(files=(*last.files, _written(last.volume, words, name == "put64")))
        elif name == "cp":
            copies.append((words[1], words[2]))
        elif name == "give":
            group = int(words[0])
            volumes.append(words[1])
        else:
            raise ValueError(name)
    return Script(tuple(origins), tuple(copies), group, tuple(volumes))


def _written(volume: str, words: list[str], encoded: bool) -> Written:
    variable, path, mode, key, *owner = words
    user = int(owner[0]) if owner else None
    return Written(path.removeprefix(f"{volume}/"), key, variable.removeprefix("$"), int(mode, 8), user, encoded)


def _origin(text: str) -> Origin:
    at, _, source = text.partition(": ")
    volume, bracket, position = at.partition("[")
    source, _, said = source.partition(" (")
    kind, _, name = source.partition(" ")
    flags = said.removesuffix(")").split(", ")
    given = {prefix: flag.removeprefix(prefix) for flag in flags for prefix in (MODE, USER) if flag.startswith(prefix)}
    return Origin(
        volume, kind, name, int(position.removesuffix("]")) if bracket else None, CHOSEN in flags, OPTIONAL in flags,
        int(given[MODE], 8) if MODE in given else None, int(given[USER]) if USER in given else None)
