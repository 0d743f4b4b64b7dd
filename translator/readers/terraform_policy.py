"""`aws_iam_policy_document` -> the policy it writes: statements in IAM's own spelling.

The provider's data source:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

from typing import Any

PRINCIPALS = {"principals": "Principal", "not_principals": "NotPrincipal"}
LISTS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}


def document(values: dict[str, Any]) -> dict[str, Any]:
    """Give the policy of a data source's arguments."""
    return {
        "Version": values.get("version", "2012-10-17"),
        "Statement": [_statement(entry) for entry in values.get("statement", [])],
    }


def _statement(values: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"Sid": values["sid"]} if values.get("sid") else {}
    made["Effect"] = values.get("effect", "Allow")
    made |= {name: _shortest(values[key]) for key, name in LISTS.items() if key in values}
    for block, name in PRINCIPALS.items():
        principals = {entry.get("type"): _shortest(entry.get("identifiers")) for entry in values.get(block, [])}
        if principals:
            made[name] = "*" if principals == {"*": "*"} else principals
    for entry in values.get("condition", []):
        tests = made.setdefault("Condition", {}).setdefault(entry.get("test"), {})
        tests[entry.get("variable")] = _shortest(entry.get("values"))
    return made


def _shortest(values: Any) -> Any:
    """One entry stands by itself, as the provider writes it."""
    return values[0] if isinstance(values, list) and len(values) == 1 else values
