"""Kinds of other people's controllers have trees of their own, and their pod templates are those of a Deployment."""
from translator import parse, schema, translate

ROLLOUT = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Rollout",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "strategy": {"canary": {"steps": [{"setWeight": 5}]}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx:1.27", "env": [{"name": "A", "value": "1"}]}]},
        },
    },
}


def test_a_pod_template_is_one_wherever_it_stands():
    tree, problems = schema.canonical("kubernetes", "Rollout", ROLLOUT)
    assert problems == []
    assert tree["spec"]["template"]["spec"]["containers"]["web"]["env"] == {"A": {"value": "1"}}
    assert schema.plain("kubernetes", "Rollout", tree) == ROLLOUT


def test_triggers_are_entries_of_their_own():
    scaled = {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "spec": {"triggers": [{"type": "cpu", "metadata": {"value": "80"}}]},
    }
    tree, problems = schema.canonical("kubernetes", "ScaledObject", scaled)
    assert problems == [] and tree["spec"]["triggers"] == {"0": {"type": "cpu", "metadata": {"value": "80"}}}
    assert schema.plain("kubernetes", "ScaledObject", tree) == scaled


def test_the_same_kind_of_another_group_is_another_thing():
    assert schema.root("kubernetes", "Rollout", "example.com/v1") is None


def test_a_rollout_becomes_a_service():
    output = translate(parse([ROLLOUT])).output
    containers = [
        one["name"]
        for entry in output.entries
        if entry.kind == "taskDefinitions"
        for one in entry.value["containerDefinitions"]
    ]
    assert "web" in containers
    assert [entry.value["desiredCount"] for entry in output.entries if entry.kind == "services"] == [2]
