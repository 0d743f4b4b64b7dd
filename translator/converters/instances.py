"""Requirements of a Karpenter NodePool <-> the instance requirements of a capacity provider of ECS Managed Instances.

Requirements are a map by `key/operator`, as a canonical tree has them. What one side cannot say is left out.
https://karpenter.sh/docs/concepts/scheduling/
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_InstanceRequirementsRequest.html
"""
from __future__ import annotations

from itertools import product
from typing import Any

from ..trees import Tree, get

AWS = "karpenter.k8s.aws/instance-"
CAPACITY, ARCH, SYSTEM = "karpenter.sh/capacity-type", "kubernetes.io/arch", "kubernetes.io/os"
TYPE, MAKER = "node.kubernetes.io/instance-type", AWS + "cpu-manufacturer"
CATEGORY, GENERATION, FAMILY, SIZE = AWS + "category", AWS + "generation", AWS + "family", AWS + "size"
DISK, GPUS = AWS + "local-nvme", AWS + "gpu-count"
RANGES = {AWS + "cpu": "vCpuCount", AWS + "memory": "memoryMiB"}
NAMED = {AWS + "gpu-name": "acceleratorNames", AWS + "gpu-manufacturer": "acceleratorManufacturers"}
OPTIONS = {"spot": "SPOT", "on-demand": "ON_DEMAND", "reserved": "RESERVED"}
TYPES = {value: key for key, value in OPTIONS.items()}
MAKERS = {"intel": "intel", "amd": "amd", "aws": "amazon-web-services"}
ARCHITECTURES = {"amd64": ["intel", "amd"], "arm64": ["amazon-web-services"]}
GENERATIONS = range(1, 10)
MOST = 400  # instance types in a list of them
LEAST = 1  # every instance has a vCPU and a MiB: the least says nothing, but there must be one


def said(requirements: Any, key: str, operator: str) -> list[str] | None:
    """Give the values of a requirement; None where there is none of this operator."""
    found = get(requirements, (f"{key}/{operator}",))
    if not isinstance(found, dict):
        return None
    values = found.get("values")
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def bounds(requirements: Any, key: str) -> tuple[int | None, int | None]:
    """Give the least and the greatest whole number that a label may have."""
    low, high = [], []
    for operator, to, plus in (("Gt", low, 1), ("Gte", low, 0), ("Lt", high, -1), ("Lte", high, 0)):
        to += [int(value) + plus for value in said(requirements, key, operator) or () if value.isdecimal()]
    listed = [int(value) for value in said(requirements, key, "In") or () if value.isdecimal()]
    if listed:
        low, high = low + [min(listed)], high + [max(listed)]
    return max(low, default=None), min(high, default=None)


def _range(requirements: Any, key: str) -> Tree:
    low, high = bounds(requirements, key)
    return {**({} if low is None else {"min": low}), **({} if high is None else {"max": high})}


def option(requirements: Any) -> str | None:
    """Give the one kind of capacity that a provider has: on demand where both are allowed, since it is there."""
    kinds = said(requirements, CAPACITY, "In") or []
    kind = "on-demand" if "on-demand" in kinds else kinds[0] if kinds else ""
    return OPTIONS.get(kind)


def to_ecs(requirements: Any) -> Tree:
    """Give instance requirements; vCPUs and memory must be there."""
    made: Tree = {name: {"min": LEAST, **_range(requirements, key)} for key, name in RANGES.items()}
    allowed = _allowed(requirements)
    made.update(
        {
            "cpuManufacturers": _makers(requirements),
            "allowedInstanceTypes": allowed,
            "excludedInstanceTypes": None if allowed else _excluded(requirements),
            "burstablePerformance": _burstable(requirements, allowed),
            **_accelerators(requirements),
            **_disks(requirements),
        }
    )
    return {name: value for name, value in made.items() if value}


def _makers(requirements: Any) -> list[str] | None:
    makers = [MAKERS[value] for value in said(requirements, MAKER, "In") or () if value in MAKERS]
    processors = said(requirements, ARCH, "In") or []
    return makers or (ARCHITECTURES.get(processors[0]) if len(processors) == 1 else None)


def generations(requirements: Any) -> list[int]:
    """Give the generations of instances that are allowed."""
    low, high = bounds(requirements, GENERATION)
    listed = said(requirements, GENERATION, "In")
    return [
        number
        for number in GENERATIONS
        if (low or 1) <= number <= (high or number) and (listed is None or str(number) in listed)
    ]


def _allowed(requirements: Any) -> list[str] | None:
    """Give patterns of instance types; one of generation and category matches each letter and number: `c3*`."""
    types, families, categories, sizes = (said(requirements, key, "In") for key in (TYPE, FAMILY, CATEGORY, SIZE))
    made = types
    if made is None and families is not None:
        made = [f"{family}.{size}" for family, size in product(families, sizes or ["*"])]
    elif made is None and categories is not None:
        heads = [f"{category}{number}*" for category, number in product(categories, generations(requirements))]
        made = [f"{head}.{size}" for head, size in product(heads, sizes)] if sizes else heads
    elif made is None and sizes is not None:
        made = [f"*.{size}" for size in sizes]
    return made if made and len(made) <= MOST else None


def _excluded(requirements: Any) -> list[str] | None:
    made = list(said(requirements, TYPE, "NotIn") or ())
    made += [f"{family}.*" for family in said(requirements, FAMILY, "NotIn") or ()]
    made += [f"*.{size}" for size in said(requirements, SIZE, "NotIn") or ()]
    others = [one for one in said(requirements, CATEGORY, "NotIn") or () if one != "t"]
    made += [f"{category}{number}*" for category, number in product(others, GENERATIONS)]
    return made if made and len(made) <= MOST else None


def _burstable(requirements: Any, allowed: list[str] | None) -> str | None:
    """ECS leaves burstable instances out unless told otherwise; Karpenter takes them."""
    if allowed:
        return "included" if any(pattern.startswith(("t", "*")) for pattern in allowed) else None
    return None if "t" in (said(requirements, CATEGORY, "NotIn") or ()) else "included"


def _accelerators(requirements: Any) -> Tree:
    made: Tree = {name: said(requirements, key, "In") for key, name in NAMED.items()}
    made["acceleratorCount"] = _range(requirements, GPUS)
    asked = any(made.values()) or said(requirements, GPUS, "Exists") is not None
    return {**made, "acceleratorTypes": ["gpu"] if asked else None}


def _disks(requirements: Any) -> Tree:
    found = _range(requirements, DISK)
    if found or said(requirements, DISK, "Exists") is not None:
        return {"localStorage": "required", "totalLocalStorageGB": found}
    return {"localStorage": "excluded" if said(requirements, DISK, "DoesNotExist") is not None else None}


# --- and back ----------------------------------------------------------------------------------


def to_k8s(asked: Any, kind: Any) -> Tree:
    """Give the requirements of a NodePool; managed instances run Linux."""
    asked = asked if isinstance(asked, dict) else {}
    made = [(SYSTEM, "In", ["linux"])]
    if kind in TYPES:
        made.append((CAPACITY, "In", [TYPES[kind]]))
    made += _from_makers(asked.get("cpuManufacturers"))
    for key, name in {**RANGES, GPUS: "acceleratorCount"}.items():
        made += _from_range(key, asked.get(name), LEAST if key in RANGES else None)
    made += _from_types(asked.get("allowedInstanceTypes"), asked.get("excludedInstanceTypes"))
    made += _from_burstable(asked)
    made += [(key, "In", asked[name]) for key, name in NAMED.items() if asked.get(name)]
    if asked.get("acceleratorTypes") == ["gpu"] and not asked.get("acceleratorCount") and not any(map(asked.get, NAMED.values())):
        made.append((GPUS, "Exists", None))
    return _joined(made + _from_disks(asked))


def _joined(made: list[tuple[str, str, list[str] | None]]) -> Tree:
    """Join what is said of one label by one operator, and write the requirements as a tree has them."""
    joined: dict[tuple[str, str], list[str] | None] = {}
    for key, operator, values in made:
        known = joined.get((key, operator))
        joined[key, operator] = [*known, *(values or ())] if known else values
    return {
        f"{key}/{operator}": {"key": key, "operator": operator, **({} if values is None else {"values": values})}
        for (key, operator), values in joined.items()
    }


def _from_makers(makers: Any) -> list:
    processor = next((key for key, value in ARCHITECTURES.items() if value == makers), None)
    if processor:
        return [(ARCH, "In", [processor])]
    names = {value: key for key, value in MAKERS.items()}
    known = [names[one] for one in makers or () if one in names]
    return [(MAKER, "In", known)] if known else []


def _from_range(key: str, found: Any, least: int | None = None) -> list:
    low, high = (get(found, (end,)) for end in ("min", "max"))
    low, high = (int(end) if isinstance(end, (int, float)) and end == int(end) else None for end in (low, high))
    if low is not None and low == high:
        return [(key, "In", [str(low)])]
    made = [(key, "Gt", [str(low - 1)])] if low is not None and low >= 1 and low != least else []
    return made + ([(key, "Lt", [str(high + 1)])] if high is not None else [])


def parts(pattern: str) -> tuple[str, str, str] | None:
    """Split `c3*.large` into category, generation and size (`` for any); None for a pattern of another form."""
    head, dot, size = pattern.partition(".")
    category = head[:-2]
    spelled = head.endswith("*") and head[-2:-1].isdigit() and category.isalpha() and category.islower()
    return (category, head[-2], size) if spelled and "*" not in size and bool(dot) == bool(size) else None


def _from_types(allowed: Any, excluded: Any) -> list:
    made = _from_allowed(allowed) if allowed else []
    left = [one for one in excluded or () if isinstance(one, str)]
    for key, values in (
        (FAMILY, [one[:-2] for one in left if _is_family(one)]),
        (SIZE, [one[2:] for one in left if one.startswith("*.") and "*" not in one[2:]]),
        (TYPE, [one for one in left if "*" not in one]),
        (CATEGORY, _whole_categories(left)),
    ):
        made += [(key, "NotIn", values)] if values else []
    return made


def _is_family(pattern: str) -> bool:
    return pattern.endswith(".*") and "*" not in pattern[:-2]


def _whole_categories(patterns: list[str]) -> list[str]:
    named = dict.fromkeys(found[0] for found in map(parts, patterns) if found)
    return [one for one in named if all(f"{one}{number}*" in patterns for number in GENERATIONS)]


def _from_allowed(patterns: list) -> list:
    """Give what a list of allowed types says by families, sizes, or categories and generations; nothing if it is mixed."""
    if not all(isinstance(one, str) for one in patterns):
        return []
    if all("*" not in one for one in patterns):
        return [(TYPE, "In", patterns)]
    if all(map(_is_family, patterns)):
        return [(FAMILY, "In", [one[:-2] for one in patterns])]
    if all(one.startswith("*.") and "*" not in one[2:] for one in patterns):
        return [(SIZE, "In", [one[2:] for one in patterns])]
    found = [parts(one) for one in patterns]
    return _from_categories([one for one in found if one]) if all(found) else []


def _from_categories(found: list[tuple[str, str, str]]) -> list:
    categories, numbers, sizes = (list(dict.fromkeys(part)) for part in zip(*found))
    if sorted(found) != sorted(product(categories, numbers, sizes)):
        return []
    made = [(CATEGORY, "In", categories)]
    made += [(SIZE, "In", sizes)] if sizes != [""] else []
    low, high = int(min(numbers)), int(max(numbers))
    if len(numbers) != high - low + 1:
        return [*made, (GENERATION, "In", numbers)]
    made += [(GENERATION, "Gt", [str(low - 1)])] if low > 1 else []
    return made + ([(GENERATION, "Lt", [str(high + 1)])] if high < GENERATIONS[-1] else [])


def _from_burstable(asked: Tree) -> list:
    wanted = asked.get("burstablePerformance")
    if wanted == "required":
        return [(CATEGORY, "In", ["t"])] if not asked.get("allowedInstanceTypes") else []
    return [(CATEGORY, "NotIn", ["t"])] if wanted in (None, "excluded") and not asked.get("allowedInstanceTypes") else []


def _from_disks(asked: Tree) -> list:
    wanted = asked.get("localStorage")
    if wanted == "excluded":
        return [(DISK, "DoesNotExist", None)]
    found = _from_range(DISK, asked.get("totalLocalStorageGB"))
    return found or ([(DISK, "Exists", None)] if wanted == "required" else [])
