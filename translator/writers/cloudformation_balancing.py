"""Target groups and services -> what makes ECS accept them: a listener that forwards, and an order of creation."""

from __future__ import annotations

from .cloudformation_network import targets
from .cloudformation_template import Entry, Template
from .cloudformation_values import pascal, ref

LAYER_FOUR = frozenset({"TCP", "UDP", "TCP_UDP", "TLS"})


def complete(template: Template) -> None:
    """Put every target group of a service behind a listener, and certificates on listeners that need them."""
    for entry in template.of("listeners"):
        if entry.value.get("Protocol") in ("HTTPS", "TLS") and not entry.value.get("Certificates"):
            arn = template.parameter("CertificateArn", description="The ACM certificate of the load balancer.")
            template.resources[entry.logical].properties["Certificates"] = [{"CertificateArn": arn}]
    forwarding = forwarders(template)
    for entry in template.of("services"):
        for group in groups_of(template, entry):
            if group.value.get("TargetType", "instance") == "instance":
                # What the API takes anyway; cfn-lint (E3049) wants it said where the host port is chosen at the start.
                template.resources[group.logical].properties.setdefault("HealthCheckPort", "traffic-port")
            if group.logical not in forwarding:
                forwarding[group.logical] = [_front(template, group)]
        wait(template, entry, forwarding)
    for entry in template.of("apiMappings"):
        same = [one.logical for one in template.of("stages") if one.value.get("ApiId") == entry.value.get("ApiId")]
        template.resources[entry.logical].depends += same


def forwarders(template: Template) -> dict[str, list[str]]:
    """Give the listeners and rules that forward to each target group."""
    made: dict[str, list[str]] = {}
    for entry in [*template.of("listeners"), *template.of("listenerRules")]:
        for group in targets(template, entry):
            made.setdefault(group.logical, []).append(entry.logical)
    return made


def groups_of(template: Template, entry: Entry) -> list[Entry]:
    """Give the target groups of a service that stand in the template, the alternate ones too."""
    named = [one.get("targetGroupArn") for one in entry.value.get("loadBalancers") or ()]
    named += [
        (one.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
        for one in entry.value.get("loadBalancers") or ()
    ]
    found = [template.named("targetGroups", name) for name in named]
    return [group for group in found if group is not None]


def _front(template: Template, group: Entry) -> str:
    """Put a target group that nothing forwards to behind a listener or a load balancer that exists already."""
    comment = "ECS refuses a target group that no load balancer uses, and the document has none in front of this one."
    forward = [{"Type": "forward", "TargetGroupArn": ref(group.logical)}]
    name = pascal(group.key)
    if group.value.get("Protocol") in LAYER_FOUR:
        arn = template.parameter("LoadBalancerArn", description="The network load balancer in front of the service.")
        properties = {
            "LoadBalancerArn": arn,
            "Port": group.value.get("Port", 80),
            "Protocol": group.value["Protocol"],
            "DefaultActions": forward,
        }
        return template.add(f"{name}Listener", "AWS::ElasticLoadBalancingV2::Listener", properties, comment)
    arn = template.parameter("ListenerArn", description="The listener of the load balancer in front of the service.")
    priority = template.parameter(
        f"{name}Priority", "Number", "The priority of the rule; each rule of a listener has its own.", Default=100
    )
    properties = {
        "ListenerArn": arn,
        "Priority": priority,
        "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}],
        "Actions": forward,
    }
    return template.add(f"{name}ListenerRule", "AWS::ElasticLoadBalancingV2::ListenerRule", properties, comment)


def wait(template: Template, entry: Entry, forwarding: dict[str, list[str]]) -> None:
    """Let a service wait for the listeners of its target groups."""
    depends = template.resources[entry.logical].depends
    for group in groups_of(template, entry):
        depends += [logical for logical in forwarding.get(group.logical, ()) if logical not in depends]
