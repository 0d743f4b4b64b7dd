"""CloudFormation resources that are more than one request of the AWS API, or another one -> those requests.

Each function takes the reader's view of a resource and its properties, and gives (key of the ECS document, request) in
the template's spelling; what it does not know about a property it leaves where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .. import rows
from .cloudformation_names import Names, types
from .cloudformation_notes import Notes
from .cloudformation_values import Node, Resource, grown, text_of

Request = tuple[str, Node]


@dataclass(frozen=True)
class View:
    """One resource with everything that its requests may need."""

    resource: Resource
    names: Names
    notes: Notes

    @property
    def cells(self) -> dict:
        """Give the row of the resource's type."""
        return types().get(self.resource.type, {})

    def itself(self) -> Node:
        """Give the identifier that AWS makes up for this resource."""
        member = rows.tables()["kinds"][self.cells["kind"]]["arn"]
        return Node(self.names.reference(self.resource, member), self.resource.path)

    def key(self) -> Node:
        """Give the resource's name."""
        return Node(self.names.key(self.resource), self.resource.path)


def requests(view: View, node: Node) -> list[Request]:
    """Give the requests that a resource's properties make."""
    made = SPECIAL.get(view.resource.type, plain)(view, _without_stays(view, node))
    return [(kind, _tagged(view, request)) for kind, request in made]


def _without_stays(view: View, node: Node) -> Node:
    """Take out the properties that no request has, and say so."""
    staying = [key for key in node.value if key in view.cells.get("stays", ())]
    for key in staying:
        view.notes.add(
            "stays",
            f"{key} of {view.resource.type} is no part of the request; it stays in the template.",
            node.value[key].path,
        )
    return Node({key: entry for key, entry in node.value.items() if key not in staying}, node.path)


def _tagged(view: View, request: Node) -> Node:
    """Write tags as the request does, where a template does it in the other way."""
    tags, form = request.get("Tags"), view.cells.get("tags")
    if tags is None or form is None:
        return request
    if form == "list" and isinstance(tags.value, list):
        pairs = {
            text_of(tag.get("Key").value): tag.get("Value") for tag in tags.value if tag.get("Key") and tag.get("Value")
        }
        return _with(request, Tags=Node(pairs, tags.path))
    if form == "map" and isinstance(tags.value, dict):
        listed = [Node({"Key": Node(key, value.path), "Value": value}, value.path) for key, value in tags.value.items()]
        return _with(request, Tags=Node(listed, tags.path))
    return request


def _with(node: Node, **more: Node | None) -> Node:
    """Give a map with some entries set, and those that are None taken out."""
    merged = {**node.value, **more}
    return Node({key: entry for key, entry in merged.items() if entry is not None}, node.path)


def _entries(node: Node | None) -> list[Node]:
    """Give the entries of a list; what is not a list is one."""
    if node is None:
        return []
    return node.value if isinstance(node.value, list) else [node]


def _named(view: View, node: Node) -> Node:
    """Give a resource its name, first."""
    name = view.cells.get("name")
    return node if name is None else Node({name: node.get(name) or view.key(), **node.value}, node.path)


def plain(view: View, node: Node) -> list[Request]:
    """Make one request."""
    return [(view.cells["kind"], _named(view, node))]


def scalable_target(view: View, node: Node) -> list[Request]:
    """Make a request of each scheduled action that stands in a scalable target."""
    target = _with(_named(view, node), ScheduledActions=None)
    shared = {
        key: target.value[key] for key in ("ServiceNamespace", "ResourceId", "ScalableDimension") if key in target.value
    }
    actions = [
        Node({**shared, **action.value}, action.path)
        for action in _entries(node.get("ScheduledActions"))
        if isinstance(action.value, dict)
    ]
    return [("scalableTargets", target), *(("scheduledActions", action) for action in actions)]


def scaling_policy(view: View, node: Node) -> list[Request]:
    """Name what a policy scales; ScalingTargetId says it in one text."""
    target = node.get("ScalingTargetId")
    if target is None:
        return plain(view, node)
    parts = text_of(target.plain()).split("|")
    said = dict(
        zip(
            ("ResourceId", "ScalableDimension", "ServiceNamespace"),
            (Node(part, target.path) for part in parts),
            strict=False,
        )
    )
    defaults = {
        "ScalableDimension": Node("ecs:service:DesiredCount", target.path),
        "ServiceNamespace": Node("ecs", target.path),
    }
    return plain(view, Node({**_with(node, ScalingTargetId=None).value, **defaults, **said}, node.path))


def attributed(view: View, node: Node) -> list[Request]:
    """Make a request of the attributes of a load balancer or a target group."""
    kind = view.cells["kind"]
    own = view.resource.type.rpartition("::")[2] + "Attributes"
    made = plain(view, _with(node, **{own: None}))
    attributes = node.get(own)
    if attributes is not None and attributes.value:
        arn = rows.tables()["kinds"][kind]["arn"]
        made.append(
            (
                kind.removesuffix("s") + "Attributes",
                Node({arn: view.itself(), "Attributes": attributes}, attributes.path),
            )
        )
    return made


def role(view: View, node: Node) -> list[Request]:
    """Make a request of each policy that stands in a role."""
    policies = [
        Node({"RoleName": view.key(), **policy.value}, policy.path)
        for policy in _entries(node.get("Policies"))
        if isinstance(policy.value, dict)
    ]
    return [*plain(view, _with(node, Policies=None)), *(("rolePolicies", policy) for policy in policies)]


def policy(view: View, node: Node) -> list[Request]:
    """Make a request of a policy for each role that it is attached to."""
    alone = _with(node, Roles=None, Groups=None, Users=None)
    return [("rolePolicies", _with(alone, RoleName=name)) for name in _entries(node.get("Roles"))]


def security_group(view: View, node: Node) -> list[Request]:
    """Make a request of each rule that stands in a security group."""
    tags = node.get("Tags")
    listed = tags and grown([{"ResourceType": "security-group", "Tags": tags.plain()}], tags.path)
    group = _with(node, SecurityGroupIngress=None, SecurityGroupEgress=None, Tags=None, TagSpecifications=listed)
    out = _rules(view, node, "SecurityGroupEgress")
    return [
        *plain(view, group),
        *(request for rule in _rules(view, node, "SecurityGroupIngress") for request in ingress(view, rule)),
        *_revoked(out),
        *(request for rule in out if not _is_nowhere(rule) for request in egress(view, rule)),
    ]


def _rules(view: View, node: Node, key: str) -> list[Node]:
    found = [rule for rule in _entries(node.get(key)) if isinstance(rule.value, dict)]
    return [_with(rule, GroupId=view.itself()) for rule in found]


def _revoked(rules: list[Node]) -> list[Request]:
    """Take away the rule that lets everything out, as a group does that has rules of its own for that.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
    """
    if not rules:
        return []
    path = rules[0].path
    everything = grown([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}], path)
    return [("revokedEgress", Node({"GroupId": rules[0].value["GroupId"], "IpPermissions": everything}, path))]


def _is_nowhere(rule: Node) -> bool:
    """Whether a rule lets nothing out: it stands there so that the one that lets everything out goes."""
    cidr = rule.get("CidrIp")
    return cidr is not None and cidr.value == "127.0.0.1/32"


# Where a rule's other end is said -> the list of the request, and the member of its entries.
RANGES = {
    "CidrIp": ("IpRanges", "CidrIp"),
    "CidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "SourcePrefixListId": ("PrefixListIds", "PrefixListId"),
    "SourceSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    "SourceSecurityGroupName": ("UserIdGroupPairs", "GroupName"),
    "DestinationPrefixListId": ("PrefixListIds", "PrefixListId"),
    "DestinationSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


def ingress(view: View, node: Node) -> list[Request]:
    """Make the permission that a rule for traffic in is."""
    return [("securityGroupIngress", _permitted(node))]


def egress(view: View, node: Node) -> list[Request]:
    """Make the permission that a rule for traffic out is."""
    return [("securityGroupEgress", _permitted(node))]


def _permitted(node: Node) -> Node:
    permission = {key: node.value[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in node.value}
    for key, (listed, member) in RANGES.items():
        if key in node.value:
            entry = {member: node.value[key], "Description": node.get("Description")}
            if listed == "UserIdGroupPairs":
                entry["UserId"] = node.get("SourceSecurityGroupOwnerId")
            permission[listed] = Node([_with(Node({}, node.path), **entry)], node.path)
    group = {key: node.value[key] for key in ("GroupId", "GroupName") if key in node.value}
    return Node({**group, "IpPermissions": Node([Node(permission, node.path)], node.path)}, node.path)


def repository(view: View, node: Node) -> list[Request]:
    """Make a request of a repository's lifecycle policy."""
    lifecycle = node.get("LifecyclePolicy")
    made = plain(view, _with(node, LifecyclePolicy=None))
    if lifecycle is not None and isinstance(lifecycle.value, dict):
        made.append(("lifecyclePolicies", Node({"RepositoryName": view.key(), **lifecycle.value}, lifecycle.path)))
    return made


def log_group(view: View, node: Node) -> list[Request]:
    """Make a request of how long a log group keeps what is written to it."""
    days = node.get("RetentionInDays")
    made = plain(view, _with(node, RetentionInDays=None))
    if days is not None:
        made.append(("retentionPolicies", Node({"LogGroupName": view.key(), "RetentionInDays": days}, days.path)))
    return made


def file_system(view: View, node: Node) -> list[Request]:
    """Say with one word whether a file system is backed up."""
    backup = node.get("BackupPolicy")
    enabled = backup and Node(text_of((backup.get("Status") or backup).value) == "ENABLED", backup.path)
    return plain(view, _with(node, BackupPolicy=None, Backup=enabled or None))


def scaling_group(view: View, node: Node) -> list[Request]:
    """Write a group's subnets in one text, as the request does."""
    subnets = node.get("VPCZoneIdentifier")
    joined = subnets and Node(",".join(text_of(one.plain()) for one in _entries(subnets)), subnets.path)
    return plain(view, _with(node, VPCZoneIdentifier=joined))


def capacity_provider(view: View, node: Node) -> list[Request]:
    """Refer to an Auto Scaling group by its ARN; a template may use its name."""
    provider = node.get("AutoScalingGroupProvider")
    group = provider and provider.get("AutoScalingGroupArn")
    for one in view.names.of_kind("autoScalingGroups") if group else ():
        if view.names.key(one) == group.value:
            arn = Node(view.names.reference(one, "AutoScalingGroupARN"), group.path)
            return plain(view, _with(node, AutoScalingGroupProvider=_with(provider, AutoScalingGroupArn=arn)))
    return plain(view, node)


def rule(view: View, node: Node) -> list[Request]:
    """Make a schedule of each target of a rule that starts tasks at given times."""
    schedule, name = (
        node.get("ScheduleExpression"),
        text_of((node.get("Name") or Node(view.resource.logical, ())).plain()),
    )
    targets = [
        target
        for target in _entries(node.get("Targets"))
        if isinstance((target.get("EcsParameters") or target).value, dict) and target.get("EcsParameters")
    ]
    if schedule is None:
        for target in targets:
            view.notes.add(
                "event-rule",
                f"{view.resource.logical} starts a task when an event happens, which is no schedule; it was left out.",
                target.path,
            )
        return []
    return [
        ("schedules", _scheduled(view, node, target, name if len(targets) == 1 else f"{name}-{number}"))
        for number, target in enumerate(targets, 1)
    ]


def _scheduled(view: View, node: Node, target: Node, name: str) -> Node:
    known = {
        key: target.value[key]
        for key in ("Arn", "RoleArn", "EcsParameters", "Input", "DeadLetterConfig", "RetryPolicy")
        if key in target.value
    }
    for key in sorted(set(target.value) - set(known) - {"Id"}):
        view.notes.add(
            "stays",
            f"{key} of a rule's target is no part of a schedule; it stays in the template.",
            target.value[key].path,
        )
    parameters = known["EcsParameters"]
    listed = parameters.get("TagList")
    tags = listed and grown(
        [{key.lower(): text_of(value) for key, value in tag.plain().items()} for tag in _entries(listed)], listed.path
    )
    known["EcsParameters"] = _with(
        parameters,
        TagList=None,
        Tags=tags,
        PlacementStrategies=None,
        PlacementStrategy=parameters.get("PlacementStrategies"),
    )
    window = grown({"Mode": "OFF"}, node.path)
    own = {key: node.value[key] for key in ("ScheduleExpression", "State", "Description") if key in node.value}
    return Node(
        {"Name": Node(name, node.path), **own, "FlexibleTimeWindow": window, "Target": Node(known, target.path)},
        node.path,
    )


def associations(view: View, node: Node) -> list[Request]:
    """Give a cluster its capacity providers; the reader puts them into the cluster's own request."""
    return [("clusters", _with(node, Cluster=None, ClusterName=node.get("Cluster")))]


SPECIAL: dict[str, Callable[[View, Node], list[Request]]] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": scalable_target,
    "AWS::ApplicationAutoScaling::ScalingPolicy": scaling_policy,
    "AWS::AutoScaling::AutoScalingGroup": scaling_group,
    "AWS::EC2::SecurityGroup": security_group,
    "AWS::EC2::SecurityGroupIngress": ingress,
    "AWS::EC2::SecurityGroupEgress": egress,
    "AWS::ECR::Repository": repository,
    "AWS::ECS::CapacityProvider": capacity_provider,
    "AWS::ECS::ClusterCapacityProviderAssociations": associations,
    "AWS::EFS::FileSystem": file_system,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": attributed,
    "AWS::ElasticLoadBalancingV2::TargetGroup": attributed,
    "AWS::Events::Rule": rule,
    "AWS::IAM::Policy": policy,
    "AWS::Logs::LogGroup": log_group,
    "AWS::IAM::Role": role,
}


def merged(made: list[tuple[Resource, str, Node]]) -> list[tuple[Resource, str, Node]]:
    """Put what is said about a cluster apart from it into the cluster's own request, where that is in the template."""
    own = {text_of(node.value["ClusterName"].plain()): node for one, _, node in made if one.type == "AWS::ECS::Cluster"}
    kept = []
    for one, kind, node in made:
        named = node.get("ClusterName") if one.type == "AWS::ECS::ClusterCapacityProviderAssociations" else None
        cluster = own.get(text_of(named.plain())) if named else None
        if cluster is None:
            kept.append((one, kind, node))
        else:
            cluster.value.update({key: entry for key, entry in node.value.items() if key != "ClusterName"})
    return kept
