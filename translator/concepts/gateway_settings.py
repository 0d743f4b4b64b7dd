"""Configurations of Gateways and of Services behind them <-> settings of load balancers, listeners and target groups.

https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/loadbalancerconfig/
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig/
"""

from __future__ import annotations

from typing import Any

from ..trees import Tree, get, tree
from .gateway_routes import entries
from .ingress_annotations import from_api, to_api
from .ingress_groups import NUMBERS
from .services_annotations import joined
from .services_targets import is_port, maps

GROUP, LOAD_BALANCER, TARGET_GROUP = "gateway.k8s.aws", "LoadBalancerConfiguration", "TargetGroupConfiguration"
# Member of SubnetMappings <-> field of loadBalancerSubnets.
ADDRESSES = {
    "AllocationId": "eipAllocation",
    "PrivateIPv4Address": "privateIPv4Allocation",
    "IPv6Address": "ipv6Allocation",
}
# Field of healthCheckConfig -> what the annotation of an Ingress calls the same.
CHECKS = {
    "healthCheckInterval": "healthcheck-interval-seconds",
    "healthCheckTimeout": "healthcheck-timeout-seconds",
    "healthyThresholdCount": "healthy-threshold-count",
    "unhealthyThresholdCount": "unhealthy-threshold-count",
    "healthCheckPath": "healthcheck-path",
    "healthCheckPort": "healthcheck-port",
    "healthCheckProtocol": "healthcheck-protocol",
}
OTHERS = {"protocol": "backend-protocol", "protocolVersion": "backend-protocol-version"}


def of_gateway(gateway: Any, configurations: Any) -> Tree:
    """Give the spec of the configuration that a Gateway names; that of its class is nowhere in an application."""
    reference = get(gateway, ("spec", "infrastructure", "parametersRef"))
    if get(reference, ("kind",)) != LOAD_BALANCER:
        return {}
    return maps(get(configurations, (str(get(reference, ("name",))), "spec")))


def strings(value: Any) -> list[str]:
    """Give the texts of a list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def pairs(value: Any) -> dict[str, str]:
    """Give a list of keys and values as a map."""
    return {str(one.get("key")): str(one.get("value")) for one in entries(value) if one.get("key")}


def placed(settings: Tree) -> tuple[list[str], Tree | None]:
    """Give the subnets that are named by id, and the address in each where one is asked for."""
    found = [
        one for one in entries(settings.get("loadBalancerSubnets")) if str(one.get("identifier")).startswith("subnet-")
    ]
    mappings = {
        one["identifier"]: {
            member: one[field] for member, field in ADDRESSES.items() if isinstance(one.get(field), str)
        }
        for one in found
    }
    return [one["identifier"] for one in found], mappings if any(mappings.values()) else None


def of_listener(settings: Tree, protocol: str, port: int) -> Tree:
    """Give what a configuration says of one listener."""
    asked = f"{protocol}:{port}"
    return next(
        (one for one in entries(settings.get("listenerConfigurations")) if one.get("protocolPort") == asked), {}
    )


def certificates(listener: Tree) -> list[str]:
    """Give the ARNs of a listener's certificates, the default first."""
    found = [listener.get("defaultCertificate"), *strings(listener.get("certificates"))]
    return [one for one in found if isinstance(one, str) and one]


def mutual(listener: Tree) -> Tree | None:
    """Give how a listener asks clients for certificates of their own."""
    given = maps(to_api(maps(listener.get("mutualAuthentication"))))
    ignores = given.get("IgnoreClientCertificateExpiry")
    return (
        tree(
            Mode=given.get("Mode"),
            TrustStoreArn=given.get("TrustStore"),
            IgnoreClientCertificateExpiry=ignores if isinstance(ignores, bool) else None,
            AdvertiseTrustStoreCaNames=given.get("AdvertiseTrustStoreCaNames"),
        )
        or None
    )


def of_service(service: str, configurations: Any) -> dict[str, str]:
    """Give what a configuration says of the target groups of a Service, in the words of an Ingress's annotations."""
    for entry in maps(configurations).values():
        if get(entry, ("spec", "targetReference", "name")) == service:
            given = maps(get(entry, ("spec", "defaultConfiguration")))
            check = maps(given.get("healthCheckConfig"))
            codes = get(check, ("matcher", "httpCode")) or get(check, ("matcher", "grpcCode"))
            made = {word: given.get(field) for field, word in OTHERS.items()}
            made |= {word: check.get(field) for field, word in CHECKS.items()} | {"success-codes": codes}
            made["target-group-attributes"] = joined(pairs(given.get("targetGroupAttributes")))
            made["tags"] = joined({str(key): str(one) for key, one in maps(given.get("tags")).items()})
            return {key: str(value) for key, value in made.items() if _is_said(value)}
    return {}


def _is_said(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""


# --- and back ----------------------------------------------------------------------------------


def to_configuration(
    balancer: Tree, listeners: list[Tree], more: dict[int, list[str]], attributes: dict[str, str]
) -> Tree:
    """Give the configuration for a load balancer; `more` are further certificates, by port."""
    mappings = maps(balancer.get("SubnetMappings"))
    subnets = list(mappings) or strings(balancer.get("Subnets"))
    tags = {key: str(get(one, ("Value",)) or "") for key, one in maps(balancer.get("Tags")).items() if key != "Name"}
    known = [] if any("${" in one for one in subnets) else subnets
    groups = strings(balancer.get("SecurityGroups"))
    spec = tree(
        scheme=balancer.get("Scheme") or "internet-facing",
        ipAddressType=balancer.get("IpAddressType"),
        loadBalancerSubnets=[_subnet(one, maps(mappings.get(one))) for one in known] or None,
        securityGroups=groups if groups and not any("${" in one for one in groups) else None,
        listenerConfigurations=[made for one in listeners for made in [_listener(one, more)] if len(made) > 1] or None,
        loadBalancerAttributes=[{"key": key, "value": value} for key, value in attributes.items()] or None,
        tags=tags or None,
    )
    return {"spec": spec}


def _subnet(identifier: str, mapping: Tree) -> Tree:
    return {"identifier": identifier, **{field: mapping[key] for key, field in ADDRESSES.items() if key in mapping}}


def _listener(one: Tree, more: dict[int, list[str]]) -> Tree:
    found = [get(entry, ("CertificateArn",)) for entry in maps(one.get("Certificates")).values()]
    port = one.get("Port")
    known = [arn for arn in [*found, *(more.get(port, ()) if is_port(port) else ())] if arn and "${" not in str(arn)]
    alpn = one.get("AlpnPolicy")
    asked = dict(from_api(maps(one.get("MutualAuthentication"))))
    if "trustStoreArn" in asked:
        asked["trustStore"] = asked.pop("trustStoreArn")
    return tree(
        protocolPort=f"{one.get('Protocol')}:{port}",
        defaultCertificate=known[0] if known else None,
        certificates=known[1:] or None,
        sslPolicy=one.get("SslPolicy"),
        alpnPolicy=alpn[0] if isinstance(alpn, list) and alpn else None,
        mutualAuthentication=asked or None,
    )


def reference(name: str) -> Tree:
    """Refer to a configuration as a Gateway does."""
    return {"parametersRef": {"group": GROUP, "kind": LOAD_BALANCER, "name": name}}


def to_group_configuration(service: str, settings: dict[str, Any]) -> Tree:
    """Give the configuration of a Service's target groups for what an Ingress's annotations would say."""
    number = {word for word in NUMBERS}
    check = {
        field: int(settings[word]) if word in number else settings[word]
        for field, word in CHECKS.items()
        if settings.get(word) not in (None, "")
    }
    grpc = settings.get("backend-protocol-version") == "GRPC"
    matcher = {"grpcCode" if grpc else "httpCode": settings["success-codes"]} if settings.get("success-codes") else None
    attributes = [word.partition("=") for word in str(settings.get("target-group-attributes") or "").split(",") if word]
    return {
        "spec": {
            "targetReference": {"name": service},
            "defaultConfiguration": tree(
                targetType=settings.get("target-type"),
                **{field: settings.get(word) for field, word in OTHERS.items()},
                healthCheckConfig=tree(**check, matcher=matcher) or None,
                targetGroupAttributes=[{"key": key, "value": value} for key, _, value in attributes] or None,
            ),
        }
    }
