"""Copilot's `http` and `nlb` -> target groups, load balancers, listeners and rules.

The load balancers of `http` belong to the Copilot environment and serve all its services, so their ARNs are
placeholders; an `nlb` is the service's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .copilot_ports import Exposed, split, target
from .copilot_workload import APP_RUNNER, APPLICATION, BACKEND, Workload
from .spellings import seconds
from .taking import Node

PUBLIC, INTERNAL = "PUBLIC_LOAD_BALANCER", "INTERNAL_LOAD_BALANCER"
DELAY, GRACE, TIMEOUT = 60, 60, 5
ROOT_PRIORITY = 50000
POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
VPC = "${VPC_ID}"


@dataclass
class Balancing:
    """What traffic needs: requests by kind, what the service attaches to, and the first target group."""

    work: Workload
    ports: list[Exposed]
    fallback: Node
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    attached: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, tree: dict[str, Any]) -> None:
        """Keep one request."""
        self.requests.append((kind, tree))

    def attach(self, group: str, container: Any, port: Node) -> None:
        """Send a target group's traffic to a container."""
        self.attached.append({"targetGroupArn": arn(group), "containerName": container, "containerPort": port})


def arn(group: str) -> str:
    """Refer to a target group that is still to be made."""
    return f"${{targetGroups.{group}.TargetGroupArn}}"


def group_name(work: Workload, suffix: str = "") -> str:
    """Name a target group or a load balancer: 32 letters, digits and dashes, none of them at an edge."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", work.name)
    return plain[: 32 - len(suffix)].strip("-") + suffix


def rules(work: Workload) -> list[Node]:
    """Give the routing rules of `http`; there are none where it is false or says nothing."""
    http = work.node["http"]
    if http.value is False:
        http.use()
        return []
    if work.type == APP_RUNNER:
        return [http]
    own = [key for key, _ in http.items() if key not in ("additional_rules", "alb")] if http.is_map() else []
    return [http, *http["additional_rules"].each()] if own else []


def listeners(work: Workload) -> list[Node]:
    """Give the listeners of `nlb`."""
    nlb = work.node["nlb"]
    return [nlb, *nlb["additional_listeners"].each()] if nlb.is_map() else []


def is_internal(work: Workload) -> bool:
    """Whether the load balancer is reached from inside the VPC alone."""
    return work.type == BACKEND or work.type == APP_RUNNER and bool(work.node["http"]["private"].value)


def grace(work: Workload) -> Any:
    """Give the seconds in which a new task's failing health checks do not count."""
    found = [seconds(work.node[key]["healthcheck"]["grace_period"]) for key in ("http", "nlb")]
    return found[0].or_(found[1].or_(GRACE))


def balance(work: Workload, ports: list[Exposed], fallback: Node) -> Balancing:
    """Give all that traffic needs."""
    made = Balancing(work, ports, fallback)
    routed = rules(work)
    if routed:
        _environment(made, routed)
    for position, rule in enumerate(routed):
        _rule(made, rule, position, routed)
    for position, listener in enumerate(listeners(work)):
        _listener(made, listener, position)
    return made


def balancer(work: Workload) -> str:
    """Give the placeholder's name of the load balancer that `http` uses."""
    if work.node["http"]["alb"]:
        return "IMPORTED_LOAD_BALANCER"
    return INTERNAL if is_internal(work) else PUBLIC


def _environment(made: Balancing, routed: list[Node]) -> None:
    """Add the load balancer and its listeners, which are there already."""
    work, name = made.work, balancer(made.work)
    imported = work.node["http"]["alb"].text()
    reference = imported if str(imported.value).startswith("arn:") else f"${{{name}_ARN}}"
    if imported:
        work.say(
            "imported-load-balancer",
            f"The service uses the load balancer `{imported.value}`, whose listeners the manifest does not name.",
            imported,
        )
    subnets = "PRIVATE_SUBNET" if is_internal(work) else "PUBLIC_SUBNET"
    made.add(
        "loadBalancers",
        {
            "Name": imported.to(lambda value: value.split("/")[-2] if "/" in value else value).or_(
                "copilot-internal" if is_internal(work) else "copilot-public"
            ),
            "LoadBalancerArn": reference,
            "Type": "application",
            "Scheme": None if imported else "internal" if is_internal(work) else "internet-facing",
            "Subnets": None if imported else [f"${{{subnets}_1}}", f"${{{subnets}_2}}"],
        },
    )
    _listener_of(made, reference, "HTTP", 80)
    if any(aliases(rule) for rule in routed):
        _listener_of(made, reference, "HTTPS", 443)


def _listener_of(made: Balancing, reference: Any, protocol: str, port: int) -> None:
    made.add(
        "listeners",
        {
            "ListenerArn": listener_arn(made.work, protocol),
            "LoadBalancerArn": reference,
            "Protocol": protocol,
            "Port": port,
            "Certificates": [{"CertificateArn": "${CERTIFICATE_ARN}"}] if protocol == "HTTPS" else None,
            "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
        },
    )


def listener_arn(work: Workload, protocol: str) -> str:
    """Give the placeholder for a listener of the environment's load balancer."""
    return f"${{{balancer(work)}_{protocol}_LISTENER_ARN}}"


def _rule(made: Balancing, rule: Node, position: int, routed: list[Node]) -> None:
    work = made.work
    group = group_name(work, f"-{position}" if position else "")
    container, port = target(work, rule, made.ports, made.fallback)
    made.add("targetGroups", http_group(group, rule, port))
    made.add("targetGroupAttributes", attributes(group, rule, rule["stickiness"].flag().text().or_("false")))
    made.attach(group, container, port)
    hosts, priority = aliases(rule), _priority(rule, position, routed)
    forward = [{"Type": "forward", "TargetGroupArn": arn(group)}]
    redirect = rule["redirect_to_https"].flag()
    if hosts:
        plain = redirect.to(lambda on: "redirect" if on else "forward")
        rest = {"TargetGroupArn": arn(group)} if plain.value == "forward" else REDIRECT
        _listener_rule(made, rule, "HTTP", priority, [{"Type": plain.or_("redirect"), **rest}])
    _listener_rule(made, rule, "HTTPS" if hosts else "HTTP", priority, forward)
    _said(work, rule)


REDIRECT = {
    "RedirectConfig": {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    }
}


def _listener_rule(made: Balancing, rule: Node, protocol: str, priority: int, actions: list[dict]) -> None:
    made.add(
        "listenerRules",
        {
            "ListenerArn": listener_arn(made.work, protocol),
            "Priority": priority,
            "Conditions": conditions(made.work, rule),
            "Actions": actions,
        },
    )


def _priority(rule: Node, position: int, routed: list[Node]) -> int:
    """Give a rule its place: paths in their order, the root path last, as Copilot places them."""
    roots = [path(entry) == "/" for entry in routed]
    if roots[position]:
        return ROOT_PRIORITY - sum(roots[:position])
    return 1 + position - sum(roots[:position])


def path(rule: Node) -> str:
    """Give a rule's path, which always begins with a slash."""
    found = rule["path"].text().value or "/"
    return found if found.startswith("/") else f"/{found}"


def conditions(work: Workload, rule: Node) -> list[dict[str, Any]]:
    """Give what a request has to look like for a rule to take it."""
    sources = [entry.text() for entry in rule["allowed_source_ips"].each()]
    hosts: list[Any] = list(aliases(rule))
    if work.type == BACKEND and not hosts:
        hosts = ["${COPILOT_LB_DNS}", f"{work.name}.{work.env}.${{{APPLICATION}}}.internal"]
    wanted = rule["path"].text().to(lambda value: path(rule))
    patterns = (
        [wanted.to(lambda value: "/*").or_("/*")]
        if path(rule) == "/"
        else [wanted, wanted.to(lambda value: f"{value}/*")]
    )
    return [
        *([{"Field": "source-ip", "SourceIpConfig": {"Values": sources}}] if sources else []),
        *([{"Field": "host-header", "HostHeaderConfig": {"Values": hosts}}] if hosts else []),
        {"Field": "path-pattern", "PathPatternConfig": {"Values": patterns}},
    ]


def aliases(rule: Node) -> list[Node]:
    """Give the host names of a rule: a name, a list of names, or of names with their zones."""
    alias = rule["alias"]
    if not alias.is_list():
        return [alias.text()] if alias else []
    return [(entry["name"] if entry.is_map() else entry).text() for entry in alias.each()]


def _said(work: Workload, spec: Node) -> None:
    """Report the host names, for which Copilot makes DNS records and a certificate."""
    alias = spec["alias"]
    for host in aliases(spec):
        work.node.ledger.gather("alias", ALIAS, str(host.value), host)
    zones = [entry["hosted_zone"] for entry in alias.each() if entry.is_map()] if alias.is_list() else []
    for zone in filter(None, [*zones, spec["hosted_zone"]]):
        work.node.ledger.gather(
            "hosted-zone", "Copilot makes the records of the aliases in the hosted zones {}.", str(zone.value), zone
        )


ALIAS = "Copilot makes DNS records, and a certificate for TLS, for {}; `${CERTIFICATE_ARN}` stands for the certificate."


def http_group(name: str, rule: Node, port: Node) -> dict[str, Any]:
    """Give the target group of a routing rule."""
    check = rule["healthcheck"]
    wanted = check["path"] if check.is_map() else check
    own = check["port"].port()
    version = rule["version"].text().to(str.upper)
    checked = _check_protocol(port.value, own.value)
    return {
        "Name": name,
        "Protocol": "HTTPS" if port.value == 443 else "HTTP",
        "ProtocolVersion": version,
        "Port": port,
        "TargetType": "ip",
        "VpcId": VPC,
        "HealthCheckProtocol": checked,
        "HealthCheckPath": wanted.text().to(_rooted).or_("/"),
        "HealthCheckPort": own.text(),
        "Matcher": {"GrpcCode" if version.value == "GRPC" else "HttpCode": check["success_codes"].text()},
        **thresholds(check, TIMEOUT),
    }


def _check_protocol(port: Any, own: Any) -> str | None:
    """Give the protocol of the health check where it is not the target's, as Copilot sets it."""
    if own == 443 or port == 443 and own is None:
        return "HTTPS"
    return "HTTP" if port == 443 else None


def _rooted(value: str) -> str:
    return value if value.startswith("/") else f"/{value}"


def thresholds(check: Node, timeout: int | None) -> dict[str, Any]:
    """Give how often a target is checked, and what counts; the timeout is said, for two defaults are documented."""
    return {
        "HealthCheckIntervalSeconds": seconds(check["interval"]),
        "HealthCheckTimeoutSeconds": seconds(check["timeout"]).or_(timeout),
        "HealthyThresholdCount": check["healthy_threshold"].whole(),
        "UnhealthyThresholdCount": check["unhealthy_threshold"].whole(),
    }


def attributes(group: str, spec: Node, sticky: Any) -> dict[str, Any]:
    """Give a target group's attributes; Copilot lets connections drain for 60 seconds."""
    delay = seconds(spec["deregistration_delay"]).text().or_(str(DELAY))
    found = {"deregistration_delay.timeout_seconds": delay, "stickiness.enabled": sticky}
    return {
        "TargetGroupArn": arn(group),
        "Attributes": [{"Key": key, "Value": value} for key, value in found.items() if value],
    }


def _listener(made: Balancing, spec: Node, position: int) -> None:
    """Add one listener of the service's own network load balancer, and before the first the balancer itself."""
    work = made.work
    listening, protocol = split(spec["port"])
    if not listening:
        return
    name, suffix = group_name(work, "-nlb"), f"-{position}" if position else ""
    if not any(kind == "securityGroups" for kind, _ in made.requests):
        _network_balancer(made, name)
    group = group_name(work, f"-nlb{suffix}")
    container, port = target(work, spec, made.ports, listening)
    transport = "TCP" if protocol == "tls" else protocol.upper()
    made.add("targetGroups", network_group(group, spec, port, transport))
    sticky = spec["stickiness"].flag().text()
    made.add("targetGroupAttributes", attributes(group, spec, sticky if protocol != "tls" else None))
    made.attach(group, container, port)
    made.add("listeners", network_listener(spec, name, group, listening, protocol))
    made.add("securityGroupIngress", _ingress(name, listening, transport))
    _said(work, spec)


def _network_balancer(made: Balancing, name: str) -> None:
    made.add(
        "securityGroups",
        {
            "GroupName": name,
            "VpcId": VPC,
            "Description": "Allow traffic to the public facing load balancer on listener ports",
        },
    )
    made.add(
        "loadBalancers",
        {
            "Name": name,
            "Type": "network",
            "Scheme": "internet-facing",
            "Subnets": ["${PUBLIC_SUBNET_1}", "${PUBLIC_SUBNET_2}"],
            "SecurityGroups": [f"${{securityGroups.{name}.GroupId}}"],
        },
    )


def network_group(name: str, spec: Node, port: Node, protocol: str) -> dict[str, Any]:
    """Give the target group of a network listener."""
    check = spec["healthcheck"]
    return {
        "Name": name,
        "Protocol": protocol,
        "Port": port,
        "TargetType": "ip",
        "VpcId": VPC,
        "HealthCheckPort": check["port"].port().text(),
        **thresholds(check, None),
    }


def network_listener(spec: Node, balancer_name: str, group: str, port: Node, protocol: str) -> dict[str, Any]:
    """Give a listener of the network load balancer."""
    secure = protocol == "tls"
    return {
        "LoadBalancerArn": f"${{loadBalancers.{balancer_name}.LoadBalancerArn}}",
        "Port": port,
        "Protocol": protocol.upper(),
        "Certificates": [{"CertificateArn": "${CERTIFICATE_ARN}"}] if secure else None,
        "SslPolicy": spec["ssl_policy"].text().or_(POLICY) if secure else None,
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": arn(group)}],
    }


def _ingress(name: str, port: Node, protocol: str) -> dict[str, Any]:
    anywhere = {
        "CidrIp": "0.0.0.0/0",
        "Description": f"Allow {protocol} traffic from anyone on listener port {port.value}",
    }
    return {
        "GroupId": f"${{securityGroups.{name}.GroupId}}",
        "IpPermissions": [{"IpProtocol": protocol.lower(), "FromPort": port, "ToPort": port, "IpRanges": [anywhere]}],
    }
