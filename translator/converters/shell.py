"""Probe handlers <-> health check commands.

ECS can only run a command inside the container, so a request becomes a `curl`, a connection an `nc`. What was written
here is recognised on the way back, by writing it again: a command that comes out the same is ours, any other stays the
command it is.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
"""
from __future__ import annotations

import re
import shlex
from functools import cache, lru_cache

from .two_way import TwoWay

HOST = "localhost"
SHELLS = (["sh", "-c"], ["/bin/sh", "-c"])
CURL, QUIET = ["curl", "-fsS", "-m"], " >/dev/null || exit 1"
GRPC = "grpc_health_probe"
TIMEOUT = 1  # Seconds: of a probe that says nothing, and of grpc_health_probe itself.


def handler_to_command(handler: dict, timeout: int | None = None) -> list[str] | None:
    """Give the health check command for a probe's handler (`{"httpGet": {...}}`) and its timeout, 1 s unless it says.

    None for a handler that cannot be written: a port that is still a name, or no handler at all.
    """
    if not isinstance(handler, dict):
        return None
    writers = {"exec": _exec, "httpGet": _http, "tcpSocket": _tcp, "grpc": _grpc}
    found = [(writers[kind], value) for kind, value in handler.items() if kind in writers and isinstance(value, dict)]
    return found[0][0](found[0][1], timeout or TIMEOUT) if len(found) == 1 else None


def _exec(action: dict, timeout: int) -> list[str] | None:
    command = action.get("command")
    if not _is_words(command):
        return None
    if command[:2] in SHELLS and len(command) == 3:
        return ["CMD-SHELL", command[2]]
    return ["CMD", *command]


def _http(action: dict, timeout: int) -> list[str] | None:
    headers = action.get("httpHeaders") or ()
    if not _is_port(action.get("port")) or not _are_texts(action, "path", "host") or not all(map(_is_header, headers)):
        return None
    scheme = "https" if action.get("scheme") == "HTTPS" else "http"
    url = f"{scheme}://{_host(action)}:{action['port']}/{(action.get('path') or '/').removeprefix('/')}"
    words = [*CURL, str(timeout)]
    words += ["-k"] if scheme == "https" else []  # The kubelet does not verify certificates.
    words += ["-g"] if set(url) & set("[]{}") else []  # curl would read these as a pattern of many addresses.
    for header in headers:
        words += ["-H", f"{header['name']}: {header['value']}"]
    return ["CMD-SHELL", shlex.join([*words, url]) + QUIET]


def _tcp(action: dict, timeout: int) -> list[str] | None:
    if not _is_port(action.get("port")) or not _are_texts(action, "host"):
        return None
    return ["CMD-SHELL", shlex.join(["nc", "-z", action.get("host") or HOST, str(action["port"])])]


def _grpc(action: dict, timeout: int) -> list[str] | None:
    if not _is_port(action.get("port")):
        return None
    words = [GRPC, f"-addr={HOST}:{action['port']}"]
    words += [f"-service={action['service']}"] if action.get("service") else []
    words += [f"-connect-timeout={timeout}s", f"-rpc-timeout={timeout}s"] if timeout != TIMEOUT else []
    return ["CMD", *words]


def _host(action: dict) -> str:
    host = action.get("host") or HOST
    return f"[{host}]" if ":" in host else host


def _is_port(port) -> bool:
    return isinstance(port, int) and not isinstance(port, bool) and 0 < port < 65536


def _are_texts(action: dict, *keys: str) -> bool:
    return all(isinstance(action.get(key) or "", str) for key in keys)


def _is_header(header) -> bool:
    return isinstance(header, dict) and all(isinstance(header.get(key), str) for key in ("name", "value"))


def _is_words(command) -> bool:
    return isinstance(command, list) and bool(command) and all(isinstance(word, str) for word in command)


def command_to_handler(command: list[str]) -> dict | None:
    """Give the probe handler for a health check command: the handler it was written for, else the command as `exec`.

    None for a list that starts with neither CMD nor CMD-SHELL, which ECS refuses.
    """
    ours = recognise(command)
    return ours[0] if ours else as_exec(command)


def as_exec(command: list[str]) -> dict | None:
    """Give the command as an exec handler, which runs it just as ECS does."""
    if not _is_words(command) or len(command) < 2 or command[0] not in ("CMD", "CMD-SHELL"):
        return None
    return {"exec": {"command": [*(SHELLS[1] if command[0] == "CMD-SHELL" else ()), *command[1:]]}}


def recognise(command: list[str]) -> tuple[dict, int | None] | None:
    """Give the (handler, timeout) that handler_to_command wrote this for; a timeout that it does not tell is None."""
    return _recognised(tuple(command)) if _is_words(command) else None


@lru_cache(1024)
def _recognised(command: tuple[str, ...]) -> tuple[dict, int | None] | None:
    handler, timeout = _read([*command])
    return (handler, timeout) if handler and handler_to_command(handler, timeout) == [*command] else None


def _read(command: list[str]) -> tuple[dict | None, int | None]:
    if command[:2] == ["CMD", GRPC]:
        return _read_grpc(command[2:])
    words = _split(command[1].removesuffix(QUIET)) if command[0] == "CMD-SHELL" and len(command) == 2 else []
    if words[:3] == CURL:
        return _read_http(words[3:])
    if words[:2] == ["nc", "-z"] and len(words) == 4:
        return _on_port("tcpSocket", words[2], words[3]), None
    return None, None


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # A quote that never closes: nothing we wrote.
        return []


def _read_http(words: list[str]) -> tuple[dict | None, int | None]:
    """Read what follows `-m`: the seconds, the headers and, last, the address."""
    if len(words) < 2 or not words[0].isdecimal():
        return None, None
    scheme, _, rest = words[-1].partition("://")
    address, _, path = rest.partition("/")
    host, _, port = address.rpartition(":")
    handler = _on_port("httpGet", host.strip("[]"), port)
    if handler:
        headers = [words[at + 1].partition(": ") for at, word in enumerate(words[:-1]) if word == "-H"]
        handler["httpGet"] |= {"path": f"/{path}"} | ({"scheme": "HTTPS"} if scheme == "https" else {})
        if headers:
            handler["httpGet"]["httpHeaders"] = [{"name": name, "value": value} for name, _, value in headers]
    return handler, int(words[0])


def _read_grpc(words: list[str]) -> tuple[dict | None, int | None]:
    flags = dict(word.removeprefix("-").partition("=")[::2] for word in words)
    handler = _on_port("grpc", *flags.get("addr", "").rpartition(":")[::2])
    if handler and flags.get("service"):
        handler["grpc"]["service"] = flags["service"]
    seconds = flags.get("rpc-timeout", f"{TIMEOUT}s").removesuffix("s")
    return handler, int(seconds) if seconds.isdecimal() else None


def _on_port(kind: str, host: str, port: str) -> dict | None:
    if not port.isdecimal():
        return None
    return {kind: {"port": int(port)} | ({"host": host} if host != HOST else {})}


# Flags by which curl or wget sends more than the plain request that a kubelet would.
MORE_THAN_A_GET = (
    "-X", "-d", "-u", "-F", "-H", "--request", "--data", "--user", "--post", "--form", "--header", "--method",
)


@cache
def _request() -> re.Pattern:
    return re.compile(r"(?:curl|wget)\s[^|;&]*?(https?)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)"
                      r"(?::(\d+))?(/[^\s'\"|;&]*)?"
                      r"['\"]?\s*(?:>\s*/dev/null\s*(?:2>&1)?)?\s*(?:\|\|\s*exit\s+1)?\s*;?")


def likely_request(command: list[str]) -> dict | None:
    """Guess the httpGet that somebody's `curl` or `wget` of its own container stands for: an offer, never the same.

    The kubelet connects from outside the container, so an application that listens on 127.0.0.1 alone would fail.
    """
    if not _is_words(command) or command[0] not in ("CMD", "CMD-SHELL"):
        return None
    text = " ".join(command[1:]).strip()
    match = _request().fullmatch(text)
    if match is None or any(f" {flag}" in text for flag in MORE_THAN_A_GET):
        return None
    port = int(match[2] or {"http": 80, "https": 443}[match[1]])
    return {"httpGet": {"port": port, "path": match[3] or "/"} | ({"scheme": "HTTPS"} if match[1] == "https" else {})}


handler = TwoWay(to_ecs=handler_to_command, to_k8s=command_to_handler)
