"""Labels of nodes and families of images <-> what an instance of ECS is started with: user data and an image's parameter.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
"""
from __future__ import annotations

import base64
import json
from binascii import Error
from typing import Any

BOTTLEROCKET = "Bottlerocket"
PARAMETER = "resolve:ssm:/aws/service/"
IMAGES = {
    "AmazonLinux2023": PARAMETER + "ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
    "AmazonLinux2": PARAMETER + "ecs/optimized-ami/amazon-linux-2/recommended/image_id",
    BOTTLEROCKET: PARAMETER + "bottlerocket/aws-ecs-2/x86_64/latest/image_id",
}
USUAL = "AmazonLinux2023"
ATTRIBUTES, FILE = "ECS_INSTANCE_ATTRIBUTES=", "/etc/ecs/ecs.config"
SECTION = "[settings.ecs.instance-attributes]"


def image(name: Any) -> str:
    """Give the parameter under which AWS keeps the newest image for ECS."""
    return IMAGES.get(name) or IMAGES[USUAL]


def family(parameter: Any) -> str | None:
    """Give the family of such an image."""
    return next((name for name, value in IMAGES.items() if value == parameter), None)


def write(labels: Any, cluster: str, name: Any) -> str:
    """Give the user data that lets an instance join a cluster with attributes, in base64."""
    known = {key: value for key, value in (labels or {}).items() if isinstance(value, str)} if isinstance(labels, dict) else {}
    text = _settings(known, cluster) if name == BOTTLEROCKET else _script(known, cluster)
    return base64.b64encode(text.encode()).decode()


def _script(labels: dict[str, str], cluster: str) -> str:
    lines = [f"ECS_CLUSTER={cluster}", *([ATTRIBUTES + json.dumps(labels)] if labels else [])]
    return "\n".join(["#!/bin/bash", f"cat <<'EOF' >> {FILE}", *lines, "EOF", ""])


def _settings(labels: dict[str, str], cluster: str) -> str:
    lines = ["[settings.ecs]", f"cluster = {json.dumps(cluster)}"]
    if labels:
        lines += [SECTION, *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in labels.items())]
    return "\n".join([*lines, ""])


def labels(data: Any) -> dict[str, str] | None:
    """Read the attributes that user data gives an instance; None where it gives none, or another way."""
    try:
        lines = base64.b64decode(str(data), validate=True).decode().splitlines()
    except (Error, ValueError):
        return None
    for place, line in enumerate(lines):
        if ATTRIBUTES in line:
            return _object(line.partition(ATTRIBUTES)[2].partition(" >>")[0].strip("'\""))
        if line.strip() == SECTION:
            pairs = [one.split(" = ", 1) for one in lines[place + 1 :] if " = " in one]
            return _object("{" + ", ".join(": ".join(pair) for pair in pairs) + "}")
    return None


def _object(text: str) -> dict[str, str] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    known = {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
    return known or None
