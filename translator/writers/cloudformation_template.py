"""A CloudFormation template in the making: its parameters and resources, and what the texts of a document refer to."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .. import rows, schema
from ..keys import unnamed
from ..model import ECS, Document, Field, Finding
from ..readers.cloudformation_values import STANDS_FOR
from ..secrecy import HIDDEN
from .cloudformation_values import PSEUDO, Call, Hole, apart, arn, attribute, joined, only_hole, pascal, pieces, ref

DYNAMIC = "{{resolve:"
SECRETS = "arn:aws:secretsmanager:"
# Where a stack is created: keys of the environment, and what stands for them where it does not say.
HERE = {"region": "${AWS_REGION}", "account": "${AWS_ACCOUNT_ID}"}
# Property -> the type of a parameter that fills it, and what a person reads about it.
PARAMETERS = {
    "VpcId": ("AWS::EC2::VPC::Id", "The VPC that everything runs in."),
    "Vpc": ("AWS::EC2::VPC::Id", "The VPC that everything runs in."),
    "Subnets": ("AWS::EC2::Subnet::Id", "The subnets to run in, in two availability zones at least."),
    "SecurityGroups": ("AWS::EC2::SecurityGroup::Id", "The security groups of what runs here."),
    "CertificateArn": ("String", "The ACM certificate of the load balancer."),
    "Image": ("String", "The image of the container."),
}
TYPES = {"integer": "Number", "number": "Number"}


@dataclass
class Entry:
    """One request of the document and the resource that it becomes."""

    kind: str
    key: str
    value: dict
    logical: str
    type: str


@dataclass
class Resource:
    """One resource of the template; `comment` says why it is there when the document did not ask for it."""

    type: str
    properties: dict[str, Any]
    depends: list[str] = field(default_factory=list)
    comment: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)


class Template:
    """Everything that is written; resources refer to each other through it."""

    def __init__(self, document: Document, environment: dict[str, Any]):
        self.settings: dict[str, Any] = environment.get("ecs") or {}
        self.meant = document.placeholders
        self.parameters: dict[str, dict[str, Any]] = {}
        self.resources: dict[str, Resource] = {}
        self.outputs: dict[str, dict[str, Any]] = {}
        self.said: list[Finding] = []
        self.entries: list[Entry] = []
        self._taken: set[str] = set()
        self._by_name: dict[tuple[str, str], Entry] = {}
        self._by_arn: dict[str, Entry] = {}
        for found in document.entries:
            if found.kind in rows.tables()["kinds"] and isinstance(found.value, dict):
                self._enter(found.kind, self._settled(found.kind, found.value))
            else:
                self.say(
                    "not-written",
                    f"{found.kind} is nothing that a template can hold; it was left out.",
                    [Field("", found.kind)],
                )

    # --- entries ---------------------------------------------------------------------------------

    def _settled(self, kind: str, value: Any) -> dict[str, Any]:
        """Give a request in which every value is of its type, so that nothing later has to ask."""
        tree, problems = schema.canonical(ECS, kind, value)
        for path, code, _ in problems:
            if code == "wrong-type":
                words = f"{kind}: {schema.show_path(path)} is of another type than the API takes; it was left out."
                self.say("not-said", words, [Field(schema.show_path(path), kind)])
        return schema.plain(ECS, kind, tree)

    def _enter(self, kind: str, value: dict) -> None:
        cells = rows.tables()["kinds"][kind]
        key = str(value.get(cells["name"]) or "") if cells["name"] else unnamed(kind, value)
        while not cells["name"] and (kind, key) in self._by_name:
            key += "-2"
        entry = Entry(kind, key, value, self.unused(pascal(stem(kind, key, value))), type_of(kind))
        self.entries.append(entry)
        self._by_name.setdefault((kind, key), entry)
        if not cells["name"]:
            self._by_name.setdefault((kind, str(value.get("Port") or value.get("Priority") or kind)), entry)
        given = value.get(cells["arn"]) if cells["arn"] else None
        if isinstance(given, str):
            self._by_arn.setdefault(given, entry)

    def of(self, kind: str) -> list[Entry]:
        """Give the entries of a kind."""
        return [entry for entry in self.entries if entry.kind == kind]

    def named(self, kind: str, name: Any) -> Entry | None:
        """Find an entry by its name, `family:revision`, ARN or reference."""
        found = only_hole(name)
        if found is not None and found.kind == kind:
            return self._by_name.get((kind, found.key)) or self._alone(kind)
        if not isinstance(name, str):
            return None
        last = name.rpartition("/")[2] if name.startswith("arn:") else name
        candidates = (
            self._by_arn.get(name),
            self._by_name.get((kind, last)),
            self._by_name.get((kind, last.partition(":")[0])),
        )
        return next((entry for entry in candidates if entry is not None and entry.kind == kind), None)

    def _alone(self, kind: str) -> Entry | None:
        """Take the only entry of a kind whose entries have no names of their own."""
        entries = self.of(kind) if not rows.tables()["kinds"][kind]["name"] else []
        return entries[0] if len(entries) == 1 else None

    def unused(self, name: str) -> str:
        """Give a logical id that nothing has yet, and take it."""
        chosen, count = (name or "Item")[:200], 1
        while chosen in self._taken:
            count += 1
            chosen = f"{name[:200]}{count}"
        self._taken.add(chosen)
        return chosen

    def add(self, name: str, type_: str, properties: dict[str, Any], comment: str = "", **more: Any) -> str:
        """Add a resource and give its logical id."""
        logical = self.unused(name)
        self.resources[logical] = Resource(type_, properties, comment=comment, **more)
        return logical

    # --- values ----------------------------------------------------------------------------------

    def parameter(self, name: str, type_: str = "String", description: str = "", **cells: Any) -> Call:
        """Refer to a parameter, which is added when it is first needed."""
        name = pascal(name) or "Value"
        if name in self._taken and name not in self.parameters:
            name += "Parameter"
        if name not in self.parameters:
            self._taken.add(name)
            known = {key: value for key, value in cells.items() if value is not None}
            self.parameters[name] = {"Type": type_, **({"Description": description} if description else {}), **known}
        elif type_.startswith("List<"):  # a text elsewhere: the list says more
            self.parameters[name].update({"Type": type_, "Description": description})
        return ref(name)

    def text(self, value: str, where: str = "", kind: str = "string", field_: Field | None = None) -> Any:
        """Give the value of a text in which placeholders and references may stand."""
        if value in self._by_arn:
            return ref(self._by_arn[value].logical)
        value = self.referring(value)
        return joined(
            [
                self.literal(piece, field_) if isinstance(piece, str) else self.fill(piece, where, kind)
                for piece in pieces(value)
            ]
        )

    def literal(self, text: str, field_: Field | None = None) -> Any:
        """Give a text that stays as it is, unless CloudFormation would look something up in its place."""
        if text == HIDDEN:
            name = f"{field_.object.partition('/')[2]} {field_.path}" if field_ else "Secret"
            return self.parameter(f"{name} value", description="A value that is kept out of the template.", NoEcho=True)
        if DYNAMIC not in text:
            return text
        # Dynamic references are looked up in whatever text comes out of all functions, and there is no way to
        # escape them: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
        self.say("dynamic-reference-text", fields=[field_] if field_ else [])
        return text.replace(DYNAMIC, "{{ resolve:")

    def referring(self, value: str) -> str:
        """Refer to a secret of the template where a text spells its ARN: without that, tasks may start before it is there."""
        head, _, tail = value.partition(":secret:")
        name, colon, rest = tail.partition(":")
        region, account = (self.settings.get(key) or unknown for key, unknown in HERE.items())
        inside = head in (f"{SECRETS}{region}:{account}", SECRETS + ":".join(HERE.values()))
        return f"${{secrets.{name}.ARN}}{colon}{rest}" if inside and ("secrets", name) in self._by_name else value

    def own_text(self, value: str, field_: Field | None = None) -> Any:
        """Give the author's own text, in which only what a translation left open is filled in."""
        if not any(isinstance(piece, Hole) and self._is_meant(piece) for piece in pieces(value)):
            return self.literal(value, field_)
        parts = [
            self.literal(piece, field_) if isinstance(piece, str) else self._own_hole(piece) for piece in pieces(value)
        ]
        return joined(parts)

    def _is_meant(self, found: Hole) -> bool:
        """Whether a hole is one that a translation left: a placeholder of its own, or the address of a load balancer."""
        return found.name in self.meant or found.member == "DNSName" and (found.kind, found.key) in self._by_name

    def _own_hole(self, found: Hole) -> Any:
        if self._is_meant(found):
            return self.fill(found)
        return f"${{{found.name or '.'.join((found.kind, found.key, found.member))}}}"

    def fill(self, found: Hole, where: str = "", kind: str = "string") -> Any:
        """Give what stands for a placeholder or a reference."""
        if found.name in PSEUDO:
            return ref(PSEUDO[found.name])
        if found.name:
            return self.unknown(found.name, where, kind)
        entry = self._by_name.get((found.kind, found.key)) or self._alone(found.kind)
        if entry is None or entry.logical not in self.resources:
            return self._absent(found)
        return self.answer(entry, found.member) or self.parameter(f"{entry.logical}{found.member}")

    def unknown(self, name: str, where: str, kind: str) -> Call:
        """Refer to the parameter that a placeholder becomes."""
        type_, words = PARAMETERS.get(where, (TYPES.get(kind, "String"), "What the manifest does not say."))
        if where == "Subnets" and "PUBLIC" in name.upper():
            words = "The subnets of load balancers that the internet reaches, in two availability zones at least."
        listed = (
            f"List<{type_}>"
            if kind == "list" and type_ != "String"
            else "CommaDelimitedList"
            if kind == "list"
            else type_
        )
        return self.parameter(name, listed, f"{words} {STANDS_FOR}{name}.", Default=self._default(name, where))

    def _default(self, name: str, where: str) -> str | None:
        key = {"Subnets": "subnets", "SecurityGroups": "securityGroups"}.get(where, "")
        given = None if "PUBLIC" in name.upper() else self.settings.get(key)
        return ",".join(map(str, given)) if isinstance(given, list) and given else None

    def _absent(self, found: Hole) -> Any:
        """Refer to something that is not in the document: a cluster by its ARN, all else as a parameter."""
        if found.kind == "clusters" and found.member == "clusterArn":
            name = self.cluster() if found.key == "default" else found.key
            return arn("ecs", "cluster/", name)
        return self.parameter(
            f"{found.key}-{found.member}", description=f"The {found.member} of {found.key}, which exists already."
        )

    def answer(self, entry: Entry, member: str) -> Call | None:
        """Refer to what AWS makes up about a resource."""
        cells = rows.tables()["cloudformation-types"][entry.type]
        wanted = (member, "{" + member[:1].upper() + member[1:] + "}")
        if cells["ref"] in wanted:
            return ref(entry.logical)
        found = [name for name, stands in cells.get("attributes", {}).items() if stands in wanted]
        return attribute(entry.logical, found[0]) if found else None

    def cluster(self) -> Call:
        """Refer to the cluster that neither manifest names."""
        return self.parameter(
            "Cluster",
            description="The name of the cluster to run in.",
            Default=self.settings.get("cluster") or "default",
        )

    def vpc(self) -> Call:
        """Refer to the VPC."""
        return self._typed("AWS::EC2::VPC::Id") or self.parameter("VpcId", *PARAMETERS["VpcId"])

    def subnets(self, public: bool = False) -> Call:
        """Refer to the subnets of tasks, or of load balancers that the internet reaches."""
        name = "PublicSubnetIds" if public else "SubnetIds"
        return self._typed("List<AWS::EC2::Subnet::Id>", public) or self.unknown(name, "Subnets", "list")

    def _typed(self, type_: str, public: bool = False) -> Call | None:
        """Refer to the parameter that the document itself made necessary, rather than ask for the same thing again."""
        known = [name for name, cells in self.parameters.items() if cells["Type"] == type_]
        return next((ref(name) for name in known if ("Public" in name) == public), None)

    def settle(self) -> None:
        """Take out parameters that nothing refers to and waiting for what is referred to anyway, and settle texts."""
        used: set[str] = set()
        for one in self.resources.values():
            own = set(_referred(one.properties))
            one.depends = [name for name in one.depends if name not in own]
            used |= own
        self.parameters = {name: cells for name, cells in self.parameters.items() if name in used}
        names = self.parameters.keys() | self.resources.keys()
        for one in self.resources.values():
            one.properties = apart(one.properties, names)

    def say(self, code: str, words: str = "", fields: list[Field] | tuple = ()) -> None:
        """Report what a template cannot say."""
        cells = rows.messages()[f"cloudformation.{code}"]
        words, code = words or cells["note"], f"cloudformation.{code}"
        same = next(
            (place for place, found in enumerate(self.said) if (found.code, found.message) == (code, words)), None
        )
        known = self.said[same].fields if same is not None else ()
        finding = Finding(
            code, cells["level"], words, cells.get("remedy", ""), (*known, *(one for one in fields if one not in known))
        )
        if same is None:
            self.said.append(finding)
        else:
            self.said[same] = finding


def _referred(value: Any) -> Iterator[str]:
    if isinstance(value, Call):
        if isinstance(value.argument, str):
            yield value.argument if value.name == "Ref" else value.argument.partition(".")[0]
        else:
            yield from _referred(value.argument)
    elif isinstance(value, (dict, list)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _referred(entry)


def stem(kind: str, key: str, value: dict) -> str:
    """Give the words of a logical id: what a thing is called, and what it is."""
    suffix = SUFFIXES.get(kind) or (type_of(kind) or kind).rpartition("::")[2]
    if kind == "scalableTargets":
        key = key.rpartition("/")[2]
    if kind in ("listeners", "listenerRules"):
        owner = only_hole(value.get("LoadBalancerArn"))
        return f"{owner.key if owner else ''} {suffix} {value.get('Port') or value.get('Priority') or kind}"
    if kind in ("securityGroupIngress", "securityGroupEgress"):
        owner = only_hole(value.get("GroupId"))
        return f"{owner.key if owner else 'Group'} {suffix}"
    name = pascal(key)
    return name if name.endswith(suffix) else f"{name} {suffix}"


@functools.cache
def type_of(kind: str) -> str:
    """Give the type that a kind is written as: the first that the table names."""
    table = rows.tables()["cloudformation-types"]
    return next((name for name, cells in table.items() if cells["kind"] == kind), "")


SUFFIXES = {
    "discoveryServices": "DiscoveryService",
    "discoveryInstances": "DiscoveryInstance",
    "namespaces": "Namespace",
    "rolePolicies": "Policy",
    "securityGroupEgress": "Egress",
    "securityGroupIngress": "Ingress",
    "targetGroupAttributes": "Attributes",
}
