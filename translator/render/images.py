"""A list of images -> text, JSON, or a shell script that copies them into Amazon ECR."""

from __future__ import annotations

import shlex
from typing import Any

from translator.images import ImageUse, Move, images, move, moved
from translator.model import Document
from translator.render.terminal import table
from translator.render.words import plural, printable, to_json
from translator.secrecy import masked, veil_of

FORMATS = ("text", "json", "script")
# crane copies all platforms and keeps digests; docker copies that of the machine alone.
COPY = """\
copy() {
  if command -v crane >/dev/null; then
    crane copy "$1" "$2"
  elif [ "$3" = pinned ]; then
    echo "$1 is named by its digest, which only crane keeps: install crane" >&2
    exit 1
  else
    docker pull "$1"
    docker tag "$1" "$2"
    docker push "$2"
  fi
}
repository() {
  aws ecr describe-repositories --region "$region" --repository-names "$1" >/dev/null 2>&1 && return
  aws ecr create-repository --region "$region" --repository-name "$1" --image-scanning-configuration scanOnPush=true
  aws ecr put-lifecycle-policy --region "$region" --repository-name "$1" --lifecycle-policy-text "$2"
}
"""
LOGIN = """\
password=$(aws ecr get-login-password --region "$region")
if command -v crane >/dev/null; then
  printf %s "$password" | crane auth login --username AWS --password-stdin "$registry"
else
  printf %s "$password" | docker login --username AWS --password-stdin "$registry"
fi
"""


def render_listing(document: Document, ecr: str | None, format: str) -> str:
    """Render the images of a document in one of FORMATS, with where they go in the registry `ecr` where one is given.

    The script needs a registry. Secret values of objects that are shown with new references are hidden.
    """
    found = images(document)
    plan = move(found, ecr) if ecr is not None else None
    if format == "script" and plan is not None:
        return script(plan)
    if format == "json":
        return as_json(found, plan, masked(moved(document, plan.references()), veil_of(document)) if plan else None)
    return as_text(found, plan)


def as_text(found: list[ImageUse], plan: Move | None) -> str:
    """Give a line for each image: what it is called, who uses it, and what it will be called."""
    names = plan.references() if plan else {}
    lines = table([[printable(cell) for cell in _cells(one, names)] for one in found])
    return "\n".join([*lines, *([""] if lines else []), plural(len(found), "image")]) + "\n"


def _cells(one: ImageUse, names: dict[str, str]) -> list[str]:
    becomes = [f"-> {names[one.reference]}"] if one.reference in names else []
    return [one.reference, one.registry or "unknown registry", ", ".join(one.objects), *(becomes or [""])]


def as_json(found: list[ImageUse], plan: Move | None, rewritten: Document | None) -> str:
    """Give the list; with a plan the requests for the repositories, the references and the objects that change."""
    data: dict[str, Any] = {"images": [one.to_dict() for one in found]}
    if plan is not None and rewritten is not None:
        data |= {
            **plan.requests(),
            "references": plan.references(),
            "unknown": list(plan.unknown),
            "objects": rewritten.objects(),
        }
    return to_json(data).rstrip("\n") + "\n"


def script(plan: Move) -> str:
    """Give a POSIX shell script that makes the repositories and copies the images."""
    policies = {one["repositoryName"]: one["lifecyclePolicyText"] for one in plan.requests()["lifecyclePolicies"]}
    lines = [
        "#!/bin/sh",
        f"# Copies {plural(len(plan.copies), 'image')} into {plan.host}.",
        "# Log in to private registries that images come from before you run it.",
        *(f"# Left out, for nobody knows what it stands for: {to_json(text).strip()}" for text in plan.unknown),
        "set -eu",
        f"registry={shlex.quote(plan.host)}",
        f"region={shlex.quote(plan.region)}",
        COPY + LOGIN.rstrip("\n"),
        *(f"repository {shlex.quote(name)} {shlex.quote(policies[name])}" for name in plan.repositories()),
        *(command("copy", copy.source, copy.target, "pinned" if copy.pinned else "tag") for copy in plan.copies),
    ]
    return "\n".join(lines) + "\n"


def command(*words: str) -> str:
    """Write a command that a shell reads as just these words."""
    return " ".join(map(shlex.quote, words))
