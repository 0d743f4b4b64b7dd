"""Annotations of Services that the AWS Load Balancer Controller reads <-> settings of a network load balancer.

https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
"""

from __future__ import annotations

from typing import Any

from ..trees import Tree, get
from .services_targets import maps

PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
# Who makes the load balancer: these classes are the controller's, and the one that EKS brings with it.
CLASSES = ("service.k8s.aws/nlb", "eks.amazonaws.com/nlb")
TYPES = ("external", "nlb-ip")
# Annotation <-> the attribute of the load balancer that it is an older word for.
OLDER = {
    "cross-zone-load-balancing-enabled": "load_balancing.cross_zone.enabled",
    "access-log-enabled": "access_logs.s3.enabled",
    "access-log-s3-bucket-name": "access_logs.s3.bucket",
    "access-log-s3-bucket-prefix": "access_logs.s3.prefix",
}
PROXY_PROTOCOL = "proxy_protocol_v2.enabled"


def settings(service: Any) -> dict[str, str]:
    """Give the controller's annotations of a Service, without their prefix."""
    found = maps(get(service, ("metadata", "annotations")))
    return {
        key.removeprefix(PREFIX): value
        for key, value in found.items()
        if key.startswith(PREFIX) and isinstance(value, str)
    }


def annotations(values: dict[str, Any]) -> Tree:
    """Give annotations for settings; what is None or empty is left out."""
    return {PREFIX + key: str(value) for key, value in values.items() if value not in (None, "", {})}


def words(text: Any) -> list[str]:
    """Read a list: `a, b`."""
    return [word.strip() for word in text.split(",") if word.strip()] if isinstance(text, str) else []


def pairs(text: str | None) -> dict[str, str]:
    """Read a map: `a=1,b=2`."""
    return {key.strip(): value.strip() for key, is_, value in (word.partition("=") for word in words(text)) if is_}


def joined(values: dict[str, str]) -> str:
    """Write a map."""
    return ",".join(f"{key}={value}" for key, value in values.items())


def by_controller(service: Any) -> bool:
    """Whether the controller makes the load balancer, and not Kubernetes' older code for AWS."""
    return settings(service).get("type") in TYPES or get(service, ("spec", "loadBalancerClass")) in CLASSES


def scheme(service: Any) -> str:
    """Give who can reach a load balancer: the controller's are internal unless they say otherwise, older ones not."""
    given = settings(service)
    if given.get("scheme") in ("internal", "internet-facing"):
        return given["scheme"]
    if "internal" in given:
        return "internal" if given["internal"].lower() not in ("false", "") else "internet-facing"
    return "internal" if by_controller(service) else "internet-facing"


def balancer_attributes(service: Any) -> dict[str, str]:
    """Give the load balancer's attributes; annotations of their own go before the list of all."""
    given = settings(service)
    older = {name: given[key] for key, name in OLDER.items() if key in given}
    return {**pairs(given.get("attributes")), **older}


def group_attributes(service: Any, protocol: str) -> dict[str, str]:
    """Give the attributes of a target group of a Service; one behind a TLS listener keeps no client at one target.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
    """
    given = settings(service)
    made = pairs(given.get("target-group-attributes"))
    if given.get("proxy-protocol") == "*":
        made[PROXY_PROTOCOL] = "true"
    if get(service, ("spec", "sessionAffinity")) == "ClientIP" and protocol != "TLS":
        made.update({"stickiness.enabled": "true", "stickiness.type": "source_ip"})
    if get(service, ("spec", "externalTrafficPolicy")) == "Local":
        made.setdefault("preserve_client_ip.enabled", "true")
    return made


def is_encrypted(service: Any, port: Any) -> bool:
    """Whether the load balancer ends TLS on a port of a Service, given by its entry."""
    given = settings(service)
    chosen = words(given.get("ssl-ports"))
    return bool(words(given.get("ssl-cert"))) and (
        not chosen or bool({str(get(port, ("port",))), str(get(port, ("name",)))} & set(chosen))
    )


# --- what is not carried whole ----------------------------------------------------------------


def named(prefix: str, text: Any) -> bool:
    """Whether a list holds names where the API wants ids."""
    return any(not word.startswith(prefix) for word in words(text))


def unpaired(addresses: Any, subnets: Any) -> bool:
    """Whether there are not as many addresses as subnets."""
    return isinstance(addresses, str) and len(words(addresses)) != len(words(subnets))
