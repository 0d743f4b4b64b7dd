"""Valid documents, and what a change to one place of them is found to break."""
import copy

from translator.limits import check
from translator.model import ECS, KUBERNETES, Document, Object

GONE = object()
PREFIX = {ECS: "ecs-limits.", KUBERNETES: "kubernetes-limits."}


def changed(value, changes):
    """Set values at dotted paths (`a.0.b`); GONE takes a key away, a number just past a list's end appends."""
    value = copy.deepcopy(value)
    for path, new in changes.items():
        holder = value
        *keys, last = [
            int(key) if key.lstrip("-").isdecimal() and not key.startswith("00") else key for key in path.split(".")
        ]
        for key in keys:
            if isinstance(holder, dict) and key not in holder:
                holder[key] = {}
            holder = holder[key]
        if new is GONE:
            del holder[last]
        elif isinstance(holder, list) and last == len(holder):
            holder.append(new)
        else:
            holder[last] = new
    return value


def ecs(document):
    return Document(ECS, tuple(Object(kind, value) for kind, values in document.items() for value in values))


def kubernetes(objects):
    return Document(KUBERNETES, tuple(Object(value["kind"], value) for value in objects))


def broken(document):
    """What is found, as short code -> the fields, each with its object's kind in front."""
    found = {}
    for finding in check(document):
        assert finding.message.endswith(".") and finding.remedy, finding
        fields = [f"{field.object.partition('/')[0]}:{field.path}" for field in finding.fields]
        found.setdefault(finding.code.removeprefix(PREFIX[document.platform]), []).extend(fields)
    return found
