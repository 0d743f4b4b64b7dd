"""Variables: what a container sees is the same on both sides, and no secret's value is ever copied."""
import json

import junk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from translator import parse, translate
from translator.concepts import variables, variables_fields, variables_names, variables_plan, variables_secrets
from translator.concepts.variables_known import Around, known
from translator.concepts.variables_secrets import Remote

HOME = {"namespace": "shop", "name": "web", "ecs": {"region": "eu-west-1", "account": "123456789012"}}
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
POLICIES = ["external-secrets", "csi", "plain"]


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
@pytest.mark.parametrize(("text", "remote"), [
    (ARN + "db-AbCdEf", Remote(ARN + "db-AbCdEf")),
    (ARN + "db-AbCdEf:username1::", Remote(ARN + "db-AbCdEf", "username1")),
    (ARN + "db-AbCdEf::AWSPREVIOUS:", Remote(ARN + "db-AbCdEf", "", "AWSPREVIOUS")),
    (ARN + "db-AbCdEf:::9d4cb84b-ad69-40c0-a0ab-cead36b967e8", Remote(ARN + "db-AbCdEf", "", "uuid/9d4cb84b-ad69-40c0-a0ab-cead36b967e8")),
    (ARN + "db-AbCdEf:username1:AWSPREVIOUS:", Remote(ARN + "db-AbCdEf", "username1", "AWSPREVIOUS")),
    (ARN + "shop/db:password::", Remote("shop/db", "password")),
    ("arn:aws-cn:secretsmanager:cn-north-1:1:secret:db:k::", Remote("arn:aws-cn:secretsmanager:cn-north-1:1:secret:db", "k")),
    ("arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key", Remote("arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key", parameter=True)),
    ("key", Remote("key", parameter=True)),
    ("${DB_SECRET}:k::", Remote("${DB_SECRET}", "k")),
    ("${DB_SECRET}", Remote("${DB_SECRET}")),
])
def test_what_a_container_definition_says(text, remote):
    assert variables_secrets.remote_of(text, HOME) == remote
    assert variables_secrets.value_from(remote, HOME) == text


def test_entries_of_the_document_go_by_their_names():
    assert variables_secrets.remote_of("${secrets.shop/db.ARN}:k::", HOME) == Remote("shop/db", "k")
    assert variables_secrets.remote_of("${parameters./shop/key.ARN}", HOME) == Remote("/shop/key", parameter=True)


def test_a_part_of_a_parameter_cannot_be_said():
    assert variables_secrets.value_from(Remote("/shop/key", "part", parameter=True), HOME) is None


@pytest.mark.parametrize(("text", "name"), [
    ("shop/db", "db"), ("default/db", "db"), ("prod/db", "prod-db"), ("shop/a/b", "shop-a-b"), ("Prod_DB", "prod-db"),
    (ARN + "shop/db-AbCdEf", "db"), (ARN + "shop/db-v1beta", "db-v1beta"), ("a.b", "a.b"), ("${DB_SECRET}", "db-secret"),
])
def test_secrets_have_readable_names(text, name):
    assert variables_plan.named(text, {"shop/db-v1beta": {}}, ["shop", "default"]) == name


def test_secrets_that_would_have_one_name_have_two():
    texts = [ARN + "prod/db-AbCdEf:k::", ARN + "prod-db-AbCdEf:k::", ARN + "prod/db-AbCdEf:a b::", ARN + "prod/db-AbCdEf:a_b::"]
    plan = variables_plan.held({"web": {"secrets": {str(n): {"valueFrom": text} for n, text in enumerate(texts)}}}, HOME)
    assert len({(one.secret, one.key) for one in plan.values()}) == len(texts)


@pytest.mark.parametrize(("text", "environment", "written"), [
    ("http://api.shop.svc.cluster.local:80/x", {}, "http://api:80/x"), ("api.shop.svc", {}, "api"), ("api.shop.svc.", {}, "api."),
    ("api.other.svc", {}, "api.other.svc"), ("web-0.api.shop.svc", {}, "web-0.api.shop.svc"),
    ("api.shop.svc.example.com", {}, "api.shop.svc.example.com"), ("${NAME}.shop.svc", {}, "${NAME}.shop.svc"),
    ("api.shop.svc", {"aliasNames": "full"}, "api.shop.svc.cluster.local"), ("api.other.svc", {"discovery": "cloud-map"}, "api.other"),
    ("api.shop.svc-x", {}, "api.shop.svc-x"), ("a.shop.svc,b.shop.svc:1", {}, "a,b:1"),
])
def test_names_of_the_cluster(text, environment, written):
    assert variables_names.task_names(text, {"namespace": "shop", "ecs": environment}) == written


def test_the_api_server_is_nobodys_service():
    assert variables_names.task_names("https://kubernetes.default.svc", {"namespace": "default"}) == "https://kubernetes.default.svc"
    assert variables_names.unreachable("https://kubernetes.default.svc", {"namespace": "default"})


@pytest.mark.parametrize(("text", "written"), [
    ("http://api.shop.local:80", "http://api:80"), ("api.shop.localhost", "api.shop.localhost"), ("x.api.shop.local", "x.api.shop.local"),
    ("my.shop", "my.shop"),
])
def test_names_of_cloud_map(text, written):
    assert variables_names.service_names(text, ["shop.local", "shop", None]) == written


# The kubelet's order: envFrom, the last one wins; then env, from the top down.
def test_the_order_of_sources():
    maps = {"one": {"data": {"A": "1", "B": "1"}}, "two": {"data": {"B": "2"}}}
    sources = {"10": {"configMapRef": {"name": "two"}}, "9": {"configMapRef": {"name": "one"}}}
    found = known({"C": {"value": "$(B)$(D)"}, "D": {"value": "$(C)"}, "A": {"value": "x"}}, sources, Around(config_maps=maps))
    assert {name: one.text for name, one in found.items()} == {"A": "x", "B": "2", "C": "2$(D)", "D": "2$(D)"}
    assert list(found) == ["A", "B", "C", "D"]


def test_an_optional_key_that_is_missing_overrides_nothing():
    maps = {"one": {"data": {"A": "1"}}}
    reference = {"valueFrom": {"configMapKeyRef": {"name": "gone", "key": "x", "optional": True}}}
    found = known({"A": reference}, {"0": {"configMapRef": {"name": "one"}}}, Around(config_maps=maps))
    assert found["A"].text == "1"


def test_links_of_services():
    services = {"redis-main": {"spec": {"ports": {"6379/tcp": {"port": 6379}, "1/tcp": {"port": 1}}}}}
    env = {"A": {"value": "$(REDIS_MAIN_SERVICE_HOST):$(REDIS_MAIN_SERVICE_PORT)"}, "B": {"value": "$(OTHER_SERVICE_PORT)"},
           "C": {"value": "$(KUBERNETES_SERVICE_HOST)"}}
    found = known(env, None, Around(services=services))
    assert (found["A"].text, found["A"].unresolved) == ("redis-main:6379", ())
    assert found["B"].unresolved == ("OTHER_SERVICE_PORT",) and found["C"].unresolved == ("KUBERNETES_SERVICE_HOST",)


# https://kubernetes.io/docs/tasks/inject-data-application/environment-variable-expose-pod-information/
@pytest.mark.parametrize(("reference", "text"), [
    ({"resource": "requests.cpu"}, "1"), ({"resource": "limits.cpu"}, "1"), ({"resource": "requests.memory"}, "33554432"),
    ({"resource": "limits.memory"}, "67108864"), ({"resource": "limits.memory", "divisor": "1Ki"}, "65536"),
    ({"resource": "limits.ephemeral-storage"}, None), ({"resource": "requests.ephemeral-storage"}, None),
    ({"resource": "limits.cpu", "containerName": "side"}, "2"), ({"resource": "limits.cpu", "divisor": "0"}, "1"),
    ({"resource": "requests.cpu", "containerName": "side"}, "2"), (None, None),
])
def test_resources_of_a_container(reference, text):
    own = {"resources": {"requests": {"memory": "32Mi", "cpu": "125m"}, "limits": {"memory": "64Mi", "cpu": "250m"}}}
    pod = {"spec": {"containers": {"web": own, "side": {"resources": {"limits": {"cpu": 2}}}}}}
    assert variables_fields.resource_field(reference, pod, own) == text


def container(env=(), **more):
    return {"name": "web", "image": "web:1", "env": list(env), **more}


def deployment(name="web", **more):
    pod = {"containers": [container(**more)]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {
        "selector": {"matchLabels": {"app": name}}, "template": {"metadata": {"labels": {"app": name}}, "spec": pod}}}


def secret_key(name, secret, key):
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def test_no_value_of_a_secret_is_anywhere():
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "stringData": {"A": "canary", "B": "canary"},
              "data": {"C": "Y2FuYXJ5"}}
    given = [deployment(env=[secret_key("X", "db", "A"), {"name": "Y", "value": "$(X)"}], envFrom=[{"secretRef": {"name": "db"}}],
                        args=["$(A)"]), secret]
    translation = translate(parse(given))
    said = json.dumps([translation.output.objects(), [one.to_dict() for one in translation.findings]], default=str)
    assert "canary" not in said and "Y2FuYXJ5" not in said
    back = {"secrets": [{"Name": "default/db", "SecretString": "canary"}], "parameters": [{"Name": "p", "Value": "canary"}],
            "taskDefinitions": [{"family": "web", "containerDefinitions": [
                {"name": "web", "image": "web:1", "secrets": [{"name": "X", "valueFrom": "p"}]}]}]}
    translation = translate(parse(back))
    said = json.dumps([translation.output.objects(), [one.to_dict() for one in translation.findings]], default=str)
    assert "canary" not in said


def test_applications_that_share_a_secret_share_what_fills_it():
    env = [{"name": "K", "valueFrom": ARN + "prod/db-AbCdEf:user::"}], [{"name": "K", "valueFrom": ARN + "prod/db-AbCdEf:password::"}]
    given = {"taskDefinitions": [{"family": name, "containerDefinitions": [{"name": "web", "image": "web:1", "secrets": secrets}]}
                                 for name, secrets in zip(("one", "two"), env, strict=True)]}
    made = [one for one in translate(parse(given)).output.objects() if one["kind"] == "ExternalSecret"]
    assert [one["metadata"]["name"] for one in made] == ["prod-db"]
    assert made[0]["spec"]["dataFrom"] == [{"extract": {"key": ARN + "prod/db-AbCdEf"}}]
    assert list(made[0])[:3] == ["apiVersion", "kind", "metadata"]


REFERENCES = [ARN + "db-AbCdEf:k::", ARN + "db-AbCdEf", ARN + "db-AbCdEf:k:AWSPREVIOUS:", ARN + "prod/X_y-AbCdEf:a b::",
              "arn:aws:ssm:eu-west-1:123456789012:parameter/a/key", "plain", "/b/key", "${SOME}:k::", ARN + "shop/db:k::"]
TEXTS = st.text(alphabet="$(){}AB/é", max_size=8)
NAMES = st.sampled_from(["A", "B", "AB", "C"])


@given(st.dictionaries(NAMES, TEXTS), st.dictionaries(NAMES, st.sampled_from(REFERENCES)))
def test_a_task_has_the_same_variables_after_a_pod(texts, references):
    texts = {name: text for name, text in texts.items() if name not in references}
    listed = {name: {"valueFrom": text} for name, text in references.items()}
    environment = {**HOME, "kubernetes": {"secrets": "external-secrets", "secretStore": "aws", "parameterStore": "aws-parameter-store"}}
    containers = {"web": {"secrets": listed}}
    env, sources = variables.variables.to_k8s({name: {"value": text} for name, text in texts.items()}, listed, None,
                                              containers, None, None, None, environment)
    external = variables.external_secrets.to_k8s(None, containers, None, environment)
    back = variables.variables.to_ecs(env, sources, None, None, None, external, None, None, environment, None)
    assert (back or (None, None))[:2] == ({name: {"value": text} for name, text in texts.items()} or None, listed or None)


def test_the_driver_gives_every_secret_back():
    environment = {**HOME, "kubernetes": {"secrets": "csi"}}
    references = [text for text in REFERENCES if ":ssm:" not in text]  # the driver takes no ARN of a parameter
    listed = {str(number): {"valueFrom": text} for number, text in enumerate(references)}
    containers = {"web": {"secrets": listed}, "side": {}}
    env, _ = variables.variables.to_k8s(None, listed, None, containers, None, None, None, environment)
    made, volumes, mounts = variables.classes.to_k8s(containers, None, None, environment)
    assert volumes["web-secrets"]["csi"]["volumeAttributes"] == {"secretProviderClass": "web-secrets"}
    assert list(mounts) == ["web"]
    back = variables.variables.to_ecs(env, None, None, None, None, None, made, None, environment, None)
    assert back[1] == listed


@pytest.mark.parametrize("objects", ["", "[", "- 1", "a: b", "- objectName: 5", "*x", "- " * 20000, None, 5])
def test_whatever_stands_in_a_class_is_read(objects):
    spec = {"parameters": {"objects": objects}, "secretObjects": [{"secretName": "db", "data": [{"objectName": "db", "key": "k"}]}]}
    assert variables_secrets.filled_by("db", "k", None, {"one": {"spec": spec}}) is None


@pytest.mark.parametrize("policy", POLICIES)
def test_every_shape_has_an_answer(policy):
    stores = {"secrets": policy, "secretStore": "aws", "parameterStore": "ssm"}
    junk.call_all("variables", [{}, {"namespace": "shop", "name": "web", "ecs": {}, "kubernetes": stores}])


def test_a_secret_that_is_only_shown_as_files_is_filled_from_aws_on_the_way_back():
    pod = {
        "volumes": [{"name": "tls", "secret": {"secretName": "tls-files"}}],
        "containers": [{"name": "web", "image": "nginx:1.27", "volumeMounts": [{"name": "tls", "mountPath": "/etc/tls"}]}],
    }
    workload = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod},
        },
    }
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "tls-files", "namespace": "shop"},
        "stringData": {"tls.crt": "a", "tls.key": "b"},
    }
    back = translate(translate(parse([workload, secret])).output).output.objects()
    (found,) = [one for one in back if one["kind"] == "ExternalSecret"]
    assert found["metadata"]["name"] == "tls-files"
    assert [(one["secretKey"], one["remoteRef"]) for one in found["spec"]["data"]] == [
        ("tls.crt", {"key": "shop/tls-files", "property": "tls.crt"}),
        ("tls.key", {"key": "shop/tls-files", "property": "tls.key"}),
    ]
