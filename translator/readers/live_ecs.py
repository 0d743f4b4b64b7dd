"""A cluster's services, through boto3 -> a document: definitions, scaling, target groups, discovery, by reference only."""
from __future__ import annotations

from typing import Any, Callable, Iterator

from ..findings import message
from ..model import ECS, Document, Field, Finding, ReadError, Source
from . import ecs as reader

BATCH = 10  # services that describe-services takes at once
EXPIRED = (
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
)
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


class Account:
    """The clients of one session, and what could not be read with them."""

    def __init__(self, source: str, progress: Callable[[str], None]):
        import boto3
        from botocore.config import Config

        self.source, self.progress = source, progress
        self.session = boto3.session.Session()
        self.config = Config(retries={"mode": "adaptive", "max_attempts": 10}, connect_timeout=5, read_timeout=60)
        self.said: list[Finding] = []
        self.answers: dict[str, list[dict]] = {}

    def client(self, service: str) -> Any:
        """Give the client of a service."""
        return self.session.client(service, config=self.config)

    def pages(self, service: str, operation: str, key: str, **given: Any) -> list[Any]:
        """Give every entry of all pages of a call; nothing, and a finding, where it is not permitted."""
        self.progress(f"{service} {operation}")
        try:
            client = self.client(service)
            if client.can_paginate(operation):
                return [
                    entry for page in client.get_paginator(operation).paginate(**given) for entry in page.get(key) or ()
                ]
            return list(getattr(client, operation)(**given).get(key) or ())
        except Exception as error:  # botocore's errors have no common base but Exception
            self.refuse(error, f"{service}:{operation}")
            return []

    def refuse(self, error: Exception, call: str) -> None:
        """Say that a call failed; raises ReadError where every call will."""
        code = (getattr(error, "response", None) or {}).get("Error", {}).get("Code", "")
        if code in EXPIRED or type(error).__name__ in (
            "NoCredentialsError",
            "NoRegionError",
            "TokenRetrievalError",
            "SSOTokenLoadError",
        ):
            raise ReadError(f"cannot connect: {_first_line(error)}", self.source) from error
        if code in ("ClusterNotFoundException", "ServiceNotFoundException"):
            raise ReadError(_first_line(error), self.source) from error
        reason = "is not permitted" if code in DENIED else f"failed: {_first_line(error)}"
        self.said.append(
            message(
                "reading.not-permitted",
                f"The call {call} {reason}, so what it tells is not in the report.",
                [Field("", call)],
            )
        )

    def add(self, kind: str, entries: list[dict]) -> None:
        """Keep answers under their kind."""
        self.answers.setdefault(kind, []).extend(entries)


def read(cluster: str, service: str, progress: Callable[[str], None]) -> Document:
    """Read a service, or every service of a cluster, with all that belongs to it."""
    account = Account(f"ecs://{cluster}/{service}".rstrip("/"), progress)
    try:
        arns = [service] if service else account.pages("ecs", "list_services", "serviceArns", cluster=cluster)
        services = [
            one
            for batch in _batches(arns, BATCH)
            for one in account.pages(
                "ecs", "describe_services", "services", cluster=cluster, services=batch, include=["TAGS"]
            )
        ]
        if not services:
            reason = (
                account.said[0].message
                if account.said
                else "no such service"
                if service
                else "the cluster runs no services"
            )
            raise ReadError(reason, account.source)
        _gather(account, cluster, services)
    finally:
        progress("")
    made = reader.read(Source(account.answers, account.source))
    return Document(ECS, made.entries, (*account.said, *made.findings))


def _gather(account: Account, cluster: str, services: list[dict]) -> None:
    account.add("services", services)
    for arn in dict.fromkeys(one["taskDefinition"] for one in services if one.get("taskDefinition")):
        account.add("taskDefinitions", list(_definition(account, arn)))
    names = {f"service/{cluster.rpartition('/')[2]}/{one['serviceName']}" for one in services}
    for kind, operation, key in (("scalableTargets", "describe_scalable_targets", "ScalableTargets"),
                                 ("scalingPolicies", "describe_scaling_policies", "ScalingPolicies"),
                                 ("scheduledActions", "describe_scheduled_actions", "ScheduledActions")):
        found = account.pages("application-autoscaling", operation, key, ServiceNamespace="ecs")
        account.add(kind, [one for one in found if one.get("ResourceId") in names])
    _traffic(account, services)
    for one in services:
        for registry in one.get("serviceRegistries") or ():
            account.add("discoveryServices", list(_discovery(account, registry.get("registryArn", ""))))


def _definition(account: Account, arn: str) -> Iterator[dict]:
    try:
        answer = account.client("ecs").describe_task_definition(taskDefinition=arn, include=["TAGS"])
    except Exception as error:  # as in pages
        account.refuse(error, "ecs:describe_task_definition")
        return
    yield {**answer["taskDefinition"], **({"tags": answer["tags"]} if answer.get("tags") else {})}


def _traffic(account: Account, services: list[dict]) -> None:
    arns = list(
        dict.fromkeys(
            balancer["targetGroupArn"]
            for one in services
            for balancer in one.get("loadBalancers") or ()
            if balancer.get("targetGroupArn")
        )
    )
    if not arns:
        return
    groups = account.pages("elbv2", "describe_target_groups", "TargetGroups", TargetGroupArns=arns)
    account.add("targetGroups", groups)
    for arn in arns:
        account.add(
            "targetGroupAttributes",
            [
                {
                    "TargetGroupArn": arn,
                    "Attributes": account.pages(
                        "elbv2", "describe_target_group_attributes", "Attributes", TargetGroupArn=arn
                    ),
                }
            ],
        )
    balancers = list(dict.fromkeys(arn for group in groups for arn in group.get("LoadBalancerArns") or ()))
    if balancers:
        account.add(
            "loadBalancers",
            account.pages("elbv2", "describe_load_balancers", "LoadBalancers", LoadBalancerArns=balancers),
        )
    for balancer in balancers:
        listeners = account.pages("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=balancer)
        account.add("listeners", listeners)
        for listener in listeners:
            rules = account.pages("elbv2", "describe_rules", "Rules", ListenerArn=listener["ListenerArn"])
            account.add(
                "listenerRules",
                [
                    {"ListenerArn": listener["ListenerArn"], **_rule(rule)}
                    for rule in rules
                    if not rule.get("IsDefault")
                ],
            )


def _rule(rule: dict) -> dict:
    """Give a rule as create-rule takes it: its priority is a number there."""
    return {**rule, "Priority": int(rule["Priority"])} if str(rule.get("Priority", "")).isdigit() else rule


def _discovery(account: Account, arn: str) -> Iterator[dict]:
    identifier = arn.rpartition("/")[2]
    if identifier:
        try:
            yield account.client("servicediscovery").get_service(Id=identifier)["Service"]
        except Exception as error:  # as in pages
            account.refuse(error, "servicediscovery:get_service")


def _batches(entries: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(entries), size):
        yield entries[start:start + size]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
