"""Image references <-> registry, repository, tag and digest, and which AWS account a registry is of.

https://pkg.go.dev/github.com/distribution/reference
https://docs.aws.amazon.com/AmazonECR/latest/userguide/registries.html
"""
from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple


class Image(NamedTuple):
    """One reference, as it is written: no registry is Docker Hub's, no tag and no digest is `latest`."""

    repository: str
    tag: str = ""
    digest: str = ""
    registry: str = ""


class Registry(NamedTuple):
    """A private registry of Amazon ECR: whose, where, and the partition's domain."""

    account: str
    region: str
    domain: str = "amazonaws.com"


@cache
def _placeholder() -> re.Pattern:
    return re.compile(r"\$\{[^}]*\}")


@cache
def _rules() -> dict[str, re.Pattern]:
    part = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
    return {
        "registry": re.compile(r"(?:[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"),
        "repository": re.compile(rf"{part}(?:/{part})*"),
        "tag": re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"),
        "digest": re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}|x+"),
    }


def parse(text) -> Image | None:
    """Read a reference; None for what no container runtime takes (`Web`, `nginx:`). `${…}` may stand anywhere."""
    return _parse(text) if isinstance(text, str) else None


@lru_cache(maxsize=4096)
def _parse(text: str) -> Image | None:
    """A placeholder is read as letters of its length, so that every piece keeps its place in the text."""
    plain = _placeholder().sub(lambda match: "x" * len(match[0]), text)
    rest, _, digest = plain.partition("@")
    head, slash, _ = rest.partition("/")
    registry = head if slash and _is_registry(text[:len(head)]) else ""
    start = len(registry) + 1 if registry else 0
    repository, _, tag = rest[start:].partition(":")
    pieces = {"registry": registry, "repository": repository, "tag": tag, "digest": digest}
    if not repository or not all(_rules()[kind].fullmatch(piece) for kind, piece in pieces.items() if piece):
        return None
    cuts = {"registry": 0, "repository": start, "tag": len(rest) - len(tag), "digest": len(plain) - len(digest)}
    image = Image(**{kind: text[at:at + len(pieces[kind])] for kind, at in cuts.items()})
    return image if spell(image) == text else None


def _is_registry(first: str) -> bool:
    """Tell a host from the first part of a path, as Docker does: a dot, a port, a capital, or localhost."""
    return first == "localhost" or "." in first or ":" in first or first != first.lower()


def spell(image: Image) -> str:
    """Write a reference; parse reads the same back."""
    name = f"{image.registry}/{image.repository}" if image.registry else image.repository
    tagged = f"{name}:{image.tag}" if image.tag else name
    return f"{tagged}@{image.digest}" if image.digest else tagged


def is_latest(text: str) -> bool:
    """Tell whether a reference means `latest`: then a pod pulls it at every start unless it says otherwise."""
    image = parse(text)
    return image is not None and not image.digest and image.tag in ("", "latest")


def is_pinned(text: str) -> bool:
    """Tell whether a reference always means the same image, because it names a digest."""
    image = parse(text)
    return image is not None and bool(image.digest)


def ecr_registry(host: str) -> Registry | None:
    """Read the host of a private ECR registry (`<account>.dkr.ecr.<region>.amazonaws.com`); None for any other."""
    account, _, rest = host.partition(".")
    for service in ("dkr.ecr.", "dkr.ecr-fips.", "dkr-ecr."):
        region, _, domain = rest.removeprefix(service).partition(".")
        if rest.startswith(service) and account and region and domain:
            return Registry(account, region, domain)
    return None


def ecr_host(registry: Registry) -> str:
    """Write the host of a private ECR registry."""
    return f"{registry.account}.dkr.ecr.{registry.region}.{registry.domain}"


def ecr(text: str) -> Registry | None:
    """Give the private ECR registry that an image comes from; None for any other image."""
    image = parse(text)
    return ecr_registry(image.registry) if image else None
