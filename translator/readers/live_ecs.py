"""A cluster's services, through boto3 -> a document: definitions, scaling, target groups, discovery, by reference only."""
from __future__ import annotations

from typing import Any, Callable

from ..findings import message
from ..model import ECS, Document, Field, Finding, ReadError, Source
from . import ecs as reader
from . import live_ecs_parts as parts
from .live_ecs_parts import batches

BATCH = 10  # services that describe-services takes at once
ATTEMPTS = 3  # of a call whose answer is cut off
EXPIRED = (
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
)
NOT_LOGGED_IN = (
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "NoRegionError",
    "ProfileNotFound",
    "TokenRetrievalError",
    "SSOTokenLoadError",
    "UnauthorizedSSOTokenError",
)
NOBODY = (
    "EndpointConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ConnectionClosedError",
    "ProxyConnectionError",
    "SSLError",
)
BUSY = ("Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "ServiceUnavailable")
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


class CutOffError(Exception):
    """An answer ended before its end, and trying again did not help."""


def is_half(answer: Any) -> bool:
    """Whether an answer is shorter than it says: botocore takes what it cannot parse of one for an answer without entries."""
    said = answer.headers.get("content-length", "")
    return answer.status_code == 200 and not answer.headers.get("content-encoding") and said.isdigit() and len(answer.content) < int(said)


def ask_again(response: Any, attempts: int, **more: Any) -> int | None:
    """Have a call made again, at once, whose answer was cut off."""
    return 0 if response and attempts < ATTEMPTS and is_half(response[0]) else None


def refuse_half(http_response: Any, **more: Any) -> None:
    """Raise where an answer was cut off every time."""
    if is_half(http_response):
        raise CutOffError("the answer was cut off")


class Account:
    """The clients of one session, and what could not be read with them."""

    def __init__(self, source: str, progress: Callable[[str], None]):
        import boto3
        from botocore.config import Config

        self.source, self.progress = source, progress
        self.session = _session(boto3, source)
        self.config = Config(retries={"mode": "adaptive", "max_attempts": 10}, connect_timeout=5, read_timeout=60)
        # The first call shows whether anybody answers; somebody who does not is not waited for long.
        self.first = Config(retries={"mode": "standard", "max_attempts": 2}, connect_timeout=5, read_timeout=60)
        self.connected = False
        self.said: list[Finding] = []
        self.answers: dict[str, list[dict]] = {}

    def client(self, service: str) -> Any:
        """Give the client of a service."""
        client = self.session.client(service, config=self.config if self.connected else self.first)
        client.meta.events.register("needs-retry.*", ask_again)
        client.meta.events.register("after-call.*", refuse_half)
        return client

    def pages(self, service: str, operation: str, key: str, **given: Any) -> list[Any]:
        """Give every entry of all pages of a call; nothing, and a finding, where it is not permitted."""

        def ask() -> list[Any]:
            client = self.client(service)
            paged = client.can_paginate(operation)
            answers = client.get_paginator(operation).paginate(**given) if paged else [getattr(client, operation)(**given)]
            return [entry for answer in answers for entry in answer.get(key) or ()]

        return self.asked(f"{service}:{operation}", ask, [])

    def one(self, service: str, operation: str, key: str, **given: Any) -> dict[str, Any]:
        """Give what a call tells of one thing; nothing, and a finding, where it is not permitted."""

        def ask() -> dict[str, Any]:
            answer = getattr(self.client(service), operation)(**given)
            found = answer.get(key) if key else {name: value for name, value in answer.items() if name != "ResponseMetadata"}
            tags = {"tags": answer["tags"]} if key and answer.get("tags") else {}
            return {**(found or {}), **tags}

        return self.asked(f"{service}:{operation}", ask, {})

    def asked(self, call: str, ask: Callable[[], Any], nothing: Any) -> Any:
        """Ask, and once more where AWS was too busy to answer the first call of all."""
        self.progress(call.replace(":", " "))
        try:
            answer = ask()
        except Exception as error:  # botocore's errors have no common base but Exception
            if not self.connected and _code(error) in BUSY:
                self.connected = True
                return self.asked(call, ask, nothing)
            self.refuse(error, call)
            return nothing
        self.connected = True
        return answer

    def refuse(self, error: Exception, call: str) -> None:
        """Say that a call failed; raises ReadError where every call will."""
        code, silent = _code(error), not self.connected and type(error).__name__ in NOBODY
        if silent or code in EXPIRED or type(error).__name__ in NOT_LOGGED_IN:
            raise ReadError(f"cannot connect: {_first_line(error)}", self.source) from error
        if code in ("ClusterNotFoundException", "ServiceNotFoundException"):
            raise ReadError(_first_line(error), self.source) from error
        denied = code in DENIED
        reason = "is not permitted" if denied else f"failed: {_first_line(error)}"
        words = f"The call {call} {reason}, so what it tells is not in the report."
        self.said.append(message("reading.not-permitted" if denied else "reading.broken-off", words, [Field("", call)]))

    def add(self, kind: str, entries: list[dict]) -> None:
        """Keep answers under their kind."""
        self.answers.setdefault(kind, []).extend(entries)


def _session(boto3: Any, source: str) -> Any:
    try:
        return boto3.session.Session()
    except Exception as error:  # a profile that is not there; botocore's errors have no common base
        raise ReadError(f"cannot connect: {_first_line(error)}", source) from error


def read(cluster: str, service: str, progress: Callable[[str], None]) -> Document:
    """Read a service, or every service and scheduled task of a cluster, with all that belongs to it."""
    account = Account(f"ecs://{cluster}/{service}".rstrip("/"), progress)
    try:
        services = _services(account, cluster, service)
        if service and not services:
            raise ReadError(account.said[0].message if account.said else "no such service", account.source)
        parts.gather(account, cluster, services, bool(service))
        if not any(account.answers.get(kind) for kind in ("services", "schedules")):
            raise ReadError(account.said[0].message if account.said else "the cluster runs no services", account.source)
    finally:
        progress("")
    made = reader.read(Source(account.answers, account.source))
    return Document(ECS, made.entries, (*account.said, *made.findings))


def _services(account: Account, cluster: str, service: str) -> list[dict]:
    arns = [service] if service else account.pages("ecs", "list_services", "serviceArns", cluster=cluster)
    return [
        one
        for batch in batches(arns, BATCH)
        for one in account.pages(
            "ecs", "describe_services", "services", cluster=cluster, services=batch, include=["TAGS"]
        )
    ]


def _code(error: Exception) -> str:
    return (getattr(error, "response", None) or {}).get("Error", {}).get("Code", "")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(":. ")
