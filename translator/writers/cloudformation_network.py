"""What a service needs of the network and the document does not say -> subnets, security groups, target groups' VPC."""

from __future__ import annotations

from typing import Any

from ..readers.cloudformation_values import ADDED
from .cloudformation_template import Entry, Template
from .cloudformation_values import Call, attribute, pascal

ANYWHERE = "0.0.0.0/0"


def complete(template: Template) -> None:
    """Give load balancers, services, schedules, target groups and namespaces the network that they need."""
    for entry in template.of("loadBalancers"):
        load_balancer(template, entry)
    for entry in template.of("targetGroups"):
        if entry.value.get("TargetType") != "lambda":
            template.resources[entry.logical].properties.setdefault("VpcId", template.vpc())
    for entry in template.of("namespaces"):
        template.resources[entry.logical].properties.setdefault("Vpc", template.vpc())
    for entry in template.of("services"):
        if needs_network(template, entry.value.get("taskDefinition")):
            service(template, entry)
    for entry in template.of("schedules"):
        schedule(template, entry)


def needs_network(template: Template, definition: Any) -> bool:
    """Whether the tasks of a task definition have addresses of their own."""
    found = template.named("taskDefinitions", definition)
    return found is not None and found.value.get("networkMode") == "awsvpc"


def load_balancer(template: Template, entry: Entry) -> None:
    """Give a load balancer its subnets, and one for HTTP a security group."""
    properties = template.resources[entry.logical].properties
    if not properties.get("Subnets") and not properties.get("SubnetMappings"):
        properties["Subnets"] = template.subnets(public=entry.value.get("Scheme") != "internal")
    if entry.value.get("Type", "application") == "application" and not properties.get("SecurityGroups"):
        properties["SecurityGroups"] = [attribute(_balancer_group(template, entry), "GroupId")]


def _balancer_group(template: Template, entry: Entry) -> str:
    inside = entry.value.get("Scheme") == "internal"
    source = clients(template) if inside else ANYWHERE
    ports = sorted(
        {
            port
            for one in template.of("listeners")
            if template.named("loadBalancers", one.value.get("LoadBalancerArn")) is entry
            for port in [one.value.get("Port")]
            if isinstance(port, int)
        }
    )
    rules = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": source} for port in ports or (80,)]
    return group(
        template, f"{entry.key} LoadBalancer", f"Clients of {entry.logical}", rules, "Who may call the load balancer."
    )


def group(template: Template, name: str, words: str, rules: list[dict], comment: str) -> str:
    """Add a security group."""
    properties = {
        "GroupDescription": words,
        "VpcId": template.vpc(),
        **({"SecurityGroupIngress": rules} if rules else {}),
    }
    added = {"Metadata": {ADDED: "tasks and load balancers need one, and the document has none"}}
    return template.add(pascal(name) + "SecurityGroup", "AWS::EC2::SecurityGroup", properties, comment, attributes=added)


def clients(template: Template) -> Call:
    """Refer to the addresses that may call what has no load balancer in front."""
    return template.parameter(
        "ClientCidr", description="The addresses that may call the tasks, such as those of the VPC: 10.0.0.0/16."
    )


def service(template: Template, entry: Entry) -> None:
    """Give a service's tasks subnets and a security group."""
    properties = template.resources[entry.logical].properties
    network = properties.setdefault("NetworkConfiguration", {}).setdefault("AwsvpcConfiguration", {})
    if not network.get("Subnets"):
        network["Subnets"] = template.subnets()
    if not network.get("SecurityGroups"):
        network["SecurityGroups"] = [attribute(_task_group(template, entry), "GroupId")]


def _task_group(template: Template, entry: Entry) -> str:
    ports = ports_of(template, entry.value.get("taskDefinition"))
    balanced = _balancers(template, entry)
    rules = [
        {"IpProtocol": protocol, "FromPort": port, "ToPort": port, **source}
        for port, protocol in ports
        for source in _sources(template, entry, balanced)
    ]
    return group(
        template,
        entry.key,
        f"Tasks of {entry.logical}",
        rules,
        "Who may call the tasks: the load balancer, or where there is none, the clients.",
    )


def ports_of(template: Template, definition: Any) -> list[tuple[int, str]]:
    """Give the ports of a task definition's containers, each once."""
    found = template.named("taskDefinitions", definition)
    mappings = [
        mapping
        for container in (found.value.get("containerDefinitions", ()) if found else ())
        for mapping in container.get("portMappings", ())
    ]
    return sorted(
        {
            (mapping["containerPort"], mapping.get("protocol", "tcp"))
            for mapping in mappings
            if isinstance(mapping.get("containerPort"), int)
        }
    )


def _balancers(template: Template, entry: Entry) -> list[Entry]:
    """Give the load balancers in front of a service that stand in the template."""
    groups = {
        id(template.named("targetGroups", one.get(key)))
        for one in entry.value.get("loadBalancers", ())
        for key in ("targetGroupArn",)
    }
    made = []
    for one in [*template.of("listeners"), *template.of("listenerRules")]:
        if groups & {id(found) for found in targets(template, one)}:
            listener = template.named("listeners", one.value.get("ListenerArn")) if one.kind == "listenerRules" else one
            found = template.named("loadBalancers", listener.value.get("LoadBalancerArn")) if listener else None
            made += [found] if found is not None and found not in made else []
    return made


def targets(template: Template, entry: Entry) -> list[Entry]:
    """Give the target groups that a listener or a rule forwards to."""
    actions = [*entry.value.get("DefaultActions", ()), *entry.value.get("Actions", ())]
    named = [action.get("TargetGroupArn") for action in actions]
    named += [
        one.get("TargetGroupArn")
        for action in actions
        for one in action.get("ForwardConfig", {}).get("TargetGroups", ())
    ]
    return [found for name in named for found in [template.named("targetGroups", name)] if found is not None]


def _sources(template: Template, entry: Entry, balancers: list[Entry]) -> list[dict[str, Any]]:
    made = []
    for one in balancers:
        groups = template.resources[one.logical].properties.get("SecurityGroups")
        for found in groups if isinstance(groups, list) else []:
            made.append({"SourceSecurityGroupId": found})
    return made or [{"CidrIp": clients(template)}]


def schedule(template: Template, entry: Entry) -> None:
    """Give scheduled tasks subnets and a security group."""
    parameters = template.resources[entry.logical].properties.get("Target", {}).get("EcsParameters")
    definition = entry.value.get("Target", {}).get("EcsParameters", {}).get("TaskDefinitionArn")
    if not isinstance(parameters, dict) or not needs_network(template, definition):
        return
    network = parameters.setdefault("NetworkConfiguration", {}).setdefault("AwsvpcConfiguration", {})
    if not network.get("Subnets"):
        network["Subnets"] = template.subnets()
    if not network.get("SecurityGroups"):
        name = group(template, entry.key, f"Tasks of {entry.logical}", [], "The tasks call others; nobody calls them.")
        network["SecurityGroups"] = [attribute(name, "GroupId")]


def task_groups(template: Template, entry: Entry) -> list[Any]:
    """Give the security groups of a service's tasks."""
    network = (
        template.resources[entry.logical].properties.get("NetworkConfiguration", {}).get("AwsvpcConfiguration", {})
    )
    groups = network.get("SecurityGroups", [])
    return groups if isinstance(groups, list) else [Call("Fn::Select", [0, groups])]
