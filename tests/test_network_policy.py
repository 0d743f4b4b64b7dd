"""Security groups of pods and of tasks, by hand."""
from translator.concepts import network_policy as concept

POLICY = {"web": {"spec": {"securityGroups": {"groupIds": ["sg-1", "sg-2"]}}}, "all": {"spec": {"securityGroups": {"groupIds": ["sg-2"]}}}}


def test_groups_of_several_policies_come_once():
    assert concept.security_groups.to_ecs(POLICY, "Deployment", None, None) == ["sg-1", "sg-2"]


def test_the_environment_goes_before_and_it_is_said():
    assert concept.security_groups.to_ecs(POLICY, "Deployment", None, ["sg-9"]) is None
    assert concept.left_out.to_ecs(POLICY, None, ["sg-9"])
    assert not concept.left_out.to_ecs(POLICY, None, None)


def test_more_than_five_groups_are_too_many():
    many = {"web": {"spec": {"securityGroups": {"groupIds": [f"sg-{number}" for number in range(6)]}}}}
    assert concept.security_groups.to_ecs(many, "Deployment", None, None) is None and concept.left_out.to_ecs(many, None, None)


def test_pods_keep_groups_only_where_that_is_wanted():
    assert concept.security_groups.to_k8s(["sg-1"], "web", None, "none") is None
    assert concept.security_groups.to_k8s(["sg-1"], "web", None, "policy") == {"web": {"spec": {"securityGroups": {"groupIds": ["sg-1"]}}}}


def test_odd_values_give_nothing():
    for odd in (None, {}, {"a": None}, {"a": {"spec": {"securityGroups": {"groupIds": "sg"}}}}):
        assert concept.security_groups.to_ecs(odd, "Deployment", None, None) is None
