"""Backends and actions of routes <-> actions of listener rules: what becomes of a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..converters import names
from ..trees import Tree, get, listed, tree
from . import ingress_annotations as words
from .services_balancing import qualified
from .services_targets import maps

NOT_FOUND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"ContentType": "text/plain", "StatusCode": "404"},
}  # the controller's own
AUTHENTICATIONS = ("authenticate-cognito", "authenticate-oidc", "jwt-validation")
# Annotations of a sign-in <-> members of both of its configurations.
SIGN_IN = {
    "auth-scope": "Scope",
    "auth-session-cookie": "SessionCookieName",
    "auth-session-timeout": "SessionTimeout",
    "auth-on-unauthenticated-request": "OnUnauthenticatedRequest",
}
# The controller reads the client's id and secret from a Secret, which stays in the cluster.
OIDC_CLIENT = {"ClientId": "${OIDC_CLIENT_ID}", "ClientSecret": "${OIDC_CLIENT_SECRET}"}


class Backend(NamedTuple):
    """A Service and one of its ports, as a route spells them."""

    service: str
    port: int | str
    namespace: str

    @property
    def group(self) -> str:
        """Name the target group: all that route to the same port share it."""
        return names.target_group_name(qualified(f"{self.service}-{self.port}", self.namespace))

    @property
    def reference(self) -> str:
        """Refer to the target group."""
        return f"${{targetGroups.{self.group}.TargetGroupArn}}"


def backend_of(given: Any, namespace: str) -> Backend | None:
    """Read the backend of an Ingress's path, as today's API has it or as the first one had."""
    service = get(given, ("service",))
    name = get(service, ("name",)) or get(given, ("serviceName",))
    port = get(service, ("port", "number")) or get(service, ("port", "name")) or get(given, ("servicePort",))
    if not isinstance(name, str) or isinstance(port, bool) or not isinstance(port, (int, str)) or not port:
        return None
    return Backend(name, int(port) if isinstance(port, str) and port.isdecimal() else port, namespace)


def forward(backends: list[tuple[Backend, int | None]], stickiness: Any = None) -> Tree:
    """Give a forward action: one target group, or several by weight."""
    if len(backends) == 1 and not stickiness:
        return {"Type": "forward", "TargetGroupArn": backends[0][0].reference}
    groups = listed(tree(TargetGroupArn=one.reference, Weight=weight) for one, weight in backends)
    return {
        "Type": "forward",
        "ForwardConfig": tree(TargetGroups=groups, TargetGroupStickinessConfig=stickiness or None),
    }


def noted_action(given: dict[str, str], name: str, namespace: str) -> Tree | None:
    """Give the action that an annotation `actions.<name>` writes."""
    said = words.parsed(given.get(f"actions.{name}"))
    if not isinstance(said, dict):
        return None
    made = words.to_api(said)
    groups = get(made, ("ForwardConfig", "TargetGroups"))
    if isinstance(groups, dict):
        made["ForwardConfig"]["TargetGroups"] = {key: _group(one, namespace) for key, one in groups.items()}
        return _short(made)
    return made if isinstance(made.get("Type"), str) else None


def _group(one: Any, namespace: str) -> Tree:
    """Refer to the target group of a Service, where an action names one."""
    backend = backend_of(
        {"serviceName": get(one, ("ServiceName",)), "servicePort": get(one, ("ServicePort",))}, namespace
    )
    rest = {key: value for key, value in maps(one).items() if key not in ("ServiceName", "ServicePort")}
    return rest if backend is None else {"TargetGroupArn": backend.reference, **rest}


def _short(action: Tree) -> Tree:
    """Write a forward to one target group as such."""
    groups = list(action["ForwardConfig"]["TargetGroups"].values())
    sticky = get(action, ("ForwardConfig", "TargetGroupStickinessConfig"))
    if len(groups) == 1 and not sticky and "TargetGroupArn" in groups[0]:
        return {"Type": "forward", "TargetGroupArn": groups[0]["TargetGroupArn"]}
    return action


def backends_of(given: dict[str, str], name: str, namespace: str) -> Iterator[Backend]:
    """Give the Services that an annotation's action forwards to."""
    groups = get(words.to_api(words.parsed(given.get(f"actions.{name}"))), ("ForwardConfig", "TargetGroups"))
    for one in maps(groups).values():
        backend = backend_of(
            {"serviceName": get(one, ("ServiceName",)), "servicePort": get(one, ("ServicePort",))}, namespace
        )
        if backend is not None:
            yield backend


def references(actions: Any) -> list[str]:
    """Give the target groups that actions forward to."""
    made = []
    for action in maps(actions).values():
        groups = [
            get(one, ("TargetGroupArn",)) for one in maps(get(action, ("ForwardConfig", "TargetGroups"))).values()
        ]
        made += [one for one in [get(action, ("TargetGroupArn",)), *groups] if isinstance(one, str)]
    return list(dict.fromkeys(made))


def authentication(given: dict[str, str]) -> Tree | None:
    """Give the action that asks who calls: with Cognito, with OpenID Connect, or for a token."""
    kind = given.get("auth-type")
    if kind == "cognito":
        return {
            "Type": AUTHENTICATIONS[0],
            "AuthenticateCognitoConfig": {**_provider(given, "auth-idp-cognito"), **_sign_in(given)},
        }
    if kind == "oidc":
        found = _provider(given, "auth-idp-oidc")
        found.pop("SecretName", None)
        return {"Type": AUTHENTICATIONS[1], "AuthenticateOidcConfig": {**found, **OIDC_CLIENT, **_sign_in(given)}}
    token = words.to_api(words.parsed(given.get("jwt-validation")))
    return {"Type": AUTHENTICATIONS[2], "JwtValidationConfig": token} if isinstance(token, dict) and token else None


def _provider(given: dict[str, str], key: str) -> Tree:
    found = words.to_api(words.parsed(given.get(key)))
    return dict(found) if isinstance(found, dict) else {}


def _sign_in(given: dict[str, str]) -> Tree:
    made: Tree = {member: given[key] for key, member in SIGN_IN.items() if given.get(key)}
    timeout = made.pop("SessionTimeout", "")
    return {**made, **({"SessionTimeout": int(timeout)} if timeout.isdecimal() and len(timeout) < 9 else {})}


def in_order(first: Tree | None, last: Tree) -> Tree:
    """Give a rule's actions; where there are two their order is said."""
    if first is None:
        return listed([last])
    return listed([{**first, "Order": 1}, {**last, "Order": 2}])


# --- and back ----------------------------------------------------------------------------------


def last_of(actions: Any) -> Tree:
    """Give the action that answers a request or sends it on: the one behind those that ask who calls."""
    found = [one for one in maps(actions).values() if get(one, ("Type",)) not in AUTHENTICATIONS]
    return maps(found[-1]) if found else {}


def to_authentication(actions: Any) -> dict[str, Any]:
    """Give the annotations for the action that asks who calls."""
    asking = next((one for one in maps(actions).values() if get(one, ("Type",)) in AUTHENTICATIONS), None)
    kind = get(asking, ("Type",))
    if kind == AUTHENTICATIONS[2]:
        return {"jwt-validation": words.written(words.from_api(maps(asking).get("JwtValidationConfig") or {}))}
    if kind is None:
        return {}
    member, key, word = (
        ("AuthenticateCognitoConfig", "auth-idp-cognito", "cognito")
        if kind == AUTHENTICATIONS[0]
        else ("AuthenticateOidcConfig", "auth-idp-oidc", "oidc")
    )
    given = maps(maps(asking).get(member))
    rest = {name: value for name, value in given.items() if name not in (*SIGN_IN.values(), *OIDC_CLIENT)}
    if word == "oidc":
        rest["SecretName"] = "oidc-client"
    return {
        "auth-type": word,
        key: words.written(words.from_api(rest)),
        **{name: given.get(own) for name, own in SIGN_IN.items()},
    }


def redirects_to_https(actions: Any) -> str | None:
    """Give the port of a redirect that changes nothing but the protocol."""
    given = maps(last_of(actions).get("RedirectConfig"))
    same = all(
        given.get(key) in (None, value)
        for key, value in (("Host", "#{host}"), ("Path", "/#{path}"), ("Query", "#{query}"), ("StatusCode", "HTTP_301"))
    )
    return (
        str(given.get("Port"))
        if given.get("Protocol") == "HTTPS" and same and str(given.get("Port")).isdecimal()
        else None
    )


def to_https(port: str) -> Tree:
    """Give the redirect to a port that encrypts."""
    return {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": port, "StatusCode": "HTTP_301"}}


DEFAULT = "default-action"


def forwarded(action: Tree, known: dict[str, Any]) -> tuple[Tree | None, bool]:
    """Give the backend for a forward to one of an application's target groups, and whether the action is for it at all."""
    asked = references({"0": action})
    mine = [one for one in known.values() if any(one.is_meant(reference) for reference in asked)]
    if action.get("Type") != "forward":
        return None, True
    weighted = len(asked) != 1 or get(action, ("ForwardConfig", "TargetGroupStickinessConfig", "Enabled"))
    return (mine[0].backend if mine and not weighted else None), bool(mine)


def noted_forward(action: Tree, known: dict[str, Any]) -> Any:
    """Give an action as an annotation has it: Services in the place of target groups."""
    rest = {key: value for key, value in action.items() if key not in ("Order", "TargetGroupArn")}
    groups = maps(get(action, ("ForwardConfig", "TargetGroups")))
    if action.get("Type") != "forward":
        return words.from_api(rest)
    if not groups:
        groups = {"0": {"TargetGroupArn": action.get("TargetGroupArn")}}
    named = [_named(maps(one), known) for one in groups.values()]
    config = {**words.from_api(maps(rest.get("ForwardConfig"))), "targetGroups": named}
    return {
        **words.from_api({key: value for key, value in rest.items() if key != "ForwardConfig"}),
        "forwardConfig": config,
    }


def _named(one: Tree, known: dict[str, Any]) -> Tree:
    """Name the Service behind a target group; another application's group goes by its own name or ARN."""
    reference = str(one.get("TargetGroupArn") or "")
    weight = {"weight": one["Weight"]} if one.get("Weight") is not None else {}
    for behind in known.values():
        if behind.is_meant(reference):
            return {"serviceName": behind.service, "servicePort": str(behind.port), **weight}
    if reference.startswith("${targetGroups."):
        return {"targetGroupName": reference.removeprefix("${targetGroups.").rpartition(".")[0], **weight}
    return {"targetGroupARN": reference, **weight}


def default_of(default: Any, known: dict[str, Any], actions: dict[str, Any]) -> Tree | None:
    """Give the default backend for a listener's default action; the answer 404 is the controller's own."""
    action = last_of(default)
    same = {key: value for key, value in action.items() if key != "Order"}
    if not action or same == NOT_FOUND:
        return None
    backend, own = forwarded(action, known)
    if backend is None and own:
        actions[f"actions.{DEFAULT}"] = words.written(noted_forward(action, known))
        return {"service": {"name": DEFAULT, "port": {"name": words.USE_ANNOTATION}}}
    return backend
