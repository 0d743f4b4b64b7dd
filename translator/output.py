"""Files and folders on the disk: the old state or the new one, whatever happens in between."""
from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path as File
from typing import Any

from .model import TranslatorError

# What a conversion wrote into its folder: a later one replaces just that.
MANIFEST = ".k8s-ecs"
ASIDE, BESIDE = ".k8s-ecs-old-", ".k8s-ecs-new-"


def write_folder(folder: str, files: dict[str, str], force: bool) -> None:
    """Write the files of a conversion, all or none of them.

    They are written into a folder beside the one that is wanted, which then takes its name: one rename where there was
    nothing. A folder cannot be renamed onto one that holds files (rename(2) knows only RENAME_EXCHANGE, which neither
    Python nor every file system has), so there the old folder first steps aside; between these two renames neither
    stands under the name, and the next run puts the old one back (`recovered`). A folder that somebody works in, that
    is a mount point, or that holds files of others (--force) is not moved: there each file is whole, one by one.
    """
    top = File(folder)
    _or_fail(folder, lambda: recovered(top))
    ours = _listed(top)
    strangers = _strangers(top, {*files, *ours, MANIFEST})
    if strangers and not force:
        raise TranslatorError(
            f"{folder} holds {strangers[0].relative_to(top)}, which this conversion does not write; "
            "choose another folder, or --force to write beside it"
        )
    _or_fail(folder, lambda: (_one_by_one if strangers or _stays(top) else _swap)(top, files, ours))


def _strangers(top: File, known: set[str]) -> list[File]:
    """Give what no conversion wrote."""
    found = sorted(top.rglob("*")) if top.is_dir() else []
    return [one for one in found if not _is_dir(one) and one.relative_to(top).as_posix() not in known]


def _stays(top: File) -> bool:
    """Whether a folder cannot be moved: somebody works in it, or a file system begins there."""
    real, here = File(os.path.realpath(top)), File(os.getcwd())
    return real == here or real in here.parents or os.path.ismount(real)


def _is_dir(one: File) -> bool:
    return one.is_dir() and not one.is_symlink()


def _listed(top: File) -> list[str]:
    """Give the names that an earlier conversion wrote; none where nothing says so."""
    try:
        names = json.loads((top / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):  # there was none, or somebody else's file stands there
        return []
    return [name for name in names if isinstance(name, str) and _within(name)] if isinstance(names, list) else []


def _within(name: str) -> bool:
    """Whether a name stays in its folder."""
    return bool(name) and not os.path.isabs(name) and ".." not in name.replace("\\", "/").split("/")


def _one_by_one(top: File, files: dict[str, str], ours: list[str]) -> None:
    for name, text in _all_of(files).items():
        _replace(top / name, text)
    gone = [name for name in ours if name not in files]
    for name in gone:
        (top / name).unlink(missing_ok=True)
    _drop_empty(top, gone)


def _all_of(files: dict[str, str]) -> dict[str, str]:
    """Give the files with the list of them."""
    wrong = next((name for name in files if not _within(name)), None)
    if wrong is not None:
        raise TranslatorError(f"{wrong}: no file is written outside of the folder")
    return {**files, MANIFEST: json.dumps({"files": sorted(files)}, indent=2) + "\n"}


def _swap(top: File, files: dict[str, str], ours: list[str]) -> None:
    real = File(os.path.realpath(top))
    real.parent.mkdir(parents=True, exist_ok=True)
    beside = File(tempfile.mkdtemp(dir=real.parent, prefix=f"{BESIDE}{real.name}-"))
    try:
        _fill(beside, files)
        _take_place(beside, real)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _fill(beside: File, files: dict[str, str]) -> None:
    os.chmod(beside, 0o755)
    for name, text in _all_of(files).items():
        (beside / name).parent.mkdir(parents=True, exist_ok=True)
        _write(beside / name, text)


def _drop_empty(top: File, names: list[str]) -> None:
    for one in sorted({parent for name in names for parent in (top / name).parents if top in parent.parents}, reverse=True):
        if one.is_dir() and not any(one.iterdir()):
            one.rmdir()


def _take_place(beside: File, real: File) -> None:
    if not real.is_dir() or not any(real.iterdir()):
        os.replace(beside, real)
        return
    aside = real.parent / f"{ASIDE}{real.name}"
    os.replace(real, aside)
    try:
        os.replace(beside, real)
    except BaseException:
        os.replace(aside, real)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def recovered(top: File) -> None:
    """Put back the old state where a run was killed between the two renames; clear away what it had begun."""
    real = File(os.path.realpath(top))
    aside = real.parent / f"{ASIDE}{real.name}"
    if aside.is_dir():
        if real.exists():
            shutil.rmtree(aside)
        else:
            os.replace(aside, real)


def replace_file(file: str, text: str | bytes) -> None:
    """Write a file whole: beside it first, then in its place; what is no regular file (/dev/stdout) is written to."""
    target = File(file)
    if target.exists() and not target.is_file():
        _or_fail(file, lambda: _write(target, text))
        return
    _or_fail(file, lambda: _replace(File(os.path.realpath(target)), text))


def _replace(target: File, text: str | bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=BESIDE)
    os.close(handle)
    try:
        _write(File(beside), text)
        os.replace(beside, target)
    finally:
        File(beside).unlink(missing_ok=True)


def _write(file: File, text: Any) -> None:
    """Write bytes, or a text, or what stands for one that was put aside."""
    content = text if isinstance(text, bytes) else str(text).encode("utf-8", "surrogatepass")
    file.write_bytes(content)
    if file.is_file():
        os.chmod(file, 0o644)


def _or_fail(name: str, act: Callable[[], Any]) -> None:
    try:
        act()
    except OSError as error:
        raise TranslatorError(f"{name}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    except shutil.Error as error:
        raise TranslatorError(f"{name}: cannot be written: {error}".splitlines()[0]) from error
