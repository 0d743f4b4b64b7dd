"""Routes of HTTP APIs and paths of a cluster: each way, and through the formats that carry them."""

import pytest
import yaml
from conftest import ROOT

from translator import parse, read, translate, write
from translator.concepts import api_gateway
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
        f"shop-{place}": {
            "ApiId": "${apis.shop.ApiId}",
            "IntegrationUri": "arn",
            "RequestParameters": {"overwrite:path": path} if path else {},
        }
        for place, (_, path) in enumerate(routes)
    }
    entries = {
        key: {
            "ApiId": "${apis.shop.ApiId}",
            "RouteKey": key,
            "Target": f"integrations/${{integrations.shop-{place}.IntegrationId}}",
        }
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
    assert shown(("$default", None), ("ANY /pets", None)) == [
        ("/pets", "Exact", None, None),
        ("/", "Prefix", None, None),
    ]


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
        "integrations": [
            {
                "ApiId": "${apis.shop.ApiId}",
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": "arn:aws:lambda:eu-west-1:123456789012:function:a",
            }
        ],
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


JUNK = [
    5,
    True,
    "x",
    [],
    [1],
    [None, {}],
    {},
    {"0": 5},
    {"spec": []},
    {"spec": {"rules": [{"matches": [5], "filters": 3}]}},
]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_no_pair_fails_whatever_it_is_given(junk):
    environment = {"ecs": {"ingress": "api-gateway", "subnets": junk}, "launchType": "FARGATE"}
    services = {"web": {"spec": {"ports": {"80/tcp": {"port": 80}}}}}
    pod, workload = {"containers": {"web": {}}}, {"kind": "Deployment"}
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    route = {
        "spec": {
            "parentRefs": [{"name": "gw"}],
            "rules": [
                {
                    "matches": [{"path": {"type": junk, "value": junk}, "method": junk}],
                    "filters": [{"type": "URLRewrite", "urlRewrite": junk}],
                    "backendRefs": [{"name": "web", "port": 80, "weight": junk}],
                }
            ],
        }
    }
    path = {"path": junk, "pathType": junk, "backend": backend}
    ingress = {
        "metadata": {
            "annotations": {
                "nginx.ingress.kubernetes.io/rewrite-target": junk,
                "alb.ingress.kubernetes.io/conditions.web": junk,
            }
        },
        "spec": {
            "defaultBackend": junk,
            "rules": {"0": {"host": junk, "http": {"paths": {"0": path, "1": junk}}}, "1": junk},
        },
    }
    for args in (
        [junk] * 8,
        [{"web": ingress}, {"gw": junk}, {"r": route, "s": junk}, services, pod, workload, junk, environment],
    ):
        api_gateway.gateway.to_ecs(*args)
    notices = {
        "left_out": [ingress["spec"], ingress["metadata"], environment],
        "left_out_of_route": [route["spec"], junk, environment],
        "one_of_several": [ingress["spec"], ingress["metadata"], environment],
        "signs_in": [ingress["metadata"], environment],
        "guarded": [ingress["metadata"], environment],
        "is_slow": [ingress["metadata"], environment],
        "is_internal": [ingress["metadata"], environment],
    }
    for name, args in notices.items():
        getattr(api_gateway, name).to_ecs(*args)
        getattr(api_gateway, name).to_ecs(*([junk] * len(args)))
    service = {
        "serviceName": "web",
        "serviceRegistries": {"0": {"registryArn": "arn", "containerPort": 80, "containerName": "web"}},
    }
    definition = {"family": "web", "containerDefinitions": {"web": {"portMappings": {"80/tcp": {"containerPort": 80}}}}}
    owned = [
        service["serviceRegistries"],
        junk,
        {"shop": API, "other": junk},
        junk,
        {"i": {"ApiId": junk, "IntegrationUri": "arn", "RequestParameters": {"overwrite:path": junk}}, "j": junk},
        {
            "r": {
                "ApiId": "${apis.shop.ApiId}",
                "RouteKey": junk,
                "Target": "integrations/${integrations.i.IntegrationId}",
            },
            "s": junk,
        },
        junk,
        {"d": junk},
        {"m": {"ApiId": "${apis.shop.ApiId}", "DomainName": junk}},
    ]
    for routing in ("ingress", "gateway"):
        api_gateway.gateway.to_k8s(
            *owned, *([junk] * 8), definition, service, junk, junk, None, None, None, routing, None
        )
    api_gateway.gateway.to_k8s(*([junk] * 26))
    api_gateway.is_elsewhere.to_k8s(junk, junk, junk)
