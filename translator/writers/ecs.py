"""ECS requests -> JSON files, each what an AWS call takes, or one JSON document."""
from __future__ import annotations

from typing import Any

from ..hubs.application import name_of
from ..model import Document, Object
from .folders import files, kebab
from .text import dump_json

IRREGULAR = {
    "scalingPolicies": "scaling-policy",
    "lifecyclePolicies": "lifecycle-policy",
    "retentionPolicies": "retention-policy",
    "rolePolicies": "role-policy",
    "repositories": "repository",
    "loadBalancerAttributes": "load-balancer-attributes",
    "targetGroupAttributes": "target-group-attributes",
    "revokedEgress": "revoked-egress",
    "securityGroupEgress": "security-group-egress",
    "securityGroupIngress": "security-group-ingress",
}


def write(document: Document, environment: dict[str, Any]) -> dict[str, str]:
    """Give a folder an application, a file a request: `web/task-definition.json`."""
    return files(document, _stem, "json", dump_json)


def _stem(entry: Object) -> str:
    """Name a file after its kind; a policy after what it tracks, too, for a service soon has several."""
    stem = IRREGULAR.get(entry.kind) or kebab(entry.kind).removesuffix("s")
    return f"{stem}-{name_of(entry)}" if entry.kind in ("scalingPolicies", "scheduledActions") else stem


def stream(document: Document) -> str:
    """Give the whole document as one JSON object."""
    return dump_json(document.objects())
