"""Services that VPC Lattice leads to, and the target groups that tasks are registered with."""

import json

import pytest
import yaml
from conftest import ROOT

from translator import parse, translate
from translator.concepts import lattice

CASE = ROOT / "fixtures" / "lattice" / "service-export"
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: net, namespace: shop}
spec: {gatewayClassName: amazon-vpc-lattice, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec: {parentRefs: [{name: net}], rules: [{backendRefs: [{name: web, kind: Service, port: 80}]}]}
"""


def test_the_backend_of_a_route_is_registered_as_an_export_is():
    objects = [one for one in yaml.safe_load_all((CASE / "k8s.yaml").read_text()) if one["kind"] != "ServiceExport"]
    out = translate(parse([*objects, *yaml.safe_load_all(ROUTE)])).output.objects()
    expected = json.loads((CASE / "ecs.json").read_text())["services"][0]["vpcLatticeConfigurations"]
    assert out["services"][0]["vpcLatticeConfigurations"] == expected
    assert "loadBalancers" not in out


def test_a_target_group_that_is_there_is_said_to_get_no_pods():
    document = json.loads((CASE / "ecs.json").read_text())
    arn = "arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-0"
    document["services"][0]["vpcLatticeConfigurations"][0]["targetGroupArn"] = arn
    found = [one for one in translate(parse(document)).findings if one.code == "lattice.exports"]
    assert [one.level for one in found] == ["warning"]


@pytest.mark.parametrize("junk", [5, True, "x", [], [1], [None, {}], {}, {"0": 5}, {"web": {"spec": []}}], ids=repr)
def test_no_pair_fails_whatever_it_is_given(junk):
    services = {"web": {"spec": {"ports": {"80/tcp": {"port": 80}}}}}
    exported = {"web": {"metadata": {"annotations": {lattice.PORT: junk}}}, "other": junk}
    route = {"r": {"spec": {"parentRefs": [{"name": "gw"}, junk], "rules": junk}}, "s": junk}
    gateways = {"gw": {"spec": {"gatewayClassName": "amazon-vpc-lattice"}}, "other": junk}
    pod, workload = {"containers": {"web": {}}}, {"kind": "Deployment"}
    lattice.exports.to_ecs(*[junk] * 9)
    lattice.exports.to_ecs(exported, gateways, route, route, services, pod, workload, junk, junk)
    lattice.is_reached.to_ecs(*[junk] * 7)
    lattice.exports.to_k8s(*[junk] * 22)
    definition = {
        "family": "web",
        "containerDefinitions": {"web": {"portMappings": {"80": {"containerPort": 80, "name": "h"}}}},
    }
    lattice.exports.to_k8s(
        {"0": {"portName": "h"}, "1": junk}, *[junk] * 9, definition, {"serviceName": "web"}, *[junk] * 10
    )
