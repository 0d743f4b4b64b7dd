"""Names: legal on the other side, stable, and never two the same."""
import json
import random
import re

import pytest

from translator.converters import names
from translator.converters.names import (
    dns_label,
    ecs_name,
    label_key,
    label_value,
    labels_from_tags,
    port_name,
    service_name,
    tags_from_labels,
    target_group_name,
    unique,
)

LONG = "a-rather-long-name-of-exactly-forty-char"


@pytest.mark.parametrize("name, label", [
    ("web", "web"), ("Web_App", "web-app"), ("My_Service", "my-service"), ("api.v2", "api-v2"), ("-x-", "x"),
    ("2048-game", "2048-game"), ("My__Service", "my--service"),
])
def test_labels_of_dns(name, label):
    assert dns_label(name) == label


def test_services_start_with_a_letter():
    assert service_name("web") == "web" and service_name("2048-game") == "svc-2048-game"
    assert names.is_service_name(service_name("___")) and not names.is_service_name("2048-game")


def test_ecs_has_no_dots():
    assert ecs_name("api.v2") == "api-v2" and ecs_name("Web_App") == "Web_App" and names.is_ecs_name("Web_App")
    assert not names.is_ecs_name("api.v2") and not names.is_ecs_name("") and len(ecs_name("x" * 300)) == 255


def test_a_target_group_name_of_forty_is_cut_to_twenty_three_and_a_hash():
    assert len(LONG) == 40
    cut = target_group_name(LONG)
    assert re.fullmatch(re.escape(LONG[:23].rstrip("-")) + "-[0-9a-f]{8}", cut) and len(cut) <= 32
    assert target_group_name(LONG) == cut != target_group_name(LONG[:-1] + "x")
    assert target_group_name("my_app") == "my-app" and target_group_name("-a-") == "a"


@pytest.mark.parametrize("name, port", [
    ("http", "http"), ("HTTP", "http"), ("my_port", "my-port"), ("a--b", "a-b"), ("8080", "p-8080"), ("-x-", "x"),
    ("web-8080-tcp", "web-8080-tcp"),
])
def test_port_names(name, port):
    assert port_name(name) == port


def test_long_port_names_stay_apart():
    first, second = port_name("container-port-8080-tcp"), port_name("container-port-8081-tcp")
    assert first != second and all(re.fullmatch("container-[0-9a-f]{4}", name) for name in (first, second))


RULES = {
    dns_label: r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    service_name: r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    port_name: r"(?!.*--)(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?",
    ecs_name: r"[A-Za-z0-9_-]{1,255}",
    target_group_name: r"[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?",
    label_value: r"([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?",
    label_key: r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?",
}


def made_up(seed):
    dice = random.Random(seed)
    letters = "aaabzAZ019--__..::/ @+=é日\ud800"
    lengths = [0, 1, 2, 5, 14, 15, 16, 31, 33, 62, 63, 64, 65, 130, 256, 300]
    return ["".join(dice.choices(letters, k=dice.choice(lengths))) for _ in range(400)]


@pytest.mark.parametrize("function", RULES, ids=lambda function: function.__name__)
def test_every_name_becomes_legal_and_a_legal_one_stays(function):
    for name in made_up(1):
        new = function(name)
        assert re.fullmatch(RULES[function], new, re.ASCII), (name, new)
        assert function(new) == new and function(name) == new


@pytest.mark.parametrize("function", RULES, ids=lambda function: function.__name__)
def test_no_two_names_become_one(function):
    given = made_up(2) + ["Web_App", "web-app", "web_app", "WEB-APP", "web.app"]
    renamed = unique(given, function)
    assert list(renamed) == list(dict.fromkeys(given))
    assert len(set(renamed.values())) == len(renamed)
    assert all(re.fullmatch(RULES[function], new, re.ASCII) for new in renamed.values())
    assert renamed == unique(reversed(given), function)


def test_the_name_that_fits_keeps_itself():
    for given in (["Web_App", "web-app"], ["web-app", "Web_App"]):
        renamed = unique(given, dns_label)
        assert renamed["web-app"] == "web-app" and re.fullmatch("web-app-[0-9a-f]{8}", renamed["Web_App"])
    assert unique(["Web_App"], dns_label) == {"Web_App": "web-app"}


def test_predicates_follow_the_api_servers_rules():
    assert names.is_dns_label("a") and names.is_dns_label("0-a") and not names.is_dns_label("a" * 64)
    assert not any(map(names.is_dns_label, ["", "-a", "a-", "A", "a.b", "a_b", None, 3]))
    assert names.is_subdomain("a.b-c.0") and not any(map(names.is_subdomain, ["a..b", ".a", "a.", "a.-b", "A.b", ""]))
    assert names.is_port_name("a1") and not any(map(names.is_port_name, ["1", "a--b", "a" * 16, "A", "", None]))
    assert names.is_label_value("") and names.is_label_value("v1.0_x") and not any(
        map(names.is_label_value, ["a b", "-a", "a/", "x" * 64, None, 1]))
    assert names.is_label_key("app.kubernetes.io/name") and names.is_label_key("App") and not any(
        map(names.is_label_key, ["", "/a", "a/", "A.b/c", "a/b/c", "cost:center", "x" * 64, None]))


def test_tags_that_are_labels_as_they_stand():
    tags = {"team": "shop", "app.kubernetes.io/name": "web", "empty": "", "Stage": "Prod"}
    assert labels_from_tags(tags) == (tags, {})
    assert tags_from_labels(tags) == tags


def test_tags_that_no_label_can_have():
    tags = {"cost:center": "42", "owner": "a@b.example", "aws:cloudformation:stack-name": "x", "AWS:x": "y"}
    labels, annotations = labels_from_tags(tags)
    assert labels == {"cost-center": "42"}
    assert annotations["owner"] == "a@b.example"
    assert json.loads(annotations["k8s-ecs/tag-keys"]) == {"cost-center": "cost:center", "owner": "owner"}
    assert tags_from_labels(labels, annotations) == {"cost:center": "42", "owner": "a@b.example"}


def test_tags_whose_keys_meet():
    tags = {"cost:center": "1", "cost-center": "2", "cost center": "3"}
    labels, annotations = labels_from_tags(tags)
    assert labels["cost-center"] == "2" and len(labels) == 3
    assert tags_from_labels(labels, annotations) == tags


def test_any_tags_come_back():
    tags = {key: key[::-1] for key in made_up(3) if key and "\ud800" not in key}
    labels, annotations = labels_from_tags(tags)
    assert all(map(names.is_label_key, [*labels, *annotations])) and all(map(names.is_label_value, labels.values()))
    assert tags_from_labels(labels, annotations) == tags


def test_annotations_stay_behind_and_long_keys_are_cut():
    key = "a" * 60 + "." + "b" * 60 + "/" + "c" * 60
    assert names.is_label_key(key)
    tags = tags_from_labels({key: "1"}, {"note": "text"})
    assert [len(tag) for tag in tags] == [128] and list(tags.values()) == ["1"]


@pytest.mark.parametrize("text", ["", "not json", "[]", "{\"a\": 1}", 3, None])
def test_an_annotation_that_is_not_ours_says_nothing(text):
    assert tags_from_labels({"a": "b"}, {"k8s-ecs/tag-keys": text}) == {"a": "b"}
