"""Roles and their policies <-> the IAM roles and Pod Identity associations that controllers of a cluster make.

The objects are those of AWS Controllers for Kubernetes: https://aws-controllers-k8s.github.io/community/reference/
"""

from __future__ import annotations

from typing import Any

from ..converters import trust
from ..converters.names import dns_label
from ..converters.two_way import TwoWay
from ..trees import Tree, get, tree
from .names import NAMESPACE_TAG
from .names import namespace as namespaces

ACK, POD_IDENTITY = "ack", "pod-identity"
ACCOUNT, PROVIDER, CLUSTER = "${AWS_ACCOUNT_ID}", "${OIDC_PROVIDER}", "${EKS_CLUSTER}"
# Members of a role that stand in its object's spec, in its own spelling.
MEMBERS = {
    "Description": "description",
    "MaxSessionDuration": "maxSessionDuration",
    "Path": "path",
    "PermissionsBoundary": "permissionsBoundary",
}


def maps(value: Any) -> Tree:
    """Give a map, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


# --- which role is meant -----------------------------------------------------------------------


def last_of(name: Any) -> str:
    """Give a role's name from its ARN, or from a reference to one of the document."""
    text = name if isinstance(name, str) else ""
    if text.startswith("${roles."):
        return text.removeprefix("${roles.").rpartition(".")[0]
    return text.rpartition("/")[2]


def found(roles: Any, arn: Any) -> str | None:
    """Give the key of the role that an ARN or a reference means."""
    name = last_of(arn)
    return next(
        (
            key
            for key, one in maps(roles).items()
            if name and name in (key, get(one, ("RoleName",))) or arn and get(one, ("Arn",)) == arn
        ),
        None,
    )


def arn_of(name: str, environment: Any, path: Any = None) -> str:
    """Give the ARN that a role will have."""
    account = get(environment, ("ecs", "account")) or ACCOUNT
    inner = path.strip("/") if isinstance(path, str) else ""
    return f"arn:aws:iam::{account}:role/{inner}{'/' if inner else ''}{name}"


def is_associated(environment: Any) -> bool:
    """Whether pods get their role by a Pod Identity association: the environment asks for it, or the input had one."""
    return POD_IDENTITY in (get(environment, ("identity",)), get(environment, ("kubernetes", "identity")))


def makes_objects(environment: Any) -> bool:
    """Whether roles of the document become objects of a controller."""
    return get(environment, ("kubernetes", "roles")) == ACK


# --- to ECS ------------------------------------------------------------------------------------


def _to_roles(objects: Any, associations: Any, environment: Any) -> tuple | None:
    roles: Tree = {}
    policies: Tree = {}
    for key, one in maps(objects).items():
        spec = maps(get(one, ("spec",)))
        name = str(spec.get("name") or key)
        roles[name] = _role(spec)
        for policy, document in maps(spec.get("inlinePolicies")).items():
            policies[policy] = {"RoleName": name, "PolicyDocument": document}
    return (roles, policies or None) if roles else None


def _role(spec: Tree) -> Tree:
    tags = [one for one in spec.get("tags") or () if isinstance(one, dict)] if isinstance(spec.get("tags"), list) else []
    return tree(
        AssumeRolePolicyDocument=trust.changed(spec.get("assumeRolePolicyDocument"), None),
        Tags={str(one["key"]): {"Value": str(one.get("value") or "")} for one in tags if one.get("key")} or None,
        **{member: spec.get(own) for member, own in MEMBERS.items()},
    )


def role_arn(objects: Any, associations: Any, annotation: Any) -> str | None:
    """Give the role of a pod: what the service account's annotation says, or an association with it."""
    named = [annotation, *(_associated(one) for one in maps(associations).values())]
    arn = next((one for one in named if isinstance(one, str) and one), None)
    known = {str(get(one, ("spec", "name")) or key) for key, one in maps(objects).items()}
    if arn is not None and last_of(arn) in known:
        return f"${{roles.{last_of(arn)}.Arn}}"
    return arn


def _associated(one: Any) -> str | None:
    return get(one, ("spec", "roleARN")) or get(one, ("spec", "roleRef", "from", "name"))


# --- to Kubernetes -----------------------------------------------------------------------------


def _to_objects(roles: Any, policies: Any, role: Any, service: Any, family: Any, environment: Any) -> tuple | None:
    if not isinstance(role, str) or not role:
        return None
    own, space = str(get(environment, ("name",)) or family or "app"), namespace_of(service, environment)
    key = found(roles, role)
    objects = None
    if key is not None and makes_objects(environment):
        takers = takers_of(key, environment) or [(space, own)]
        objects = {dns_label(key): {"spec": _spec(key, roles[key], policies, _statement(takers, environment))}}
    link = None
    if is_associated(environment):
        arn = arn_of(key, environment, get(roles, (key, "Path"))) if key is not None else role
        name = get(environment, ("kubernetes", "cluster")) or CLUSTER
        link = {own: {"spec": {"clusterName": name, "namespace": space, "serviceAccount": own, "roleARN": arn}}}
    return (objects, link) if objects or link else None


def namespace_of(service: Any, environment: Any) -> str:
    """Give the namespace that the service account comes to be in."""
    tag = get(service, ("tags", NAMESPACE_TAG, "value"))
    wanted = get(environment, ("kubernetes", "namespace"))
    return namespaces.to_k8s(tag, get(service, ("cluster",)), None, wanted) or "default"


def takers_of(key: str, environment: Any) -> list[tuple[str, str]]:
    """Give the service accounts, each (namespace, name), of all applications that have a role, where there are several."""
    found = get(environment, ("neighbours", "takers", key))
    return [(str(one[0]), str(one[1])) for one in found if isinstance(one, tuple)] if isinstance(found, list) else []


def _statement(takers: list[tuple[str, str]], environment: Any) -> Tree:
    if is_associated(environment):
        return trust.for_association()
    provider = get(environment, ("kubernetes", "oidcProvider")) or PROVIDER
    return trust.for_accounts(provider, get(environment, ("ecs", "account")) or ACCOUNT, takers)


def _spec(key: str, role: Any, policies: Any, statement: Tree) -> Tree:
    own = {
        name: one.get("PolicyDocument")
        for name, one in maps(policies).items()
        if isinstance(one, dict) and last_of(one.get("RoleName")) == key and isinstance(one.get("PolicyDocument"), str)
    }
    tags = [{"key": name, "value": str(get(one, ("Value",)) or "")} for name, one in maps(get(role, ("Tags",))).items()]
    return tree(
        name=key,
        assumeRolePolicyDocument=trust.changed(get(role, ("AssumeRolePolicyDocument",)), statement),
        inlinePolicies=own or None,
        tags=tags or None,
        **{own_name: get(role, (member,)) for member, own_name in MEMBERS.items()},
    )


roles = TwoWay(_to_roles, _to_objects)


# --- notices -----------------------------------------------------------------------------------


def _is_task_role(role: Any, key: Any, roles_: Any, arn: Any, environment: Any) -> bool:
    return makes_objects(environment) and found(roles_, arn) == key


def _is_other_role(role: Any, key: Any, roles_: Any, arn: Any, execution: Any) -> bool:
    """Whether a role is for ECS itself, or for what starts its tasks."""
    return found(roles_, arn) != key


def _is_other_policy(policy: Any, roles_: Any, arn: Any) -> bool:
    return last_of(get(policy, ("RoleName",))) != found(roles_, arn)


trust_changed = TwoWay(
    lambda document, *given: trust.changed(document, None) is not None,
    lambda document, key, roles_, arn, environment: _is_task_role(None, key, roles_, arn, environment),
)
platform_role = TwoWay(lambda *given: None, _is_other_role)
platform_policy = TwoWay(lambda *given: None, _is_other_policy)
trust_needed = TwoWay(
    lambda annotation, objects: last_of(annotation)
    not in {str(get(one, ("spec", "name")) or key) for key, one in maps(objects).items()},
    lambda arn, roles_, environment: not (makes_objects(environment) and found(roles_, arn) is not None),
)
provider_needed = TwoWay(
    lambda *given: None,
    lambda arn, roles_, environment: makes_objects(environment)
    and found(roles_, arn) is not None
    and not is_associated(environment)
    and not get(environment, ("kubernetes", "oidcProvider")),
)
association_needed = TwoWay(
    lambda *given: None,
    lambda arn, environment: is_associated(environment),
)
