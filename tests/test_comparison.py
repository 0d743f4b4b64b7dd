"""Differences that mean something, of one platform and across; none where there are none."""
import json

import pytest

import cases
from conftest import ROOT
from translator import diff, parse, read, translate
from translator.comparison import render, round_trip

WEB = (ROOT / "fixtures" / "example" / "web.yaml").read_text()
INPUTS = sorted({case / name for case, _ in cases.cases() for name in ("k8s.yaml", "ecs.json") if (case / name).exists()})


def said(comparison):
    return [(one.left and one.left.path, one.right and one.right.path) for one in comparison.differences]


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: "/".join(file.parts[-3:]))
def test_nothing_differs_from_itself(file):
    document = read(str(file))
    assert not diff(document, document)


def test_units_order_and_defaults_are_no_difference():
    other = WEB.replace("512Mi", "0.5Gi").replace("cpu: 250m", "cpu: 0.25").replace("replicas: 3", "replicas: 3\n  revisionHistoryLimit: 10")
    assert not diff(parse(WEB, "a.yaml"), parse(other, "b.yaml"))
    parts = WEB.split("---\n")
    assert not diff(parse(WEB, "a.yaml"), parse("---\n".join(reversed(parts)), "b.yaml"))


def test_a_difference_across_is_told_in_both_vendors_terms_with_both_places():
    ecs = translate(parse(WEB, "web.yaml")).output.objects()
    assert not diff(parse(WEB, "web.yaml"), parse(json.dumps(ecs, indent=1), "web.json"))
    ecs["taskDefinitions"][0]["containerDefinitions"][0]["image"] = "nginx:1.28"
    (one,) = diff(parse(WEB, "web.yaml"), parse(json.dumps(ecs, indent=1), "web.json")).differences
    assert (one.left.path, one.left.was, one.left.file) == ("spec.template.spec.containers[web].image", "nginx:1.27", "web.yaml")
    assert (one.right.path, one.right.was, one.right.file) == ("containerDefinitions[web].image", "nginx:1.28", "web.json")
    assert one.left.line and one.right.line and one.code == "process.image"


def test_names_that_differ_are_matched_by_images_or_by_hand():
    other = parse(WEB.replace("name: web\n", "name: shop-web\n").replace("name: web,", "name: shop-web,").replace("app: web", "app: shop-web"))
    assert diff(parse(WEB), other).only_left == ()
    two = parse({"taskDefinitions": [{"family": name, "containerDefinitions": [{"name": "x", "image": "i"}]} for name in ("b", "c")]})
    one = parse({"taskDefinitions": [{"family": "a", "containerDefinitions": [{"name": "x", "image": "i"}]}]})
    assert diff(one, two).only_left == ("a",)
    assert diff(one, two, names={"a": "c"}).only_right == ("b",)


def test_a_round_trip_shows_what_is_lost():
    paths = [left for left, _ in said(round_trip(parse(WEB)))]
    assert "spec.selector.matchLabels.app" in paths


@pytest.mark.parametrize("format_", ["text", "json", "markdown", "html"])
def test_names_are_data_in_every_format(format_):
    bad = "<script>alert(1)</script>|`x`\x1b[31m"
    left, right = ({"taskDefinitions": [{"family": "a", "containerDefinitions": [{"name": "x", "image": image}]}]} for image in (bad, "i"))
    text = render(diff(parse(left), parse(right)), format_)
    assert "\x1b" not in text
    if format_ == "html":
        assert "<script>" not in text
    if format_ == "markdown":
        assert "<script>" not in text and "\\|" in text
