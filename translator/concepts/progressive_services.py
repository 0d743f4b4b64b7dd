"""Services and traffic routing of Argo Rollouts <-> what ECS turns, and when somebody must let it."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from . import ingress
from .ingress_document import CONTEXT, GATEWAY, KEYS, document_of, own_name, services_of
from .ingress_groups import served
from .progressive_steps import BLUE_GREEN, rolls_out
from .progressive_traffic import first_service, is_routed, leads, name_of_second, resolved, turned
from .services_targets import LOAD_BALANCER, maps, type_of


def _to_traffic(*values: Any) -> tuple | None:
    """Give (active, preview, stable and canary Service, traffic routing)."""
    document = document_of(values)
    strategy = get(document, ("service", "deploymentConfiguration", "strategy")) if document else None
    if document is None or not rolls_out(strategy, document["rollouts"], document["rolloutsWanted"]):
        return None
    services = services_of(document)
    first = first_service(services, document)
    if first is None:  # Argo wants a Service for blue and green, whether or not anybody calls the pods
        return (own_name(document), None, None, None, None) if strategy == BLUE_GREEN else None
    second = name_of_second(strategy, first)
    if strategy == BLUE_GREEN:
        return first, second, None, None, None
    routing = _routing(first, services, document)
    return (None, None, first, second, routing) if routing else None


def _routing(service: str, services: Tree, document: Tree) -> Tree | None:
    """Give what tells Argo which Ingress to write the shares into."""
    if not is_routed(document) or document["routing"] == GATEWAY:
        return None
    entries = get(document, ("service", "loadBalancers"))
    made = ingress.ingresses.to_k8s(entries, *(document.get(key) for key in (*KEYS, *CONTEXT)))
    found = leads(made[0] if made else None, service)
    port = next((one["port"] for one in maps(get(services, (service, "spec", "ports"))).values()), None)
    named = {"ingress": found[0]} if len(found) == 1 else {"ingresses": found}
    return {"alb": tree(**named, servicePort=port)} if found and port else None


traffic = TwoWay(lambda *given: (), _to_traffic)


def _rules(workload: Any, ingresses: Any, services: Any, pod: Any, shared: Any, environment: Any) -> int | None:
    """Count the rules that lead to what a Rollout turns; None where it turns nothing."""
    one = turned(workload)
    if one is None:
        return None
    made = ingress.ingresses.to_ecs(ingresses, None, services, pod, workload, shared, environment)
    own = served(resolved(ingresses, workload), services, maps(get(pod, ("containers",))), get(shared, ("services",)))
    own_service = maps(services).get(one.root)
    if type_of(own_service) == LOAD_BALANCER:
        return 1  # a network load balancer's listeners are turned as a whole
    groups = {each.backend.reference for each in own if each.backend.service == one.root}
    found = [*maps(made[4]).values(), *maps(made[3]).values()] if made else []
    return sum(any(one in str(rule) for one in groups) for rule in found)


several_rules = TwoWay(lambda *given: (_rules(*given) or 0) > 1, lambda *given: None)
by_endpoint = TwoWay(lambda *given: _rules(*given) == 0, lambda *given: None)

# --- who lets it go on -------------------------------------------------------------------------

STAGES = ("POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT")
PAUSE, STAGE, CONTINUE, ROLLBACK = "PAUSE", "POST_TEST_TRAFFIC_SHIFT", "CONTINUE", "ROLLBACK"
LONGEST = 20160  # minutes (DeploymentLifecycleHookTimeoutConfiguration)


def to_hook(blue: Any) -> Tree | None:
    """Let the deployment wait before it turns: for somebody, or for a time."""
    enabled, seconds = (get(blue, (key,)) for key in ("autoPromotionEnabled", "autoPromotionSeconds"))
    timed = isinstance(seconds, int) and not isinstance(seconds, bool) and seconds > 0
    if enabled is not False and not timed:
        return None
    minutes = min(-(-seconds // 60), LONGEST) if timed else LONGEST
    waiting = {"timeoutInMinutes": minutes, "action": CONTINUE if timed else ROLLBACK}
    return {"0": {"targetType": PAUSE, "lifecycleStages": [STAGE], "timeoutConfiguration": waiting}}


def from_hooks(hooks: Any) -> Tree:
    """Give autoPromotionEnabled or autoPromotionSeconds for a pause before the new version takes over."""
    for one in maps(hooks).values():
        stages = get(one, ("lifecycleStages",))
        if get(one, ("targetType",)) == PAUSE and isinstance(stages, list) and any(stage in STAGES for stage in stages):
            timed = get(one, ("timeoutConfiguration", "action")) == CONTINUE
            minutes = get(one, ("timeoutConfiguration", "timeoutInMinutes"))
            known = timed and isinstance(minutes, int)
            return {"autoPromotionSeconds": minutes * 60} if known else {"autoPromotionEnabled": False}
    return {}
