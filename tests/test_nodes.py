"""NodePools of Karpenter and capacity providers of managed instances: each leaf accounted for, and exact by hand."""
import pytest
from hypothesis import given

import documents
from test_conservation import PROFILE, check
from translator import parse, schema, translate
from translator.converters import durations, instances

KARPENTER = "karpenter.k8s.aws/instance-"


def pool(value, name="general"):
    head = {"apiVersion": "karpenter.sh/v1", "kind": "NodePool"}
    template = (value.get("spec") or {}).get("template") or {}
    reference = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "nodes"}
    spec = {**template, "spec": {**(template.get("spec") or {}), "nodeClassRef": reference}}
    metadata = {**(value.get("metadata") or {}), "name": name}
    return {**value, **head, "metadata": metadata, "spec": {**(value.get("spec") or {}), "template": spec}}


def node_class(value):
    head = {"apiVersion": "karpenter.k8s.aws/v1", "kind": "EC2NodeClass"}
    return {**value, **head, "metadata": {**(value.get("metadata") or {}), "name": "nodes"}}


def generated(kind):
    return documents.objects(schema.root("kubernetes", kind), 0)


@given(generated("NodePool"), generated("EC2NodeClass"))
@PROFILE
def test_pools_are_accounted_for(value, of_class):
    check(parse([pool(value), node_class(of_class), pool(value, "another")]))


@given(documents.documents("ecs", "capacityProviders"))
@PROFILE
def test_capacity_providers_are_accounted_for(value):
    check(parse({"capacityProviders": [{**value, "name": "fleet"}]}))


def requirement(key, operator, *values):
    return {"key": key, "operator": operator, **({"values": list(values)} if values else {})}


def as_tree(*entries):
    return {f"{one['key']}/{one['operator']}": one for one in entries}


MINIMUM = {"vCpuCount": {"min": 1}, "memoryMiB": {"min": 1}}
BOTH = [
    # https://karpenter.sh/docs/concepts/scheduling/#well-known-labels
    ([requirement(KARPENTER + "cpu", "Gt", "3"), requirement(KARPENTER + "cpu", "Lt", "17")],
     {"vCpuCount": {"min": 4, "max": 16}, "burstablePerformance": "included"}),
    ([requirement(KARPENTER + "memory", "Gt", "8191")], {"memoryMiB": {"min": 8192}, "burstablePerformance": "included"}),
    ([requirement("kubernetes.io/arch", "In", "arm64")],
     {"cpuManufacturers": ["amazon-web-services"], "burstablePerformance": "included"}),
    ([requirement("node.kubernetes.io/instance-type", "In", "m5.large", "t3.large")],
     {"allowedInstanceTypes": ["m5.large", "t3.large"], "burstablePerformance": "included"}),
    ([requirement(KARPENTER + "family", "In", "m6i", "c7g")], {"allowedInstanceTypes": ["m6i.*", "c7g.*"]}),
    ([requirement(KARPENTER + "category", "In", "c", "m"), requirement(KARPENTER + "generation", "Gt", "7")],
     {"allowedInstanceTypes": ["c8*", "c9*", "m8*", "m9*"]}),
    ([requirement(KARPENTER + "category", "In", "m"), requirement(KARPENTER + "size", "In", "large", "xlarge"),
      requirement(KARPENTER + "generation", "In", "5")],
     {"allowedInstanceTypes": ["m5*.large", "m5*.xlarge"]}),
    ([requirement(KARPENTER + "category", "NotIn", "t"), requirement(KARPENTER + "size", "NotIn", "nano", "micro")],
     {"excludedInstanceTypes": ["*.nano", "*.micro"]}),
    ([requirement(KARPENTER + "gpu-name", "In", "t4"), requirement(KARPENTER + "category", "NotIn", "t")],
     {"acceleratorNames": ["t4"], "acceleratorTypes": ["gpu"]}),
    ([requirement(KARPENTER + "local-nvme", "Gt", "299"), requirement(KARPENTER + "category", "NotIn", "t")],
     {"totalLocalStorageGB": {"min": 300}, "localStorage": "required"}),
]


@pytest.mark.parametrize(("asked", "offered"), BOTH, ids=lambda value: str(value)[:60])
def test_requirements_both_ways(asked, offered):
    wanted = {**MINIMUM, **offered}
    assert instances.to_ecs(as_tree(*asked)) == wanted
    back = instances.to_k8s(wanted, None)
    assert {key: one for key, one in back.items() if one["key"] != "kubernetes.io/os"}.keys() >= {
        key for key, one in as_tree(*asked).items() if one["key"] != KARPENTER + "generation" or one["operator"] == "Gt"
    }
    assert instances.to_ecs(back) == wanted


@pytest.mark.parametrize(("values", "kind"), [
    (["spot"], "SPOT"), (["on-demand"], "ON_DEMAND"), (["spot", "on-demand"], "ON_DEMAND"), (["reserved"], "RESERVED"),
])
def test_kinds_of_capacity(values, kind):
    assert instances.option(as_tree(requirement("karpenter.sh/capacity-type", "In", *values))) == kind


@pytest.mark.parametrize(("text", "count"), [("1h30m", 5400), ("0s", 0), ("90s", 90), ("720h", 2592000), ("5", None), ("x", None)])
def test_durations(text, count):
    assert durations.seconds(text) == count
    assert count is None or durations.seconds(durations.spelled(count)) == count


def test_a_class_of_two_pools_is_one_again():
    found = [pool({}, "a"), pool({}, "b"), node_class({"spec": {"role": "nodes"}})]
    translation = translate(parse(found))
    providers = translation.output.objects()["capacityProviders"]
    assert [one["name"] for one in providers] == ["a", "b"]
    back = translate(translation.output, residue=translation.residue)
    assert sorted(entry["kind"] for entry in back.output.objects()) == ["EC2NodeClass", "NodePool", "NodePool"]


def test_a_name_that_aws_keeps_for_itself():
    (provider,) = translate(parse([pool({}, "fargate.like")])).output.objects()["capacityProviders"]
    assert provider["name"] == "pool-fargate-like"
