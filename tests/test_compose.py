"""Compose files -> ECS documents."""

import copy
import json

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from manifests import changed, invalid, lacking, load, paths, said, silent

from translator.model import Source
from translator.readers import compose
from translator.readers.compose_ports import parse
from translator.readers.compose_service import amount
from translator.readers.compose_variables import Variables
from translator.readers.taking import Refused

CASES = sorted((ROOT / "fixtures" / "compose").glob("*/compose.yaml"))
JUNK = [None, 5, -1, 1.5, "x", "", [], {}, [1], [None], {"a": 1}, True, ["x", {"y": 1}], [[]], "${X}", "a:b:c:d", "$"]


def read(value, file="shop/compose.yaml"):
    return compose.read(Source(value, file))


def one(**section):
    return read({"services": {"web": {"image": "web:1", **section}}})


def container(**section):
    return one(**section).objects()["taskDefinitions"][0]["containerDefinitions"][0]


def service(**section):
    return one(**section).objects()["services"][0]


def codes(document):
    return {found.code.removeprefix("compose.") for found in document.findings}


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.parent.name)
class TestCases:
    """Each folder of fixtures/compose: a file, parts of what it means, and all that is said of it."""

    def test_document(self, file):
        wanted = json.loads((file.parent / "ecs.json").read_text())
        assert lacking(compose.read(load(file)).objects(), wanted) == []

    def test_findings(self, file):
        assert said(compose.read(load(file))) == sorted((file.parent / "findings.txt").read_text().splitlines())

    def test_valid(self, file):
        assert invalid(compose.read(load(file))) == []

    def test_no_leaf_is_lost(self, file):
        assert silent(load(file).value, lambda value: read(value, str(file))) == []


def test_recognises():
    assert compose.recognises({"services": {"a": {"image": "b"}}})
    assert not compose.recognises({"services": [{"serviceName": "a"}]})
    assert not compose.recognises({"services": {"a": {"image": "b"}}, "kind": "x"})
    assert not compose.recognises({"services": {}})
    assert not compose.recognises(["services"])


# https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("${A:-b}", "b"), ("${A-b}", "b"), ("${A}", "${A}"), ("$A-c", "${A}-c"), ("${A:?missing}", "${A}"), ("${A?missing}", "${A}"),
        ("${A:+c}", ""), ("${A:-${B:-c}}", "c"), ("${A:-${B}}", "${B}"), ("a$$b", "a$b"), ("100$", "100$"), ("${A", "${A"), ("${-}", "${-}"),
    ],
)  # fmt: skip
def test_variables(text, wanted):
    assert Variables().text(text) == wanted


def test_defaults_that_are_secrets_are_not_shown():
    document = one(environment={"A": "${DB_PASSWORD:-hunter2}", "B": "${LEVEL:-info}"})
    told = json.dumps([found.to_dict() for found in document.findings])
    assert "hunter2" not in told and "LEVEL=info" in told


# https://github.com/compose-spec/compose-spec/blob/main/05-services.md#short-syntax-3
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("3000", [(3000, "tcp", None)]),
        (3000, [(3000, "tcp", None)]),
        ("3000-3002", [(3000, "tcp", None), (3001, "tcp", None), (3002, "tcp", None)]),
        ("8000:80", [(80, "tcp", 8000)]),
        ("9090-9091:8080-8081", [(8080, "tcp", 9090), (8081, "tcp", 9091)]),
        ("127.0.0.1:8001:8001", [(8001, "tcp", 8001)]),
        ("127.0.0.1::5000", [(5000, "tcp", 0)]),
        ("[::1]:6001:6001", [(6001, "tcp", 6001)]),
        ("6060:6060/udp", [(6060, "udp", 6060)]),
        ("${PORT}:80", [(80, "tcp", None)]),
    ],
)
def test_ports(text, wanted):
    assert parse(text) == wanted


@pytest.mark.parametrize("text", ["", "x", "70000", "80/sctp", "3-1", "1-60000", "${PORT}"])
def test_ports_that_are_none(text):
    with pytest.raises(Refused):
        parse(text)


# https://github.com/compose-spec/compose-spec/blob/main/11-extension.md#specifying-byte-values
@pytest.mark.parametrize(
    ("text", "wanted"), [("2b", 2), ("1024kb", 2**20), ("300m", 300 * 2**20), ("1gb", 2**30), (4096, 4096)]
)
def test_amounts(text, wanted):
    assert amount(text) == wanted


@pytest.mark.parametrize("text", ["", "m", "1x", "1mm", [], True])
def test_amounts_that_are_none(text):
    with pytest.raises(Refused):
        amount(text)


def test_environment_as_a_list():
    found = {
        entry["name"]: entry["value"] for entry in container(environment=["A=b", "C=", "D", "E=f=g"])["environment"]
    }
    assert found == {"A": "b", "C": "", "D": "${D}", "E": "f=g"}


@pytest.mark.parametrize(
    ("update", "replicas", "wanted"),
    [
        # stop-first is the default: two of four stop, then start again
        ({"parallelism": 2}, 4, (50, 100)),
        ({"parallelism": 1}, 3, (66, 100)),
        ({"parallelism": 1, "order": "start-first"}, 3, (100, 134)),
        ({"parallelism": 0}, 3, (0, 100)),
        ({"parallelism": 0, "order": "start-first"}, 3, (100, 200)),
        ({}, 1, None),
    ],
)
def test_rollouts(update, replicas, wanted):
    made = service(deploy={"replicas": replicas, "update_config": update}).get("deploymentConfiguration")
    bounds = made and (made["minimumHealthyPercent"], made["maximumPercent"])
    if wanted is None:
        assert bounds == (0, 100) or bounds is None
    else:
        assert bounds[0] in (wanted[0], wanted[0] + 1) and bounds[1] in (wanted[1], wanted[1] - 1)
        # what the bounds mean: so many are kept, so many are there at most
        kept, most = -(-replicas * bounds[0] // 100), replicas * bounds[1] // 100
        assert kept == -(-replicas * wanted[0] // 100) and most == replicas * wanted[1] // 100


@pytest.mark.parametrize("action", [("rollback", True, True), ("pause", True, False), ("continue", False, False)])
def test_what_follows_a_failed_update(action):
    word, stops, back = action
    made = service(deploy={"replicas": 2, "update_config": {"parallelism": 1, "failure_action": word}})
    assert made["deploymentConfiguration"]["deploymentCircuitBreaker"] == {"enable": stops, "rollback": back}


@pytest.mark.parametrize("check", [{"disable": True}, {"test": ["NONE"]}])
def test_a_health_check_that_is_off(check):
    assert "healthCheck" not in container(healthcheck=check)
    assert "no-health-check" in codes(one(healthcheck=check))


def test_gpus():
    devices = [{"driver": "nvidia", "count": 2, "capabilities": ["gpu"]}]
    made = one(deploy={"resources": {"reservations": {"devices": devices}}})
    assert made.objects()["taskDefinitions"][0]["containerDefinitions"][0]["resourceRequirements"] == [
        {"type": "GPU", "value": "2"}
    ]
    assert made.objects()["services"][0]["launchType"] == "EC2" and "gpus" in codes(made)


def test_a_service_that_extends_another():
    document = read(
        {
            "services": {
                "base": {"image": "a:1", "environment": {"A": "1", "B": "2"}, "ports": ["80"]},
                "web": {"extends": {"service": "base"}, "environment": {"B": "3"}, "ports": ["81"]},
            }
        }
    )
    made = document.objects()["taskDefinitions"][1]["containerDefinitions"][0]
    assert made["image"] == "a:1" and [entry["value"] for entry in made["environment"]] == ["1", "3"]
    assert [entry["containerPort"] for entry in made["portMappings"]] == [80, 81]


def test_services_that_extend_each_other_end():
    read({"services": {"a": {"image": "a", "extends": "b"}, "b": {"image": "b", "extends": "a"}}})
    assert "unused" in codes(one(extends={"file": "other.yaml", "service": "x"}))


@pytest.mark.parametrize("restart", ["no", False, "on-failure:3"])
def test_what_may_end_by_itself(restart):
    assert "restart" in codes(one(restart=restart))


def test_names_that_ecs_does_not_take():
    document = read({"services": {"a.b": {"image": "x", "ports": ["80"]}}})
    made = document.objects()["services"][0]
    assert made["serviceName"] == "a-b" and "renamed" in codes(document) and invalid(document) == []
    assert made["serviceConnectConfiguration"]["services"][0]["clientAliases"] == [{"port": 80, "dnsName": "a.b"}]


def test_an_image_that_is_only_built():
    assert container(image=None, build=".")["image"] == "${WEB_IMAGE}"


def test_secrets_by_other_names():
    document = read(
        {
            "services": {"web": {"image": "a", "secrets": ["one", {"source": "two"}], "environment": {"ONE": "x"}}},
            "secrets": {"one": {"external": True}, "two": {"name": "prod/two", "external": True}},
        }
    )
    made = document.objects()["taskDefinitions"][0]["containerDefinitions"][0]["secrets"]
    prefix = "arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret:"
    assert made == [
        {"name": "ONE_SECRET", "valueFrom": prefix + "one"},
        {"name": "TWO", "valueFrom": prefix + "prod/two"},
    ]


def test_places():
    document = compose.read(load(ROOT / "fixtures/compose/shop/compose.yaml"))
    task, service_ = document.entries[0], next(entry for entry in document.entries if entry.kind == "services")
    assert task.locate(("containerDefinitions", 0, "command")).line == 8
    assert service_.locate(("desiredCount",)).line == 31


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_junk_anywhere_is_read_without_an_exception(file, data):
    value = copy.deepcopy(load(file).value)
    for _ in range(data.draw(st.integers(1, 3))):
        value = changed(value, data.draw(st.sampled_from(list(paths(value)))), data.draw(st.sampled_from(JUNK)))
    if compose.recognises(value):
        read(value)
