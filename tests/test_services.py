"""Services <-> Service Connect, Cloud Map and network load balancers: tables, names, and the way there and back."""

import json

import pytest

from translator import check, parse, translate
from translator.concepts import (
    services,
    services_annotations,
    services_balancing,
    services_checks,
    services_connect,
    services_discovery,
)
from translator.concepts.services_targets import Target, targets
from translator.schema import canonical

PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
ENVIRONMENT = {
    "launchType": "FARGATE",
    "ecs": {"discovery": "service-connect", "aliasNames": "short", "vpc": "vpc-1", "subnets": ["subnet-1"]},
}
POD = {
    "containers": {
        "web": {"ports": {"8080/tcp": {"containerPort": 8080, "name": "http"}, "9090/tcp": {"containerPort": 9090}}}
    }
}
WORKLOAD = {"kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}}


def service(*ports, **spec):
    return {
        "spec": {**spec, "ports": {f"{port['port']}/{port.get('protocol', 'TCP').lower()}": port for port in ports}}
    }


def annotated(**settings):
    return {"metadata": {"annotations": {PREFIX + key.replace("_", "-"): value for key, value in settings.items()}}}


def connected(given, pod=POD, kind="Deployment", environment=ENVIRONMENT):
    found = targets(given, pod["containers"])
    chosen = services_connect.connected(found, given, pod, kind, environment)
    return [
        (one.port_name, one.discovery, one.target.port)
        for one in services_connect.endpoints(chosen, given, pod["containers"])
    ]


# --- Service Connect ---------------------------------------------------------------------------


def test_one_port_is_discovered_by_the_services_name():
    assert connected({"api": service({"port": 80, "targetPort": "http"})}) == [("http", "api", 80)]


def test_several_ports_are_told_apart_by_their_names():
    given = {"api": service({"port": 80, "targetPort": "http", "name": "web"}, {"port": 81, "targetPort": 9090})}
    assert connected(given) == [("http", "api-web", 80), ("web-9090", "api-81", 81)]


def test_a_discovery_name_is_not_another_services_name():
    given = {
        "api": service(
            {"port": 80, "targetPort": "http", "name": "web"}, {"port": 81, "targetPort": 9090, "name": "x"}
        ),
        "api-web": service({"port": 1, "targetPort": 1000}),
    }
    assert [name for _, name, _ in connected(given)] == ["api-web-80", "api-x", "api-web"]


def test_a_container_port_has_one_endpoint_and_plain_services_go_first():
    given = {
        "a": service({"port": 80, "targetPort": "http"}, type="LoadBalancer"),
        "b": service({"port": 8080}),
        "c": service({"port": 8080}),
    }
    assert connected(given) == [("http", "b", 8080)]


@pytest.mark.parametrize(
    ("pod", "kind", "environment"),
    [
        ({**POD, "hostNetwork": True}, "Deployment", {**ENVIRONMENT, "launchType": "EC2"}),
        ({**POD, "os": {"name": "windows"}}, "Deployment", ENVIRONMENT),
        (POD, None, ENVIRONMENT),
        (POD, "Deployment", {**ENVIRONMENT, "launchType": "EXTERNAL"}),
        (POD, "Deployment", {**ENVIRONMENT, "ecs": {"discovery": "cloud-map"}}),
    ],
)
def test_where_there_is_no_service_connect(pod, kind, environment):
    assert connected({"api": service({"port": 8080})}, pod, kind, environment) == []


def test_udp_and_headless_services_have_no_endpoint():
    assert (
        connected({"dns": service({"port": 53, "protocol": "UDP"}), "db": service({"port": 8080}, clusterIP="None")})
        == []
    )


@pytest.mark.parametrize(
    ("called", "namespace", "discovery", "name"),
    [
        ("api", "shop", "api", "api"),
        ("api.shop", "shop", "x", "api"),
        ("api.shop.svc.cluster.local", "shop", "x", "api"),
        ("db.example.com", "shop", "store", "store"),
        ("My_Api", "shop", "x", "my-api"),
        ("1st", "shop", "x", "svc-1st"),
    ],
)
def test_the_name_of_the_service_for_an_alias(called, namespace, discovery, name):
    assert services_connect.service_name(called, namespace, discovery) == name


# --- Cloud Map ---------------------------------------------------------------------------------


def registered(given, connected_=()):
    chosen = services_discovery.registry(given, targets(given, POD["containers"]), list(connected_), None)
    return (chosen.service, chosen.routing) if chosen else None


def test_the_registry_is_the_first_headless_services():
    assert registered({"b": service({"port": 8080}, clusterIP="None"), "a": service({"port": 8080})}) == (
        "b",
        "MULTIVALUE",
    )


def test_a_service_without_an_endpoint_is_found_in_dns():
    assert registered(
        {"a": service({"port": 8080}), "b": service({"port": 9090})},
        [Target("a", "8080/tcp", 8080, "tcp", "web", 8080)],
    ) == ("b", "WEIGHTED")
    assert registered({"a": service({"port": 8080})}, [Target("a", "8080/tcp", 8080, "tcp", "web", 8080)]) is None


@pytest.mark.parametrize(
    ("entries", "reference", "found"),
    [
        ({"db": {}}, "${discoveryServices.db.Arn}", "db"),
        (
            {"db": {"Arn": "arn:aws:servicediscovery:eu-west-1:1:service/srv-1"}},
            "arn:aws:servicediscovery:eu-west-1:1:service/srv-1",
            "db",
        ),
        ({"db": {}}, "${discoveryServices.db-2.Arn}", None),
        ({"db": {}}, "db", None),
        ({"db": {}}, None, None),
        (None, "${discoveryServices.db.Arn}", None),
    ],
)
def test_references_are_followed(entries, reference, found):
    hit = services_discovery.find(entries, reference, "discoveryServices", "Arn")
    assert (hit[0] if hit else None) == found


# --- load balancers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "spec", "scheme"),
    [
        ({}, {}, "internet-facing"),
        ({"internal": "true"}, {}, "internal"),
        ({"internal": "0.0.0.0/0"}, {}, "internal"),
        ({"internal": "false"}, {}, "internet-facing"),
        ({"type": "external"}, {}, "internal"),
        ({"type": "nlb-ip"}, {}, "internal"),
        ({"type": "nlb"}, {}, "internet-facing"),
        ({"type": "external", "scheme": "internet-facing"}, {}, "internet-facing"),
        ({}, {"loadBalancerClass": "service.k8s.aws/nlb"}, "internal"),
        ({}, {"loadBalancerClass": "eks.amazonaws.com/nlb"}, "internal"),
        ({"type": "external", "scheme": "internal", "internal": "false"}, {}, "internal"),
    ],
)
def test_who_reaches_a_load_balancer(settings, spec, scheme):
    assert services_annotations.scheme({**annotated(**settings), "spec": spec}) == scheme


def fronts(given, namespace="default", pod=POD):
    return [
        (one.balancer, one.group, one.protocol, one.inner)
        for one in services_balancing.fronts(targets(given, pod["containers"]), given, namespace)
    ]


def test_names_hold_the_namespace_because_they_are_one_of_a_kind_in_a_region():
    given = {"web": service({"port": 80, "targetPort": "http", "name": "plain"}, type="LoadBalancer")}
    assert fronts(given) == [("web", "web-plain", "TCP", "TCP")]
    assert fronts(given, "shop") == [("shop-web", "shop-web-plain", "TCP", "TCP")]


def test_no_name_begins_as_aws_forbids():
    given = {"internal-api": service({"port": 80, "targetPort": "http"}, type="LoadBalancer")}
    assert fronts(given)[0][0] == "lb-internal-api"


def test_tcp_and_udp_of_one_number_share_a_listener():
    pod = {"containers": {"dns": {}}}
    given = {"dns": service({"port": 53, "protocol": "UDP"}, {"port": 53}, type="LoadBalancer")}
    assert fronts(given, pod=pod) == [("dns", "dns-53", "TCP_UDP", "TCP_UDP")]


@pytest.mark.parametrize(
    ("settings", "protocols"),
    [
        ({"ssl_cert": "arn:c"}, [("TLS", "TCP"), ("TLS", "TCP")]),
        ({"ssl_cert": "arn:c", "ssl_ports": "443"}, [("TCP", "TCP"), ("TLS", "TCP")]),
        ({"ssl_cert": "arn:c", "ssl_ports": "secure", "backend_protocol": "ssl"}, [("TCP", "TCP"), ("TLS", "TLS")]),
        ({"ssl_ports": "443"}, [("TCP", "TCP"), ("TCP", "TCP")]),
    ],
)
def test_where_encryption_ends(settings, protocols):
    given = {
        "web": {
            **service(
                {"port": 80, "targetPort": "http"},
                {"port": 443, "targetPort": "http", "name": "secure"},
                type="LoadBalancer",
            ),
            **annotated(**settings),
        }
    }
    assert [(outer, inner) for _, _, outer, inner in fronts(given)] == protocols


def test_a_tls_listener_keeps_no_client_at_one_target():
    sticky = {"spec": {"sessionAffinity": "ClientIP"}}
    assert services_annotations.group_attributes(sticky, "TCP") == {
        "stickiness.enabled": "true",
        "stickiness.type": "source_ip",
    }
    assert services_annotations.group_attributes(sticky, "TLS") == {}


# --- checks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hook", "seconds"),
    [
        ({"sleep": {"seconds": 5}}, 5),
        ({"exec": {"command": ["sleep", "15"]}}, 15),
        ({"exec": {"command": ["/bin/sh", "-c", "sleep 20"]}}, 20),
        ({"exec": {"command": ["sh", "-c", "sleep 20 && nginx -s quit"]}}, None),
        ({"httpGet": {"port": 80}}, None),
        (None, None),
    ],
)
def test_hooks_that_only_sleep(hook, seconds):
    assert services_checks.sleeps(hook) == seconds


@pytest.mark.parametrize(
    ("delay", "stop", "seconds"),
    [("10", None, 10), ("300", None, 15), ("300", 120, 60), ("0", None, None), ("soon", None, None)],
)
def test_a_pod_stays_no_longer_than_half_of_its_time_to_stop(delay, stop, seconds):
    group = {"web": {"Protocol": "TCP"}}
    balancers = {
        "0": {"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "web", "containerPort": 80}
    }
    attributes = {
        "${targetGroups.web.TargetGroupArn}": {"Attributes": {"deregistration_delay.timeout_seconds": {"Value": delay}}}
    }
    made = services_checks.deregistration.to_k8s(
        attributes, balancers, group, {"containerDefinitions": {"web": {"stopTimeout": stop}}}
    )
    assert made == ({"web": {"preStop": {"sleep": {"seconds": seconds}}}} if seconds else None)


@pytest.mark.parametrize(
    ("group", "probe"),
    [
        ({"Protocol": "HTTP"}, {"httpGet": {"path": "/", "port": 80}}),
        (
            {"Protocol": "HTTPS", "HealthCheckProtocol": "HTTPS", "HealthCheckPath": "/x", "HealthCheckPort": "9000"},
            {"httpGet": {"path": "/x", "port": 9000, "scheme": "HTTPS"}},
        ),
        ({"Protocol": "TCP"}, {"tcpSocket": {"port": 80}}),
        (
            {"Protocol": "TCP", "HealthCheckProtocol": "HTTP", "HealthCheckPath": "/x"},
            {"httpGet": {"path": "/x", "port": 80}},
        ),
        (
            {"Protocol": "HTTP", "ProtocolVersion": "GRPC", "HealthCheckPath": "/grpc.health.v1.Health/Check"},
            {"grpc": {"port": 80}},
        ),
        ({"Protocol": "HTTP", "ProtocolVersion": "GRPC"}, {"tcpSocket": {"port": 80}}),
    ],
)
def test_the_probe_that_asks_what_a_target_group_asks(group, probe):
    balancers = {
        "0": {"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "web", "containerPort": 80}
    }
    made = services_checks.readiness.to_k8s({"web": group}, balancers, {})["web"]
    assert {key: made[key] for key in probe} == probe
    assert (made["periodSeconds"], made["timeoutSeconds"], made["successThreshold"], made["failureThreshold"]) == (
        30,
        5,
        5,
        2,
    )


@pytest.mark.parametrize(
    ("probe", "behind", "grace"),
    [
        ({"readinessProbe": {"initialDelaySeconds": 30}}, True, 30),
        ({"readinessProbe": {"initialDelaySeconds": 30}}, False, None),
        ({"startupProbe": {"periodSeconds": 10, "failureThreshold": 30}}, True, 300),
        ({"startupProbe": {"periodSeconds": 10, "failureThreshold": 31}}, False, 310),
        ({"livenessProbe": {"initialDelaySeconds": 300}}, False, None),
        ({"livenessProbe": {"initialDelaySeconds": 400}}, False, 400),
        ({}, True, None),
    ],
)
def test_the_time_in_which_a_task_may_fail_its_checks(probe, behind, grace):
    pod = {"containers": {"web": {**POD["containers"]["web"], **probe}}}
    given = {"web": service({"port": 80, "targetPort": "http"}, type="LoadBalancer" if behind else "ClusterIP")}
    assert services_checks.grace_period.to_ecs(pod["containers"], given, pod, WORKLOAD, None) == grace


# --- there and back ----------------------------------------------------------------------------


def there_and_back(given, pod=POD):
    there = services.services.to_ecs(given, pod, WORKLOAD, None, ENVIRONMENT)
    connect, balancers, registries, discovery, instances, *rest = there
    ports = {
        name: {
            key: {**port, "name": port.get("name", f"{name}-{port['containerPort']}")}
            for key, port in one.get("ports", {}).items()
        }
        for name, one in pod["containers"].items()
    }
    definition = {"containerDefinitions": {name: {"portMappings": own} for name, own in ports.items()}}
    holder = {
        "serviceName": "web",
        "loadBalancers": balancers,
        "serviceRegistries": registries,
        "serviceConnectConfiguration": {"namespace": "shop"},
    }
    return services.services.to_k8s(
        connect, balancers, registries, discovery, instances, *rest, definition, holder, None, None, None, None
    )


@pytest.mark.parametrize(
    "spec",
    [
        service({"port": 80, "targetPort": "http", "name": "http"}),
        service({"port": 80, "targetPort": 9090}),
        service({"port": 80, "targetPort": "http", "name": "one"}, {"port": 81, "targetPort": 9090, "name": "two"}),
        service({"port": 80, "targetPort": "http", "name": "http"}, type="LoadBalancer"),
        service(
            {"port": 80, "targetPort": "http", "name": "one"},
            {"port": 81, "targetPort": 9090, "name": "two"},
            type="LoadBalancer",
        ),
        service(
            {"port": 80, "targetPort": "http", "name": "http"},
            type="LoadBalancer",
            loadBalancerSourceRanges=["10.0.0.0/8", "fd00::/8"],
        ),
    ],
)
def test_services_come_back(spec):
    assert there_and_back({"web": spec})["web"]["spec"] == spec["spec"]


def test_services_of_several_kinds_come_back_together():
    given = {
        "web": service({"port": 80, "targetPort": "http", "name": "http"}, type="LoadBalancer"),
        "web-stats": service({"port": 9090, "targetPort": 9090}),
    }
    back = there_and_back(given)
    assert {name: one["spec"] for name, one in back.items()} == {name: one["spec"] for name, one in given.items()}


def test_a_headless_service_comes_back_with_the_ports_of_its_pods():
    back = there_and_back(
        {"db": service({"port": 8080, "targetPort": "http", "name": "http"}, clusterIP="None")},
        {"containers": {"web": {"ports": {"8080/tcp": {"containerPort": 8080, "name": "http"}}}}},
    )
    assert back == {
        "db": {
            "spec": {"clusterIP": "None", "ports": {"8080/tcp": {"port": 8080, "targetPort": "http", "name": "http"}}}
        }
    }


def test_what_comes_of_a_load_balancer_is_what_aws_takes():
    objects = [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {
                        "containers": [
                            {
                                "name": "web",
                                "image": "nginx:1.27",
                                "ports": [{"containerPort": 8080}],
                                "readinessProbe": {"httpGet": {"port": 8080, "path": "/ok"}},
                            }
                        ]
                    },
                },
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": "web",
                "annotations": {PREFIX + "ssl-cert": "arn:aws:acm:eu-west-1:123456789012:certificate/0"},
            },
            "spec": {
                "type": "LoadBalancer",
                "selector": {"app": "web"},
                "ports": [{"port": 443, "targetPort": 8080}],
                "loadBalancerSourceRanges": ["10.0.0.0/8"],
            },
        },
    ]
    output = translate(parse(objects)).output
    assert [one for one in check(output) if one.level == "error"] == []
    assert not [
        problem for entry in output.entries for problem in canonical(output.platform, entry.kind, entry.value)[1]
    ]


def test_the_order_of_files_does_not_matter():
    objects = [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
        }
        for name in ("b", "a")
    ]
    objects += [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "web", "image": "x:1"}]},
                },
            },
        }
        for name in ("two", "one")
    ]
    written = {
        json.dumps(translate(parse(order)).output.objects(), sort_keys=True) for order in (objects, objects[::-1])
    }
    assert len(written) == 1


# --- addresses that are kept by hand ---------------------------------------------------------------


def by_hand(*others, **spec):
    return [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db", "namespace": "shop"}, "spec": {"ports": [{"port": 80}], **spec}}, *others]


def addresses(namespace="shop", **subset):
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "db", "namespace": namespace}, "subsets": [subset]}


def test_addresses_of_a_service_without_pods_are_instances_of_its_name():
    given = by_hand(addresses(addresses=[{"ip": "10.1.2.3"}, {"ip": "2001:db8::1"}], notReadyAddresses=[{"ip": "10.9.9.9"}], ports=[{"port": 5432}]))
    translation = translate(parse(given))
    assert translation.output.objects()["discoveryInstances"] == [
        {"ServiceId": "${discoveryServices.db.Id}", "InstanceId": "shop.db.10.1.2.3",
         "Attributes": {"AWS_INSTANCE_IPV4": "10.1.2.3", "AWS_INSTANCE_PORT": "5432"}}]
    said = {one.code: [field.path for field in one.fields] for one in translation.findings}
    assert "services.no-selector" not in said and not translation.loose


def test_addresses_that_kubernetes_keeps_itself_are_only_explained():
    given = by_hand(addresses(addresses=[{"ip": "10.1.2.3"}]), selector={"app": "db"})
    translation = translate(parse(given))
    assert {one.kind for one in translation.loose} >= {"Endpoints"}
    assert "objects.endpoints" in {one.code for one in translation.findings}


def test_addresses_of_another_namespace_are_of_no_service_here():
    assert [one.kind for one in translate(parse(by_hand(addresses("else", addresses=[{"ip": "10.1.2.3"}])))).loose] == ["Endpoints"]
