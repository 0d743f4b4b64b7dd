"""Applications of one input <-> what each needs to know of the others: their labels, and the security groups of their tasks.

It stands in the tree under `environment.neighbours`; nothing does where no NetworkPolicy and no security group needs it.
"""
from __future__ import annotations

import collections
from typing import Any, Iterable, Iterator, NamedTuple

from .converters import peers
from .converters.names import labels_from_tags
from .hubs.application import Application
from .hubs.k8s_members import home
from .model import KUBERNETES
from .settle import launch_type
from .trees import Tree, get

NAME_LABEL = "app.kubernetes.io/name"
ATTACHED = (
    ("service", "networkConfiguration", "awsvpcConfiguration", "securityGroups"),
    ("task", "networkConfiguration", "awsvpcConfiguration", "securityGroups"),
)
SCHEDULED = ("Target", "EcsParameters", "NetworkConfiguration", "awsvpcConfiguration", "SecurityGroups")
RULES = (("Ingress", "ingress", "from"), ("Egress", "egress", "to"))


# Annotations that name a load balancer.
BALANCER_NAMES = (
    "alb.ingress.kubernetes.io/load-balancer-name",
    "alb.ingress.kubernetes.io/group.name",
    "service.beta.kubernetes.io/aws-load-balancer-name",
)


class One(NamedTuple):
    """An application as its neighbours see it: by the name that its own rows see.

    `group` is the name that its security group had before, empty where it had none, None where nobody knows.
    """

    name: str
    namespace: str
    tree: Tree
    launch: str
    group: str | None


def neighbours(
    named: Iterable[tuple[Application, Any]],
    settled: Iterable[dict[str, str]],
    platform: str,
    loose: Iterable[Any],
    environment: Tree,
) -> Tree:
    """Give what the applications of a document know of each other."""
    known = [
        One(words["name"], one.namespace, one.tree, words["launchType"], words.get("group"))
        for (one, _), words in zip(named, settled, strict=True)
    ]
    if platform != KUBERNETES:
        keeps = get(environment, ("kubernetes", "securityGroups")) == "policy"
        takers = takers_of_roles(known, environment)
        return {**_on_ecs(known, keeps), **({"takers": takers} if takers else {})}
    running = [one for one in known if "pod" in one.tree]
    found = addresses(known, environment) if len({home(one.namespace) for one in known}) > 1 else {}
    return {**_on_kubernetes(running, loose, environment), **({"addresses": found} if found else {})}


def group_of(known: Tree, name: str) -> dict[str, str]:
    """Give the name of an application's security group, so that a way back finds it."""
    found = get(known, ("applications", name, "group"))
    return {"group": found} if found else {}


# --- Kubernetes --------------------------------------------------------------------------------


def _on_kubernetes(applications: list[One], loose: Iterable[Any], environment: Tree) -> Tree:
    given = {one.name: groups for one in applications for groups in [_given(one, environment)] if groups}
    if not given and not any("networkPolicies" in one.tree for one in applications):
        return {}
    known: Tree = {
        one.name: {"namespace": home(one.namespace), "labels": _labels(one), "name": _name_label(one)}
        for one in applications
    }
    spaces = {
        home(str(get(read.tree, ("metadata", "name")))): get(read.tree, ("metadata", "labels")) or {}
        for read in loose
        if read.entry.kind == "Namespace"
    }
    for name, groups in given.items():
        known[name]["given"] = groups
    made = {"applications": known, "namespaces": spaces, "marked": peers.marked(known)}
    able = {one.name: one for one in applications if one.group != "" and _has_address(one, environment)}
    names = _group_names(list(able.values()), _taken(applications))
    for name in _called(able, made):
        known[name]["group"] = names[name]
        known[name]["groups"] = [reference(names[name])]
    return made


def _given(one: One, environment: Tree) -> list[str]:
    """Give the groups that a SecurityGroupPolicy gives the pods of Jobs; those of services stand in a row."""
    from .concepts.network_policy import carries_ids, ids_of

    policies = one.tree.get("securityGroupPolicies")
    if not policies or not {"job", "cronJob"} & one.tree.keys():
        return []
    settled = environment["ecs"].get("securityGroups")
    host = get(one.tree, ("pod", "spec", "hostNetwork"))
    return ids_of(policies) if carries_ids(policies, host, settled) else []


def _labels(one: One) -> Tree:
    found = get(one.tree, ("pod", "metadata", "labels"))
    return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}


def _name_label(one: One) -> str:
    """Give the label by which the pods are chosen when they come back from ECS."""
    return str(_labels(one).get(NAME_LABEL) or one.name)[:63]


def _has_address(one: One, environment: Tree) -> bool:
    """Whether tasks get a network interface of their own, which is what a security group guards."""
    from .concepts.networking import AWSVPC, network_mode

    tree, pod = one.tree, one.tree["pod"]
    launch = launch_type(environment) or one.launch
    parts = get(pod, ("spec", "hostNetwork")), tree.get("networkPolicies"), tree.get("services")
    return network_mode.to_ecs(*parts, get(pod, ("spec", "containers")), launch) == AWSVPC


def _called(able: dict[str, One], made: Tree) -> list[str]:
    """Give the applications that need a group of their own: those with policies, and those that these name."""
    found = {name for name, one in able.items() if one.tree.get("networkPolicies")}
    for name in sorted(found):
        for peer in policy_peers(able[name].tree["networkPolicies"]):
            if not peers.is_whole_cluster(peer):
                found.update(peers.chosen(peer, home(able[name].namespace), made))
    return [name for name in able if name in found]


def policy_peers(policies: Any) -> Iterator[Tree]:
    """Give the peers of policies that are pods."""
    for policy in policies.values() if isinstance(policies, dict) else ():
        for _, rules, member in RULES:
            for rule in _entries(policy, "spec", rules):
                yield from (one for one in _entries(rule, member) if isinstance(one, dict) and "ipBlock" not in one)


def _entries(value: Any, *path: str) -> list[Any]:
    found = get(value, path)
    return list(found.values()) if isinstance(found, dict) else []


def _taken(applications: list[One]) -> set[str]:
    """Give the names that load balancers' own groups may have."""
    slots = ("services", "ingresses", "gateways")
    fronts = [(name, front) for one in applications for slot in slots for name, front in one.tree.get(slot, {}).items()]
    called = {str(get(front, ("metadata", "annotations", key))) for _, front in fronts for key in BALANCER_NAMES}
    return called.union(name for name, _ in fronts)


def _group_names(applications: list[One], taken: set[str]) -> dict[str, str]:
    """Name a group after the one policy that made it, if it made no other; else after the application."""
    count = collections.Counter(name for one in applications for name in one.tree.get("networkPolicies", {}))
    made = {}
    for one in applications:
        own = list(one.tree.get("networkPolicies", {}))
        alone = len(own) == 1 and count[own[0]] == 1 and own[0] not in taken and not own[0].startswith("sg-")
        made[one.name] = one.group or (own[0] if alone and own[0] != one.name else own_group(one.name))
    return made


def own_group(application: str) -> str:
    """Name the security group of an application's tasks; a load balancer's may have the application's own name."""
    return f"{application}-tasks"


def reference(group: str) -> str:
    """Refer to a security group of the document."""
    return f"${{securityGroups.{group}.GroupId}}"


def addresses(applications: list[One], environment: Tree) -> Tree:
    """Give the names by which Services are found from everywhere in the VPC, by namespace."""
    made: Tree = {}
    for one in applications:
        space = one.namespace or "default"
        for name, address in _addresses(one, space, environment):
            made.setdefault(space, {})[name] = address
    return made


def _addresses(one: One, space: str, environment: Tree) -> Iterator[tuple[str, str]]:
    """Give what is outside, has a load balancer, or has a name in Cloud Map's DNS.

    A Service Connect alias is known within its own namespace alone:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html
    """
    from .concepts.services_balancing import fronts
    from .concepts.services_connect import connected
    from .concepts.services_discovery import registry
    from .concepts.services_targets import targets

    services, elsewhere = one.tree.get("services", {}), get(one.tree, ("shared", "services"))
    for name, service in services.items():
        outside = get(service, ("spec", "externalName"))
        if get(service, ("spec", "type")) == "ExternalName" and isinstance(outside, str) and outside:
            yield name, outside
    pod = get(one.tree, ("pod", "spec"))
    if pod is None or not services:
        return
    found = targets(services, get(pod, ("containers",)), elsewhere)
    kind = get(one.tree, ("workload", "kind"))
    here = {**environment, "launchType": launch_type(environment) or one.launch}
    chosen = registry(services, found, connected(found, services, pod, kind, here), elsewhere) if kind else None
    if chosen is not None:
        yield chosen.service, f"{chosen.service}.{space}"
    for front in fronts(found, services, space) if kind else ():
        yield front.target.service, f"${{loadBalancers.{front.balancer}.DNSName}}"


# --- ECS ---------------------------------------------------------------------------------------


def _on_ecs(applications: list[One], keeps: bool) -> Tree:
    """`keeps`: pods keep the very groups, so those of tasks and schedules come back from a SecurityGroupPolicy."""
    inside = {one.name: _inside(one.tree) for one in applications}
    if keeps:
        runs = [one for one in applications if "service" not in one.tree and attached(one.tree)]
        return {"applications": {one.name: {"given": attached(one.tree)} for one in runs}} if runs else {}
    if not any(inside.values()):
        return {}
    count = collections.Counter(group for groups in inside.values() for group in groups)
    known = {one.name: _known(one, inside[one.name], count) for one in applications}
    return {"applications": known, "marked": peers.marked(known)}


def attached(tree: Tree) -> list[str]:
    """Give the security groups of an application's tasks, as they are referred to."""
    found = [get(tree, path) for path in ATTACHED]
    found += [get(one, SCHEDULED) for one in _entries(tree, "schedules")]
    return list(dict.fromkeys(str(one) for groups in found if isinstance(groups, list) for one in groups))


def _inside(tree: Tree) -> list[str]:
    """Give the keys of the attached groups that stand in the document."""
    groups = tree.get("securityGroups") or {}
    return [key for key, one in groups.items() for name in attached(tree) if is_called(key, one, name)]


def is_called(key: str, group: Any, name: Any) -> bool:
    """Whether a reference, an id or a name means a security group."""
    return isinstance(name, str) and (
        name.startswith(f"${{securityGroups.{key}.")
        or name in (key, get(group, ("GroupId",)), get(group, ("GroupName",)))
    )


def _known(one: One, inside: list[str], count: collections.Counter) -> Tree:
    tree = one.tree
    tags = get(tree, ("taskDefinition", "tags"))
    plain = {key: str(get(tag, ("value",)) or "") for key, tag in tags.items()} if isinstance(tags, dict) else {}
    found = labels_from_tags(plain)[0] or {}
    groups = tree.get("securityGroups") or {}
    names = [*attached(tree), *map(reference, inside), *(get(groups, (key, "GroupId")) for key in inside)]
    own = inside[0] if len(inside) == 1 and count[inside[0]] == 1 else own_group(one.name)
    label = str(found.get(NAME_LABEL) or one.name)[:63]
    return {
        "namespace": _namespace(tree),
        "labels": {**found, NAME_LABEL: label},
        "name": label,
        "groups": [one for one in dict.fromkeys(names) if one],
        "shared": [key for key in inside if count[key] > 1],
        **({"group": one.group or own} if inside else {}),
    }


def takers_of_roles(applications: list[One], environment: Tree) -> Tree:
    """Give the service accounts of all that have a role of the document, where several have it: one object stands for it."""
    from .concepts.identity_roles import found, namespace_of

    made: Tree = {}
    for one in applications:
        key = found(one.tree.get("roles"), get(one.tree, ("taskDefinition", "taskRoleArn")))
        if key is not None:
            made.setdefault(key, []).append((namespace_of(one.tree.get("service"), environment), one.name))
    return {key: sorted(set(takers)) for key, takers in made.items() if len(takers) > 1}


def _namespace(tree: Tree) -> str:
    """Give the namespace that an application comes to be in, as far as its service says."""
    tag = get(tree, ("service", "tags", "kubernetes.io/namespace", "value"))
    return home(str(tag or get(tree, ("service", "cluster")) or "default").rpartition("/")[2])
