"""What is said of Services though nothing of them is lost: how clients reach an application from now on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..converters.two_way import TwoWay
from ..trees import get
from . import services_annotations as words
from .progressive_traffic import of_clients
from .services_balanced import balanced
from .services_balancing import fronts
from .services_checks import behind
from .services_connect import connected
from .services_discovery import registry
from .services_targets import EXTERNAL_NAME, LOAD_BALANCER, NODE_PORT, maps, targets, type_of


LISTENER_ATTRIBUTES = f"{words.PREFIX}listener-attributes."


def _notice(to_ecs: Callable | None = None, to_k8s: Callable | None = None) -> TwoWay:
    return TwoWay(to_ecs or (lambda *given: None), to_k8s or (lambda *given: None))


def _connects(ports: Any, name: str, services: Any, pod: Any, workload: Any, elsewhere: Any, environment: Any) -> bool:
    services = of_clients(services, workload)
    found = targets(services, get(pod, ("containers",)), elsewhere)
    return any(one.service == name for one in connected(found, services, pod, get(workload, ("kind",)), environment))


def _registers(ports: Any, name: str, services: Any, pod: Any, workload: Any, elsewhere: Any, environment: Any) -> bool:
    kind = get(workload, ("kind",))
    services = of_clients(services, workload)
    found = targets(services, get(pod, ("containers",)), elsewhere)
    chosen = (
        registry(services, found, connected(found, services, pod, kind, environment), elsewhere)
        if kind is not None
        else None
    )
    return chosen is not None and chosen.service == name


def _unreached(
    port: Any, service: Any, services: Any, pod: Any, workload: Any, elsewhere: Any, environment: Any
) -> bool:
    """Whether no endpoint, load balancer or name in DNS stands for a port of a Service."""
    name = next((name for name, one in maps(services).items() if one is service), None)
    services = of_clients(services, workload)
    if pod is None or name not in maps(services) or name in maps(elsewhere):
        return False
    kind = get(workload, ("kind",))
    found = targets(services, get(pod, ("containers",)), elsewhere)
    chosen = connected(found, services, pod, kind, environment)
    known = registry(services, found, chosen, elsewhere) if kind is not None else None
    led = [
        *chosen,
        *(one.target for one in fronts(found, services, "")),
        *(one for one in found if known and known.service == one.service),
    ]
    return not any(one.service == name and one.port == port for one in led) and not (known and known.service == name)


is_unreached = _notice(_unreached)
connects = _notice(_connects)
is_registered = _notice(_registers)
is_behind = _notice(behind)
is_node_port = _notice(lambda kind, *rest: kind == NODE_PORT)
is_older = _notice(
    lambda kind, name, services: kind == LOAD_BALANCER and not words.by_controller(maps(services).get(name))
)
names_subnets = _notice(lambda text: words.named("subnet-", text))
names_groups = _notice(lambda text: words.named("sg-", text))
lacks_subnets = _notice(words.unpaired)
is_external = _notice(lambda kind, *rest: kind == EXTERNAL_NAME)


def _without_selector(ports: Any, name: str, services: Any, pod: Any, endpoints: Any = None, slices: Any = None) -> bool:
    return pod is None and not endpoints and not slices and type_of(maps(services).get(name)) != EXTERNAL_NAME


has_no_selector = _notice(_without_selector)


def _unknown_groups(balancers: Any, groups: Any) -> bool:
    """Whether what is in front of a target is not in the document."""
    return any(one.group is None for one in balanced({"loadBalancers": balancers}, {"targetGroups": groups}))


def _layer_seven(balancers: Any, groups: Any) -> bool:
    found = balanced({"loadBalancers": balancers}, {"targetGroups": groups})
    return any(one.group is not None and not one.is_layer_four() for one in found)


unknown_groups = _notice(None, _unknown_groups)
layer_seven = _notice(None, _layer_seven)
has_listener_attributes = _notice(lambda given: any(key.startswith(LISTENER_ATTRIBUTES) for key in maps(given)))
