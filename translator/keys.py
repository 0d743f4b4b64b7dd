"""Requests that have no name of their own -> the keys by which the others of a document refer to them.

A listener goes by its load balancer and port, a rule by its listener and priority, a part of an API by the API and what
it is for: `${listeners.web-443.ListenerArn}`, `${integrations.shop-orders-80.IntegrationId}`.
"""
from __future__ import annotations

from typing import Any

# Members that say what a request is part of, then those that tell it from the others there.
ABOVE = ("LoadBalancerArn", "ListenerArn", "GroupId", "ApiId")
OWN = ("Port", "Priority", "RouteKey", "IntegrationUri", "StageName", "DomainName")


def unnamed(kind: str, value: dict[str, Any]) -> str:
    """Give the key of a request without a name; several may share it, of which the later ones get `-2` behind it."""
    above = next((str(value[member]) for member in ABOVE if value.get(member)), "")
    own = next((str(value[member]) for member in OWN if value.get(member) not in (None, "")), "")
    name = referred(above) or (above if value.get("ApiId") else "")
    return "-".join(part for part in (name or kind, referred(own) or own) if part)


def referred(text: str) -> str:
    """Give the name in `${loadBalancers.web.LoadBalancerArn}` or in `...:loadbalancer/app/web/50dc6c495c0c9188`."""
    if text.startswith("${"):
        return text.strip("${}").partition(".")[2].rpartition(".")[0]
    return text.split("/")[2] if text.startswith("arn:") and text.count("/") > 1 else ""
