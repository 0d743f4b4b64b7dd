"""Images: which registry wants which credentials, and nothing of them is read but the registry's name."""
import base64
import json

import junk
import pytest

from translator.concepts import images


@pytest.mark.parametrize(("image", "registry"), [
    ("nginx", None), ("nginx:1.27", None), ("library/nginx", None), ("docker.io/library/nginx", None), ("acme/web", "docker.io"),
    ("docker.io/acme/web:1", "docker.io"), ("index.docker.io/acme/web:1", "docker.io"), ("ghcr.io/acme/web", "ghcr.io"),
    ("localhost:5000/web", "localhost:5000"), ("public.ecr.aws/nginx/nginx", None), ("registry.k8s.io/pause", None),
    ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1", None), ("", None), (None, None), ("Not An Image", None),
])
def test_who_wants_a_password(image, registry):
    assert images.registry(image) == registry


def config(*hosts):
    return json.dumps({"auths": {host: {"auth": "Y2FuYXJ5"} for host in hosts}})


@pytest.mark.parametrize(("secret", "hosts"), [
    ({"stringData": {".dockerconfigjson": config("ghcr.io", "https://index.docker.io/v1/")}}, ["ghcr.io", "docker.io"]),
    ({"data": {".dockerconfigjson": base64.b64encode(config("https://quay.io/v2").encode()).decode()}}, ["quay.io"]),
    ({"data": {".dockerconfigjson": "not base64 at all!"}}, []), ({"stringData": {".dockerconfigjson": "["}}, []),
    ({"stringData": {".dockerconfigjson": "[]"}}, []), ({"stringData": {".dockerconfigjson": '{"auths": []}'}}, []), ({}, []), (None, []),
    ({"stringData": {".dockerconfigjson": "[" * 100000}}, []),
])
def test_the_registries_of_a_pull_secret(secret, hosts):
    assert images.hosts_of(secret) == hosts


def test_the_first_secret_that_fits_is_taken():
    stored = {"hub": {"stringData": {".dockerconfigjson": config("docker.io")}}}
    containers = {"web": {"image": "ghcr.io/acme/web"}, "side": {"image": "acme/side"}, "proxy": {"image": "nginx"}}
    assert images.used({"hub": {}, "any": {}}, None, containers, stored) == {"web": "any", "side": "hub"}
    assert images.used({"hub": {}}, None, containers, stored) == {"side": "hub"}
    assert images.used(None, {"any": {}}, containers, stored) == {"web": "any", "side": "any"}
    assert images.used({"hub": {}}, {"any": {}}, containers, stored) == {"side": "hub"}  # the pod's own go before


@pytest.mark.parametrize(("policy", "image", "pinned", "consistency"), [
    ("Always", "web:1", False, "disabled"), ("Always", "web:1", True, None), (None, "web", False, "disabled"), (None, "web:1", False, None),
    ("IfNotPresent", "web", False, None), ("Never", "web", False, None), ("Always", "web@sha256:" + "0" * 64, False, None),
    ("Always", None, False, None),
])
def test_a_tag_that_is_pulled_anew_is_resolved_anew(policy, image, pinned, consistency):
    assert images.pull_policy.to_ecs(policy, image, pinned) == consistency


def test_credentials_come_back_through_what_fills_the_pull_secret():
    environment = {"namespace": "shop", "kubernetes": {"secrets": "external-secrets", "secretStore": "aws"}}
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-AbCdEf"
    credentials = {"web": {"credentialsParameter": arn}}
    containers = {"web": {"image": "ghcr.io/acme/web:1", "repositoryCredentials": credentials["web"]}}
    names = images.pull_secrets.to_k8s(credentials, containers, None, None, environment)
    external = images.pull_secret_objects.to_k8s(None, containers, None, environment)
    assert names == {"registry": {}}
    template = external["registry"]["spec"]["target"]["template"]
    assert template["type"] == "kubernetes.io/dockerconfigjson"
    assert list(json.loads(template["data"][".dockerconfigjson"])["auths"]) == ["ghcr.io"]
    assert images.pull_secrets.to_ecs(names, None, containers, None, external, environment) == credentials
    assert images.pull_secret_objects.to_ecs(external, names, None, containers, None, environment) is None


def test_every_shape_has_an_answer():
    junk.call_all("images", [{}, {"namespace": "shop", "kubernetes": {"secrets": "external-secrets", "secretStore": "aws"}}])
