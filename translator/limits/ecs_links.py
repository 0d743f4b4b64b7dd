"""Services <-> the ports and containers of their task definition that load balancers and discovery point at."""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import Book, containers, maps
from .rules import Hit, Rules
from .values import entries, items, joined, mapping, number, text

LOAD_BALANCERS, REGISTRIES, CONNECT = "loadBalancers", "serviceRegistries", "serviceConnectConfiguration"


def container_unknown(member: str) -> Any:
    """Make a rule that the containers and ports named under a member are in the task definition."""
    def rule(service: dict, book: Book) -> Iterator[Hit]:
        task = book.task(service.get("taskDefinition"))
        named = containers(task)
        for at, link in entries(service[member]) if task else ():
            name, port = text(link.get("containerName")), number(link.get("containerPort"))
            if name is not None and name not in named:
                yield (member, at, "containerName"), (
                    f"The task definition has no container {name}; it has "
                    f"{joined(sorted(filter(None, named)))}."
                )
            elif name is not None and port is not None and not maps(named[name], port):
                yield (member, at, "containerPort"), f"Container {name} maps no port {port}."

    return rule


def load_balancer_target(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a load balancer that is named by nothing or twice, or whose container or port is not said."""
    for at, link in entries(service[LOAD_BALANCERS]):
        if bool(link.get("targetGroupArn")) == bool(link.get("loadBalancerName")):
            yield (LOAD_BALANCERS, at), (
                "A load balancer is named by a targetGroupArn or, if it is a Classic one, by a "
                "loadBalancerName."
            )
        missing = [member for member in ("containerName", "containerPort") if link.get(member) is None]
        if missing:
            yield (LOAD_BALANCERS, at), f"A load balancer needs {joined(missing)}."


def target_type(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a target group whose targets are not what the tasks are: addresses with awsvpc, instances without."""
    task = book.task(service.get("taskDefinition"))
    mode = text(task.get("networkMode", "bridge"))
    for at, link in entries(service[LOAD_BALANCERS]) if task and mode else ():
        group = book.target_group(link.get("targetGroupArn"))
        kind, wanted = text(group.get("TargetType", "instance")), "ip" if mode == "awsvpc" else "instance"
        if group and kind and kind != wanted:
            yield (LOAD_BALANCERS, at, "targetGroupArn"), (
                f"Target group {group.get('Name')} has target type {kind}; tasks with network mode {mode} "
                f"need {wanted}."
            )


def registry_port(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a registry with two ports, and one without a port where only the port tells tasks apart."""
    task = book.task(service.get("taskDefinition"))
    mode = text(task.get("networkMode", "bridge")) if task else None
    for at, registry in entries(service[REGISTRIES]):
        if registry.get("port") is not None and registry.get("containerPort") is not None:
            yield (REGISTRIES, at), "A registry takes port, or containerName with containerPort, not both."
        elif mode in ("bridge", "host") and not (registry.get("containerName") and registry.get("containerPort")):
            yield (REGISTRIES, at), f"Tasks with network mode {mode} are registered by containerName and containerPort."


def registry_record(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a registry whose DNS records cannot name the tasks: without awsvpc, a task has no address of its own."""
    task = book.task(service.get("taskDefinition"))
    mode = text(task.get("networkMode", "bridge")) if task else None
    for at, registry in entries(service[REGISTRIES]):
        discovery = book.discovery(registry.get("registryArn"))
        kinds = [record.get("Type") for _, record in entries(mapping(discovery.get("DnsConfig")).get("DnsRecords"))]
        if kinds and mode in ("bridge", "host") and kinds != ["SRV"]:
            yield (REGISTRIES, at, "registryArn"), (
                f"Tasks with network mode {mode} can be found by SRV records alone; "
                f"{discovery.get('Name')} has {joined(kinds)}."
            )
        elif "SRV" in kinds and not (registry.get("containerPort") or registry.get("port")):
            yield (REGISTRIES, at), f"{discovery.get('Name')} has SRV records, so the registry needs a port."


def port_name_unknown(place: str) -> Any:
    """Make a rule that the port names below a member are names of port mappings in the task definition."""
    member, _, below = place.partition(".")

    def rule(service: dict, book: Book) -> Iterator[Hit]:
        task = book.task(service.get("taskDefinition"))
        names = _port_names(task)
        links = entries(mapping(service[member]).get(below)) if below else entries(service[member])
        for at, link in links if task else ():
            name = text(link.get("portName"))
            if name is not None and name not in names:
                yield (*place.split("."), at, "portName"), (
                    f"No port mapping of the task definition is named {name}; there is "
                    f"{joined(sorted(names))}."
                )

    return rule


def _port_names(task: dict) -> dict[str, dict]:
    ports = [
        port
        for _, container in entries(task.get("containerDefinitions"))
        for _, port in entries(container.get("portMappings"))
    ]
    return {port["name"]: port for port in ports if text(port.get("name"))}


def connect_network(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse Service Connect where its proxy has no place, and UDP ports, which the proxy does not carry."""
    connect, task = mapping(service[CONNECT]), book.task(service.get("taskDefinition"))
    if connect.get("enabled") is not True or not task:
        return
    if task.get("networkMode", "bridge") in ("host", "none"):
        yield (CONNECT,), f"Service Connect needs network mode awsvpc or bridge; the tasks have {task['networkMode']}."
    names = _port_names(task)
    for at, link in entries(connect.get("services")):
        if names.get(text(link.get("portName")), {}).get("protocol") == "udp":
            yield (CONNECT, "services", at, "portName"), (
                f"Port {link['portName']} is UDP, which Service Connect does not carry."
            )


def connect_alias_count(connect: dict, service: dict) -> Iterator[Hit]:
    """Refuse a second alias of one Service Connect service."""
    for at, link in entries(connect["services"]):
        if len(items(link.get("clientAliases"))) > 1:
            yield ("services", at, "clientAliases"), "A Service Connect service has one client alias."


def connect_name_twice(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse a discovery name or an alias that another service of the namespace has."""
    for at, link in entries(mapping(service[CONNECT]).get("services")):
        for path, name in connect_names(service, at, link):
            if len(book.connect_names.get(name, ())) > 1:
                yield path, f"{name[1]} is the name of more than one Service Connect service of the namespace."


def connect_names(service: dict, at: int, link: dict) -> Iterator[tuple[tuple, tuple]]:
    """Give the names that a Service Connect service takes in its namespace, with the path of each."""
    namespace = mapping(service.get(CONNECT)).get("namespace") or service.get("cluster")
    where, path = namespace if isinstance(namespace, str) else "", (CONNECT, "services", at)
    name = text(link.get("discoveryName") or link.get("portName"))
    if name is not None:
        yield path, (where, name)
    for position, alias in entries(link.get("clientAliases")):
        dns, port = text(alias.get("dnsName")), number(alias.get("port"))
        if dns is not None and port is not None:
            yield (*path, "clientAliases", position), (where, f"{dns}:{port}")


RULES: Rules = {
    LOAD_BALANCERS: {
        "load-balancer-container": container_unknown(LOAD_BALANCERS),
        "load-balancer-target": load_balancer_target,
        "target-type": target_type,
    },
    REGISTRIES: {
        "registry-container": container_unknown(REGISTRIES),
        "registry-port": registry_port,
        "registry-record": registry_record,
    },
    CONNECT: {
        "connect-port": port_name_unknown(f"{CONNECT}.services"),
        "connect-network": connect_network,
        "connect-name-twice": connect_name_twice,
    },
    f"{CONNECT}.services": {"connect-alias-count": connect_alias_count},
    "vpcLatticeConfigurations": {"lattice-port": port_name_unknown("vpcLatticeConfigurations")},
    "gatewayConnectors": {"gateway-port": port_name_unknown("gatewayConnectors")},
}

KINDS = {"services": (RULES,)}
