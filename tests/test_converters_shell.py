"""Probe handlers as commands and back: the exact words, and every handler we wrote recognised."""
import shlex

import pytest

from translator.converters import shell
from translator.converters.shell import handler


@pytest.mark.parametrize("probe, timeout, command", [
    ({"exec": {"command": ["cat", "/tmp/healthy"]}}, 1, ["CMD", "cat", "/tmp/healthy"]),
    ({"exec": {"command": ["sh", "-c", "test -f /x && true"]}}, 1, ["CMD-SHELL", "test -f /x && true"]),
    ({"exec": {"command": ["/bin/sh", "-c", "pg_isready -U $USER"]}}, 1, ["CMD-SHELL", "pg_isready -U $USER"]),
    ({"exec": {"command": ["bash", "-c", "true"]}}, 1, ["CMD", "bash", "-c", "true"]),
    ({"exec": {"command": ["sh", "-c", "echo $0", "x"]}}, 1, ["CMD", "sh", "-c", "echo $0", "x"]),
    ({"httpGet": {"port": 8080, "path": "/healthz"}}, 3,
     ["CMD-SHELL", "curl -fsS -m 3 http://localhost:8080/healthz >/dev/null || exit 1"]),
    ({"httpGet": {"port": 80}}, None, ["CMD-SHELL", "curl -fsS -m 1 http://localhost:80/ >/dev/null || exit 1"]),
    ({"httpGet": {"port": 8443, "path": "ready", "scheme": "HTTPS", "host": "example.org"}}, 1,
     ["CMD-SHELL", "curl -fsS -m 1 -k https://example.org:8443/ready >/dev/null || exit 1"]),
    ({"httpGet": {"port": 80, "path": "/a?b=c", "httpHeaders": [{"name": "X-Key", "value": "it's $HOME"}]}}, 1,
     ["CMD-SHELL",
      "curl -fsS -m 1 -H 'X-Key: it'\"'\"'s $HOME' 'http://localhost:80/a?b=c' >/dev/null || exit 1"]),
    ({"httpGet": {"port": 80, "path": "/{a}", "host": "::1"}}, 1,
     ["CMD-SHELL", "curl -fsS -m 1 -g 'http://[::1]:80/{a}' >/dev/null || exit 1"]),
    ({"tcpSocket": {"port": 5432}}, 1, ["CMD-SHELL", "nc -z localhost 5432"]),
    ({"tcpSocket": {"port": 5432, "host": "db"}}, 1, ["CMD-SHELL", "nc -z db 5432"]),
    ({"grpc": {"port": 9090}}, 1, ["CMD", "grpc_health_probe", "-addr=localhost:9090"]),
    ({"grpc": {"port": 9090, "service": "live"}}, 5,
     ["CMD", "grpc_health_probe", "-addr=localhost:9090", "-service=live", "-connect-timeout=5s", "-rpc-timeout=5s"]),
])
def test_handlers_become_commands(probe, timeout, command):
    assert handler.to_ecs(probe, timeout) == command


@pytest.mark.parametrize("probe", [
    {}, {"httpGet": {"port": "http"}}, {"httpGet": {}}, {"httpGet": None}, {"tcpSocket": {"port": "db"}},
    {"grpc": {"port": 0}}, {"exec": {}}, {"exec": {"command": []}}, {"exec": {"command": "true"}},
    {"exec": {"command": [1]}}, {"periodSeconds": 5},
    {"httpGet": {"port": 80}, "tcpSocket": {"port": 80}}, {"httpGet": {"port": 70000}}, {"httpGet": {"port": True}},
    {"httpGet": {"port": 80, "path": 3}}, {"httpGet": {"port": 80, "httpHeaders": ["x"]}}, None, "httpGet", [],
    {"httpGet": {"port": 80, "httpHeaders": [{"name": "x"}]}}, {"tcpSocket": {"port": 80, "host": 3}},
])
def test_what_cannot_be_written_has_no_answer(probe):
    assert handler.to_ecs(probe) is None


PATHS = (
    "/", "/healthz", "/a b", "/x?y=z&q='1'", "/{a}[1]", "//x", "/$HOME/`id`", "/a:80/b", "/é", "/ >/dev/null || exit 1",
)
HEADERS = [{"name": "Host", "value": "a b"}, {"name": "-k", "value": "-H: x"}]


def every_request():
    for port in (1, 80, 65535):
        for path in PATHS:
            for host in (None, "db", "::1", "10.0.0.1"):
                for scheme in (None, "HTTPS"):
                    for headers in (None, HEADERS):
                        parts = {"port": port, "path": path, "host": host, "scheme": scheme, "httpHeaders": headers}
                        yield {"httpGet": {key: value for key, value in parts.items() if value}}


@pytest.mark.parametrize("timeout", [1, 2, 30])
def test_what_was_written_comes_back(timeout):
    for probe in every_request():
        assert shell.recognise(handler.to_ecs(probe, timeout)) == (probe, timeout)
        assert handler.to_k8s(handler.to_ecs(probe, timeout)) == probe
    for probe in ({"tcpSocket": {"port": 1}}, {"tcpSocket": {"port": 5432, "host": "a.b"}}):
        assert shell.recognise(handler.to_ecs(probe, timeout)) == (probe, None)
    for probe in ({"grpc": {"port": 1}}, {"grpc": {"port": 9, "service": "a=b -c"}}):
        assert shell.recognise(handler.to_ecs(probe, timeout)) == (probe, timeout)


def test_the_shell_reads_the_words_that_were_meant():
    for probe in every_request():
        text = handler.to_ecs(probe, 2)[1]
        assert text.endswith(" >/dev/null || exit 1")
        words = shlex.split(text.removesuffix(" >/dev/null || exit 1"))
        assert words[-1].endswith(probe["httpGet"]["path"]) and words[:4] == ["curl", "-fsS", "-m", "2"]
        assert [f"{each['name']}: {each['value']}" for each in probe["httpGet"].get("httpHeaders", [])] == [
            words[at + 1] for at, word in enumerate(words[4:-1], 4) if word == "-H"]


@pytest.mark.parametrize("command, words", [
    (["CMD", "cat", "/x"], ["cat", "/x"]),
    (["CMD-SHELL", "exit 0"], ["/bin/sh", "-c", "exit 0"]),
    (["CMD-SHELL", "echo $0", "x"], ["/bin/sh", "-c", "echo $0", "x"]),
    (["CMD-SHELL", "curl -f http://localhost:8080/ || exit 1"],
     ["/bin/sh", "-c", "curl -f http://localhost:8080/ || exit 1"]),
    (["CMD-SHELL", "curl -fsS -m 1 http://localhost:80/ || exit 1"],
     ["/bin/sh", "-c", "curl -fsS -m 1 http://localhost:80/ || exit 1"]),
    (["CMD-SHELL", "nc -z localhost 5432 || exit 1"], ["/bin/sh", "-c", "nc -z localhost 5432 || exit 1"]),
    (["CMD-SHELL", "nc -z localhost db"], ["/bin/sh", "-c", "nc -z localhost db"]),
    (["CMD-SHELL", "echo 'open"], ["/bin/sh", "-c", "echo 'open"]),
    (["CMD-SHELL", "curl -fsS -m"], ["/bin/sh", "-c", "curl -fsS -m"]),
    (["CMD-SHELL", "curl -fsS -m 1 -H >/dev/null || exit 1"],
     ["/bin/sh", "-c", "curl -fsS -m 1 -H >/dev/null || exit 1"]),
    (["CMD", "grpc_health_probe"], ["grpc_health_probe"]),
    (["CMD", "grpc_health_probe", "-addr=:1", "-tls"], ["grpc_health_probe", "-addr=:1", "-tls"]),
])
def test_other_commands_stay_commands(command, words):
    assert handler.to_k8s(command) == {"exec": {"command": words}}
    assert handler.to_ecs({"exec": {"command": words}})[-1] == command[-1]


@pytest.mark.parametrize("command", [
    [], ["CMD"], ["CMD-SHELL"], ["curl", "-f", "x"], ["NONE"], "CMD x", None, ["CMD", 1],
])
def test_what_ecs_refuses_has_no_answer(command):
    assert handler.to_k8s(command) is None


@pytest.mark.parametrize("command, port, path, scheme", [
    (["CMD-SHELL", "curl -f http://localhost:8080/health || exit 1"], 8080, "/health", None),
    (["CMD-SHELL", "curl --fail -s http://127.0.0.1/ > /dev/null || exit 1"], 80, "/", None),
    (["CMD", "curl", "-f", "http://localhost:3000"], 3000, "/", None),
    (["CMD-SHELL", "wget -q --spider https://localhost/ping"], 443, "/ping", "HTTPS"),
    (["CMD-SHELL", "curl -f \"http://localhost:80/a?b\" >/dev/null 2>&1 || exit 1"], 80, "/a?b", None),
])
def test_a_request_is_guessed(command, port, path, scheme):
    request = {"port": port, "path": path} | ({"scheme": scheme} if scheme else {})
    assert shell.likely_request(command) == {"httpGet": request}


@pytest.mark.parametrize("command", [
    ["CMD-SHELL", "curl -f http://example.org/ || exit 1"], ["CMD-SHELL", "curl -X POST http://localhost/"],
    ["CMD-SHELL", "curl -f http://localhost/ | grep ok"], ["CMD-SHELL", "pg_isready"], ["curl", "http://localhost/"],
    None,
])
def test_anything_else_is_no_request(command):
    assert shell.likely_request(command) is None
