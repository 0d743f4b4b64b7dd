"""Node groups of eksctl and Auto Scaling groups: each leaf accounted for, references both ways, user data read and written."""
import base64

import pytest
from hypothesis import given

import documents
from test_conservation import PROFILE, check
from translator import parse, schema, translate
from translator.converters import instance_data


def config(value, **fields):
    head = {"apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig"}
    return {**value, **head, "metadata": {**(value.get("metadata") or {}), "name": "main", "region": "eu-west-1"}, **fields}


@given(documents.objects(schema.root("kubernetes", "ClusterConfig"), 0))
@PROFILE
def test_cluster_configs_are_accounted_for(value):
    check(parse([config({"nodeGroups": [{"name": "some", "minSize": 1}], **value})]))


def wired(provider, group, template):
    named = {**(provider.get("autoScalingGroupProvider") or {}), "autoScalingGroupArn": "${autoScalingGroups.fleet.AutoScalingGroupARN}"}
    provider = {**provider, "name": "fleet", "autoScalingGroupProvider": named}
    provider.pop("managedInstancesProvider", None)
    of_template = {"LaunchTemplateId": "${launchTemplates.nodes.LaunchTemplateId}", "Version": "$Latest"}
    group = {**group, "AutoScalingGroupName": "fleet", "LaunchTemplate": of_template}
    return {
        "capacityProviders": [provider],
        "autoScalingGroups": [group],
        "launchTemplates": [{**template, "LaunchTemplateName": "nodes"}],
    }


@given(documents.documents("ecs", "capacityProviders"), documents.documents("ecs", "autoScalingGroups"), documents.documents("ecs", "launchTemplates"))
@PROFILE
def test_groups_are_accounted_for(provider, group, template):
    check(parse(wired(provider, group, template)))


def test_references_lead_from_provider_to_template():
    found = translate(parse([config({}, managedNodeGroups=[{"name": "workers", "instanceType": "t3.large"}])])).output.objects()
    (provider,), (group,), (cluster,) = found["capacityProviders"], found["autoScalingGroups"], found["clusters"]
    assert provider["autoScalingGroupProvider"]["autoScalingGroupArn"] == "${autoScalingGroups.workers.AutoScalingGroupARN}"
    assert group["LaunchTemplate"]["LaunchTemplateId"] == "${launchTemplates.workers.LaunchTemplateId}"
    assert cluster["clusterName"] == "main" and cluster["capacityProviders"] == ["workers"]


def test_groups_keep_their_order():
    groups = [{"name": name, "minSize": 1, "maxSize": 2} for name in ("b", "a", "c")]
    given_ = config({}, managedNodeGroups=groups)
    there = translate(parse([given_]))
    (back,) = translate(there.output, residue=there.residue).output.objects()
    assert [one["name"] for one in back["managedNodeGroups"]] == ["b", "a", "c"]


@pytest.mark.parametrize("family", ["AmazonLinux2023", "AmazonLinux2", "Bottlerocket"])
@pytest.mark.parametrize("labels", [{"team": "shop", "disk": "ssd"}, {"k8s.example.com/tier": "a=b # c"}, {}])
def test_labels_are_attributes(labels, family):
    assert (instance_data.labels(instance_data.write(labels, "main", family)) or {}) == labels
    assert instance_data.family(instance_data.image(family)) == family


def test_user_data_as_the_guide_writes_it():
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html"""
    text = "#!/bin/bash\necho ECS_CLUSTER=main >> /etc/ecs/ecs.config\necho 'ECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}' >> /etc/ecs/ecs.config\n"
    assert instance_data.labels(base64.b64encode(text.encode()).decode()) == {"stack": "prod"}
    assert instance_data.labels("not base64") is None
