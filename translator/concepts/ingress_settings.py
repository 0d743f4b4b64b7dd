"""Settings of load balancers, listeners and target groups -> the controller's annotations."""

from __future__ import annotations

import json
from typing import Any

from ..converters import names
from ..trees import Tree, get
from . import ingress_annotations as words
from .ingress_actions import redirects_to_https
from .ingress_balancer import ANYWHERE, CERTIFICATE, STACK, balancer_name
from .ingress_behind import Behind
from .ingress_groups import NUMBERS, TRAFFIC
from .services_annotations import joined
from .services_balanced import Balanced, attributes_of, guarded, namespace_of
from .services_discovery import find
from .services_targets import maps

OWN_TAGS = ("Name", STACK)


def balancer_settings(balancer: tuple[str, Tree] | None, name: str, several: bool, document: Tree) -> dict[str, Any]:
    """Give the annotations for a load balancer: who reaches it, where it is, what it is called."""
    if balancer is None:
        return {}
    own, entry = balancer
    stack = get(entry, ("Tags", STACK, "Value"))
    group = stack if stack and "/" not in stack else names.dns_label(own) if several else None
    namespace = stack.partition("/")[0] if stack and "/" in stack else namespace_of(document.get("service"))
    usual = balancer_name(group or name, {"metadata": {"namespace": "default" if group else namespace}})
    tags = {key: str(get(one, ("Value",)) or "") for key, one in maps(entry.get("Tags")).items() if key not in OWN_TAGS}
    groups = _ids(entry.get("SecurityGroups"))
    ranges = None if groups else guarded(Balanced("", 0, None, None, balancer), document)
    return {
        "scheme": entry.get("Scheme") or "internet-facing",
        "ip-address-type": entry.get("IpAddressType"),
        "load-balancer-name": own if own != usual else None,
        "group.name": group,
        "subnets": _ids(entry.get("Subnets") or list(maps(entry.get("SubnetMappings")))),
        "security-groups": groups,
        "inbound-cidrs": ",".join(ranges) if ranges and ranges != ANYWHERE else None,
        "tags": joined(tags),
        "load-balancer-attributes": joined(
            attributes_of(document.get("loadBalancerAttributes"), balancer, "loadBalancers", "LoadBalancerArn")
        ),
    }


def _ids(values: Any) -> str:
    """Give ids that are known; placeholders are none."""
    found = values if isinstance(values, list) else []
    return ",".join(map(str, found)) if not any("${" in str(one) for one in found) else ""


def further(known: dict[str, Tree], document: Tree) -> list[str]:
    """Give the certificates that listeners got beside their first."""
    return [
        str(get(entry, ("CertificateArn",)))
        for one in maps(document.get("listenerCertificates")).values()
        if find(known, get(one, ("ListenerArn",)), "listeners", "ListenerArn")
        for entry in maps(get(one, ("Certificates",))).values()
    ]


def listener_settings(listeners: dict[str, Tree], spec: Tree, document: Tree) -> dict[str, Any]:
    """Give the annotations for listeners: ports, certificates, redirects. The hosts of certificates that are to be found go into the spec."""
    known = {key: one for key, one in listeners.items() if one.get("Port")}
    secure = [one for one in known.values() if one.get("Protocol") == "HTTPS"]
    redirects = (
        [redirects_to_https(one.get("DefaultActions")) for one in known.values() if one.get("Protocol") == "HTTP"]
        if secure
        else []
    )
    certificates = [
        str(get(entry, ("CertificateArn",))) for one in secure for entry in maps(one.get("Certificates")).values()
    ]
    certificates = list(dict.fromkeys(one for one in certificates + further(known, document) if one != CERTIFICATE))
    if secure and not certificates:
        hosts = [rule["host"] for rule in maps(spec.get("rules")).values() if "host" in rule]
        spec["tls"] = {"0": {"hosts": list(dict.fromkeys(hosts))} if hosts else {}}
    return {
        "listen-ports": json.dumps([{one.get("Protocol") or "HTTP": one["Port"]} for one in known.values()])
        if known
        else None,
        "certificate-arn": ",".join(certificates),
        "ssl-policy": next((one["SslPolicy"] for one in secure if one.get("SslPolicy")), None),
        "ssl-redirect": next((port for port in redirects if port), None),
        "mutual-authentication": _mutual(secure),
    }


def _mutual(secure: list[Tree]) -> str | None:
    made = [
        {"port": one["Port"], **words.from_api(maps(one["MutualAuthentication"]))}
        for one in secure
        if one.get("MutualAuthentication")
    ]
    for entry in made:
        if "trustStoreArn" in entry:
            entry["trustStore"] = entry.pop("trustStoreArn")
    return words.written(made) if made else None


def group_settings(one: Behind, document: Tree) -> dict[str, Any]:
    """Give the annotations for a target group, its health check in full: the controller's defaults are not the API's."""
    entry = one.entry
    matcher = maps(entry.get("Matcher"))
    grpc = entry.get("ProtocolVersion") == "GRPC"
    return {
        "target-type": "ip" if entry.get("TargetType") in (None, "ip") else "instance",
        "backend-protocol": entry.get("Protocol"),
        "backend-protocol-version": entry.get("ProtocolVersion"),
        "healthcheck-protocol": entry.get("HealthCheckProtocol") or "HTTP",
        "healthcheck-port": entry.get("HealthCheckPort") or TRAFFIC,
        "healthcheck-path": entry.get("HealthCheckPath") or ("/AWS.ALB/healthcheck" if grpc else "/"),
        "success-codes": matcher.get("HttpCode") or matcher.get("GrpcCode") or ("12" if grpc else "200"),
        **{
            key: entry.get(member) or usual
            for (key, (member, *_)), usual in zip(NUMBERS.items(), (30, 5, 5, 2), strict=True)
        },
        "target-group-attributes": joined(
            attributes_of(document.get("targetGroupAttributes"), (one.name, entry), "targetGroups", "TargetGroupArn")
        ),
    }
