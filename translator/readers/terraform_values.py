"""Values as Terraform writes them <-> values as the AWS API takes them: named pairs of pure functions."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Pair:
    """Both directions of a row; None means that a value cannot be carried."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def listed_as_map(key: str, value: str) -> Pair:
    """Join a list of pairs to a map: `[{Key: a, Value: b}]` is `{a = "b"}`."""

    def write(entries: Any) -> Any:
        if not isinstance(entries, list) or not all(
            isinstance(entry, dict) and isinstance(entry.get(key), str) for entry in entries
        ):
            return None
        return {entry[key]: entry.get(value, "") for entry in entries}

    def read(entries: Any) -> Any:
        return (
            [{key: name, value: text(entry)} for name, entry in entries.items()] if isinstance(entries, dict) else None
        )

    return Pair(write, read)


def tags_of(resource: str) -> Pair:
    """Join EC2's tag specifications to a map; a specification of another resource cannot be carried."""
    tags = listed_as_map("Key", "Value")

    def write(specifications: Any) -> Any:
        match specifications:
            case [{"ResourceType": kind, "Tags": entries}] if kind == resource:
                return tags.write(entries)
        return None

    return Pair(write, lambda entries: [{"ResourceType": resource, "Tags": tags.read(entries)}])


def words(forth: dict[Any, Any]) -> Pair:
    """Join the words of an enumeration."""
    back = {word: value for value, word in forth.items()}
    return Pair(
        lambda value: forth.get(value) if isinstance(value, (str, bool)) else None,
        lambda value: back.get(value) if isinstance(value, (str, bool)) else None,
    )


def text(value: Any) -> Any:
    """Give a value as the text that Terraform makes of it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(number(value)) if isinstance(value, (int, float)) else value


def number(value: Any) -> Any:
    """Give the number that a text or a number says, whole where it is; anything else stays."""
    if isinstance(value, bool):
        return value
    try:
        exact = float(value)
    except (TypeError, ValueError):
        return value
    if isinstance(value, (int, float)):
        return int(exact) if isinstance(value, float) and exact.is_integer() else value
    return int(value) if value.strip().lstrip("+-").isdecimal() else exact


def typed(value: Any) -> Any:
    """Give the boolean or the number that an attribute's text says."""
    return {"true": True, "false": False}.get(value, number(value)) if isinstance(value, str) else None


def parsed(value: Any) -> Any:
    """Give what a JSON text holds, if it holds an object or a list; a placeholder may stand where a number belongs."""
    if not isinstance(value, str):
        return value
    for attempt in (value, _bare().sub(r'\1"\2"', value)):
        try:
            found = json.loads(attempt)
        except (ValueError, RecursionError):
            continue
        return found if isinstance(found, (dict, list)) else value
    return value


@functools.cache
def _bare() -> re.Pattern:
    return re.compile(r"([:\[,]\s*)(\$\{\w+\})(?=\s*[,}\]])")


def mapping(value: Any) -> dict[str, Any]:
    """Give a map, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """Give a list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def entries(value: Any) -> Any:
    """Give a list of objects as it is, and nothing for anything else."""
    return value if isinstance(value, list) and all(isinstance(entry, dict) for entry in value) else None


def only(values: Any) -> Any:
    """Give the one entry of a list."""
    return values[0] if isinstance(values, list) and len(values) == 1 else None


def _certificate(entries: Any) -> Any:
    entry = only(entries)
    return entry.get("CertificateArn") if isinstance(entry, dict) else None


def _matcher(value: Any) -> Any:
    return only(list(value.values())) if isinstance(value, dict) else None


def _split(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else None


def _join(values: Any) -> Any:
    return ",".join(map(str, values)) if isinstance(values, list) else values


COOKIES = {"lb_cookie": "stickiness.lb_cookie.duration_seconds", "app_cookie": "stickiness.app_cookie.duration_seconds"}


def _stickiness(attributes: Any) -> Any:
    """Give the block of a target group's stickiness attributes; the provider asks for its type."""
    if not isinstance(attributes, dict) or not any(key.startswith("stickiness.") for key in attributes):
        return None
    kind = str(attributes.get("stickiness.type", "lb_cookie"))
    block = {
        "type": kind,
        "enabled": typed(attributes.get("stickiness.enabled")),
        "cookie_duration": typed(attributes.get(COOKIES.get(kind))),
        "cookie_name": attributes.get("stickiness.app_cookie.cookie_name"),
    }
    return {name: value for name, value in block.items() if value is not None}


def _stickiness_back(block: Any) -> Any:
    if not isinstance(block, dict):
        return None
    kind = str(block.get("type", "lb_cookie"))
    members = {
        "stickiness.type": kind,
        "stickiness.enabled": text(block.get("enabled", True)),
        "stickiness.app_cookie.cookie_name": block.get("cookie_name") or None,
        COOKIES.get(kind, ""): text(block.get("cookie_duration")),
    }
    return {name: value for name, value in members.items() if name and value is not None}


# A rule's condition: its field, the member of its configuration, and the block in Terraform.
CONDITIONS = (
    ("host-header", "HostHeaderConfig", "host_header"),
    ("path-pattern", "PathPatternConfig", "path_pattern"),
    ("http-request-method", "HttpRequestMethodConfig", "http_request_method"),
    ("source-ip", "SourceIpConfig", "source_ip"),
    ("http-header", "HttpHeaderConfig", "http_header"),
    ("query-string", "QueryStringConfig", "query_string"),
)


def _conditions(conditions: Any) -> Any:
    made = [_condition(entry) for entry in conditions] if isinstance(conditions, list) else [None]
    return None if None in made or not made else made


def _condition(entry: Any) -> Any:
    """Give one condition's block; the older form has the values beside the field."""
    if not isinstance(entry, dict):
        return None
    for name, member, block in CONDITIONS:
        if entry.get("Field", name) != name or (member not in entry and "Field" not in entry):
            continue
        said = entry.get(member) or {"Values": entry.get("Values")}
        values = said.get("Values") if isinstance(said, dict) else None
        if not isinstance(values, list):
            return None
        if block == "query_string":
            return {
                block: [
                    {key.lower(): value for key, value in pair.items()} for pair in values if isinstance(pair, dict)
                ]
            }
        header = {"http_header_name": said["HttpHeaderName"]} if "HttpHeaderName" in said else {}
        return {block: {**header, "values": values}}
    return None


def _conditions_back(blocks: Any) -> Any:
    entries = blocks if isinstance(blocks, list) else [blocks]
    return [made for entry in entries if isinstance(entry, dict) for made in _condition_back(entry)]


def _condition_back(entry: dict) -> list[dict]:
    made = []
    for name, member, block in CONDITIONS:
        said = entry.get(block)
        said = said[0] if isinstance(said, list) and said and block != "query_string" else said
        if block == "query_string" and said:
            pairs = said if isinstance(said, list) else [said]
            made.append({"Field": name, member: {"Values": [_pair(pair) for pair in pairs]}})
        elif isinstance(said, dict):
            header = {"HttpHeaderName": said["http_header_name"]} if "http_header_name" in said else {}
            made.append({"Field": name, member: {**header, "Values": said.get("values", [])}})
    return made


def _pair(pair: dict) -> dict:
    return {key.capitalize(): value for key, value in pair.items() if value not in (None, "")}


PAIRS: dict[str, Pair] = {
    "key-value": listed_as_map("key", "value"),
    "Key-Value": listed_as_map("Key", "Value"),
    "name-value": listed_as_map("name", "value"),
    "Name-Value": listed_as_map("Name", "Value"),
    "tags-of-group": tags_of("security-group"),
    "tags-of-rule": tags_of("security-group-rule"),
    "enabled": words({"ENABLED": True, "DISABLED": False}),
    "status": words({True: "ENABLED", False: "DISABLED"}),
    "internal": words({"internal": True, "internet-facing": False}),
    "number": Pair(lambda value: text(value), number),
    "text": Pair(typed, text),
    "json": Pair(parsed, lambda value: value if isinstance(value, str) else text(value)),
    "data": Pair(entries, lambda value: entries(parsed(value))),
    "comma": Pair(_split, _join),
    "only": Pair(only, lambda value: [value]),
    "certificate": Pair(_certificate, lambda value: [{"CertificateArn": value}]),
    "matcher": Pair(_matcher, lambda value: {"HttpCode": text(value)}),
    "stickiness": Pair(_stickiness, _stickiness_back),
    "conditions": Pair(_conditions, _conditions_back),
}
