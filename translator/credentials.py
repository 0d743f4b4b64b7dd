"""Texts -> the credentials that are written out in them: the password of a URL, what a command's option or variable says.

A word by itself tells nothing; what stands before it does: `https://user:PASSWORD@host`, `--db-password=PASSWORD`,
`PGPASSWORD=PASSWORD psql`, `Authorization: Bearer TOKEN`. References (`$(NAME)`, `${NAME}`, `$NAME`) and paths are no values.
"""
from __future__ import annotations

import functools
import re
from typing import Any

HIDDEN = "(hidden)"
WORDS = ("PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY", "API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL", "PASSPHRASE", "_PWD", "_PASS", "AUTH_KEY",
         "AUTHORIZATION")
# A variable called so says something about a secret, not what it is.
HARMLESS = ("_FILE", "_PATH", "_ARN", "_NAME", "_URL", "_URI", "_ENDPOINT", "_HOST", "_PORT", "_REGION", "_DIR", "_ENABLED", "_TTL", "_EXPIRY", "_EXPIRATION",
            "_LENGTH", "_TYPE", "_ALGORITHM", "_ISSUER", "_AUDIENCE", "_SECONDS", "_TIMEOUT")
# An option that says which secret of AWS is meant, and not what it is.
NAMES_ONE = frozenset({"--secret-id"})
# Keys under which a command stands, as a text or as a list of words.
COMMANDS = frozenset({"command", "args", "entryPoint", "Command", "EntryPoint"})


@functools.lru_cache(4096)
def looks_secret(name: str) -> bool:
    """Whether a name says that what it names is a credential."""
    upper = name.upper().replace("-", "_").replace(".", "_")
    return any(word in upper for word in WORDS) and not upper.endswith(HARMLESS)


def in_url(text: str) -> str:
    """Hide the passwords of the URLs in a text (RFC 3986, 3.2.1: userinfo)."""
    return _urls().sub(_hidden, text) if "://" in text and "@" in text else text


def in_command(text: str) -> str:
    """Hide what a command says behind names of credentials, and the passwords of its URLs."""
    text = in_url(text)
    if not any(word in text.upper().replace("-", "_") for word in WORDS):
        return text
    return _behind(_options(), _behind(_assignments(), text))


def in_words(command: Any) -> Any:
    """Hide the same in a command, whether it is a text or a list of words, where an option's value is the next word."""
    if isinstance(command, str):
        return in_command(command)
    if not isinstance(command, list):
        return command
    made = [in_command(word) if isinstance(word, str) else word for word in command]
    for position in range(1, len(made)):
        if _is_option(made[position - 1]) and _is_value(made[position]):
            made[position] = HIDDEN
    return made if made != command else command


def written_out(command: Any) -> bool:
    """Whether a command holds a credential in plain text."""
    return in_words(command) != command


def _is_option(word: Any) -> bool:
    return isinstance(word, str) and word.startswith("-") and not {"=", " "}.intersection(word) and looks_secret(word) and word not in NAMES_ONE


def _is_value(word: Any) -> bool:
    """Whether a word is a value itself: no reference, path, option, truth or number of seconds."""
    return isinstance(word, str) and not _no_value().fullmatch(word)


def _behind(names: re.Pattern, text: str) -> str:
    """Hide the values behind names of credentials; what stands behind another name may be such a pair itself."""
    made, done, found = [], 0, names.search(text)
    while found:
        at = found.end()
        value = _value().match(text, at) if looks_secret(found["name"]) and found["name"] not in NAMES_ONE else None
        if value and _is_value(value["value"]):
            made += [text[done:value.start("value")], HIDDEN]
            done = at = value.end("value")
        found = names.search(text, at)
    return "".join([*made, text[done:]])


def _hidden(found: re.Match) -> str:
    return f"{found[1]}{HIDDEN}@" if _is_value(found[2]) else found[0]


@functools.cache
def _urls() -> re.Pattern:
    """A user may be missing (`redis://:PASSWORD@host`); a password ends at the last @ before the path."""
    return re.compile(r"(://[^\s/:@\"'?#]{0,200}:)([^\s/\"'?#]{1,500})@")


@functools.cache
def _assignments() -> re.Pattern:
    """NAME=VALUE, --name=VALUE, and headers: `Authorization: Bearer VALUE`."""
    return re.compile(r"(?P<name>-{0,2}(?<!\w)[A-Za-z_][\w.-]{0,80})(?:=|\s?:\s?(?:Bearer\s|Basic\s|token\s)?)")


@functools.cache
def _options() -> re.Pattern:
    """--name VALUE within a shell's text."""
    return re.compile(r"(?P<name>(?<![\w-])--?[A-Za-z][\w.-]{0,80})\s(?!-)")


@functools.cache
def _value() -> re.Pattern:
    """A reference, what stands in quotes, or a word that a shell would end."""
    return re.compile(r"[\"']?(?P<value>\(hidden\)|\$\([^)]*\)|\$\{[^}]*\}|\{\{[^}]*\}\}|(?<=\")[^\"]+|(?<=')[^']+|[^\s\"';&|)]+)")


@functools.cache
def _no_value() -> re.Pattern:
    reference = r"\$\(.*\)|\$\{.*\}|\$\w+|\{\{.*\}\}|%\(?\w+\)?s?|<[^>]*>"
    return re.compile(rf"{reference}|\*+|-.*|\.{{0,2}}/[\w./-]+|(?i:true|false|yes|no|on|off|none|null)|{re.escape(HIDDEN)}.*|", re.DOTALL)
