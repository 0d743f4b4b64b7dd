"""CloudFormation's short tags <-> the long form of the same functions: `!Ref x` is `{"Ref": x}`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""
from __future__ import annotations

FUNCTIONS = (
    "And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "ForEach", "GetAtt",
    "GetAZs", "GetStackOutput", "If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select", "Split", "Sub",
    "ToJsonString", "Transform", "ValueOf", "ValueOfAll",
)
LONG = {"!Ref": "Ref", "!Condition": "Condition", **{f"!{name}": f"Fn::{name}" for name in FUNCTIONS}}
GET_ATT = "Fn::GetAtt"


def attribute(text: str) -> list[str]:
    """Split what `!GetAtt` names: the resource ends at the first dot, the attribute may hold more of them."""
    return text.split(".", 1)
