"""The last answer, given again for the same objects: rules of one application read the same trees one after the other."""
from __future__ import annotations

import functools
from operator import is_
from typing import Any, Callable, TypeVar

Answer = TypeVar("Answer")


def remembered(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Keep a pure function's last arguments and answer, and give it again where the very same objects come.

    Trees are not changed once rules read them, so one object is one value; nobody may change the answer either.
    """
    last: tuple[tuple, Any] = ((), None)

    @functools.wraps(function)
    def call(*args: Any) -> Answer:
        nonlocal last
        known, answer = last
        if len(known) != len(args) or not all(map(is_, known, args)) or not args:
            answer = function(*args)
            last = args, answer
        return answer
    return call
