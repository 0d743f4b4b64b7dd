"""Container ports <-> port mappings: names, protocols, ranges, and what Services need of them."""

import pytest

from translator import parse, rows, translate
from translator.concepts import ports
from translator.concepts.services_targets import generated, is_generated, resolve, targets
from translator.converters import names

SETTINGS = {"launchType": "FARGATE", "ecs": {"discovery": "service-connect"}}


def pod(**listed):
    return {"containers": {name: {"ports": own} for name, own in listed.items()}}


def mappings(pod_, services=None, kind="Deployment", settings=SETTINGS):
    column = {name: one["ports"] for name, one in pod_["containers"].items() if one.get("ports")}
    return ports.port_mappings.to_ecs(column or None, pod_, services, None, kind, settings)


def service(**entries):
    return {"spec": {"ports": entries}}


def test_a_named_port_keeps_its_name_and_an_unnamed_one_needs_none():
    assert mappings(pod(web={"80/tcp": {"containerPort": 80, "name": "http"}, "81/tcp": {"containerPort": 81}})) == {
        "web": {"80/tcp": {"containerPort": 80, "name": "http"}, "81/tcp": {"containerPort": 81}}
    }


def test_a_port_that_service_connect_leads_to_needs_a_name():
    made = mappings(pod(web={"80/tcp": {"containerPort": 80}}), {"web": service(**{"80/tcp": {"port": 80}})})
    assert made == {"web": {"80/tcp": {"containerPort": 80, "name": "web-80"}}}


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": None},
        {"settings": {"launchType": "FARGATE", "ecs": {"discovery": "cloud-map"}}},
        {"settings": {"launchType": "EXTERNAL", "ecs": {}}},
    ],
)
def test_without_service_connect_no_name_is_made(changes):
    made = mappings(pod(web={"80/tcp": {"containerPort": 80}}), {"web": service(**{"80/tcp": {"port": 80}})}, **changes)
    assert made == {"web": {"80/tcp": {"containerPort": 80}}}


def test_a_made_name_is_recognised():
    connect = {"web-80": {}}
    column = {"web": {"80/tcp": {"containerPort": 80, "name": "web-80"}}}
    assert ports.port_mappings.to_k8s(column, "awsvpc", connect) == {"web": {"80/tcp": {"containerPort": 80}}}
    assert ports.port_mappings.to_k8s(column, "awsvpc", None) == {
        "web": {"80/tcp": {"containerPort": 80, "name": "web-80"}}
    }


def test_a_made_name_is_recognised_when_it_was_cut_for_kubernetes():
    whole = generated("redis-server", 6379)
    cut = names.port_name(whole)
    assert whole == "redis-server-6379" and len(cut) <= 15
    assert is_generated(whole, "redis-server", 6379) and is_generated(cut, "redis-server", 6379)
    assert len(generated("c" * 63, 65535)) <= 64


def test_long_port_names_are_renamed_wherever_they_stand():
    document = {
        "taskDefinitions": [
            {
                "family": "web",
                "networkMode": "awsvpc",
                "containerDefinitions": [
                    {
                        "name": "web",
                        "image": "x:1",
                        "portMappings": [{"containerPort": 80, "name": "a_very_long_port_name"}],
                    }
                ],
            }
        ],
        "services": [
            {
                "serviceName": "web",
                "taskDefinition": "web",
                "serviceConnectConfiguration": {
                    "enabled": True,
                    "services": [
                        {"portName": "a_very_long_port_name", "clientAliases": [{"port": 80, "dnsName": "web"}]}
                    ],
                },
            }
        ],
    }
    objects = {one["kind"]: one for one in translate(parse(document)).output.objects()}
    name = objects["Deployment"]["spec"]["template"]["spec"]["containers"][0]["ports"][0]["name"]
    assert objects["Service"]["spec"]["ports"] == [{"port": 80, "targetPort": name, "name": name}]


def test_each_number_is_mapped_once_in_the_whole_task():
    made = mappings(
        pod(
            one={"80/tcp": {"containerPort": 80}},
            two={"80/tcp": {"containerPort": 80}, "53/udp": {"containerPort": 53, "protocol": "UDP"}},
        )
    )
    assert made == {
        "one": {"80/tcp": {"containerPort": 80}},
        "two": {"53/udp": {"containerPort": 53, "protocol": "udp"}},
    }


def test_the_protocol_that_a_service_leads_to_is_kept():
    both = {"53/tcp": {"containerPort": 53}, "53/udp": {"containerPort": 53, "protocol": "UDP"}}
    only_udp = {"dns": service(**{"53/udp": {"port": 53, "protocol": "UDP"}})}
    assert list(mappings(pod(dns=both), only_udp)["dns"]) == ["53/udp"]
    assert list(
        mappings(
            pod(dns=both), {"dns": service(**{"53/udp": {"port": 53, "protocol": "UDP"}, "53/tcp": {"port": 53}})}
        )["dns"]
    ) == ["53/tcp"]


@pytest.mark.parametrize(
    ("spoken", "known"),
    [
        ("http", "http"),
        ("grpc", "grpc"),
        ("kubernetes.io/h2c", "http2"),
        ("kubernetes.io/ws", "http"),
        ("https", None),
        ("kubernetes.io/wss", None),
        ("tls", None),
    ],
)
def test_what_is_spoken_goes_from_the_service_to_the_mapping(spoken, known):
    made = mappings(
        pod(web={"80/tcp": {"containerPort": 80, "name": "http"}}),
        {"web": service(**{"80/tcp": {"port": 80, "appProtocol": spoken}})},
    )
    assert made["web"]["80/tcp"].get("appProtocol") == known


@pytest.mark.parametrize(
    ("wanted", "protocol", "found"),
    [
        (8080, "tcp", ("web", 8080)),
        ("8080", "tcp", ("web", 8080)),
        ("http", "tcp", ("web", 8080)),
        ("admin", "tcp", ("side", 9000)),
        (9000, "tcp", ("side", 9000)),
        (1234, "tcp", ("web", 1234)),
        ("nothing", "tcp", None),
        (None, "tcp", None),
        (0, "tcp", None),
        (True, "tcp", None),
    ],
)
def test_target_ports_are_resolved(wanted, protocol, found):
    containers = {
        "side": {
            "initContainer": True,
            "restartPolicy": "Always",
            "ports": {"9000/tcp": {"containerPort": 9000, "name": "admin"}},
        },
        "web": {"ports": {"8080/tcp": {"containerPort": 8080, "name": "http"}}},
    }
    assert resolve(wanted, protocol, containers) == found


def test_a_service_without_a_target_port_leads_to_its_own():
    found = targets({"web": service(**{"80/tcp": {"port": 80}})}, {"web": {}})
    assert [(one.container, one.number) for one in found] == [("web", 80)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("8080-8090", 11),
        ("80-80", 1),
        ("1-51", None),
        ("90-80", None),
        ("x", None),
        (None, None),
        ("65530-65540", None),
    ],
)
def test_ranges(text, count):
    found = ports.port_range(text)
    assert (len(found) if found else None) == count


def test_a_range_becomes_single_ports():
    column = {"ftp": {"3000-3001/tcp": {"containerPortRange": "3000-3001", "protocol": "tcp"}}}
    assert ports.port_mappings.to_k8s(column, "bridge", None) == {
        "ftp": {
            "3000/tcp": {"containerPort": 3000, "protocol": "TCP"},
            "3001/tcp": {"containerPort": 3001, "protocol": "TCP"},
        }
    }


ODD = (
    None,
    {},
    [],
    "",
    "x",
    0,
    3,
    True,
    {"a": None},
    {"a": 1},
    {"a": []},
    {"a": {"b": 2}},
    {"a": {"b": {"c": {"d": "e"}}}},
    ["x", {}],
)


@pytest.mark.parametrize(
    "row",
    [row for row in rows.rows() if row.pair and row.code.partition(".")[0] in ("ports", "networking", "services")],
    ids=lambda row: row.code,
)
def test_pairs_answer_whatever_they_are_given(row):
    for function, paths in ((row.pair.to_ecs, row.k8s), (row.pair.to_k8s, row.ecs)):
        keys = [arg.path == ("@",) for arg in paths]
        for value in ODD if paths else ():
            function(*["a" if key else value for key in keys])
            for position in range(len(paths)):
                function(*["a" if key else value if position == other else {} for other, key in enumerate(keys)])


def test_an_empty_protocol_says_nothing():
    """As describe-task-definition once printed it."""
    mapping = {"containerPort": 3306, "hostPort": 0, "protocol": ""}
    task = {"family": "db", "containerDefinitions": [{"name": "db", "image": "mysql:8", "portMappings": [mapping]}]}
    document = parse({"taskDefinitions": [task]})
    there = translate(document)
    container = there.output.objects()[0]["spec"]["template"]["spec"]["containers"][0]
    assert container["ports"] == [{"containerPort": 3306}]
    assert translate(there.output, residue=there.residue).output.objects() == document.objects()
