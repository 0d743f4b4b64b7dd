"""Annotations of NGINX's Ingress controller -> what a load balancer has of the same kind.

https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
"""

from __future__ import annotations

from typing import Any

from ..trees import Tree, listed
from .ingress_conditions import EXACT

MARKS = frozenset("()[]{}^$|\\+")
LONGEST = 128  # letters of a regular expression in a condition (PathPatternConditionConfig)


def is_regular(given: dict[str, str], path: Any, kind: Any) -> bool:
    """Whether NGINX reads a path as a regular expression: it is told to, or rewrites by one; an exact path never is."""
    asked = given.get("use-regex") == "true" or "rewrite-target" in given
    return asked and isinstance(path, str) and kind != EXACT and bool(MARKS & set(path)) and len(path) < LONGEST


def regular_path(path: str) -> str:
    """Give the expression that a load balancer compares: NGINX's matches from the path's beginning."""
    return path if path.startswith("^") else f"^{path}"


def rewrite(given: dict[str, str], path: Any, kind: Any) -> Tree | None:
    """Give the transform for `rewrite-target`: the captured part of the path, or all of it, is put into the target."""
    target = given.get("rewrite-target")
    if not target or not isinstance(path, str) or not path:
        return None
    regular = regular_path(path) if is_regular(given, path, kind) else f"^{_quoted(path)}.*$"
    return listed(
        [{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": listed([{"Regex": regular, "Replace": target}])}}]
    )


def _quoted(text: str) -> str:
    return "".join(f"\\{letter}" if letter in MARKS or letter in ".*?" else letter for letter in text)


def group_attributes(given: dict[str, str]) -> dict[str, str]:
    """Give the attributes of target groups: callers that come back to the same pod."""
    if given.get("affinity") != "cookie":
        return {}
    seconds = given.get("session-cookie-max-age", "")
    made = {"stickiness.enabled": "true", "stickiness.type": "lb_cookie"}
    return {**made, **({"stickiness.lb_cookie.duration_seconds": seconds} if seconds.isdecimal() else {})}


# Annotations that are carried; the others have no counterpart.
CARRIED = frozenset(
    {
        "use-regex",
        "rewrite-target",
        "affinity",
        "affinity-mode",
        "session-cookie-name",
        "session-cookie-max-age",
        "ssl-redirect",
        "force-ssl-redirect",
        "backend-protocol",
        "whitelist-source-range",
        "allowlist-source-range",
        "proxy-read-timeout",
    }
)
