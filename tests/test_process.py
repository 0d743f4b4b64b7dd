"""Commands: what is written out for ECS, and escaped for Kubernetes."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from translator.concepts import process

WORDS = st.lists(st.text(alphabet="$(){}ABsh -c'\"\\x", max_size=12), max_size=4)


def to_ecs(command, args, env=None, sources=None, **around):
    names = ("pod", "configMaps", "secrets", "externalSecrets", "secretProviderClasses", "services")
    container = {"env": env or {}, "envFrom": sources or {}}
    return process.command.to_ecs(
        command, args, container, *(around.get(name) for name in names), around.get("environment", {})
    )


def secret(name="db"):
    return {"valueFrom": {"secretKeyRef": {"name": name, "key": "password"}}}


# POSIX, 2.2.2 Single-Quotes: nothing is expanded between them; 2.2.3: $ keeps its meaning between double quotes.
@pytest.mark.parametrize(("script", "is_open"), [
    ("psql $(KEY)", True), ("psql \"$(KEY)\"", True), ("psql '$(KEY)'", False), ("echo 'a' $(KEY) 'b'", True),
    ("echo \"it's $(KEY)\"", True), ("echo 'a\"$(KEY)'", False), ("echo \\'$(KEY)", True), ("echo '\\'$(KEY)", True),
    ("echo '$(OTHER)' $(KEY)", True), ("", True),
])
def test_where_a_shell_puts_variables_in(script, is_open):
    assert process.is_open(script, ("KEY",)) is is_open


@pytest.mark.parametrize(
    ("words", "position"),
    [
        (["sh", "-c", "x"], 2),
        (["/bin/bash", "-ec", "x"], 2),
        (["bash", "-e", "-c", "x", "name"], 3),
        (["sh", "x.sh"], None),
        (["python", "-c", "x"], None),
        (["bash", "--rc", "x"], None),
        ([], None),
        (["sh"], None),
        (["sh", "-c"], 2),
    ],
)
def test_which_word_is_a_script(words, position):
    assert process.script_at(words) == position


def test_variables_come_from_everywhere():
    maps = {"settings": {"data": {"PORT": "80"}}}
    env = {"HOST": {"value": "db"}, "LEVEL": {"valueFrom": {"configMapKeyRef": {"name": "settings", "key": "PORT"}}}}
    sources = {"0": {"prefix": "S_", "configMapRef": {"name": "settings"}}}
    written = to_ecs(["app", "$(HOST):$(S_PORT)/$(LEVEL)"], ["$(WEB_SERVICE_HOST)"], env, sources, configMaps=maps)
    assert written == (["app", "db:80/80"], ["web"])


def test_no_service_is_looked_for_where_there_are_no_links():
    pod = {"spec": {"enableServiceLinks": False}}
    assert to_ecs(["$(WEB_SERVICE_HOST)"], None, pod=pod) == (["$(WEB_SERVICE_HOST)"], None)


def test_a_secret_is_left_to_the_shell_or_reported():
    env = {"KEY": secret()}
    assert to_ecs(["sh", "-c"], ["app $(KEY)", "$(KEY)"], env) == (["sh", "-c"], ["app ${KEY}", "$(KEY)"])
    rest = ({"env": env}, None, None, None, None, None, None, {})
    assert process.unresolved.to_ecs(["sh", "-c"], ["app $(KEY)", "$(KEY)"], *rest)
    assert not process.unresolved.to_ecs(["sh", "-c"], ["app $(KEY)"], *rest)
    # With the image's own entry point nobody knows whether a shell reads it.
    assert process.unresolved.to_ecs(None, ["sh", "-c", "app $(KEY)"], *rest)


@given(WORDS, WORDS)
def test_a_task_runs_the_same_after_a_pod(entry_point, command):
    environment, kept = {"A": {"value": "1"}, "B": {"value": "2"}}, {"AB": {"valueFrom": "arn:x"}}
    made = process.command.to_k8s(entry_point, command, {"environment": environment, "secrets": kept})
    env = {**environment, "AB": secret()}
    assert to_ecs(*made, env) == ((entry_point or None, command or None) if entry_point or command else None)


@pytest.mark.parametrize("odd", [None, [], {}, "text", 5, True, [None], [1, {}], {"0": []}])
def test_odd_values_raise_nothing(odd):
    process.command.to_ecs(odd, odd, odd, odd, odd, odd, odd, odd, odd, {})
    process.command.to_k8s(odd, odd, odd)
    process.unresolved.to_ecs(odd, odd, odd, odd, odd, odd, odd, odd, odd, {})
