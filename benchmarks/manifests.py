"""A number <-> that many services as one stream of Kubernetes manifests: a Deployment, a Service and an HPA each."""
from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "fixtures" / "example" / "web.yaml"


def services(count: int) -> str:
    """Give that many services that differ in name."""
    one = EXAMPLE.read_text()
    made = (one.replace("name: web", f"name: web{i}").replace("app: web", f"app: web{i}") for i in range(count))
    return "\n---\n".join(made)
