"""Node selectors and placement expressions: what one lets in the other lets in."""
import itertools

import pytest

from translator.converters import node_terms, query
from translator.converters.node_terms import Groups, group_expression, groups, to_expression, to_terms


def need(key, operator, *values):
    return {"key": key, "operator": operator} | ({"values": list(values)} if values else {})


def term(*needs):
    return {"matchExpressions": list(needs)}


ZONE, KIND, ARCH = "topology.kubernetes.io/zone", "node.kubernetes.io/instance-type", "kubernetes.io/arch"


@pytest.mark.parametrize("terms, expression", [
    ([term(need(ZONE, "In", "us-east-1a", "us-east-1b"), need("disk", "In", "ssd"))],
     "attribute:ecs.availability-zone in [us-east-1a, us-east-1b] and attribute:disk == ssd"),
    ([term(need(ARCH, "In", "amd64"))], "attribute:ecs.cpu-architecture == x86_64"),
    ([term(need(ARCH, "In", "amd64", "arm64"))], "attribute:ecs.cpu-architecture in [x86_64, arm64]"),
    ([term(need("kubernetes.io/os", "In", "linux"))], "attribute:ecs.os-type == linux"),
    ([term(need("disk", "NotIn", "hdd"))], "attribute:disk !exists or attribute:disk != hdd"),
    ([term(need("disk", "NotIn", "hdd", "tape"), need("gpu", "Exists"))],
     "(attribute:disk !exists or attribute:disk !in [hdd, tape]) and attribute:gpu exists"),
    ([term(need("team/x", "DoesNotExist"))], "attribute:team/x !exists"),
    ([term(need("cores", "Gt", "4")), term(need("cores", "Lt", "2"))], "attribute:cores > 4 or attribute:cores < 2"),
    ([term(need("a", "In", "1"), need("b", "In", "2")), term(need("c", "Exists"))],
     "(attribute:a == 1 and attribute:b == 2) or attribute:c exists"),
    ([term(need("karpenter.k8s.aws/instance-family", "In", "g2"))], r"attribute:ecs.instance-type =~ g2\..*"),
    ([term(need("karpenter.k8s.aws/instance-family", "NotIn", "t3"))], r"attribute:ecs.instance-type !~ t3\..*"),
])
def test_terms_there_and_back(terms, expression):
    assert to_expression(terms) == (expression, [])
    assert to_terms(expression) == (terms, [])


@pytest.mark.parametrize("key, subject", [
    ("failure-domain.beta.kubernetes.io/zone", "ecs.availability-zone"), ("beta.kubernetes.io/os", "ecs.os-type"),
    ("beta.kubernetes.io/instance-type", "ecs.instance-type"), ("beta.kubernetes.io/arch", "ecs.cpu-architecture"),
])
def test_older_labels_are_read(key, subject):
    assert to_expression([term(need(key, "In", "x"))]) == (f"attribute:{subject} == x", [])


def test_a_node_selector_is_a_term():
    assert to_expression([node_terms.term_of({"disk": "ssd", ARCH: "arm64"})])[0] == (
        "attribute:disk == ssd and attribute:ecs.cpu-architecture == arm64")


def test_families_are_alternatives():
    families = need("eks.amazonaws.com/instance-family", "In", "g2", "p3")
    expression, unsaid = to_expression([term(families, need("a", "Exists"))])
    assert expression == (
        r"(attribute:ecs.instance-type =~ g2\..* or attribute:ecs.instance-type =~ p3\..*) and attribute:a exists")
    assert unsaid == []
    expression, _ = to_expression([term(need("karpenter.k8s.aws/instance-family", "NotIn", "t2", "t3"))])
    assert expression == r"attribute:ecs.instance-type !~ t2\..* and attribute:ecs.instance-type !~ t3\..*"


def test_the_region_holds_already():
    region = need("topology.kubernetes.io/region", "In", "eu-west-1")
    assert to_expression([term(region, need("a", "Exists"))], "eu-west-1") == ("attribute:a exists", [])
    assert to_expression([term(region)], "eu-west-1") == (None, [])
    assert to_expression([term(region), term(need("a", "Exists"))], "eu-west-1") == (None, [])
    assert to_expression([term(region)], "us-east-1") == (None, [region]) == to_expression([term(region)])


@pytest.mark.parametrize("one", [
    need("kubernetes.io/hostname", "In", "n1"), need("karpenter.sh/nodepool", "In", "gpu"), need("a", "Gt", "x"),
    need("eks.amazonaws.com/nodegroup", "In", "x"), need("node-role.kubernetes.io/worker", "Exists"),
    need("a", "In", ""),
    need("a", "In"), need("a", "Like", "b"), need("x" * 64 + "." + "y" * 70 + "/z", "Exists"), need("a b", "Exists"),
    need("karpenter.k8s.aws/instance-family", "Exists"), need("karpenter.k8s.aws/instance-cpu", "Gt", "4"), {},
])
def test_what_ecs_cannot_say_is_given_back(one):
    assert to_expression([term(one)]) == (None, [one])
    assert to_expression([term(need("ok", "Exists"), one)]) == ("attribute:ok exists", [one])
    assert to_expression([term(one), term(need("ok", "Exists"))]) == ("attribute:ok exists", [one])


def test_fields_are_given_back_and_no_terms_say_nothing():
    field = need("metadata.name", "In", "n1")
    assert to_expression([{"matchFields": [field]}]) == (None, [field])
    assert to_expression([]) == (None, []) == to_expression([{}])


@pytest.mark.parametrize("expression, terms", [
    ("attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d",
     [term(need("karpenter.k8s.aws/instance-family", "In", "g2"), need(ZONE, "NotIn", "us-east-1d"))]),
    ("attribute:disk != hdd", [term(need("disk", "Exists"), need("disk", "NotIn", "hdd"))]),
    ("not(attribute:disk == hdd)", [term(need("disk", "NotIn", "hdd"))]),
    ("not(attribute:disk in [a, b])", [term(need("disk", "NotIn", "a", "b"))]),
    ("attribute:n >= 3 and attribute:n <= 8", [term(need("n", "Gt", "2"), need("n", "Lt", "9"))]),
    ("attribute:n >= 0", [term(need("n", "Exists"))]),
    ("attribute:a == 1 and (attribute:b == 2 or attribute:c == 3)",
     [term(need("a", "In", "1"), need("b", "In", "2")), term(need("a", "In", "1"), need("c", "In", "3"))]),
    ("attribute:a == 1 or attribute:a == 1", [term(need("a", "In", "1"))]),
    ("attribute:ecs.instance-type == t2.small", [term(need(KIND, "In", "t2.small"))]),
])
def test_expressions_become_terms(expression, terms):
    assert to_terms(expression) == (terms, [])


@pytest.mark.parametrize("comparison", [
    "agentVersion < 1.14.5", "registeredAt < 2018-02-13", "runningTasksCount == 1", "ec2InstanceId in [i-1, i-2]",
    "agentConnected == true", "task:group == service:x", "attribute:ecs.ami-id == ami-1", "attribute:a =~ x.*",
    "attribute:ecs.instance-type =~ .*large", "attribute:a > x", "attribute:a\\b == c", "attribute:a == x/y",
])
def test_what_kubernetes_cannot_say_is_given_back(comparison):
    assert to_terms(comparison) == ([], [comparison])
    assert to_terms(f"{comparison} and attribute:ok exists") == ([term(need("ok", "Exists"))], [comparison])


def test_what_cannot_be_read_is_given_back_whole():
    assert to_terms("attribute:a ==") == ([], ["attribute:a =="])
    many = " and ".join(f"(attribute:a{n} == 1 or attribute:b{n} == 2)" for n in range(9))
    assert to_terms(many) == ([], [many])


def matches(terms, node):
    """Evaluate terms as the scheduler does: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"""
    def one(requirement):
        value, values = node.get(requirement["key"]), requirement.get("values", [])
        return {
            "In": value in values, "NotIn": value not in values,
            "Exists": value is not None, "DoesNotExist": value is None,
            "Gt": value is not None and bool(values) and int(value) > int(values[0]),
            "Lt": value is not None and bool(values) and int(value) < int(values[0]),
        }[requirement["operator"]]
    return any(each["matchExpressions"] and all(map(one, each["matchExpressions"])) for each in terms)


def lets_in(tree, instance):
    """Evaluate an expression: an attribute that is missing fails every comparison but `!exists`."""
    kind = tree[0]
    if kind in ("and", "or"):
        return (all if kind == "and" else any)(lets_in(part, instance) for part in tree[1:])
    if kind == "lacks":
        return instance.get(tree[1]) not in tree[2]
    value, argument = instance.get(tree[1]), tree[2]
    if value is None:
        return kind == "!exists"
    return {"==": value == argument, "in": value in (argument or ()), "exists": True, "!exists": False,
            ">": kind == ">" and int(value) > int(argument), "<": kind == "<" and int(value) < int(argument)}[kind]


OPERATIONS = [
    ("In", "1"), ("In", "1", "2"), ("NotIn", "1"), ("NotIn", "2", "3"), ("Exists",), ("DoesNotExist",), ("Gt", "1"),
    ("Lt", "3"),
]
NEEDS = [need(key, *operation) for key in ("a", "b") for operation in OPERATIONS]


def test_both_sides_let_in_the_same():
    nodes = [{key: value for key, value in (("a", a), ("b", b)) if value}
             for a in (None, "1", "2", "3") for b in (None, "1", "2", "3")]
    for first, second, third in itertools.product(NEEDS, NEEDS, NEEDS[::3]):
        terms = [term(first, second), term(third)]
        expression, _ = to_expression(terms)
        tree, back = query.parse(expression), to_terms(expression)[0]
        for node in nodes:
            instance = {f"attribute:{key}": value for key, value in node.items()}
            assert matches(terms, node) == lets_in(tree, instance) == matches(back, node)


@pytest.mark.parametrize("expression, found", [
    ("task:group == service:production", Groups((("service:production",),))),
    ("not(task:group == database)", Groups(apart=("database",))),
    ("task:group != database", Groups(apart=("database",))),
    ("task:group in [service:a, service:b] and attribute:disk == ssd and not(task:group in [c, d])",
     Groups((("service:a", "service:b"),), ("c", "d"), "attribute:disk == ssd")),
    ("task:group == a or attribute:b exists", Groups(rest="task:group == a or attribute:b exists")),
    ("attribute:a == 1", Groups(rest="attribute:a == 1")),
    ("not(attribute:a == 1)", Groups(rest="not(attribute:a == 1)")),
    ("task:group exists", Groups(rest="task:group exists")), ("task:group", None),
    ("not(task:group == a and attribute:b exists)", Groups(rest="not(task:group == a and attribute:b exists)")),
])
def test_what_is_asked_of_other_tasks(expression, found):
    assert groups(expression) == found


def test_what_is_asked_of_other_tasks_back():
    near, apart = (("service:a",), ("service:b", "service:c")), ("service:d",)
    expression = group_expression(near, apart)
    assert expression == (
        "task:group == service:a and task:group in [service:b, service:c] and not(task:group == service:d)")
    assert groups(expression) == Groups(near, apart) and group_expression() is None
