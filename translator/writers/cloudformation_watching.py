"""Containers' logs and step policies -> the log groups that they write to, and the alarms that start them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .cloudformation_permissions import containers
from .cloudformation_properties import mentions
from .cloudformation_template import Entry, Template
from .cloudformation_values import Call, attribute, pascal, pieces, ref

RETENTION = 30  # days; CloudWatch keeps logs for ever where nothing is said


def logs(template: Template) -> None:
    """Add the log groups that containers write to and nobody creates."""
    made: dict[str, str] = {}
    for entry in template.of("taskDefinitions"):
        written = template.resources[entry.logical].properties.get("ContainerDefinitions", ())
        for one, properties in zip(containers(entry.value), written, strict=False):
            _log_group(template, one.get("logConfiguration"), properties.get("LogConfiguration"), made)
    for entry in template.of("services"):
        connect = entry.value.get("serviceConnectConfiguration") or {}
        properties = template.resources[entry.logical].properties.get("ServiceConnectConfiguration", {})
        _log_group(template, connect.get("logConfiguration"), properties.get("LogConfiguration"), made)


def _log_group(template: Template, given: Any, properties: Any, made: dict[str, str]) -> None:
    options = (given or {}).get("options") or {}
    name = options.get("awslogs-group")
    known = not name or template.named("logGroups", name) is not None or options.get("awslogs-create-group") == "true"
    if (
        given is None
        or given.get("logDriver") != "awslogs"
        or known
        or any(not isinstance(piece, str) for piece in pieces(name))
    ):
        return
    if name not in made:
        days = template.parameter(
            "LogRetentionInDays", "Number", "How many days CloudWatch keeps logs.", Default=RETENTION
        )
        group = {"LogGroupName": template.literal(name), "RetentionInDays": days}
        made[name] = template.add(
            pascal(name) + "LogGroup", "AWS::Logs::LogGroup", group, "Where the containers write their logs."
        )
    properties["Options"]["awslogs-group"] = ref(made[name])


def alarms(template: Template) -> None:
    """Add an alarm for each step policy that none starts."""
    mentioned = set().union(*(mentions(entry.value) for entry in template.of("alarms")))
    for entry in template.of("scalingPolicies"):
        steps = (entry.value.get("StepScalingPolicyConfiguration") or {}).get("StepAdjustments") or ()
        if steps and entry.key not in mentioned and entry.value.get("PolicyARN") not in mentioned:
            _alarm(template, entry, _falls(steps))


def _falls(steps: Iterable[dict]) -> bool:
    """Whether the steps of a policy take capacity away."""
    changes = [step.get("ScalingAdjustment") for step in steps]
    return sum(change for change in changes if isinstance(change, int)) < 0


def _alarm(template: Template, entry: Entry, down: bool) -> None:
    name = pascal(entry.key)
    properties: dict[str, Any] = {
        "AlarmDescription": "Scales " + ("in" if down else "out"),
        "Namespace": template.parameter(
            f"{name}Namespace", description="The namespace of the metric to scale by.", Default="AWS/ECS"
        ),
        "MetricName": template.parameter(
            f"{name}Metric", description="The metric to scale by.", Default="CPUUtilization"
        ),
        "Dimensions": _dimensions(template, entry),
        "Statistic": (entry.value["StepScalingPolicyConfiguration"].get("MetricAggregationType") or "Average"),
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": template.parameter(
            f"{name}Threshold", "Number", f"Scale {'in below' if down else 'out at'} this value of the metric."
        ),
        "ComparisonOperator": "LessThanThreshold" if down else "GreaterThanOrEqualToThreshold",
        "AlarmActions": [ref(entry.logical)],
    }
    comment = "A step policy does nothing until an alarm starts it, and the document has none: choose its metric."
    template.add(f"{name}Alarm", "AWS::CloudWatch::Alarm", properties, comment)


def _dimensions(template: Template, entry: Entry) -> list[dict[str, Any]]:
    service = template.named("services", str(entry.value.get("ResourceId", "")).rpartition("/")[2])
    if service is None:
        _, _, rest = str(entry.value.get("ResourceId", "")).partition("/")
        cluster, _, name = rest.rpartition("/")
        return [
            {"Name": "ClusterName", "Value": template.text(cluster)},
            {"Name": "ServiceName", "Value": template.text(name)},
        ]
    cluster_: Any = template.resources[service.logical].properties["Cluster"]
    if not isinstance(cluster_, Call):
        cluster_ = str(cluster_).rpartition("/")[2]
    return [
        {"Name": "ClusterName", "Value": cluster_},
        {"Name": "ServiceName", "Value": attribute(service.logical, "Name")},
    ]
