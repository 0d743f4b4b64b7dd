"""Ingresses and Gateways -> HTTP APIs of API Gateway: the API, its link into the VPC, integrations, routes and names.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..converters import names
from ..trees import Tree, get, listed, tree
from . import ingress_annotations as words
from .api_gateway_paths import Path, Seen, of_ingress, of_route, paths
from .gateway_balancer import attached
from .ingress_actions import Backend
from .ingress_balancer import CERTIFICATE
from .ingress_rules import namespace_of
from .networking import SUBNETS
from .services_annotations import words as listed_words
from .services_balancing import qualified
from .services_targets import maps

API_GATEWAY = "api-gateway"
STAGE = "$default"  # the stage whose name is no part of paths
PROTOCOL, CONNECTION, INTEGRATION, REGIONAL, TLS = "HTTP", "VPC_LINK", "HTTP_PROXY", "REGIONAL", "TLS_1_2"
PAYLOAD = "1.0"  # what private integrations take
OVERWRITE = "overwrite:path"
SECURITY_GROUPS = ["${SECURITY_GROUP_IDS}"]


def is_wanted(environment: Any) -> bool:
    """Whether API Gateway is to stand in front of services, and not a load balancer."""
    return API_GATEWAY in (get(environment, ("ecs", "ingress")), get(environment, ("ingress",)))


class Api(NamedTuple):
    """One API: its name, what it is called in the manifest, its hosts, whether its own is one, and its routes."""

    name: str
    called: str
    namespace: str
    hosts: list[str]
    is_open: bool
    paths: list[Path]
    certificate: str

    def reference(self) -> str:
        """Refer to the API."""
        return f"${{apis.{self.name}.ApiId}}"

    @property
    def link(self) -> str:
        """Name the link into the VPC: a namespace's APIs share one, as an account has few."""
        return names.ecs_name(self.namespace)


def apis(ingresses: Any, gateways: Any, http: Any, environment: Any) -> Iterator[Api]:
    """Give the APIs for the Ingresses and the Gateways with HTTPRoutes that an application is behind."""
    usual = get(environment, ("ecs", "certificateArn")) or CERTIFICATE
    for name, entry in sorted(maps(ingresses).items()):
        if isinstance(entry, dict):
            chosen = listed_words(words.noted(entry).get("certificate-arn"))[:1]
            yield from _of(name, namespace_of(entry), of_ingress(entry), chosen[0] if chosen else usual)
    for one in attached(gateways, {"httpRoutes": http}):
        every = [seen for _, _, route in one.routes for seen in of_route(route)]
        yield from _of(one.name, one.namespace, every, usual)


def _of(name: str, namespace: str, every: Iterable[Seen], certificate: str) -> Iterator[Api]:
    """Give an API for all hosts that have the same routes: an API does not look at the host itself."""
    found = [path for seen in every for path in paths(seen)]
    by_routes: dict[tuple, list[str | None]] = {}
    for host in dict.fromkeys(path.host for path in found):
        by_routes.setdefault(tuple(_for_host(host, found).values()), []).append(host)
    whole = qualified(name, namespace)
    for place, (routes, hosts) in enumerate(by_routes.items()):
        own = whole if not place else f"{whole}-{names.dns_label((hosts[0] or 'any').replace('*', 'any'))}"
        named = [host for host in hosts if host]
        yield Api(own, name, namespace, named, None in hosts, list(routes), certificate)


def _for_host(host: str | None, found: list[Path]) -> dict[str, Path]:
    """Give the routes of a host by key, the first of each: its own paths, then those of every host."""
    made: dict[str, Path] = {}
    for wanted in (host, None):
        for path in found:
            if path.host == wanted:
                made.setdefault(path.key, path._replace(host=None))
    return made


# --- requests ----------------------------------------------------------------------------------


def requests(api: Api, known: dict[Backend, str], environment: Any) -> dict[str, Tree]:
    """Give the requests for an API; `known` are the backends that there are, with their names in Cloud Map."""
    there = [path for path in api.paths if path.backend in known]
    integrations = _integrations(api, there, known)
    stage = {f"{api.name}-{STAGE}": {"ApiId": api.reference(), "StageName": STAGE, "AutoDeploy": True}}
    return {
        "apis": {api.name: _api(api)},
        "vpcLinks": {api.link: link(environment)},
        "integrations": {key: entry for key, (_, entry) in integrations.items()},
        "routes": {
            f"{api.name}-{path.key}": _route(api, path, key)
            for path in there
            for key, (served, _) in integrations.items()
            if served == (known[path.backend], path.path)
        },
        "stages": stage,
        "domainNames": {host: _domain(api) for host in api.hosts},
        "apiMappings": {
            f"{api.name}-{host}": {"ApiId": api.reference(), "DomainName": host, "Stage": STAGE} for host in api.hosts
        },
    }


def _api(api: Api) -> Tree:
    """Give what CreateApi takes; where every path has a host the API's own name answers nobody."""
    return tree(
        ProtocolType=PROTOCOL,
        DisableExecuteApiEndpoint=not api.is_open if api.hosts else None,
        Tags={"Name": api.called} if api.called != api.name else None,
    )


def link(environment: Any) -> Tree:
    """Give what CreateVpcLink takes: it stands where the tasks are, as one of them."""
    return {
        "SubnetIds": get(environment, ("ecs", "subnets")) or SUBNETS,
        "SecurityGroupIds": get(environment, ("ecs", "securityGroups")) or SECURITY_GROUPS,
    }


def _integrations(api: Api, there: list[Path], known: dict[Backend, str]) -> dict[str, tuple[tuple, Tree]]:
    """Give one integration for each backend and for each path that is put in a request's place, by key."""
    made: dict[str, tuple[tuple, Tree]] = {}
    for served in dict.fromkeys((known[path.backend], path.path) for path in there):
        key = f"{api.name}-{served[0]}"
        while key in made:
            key += "-2"
        made[key] = served, _integration(api, *served)
    return made


def _integration(api: Api, discovered: str, path: str | None) -> Tree:
    return tree(
        ApiId=api.reference(),
        IntegrationType=INTEGRATION,
        IntegrationMethod="ANY",
        IntegrationUri=f"${{discoveryServices.{discovered}.Arn}}",
        ConnectionType=CONNECTION,
        ConnectionId=f"${{vpcLinks.{api.link}.VpcLinkId}}",
        PayloadFormatVersion=PAYLOAD,
        RequestParameters={OVERWRITE: path} if path else None,
    )


def _route(api: Api, path: Path, integration: str) -> Tree:
    return {
        "ApiId": api.reference(),
        "RouteKey": path.key,
        "Target": f"integrations/${{integrations.{integration}.IntegrationId}}",
    }


def _domain(api: Api) -> Tree:
    given = {"CertificateArn": api.certificate, "EndpointType": REGIONAL, "SecurityPolicy": TLS}
    return {"DomainNameConfigurations": listed([given])}
