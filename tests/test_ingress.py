"""Ingresses <-> application load balancers: paths, hosts, order, quotas, certificates, and what is said of them."""

import json

import pytest
import yaml
from conftest import ROOT

from translator import parse, translate
from translator.concepts import (
    ingress,
    ingress_annotations,
    ingress_balancer,
    ingress_conditions,
    ingress_nginx,
    ingress_notices,
)
from translator.concepts.ingress_actions import Backend, noted_action, redirects_to_https
from translator.concepts.ingress_rules import routes, rules

CASES = ROOT / "fixtures" / "ingress"
PREFIX = "alb.ingress.kubernetes.io/"


def case(name, file="k8s.yaml"):
    return (CASES / name / file).read_text()


def translated(text, environment=None):
    return translate(parse(text, "input.yaml"), environment)


def codes(translation, level=None):
    return {one.code for one in translation.findings if level in (None, one.level)}


def an_ingress(*paths, name="shop", spec=None, **annotations):
    """Give a canonical Ingress with paths (host, path, pathType, service)."""
    made = {}
    for place, (host, path, kind, service) in enumerate(paths):
        entry = {
            "pathType": kind,
            "backend": {"service": {"name": service, "port": {"number": 80}}},
            **({"path": path} if path else {}),
        }
        made[str(place)] = {**({"host": host} if host else {}), "http": {"paths": {"0": entry}}}
    noted = {PREFIX + key.replace("_", "-"): value for key, value in annotations.items()}
    return {"metadata": {"annotations": noted}, "spec": {"ingressClassName": "alb", "rules": made, **(spec or {})}}


def values(rule):
    """Give a rule's conditions as {field: values}."""
    return {one["Field"]: ingress_conditions.values_of(one) for one in rule.conditions.values()}


# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/spec/
@pytest.mark.parametrize(
    ("path", "kind", "wanted"),
    [
        ("/foo", "Exact", ["/foo"]),
        ("/foo", "Prefix", ["/foo", "/foo/*"]),
        ("/foo/", "Prefix", ["/foo", "/foo/*"]),
        ("/", "Prefix", ["/*"]),
        ("/foo*", "ImplementationSpecific", ["/foo*"]),
        ("/foo", "ImplementationSpecific", ["/foo"]),
        ("", "ImplementationSpecific", ["/*"]),
        ("/a*", "Prefix", None),
        ("/a?", "Exact", None),
    ],
)
def test_paths_are_patterns(path, kind, wanted):
    assert ingress_conditions.path_patterns(path, kind, True) == wanted


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        (["/foo", "/foo/*"], [("/foo", "Prefix")]),
        (["/foo/*"], [("/foo/*", "ImplementationSpecific")]),
        (["/api*"], [("/api*", "ImplementationSpecific")]),
        (["/*"], [("/", "Prefix")]),
        (["*"], [("/", "Prefix")]),
        (["/foo"], [("/foo", "Exact")]),
        (["*.png"], None),
        (["/a", "/a/*", "/b"], [("/a", "Prefix"), ("/b", "Exact")]),
    ],
)
def test_patterns_are_paths(patterns, wanted):
    assert ingress_conditions.paths_of(patterns) == wanted


def test_another_controllers_own_paths_are_prefixes():
    assert ingress_conditions.path_patterns("/foo", "ImplementationSpecific", False) == ["/foo", "/foo/*"]
    assert ingress_conditions.path_patterns("/foo*", "ImplementationSpecific", False) == ["/foo*"]


@pytest.mark.parametrize(
    ("host", "good"),
    [("shop.example.com", True), ("*.example.com", True), ("localhost", False), ("10.0.0.1", False), (5, False)],
)
def test_hosts_that_a_load_balancer_takes(host, good):
    assert ingress_conditions.is_host(host) is good


def test_named_hosts_go_first_and_long_paths_before_short_ones():
    found = routes(
        an_ingress(
            (None, "/x", "Prefix", "a"),
            ("*.b.com", "/", "Prefix", "a"),
            ("a.com", "/", "Prefix", "a"),
            ("a.com", "/long/er", "Prefix", "a"),
            ("a.com", "/z", "Exact", "a"),
            ("a.com", "/*.png", "ImplementationSpecific", "a"),
        )
    )
    assert [(one.host, one.entry["path"]) for one in found] == [
        ("a.com", "/z"),
        ("a.com", "/long/er"),
        ("a.com", "/"),
        ("a.com", "/*.png"),
        ("*.b.com", "/"),
        (None, "/x"),
    ]


def test_a_rule_has_five_values_and_more_become_several_rules():
    conditions = json.dumps(
        [{"field": "source-ip", "sourceIpConfig": {"values": [f"10.{number}.0.0/16" for number in range(6)]}}]
    )
    made = rules(an_ingress(("a.com", "/x", "Prefix", "web"), **{"conditions.web": conditions}))
    assert len(made) == 4
    assert all(sum(len(one) for one in values(rule).values()) <= 5 for rule in made)
    addresses = [value for rule in made for value in values(rule)["source-ip"]]
    assert (
        sorted(set(addresses)) == [f"10.{number}.0.0/16" for number in range(6)]
        and len(addresses) == len(set(addresses))
        or len(set(addresses)) == 6
    )
    assert all(
        values(rule)["host-header"] == ["a.com"] and set(values(rule)["path-pattern"]) <= {"/x", "/x/*"}
        for rule in made
    )


def test_a_rule_for_everything_has_a_condition():
    made = rules(an_ingress((None, None, "ImplementationSpecific", "web")))
    assert values(made[0]) == {"path-pattern": ["/*"]}


def test_what_leads_to_no_service_is_left_out():
    assert len(rules(an_ingress((None, "/a", "Prefix", "web"), (None, "/b", "Prefix", "gone")), {"web"})) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"type": "redirect", "redirectConfig": {"host": "a.com", "statusCode": "HTTP_301"}},
        {
            "type": "fixed-response",
            "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "503", "messageBody": "no"},
        },
        [{"field": "query-string", "queryStringConfig": {"values": [{"key": "a", "value": "b"}, {"value": "c"}]}}],
        {"userPoolARN": "arn", "userPoolClientID": "id", "userPoolDomain": "d", "scope": "openid"},
    ],
)
def test_json_of_annotations_goes_there_and_back(said):
    assert ingress_annotations.from_api(ingress_annotations.to_api(said)) == said


def test_an_action_of_the_controllers_first_version_is_read():
    given = {
        "actions.x": '{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": 443, "StatusCode": "HTTP_301"}}'
    }
    made = noted_action(given, "x", "default")
    assert made == {
        "Type": "redirect",
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
    }
    assert redirects_to_https({"0": made}) == "443"
    assert noted_action({"actions.x": "no json"}, "x", "default") is None


def test_target_groups_are_named_after_service_and_port():
    assert Backend("web", 80, "default").group == "web-80"
    assert Backend("web", "http", "shop").group == "shop-web-http"
    assert len(Backend("a-very-long-name-of-a-service-indeed", 80, "default").group) == 32


@pytest.mark.parametrize(
    ("annotations", "spec", "wanted"),
    [
        ({}, {}, [("HTTP", 80)]),
        ({"certificate_arn": "arn"}, {}, [("HTTPS", 443)]),
        ({}, {"tls": {"0": {}}}, [("HTTP", 80), ("HTTPS", 443)]),
        ({"listen_ports": '[{"HTTP": 8080}, {"HTTPS": 8443}]'}, {}, [("HTTP", 8080), ("HTTPS", 8443)]),
        ({"listen_ports": "?"}, {}, [("HTTP", 80)]),
    ],
)
def test_listeners(annotations, spec, wanted):
    one = ingress_balancer.Fronted("shop", an_ingress(spec=spec, **annotations), "shop", None)
    assert ingress_balancer.ports(one) == wanted


def test_ingresses_of_a_group_have_room_for_their_rules():
    def first(**annotations):
        return ingress_balancer.first_priority(
            ingress_balancer.Fronted("shop", an_ingress(**annotations), "shop", None)
        )

    assert first() == 0
    assert first(**{"group.name": "g", "group.order": "7"}) == 7000
    assert 1000 <= first(**{"group.name": "g"}) <= 49000


def test_an_existing_listener_gets_the_rules():
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/1/2"
    out = translated(case("paths"), {"ecs": {"loadBalancer": {"listenerArn": arn}}}).output.objects()
    assert "loadBalancers" not in out and "listeners" not in out
    assert [(one["ListenerArn"], one["Priority"]) for one in out["listenerRules"]] == [
        (arn, 10),
        (arn, 20),
        (arn, 30),
        (arn, 40),
    ]


def test_the_certificate_may_stand_in_the_environment():
    translation = translated(case("nginx"), {"ecs": {"certificateArn": "arn:aws:acm:x"}})
    secure = [one for one in translation.output.objects()["listeners"] if one["Protocol"] == "HTTPS"]
    assert secure[0]["Certificates"] == [{"CertificateArn": "arn:aws:acm:x"}] and "ingress.certificate" not in codes(
        translation
    )


def test_the_class_may_stand_in_the_environment():
    out = translated(
        case("rules-of-one-service", "ecs.json"), {"kubernetes": {"ingressClass": "outside"}}
    ).output.objects()
    assert [one["spec"]["ingressClassName"] for one in out if one["kind"] == "Ingress"] == ["outside"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("certificates", {("error", "firewall")}),
        (
            "nginx",
            {
                ("info", "other-class"),
                ("info", "class"),
                ("info", "tls"),
                ("info", "order"),
                ("warning", "certificate"),
                ("warning", "unread-annotations"),
                ("warning", "regular-expression"),
            },
        ),
        ("readiness", {("warning", "readiness-replaces")}),
        ("order", {("info", "wildcard-host")}),
        ("several-applications", {("info", "shared-front"), ("info", "order")}),
        ("paths", set()),
    ],
)
def test_what_is_said(name, wanted):
    said = {
        (one.level, one.code.partition(".")[2])
        for one in translated(case(name)).findings
        if one.code.startswith("ingress.")
    }
    assert said == wanted


def in_group(*said):
    """Give the priorities of Ingresses of one group: (name, order)."""
    text, count = case("paths"), {}
    workloads, _, ingress = text.rpartition("---")
    for name, order in said:
        entry = yaml.safe_load(ingress)
        entry["metadata"]["name"] = name
        noted = {
            "alb.ingress.kubernetes.io/group.name": "shop",
            **({"alb.ingress.kubernetes.io/group.order": order} if order else {}),
        }
        entry["metadata"].setdefault("annotations", {}).update(noted)
        workloads += "---\n" + yaml.safe_dump(entry)
    for one in translated(workloads).output.objects()["listenerRules"]:
        count.setdefault(one["ListenerArn"], []).append(one["Priority"])
    return count


@pytest.mark.parametrize(
    "said",
    [
        [(f"web-{number}", None) for number in range(30)],  # names whose numbers alone would meet
        [("a", "1"), ("b", "1")],
        [("a", None), ("b", "1"), ("c", None)],
        [("a", "-5"), ("b", "900")],
    ],
    ids=["no order", "one order twice", "some orders", "orders beyond"],
)
def test_no_two_rules_of_a_listener_have_one_priority(said):
    for found in in_group(*said).values():
        assert len(set(found)) == len(found) and max(found) <= 50000


def test_what_says_no_order_goes_first_where_others_do():
    found = next(iter(in_group(("b", "7"), ("a", None)).values()))
    alone = len(found) // 2
    assert [one // 1000 for one in sorted(found)] == [1] * alone + [2] * alone


def test_a_rule_that_never_did_anything_is_reported():
    translation = translate(parse(case("rules-of-one-service", "ecs.json"), "input.json"))
    dead = [one for one in translation.findings if one.code == "ingress.dead-rule"]
    assert len(dead) == 1 and dead[0].level == "warning"


def test_what_cannot_be_said_is_an_error():
    text = (
        case("paths")
        .replace("shop.example.com", "localhost")
        .replace("/img/*.png, pathType: ImplementationSpecific", "/img/*, pathType: Exact")
    )
    translation = translated(text)
    assert {"ingress.bad-host", "ingress.wildcard-path"} <= codes(translation, "error")
    assert "listenerRules" not in translation.output.objects()


def test_a_service_behind_both_sorts_of_load_balancer_has_two_target_groups():
    text = case("paths").replace("  ports: [{port: 80", "  type: LoadBalancer\n  ports: [{port: 80")
    out = translated(text).output.objects()
    assert {(one["Name"], one["Protocol"]) for one in out["targetGroups"]} == {
        ("web-80", "TCP"),
        ("web-80-http", "HTTP"),
    }
    assert len(out["services"][0]["loadBalancers"]) == 2
    assert out["listenerRules"][0]["Actions"][0]["TargetGroupArn"] == "${targetGroups.web-80-http.TargetGroupArn}"


def test_applications_share_a_load_balancer_and_one_default():
    out = translated(case("several-applications")).output.objects()
    assert len(out["loadBalancers"]) == len(out["listeners"]) == 1
    priorities = [one["Priority"] for one in out["listenerRules"]]
    assert priorities == sorted(set(priorities))


def test_the_group_of_two_applications_keeps_the_default_of_the_one_that_has_it():
    there = translate(parse(case("shared-load-balancer", "ecs.json"), "input.json"))
    back = translate(there.output).output.objects()
    secure = [one for one in back["listeners"] if one["Port"] == 443]
    assert [one["Type"] for one in secure[0]["DefaultActions"]] == ["forward"]
    assert "FixedResponseConfig" not in secure[0]["DefaultActions"][0]
    priorities = [one["Priority"] for one in back["listenerRules"]]
    assert len(priorities) == len(set(priorities))


@pytest.mark.parametrize(
    ("path", "kind", "regular"),
    [
        ("/shop(/|$)(.*)", "ImplementationSpecific", True),
        ("/shop", "Prefix", False),
        ("/shop(/|$)(.*)", "Exact", False),
    ],
)
def test_nginx_reads_paths_as_expressions(path, kind, regular):
    assert ingress_nginx.is_regular({"rewrite-target": "/$2"}, path, kind) is regular
    assert ingress_nginx.is_regular({}, path, kind) is False


JUNK = [
    None,
    True,
    0,
    -1,
    2**70,
    "",
    "x",
    "[]",
    "{",
    [],
    [1],
    [None, {}],
    {},
    {"0": 5},
    {"spec": []},
    {"a": {"b": None}},
    {"metadata": {"annotations": 3}},
]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_no_pair_fails_whatever_it_is_given(junk):
    good = an_ingress(("a.com", "/x", "Prefix", "web"))
    services = {"web": {"spec": {"ports": {"80/tcp": {"port": 80}}}}}
    pod = {"containers": {"web": {}}}
    for args in (
        [junk] * 7,
        [{"shop": junk}, None, services, pod, {"kind": "Deployment"}, None, {}],
        [{"shop": {"spec": junk, "metadata": junk}}, None, services, pod, {"kind": "Deployment"}, junk, junk],
        [
            {
                "shop": {
                    "spec": {
                        "rules": {
                            "0": junk,
                            "1": {"host": junk, "http": {"paths": {"0": junk, "1": {"path": junk, "backend": junk}}}},
                        }
                    }
                }
            },
            None,
            services,
            pod,
            {"kind": "Deployment"},
            None,
            {},
        ],
        [
            {
                "shop": {
                    **good,
                    "metadata": {
                        "annotations": {PREFIX + key: junk for key in ("listen-ports", "actions.web", "conditions.web")}
                    },
                }
            },
            None,
            services,
            pod,
            {"kind": "Deployment"},
            None,
            {},
        ],
    ):
        ingress.ingresses.to_ecs(*args)
    groups = {"web": {"Protocol": "HTTP"}}
    entries = {
        "0": {"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "web", "containerPort": 80}
    }
    rest = [None, {"serviceName": "web", "loadBalancers": entries}, None, None, None, None, None, None, None, junk, junk, junk]
    for args in (
        [junk] * 22,
        [entries, groups, junk, {"l": junk}, {"r": junk}, {"c": junk}, {"b": junk}, junk, junk, junk, {}, *rest[1:]],
        [
            entries,
            groups,
            None,
            {"l": {"LoadBalancerArn": junk, "Port": junk, "DefaultActions": junk}},
            {"r": {"ListenerArn": junk, "Priority": junk, "Conditions": junk, "Actions": junk, "Transforms": junk}},
            {"c": {"ListenerArn": junk, "Certificates": junk}},
            None,
            None,
            None,
            None,
            {},
            *rest[1:],
        ],
    ):
        ingress.ingresses.to_k8s(*args)
    for name in (
        "bad_host",
        "wild_host",
        "wild_path",
        "regular",
        "unread",
        "other_class",
        "too_many",
        "oidc",
        "is_group",
    ):
        getattr(ingress_notices, name).to_ecs(
            *[junk] * (1 if name in ("bad_host", "unread") else 2 if name in ("wild_host", "oidc", "is_group") else 3)
        )
    ingress_notices.dead.to_k8s(junk, {"0": junk})
