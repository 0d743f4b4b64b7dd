"""Another tool, specctl 0.1.6, in an environment of its own <-> a command that converts a file with it."""
from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

VERSION = "0.1.6"
PLACE = Path(tempfile.gettempdir()) / f"k8s-ecs-benchmark-specctl-{VERSION}-{sys.version_info[0]}.{sys.version_info[1]}"


def command() -> list[str] | None:
    """Give the command, installed where it is not yet; None where it cannot be."""
    program = PLACE / "bin" / "specctl"
    if not program.exists():
        venv.create(PLACE, with_pip=True, clear=True)
        wanted = [str(PLACE / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", f"specctl=={VERSION}"]
        if subprocess.run(wanted, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            return None
    return [str(program), "-m", "k2e", "--td_file", "td.json", "--sd_file", "sd.json", "-l", "critical"]
