"""Pods that choose nodes by the labels of one pool or group run where its capacity provider starts instances."""
import pytest

from test_node_groups import config
from test_nodes import pool
from translator import parse, translate


def labelled(name, labels):
    return pool({"spec": {"template": {"metadata": {"labels": labels}}}}, name)


def web(selector):
    spec = {"nodeSelector": selector, "containers": [{"name": "web", "image": "nginx:1.27"}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
    }


@pytest.mark.parametrize(("others", "selector", "provider", "runs_on"), [
    ([labelled("shop", {"team": "shop"})], {"team": "shop"}, "shop", "MANAGED_INSTANCES"),
    ([labelled("shop", {"team": "shop"})], {"team": "shop", "kubernetes.io/arch": "arm64"}, "shop", "MANAGED_INSTANCES"),
    ([labelled("a", {"team": "shop"}), labelled("b", {"team": "shop"})], {"team": "shop"}, None, "FARGATE"),
    ([labelled("shop", {"team": "shop"})], {"team": "shop", "disk": "ssd"}, None, "FARGATE"),
    ([labelled("shop", {"team": "shop"})], {"kubernetes.io/os": "linux"}, None, "FARGATE"),
    ([config({}, managedNodeGroups=[{"name": "workers", "labels": {"disk": "ssd"}}])], {"disk": "ssd"}, "workers", "EC2"),
])
def test_the_pool_that_labels_choose(others, selector, provider, runs_on):
    translation = translate(parse([*others, web(selector)]))
    found = translation.output.objects()
    (service,), (task,) = found["services"], found["taskDefinitions"]
    assert [one["capacityProvider"] for one in service.get("capacityProviderStrategy", ())] == [provider] * bool(provider)
    assert task["requiresCompatibilities"] == [runs_on]
    assert ("placementConstraints" in task) is (runs_on == "EC2")
    said = {one.code: one.level for one in translation.findings}
    assert ("capacity.by-labels" in said) is bool(provider)
    if provider:
        assert "placement.nodes" not in said and "capacity.node-pool" not in said
