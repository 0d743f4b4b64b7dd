"""What the services of a cluster hang together with -> the answers of read-only calls, kept under their kinds.

`docs/live.md` lists the calls, and a test holds the two together. No call here reads a value of a secret.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .security_groups import requests_of

SCALING = (
    ("scalableTargets", "describe_scalable_targets", "ScalableTargets"),
    ("scalingPolicies", "describe_scaling_policies", "ScalingPolicies"),
    ("scheduledActions", "describe_scheduled_actions", "ScheduledActions"),
)
TAGGED, GROUPED, PROVIDED = 20, 100, 100  # resources that one call of describe-tags, -security-groups, -providers takes
AWS_OWN = ("FARGATE", "FARGATE_SPOT")


def gather(account: Any, cluster: str, services: list[dict], one_service: bool) -> None:
    """Read all that belongs to services; scheduled tasks belong to a cluster, so they come with the whole of it."""
    account.add("services", services)
    if not one_service:
        schedules(account, cluster)
    definitions(account, services)
    scaling(account, cluster, services)
    traffic(account, services)
    discovery(account, services)
    security(account, services)
    capacity(account, services)


def schedules(account: Any, cluster: str) -> None:
    """Read what EventBridge Scheduler starts in the cluster."""
    name = cluster.rpartition("/")[2]
    for listed in account.pages("scheduler", "list_schedules", "Schedules"):
        if str((listed.get("Target") or {}).get("Arn", "")).endswith(f":cluster/{name}"):
            named = {"Name": listed["Name"], **({"GroupName": listed["GroupName"]} if listed.get("GroupName") else {})}
            found = account.one("scheduler", "get_schedule", "", **named)
            account.add("schedules", [found] if (found.get("Target") or {}).get("EcsParameters") else [])


def definitions(account: Any, services: list[dict]) -> None:
    """Read the task definitions that services and schedules run."""
    run = [one.get("taskDefinition") for one in services]
    run += [one["Target"]["EcsParameters"].get("TaskDefinitionArn") for one in account.answers.get("schedules", ())]
    for arn in dict.fromkeys(filter(None, run)):
        found = account.one("ecs", "describe_task_definition", "taskDefinition", taskDefinition=arn, include=["TAGS"])
        account.add("taskDefinitions", [found] if found else [])


def scaling(account: Any, cluster: str, services: list[dict]) -> None:
    """Read what scales services, and the alarms that start step policies; target tracking has alarms of its own."""
    names = {f"service/{cluster.rpartition('/')[2]}/{one['serviceName']}" for one in services}
    for kind, operation, key in SCALING if names else ():
        found = account.pages("application-autoscaling", operation, key, ServiceNamespace="ecs")
        account.add(kind, [one for one in found if one.get("ResourceId") in names])
    alarms = [
        alarm["AlarmName"]
        for policy in account.answers.get("scalingPolicies", ())
        for alarm in policy.get("Alarms") or ()
        if policy.get("StepScalingPolicyConfiguration") and alarm.get("AlarmName")
    ]
    if alarms:
        account.add("alarms", account.pages("cloudwatch", "describe_alarms", "MetricAlarms", AlarmNames=alarms))


def traffic(account: Any, services: list[dict]) -> None:
    """Read target groups, the load balancers before them, and their listeners with all rules."""
    arns = _distinct(group.get("targetGroupArn") for one in services for group in one.get("loadBalancers") or ())
    if not arns:
        return
    groups = account.pages("elbv2", "describe_target_groups", "TargetGroups", TargetGroupArns=arns)
    balancers = _distinct(arn for group in groups for arn in group.get("LoadBalancerArns") or ())
    fronts = account.pages("elbv2", "describe_load_balancers", "LoadBalancers", LoadBalancerArns=balancers) if balancers else []
    tags = _tags(account, [*arns, *balancers])
    account.add("targetGroups", [one | tags.get(one.get("TargetGroupArn"), {}) for one in groups])
    account.add("loadBalancers", [one | tags.get(one.get("LoadBalancerArn"), {}) for one in fronts])
    for arn in arns:
        found = account.pages("elbv2", "describe_target_group_attributes", "Attributes", TargetGroupArn=arn)
        account.add("targetGroupAttributes", [{"TargetGroupArn": arn, "Attributes": found}])
    for arn in balancers:
        found = account.pages("elbv2", "describe_load_balancer_attributes", "Attributes", LoadBalancerArn=arn)
        account.add("loadBalancerAttributes", [{"LoadBalancerArn": arn, "Attributes": found}])
        for listener in account.pages("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn):
            _listener(account, listener)


def _listener(account: Any, listener: dict) -> None:
    arn = listener["ListenerArn"]
    account.add("listeners", [listener])
    if listener.get("Certificates"):
        held = account.pages("elbv2", "describe_listener_certificates", "Certificates", ListenerArn=arn)
        further = [{"CertificateArn": one["CertificateArn"]} for one in held if not one.get("IsDefault")]
        account.add("listenerCertificates", [{"ListenerArn": arn, "Certificates": further}] if further else [])
    rules = account.pages("elbv2", "describe_rules", "Rules", ListenerArn=arn)
    account.add("listenerRules", [{"ListenerArn": arn, **_rule(rule)} for rule in rules if not rule.get("IsDefault")])


def _rule(rule: dict) -> dict:
    """Give a rule as create-rule takes it: its priority is a number there."""
    return {**rule, "Priority": int(rule["Priority"])} if str(rule.get("Priority", "")).isdigit() else rule


def _tags(account: Any, arns: list[str]) -> dict[str, dict]:
    found = [
        entry
        for batch in batches(arns, TAGGED)
        for entry in account.pages("elbv2", "describe_tags", "TagDescriptions", ResourceArns=batch)
    ]
    return {entry["ResourceArn"]: {"Tags": entry["Tags"]} for entry in found if entry.get("Tags")}


def discovery(account: Any, services: list[dict]) -> None:
    """Read the names in Cloud Map that services register under, and the namespaces of these."""
    arns = _distinct(one.get("registryArn") for service in services for one in service.get("serviceRegistries") or ())
    found = [account.one("servicediscovery", "get_service", "Service", Id=arn.rpartition("/")[2]) for arn in arns]
    spaces = {
        name: account.one("servicediscovery", "get_namespace", "Namespace", Id=name)
        for name in _distinct(one.get("NamespaceId") for one in found)
    }
    account.add("namespaces", [{key: one[key] for key in ("Name", "Arn", "Description") if one.get(key)} for one in spaces.values() if one])
    account.add("discoveryServices", [one | _space(spaces.get(one.get("NamespaceId"))) for one in found if one])


def _space(space: dict | None) -> dict:
    """Refer to a namespace by its name, as nothing else says what its id means."""
    return {"NamespaceId": f"${{namespaces.{space['Name']}.Id}}"} if space and space.get("Name") else {}


def security(account: Any, services: list[dict]) -> None:
    """Read the security groups of tasks and of load balancers, with who may call them and whom they may call."""
    of_tasks = [
        group
        for one in services
        for group in ((one.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}).get("securityGroups") or ()
    ]
    before = [group for one in account.answers.get("loadBalancers", ()) for group in one.get("SecurityGroups") or ()]
    for batch in batches(_distinct([*of_tasks, *before]), GROUPED):
        for one in account.pages("ec2", "describe_security_groups", "SecurityGroups", GroupIds=batch):
            for kind, request, _ in requests_of(one):
                account.add(kind, [request])


def capacity(account: Any, services: list[dict]) -> None:
    """Read the capacity providers that services run on, and the groups of instances behind them."""
    named = [entry.get("capacityProvider") for one in services for entry in one.get("capacityProviderStrategy") or ()]
    for batch in batches([name for name in _distinct(named) if name not in AWS_OWN], PROVIDED):
        account.add("capacityProviders", account.pages("ecs", "describe_capacity_providers", "capacityProviders", capacityProviders=batch))
    arns = [
        (one.get("autoScalingGroupProvider") or {}).get("autoScalingGroupArn", "")
        for one in account.answers.get("capacityProviders", ())
    ]
    groups = _distinct(arn.rpartition("autoScalingGroupName/")[2] for arn in arns)
    if groups:
        found = account.pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", AutoScalingGroupNames=groups)
        account.add("autoScalingGroups", found)


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(value for value in values if value))


def batches(entries: list[Any], size: int) -> Iterator[list[Any]]:
    """Give the entries, as many at a time as one call takes."""
    for start in range(0, len(entries), size):
        yield entries[start : start + size]
