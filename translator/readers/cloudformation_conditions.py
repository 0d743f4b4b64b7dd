"""CloudFormation's conditions -> met or not; what depends on an unknown value is taken as different from all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model import Path
from .cloudformation_notes import is_open

if TYPE_CHECKING:
    from .cloudformation_values import Values

NOT_MET = "it was taken as not met"


class Conditions:
    """The conditions of a template, each decided once."""

    def __init__(self, values: Values, declared: dict[str, Any]):
        self.values, self.notes, self.declared = values, values.notes, declared
        self._decided: dict[str, bool | None] = {}

    def holds(self, name: str, path: Path) -> bool:
        """Whether a named condition is met."""
        if name not in self.declared:
            self.notes.add("unknown-reference", f"No condition of the template is called {name}; {NOT_MET}.", path)
            return False
        if name not in self._decided:
            self._decided[name] = None
            self._decided[name] = self.test(self.declared[name], ("Conditions", name))
        if self._decided[name] is None:
            self.notes.add("cyclic", f"Condition {name} depends on itself; {NOT_MET}.", path)
        return bool(self._decided[name])

    def test(self, value: Any, path: Path) -> bool:
        """Evaluate a condition."""
        name = next(iter(value)) if isinstance(value, dict) and len(value) == 1 else None
        if name == "Condition":
            return self.holds(str(value[name]), path)
        if name in TESTS and isinstance(value[name], list) and value[name]:
            return TESTS[name](self, value[name], path + (name,))
        where = ".".join(map(str, path))
        self.notes.add("function", f"{where} is not a condition that can be evaluated; {NOT_MET}.", path)
        return False

    def equals(self, sides: list, path: Path) -> bool:
        """Compare two values; one that is not known equals nothing but itself."""
        left, right = (self.values.text(side, path + (index,)) for index, side in enumerate((*sides, None)[:2]))
        if left != right and (is_open(left) or is_open(right)):
            unknown = left if is_open(left) else right
            words = f"Whether condition {path[1]} is met depends on {unknown}; the two sides were taken as different."
            self.notes.add("condition", words, path)
        return left == right

    def every(self, parts: list, path: Path) -> list[bool]:
        """Evaluate all parts, so that what each is found to depend on is noted."""
        return [self.test(part, path + (index,)) for index, part in enumerate(parts)]


TESTS = {
    "Fn::Equals": Conditions.equals,
    "Fn::And": lambda conditions, parts, path: all(conditions.every(parts, path)),
    "Fn::Or": lambda conditions, parts, path: any(conditions.every(parts, path)),
    "Fn::Not": lambda conditions, parts, path: not conditions.test(parts[0], path + (0,)),
}
