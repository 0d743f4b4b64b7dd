"""Application load balancers, listeners, rules and target groups -> Ingresses and annotations of the Services behind them."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..converters import names
from ..trees import Tree, get, listed, tree
from . import ingress_annotations as words
from .ingress_actions import default_of, redirects_to_https, references, to_authentication
from .ingress_balancer import STACK
from .ingress_behind import Behind, backends
from .ingress_settings import balancer_settings, group_settings, listener_settings
from .ingress_spec import to_rules
from .services_discovery import find
from .services_targets import maps


class Front(NamedTuple):
    """One load balancer, or a listener of which nothing more is known: its name, itself, its listeners and their rules."""

    name: str | None
    balancer: tuple[str, Tree] | None
    listeners: dict[str, Tree]
    rules: dict[str, list[Tree]]

    def routes(self, key: str) -> tuple:
        """Give what a listener does, so that listeners which do the same can be told."""
        said = [{**one, "ListenerArn": None} for one in self.rules.get(key, ())]
        return said, get(self.listeners[key], ("DefaultActions",))


def to_kubernetes(document: Tree, own_name: str, services: Tree, kind: str) -> tuple[Tree, Tree]:
    """Give Ingresses by name, and annotations by Service."""
    behind = backends(document, services)
    ingresses: Tree = {}
    noted: Tree = {}
    for front in fronts(document, behind):
        for position, keys in enumerate(alike(front)):
            _add(ingresses, noted, see(front, keys, behind), position > 0, document, own_name, kind)
    return ingresses, noted


def fronts(document: Tree, behind: dict[str, Behind]) -> list[Front]:
    """Give the load balancers that lead to the target groups of an application."""
    listeners = maps(document.get("listeners"))
    rules: dict[str, list[Tree]] = {}
    unknown: dict[str, Tree] = {}
    for _, one in sorted(maps(document.get("listenerRules")).items(), key=lambda one: _priority(one[1])):
        found = find(listeners, get(one, ("ListenerArn",)), "listeners", "ListenerArn")
        key = found[0] if found else str(get(one, ("ListenerArn",)) or "")
        rules.setdefault(key, []).append(one)
        if not found:
            unknown[key] = {}
    made = [_front(same, rules, document) for same in _by_balancer({**listeners, **unknown})]
    made = [front for front in made if _leads(front, behind)]
    reached = {name for front in made for name in _reached(front, behind)}
    lonely = {
        one.reference: {"DefaultActions": listed([{"Type": "forward", "TargetGroupArn": one.reference}])}
        for name, one in behind.items()
        if name not in reached
    }
    return made + [Front(None, None, {key: one}, {}) for key, one in lonely.items()]


def _priority(rule: Any) -> int:
    found = get(rule, ("Priority",))
    return found if isinstance(found, int) else 0


def _by_balancer(listeners: dict[str, Tree]) -> list[dict[str, Tree]]:
    made: dict[str, dict[str, Tree]] = {}
    for key, one in listeners.items():
        above = str(get(one, ("LoadBalancerArn",)) or f"listener {key}")
        made.setdefault(above, {})[key] = maps(one)
    return list(made.values())


def _front(listeners: dict[str, Tree], rules: dict[str, list[Tree]], document: Tree) -> Front:
    above = next(iter(listeners.values())).get("LoadBalancerArn")
    balancer = find(document.get("loadBalancers"), above, "loadBalancers", "LoadBalancerArn")
    return Front(_name(balancer), balancer, listeners, {key: rules[key] for key in listeners if key in rules})


def _name(balancer: tuple[str, Tree] | None) -> str | None:
    """Name an Ingress: as the controller noted whose the load balancer is, else as the load balancer."""
    if balancer is None:
        return None
    stack, name = (get(balancer[1], ("Tags", key, "Value")) for key in (STACK, "Name"))
    own = stack.partition("/")[2] if isinstance(stack, str) and "/" in stack else name if stack else None
    return names.dns_label(own if isinstance(own, str) and own else balancer[0])


def _actions(front: Front) -> list[Any]:
    return [get(one, ("DefaultActions",)) for one in front.listeners.values()] + [
        get(one, ("Actions",)) for same in front.rules.values() for one in same
    ]


def _reached(front: Front, behind: dict[str, Behind]) -> set[str]:
    """Give the application's target groups that a load balancer leads to."""
    asked = [one for actions in _actions(front) for one in references(actions)]
    return {name for name, one in behind.items() if any(one.is_meant(reference) for reference in asked)}


def _leads(front: Front, behind: dict[str, Behind]) -> bool:
    layer_four = get(front.balancer[1], ("Type",)) == "network" if front.balancer else False
    return not layer_four and bool(_reached(front, behind))


def alike(front: Front) -> list[list[str]]:
    """Put listeners together that do the same; those that lead to an encrypted one stand with the first of the others."""
    made: list[list[str]] = []
    redirecting = [key for key in front.listeners if _redirects(front, key)]
    for key in front.listeners:
        same = next((keys for keys in made if front.routes(keys[0]) == front.routes(key)), None)
        if key in redirecting and len(redirecting) < len(front.listeners):
            continue
        if same is None:
            made.append([key])
        else:
            same.append(key)
    if made and len(redirecting) < len(front.listeners):
        made[0] = redirecting + made[0]
    return made


def _redirects(front: Front, key: str) -> bool:
    return not front.rules.get(key) and redirects_to_https(front.listeners[key].get("DefaultActions")) is not None


class Seen(NamedTuple):
    """What listeners that do the same show of an application: rules, the default action, and its own target groups."""

    front: Front
    listeners: dict[str, Tree]
    rules: list[Tree]
    default: Any
    known: dict[str, Behind]

    def is_own(self, reference: str) -> bool:
        """Whether a reference means one of the application's target groups."""
        return any(one.is_meant(reference) for one in self.known.values())

    @property
    def asked(self) -> list[str]:
        """Give every target group that is led to."""
        return [
            one
            for actions in [self.default, *(rule.get("Actions") for rule in self.rules)]
            for one in references(actions)
        ]

    @property
    def is_shared(self) -> bool:
        """Whether other applications are behind the same listeners."""
        return not all(map(self.is_own, self.asked))

    @property
    def is_one(self) -> bool:
        """Whether the load balancer is one Ingress's, as the controller noted: then all applications have a part in that."""
        stack = get(self.front.balancer[1], ("Tags", STACK, "Value")) if self.front.balancer else None
        return not self.is_shared or isinstance(stack, str) and "/" in stack

    def alone(self, keeps: bool) -> Seen:
        """Leave out what other applications have; what leads to no target group is for the one that keeps the load balancer."""
        first = [(rule, references(rule.get("Actions"))) for rule in self.rules]
        return self._replace(rules=[rule for rule, asked in first if (self.is_own(asked[0]) if asked else keeps)])


def see(front: Front, keys: list[str], behind: dict[str, Behind]) -> Seen:
    routing = ([key for key in keys if not _redirects(front, key)] or keys)[0]
    reached = _reached(front, behind)
    known = {name: one for name, one in behind.items() if name in reached}
    rules = [rule for rule in front.rules.get(routing, []) if isinstance(rule, dict)]
    return Seen(
        front, {key: front.listeners[key] for key in keys}, rules, front.listeners[routing].get("DefaultActions"), known
    )


def _add(ingresses: Tree, noted: Tree, seen: Seen, several: bool, document: Tree, own_name: str, kind: str) -> None:
    """Add the Ingress for listeners that do the same."""
    if not any(map(seen.is_own, seen.asked)):
        return
    apart = not seen.is_one
    name = _free(own_name if apart else seen.front.name or own_name, seen, several, ingresses)
    if apart:
        seen = seen.alone(
            get(document, ("shared", "loadBalancers", seen.front.balancer[0] if seen.front.balancer else "")) is None
        )
    actions: dict[str, Any] = {}
    rules = to_rules(seen.rules, seen.known, actions)
    spec = tree(
        ingressClassName=kind, rules=rules or None, defaultBackend=default_of(seen.default, seen.known, actions)
    )
    settings = {
        **balancer_settings(seen.front.balancer, name, several or apart, document),
        **listener_settings(seen.listeners, spec, document),
    }
    if apart:
        settings["group.order"] = min([_priority(rule) for rule in seen.rules] + [1000])
    settings |= _of_groups(seen, noted, document, apart)
    settings |= next(
        filter(None, map(to_authentication, [*(rule.get("Actions") for rule in seen.rules), seen.default])), {}
    )
    ingresses[name] = {"metadata": {"annotations": words.annotations({**settings, **actions})}, "spec": spec}


def _free(wanted: str, seen: Seen, several: bool, taken: Tree) -> str:
    port = next((one["Port"] for one in seen.listeners.values() if one.get("Port")), None)
    name = f"{wanted}-{port}" if several and port else wanted
    while name in taken:
        name += "-2"
    return name


def _of_groups(seen: Seen, noted: Tree, document: Tree, apart: bool) -> dict[str, Any]:
    """Give what an Ingress says of target groups; what holds for some of them only stands at their Services."""
    own = {one.service: group_settings(one, document) for one in seen.known.values()}
    shared = seen.is_shared and not apart
    common = next(iter(own.values()), {}) if not shared else {}
    for service, given in own.items():
        if given != common:
            noted[service] = words.annotations(given)
    return common
