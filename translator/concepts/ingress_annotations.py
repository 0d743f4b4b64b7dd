"""Annotations of Ingresses and Services that the AWS Load Balancer Controller reads <-> members of the load balancing API.

The controller writes rules in JSON, with the API's own names in camel case.
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
"""

from __future__ import annotations

import json
from typing import Any

from ..trees import Tree, get, listed
from .services_targets import maps

PREFIX, NGINX = "alb.ingress.kubernetes.io/", "nginx.ingress.kubernetes.io/"
CLASS, ALB = "kubernetes.io/ingress.class", "alb"
USE_ANNOTATION = "use-annotation"
READ_BY_NAME = ("actions.", "conditions.", "transforms.")
READ = frozenset(
    {
        "load-balancer-name",
        "group.name",
        "group.order",
        "tags",
        "ip-address-type",
        "scheme",
        "subnets",
        "security-groups",
        "inbound-cidrs",
        "listen-ports",
        "ssl-redirect",
        "certificate-arn",
        "ssl-policy",
        "mutual-authentication",
        "target-type",
        "backend-protocol",
        "backend-protocol-version",
        "target-group-attributes",
        "healthcheck-port",
        "healthcheck-protocol",
        "healthcheck-path",
        "healthcheck-interval-seconds",
        "healthcheck-timeout-seconds",
        "healthy-threshold-count",
        "unhealthy-threshold-count",
        "success-codes",
        "auth-type",
        "auth-idp-cognito",
        "auth-idp-oidc",
        "auth-on-unauthenticated-request",
        "auth-scope",
        "auth-session-cookie",
        "auth-session-timeout",
        "jwt-validation",
        "load-balancer-attributes",
        "wafv2-acl-arn",
        "wafv2-acl-name",
        "waf-acl-id",
        "web-acl-id",
        "shield-advanced-protection",
    }
)
# Where the API's name is not the annotation's with a capital.
SPELLED = {
    "targetGroupARN": "TargetGroupArn",
    "userPoolARN": "UserPoolArn",
    "userPoolClientID": "UserPoolClientId",
    "clientID": "ClientId",
}
UNSPELLED = {api: word for word, api in SPELLED.items()}
TEXTS, NUMBERS = ("StatusCode", "Port"), ("Weight", "DurationSeconds", "SessionTimeout")


def noted(entry: Any, prefix: str = PREFIX) -> dict[str, str]:
    """Give the annotations of an object under a prefix, without it."""
    found = maps(get(entry, ("metadata", "annotations")))
    return {
        key.removeprefix(prefix): value
        for key, value in found.items()
        if key.startswith(prefix) and isinstance(value, str)
    }


def annotations(values: dict[str, Any]) -> Tree:
    """Give annotations for settings; what is None or empty is left out."""
    return {
        PREFIX + key: value if isinstance(value, str) else str(value)
        for key, value in values.items()
        if value not in (None, "", {}, [])
    }


def class_of(ingress: Any) -> str | None:
    """Give the class of an Ingress, by its field or by the older annotation."""
    found = get(ingress, ("spec", "ingressClassName")) or get(ingress, ("metadata", "annotations", CLASS))
    return found if isinstance(found, str) else None


def is_alb(ingress: Any) -> bool:
    """Whether the AWS Load Balancer Controller serves an Ingress: by its class, or by annotations that only it reads."""
    found = class_of(ingress)
    return "alb" in found.lower() if found else bool(noted(ingress))


def parsed(text: Any) -> Any:
    """Read JSON; None for what is none."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def written(value: Any) -> str:
    """Write JSON as annotations have it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def to_api(value: Any) -> Any:
    """Give canonical API members for an annotation's JSON: `{"type": "redirect"}` is `{Type: redirect}`."""
    if isinstance(value, dict):
        return {
            name: _typed(name, to_api(entry))
            for key, entry in value.items()
            if isinstance(key, str) and key
            for name in [SPELLED.get(key, key[0].upper() + key[1:])]
            if entry is not None
        }
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return listed(to_api(one) for one in value if isinstance(one, dict))
    return value


def _typed(name: str, value: Any) -> Any:
    """Spell numbers and texts as the API has them; the controller takes both."""
    if name in TEXTS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if name in NUMBERS and isinstance(value, str) and value.isdecimal() and len(value) < 9:
        return int(value)
    return value


def from_api(value: Any) -> Any:
    """Give an annotation's JSON for canonical API members."""
    if isinstance(value, dict) and value and all(key.isdecimal() for key in value):
        return [from_api(value[key]) for key in sorted(value, key=int)]
    if isinstance(value, dict):
        return {UNSPELLED.get(key, key[:1].lower() + key[1:]): from_api(entry) for key, entry in value.items()}
    return value
