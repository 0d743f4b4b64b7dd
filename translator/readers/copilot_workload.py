"""One Copilot workload while it is read: its manifest, and the names that its environment gives to things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .spellings import placeholder
from .taking import Node

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
