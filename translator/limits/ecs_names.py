"""Names and tags of ECS and its neighbours <-> the alphabets and lengths that AWS takes."""
from __future__ import annotations

from typing import Any, Iterator, NamedTuple

from .rules import Hit, Rule, Rules, each
from .values import entries, text, twice

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
ANY_CASE = LETTERS + LETTERS.upper() + DIGITS


class Alphabet(NamedTuple):
    """What a name is made of: its characters and lengths, where a hyphen may stand, and what it may not begin with."""

    letters: frozenset[str]
    longest: int
    said: str
    edge: bool = True
    head: bool = True
    reserved: tuple[str, ...] = ()
    shortest: int = 1


ECS = Alphabet(frozenset(ANY_CASE + "-_"), 255, "letters, digits, hyphens and underscores")
PORT = Alphabet(
    frozenset(LETTERS + DIGITS + "-_"),
    64,
    "small letters, digits, hyphens and underscores, no hyphen first",
    head=False,
)
DNS = Alphabet(
    frozenset(LETTERS + DIGITS + "-_."),
    127,
    "small letters, digits, hyphens, underscores and dots, no hyphen first",
    head=False,
)
ELB = Alphabet(frozenset(ANY_CASE + "-"), 32, "letters, digits and hyphens, no hyphen first or last", edge=False)
LOAD_BALANCER = ELB._replace(reserved=("internal-",), said=ELB.said + ", and not internal- first")
SCHEDULE = Alphabet(frozenset(ANY_CASE + "-_."), 64, "letters, digits, hyphens, underscores and dots")
PROVIDER = ECS._replace(reserved=("aws", "ecs", "fargate"), said=ECS.said + ", and not aws, ecs or fargate first")
CLOUD_MAP = Alphabet(frozenset(ANY_CASE + "-_."), 127, "letters, digits, hyphens, underscores and dots")
PARAMETER = Alphabet(frozenset(ANY_CASE + "-_./"), 1011, "letters, digits, hyphens, underscores, dots and slashes")
SECRET = Alphabet(frozenset(ANY_CASE + "/_+=.@-"), 512, "letters, digits and /_+=.@-")
LOG_GROUP = Alphabet(frozenset(ANY_CASE + "-_./#"), 512, "letters, digits, hyphens, underscores, dots, slashes and #")
ROLE = Alphabet(frozenset(ANY_CASE + "+=,.@-_"), 64, "letters, digits and +=,.@-_")
SECURITY_GROUP = Alphabet(
    frozenset(ANY_CASE + " ._-:/()#,@[]+=&;{}!$*"),
    255,
    "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, and not sg- first",
    reserved=("sg-",),
)

NAMES: dict[str, dict[str, dict[str, Alphabet]]] = {
    "taskDefinitions": {
        "name": {"family": ECS, "containerDefinitions.name": ECS, "volumes.name": ECS},
        "port-name": {"containerDefinitions.portMappings.name": PORT},
    },
    "services": {
        "name": {"serviceName": ECS},
        "port-name": {"serviceConnectConfiguration.services.discoveryName": PORT},
        "alias-name": {"serviceConnectConfiguration.services.clientAliases.dnsName": DNS},
    },
    "clusters": {"name": {"clusterName": ECS}},
    "capacityProviders": {"capacity-provider-name": {"name": PROVIDER}},
    "daemons": {"name": {"daemonName": ECS}},
    "daemonTaskDefinitions": {"name": {"family": ECS, "containerDefinitions.name": ECS, "volumes.name": ECS}},
    "targetGroups": {"load-balancing-name": {"Name": ELB}},
    "loadBalancers": {"load-balancing-name": {"Name": LOAD_BALANCER}},
    "schedules": {"schedule-name": {"Name": SCHEDULE, "GroupName": SCHEDULE}},
    "discoveryServices": {"discovery-name": {"Name": CLOUD_MAP}},
    "parameters": {"parameter-name": {"Name": PARAMETER}},
    "secrets": {"secret-name": {"Name": SECRET}},
    "logGroups": {"log-group-name": {"logGroupName": LOG_GROUP}},
    "roles": {"role-name": {"RoleName": ROLE}},
    "rolePolicies": {"role-name": {"RoleName": ROLE, "PolicyName": ROLE._replace(longest=128)}},
    "securityGroups": {"security-group-name": {"GroupName": SECURITY_GROUP}},
}

MOST_TAGS, LONGEST_KEY, LONGEST_VALUE = 50, 128, 256
TAG_MARKS = frozenset("_.:/=+-@")
# Every kind whose entries carry tags: the member, and what its key and value are called.
TAGS = {
    **dict.fromkeys(
        ("taskDefinitions", "services", "tasks", "clusters", "capacityProviders", "daemons", "daemonTaskDefinitions"),
        ("tags", "key", "value"),
    ),
    **dict.fromkeys(
        (
            "targetGroups",
            "loadBalancers",
            "listeners",
            "listenerRules",
            "namespaces",
            "discoveryServices",
            "parameters",
            "secrets",
            "fileSystems",
            "accessPoints",
            "roles",
            "alarms",
        ),
        ("Tags", "Key", "Value"),
    ),
    "repositories": ("tags", "Key", "Value"),
}


def fits(name: str, alphabet: Alphabet) -> bool:
    """Whether a name is one that an alphabet allows."""
    return (
        alphabet.shortest <= len(name) <= alphabet.longest
        and alphabet.letters.issuperset(name)
        and (alphabet.edge or not (name.startswith("-") or name.endswith("-")))
        and (alphabet.head or not name.startswith("-"))
        and not name.lower().startswith(alphabet.reserved)
    )


def named(member: str, alphabet: Alphabet) -> Rule:
    """Make a rule that a member is a name of an alphabet."""
    def rule(holder: dict, outer: Any) -> Iterator[Hit]:
        name = text(holder[member])
        if name is not None and not fits(name, alphabet):
            yield (member,), (
                f"{member} {name!r} ({len(name)} characters) is no name here: at most {alphabet.longest} "
                f"{alphabet.said}."
            )

    return rule


def tags(member: str, words: tuple[str, str]) -> Rule:
    """Make a rule that tags are as AWS takes them: how many, how long, of what, each once, none of AWS's own."""
    def rule(holder: dict, outer: Any) -> Iterator[Hit]:
        found = entries(holder[member])
        if len(found) > MOST_TAGS:
            yield (member,), f"There are {len(found)} tags; AWS takes {MOST_TAGS}."
        for at, tag in found:
            fault = _tag_fault(text(tag.get(words[0])), text(tag.get(words[1])))
            if fault:
                yield (member, at), fault
        for at, key in twice(holder[member], words[0]):
            yield (member, at), f"Tag {key} is given twice."

    return rule


def _tag_fault(key: str | None, value: str | None) -> str:
    if key is not None and not (0 < len(key) <= LONGEST_KEY and _taggable(key)):
        return f"Tag key {key!r} is not 1 to {LONGEST_KEY} letters, digits, spaces and _.:/=+-@."
    if key is not None and key.lower().startswith("aws:"):
        return f"Tag key {key} begins with aws:, which AWS keeps for itself."
    if value is not None and not (len(value) <= LONGEST_VALUE and _taggable(value)):
        return f"The value of tag {key} is not at most {LONGEST_VALUE} letters, digits, spaces and _.:/=+-@."
    return ""


def _taggable(word: str) -> bool:
    """Whether a string is made of letters, numbers, separators and the marks that tags allow, in any script."""
    if word.isalnum():
        return True
    return all(
        letter.isalnum() or letter in TAG_MARKS or letter == " " or letter.isspace() and letter > "\x7f"
        for letter in word
    )


def rules(kind: str) -> list[Rules]:
    """Give the rules about the names and tags of one kind."""
    tables = [each(NAMES[kind], named)] if kind in NAMES else []
    member, *words = TAGS.get(kind, ("",))
    return [*tables, *([{member: {"tags": tags(member, tuple(words))}}] if member else [])]
