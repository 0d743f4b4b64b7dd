"""Scalable targets, policies, scheduled actions and alarms <-> what Application Auto Scaling refuses or cannot do."""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import Book, is_fargate, is_fargate_start, service_name
from .rules import Hit, Rules, between, counted, each
from .values import entries, joined, mapping, number, text

TRACKING, STEPS, PREDICTIVE = (
    "TargetTrackingScalingPolicyConfiguration",
    "StepScalingPolicyConfiguration",
    "PredictiveScalingPolicyConfiguration",
)
CONFIGURATIONS = {"TargetTrackingScaling": TRACKING, "StepScaling": STEPS, "PredictiveScaling": PREDICTIVE}
UTILIZATION = ("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization")


def capacity_order(action: dict, outer: Any) -> Iterator[Hit]:
    """Refuse a minimum above the maximum."""
    low, high = number(action.get("MinCapacity")), number(action["MaxCapacity"])
    if low is not None and high is not None and low > high:
        yield ("MinCapacity",), f"MinCapacity {low} is above MaxCapacity {high}."


def capacity_missing(target: dict, book: Book) -> Iterator[Hit]:
    """Refuse a new target without both ends of its range."""
    for member in ("MinCapacity", "MaxCapacity"):
        if target.get(member) is None:
            yield (), f"A new scalable target needs {member}."


def resource_form(holder: dict, book: Book) -> Iterator[Hit]:
    """Refuse an ECS resource that is not service/CLUSTER/SERVICE, or whose dimension is not the number of tasks."""
    resource = text(holder["ResourceId"])
    if holder.get("ServiceNamespace", "ecs") != "ecs":
        return
    if resource is not None and not (
        resource.count("/") == 2 and resource.startswith("service/") and all(resource.split("/"))
    ):
        yield ("ResourceId",), f"{resource} is no ECS service: a resource is service/CLUSTER/SERVICE."
    if text(holder.get("ScalableDimension")) not in (None, "ecs:service:DesiredCount"):
        yield ("ScalableDimension",), (
            "The dimension of an ECS service is ecs:service:DesiredCount, not "
            f"{holder['ScalableDimension']}."
        )


def scaled_service(holder: dict, book: Book) -> Iterator[Hit]:
    """Report a resource that is none of the document's services."""
    name = service_name(holder["ResourceId"])
    if book.services and name and "${" not in name and name not in book.services:
        yield ("ResourceId",), f"The document has no service {name} that this could scale."


def target_missing(holder: dict, book: Book) -> Iterator[Hit]:
    """Report a policy or action for a service that no scalable target of the document registers."""
    resource = holder["ResourceId"]
    if book.scaled and isinstance(resource, str) and service_name(resource) not in book.scaled:
        yield ("ResourceId",), f"No scalable target registers {resource}, so nothing scales it."


def policy_configuration(policy: dict, book: Book) -> Iterator[Hit]:
    """Refuse a policy without the configuration of its type, or with that of another."""
    wanted = CONFIGURATIONS.get(text(policy["PolicyType"]))
    given = [member for member in CONFIGURATIONS.values() if policy.get(member) is not None]
    if wanted and given != [wanted]:
        yield (), f"A {policy['PolicyType']} policy has {wanted} alone; this one has {joined(given)}."


def policy_type(policy: dict, book: Book) -> Iterator[Hit]:
    """Refuse a policy without a type: the model leaves it out, creating one needs it."""
    if policy.get("PolicyType") is None:
        yield (), "A new scaling policy needs a PolicyType."


def metric_choice(policy: dict, book: Book) -> Iterator[Hit]:
    """Refuse a target tracking policy without a metric, or with two."""
    config = mapping(policy[TRACKING])
    both = [
        config.get(member) is not None for member in ("PredefinedMetricSpecification", "CustomizedMetricSpecification")
    ]
    if config and both[0] == both[1]:
        yield (TRACKING,), "A target tracking policy follows one metric: either a predefined or a customized one."


def metric_twice(policy: dict, book: Book) -> Iterator[Hit]:
    """Refuse a second target tracking policy on one metric of one service."""
    metric = _metric(policy)
    if metric and book.followed.get(metric, id(policy)) != id(policy):
        yield (TRACKING, "PredefinedMetricSpecification"), f"Another policy of {metric[0]} follows {metric[1]} already."


def _metric(policy: dict) -> tuple | None:
    spec = mapping(mapping(policy.get(TRACKING)).get("PredefinedMetricSpecification"))
    kind, resource = text(spec.get("PredefinedMetricType")), policy.get("ResourceId")
    return (resource, kind) if kind and isinstance(resource, str) else None


def followed(policies: list[dict]) -> dict[tuple, int]:
    """Give the first policy, by its identity, that follows each metric."""
    first: dict[tuple, int] = {}
    for policy in policies:
        first.setdefault(_metric(policy), id(policy))
    return first


def target_out_of_reach(policy: dict, book: Book) -> Iterator[Hit]:
    """Refuse a utilization that a Fargate task can never have, and one that is no utilization."""
    config = mapping(policy[TRACKING])
    spec, value = mapping(config.get("PredefinedMetricSpecification")), number(config.get("TargetValue"))
    service = book.service_of(policy.get("ResourceId"))
    hard = is_fargate_start(service) or is_fargate(book.task(service.get("taskDefinition")))
    if value is None or not (text(spec.get("PredefinedMetricType")) or "").startswith(UTILIZATION):
        return
    if value <= 0:
        yield (TRACKING, "TargetValue"), f"The target is {value} %, which no running service keeps to."
    elif value > 100 and hard:
        yield (TRACKING, "TargetValue"), (
            f"The target is {value} %; a task on Fargate uses at most 100 % of its size, so the service "
            "never scales."
        )


def request_label(policy: dict, book: Book) -> Iterator[Hit]:
    """Refuse requests per target without the load balancer and target group that count them."""
    spec = mapping(mapping(policy[TRACKING]).get("PredefinedMetricSpecification"))
    label, counts = spec.get("ResourceLabel"), spec.get("PredefinedMetricType") == "ALBRequestCountPerTarget"
    if counts and not label:
        yield (TRACKING, "PredefinedMetricSpecification"), "ALBRequestCountPerTarget needs a ResourceLabel."
    elif text(label) and not counts:
        yield (TRACKING, "PredefinedMetricSpecification", "ResourceLabel"), (
            "A ResourceLabel is for ALBRequestCountPerTarget alone."
        )
    elif text(label) and not (
        label.startswith("app/") and label.count("/") == 5 and label.split("/")[3] == "targetgroup"
    ):
        yield (TRACKING, "PredefinedMetricSpecification", "ResourceLabel"), (
            f"{label} is not app/NAME/ID/targetgroup/NAME/ID."
        )


def metric_queries(config: dict, policy: dict) -> Iterator[Hit]:
    """Refuse a customized metric that is neither one metric nor queries of which exactly one is followed."""
    spec = mapping(config["CustomizedMetricSpecification"])
    queries = entries(spec.get("Metrics"))
    plain = [member for member in ("MetricName", "Namespace", "Statistic") if spec.get(member) is not None]
    if spec and not queries and len(plain) < 3 and not spec.get("Metrics"):
        yield ("CustomizedMetricSpecification",), (
            "A customized metric has MetricName, Namespace and Statistic, or Metrics."
        )
    elif queries and plain:
        yield ("CustomizedMetricSpecification",), "A customized metric has either a name or Metrics, not both."
    elif queries and sum(query.get("ReturnData", True) is True for _, query in queries) != 1:
        yield ("CustomizedMetricSpecification", "Metrics"), (
            "Exactly one of the Metrics is followed: ReturnData is false for every other."
        )


def step_bounds(config: dict, policy: dict) -> Iterator[Hit]:
    """Refuse steps that leave a gap, overlap, or end where the metric does not."""
    steps = [step for _, step in entries(config["StepAdjustments"])]
    bounds = [(step.get("MetricIntervalLowerBound"), step.get("MetricIntervalUpperBound")) for step in steps]
    if any(end is not None and number(end) is None for pair in bounds for end in pair):
        return
    fault = _step_fault(bounds)
    if fault:
        yield ("StepAdjustments",), fault


def _step_fault(bounds: list[tuple]) -> str:
    infinite = float("inf")
    ranges = sorted((-infinite if low is None else low, infinite if high is None else high) for low, high in bounds)
    if not ranges:
        return "A step scaling policy needs a step."
    if any(low >= high for low, high in ranges):
        return "A step's lower bound is not below its upper bound."
    if ranges[0] == (-infinite, infinite):
        return "A step has a lower or an upper bound."
    if any(one[1] != other[0] for one, other in zip(ranges, ranges[1:])):
        return "The steps overlap or leave a gap between them."
    first, last = ranges[0][0], ranges[-1][1]
    if -infinite < first < 0 or 0 < last < infinite:
        return "The steps end where the metric does not: the outermost one has no bound there."
    return ""


def step_magnitude(config: dict, policy: dict) -> Iterator[Hit]:
    """Refuse a least change of a policy that does not count in percent."""
    if text(config.get("AdjustmentType")) not in (None, "PercentChangeInCapacity"):
        yield ("MinAdjustmentMagnitude",), (
            "MinAdjustmentMagnitude is for PercentChangeInCapacity; the policy has "
            f"{config['AdjustmentType']}."
        )


def exact_capacity(config: dict, policy: dict) -> Iterator[Hit]:
    """Refuse a capacity below zero."""
    for at, step in entries(config["StepAdjustments"]) if config.get("AdjustmentType") == "ExactCapacity" else ():
        if (number(step.get("ScalingAdjustment")) or 0) < 0:
            yield ("StepAdjustments", at, "ScalingAdjustment"), (
                f"An exact capacity of {step['ScalingAdjustment']} is below 0."
            )


def action_empty(action: dict, book: Book) -> Iterator[Hit]:
    """Refuse a scheduled action that changes nothing or is never due."""
    changes = action.get("ScalableTargetAction")
    if (
        not changes
        or isinstance(changes, dict)
        and changes.get("MinCapacity") is None
        and changes.get("MaxCapacity") is None
    ):
        yield (), "A scheduled action sets a MinCapacity, a MaxCapacity or both."
    if action.get("Schedule") is None:
        yield (), "A scheduled action needs a Schedule."


def alarm_period(alarm: dict, book: Book) -> Iterator[Hit]:
    """Refuse a period that CloudWatch does not count in."""
    period = number(alarm["Period"])
    if period is not None and period not in (10, 20, 30) and (period < 60 or period % 60):
        yield ("Period",), f"The period is {period} s; it is 10, 20, 30 or a multiple of 60."


def alarm_datapoints(alarm: dict, book: Book) -> Iterator[Hit]:
    """Refuse more breaching datapoints than the alarm looks at."""
    breaching, looked_at = number(alarm["DatapointsToAlarm"]), number(alarm.get("EvaluationPeriods"))
    if breaching is not None and looked_at is not None and breaching > looked_at:
        yield ("DatapointsToAlarm",), f"{breaching} datapoints must breach of {looked_at} that are looked at."


RESOURCE = {"ResourceId": {"resource-form": resource_form, "scaled-service": scaled_service}}
FOLLOWER = {"ResourceId": {"resource-form": resource_form, "target-missing": target_missing}}
CAPACITY = {"MinCapacity": (0, None), "MaxCapacity": (0, None)}

TARGETS: tuple[Rules, ...] = (
    {"": {"capacity-missing": capacity_missing}, "MaxCapacity": {"capacity-order": capacity_order}, **RESOURCE},
    each({"capacity-range": CAPACITY}, between),
)
POLICIES: tuple[Rules, ...] = (
    {
        "": {"policy-type": policy_type},
        "PolicyType": {"policy-configuration": policy_configuration},
        TRACKING: {
            "metric-choice": metric_choice,
            "metric-twice": metric_twice,
            "target-out-of-reach": target_out_of_reach,
            "request-label": request_label,
        },
        f"{TRACKING}.CustomizedMetricSpecification": {"metric-queries": metric_queries},
        f"{STEPS}.StepAdjustments": {"step-bounds": step_bounds, "exact-capacity": exact_capacity},
        f"{STEPS}.MinAdjustmentMagnitude": {"step-magnitude": step_magnitude},
        **FOLLOWER,
    },
    each({"step-count": {f"{STEPS}.StepAdjustments": (1, 20)}}, counted),
    each(
        {
            "cooldown": {
                f"{TRACKING}.ScaleInCooldown": (0, None),
                f"{TRACKING}.ScaleOutCooldown": (0, None),
                f"{STEPS}.Cooldown": (0, None),
            }
        },
        between,
    ),
)
ACTIONS: tuple[Rules, ...] = (
    {
        "": {"action-empty": action_empty},
        "ScalableTargetAction.MaxCapacity": {"capacity-order": capacity_order},
        **FOLLOWER,
    },
    each({"capacity-range": {f"ScalableTargetAction.{member}": ends for member, ends in CAPACITY.items()}}, between),
)
ALARMS: tuple[Rules, ...] = (
    {"Period": {"alarm-period": alarm_period}, "DatapointsToAlarm": {"alarm-datapoints": alarm_datapoints}},
)

KINDS = {"scalableTargets": TARGETS, "scalingPolicies": POLICIES, "scheduledActions": ACTIONS, "alarms": ALARMS}
