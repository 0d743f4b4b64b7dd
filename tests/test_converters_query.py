"""The cluster query language: the guide's examples, the grammar, and alternatives that mean the same."""
import random

import pytest

from translator.converters.query import MOST_ALTERNATIVES, alternatives, parse, spell

ZONE, KIND, DISK = "attribute:ecs.availability-zone", "attribute:ecs.instance-type", "attribute:disk"


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
@pytest.mark.parametrize("text, tree", [
    ("attribute:ecs.instance-type == t2.small", ("==", KIND, "t2.small")),
    ("attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", ("in", ZONE, ("us-east-1a", "us-east-1b"))),
    ("attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d",
     ("and", ("=~", KIND, "g2.*"), ("!=", ZONE, "us-east-1d"))),
    ("task:group == service:production", ("==", "task:group", "service:production")),
    ("not(task:group == database)", ("not", ("==", "task:group", "database"))),
    ("runningTasksCount == 1", ("==", "runningTasksCount", "1")),
    ("agentVersion < 1.14.5", ("<", "agentVersion", "1.14.5")),
    ("registeredAt < 2018-02-13", ("<", "registeredAt", "2018-02-13")),
    ("attribute:disk exists", ("exists", DISK, None)), ("attribute:disk !exists", ("!exists", DISK, None)),
    ("attribute:disk !in [a]", ("!in", DISK, ("a",))),
    ("attribute:disk !exists or attribute:disk !in [a, b]", ("lacks", DISK, ("a", "b"))),
    ("attribute:disk !exists or attribute:disk != a", ("lacks", DISK, ("a",))),
    ("attribute:ecs.instance-type =~ g2\\..*", ("=~", KIND, "g2\\..*")),
])
def test_expressions_there_and_back(text, tree):
    assert parse(text) == tree and spell(tree) == text


@pytest.mark.parametrize("text, same", [
    ("ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", "ec2InstanceId in [i-abcd1234, i-wxyx7890]"),
    ("attribute:disk equals ssd", "attribute:disk == ssd"), ("attribute:disk not_equals ssd", "attribute:disk != ssd"),
    ("attribute:n greater_than 1 && attribute:n less_than_equal 3", "attribute:n > 1 and attribute:n <= 3"),
    ("attribute:disk not_exists || attribute:n not_in [1]", "attribute:disk !exists or attribute:n !in [1]"),
    ("attribute:x matches a.* or attribute:x not_matches [ab]+", "attribute:x =~ a.* or attribute:x !~ [ab]+"),
    ("!(attribute:disk==ssd)", "not(attribute:disk == ssd)"),
    ("not attribute:disk == ssd", "not(attribute:disk == ssd)"),
    ("attribute:a == 'matches' and attribute:b == matches-x", "attribute:a == 'matches' and attribute:b == matches-x"),
    ("attribute:a =~ '(a|b) c'", "attribute:a =~ '(a|b) c'"), ('attribute:a == "it\'s"', 'attribute:a == "it\'s"'),
    ("attribute:a == 1 or attribute:b == 2 and attribute:c == 3",
     "attribute:a == 1 or (attribute:b == 2 and attribute:c == 3)"),
    ("(attribute:a == 1 or attribute:b == 2) and attribute:c == 3",
     "(attribute:a == 1 or attribute:b == 2) and attribute:c == 3"),
    ("attribute:a == 1 and (attribute:b == 2 and (attribute:c == 3))",
     "attribute:a == 1 and attribute:b == 2 and attribute:c == 3"),
    ("(attribute:a =~ x.*)", "attribute:a =~ x.*"), ("attribute:a == 'x y'", "attribute:a == 'x y'"),
    ("attribute:a != 1 or attribute:b == 2 or attribute:a !exists",
     "attribute:a !exists or attribute:a != 1 or attribute:b == 2"),
    ("  attribute:a\n==\t1 ", "attribute:a == 1"), ("attribute:a == in", "attribute:a == in"),
])
def test_other_spellings(text, same):
    assert spell(parse(text)) == same and spell(parse(same)) == same


@pytest.mark.parametrize("text", [
    "", " ", "attribute:a", "attribute:a ==", "attribute:a == 1 and", "and", "(attribute:a == 1", "attribute:a == 1)",
    "attribute:a in a", "attribute:a in []", "attribute:a in [a", "attribute:a in [a,]", "attribute:a like b", "== a",
    "attribute:a == (b)", "attribute:a = b", "attribute:a == b attribute:c == d", "attribute:a == 'b", "not", "!",
    "attribute:a =~", "attribute:a & attribute:b", "1 == 1", "(" * 5000, "not " * 5000 + "attribute:a == 1", "()",
    "attribute:a == 1 or " * 1000, None, 3, [],
], ids=lambda text: str(text)[:30])
def test_what_is_no_expression_has_no_answer(text):
    assert parse(text) is None


def holds(tree, instance):
    """Evaluate against one instance: an attribute that is missing fails every comparison but `!exists`."""
    kind = tree[0]
    if kind in ("and", "or"):
        return (all if kind == "and" else any)(holds(part, instance) for part in tree[1:])
    if kind == "not":
        return not holds(tree[1], instance)
    value, argument = instance.get(tree[1]), tree[2]
    if kind in ("exists", "!exists", "lacks") and value is None:
        return kind != "exists"
    tests = {
        "==": lambda: value == argument, "!=": lambda: value != argument, "in": lambda: value in argument,
        "!in": lambda: value not in argument, "lacks": lambda: value not in argument, "exists": lambda: True,
        "!exists": lambda: False, ">": lambda: int(value) > int(argument), "<": lambda: int(value) < int(argument),
        ">=": lambda: int(value) >= int(argument), "<=": lambda: int(value) <= int(argument),
    }
    return value is not None and tests[kind]()


def made_up(dice, depth):
    if depth == 0 or dice.random() < 0.3:
        operator = dice.choice(["==", "!=", "in", "!in", "exists", "!exists", ">", "<", ">=", "<=", "lacks"])
        lists = {"in": ("1", "2"), "!in": ("2", "3"), "lacks": ("1",), "exists": None, "!exists": None}
        return operator, dice.choice(["attribute:a", "attribute:b", ZONE]), lists.get(operator, "2")
    kind = dice.choice(["and", "or", "not"])
    return (kind, *(made_up(dice, depth - 1) for _ in range(1 if kind == "not" else dice.choice([2, 3]))))


INSTANCES = [
    {name: value for name, value in (("attribute:a", a), ("attribute:b", b), (ZONE, zone)) if value}
    for a in (None, "1", "2", "3") for b in (None, "1", "2", "3") for zone in ("1", "2", "3")
]


def test_spelling_and_alternatives_mean_the_same():
    dice, compared = random.Random(5), 0
    for _ in range(500):
        tree = made_up(dice, 3)
        meant = [holds(tree, instance) for instance in INSTANCES]
        assert [holds(parse(spell(tree)), instance) for instance in INSTANCES] == meant
        leaves = alternatives(tree)
        if leaves is not None:
            compared += 1
            either = ("or", *(("and", *part) for part in leaves))
            assert [holds(either, instance) for instance in INSTANCES] == meant
    assert compared > 300


def test_too_many_alternatives_have_no_answer():
    pairs = [f"(attribute:a{n} == 1 or attribute:b{n} == 2)" for n in range(20)]
    assert alternatives(parse(" and ".join(pairs))) is None
    assert len(alternatives(parse(" and ".join(pairs[:6])))) == 64 == MOST_ALTERNATIVES
