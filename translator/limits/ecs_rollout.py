"""How a service deploys <-> what ECS refuses, and deployments that can neither stop nor start a task."""
from __future__ import annotations

from typing import Iterator

from ..converters.rollout import ecs_bounds, stuck
from .ecs_book import Book
from .rules import Hit, Rules, between, each
from .values import entries, joined, mapping, number, text

CONFIG = "deploymentConfiguration"
SHIFTING = ("BLUE_GREEN", "LINEAR", "CANARY")


def rollout_stuck(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse percentages that leave no task to stop and no room to start one, at any count that scaling can reach."""
    config = mapping(service[CONFIG])
    if not _rolls(service, config) or service.get("schedulingStrategy") == "DAEMON":
        return
    percents = number(config.get("minimumHealthyPercent", 100)), number(config.get("maximumPercent", 200))
    count = _smallest(service, book)
    if None not in percents and count and stuck(int(count), int(percents[0]), int(percents[1])):
        lower, upper = ecs_bounds(int(count), int(percents[0]), int(percents[1]))
        yield (CONFIG,), (
            f"With {count} task{'s' * (count != 1)}, {percents[0]}/{percents[1]} % keeps at least {lower} "
            f"and allows at most {upper}: a deployment never begins."
        )


def _rolls(service: dict, config: dict) -> bool:
    controller = mapping(service.get("deploymentController")).get("type", "ECS")
    return controller == "ECS" and config.get("strategy", "ROLLING") == "ROLLING"


def _smallest(service: dict, book: Book) -> float | None:
    """Give the smallest count above 0 that the service can have: what moves there moves at every larger one."""
    low, _ = book.ranges.get(text(service.get("serviceName")), (None, None))
    count = number(service.get("desiredCount"))
    return max(1, low) if low is not None else count if count is not None and count > 0 else None


def daemon_rollout(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a surge of a DAEMON service, and a minimum that lets none of its tasks go."""
    config = mapping(service[CONFIG])
    if service.get("schedulingStrategy") != "DAEMON":
        return
    low, high = number(config.get("minimumHealthyPercent", 0)), number(config.get("maximumPercent", 100))
    if high is not None and high > 100:
        yield (CONFIG, "maximumPercent"), (
            f"A DAEMON service cannot have more than 100 % of its tasks, so maximumPercent {high} is "
            "refused."
        )
    elif low is not None and high is not None and low >= high:
        yield (CONFIG, "minimumHealthyPercent"), (
            f"The service keeps {low} % of its tasks and allows {high} %: a deployment never begins."
        )


def rollout_strategy(config: dict, service: dict) -> Iterator[Hit]:
    """Refuse settings of another strategy than the service's."""
    strategy = text(config.get("strategy", "ROLLING"))
    for member, owner in (("canaryConfiguration", "CANARY"), ("linearConfiguration", "LINEAR")):
        if config.get(member) is not None and strategy is not None and strategy != owner:
            yield (member,), f"{member} is of strategy {owner}; the service has {strategy}."


def rollout_controller(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse what the ECS deployment controller alone does."""
    config, controller = mapping(service.get(CONFIG)), mapping(service["deploymentController"]).get("type", "ECS")
    wanted = ["the circuit breaker"] if mapping(config.get("deploymentCircuitBreaker")).get("enable") is True else []
    wanted += [f"strategy {config['strategy']}"] if config.get("strategy") in SHIFTING else []
    wanted += ["Service Connect"] if mapping(service.get("serviceConnectConfiguration")).get("enabled") is True else []
    if controller in ("CODE_DEPLOY", "EXTERNAL") and wanted:
        yield ("deploymentController", "type"), f"Deployment controller {controller} does not have {joined(wanted)}."


def rollout_targets(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a shift of traffic for which a load balancer has no second target group."""
    strategy = mapping(service[CONFIG]).get("strategy")
    for at, link in entries(service.get("loadBalancers")) if strategy in SHIFTING else ():
        if not link.get("advancedConfiguration"):
            yield ("loadBalancers", at), (
                f"Strategy {strategy} shifts traffic between two target groups; this load balancer names "
                "one (advancedConfiguration)."
            )


RULES: Rules = {
    CONFIG: {"rollout-stuck": rollout_stuck, "daemon-rollout": daemon_rollout, "rollout-targets": rollout_targets},
    f"{CONFIG}.canaryConfiguration": {"rollout-strategy": rollout_strategy},
    f"{CONFIG}.linearConfiguration": {"rollout-strategy": rollout_strategy},
    "deploymentController": {"rollout-controller": rollout_controller},
}
RANGES = each(
    {
        "rollout-range": {
            f"{CONFIG}.minimumHealthyPercent": (0, 100),
            f"{CONFIG}.maximumPercent": (0, None),
            f"{CONFIG}.bakeTimeInMinutes": (0, 1440),
            f"{CONFIG}.canaryConfiguration.canaryPercent": (0.1, 100),
            f"{CONFIG}.canaryConfiguration.canaryBakeTimeInMinutes": (0, 1440),
            f"{CONFIG}.linearConfiguration.stepPercent": (3, 100),
            f"{CONFIG}.linearConfiguration.stepBakeTimeInMinutes": (0, 1440),
        }
    },
    between,
)

KINDS = {"services": (RULES, RANGES)}
