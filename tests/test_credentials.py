"""What is a credential in a text, and what only looks like one."""
import time

import pytest

from translator import parse, translate
from translator.credentials import in_command, in_url, in_words
from translator.secrecy import masked

HIDES = [
    ("https://u:hunter2@h/x", "https://u:(hidden)@h/x"),
    ("redis://:p4ss@h:6379", "redis://:(hidden)@h:6379"),
    ("amqp://u:a:b@h", "amqp://u:(hidden)@h"),
    ("run --db-password=hunter2 --x", "run --db-password=(hidden) --x"),
    ("run --token abc --y", "run --token (hidden) --y"),
    ("run --token 'a b' -x", "run --token '(hidden)' -x"),
    ("PGPASSWORD=hunter2 psql -h db", "PGPASSWORD=(hidden) psql -h db"),
    ("curl -H 'Authorization: Bearer abc.def' http://x", "curl -H 'Authorization: Bearer (hidden)' http://x"),
    ("export DB_PASSWORD='hun ter'; run", "export DB_PASSWORD='(hidden)'; run"),
    ("kubectl create secret generic db --from-literal=password=hunter2", "kubectl create secret generic db --from-literal=password=(hidden)"),
    ("--password=x --db_URL", "--password=(hidden) --db_URL"),
]
STAYS = [
    "postgres://web:$(DB_PASSWORD)@db/web", "postgres://web:${DB_PASSWORD}@db/web", "http://h:80/a@b", "https://h/?at=a:b@c", "https://user@h",
    "--token-ttl=5", "--password-file /run/secrets/p", "--password-file=/run/secrets/p", "--tls-private-key=/etc/x.pem", "--auth-token=true",
    "--password=$(DB_PASSWORD)", "--password=${DB_PASSWORD}", "check $DB_PASSWORD", "echo ${DB_PASSWORD}", "--password --verbose",
    "aws secretsmanager get-secret-value --secret-id shop/db", "--secret-name=foo",
]


@pytest.mark.parametrize(("text", "hidden"), HIDES)
def test_what_stands_behind_the_name_of_a_credential_is_one(text, hidden):
    assert in_command(text) == hidden
    assert in_command(hidden) == hidden


@pytest.mark.parametrize("text", STAYS)
def test_references_paths_and_names_are_none(text):
    assert in_command(text) == text


def test_an_option_s_value_may_be_the_next_word():
    assert in_words(["run", "--password", "hunter2", "--user", "x"]) == ["run", "--password", "(hidden)", "--user", "x"]
    command = ["run", "--password", "$(P)", "--token", "--user", "x", "--secret-id", "shop/db", 3]
    assert in_words(command) is command


@pytest.mark.parametrize("text", ["://" * 50_000 + "@", "a:" * 50_000 + "@ token", "-" * 100_000 + "token=", "token " * 30_000, "://a:" * 30_000 + "@",
                                  'token="' * 30_000, "a=a=" * 30_000 + " token", "--token " * 30_000, "a" * 100_000 + "token", "token=token=" * 20_000])
def test_no_text_takes_long(text):
    started = time.monotonic()
    in_command(text)
    assert time.monotonic() - started < 2


def pod(**container):
    spec = {"containers": [{"name": "web", "image": "nginx", **container}]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
            "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": spec}}}


def test_credentials_in_commands_and_urls_are_a_finding_and_are_not_written():
    done = translate(parse([pod(args=["--password", "hunter2"], env=[{"name": "DATABASE", "value": "postgres://u:hunter2@db"}])]))
    (task,) = masked(done.output).objects()["taskDefinitions"]
    (container,) = task["containerDefinitions"]
    assert container["command"] == ["--password", "(hidden)"]
    assert container["environment"] == [{"name": "DATABASE", "value": "postgres://u:(hidden)@db"}]
    assert {"process.credential-in-command", "variables.credential"} <= {one.code for one in done.findings if one.level == "warning"}
    assert "hunter2" not in str(done.findings)


def test_the_same_on_the_way_to_kubernetes():
    container = {"name": "web", "image": "nginx", "command": ["run", "--token=hunter2"], "environment": [{"name": "U", "value": "https://u:hunter2@h"}]}
    done = translate(parse({"taskDefinitions": [{"family": "web", "containerDefinitions": [container]}]}))
    assert "hunter2" not in str(masked(done.output).objects()) + str(done.findings)
    assert {"process.credential-in-task-command", "variables.credential-in-environment"} <= {one.code for one in done.findings}


def test_urls_anywhere():
    assert in_url("see ftp://u:p@h and ftp://v:q@h") == "see ftp://u:(hidden)@h and ftp://v:(hidden)@h"
