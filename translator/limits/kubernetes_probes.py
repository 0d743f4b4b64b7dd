"""Probes of a container <-> what the API server refuses in them."""
from __future__ import annotations

from typing import Any, Iterator

from .kubernetes_meta import is_port_name
from .rules import Hit, Rule, Rules, between, choice, each
from .values import entries, items, joined, mapping, number, text

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
HTTP_HANDLERS = (*(f"{probe}.httpGet" for probe in PROBES), "lifecycle.postStart.httpGet", "lifecycle.preStop.httpGet")


def probe_handler(member: str, _: Any) -> Rule:
    """Make a rule that a probe checks in one way."""
    def rule(container: dict, pod: dict) -> Iterator[Hit]:
        probe = container[member]
        kinds = [kind for kind in HANDLERS if isinstance(probe, dict) and probe.get(kind) is not None]
        if isinstance(probe, dict) and len(kinds) != 1:
            yield (member,), (
                f"The {member} of container {container.get('name')} checks in one way; there are "
                f"{joined(kinds)}."
            )
        elif kinds == ["exec"] and not items(mapping(probe["exec"]).get("command")):
            yield (member, "exec"), f"The {member} of container {container.get('name')} runs no command."

    return rule


def success_threshold(member: str, _: Any) -> Rule:
    """Make a rule that one success is enough: a container that lives or has started need not do so twice."""
    def rule(container: dict, pod: dict) -> Iterator[Hit]:
        count = number(mapping(container[member]).get("successThreshold"))
        if count is not None and count not in (0, 1):
            yield (member, "successThreshold"), (
                f"The {member} of container {container.get('name')} needs {count} successes; it must be 1."
            )

    return rule


def readiness_grace(container: dict, pod: dict) -> Iterator[Hit]:
    """Refuse a time to end for a probe that ends nothing."""
    if mapping(container["readinessProbe"]).get("terminationGracePeriodSeconds") is not None:
        yield ("readinessProbe", "terminationGracePeriodSeconds"), (
            f"The readinessProbe of container {container.get('name')} ends no container, so it takes no "
            "terminationGracePeriodSeconds."
        )


def probe_port(handler: dict, probe: dict) -> Iterator[Hit]:
    """Refuse a port that is neither a number nor a name of one."""
    port = handler["port"]
    if number(port) is not None and not 1 <= port <= 65535:
        yield ("port",), f"The probe's port is {port}; allowed is 1 to 65535."
    elif text(port) is not None and not is_port_name(port):
        yield ("port",), f"{port!r} is neither a port's number nor its name."


def probe_port_unknown(member: str, _: Any) -> Rule:
    """Make a rule that the name of a probe's port is that of a port of the container."""
    def rule(container: dict, pod: dict) -> Iterator[Hit]:
        probe = mapping(container[member])
        for kind in ("httpGet", "tcpSocket"):
            name = text(mapping(probe.get(kind)).get("port"))
            if name and not any(port.get("name") == name for _, port in entries(container.get("ports"))):
                yield (member, kind, "port"), (
                    f"The {member} of container {container.get('name')} checks port {name}, which the "
                    "container does not list."
                )

    return rule


# The API server takes 0 for absent, but for the grace period.
NUMBERS = ("periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold", "initialDelaySeconds")
PROBE: tuple[Rules, ...] = (
    each({"probe-handler": dict.fromkeys(PROBES)}, probe_handler),
    each({"success-threshold": {"livenessProbe": None, "startupProbe": None}}, success_threshold),
    each({"probe-port-unknown": dict.fromkeys(PROBES)}, probe_port_unknown),
    {
        "readinessProbe": {"readiness-grace": readiness_grace},
        **{
            f"{place}.port": {"probe-port": probe_port}
            for place in (*HTTP_HANDLERS, *(f"{probe}.tcpSocket" for probe in PROBES))
        },
    },
    each(
        {
            "probe-range": {
                **{f"{probe}.{name}": (0, None) for probe in PROBES for name in NUMBERS},
                **{f"{probe}.terminationGracePeriodSeconds": (1, None) for probe in PROBES},
                **{f"{probe}.grpc.port": (1, 65535) for probe in PROBES},
            }
        },
        between,
    ),
    each({"value-unknown": {f"{place}.scheme": ("HTTP", "HTTPS") for place in HTTP_HANDLERS}}, choice),
)
