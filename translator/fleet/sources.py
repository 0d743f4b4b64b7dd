"""Lists and trees of repositories -> sources; a source -> the digest of all that it holds."""
from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path as File

from ..model import ReadError
from ..readers import SKIPPED_FOLDERS, _files
from ..rows import tables

LIVE = ("kube://", "ecs://")


def listed(file: str) -> list[str]:
    """Read a list of sources, one a line; paths start where the list stands; `#` begins a comment."""
    try:
        lines = File(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise ReadError(f"the list of sources cannot be read: {getattr(error, 'strerror', None) or error}".lower(), file) from error
    names = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return [name if "://" in name else os.path.normpath(os.path.join(os.path.dirname(file), name)) for name in names]


def repositories(source: str) -> list[str]:
    """Give the repositories below a folder, each a source by itself; the source as it is where there are none."""
    if "://" in source or not os.path.isdir(source):
        return [source]
    return list(_repositories(source)) or [source]


def _repositories(folder: str) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        if ".git" in folders or ".git" in files:  # a file in worktrees and submodules
            folders.clear()
            yield here
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)


def weight(source: str) -> int:
    """Guess how many bytes there are to read; more than any batch takes where nobody knows."""
    try:
        return os.path.getsize(source) if os.path.isfile(source) else 1 << 62
    except OSError:
        return 0


def digest(source: str, about: str) -> str:
    """Give what changes when a source, or `about` what it is translated with, does; nothing for what is live."""
    if source.startswith(LIVE):
        return ""
    found = hashlib.sha256(about.encode())
    for name, content in _contents(source):
        found.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        found.update(content)
    return found.hexdigest()


def _contents(source: str) -> Iterable[tuple[str, bytes]]:
    if "://" in source:
        from ..readers import remote

        return remote.contents(source)
    if os.path.isdir(source):
        return ((os.path.relpath(file, source), _bytes(file)) for file in _files(source, every=True))
    return [("", _bytes(source))]


def _bytes(file: str) -> bytes:
    try:
        return File(file).read_bytes() if os.path.isfile(file) else b""
    except OSError:  # the reader says what is wrong with it
        return b""


def about(environment: str | None) -> str:
    """Give what a translation depends on besides its source: the tables, the code, the environment document."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        code = version("k8s-ecs-translator")
    except PackageNotFoundError:
        code = ""
    words = hashlib.sha256(repr(tables()).encode()).hexdigest()
    return f"{code} {words} {_bytes(environment).decode('utf-8', 'replace') if environment else ''}"
