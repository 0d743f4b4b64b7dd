"""Kustomizations and Helm charts -> the text that their own programs render."""
from __future__ import annotations

import os
import shutil
import subprocess

from ..model import ReadError

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
CHART = "Chart.yaml"


def recognises(folder: str) -> bool:
    """Whether a folder is a kustomization or a chart."""
    return any(os.path.isfile(os.path.join(folder, name)) for name in (*KUSTOMIZATIONS, CHART))


def render(folder: str, given: dict[str, str] | None = None) -> bytes:
    """Render a folder with kubectl, kustomize or helm; `given` are values of a chart.

    Raises ReadError where the program is missing or fails.
    """
    if os.path.isfile(os.path.join(folder, CHART)):
        name = os.path.basename(os.path.abspath(folder)).lower() or "release"
        values = [option for key in given or () for option in ("--set", f"{key}={(given or {}).get(key)}")]
        commands = [["helm", "template", name, folder, *values]]
        missing = "the folder is a Helm chart: install helm, or render it yourself and convert that (helm template . | k8s-ecs convert -)"
    else:
        commands = [["kubectl", "kustomize", folder], ["kustomize", "build", folder]]
        missing = "the folder is a kustomization: install kubectl, or render it yourself and convert that (kustomize build . | k8s-ecs convert -)"
    command = next((command for command in commands if shutil.which(command[0])), None)
    if command is None:
        raise ReadError(missing, folder)
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ReadError(
            f"{' '.join(command[:2])} failed: {lines[-1] if lines else f'exit code {done.returncode}'}", folder
        )
    return done.stdout
