"""The images that an application uses, where copies of them go in ECR, and the script that copies them."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import official
from conftest import ROOT
from test_cli import run
from translator import TranslatorError, parse
from translator.images import ImageUse, images, move, moved, repository_names
from translator.render.images import command, render_listing

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
SHA = "sha256:" + "0123456789abcdef" * 4
POD = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "template": {
            "spec": {
                "initContainers": [{"name": "init", "image": "busybox:1.37"}],
                "containers": [
                    {"name": "web", "image": "ghcr.io/acme/web:1", "env": [{"name": "image", "value": "not/an:image"}]}
                ],
                "volumes": [{"name": "model", "image": {"reference": f"quay.io/acme/model@{SHA}"}}],
            }
        }
    },
}
CRON = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": "nightly"},
    "spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "busybox:1.37"}]}}}}},
}
CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"image": "not/an:image"}}
TASK = {
    "taskDefinitions": [
        {
            "family": "web",
            "containerDefinitions": [
                {"name": "web", "image": f"{HOST}/shop/web:1"},
                {"name": "proxy", "image": "envoyproxy/envoy:v1.31"},
            ],
        }
    ]
}


def test_every_place_where_an_image_stands():
    assert images(parse([POD, CRON, CONFIG])) == [
        ImageUse("busybox:1.37", "docker.io", "library/busybox", "1.37", "", ("Deployment/web", "CronJob/nightly")),
        ImageUse("ghcr.io/acme/web:1", "ghcr.io", "acme/web", "1", "", ("Deployment/web",)),
        ImageUse(f"quay.io/acme/model@{SHA}", "quay.io", "acme/model", "", SHA, ("Deployment/web",)),
    ]
    assert [one.reference for one in images(parse(TASK))] == [f"{HOST}/shop/web:1", "envoyproxy/envoy:v1.31"]


@pytest.mark.parametrize(
    ("reference", "registry", "repository", "tag"),
    [
        ("nginx", "docker.io", "library/nginx", "latest"),
        ("acme/web", "docker.io", "acme/web", "latest"),
        ("index.docker.io/nginx:1", "docker.io", "library/nginx", "1"),
        ("public.ecr.aws/nginx/nginx:1", "public.ecr.aws", "nginx/nginx", "1"),
        ("localhost:5000/web", "localhost:5000", "web", "latest"),
        ("Not An Image", "", "", ""),
        ("${IMAGE}", "", "", ""),
    ],
)
def test_what_a_reference_means(reference, registry, repository, tag):
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "a", "image": reference}]},
    }
    assert images(parse([pod])) == [ImageUse(reference, registry, repository, tag, "", ("Pod/a",))]


def test_references_are_rewritten_and_nothing_else():
    document = parse([POD, CONFIG])
    output = moved(document, move(images(document), HOST).references()).objects()
    spec = output[0]["spec"]["template"]["spec"]
    assert len(output) == 1 and document.objects() == [POD, CONFIG]
    assert spec["initContainers"][0]["image"] == f"{HOST}/library/busybox:1.37"
    assert spec["containers"][0] == {**POD["spec"]["template"]["spec"]["containers"][0], "image": f"{HOST}/acme/web:1"}
    assert spec["volumes"][0]["image"]["reference"] == f"{HOST}/acme/model@{SHA}"


def test_an_image_that_is_there_stays_and_one_that_nobody_knows_is_named():
    task = {
        "taskDefinitions": [
            {
                "family": "a",
                "containerDefinitions": [
                    {"name": str(number), "image": image}
                    for number, image in enumerate([f"{HOST}/a:1", "${IMAGE}", "x:${TAG}", "No Image", "nginx"])
                ],
            }
        ]
    }
    plan = move(images(parse(task)), HOST)
    assert plan.references() == {"nginx": f"{HOST}/library/nginx"}
    assert plan.unknown == ("${IMAGE}", "No Image", "x:${TAG}")
    assert [copy.target for copy in plan.copies] == [f"{HOST}/library/nginx:latest"]


def test_an_image_without_a_tag_gets_one_that_keeps_it():
    plan = move(images(parse([POD])), HOST)
    assert {copy.target: copy.pinned for copy in plan.copies} == {
        f"{HOST}/library/busybox:1.37": False,
        f"{HOST}/acme/web:1": False,
        f"{HOST}/acme/model:sha256-0123456789ab": True,
    }


def test_repositories_have_names_of_their_own_that_ecr_takes():
    names = repository_names(
        {
            ("ghcr.io", "acme/web"),
            ("quay.io", "acme/web"),
            ("docker.io", "library/nginx"),
            ("h:5000", "a__b--c"),
            ("h", "x"),
        }
    )
    assert names == {
        ("ghcr.io", "acme/web"): "ghcr.io/acme/web",
        ("quay.io", "acme/web"): "quay.io/acme/web",
        ("docker.io", "library/nginx"): "library/nginx",
        ("h:5000", "a__b--c"): "a_b-c",
        ("h", "x"): "image-x",
    }
    close = repository_names({("h:1", "a"), ("h-1", "a"), ("h.1", "a")})
    assert len(set(close.values())) == 3
    for name in [*names.values(), *close.values(), *repository_names({("h", "a/" * 200 + "b")}).values()]:
        assert not official.aws_errors("repositories", {"repositoryName": name})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "nope",
        "docker.io",
        f"{HOST}/shop",
        f"https://{HOST}",
        "${AWS_ACCOUNT_ID}.dkr.ecr.eu-west-1.amazonaws.com",
        f"{HOST};reboot",
        f"{HOST} x",
    ],
)
def test_what_is_no_registry_of_ecr(host):
    with pytest.raises(TranslatorError, match="--ecr takes"):
        move([], host)


def test_the_requests_are_what_ecr_takes():
    data = json.loads(render_listing(parse([POD, CRON]), HOST, "json"))
    assert [one["repositoryName"] for one in data["repositories"]] == ["acme/model", "acme/web", "library/busybox"]
    assert all(one["imageScanningConfiguration"] == {"scanOnPush": True} for one in data["repositories"])
    for kind in ("repositories", "lifecyclePolicies"):
        assert not [error for entry in data[kind] for error in official.aws_errors(kind, entry)]
    rules = json.loads(data["lifecyclePolicies"][0]["lifecyclePolicyText"])["rules"]
    assert [(rule["selection"]["tagStatus"], rule["action"]["type"]) for rule in rules] == [("untagged", "expire")]
    parse({kind: data[kind] for kind in ("repositories", "lifecyclePolicies")})


def test_values_of_secrets_are_not_shown():
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {
            "containers": [{"name": "a", "image": "nginx", "env": [{"name": "DB_PASSWORD", "value": "hunter22222"}]}]
        },
    }
    for format_ in ("text", "json", "script"):
        assert "hunter22222" not in render_listing(parse([pod]), HOST, format_)


PROGRAM = """#!{python}
import os, sys
words = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
open(os.environ["CALLS"], "a").write(repr(words) + "\\n")
if "get-login-password" in words: print("password")
sys.exit("describe-repositories" in words)
"""


def execute(text, folder, *programs):
    """Run a script where there are only these programs; gives what they were called with."""
    sh = shutil.which("sh")
    if sh is None:
        pytest.skip("sh not installed")
    for program in programs:
        (folder / program).write_text(PROGRAM.format(python=sys.executable))
        (folder / program).chmod(0o755)
    done = subprocess.run(
        [sh],
        input=text,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        env={"PATH": str(folder), "CALLS": str(folder / "calls")},
    )
    return [eval(line) for line in (folder / "calls").read_text().splitlines()], done


def test_the_script_copies_with_crane(tmp_path):
    calls, done = execute(render_listing(parse([POD]), HOST, "script"), tmp_path, "aws", "crane")
    assert done.returncode == 0, done.stderr
    assert [words[1:] for words in calls if words[:2] == ["crane", "copy"]] == [
        ["copy", "busybox:1.37", f"{HOST}/library/busybox:1.37"],
        ["copy", "ghcr.io/acme/web:1", f"{HOST}/acme/web:1"],
        ["copy", f"quay.io/acme/model@{SHA}", f"{HOST}/acme/model:sha256-0123456789ab"],
    ]
    made = [words for words in calls if words[2:3] == ["create-repository"]]
    assert [words[words.index("--repository-name") + 1] for words in made] == [
        "acme/model",
        "acme/web",
        "library/busybox",
    ]


def test_the_script_copies_with_docker_what_docker_can(tmp_path):
    calls, done = execute(render_listing(parse([CRON]), HOST, "script"), tmp_path, "aws", "docker")
    target = f"{HOST}/library/busybox:1.37"
    assert done.returncode == 0, done.stderr
    assert calls[-3:] == [
        ["docker", "pull", "busybox:1.37"],
        ["docker", "tag", "busybox:1.37", target],
        ["docker", "push", target],
    ]
    _, done = execute(render_listing(parse([POD]), HOST, "script"), tmp_path, "aws", "docker")
    assert done.returncode == 1 and "install crane" in done.stderr


@pytest.mark.parametrize(
    "evil", ["$(touch owned)", "`touch owned`", "a'; touch owned; '", "a\ntouch owned", "a;touch owned", "${IFS}touch"]
)
def test_no_name_is_run_as_a_command(evil, tmp_path):
    task = {
        "taskDefinitions": [
            {"family": "a", "containerDefinitions": [{"name": "a", "image": evil}, {"name": "b", "image": "nginx"}]}
        ]
    }
    calls, done = execute(render_listing(parse(task), HOST, "script"), tmp_path, "aws", "crane")
    assert done.returncode == 0 and not (tmp_path / "owned").exists(), done.stderr
    assert [words[2] for words in calls if words[:2] == ["crane", "copy"]] == ["nginx"]
    calls, _ = execute(command("crane", evil), tmp_path, "crane")
    assert calls[-1] == ["crane", evil] and not (tmp_path / "owned").exists()


def test_the_command():
    source = str(ROOT / "fixtures" / "patterns" / "microservices" / "k8s")
    assert "3 images" in run("images", source).stdout
    assert run("images", source, "-f", "json").stdout.endswith("}\n")
    assert run("images", source, "-f", "script").returncode == 2
    wrong = run("images", source, "--ecr", "docker.io")
    assert wrong.returncode == 2 and wrong.stderr.startswith("k8s-ecs: --ecr takes") and "Traceback" not in wrong.stderr
    assert run("images", source, "--ecr", HOST, "-f", "script").stdout.startswith(f"#!/bin/sh{os.linesep}")
