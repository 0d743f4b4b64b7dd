"""Kubernetes names, labels and port names <-> ECS, target group and tag names.

Every function is stable: the same name gives the same result, and a name that fits is left as it is. What has to be
cut ends in a hash of the whole name, so that two long names stay two.
https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from string import ascii_letters, ascii_lowercase, digits
from zlib import crc32

LOWER = frozenset(ascii_lowercase + digits)
ALPHANUMERIC = frozenset(ascii_letters + digits)
DNS_LABEL, SUBDOMAIN = LOWER | {"-"}, LOWER | {"-", "."}
ECS_NAME, LABEL = ALPHANUMERIC | {"-", "_"}, ALPHANUMERIC | {"-", "_", "."}
TAG_LIMIT, LABEL_LIMIT, PREFIX_LIMIT = 128, 63, 253
# Which label or annotation stands for which tag, where the two could not have one name.
TAG_KEYS = "k8s-ecs/tag-keys"


def _digest(name: str, length: int = 8) -> str:
    return f"{crc32(name.encode('utf-8', 'surrogatepass')):08x}"[:length]


def _fit(name: str, source: str, limit: int, length: int = 8) -> str:
    """Cut to the limit, ending in a hash of the source."""
    if len(name) <= limit:
        return name
    return name[: limit - length - 1].rstrip("-_.") + "-" + _digest(source, length)


def _spell(name: str, allowed: frozenset) -> str:
    """Put a dash for what the alphabet lacks."""
    return name if allowed.issuperset(name) else "".join(letter if letter in allowed else "-" for letter in name)


def _within(name, allowed: frozenset, limit: int) -> bool:
    return isinstance(name, str) and 0 < len(name) <= limit and allowed.issuperset(name)


def is_dns_label(name, limit: int = 63) -> bool:
    """Tell whether a name is a DNS label (RFC 1123), as containers and workloads have."""
    return _within(name, DNS_LABEL, limit) and name[0] != "-" and name[-1] != "-"


def is_subdomain(name) -> bool:
    """Tell whether a name is dotted DNS labels, as most Kubernetes objects have."""
    whole = _within(name, SUBDOMAIN, PREFIX_LIMIT)
    return whole and all(is_dns_label(part, PREFIX_LIMIT) for part in name.split("."))


def is_service_name(name) -> bool:
    """Tell whether a name is a DNS label that starts with a letter (RFC 1035), as a Service needs."""
    return is_dns_label(name) and name[0] in ascii_lowercase


def is_port_name(name) -> bool:
    """Tell whether a name is an IANA service name, as a container port needs: 15 letters at most, one at least."""
    return is_dns_label(name, 15) and "--" not in name and not set(ascii_lowercase).isdisjoint(name)


def is_ecs_name(name) -> bool:
    """Tell whether ECS takes a name for a family, service, cluster, container or volume."""
    return _within(name, ECS_NAME, 255)


def dns_label(name: str, limit: int = 63) -> str:
    """Give a DNS label: `Web_App` is `web-app`; a CronJob's limit is 52."""
    label = _spell(name.lower(), LOWER).strip("-")
    return _fit(label, name, limit) or _digest(name)


def service_name(name: str, limit: int = 63) -> str:
    """Give a name that a Service may have: a DNS label that starts with a letter."""
    label = dns_label(name, limit)
    return label if label[0] in ascii_lowercase else _fit(f"svc-{label}", name, limit)


def port_name(name: str) -> str:
    """Give a name that a container port may have: `my_very_long_port_name` is cut and hashed to 15 letters."""
    if is_port_name(name):
        return name
    words = "-".join(filter(None, _spell(name.lower(), LOWER).split("-")))
    words = words if not set(ascii_lowercase).isdisjoint(words) else f"p-{words or _digest(name)}"
    return _fit(words, name, 15, length=4)


def ecs_name(name: str, limit: int = 255) -> str:
    """Give a name that ECS takes: `api.v2` is `api-v2`."""
    return _fit(_spell(name, ECS_NAME), name, limit) or _digest(name)


# A capacity provider takes no name that starts so.
RESERVED = ("aws", "ecs", "fargate")


def pool_key(name: str) -> str:
    """Give the name that a node pool and its capacity provider both can have: `Fleet_1` is `fleet-1`."""
    fitting = dns_label(name)
    return f"pool-{fitting}" if fitting.startswith(RESERVED) else fitting


def target_group_name(name: str) -> str:
    """Give a name for a target group or load balancer: 32 letters, digits and dashes, none at the edge."""
    return _fit(_spell(name, ALPHANUMERIC).strip("-"), name, 32) or _digest(name)


def unique(names: Iterable[str], function: Callable[[str], str]) -> dict[str, str]:
    """Rename so that no two meet: `Web_App` and `web-app` by dns_label are `web-app-<hash>` and `web-app`.

    A name that fits keeps itself, whatever the order; of the others that meet, the first in the alphabet is plain.
    """
    names = list(dict.fromkeys(names))
    plain = {name: function(name) for name in names}
    if len(set(plain.values())) == len(names):
        return plain
    taken: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (plain[name] != name, name)):
        new, salt = plain[name], name
        while new in taken:
            new, salt = function(f"{name}-{_digest(salt)}"), salt + name
        taken[new] = name
    renamed = {name: new for new, name in taken.items()}
    return {name: renamed[name] for name in names}


def _is_label_part(text) -> bool:
    return (_within(text, LABEL, LABEL_LIMIT)
            and text[0] in ALPHANUMERIC and text[-1] in ALPHANUMERIC)


def is_label_value(value) -> bool:
    """Tell whether a label may have this value; empty is one."""
    return value == "" or _is_label_part(value)


def is_label_key(key) -> bool:
    """Tell whether a label or annotation may have this key: `name` or `dns.prefix/name`."""
    if not isinstance(key, str):
        return False
    prefix, slash, name = key.rpartition("/")
    return _is_label_part(name) and (not slash or is_subdomain(prefix))


def label_value(value: str) -> str:
    """Give a value that a label may have: `my app` is `my-app`."""
    return value if is_label_value(value) else _label_part(value)


def label_key(key: str) -> str:
    """Give a key that a label may have: `cost:center` is `cost-center`."""
    return key if is_label_key(key) else _label_part(key)


def _label_part(text: str) -> str:
    part = _spell(text, LABEL).strip("-_.")
    return _fit(part, text, LABEL_LIMIT) or _digest(text)


def is_reserved_tag(key: str) -> bool:
    """Tell whether a tag is AWS's own; nobody else may set one."""
    return key.lower().startswith("aws:")


def tag_key(key: str) -> str:
    """Give a tag key for a label key: the same, unless it is longer than 128 letters."""
    return _fit(key, key, TAG_LIMIT)


def labels_from_tags(tags: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Give (labels, annotations) for tags.

    A value that no label may have becomes an annotation. Where labels_from_tags renames a key or makes an annotation,
    the annotation `k8s-ecs/tag-keys` says which tag it was, so that tags_from_labels gives the same tags.
    """
    kept = {key: value or "" for key, value in tags.items() if not is_reserved_tag(key)}
    keys = unique(kept, label_key)
    labels = {keys[key]: value for key, value in kept.items() if is_label_value(value)}
    annotations = {keys[key]: value for key, value in kept.items() if not is_label_value(value)}
    origin = {new: key for key, new in keys.items() if new != key or new in annotations}
    if origin:
        annotations[TAG_KEYS] = json.dumps(origin, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return labels, annotations


def tags_from_labels(labels: Mapping[str, str], annotations: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give tags for labels, and for the annotations that labels_from_tags made; other annotations stay behind."""
    origin = _origin((annotations or {}).get(TAG_KEYS))
    marked = {key: value for key, value in (annotations or {}).items() if key in origin}
    renamed = {**labels, **marked}
    keys = {**unique(renamed, tag_key), **origin}
    return {keys[key]: value for key, value in renamed.items()}


def _origin(text) -> dict[str, str]:
    """Read the annotation; one that somebody else wrote over says nothing."""
    try:
        origin = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return {key: tag for key, tag in origin.items() if isinstance(tag, str)} if isinstance(origin, dict) else {}
