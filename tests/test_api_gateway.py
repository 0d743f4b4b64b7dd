"""Routes of HTTP APIs and paths of a cluster: each way, and through the formats that carry them."""

import pytest
import yaml
from conftest import ROOT

from translator import parse, read, translate, write
from translator.concepts.api_gateway_paths import keys
from translator.concepts.api_gateway_routes import places

CASES = ROOT / "fixtures" / "api-gateway"
API = {"Name": "shop", "ProtocolType": "HTTP"}


@pytest.mark.parametrize(
    ("method", "pattern", "expected"),
    [
        ("ANY", "/*", ["$default"]),
        ("GET", "/*", ["GET /", "GET /{proxy+}"]),
        ("ANY", "/pets", ["ANY /pets"]),
        ("ANY", "/pets/*", ["ANY /pets/{proxy+}"]),
        ("ANY", "/*.png", []),  # a variable is a whole segment
        ("ANY", "/a{b}", []),
    ],
)
def test_patterns_as_route_keys(method, pattern, expected):
    assert keys(method, pattern) == expected


def shown(*routes):
    """Give the places of an API whose routes are (route key, path that the backend sees)."""
    integrations = {
        f"shop-{place}": {"ApiId": "${apis.shop.ApiId}", "IntegrationUri": "arn", "RequestParameters": {"overwrite:path": path} if path else {}}
        for place, (_, path) in enumerate(routes)
    }
    entries = {
        key: {"ApiId": "${apis.shop.ApiId}", "RouteKey": key, "Target": f"integrations/${{integrations.shop-{place}.IntegrationId}}"}
        for place, (key, _) in enumerate(routes)
    }
    found = places(("shop", API), {"routes": entries, "integrations": integrations})
    return [(one.path, one.kind, one.method, one.rewrite and tuple(one.rewrite)) for one in found]


def test_a_path_and_all_below_it_are_a_prefix():
    assert shown(("ANY /pets", None), ("ANY /pets/{proxy+}", None)) == [("/pets", "Prefix", None, None)]


def test_what_is_below_a_path_alone_is_a_pattern():
    assert shown(("ANY /pets/{proxy+}", None)) == [("/pets/*", "ImplementationSpecific", None, None)]


def test_a_variable_is_a_pattern():
    assert shown(("GET /pets/{petId}", None)) == [("/pets/*", "ImplementationSpecific", "GET", None)]


def test_the_default_route_is_the_prefix_of_everything():
    assert shown(("$default", None), ("ANY /pets", None)) == [("/pets", "Exact", None, None), ("/", "Prefix", None, None)]


def test_a_prefix_that_is_taken_away():
    found = shown(("ANY /v1", "/"), ("ANY /v1/{proxy+}", "/$request.path.proxy"))
    assert found == [("/v1", "Prefix", None, (None, "/"))]


def test_two_routes_that_rewrite_differently_are_two_paths():
    found = shown(("ANY /v1", None), ("ANY /v1/{proxy+}", "/$request.path.proxy"))
    assert [one[:2] for one in found] == [("/v1", "Exact"), ("/v1/*", "ImplementationSpecific")]


@pytest.mark.parametrize("format_", ["cloudformation", "terraform"])
@pytest.mark.parametrize("case", ["hosts-and-prefixes", "http-route"])
def test_an_api_survives_the_formats(case, format_):
    document = read(str(CASES / case / "ecs.json"))
    files = write(document, format_)
    text = "\n".join(text for name, text in files.items() if name.endswith((".yaml", ".tf")))
    back = parse(text, "template.yaml" if format_ == "cloudformation" else "main.tf")
    environment = CASES / case / "environment.yaml"
    before, after = (translate(one, environment).output for one in (document, back))
    routing = ("Ingress", "Gateway", "HTTPRoute")
    shown_ = [[one["spec"] for one in each.objects() if one["kind"] in routing] for each in (before, after)]
    assert shown_[0] and yaml.safe_dump(shown_[0]) == yaml.safe_dump(shown_[1])



def test_an_api_that_leads_to_no_service_is_said_once():
    document = {
        "apis": [API],
        "integrations": [{"ApiId": "${apis.shop.ApiId}", "IntegrationType": "AWS_PROXY", "IntegrationUri": "arn:aws:lambda:eu-west-1:123456789012:function:a"}],
        "routes": [{"ApiId": "${apis.shop.ApiId}", "RouteKey": "$default"}],
    }
    findings = [one for one in translate(parse(document)).findings if one.code == "objects.api"]
    assert 1 <= len(findings) <= 3


def test_a_registry_that_is_taken_is_said():
    objects = [*yaml.safe_load_all((CASES / "hosts-and-prefixes" / "k8s.yaml").read_text())]
    objects.append(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "pets-peers"},
            "spec": {"clusterIP": "None", "selector": {"app.kubernetes.io/name": "pets"}, "ports": [{"port": 8080}]},
        }
    )
    translation = translate(parse(objects), {"ecs": {"ingress": "api-gateway"}})
    assert "routes" not in translation.output.objects()
    assert [one.level for one in translation.findings if one.code == "api-gateway.unregistered"] == ["error"]
