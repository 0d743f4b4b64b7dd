"""Where copies run, through whole translations: node terms, spreading and capacity, by hand."""

import pytest
import yaml

from translator import parse, translate

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
ON_INSTANCES = {"ecs": {"launchType": "EC2", "region": "us-east-1"}}


def placed(spec, environment=None, kind="Deployment", **more):
    """Give the translation of a pod, its task definition and its service."""
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "x"}], **spec}}
    value = {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **more},
    }
    said = translate(parse(yaml.safe_dump(value).encode(), "web.yaml"), environment)
    made = {one.kind: one.value for one in said.output.entries}
    return said, made["taskDefinitions"], made["services"]


def nodes(key, operator, *values):
    requirement = {"key": key, "operator": operator, **({"values": list(values)} if values else {})}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [requirement]}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}}


def spread(key, unsatisfiable="ScheduleAnyway"):
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": unsatisfiable,
        "labelSelector": {"matchLabels": {"app": "web"}},
    }


def codes(said):
    return {one.code: one.level for one in said.findings}


@pytest.mark.parametrize(
    ("operator", "values", "expression"),
    [
        ("In", ["ssd"], "attribute:disk == ssd"),
        ("In", ["a", "b"], "attribute:disk in [a, b]"),
        ("NotIn", ["hdd"], "attribute:disk !exists or attribute:disk != hdd"),
        ("Exists", [], "attribute:disk exists"),
        ("DoesNotExist", [], "attribute:disk !exists"),
        ("Gt", ["3"], "attribute:disk > 3"),
    ],
)
def test_operators(operator, values, expression):
    said, task, _ = placed(nodes("disk", operator, *values), ON_INSTANCES)
    assert task["placementConstraints"] == [{"type": "memberOf", "expression": expression}]
    assert "placement.nodes" not in codes(said)


def test_fargate_has_no_instances_to_choose():
    said, task, _ = placed({"nodeSelector": {"disk": "ssd"}})
    assert "placementConstraints" not in task and codes(said)["placement.nodes"] == "warning"


@pytest.mark.parametrize(
    ("values", "processor", "code"),
    [
        (["arm64"], "ARM64", "placement.taken"),
        (["amd64"], "X86_64", "placement.taken"),
        (["arm64", "amd64"], "X86_64", "placement.several-processors"),
    ],
)
def test_an_affinity_to_a_processor_is_the_tasks_platform(values, processor, code):
    said, task, _ = placed(nodes("kubernetes.io/arch", "In", *values))
    assert task["runtimePlatform"]["cpuArchitecture"] == processor
    assert code in codes(said) and "placement.nodes" not in codes(said)


def test_instances_of_either_processor():
    _, task, _ = placed(nodes("kubernetes.io/arch", "In", "amd64", "arm64"), ON_INSTANCES)
    assert task["placementConstraints"][0]["expression"] == "attribute:ecs.cpu-architecture in [x86_64, arm64]"
    assert "runtimePlatform" not in task


@pytest.mark.parametrize(
    ("selector", "providers"),
    [
        ({"karpenter.sh/capacity-type": "spot"}, ["FARGATE_SPOT"]),
        ({"eks.amazonaws.com/capacityType": "SPOT"}, ["FARGATE_SPOT"]),
        ({"karpenter.sh/capacity-type": "on-demand"}, None),
        ({}, None),
    ],
)
def test_kinds_of_capacity(selector, providers):
    said, _, service = placed({"nodeSelector": selector})
    assert [one["capacityProvider"] for one in service.get("capacityProviderStrategy", [])] == (providers or [])
    assert ("launchType" in service) is (providers is None) and "capacity.spot" not in codes(said)


def test_spot_on_instances_needs_a_provider():
    assert (
        codes(placed({"nodeSelector": {"karpenter.sh/capacity-type": "spot"}}, ON_INSTANCES)[0])["capacity.spot"]
        == "warning"
    )


@pytest.mark.parametrize(
    ("constraints", "fields"),
    [
        ([spread(ZONE)], ["attribute:ecs.availability-zone"]),
        ([spread(HOST)], ["instanceId"]),
        ([spread(HOST), spread(ZONE)], ["attribute:ecs.availability-zone", "instanceId"]),
    ],
)
def test_spreading_on_instances(constraints, fields):
    said, _, service = placed({"topologySpreadConstraints": constraints}, ON_INSTANCES)
    assert [one["field"] for one in service["placementStrategy"]] == fields and "placement.spread" not in codes(said)


def test_a_hard_limit_on_the_difference_is_lost():
    said, _, _ = placed({"topologySpreadConstraints": [spread(ZONE, "DoNotSchedule")]}, ON_INSTANCES)
    assert codes(said)["placement.spread"] == "warning"


def test_a_daemon_is_not_spread():
    said, _, service = placed({"topologySpreadConstraints": [spread(ZONE)]}, kind="DaemonSet")
    assert "placementStrategy" not in service and codes(said)["placement.spread-by-itself"] == "info"


@pytest.mark.parametrize(
    ("kind", "more", "value"),
    [
        ("Deployment", {"strategy": {"type": "Recreate"}}, "DISABLED"),
        ("StatefulSet", {"serviceName": "web"}, "DISABLED"),
        ("Deployment", {}, None),
        ("DaemonSet", {}, None),
    ],
)
def test_zones_are_not_rebalanced_where_no_task_may_be_added(kind, more, value):
    assert placed({}, kind=kind, **more)[2].get("availabilityZoneRebalancing") == value


@pytest.mark.parametrize(
    ("field", "value", "code", "level"),
    [
        ("nodeName", "n1", "placement.node-name", "error"),
        ("schedulerName", "mine", "placement.scheduler", "warning"),
        ("runtimeClassName", "gvisor", "placement.runtime-class", "warning"),
        ("priorityClassName", "high", "placement.priority", "warning"),
        ("tolerations", [{"operator": "Exists"}], "placement.tolerations", "info"),
    ],
)
def test_what_the_scheduler_is_told(field, value, code, level):
    assert codes(placed({field: value})[0])[code] == level
