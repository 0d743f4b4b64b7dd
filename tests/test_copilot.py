"""Copilot manifests -> ECS documents and back."""

import copy
import functools
import json
import os
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from manifests import changed, invalid, lacking, load, paths, said, silent

import translator
from translator import writers
from translator.model import Document, Source
from translator.readers import copilot
from translator.readers.copilot_environments import merged
from translator.readers.copilot_overrides import Unfit, parsed, upsert
from translator.readers.copilot_schedule import expression
from translator.readers.spellings import duration
from translator.readers.taking import Refused, leaves
from translator.writers import copilot as writer

CASES = sorted((ROOT / "fixtures" / "copilot").glob("*/manifest.yml"))
JUNK = [None, 5, -1, 1.5, "x", "", [], {}, [1], {"a": 1}, True, ["x", {"y": 1}], [[]], "${X}"]


def case_read(file: Path) -> Document:
    chosen = file.parent / "environment.txt"
    return copilot.read(load(file), chosen.read_text().strip() if chosen.exists() else None)


def minimal(kind="Backend Service", **more):
    return {"name": "api", "type": kind, "image": {"location": "api:1", "port": 80}, **more}


def read(value, environment=None):
    return copilot.read(Source(value, "copilot/api/manifest.yml"), environment)


def service(value, environment=None):
    return read(value, environment).objects()["services"][0]


def task(value):
    return read(value).objects()["taskDefinitions"][0]


def codes(document):
    return {found.code.removeprefix("copilot.") for found in document.findings}


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.parent.name)
class TestCases:
    """Each folder of fixtures/copilot: a manifest, parts of what it means, and all that is said of it."""

    def test_document(self, file):
        assert lacking(case_read(file).objects(), json.loads((file.parent / "ecs.json").read_text())) == []

    def test_findings(self, file):
        assert said(case_read(file)) == sorted((file.parent / "findings.txt").read_text().splitlines())

    def test_valid(self, file):
        assert invalid(case_read(file)) == []

    def test_no_leaf_is_lost(self, file):
        assert silent(load(file).value, read) == []

    def test_written_and_read_back(self, file):
        document = case_read(file)
        files = writer.write(document)
        assert list(files) == [f"copilot/{load(file).value['name']}/manifest.yml"]
        (manifest,) = writer.manifests(document)
        noted = {found.code for found in writer.findings(document)}
        if writer.back(manifest) != document.objects():
            assert noted & {"copilot.added", "copilot.not-written"}
        else:
            assert noted <= {"copilot.written", "copilot.overrides", "copilot.subscribe"}


@pytest.mark.parametrize("case", ["web", "backend", "worker", "job", "network-balancer", "environments"])
def test_round_trip_is_exact(case):
    document = case_read(ROOT / "fixtures" / "copilot" / case / "manifest.yml")
    (manifest,) = writer.manifests(document)
    assert lacking(writer.back(manifest), document.objects()) == []


def test_recognises():
    assert copilot.recognises({"name": "x", "type": "Worker Service"})
    assert copilot.recognises(
        {"name": "x", "version": 1, "source": {"provider": "GitHub"}, "stages": [{"name": "test"}]}
    )
    assert not copilot.recognises({"apiVersion": "v1", "kind": "Service"})
    assert not copilot.recognises({"type": "Worker"})
    assert not copilot.recognises([1])


def test_what_runs_no_container_is_one_finding():
    document = read({"name": "docs", "type": "Static Site", "files": [{"source": "./dist"}]})
    assert document.entries == ()
    assert said(document) == ["warning copilot.static-site files"]
    assert codes(read({"name": "test", "type": "Environment", "cdn": True})) == {"environment-manifest"}


def test_places_are_those_of_the_manifest():
    document = copilot.read(load(ROOT / "fixtures/copilot/environments/manifest.yml"), "prod")
    entries = {entry.kind: entry for entry in document.entries}
    assert entries["services"].locate(("desiredCount",)).line == 17
    assert entries["taskDefinitions"].locate(("containerDefinitions", 0, "image")).line == 16
    assert entries["taskDefinitions"].locate(("cpu",)).line == 1


def test_environments_unread_are_named_once():
    document = read(minimal(environments={"test": {"count": 2}, "prod": {"count": 3}}))
    (found,) = [one for one in document.findings if one.code == "copilot.environments"]
    assert "`test`, `prod`" in found.message
    assert document.objects()["services"][0]["desiredCount"] == 1


def test_environment_without_overrides_is_the_base():
    document = read(minimal(environments={"prod": {"count": 3}}), "test")
    assert "environment-unknown" in codes(document)


def test_merge_is_deep_and_lists_replace():
    base = {
        "name": "a",
        "variables": {"A": "1", "B": "2"},
        "command": ["a", "b"],
        "environments": {"prod": {"variables": {"B": "3"}, "command": ["c"], "http": None}},
    }
    assert merged(base, "prod").value == {"name": "a", "variables": {"A": "1", "B": "3"}, "command": ["c"]}


@pytest.mark.parametrize(
    ("base", "override", "result"),
    [
        ({"image": {"build": ".", "port": 1}}, {"image": {"location": "a"}}, {"image": {"port": 1, "location": "a"}}),
        ({"count": {"range": "1-2", "cpu_percentage": 50}}, {"count": {"spot": 1}}, {"count": {"spot": 1}}),
        ({"count": {"spot": 1}}, {"count": {"range": "1-2"}}, {"count": {"range": "1-2"}}),
        ({"count": 3}, {"count": {"range": "1-2"}}, {"count": {"range": "1-2"}}),
        (
            {"count": {"cpu_percentage": {"value": 70}}},
            {"count": {"cpu_percentage": 80}},
            {"count": {"cpu_percentage": 80}},
        ),
        (
            {"secrets": {"A": {"from_cfn": "x"}}},
            {"secrets": {"A": {"secretsmanager": "y"}}},
            {"secrets": {"A": {"secretsmanager": "y"}}},
        ),
        (
            {"variables": {"image": {"from_cfn": "x"}}},
            {"variables": {"build": "y"}},
            {"variables": {"image": {"from_cfn": "x"}, "build": "y"}},
        ),
    ],
)
def test_fields_that_exclude_each_other(base, override, result):
    assert merged({**base, "environments": {"prod": override}}, "prod").value == result


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        # the table and the examples of https://aws.github.io/copilot-cli/docs/manifest/scheduled-job/#on-schedule,
        # but for @yearly, where the page and what Copilot deploys differ
        ("@monthly", "cron(0 0 1 * ? *)"),
        ("@weekly", "cron(0 0 ? * 1 *)"),
        ("@daily", "cron(0 0 * * ? *)"),
        ("@hourly", "cron(0 * * * ? *)"),
        ("@yearly", "cron(0 0 1 1 ? *)"),
        ("@every 5m", "rate(5 minutes)"),
        ("@every 1m", "rate(1 minute)"),
        ("@every 1h30m", "rate(90 minutes)"),
        ("rate(2 days)", "rate(2 days)"),
        ("cron(0 9 ? * MON *)", "cron(0 9 ? * MON *)"),
        ("none", "rate(5 minutes)"),
        ("0 9 * * *", "cron(0 9 * * ? *)"),
        ("0 9 1 * *", "cron(0 9 1 * ? *)"),
        ("0 9 * * 0", "cron(0 9 ? * 1 *)"),
        ("0 9 * * 1-5", "cron(0 9 ? * 2-6 *)"),
        ("0 9 * * MON", "cron(0 9 ? * MON *)"),
    ],
)
def test_schedules(schedule, wanted):
    assert expression(schedule) == wanted


@pytest.mark.parametrize("schedule", ["0 9 1 * 1", "@never", "* * *", "@every 90s", "@every x", 5])
def test_schedules_that_copilot_refuses(schedule):
    with pytest.raises(Refused):
        expression(schedule)
    document = read({"name": "j", "type": "Scheduled Job", "image": {"location": "j"}, "on": {"schedule": schedule}})
    assert "ill-typed" in codes(document)


def test_a_disabled_job():
    document = read({"name": "j", "type": "Scheduled Job", "image": {"location": "j"}, "on": {"schedule": "none"}})
    assert document.objects()["schedules"][0]["State"] == "DISABLED"


@pytest.mark.parametrize("key", [True, "true"])
def test_the_key_on_as_yaml_1_1_reads_it(key):
    document = read({"name": "j", "type": "Scheduled Job", "image": {"location": "j"}, key: {"schedule": "@daily"}})
    assert document.objects()["schedules"][0]["ScheduleExpression"] == "cron(0 0 * * ? *)"
    assert "unused" not in codes(document)


@pytest.mark.parametrize(
    ("words", "wanted"), [("30s", 30), ("2m30s", 150), ("1h", 3600), ("250ms", 0.25), ("1.5h", 5400), ("5d", 432000)]
)
def test_durations(words, wanted):
    assert duration(words) == wanted


@pytest.mark.parametrize("words", ["30", 30, "", "s", "1x", "-1s", None])
def test_durations_that_are_none(words):
    with pytest.raises(Refused):
        duration(words)


def test_a_string_command_is_split_as_a_shell_splits_it():
    made = task(minimal(command='sh -c "echo hello"', entrypoint=["/bin/x", "a b"]))["containerDefinitions"][0]
    assert made["command"] == ["sh", "-c", "echo hello"]
    assert made["entryPoint"] == ["/bin/x", "a b"]


def test_a_spot_start_below_the_minimum_leaves_spot_alone():
    made = service(minimal(count={"range": {"min": 5, "max": 9, "spot_from": 3}, "cpu_percentage": 50}))
    assert made["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]


def test_metrics_without_a_range_scale_nothing():
    document = read(minimal(count={"cpu_percentage": 50}))
    assert "no-range" in codes(document) and "scalingPolicies" not in document.objects()


def test_an_ephemeral_storage_of_20_is_what_a_task_has():
    assert "ephemeralStorage" not in task(minimal(storage={"ephemeral": 20}))


def test_windows():
    made = read(minimal(platform={"osfamily": "windows_server_2022_full", "architecture": "x86_64"})).objects()
    assert made["taskDefinitions"][0]["runtimePlatform"]["operatingSystemFamily"] == "WINDOWS_SERVER_2022_FULL"
    assert made["services"][0]["platformVersion"] == "1.0.0"


def test_security_groups_with_the_default_denied():
    made = service(
        minimal(
            network={"vpc": {"security_groups": {"deny_default": True, "groups": ["sg-1", {"from_cfn": "my-Group"}]}}}
        )
    )
    assert made["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] == ["sg-1", "${MY_GROUP}"]


def test_subnets_by_tags_are_placeholders():
    document = read(minimal(network={"vpc": {"placement": {"subnets": {"from_tags": {"tier": "app"}}}}}))
    assert "from-tags" in codes(document) and invalid(document) == []


def test_unquoted_variables_are_text():
    document = read(minimal(variables={"A": True, "B": 1, "C": 1.5, "D": ""}))
    found = {
        entry["name"]: entry["value"]
        for entry in document.objects()["taskDefinitions"][0]["containerDefinitions"][0]["environment"]
    }
    assert (found["A"], found["B"], found["C"], found["D"]) == ("true", "1", "1.5", "")
    assert "variable-text" in codes(document)


def test_findings_show_no_variable():
    document = read(minimal(variables={"PASSWORD": True, "TOKEN": {"a": "hunter2"}}, colour={"secrets": "hunter2"}))
    assert "hunter2" not in json.dumps([found.to_dict() for found in document.findings])


def test_shell_variables_stay_and_are_named():
    document = read({**minimal(), "image": {"location": "api:${TAG}"}})
    (found,) = [one for one in document.findings if one.code == "copilot.shell-variables"]
    assert "`${TAG}`" in found.message
    assert document.objects()["taskDefinitions"][0]["containerDefinitions"][0]["image"] == "api:${TAG}"


def test_a_name_that_is_missing_is_the_folder():
    document = read({"type": "Worker Service", "image": {"location": "a"}})
    assert document.objects()["services"][0]["serviceName"] == "api" and "unnamed" in codes(document)


@pytest.mark.parametrize("path", ["", "A..B", "A[x]", "A[0", "${X}", "Family", "ContainerDefinitions[0].Name"])
def test_override_paths_that_copilot_refuses(path):
    with pytest.raises(Unfit):
        parsed(path)


def test_overrides_insert_what_is_missing():
    tree = {"containerDefinitions": [{"name": "a"}]}
    at = upsert(tree, parsed("ContainerDefinitions[0].Ulimits[-].Name"), "cpu")
    upsert(tree, parsed("ContainerDefinitions[0].Ulimits[0].SoftLimit"), 1)
    upsert(tree, parsed("Volumes[-].EFSVolumeConfiguration.FilesystemId"), "fs-1")
    upsert(tree, parsed("ContainerDefinitions[0].DockerLabels.com_x"), "y")
    assert at == ("containerDefinitions", 0, "ulimits", 0, "name")
    assert tree == {
        "containerDefinitions": [
            {"name": "a", "ulimits": [{"name": "cpu", "softLimit": 1}], "dockerLabels": {"com_x": "y"}}
        ],
        "volumes": [{"efsVolumeConfiguration": {"fileSystemId": "fs-1"}}],
    }


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_junk_anywhere_is_read_without_an_exception(file, data):
    value = copy.deepcopy(load(file).value)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(paths(value))))
        value = changed(value, path, data.draw(st.sampled_from(JUNK)))
    if copilot.recognises(value):
        document = read(value, data.draw(st.sampled_from([None, "prod"])))
        for entry in document.entries:
            assert all(entry.locate(path) is None or True for path, _ in leaves(entry.value))


# --- writing -----------------------------------------------------------------------------------


def plain_document():
    return {
        "taskDefinitions": [
            {
                "family": "web-task",
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "cpu": "256",
                "memory": "512",
                "executionRoleArn": "arn:aws:iam::111122223333:role/execution",
                "containerDefinitions": [
                    {"name": "log", "image": "log:1", "essential": False},
                    {
                        "name": "app",
                        "image": "web:1",
                        "essential": True,
                        "portMappings": [{"containerPort": 80, "protocol": "tcp"}],
                        "stopTimeout": 90,
                        "linuxParameters": {"initProcessEnabled": True},
                        "healthCheck": {"command": ["CMD", "true"]},
                        "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
                        "environment": [{"name": "A", "value": "b"}],
                    },
                ],
                "volumes": [{"name": "data"}],
            }
        ],
        "services": [
            {
                "serviceName": "web",
                "taskDefinition": "web-task",
                "desiredCount": 2,
                "cluster": "main",
                "deploymentConfiguration": {"minimumHealthyPercent": 50, "maximumPercent": 200},
            }
        ],
    }


def ecs(value) -> Document:
    from translator.model import ECS, Object

    return Document(ECS, tuple(Object(kind, entry) for kind, entries in value.items() for entry in entries))


def test_writing_a_document_from_elsewhere():
    (manifest,) = writer.manifests(ecs(plain_document()))
    assert manifest.value["name"] == "web" and manifest.value["type"] == "Backend Service"
    assert manifest.value["image"] == {
        "location": "web:1",
        "port": 80,
        "healthcheck": {"command": ["CMD", "true"], "interval": "30s", "retries": 3},
    }
    assert manifest.value["count"] == 2
    assert manifest.value["storage"] == {"volumes": {"data": {"path": "/data", "read_only": False}}}
    assert manifest.value["sidecars"] == {"log": {"image": "log:1", "essential": False}}
    assert {"path": "ContainerDefinitions[0].StopTimeout", "value": 90} in manifest.value["taskdef_overrides"]
    assert {"path": "ContainerDefinitions[0].LinuxParameters", "value": {"InitProcessEnabled": True}} in manifest.value[
        "taskdef_overrides"
    ]
    back = writer.back(manifest)["taskDefinitions"][0]
    assert back["containerDefinitions"][0]["stopTimeout"] == 90
    assert back["executionRoleArn"] == "arn:aws:iam::111122223333:role/execution"


def test_writing_says_what_it_leaves_out_and_what_copilot_adds():
    found = {one.code: one for one in writer.findings(ecs(plain_document()))}
    assert "2026-06-12" in found["copilot.written"].message
    left_out = {field.path for field in found["copilot.not-written"].fields}
    assert {
        "services[0].cluster",
        "services[0].deploymentConfiguration.minimumHealthyPercent",
        "taskDefinitions[0].family",
    } <= left_out
    added = {field.path for field in found["copilot.added"].fields}
    assert "services[0].deploymentConfiguration.deploymentCircuitBreaker" in added


def test_a_reference_to_another_request_is_no_override():
    document = plain_document()
    document["taskDefinitions"][0]["executionRoleArn"] = "${roles.execution.Arn}"
    (manifest,) = writer.manifests(ecs(document))
    assert not any("roles" in str(rule["value"]) for rule in manifest.value["taskdef_overrides"])
    assert "taskDefinitions[0].executionRoleArn" in {
        field.path for one in writer.findings(ecs(document)) for field in one.fields
    }


def test_what_no_manifest_says_is_named():
    document = {**plain_document(), "repositories": [{"repositoryName": "shop"}]}
    (found,) = [one for one in writer.findings(ecs(document)) if one.code == "copilot.not-written-requests"]
    assert "repositories shop" in found.message
    assert [one.code for one in writer.findings(ecs({}))] == ["copilot.nothing-written"]


def test_a_written_manifest_is_text_that_reads_back():
    files = writer.write(ecs(plain_document()))
    from translator.readers import text

    (source,), _ = text.load(files["copilot/web/manifest.yml"], "copilot/web/manifest.yml")
    (manifest,) = writer.manifests(ecs(plain_document()))
    assert source.value == manifest.value


def reread(file, environment, value):
    return copilot.read(Source(value, file), environment)


def test_a_collection_of_manifests():
    """Every manifest under the folder that COPILOT_MANIFESTS names: valid, and no leaf lost, in each environment."""
    folder = os.environ.get("COPILOT_MANIFESTS")
    if not folder:
        pytest.skip("COPILOT_MANIFESTS names no folder of manifests")
    for file in sorted([*Path(folder).rglob("*.yml"), *Path(folder).rglob("*.yaml")]):
        source = load(file)
        for environment in [None, *(source.value.get("environments") or {})]:
            document = copilot.read(source, environment)
            assert invalid(document) == [], file
            again = functools.partial(reread, str(file), environment)
            assert set(silent(source.value, again)) <= {"type"}, (file, environment)
            writer.findings(document)


WEB_SERVICE = "name: {0}\ntype: Load Balanced Web Service\nimage: {{location: '{0}:1', port: 80}}\nhttp: {{path: /{0}, alias: {0}.example.com}}\n"


def test_services_of_an_environment_share_its_load_balancer(tmp_path):
    """Each manifest says it; a folder of several says it once."""
    for name in ("api", "web"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.yml").write_text(WEB_SERVICE.format(name))
    objects = translator.read(str(tmp_path)).objects()
    assert [one["Name"] for one in objects["loadBalancers"]] == ["copilot-public"]
    assert [one["Port"] for one in objects["listeners"]] == [80, 443]
    assert len(objects["services"]) == len(objects["targetGroups"]) == 2


def test_an_environment_is_chosen_by_name(tmp_path):
    """--set environment=NAME merges its overrides; a name that nothing asks for is said."""
    (tmp_path / "manifest.yml").write_text(WEB_SERVICE.format("api") + "count: 1\nenvironments:\n  prod: {count: 5}\n")
    base, prod, wrong = (
        translator.read(str(tmp_path / "manifest.yml"), given=given)
        for given in (None, {"environment": "prod"}, {"enviroment": "prod"})
    )
    assert [one.objects()["services"][0]["desiredCount"] for one in (base, prod, wrong)] == [1, 5, 1]
    assert "copilot.environments" in {finding.code for finding in base.findings}
    assert "copilot.environment-applied" in {finding.code for finding in prod.findings}
    assert "reading.unasked" in {finding.code for finding in wrong.findings}


def test_an_unknown_field_is_said_with_its_line(tmp_path):
    """The rest of the manifest is read."""
    (tmp_path / "manifest.yml").write_text(WEB_SERVICE.format("api") + "frobnicate: 3\n")
    found = translator.read(str(tmp_path / "manifest.yml"))
    said = next(finding for finding in found.findings if finding.code == "copilot.unused")
    assert (said.fields[0].path, said.fields[0].line) == ("frobnicate", 5)


def test_a_worker_says_that_its_topics_are_missing():
    """A document holds the URL of a worker's queue, and not what the queue subscribes to."""
    document = translator.parse("name: mailer\ntype: Worker Service\nimage: {location: 'mailer:1'}\nsubscribe: {topics: [{name: a, service: b}]}\n", "manifest.yml")
    assert "copilot.subscribe" in {finding.code for finding in writers.unsaid(document, "copilot")}
