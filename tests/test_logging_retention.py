"""How long logs are kept: said once in the environment, and by each format in its own words."""
import pytest

from translator import parse, read, translate, write
from translator.writers import unsaid

DEPLOYMENT = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
    "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {
        "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx:1"}]}}},
}
KEPT = [{"logGroupName": "/ecs/web", "retentionInDays": 14}]


@pytest.fixture
def output():
    return translate(parse([DEPLOYMENT]), {"ecs": {"logRetentionInDays": 14}}).output


def test_the_environment_says_it(output):
    assert output.objects()["retentionPolicies"] == KEPT
    assert "retentionPolicies" not in translate(parse([DEPLOYMENT])).output.objects()


@pytest.mark.parametrize(("format_", "file", "words"), [
    ("cloudformation", "template.yaml", "LogGroupName: /ecs/web\n      RetentionInDays: 14\n"),
    ("terraform", "main.tf", 'name              = "/ecs/web"\n  retention_in_days = 14\n'),
    ("ecs", "web/retention-policy.json", '"retentionInDays": 14'),
])
def test_each_format_says_it_and_reads_it(format_, file, words, output, tmp_path):
    files = write(output, format_)
    assert words in files[file]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert read(str(tmp_path)).objects()["retentionPolicies"] == KEPT
    assert not any("retention" in finding.message for finding in unsaid(output, format_))


@pytest.mark.parametrize("format_", ["cloudformation", "terraform"])
def test_a_retention_without_its_log_group_is_said(format_):
    alone = parse({"retentionPolicies": KEPT, "taskDefinitions": [{"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1"}]}]})
    found = [finding for finding in unsaid(alone, format_) if finding.level == "warning"]
    assert any("retention" in f"{finding.message} {finding.fields}" for finding in found)


def test_on_the_way_to_kubernetes_it_is_said():
    document = parse({**{"retentionPolicies": KEPT, "logGroups": [{"logGroupName": "/ecs/web"}]}, "taskDefinitions": [
        {"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web"}}}]}]})
    assert "logging.log-retention" in {finding.code for finding in translate(document).findings}
