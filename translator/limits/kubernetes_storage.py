"""Claims, volumes, configuration and secrets <-> what the API server refuses in them. No value is ever shown."""
from __future__ import annotations

from typing import Any, Iterator

from ..converters.quantity import parse
from .kubernetes_resources import storage_request
from .rules import Hit, Rules, choice, each
from .values import items, joined, mapping, text, texts, unknown

MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
LARGEST = 1024 * 1024
LONGEST_KEY = 253
# https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
KEYS = {
    "kubernetes.io/dockercfg": (".dockercfg",), "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",), "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


def access_modes(spec: dict, claim: Any) -> Iterator[Hit]:
    """Refuse a volume that nobody may mount, a mode that is none, and other modes beside a single pod's."""
    modes = spec["accessModes"]
    if modes == []:
        yield ("accessModes",), "A volume needs an access mode."
    for at, mode in texts(modes):
        if mode not in MODES:
            yield ("accessModes", at), f"{mode} is no access mode; there are {joined(MODES)}."
    if "ReadWriteOncePod" in items(modes) and len(modes) > 1:
        yield ("accessModes",), "Access mode ReadWriteOncePod stands alone."


def claim_incomplete(claim: dict, book: Any) -> Iterator[Hit]:
    """Refuse a claim without an access mode or a size."""
    spec = claim["spec"]
    missing = [member for member in ("accessModes", "resources") if isinstance(spec, dict) and spec.get(member) is None]
    if missing:
        yield ("spec",), f"The claim needs {joined(missing)}."


def capacity(volume: dict, book: Any) -> Iterator[Hit]:
    """Refuse a volume without a size above zero."""
    spec = mapping(volume["spec"])
    value = mapping(spec.get("capacity")).get("storage")
    amount = parse(value)
    if not unknown(value) and (amount is None or amount <= 0):
        yield ("spec",), "The volume needs a capacity of storage above 0."


NOT_SOURCES = frozenset(
    (
        "accessModes",
        "capacity",
        "claimRef",
        "mountOptions",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeAttributesClassName",
        "volumeMode",
    )
)


def volume_source(volume: dict, book: Any) -> Iterator[Hit]:
    """Refuse a volume that is nothing, or two things at once."""
    spec = volume["spec"]
    kinds = sorted(str(key) for key, value in mapping(spec).items() if key not in NOT_SOURCES and value is not None)
    if isinstance(spec, dict) and len(kinds) != 1:
        yield ("spec",), f"A volume has one kind of storage; there are {joined(kinds)}."


def data_key(member: str, _: Any) -> Any:
    """Make a rule that keys can be the names of files and of variables."""
    def rule(config: dict, book: Any) -> Iterator[Hit]:
        for key in mapping(config[member]):
            if text(key) is not None and not _is_key(key):
                yield (member, key), (
                    f"{key!r} is no key: at most {LONGEST_KEY} letters, digits, hyphens, underscores and "
                    "dots, not beginning with two dots."
                )

    return rule


def _is_key(key: Any) -> bool:
    return (
        isinstance(key, str)
        and 0 < len(key) <= LONGEST_KEY
        and key.isascii()
        and key != "."
        and not key.startswith("..")
        and (key.replace("-", "a").replace("_", "a").replace(".", "a").isalnum())
    )


def data_twice(config: dict, book: Any) -> Iterator[Hit]:
    """Refuse one key both as text and as bytes."""
    for key in sorted(mapping(config["binaryData"]).keys() & mapping(config.get("data")).keys()):
        yield ("binaryData", key), f"Key {key} stands both in data and in binaryData."


def data_size(config: dict, book: Any) -> Iterator[Hit]:
    """Refuse more than a megabyte."""
    size = sum(_length(value) for member in ("data", "stringData") for value in mapping(config.get(member)).values())
    # Bytes stand in base64, four characters for three of them.
    coded = sum(_length(value) for value in mapping(config.get("binaryData")).values())
    size = size * 3 // 4 if config.get("kind") == "Secret" and not config.get("stringData") else size
    if size + coded * 3 // 4 > LARGEST:
        yield (), f"The {config.get('kind')} holds {size + coded * 3 // 4} bytes; the API server keeps {LARGEST}."


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else 0


def secret_base64(secret: dict, book: Any) -> Iterator[Hit]:
    """Refuse a value in data that is not base64; plain text stands in stringData."""
    for key, value in mapping(secret["data"]).items():
        if text(value) and not _is_base64(value):
            yield ("data", key), f"The value of key {key} is not base64; plain text stands in stringData."


def _is_base64(value: str) -> bool:
    import base64

    try:
        base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
    except ValueError:
        return False
    return True


def secret_keys(secret: dict, book: Any) -> Iterator[Hit]:
    """Refuse a secret of a known type without the keys that the type is made of."""
    kind, given = text(secret["type"]), mapping(secret.get("data")).keys() | mapping(secret.get("stringData")).keys()
    missing = [key for key in KEYS.get(kind, ()) if key not in given]
    if missing:
        yield ("type",), f"A Secret of type {kind} needs {joined(missing)}."


CLAIM: tuple[Rules, ...] = (
    {"accessModes": {"access-modes": access_modes}, "resources": {"storage-request": storage_request}},
    each({"value-unknown": {"volumeMode": ("Filesystem", "Block")}}, choice),
)
CLAIM_OBJECT: Rules = {"spec": {"claim-incomplete": claim_incomplete}}
VOLUME: tuple[Rules, ...] = (
    {
        "spec": {"capacity": capacity, "volume-source": volume_source},
        "spec.accessModes": {"access-modes": access_modes},
    },
    each(
        {
            "value-unknown": {
                "spec.volumeMode": ("Filesystem", "Block"),
                "spec.persistentVolumeReclaimPolicy": ("Retain", "Delete", "Recycle"),
            }
        },
        choice,
    ),
)
STORAGE_CLASS: tuple[Rules, ...] = (each({"value-unknown": {
    "reclaimPolicy": ("Retain", "Delete"), "volumeBindingMode": ("Immediate", "WaitForFirstConsumer"),
}}, choice),)
CONFIG_MAP: tuple[Rules, ...] = (
    each({"data-key": {"data": None, "binaryData": None}}, data_key),
    {"binaryData": {"data-twice": data_twice}, "": {"data-size": data_size}},
)
SECRET: tuple[Rules, ...] = (
    each({"data-key": {"data": None, "stringData": None}}, data_key),
    {"data": {"secret-base64": secret_base64}, "type": {"secret-keys": secret_keys}, "": {"data-size": data_size}},
)
