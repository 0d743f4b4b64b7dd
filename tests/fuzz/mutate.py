"""Manifests -> manifests that are a little wrong, the same ones for the same seed."""
from __future__ import annotations

import copy
import random
from typing import Any

ODD = (
    None, True, False, 0, 1, -1, 2**63, 10**30, 1.5, float("nan"), float("inf"), "", " ", "0", "-1", "1e3", "on", "null", "~", "12:30", "0o17", "\0", "\x1b[2J",
    "\u202e", "\ud800", "é" * 300, "a" * 70_000, "$(X)", "$$", "${X}", "${services.web.ARN}", "{{resolve:ssm:x}}", "{{ .Values.x }}", "../..", "/", "%", "50%", "-5%",
    "500m", "1Gi", "1Ki", "1e400", "rate(1 minute)", "cron(* * * * ? *)", "* * * * *", "@daily", "arn:aws:iam::1:role/x", "arn:", "::::", "http://[", "a=b", "a,b",
    [], {}, [None], [[]], [{}], {"": None}, {"name": None}, {"name": "x"}, [{"name": "x"}, {"name": "x"}], [1, "a", {}],
)


def mutated(value: Any, rng: random.Random, times: int = 1) -> Any:
    """Change a few places of plain data."""
    made = copy.deepcopy(value)
    for _ in range(times):
        places = list(_places(made))
        if places:
            _change(*rng.choice(places), rng, places)
    return made


def _places(value: Any):
    """Give (container, key) of every value."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        for key, entry in list(one.items()) if isinstance(one, dict) else list(enumerate(one)):
            yield one, key
            if isinstance(entry, (dict, list)):
                waiting.append(entry)


def _change(holder: Any, key: Any, rng: random.Random, places: list) -> None:
    kind = rng.randrange(6)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        other, its = rng.choice(places)
        try:
            holder[key] = copy.deepcopy(other[its])
        except (KeyError, IndexError):  # it is gone already
            holder[key] = None
    elif kind == 2 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif kind == 2 and isinstance(key, str):
        holder[rng.choice((key + "x", key.upper(), "", "a.b/c", "*"))] = holder.pop(key)
    elif kind == 3:
        holder[key] = {"x": holder[key]} if rng.random() < 0.5 else [holder[key]]
    elif kind == 4 and isinstance(holder[key], str):
        cut = rng.randrange(len(holder[key]) + 1)
        holder[key] = holder[key][:cut] + str(rng.choice(ODD))[:50] + holder[key][cut:]
    else:
        holder[key] = copy.deepcopy(rng.choice(ODD))
