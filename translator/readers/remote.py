"""Files behind a URL that fsspec knows (s3://, gs://, https://, ...) -> documents; needs `k8s-ecs-translator[remote]`."""
from __future__ import annotations

import functools
import importlib

from ..model import KUBERNETES, Document, ReadError, merge


SOURCES = "sources are files, folders, -, kube:// and ecs://"


def read(url: str) -> Document:
    """Read a file, or every manifest below a folder."""
    from . import SUFFIXES, _joined, _of_text, _unreadable

    found: list[Document] = []
    several = [(name, content) for name, content in contents(url) if name.endswith(SUFFIXES) or name == url]
    if not several:
        raise ReadError("there is no .yaml, .yml, .json or .tf file", url)
    for name, content in several:
        try:
            found += _of_text(content, name, {})
        except ReadError as error:
            if name == url:
                raise
            found.append(Document(KUBERNETES, (), (_unreadable(error, name),)))
    document, residue = _joined(found, url)
    return document if residue is None else merge([document, residue])


@functools.lru_cache(maxsize=1)
def contents(url: str) -> tuple[tuple[str, bytes], ...]:
    """Fetch what stands at a URL: (its own URL, its bytes) of each file; kept until the next is asked for."""
    try:
        core = importlib.import_module("fsspec.core")
    except ImportError as error:
        raise ReadError(f"{SOURCES}; other URLs need k8s-ecs-translator[remote]", url) from error
    try:
        files, path = core.url_to_fs(url)
    except (ValueError, ImportError) as error:  # no such scheme, or its own package is not there
        raise ReadError(f"{SOURCES}, and URLs of fsspec: {error}", url) from error
    try:
        if not files.isdir(path):
            return ((url, files.cat_file(path)),)
        names = sorted(name for name in files.find(path) if "/.git/" not in name)
        return tuple((url.rstrip("/") + name[name.find(path) + len(path.rstrip("/")):], files.cat_file(name)) for name in names)
    except Exception as error:  # every kind of storage has errors of its own
        raise ReadError(f"cannot be read: {error or type(error).__name__}", url) from error
