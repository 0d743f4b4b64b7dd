"""Logs: added for ECS, taken away again, and nothing is added where the environment wants none."""
import junk
import pytest

from translator import parse, translate
from translator.concepts import logging

DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}, "spec": {
    "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}, "spec": {
        "containers": [{"name": "web", "image": "web:1"}]}}}}


@pytest.mark.parametrize(("form", "group"), [
    ("/ecs/{name}", "/ecs/web"), ("/{namespace}/{name}", "/shop/web"), ("all", "all"), ("{other}", "{other}"), ("", None), (None, None), (5, None),
])
def test_names_of_log_groups(form, group):
    assert logging.log_group({"name": "web", "namespace": "shop", "ecs": {"logGroup": form}}) == group


def test_what_was_added_goes_again():
    there = translate(parse([DEPLOYMENT]))
    assert there.output.objects()["logGroups"] == [{"logGroupName": "/ecs/web"}]
    back = translate(there.output)
    assert "log" not in str(back.output.objects())
    assert not [finding for finding in back.findings if finding.code.startswith("logging.")]


def test_no_logs_where_none_are_wanted():
    made = translate(parse([DEPLOYMENT]), {"ecs": {"logGroup": None}})
    assert "logGroups" not in made.output.objects()
    assert "logConfiguration" not in made.output.objects()["taskDefinitions"][0]["containerDefinitions"][0]
    assert not [finding for finding in made.findings if finding.code.startswith("logging.")]


def test_every_shape_has_an_answer():
    junk.call_all("logging", [{}, {"ecs": {"logGroup": "/ecs/{name}"}}])
