"""References between resources -> the circles among them, which CloudFormation refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cloudformation_values import Values


def cycles(values: Values) -> list[list[str]]:
    """Give each circle of resources once, as the chain that closes it."""
    graph = {name: sorted(set(_needs(one.body)) & values.resources.keys()) for name, one in values.resources.items()}
    found: list[list[str]] = []
    done: set[str] = set()
    for start in graph:
        if start not in done:
            _walk(start, graph, done, found)
    return found


def _walk(start: str, graph: dict[str, list[str]], done: set[str], found: list[list[str]]) -> None:
    """Follow references depth first without recursion, as chains may be long."""
    chain, waiting = [start], [iter(graph[start])]
    while chain:
        following = next(waiting[-1], None)
        if following is None:
            done.add(chain.pop())
            waiting.pop()
        elif following in chain:
            found.append([*chain[chain.index(following) :], following])
        elif following not in done:
            chain.append(following)
            waiting.append(iter(graph[following]))


def _needs(body: dict) -> Iterator[str]:
    depends = body.get("DependsOn")
    listed = depends if isinstance(depends, list) else [depends]
    yield from (name for name in listed if isinstance(name, str))
    yield from _named(body.get("Properties"))


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for entry in value:
            yield from _named(entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _of_function(key, entry)
            yield from _named(entry)


def _of_function(key: str, argument: Any) -> Iterator[str]:
    if key == "Ref" and isinstance(argument, str):
        yield argument
    elif key == "Fn::GetAtt":
        yield str(argument[0] if isinstance(argument, list) and argument else argument).partition(".")[0]
    elif key == "Fn::Sub":
        text = argument[0] if isinstance(argument, list) and argument else argument
        yield from (part.partition("}")[0].strip().partition(".")[0] for part in str(text).split("${")[1:])
