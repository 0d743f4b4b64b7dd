"""Ingresses and HTTPRoutes <-> HTTP APIs of API Gateway, where the environment puts one in front of services."""

from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get
from .api_gateway_back import to_kubernetes
from .api_gateway_notices import (  # noqa: F401  (pairs that the table names)
    authorized,
    guarded,
    is_api,
    is_elsewhere,
    is_internal,
    is_slow,
    left_out,
    left_out_of_route,
    names_stage,
    one_of_several,
    signs_in,
    speaks_grpc,
    stands_for,
    unregistered,
    with_stages,
)
from .api_gateway_requests import apis, is_wanted, requests
from .api_gateway_targets import Own, discovery_name, own_backends
from .services_discovery import MULTIVALUE, discovery_service, namespace_of
from .services_targets import maps

KEYS = ("apis", "vpcLinks", "integrations", "routes", "stages", "domainNames", "apiMappings")


def _to_ecs(
    ingresses: Any, gateways: Any, http: Any, services: Any, pod: Any, workload: Any, shared: Any, environment: Any
) -> tuple | None:
    """Give the registry, the name in Cloud Map, and every part of the APIs in front, by KEYS."""
    if not is_wanted(environment) or not isinstance(services, dict):
        return None
    found = list(apis(ingresses, gateways, http, environment))
    wanted = [path.backend for api in found for path in api.paths]
    own = own_backends(wanted, services, pod, workload, shared, environment)
    if not own:
        return None
    others = get(shared, ("backends",))
    discovered = {one: discovery_name(one) for one in wanted if one.service in maps(others)}
    discovered |= {backend: one.name for backend, one in own.items()}
    parts: dict[str, Tree] = {key: {} for key in KEYS}
    for api in found:
        if any(path.backend in own for path in api.paths):
            for key, made in requests(api, discovered, environment).items():
                parts[key].update(made)
    return (*_registered(next(iter(own.values())), workload), *(parts[key] or None for key in KEYS))


def _registered(one: Own, workload: Any) -> tuple[Tree, Tree]:
    """Register the tasks with their port: API Gateway asks Cloud Map for both."""
    entry = {
        "registryArn": f"${{discoveryServices.{one.name}.Arn}}",
        "containerName": one.target.container,
        "containerPort": one.target.number,
    }
    return {"0": entry}, {one.name: discovery_service(namespace_of(None, workload), "SRV", MULTIVALUE)}


gateway = TwoWay(_to_ecs, to_kubernetes)
