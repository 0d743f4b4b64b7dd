"""Where an output value came from: the engine's links from output paths to input paths, joined with the reader's places."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Iterator

from . import rows, schema
from .engine import OTHER, Fired
from .hubs import ecs, file_writer, k8s
from .hubs.application import SHARED, Part, name_of
from .model import ECS, Field, Object
from .program import fill, spread
from .rows import Arg
from .trees import Path, Tree, get


@dataclass(frozen=True)
class Link:
    """One output path of an application's tree, the row that wrote it, and the input paths that the row read."""

    path: Path
    code: str
    inputs: tuple[Path, ...]
    own: bool = True  # whether the row carries these inputs, and did not only look at them


def links(law: Any, platform: str) -> Iterator[Link]:
    """Give the links of one application: one for each value that a row wrote, and finer ones where entries go by one name."""
    for use in law.fired:
        base = rows.scopes()[use.row.scope][OTHER[platform]] or ()
        owned = [arg for arg in use.row.side(OTHER[platform]) if not arg.from_top and arg.path != ("@",)]
        for arg, value in zip(owned, use.values, strict=True):
            if value is not None:
                pattern = base + arg.path
                for path, entry in spread(pattern, use.keys, value):
                    keys = tuple(key for key, part in zip(path, pattern) if part == "*")
                    own, seen = _read(use, platform, law.tree, keys)
                    link = Link(path, use.row.code, tuple(own or seen), bool(own))
                    yield from _links(link, entry, law.tree)
                    yield from _members(link, entry) if len(path) == 1 else ()


def _links(link: Link, value: Any, tree: Tree) -> Iterator[Link]:
    """Link a value, and each entry of it that has a namesake in what was read: a variable, a port, a label."""
    yield link
    for key, entry in value.items() if isinstance(value, dict) else ():
        named = tuple(one + (key,) for one in link.inputs if isinstance(get(tree, one), dict) and key in get(tree, one))
        if named:
            yield from _links(replace(link, path=link.path + (key,), inputs=named), entry, tree)


def _members(link: Link, objects: Any) -> Iterator[Link]:
    """Link what each of several objects says, where one row writes all of them."""
    for name, entry in objects.items() if isinstance(objects, dict) else ():
        for key, value in entry.items() if isinstance(entry, dict) else ():
            inner = [(key, one) for one in value] if isinstance(value, dict) else [(key,)]
            yield from (replace(link, path=link.path + (name, *path)) for path in inner)


def _read(use: Fired, platform: str, tree: Tree, keys: tuple[str, ...]) -> tuple[list[Path], list[Path]]:
    """Give what a use read: the row's own fields, and what it only looks at."""
    base = rows.scopes()[use.row.scope][platform] or ()
    own: list[Path] = []
    seen: list[Path] = []
    for arg in use.row.side(platform):
        path = _input_path(arg, base, use.keys, keys)
        if path and path[0] != "environment" and get(tree, path) is not None:
            (seen if arg.from_top else own).append(path)
    return own, seen


def _input_path(arg: Arg, base: Path, keys: tuple[str, ...], entry: tuple[str, ...]) -> Path:
    """Give the path of an argument, for one entry of a column where it is read for each."""
    path = tuple(keys[0] if key == "@" and keys else key for key in arg.path)
    whole = path if arg.from_top else fill(base, keys) + path
    if whole.count("*") and len(entry) == (base + arg.path).count("*"):
        return fill(base + arg.path, entry)
    return whole[:whole.index("*")] if "*" in whole else whole


def parts(tree: Tree, platform: str) -> Iterator[tuple[str, str, Part]]:
    """Give (kind, name, part) of every object that an application's output tree makes."""
    if platform == ECS:
        for slot, entries in file_writer.join(tree).items():
            if slot == SHARED:
                continue
            kind = ecs.KIND_OF.get(slot, slot)
            for key, entry in [(None, entries)] if slot in ecs.KIND_OF else entries.items():
                origin = Object(kind, schema.plain(platform, kind, entry))
                name = key or name_of(origin)
                yield kind, name, Part((slot,) if key is None else (slot, key), (), origin, platform)
                if slot == "taskDefinition" and file_writer.SLOT in tree:
                    yield kind, name, Part((file_writer.SLOT,), file_writer.WITHIN, origin, platform)
        return
    kind = k8s.kind_of(tree)
    head = k8s.WORKLOADS.get(kind, k8s.WORKLOADS["Deployment"])[1]
    if head in tree:
        whole = k8s.join(kind, tree)
        origin = Object(kind, schema.plain(platform, kind, whole))
        for at, within, _ in k8s.split(kind, whole):
            yield kind, name_of(origin), Part(at, within, origin, platform)
    for slot, (own_kind, _, several) in k8s.SLOTS.items():
        for name, entry in (tree.get(slot, {}).items() if several else [("", tree[slot])] if slot in tree else ()):
            named = {**entry, "metadata": {**({"name": name} if name else {}), **entry.get("metadata", {})}}
            origin = Object(own_kind, schema.plain(platform, own_kind, named))
            yield own_kind, name_of(origin), Part((slot, name) if several else (slot,), (), origin, platform)


def origin(translation: Any, path: tuple[str | int, ...]) -> tuple[Field, ...]:
    """Find the input fields behind an output value; the nearest link above the path answers."""
    label, inner = str(path[0]), tuple(path[1:])
    found: list[tuple[int, Link, Any]] = []
    for one in translation.carried:
        mine = [
            part
            for kind, name, part in parts(one.output.tree, translation.output.platform)
            if f"{kind}/{name}" == label
        ]
        for link in links(one.law, translation.platform) if mine else ():
            for part in mine:
                if link.path[:len(part.at)] == part.at:
                    raw = schema.raw_path(part.platform, part.origin.kind, part.origin.value, part.path_of(link.path))
                    near = min(len(raw), len(inner))
                    if raw[:near] == inner[:near]:
                        found.append((near, link, one))
    best = max((near for near, _, _ in found), default=0)
    fields = [field for near, link, one in found if near == best for field in fields_of(link, one)]
    return tuple({(field.object, field.path): field for field in fields}.values())


def fields_of(link: Link, one: Any) -> Iterator[Field]:
    """Give the input fields of a link, with their places; of a map of objects each object."""
    for path in link.inputs:
        part = one.application.part(path)
        if part is not None:
            yield part.field(path)
        else:
            yield from (below.field(below.at) for below in one.application.parts if below.at[: len(path)] == path)


def label_of(entry: Object) -> str:
    """Name an output object as `parts` does: `Deployment/web`."""
    return f"{entry.kind}/{name_of(entry)}"
