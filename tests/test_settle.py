"""Where the tasks of an application run, as its input says."""
import pytest

from translator.settle import settle

POOL, GROUP = "karpenter.sh/nodepool", "eks.amazonaws.com/nodegroup"


def pod(**spec):
    return {"workload": {"kind": "Deployment", "metadata": {"name": "web"}}, "pod": {"spec": spec}}


def sized(cpu, memory):
    return {"containers": {"web": {"resources": {"requests": {"cpu": cpu, "memory": memory}}}}}


@pytest.mark.parametrize(("spec", "launch"), [
    (sized("32", "244Gi"), "FARGATE"),
    (sized("33", "1Gi"), "EC2"),
    (sized("1", "245Gi"), "EC2"),
    ({**sized("4", "30Gi"), "os": {"name": "windows"}}, "FARGATE"),
    ({**sized("8", "30Gi"), "os": {"name": "windows"}}, "EC2"),
    ({"nodeSelector": {POOL: "gpu"}}, "MANAGED_INSTANCES"),
    ({"nodeSelector": {GROUP: "workers"}}, "EC2"),
    ({"hostNetwork": True, "nodeSelector": {POOL: "gpu"}}, "EC2"),
    ({}, "FARGATE"),
])
def test_pods(spec, launch):
    assert settle(pod(**spec), "kubernetes")["launchType"] == launch


@pytest.mark.parametrize(("service", "compatible", "launch"), [
    ({"capacityProviderStrategy": {"FARGATE_SPOT": {"weight": 1}}}, None, "FARGATE"),
    ({"capacityProviderStrategy": {"FARGATE": {"base": 1}, "FARGATE_SPOT": {"weight": 1}}}, ["EC2"], "FARGATE"),
    ({"capacityProviderStrategy": {"fleet": {"weight": 1}}}, ["FARGATE", "EC2"], "EC2"),
    ({"launchType": "EXTERNAL"}, None, "EXTERNAL"),
    ({}, ["FARGATE"], "FARGATE"),
    ({}, None, "EC2"),
])
def test_services(service, compatible, launch):
    definition = {"requiresCompatibilities": compatible} if compatible else {}
    assert settle({"service": service, "taskDefinition": definition}, "ecs")["launchType"] == launch
