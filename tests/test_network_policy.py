"""Security groups of pods and of tasks, by hand."""
import junk
import pytest
from documents import documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from run_corpus import inexact, unaccounted

from translator import parse, translate
from translator.concepts import network_policy as concept
from translator.concepts.network_policy_rules import without
from translator.model import ECS, KUBERNETES

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


# --- NetworkPolicies -----------------------------------------------------------------------------


def application(name, namespace="default", **labels):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace}, "spec": {
        "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {
            "containers": [{"name": name, "image": "web:1", "ports": [{"name": "http", "containerPort": 8080}]}]}}}}


def policy(name, namespace="default", **spec):
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name, "namespace": namespace},
            "spec": {"podSelector": {}, **spec}}


def carried(*objects, environment=None):
    translation = translate(parse(list(objects)), environment)
    return translation.output.objects(), {one.code for one in translation.findings if one.level in ("warning", "error")}


def let_in(output, group):
    reference = f"${{securityGroups.{group}.GroupId}}"
    return [rule for one in output.get("securityGroupIngress", ()) if one["GroupId"] == reference for rule in one["IpPermissions"]]


def member(name):
    return {"GroupId": f"${{securityGroups.{name}.GroupId}}"}


WEB, API = application("web", app="web"), application("api", app="api")


def test_what_isolates_nobody_makes_no_group():
    output, codes = carried(WEB, API)
    assert "securityGroups" not in output and not any(code.startswith("network-policy.") for code in codes)


def test_every_policy_adds_to_what_is_allowed_and_each_source_comes_once():
    rule = {"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 8080}]}
    wide = {"from": [{"podSelector": {}}], "ports": [{"port": 8080}]}
    output, _ = carried(WEB, API, policy("one", ingress=[rule]), policy("two", ingress=[wide]))
    assert let_in(output, "api-tasks") == [
        {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "UserIdGroupPairs": [member("web-tasks")]},
        {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "UserIdGroupPairs": [member("api-tasks")]},
    ]


def test_a_rule_without_sources_lets_everybody_in_and_one_whose_sources_are_unknown_nobody():
    output, codes = carried(API, policy("all", ingress=[{"ports": [{"port": "http"}]}]))
    assert let_in(output, "all") == [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080,
                                      "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]
    output, codes = carried(API, policy("some", ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "else"}}}]}]))
    assert let_in(output, "some") == [] and "network-policy.unknown-peer" in codes


def test_a_named_port_that_no_container_lists_is_said():
    output, codes = carried(API, policy("some", ingress=[{"ports": [{"port": "grpc"}]}]))
    assert let_in(output, "some") == [] and "network-policy.unknown-port" in codes


def test_namespaces_are_known_by_their_names_and_by_the_labels_of_their_objects():
    other = application("job", "batch", app="job")
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "batch", "labels": {"team": "data"}}}
    for labels in ({"kubernetes.io/metadata.name": "batch"}, {"team": "data"}):
        output, codes = carried(API, other, space, policy("in", ingress=[{"from": [{"namespaceSelector": {"matchLabels": labels}}]}]))
        assert let_in(output, "in") == [{"IpProtocol": "-1", "UserIdGroupPairs": [member("job-tasks")]}]
        assert "network-policy.unknown-peer" not in codes


def test_all_namespaces_are_the_vpc():
    output, codes = carried(API, policy("in", ingress=[{"from": [{"namespaceSelector": {}}]}]), environment={"ecs": {"vpcCidr": "10.0.0.0/16"}})
    assert let_in(output, "in") == [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}] and "network-policy.whole-cluster" in codes


def test_what_is_on_its_nodes_network_is_not_guarded_and_it_is_said():
    host = application("host", app="host")
    host["spec"]["template"]["spec"]["hostNetwork"] = True
    output, codes = carried(host, policy("in", ingress=[]))
    assert "securityGroups" not in output and "network-policy.unguarded" in codes


def test_the_environments_groups_stay_beside_it():
    output, codes = carried(API, policy("in"), environment={"ecs": {"securityGroups": ["sg-9"]}})
    assert output["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] == ["sg-9", member("in")["GroupId"]]
    assert "network-policy.others-too" in codes


def test_dns_needs_no_rule_and_fargate_a_way_to_its_registry():
    egress = [{"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}],
               "ports": [{"port": 53, "protocol": "UDP"}]}]
    output, codes = carried(API, policy("out", policyTypes=["Egress"], egress=egress))
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    assert [one["IpPermissions"] for one in output["securityGroupEgress"]] == [[https]]
    assert "network-policy.way-out" in codes and "network-policy.unknown-peer" not in codes
    output, _ = carried(API, policy("out", policyTypes=["Egress"], egress=egress), environment={"ecs": {"launchType": "EC2"}})
    assert "securityGroupEgress" not in output and output["revokedEgress"]


@pytest.mark.parametrize(("whole", "excepted", "left"), [
    ("10.0.0.0/30", ["10.0.0.0/32"], ["10.0.0.1/32", "10.0.0.2/31"]),
    ("10.0.0.0/24", ["10.1.0.0/16"], ["10.0.0.0/24"]),
    ("10.0.0.0/24", ["10.0.0.0/8"], []),
    ("2001:db8::/32", ["2001:db8:8000::/33"], ["2001:db8::/33"]),
    ("nonsense", ["10.0.0.0/8"], None),
])
def test_networks_less_what_is_excepted(whole, excepted, left):
    assert without(whole, excepted) == left


# --- and back --------------------------------------------------------------------------------------


def service(name, *groups):
    return ({"family": name, "networkMode": "awsvpc", "containerDefinitions": [{"name": name, "image": "web:1"}]},
            {"serviceName": name, "taskDefinition": name, "networkConfiguration": {"awsvpcConfiguration": {
                "subnets": ["subnet-1"], "securityGroups": list(groups)}}})


def document(*services, **others):
    return {"taskDefinitions": [one for one, _ in services], "services": [one for _, one in services], **others}


def policies_of(given, environment=None):
    translation = translate(parse(given), environment)
    made = [one for one in translation.output.objects() if one["kind"] == "NetworkPolicy"]
    return made, {one.code for one in translation.findings if one.level == "warning"}


GROUP = {"GroupName": "wall", "GroupId": "sg-1", "Description": "wall", "VpcId": "vpc-1"}


def test_a_group_without_rules_refuses_everybody():
    (made,), _ = policies_of(document(service("web", "sg-1"), securityGroups=[GROUP]))
    assert made["spec"]["policyTypes"] == ["Ingress"] and "ingress" not in made["spec"]


def test_a_group_that_is_not_in_the_input_may_let_in_anybody():
    made, codes = policies_of(document(service("web", "sg-1", "sg-2"), securityGroups=[GROUP]))
    assert made == [] and "network-policy.half-known" in codes
    made, codes = policies_of(document(service("web", "sg-1", "sg-2"), securityGroups=[GROUP]), {"ecs": {"securityGroups": ["sg-2"]}})
    assert len(made) == 1


def test_a_group_that_lets_everybody_in_isolates_nobody():
    rule = {"GroupId": "sg-1", "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}
    assert policies_of(document(service("web", "sg-1"), securityGroups=[GROUP], securityGroupIngress=[rule]))[0] == []


def test_a_group_of_two_services_makes_a_policy_for_each():
    made, _ = policies_of(document(service("web", "sg-1"), service("api", "sg-1"), securityGroups=[GROUP]))
    assert sorted(one["metadata"]["name"] for one in made) == ["wall-api", "wall-web"]


def test_odd_values_are_no_groups():
    junk.call_all("network-policy", [{}, {"name": "web", "ecs": {}, "neighbours": {"applications": {"web": {"group": "x"}}}}])


# --- SecurityGroupPolicies -------------------------------------------------------------------------


def group_policy(**spec):
    return {"apiVersion": "vpcresources.k8s.aws/v1beta1", "kind": "SecurityGroupPolicy", "metadata": {"name": "p"},
            "spec": {**spec, "securityGroups": {"groupIds": ["sg-1"]}}}


@pytest.mark.parametrize(("selectors", "groups"), [
    ({"podSelector": {"matchLabels": {"app": "web"}}}, ["sg-1"]),
    ({"podSelector": {}}, ["sg-1"]),
    ({"podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}}, None),
    ({"serviceAccountSelector": {"matchLabels": {"role": "db"}}}, ["sg-1"]),
    ({"serviceAccountSelector": {"matchLabels": {"role": "db"}}, "podSelector": {"matchLabels": {"app": "api"}}}, None),
    ({"serviceAccountSelector": {"matchLabels": {"role": "web"}}}, None),
    ({}, None),
])
def test_whom_a_security_group_policy_chooses(selectors, groups):
    web = application("web", app="web")
    web["spec"]["template"]["spec"]["serviceAccountName"] = "db"
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "db", "labels": {"role": "db"}}}
    output, _ = carried(web, account, group_policy(**selectors))
    assert output["services"][0]["networkConfiguration"]["awsvpcConfiguration"].get("securityGroups") == groups


def test_policies_of_both_kinds_stand_beside_each_other_and_come_back():
    output, _ = carried(WEB, policy("in", ingress=[]), group_policy(podSelector={}))
    groups = output["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]
    assert groups == ["sg-1", "${securityGroups.in.GroupId}"]


def test_pods_of_a_schedule_keep_the_groups_of_its_tasks():
    target = {"Arn": "arn:aws:ecs:eu-west-1:1:cluster/main", "RoleArn": "arn:aws:iam::1:role/s", "EcsParameters": {
        "TaskDefinitionArn": "arn:aws:ecs:eu-west-1:1:task-definition/report",
        "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"]}}}}
    given = {"taskDefinitions": [{"family": "report", "networkMode": "awsvpc", "containerDefinitions": [{"name": "r", "image": "r:1"}]}],
             "schedules": [{"Name": "report", "ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}]}
    made = translate(parse(given), {"kubernetes": {"securityGroups": "policy"}}).output.objects()
    (found,) = [one for one in made if one["kind"] == "SecurityGroupPolicy"]
    assert found["spec"]["securityGroups"] == {"groupIds": ["sg-1"]}


# --- what AWS prints -------------------------------------------------------------------------------


def described(**egress):
    """Give a group as `aws ec2 describe-security-groups` prints it."""
    empty = {"UserIdGroupPairs": [], "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": []}
    return {"SecurityGroups": [{
        **GROUP, "OwnerId": "1", "SecurityGroupArn": "arn:aws:ec2:eu-west-1:1:security-group/sg-1",
        "IpPermissions": [{**empty, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}],
        "IpPermissionsEgress": [{**empty, **one} for one in egress.values()]}]}


EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def test_a_group_is_read_as_aws_prints_it():
    assert parse(described(all=EVERYTHING)).objects() == {
        "securityGroups": [GROUP],
        "securityGroupIngress": [{"GroupId": "sg-1", "IpPermissions": [
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]}]}


def test_a_way_out_that_is_not_aws_s_own_is_read():
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    made = parse(described(https=https)).objects()
    assert made["revokedEgress"] == [{"GroupId": "sg-1", "IpPermissions": [EVERYTHING]}]
    assert made["securityGroupEgress"] == [{"GroupId": "sg-1", "IpPermissions": [https]}]
    both = {**EVERYTHING, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    assert not {"revokedEgress", "securityGroupEgress"} & parse(described(all=both)).objects().keys()


# --- nothing is lost without a word ----------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_every_leaf_of_a_network_policy_is_accounted_for_and_comes_back_with_its_residue(data):
    value = data.draw(documents(KUBERNETES, "NetworkPolicy"))
    value["metadata"] = {"name": "p"}
    value.setdefault("spec", {})["podSelector"] = {}
    given_ = parse([WEB, API, {**value, "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}])
    translation = translate(given_)
    assert not unaccounted(translation) and not inexact(given_, translation)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_every_leaf_of_a_security_group_is_accounted_for_and_comes_back_with_its_residue(data):
    rules = {}
    for kind in ("securityGroupIngress", "securityGroupEgress", "revokedEgress"):
        value = data.draw(documents(ECS, kind))
        rules[kind] = [{**{key: one for key, one in value.items() if key != "GroupName"}, "GroupId": "sg-1"}]
    given_ = parse(document(service("web", "sg-1"), service("api", "sg-2"), securityGroups=[GROUP], **rules))
    translation = translate(given_)
    assert not unaccounted(translation) and not inexact(given_, translation)
