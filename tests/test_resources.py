"""CPU, memory, disks and GPUs, through whole translations: tables from the vendors' documents."""

import json

import pytest
import yaml

from translator import parse, translate


def pod(spec, environment=None):
    """Give the task definition that a Deployment of a pod becomes."""
    template = {"metadata": {"labels": {"app": "web"}}, "spec": spec}
    workload = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
    }
    said = translate(parse(yaml.safe_dump(workload).encode(), "web.yaml"), environment)
    return said, next(one.value for one in said.output.entries if one.kind == "taskDefinitions")


def task(definition, launch="FARGATE"):
    """Give the pod that a service of a task definition becomes."""
    document = {
        "taskDefinitions": [{"family": "web", "networkMode": "awsvpc", **definition}],
        "services": [{"serviceName": "web", "taskDefinition": "web", "desiredCount": 1, "launchType": launch}],
    }
    said = translate(parse(json.dumps(document).encode(), "web.json"))
    workload = next(one.value for one in said.output.entries if one.kind == "Deployment")
    return said, workload["spec"]["template"]["spec"]


def container(requests=None, limits=None, name="web", **more):
    return {
        "name": name,
        "image": "nginx:1.27",
        "resources": {"requests": requests or {}, "limits": limits or {}},
        **more,
    }


def codes(said):
    return {one.code: one.level for one in said.findings}


@pytest.mark.parametrize(
    ("cpu", "memory", "size"),
    [
        ("250m", "512Mi", ("256", "512")),
        ("100m", "128Mi", ("256", "512")),
        ("500m", "512Mi", ("512", "1024")),
        ("1", "1Gi", ("1024", "2048")),
        ("250m", "4Gi", ("512", "4096")),
        ("750m", "9000Mi", ("2048", "9216")),
        ("1500m", "3000Mi", ("2048", "4096")),
        ("8", "62000Mi", ("16384", "65536")),
        ("16", "130000Mi", ("32768", "249856")),
    ],
)
def test_the_smallest_size_that_fargate_sells(cpu, memory, size):
    _, made = pod({"containers": [container({"cpu": cpu, "memory": memory})]})
    assert (made["cpu"], made["memory"]) == size


@pytest.mark.parametrize("millicores", [1, 100, 250, 333, 999, 1250])
def test_cpu_comes_back_exactly(millicores):
    said, made = pod({"containers": [container({"cpu": f"{millicores}m", "memory": "128Mi"})]})
    back = translate(said.output)
    spec = next(one.value for one in back.output.entries if one.kind == "Deployment")["spec"]["template"]["spec"]
    assert spec["containers"][0]["resources"]["requests"]["cpu"] in (f"{millicores}m", str(millicores // 1000))


@pytest.mark.parametrize(
    ("memory", "mebibytes"), [("128Mi", 128), ("128M", 123), ("1G", 954), ("1Gi", 1024), ("1500M", 1431)]
)
def test_memory_is_rounded_up_to_whole_mebibytes(memory, mebibytes):
    assert (
        pod({"containers": [container({"memory": memory})]})[1]["containerDefinitions"][0]["memoryReservation"]
        == mebibytes
    )


def test_a_limit_alone_is_the_request_too():
    _, made = pod({"containers": [container({"memory": "128Mi"}, {"cpu": "500m"})]})
    assert made["cpu"] == "512" and made["containerDefinitions"][0]["cpu"] == 512


def test_equal_memory_is_a_hard_limit_alone():
    made = pod({"containers": [container({"memory": "512Mi"}, {"memory": "512Mi"})]})[1]["containerDefinitions"][0]
    assert made["memory"] == 512 and "memoryReservation" not in made


def test_the_pods_own_resources_and_overhead_count():
    spec = {
        "containers": [container(), container(name="log")],
        "overhead": {"cpu": "250m", "memory": "120Mi"},
        "resources": {"requests": {"cpu": "250m"}, "limits": {"memory": "512Mi"}},
    }
    _, made = pod(spec)
    assert (made["cpu"], made["memory"]) == ("512", "1024")


def test_what_asks_for_nothing_gets_the_smallest_size_and_a_warning():
    said, made = pod({"containers": [{"name": "web", "image": "nginx:1.27"}]})
    assert (made["cpu"], made["memory"]) == ("256", "512")
    assert codes(said)["resources.smallest-size"] == "warning"


def test_more_than_fargate_sells_runs_on_instances():
    said, made = pod({"containers": [container({"cpu": "33"})]})
    assert made["requiresCompatibilities"] == ["EC2"]
    assert codes(said)["capacity.instances"] == "warning" and "ecs-limits.fargate-size" not in codes(said)


@pytest.mark.parametrize(("asked", "size"), [("5Gi", None), ("20Gi", None), ("20.5Gi", 21), ("30Gi", 30)])
def test_disks_beyond_the_free_twenty(asked, size):
    made = pod({"containers": [container({"cpu": "1", "ephemeral-storage": asked})]})[1]
    assert made.get("ephemeralStorage", {}).get("sizeInGiB") == size


def test_no_disk_is_reserved_on_an_instance():
    said, made = pod({"containers": [container({"ephemeral-storage": "30Gi"})]}, {"ecs": {"launchType": "EC2"}})
    assert "ephemeralStorage" not in made and codes(said)["resources.disk-of-instance"] == "warning"


def test_thousandths_of_a_byte_are_a_slip():
    assert codes(pod({"containers": [container({"memory": "100m"})]})[0])["resources.tiny-memory"] == "error"


def test_a_ceiling_of_one_container_is_the_tasks_on_an_instance():
    spec = {"containers": [container({"cpu": "250m", "memory": "1Gi"}, {"cpu": "1"})]}
    made = pod(spec, {"ecs": {"launchType": "EC2"}})[1]
    assert made["cpu"] == "1024" and made["containerDefinitions"][0]["cpu"] == 256


def test_gpus_are_a_text_and_need_an_instance():
    said, made = pod({"containers": [container({"memory": "1Gi"}, {"nvidia.com/gpu": 2})]})
    assert made["containerDefinitions"][0]["resourceRequirements"] == [{"type": "GPU", "value": "2"}]
    assert made["requiresCompatibilities"] == ["EC2"]
    assert codes(pod({"containers": [container(limits={"hugepages-2Mi": "64Mi"})]})[0])["resources.extended"] == "error"


def test_shares_never_become_a_ceiling():
    _, made = task({"containerDefinitions": [{"name": "web", "image": "x", "cpu": 256, "memory": 512}]}, "EC2")
    assert made["containers"][0]["resources"] == {
        "requests": {"cpu": "250m", "memory": "512Mi"},
        "limits": {"memory": "512Mi"},
    }


def test_containers_that_share_a_size_share_it_in_the_pod():
    said, made = task(
        {
            "cpu": "1024",
            "memory": "2048",
            "containerDefinitions": [{"name": "a", "image": "x"}, {"name": "b", "image": "x"}],
        }
    )
    whole = {"cpu": "1", "memory": "2Gi"}
    assert made["resources"] == {"requests": whole, "limits": whole}
    assert codes(said)["resources.shared-size"] == "info"
