"""What the vendors' own tools say of a document: schemas, service models, cfn-lint and kubectl, each as a list.

These judge what the translator writes and know nothing of it; an empty list is a document that they accept.
"""
from .aws import aws_errors
from .cloudformation import cfn_lint_errors
from .kubectl import kubectl_errors
from .kubernetes import kubernetes_errors

__all__ = ["aws_errors", "cfn_lint_errors", "kubectl_errors", "kubernetes_errors"]
