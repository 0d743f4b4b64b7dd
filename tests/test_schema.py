"""The compiled schemas: trees there and back, what is left out, paths, and that the files are fresh."""
import subprocess
import sys
from pathlib import Path
from importlib import metadata

import build_schemas
import pytest
from documents import documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from official import aws_errors, kubernetes_errors

from translator import schema, trees
from translator.identity import Below, Joined, Name
from translator.rows import folder

KUBERNETES, ECS = "kubernetes", "ecs"
KINDS = [(platform, kind) for platform in (KUBERNETES, ECS) for kind in schema.kinds(platform)]
FEW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=60)
MAIN = [(KUBERNETES, "Deployment"), (KUBERNETES, "StatefulSet"), (ECS, "taskDefinitions"), (ECS, "services")]


def at(value, path):
    for key in path:
        value = value[key]
    return value


def tree_of(platform, kind, value):
    tree, problems = schema.canonical(platform, kind, value)
    assert problems == []
    assert trees.same(schema.plain(platform, kind, tree), value)
    return tree


# Laws, over documents generated from the schemas.

@pytest.mark.parametrize(("platform", "kind"), KINDS)
@FEW
@given(data=st.data())
def test_plain_undoes_canonical(platform, kind, data):
    tree_of(platform, kind, data.draw(documents(platform, kind)))


@pytest.mark.parametrize(("platform", "kind"), MAIN)
@MANY
@given(data=st.data())
def test_plain_undoes_canonical_of_what_matters_most(platform, kind, data):
    value = data.draw(documents(platform, kind))
    assert all(entry is not None for _, entry in trees.leaves(tree_of(platform, kind, value)))


@pytest.mark.parametrize(("platform", "kind"), MAIN)
@MANY
@given(data=st.data())
def test_every_leaf_is_known_and_found_again(platform, kind, data):
    value = data.draw(documents(platform, kind))
    tree, _ = schema.canonical(platform, kind, value)
    for path, leaf in trees.leaves(tree):
        assert schema.known(platform, kind, path), path
        raw = schema.raw_path(platform, kind, value, path)
        if path[-1] != "initContainer" and leaf != {}:
            assert len(raw) == len(path)
            assert trees.same(at(value, raw), leaf)


@pytest.mark.parametrize("kind", schema.kinds(KUBERNETES))
@FEW
@given(data=st.data())
def test_generated_kubernetes_objects_are_what_the_official_schema_takes(kind, data):
    assert kubernetes_errors(data.draw(documents(KUBERNETES, kind))) == []


@pytest.mark.parametrize("kind", schema.kinds(ECS))
@FEW
@given(data=st.data())
def test_generated_requests_are_what_botocore_takes(kind, data):
    errors = aws_errors(kind, data.draw(documents(ECS, kind)))
    assert [error for error in errors if "does not match" not in error] == []


# Paths.

WEB = {"name": "web", "ports": [{"containerPort": 80}], "resources": {"limits": {"cpu": "1"}}}
POD = {"metadata": {"name": "web"},
       "spec": {"initContainers": [{"name": "migrate", "image": "m"}], "containers": [{"name": "side"}, WEB]}}


@pytest.mark.parametrize(("path", "raw", "shown"), [
    ("spec containers web resources limits cpu", ("spec", "containers", 1, "resources", "limits", "cpu"),
     "spec.containers[web].resources.limits.cpu"),
    ("spec containers web ports 80/tcp hostPort", ("spec", "containers", 1, "ports", 0),
     "spec.containers[web].ports[80/tcp].hostPort"),
    ("spec containers migrate image", ("spec", "initContainers", 0, "image"), "spec.initContainers[migrate].image"),
    ("spec containers migrate initContainer", ("spec", "initContainers", 0),
     "spec.initContainers[migrate].initContainer"),
    ("spec containers nobody image", ("spec", "containers"), "spec.containers.nobody.image"),
    ("metadata labels app.kubernetes.io/name", ("metadata",), "metadata.labels[app.kubernetes.io/name]"),
    ("metadata name", ("metadata", "name"), "metadata.name"),
])
def test_paths_lead_back_to_the_object(path, raw, shown):
    path = tuple(path.split())
    assert schema.raw_path(KUBERNETES, "Pod", POD, path) == raw
    assert schema.show_path(path, raw) == shown


def test_paths_without_a_schema_lead_as_far_as_maps_do():
    value = {"kind": "VirtualNode", "spec": {"triggers": [{"type": "cron"}]}}
    assert schema.raw_path(KUBERNETES, "VirtualNode", value, ("spec", "triggers", "0")) == ("spec", "triggers")


@pytest.mark.parametrize(("platform", "kind", "path", "known"), [
    (KUBERNETES, "Deployment", "spec.template.spec.containers.*.image", True),
    (KUBERNETES, "Deployment", "spec.template.spec.containers.*.initContainer", True),
    (KUBERNETES, "Deployment", "spec.template.spec.initContainers.*.image", False),
    (KUBERNETES, "Deployment", "spec.template.spec.containers.*.name", False),
    (KUBERNETES, "Deployment", "spec.template.spec.containers.*.ports.*.containerPort", True),
    (KUBERNETES, "Deployment", "spec.template.spec.containers.*.command.*", False),
    (KUBERNETES, "Deployment", "spec.template.spec.nodeSelector.*", True),
    (KUBERNETES, "Deployment", "spec.template.spec", True),
    (KUBERNETES, "Deployment", "spec.replica", False),
    (KUBERNETES, "StatefulSet", "spec.volumeClaimTemplates.*.metadata.name", False),
    (KUBERNETES, "StatefulSet", "spec.volumeClaimTemplates.*.metadata.labels.*", True),
    (KUBERNETES, "VirtualNode", "spec", False),
    (ECS, "taskDefinitions", "containerDefinitions.*.healthCheck.command", True),
    (ECS, "taskDefinitions", "containerDefinitions.*.healthcheck", False),
    (ECS, "services", "deploymentConfiguration.lifecycleHooks.*.hookDetails.anything", True),
])
def test_known_paths(platform, kind, path, known):
    assert schema.known(platform, kind, tuple(path.split("."))) is known


@pytest.mark.parametrize(("platform", "kind"), KINDS)
def test_every_leaf_is_known(platform, kind):
    patterns = [pattern for pattern, _ in schema.leaves(platform, kind)]
    assert patterns
    assert len(patterns) == len(set(patterns))
    assert all(schema.known(platform, kind, pattern) for pattern in patterns)


# The files.

@pytest.mark.parametrize(("kind", "api_version", "name"), [
    ("HorizontalPodAutoscaler", None, "autoscaling.v2.HorizontalPodAutoscaler"),
    ("HorizontalPodAutoscaler", "autoscaling/v1", "autoscaling.v1.HorizontalPodAutoscaler"),
    ("HorizontalPodAutoscaler", "autoscaling/v2beta2", "autoscaling.v2.HorizontalPodAutoscaler"),
    ("Deployment", "extensions/v1beta1", "Deployment"),
    ("Ingress", "networking.k8s.io/v1beta1", "Ingress"),
    ("Service", "v1", "Service"),
    ("Service", "serving.knative.dev/v1", None),
    ("Kustomization", "kustomize.config.k8s.io/v1beta1", None),
])
def test_a_kind_is_known_in_every_version_of_its_own_group(kind, api_version, name):
    node = schema.root(KUBERNETES, kind, api_version)
    assert (node and node.name) == name


def nodes_of(node, seen):
    if node.kind == "object":
        if node.name in seen:
            return
        seen.add(node.name)
    yield node
    for below in [*node.fields.values(), *filter(None, [node.item])]:
        yield from nodes_of(below, seen)


@pytest.mark.parametrize(("platform", "kind"), KINDS)
def test_identities_are_fields_that_are_there(platform, kind):
    for node in nodes_of(schema.root(platform, kind), set()):
        identity = node.identity
        if isinstance(identity, Name):
            assert node.item.fields[identity.field].kind == "string"
        elif isinstance(identity, Below):
            assert node.item.fields[identity.outer].fields[identity.field].kind == "string"
        elif isinstance(identity, Joined):
            fields = [field for part in identity.parts for field in part.fields]
            assert all(node.item.fields[field].kind in ("string", "integer") for field in fields)


def test_limits_come_along():
    task = schema.root(ECS, "taskDefinitions")
    assert task.required == ("family", "containerDefinitions")
    assert set(task.fields["networkMode"].enum) == {"bridge", "host", "awsvpc", "none"}
    assert task.fields["tags"].max == 50
    assert schema.root(ECS, "targetGroups").fields["Port"].max == 65535
    assert schema.root(KUBERNETES, "Deployment").fields["spec"].required == ("selector", "template")
    assert schema.root(KUBERNETES, "Deployment").fields["spec"].fields["replicas"].format == "int32"


def test_nothing_slow_is_loaded():
    code = ("import sys; from translator import schema; schema.canonical('kubernetes', 'Pod', {}); "
            "assert not {'botocore', 'kubernetes', 'jsonschema'} & set(sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_files_are_fresh():
    recorded = {name: version for file in ("kubernetes", "ecs")
                for name, version in schema.root(*FROM[file]).schema.source.items()}
    installed = {name: metadata.version(name) for name in recorded}
    if installed != recorded:
        pytest.skip(f"the schemas are of {recorded}, but {installed} is installed: run `make schemas` to compare")
    for name, text in build_schemas.files().items():
        assert Path(folder(), "schemas", name).read_text() == text, f"{name} is stale: run `make schemas`"


FROM = {"kubernetes": (KUBERNETES, "Pod"), "ecs": (ECS, "services")}
