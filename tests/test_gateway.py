"""Gateways and their routes <-> load balancers: precedence, weights, filters, and bindings to target groups that exist."""

import pytest
from conftest import ROOT

from translator import parse, translate
from translator.concepts import gateway, gateway_back, gateway_balancer, gateway_notices, gateway_routes
from translator.concepts.ingress_conditions import values_of

CASES = ROOT / "fixtures" / "gateway"


def case(name, file="k8s.yaml"):
    return (CASES / name / file).read_text()


def translated(text, environment=None):
    return translate(parse(text, "input.yaml"), environment)


def a_route(*rules, **spec):
    return {"spec": {**spec, "rules": list(rules)}}


def to(*backends):
    return [{"name": name, "port": 80, **({} if weight is None else {"weight": weight})} for name, weight in backends]


def paths(route, present=("web", "api"), kind="httpRoutes"):
    found = gateway_routes.rules([(kind, "shop", route)], set(present))
    return [
        next(values_of(one) for one in rule.conditions.values() if one["Field"] == "path-pattern") for rule in found
    ]


# https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule: exact, then the longest prefix, then a method, then headers
def test_the_most_exact_match_goes_first():
    made = paths(
        a_route(
            {
                "matches": [
                    {"path": {"type": "PathPrefix", "value": "/"}},
                    {"path": {"type": "PathPrefix", "value": "/long"}},
                ],
                "backendRefs": to(("web", 1)),
            },
            {"matches": [{"path": {"type": "Exact", "value": "/e"}}], "backendRefs": to(("web", 1))},
        )
    )
    assert made == [["/e"], ["/long", "/long/*"], ["/*"]]


def test_of_equal_paths_the_one_with_a_method_and_more_headers_goes_first():
    header = {"name": "a", "value": "b"}
    found = gateway_routes.rules(
        [
            (
                "httpRoutes",
                "shop",
                a_route(
                    {
                        "matches": [
                            {},
                            {"headers": [header]},
                            {"headers": [header, {**header, "name": "c"}]},
                            {"method": "GET"},
                        ],
                        "backendRefs": to(("web", 1)),
                    }
                ),
            )
        ],
        {"web"},
    )
    assert [sorted(one["Field"] for one in rule.conditions.values()) for rule in found] == [
        ["http-request-method", "path-pattern"],
        ["http-header", "http-header", "path-pattern"],
        ["http-header", "path-pattern"],
        ["path-pattern"],
    ]


def test_a_grpc_method_is_a_path():
    made = paths(
        a_route(
            {
                "matches": [
                    {"method": {"service": "a.B", "method": "C"}},
                    {"method": {"service": "a.B"}},
                    {"method": {"method": "C"}},
                    {},
                ],
                "backendRefs": to(("web", 1)),
            }
        ),
        kind="grpcRoutes",
    )
    assert made == [["/a.B/C"], ["/*/C"], ["/a.B/*"], ["/*"]] or made == [["/a.B/C"], ["/a.B/*"], ["/*/C"], ["/*"]]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([("web", None), ("api", None)], [1, 1]),
        ([("web", 90), ("api", 10)], [90, 10]),
        ([("web", 1000000), ("api", 500000)], [999, 499]),
        ([("web", 1000000), ("api", 1)], [999, 1]),
        ([("web", 1), ("api", 0)], [1, 0]),
        ([("web", 5)], [None]),
        ([("web", 0)], []),
        ([("web", 5), ("gone", 5)], [None]),
    ],
)
def test_weights(given, wanted):
    made = gateway_routes.weighted({"backendRefs": to(*given)}, "default", {"web", "api"})
    assert [weight for _, weight in made] == wanted


def test_values_are_taken_as_they_are():
    made = gateway_routes.matches(
        "shop",
        a_route(
            {"matches": [{"headers": [{"name": "x", "value": "a*b?"}], "queryParams": [{"name": "q", "value": "*"}]}]}
        ),
        False,
    )
    assert [values_of(one) for one in next(made).conditions] == [
        ["/*"],
        ["a\\*b\\?"],
        {"0": {"Key": "q", "Value": "\\*"}},
    ]


@pytest.mark.parametrize(
    ("filter_", "wanted"),
    [
        (
            {"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}},
            {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_302"},
        ),
        (
            {
                "type": "RequestRedirect",
                "requestRedirect": {
                    "hostname": "a.com",
                    "path": {"type": "ReplaceFullPath", "replaceFullPath": "/x"},
                    "statusCode": 301,
                },
            },
            {"Host": "a.com", "Path": "/x", "StatusCode": "HTTP_301"},
        ),
    ],
)
def test_redirects(filter_, wanted):
    assert gateway_routes.action({"filters": [filter_]}, "default", set()) == {
        "Type": "redirect",
        "RedirectConfig": wanted,
    }


def test_a_prefix_is_rewritten():
    rule = {
        "filters": [
            {
                "type": "URLRewrite",
                "urlRewrite": {
                    "hostname": "a.com",
                    "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/new"},
                },
            }
        ]
    }
    made = gateway_routes.transforms(rule, "/old")
    assert made["0"] == {
        "Type": "host-header-rewrite",
        "HostHeaderRewriteConfig": {"Rewrites": {"0": {"Regex": "^.*$", "Replace": "a.com"}}},
    }
    assert made["1"] == {
        "Type": "url-rewrite",
        "UrlRewriteConfig": {"Rewrites": {"0": {"Regex": "^/old(/|$)(.*)$", "Replace": "/new/$2"}}},
    }


def test_a_gateway_of_lattice_is_none_of_a_load_balancers():
    text = case("http-route").replace("gatewayClassName: aws-alb", "gatewayClassName: amazon-vpc-lattice")
    translation = translated(text)
    assert "loadBalancers" not in translation.output.objects()
    assert "gateway.lattice" in {one.code for one in translation.findings if one.level == "warning"}


def test_a_gateway_that_is_not_in_the_input_has_a_listener_all_the_same():
    text = "---\n".join(part for part in case("http-route").split("---\n") if "kind: Gateway" not in part).replace(
        "sectionName", "x"
    )
    out = translated(text).output.objects()
    assert [(one["Name"]) for one in out["loadBalancers"]] == ["gw"] and [one["Port"] for one in out["listeners"]] == [
        80
    ]


def test_istio_has_gateways_of_its_own():
    text = case("http-route").replace(
        "gateway.networking.k8s.io/v1\nkind: HTTPRoute", "policy.linkerd.io/v1beta3\nkind: HTTPRoute"
    )
    assert "loadBalancers" not in translated(text).output.objects()


def test_routes_of_one_gateway_are_numbered_as_one():
    there = translated(case("http-route"))
    numbers = [(one["ListenerArn"], one["Priority"]) for one in there.output.objects()["listenerRules"]]
    assert len(numbers) == len(set(numbers)) == 4
    kinds = {one["kind"] for one in translate(there.output, residue=there.residue).output.objects()}
    assert {"Gateway", "HTTPRoute"} <= kinds and "Ingress" not in kinds


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (
            "http-route",
            {
                ("warning", "gateway.certificates"),
                ("warning", "gateway.filters"),
                ("info", "gateway.header-case"),
                ("info", "gateway.route-object"),
            },
        ),
        (
            "grpc-and-tcp",
            {
                ("warning", "gateway.certificates"),
                ("warning", "gateway.grpc-encrypted"),
                ("info", "gateway.gateway-object"),
                ("info", "gateway.tcp-route-object"),
            },
        ),
    ],
)
def test_what_is_said(name, wanted):
    said = {(one.level, one.code) for one in translated(case(name)).findings if one.code.startswith("gateway.")}
    assert wanted <= said


JUNK = [
    None,
    True,
    0,
    -1,
    2**70,
    "",
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
    services = {"web": {"spec": {"ports": {"80/tcp": {"port": 80}}}}}
    pod, workload = {"containers": {"web": {}}}, {"kind": "Deployment"}
    route = {
        "spec": {
            "parentRefs": [{"name": "gw"}],
            "hostnames": junk,
            "rules": [
                {"matches": junk, "filters": junk, "backendRefs": to(("web", junk))},
                {"matches": [{"path": junk, "headers": junk, "queryParams": junk, "method": junk}]},
                {
                    "matches": [{"path": {"type": junk, "value": junk}, "method": {"service": junk, "method": junk}}],
                    "backendRefs": [{"name": "web", "port": junk}],
                },
                {
                    "filters": [
                        {"type": "RequestRedirect", "requestRedirect": junk},
                        {"type": "URLRewrite", "urlRewrite": junk},
                    ]
                },
            ],
        }
    }
    for args in (
        [junk] * 15,
        [
            {"gw": junk},
            {"r": route},
            {"r": route},
            {"r": route},
            {"r": route},
            {"r": route},
            {"b": junk},
            {"c": {"spec": junk}, "d": junk},
            {"c": {"spec": {"targetReference": {"name": "web"}, "defaultConfiguration": junk}}, "d": junk},
            junk,
            services,
            pod,
            workload,
            junk,
            junk,
        ],
        [
            {"gw": {"spec": {"listeners": junk}}},
            {"r": junk},
            {"r": junk},
            {"r": junk},
            {"r": junk},
            {"r": junk},
            {"b": {"spec": junk}},
            junk,
            junk,
            None,
            services,
            pod,
            workload,
            None,
            {},
        ],
    ):
        gateway.gateways.to_ecs(*args)
    entries = {
        "0": {"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "web", "containerPort": 80}
    }
    rest = [
        None,
        {"serviceName": "web", "loadBalancers": entries},
        None,
        None,
        None,
        None,
        None,
        None,
        "gateway",
        None,
        None,
        None,
    ]
    for args in (
        [junk] * 22,
        [
            entries,
            {"web": {"Protocol": "HTTP"}},
            None,
            {"l": {"LoadBalancerArn": junk, "Port": junk, "DefaultActions": junk}},
            {"r": {"ListenerArn": junk, "Priority": junk, "Conditions": junk, "Actions": junk}},
            {"c": {"ListenerArn": junk, "Certificates": junk}},
            {"b": junk},
            None,
            None,
            None,
            {},
            *rest[1:],
        ],
    ):
        gateway.gateways.to_k8s(*args)
    for name in ("filters", "redirects", "times", "regular_queries", "cases", "lattice"):
        getattr(gateway_notices, name).to_ecs(junk)
    gateway_notices.encrypted.to_ecs(junk, junk, junk, junk)
    gateway_notices.elsewhere.to_ecs(junk, junk)
    assert gateway_balancer.parents(junk) == [] and gateway_back.bindings.to_ecs({}, None) == []
