"""The patterns under fixtures/patterns: one application on both platforms by hand, each converted to the other."""

import json
import os
import shutil
import subprocess
import sys

import official
import pytest
import yaml
from conftest import ROOT
from pattern_facts import facts

from translator import check, parse, read, schema, translate
from translator.model import ERROR

PATTERNS = ROOT / "fixtures" / "patterns"
SIDES = {"k8s": "ecs.json", "ecs.json": "k8s"}
CASES = [(name, side) for name in ("web-application", "microservices", "batch", "delivery") for side in SIDES]
# (pattern, side, code) -> why a finding of level error is right there.
ERRORS: dict[tuple[str, str, str], str] = {}
# (pattern, fact) -> why the two sides say different things.
DIFFERENT = {
    ("web-application", "names"): "only the load balancer calls the application, so that its ECS side needs no name; "
    "an Ingress leads to a Service, so that its Kubernetes side has one",
}

CUSTOM = {"ScaledObject", "ExternalSecret"}  # of KEDA and of the External Secrets Operator


def given(name, side):
    """Translate one side of a pattern; gives document, translation and environment."""
    environment = PATTERNS / name / "environment.yaml"
    document = read(str(PATTERNS / name / side))
    return document, translate(document, environment), environment


def known(name, document):
    """Give what a document says of its application, without what the two sides need not agree on."""
    return {key: value for key, value in facts(document).items() if (name, key) not in DIFFERENT}


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES}))
def test_the_two_sides_are_one_application(name):
    assert known(name, read(str(PATTERNS / name / "k8s"))) == known(name, read(str(PATTERNS / name / "ecs.json")))


@pytest.mark.parametrize(("name", "side"), CASES)
def test_what_comes_out_is_what_stands_on_the_other_side(name, side):
    _, translation, _ = given(name, side)
    assert known(name, translation.output) == known(name, read(str(PATTERNS / name / SIDES[side])))


@pytest.mark.parametrize(("name", "side"), CASES)
def test_nothing_dangerous_is_found(name, side):
    _, translation, _ = given(name, side)
    unexpected = [
        found for found in translation.findings if found.level == ERROR and (name, side, found.code) not in ERRORS
    ]
    assert not unexpected, unexpected


@pytest.mark.parametrize(("name", "side"), CASES)
def test_the_output_is_valid(name, side):
    output = given(name, side)[1].output
    for entry in output.entries:
        if output.platform == "ecs":
            assert not official.aws_errors(entry.kind, entry.value), entry.value
        else:
            errors = official.kubernetes_errors(entry.value)
            assert not [error for error in errors if "no such kind" not in error or entry.kind not in CUSTOM], (
                entry.value
            )
    assert not [found for found in check(output) if found.level == ERROR]


@pytest.mark.parametrize(("name", "side"), CASES)
def test_the_way_back_is_exact_with_the_residue(name, side):
    document, there, environment = given(name, side)
    back = translate(there.output, environment, residue=there.residue)
    assert written(back.output) == written(document)


def written(document):
    """Write every object down in canonical form."""
    return sorted(
        json.dumps([entry.kind, schema.plain(document.platform, entry.kind, tree)], sort_keys=True)
        for entry in document.entries
        for tree in [schema.canonical(document.platform, entry.kind, entry.value)[0]]
    )


# --- delivery ----------------------------------------------------------------------------------

COMMIT = "0123456789abcdef0123456789abcdef01234567"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:0123456789ab"
REVISION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/api:7"
# Each program writes down its arguments; aws answers what the build asks for.
PROGRAM = """#!{python}
import os, sys
words = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
open(os.environ["CALLS"], "a").write(" ".join(words) + "\\n")
if words[1:3] == ["ecs", "register-task-definition"]: print({revision!r})
if words[1:3] == ["ecs", "describe-services"]: print(os.environ["RUNNING"])
sys.exit(words[1:3] == ["rollout", "status"] and os.environ["RUNNING"] != {revision!r})
"""


def build(platform, folder, running=REVISION):
    """Run a buildspec's commands in one shell, as CodeBuild does; gives the calls and how it ended."""
    spec = yaml.safe_load((PATTERNS / "delivery" / f"buildspec-{platform}.yml").read_text())
    assert spec["version"] == 0.2 and set(spec) <= {"version", "env", "phases"}
    (folder / "bin").mkdir()
    for program in ("aws", "docker", "kubectl"):
        (folder / "bin" / program).write_text(PROGRAM.format(python=sys.executable, revision=REVISION))
        (folder / "bin" / program).chmod(0o755)
    shutil.copytree(PATTERNS / "delivery", folder / "source")
    commands = [line for phase in ("pre_build", "build") for line in spec["phases"][phase]["commands"]]
    settings = {**spec["env"]["variables"], "AWS_REGION": "eu-west-1", "CODEBUILD_RESOLVED_SOURCE_VERSION": COMMIT}
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(commands)],
        cwd=folder / "source",
        capture_output=True,
        text=True,
        env={
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "CALLS": str(folder / "calls"),
            "RUNNING": running,
            **settings,
        },
    )
    return (folder / "calls").read_text().splitlines(), done


def needs(*programs):
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")


@needs("sh", "jq")
def test_the_build_deploys_to_ecs(tmp_path):
    calls, done = build("ecs", tmp_path)
    assert done.returncode == 0, done.stderr
    assert [line for line in calls if line.startswith("docker")] == [
        "docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        f"docker build --tag {IMAGE} .",
        f"docker push {IMAGE}",
    ]
    assert f"aws ecs update-service --cluster shop --service api --task-definition {REVISION}" in calls
    request = json.loads((tmp_path / "source" / "task-definition.json").read_text())
    assert not official.aws_errors("taskDefinitions", request)
    assert [one["image"] for one in request["containerDefinitions"]] == [IMAGE]


@needs("sh", "sed")
def test_the_build_deploys_to_kubernetes(tmp_path):
    calls, done = build("kubernetes", tmp_path)
    assert done.returncode == 0, done.stderr
    assert calls.index(f"docker push {IMAGE}") < calls.index("kubectl apply --filename deploy.yaml")
    applied = parse((tmp_path / "source" / "deploy.yaml").read_text(), "deploy.yaml")
    assert facts(applied)["images"] == {("api", "api"): IMAGE}
    assert not any(error for entry in applied.entries for error in official.kubernetes_errors(entry.value))
    assert calls[-1] == "kubectl rollout status deployment/api --namespace shop --timeout 10m"


@needs("sh", "jq", "sed")
@pytest.mark.parametrize("platform", ["ecs", "kubernetes"])
def test_a_build_whose_deployment_failed_fails(platform, tmp_path):
    calls, done = build(platform, tmp_path, running="the revision before")
    assert done.returncode != 0
    assert platform == "ecs" or calls[-1] == "kubectl rollout undo deployment/api --namespace shop"


@pytest.mark.parametrize("platform", ["ecs", "kubernetes"])
def test_a_failed_build_deploys_nothing(platform):
    """post_build runs after a build that failed, too, so nothing may be deployed there."""
    spec = yaml.safe_load((PATTERNS / "delivery" / f"buildspec-{platform}.yml").read_text())
    assert list(spec["phases"]) == ["pre_build", "build"] and spec["phases"]["build"]["on-failure"] == "ABORT"
