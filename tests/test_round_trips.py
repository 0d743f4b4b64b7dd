"""Kubernetes -> a template, a module or manifests -> Kubernetes: what the plain way gives, and nothing else.

The plain way there and back loses what ECS has no word for; a format that holds the same requests loses nothing more.
"""
from __future__ import annotations

import pytest
from conftest import ROOT

from translator import diff, read, translate, write
from translator.writers import unsaid

FIXTURES = ROOT / "fixtures"
SOURCES = {
    "/".join(path.relative_to(FIXTURES).parts[:2]): path
    for path in [FIXTURES / "example" / "web.yaml", *sorted(FIXTURES.glob("*/*/k8s.yaml")), *sorted(FIXTURES.glob("patterns/*/k8s"))]
}


def there_and_back(path, format_, folder):
    """Give the objects that the plain way gives, those that a format gives, and what the format says it cannot say."""
    output = translate(read(str(path))).output
    for name, text in write(output, format_).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    if not any(folder.iterdir()):
        pytest.skip("nothing of it is in ECS")
    return translate(output).output, translate(read(str(folder))).output, unsaid(output, format_)


def shown(found):
    sides = [(one.code, (one.left or one.right).object, (one.left or one.right).path) for one in found.differences]
    return [*sides, *found.only_left, *found.only_right]


# What a format has no word for; it says so, and what depends on it changes.
LOSSES = {"terraform.no-argument", "terraform.no-resource", "terraform.incomplete", "cloudformation.not-written"}
# CloudFormation wants an image for every container and a certificate for every listener of HTTPS; the provider wants all
# of a user pool. What nobody said is a parameter there, and a placeholder on the way back.
ASKED_FOR = ("image", "metadata.annotations[alb.ingress.kubernetes.io/certificate-arn]", "spec.tls[0].hosts", "metadata.annotations[alb.ingress.kubernetes.io/auth-idp-cognito]")


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("format_", ["cloudformation", "terraform"])
def test_a_format_that_holds_every_request_changes_nothing(name, format_, tmp_path):
    plain, back, said = there_and_back(SOURCES[name], format_, tmp_path)
    different = [one for one in shown(diff(plain, back)) if not one[-1].endswith(ASKED_FOR)]
    assert different == [] or LOSSES & {finding.code for finding in said}


@pytest.mark.parametrize("name", SOURCES)
def test_what_copilot_changes_it_says(name, tmp_path):
    """Copilot decides much by itself: names of load balancers, roles, variables; each change has a finding."""
    plain, back, said = there_and_back(SOURCES[name], "copilot", tmp_path)
    codes = {finding.code for finding in said}
    if diff(plain, back):
        assert codes & {"copilot.not-written", "copilot.added", "copilot.not-written-requests"}
    names = {one.application for one in plain.entries}
    assert {one.application.removesuffix("-2") for one in back.entries} <= names  # each schedule has a manifest
