"""Templates and documents with values that nobody expects: read and written as far as they go, never a traceback."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
import yaml
from cloudformation import NAMES, Loader, document, plain, read, read_text, written

from translator.model import ReadError
from translator.writers import cloudformation as writer

JUNK: list[Any] = [
    None, 3, "x", [], {}, [1], True, 1.5, [[1]], [{}], [None], {"a": {"b": 1}}, "${", "${}", "${X}", "${a.b.c}", "${targetGroups.x.Y}", "arn:aws:x",
    "service/a/b/c", "{{resolve:x}}", {"Ref": "AWS::NoValue"}, {"Ref": "X"}, {"Fn::Sub": 3}, {"Fn::If": ["A", 1, 2]}, {"Fn::GetAtt": []},
]  # fmt: skip
ROUNDS = 60


def places(value: Any, path: tuple = ()):
    """Give every path of a value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (*path, key)
        yield from places(entry, (*path, key))


def spoiled(value: Any, dice: random.Random, shortest: int) -> Any:
    """Put junk where something else stands."""
    made = copy.deepcopy(value)
    for _ in range(dice.randint(1, 5)):
        path = dice.choice([path for path in places(made) if len(path) > shortest])
        below = made
        for key in path[:-1]:
            below = below[key]
        below[path[-1]] = copy.deepcopy(dice.choice(JUNK))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_templates(name):
    """What was a template is read, and what was read is written again."""
    dice, template = random.Random(name), yaml.load(written(name), Loader)
    for _ in range(ROUNDS):
        try:
            writer.write(read(spoiled(template, dice, 0)), {})
        except ReadError:
            continue


@pytest.mark.parametrize("name", NAMES)
def test_documents(name):
    """What was a document is written, and what was written is read again."""
    dice = random.Random(name)
    for _ in range(ROUNDS):
        read_text(writer.write(document(spoiled(plain(name), dice, 1)), {})["template.yaml"])
