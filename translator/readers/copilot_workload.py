"""One Copilot workload while it is read: its manifest, and the names that its environment gives to things."""

from __future__ import annotations

import functools
import re
import shlex
from dataclasses import dataclass
from typing import Any

from .taking import Node, Refused, text

WEB, BACKEND, WORKER = "Load Balanced Web Service", "Backend Service", "Worker Service"
APP_RUNNER, JOB, SITE = "Request-Driven Web Service", "Scheduled Job", "Static Site"
ENVIRONMENT, PIPELINE = "Environment", "Pipeline"
TYPES = (WEB, BACKEND, WORKER, APP_RUNNER, JOB, SITE, ENVIRONMENT, PIPELINE)

# What a Copilot application or environment owns, and no manifest names.
APPLICATION, ENVIRONMENT_NAME = "COPILOT_APPLICATION_NAME", "COPILOT_ENVIRONMENT_NAME"
SUBNETS = {
    "public": ("${PUBLIC_SUBNET_1}", "${PUBLIC_SUBNET_2}"),
    "private": ("${PRIVATE_SUBNET_1}", "${PRIVATE_SUBNET_2}"),
}
DURATION_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True)
class Workload:
    """A workload's manifest, its type and its name, and the environment it is read for."""

    node: Node
    type: str
    name: str
    env: str

    @property
    def label(self) -> Any:
        """Give the name as it stands in the manifest, where it does."""
        node = self.node["name"]
        return node.to(lambda value: self.name) if node.value == self.name else self.name

    @property
    def prefix(self) -> str:
        """Give the name that Copilot gives to a workload's resources: application, environment, workload."""
        return f"${{{APPLICATION}}}-{self.env}-{self.name}"

    @property
    def endpoint(self) -> str:
        """Give the domain in which the environment's services find each other."""
        return f"{self.env}.${{{APPLICATION}}}.local"

    @property
    def log_group(self) -> str:
        """Give the log group that Copilot makes for the workload."""
        return f"/copilot/{self.prefix}"

    def say(self, code: str, message: str, *nodes: Node, remedy: str = "") -> None:
        """Report nodes of the manifest."""
        self.node.ledger.say(code, message, *nodes, remedy=remedy)


def seconds(node: Node) -> Node:
    """Read a duration as whole seconds; Copilot cuts off what is less."""
    return node.to(lambda value: int(duration(value)))


def duration(value: Any) -> float:
    """Read a duration as Go writes it (`1h30m`, `250ms`), in seconds."""
    words = value.strip() if isinstance(value, str) else ""
    parts = _part().findall(words)
    if not parts or "".join(amount + unit for amount, unit in parts) != words:
        raise Refused("a duration with its unit, like `30s` or `1h30m`")
    return sum(float(amount) * DURATION_UNITS[unit] for amount, unit in parts)


@functools.cache
def _part() -> re.Pattern:
    return re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)")


def words(node: Node) -> Node:
    """Read a command: a list stays as it is, a string is split as a shell splits it."""
    return node.to(_words)


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text(entry) for entry in value]
    try:
        return shlex.split(text(value), comments=True)
    except ValueError:
        raise Refused("a command whose quotes are closed") from None


def imported(node: Node) -> Node:
    """Give a text, or the placeholder for what a CloudFormation stack exports under a name (`from_cfn`)."""
    export = node["from_cfn"]
    if not export:
        return node.text()
    made = export.text().to(lambda name: f"${{{placeholder(name)}}}")
    if made:
        node.ledger.gather(
            "from-cfn",
            "The values of CloudFormation exports are not known: {}; placeholders of like names stand for them.",
            str(export.value),
            export,
        )
    return made


def placeholder(name: str) -> str:
    """Make a name fit to stand in `${...}`."""
    return "_".join(filter(None, re.split(r"[^A-Za-z0-9]+", name))).upper()
