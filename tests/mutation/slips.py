"""Python -> Python with one small slip: another comparison, the other branch, a number off by one, a result that is missing."""
from __future__ import annotations

import ast
import copy
from typing import Iterator, NamedTuple

COMPARISONS = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
               ast.In: ast.NotIn, ast.NotIn: ast.In}
OPERATIONS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd,
              ast.BitAnd: ast.BitOr}


class Slip(NamedTuple):
    """One slip: its line, what it is, and the node (by its number in a walk of the tree) that it changes."""

    line: int
    what: str
    number: int


def slips(tree: ast.AST) -> Iterator[Slip]:
    """Give every slip that can be made in the functions of a module."""
    inside = {id(node) for function in ast.walk(tree) if isinstance(function, (ast.FunctionDef, ast.Lambda)) for node in _body(function)}
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in inside and id(node) not in texts and (what := _what(node)):
            yield Slip(node.lineno, what, number)


def _body(function: ast.AST) -> Iterator[ast.AST]:
    """Give what a function does; its signature and its annotations are no part of it."""
    for part in function.body if isinstance(function.body, list) else [function.body]:
        waiting = [part]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [below for name, value in ast.iter_fields(node) if name not in ("annotation", "returns", "type_comment", "decorator_list")
                        for below in (value if isinstance(value, list) else [value]) if isinstance(below, ast.AST)]


def _what(node: ast.AST) -> str:
    """Name the slip that can be made at a node, if there is one."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        return f"{type(node.ops[0]).__name__} is {COMPARISONS[type(node.ops[0])].__name__}"
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        return f"{type(node.op).__name__} is {OPERATIONS[type(node.op)].__name__}"
    if isinstance(node, ast.BoolOp):
        return "or is and" if isinstance(node.op, ast.Or) else "and is or"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return "not is gone"
    if isinstance(node, ast.IfExp):
        return "branches swapped"
    if isinstance(node, (ast.If, ast.While)):
        return "condition turned round"
    if isinstance(node, ast.Return) and node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        return "returns None"
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, str)) and node.value != "":
        return f"{node.value!r:.40} is another"
    return ""


def slipped(tree: ast.Module, slip: Slip) -> ast.Module:
    """Give the module with a slip made."""
    made = copy.deepcopy(tree)
    node = next(node for number, node in enumerate(ast.walk(made)) if number == slip.number)
    _change(node)
    return ast.fix_missing_locations(made)


def _change(node: ast.AST) -> None:
    if isinstance(node, ast.Compare):
        node.ops[0] = COMPARISONS[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp):
        node.op = OPERATIONS[type(node.op)]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    elif isinstance(node, ast.UnaryOp):
        node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
    elif isinstance(node, (ast.If, ast.While)):
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(None)
    else:
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1 if isinstance(node.value, int) else "XX" + node.value
