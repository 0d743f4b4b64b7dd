"""What reading Terraform met -> findings: the same words are said once, with every place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from .. import rows
from ..model import Field, Finding, Place, ReadError

LONGEST = 120  # characters of a placeholder's name
MOST = 1_000_000  # values that one resource may hold


def placeholder(*words: str) -> str:
    """Give the name of what is not known: `data.aws_vpc.main.id` is DATA_AWS_VPC_MAIN_ID."""
    joined = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in "_".join(words)).upper()
    name = "_".join(part for part in joined.split("_") if part)[:LONGEST]
    return name if name[:1].isalpha() else f"VALUE_{name}".rstrip("_")


@dataclass(frozen=True)
class Unknown:
    """A value that nobody here can know; the placeholder's name stands for it."""

    name: str

    def __str__(self) -> str:
        return f"${{{self.name}}}"


def settled(value: Any, place: Place | None = None) -> Any:
    """Put placeholders in the place of what is not known. Raises ReadError for values without measure."""
    return _settled(value, [MOST], place or Place("", 0, 0))


def _settled(value: Any, left: list[int], place: Place) -> Any:
    left[0] -= 1
    if left[0] < 0:
        raise ReadError(
            "the values that expressions make here grow beyond measure", place.file, place.line, place.column
        )
    if isinstance(value, Unknown):
        return str(value)
    if isinstance(value, list):
        return [_settled(entry, left, place) for entry in value]
    return (
        {str(key): _settled(entry, left, place) for key, entry in value.items()} if isinstance(value, dict) else value
    )


@dataclass
class Notes:
    """Findings in the making."""

    found: dict[tuple[str, str], list[Field]] = field(default_factory=dict)

    def add(
        self,
        code: str,
        words: str,
        path: str = "",
        place: Place | None = None,
        owner: str = "",
        becomes: str | None = None,
    ) -> None:
        """Note what happened at an argument of a resource."""
        fields = self.found.setdefault((f"terraform.{code}", words), [])
        entry = Field(path, owner, becomes=becomes)
        if place is not None:
            entry = replace(entry, file=place.file, line=place.line, column=place.column)
        if (path or owner or place) and entry not in fields:
            fields.append(entry)

    def findings(self) -> tuple[Finding, ...]:
        """Give the findings, in the order in which their causes were met."""
        return tuple(
            Finding(code, cells["level"], words or cells["note"], cells.get("remedy", ""), tuple(fields))
            for (code, words), fields in self.found.items()
            for cells in [rows.messages()[code]]
        )


def other_code(kind: str) -> str:
    """Give the code for a resource type that the table does not know: some have to do with ECS."""
    return "ecs-type" if kind.startswith(("aws_ecs_", "aws_appautoscaling_", "aws_codedeploy_")) else "other-type"


def other_words(kind: str, labels: list[str]) -> str:
    """Word what becomes of resources that the table does not know."""
    return f"{kind} ({', '.join(labels)}) has no place in an ECS document; it stays in Terraform."
