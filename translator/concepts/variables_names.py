"""Names of the cluster's own DNS in texts <-> the names that the same Services have for tasks.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from ..trees import Tree, get

DOMAIN = "svc.cluster.local"


@cache
def _cluster_name() -> re.Pattern:
    label = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    return re.compile(
        rf"(?<![A-Za-z0-9.$_}}-])({label})\.({label})\.svc(?:\.cluster\.local)?(?![A-Za-z0-9-]|\.[A-Za-z0-9])"
    )


def task_names(text: str, environment: Tree) -> str:
    """Write `api` for `api.shop.svc.cluster.local` within the namespace `shop`; what tasks cannot reach stays."""
    if ".svc" not in text:
        return text
    return _cluster_name().sub(lambda found: _task_name(found[1], found[2], environment) or found[0], text)


def _task_name(service: str, namespace: str, environment: Tree) -> str | None:
    """Give a Service's name for tasks: its Service Connect alias, or its name in the namespace's Cloud Map domain.

    Aliases are known within one namespace; what another has is found if it has a load balancer or a name in DNS.
    `kubernetes` is the cluster's API, and no Service of anybody's.
    """
    if service == "kubernetes" and namespace == "default":
        return None
    if get(environment, ("ecs", "discovery")) == "cloud-map":
        return f"{service}.{namespace}"
    if namespace != (environment.get("namespace") or "default"):
        known = get(environment, ("neighbours", "addresses", namespace, service))
        return known if isinstance(known, str) else None
    return f"{service}.{namespace}.{DOMAIN}" if get(environment, ("ecs", "aliasNames")) == "full" else service


def unreachable(text: str, environment: Tree) -> bool:
    """Whether a text has a name of the cluster's DNS that no task can reach."""
    if ".svc" not in text:
        return False
    rest = _cluster_name().sub(
        lambda found: found[0] if _task_name(found[1], found[2], environment) is None else "", text
    )
    return ".svc" in rest


def service_names(text: str, domains: Iterable[Any]) -> str:
    """Write `api` for `api.shop.local` where `shop.local` is a Cloud Map namespace of the document.

    A namespace without a dot is left: a pod finds `api.shop` as well, and `my.shop` may be on the internet.
    """
    for domain in domains:
        if isinstance(domain, str) and "." in domain and f".{domain}" in text:
            label = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
            text = re.sub(
                rf"(?<![A-Za-z0-9.$_}}-])({label})\.{re.escape(domain)}(?![A-Za-z0-9-]|\.[A-Za-z0-9])", r"\1", text
            )
    return text
