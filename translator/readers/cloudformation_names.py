"""What the resources of a template are called, by themselves and by each other."""

from __future__ import annotations

from typing import Any

from .. import rows
from ..keys import ABOVE, OWN, unnamed
from ..model import Path
from .cloudformation_notes import is_open, placeholder
from .cloudformation_values import Node, Resource, Values, text_of

LONGEST = 2048  # no name or ARN of AWS is longer; names made of names must not grow without end


def types() -> dict[str, dict]:
    """Give the table of resource types."""
    return rows.tables()["cloudformation-types"]


def kind_of(one: Resource) -> str:
    """Give the ECS document's key for a resource; empty where it has none."""
    return types().get(one.type, {}).get("kind", "")


class Names:
    """Answers `Ref` and `Fn::GetAtt` for resources."""

    def __init__(self, values: Values):
        self.values = values
        self.carried: dict[str, tuple[str, str]] = {}
        self._keys: dict[str, str | None] = {}
        self._taken: set[str] = set()
        self._by_kind: dict[str, list[Resource]] = {}
        self._numbered: dict[str, dict[str, str]] = {}
        self._referred: dict[str, Resource] = {}
        values.refer, values.spelled = self.refer, self.spelled

    kind = staticmethod(kind_of)

    def refer(self, logical: str, attribute: str | None, path: Path) -> Node | None:
        """Give what a resource answers: its name, or a reference that an ECS document knows; None is nothing at all."""
        one = self.values.resources.get(logical)
        written = f"{logical}.{attribute}" if attribute else logical
        if one is None:
            return self.values.unknown(
                "unknown-reference", written, f"Nothing in the template is called {logical}", path
            )
        if self.values.is_added(one):
            return None
        if not self.values.exists(one):
            return self.values.unknown(
                "unknown-reference", written, f"{logical} is not created, as its condition is not met", path
            )
        cells = types().get(one.type)
        if cells is None or written in self.values.given:
            return self.values.unknown(
                "outside", written, f"{written} is answered by {one.type}, which has no place in an ECS document", path
            )
        return Node(
            self.answer(
                one, cells["ref"] if attribute is None else cells.get("attributes", {}).get(attribute, attribute)
            ),
            path,
        )

    def answer(self, one: Resource, answer: str) -> str:
        """Word an answer: properties in braces, or a member that AWS makes up."""
        if "{" not in answer:
            return self.reference(one, answer)
        for name in answer.replace("{", "}").split("}")[1::2]:
            answer = answer.replace("{" + name + "}", self.property(one, name))
        return answer

    def property(self, one: Resource, name: str) -> str:
        """Give a property as a text; the one that names a resource always has a value."""
        if name == types()[one.type].get("name"):
            return self.key(one)
        return self._text(one, name) or ""

    def reference(self, one: Resource, member: str) -> str:
        """Refer to what AWS makes up, as `${kind.name.member}`; a name that is not known yet cannot stand in that."""
        kind, key = kind_of(one), self.key(one)
        if not is_open(key):
            text = f"${{{kind}.{key}.{member}}}"
            self._referred[text] = one
            return text
        if member == rows.tables()["kinds"][kind]["arn"]:
            self.carried[one.logical] = (member, placeholder(one.logical + member))
        return placeholder(one.logical + member)

    def spelled(self, text: str) -> str:
        """Write a reference as the ARN that stands for it, of which templates take parts."""
        one = self._referred.get(text)
        written = types()[one.type].get("spelled") if one is not None else None
        if not written or not text.endswith(f".{types()[one.type]['ref']}}}"):
            return text
        return written.replace("{Cluster}", self._text(one, "Cluster") or "default").replace("{name}", self.key(one))

    def key(self, one: Resource) -> str:
        """Give the name that a resource goes by in the ECS document."""
        if one.logical not in self._keys:
            self._keys[one.logical] = None
            self._keys[one.logical] = self._key(one)
        found = self._keys[one.logical]
        if found is None:
            self.values.notes.add(
                "cyclic", f"{one.logical} is named after itself, so its logical id stands for the name.", one.path
            )
        return found or one.logical

    def _key(self, one: Resource) -> str:
        cells = types()[one.type]
        if "name" not in cells:
            return self._number(one)
        text = self._text(one, cells["name"])
        if text and len(text) <= LONGEST:
            return text
        return self._borrowed(one, cells.get("named-by")) or self._made_up(one)

    def _number(self, one: Resource) -> str:
        """Key what has no name as the requests that it becomes will be."""
        kind = kind_of(one)
        if kind not in self._numbered:
            self._numbered[kind] = {}
            taken: set[str] = set()
            for other in self.of_kind(kind):
                key = unnamed(kind, {name: self._text(other, name) for name in (*ABOVE, *OWN)})
                while key in taken:
                    key += "-2"
                taken.add(key)
                self._numbered[kind][other.logical] = key
        return self._numbered[kind].get(one.logical, kind)

    def of_kind(self, kind: str) -> list[Resource]:
        """Give the resources of a kind that are created."""
        if not self._by_kind:
            for one in self.values.resources.values():
                if self.values.exists(one):
                    self._by_kind.setdefault(kind_of(one), []).append(one)
        return self._by_kind.get(kind, [])

    def _borrowed(self, one: Resource, property_name: str | None) -> str:
        """Take the family's name for a service that has none, unless another service has it."""
        if property_name is None:
            return ""
        text = (
            (self._text(one, property_name) or "")
            .removeprefix("${taskDefinitions.")
            .removesuffix(".taskDefinitionArn}")
        )
        family = text.rpartition("task-definition/")[2].partition(":")[0]
        made_up = self.values.resources.get(family)
        if not family or is_open(family) or family in self._taken or made_up and kind_of(made_up) == "taskDefinitions":
            return ""
        self._taken.add(family)
        self._note(one)
        return family

    def _made_up(self, one: Resource) -> str:
        self._note(one)
        return one.logical

    def _note(self, one: Resource) -> None:
        if types()[one.type]["name"] not in UNSEEN:
            self.values.notes.add("generated-name", "", one.path)

    def _text(self, one: Resource, name: str) -> str | None:
        properties: Any = one.body.get("Properties")
        if not isinstance(properties, dict) or name not in properties:
            return None
        node = self.values.within(one, properties[name], one.path + ("Properties", name))
        return None if node is None or isinstance(node.value, (dict, list)) else text_of(node.value)


# Members that only tell one call from another: nobody sees that the logical id stands there.
UNSEEN = frozenset({"CreationToken", "ClientToken"})
