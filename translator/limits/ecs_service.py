"""Services <-> what CreateService refuses: capacity, network, scheduling, placement."""
from __future__ import annotations

from typing import Iterator

from .ecs_book import FARGATE_PROVIDERS, Book, is_fargate_start
from .rules import Hit, Rules, counted, each
from .values import entries, items, joined, mapping, number, repeated, text, unknown

STRATEGY = "capacityProviderStrategy"
ZONE = "ecs.availability-zone"


def capacity_choice(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a launch type beside a capacity provider strategy, and Managed Instances as a launch type."""
    if items(service.get(STRATEGY)):
        yield ("launchType",), "The service has both a launch type and a capacity provider strategy."
    elif service["launchType"] == "MANAGED_INSTANCES":
        yield ("launchType",), "Managed Instances are chosen by a capacity provider strategy, not by a launch type."


def strategy_weights(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a strategy that places nothing, and a second base."""
    strategy = entries(service[STRATEGY])
    if strategy and all(item.get("weight", 0) == 0 for _, item in strategy):
        yield (STRATEGY,), "No capacity provider has a weight above 0, so no task can be placed."
    for at, _ in [(at, item) for at, item in strategy if number(item.get("base"))][1:]:
        yield (STRATEGY, at, "base"), "Two capacity providers have a base; one may."


def strategy_providers(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a provider named twice, and Fargate beside capacity of one's own."""
    names = [(at, text(item.get("capacityProvider"))) for at, item in entries(service[STRATEGY])]
    for at, name in repeated(names):
        yield (STRATEGY, at, "capacityProvider"), f"Capacity provider {name} is named twice."
    if len({name in FARGATE_PROVIDERS for _, name in names if name is not None}) > 1:
        yield (STRATEGY,), "The strategy has both Fargate and other capacity providers; a strategy has one kind."


def network_configuration(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse awsvpc tasks without subnets, and subnets for tasks that have no network of their own."""
    task, network = book.task(service["taskDefinition"]), service.get("networkConfiguration")
    if not task or unknown(task.get("networkMode")):
        return
    mode = task.get("networkMode", "bridge")
    if mode == "awsvpc" and not network:
        yield (), "The tasks have network mode awsvpc, so the service needs a networkConfiguration with subnets."
    elif mode != "awsvpc" and network:
        yield ("networkConfiguration",), (
            f"The tasks have network mode {mode}, so the service takes no networkConfiguration."
        )


def public_ip(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a public address for a task on an instance."""
    vpc = mapping(mapping(service["networkConfiguration"]).get("awsvpcConfiguration"))
    if vpc.get("assignPublicIp") == "ENABLED" and service.get("launchType") in ("EC2", "EXTERNAL"):
        yield ("networkConfiguration", "awsvpcConfiguration", "assignPublicIp"), (
            f"A task with launch type {service['launchType']} gets no public address of its own."
        )


def desired_count(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a replica service that does not say how many tasks it runs, or says fewer than none."""
    daemon, controller = (
        service.get("schedulingStrategy") == "DAEMON",
        mapping(service.get("deploymentController")).get("type"),
    )
    count = service.get("desiredCount")
    if count is None and not daemon and controller != "EXTERNAL":
        yield (), "The service says no desiredCount."
    elif number(count) is not None and count < 0:
        yield ("desiredCount",), f"desiredCount is {count}."


def daemon_field(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse what a service with one task on each instance cannot have."""
    if service["schedulingStrategy"] != "DAEMON":
        return
    for member in ("desiredCount", "placementStrategy"):
        if service.get(member) not in (None, []):
            yield (member,), f"A DAEMON service takes no {member}: it runs one task on each instance."
    if is_fargate_start(service):
        yield ("schedulingStrategy",), "A DAEMON service needs instances of yours; it does not run on Fargate."
    controller = mapping(service.get("deploymentController")).get("type")
    if controller in ("CODE_DEPLOY", "EXTERNAL"):
        yield ("deploymentController", "type"), f"A DAEMON service cannot have deployment controller {controller}."


def daemon_scaled(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse autoscaling of a service whose number of tasks is the number of instances."""
    if service["schedulingStrategy"] == "DAEMON" and text(service.get("serviceName")) in book.ranges:
        yield ("schedulingStrategy",), "The service is a DAEMON, so the scalable target for it cannot scale anything."


def fargate_placement(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse placement where there are no instances to choose from."""
    if is_fargate_start(service):
        for member in ("placementConstraints", "placementStrategy"):
            if items(service.get(member)):
                yield (member,), f"The service runs on Fargate, which takes no {member}."


def platform_version(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a Fargate platform version for tasks on instances."""
    if service.get("launchType") in ("EC2", "EXTERNAL"):
        yield ("platformVersion",), f"Platform versions are Fargate's; the launch type is {service['launchType']}."


def grace_period(service: dict, book: Book) -> Iterator[Hit]:
    """Report a grace period where no check exists that it could hold back."""
    task = book.task(service.get("taskDefinition"))
    checked = any(container.get("healthCheck") for _, container in entries(task.get("containerDefinitions")))
    attached = (
        service.get("loadBalancers") or service.get("vpcLatticeConfigurations") or service.get("gatewayConnectors")
    )
    if task and not attached and not checked and service["healthCheckGracePeriodSeconds"] != 0:
        yield ("healthCheckGracePeriodSeconds",), (
            "Neither a load balancer nor a container checks the tasks' health, so the grace period is "
            "unused."
        )


def role(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a role where ECS uses its own, or where there is no load balancer to use one for."""
    if "aws-service-role" in str(service["role"]) or "AWSServiceRoleForECS" in str(service["role"]):
        # What describe-services prints for the role that ECS uses by itself.
        return
    if not items(service.get("loadBalancers")) and isinstance(service.get("loadBalancers", []), list):
        yield ("role",), "The service has a role for load balancers and no load balancer."
    elif book.task(service.get("taskDefinition")).get("networkMode") == "awsvpc":
        yield ("role",), "The tasks have network mode awsvpc, for which ECS uses its service-linked role."


def exec_role(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse ECS Exec for tasks without a role, and report it for containers that cannot be written to."""
    task = book.task(service.get("taskDefinition"))
    if service["enableExecuteCommand"] is True and task and not task.get("taskRoleArn"):
        yield ("enableExecuteCommand",), "ECS Exec needs a task role; the task definition has no taskRoleArn."


def exec_read_only(service: dict, book: Book) -> Iterator[Hit]:
    """Report ECS Exec into a container whose root file system its agent cannot write to."""
    task = book.task(service.get("taskDefinition"))
    closed = [
        text(c.get("name"))
        for _, c in entries(task.get("containerDefinitions"))
        if c.get("readonlyRootFilesystem") is True
    ]
    if service["enableExecuteCommand"] is True and closed:
        yield ("enableExecuteCommand",), (
            f"ECS Exec cannot start in {joined(closed)}: the root file system is read-only."
        )


def zone_rebalancing(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse rebalancing where the service's other settings forbid it."""
    if service["availabilityZoneRebalancing"] != "ENABLED":
        return
    reasons = ["the DAEMON strategy"] if service.get("schedulingStrategy") == "DAEMON" else []
    reasons += ["launch type EXTERNAL"] if service.get("launchType") == "EXTERNAL" else []
    most = number(mapping(service.get("deploymentConfiguration")).get("maximumPercent"))
    reasons += ["a maximumPercent of at most 100"] if most is not None and most <= 100 else []
    reasons += (
        ["a Classic Load Balancer"]
        if any(lb.get("loadBalancerName") for _, lb in entries(service.get("loadBalancers")))
        else []
    )
    constraints = [item.get("expression") for _, item in entries(service.get("placementConstraints"))]
    reasons += (
        ["a placement constraint on zones"]
        if any(isinstance(said, str) and ZONE in said for said in constraints)
        else []
    )
    if reasons:
        yield ("availabilityZoneRebalancing",), f"Zones cannot be rebalanced with {joined(reasons)}."


def service_name_twice(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a second service of one name in one cluster."""
    if book.repeated_services.get(id(service)):
        yield ("serviceName",), (
            f"Another service of cluster {service.get('cluster', 'default')} is named "
            f"{service['serviceName']}."
        )


RULES: Rules = {
    "launchType": {"capacity-choice": capacity_choice},
    STRATEGY: {"strategy-weights": strategy_weights, "strategy-providers": strategy_providers},
    "taskDefinition": {"network-configuration": network_configuration},
    "networkConfiguration": {"public-ip": public_ip},
    "serviceName": {
        "desired-count": desired_count,
        "fargate-placement": fargate_placement,
        "service-name-twice": service_name_twice,
    },
    "schedulingStrategy": {"daemon-field": daemon_field, "daemon-scaled": daemon_scaled},
    "platformVersion": {"platform-version": platform_version},
    "healthCheckGracePeriodSeconds": {"grace-period": grace_period},
    "role": {"role": role},
    "enableExecuteCommand": {"exec-role": exec_role, "exec-read-only": exec_read_only},
    "availabilityZoneRebalancing": {"zone-rebalancing": zone_rebalancing},
}

VPC = "networkConfiguration.awsvpcConfiguration"
COUNTS = each({
    "subnet-count": {f"{VPC}.subnets": (1, 16)},
    "security-group-count": {f"{VPC}.securityGroups": (0, 5)},
    "placement-count": {"placementConstraints": (0, 10), "placementStrategy": (0, 5)},
    "strategy-count": {STRATEGY: (0, 20)},
    "load-balancer-count": {"loadBalancers": (0, 5)},
    "registry-count": {"serviceRegistries": (0, 1)},
}, counted)

KINDS = {"services": (RULES, COUNTS)}
