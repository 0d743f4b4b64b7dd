"""Application load balancers, listeners, rules and target groups -> Ingresses and annotations of the Services behind them."""
from __future__ import annotations

from typing import Any, NamedTuple

from ..converters import names
from ..trees import Tree, get, listed, tree
from . import ingress_annotations as words
from .ingress_actions import HTTPS_PORT, default_of, redirects_to_https, references, to_authentication
from .ingress_behind import Behind, backends
from .ingress_settings import balancer_settings, group_settings, listener_settings
from .ingress_spec import to_rules
from .services_discovery import find
from .services_targets import maps

LAYER_SEVEN = ("HTTP", "HTTPS")


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
        for position, keys in enumerate(_alike(front)):
            _add(ingresses, noted, front, keys, position, document, own_name, behind, kind)
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
    lonely = {one.reference: {"DefaultActions": listed([{"Type": "forward", "TargetGroupArn": one.reference}])}
              for name, one in behind.items() if name not in reached}
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
    """Name an Ingress: by the load balancer's tag `Name`, else by its name."""
    tag = get(balancer[1], ("Tags", "Name", "Value")) if balancer else None
    return (
        None
        if balancer is None
        else names.dns_label(tag)
        if isinstance(tag, str) and tag
        else names.dns_label(balancer[0])
    )


def _actions(front: Front) -> list[Any]:
    return [get(one, ("DefaultActions",)) for one in front.listeners.values()] + [
        get(one, ("Actions",)) for same in front.rules.values() for one in same]


def _reached(front: Front, behind: dict[str, Behind]) -> set[str]:
    """Give the application's target groups that a load balancer leads to."""
    asked = [one for actions in _actions(front) for one in references(actions)]
    return {name for name, one in behind.items() if any(one.is_meant(reference) for reference in asked)}


def _leads(front: Front, behind: dict[str, Behind]) -> bool:
    layer_four = get(front.balancer[1], ("Type",)) == "network" if front.balancer else False
    return not layer_four and bool(_reached(front, behind))


def _alike(front: Front) -> list[list[str]]:
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


def _add(ingresses: Tree, noted: Tree, front: Front, keys: list[str], position: int, document: Tree, own_name: str,
         behind: dict[str, Behind], kind: str) -> None:
    """Add the Ingress for listeners that do the same."""
    routing = [key for key in keys if not _redirects(front, key)] or keys
    rules, default = front.rules.get(routing[0], []), front.listeners[routing[0]].get("DefaultActions")
    known = _known(front, behind)
    if not any(
        one.is_meant(reference)
        for one in known.values()
        for actions in [default, *(get(rule, ("Actions",)) for rule in rules)]
        for reference in references(actions)
    ):
        return
    actions: dict[str, Any] = {}
    spec = tree(
        ingressClassName=kind,
        rules=to_rules(rules, known, actions) or None,
        defaultBackend=default_of(default, known, actions),
    )
    name = front.name or own_name
    name = f"{name}-{_port(front.listeners[routing[0]])}" if position else name
    while name in ingresses:
        name += "-2"
    listening = {key: front.listeners[key] for key in keys}
    hosts = [rule["host"] for rule in maps(spec.get("rules")).values() if "host" in rule]
    settings = {
        **balancer_settings(front.balancer, name, position > 0, document),
        **listener_settings(listening, spec, hosts),
    }
    auth = next(
        (
            found
            for one in [*(get(rule, ("Actions",)) for rule in rules), default]
            for found in [to_authentication(one)]
            if found
        ),
        {},
    )
    own = [group_settings(one, document) for one in known.values()]
    shared = _is_shared(rules, default, known)
    if own and not shared:
        settings.update(own[0])
    for one, given in zip(known.values(), own, strict=True):
        if shared or given != own[0]:
            noted[one.service] = words.annotations(given)
    ingresses[name] = {"metadata": {"annotations": words.annotations({**settings, **auth, **actions})}, "spec": spec}


def _known(front: Front, behind: dict[str, Behind]) -> dict[str, Behind]:
    reached = _reached(front, behind)
    return {name: one for name, one in behind.items() if name in reached}


def _is_shared(rules: list[Tree], default: Any, known: dict[str, Behind]) -> bool:
    """Whether other applications are behind the same listeners: what is said of this one's target groups does not hold for theirs."""
    asked = [
        reference
        for actions in [default, *(get(rule, ("Actions",)) for rule in rules)]
        for reference in references(actions)
    ]
    return any(not any(one.is_meant(reference) for one in known.values()) for reference in asked)


def _port(listener: Tree) -> Any:
    return listener.get("Port") or HTTPS_PORT


