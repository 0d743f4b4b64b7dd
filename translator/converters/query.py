"""The cluster query language of ECS <-> a small tree of tuples.

A leaf is (operator, subject, argument); `and` and `or` hold any number of trees, `not` one. One leaf is our own:
`lacks` holds for an instance that has none of the values or not even the attribute, as Kubernetes' NotIn does.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""
from __future__ import annotations

import re
from functools import cache
from itertools import product

WORDS = {
    "equals": "==", "not_equals": "!=", "greater_than": ">", "greater_than_equal": ">=", "less_than": "<",
    "less_than_equal": "<=", "not_exists": "!exists", "not_in": "!in", "matches": "=~", "not_matches": "!~",
}
OPPOSITE = {"==": "!=", "in": "!in", "exists": "!exists", ">": "<=", "<": ">=", "=~": "!~"}
OPPOSITE |= {other: one for one, other in OPPOSITE.items()}
EXISTENCE, LISTS = ("exists", "!exists"), ("in", "!in", "lacks")
# Every container instance has these, so an attribute that is not one value is another.
ALWAYS = (
    "attribute:ecs.availability-zone", "attribute:ecs.instance-type", "attribute:ecs.os-type",
    "attribute:ecs.cpu-architecture",
)
LONGEST, DEEPEST, MOST_ALTERNATIVES = 10_000, 40, 64

Tree = tuple


@cache
def _token() -> re.Pattern:
    """A pattern runs to the next space or parenthesis, so it is read as one token with its operator."""
    return re.compile(
        r"\s*(?:(?P<match>=~|!~|(?:not_)?matches(?=\s))\s*(?P<pattern>'[^']*'|\"[^\"]*\"|[^\s()]+)"
        r"|(?P<mark>&&|\|\||[()\[\],]|==|!=|>=|<=|>|<|!exists\b|!in\b|!)"
        r"|(?P<quoted>'[^']*'|\"[^\"]*\")|(?P<word>[^\s()\[\],!=<>&|'\"]+))")


def _tokens(text: str) -> list[str] | None:
    """Split into tokens; None where something is no token. A quoted text keeps its first quote, which marks it."""
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _token().match(text, at)
        if match is None:
            return None
        tokens += [match["match"], "'" + match["pattern"].strip("'\"")] if match["match"] else [
            match["mark"] or match["word"] or "'" + match["quoted"][1:-1]]
        at = match.end()
    return tokens


class _Parser:
    """One pass over the tokens, by the grammar: or, and, not, comparison."""

    def __init__(self, tokens: list[str]):
        self.tokens, self.at, self.depth = tokens, 0, 0

    def next(self) -> str:
        """Take a token; the end is the empty one."""
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def takes(self, *tokens: str) -> bool:
        """Take the next token if it is one of these."""
        found = self.at < len(self.tokens) and self.tokens[self.at].lower() in tokens
        self.at += found
        return found

    def joined(self, kind: str, mark: str, part) -> Tree:
        """Read parts joined by one connective."""
        parts = [part()]
        while self.takes(kind, mark):
            parts.append(part())
        return (kind, *parts) if len(parts) > 1 else parts[0]

    def any(self) -> Tree:
        """Read alternatives."""
        return self.joined("or", "||", self.all)

    def all(self) -> Tree:
        """Read what must hold together."""
        return self.joined("and", "&&", self.one)

    def one(self) -> Tree:
        """Read a negation, parentheses or a comparison."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError("too deep")
        tree = self.comparison_or_compound()
        self.depth -= 1
        return tree

    def comparison_or_compound(self) -> Tree:
        """Read `not …`, `( … )` or a comparison."""
        if self.takes("not", "!"):
            return ("not", self.one())
        if self.takes("("):
            tree = self.any()
            return tree if self.takes(")") else self.fail()
        return self.comparison()

    def comparison(self) -> Tree:
        """Read `subject operator [argument]`."""
        subject, operator = self.next(), self.next()
        operator = WORDS.get(operator, operator)
        if not subject[:1].isalpha() or operator not in OPPOSITE:
            self.fail()
        if operator in EXISTENCE:
            return (operator, subject, None)
        return (operator, subject, self.values() if operator in LISTS else self.value())

    def value(self) -> str:
        """Read one argument; a leading quote was put there by the tokenizer."""
        token = self.next()
        if not token or token in "()[],":
            self.fail()
        return token.removeprefix("'")

    def values(self) -> tuple[str, ...]:
        """Read `[one, two]`."""
        if not self.takes("["):
            self.fail()
        values = [self.value()]
        while self.takes(","):
            values.append(self.value())
        return tuple(values) if self.takes("]") else self.fail()

    def fail(self):
        """Give up: whatever it is, it is no expression."""
        raise ValueError(f"no expression at token {self.at}")


def parse(text) -> Tree | None:
    """Read an expression; None for what is none."""
    tokens = _tokens(text) if isinstance(text, str) and len(text) <= LONGEST else None
    if not tokens:
        return None
    parser = _Parser(tokens)
    try:
        tree = parser.any()
    except ValueError:
        return None
    return _merged(tree) if parser.at == len(tokens) else None


def _flat(kind: str, parts) -> tuple[Tree, ...]:
    return tuple(leaf for part in parts for leaf in (part[1:] if part[0] == kind else (part,)))


def _merged(tree: Tree) -> Tree:
    """Join what belongs together: nested ands and ors, and `k !exists or k !in […]` as `lacks`."""
    if tree[0] not in ("and", "or", "not"):
        return tree
    parts = _flat(tree[0], map(_merged, tree[1:])) if tree[0] != "not" else (_merged(tree[1]),)
    if tree[0] == "or":
        parts = _lacking(parts)
    return (tree[0], *parts) if len(parts) > 1 or tree[0] == "not" else parts[0]


def _lacking(parts: tuple[Tree, ...]) -> tuple[Tree, ...]:
    missing = {part[1] for part in parts if part[0] == "!exists"}
    found = {part[1]: part for part in parts if part[0] in ("!=", "!in") and part[1] in missing}
    lacking = {part: ("lacks", part[1], part[2] if part[0] == "!in" else (part[2],)) for part in found.values()}
    kept = (part for part in parts if not (part[0] == "!exists" and part[1] in found))
    return tuple(lacking.get(part, part) for part in kept)


def spell(tree: Tree, within: str = "") -> str:
    """Write a tree as an expression, with parentheses wherever two connectives meet."""
    if tree[0] == "not":
        return f"not({spell(tree[1])})"
    if tree[0] == "lacks":
        values = tree[2]
        differs = ("!in", tree[1], values) if len(values) > 1 else ("!=", tree[1], values[0])
        return spell(("or", ("!exists", tree[1], None), differs), within)
    if tree[0] not in ("and", "or"):
        return _spell_leaf(*tree)
    text = f" {tree[0]} ".join(spell(part, tree[0]) for part in tree[1:])
    return f"({text})" if within and within != tree[0] else text


def _spell_leaf(operator: str, subject: str, argument) -> str:
    if argument is None:
        return f"{subject} {operator}"
    if isinstance(argument, tuple):
        return f"{subject} {operator} [{', '.join(map(_quoted, argument))}]"
    bare = operator in ("=~", "!~") and not any(letter.isspace() or letter in "()" for letter in argument)
    return f"{subject} {operator} {argument if bare else _quoted(argument)}"


def _quoted(value: str) -> str:
    plain = _token().fullmatch(value)
    if plain and plain["word"] and value not in WORDS:
        return value
    return f'"{value}"' if "'" in value else f"'{value}'"


def alternatives(tree: Tree) -> list[tuple[Tree, ...]] | None:
    """Give the tree as alternatives, each a tuple of leaves that hold together; None when there are too many."""
    if tree[0] == "not":
        return alternatives(_negated(tree[1]))
    if tree[0] not in ("and", "or"):
        return [(tree,)]
    parts = [alternatives(part) for part in tree[1:]]
    if None in parts:
        return None
    if tree[0] == "or":
        joined = [leaves for part in parts for leaves in part]
    else:
        joined = _products(parts)
    return joined if joined is not None and len(joined) <= MOST_ALTERNATIVES else None


def _products(parts: list[list[tuple]]) -> list[tuple] | None:
    count = 1
    for part in parts:
        count *= len(part)
    if count > MOST_ALTERNATIVES:
        return None
    return [sum(leaves, ()) for leaves in product(*parts)]


def _negated(tree: Tree) -> Tree:
    """Turn a tree around; an attribute that an instance lacks fails every comparison, so its opposite takes that in."""
    if tree[0] == "not":
        return tree[1]
    if tree[0] in ("and", "or"):
        return ("or" if tree[0] == "and" else "and", *(("not", part) for part in tree[1:]))
    operator, subject, argument = tree
    if operator == "lacks":
        return ("in", subject, argument)
    opposite = (OPPOSITE[operator], subject, argument)
    if operator in EXISTENCE or subject in ALWAYS or not subject.startswith("attribute:"):
        return opposite
    if operator in ("==", "in"):
        return ("lacks", subject, argument if operator == "in" else (argument,))
    return ("or", ("!exists", subject, None), opposite)
