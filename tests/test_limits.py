"""The linters as a whole: every code speaks and is proven, places are right, and nothing that can be read stops it."""
import copy
import random

import pytest

import test_limits_ecs_around as around
import test_limits_ecs_service as service
import test_limits_ecs_task as task
import test_limits_kubernetes as objects
import test_limits_kubernetes_pod as pod
from limit_cases import broken, ecs, kubernetes
from translator import rows, schema
from translator.limits import check
from translator.limits import ecs as ecs_limits
from translator.limits import kubernetes as kubernetes_limits
from translator.model import ECS, KUBERNETES, Document, Object, Place

# Proven outside of the lists of cases.
ELSEWHERE = {
    "ecs-limits": {"fargate-field", "rollout-stuck", "step-bounds"},
    "kubernetes-limits": {"value-unknown", "target-port-unknown", "backend-unknown", "scaled-unsized", "scaled-twice"},
}


def codes_of(planted):
    own, fields = planted
    found = {code for code, _ in own}
    for rules, below in fields.values():
        found |= codes_of((rules, below or {}))
    return found


def registered(table):
    if table == "ecs-limits":
        trees = [
            ecs_limits.tree(kind, tuple(ecs_limits.PLATFORMS) if kind == "taskDefinitions" else ())
            for kind in schema.kinds(ECS)
        ]
    else:
        current = [(version, kind) for kind, version in kubernetes_limits.CURRENT.items()]
        trees = [kubernetes_limits.tree(version, kind) for version, kind in [*current, *kubernetes_limits.REMOVED]]
    return set().union(*map(codes_of, trees))


def proven(table):
    if table == "ecs-limits":
        cases = [
            *task.FARGATE_CASES,
            *task.EC2_CASES,
            *service.ON_FARGATE_CASES,
            *service.EC2_CASES,
            *service.DAEMON_CASES,
        ]
        return {case[0] for case in cases} | {case[1] for case in [*service.RUN_CASES, *around.CASES]}
    return {case[0] for case in pod.CASES} | {case[1] for case in objects.CASES}


@pytest.mark.parametrize("table", ["ecs-limits", "kubernetes-limits"])
def test_every_rule_speaks_and_is_proven(table):
    codes = registered(table)
    assert codes == rows.tables()[table]["message"].keys()
    assert codes == proven(table) | ELSEWHERE[table]
    assert all(cells["remedy"] for cells in rows.tables()[table]["message"].values())


def test_kinds_have_the_version_of_the_official_schema():
    for kind, version in kubernetes_limits.CURRENT.items():
        assert schema.root(KUBERNETES, kind, version) is not None or kind in ("RuntimeClass",), kind


def test_a_field_says_where_it_stands():
    def locate(path):
        return (
            Place("app.json", 7, 3)
            if path == ("containerDefinitions", 0, "memory")
            else Place("app.json", 1, 1)
            if path == ()
            else None
        )

    value = task.changed(task.TASK, {"containerDefinitions.0.memory": 600, "memory": "512"})
    finding, = check(Document(ECS, (Object("taskDefinitions", value, locate),)))
    assert finding.to_dict() == {
        "code": "ecs-limits.container-limit",
        "level": "error",
        "application": "",
        "message": "Container web may use 600 MiB, the task has 512 MiB.",
        "remedy": "Raise the task's memory, or lower the container's.",
        "fields": [
            {
                "path": "containerDefinitions[web].memory",
                "object": "taskDefinitions/web",
                "file": "app.json",
                "line": 7,
                "column": 3,
                "was": 600, "becomes": 600,
            }
        ],
    }


def test_what_is_missing_stands_at_what_should_hold_it():
    def locate(path):
        return Place("app.yaml", 1 + len(path), 1) if path in ((), ("spec",)) else None

    value = task.changed(objects.SCALER, {"spec.metrics.0.type": "CPU"})
    finding, = check(Document(KUBERNETES, (Object("HorizontalPodAutoscaler", value, locate),)))
    field, = finding.fields
    assert (field.object, field.path, field.line, field.was) == (
        "HorizontalPodAutoscaler/web",
        "spec.metrics[0].type",
        2,
        "CPU",
    )


def test_one_cause_is_one_finding():
    value = task.changed(
        task.TASK,
        {"containerDefinitions.0.privileged": True, "containerDefinitions.1.privileged": True, "ipcMode": "task"},
    )
    finding, = check(ecs({"taskDefinitions": [value]}))
    assert [field.path for field in finding.fields] == [
        "containerDefinitions[web].privileged",
        "containerDefinitions[setup].privileged",
        "ipcMode",
    ]


def test_an_object_without_a_name_goes_by_its_place():
    rule = around.DOCUMENT["listenerRules"][0]
    found = check(ecs({"listenerRules": [rule, {**rule, "Priority": 0}]}))
    assert {field.object for finding in found for field in finding.fields} == {"listenerRules/0", "listenerRules/1"}


def test_an_empty_document_breaks_nothing():
    assert check(Document(ECS)) == check(Document(KUBERNETES)) == ()
    assert check(Document(ECS, (Object("taskDefinitions", None), Object("plans", {"a": 1})))) == ()
    assert check(Document(KUBERNETES, (Object("Deployment", ["a"]), Object("", {})))) == ()


JUNK = [
    None,
    0,
    -1,
    1.5,
    True,
    "",
    "x",
    "${X}",
    "a${Y}b",
    [],
    {},
    ["${X}"],
    [1, 2],
    {"a": 1},
    [{}],
    [None],
    [[1]],
    {"name": [1]},
    10**30,
    float("nan"),
    float("inf"),
    "\ud800",
    "9" * 5000,
    "-",
    "1-99999999999999",
    "cron(* * * * ? *)",
    "at(x)",
    "arn:aws:secretsmanager:a:b:secret:c:d",
]


def places(value, path=()):
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def spoilt(value, chance):
    value = copy.deepcopy(value)
    for _ in range(chance.choice((1, 3, 8))):
        path = chance.choice([path for path in places(value) if path not in (("kind",), ("apiVersion",))] or [()])
        holder = value
        for key in path[:-1]:
            holder = holder[key]
        if path and isinstance(holder, list) and chance.random() < 0.3:
            holder.append(copy.deepcopy(holder[path[-1]]))
        elif path:
            holder[path[-1]] = copy.deepcopy(chance.choice(JUNK))
    return value


@pytest.mark.parametrize("seed", range(8))
def test_values_of_any_type_stop_nothing(seed):
    """Values of the wrong type are the reader's to report; here they are only never trusted."""
    chance = random.Random(seed)
    documents = [service.DOCUMENT, service.DAEMON, around.DOCUMENT, {"taskDefinitions": [task.TASK, task.ON_EC2]}]
    for _ in range(100):
        document = {
            kind: [spoilt(value, chance) for value in values] for kind, values in chance.choice(documents).items()
        }
        found = check(ecs(document)) + check(kubernetes([spoilt(value, chance) for value in [pod.POD, *objects.ALL]]))
        assert all(finding.to_dict()["fields"] for finding in found)


def test_a_task_of_ten_thousand_containers_is_refused_in_time():
    """Rules that compare containers look at the first twenty: a task with more is refused for that alone."""
    many = [
        {
            "name": f"c{n}",
            "image": "a",
            "essential": n == 0,
            "portMappings": [{"containerPort": n + 1, "name": f"p{n}"}],
            "dependsOn": [{"containerName": f"c{n + 1}", "condition": "START"}],
            "mountPoints": [{"sourceVolume": f"v{n}", "containerPath": "/a"}],
        }
        for n in range(10_000)
    ]
    value = {**task.TASK, "containerDefinitions": many, "volumes": [{"name": f"v{n}"} for n in range(10_000)]}
    assert "containers-count" in broken(ecs({"taskDefinitions": [value]}))


def test_many_pods_that_refer_to_each_other():
    documents = []
    for n in range(1000):
        documents += [
            objects.changed(value, {"metadata.name": f"web{n}"}) for value in (objects.DEPLOYMENT, objects.SERVICE)
        ]
        documents.append(
            objects.changed(objects.SCALER, {"metadata.name": f"web{n}", "spec.scaleTargetRef.name": f"web{n}"})
        )
    assert broken(kubernetes(documents)) == {}
