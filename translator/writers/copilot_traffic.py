"""Target groups, listeners and rules of a service -> Copilot's `http` and `nlb`."""

from __future__ import annotations

from typing import Any

from ..readers.copilot_balancing import DELAY, GRACE, POLICY, TIMEOUT
from .copilot_containers import kept

NETWORK = ("TCP", "UDP", "TLS", "TCP_UDP")


class Traffic:
    """The requests of one service that have to do with its traffic."""

    def __init__(self, document: dict[str, list[dict]], service: dict[str, Any], port: Any):
        self.document, self.service, self.port = document, service, port
        self.attached = [entry for entry in service.get("loadBalancers") or [] if entry.get("targetGroupArn")]

    def group(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Give the target group that an attachment names, by its reference, its ARN or its name in the ARN."""
        wanted = entry["targetGroupArn"]
        for found in self.document.get("targetGroups", []):
            name = found.get("Name", "")
            if (
                wanted in (found.get("TargetGroupArn"), f"${{targetGroups.{name}.TargetGroupArn}}")
                or f":targetgroup/{name}/" in wanted
            ):
                return found
        return {}

    def is_network(self, entry: dict[str, Any]) -> bool:
        """Whether an attachment belongs to a network load balancer."""
        return self.group(entry).get("Protocol") in NETWORK

    def rules(self, entry: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the listener rules that send traffic to an attachment's target group."""
        return [
            rule
            for rule in self.document.get("listenerRules", [])
            if _forwards(rule.get("Actions"), entry["targetGroupArn"])
        ]

    def listener(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Give the listener that sends its traffic to an attachment's target group."""
        found = [
            one
            for one in self.document.get("listeners", [])
            if _forwards(one.get("DefaultActions"), entry["targetGroupArn"])
        ]
        return found[0] if found else {}

    def scheme(self) -> str:
        """Give the scheme of the load balancer behind the first routing rule."""
        listeners = {rule.get("ListenerArn") for entry in self.attached for rule in self.rules(entry)}
        balancers = {
            one.get("LoadBalancerArn")
            for one in self.document.get("listeners", [])
            if one.get("ListenerArn") in listeners
            or any(_forwards(one.get("DefaultActions"), entry["targetGroupArn"]) for entry in self.attached)
        }
        schemes = [
            one.get("Scheme")
            for one in self.document.get("loadBalancers", [])
            if one.get("Type", "application") == "application"
            and (
                one.get("LoadBalancerArn") in balancers
                or f"${{loadBalancers.{one.get('Name')}.LoadBalancerArn}}" in balancers
            )
        ]
        return next(filter(None, schemes), "internet-facing")

    def http(self) -> dict[str, Any] | None:
        """Give the `http` section."""
        made = [self._rule(entry) for entry in self.attached if not self.is_network(entry)]
        if not made:
            return None
        return kept(
            {**made[0], **({"alb": self._imported()} if self._imported() else {}), "additional_rules": made[1:]}
        )

    def _imported(self) -> str | None:
        """Give a load balancer that is not the Copilot environment's, where the manifest's reader left its mark."""
        return next(
            (
                one.get("LoadBalancerArn")
                for one in self.document.get("listeners", [])
                if "IMPORTED_LOAD_BALANCER" in str(one.get("ListenerArn"))
            ),
            None,
        )

    def _rule(self, entry: dict[str, Any]) -> dict[str, Any]:
        group, rules = self.group(entry), self.rules(entry)
        tested = {one.get("Field"): one for rule in rules[:1] for one in rule.get("Conditions", [])}
        hosts = _values(tested, "host-header", "HostHeaderConfig")
        own = [host for host in hosts if not host.startswith("${COPILOT_LB_DNS}") and not host.endswith(".internal")]
        plain = (
            own
            and len(rules) > 1
            and all(action.get("Type") == "forward" for rule in rules for action in rule.get("Actions", []))
        )
        return kept(
            {
                "path": _path(_values(tested, "path-pattern", "PathPatternConfig")),
                "alias": own[0] if len(own) == 1 else own,
                "allowed_source_ips": _values(tested, "source-ip", "SourceIpConfig"),
                "redirect_to_https": False if plain else None,
                "version": group.get("ProtocolVersion"),
                **self._target(entry, self.port),
                "healthcheck": self._check(group, TIMEOUT),
                **self._attributes(entry),
            }
        )

    def _target(self, entry: dict[str, Any], fallback: Any) -> dict[str, Any]:
        container, port = entry.get("containerName"), entry.get("containerPort")
        return {
            "target_container": None if container == self.service.get("serviceName") else container,
            "target_port": None if port == fallback and container == self.service.get("serviceName") else port,
        }

    def _check(self, group: dict[str, Any], timeout: int | None) -> dict[str, Any]:
        path, port = group.get("HealthCheckPath"), str(group.get("HealthCheckPort", ""))
        limit = group.get("HealthCheckTimeoutSeconds")
        grace = self.service.get("healthCheckGracePeriodSeconds", 0)
        return kept(
            {
                "path": None if path == "/" else path,
                "port": int(port) if port.isdigit() else None,
                "success_codes": next(iter((group.get("Matcher") or {}).values()), None),
                "healthy_threshold": group.get("HealthyThresholdCount"),
                "unhealthy_threshold": group.get("UnhealthyThresholdCount"),
                "interval": _seconds(group.get("HealthCheckIntervalSeconds")),
                "timeout": None if limit == timeout else _seconds(limit),
                "grace_period": None if grace == GRACE or not self._is_first(group) else _seconds(grace),
            }
        )

    def _is_first(self, group: dict[str, Any]) -> bool:
        return bool(self.attached) and self.group(self.attached[0]) is group

    def _attributes(self, entry: dict[str, Any]) -> dict[str, Any]:
        found = {
            one.get("Key"): one.get("Value")
            for group in self.document.get("targetGroupAttributes", [])
            if group.get("TargetGroupArn") == entry["targetGroupArn"]
            for one in group.get("Attributes", [])
        }
        delay, sticky = found.get("deregistration_delay.timeout_seconds", "300"), found.get("stickiness.enabled")
        network = self.is_network(entry)
        return {
            "deregistration_delay": None if delay == str(DELAY) else f"{delay}s",
            "stickiness": sticky == "true" if sticky == "true" or network and sticky else None,
        }

    def nlb(self) -> dict[str, Any] | None:
        """Give the `nlb` section."""
        made = [self._listener(entry) for entry in self.attached if self.is_network(entry)]
        return kept({**made[0], "additional_listeners": made[1:]}) if made else None

    def _listener(self, entry: dict[str, Any]) -> dict[str, Any]:
        found = self.listener(entry)
        port = found.get("Port", entry.get("containerPort"))
        policy = found.get("SslPolicy")
        return kept(
            {
                "port": f"{port}/{found.get('Protocol', 'TCP').lower()}",
                **self._target(entry, port),
                "ssl_policy": None if policy == POLICY else policy,
                "healthcheck": self._check(self.group(entry), None),
                **self._attributes(entry),
            }
        )


def _forwards(actions: Any, group: str) -> bool:
    return any(action.get("TargetGroupArn") == group for action in actions or [])


def _values(tested: dict[str, dict], name: str, config: str) -> list[str]:
    found = tested.get(name, {})
    return (found.get(config) or {}).get("Values") or found.get("Values") or []


def _path(patterns: list[str]) -> str:
    """Give the path whose patterns these are; the root where there are none."""
    return patterns[0].removesuffix("*").rstrip("/") or "/" if patterns else "/"


def _seconds(value: Any) -> str | None:
    return None if value is None else f"{value}s"
