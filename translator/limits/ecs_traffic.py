"""Target groups, listeners, rules and load balancers <-> what Elastic Load Balancing refuses."""
from __future__ import annotations

from typing import Any, Iterator

from .ecs_book import Book
from .rules import Hit, Rules
from .values import entries, items, joined, mapping, number, repeated, text, texts

WEB = ("HTTP", "HTTPS")
# The codes that a healthy target may answer with: API_Matcher.
CODES = {"GrpcCode": (0, 99), "HttpCode": (200, 599)}
WEB_CODES = (200, 499)
MOST_VALUES, MOST_WILDCARDS, MOST_GROUPS, LONGEST_PATTERN = 5, 5, 5, 128
CONDITIONS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "query-string": "QueryStringConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig",
}
ONCE = ("host-header", "path-pattern", "http-request-method", "source-ip")
ACTIONS = {
    "redirect": "RedirectConfig",
    "fixed-response": "FixedResponseConfig",
    "authenticate-oidc": "AuthenticateOidcConfig",
    "authenticate-cognito": "AuthenticateCognitoConfig",
}
LAST = ("forward", "redirect", "fixed-response")
# API_TargetGroupAttribute and API_LoadBalancerAttribute: the numbers that an attribute takes.
ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": (0, 3600), "slow_start.duration_seconds": (0, 900),
    "stickiness.lb_cookie.duration_seconds": (1, 604800), "stickiness.app_cookie.duration_seconds": (1, 604800),
    "idle_timeout.timeout_seconds": (1, 4000), "client_keep_alive.seconds": (60, 604800),
}


def target_group_missing(group: dict, book: Book) -> Iterator[Hit]:
    """Refuse a target group that does not say where its targets listen."""
    if group.get("TargetType") != "lambda":
        missing = [member for member in ("Protocol", "Port", "VpcId") if group.get(member) is None]
        if missing:
            yield (), f"Target group {group.get('Name')} needs {joined(missing)}."


def health_timeout(group: dict, book: Book) -> Iterator[Hit]:
    """Refuse a health check that may take as long as the time to the next one; a network load balancer allows equal."""
    timeout, interval = number(group["HealthCheckTimeoutSeconds"]), number(group.get("HealthCheckIntervalSeconds", 30))
    web = group.get("Protocol") in WEB
    if timeout is not None and interval is not None and (timeout > interval or web and timeout == interval):
        yield ("HealthCheckTimeoutSeconds",), (
            f"The health check's timeout of {timeout} s is not below its interval of {interval} s."
        )


def health_protocol(group: dict, book: Book) -> Iterator[Hit]:
    """Refuse a health check over a protocol that checks cannot use, or not for this group."""
    check = text(group["HealthCheckProtocol"])
    if check is not None and (check not in (*WEB, "TCP") or check == "TCP" and group.get("Protocol") in WEB):
        yield ("HealthCheckProtocol",), f"Targets of protocol {group.get('Protocol')} cannot be checked over {check}."


def health_path(group: dict, book: Book) -> Iterator[Hit]:
    """Refuse a path that is none, and a path for a check that has none."""
    path = text(group["HealthCheckPath"])
    if path is not None and not path.startswith("/"):
        yield ("HealthCheckPath",), f"The health check's path {path} does not begin with a slash."
    elif group.get("HealthCheckProtocol") == "TCP":
        yield ("HealthCheckPath",), "A health check over TCP has no path."


def protocol_version(group: dict, book: Book) -> Iterator[Hit]:
    """Refuse a version of HTTP where there is no HTTP."""
    if text(group.get("Protocol")) not in (None, *WEB):
        yield ("ProtocolVersion",), f"Protocol {group['Protocol']} has no ProtocolVersion."


def matcher(group: dict, book: Book) -> Iterator[Hit]:
    """Refuse codes that are none, and kinds of code that the group's protocol does not have."""
    codes = mapping(group["Matcher"])
    grpc = group.get("ProtocolVersion") == "GRPC"
    for member, limits in CODES.items():
        low, high = WEB_CODES if member == "HttpCode" and group.get("Protocol") in WEB else limits
        value = text(codes.get(member))
        if value is not None and not _are_codes(value, low, high):
            yield ("Matcher", member), (
                f"{value} is no list of codes from {low} to {high}: `200`, `200,202` or `200-299`."
            )
    if (
        codes.get("HttpCode" if grpc else "GrpcCode") is not None
        and text(group.get("ProtocolVersion", "HTTP1")) is not None
    ):
        yield ("Matcher",), (
            f"The group speaks {'gRPC' if grpc else 'HTTP'}, its matcher is of "
            f"{'HTTP' if grpc else 'gRPC'} codes."
        )


def _are_codes(value: str, low: int, high: int) -> bool:
    for part in value.split(","):
        first, dash, last = part.partition("-")
        last = last if dash else first
        if not (_is_code(first) and _is_code(last) and low <= int(first) <= int(last) <= high):
            return False
    return True


def _is_code(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 4


def group_name_twice(group: dict, book: Book) -> Iterator[Hit]:
    """Refuse a second target group of one name."""
    if book.repeated_groups.get(id(group)):
        yield ("Name",), f"Another target group of the document is named {group['Name']}."


def attribute_range(holder: dict, book: Book) -> Iterator[Hit]:
    """Refuse a number that an attribute does not take."""
    for at, attribute in entries(holder["Attributes"]):
        value, limits = text(attribute.get("Value")), ATTRIBUTES.get(text(attribute.get("Key")))
        if (
            value is not None
            and limits
            and not (value.isascii() and value.isdecimal() and len(value) < 10 and limits[0] <= int(value) <= limits[1])
        ):
            yield ("Attributes", at), f"{attribute['Key']} is {value}; allowed is {limits[0]} to {limits[1]}."


def certificate(listener: dict, book: Book) -> Iterator[Hit]:
    """Refuse encryption without a certificate, and a certificate without encryption."""
    secure = listener["Protocol"] in ("HTTPS", "TLS")
    if secure and not listener.get("Certificates"):
        yield ("Protocol",), f"A listener of protocol {listener['Protocol']} needs a certificate."
    elif text(listener["Protocol"]) is not None and not secure and items(listener.get("Certificates")):
        yield ("Certificates",), f"A listener of protocol {listener['Protocol']} takes no certificate."


def listener_port_twice(listener: dict, book: Book) -> Iterator[Hit]:
    """Refuse a second listener on one port of one load balancer."""
    if book.repeated_listeners.get(id(listener)):
        yield ("Port",), f"Another listener of the load balancer has port {listener['Port']}."


def priority_twice(rule: dict, book: Book) -> Iterator[Hit]:
    """Refuse a second rule of one priority on one listener."""
    if book.repeated_priorities.get(id(rule)):
        yield ("Priority",), f"Another rule of the listener has priority {rule['Priority']}."


def condition_values(rule: dict, book: Book) -> Iterator[Hit]:
    """Refuse more values than a rule has in all its conditions together."""
    values = [value for _, condition in entries(rule["Conditions"]) for _, value in _values(condition)]
    if len(values) > MOST_VALUES:
        yield ("Conditions",), f"The conditions have {len(values)} values together; a rule has {MOST_VALUES}."


def condition_wildcards(rule: dict, book: Book) -> Iterator[Hit]:
    """Report more wildcards than every version of the quota allows."""
    words = [
        value
        for _, condition in entries(rule["Conditions"])
        for _, value in _values(condition)
        if isinstance(value, str)
    ]
    count = sum(word.count("*") + word.count("?") for word in words)
    if count > MOST_WILDCARDS:
        yield ("Conditions",), f"The conditions have {count} wildcards together; plan for at most {MOST_WILDCARDS}."


def condition_field(rule: dict, book: Book) -> Iterator[Hit]:
    """Refuse a condition on nothing, on something else than it configures, without values, or given twice."""
    conditions = entries(rule["Conditions"])
    for at, condition in conditions:
        field = text(condition.get("Field"))
        if field is not None and field not in CONDITIONS:
            yield ("Conditions", at, "Field"), f"A condition is on {joined(CONDITIONS)}, not on {field}."
        elif (
            field is not None
            and not list(_values(condition))
            and not condition.get("RegexValues")
            and not _given(condition)
        ):
            yield ("Conditions", at), f"The condition on {field} has no values."
    for at, field in repeated([(at, text(condition.get("Field"))) for at, condition in conditions]):
        if field in ONCE:
            yield ("Conditions", at, "Field"), f"A rule has one condition on {field}."


def _given(condition: dict) -> bool:
    """Whether the values of a condition stand somewhere else than in a list that can be counted."""
    config = condition.get(CONDITIONS.get(text(condition.get("Field"))))
    return (
        isinstance(config, str)
        or isinstance(config, dict)
        and any(config.get(member) for member in ("RegexValues", "IpAddressType", "Values"))
    )


def _values(condition: dict) -> Iterator[tuple[tuple, Any]]:
    """Give every value of a condition with its path."""
    for at, value in enumerate(items(condition.get("Values"))):
        yield ("Values", at), value
    for member in CONDITIONS.values():
        for at, value in enumerate(items(mapping(condition.get(member)).get("Values"))):
            yield (member, "Values", at), value


def condition_pattern(rule: dict, book: Book) -> Iterator[Hit]:
    """Refuse a host or path that no request can have, or that is too long."""
    for at, condition in entries(rule["Conditions"]):
        field = condition.get("Field")
        for path, value in _values(condition):
            value = text(value)
            if (
                value is not None
                and len(value) > LONGEST_PATTERN
                and field in ("host-header", "path-pattern", "http-header")
            ):
                yield ("Conditions", at, *path), (
                    f"A {field} pattern has {len(value)} characters; allowed is {LONGEST_PATTERN}."
                )
            elif value is not None and field == "host-header" and not _is_host(value):
                yield ("Conditions", at, *path), (
                    f"{value} is no host: it needs a dot, and letters alone after the last one."
                )


def _is_host(value: str) -> bool:
    _, dot, last = value.rpartition(".")
    return bool(dot) and last.replace("*", "").replace("?", "").isalpha() and value.isascii()


def actions(member: str) -> Any:
    """Make a rule that actions are some, one of which ends the request, each with its own configuration."""
    def rule(holder: dict, book: Book) -> Iterator[Hit]:
        found = entries(holder[member])
        ends = [at for at, action in found if action.get("Type") in LAST]
        if found and all(text(action.get("Type")) for _, action in found) and ends != [found[-1][0]]:
            yield (member,), f"Actions end with exactly one of {joined(LAST)}."
        for at, action in found:
            fault = _action_fault(action)
            if fault:
                yield (member, at), fault

    return rule


def _action_fault(action: dict) -> str:
    kind = text(action.get("Type"))
    wanted = ACTIONS.get(kind)
    if wanted and not action.get(wanted):
        return f"An action of type {kind} needs {wanted}."
    groups = entries(mapping(action.get("ForwardConfig")).get("TargetGroups"))
    if (
        kind == "forward"
        and not groups
        and not action.get("TargetGroupArn")
        and not isinstance(action.get("ForwardConfig"), str)
    ):
        return "A forward action needs a target group."
    weights = [number(group.get("Weight", 1)) for _, group in groups]
    if len(groups) > MOST_GROUPS:
        return f"A forward action has {len(groups)} target groups; allowed are {MOST_GROUPS}."
    if any(weight is not None and not 0 <= weight <= 999 for weight in weights):
        return "The weight of a target group is 0 to 999."
    return ""


def load_balancer_subnets(balancer: dict, book: Book) -> Iterator[Hit]:
    """Refuse subnets given twice over, none, or one alone for an application load balancer."""
    subnets, mappings = balancer.get("Subnets"), balancer.get("SubnetMappings")
    if bool(subnets) == bool(mappings):
        yield (), f"Load balancer {balancer.get('Name')} needs either Subnets or SubnetMappings."
    elif balancer.get("Type", "application") == "application" and any(
        isinstance(given, list) and len(given) == 1 and "${" not in str(given[0]) for given in (subnets, mappings)
    ):
        yield (), f"Application load balancer {balancer.get('Name')} needs subnets in two zones."


def subnet_twice(balancer: dict, book: Book) -> Iterator[Hit]:
    """Refuse a subnet given twice."""
    for at, subnet in repeated(texts(balancer["Subnets"])):
        yield ("Subnets", at), f"Subnet {subnet} is given twice."


TARGET_GROUPS: tuple[Rules, ...] = ({
    "": {"target-group-missing": target_group_missing},
    "HealthCheckTimeoutSeconds": {"health-timeout": health_timeout},
    "HealthCheckProtocol": {"health-protocol": health_protocol},
    "HealthCheckPath": {"health-path": health_path},
    "ProtocolVersion": {"protocol-version": protocol_version},
    "Matcher": {"matcher": matcher},
    "Name": {"group-name-twice": group_name_twice},
},)
ATTRIBUTE_LISTS: tuple[Rules, ...] = ({"Attributes": {"attribute-range": attribute_range}},)
LISTENERS: tuple[Rules, ...] = ({
    "Protocol": {"certificate": certificate},
    "Port": {"listener-port-twice": listener_port_twice},
    "DefaultActions": {"actions": actions("DefaultActions")},
},)
LISTENER_RULES: tuple[Rules, ...] = (
    {
        "Priority": {"priority-twice": priority_twice},
        "Conditions": {
            "condition-values": condition_values,
            "condition-wildcards": condition_wildcards,
            "condition-field": condition_field,
            "condition-pattern": condition_pattern,
        },
        "Actions": {"actions": actions("Actions")},
    },
)
LOAD_BALANCERS: tuple[Rules, ...] = (
    {"": {"load-balancer-subnets": load_balancer_subnets}, "Subnets": {"subnet-twice": subnet_twice}},
)

KINDS = {
    "targetGroups": TARGET_GROUPS, "targetGroupAttributes": ATTRIBUTE_LISTS, "loadBalancerAttributes": ATTRIBUTE_LISTS,
    "loadBalancers": LOAD_BALANCERS, "listeners": LISTENERS, "listenerRules": LISTENER_RULES,
}
