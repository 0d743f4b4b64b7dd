"""Services that belong to no workload, or to several: which application has them, and what the others know of it."""
from translator import parse, schema
from translator.hubs import ecs, k8s
from translator.model import ECS, KUBERNETES, Object
from translator.trees import patch, patched


def deployment(name, labels, namespace=None):
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "spec": {
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}}
        },
    }


def service(name, **spec):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def grouped(*objects):
    reads = [
        k8s.Read(entry, schema.canonical(KUBERNETES, entry.kind, entry.value)[0])
        for entry in parse(list(objects)).entries
    ]
    return k8s.group(reads)


def requests(**kinds):
    entries = [Object(kind, value) for kind, values in kinds.items() for value in values]
    return ecs.group(ecs.keyed([(entry, schema.canonical(ECS, entry.kind, entry.value)[0]) for entry in entries]))


def test_a_service_that_selects_nothing_is_an_application():
    applications, loose = grouped(
        service("db", type="ExternalName", externalName="db.example.com"), service("old", ports=[{"port": 80}])
    )
    assert [one.name for one in applications] == ["default-db", "default-old"] and loose == []
    assert applications[0].tree["services"]["db"]["spec"]["externalName"] == "db.example.com"


def test_a_service_whose_pods_are_missing_is_loose():
    applications, loose = grouped(service("web", selector={"app": "web"}))
    assert applications == [] and [read.name for read in loose] == ["web"]


def test_of_two_workloads_the_first_by_name_keeps_the_service():
    shared = service("web", selector={"app": "web"}, ports=[{"port": 80}])
    applications, _ = grouped(
        shared,
        deployment("web-canary", {"app": "web", "track": "canary"}),
        deployment("web", {"app": "web", "track": "stable"}),
    )
    marks = {one.name: one.tree.get("shared") for one in applications}
    assert marks == {"web": None, "web-canary": {"services": {"web": "web"}}}
    assert all("web" in one.tree["services"] for one in applications)


def test_the_mark_shows_the_selector_of_the_service():
    shared = service("web", selector={"app": "web"})
    applications, _ = grouped(shared, deployment("a", {"app": "web"}), deployment("b", {"app": "web"}))
    part = applications[1].part(("shared", "services", "web"))
    assert part.field(("shared", "services", "web")).path == "spec.selector"


def task(name):
    return {"family": name, "containerDefinitions": [{"name": "app", "image": "app:1"}]}


def test_a_name_of_cloud_map_alone_is_an_application_with_its_instances():
    applications, loose = requests(
        discoveryServices=[{"Name": "db", "NamespaceId": "${namespaces.shop.Id}"}],
        namespaces=[{"Name": "shop", "Vpc": "vpc-1"}],
        discoveryInstances=[
            {
                "ServiceId": "${discoveryServices.db.Id}",
                "InstanceId": "shop.db",
                "Attributes": {"AWS_INSTANCE_CNAME": "db.example.com"},
            }
        ],
    )
    assert [one.name for one in applications] == ["shop-db"] and loose == []
    assert set(applications[0].tree) == {"discoveryServices", "namespaces", "discoveryInstances"}


def test_a_service_does_not_refer_to_a_name_of_cloud_map_by_being_called_so():
    applications, _ = requests(
        taskDefinitions=[task("web")],
        services=[{"serviceName": "web", "taskDefinition": "web"}],
        discoveryServices=[{"Name": "web"}],
    )
    assert [one.name for one in applications] == ["web", "default-web"]


def test_of_two_services_behind_one_target_group_the_first_by_name_keeps_it():
    behind = [{"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "app", "containerPort": 80}]
    applications, _ = requests(
        taskDefinitions=[task("web"), task("web-2")], targetGroups=[{"Name": "web", "Protocol": "TCP"}],
        services=[{"serviceName": "web-2", "taskDefinition": "web-2", "loadBalancers": behind},
                  {"serviceName": "web", "taskDefinition": "web", "loadBalancers": behind}])
    assert {one.name: one.tree.get("shared") for one in applications} == {
        "web": None,
        "web-2": {"targetGroups": {"web": "web"}},
    }


def test_two_namespaces_may_have_one_name():
    trees = [
        {
            "service": {
                "serviceName": f"db-{space}",
                "serviceRegistries": {"0": {"registryArn": "${discoveryServices.db.Arn}"}},
            },
            "discoveryServices": {"db": {"Name": "db", "NamespaceId": f"${{namespaces.{space}.Id}}"}},
        }
        for space in ("one", "two")
    ]
    written = ecs.ungroup([ecs.Application(tree["service"]["serviceName"], "", tree) for tree in trees])
    assert [entry.value["Name"] for entry in written if entry.kind == "discoveryServices"] == ["db", "db"]
    assert [entry.value["serviceRegistries"][0]["registryArn"] for entry in written if entry.kind == "services"] == [
        "${discoveryServices.db.Arn}", "${discoveryServices.db-2.Arn}"]
    again = ecs.keyed([(entry, schema.canonical(ECS, entry.kind, entry.value)[0]) for entry in written])
    assert [read.key for read in again if read.entry.kind == "discoveryServices"] == ["db", "db-2"]


def test_a_patch_of_what_is_not_there_leaves_no_marks():
    change = patch({"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "z": {}, "x": 1}})
    assert patched({}, change) == {"a": {"z": {}}}
    assert patched({"a": 3}, {"a": {"b": None, "c": 1}}) == {"a": {"c": 1}}
