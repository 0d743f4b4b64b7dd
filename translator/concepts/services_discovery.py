"""Headless Services, ExternalNames and Services without a selector <-> names that Cloud Map keeps in DNS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters import names
from ..remembering import remembered
from ..trees import Tree, get, tree
from .networking import HOST, VPC, network_mode_of
from .services_targets import EXTERNAL_NAME, Target, is_headless, mapped, maps, type_of

TTL = 10  # seconds; CoreDNS answers with 5 to 30
MULTIVALUE, WEIGHTED = "MULTIVALUE", "WEIGHTED"
CNAME = "AWS_INSTANCE_CNAME"  # the attribute of an instance that a CNAME record answers with (RegisterInstance)
NAMESPACE = "${NAMESPACE_ID}"  # of a namespace whose name is itself to be filled in


class Registry(NamedTuple):
    """The one name in DNS that an ECS service's tasks have, and the port that SRV records tell."""

    service: str
    routing: str
    target: Target | None


def namespace_of(service: Any, workload: Any) -> str:
    """Give the namespace that names are in: Kubernetes calls the one of no name `default`."""
    return get(workload, ("metadata", "namespace")) or get(service, ("metadata", "namespace")) or "default"


def cloud_namespace(name: str, environment: Any) -> Tree:
    """Give the namespace that Cloud Map is to have."""
    return {name: {"Vpc": get(environment, ("ecs", "vpc")) or VPC}}


@remembered
def registry(services: Any, found: list[Target], connected: list[Target], elsewhere: Any) -> Registry | None:
    """Choose the Service whose name the tasks register under: an ECS service has one registry (serviceRegistries).

    Headless ones go first; then one of which no port could become a Service Connect endpoint.
    """
    served = {one.service for one in connected}
    open_ = [
        name
        for name in sorted(maps(services))
        if name not in maps(elsewhere) and type_of(services[name]) != EXTERNAL_NAME
    ]
    headless = [name for name in open_ if is_headless(services[name])]
    others = [name for name in open_ if name not in served and any(one.service == name for one in found)]
    for name, routing in [(name, MULTIVALUE) for name in headless] + [(name, WEIGHTED) for name in others]:
        return Registry(name, routing, next((one for one in found if one.service == name), None))
    return None


def to_registry(chosen: Registry | None, namespace: str, pod: Any, environment: Any) -> tuple[Tree | None, Tree | None]:
    """Give serviceRegistries and the discovery service; tasks without an address of their own have SRV records."""
    mode = network_mode_of(get(pod, ("hostNetwork",)), maps(environment).get("launchType"))
    if chosen is None or (mode == HOST and chosen.target is None):
        return None, None
    record = "SRV" if mode == HOST else "A"
    entry = {"registryArn": f"${{discoveryServices.{chosen.service}.Arn}}"}
    if mode == HOST and chosen.target is not None:
        entry.update(containerName=chosen.target.container, containerPort=chosen.target.number)
    return {"0": entry}, {chosen.service: discovery_service(namespace, record, chosen.routing)}


def discovery_service(namespace: str, record: str, routing: str, checked: bool = True) -> Tree:
    """Give a discovery service; ECS reports the health of tasks to one with a custom health check.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html
    """
    return tree(
        NamespaceId=f"${{namespaces.{namespace}.Id}}" if "$" not in namespace else NAMESPACE,
        DnsConfig={"DnsRecords": {record: {"TTL": TTL}}, "RoutingPolicy": routing},
        HealthCheckCustomConfig={"FailureThreshold": 1} if checked else None,
    )


def alone(services: Any) -> tuple[Tree, Tree]:
    """Give discovery services and instances for Services that no workload stands behind."""
    made, instances = {}, {}
    for name, service in maps(services).items():
        target = get(service, ("spec", "externalName")) if type_of(service) == EXTERNAL_NAME else None
        namespace = namespace_of(service, None)
        made[name] = discovery_service(namespace, "CNAME" if target else "A", WEIGHTED if target else MULTIVALUE, False)
        if isinstance(target, str):
            instances[f"{namespace}.{name}"] = {
                "ServiceId": f"${{discoveryServices.{name}.Id}}",
                "Attributes": {CNAME: target},
            }
    return made, instances


# --- and back ----------------------------------------------------------------------------------


def find(entries: Any, reference: Any, kind: str, arn: str) -> tuple[str, Tree] | None:
    """Find the entry that a reference `${kind.name.member}`, or an ARN, means: an ARN holds the name or is given."""
    if not isinstance(reference, str):
        return None
    for name, entry in maps(entries).items():
        if reference.startswith(f"${{{kind}.{name}.") or (isinstance(entry, dict) and entry.get(arn) == reference):
            return name, entry
    parts = reference.split("/") if reference.startswith("arn:") else []
    return next(
        ((name, entry) for name, entry in maps(entries).items() if name in parts[1:] and isinstance(entry, dict)), None
    )


class Discovered(NamedTuple):
    """A name in DNS under which an ECS service's tasks are registered."""

    service: str
    headless: bool
    container: str | None
    port: int | None


def discovered(service: Any, entries: Any, own_name: str, shared: Any) -> Iterator[Discovered]:
    """Give the names in DNS of an ECS service; one that the document does not hold is called as the service.

    `shared` are names that another application has.
    """
    for registry_ in maps(get(service, ("serviceRegistries",))).values():
        found = find(entries, get(registry_, ("registryArn",)), "discoveryServices", "Arn")
        if found and found[0] in maps(shared):
            continue
        routing = get(found[1], ("DnsConfig", "RoutingPolicy")) if found else None
        port = get(registry_, ("containerPort",)) or get(registry_, ("port",))
        yield Discovered(
            called(*found) if found else names.service_name(own_name),
            routing != WEIGHTED,
            get(registry_, ("containerName",)),
            port,
        )


def ports_of(one: Discovered, definition: Any) -> list:
    """Give the port mappings that a name in DNS stands for: the one of SRV records, else all."""
    every = mapped(definition)
    return [port for port in every if port.number == one.port and one.container in (None, port.container)] or every


def from_alone(entries: Any, instances: Any) -> Tree | None:
    """Give the Services for discovery services that no ECS service registers with."""
    made = {}
    for name, entry in maps(entries).items():
        own = [
            get(one, ("Attributes", CNAME))
            for one in maps(instances).values()
            if find({name: entry}, get(one, ("ServiceId",)), "discoveryServices", "Id")
        ]
        namespace = namespace_named(get(entry, ("NamespaceId",)) or get(entry, ("DnsConfig", "NamespaceId")))
        target = next((one for one in own if isinstance(one, str)), None)
        metadata = {"namespace": names.dns_label(namespace)} if namespace not in (None, "default") else None
        spec = {"type": EXTERNAL_NAME, "externalName": target} if target else {"clusterIP": "None"}
        made[called(name, entry)] = tree(metadata=metadata, spec=spec)
    return made or None


def namespace_named(reference: Any) -> str | None:
    """Give the name in `${namespaces.shop.Id}`."""
    text = str(reference or "")
    return text.removeprefix("${namespaces.").rpartition(".")[0] or None if text.startswith("${namespaces.") else None


def called(key: str, entry: Any) -> str:
    """Give the name of the Service for a discovery service; its key may tell it from one in another namespace."""
    return names.service_name(str(get(entry, ("Name",)) or key))
