"""What stands around services (discovery, secrets, storage, nodes, networks) <-> what AWS refuses in it."""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import FARGATE_PROVIDERS, Book
from .rules import Hit, Rules, each
from .values import entries, joined, mapping, number, text

TIERS = {"Standard": 4096, "Advanced": 8192, "Intelligent-Tiering": 8192}
# API_PutRetentionPolicy.
RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
MOST_LEVELS = 15


def dns_records(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse records that cannot stand beside each other or beside the routing policy."""
    config = mapping(service["DnsConfig"])
    kinds = [record.get("Type") for _, record in entries(config.get("DnsRecords"))]
    if "CNAME" in kinds and len(kinds) > 1:
        yield ("DnsConfig", "DnsRecords"), f"A CNAME record stands alone; there are {joined(kinds)}."
    elif "CNAME" in kinds and config.get("RoutingPolicy") == "MULTIVALUE":
        yield ("DnsConfig", "RoutingPolicy"), "A CNAME record needs the routing policy WEIGHTED."


def discovery_health(service: dict, book: Book) -> Iterator[Hit]:
    """Refuse two kinds of health check at once."""
    if service.get("HealthCheckCustomConfig") is not None:
        yield ("HealthCheckConfig",), (
            f"Discovery service {service.get('Name')} has both HealthCheckConfig and "
            "HealthCheckCustomConfig."
        )


def parameter_name(parameter: dict, book: Book) -> Iterator[Hit]:
    """Refuse a name that AWS keeps for itself, or that is not a path where it has slashes."""
    name = text(parameter["Name"])
    words = name.strip("/").lower().split("/") if name else [""]
    if words[0].startswith(("aws", "ssm")):
        yield ("Name",), f"Parameter {name} begins with aws or ssm, which AWS keeps for itself."
    elif name and "/" in name and not name.startswith("/"):
        yield ("Name",), f"Parameter {name} has a path, which begins with a slash."
    elif len(words) > MOST_LEVELS:
        yield ("Name",), f"Parameter {name} is {len(words)} levels deep; SSM takes {MOST_LEVELS}."


def parameter_size(parameter: dict, book: Book) -> Iterator[Hit]:
    """Refuse a value that is longer than its tier takes."""
    value, most = text(parameter["Value"]), TIERS.get(text(parameter.get("Tier", "Standard")), 8192)
    size = len(value.encode(errors="replace")) if value and len(value) > most // 4 else 0
    if size > most:
        yield ("Value",), (
            f"The value of parameter {parameter.get('Name')} has {size} bytes; tier "
            f"{parameter.get('Tier', 'Standard')} takes {most}."
        )


def parameter_empty(parameter: dict, book: Book) -> Iterator[Hit]:
    """Refuse a parameter without a value or a type."""
    missing = [member for member in ("Type", "Value") if parameter.get(member) in (None, "")]
    if missing:
        yield (), f"Parameter {parameter.get('Name')} needs {joined(missing)}."


def secret_suffix(secret: dict, book: Book) -> Iterator[Hit]:
    """Report a name that ends like the random end of an ARN."""
    name = text(secret["Name"])
    if name and len(name) > 7 and name[-7] == "-" and name[-6:].isalnum():
        yield ("Name",), f"Secret {name} ends in a hyphen and six characters, as AWS ends every secret's ARN."


def retention(group: dict, book: Book) -> Iterator[Hit]:
    """Refuse a number of days that CloudWatch does not keep logs for."""
    days = number(group["retentionInDays"])
    if days is not None and days not in RETENTION:
        yield ("retentionInDays",), (
            f"Logs are not kept for {days} days; the nearest is "
            f"{min(RETENTION, key=lambda known: abs(known - days))}."
        )


def throughput(system: dict, book: Book) -> Iterator[Hit]:
    """Refuse provisioned throughput without its amount, and the amount without it."""
    provisioned, amount = (
        text(system.get("ThroughputMode", "bursting")) == "provisioned",
        system.get("ProvisionedThroughputInMibps"),
    )
    if provisioned != (amount is not None) and text(system.get("ThroughputMode", "bursting")) is not None:
        yield (), (
            "ProvisionedThroughputInMibps and throughput mode provisioned come together; the mode is "
            f"{system.get('ThroughputMode', 'bursting')}."
        )


def encryption_key(system: dict, book: Book) -> Iterator[Hit]:
    """Refuse a key for a file system that is not encrypted."""
    if system.get("Encrypted") in (None, False):
        yield ("KmsKeyId",), "The file system has a key and is not encrypted."


def group_sizes(group: dict, book: Book) -> Iterator[Hit]:
    """Refuse sizes of an Auto Scaling group that are out of order."""
    low, wanted, high = (number(group.get(member)) for member in ("MinSize", "DesiredCapacity", "MaxSize"))
    known = [size for size in (low, wanted, high) if size is not None]
    if known != sorted(known):
        yield (), f"MinSize, DesiredCapacity and MaxSize are {joined(known)}: they do not rise."


def scaling_steps(provider: dict, book: Book) -> Iterator[Hit]:
    """Refuse a smallest step above the largest."""
    scaling = mapping(mapping(provider["autoScalingGroupProvider"]).get("managedScaling"))
    low, high = number(scaling.get("minimumScalingStepSize")), number(scaling.get("maximumScalingStepSize"))
    if low is not None and high is not None and low > high:
        yield ("autoScalingGroupProvider", "managedScaling"), (
            f"minimumScalingStepSize {low} is above maximumScalingStepSize {high}."
        )


def termination_protection(provider: dict, book: Book) -> Iterator[Hit]:
    """Refuse protection from scaling where nothing scales."""
    group = mapping(provider["autoScalingGroupProvider"])
    if (
        group.get("managedTerminationProtection") == "ENABLED"
        and mapping(group.get("managedScaling")).get("status", "ENABLED") == "DISABLED"
    ):
        yield ("autoScalingGroupProvider", "managedTerminationProtection"), (
            "Managed termination protection needs managed scaling."
        )


def provider_kind(provider: dict, book: Book) -> Iterator[Hit]:
    """Refuse a capacity provider of no kind, or of two."""
    kinds = [
        member
        for member in ("autoScalingGroupProvider", "managedInstancesProvider")
        if provider.get(member) is not None
    ]
    if len(kinds) != 1 and provider.get("name") not in FARGATE_PROVIDERS:
        yield (), (
            "A capacity provider has an autoScalingGroupProvider or a managedInstancesProvider; "
            f"{provider.get('name')} has {joined(kinds)}."
        )


def port_order(permission: dict, group: dict) -> Iterator[Hit]:
    """Refuse ports out of order."""
    first, last = number(permission["FromPort"]), number(permission.get("ToPort"))
    if (
        first is not None
        and last is not None
        and permission.get("IpProtocol") in ("tcp", "udp")
        and not 0 <= first <= last <= 65535
    ):
        yield ("FromPort",), f"Ports {first} to {last} are no range within 0 to 65535."


def policy_json(member: str, _: Any) -> Any:
    """Make a rule that a policy is a JSON object."""
    def rule(holder: dict, book: Book) -> Iterator[Hit]:
        import json

        written = holder[member]
        if isinstance(written, str) and written != "" and not (written.startswith("${") and written.endswith("}")):
            try:
                read: Any = json.loads(written)
            except ValueError:
                read = None
            if not isinstance(read, dict):
                yield (member,), f"{member} is no JSON object."

    return rule


DISCOVERY: tuple[Rules, ...] = (
    {"DnsConfig": {"dns-records": dns_records}, "HealthCheckConfig": {"discovery-health": discovery_health}},
)
PARAMETERS: tuple[Rules, ...] = (
    {
        "": {"parameter-empty": parameter_empty},
        "Name": {"parameter-path": parameter_name},
        "Value": {"parameter-size": parameter_size},
    },
)
SECRETS: tuple[Rules, ...] = ({"Name": {"secret-suffix": secret_suffix}},)
LOG_GROUPS: tuple[Rules, ...] = ({"retentionInDays": {"retention": retention}},)
FILE_SYSTEMS: tuple[Rules, ...] = ({"": {"throughput": throughput}, "KmsKeyId": {"encryption-key": encryption_key}},)
GROUPS: tuple[Rules, ...] = ({"": {"group-sizes": group_sizes}},)
PROVIDERS: tuple[Rules, ...] = ({
    "": {"provider-kind": provider_kind},
    "autoScalingGroupProvider": {"scaling-steps": scaling_steps, "termination-protection": termination_protection},
},)
INGRESS: tuple[Rules, ...] = ({"IpPermissions.FromPort": {"port-order": port_order}},)
ROLES = (each({"policy-json": {"AssumeRolePolicyDocument": None}}, policy_json),)
ROLE_POLICIES = (each({"policy-json": {"PolicyDocument": None}}, policy_json),)
LIFECYCLES = (each({"policy-json": {"lifecyclePolicyText": None}}, policy_json),)

KINDS = {
    "discoveryServices": DISCOVERY,
    "parameters": PARAMETERS,
    "secrets": SECRETS,
    "logGroups": LOG_GROUPS,
    "retentionPolicies": LOG_GROUPS,
    "fileSystems": FILE_SYSTEMS,
    "autoScalingGroups": GROUPS,
    "capacityProviders": PROVIDERS,
    "securityGroupIngress": INGRESS,
    "securityGroupEgress": INGRESS,
    "roles": ROLES,
    "rolePolicies": ROLE_POLICIES,
    "lifecyclePolicies": LIFECYCLES,
}
