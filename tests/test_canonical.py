"""Canonical trees by hand: what becomes of lists, what is left out and said, and the way back to plain objects."""
import pytest

from translator import schema, trees

KUBERNETES, ECS = "kubernetes", "ecs"


def pod(**spec):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}


def tree_of(platform, kind, value):
    tree, problems = schema.canonical(platform, kind, value)
    assert problems == []
    assert trees.same(schema.plain(platform, kind, tree), value)
    return tree


def said(platform, kind, value):
    tree, problems = schema.canonical(platform, kind, value)
    return tree, [(problem.path, problem.code) for problem in problems]


# Canonical form, by hand.

def test_lists_of_objects_are_maps_by_what_identifies_an_entry():
    value = pod(
        containers=[{
            "name": "web", "image": "nginx",
            "env": [
                {"name": "B", "value": "1"},
                {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            ],
            "ports": [{"name": "dns", "containerPort": 53, "protocol": "UDP"}, {"containerPort": 8080}],
            "volumeMounts": [{"name": "data", "mountPath": "/data"}],
            "envFrom": [{"configMapRef": {"name": "one"}}, {"secretRef": {"name": "two"}}],
            "command": ["sh", "-c"],
        }],
        volumes=[{"name": "data", "emptyDir": {}}],
        imagePullSecrets=[{"name": "registry"}],
        hostAliases=[{"ip": "10.0.0.1", "hostnames": ["db"]}],
        tolerations=[],
    )
    spec = tree_of(KUBERNETES, "Pod", value)["spec"]
    assert spec["containers"]["web"] == {
        "image": "nginx",
        "env": {"B": {"value": "1"}, "A": {"valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}},
        "ports": {
            "53/udp": {"name": "dns", "containerPort": 53, "protocol": "UDP"},
            "8080/tcp": {"containerPort": 8080},
        },
        "volumeMounts": {"/data": {"name": "data"}},
        "envFrom": {"0": {"configMapRef": {"name": "one"}}, "1": {"secretRef": {"name": "two"}}},
        "command": ["sh", "-c"],
    }
    assert spec["volumes"] == {"data": {"emptyDir": {}}}
    assert spec["imagePullSecrets"] == {"registry": {}}
    assert spec["hostAliases"] == {"10.0.0.1": {"hostnames": ["db"]}}
    assert spec["tolerations"] == {}


def test_ports_have_the_same_keys_on_both_platforms():
    service = {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80, "targetPort": "http"}]}}
    assert list(tree_of(KUBERNETES, "Service", service)["spec"]["ports"]) == ["80/tcp"]
    many = {"containerPortRange": "8000-8010", "protocol": "tcp"}
    ports = [{"containerPort": 80}, {"containerPort": 53, "protocol": "udp"}, many]
    request = {"family": "web", "containerDefinitions": [{"name": "web", "portMappings": ports}]}
    container = tree_of(ECS, "taskDefinitions", request)["containerDefinitions"]["web"]
    assert list(container["portMappings"]) == ["80/tcp", "53/udp", "8000-8010/tcp"]


def test_requests_have_maps_too():
    request = {
        "family": "web", "tags": [{"key": "team", "value": "shop"}, {"key": "bare"}],
        "volumes": [{"name": "data", "host": {}}],
        "containerDefinitions": [{
            "name": "web",
            "environment": [{"name": "A", "value": "1"}],
            "secrets": [{"name": "S", "valueFrom": "arn:x"}],
            "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
            "dependsOn": [{"containerName": "init", "condition": "SUCCESS"}],
            "ulimits": [{"name": "nofile", "softLimit": 1, "hardLimit": 2}],
            "systemControls": [{"namespace": "net.core.somaxconn", "value": "1024"}],
            "linuxParameters": {"devices": [{"hostPath": "/dev/a"}, {"hostPath": "/dev/a", "containerPath": "/dev/b"}]},
        }],
    }
    tree = tree_of(ECS, "taskDefinitions", request)
    assert tree["tags"] == {"team": {"value": "shop"}, "bare": {}}
    assert tree["volumes"] == {"data": {"host": {}}}
    container = tree["containerDefinitions"]["web"]
    assert container["environment"] == {"A": {"value": "1"}}
    assert container["secrets"] == {"S": {"valueFrom": "arn:x"}}
    assert container["mountPoints"] == {"/data": {"sourceVolume": "data"}}
    assert container["dependsOn"] == {"init": {"condition": "SUCCESS"}}
    assert container["ulimits"] == {"nofile": {"softLimit": 1, "hardLimit": 2}}
    assert container["systemControls"] == {"net.core.somaxconn": {"value": "1024"}}
    assert list(container["linuxParameters"]["devices"]) == ["/dev/a", "/dev/b"]


def test_init_containers_come_first_and_carry_a_mark():
    value = pod(initContainers=[{"name": "one"}, {"name": "two", "image": "x"}], containers=[{"name": "web"}])
    tree = tree_of(KUBERNETES, "Pod", value)
    assert list(tree["spec"]["containers"].items()) == [
        ("one", {"initContainer": True}), ("two", {"image": "x", "initContainer": True}), ("web", {})]
    assert "initContainers" not in tree["spec"]


def test_a_volume_claim_template_is_known_by_its_name_below_metadata():
    claims = [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}},
              {"metadata": {"name": "logs", "labels": {"a": "b"}}}]
    value = {"apiVersion": "apps/v1", "kind": "StatefulSet", "spec": {"volumeClaimTemplates": claims}}
    assert tree_of(KUBERNETES, "StatefulSet", value)["spec"]["volumeClaimTemplates"] == {
        "data": {"spec": {"accessModes": ["ReadWriteOnce"]}}, "logs": {"metadata": {"labels": {"a": "b"}}}}


def test_nulls_go_and_what_is_empty_stays():
    value = pod(nodeSelector=None, securityContext={}, hostname="", tolerations=[],
                containers=[{"name": "web", "args": [], "env": None, "resources": {"limits": None}}])
    tree, problems = schema.canonical(KUBERNETES, "Pod", value)
    assert problems == []
    assert tree["spec"] == {"securityContext": {}, "hostname": "", "tolerations": {},
                            "containers": {"web": {"args": [], "resources": {}}}}


def test_unknown_fields_stay_as_they_are():
    value = pod(containers=[{"name": "web", "gpus": [{"name": "a"}, {"name": "a"}]}], flavour={"a": None, "b": [1]})
    tree, problems = schema.canonical(KUBERNETES, "Pod", value)
    assert problems == []
    assert tree["spec"]["containers"]["web"]["gpus"] == [{"name": "a"}, {"name": "a"}]
    assert tree["spec"]["flavour"] == {"b": [1]}


def test_a_kind_without_a_schema_stays_as_it_is():
    value = {"apiVersion": "keda.sh/v1alpha1", "spec": {"triggers": [{"type": "cron", "name": None}]}}
    assert schema.canonical(KUBERNETES, "VirtualNode", value) == (
        {"apiVersion": "keda.sh/v1alpha1", "spec": {"triggers": [{"type": "cron"}]}}, [])


# What is left out, and said.

def test_values_of_the_wrong_type_are_left_out():
    value = pod(containers=[{
        "name": "web", "image": 5, "args": ["--port", 8080], "ports": {"http": 80}, "tty": "true",
        "env": [{"name": "A", "value": True}, "B"],
        "livenessProbe": {"periodSeconds": "10", "httpGet": {"port": 8080.0}}}])
    tree, problems = said(KUBERNETES, "Pod", value)
    assert tree["spec"]["containers"]["web"] == {
        "args": ["--port"], "env": {"A": {}}, "livenessProbe": {"httpGet": {"port": 8080}}}
    container = ("spec", "containers", 0)
    assert sorted(problems, key=repr) == sorted(
        [
            (container + path, "wrong-type")
            for path in [
                ("image",),
                ("args", 1),
                ("ports",),
                ("tty",),
                ("env", 0, "value"),
                ("env", 1),
                ("livenessProbe", "periodSeconds"),
            ]
        ],
        key=repr,
    )


def test_a_problem_never_says_the_value():
    value = {"apiVersion": "v1", "kind": "Secret", "stringData": {"password": 12345678}}
    _, problems = schema.canonical(KUBERNETES, "Secret", value)
    assert [problem.path for problem in problems] == [("stringData", "password")]
    assert "12345678" not in problems[0].message
    assert problems[0].message == "text belongs here, but this is a number; put it in quotes"


def test_of_a_repeated_key_the_later_entry_counts():
    env = [{"name": "A", "value": "1"}, {"name": "B"}, {"name": "A", "value": "2"}]
    value = pod(containers=[{"name": "web", "env": env}])
    tree, problems = said(KUBERNETES, "Pod", value)
    assert list(tree["spec"]["containers"]["web"]["env"].items()) == [("B", {}), ("A", {"value": "2"})]
    assert problems == [(("spec", "containers", 0, "env", 0), "repeated-key")]
    assert schema.raw_path(KUBERNETES, "Pod", value, ("spec", "containers", "web", "env", "A", "value")) == (
        "spec", "containers", 0, "env", 2, "value")


def test_an_init_container_of_a_containers_name_is_shadowed():
    value = pod(initContainers=[{"name": "web", "image": "old"}], containers=[{"name": "web", "image": "new"}])
    tree, problems = said(KUBERNETES, "Pod", value)
    assert tree["spec"]["containers"] == {"web": {"image": "new"}}
    assert problems == [(("spec", "initContainers", 0), "repeated-key")]


def test_an_entry_without_identity_stands_at_its_position():
    value = {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80}, {"targetPort": 8080}]}}
    tree, problems = said(KUBERNETES, "Service", value)
    assert tree["spec"]["ports"] == {"80/tcp": {"port": 80}, "1": {"targetPort": 8080}}
    assert problems == [(("spec", "ports", 1), "missing-key")]
    raw = schema.raw_path(KUBERNETES, "Service", value, ("spec", "ports", "1", "targetPort"))
    assert raw == ("spec", "ports", 1, "targetPort")


def test_the_mark_of_init_containers_is_no_field_of_the_api():
    tree, problems = said(KUBERNETES, "Pod", pod(containers=[{"name": "web", "initContainer": True}]))
    assert tree["spec"]["containers"] == {"web": {}}
    assert problems == [(("spec", "containers", 0, "initContainer"), "wrong-type")]


def test_what_is_no_object_at_all():
    assert said(KUBERNETES, "Pod", ["a"]) == ({}, [((), "wrong-type")])
    assert said(KUBERNETES, "Pod", {"apiVersion": 1, "metadata": "x"}) == (
        {}, [(("apiVersion",), "wrong-type"), (("metadata",), "wrong-type")])


def test_requests_take_numbers_and_truth_values_that_are_written_as_text():
    request = {"family": "web", "cpu": 256, "containerDefinitions": [
        {"name": "web", "memory": "512", "essential": "True", "environment": [{"name": "A", "value": False}]}]}
    tree, problems = said(ECS, "taskDefinitions", request)
    assert tree == {"family": "web", "cpu": "256", "containerDefinitions": {
        "web": {"memory": 512, "essential": True, "environment": {"A": {"value": "false"}}}}}
    assert problems == []
    step = {"StepScalingPolicyConfiguration": {"StepAdjustments": [{"MetricIntervalLowerBound": "0.5"}]}}
    assert said(ECS, "scalingPolicies", step) == (
        {"StepScalingPolicyConfiguration": {"StepAdjustments": {"0": {"MetricIntervalLowerBound": 0.5}}}}, [])


@pytest.mark.parametrize("text", ["0x10", "12a", "", "1.5", "nan", "1_000"])
def test_text_that_is_no_whole_number_is_none(text):
    tree, problems = said(ECS, "services", {"desiredCount": text})
    assert tree == {}
    assert problems == [(("desiredCount",), "wrong-type")]


@pytest.mark.parametrize("text", ["${COUNT}", "{{ count }}", "<COUNT>"])
def test_a_placeholder_stays_where_a_number_is_due(text):
    request, deployment = {"desiredCount": text}, {"spec": {"replicas": text}}
    assert said(ECS, "services", request) == (request, [(("desiredCount",), "placeholder")])
    assert said(KUBERNETES, "Deployment", deployment) == ({"spec": {}}, [(("spec", "replicas"), "wrong-type")])


# Back to plain.

def test_keys_stand_in_the_order_that_people_write():
    tree = {"spec": {"template": {}, "replicas": 2}, "kind": "Deployment", "status": {}, "apiVersion": "apps/v1",
            "metadata": {"labels": {"b": "1", "a": "2"}, "annotations": {}, "name": "web", "namespace": "shop"}}
    value = schema.plain(KUBERNETES, "Deployment", tree)
    assert list(value) == ["apiVersion", "kind", "metadata", "spec", "status"]
    assert list(value["metadata"]) == ["name", "namespace", "labels", "annotations"]
    assert list(value["metadata"]["labels"]) == ["b", "a"]
    container = {"env": {}, "ports": {}, "command": [], "image": "x"}
    made = schema.plain(KUBERNETES, "Pod", {"spec": {"containers": {"web": container}}})["spec"]["containers"][0]
    assert list(made) == ["name", "image", "command", "env", "ports"]
    tree = {"cpu": "256", "extra": 1, "containerDefinitions": {}, "family": "web"}
    assert list(schema.plain(ECS, "taskDefinitions", tree)) == ["family", "containerDefinitions", "cpu", "extra"]


def test_a_part_of_a_tree_is_enough():
    part = {"spec": {"ports": {"53/udp": {"name": "dns"}, "80/tcp": {"nodePort": 30080}}}}
    assert schema.plain(KUBERNETES, "Service", part) == {"spec": {"ports": [
        {"name": "dns", "port": 53, "protocol": "UDP"}, {"port": 80, "nodePort": 30080}]}}
    part = {"containerDefinitions": {"web": {"portMappings": {"8000-8010/tcp": {"name": "many"}}}}}
    assert schema.plain(ECS, "taskDefinitions", part) == {"containerDefinitions": [
        {"name": "web", "portMappings": [{"containerPortRange": "8000-8010", "name": "many"}]}]}
    spread = {"spec": {"topologySpreadConstraints": {"topology.kubernetes.io/zone/DoNotSchedule": {"maxSkew": 1}}}}
    assert schema.plain(KUBERNETES, "Pod", spread) == {"spec": {"topologySpreadConstraints": [
        {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule"}]}}


def test_entries_by_position_are_written_in_order():
    tolerations = {"10": {"key": "k"}, "2": {"key": "c"}, "0": {"key": "a"}}
    assert schema.plain(KUBERNETES, "Pod", {"spec": {"tolerations": tolerations}}) == {
        "spec": {"tolerations": [{"key": "a"}, {"key": "c"}, {"key": "k"}]}}
