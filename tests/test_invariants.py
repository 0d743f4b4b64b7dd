"""What holds of every task definition, service and schedule that Kubernetes objects become, whatever they say."""

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as any_of

from translator import parse, translate
from translator.converters import quantity, rollout

CPU = any_of.sampled_from(["1m", "100m", "250m", "0.5", "1", "3"])
MEMORY = any_of.sampled_from(["64M", "128Mi", "1Gi", "3000Mi"])
SHARE = any_of.one_of(any_of.integers(0, 5), any_of.sampled_from(["0%", "1%", "25%", "50%", "100%"]))
NAMES = ("a", "b", "c", "d", "e")
PROBE = any_of.fixed_dictionaries(
    {"exec": any_of.just({"command": ["ok"]})}, optional={"failureThreshold": any_of.integers(1, 90)}
)
VARIABLE = any_of.one_of(
    any_of.fixed_dictionaries({"name": any_of.sampled_from("XYZ"), "value": any_of.just("1")}),
    any_of.fixed_dictionaries(
        {"name": any_of.sampled_from("XYZ"), "valueFrom": any_of.just({"secretKeyRef": {"name": "s", "key": "k"}})}
    ),
)
ENVIRONMENTS = any_of.sampled_from([None, {"ecs": {"launchType": "EC2"}}, {"ecs": {"cpuFrom": "limits"}}])
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@any_of.composite
def container(draw, name, first):
    """Make a container: requests, with limits that are no smaller, probes, variables and a mount."""
    requests = draw(any_of.fixed_dictionaries({}, optional={"cpu": CPU, "memory": MEMORY}))
    limits = {
        key: value
        for key, value in draw(any_of.fixed_dictionaries({}, optional={"cpu": CPU, "memory": MEMORY})).items()
        if key not in requests or quantity.parse(value) >= quantity.parse(requests[key])
    }
    made = {
        "name": name,
        "image": "x",
        "resources": {"requests": requests, "limits": limits},
        "env": draw(any_of.lists(VARIABLE, max_size=3)),
        "volumeMounts": [{"name": "data", "mountPath": "/data"}] if draw(any_of.booleans()) else [],
        "ports": [{"containerPort": 8000 + NAMES.index(name)}],
    }
    probes = draw(any_of.fixed_dictionaries({}, optional={"livenessProbe": PROBE, "startupProbe": PROBE}))
    restarts = {"restartPolicy": "Always"} if first and draw(any_of.booleans()) else {}
    return {**made, **(probes if restarts or not first else {}), **restarts}


@any_of.composite
def pod(draw):
    """Make a pod of up to five containers, some of which run first."""
    count, first = draw(any_of.integers(1, 3)), draw(any_of.integers(0, 2))
    spec = {
        "initContainers": [draw(container(name, True)) for name in NAMES[:first]],
        "containers": [draw(container(name, False)) for name in NAMES[first : first + count]],
        "volumes": [{"name": "data", "emptyDir": {}}],
    }
    return {
        **spec,
        **draw(
            any_of.fixed_dictionaries(
                {},
                optional={
                    "terminationGracePeriodSeconds": any_of.integers(0, 400),
                    "overhead": any_of.fixed_dictionaries({"cpu": CPU, "memory": MEMORY}),
                    "nodeSelector": any_of.sampled_from(
                        [{"kubernetes.io/os": "windows"}, {"kubernetes.io/arch": "arm64"}]
                    ),
                },
            )
        ),
    }


@any_of.composite
def objects(draw):
    """Make a Deployment, with a scaler and a load balancer or without."""
    update = draw(any_of.fixed_dictionaries({}, optional={"maxSurge": SHARE, "maxUnavailable": SHARE}))
    labels = {"app": "web"}
    made = [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {
                "replicas": draw(any_of.integers(0, 30)),
                "selector": {"matchLabels": labels},
                "strategy": {"type": "RollingUpdate", "rollingUpdate": update},
                "template": {"metadata": {"labels": labels}, "spec": draw(pod())},
            },
        },
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"k": "eA=="}},
    ]
    if draw(any_of.booleans()):
        low = draw(any_of.integers(1, 6))
        made.append(
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": "web"},
                "spec": {
                    "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
                    "minReplicas": low,
                    "maxReplicas": low + draw(any_of.integers(0, 40)),
                },
            }
        )
    if draw(any_of.booleans()):
        port = made[0]["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"]
        made.append(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "web"},
                "spec": {"type": "LoadBalancer", "selector": labels, "ports": [{"port": 80, "targetPort": port}]},
            }
        )
    return made


def translated(values, environment=None):
    said = translate(parse(yaml.safe_dump_all(values).encode(), "web.yaml"), environment)
    made = {}
    for entry in said.output.entries:
        made.setdefault(entry.kind, []).append(entry.value)
    return made


@FEW
@given(objects(), ENVIRONMENTS)
def test_containers_fit_into_their_task(values, environment):
    for task in translated(values, environment)["taskDefinitions"]:
        containers = task["containerDefinitions"]
        if "cpu" in task:
            assert sum(one.get("cpu", 0) for one in containers) <= int(task["cpu"])
        if "memory" in task:
            assert sum(one.get("memoryReservation") or one.get("memory") or 0 for one in containers) <= int(
                task["memory"]
            )
        assert all(
            one["memory"] > one["memoryReservation"]
            for one in containers
            if {"memory", "memoryReservation"} <= set(one)
        )
        assert any(one.get("essential", True) for one in containers)


@FEW
@given(objects(), ENVIRONMENTS)
def test_no_rollout_is_stuck_at_any_count(values, environment):
    made = translated(values, environment)
    service = made["services"][0]
    bounds = service["deploymentConfiguration"]
    targets = made.get("scalableTargets") or [
        {"MinCapacity": service["desiredCount"], "MaxCapacity": service["desiredCount"]}
    ]
    for count in range(targets[0]["MinCapacity"], targets[0]["MaxCapacity"] + 1):
        assert not rollout.stuck(count, bounds["minimumHealthyPercent"], bounds["maximumPercent"])


@FEW
@given(objects(), ENVIRONMENTS)
def test_names_and_references_hold(values, environment):
    made = translated(values, environment)
    for task in made["taskDefinitions"]:
        containers = {one["name"]: one for one in task["containerDefinitions"]}
        volumes = {one["name"] for one in task.get("volumes", [])}
        for one in containers.values():
            plain, secret = ({entry["name"] for entry in one.get(key, [])} for key in ("environment", "secrets"))
            assert not plain & secret
            assert {needed["containerName"] for needed in one.get("dependsOn", [])} <= set(containers) - {one["name"]}
            assert {mount["sourceVolume"] for mount in one.get("mountPoints", [])} <= volumes
        assert in_order(containers)
        for balancer in made["services"][0].get("loadBalancers", []):
            ports = {mapping["containerPort"] for mapping in containers[balancer["containerName"]]["portMappings"]}
            assert balancer["containerPort"] in ports


def in_order(containers):
    """Whether containers can be started one after the other, each behind those that it depends on."""
    started, waiting = set(), dict(containers)
    while waiting:
        ready = [
            name
            for name, one in waiting.items()
            if all(needed["containerName"] in started for needed in one.get("dependsOn", []))
        ]
        if not ready:
            return False
        started.update(ready)
        waiting = {name: one for name, one in waiting.items() if name not in started}
    return True


PART = {
    "minute": ("*", "0", "*/15", "5,10", "1-30/7"),
    "hour": ("*", "2", "8-18", "*/6"),
    "date": ("*", "?", "1", "1,15", "*/10"),
    "month": ("*", "1", "JAN-MAR", "*/3"),
    "day": ("*", "?", "0", "1-5", "MON,FRI", "*/2", "6"),
}


@FEW
@given(any_of.tuples(*(any_of.sampled_from(values) for values in PART.values())))
def test_every_schedule_has_six_fields_and_one_question_mark(fields):
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "web", "image": "x"}]}}
    value = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "nightly"},
        "spec": {"schedule": " ".join(fields), "jobTemplate": {"spec": {"template": template}}},
    }
    made = translated([value])
    assert made["schedules"]
    for one in made["schedules"]:
        inside = one["ScheduleExpression"].removeprefix("cron(").removesuffix(")").split()
        assert len(inside) == 6 and inside.count("?") == 1
