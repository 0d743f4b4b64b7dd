"""Image references, as Docker's own grammar has them, and ECR's hosts."""
import pytest

from translator.converters import images
from translator.converters.images import Image, Registry, parse, spell

SHA = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize("text, image", [
    ("nginx", Image("nginx")), ("nginx:1.25", Image("nginx", "1.25")), ("org/web", Image("org/web")),
    ("docker.io/library/nginx:1", Image("library/nginx", "1", registry="docker.io")),
    ("localhost/web", Image("web", registry="localhost")),
    ("localhost:5000/web", Image("web", registry="localhost:5000")),
    ("Registry/web", Image("web", registry="Registry")), ("[::1]:5000/web:a", Image("web", "a", registry="[::1]:5000")),
    ("host:5000/a/b:c", Image("a/b", "c", registry="host:5000")), (f"nginx@{SHA}", Image("nginx", digest=SHA)),
    (f"quay.io/a/b:v1@{SHA}", Image("a/b", "v1", SHA, "quay.io")), ("org/a__b--c.d", Image("org/a__b--c.d")),
    ("${REGISTRY}/web:${TAG}", Image("web", "${TAG}", registry="${REGISTRY}")),
    ("web:${TAG:-latest}", Image("web", "${TAG:-latest}")),
    ("web@${DIGEST}", Image("web", digest="${DIGEST}")), ("${IMAGE}", Image("${IMAGE}")),
    ("${AWS_ACCOUNT_ID}.dkr.ecr.${AWS_REGION}.amazonaws.com/shop/web:1",
     Image("shop/web", "1", registry="${AWS_ACCOUNT_ID}.dkr.ecr.${AWS_REGION}.amazonaws.com")),
])
def test_references(text, image):
    assert parse(text) == image and spell(image) == text


@pytest.mark.parametrize("text", [
    "", " ", "nginx ", "Nginx", "org/Web", "nginx:", "nginx@", "a:b:c", "a//b", "/a", "a/", "nginx:-x",
    "nginx@sha256:12", "a b", ":1",
    "https://docker.io/nginx", "nginx:" + "x" * 129, "a..b/", "a_-b", None, 3, [], {},
])
def test_what_no_runtime_takes_has_no_answer(text):
    assert parse(text) is None


def test_what_a_reference_means():
    assert images.is_latest("nginx") and images.is_latest("nginx:latest") and not images.is_latest("nginx:1")
    assert images.is_pinned(f"nginx:1@{SHA}") and not images.is_pinned("nginx:1")
    assert not images.is_latest(f"nginx@{SHA}")
    assert not images.is_latest("N") and not images.is_pinned("N")


@pytest.mark.parametrize("host, registry", [
    ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", Registry("123456789012", "eu-west-1")),
    ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", Registry("123456789012", "cn-north-1", "amazonaws.com.cn")),
    ("${AWS_ACCOUNT_ID}.dkr.ecr.${AWS_REGION}.amazonaws.com", Registry("${AWS_ACCOUNT_ID}", "${AWS_REGION}")),
])
def test_private_registries_of_ecr(host, registry):
    assert images.ecr_registry(host) == registry and images.ecr_host(registry) == host
    assert images.ecr(f"{host}/shop/web:1") == registry


def test_other_hosts_of_ecr():
    assert images.ecr_registry("123.dkr.ecr-fips.us-east-1.amazonaws.com") == Registry("123", "us-east-1")
    assert images.ecr_registry("123.dkr-ecr.us-east-1.on.aws") == Registry("123", "us-east-1", "on.aws")


@pytest.mark.parametrize("text", [
    "nginx", "public.ecr.aws/x/y:1", "quay.io/a/b", "dkr.ecr.x.amazonaws.com/a", "", None,
])
def test_every_other_registry(text):
    assert images.ecr(text) is None
