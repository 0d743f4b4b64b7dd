"""The images that a document's objects run <-> repositories of Amazon ECR that hold copies of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Iterable, Iterator

from .converters import images as references
from .converters.images import Image
from .hubs.application import identity
from .model import Document, TranslatorError

HUB = "docker.io"
HUB_HOSTS = frozenset({"", HUB, "index.docker.io", "registry-1.docker.io"})
CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers", "containerDefinitions"})
UNTAGGED_DAYS = 30
LONGEST_NAME = 256  # https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html


@dataclass(frozen=True)
class ImageUse:
    """One reference with what it means; no repository where no container runtime would take it."""

    reference: str
    registry: str
    repository: str
    tag: str
    digest: str
    objects: tuple[str, ...]

    def to_dict(self) -> dict:
        """Give the use as plain data, without what the reference does not say."""
        known = {key: value for key, value in vars(self).items() if value != ""}
        return {**known, "objects": list(self.objects)}


@dataclass(frozen=True)
class Copy:
    """One image that is to be copied: from where, to which repository, and the reference that takes its place."""

    source: str
    repository: str
    target: str
    reference: str
    pinned: bool


@dataclass(frozen=True)
class Move:
    """How a document's images come into a registry: what is copied, and what has to be looked at by hand."""

    host: str
    region: str
    copies: tuple[Copy, ...]
    unknown: tuple[str, ...]

    def references(self) -> dict[str, str]:
        """Give the new reference of every image that is copied."""
        return {copy.source: copy.reference for copy in self.copies}

    def repositories(self) -> list[str]:
        """Give each repository once."""
        return sorted({copy.repository for copy in self.copies})

    def requests(self) -> dict[str, list]:
        """Give the ECS document of the repositories: scanned on push, and rid of what no tag names any more."""
        return {
            "repositories": [
                {"repositoryName": name, "imageScanningConfiguration": {"scanOnPush": True}}
                for name in self.repositories()
            ],
            "lifecyclePolicies": [
                {"repositoryName": name, "lifecyclePolicyText": lifecycle_policy()} for name in self.repositories()
            ],
        }


def lifecycle_policy() -> str:
    """Expire images without a tag; none with one, for the number of images does not say which of them still run."""
    rule = {
        "rulePriority": 1,
        "description": f"Untagged for {UNTAGGED_DAYS} days",
        "selection": {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": UNTAGGED_DAYS,
        },
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]}, separators=(",", ":"))


def images(document: Document) -> list[ImageUse]:
    """List every image that a document's objects use, by reference."""
    users: dict[str, dict[str, None]] = {}
    for entry in document.entries:
        for reference in used(entry.value):
            users.setdefault(reference, {})[identity(entry)] = None
    return [use(reference, tuple(users[reference])) for reference in sorted(users)]


def use(reference: str, objects: tuple[str, ...]) -> ImageUse:
    """Say what a reference means: no registry is Docker Hub, and no path there is `library/`; no tag is `latest`."""
    image = references.parse(reference)
    if image is None or image == Image(reference) and reference.startswith("${"):
        return ImageUse(reference, "", "", "", "", objects)
    hub = image.registry in HUB_HOSTS
    repository = f"library/{image.repository}" if hub and "/" not in image.repository else image.repository
    tag = image.tag or ("" if image.digest else "latest")
    return ImageUse(reference, HUB if hub else image.registry, repository, tag, image.digest, objects)


def used(value: Any) -> Iterator[str]:
    """Find the images in an object: those of containers, wherever a pod stands in it, and of image volumes."""
    found: list[str] = []
    _replaced(value, lambda text: found.append(text) or text)
    return iter(dict.fromkeys(found))


def moved(document: Document, names: dict[str, str]) -> Document:
    """Give the objects that use images which get another reference, with that."""
    kept = [(entry, _replaced(entry.value, lambda text: names.get(text, text))) for entry in document.entries]
    entries = [replace(entry, value=value) for entry, value in kept if value != entry.value]
    return Document(document.platform, tuple(entries), document.findings)


def _replaced(value: Any, function: Any, inside: Any = None) -> Any:
    """Put a function's answer in the place of every image reference."""
    if isinstance(value, list):
        return [_replaced(entry, function, inside) for entry in value]
    if not isinstance(value, dict):
        return value
    made = {}
    for key, entry in value.items():
        is_image = isinstance(entry, str) and (
            key == "image" and inside in CONTAINERS or key == "reference" and inside == "image"
        )
        made[key] = function(entry) if is_image else _replaced(entry, function, key)
    return made


def move(found: Iterable[ImageUse], ecr: str) -> Move:
    """Plan the copies of all images that are not there yet; raises TranslatorError for what is no registry of ECR."""
    registry = references.ecr_registry(ecr)
    if registry is None or "/" in ecr or "$" in ecr or references.parse(f"{ecr}/x") is None:
        raise TranslatorError(f"--ecr takes ACCOUNT.dkr.ecr.REGION.amazonaws.com, not {ecr}")
    found = [one for one in found if one.registry != ecr]
    known = [one for one in found if one.repository and "$" not in one.reference]
    names = repository_names({(one.registry, one.repository) for one in known})
    copies = tuple(_copy(one, names[one.registry, one.repository], ecr) for one in known)
    return Move(ecr, registry.region, copies, tuple(one.reference for one in found if one not in known))


def _copy(one: ImageUse, name: str, host: str) -> Copy:
    """An image that only a digest names gets a tag of it: without one the lifecycle policy would expire it."""
    tag = one.tag or one.digest.replace(":", "-")[:19]
    said = references.parse(one.reference)
    return Copy(
        one.reference,
        name,
        references.spell(Image(name, tag, registry=host)),
        references.spell(said._replace(repository=name, registry=host)),
        bool(one.digest),
    )


def repository_names(wanted: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Name a repository after its path, and after its registry, too, where two registries have the same path."""
    names: dict[tuple[str, str], str] = {}
    for registry, path in sorted(wanted):
        alone = sum(_fitting(other) == _fitting(path) for _, other in wanted) == 1
        name = _fitting(path if alone else f"{registry}/{path}")
        number, free = 2, name
        while free in names.values():
            number, free = number + 1, f"{name}-{number}"
        names[registry, path] = free
    return names


def _fitting(path: str) -> str:
    """Spell a path as ECR takes it: lower case, single signs between letters and digits, 2 to 256 of them."""
    parts = [part.strip("-._") for part in path.lower().split("/")]
    name = "/".join(filter(None, map(_single_signs, parts)))[:LONGEST_NAME].rstrip("-._/")
    return name if len(name) > 1 else f"image-{name}"


def _single_signs(part: str) -> str:
    made = ""
    for sign in part:
        letter = sign if sign.isascii() and sign.isalnum() or sign in "._-" else "-"
        made += "" if letter in "._-" and made[-1:] in ("", ".", "_", "-") else letter
    return made
