"""Copilot's image, sidecars and logging -> the container definitions that Copilot deploys.

Their order is Copilot's: the workload, its log router, its trace collector, the sidecars by name; `taskdef_overrides`
count on it. Copilot's own defaults are written out where they are not those of ECS
(https://aws.github.io/copilot-cli/docs/manifest/lb-web-service/).
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import Any

from .copilot_ports import Exposed, of_container
from .copilot_workload import APP_RUNNER, APPLICATION, BACKEND, WEB, WORKER, Workload, imported
from .spellings import command, placeholder, seconds
from .taking import Node, Refused, text

CHECK = {
    "command": ["CMD-SHELL", "curl -f http://localhost/ || exit 1"],
    "interval": 10,
    "retries": 2,
    "timeout": 5,
    "startPeriod": 0,
}
LOG_ROUTER, LOG_ROUTER_IMAGE = "firelens_log_router", "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable"
COLLECTOR_IMAGE = "public.ecr.aws/aws-observability/aws-otel-collector:v0.17.0"
ROUTED = (
    "image",
    "destination",
    "enableMetadata",
    "secretOptions",
    "configFilePath",
    "variables",
    "secrets",
    "env_file",
)
CONDITIONS = ("start", "healthy", "complete", "success")


def containers(work: Workload, ports: list[Exposed], balanced: bool) -> list[dict[str, Any]]:
    """Give the container definitions of a workload, as trees that hold nodes."""
    common = injected(work, balanced)
    return [main(work, ports, common), *router(work, common), *collector(work), *sidecars(work, ports, common)]


def main(work: Workload, ports: list[Exposed], common: list[dict]) -> dict[str, Any]:
    """Give the container that runs the workload's own image."""
    manifest, spec = work.node, work.node["image"]
    mounted = mounts((name, volume) for name, volume in sorted(manifest["storage"]["volumes"].items()))
    exposes = work.type in (WEB, BACKEND, APP_RUNNER)
    return {
        "name": work.label,
        "image": image(work, spec, work.name),
        "essential": True,
        "secrets": secrets(manifest["secrets"]),
        "environment": [*common, *variables(manifest["variables"]), *mount_variable(mounted)],
        "environmentFiles": env_file(manifest["env_file"]),
        "logConfiguration": routed(manifest["logging"]) if is_routed(manifest) else awslogs(work),
        "entryPoint": command(manifest["entrypoint"]),
        "command": command(manifest["command"]),
        "mountPoints": mounted,
        "dockerLabels": texts(spec["labels"]),
        "dependsOn": depends_on(spec["depends_on"]),
        "portMappings": of_container(ports, work.name) if exposes else None,
        "healthCheck": health_check(spec["healthcheck"]),
        "readonlyRootFilesystem": manifest["storage"]["readonly_fs"].flag(),
        "repositoryCredentials": {"credentialsParameter": spec["credentials"].text()},
    }


def sidecars(work: Workload, ports: list[Exposed], common: list[dict]) -> Iterator[dict[str, Any]]:
    """Give the sidecars in the order of their names, which is Copilot's."""
    for name, spec in sorted(work.node["sidecars"].items()):
        mounted = mounts((entry["source_volume"].text(), entry) for entry in spec["mount_points"].each())
        yield {
            "name": name,
            "image": image(work, spec["image"], name),
            "essential": spec["essential"].flag().or_(True),
            "entryPoint": command(spec["entrypoint"]),
            "command": command(spec["command"]),
            "portMappings": of_container(ports, name),
            "healthCheck": health_check(spec["healthcheck"]),
            "environment": [*common, *variables(spec["variables"]), *mount_variable(mounted)],
            "environmentFiles": env_file(spec["env_file"]),
            "secrets": secrets(spec["secrets"]),
            "logConfiguration": awslogs(work),
            "dockerLabels": texts(spec["labels"]),
            "dependsOn": depends_on(spec["depends_on"]),
            "repositoryCredentials": {"credentialsParameter": spec["credentialsParameter"].text()},
            "mountPoints": mounted,
        }


def router(work: Workload, common: list[dict]) -> Iterator[dict[str, Any]]:
    """Give the log router that a `logging` section adds."""
    spec = work.node["logging"]
    if is_routed(work.node):
        config = spec["configFilePath"].text()
        yield {
            "name": LOG_ROUTER,
            "image": spec["image"].text().or_(LOG_ROUTER_IMAGE),
            "essential": True,
            "environment": [*common, *variables(spec["variables"])],
            "environmentFiles": env_file(spec["env_file"]),
            "secrets": secrets(spec["secrets"]),
            "firelensConfiguration": {
                "type": "fluentbit",
                "options": {
                    "enable-ecs-log-metadata": spec["enableMetadata"].flag().text().or_("true"),
                    "config-file-type": "file" if config else None,
                    "config-file-value": config,
                },
            },
            "logConfiguration": awslogs(work),
        }


def is_routed(manifest: Node) -> bool:
    """Whether logs go through a router: a retention alone leaves them in CloudWatch."""
    return any(manifest["logging"][key] for key in ROUTED)


def collector(work: Workload) -> Iterator[dict[str, Any]]:
    """Give the X-Ray collector that `observability.tracing` adds."""
    tracing = work.node["observability"]["tracing"].one_of(["awsxray"])
    if tracing:
        name = tracing.to(lambda word: "aws-otel-collector")
        yield {
            "name": name,
            "image": COLLECTOR_IMAGE,
            "command": ["--config=/etc/ecs/ecs-xray.yaml"],
            "logConfiguration": awslogs(work),
        }


def image(work: Workload, spec: Node, container: str) -> Any:
    """Give the image; one that Copilot builds has no name yet."""
    location = spec["location"].text() if spec.is_map() or not spec else spec.text()
    if location:
        return location
    stand_in = f"${{{placeholder(container)}_IMAGE}}"
    if spec["build"]:
        work.node.ledger.gather(
            "build",
            "Copilot builds the images of {}; placeholders like `${NAME_IMAGE}` stand for them.",
            container,
            spec["build"],
        )
    else:
        work.say(
            "image-missing",
            f"`{container}` has neither `image.location` nor `image.build`; `{stand_in}` stands for its image.",
            spec,
        )
    return stand_in


def injected(work: Workload, balanced: bool) -> list[dict]:
    """Give the variables that Copilot sets in every container."""
    subscribed = work.node["subscribe"]
    queues = topic_queues(subscribed)
    found = {
        APPLICATION: f"${{{APPLICATION}}}",
        "COPILOT_SERVICE_DISCOVERY_ENDPOINT": work.endpoint,
        "COPILOT_ENVIRONMENT_NAME": work.env,
        "COPILOT_SERVICE_NAME": work.name,
        "COPILOT_SNS_TOPIC_ARNS": topics(work) or None,
        "COPILOT_QUEUE_URI": "${COPILOT_QUEUE_URI}" if work.type == WORKER else None,
        "COPILOT_TOPIC_QUEUE_URIS": _json(queues) if queues else None,
        "COPILOT_LB_DNS": "${COPILOT_LB_DNS}" if balanced else None,
    }
    return [{"name": name, "value": value} for name, value in found.items() if value is not None]


def topics(work: Workload) -> str:
    """Give the topics that a workload publishes to, as the JSON that its containers get."""
    names = [
        _fifo(topic["name"].value, topic["fifo"].value)
        for topic in work.node["publish"]["topics"].each()
        if topic["name"]
    ]
    arn = f"arn:aws:sns:${{AWS_REGION}}:${{AWS_ACCOUNT_ID}}:{work.prefix}-"
    return _json({name: arn + name for name in names}) if names else ""


def topic_queues(subscribed: Node) -> dict[str, str]:
    """Give the queues that belong to one topic each, by the name that Copilot gives them."""
    own = [topic for topic in subscribed["topics"].each() if topic["queue"].value not in (None, False)]
    names = [f"{_letters(topic['service'].value)}{_letters(topic['name'].value).title()}EventsQueue" for topic in own]
    return {name: f"${{{name}_URL}}" for name in names}


def _letters(value: Any) -> str:
    return "".join(letter for letter in str(value or "") if letter.isalnum())


def _fifo(name: Any, fifo: Any) -> str:
    return f"{name}.fifo" if fifo else str(name)


def _json(value: dict) -> str:
    """Write JSON as Go does: sorted, without blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def variables(spec: Node) -> list[dict]:
    """Give plain variables in the order of their names, which is Copilot's."""
    made = []
    for name, node in sorted(spec.items()):
        if isinstance(node.value, (bool, float)):
            node.ledger.gather(
                "variable-text", "These variables are not quoted, and were read as text: {}.", name, node
            )
        made.append({"name": name, "value": imported(node)})
    return [entry for entry in made if entry["value"]]


def secrets(spec: Node) -> list[dict]:
    """Give secrets: a parameter's name, an ARN, a secret by name, or an export."""
    made = [{"name": name, "valueFrom": secret(node)} for name, node in sorted(spec.items())]
    return [entry for entry in made if entry["valueFrom"]]


def secret(node: Node) -> Node:
    """Give what ECS takes as `valueFrom`; a secret's name becomes its ARN, without the suffix that AWS adds."""
    name = node["secretsmanager"].text()
    return (
        name.to(lambda value: f"arn:aws:secretsmanager:${{AWS_REGION}}:${{AWS_ACCOUNT_ID}}:secret:{value}")
        if name
        else imported(node)
    )


def env_file(node: Node) -> list[dict] | None:
    """Give the S3 object in which an env file has to stand."""
    made = node.text().to(lambda path: f"arn:aws:s3:::${{ENV_FILE_BUCKET}}/{posixpath.normpath(path)}")
    if not made:
        return None
    node.ledger.gather(
        "env-file",
        "Copilot uploads {} to S3 when it deploys; `${ENV_FILE_BUCKET}` stands for the bucket.",
        node.value,
        node,
    )
    return [{"type": "s3", "value": made}]


def texts(spec: Node) -> dict[str, Node]:
    """Give a map of texts."""
    return {key: node.text() for key, node in spec.items()}


def depends_on(spec: Node) -> list[dict]:
    """Give the containers that have to start first."""
    found = ((name, node.one_of(CONDITIONS)) for name, node in sorted(spec.items()))
    return [{"containerName": name, "condition": node.to(str.upper)} for name, node in found if node]


def health_check(spec: Node) -> dict[str, Any] | None:
    """Give a health check, with Copilot's defaults for what it does not say."""
    if not spec or not any(spec[key] for key in ("command", "interval", "retries", "timeout", "start_period")):
        return None
    found = {
        "command": spec["command"].to(_command),
        "interval": seconds(spec["interval"]),
        "timeout": seconds(spec["timeout"]),
        "retries": spec["retries"].whole(),
        "startPeriod": seconds(spec["start_period"]),
    }
    return {key: node.or_(CHECK[key]) for key, node in found.items()}


def _command(value: Any) -> list[str]:
    if value == []:
        raise Refused("a command")
    return [text(entry) for entry in value] if isinstance(value, list) else [text(value)]


def mounts(volumes: Any) -> list[dict]:
    """Give mount points, which Copilot makes read-only unless a manifest says otherwise."""
    return [
        {"sourceVolume": name, "containerPath": spec["path"].text(), "readOnly": spec["read_only"].flag().or_(True)}
        for name, spec in volumes
    ]


def mount_variable(mounted: list[dict]) -> list[dict]:
    """Give the variable that tells a container where its volumes are."""
    places = {_plain(mount["sourceVolume"]): _plain(mount["containerPath"]) for mount in mounted}
    return (
        [{"name": "COPILOT_MOUNT_POINTS", "value": _json({name: place for name, place in places.items() if place})}]
        if places
        else []
    )


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Node) else value


def awslogs(work: Workload) -> dict[str, Any]:
    """Give the log driver that Copilot sets."""
    return {
        "logDriver": "awslogs",
        "options": {
            "awslogs-region": "${AWS_REGION}",
            "awslogs-group": work.log_group,
            "awslogs-stream-prefix": "copilot",
        },
    }


def routed(spec: Node) -> dict[str, Any]:
    """Give the log driver that hands logs to the router."""
    return {
        "logDriver": "awsfirelens",
        "options": texts(spec["destination"]),
        "secretOptions": secrets(spec["secretOptions"]),
    }
